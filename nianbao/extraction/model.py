"""What extraction yields: observations and the numbers that no rule consumed, with half-open spans into the text.

What there is one of for every number is a named tuple, which is made in a third of the time of a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Observation(NamedTuple):
    """A number with what it measures; the fields mean what `docs/tables.md` says of the columns of that name.

    `cell`: the cell of the family's form that contains it; None in prose and in tables of other kinds.

    `start`, `end`, `sentence_start`, `sentence_end` are offsets into `Document.text`; `relates_to` is the `start` of
    the observation that a change, share or ratio belongs to. `read_by` is the name of the rule that read it,
    `grade` how sure that reading is.
    """

    start: int
    end: int
    value: float
    value_high: float | None
    rounding: float | None
    unit: str
    qualifier: str
    kind: str
    direction: str | None
    compared_with: str | None
    modality: str
    period_start: int | None
    period_end: int | None
    subject: str
    scope: str | None
    relates_to: int | None
    sentence_start: int
    sentence_end: int
    cell: FormCellValue | None = None
    period_type: str | None = None
    base_start: int | None = None
    base_end: int | None = None
    stated_as: str | None = None
    action: str | None = None
    head: str | None = None
    whole: str | None = None
    part: str | None = None
    population: str | None = None
    area: str | None = None
    actor: str | None = None
    read_by: str = "form"
    grade: str = "A"


@dataclass(frozen=True, slots=True)
class FormCellValue:
    """A cell of a form as a report has it: `state` says whether it holds a number, and if none, why.

    `method` and `score` say how it was found (`form`: by its headings, `form_position`: by its place among them);
    `table`, `row` and `column` count from 0 as those of `Document.tables` do, the paths are its headings from the
    outermost in, and `start` to `end` is its text. A cell that the report leaves out is `absent`, without a place.
    """

    id: str
    state: str
    method: str = "none"
    score: float | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    row_path: str | None = None
    column_path: str | None = None
    start: int | None = None
    end: int | None = None


class Unmatched(NamedTuple):
    """A number in the text that is no observation, and why (`year`, `document_number`, `numbering`, …)."""

    start: int
    end: int
    reason: str
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """All numbers of one document, in the order of the text; every digit run is in exactly one of the two.

    `cells` are those of the family's form, whether or not they hold a number; empty where the family has no form.
    `section_roles` are the roles of the document's sections, in their order.
    """

    observations: tuple[Observation, ...]
    unmatched: tuple[Unmatched, ...]
    cells: tuple[FormCellValue, ...] = ()
    section_roles: tuple[str, ...] = ()
