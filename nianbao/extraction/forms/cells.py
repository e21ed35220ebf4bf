"""From the cells of a form to observations: every number in one, and of every other cell why it holds none."""

from __future__ import annotations

from typing import NamedTuple

from nianbao.documents.model import Document
from nianbao.extraction.forms.matching import PlacedCell, absent_cells, find_cells
from nianbao.extraction.forms.values import NUMBER, CellValue, read_cell, unit_named
from nianbao.extraction.model import FormCellValue, Observation, Unmatched
from schemas.forms import Form, load_form

ABSENT = "absent"
UNREADABLE_CELL = "unreadable_cell"


class Cells(NamedTuple):
    """What the form of a report holds; `spans` are the cells' texts, which no other rule may read again."""

    observations: tuple[Observation, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    cells: tuple[FormCellValue, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


def read_cells(document: Document) -> Cells:
    """The cells of the form of the document's family; nothing where the family has no form."""
    family = document.metadata.family
    form = load_form(family) if family else None
    if form is None:
        return Cells()
    observations: list[Observation] = []
    unmatched: list[Unmatched] = []
    cells: list[FormCellValue] = []
    spans: list[tuple[int, int]] = []
    year = document.metadata.report_year
    for placed in find_cells(document, form):
        value = _value(placed)
        seen = _seen(placed, value)
        cells.append(seen)
        start, end = placed.cell.start, placed.cell.end
        if start == end:
            continue
        spans.append((start, end))
        row = _line_around(document.text, start)
        if value.state == NUMBER:
            observations.append(_observation(placed, value, seen, year, row))
        elif any(char.isdigit() for char in placed.cell.text):
            unmatched.append(Unmatched(start, end, UNREADABLE_CELL, *row))
    cells += _absent(form, cells, year)
    return Cells(tuple(observations), tuple(unmatched), tuple(cells), tuple(spans))


def _value(placed: PlacedCell) -> CellValue:
    """The cell's value: in the unit that it prints itself, else in that of the heading over it, else in the form's."""
    printed = unit_named(placed.column_path) or unit_named(placed.row_path) or placed.form_cell.printed_unit
    return read_cell(placed.cell.text, printed, signed=placed.form_cell.signed)


def _seen(placed: PlacedCell, value: CellValue) -> FormCellValue:
    return FormCellValue(
        id=placed.form_cell.id,
        state=value.state,
        method=placed.method,
        score=placed.score,
        table=placed.table,
        row=placed.cell.row,
        column=placed.cell.column,
        row_path=placed.row_path,
        column_path=placed.column_path,
        start=placed.cell.start,
        end=placed.cell.end,
    )


def _observation(
    placed: PlacedCell, value: CellValue, seen: FormCellValue, year: int | None, row: tuple[int, int]
) -> Observation:
    return Observation(
        start=placed.cell.start,
        end=placed.cell.end,
        value=value.value,
        value_high=None,
        rounding=value.rounding,
        unit=value.unit,
        qualifier="exact",
        kind="level",
        direction=None,
        compared_with=None,
        modality="actual",
        period_start=year,
        period_end=year,
        subject=" × ".join(filter(None, (placed.row_path, placed.column_path))),
        scope=None,
        relates_to=None,
        sentence_start=row[0],
        sentence_end=row[1],
        cell=seen,
    )


def _line_around(text: str, offset: int) -> tuple[int, int]:
    """The line of text that an offset stands in: the row of its table."""
    end = text.find("\n", offset)
    return text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(text)


def _absent(form: Form, cells: list[FormCellValue], year: int | None) -> list[FormCellValue]:
    return [FormCellValue(cell.id, ABSENT) for cell in absent_cells(form, {cell.id for cell in cells}, year)]
