"""A form across the years for the eye: its own rows and columns, and in each cell a number a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len
from rich.table import Table as Grid
from rich.text import Text

from flows.cli.terminal import columns, printable
from schemas.forms import Block, Form, FormCell, Line, load_form

Row = dict[str, Any]
_NOTHING = "·"
_NEXT = " → "
# How wide the names of rows may be, and what stands between two columns.
_ROW_NAME, _GAP = 26, 2


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form of one government: the numbers of its cells by year."""

    form: Form
    name: str
    years: tuple[int, ...]
    values: dict[str, dict[int, float | None]] = field(default_factory=dict)

    def grids(self, width: int) -> Iterator[Text | Grid]:
        """The form's blocks, one after another: of each as many columns beside one another as the width holds."""
        for block in self.form.blocks:
            seen = {cell.id for cell in block.cells.values()} & self.values.keys()
            if seen:
                yield from self._grids(block, seen, width)

    def _grids(self, block: Block, seen: set[str], width: int) -> Iterator[Text | Grid]:
        shown = [column for column in block.columns if any(cell.id in seen for cell in _cells_under(block, column))]
        units = {cell.unit for column in shown for cell in _cells_under(block, column) if cell.id in seen}
        told = f"（{units.pop()}）" if len(units) == 1 else ""
        title = f"{self.name} {block.table} {_NEXT.join(map(str, self.years))}{told}"
        yield Text(printable(title), style="bold")
        for part in self._side_by_side(block, shown, width):
            grid = columns("", "")
            grid.columns[1].min_width = grid.columns[1].max_width = min(_ROW_NAME, width // 2)
            for column in part:
                unit = next(cell.unit for cell in _cells_under(block, column) if cell.id in seen)
                head = column.name_zh + (f"（{unit}）" if len(units) > 1 or not told else "")
                grid.add_column(head, justify="right", overflow="fold", min_width=self._width(block, column))
            for row in block.rows:
                cells = [block.cells.get((row.id, column.id)) for column in part]
                if any(cell and cell.id in seen for cell in cells):
                    grid.add_row("", row.name_zh, *(self._told(cell.id) if cell else "" for cell in cells))
            yield grid
            yield Text()

    def _side_by_side(self, block: Block, shown: Sequence[Line], width: int) -> Iterator[list[Line]]:
        """The columns in groups that fit beside the names of the rows."""
        part: list[Line] = []
        room = width - min(_ROW_NAME, width // 2) - 2 * _GAP
        left = room
        for column in shown:
            needs = self._width(block, column) + _GAP
            if part and needs > left:
                yield part
                part, left = [], room
            part.append(column)
            left -= needs
        yield part

    def _width(self, block: Block, column: Line) -> int:
        """What a column needs: its widest number, and of its head, which may stand in two lines, a half."""
        head = (cell_len(column.name_zh) + 1) // 2
        return max(head + head % 2, *(cell_len(self._told(cell.id)) for cell in _cells_under(block, column)))

    def _told(self, cell: str) -> str:
        """The numbers of a cell in the order of the years, one where all are the same; a dot where there is none."""
        by_year = self.values.get(cell)
        if not by_year:
            return ""
        numbers = [by_year.get(year) for year in self.years]
        if len(set(numbers)) == 1:
            numbers = numbers[:1]
        return _NEXT.join(_NOTHING if number is None else f"{number:,.10g}" for number in numbers)


def part_forms(rows: Iterable[Row]) -> tuple[list[Row], list[FilledForm]]:
    """The rows of `comparisons` that are no cells of a form, and the forms of the others, a government at a time."""
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
    return others, [_filled(family, own, forms) for (family, _), own in of_forms.items()]


def _filled(family: str, rows: Sequence[Row], forms: dict[str, tuple[Form, frozenset[str]] | None]) -> FilledForm:
    known = forms[family]
    assert known is not None
    years = tuple(sorted({row["year"] for row in rows}))
    filled = FilledForm(known[0], rows[0]["jurisdiction_name"], years)
    for row in rows:
        filled.values.setdefault(row["indicator_id"], {})[row["year"]] = row["value"]
    return filled


def _cells_under(block: Block, column: Line) -> list[FormCell]:
    return [cell for cell in block.cells.values() if cell.column is column]
