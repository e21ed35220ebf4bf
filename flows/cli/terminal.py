"""What commands print: as wide as the terminal, 80 cells in a log, colours only on a terminal; text of reports as text.

No markup is read anywhere, so that what a report says cannot colour or steer the screen.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from nianbao.io.escape import escape_invisible

WIDTH = 80
# What is not broken at the end of a line: a word or number of Latin signs, and a sign with the points that close it.
_UNBROKEN = re.compile(r"\s+|(?:[(（《“【]*(?:[!-~–→]+|[^\s]))[，。；：、）》”】％%…]*")


def terminal() -> Console:
    """Where a command prints to. A terminal says how wide it is; a log is 80 cells wide, whoever looks at it later."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False, emoji=False)


def printable(text: object) -> str:
    """Text of a report, a file or a site on one line, with each sign that hides or steers as its number.

    >>> plain("增长\\x1b[31m7%\\n")
    '增长⟦U+001B⟧[31m7% '
    """
    return escape_invisible(re.sub(r"[\r\n\t]", " ", str(text)))


def shorten(text: str, width: int) -> str:
    """As much of a text as fits into so many cells.

    >>> short("受理行政复议案件", 9)
    '受理行政…'
    """
    cut = Text(text)
    cut.truncate(width, overflow="ellipsis")
    return cut.plain


def wrap(text: str, width: int, first: str = "", indent: str = "") -> Iterator[str]:
    """A text in lines of at most so many cells: `first` before the first, `indent` before the others.

    Chinese is broken between any two signs, though no line begins with a point; a number is broken nowhere.

    >>> list(wrap("审结率达到99.5%，比上年提高。", 12, "· ", "  "))
    ['· 审结率达到', '  99.5%，比', '  上年提高。']
    """
    line, begun = first, indent if cell_len(indent) < width else ""
    empty = True
    for found in _UNBROKEN.finditer(text):
        pieces = [found[0]] if cell_len(begun + found[0]) <= width else chop_cells(found[0], width - cell_len(begun))
        for piece in pieces:
            if not empty and cell_len(line + piece.rstrip()) > width:
                yield line.rstrip()
                line, empty = begun, True
            if not (empty and piece.isspace()):
                line, empty = line + piece, False
    yield line.rstrip()


def print_lines(console: Console, text: str, first: str = "", indent: str = "  ", style: str = "") -> None:
    """Print a text as wide as the console, wrapped."""
    for line in wrap(printable(text), console.width, first, indent):
        console.print(Text(line, style=style), soft_wrap=True)


def print_path(console: Console, text: str) -> None:
    """Print a line that ends with a path or an address, which is never broken: whoever copies it needs it whole."""
    console.print(printable(text), soft_wrap=True)


def columns(*names: str, right: tuple[str, ...] = (), gap: int = 2) -> Grid:
    """A table without lines: heads in bold, numbers to the right and in one piece; where it is tight, words break."""
    grid = Grid(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
    for name in names:
        grid.add_column(name, justify="right" if name in right else "left", overflow="fold", no_wrap=name in right)
    return grid
