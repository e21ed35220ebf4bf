"""What a check saw: both sides, the interval that rounding allows, the verdict; and its row of the table `findings`."""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.comparison.intervals import Interval, finite
from schemas.rows import FindingRow, ObservationRow

INFO, WARNING, ERROR = "info", "warning", "error"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a check: what it is, as it is printed, and its number."""

    label: str
    text: str
    value: float


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check's answer. `row` is the observation that it is about, `other` the one on the other side.

    `allowed` is what rounding lets the right side be, in the unit of the values.
    """

    check: str
    status: str
    severity: str
    row: ObservationRow
    other: ObservationRow | None
    left: Side
    right: Side
    allowed: Interval | None
    zh: str
    en: str
    indicator_id: str | None = None

    def as_row(self) -> FindingRow:
        """This answer as a row of the table `findings`."""
        row, other = self.row, self.other
        return {
            "finding_id": f"{row['report_id']}!{self.check}:{_where(row)}{_against(row, other)}",
            "check": self.check,
            "severity": self.severity,
            "status": self.status,
            "report_id": row["report_id"],
            "family": row["family"],
            "jurisdiction_code": row["jurisdiction_code"],
            "jurisdiction_name": row["jurisdiction_name"],
            "report_year": row["report_year"],
            "indicator_id": self.indicator_id if self.indicator_id is not None else row["indicator_id"],
            "left_label": self.left.label,
            "left_text": self.left.text,
            "left_value": self.left.value,
            "right_label": self.right.label,
            "right_text": self.right.text,
            "right_value": self.right.value,
            "difference": self.left.value - self.right.value,
            "interval_low": self.allowed.low if self.allowed and finite(self.allowed.low) else None,
            "interval_high": self.allowed.high if self.allowed and finite(self.allowed.high) else None,
            "message_zh": self.zh,
            "message_en": self.en,
            "observation_id": row["observation_id"],
            "other_observation_id": other["observation_id"] if other is not None else None,
        }


def _where(row: ObservationRow) -> str:
    return str(row["observation_id"]).rpartition("#")[2]


def _against(row: ObservationRow, other: ObservationRow | None) -> str:
    if other is None:
        return ""
    if other["report_id"] == row["report_id"]:
        return f"-{_where(other)}"
    return f"-{other['report_year']}.{_where(other)}"


def side_of(row: ObservationRow, label: str | None = None) -> Side:
    """An observation as one side of a check, under its own subject where no other label is given."""
    value = float(row["value"])
    if row["direction"] == "down":
        value = -value
    return Side(label if label is not None else row["subject"], row["quote"], value)


def format_number(number: float) -> str:
    """A number for a message, without digits that mean nothing."""
    return f"{number:.6g}"
