"""The truth about an invented report: what every number that stands in it says, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nianbao.documents.model import Jurisdiction


@dataclass(frozen=True, slots=True)
class Mention:
    """A number of a text with what it states. docs/reference/tables.md explains the columns of these names.

    `start`, `end` are half-open offsets into the text, `relates_to` the start of another mention; `keys` are words that
    any right subject holds; `indicator_id` is None where the program's catalog need not have one. A rate without its
    part in the sentence may belong to a level there or not: `relates_open`.
    """

    measure: str
    start: int
    end: int
    quote: str
    value: float
    value_high: float | None
    unit: str
    qualifier: str
    kind: str
    direction: str | None
    compared_with: str | None
    modality: str
    period: int
    keys: tuple[str, ...]
    relates_to: int | None
    indicator_id: str | None
    rounding: float | None
    relates_open: bool = False

    @classmethod
    def of(cls, measure: str, told: Mapping[str, Any], modality: str, period: int) -> Mention:
        """A mention without a place yet; what is not told is exact, a level, of no other."""
        kind = told.get("kind", "level")
        change = kind.startswith("change")
        return cls(
            measure=measure,
            start=0,
            end=0,
            quote="",
            value=float(told["value"]),
            value_high=told.get("value_high"),
            unit=told["unit"],
            qualifier=told.get("qualifier", "exact"),
            kind=kind,
            direction=told.get("direction"),
            compared_with="previous_year" if change else None,
            modality=modality,
            period=period,
            keys=tuple(map(str, told["keys"])),
            relates_to=None,
            indicator_id=told.get("indicator"),
            rounding=told.get("rounding"),
            relates_open=kind == "share",
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A report: its paragraphs as lines, the truth about its numbers in their order, and what it says of itself."""

    text: str
    mentions: tuple[Mention, ...]
    government: Jurisdiction
    family: str
    year: int
    title: str
    document_number: str | None

    @property
    def report_id(self) -> str:
        """The id that the program must give it."""
        return f"{self.family}/{self.government.code}/{self.year}"
