"""The hand-written truth about the bundled reports, and the score of an extraction against it.

A row of `expected/` gives the `value`, `unit`, `qualifier`, `kind`, … of one number as a person reads it. Its position
is where `sentence_hint + quote` occurs in the text, ignoring white space, so that it does not depend on the layout.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nianbao.documents.model import Document
from nianbao.extraction.model import Extraction, Observation

HERE = Path(__file__).parent

ATTRIBUTES = ("value", "unit", "qualifier", "kind", "direction", "modality", "period", "subject")


@dataclass(frozen=True, slots=True)
class Truth:
    """One row of `expected/`: a number of a report with its meaning, or a number that must not be extracted."""

    doc: str
    quote: str
    sentence_hint: str
    value: float | None
    value_high: float | None
    unit: str
    qualifier: str | None
    kind: str | None
    direction: str | None
    modality: str | None
    period: int | str | None
    subject: str
    keys: tuple[str, ...]
    of_quote: str | None
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class LocatedTruth:
    """A truth with the half-open offsets of its quote in the squeezed text."""

    truth: Truth
    start: int
    end: int


class SqueezedText:
    """A text without its white space, and the mapping of offsets to it."""

    def __init__(self, text: str) -> None:
        """Squeeze `text`."""
        self.text = "".join(text.split())
        self._index: list[int] = []
        kept = 0
        for character in text:
            self._index.append(kept)
            kept += not character.isspace()
        self._index.append(kept)

    def index(self, offset: int) -> int:
        """Return the offset in the squeezed text of an offset in the original."""
        return self._index[offset]


@dataclass(slots=True)
class Score:
    """Counts of required, found, false and correct numbers and links; `errors` has one line per deviation."""

    required: int = 0
    found: int = 0
    false: int = 0
    strict: int = 0
    links: int = 0
    links_right: int = 0
    right: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add the counts and errors of another score."""
        for name in ("required", "found", "false", "strict", "links", "links_right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.right.update(other.right)
        self.errors.extend(other.errors)

    @property
    def recall(self) -> float:
        """Return the share of required numbers that were found."""
        return self.found / self.required

    @property
    def precision(self) -> float:
        """Return the share of counted observations that are correct numbers."""
        return self.found / (self.found + self.false)

    @property
    def strict_f1(self) -> float:
        """Return the F1 score of numbers with every attribute correct."""
        return 2 * self.strict / (self.required + self.found + self.false)

    @property
    def link(self) -> float:
        """Return the share of relations between numbers that are correct."""
        return self.links_right / self.links


def read_metadata() -> list[dict[str, Any]]:
    """Return the expected metadata of each bundled report."""
    rows: list[dict[str, Any]] = json.loads((HERE / "metadata.json").read_text("utf-8"))
    return rows


def read_truths(doc: str) -> list[Truth]:
    """Return the truths of one report in the order of the text; none if it is not annotated."""
    family, code, year = doc.rsplit("-", 2)
    path = HERE / "expected" / family / f"{code}-{year}.jsonl"
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Truth(**{**row, "keys": tuple(row["keys"])}) for row in rows]


def locate(truths: Iterable[Truth], squeezed: SqueezedText) -> tuple[list[LocatedTruth], list[str]]:
    """Return the truths with their offsets, and a line for each that does not occur in the text exactly once."""
    located, errors = [], []
    for truth in truths:
        hint, quote = "".join(truth.sentence_hint.split()), "".join(truth.quote.split())
        n = squeezed.text.count(hint + quote)
        if n != 1:
            errors.append(f"{truth.doc}\toccurs {n} times, not once: {hint}【{quote}】")
            continue
        start = squeezed.text.index(hint + quote) + len(hint)
        located.append(LocatedTruth(truth, start, start + len(quote)))
    return located, errors


class _Span(NamedTuple):
    """Half-open offsets in the squeezed text."""

    start: int
    end: int


_NOWHERE = _Span(-1, -1)


