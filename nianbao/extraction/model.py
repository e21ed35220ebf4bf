"""What extraction yields: observations and the numbers that no rule consumed, with half-open spans into the text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observation:
    """A number with what it measures; the fields mean what `docs/tables.md` says of the columns of that name.

    `start`, `end`, `sentence_start`, `sentence_end` are offsets into `Document.text`; `relates_to` is the `start` of
    the observation that a change, share or ratio belongs to.
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


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A number in the text that is no observation, and why (`year`, `document_number`, `numbering`, …)."""

    start: int
    end: int
    reason: str
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """All numbers of one document, in the order of the text; every digit run is in exactly one of the two."""

    observations: tuple[Observation, ...]
    unmatched: tuple[Unmatched, ...]
