"""One finding before it becomes a row of `findings`: the report that it is about, both sides, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.rows import FindingRow
from schemas.vocabulary import FINDING_TYPES

INFO, WARNING, ERROR = "info", "warning", "error"
PASS, FAIL, UNCERTAIN, NOT_ASSESSABLE = "pass", "fail", "uncertain", "not_assessable"

# What a finding is about, by its check; every other check is about a report as a document.
CONTRADICTION, REVISION, MISSED_TARGET, MISPRINT, DOCUMENT = FINDING_TYPES
_TYPES = {
    "rate_of_parts": CONTRADICTION,
    "growth_of_levels": CONTRADICTION,
    "parts_of_whole": CONTRADICTION,
    "growth_beside_levels": CONTRADICTION,
    "printed_twice": CONTRADICTION,
    "sum_of_cells": CONTRADICTION,
    "carried_over": CONTRADICTION,
    "stock_of_cells": CONTRADICTION,
    "prose_beside_table": CONTRADICTION,
    "restatement": REVISION,
    "target_missed": MISSED_TARGET,
    "lost_magnitude": MISPRINT,
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a finding: what it is, its text as stated, and its number; None for a side of words."""

    label: str | None = None
    text: str | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check's verdict on a report.

    `detail` completes the id where a check can have several findings on one report. `interval_low` and `interval_high`
    are what rounding allows the right side to be, in the unit of the values.
    """

    check: str
    severity: str
    status: str
    report_id: str
    family: str
    jurisdiction_code: str
    jurisdiction_name: str
    body_id: str = ""
    body_name: str = ""
    body_kind: str = "government"
    series_code: str
    report_year: int
    message_zh: str
    message_en: str
    detail: str = ""
    indicator_id: str | None = None
    left: Side = Side()
    right: Side = Side()
    interval_low: float | None = None
    interval_high: float | None = None
    observation_id: str | None = None
    other_observation_id: str | None = None

    def as_row(self) -> FindingRow:
        """Return this finding as a row of `findings`."""
        left, right = self.left, self.right
        has_numbers = left.value is not None and right.value is not None
        suffix = f":{self.detail}" if self.detail else ""
        return {
            "finding_id": f"{self.report_id}!{self.check}{suffix}",
            "check": self.check,
            "finding_type": _TYPES.get(self.check, DOCUMENT),
            "severity": self.severity,
            "status": self.status,
            "report_id": self.report_id,
            "family": self.family,
            "jurisdiction_code": self.jurisdiction_code,
            "jurisdiction_name": self.jurisdiction_name,
            "body_id": self.body_id,
            "body_name": self.body_name,
            "body_kind": self.body_kind,
            "series_code": self.series_code,
            "report_year": self.report_year,
            "indicator_id": self.indicator_id,
            "left_label": left.label,
            "left_text": left.text,
            "left_value": left.value,
            "right_label": right.label,
            "right_text": right.text,
            "right_value": right.value,
            "difference": (left.value or 0.0) - (right.value or 0.0) if has_numbers else None,
            "interval_low": self.interval_low,
            "interval_high": self.interval_high,
            "message_zh": self.message_zh,
            "message_en": self.message_en,
            "observation_id": self.observation_id,
            "other_observation_id": self.other_observation_id,
        }
