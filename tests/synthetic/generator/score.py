"""Holding what the program read against the truth: field for field, and finding for plant. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.synthetic.generator.plan import GovernmentPlan
from tests.synthetic.generator.truth import Mention, Written

# The fields of a row of `observations` that are compared as they are, and how a mention tells them.
_EXACT = ("unit", "qualifier", "kind", "direction", "compared_with", "modality")
_CLOSE = ("value", "value_high", "rounding")


@dataclass(slots=True)
class Score:
    """Counts over reports: numbers of the truth, read ones, those in both, wrong fields of these, every difference."""

    n_true: int = 0
    n_read: int = 0
    n_both: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    n_strict: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The share of the truth that was read."""
        return self.n_both / max(1, self.n_true)

    @property
    def precision(self) -> float:
        """The share of what was read that is true."""
        return self.n_both / max(1, self.n_read)

    @property
    def strict(self) -> float:
        """The share of the truth that was read with every field right."""
        return self.n_strict / max(1, self.n_true)


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that the program and the truth tell differently; `what` is the field, or `missed` or `extra`."""

    report_id: str
    what: str
    sentence: str
    quote: str
    got: object
    wanted: object


def compare(written: Written, rows: Sequence[Mapping[str, Any]], score: Score, *, shift: int = 0) -> None:
    """Add one report to a score; `rows` are its rows of `observations` (starts of `relates_to` in `relates_start`),
    `shift` is where the text begins in that which the rows' offsets are of."""
    score.n_true += len(written.mentions)
    score.n_read += len(rows)
    left = {(row["char_start"] - shift, row["char_end"] - shift): row for row in rows}
    for mention in written.mentions:
        found = next((span for span in left if span[0] < mention.end and mention.start < span[1]), None)
        if found is None:
            score.differences.append(_difference(written, mention, "missed", None, mention.value))
            continue
        row = left.pop(found)
        score.n_both += 1
        wrong = list(_wrong_fields(mention, row, shift))
        score.n_strict += not wrong
        for name, got, wanted in wrong:
            score.wrong[name] += 1
            score.differences.append(_difference(written, mention, name, got, wanted))
    for (start, end), row in left.items():
        sentence = row.get("sentence") or written.text[max(0, start - 20) : end + 10]
        quote = written.text[start:end]
        score.differences.append(Difference(written.report_id, "extra", sentence, quote, row["value"], None))


def _wrong_fields(mention: Mention, row: Mapping[str, Any], shift: int) -> Iterable[tuple[str, object, object]]:
    for name in _EXACT:
        wanted = getattr(mention, name)
        if row[name] != wanted:
            yield name, row[name], wanted
    for name in _CLOSE:
        got, wanted = row[name], getattr(mention, name)
        if (got is None) != (wanted is None) or (got is not None and abs(got - wanted) > 1e-6 * max(1.0, abs(wanted))):
            yield name, got, wanted
    if (row["period_start"], row["period_end"]) != (mention.period, mention.period):
        yield "period", (row["period_start"], row["period_end"]), mention.period
    if not all(key in (row["subject"] or "") for key in mention.keys):
        yield "subject", row["subject"], "+".join(mention.keys)
    relates = row["relates_start"]
    if not mention.relates_open and (None if relates is None else relates - shift) != mention.relates_to:
        yield "relates_to", None if relates is None else relates - shift, mention.relates_to
    if mention.indicator_id is not None and "indicator_id" in row and row["indicator_id"] != mention.indicator_id:
        yield "indicator_id", f"{row['indicator_id']} ({row['subject']})", mention.indicator_id


def _difference(written: Written, mention: Mention, what: str, got: object, wanted: object) -> Difference:
    text = written.text
    start = max(text.rfind(mark, 0, mention.start) for mark in "。\n") + 1
    ends = [at for mark in "。\n" if (at := text.find(mark, mention.end)) >= 0]
    return Difference(
        written.report_id, what, text[start : min(ends, default=len(text)) + 1], mention.quote, got, wanted
    )


def planted(plans: Iterable[GovernmentPlan]) -> set[tuple[str, str]]:
    """What the table `findings` must call `fail`: check and report, each once."""
    return {
        (plant.check, f"{plan.family}/{plan.government.code}/{plant.year}") for plan in plans for plant in plan.plants
    }
