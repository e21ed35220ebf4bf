"""The hand-written truth about the bundled reports, and how what a program read is held against it.

A row of `expected/` says of one number what `value`, `unit`, `qualifier`, `kind`, … it has, read from the language and
not from any program. It is found in a document's text by `sentence_hint + quote`, white space left out on both sides,
so that a reader may lay out its text as it likes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nianbao.documents.model import Document
from nianbao.extraction.model import Extraction, Observation

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent

ATTRIBUTES = ("value", "unit", "qualifier", "kind", "direction", "modality", "period", "subject")


@dataclass(frozen=True, slots=True)
class Truth:
    """One row of `expected/`: a number of one report with what it measures, or a tempting one that is no indicator."""

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
class Placed:
    """A truth with the place of its quote in the squeezed text, half-open."""

    truth: Truth
    start: int
    end: int


class Squeezed:
    """A text without its white space, with the way from an offset of the text to one of what is left."""

    def __init__(self, text: str) -> None:
        self.text = "".join(text.split())
        self._index: list[int] = []
        kept = 0
        for character in text:
            self._index.append(kept)
            kept += not character.isspace()
        self._index.append(kept)

    def index(self, offset: int) -> int:
        return self._index[offset]


@dataclass(slots=True)
class Score:
    """What was found of what is required, and each error in words, ready to be read."""

    required: int = 0
    found: int = 0
    false: int = 0
    strict: int = 0
    links: int = 0
    links_right: int = 0
    right: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        for name in ("required", "found", "false", "strict", "links", "links_right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.right.update(other.right)
        self.errors.extend(other.errors)

    @property
    def recall(self) -> float:
        return self.found / self.required

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false)

    @property
    def strict_f1(self) -> float:
        return 2 * self.strict / (self.required + self.found + self.false)

    @property
    def link(self) -> float:
        return self.links_right / self.links


def read_metadata() -> list[dict[str, Any]]:
    """What each of the bundled reports says of itself, one object a report."""
    rows: list[dict[str, Any]] = json.loads((HERE / "metadata.json").read_text("utf-8"))
    return rows


def read_truths(doc: str) -> list[Truth]:
    """The truths of one report, in the order of the text; none where it is not annotated."""
    family, code, year = doc.rsplit("-", 2)
    path = HERE / "expected" / family / f"{code}-{year}.jsonl"
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Truth(**{**row, "keys": tuple(row["keys"])}) for row in rows]


def place(truths: Iterable[Truth], squeezed: Squeezed) -> tuple[list[Placed], list[str]]:
    """The truths with their places, and a line for each that does not stand in the text exactly once."""
    placed, lost = [], []
    for truth in truths:
        hint, quote = "".join(truth.sentence_hint.split()), "".join(truth.quote.split())
        times = squeezed.text.count(hint + quote)
        if times != 1:
            lost.append(f"{truth.doc}\tin the text {times} times, not once: {hint}【{quote}】")
            continue
        start = squeezed.text.index(hint + quote) + len(hint)
        placed.append(Placed(truth, start, start + len(quote)))
    return placed, lost


def score(doc: str, document: Document, extraction: Extraction) -> Score:
    """Hold the observations of one report against its truths.

    An observation belongs to the truth that it overlaps most. One that overlaps none, or a `reject`, or a `required`
    truth that has its observation already, is false; one on an `optional` truth counts neither way.
    """
    squeezed = Squeezed(document.text)
    placed, lost = place(read_truths(doc), squeezed)
    result = Score(errors=lost, required=sum(truth.status == "required" for truth in read_truths(doc)))
    spans = {seen.start: (squeezed.index(seen.start), squeezed.index(seen.end)) for seen in extraction.observations}
    used: set[int] = set()
    for seen in extraction.observations:
        start, end = spans[seen.start]
        shared, number = max(
            ((min(end, at.end) - max(start, at.start), number) for number, at in enumerate(placed)), default=(0, -1)
        )
        here = f"{doc}\t…{squeezed.text[max(0, start - 14) : start]}【{squeezed.text[start:end]}】"
        if shared <= 0 or placed[number].truth.status == "reject" or number in used:
            why = "is given twice" if number in used and shared > 0 else "is no indicator, or in no truth"
            result.false += 1
            result.errors.append(f"{here}\t{why}: {seen.subject} {seen.value:g} {seen.unit}")
            continue
        truth = placed[number].truth
        if truth.status != "required":
            continue
        used.add(number)
        result.found += 1
        wrong = _wrong(truth, seen)
        result.right.update(name for name in ATTRIBUTES if name not in wrong)
        result.strict += not wrong
        result.errors.extend(f"{here}\t{name}: {difference}" for name, difference in wrong.items())
        if truth.of_quote is not None:
            result.links += 1
            target = _level_of(placed, number)
            leads = spans.get(seen.relates_to, (-1, -1)) if seen.relates_to is not None else (-1, -1)
            if min(leads[1], target.end) > max(leads[0], target.start):
                result.links_right += 1
            else:
                result.errors.append(
                    f"{here}\tlink: want {truth.of_quote}, got {squeezed.text[leads[0] : leads[1]] or None}"
                )
    for number, at in enumerate(placed):
        if at.truth.status == "required" and number not in used:
            before = squeezed.text[max(0, at.start - 14) : at.start]
            result.errors.append(f"{doc}\t…{before}【{at.truth.quote}】\tis missed: {at.truth.subject}")
    return result


def _level_of(placed: list[Placed], number: int) -> Placed:
    """The truth that `of_quote` names: the nearest one before it, or else after it, with that quote."""
    wanted = placed[number].truth.of_quote
    ahead = [at for at in placed[:number] if at.truth.quote == wanted and at.truth.status != "reject"]
    return ahead[-1] if ahead else next(at for at in placed[number:] if at.truth.quote == wanted)


def _wrong(truth: Truth, seen: Observation) -> dict[str, str]:
    """What an observation has otherwise than the truth, by attribute, in words."""
    subject = "".join(seen.subject.split())
    first, last = _years(truth.period)
    found = {
        "value": _same_number(truth.value, seen.value) and _same_number(truth.value_high, seen.value_high),
        "unit": truth.unit == seen.unit,
        "qualifier": truth.qualifier == seen.qualifier,
        "kind": truth.kind == seen.kind,
        "direction": truth.direction == seen.direction,
        "modality": truth.modality == seen.modality,
        "period": seen.period_end == last and (first == last or seen.period_start == first),
        "subject": all(key in subject for key in truth.keys) and len(subject) <= 3 * len(truth.subject) + 12,
    }
    shown = {
        "value": (f"{truth.value} {truth.value_high or ''}", f"{seen.value} {seen.value_high or ''}"),
        "period": (truth.period, f"{seen.period_start}-{seen.period_end}"),
        "subject": (f"{truth.subject} {list(truth.keys)}", seen.subject),
    }
    return {
        name: "want {}, got {}".format(*shown.get(name, (getattr(truth, name), getattr(seen, name, None))))
        for name, good in found.items()
        if not good
    }


def _years(period: int | str | None) -> tuple[int | None, int | None]:
    if isinstance(period, str):
        first, last = period.split("-")
        return int(first), int(last)
    return period, period


def _same_number(a: float | None, b: float | None) -> bool:
    """Equal but for the last digits of a third (三分之一 is annotated as 33.333)."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= max(5e-4, 1e-9 * abs(a))
