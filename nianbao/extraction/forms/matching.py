"""The cells of a family's form in the tables of a report: found by their headings, and by place where those fail.

A table is gone through row by row. Rows of headings stack up and hold for the rows of values below them, until the
next headings; what a row of values has left of its values heads it. So headings may repeat, change half-way, be merged
or broken in any way. Place counts only where the form leaves no doubt: as many values in a row as the form has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import NamedTuple

from nianbao.documents.model import Cell, Document, Table
from nianbao.extraction.forms.headings import line_of
from nianbao.extraction.forms.values import NO_UNIT, NOT_APPLICABLE, NUMBER, read_cell
from schemas.forms import Block, Form, FormCell, Line

FORM, BY_PLACE = "form", "form_position"
ALL_HEADED, SOME_HEADED = 0.8, 0.6  # how sure a place is: all headings of the row are there, in another order or not


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell of a report that is one of the form's; the paths are its headings from the outermost in."""

    form_cell: FormCell
    cell: Cell
    table: int
    row_path: str
    column_path: str
    method: str
    score: float


class _Leaf(NamedTuple):
    """The innermost heading over some columns, and all headings there from it outwards."""

    column: int
    headings: tuple[str, ...]


@dataclass(slots=True)
class _Row:
    """A row of values: its headings from the outermost in, its values, the headings over them, and what it is."""

    heads: tuple[Cell, ...]
    values: tuple[Cell, ...]
    leaves: tuple[_Leaf, ...]
    over: frozenset[str]
    found: list[tuple[Cell, FormCell, str, float, str]] = field(default_factory=list)
    block: Block | None = None
    line: Line | None = None

    @property
    def path(self) -> str:
        """Return the headings of the row from the outermost in, without its unreadable values."""
        values = {cell for cell, *_ in self.found}
        return "/".join(cell.text for cell in self.heads if cell.text and cell not in values)


def find_cells(document: Document, form: Form) -> list[FoundCell]:
    """Return the cells of a form found in the tables of a document, in text order."""
    found = [item for number, table in enumerate(document.tables) for item in _cells_of(table, number, form)]
    filled = {item.form_cell.id for item in found if item.cell.text}
    # An empty row under the headings and the row of numbers below it: the first is none.
    found = [item for item in found if item.cell.text or item.form_cell.id not in filled]
    return sorted(found, key=lambda item: (item.cell.start, item.table, item.cell.row, item.cell.column))


def _cells_of(table: Table, number: int, form: Form) -> Iterator[FoundCell]:
    rows = list(_rows_of_values(table, form))
    for row in rows:
        _match(row, form)
    _match_by_neighbours(rows)
    for row in rows:
        for cell, form_cell, method, score, column_path in row.found:
            yield FoundCell(form_cell, cell, number, row.path, column_path, method, score)


def _rows_of_values(table: Table, form: Form) -> Iterator[_Row]:
    """Return the rows of a table that have values or empty cells, each with its headings."""
    grid = table.grid()
    stack: list[int] = []
    waiting: list[int] = []
    after_values = False
    for number, places in enumerate(grid):
        cells = tuple(dict.fromkeys(cell for cell in places if cell is not None))
        own = [cell for cell in cells if cell.row == number]
        if not _is_row_left_empty(own, form) and _is_heading(own, form, headed=bool(stack)):
            stack = [*([] if after_values else stack), *waiting, number]
            waiting, after_values = [], False
        elif _holds_values(cells, own, form, headed=bool(stack), after_values=after_values):
            over = stack if stack or after_values else waiting
            yield _row(cells, number, grid, over, form)
            waiting, after_values = [], True
        else:
            waiting.append(number)


def _is_heading(own: Sequence[Cell], form: Form, *, headed: bool) -> bool:
    """Return whether a row heads columns: no number, and the name of a column that is not the first thing in it."""
    worded = [cell for cell in own if cell.text]
    if not worded or any(_is_value(cell) for cell in worded):
        return False
    for block in form.blocks:
        named = [n for n, cell in enumerate(worded) if line_of(cell.text, block.columns)]
        if len(named) > 1 or any(named):
            return True
        # Turned about: what the form has down the side heads the columns (行政复议, 未经复议直接起诉, 复议后起诉).
        if not headed and sum(line_of(cell.text, block.rows) is not None for cell in worded) > 1:
            return True
    return False


