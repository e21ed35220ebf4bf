"""Intervals: the values that a printed number allows by its rounding and qualifier, and arithmetic on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from schemas.finding import FAIL, NOT_ASSESSABLE, PASS

_FROM_BELOW = frozenset({"more_than", "at_least"})
UPPER_BOUNDS = frozenset({"less_than", "at_most"})
BOUNDS = _FROM_BELOW | UPPER_BOUNDS
_SLACK = 1e-9
# How many digits of a number in another unit (亩 in square metres) are surely right.
_SURE_DIGITS = 14


def minus(first: float, second: float) -> float:
    """Return the difference of two printed numbers, as exact as they are printed.

    >>> 3.11 - 3.19, minus(3.11, 3.19)
    (-0.08000000000000007, -0.08)
    """
    difference = float(Decimal(repr(first)) - Decimal(repr(second)))
    largest = max(abs(first), abs(second))
    return round(difference, _SURE_DIGITS - math.ceil(math.log10(largest))) if largest else difference


def per_cent(difference: float, base: float) -> float:
    """Return a difference as a percentage of its base, to the twelve digits that are sure.

    >>> per_cent(6666666.66666667, 33333333.3333333)
    20.0
    """
    return float(f"{difference / abs(base) * 100:.12g}")


def in_unit(value: float, factor: float) -> float:
    """Return a printed number in another unit, without the digits that only binary arithmetic adds.

    >>> 4.35 * 100, in_unit(4.35, 100)
    (434.99999999999994, 435.0)
    """
    return float(f"{value * factor:.15g}")


class Interval(NamedTuple):
    """All values that a printed number can represent, ends included; an open end is infinite."""

    low: float
    high: float

    def meets(self, other: Interval) -> bool:
        """Return whether the intervals have a value in common."""
        if self.low <= other.high and other.low <= self.high:
            return True
        slack = _SLACK * max(1.0, *(abs(end) for end in (self.low, self.high, other.low, other.high) if finite(end)))
        return self.low <= other.high + slack and other.low <= self.high + slack

    def times(self, factor: float) -> Interval:
        """Return the interval in another unit; `factor` must be positive."""
        return Interval(self.low * factor, self.high * factor)

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are finite."""
        return math.isfinite(self.low) and math.isfinite(self.high)


def finite(value: float) -> bool:
    """Return whether an end of an interval is finite."""
    return math.isfinite(value)


def interval_of(row: Mapping[str, Any]) -> Interval:
    """Return the interval of a row of `observations` (`value`, `value_high`, `rounding`, `qualifier`).

    `3.9万` (rounding 1000) is 38500 to 39500; `超3.9万` is 39000 or more; a number in words has no rounding and is
    exact. 约 allows a whole unit of the last printed digit on either side.
    """
    value, high, qualifier = float(row["value"]), row.get("value_high"), row["qualifier"]
    top = float(high) if high is not None else value
    if qualifier in BOUNDS:
        return Interval(value, math.inf) if qualifier in _FROM_BELOW else Interval(-math.inf, top)
    half = float(row.get("rounding") or 0.0)
    if qualifier != "approx":
        half /= 2
    return Interval(value - half, top + half)


def truncated(value: float, rounding: float | None) -> Interval:
    """Return the interval of a number that was truncated instead of rounded: `98.4%` is 98.4 to 98.5."""
    return Interval(value, value + (rounding or 0.0))


def quotient(part: Interval, whole: Interval) -> Interval | None:
    """Return the interval of part / whole; None if the whole can be 0 or an end is open."""
    if not (part.is_bounded and whole.is_bounded) or whole.low <= 0:
        return None
    low = part.low / (whole.high if part.low > 0 else whole.low)
    return Interval(low, part.high / (whole.low if part.high > 0 else whole.high))


def growth(now: Interval, before: Interval) -> Interval | None:
    """Return the interval of the change in per cent from before to now; None if `quotient` is None."""
    ratio = quotient(now, before)
    return None if ratio is None else Interval((ratio.low - 1) * 100, (ratio.high - 1) * 100)


def agree(stated: Interval, computed: Interval | None) -> str:
    """Return the status of a stated number against a computed one."""
    if computed is None or not stated.is_bounded:
        return NOT_ASSESSABLE
    return PASS if stated.meets(computed) else FAIL