class _Scorer:
    """Scores the observations of one report, in the order of the text."""

    def __init__(self, doc: str, document: Document, extraction: Extraction) -> None:
        self.doc = doc
        self.squeezed = SqueezedText(document.text)
        truths = read_truths(doc)
        self.truths, errors = locate(truths, self.squeezed)
        self.result = Score(errors=errors, required=sum(truth.status == "required" for truth in truths))
        self.spans = {row.start: self._span(row) for row in extraction.observations}
        self.found: set[int] = set()

    def _span(self, row: Observation) -> _Span:
        return _Span(self.squeezed.index(row.start), self.squeezed.index(row.end))

    def add(self, row: Observation) -> None:
        """Score one observation."""
        span = self.spans[row.start]
        overlaps = [(_overlap(span, truth), n) for n, truth in enumerate(self.truths)]
        shared, number = max(overlaps, default=(0, -1))
        if shared <= 0 or self.truths[number].truth.status == "reject" or number in self.found:
            reason = "is extracted twice" if number in self.found and shared > 0 else "is not an indicator"
            self.result.false += 1
            self._error(span, f"{reason}: {row.subject} {row.value:g} {row.unit}")
            return
        truth = self.truths[number].truth
        if truth.status != "required":
            return
        self.found.add(number)
        self.result.found += 1
        wrong = _wrong_attributes(truth, row)
        self.result.right.update(name for name in ATTRIBUTES if name not in wrong)
        self.result.strict += not wrong
        for name, difference in wrong.items():
            self._error(span, f"{name}: {difference}")
        if truth.of_quote is not None:
            self._add_link(row, span, number)

    def _add_link(self, row: Observation, span: _Span, number: int) -> None:
        """Score the relation of an observation to its level."""
        self.result.links += 1
        expected = _level_of(self.truths, number)
        target = self.spans.get(row.relates_to, _NOWHERE) if row.relates_to is not None else _NOWHERE
        if _overlap(target, expected) > 0:
            self.result.links_right += 1
        else:
            text = self.squeezed.text[target.start : target.end] or None
            self._error(span, f"link: expected {expected.truth.quote}, got {text}")

    def _error(self, span: _Span, message: str) -> None:
        before = self.squeezed.text[max(0, span.start - 14) : span.start]
        quote = self.squeezed.text[span.start : span.end]
        self.result.errors.append(f"{self.doc}\t…{before}【{quote}】\t{message}")

    def finish(self) -> Score:
        """Add an error for each required number that was not found; return the score."""
        for number, located in enumerate(self.truths):
            if located.truth.status == "required" and number not in self.found:
                self._error(_Span(located.start, located.end), f"is missed: {located.truth.subject}")
        return self.result


def _overlap(span: _Span, located: LocatedTruth) -> int:
    return min(span.end, located.end) - max(span.start, located.start)


def score(doc: str, document: Document, extraction: Extraction) -> Score:
    """Score the observations of one report.

    An observation belongs to the truth that it overlaps most. It is false if it overlaps none, or a `reject`, or a
    truth that already has its observation. One on an `optional` truth does not count.
    """
    scorer = _Scorer(doc, document, extraction)
    for row in extraction.observations:
        scorer.add(row)
    return scorer.finish()


def _level_of(truths: list[LocatedTruth], number: int) -> LocatedTruth:
    """Return the truth that `of_quote` names: the nearest before it with that quote, else the nearest after it."""
    quote = truths[number].truth.of_quote
    before = [
        located for located in truths[:number] if located.truth.quote == quote and located.truth.status != "reject"
    ]
    return before[-1] if before else next(located for located in truths[number:] if located.truth.quote == quote)


def _wrong_attributes(truth: Truth, row: Observation) -> dict[str, str]:
    """Return the difference for each wrong attribute of an observation."""
    subject = "".join(row.subject.split())
    first, last = _years(truth.period)
    correct = {
        "value": _same_number(truth.value, row.value) and _same_number(truth.value_high, row.value_high),
        "unit": truth.unit == row.unit,
        "qualifier": truth.qualifier == row.qualifier,
        "kind": truth.kind == row.kind,
        "direction": truth.direction == row.direction,
        "modality": truth.modality == row.modality,
        "period": row.period_end == last and (first == last or row.period_start == first),
        "subject": all(key in subject for key in truth.keys) and len(subject) <= 3 * len(truth.subject) + 12,
    }
    details = {
        "value": (f"{truth.value} {truth.value_high or ''}", f"{row.value} {row.value_high or ''}"),
        "period": (truth.period, f"{row.period_start}-{row.period_end}"),
        "subject": (f"{truth.subject} {list(truth.keys)}", row.subject),
    }
    return {
        name: "expected {}, got {}".format(*details.get(name, (getattr(truth, name), getattr(row, name, None))))
        for name, is_correct in correct.items()
        if not is_correct
    }


def _years(period: int | str | None) -> tuple[int | None, int | None]:
    if isinstance(period, str):
        first, last = period.split("-")
        return int(first), int(last)
    return period, period


def _same_number(a: float | None, b: float | None) -> bool:
    """Return whether two numbers are equal up to rounding: 三分之一 is annotated as 33.333."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= max(5e-4, 1e-9 * abs(a))