def _holds_values(cells: Sequence[Cell], own: Sequence[Cell], form: Form, *, headed: bool, after_values: bool) -> bool:
    if any(_is_value(cell) for cell in own):
        return True
    if not headed:
        return _is_row_left_empty(own, form)
    if not any(cell.text for cell in own):  # a row left empty right under the headings
        return not after_values and len(own) > 1
    # Headed like a row of the form, with something behind that, if only empty cells or words.
    return any(line_of(cell.text, block.rows) for cell in own[:-1] for block in form.blocks if cell.text)


def _is_row_left_empty(own: Sequence[Cell], form: Form) -> bool:
    """Return whether a row belongs to the form but is not filled in: its name, then an empty cell a column."""
    empty = len(list(takewhile(lambda cell: not cell.text, reversed(own))))
    if not 0 < empty < len(own):
        return False
    name = own[len(own) - empty - 1].text
    return any(empty in _widths(block) and line_of(name, block.rows) for block in form.blocks)


def _widths(block: Block) -> set[int]:
    """Return how many columns the block has, by edition."""
    editions = {edition for line in block.columns for edition in line.editions}
    return {sum(edition in line.editions for line in block.columns) for edition in editions}


def _is_value(cell: Cell) -> bool:
    return read_cell(cell.text, "", signed=True).state in (NUMBER, NO_UNIT, NOT_APPLICABLE)


def _row(
    cells: Sequence[Cell], number: int, grid: Sequence[Sequence[Cell | None]], stack: Sequence[int], form: Form
) -> _Row:
    """Return a row of values under a stack of heading rows; its own headings precede its values.

    A row has none where it names no line of the form and begins with a value, or where the headings over it say all
    of each of its cells: words in it are values that cannot be read.
    """
    over: list[str] = []
    leaves: dict[Cell, _Leaf] = {}
    for column in range(len(grid[number])):
        there = [place for row in stack if (place := grid[row][column]) is not None and place.text]
        outwards = tuple(dict.fromkeys(reversed(there)))
        over += [place.text for place in outwards if place.column_span < len(grid[number])]
        if outwards:
            leaves.setdefault(outwards[0], _Leaf(column, tuple(place.text for place in outwards)))
    last = -1
    for n, cell in enumerate([] if _has_no_heading(cells, tuple(leaves.values()), form) else cells):
        if _is_value(cell) and last >= 0:
            break
        if cell.text and not _is_value(cell):
            last = n
    # Words behind the name of a row stand in the place of values, and so do the empty cells between them and it.
    named = [
        n for n, cell in enumerate(cells[: last + 1]) if any(line_of(cell.text, block.rows) for block in form.blocks)
    ]
    behind = cells[named[-1] + 1 : last + 1] if named else ()
    ahead = cells[: named[-1] + 1 if named else last + 1]
    heads = (*(cell for cell in ahead if cell.text and not _is_value(cell)), *behind)
    return _Row(heads, tuple(cells[last + 1 :]), tuple(leaves.values()), frozenset(over))


def _has_no_heading(cells: Sequence[Cell], leaves: Sequence[_Leaf], form: Form) -> bool:
    worded = [cell for cell in cells if cell.text]
    lines = tuple(line for block in form.blocks for line in (*block.rows, *block.columns))
    if not worded or any(line_of(cell.text, lines) for cell in worded):
        return False
    named = [leaf for leaf in leaves if any(_of_leaf(leaf, block, None) for block in form.blocks)]
    return _is_value(worded[0]) or len(named) == len(cells)


def _match(row: _Row, form: Form) -> None:
    """Find the cells of a row: in the block where its headings mean most, and most surely.

    By place alone two blocks may fit (a row of three under no headings, 规章 of 2019 or of 2021): then none does.
    """
    fitting = [
        (len(found), min(sure for _, _, _, sure, _ in found), found, block, headed.line)
        for block in form.blocks
        for headed in _lines(row, block)
        if (found := _assign(row, block, headed, _slots(row, block, headed.line)))
    ]
    if not fitting:
        return
    best = max(fitting, key=lambda fit: fit[:2])
    equal = [fit for fit in fitting if fit[:2] == best[:2]]
    if len(equal) > 1 and best[2][0][2] == BY_PLACE:
        return
    _, _, row.found, row.block, row.line = best


