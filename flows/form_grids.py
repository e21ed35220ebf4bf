"""A form across the years for the eye: its own rows and columns, and in each cell a number a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.table import Table as Grid

from schemas.forms import Block, Form, load_form

Row = dict[str, Any]
_NOTHING = "·"
_NEXT = " → "


def part_forms(rows: Iterable[Row]) -> tuple[list[Row], list[Grid]]:
    """The rows of `comparisons` that are no cells of a form, and the grids of the others, a government at a time."""
    others: list[Row] = []
    of_forms: dict[tuple[str, str], list[Row]] = {}
    forms: dict[str, tuple[Form, frozenset[str]] | None] = {}
    for row in rows:
        family = row["family"]
        if family not in forms:
            form = load_form(family)
            forms[family] = (form, frozenset(cell.id for cell in form.cells)) if form else None
        known = forms[family]
        if known is not None and row["indicator_id"] in known[1]:
            of_forms.setdefault((family, row["jurisdiction_code"]), []).append(row)
        else:
            others.append(row)
    grids: list[Grid] = []
    for (family, _), own in of_forms.items():
        known = forms[family]
        grids += _grids(known[0], own) if known is not None else []
    return others, grids


def _grids(form: Form, rows: Sequence[Row]) -> Iterator[Grid]:
    values: dict[str, dict[int, float | None]] = {}
    for row in rows:
        values.setdefault(row["indicator_id"], {})[row["year"]] = row["value"]
    years = sorted({row["year"] for row in rows})
    name = rows[0]["jurisdiction_name"]
    for block in form.blocks:
        seen = {cell.id for cell in block.cells.values()} & values.keys()
        if seen:
            yield _grid(block, seen, values, years, f"{name} {block.table} {_NEXT.join(map(str, years))}")


def _grid(
    block: Block, seen: set[str], values: dict[str, dict[int, float | None]], years: Sequence[int], title: str
) -> Grid:
    columns = [
        (column, shown)
        for column in block.columns
        if (shown := [cell for cell in block.cells.values() if cell.column is column and cell.id in seen])
    ]
    units = {cell.unit for _, shown in columns for cell in shown}
    grid = Grid(title=title + (f"（{units.pop()}）" if len(units) == 1 else ""))
    grid.add_column("", overflow="fold")
    for column, shown in columns:
        grid.add_column(column.name_zh + (f"（{shown[0].unit}）" if len(units) > 1 else ""), justify="right")
    for row in block.rows:
        cells = [block.cells.get((row.id, column.id)) for column, _ in columns]
        if any(cell and cell.id in seen for cell in cells):
            told = (_told(values.get(cell.id, {}), years) if cell else "" for cell in cells)
            grid.add_row(row.name_zh, *told)
    return grid


def _told(by_year: dict[int, float | None], years: Sequence[int]) -> str:
    """The numbers of a cell in the order of the years, one where all are the same; a dot where there is none."""
    numbers = [by_year.get(year) for year in years]
    if not by_year:
        return ""
    if len(set(numbers)) == 1:
        numbers = numbers[:1]
    return _NEXT.join(_NOTHING if number is None else f"{number:,.10g}" for number in numbers)
