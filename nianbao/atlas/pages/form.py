"""The tables of a national form on the pages of a reporting body: the rows and columns of the form, year by year. Pure.

Each row of the form has one line per year, so that the years of a cell are next to each other; what changed is marked.
A row that is zero in all years has one line. Each edition of the form has its own tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from schemas.forms import Block, Edition, Form, FormCell, Line, load_form
from schemas.rows import ComparisonRow

# Older years continue on further pages.
YEARS_PER_PAGE = 6

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
class FormYear:
    """The numbers of a row in a year, or in all years if all are zero; None where the form has no cell."""

    label: str
    values: tuple[FormValue | None, ...]
    is_zero: bool


@dataclass(frozen=True, slots=True)
class FormLine:
    """A row of the form with its years, newest first."""

    line: Line
    years: tuple[FormYear, ...]


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
        lines: The rows.
    """

    anchor: str
    table: str
    edition: Edition
    unit: str
    units: tuple[str, ...]
    groups: tuple[tuple[tuple[str, int], ...], ...]
    columns: tuple[Line, ...]
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
    for edition, block in ((edition, block) for edition in reversed(form.editions) for block in form.blocks):
        cells = {place: cell for place, cell in block.cells.items() if cell.category == category}
        years = _years_of(form, edition, cells, by_cell)
        shown = {
            place: cell
            for place, cell in cells.items()
            if years and (edition.id in cell.editions or any(year in by_cell.get(cell.id, ()) for year in years))
        }
        for page, start in enumerate(range(0, len(years), YEARS_PER_PAGE)):
            part = years[start : start + YEARS_PER_PAGE]
            pages[page].append(_table((block, edition), shown, by_cell, part, anchored))
    return tuple(tuple(pages[page]) for page in sorted(pages))


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
            lines.append(FormLine(line, tuple(_line_years(own, by_cell, years, anchored))))
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


def _line_years(
    cells: Sequence[FormCell | None], by_cell: Mapping[str, _Years], years: Sequence[int], anchored: set[str]
) -> Iterator[FormYear]:
    """Yield the years of a row; one for all years if all its numbers are zero."""
    by_year = {
        year: [by_cell.get(cell.id, {}).get(year) if cell is not None else None for cell in cells] for year in years
    }
    stated = [row for rows in by_year.values() for row in rows if row is not None]
    is_zero = bool(stated) and not any(row["value"] for row in stated)
    if is_zero:  # the newest number of each cell
        by_column = list(zip(*by_year.values(), strict=True))
        by_year = {years[0]: [next((row for row in column if row is not None), None) for column in by_column]}
    for year in by_year:
        values: list[FormValue | None] = []
        for cell, row in zip(cells, by_year[year], strict=True):
            if cell is None:
                values.append(None)
                continue
            anchor = "" if cell.id in anchored else cell.id
            anchored.add(cell.id)
            values.append(FormValue(row, anchor, _mark(row, by_cell[cell.id]) if row else ""))
        label = f"{years[-1]}–{year}" if is_zero and len(years) > 1 else str(year)
        yield FormYear(label, tuple(values), is_zero)


def _mark(row: ComparisonRow, years: _Years) -> str:
    before = years.get(row["year"] - 1)
    if before is None or before["value"] == row["value"]:
        return ""
    if row["comparability"] not in ("comparable", "zero_base"):
        return "other"
    return "up" if (row["value"] or 0.0) > (before["value"] or 0.0) else "down"