class _HeadedValues(NamedTuple):
    """A line of a form that may head a row, how surely, and the values it would head."""

    line: Line | None
    score: float
    values: tuple[Cell, ...]
    must_fill: bool


def _lines(row: _Row, block: Block) -> Iterator[_HeadedValues]:
    """Yield the lines of a block that may head the row, or None where its rows are headings above the columns.

    A line turned about (applicants down, results across) heads it as well. Words behind the heading are values that
    cannot be read, if with them the row has as many as it must; else they make it another row than the form's.
    """
    heads = len(row.heads)
    while heads and not any(line_of(row.heads[heads - 1].text, lines) for lines in (block.rows, block.columns)):
        heads -= 1
    if heads:
        behind = row.heads[heads:]
        for lines in (block.rows, block.columns):
            found = line_of(row.heads[heads - 1].text, lines)
            if found is not None:
                yield _HeadedValues(found.line, found.score, (*behind, *row.values), bool(behind))
    elif len(row.heads) <= 1:
        yield _HeadedValues(None, 1.0, row.values, False)


def _slots(row: _Row, block: Block, line: Line | None) -> list[tuple[_Leaf, FormCell, float]]:
    """Return the form cells named by the column headings, each cell once."""
    slots: dict[str, tuple[_Leaf, FormCell, float]] = {}
    for leaf in row.leaves:
        found = _of_leaf(leaf, block, line)
        if found is not None:
            slots.setdefault(found[0].id, (leaf, *found))
    return list(slots.values())


def _of_leaf(leaf: _Leaf, block: Block, line: Line | None) -> tuple[FormCell, float] | None:
    for across, along in ((block.columns, block.rows), (block.rows, block.columns)):
        inner = line_of(leaf.headings[0], across)
        if inner is None:
            continue
        if line is not None:
            other, score = line, inner.score
            if other not in along:
                continue
        else:
            outer = next((match for text in leaf.headings[1:] if (match := line_of(text, along))), None)
            if outer is None:
                continue
            other, score = outer.line, min(inner.score, outer.score)
        key = (other.id, inner.line.id) if across is block.columns else (inner.line.id, other.id)
        if key in block.cells:
            return block.cells[key], score
    return None


def _assign(
    row: _Row, block: Block, headed: _HeadedValues, slots: Sequence[tuple[_Leaf, FormCell, float]]
) -> list[tuple[Cell, FormCell, str, float, str]]:
    """Return the values of a row as cells of the form."""
    line, score, values, must_fill = headed
    if slots:
        kept = _without_fillers(values, len(slots))
        if len(kept) == len(slots):
            return [
                (cell, form_cell, FORM, min(score, sure), _path(leaf))
                for cell, (leaf, form_cell, sure) in zip(kept, slots, strict=True)
            ]
    by_place = _by_place(row, block, line, [cell for _, cell, _ in slots], values)
    if by_place:
        return by_place
    if must_fill:
        return []
    by_column = {leaf.column: (leaf, form_cell, sure) for leaf, form_cell, sure in slots}
    return [
        (cell, form_cell, FORM, min(score, sure), _path(leaf))
        for cell in values
        if cell.column in by_column
        for leaf, form_cell, sure in (by_column[cell.column],)
    ]


