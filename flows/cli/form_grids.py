"""Format a national form for the terminal: its own rows and columns, with one number per year in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.table import Table as Grid
from rich.text import Text

from flows.cli.messages import printable
from flows.cli.reporters import name_of, reporter_key
from flows.cli.terminal import columns
from schemas.forms import Block, Form, FormCell, Line, load_form
from schemas.rows import ComparisonRow

_NO_VALUE = "·"
_NEXT_YEAR = " → "
# Widest column of row names, and the blanks between two columns.
_ROW_NAME_WIDTH, _GAP = 26, 2


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form of one government or other body, with the numbers of each cell by year."""

    form: Form
    name: str
    years: tuple[int, ...]
    values: dict[str, dict[int, float | None]] = field(default_factory=dict)

    def grids(self, width: int) -> Iterator[Text | Grid]:
        """Yield the blocks of the form, each split into as many grids as its columns need at this width."""
        for block in self.form.blocks:
            filled = {cell.id for cell in block.cells.values()} & self.values.keys()
            if filled:
                yield from self._block_grids(block, filled, width)

    def _block_grids(self, block: Block, filled: set[str], width: int) -> Iterator[Text | Grid]:
        shown = [column for column in block.columns if any(cell.id in filled for cell in _cells_under(block, column))]
        units = {cell.unit for column in shown for cell in _cells_under(block, column) if cell.id in filled}
        unit = f"（{min(units)}）" if len(units) == 1 else ""
        yield Text(printable(f"{self.name} {block.table} {_NEXT_YEAR.join(map(str, self.years))}{unit}"), style="bold")
        for group in self._fit_columns(block, shown, width):
            yield self._grid(block, group, filled, width, show_units=not unit)
            yield Text()

    def _grid(self, block: Block, group: Sequence[Line], filled: set[str], width: int, *, show_units: bool) -> Grid:
        grid = columns("", "")
        grid.columns[1].min_width = grid.columns[1].max_width = min(_ROW_NAME_WIDTH, width // 2)
        for column in group:
            unit = next(cell.unit for cell in _cells_under(block, column) if cell.id in filled)
            heading = column.name_zh + (f"（{unit}）" if show_units else "")
            grid.add_column(heading, justify="right", overflow="fold", min_width=self._column_width(block, column))
        for row in block.rows:
            cells = [block.cells.get((row.id, column.id)) for column in group]
            if any(cell and cell.id in filled for cell in cells):
                grid.add_row("", row.name_zh, *(self._cell_text(cell.id) if cell else "" for cell in cells))
        return grid

    def _fit_columns(self, block: Block, shown: Sequence[Line], width: int) -> Iterator[list[Line]]:
        """Yield the columns in groups that fit next to the row names."""
        group: list[Line] = []
        room = width - min(_ROW_NAME_WIDTH, width // 2) - 2 * _GAP
        left = room
        for column in shown:
            needed = self._column_width(block, column) + _GAP
            if group and needed > left:
                yield group
                group, left = [], room
            group.append(column)
            left -= needed
        yield group

    def _column_width(self, block: Block, column: Line) -> int:
        """Return the width of the widest number or of half the heading, which may take two lines."""
        heading = (cell_len(column.name_zh) + 1) // 2
        return max(heading + heading % 2, *(cell_len(self._cell_text(cell.id)) for cell in _cells_under(block, column)))

    def _cell_text(self, cell: str) -> str:
        """Return the numbers of a cell by year: only one if all are equal, a dot for a missing one."""
        by_year = self.values.get(cell)
        if not by_year:
            return ""
        numbers = [by_year.get(year) for year in self.years]
        if len(set(numbers)) == 1:
            numbers = numbers[:1]
        return _NEXT_YEAR.join(_NO_VALUE if number is None else f"{number:,.10g}" for number in numbers)


def split_forms(rows: Iterable[ComparisonRow]) -> tuple[list[ComparisonRow], list[FilledForm]]:
    """Split rows of `comparisons` into those outside any form, and the filled forms, one per reporting body."""
    others: list[ComparisonRow] = []
    in_forms: dict[tuple[str, str, str], list[ComparisonRow]] = {}
    forms: dict[str, tuple[Form, frozenset[str]] | None] = {}
    for row in rows:
        family = row["family"]
        if family not in forms:
            form = load_form(family)
            forms[family] = (form, frozenset(cell.id for cell in form.cells)) if form else None
        known = forms[family]
        if known is not None and row["indicator_id"] in known[1]:
            in_forms.setdefault((family, *reporter_key(row)), []).append(row)
        else:
            others.append(row)
    return others, [_filled(family, own, forms) for (family, *_), own in in_forms.items()]


def _filled(
    family: str, rows: Sequence[ComparisonRow], forms: dict[str, tuple[Form, frozenset[str]] | None]
) -> FilledForm:
    known = forms[family]
    assert known is not None
    years = tuple(sorted({row["year"] for row in rows}))
    filled = FilledForm(known[0], name_of(rows[-1]), years)
    for row in rows:
        filled.values.setdefault(row["indicator_id"], {})[row["year"]] = row["value"]
    return filled


def _cells_under(block: Block, column: Line) -> list[FormCell]:
    return [cell for cell in block.cells.values() if cell.column is column]
