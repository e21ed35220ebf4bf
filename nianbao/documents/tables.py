"""Tables on their way to the document: cells with their spans resolved, and the lines of text that hold them.

A reader makes a `Grid` and a `Row` for each of its rows that has text. A Row is a line like any other to whoever cuts
and joins lines, and it knows its cells; so what is left of a table at the end is found without a search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from nianbao.documents.model import Cell, Table
from nianbao.documents.text.lines import FixedLine, normalize_spaces

MOST_COLUMNS = 200  # of a table that is data; the form of the disclosure report has 15
MOST_ROWS = 20_000
LONGEST_ROW_OF_ONE = 300  # characters; a lone cell that holds more is no part of a table, it is text set in a frame
_MOST_STEPS = 2_000_000  # places that spans may cover before a table is taken for a trap
_VALUE = re.compile(r"[-—－/\d０-９,，.．%％\s]*")


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell before its place in the text is known; the text is squeezed and has no tab or newline."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    header: bool = False


@dataclass(slots=True)
class Grid:
    """A table's cells in the order of reading."""

    spots: list[GridCell] = field(default_factory=list)
    n_rows: int = 0
    n_columns: int = 0


class Row(FixedLine):
    """The line of text of one row of a Grid: the texts of the cells that begin in it, with tabs between."""

    __slots__ = ("grid", "number")
    grid: Grid
    number: int


@dataclass(frozen=True, slots=True)
class Span:
    """A cell as markup gives it: its text, and over how many rows and columns it goes."""

    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


def lay_out(rows: Sequence[Sequence[Span]]) -> Grid | None:
    """The grid of rows of cells as HTML lays them out: a cell takes the first place that no span from above covers.

    None for what is no table of data: too many rows or columns, or spans that cover absurdly much.
    """
    if len(rows) > MOST_ROWS:
        return None
    grid = Grid(n_rows=len(rows))
    covered: list[tuple[int, int, int]] = []  # from column, to column, to row: spans from above, by columns
    steps = 0
    for number, row in enumerate(rows):
        covered = [span for span in covered if span[2] > number]
        steps += len(covered) + len(row)
        opened: list[tuple[int, int, int]] = []
        column = at = 0
        for cell in row:
            while at < len(covered) and covered[at][0] < column + 1:
                column = max(column, covered[at][1])
                at += 1
            n_rows = max(1, min(cell.rows or len(rows), len(rows) - number))
            n_columns = max(1, cell.columns)
            if at < len(covered):  # a cell that would lie over a span from above ends before it
                n_columns = min(n_columns, covered[at][0] - column)
            grid.spots.append(GridCell(number, column, n_rows, n_columns, cell.text, cell.header))
            steps += n_rows * n_columns
            if n_rows > 1:
                opened.append((column, column + n_columns, number + n_rows))
            column += n_columns
            if column > MOST_COLUMNS or steps > _MOST_STEPS:
                return None
        grid.n_columns = max(grid.n_columns, column)
        if opened:
            covered = sorted([*covered, *opened])
    return grid


def rows_of(grid: Grid) -> list[Row]:
    """The grid's lines of text, top down; a row without text has none."""
    texts: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for spot in grid.spots:
        texts[spot.row].append(spot.text)
    return [
        row_line(line, grid, number) for number, cells in enumerate(texts) if (line := "\t".join(cells).strip("\t"))
    ]


def row_line(line: str, grid: Grid, number: int) -> Row:
    """The line as row `number` of the grid."""
    row = Row(line)
    row.grid, row.number = grid, number
    return row


def cell_text(text: str) -> str:
    """The text of a cell in one line: what a break cuts is joined."""
    return normalize_spaces(text.replace("\n", " ").replace("\t", " "))


