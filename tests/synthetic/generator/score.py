"""Score the published observations against the truth, field by field. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.synthetic.generator.plan import GovernmentPlan
from tests.synthetic.generator.truth import GeneratedReport, Mention

# Columns of `observations` that must equal the field of the mention; those of `_CLOSE` up to rounding.
_EXACT = ("unit", "qualifier", "kind", "direction", "compared_with", "modality")
_CLOSE = ("value", "value_high", "rounding")


@dataclass(slots=True)
class Score:
    """Counts over reports: true and read numbers, numbers in both, wrong fields of these, and all differences."""

    n_true: int = 0
    n_read: int = 0
    n_both: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    n_strict: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Return the share of the true numbers that were read."""
        return self.n_both / max(1, self.n_true)

    @property
    def precision(self) -> float:
        """Return the share of the read numbers that are true."""
        return self.n_both / max(1, self.n_read)

    @property
    def strict(self) -> float:
        """Return the share of the true numbers that were read with every field correct."""
        return self.n_strict / max(1, self.n_true)


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that was read differently; `what` is the field, or `missed` or `extra`."""

    report_id: str
    what: str
    sentence: str
    quote: str
    got: object
    expected: object


def compare(report: GeneratedReport, rows: Sequence[Mapping[str, Any]], score: Score, *, shift: int = 0) -> None:
    """Add one report to a score.

    Args:
        report: The report and its truth.
        rows: Its rows of `observations`, with the offset of `relates_to` as `relates_start`.
        score: The score to add to.
        shift: Offset of the report's text in the text that the rows refer to.
    """
    score.n_true += len(report.mentions)
    score.n_read += len(rows)
    left = {(row["char_start"] - shift, row["char_end"] - shift): row for row in rows}
    for mention in report.mentions:
        span = next((span for span in left if span[0] < mention.end and mention.start < span[1]), None)
        if span is None:
            score.differences.append(_difference(report, mention, "missed", None, mention.value))
            continue
        row = left.pop(span)
        score.n_both += 1
        wrong = list(_wrong_fields(mention, row, shift))
        score.n_strict += not wrong
        for name, got, expected in wrong:
            score.wrong[name] += 1
            score.differences.append(_difference(report, mention, name, got, expected))
    for (start, end), row in left.items():
        sentence = row.get("sentence") or report.text[max(0, start - 20) : end + 10]
        quote = report.text[start:end]
        score.differences.append(Difference(report.report_id, "extra", sentence, quote, row["value"], None))


def _wrong_fields(mention: Mention, row: Mapping[str, Any], shift: int) -> Iterable[tuple[str, object, object]]:
    for name in _EXACT:
        expected = getattr(mention, name)
        if row[name] != expected:
            yield name, row[name], expected
    for name in _CLOSE:
        got, expected = row[name], getattr(mention, name)
        if not _is_close(got, expected):
            yield name, got, expected
    if (row["period_start"], row["period_end"]) != (mention.period, mention.period):
        yield "period", (row["period_start"], row["period_end"]), mention.period
    if not all(key in (row["subject"] or "") for key in mention.keys):
        yield "subject", row["subject"], "+".join(mention.keys)
    relates = row["relates_start"]
    if not mention.relates_open and (None if relates is None else relates - shift) != mention.relates_to:
        yield "relates_to", None if relates is None else relates - shift, mention.relates_to
    if mention.indicator_id is not None and "indicator_id" in row and row["indicator_id"] != mention.indicator_id:
        yield "indicator_id", f"{row['indicator_id']} ({row['subject']})", mention.indicator_id


def _is_close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-6 * max(1.0, abs(b))


def _difference(report: GeneratedReport, mention: Mention, what: str, got: object, expected: object) -> Difference:
    text = report.text
    start = max(text.rfind(mark, 0, mention.start) for mark in "。\n") + 1
    ends = [end for mark in "。\n" if (end := text.find(mark, mention.end)) >= 0]
    return Difference(
        report.report_id, what, text[start : min(ends, default=len(text)) + 1], mention.quote, got, expected
    )


def planted(plans: Iterable[GovernmentPlan]) -> set[tuple[str, str]]:
    """Return the checks and report ids that `findings` must contain with status `fail`."""
    return {
        (plant.check, f"{plan.family}/{plan.government.code}/{plant.year}") for plan in plans for plant in plan.plants
    }
