"""Build the tables of a document: lay out cells with spans, write them as lines, and find them in the final text.

A reader makes a `Grid` per table and a `RowLine` for each of its rows with text. A `RowLine` is a line like any other
to the code that cuts and joins lines, but it knows its cells. So the rows that are left at the end need no search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from nianbao.documents.model import Cell, Table
from nianbao.documents.text.lines import FixedLine, normalize_spaces

MAX_COLUMNS = 200  # of a data table; the form of the disclosure report has 15
MAX_ROWS = 20_000
MAX_LONE_CELL_LENGTH = 300  # characters; a longer text alone in its row is framed text, no table
_MAX_STEPS = 2_000_000  # positions that spans may cover; more is an attack
_VALUE = re.compile(r"[-—－/\d０-９,，.．%％\s]*")


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell without offsets, as they are not known yet; see `Cell`. The text has no tab or newline."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    header: bool = False


@dataclass(slots=True)
class Grid:
    """The cells of a table in reading order."""

    cells: list[GridCell] = field(default_factory=list)
    n_rows: int = 0
    n_columns: int = 0


class RowLine(FixedLine):
    """The line of text of one row of a grid: the texts of the cells that begin in it, separated by tabs."""

    __slots__ = ("grid", "number")
    grid: Grid
    number: int


@dataclass(frozen=True, slots=True)
class MarkupCell:
    """A cell as markup states it: its text, and the number of rows and columns that it covers (0 rows: all)."""

    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


def layout_grid(rows: Sequence[Sequence[MarkupCell]]) -> Grid | None:
    """Lay out rows of cells as HTML does: each cell takes the first position that no span from above covers.

    Return None if it is not a data table: too many rows or columns, or spans that cover absurdly much.
    """
    if len(rows) > MAX_ROWS:
        return None
    width = _width(rows)
    grid = Grid(n_rows=len(rows))
    covered: list[tuple[int, int, int]] = []  # spans from above: first column, column after it, row after it
    n_steps = 0
    for number, row in enumerate(rows):
        covered = [span for span in covered if span[2] > number]
        n_steps += len(covered) + len(row)
        opened: list[tuple[int, int, int]] = []
        column = index = 0
        for cell in row:
            while index < len(covered) and covered[index][0] < column + 1:
                column = max(column, covered[index][1])
                index += 1
            n_rows = max(1, min(cell.rows or len(rows), len(rows) - number))
            n_columns = max(1, cell.columns if cell.columns <= MAX_COLUMNS else width - (_width([row]) - 1))
            if index < len(covered):  # a cell that would overlap a span from above ends before it
                n_columns = min(n_columns, covered[index][0] - column)
            grid.cells.append(GridCell(number, column, n_rows, n_columns, cell.text, cell.header))
            n_steps += n_rows * n_columns
            if n_rows > 1:
                opened.append((column, column + n_columns, number + n_rows))
            column += n_columns
            if column > MAX_COLUMNS or n_steps > _MAX_STEPS:
                return None
        grid.n_columns = max(grid.n_columns, column)
        if opened:
            covered = sorted([*covered, *opened])
    return grid


def _width(rows: Sequence[Sequence[MarkupCell]]) -> int:
    """Return how wide the rows are without spans that no table has, such as colspan="999", which mean all columns."""
    return max((sum(cell.columns if cell.columns <= MAX_COLUMNS else 1 for cell in row) for row in rows), default=1)


def row_lines(grid: Grid) -> list[RowLine]:
    """Return the lines of a grid, top down; a row without text has none."""
    texts: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        texts[cell.row].append(cell.text)
    return [
        make_row_line(line, grid, number) for number, row in enumerate(texts) if (line := "\t".join(row).strip("\t"))
    ]


def make_row_line(line: str, grid: Grid, number: int) -> RowLine:
    """Return a line as row `number` of a grid."""
    row = RowLine(line)
    row.grid, row.number = grid, number
    return row


def cell_text(text: str) -> str:
    """Return the text of a cell on one line, with broken lines joined."""
    return normalize_spaces(text.replace("\n", " ").replace("\t", " "))


def join_grids(parts: Sequence[Grid]) -> Grid:
    """Join the parts of one table, top down.

    A label continues over a seam: an empty cell right under a label of the same columns belongs to the label's cell.
    """
    whole = Grid()
    labels: dict[tuple[int, int], int] = {}  # the labels that end at the seam: columns -> index of the cell
    for part in parts:
        seam, labels_above = whole.n_rows, labels
        whole.n_rows += part.n_rows
        whole.n_columns = max(whole.n_columns, part.n_columns)
        labels = {}
        leads = True  # the line of a row has tabs only behind its first text, so a cell there must stay
        for cell in part.cells:
            columns = (cell.column, cell.column_span)
            leads = leads and cell.row == 0 and not cell.text
            index = labels_above.get(columns) if leads else None
            if index is None:
                index = len(whole.cells)
                whole.cells.append(replace(cell, row=cell.row + seam))
            else:
                label = whole.cells[index]
                whole.cells[index] = replace(label, row_span=label.row_span + cell.row_span)
            if cell.row + cell.row_span == part.n_rows and not _VALUE.fullmatch(whole.cells[index].text):
                labels[columns] = index
    return whole


def row_offsets(lines: Iterable[str]) -> frozenset[int]:
    """Return the offsets at which rows of several cells begin, in the text of the lines joined by newlines."""
    starts: list[int] = []
    offset = 0
    for line in lines:
        if isinstance(line, RowLine) and "\t" in line:
            starts.append(offset)
        offset += len(line) + 1
    return frozenset(starts)


def tables_of(lines: Iterable[str]) -> tuple[Table, ...]:
    """Return the tables in the lines of a document, with offsets into the lines joined by newlines."""
    parts: dict[int, _Part] = {}
    groups: list[list[_Part]] = []
    offset, follows_row = 0, False
    for line in lines:
        if isinstance(line, RowLine):
            part = parts.get(id(line.grid))
            if part is None:
                part = parts[id(line.grid)] = _Part(line.grid)
                if follows_row and _is_continuation(groups[-1][0].grid, part.grid):
                    groups[-1].append(part)
                else:
                    groups.append([part])
            part.row_spans[line.number] = (offset, offset + len(line))
            follows_row = True
        else:
            follows_row = False
        offset += len(line) + 1
    return tuple(table for group in groups if (table := _make_table(group)) is not None)


@dataclass(slots=True)
class _Part:
    """A grid with rows in the text, and the start and end offsets of these rows."""

    grid: Grid
    row_spans: dict[int, tuple[int, int]] = field(default_factory=dict)


def _make_table(parts: Sequence[_Part]) -> Table | None:
    """Return the table without the cells of rows that were cut from the text; None if fewer than two are left."""
    grid = parts[0].grid if len(parts) == 1 else join_grids([part.grid for part in parts])
    row_spans: dict[int, tuple[int, int]] = {}
    n_rows_above = 0
    for part in parts:
        row_spans |= {n_rows_above + row: span for row, span in part.row_spans.items()}
        n_rows_above += part.grid.n_rows
    start, end = min(span[0] for span in row_spans.values()), max(span[1] for span in row_spans.values())
    rows_with_text = {cell.row for cell in grid.cells if cell.text}
    cells: list[Cell] = []
    row, offset, row_start, row_end = -1, start, start, start
    for cell in grid.cells:
        if cell.row != row:
            row = cell.row
            row_start, row_end = row_spans.get(row, (row_end, row_end))
            offset = row_start
        if row in rows_with_text and row not in row_spans:
            continue
        first = min(offset, row_end)
        cells.append(
            Cell(
                row=row,
                column=cell.column,
                row_span=cell.row_span,
                column_span=cell.column_span,
                text=cell.text,
                start=first,
                end=first + len(cell.text),
                header=cell.header,
            )
        )
        # The line has no tabs before its first text, so its empty first cells are all at its start.
        if cell.text or offset > row_start:
            offset += len(cell.text) + 1
    return Table(tuple(cells), grid.n_rows, grid.n_columns, start, end) if len(cells) >= 2 else None


def _is_continuation(upper: Grid, lower: Grid) -> bool:
    """Return whether a grid right under another continues it: it repeats the headings, or begins with values."""
    if upper.n_columns != lower.n_columns or upper.n_columns < 2:
        return False
    first_row = [cell for cell in lower.cells if cell.row == 0]
    headings = [cell for cell in upper.cells if cell.row == 0]
    if [(cell.column, cell.column_span, cell.text) for cell in headings] == [
        (cell.column, cell.column_span, cell.text) for cell in first_row
    ]:
        return True
    return len(first_row) > 1 and any(cell.text and _VALUE.fullmatch(cell.text) for cell in first_row)
