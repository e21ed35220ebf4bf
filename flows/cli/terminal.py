"""Lay out what commands print: as wide as the terminal, 80 cells in a log, and colours only on a terminal.

No markup is interpreted, so the text of a report cannot colour or control the terminal.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from flows.cli.messages import printable

WIDTH = 80
# What is never split at the end of a line: a word or number in Latin characters, or a character and its punctuation.
_UNBROKEN = re.compile(r"\s+|(?:[(（《“【]*(?:[!-~–→]+|[^\s]))[，。；：、）》”】％%…]*")


def terminal() -> Console:
    """Return the console of a command, as wide as the terminal or 80 cells in a log."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False, emoji=False)


def shorten(text: str, width: int) -> str:
    """Return as much of a text as fits into `width` cells.

    >>> shorten("受理行政复议案件", 9)
    '受理行政…'
    """
    cut = Text(text)
    cut.truncate(width, overflow="ellipsis")
    return cut.plain


def wrap(text: str, width: int, first: str = "", indent: str = "") -> Iterator[str]:
    """Yield a text in lines of at most `width` cells; `first` precedes the first line, `indent` the others.

    Chinese is split between any two characters, but no line begins with punctuation. Numbers are never split.

    >>> list(wrap("审结率达到99.5%，比上年提高。", 12, "· ", "  "))
    ['· 审结率达到', '  99.5%，比', '  上年提高。']
    """
    indent = indent if cell_len(indent) < width else ""
    line, empty = first, True
    for match in _UNBROKEN.finditer(text):
        unit = match[0]
        parts = [unit] if cell_len(indent + unit) <= width else chop_cells(unit, width - cell_len(indent))
        for part in parts:
            if not empty and cell_len(line + part.rstrip()) > width:
                yield line.rstrip()
                line, empty = indent, True
            if not (empty and part.isspace()):
                line, empty = line + part, False
    yield line.rstrip()


def print_lines(console: Console, text: str, first: str = "", indent: str = "  ", style: str = "") -> None:
    """Print a text, wrapped to the width of the console."""
    for line in wrap(printable(text), console.width, first, indent):
        console.print(Text(line, style=style), soft_wrap=True)


def print_path(console: Console, text: str) -> None:
    """Print a line that ends with a path or an address, unwrapped so that it can be copied."""
    console.print(printable(text), soft_wrap=True)


def columns(*names: str, right: tuple[str, ...] = (), gap: int = 2) -> Grid:
    """Return a table without lines: bold headings, right-aligned numbers that are never split, words that may be."""
    grid = Grid(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
    for name in names:
        grid.add_column(name, justify="right" if name in right else "left", overflow="fold", no_wrap=name in right)
    return grid
