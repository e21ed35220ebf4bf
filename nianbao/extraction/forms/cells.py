"""From the cells of a form to observations: every number in one, and of every other cell why it holds none."""

from __future__ import annotations

from typing import NamedTuple

from nianbao.documents.model import Document
from nianbao.extraction.forms.matching import FoundCell, absent_cells, find_cells
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
    """Return the cells of the form of the document's family, or an empty result if the family has no form."""
    family = document.metadata.family
    form = load_form(family) if family else None
    if form is None:
        return Cells()
    observations: list[Observation] = []
    unmatched: list[Unmatched] = []
    cells: list[FormCellValue] = []
    spans: list[tuple[int, int]] = []
    year = document.metadata.report_year
    for found in find_cells(document, form):
        value = _value(found)
        form_value = _form_value(found, value)
        cells.append(form_value)
        start, end = found.cell.start, found.cell.end
        if start == end:
            continue
        spans.append((start, end))
        row = _line_around(document.text, start)
        if value.state == NUMBER:
            observations.append(_observation(found, value, form_value, year, row))
        elif any(char.isdigit() for char in found.cell.text):
            unmatched.append(Unmatched(start, end, UNREADABLE_CELL, *row))
    cells += _absent(form, cells, year)
    return Cells(tuple(observations), tuple(unmatched), tuple(cells), tuple(spans))


def _value(found: FoundCell) -> CellValue:
    """Return the value of a cell, in its own unit, that of the heading above it, or that of the form."""
    printed = unit_named(found.column_path) or unit_named(found.row_path) or found.form_cell.printed_unit
    return read_cell(found.cell.text, printed, signed=found.form_cell.signed)


def _form_value(found: FoundCell, value: CellValue) -> FormCellValue:
    return FormCellValue(
        id=found.form_cell.id,
        state=value.state,
        method=found.method,
        score=found.score,
        table=found.table,
        row=found.cell.row,
        column=found.cell.column,
        row_path=found.row_path,
        column_path=found.column_path,
        start=found.cell.start,
        end=found.cell.end,
    )


def _observation(
    found: FoundCell, value: CellValue, form_value: FormCellValue, year: int | None, row: tuple[int, int]
) -> Observation:
    return Observation(
        start=found.cell.start,
        end=found.cell.end,
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
        subject=" × ".join(filter(None, (found.row_path, found.column_path))),
        scope=None,
        relates_to=None,
        sentence_start=row[0],
        sentence_end=row[1],
        cell=form_value,
    )


def _line_around(text: str, offset: int) -> tuple[int, int]:
    """Return the span of the line of text around an offset, which is the row of its table."""
    end = text.find("\n", offset)
    return text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(text)


def _absent(form: Form, cells: list[FormCellValue], year: int | None) -> list[FormCellValue]:
    return [FormCellValue(cell.id, ABSENT) for cell in absent_cells(form, {cell.id for cell in cells}, year)]