def join_parts(parts: Sequence[Grid]) -> Grid:
    """The parts of one table, top down, as one grid.

    A label at a seam goes on: an empty cell right under a label of the same columns is the rest of that label's cell.
    """
    whole = Grid()
    ending: dict[tuple[int, int], int] = {}  # the labels that end at the seam, by their columns
    for part in parts:
        seam, above = whole.n_rows, ending
        whole.n_rows += part.n_rows
        whole.n_columns = max(whole.n_columns, part.n_columns)
        ending = {}
        for spot in part.spots:
            columns = (spot.column, spot.column_span)
            at = above.get(columns) if spot.row == 0 and not spot.text else None
            if at is None:
                at = len(whole.spots)
                whole.spots.append(replace(spot, row=spot.row + seam))
            else:
                whole.spots[at] = replace(whole.spots[at], row_span=whole.spots[at].row_span + spot.row_span)
            if spot.row + spot.row_span == part.n_rows and not _VALUE.fullmatch(whole.spots[at].text):
                ending[columns] = at
    return whole


def row_starts(lines: Iterable[str]) -> frozenset[int]:
    """Where the lines that are rows of several cells begin in the lines joined by newlines."""
    starts: list[int] = []
    at = 0
    for line in lines:
        if isinstance(line, Row) and "\t" in line:
            starts.append(at)
        at += len(line) + 1
    return frozenset(starts)


def tables_of(lines: Iterable[str]) -> tuple[Table, ...]:
    """The tables of the document whose lines these are, with offsets into the lines joined by newlines."""
    parts: dict[int, _Part] = {}
    groups: list[list[_Part]] = []
    at, touching = 0, False
    for line in lines:
        if isinstance(line, Row):
            part = parts.get(id(line.grid))
            if part is None:
                part = parts[id(line.grid)] = _Part(line.grid)
                if touching and _goes_on(groups[-1][0].grid, part.grid):
                    groups[-1].append(part)
                else:
                    groups.append([part])
            part.spans[line.number] = (at, at + len(line))
            touching = True
        else:
            touching = False
        at += len(line) + 1
    return tuple(table for group in groups if (table := _table(group)) is not None)


@dataclass(slots=True)
class _Part:
    """A grid whose rows were met in the text, and where each of its lines stands."""

    grid: Grid
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)


def _table(parts: Sequence[_Part]) -> Table | None:
    """The table; a cell of a row that was cut from the text is no cell of it. None where not two cells are left."""
    grid = parts[0].grid if len(parts) == 1 else join_parts([part.grid for part in parts])
    spans: dict[int, tuple[int, int]] = {}
    above = 0
    for part in parts:
        spans |= {above + row: span for row, span in part.spans.items()}
        above += part.grid.n_rows
    start, end = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    worded = {spot.row for spot in grid.spots if spot.text}
    cells: list[Cell] = []
    row, at, begin, stop = -1, start, start, start
    for spot in grid.spots:
        if spot.row != row:
            row = spot.row
            begin, stop = spans.get(row, (stop, stop))
            at = begin
        if row in worded and row not in spans:
            continue
        first = min(at, stop)
        cells.append(
            Cell(
                row, spot.column, spot.row_span, spot.column_span, spot.text, first, first + len(spot.text), spot.header
            )
        )
        # The line has no tabs before its first text: its empty first cells all stand where the line begins.
        if spot.text or at > begin:
            at += len(spot.text) + 1
    return Table(tuple(cells), grid.n_rows, grid.n_columns, start, end) if len(cells) >= 2 else None


def _goes_on(upper: Grid, lower: Grid) -> bool:
    """Whether a grid right under another is its second part: it repeats the headings, or begins with values."""
    if upper.n_columns != lower.n_columns or upper.n_columns < 2:
        return False
    first = [spot for spot in lower.spots if spot.row == 0]
    headings = [spot for spot in upper.spots if spot.row == 0]
    same = [(spot.column, spot.column_span, spot.text) for spot in headings]
    if same == [(spot.column, spot.column_span, spot.text) for spot in first]:
        return True
    return len(first) > 1 and any(spot.text and _VALUE.fullmatch(spot.text) for spot in first)
