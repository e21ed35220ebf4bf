"""The truth about an invented report: the meaning and the position of every number in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nianbao.documents.model import Jurisdiction


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in a text and what it states; fields with the name of a column of `observations` have its meaning.

    Attributes:
        measure: Name of the measure in `language/`.
        start: Offset of the first character.
        end: Offset after the last character.
        keys: Words that every correct subject contains.
        relates_to: Start of another mention.
        indicator_id: Expected indicator; None if the catalog need not have one.
        relates_open: True for a rate whose part is not in the sentence: it may or may not relate to a level there.
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
    def of(cls, measure: str, fields: Mapping[str, Any], modality: str, period: int) -> Mention:
        """Return a mention without offsets; by default it is exact, a level, and not related to another."""
        kind = fields.get("kind", "level")
        change = kind.startswith("change")
        return cls(
            measure=measure,
            start=0,
            end=0,
            quote="",
            value=float(fields["value"]),
            value_high=fields.get("value_high"),
            unit=fields["unit"],
            qualifier=fields.get("qualifier", "exact"),
            kind=kind,
            direction=fields.get("direction"),
            compared_with="previous_year" if change else None,
            modality=modality,
            period=period,
            keys=tuple(map(str, fields["keys"])),
            relates_to=None,
            indicator_id=fields.get("indicator"),
            rounding=fields.get("rounding"),
            relates_open=kind == "share",
        )


@dataclass(frozen=True, slots=True)
class GeneratedReport:
    """A report: its paragraphs as lines, its mentions in order, and its metadata."""

    text: str
    mentions: tuple[Mention, ...]
    government: Jurisdiction
    family: str
    year: int
    title: str
    document_number: str | None

    @property
    def report_id(self) -> str:
        """The id that the pipeline must give it."""
        return f"{self.family}/{self.government.code}/{self.year}"