def _by_place(
    row: _Row, block: Block, line: Line | None, named: Sequence[FormCell], values: tuple[Cell, ...]
) -> list[tuple[Cell, FormCell, str, float, str]]:
    """Match values by order if an edition of the form has exactly that many and no heading contradicts it."""
    if line is None and not _heads_several(row, block):
        return []
    if row.over and not any(line_of(text, block.columns) for text in row.over):
        return []  # the headings over it are those of another table
    whole = [cell for cell in block.cells.values() if line is None or line in (cell.row, cell.column)]
    editions = {edition for cell in whole for edition in cell.editions}
    orders = {tuple(cell for cell in whole if edition in cell.editions) for edition in editions}
    fitting = [
        (order, kept)
        for order in orders
        if len(kept := _without_fillers(values, len(order))) == len(order) and _in_order(named, order)
    ]
    if len(fitting) != 1:
        return []
    order, kept = fitting[0]
    heads = {cell.column if line is None or line in block.rows else cell.row for cell in order}
    all_there = all(any(match.line == head for text in row.over if (match := line_of(text, (head,)))) for head in heads)
    score = ALL_HEADED if all_there else SOME_HEADED
    return [
        (cell, form_cell, BY_PLACE, score, form_cell.column.path) for cell, form_cell in zip(kept, order, strict=True)
    ]


def _heads_several(row: _Row, block: Block) -> bool:
    """Return whether the headings over a row without a heading name the block: rows of it and columns of it."""
    rows = {match.line.id for text in row.over if (match := line_of(text, block.rows))}
    columns = {match.line.id for text in row.over if (match := line_of(text, block.columns))}
    return len(rows) > 1 and len(columns) > 1


def _in_order(named: Sequence[FormCell], order: Sequence[FormCell]) -> bool:
    places = [order.index(cell) if cell in order else -1 for cell in named]
    return places == sorted(places) and -1 not in places


def _without_fillers(values: tuple[Cell, ...], wanted: int) -> tuple[Cell, ...]:
    """Drop leading empty cells while there are more values than wanted."""
    while len(values) > wanted and not values[0].text:
        values = values[1:]
    return values


def _path(leaf: _Leaf) -> str:
    return "/".join(reversed(leaf.headings))


def _match_by_neighbours(rows: Sequence[_Row]) -> None:
    """Rows whose headings say nothing, between two that the form has exactly so far apart."""
    known = [n for n, row in enumerate(rows) if row.line is not None and row.block is not None]
    for first, last in pairwise(known):
        block, between = rows[first].block, rows[first + 1 : last]
        if block is None or not between or rows[last].block is not block:
            continue
        editions = {edition for line in block.rows for edition in line.editions}
        for edition in sorted(editions, reverse=True):
            order = [line for line in block.rows if edition in line.editions]
            ends = [order.index(line) for line in (rows[first].line, rows[last].line) if line in order]
            if len(ends) != 2 or ends[1] - ends[0] - 1 != len(between):
                continue
            for row, line in zip(between, order[ends[0] + 1 : ends[1]], strict=True):
                found = _by_place(row, block, line, [cell for _, cell, _ in _slots(row, block, line)], row.values)
                row.found, row.block, row.line = found, block, line
            break


def absent_cells(form: Form, present: set[str], year: int | None) -> list[FormCell]:
    """Return the cells of the form that a report omits in its edition; none if the report has no cell at all."""
    if not present:
        return []
    edition = _edition(form, present, year)
    replaced = {cell.id: cell for cell in form.cells}
    missing = []
    for block in form.blocks:
        for (row, column), cell in block.cells.items():
            if edition not in cell.editions or cell.id in present:
                continue
            old = cell.row.instead_of
            parts = [line.id for line in block.rows if line.instead_of == row]
            others = [
                block.cells[name, column].id
                for name in (*parts, *([old] if old else []))
                if (name, column) in block.cells
            ]
            if not any(name in present for name in others):
                missing.append(replaced[cell.id])
    return missing


def _edition(form: Form, present: set[str], year: int | None) -> str:
    """Return the edition with the most cells that belong to it alone, or else the edition of the year."""
    parts = {line.id for block in form.blocks for line in block.rows if line.instead_of}
    parts |= {line.instead_of for block in form.blocks for line in block.rows if line.instead_of}
    own = [cell for cell in form.cells if cell.id in present and len(cell.editions) == 1 and cell.row.id not in parts]
    counts = {edition.id: sum(edition.id in cell.editions for cell in own) for edition in form.editions}
    of_year = form.edition_of(year).id if year is not None else form.editions[-1].id
    return max(counts, key=lambda name: (counts[name], name == of_year))
