"""The result of a check on observations: both sides, the interval that rounding allows, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.comparison.intervals import Interval, finite
from schemas.finding import Finding, Side
from schemas.rows import FindingRow, ObservationRow


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check concluded about an observation.

    `row` is the observation that the check is about, `other` the one on the other side. `allowed` is what rounding lets
    the right side be, in the unit of the values. `zh` and `en` are the messages.
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
        """Return this result as a row of the table `findings`."""
        row, other, allowed = self.row, self.other, self.allowed
        return Finding(
            check=self.check,
            severity=self.severity,
            status=self.status,
            report_id=row["report_id"],
            family=row["family"],
            jurisdiction_code=row["jurisdiction_code"],
            jurisdiction_name=row["jurisdiction_name"],
            body_id=row["body_id"],
            body_name=row["body_name"],
            body_kind=row["body_kind"],
            series_code=row["series_code"],
            report_year=row["report_year"],
            message_zh=self.zh,
            message_en=self.en,
            detail=f"{_position(row)}{_other_position(row, other)}",
            indicator_id=self.indicator_id if self.indicator_id is not None else row["indicator_id"],
            left=self.left,
            right=self.right,
            interval_low=allowed.low if allowed and finite(allowed.low) else None,
            interval_high=allowed.high if allowed and finite(allowed.high) else None,
            observation_id=row["observation_id"],
            other_observation_id=other["observation_id"] if other is not None else None,
        ).as_row()


def _position(row: ObservationRow) -> str:
    return row["observation_id"].rpartition("#")[2]


def _other_position(row: ObservationRow, other: ObservationRow | None) -> str:
    if other is None:
        return ""
    if other["report_id"] == row["report_id"]:
        return f"-{_position(other)}"
    return f"-{other['report_year']}.{_position(other)}"


def side_of(row: ObservationRow, label: str | None = None) -> Side:
    """Return an observation as one side of a check, labelled with its subject unless another label is given."""
    value = float(row["value"])
    if row["direction"] == "down":
        value = -value
    return Side(label if label is not None else row["subject"], row["quote"], value)


def format_number(number: float) -> str:
    """Return a number for a message, to six significant digits."""
    return f"{number:.6g}"
