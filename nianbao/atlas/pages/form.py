"""The tables of a national form on the pages of a reporting body: the rows and columns of the form, year by year. Pure.

Each column of the form has one column per year, so that the years of a cell are side by side; what changed is marked.
Each edition of the form has its own tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from schemas.forms import Block, Edition, Form, FormCell, Line, load_form
from schemas.rows import ComparisonRow

# A page is at most so many numbers wide; older years continue on further pages.
MAX_NUMBERS_PER_ROW = 24
MIN_YEARS_PER_PAGE, MAX_YEARS_PER_PAGE = 3, 6

_Years = Mapping[int, ComparisonRow]


@dataclass(frozen=True, slots=True)
class FormValue:
    """A number of the form.

    Attributes:
        row: Its comparison; None if the report does not state it.
        anchor: Anchor of the cell, in its newest year; empty in the others.
        mark: How it differs from the year before: `up`, `down`, or `other` if the two are not comparable; else empty.
    """

    row: ComparisonRow | None
    anchor: str
    mark: str


@dataclass(frozen=True, slots=True)
class FormLine:
    """A row of the form: for each column the number of each year, newest first, or None where the form has no cell."""

    line: Line
    cells: tuple[tuple[FormValue, ...] | None, ...]
    is_zero: bool


@dataclass(frozen=True, slots=True)
class FormTable:
    """A block of the form with the years of one edition.

    Attributes:
        anchor: Anchor of its heading.
        table: The heading of the block in the form.
        edition: The edition.
        unit: The unit of all cells; empty if they have several or none.
        units: The unit of each column; empty if all cells have the same.
        groups: The headings above the columns by level, each with its number of columns; an empty one has no heading.
        columns: The columns.
        years: The years in each column, newest first.
        lines: The rows.
    """

    anchor: str
    table: str
    edition: Edition
    unit: str
    units: tuple[str, ...]
    groups: tuple[tuple[tuple[str, int], ...], ...]
    columns: tuple[Line, ...]
    years: tuple[int, ...]
    lines: tuple[FormLine, ...]


def form_pages(family: str, category: str, rows: Sequence[ComparisonRow]) -> tuple[tuple[FormTable, ...], ...]:
    """Return the tables of a category of a form by page, the newest years first.

    Args:
        family: Family of the reports.
        category: The category of the cells.
        rows: The comparisons of cells of the form.
    """
    form = load_form(family)
    by_cell: defaultdict[str, dict[int, ComparisonRow]] = defaultdict(dict)
    for row in rows:
        if row["value"] is not None:
            by_cell[row["indicator_id"]][row["year"]] = row
    if form is None or not by_cell:
        return ()
    pages: defaultdict[int, list[FormTable]] = defaultdict(list)
    anchored: set[str] = set()
    n_years = _years_per_page(form, category)
    for edition, block in ((edition, block) for edition in reversed(form.editions) for block in form.blocks):
        cells = {place: cell for place, cell in block.cells.items() if cell.category == category}
        years = _years_of(form, edition, cells, by_cell)
        shown = {
            place: cell
            for place, cell in cells.items()
            if years and (edition.id in cell.editions or any(year in by_cell.get(cell.id, ()) for year in years))
        }
        for page, start in enumerate(range(0, len(years), n_years)):
            part = years[start : start + n_years]
            pages[page].append(_table((block, edition), shown, by_cell, part, anchored))
    return tuple(tuple(pages[page]) for page in sorted(pages))


def _years_per_page(form: Form, category: str) -> int:
    """Return how many years fit side by side into the widest table of a category."""
    n_columns = max(
        len({place[1] for place, cell in block.cells.items() if cell.category == category}) for block in form.blocks
    )
    return min(max(MAX_NUMBERS_PER_ROW // max(n_columns, 1), MIN_YEARS_PER_PAGE), MAX_YEARS_PER_PAGE)


def _years_of(
    form: Form, edition: Edition, cells: Mapping[tuple[str, str], FormCell], by_cell: Mapping[str, _Years]
) -> list[int]:
    """Return the years of an edition in which any of the cells has a number, newest first."""
    years = {year for cell in cells.values() for year in by_cell.get(cell.id, ())}
    return sorted((year for year in years if form.edition_of(year) == edition), reverse=True)


def _table(
    kind: tuple[Block, Edition],
    cells: Mapping[tuple[str, str], FormCell],
    by_cell: Mapping[str, _Years],
    years: Sequence[int],
    anchored: set[str],
) -> FormTable:
    """Return a block with some years of an edition; adds the cells that get their anchor to `anchored`."""
    block, edition = kind
    columns = tuple(column for column in block.columns if any(place[1] == column.id for place in cells))
    lines = []
    for line in block.rows:
        own = [cells.get((line.id, column.id)) for column in columns]
        if any(own):
            lines.append(_form_line(line, own, by_cell, years, anchored))
    units = [_unit_of(column, cells) for column in columns]
    same = len(set(units)) == 1
    return FormTable(
        f"{block.id}-{edition.id}",
        block.table,
        edition,
        units[0] if same else "",
        () if same else tuple(units),
        _groups(columns),
        columns,
        tuple(years),
        tuple(lines),
    )


def _unit_of(column: Line, cells: Mapping[tuple[str, str], FormCell]) -> str:
    return next(cell.unit for place, cell in cells.items() if place[1] == column.id)


def _groups(columns: Sequence[Line]) -> tuple[tuple[tuple[str, int], ...], ...]:
    """Return the headings above the columns by level, from the outermost in."""
    depth = max((len(column.under) for column in columns), default=0)
    levels = []
    for level in range(depth):
        paths = [column.under[: level + 1] if len(column.under) > level else () for column in columns]
        levels.append(tuple((path[-1] if path else "", len(list(run))) for path, run in groupby(paths)))
    return tuple(levels)


def _form_line(
    line: Line,
    cells: Sequence[FormCell | None],
    by_cell: Mapping[str, _Years],
    years: Sequence[int],
    anchored: set[str],
) -> FormLine:
    """Return a row of the form; adds the cells that get their anchor to `anchored`."""
    values = tuple(
        tuple(_form_value(cell, by_cell.get(cell.id, {}), year, anchored) for year in years) if cell else None
        for cell in cells
    )
    stated = [value.row for column in values for value in column or () if value.row is not None]
    return FormLine(line, values, bool(stated) and not any(row["value"] for row in stated))


def _form_value(cell: FormCell, by_year: _Years, year: int, anchored: set[str]) -> FormValue:
    row = by_year.get(year)
    anchor = "" if cell.id in anchored else cell.id
    anchored.add(cell.id)
    return FormValue(row, anchor, _mark(row, by_year) if row else "")


def _mark(row: ComparisonRow, years: _Years) -> str:
    before = years.get(row["year"] - 1)
    if before is None or before["value"] == row["value"]:
        return ""
    if row["comparability"] not in ("comparable", "zero_base"):
        return "other"
    return "up" if (row["value"] or 0.0) > (before["value"] or 0.0) else "down"
