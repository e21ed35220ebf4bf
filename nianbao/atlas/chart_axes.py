"""Axes of charts: where their ticks are, which years have labels, and where a value is. Pure."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from math import ceil, floor
from types import SimpleNamespace
from typing import Any

from leather.scales import Linear
from leather.ticks.score import ScoreTicker

_MAX_YEAR_LABELS = 5


class ValueScale(Linear):  # type: ignore[misc]  # leather has no types
    """A value axis with the ticks that leather chooses.

    leather's search for ticks is the slowest part of a chart, so its results are cached: the ends are first rounded
    outward to about a hundredth of the range, which makes them repeat.
    """

    def __init__(self, low: float, high: float) -> None:
        """Choose the ticks between two values."""
        self._data_min, self._data_max = Decimal(low), Decimal(high)
        step = Decimal(10) ** ((self._data_max - self._data_min).adjusted() - 1)
        whole = _ticks_between(floor(self._data_min / step), ceil(self._data_max / step))
        ticks = [tick * step for tick in whole]
        self._ticker = SimpleNamespace(ticks=ticks, min=ticks[0], max=ticks[-1])


@lru_cache(maxsize=10_000)
def _ticks_between(low: int, high: int) -> tuple[Decimal, ...]:
    return tuple(_WholeTicker(Decimal(low), Decimal(high)).ticks)


class _WholeTicker(ScoreTicker):  # type: ignore[misc]  # leather has no types
    """leather's ticker for whole numbers."""

    def _round_tick(self, t: Decimal) -> Decimal:
        """Return the tick unrounded: leather rounds away floating-point errors, which whole numbers do not have."""
        return t


class PlainScale(Linear):  # type: ignore[misc]  # leather has no types
    """A value axis from the minimum to the maximum, without ticks."""

    def __init__(self, low: float, high: float) -> None:
        """Begin at one value and end at another."""
        self._ticker = SimpleNamespace(min=Decimal(low), max=Decimal(high))


class YearScale(Linear):  # type: ignore[misc]  # leather has no types
    """A year axis without ticks before the first or after the last year."""

    def __init__(self, first: int, last: int) -> None:
        """Begin at one year and end at another, or at the next if they are the same."""
        self._first, self._last = first, max(last, first + 1)

    def contains(self, v: Any) -> bool:
        """Return whether a year is on the axis."""
        return bool(self._first <= v <= self._last)

    def project(self, value: Any, range_min: Any, range_max: Any) -> float:
        """Return the position of a year between `range_min` and `range_max`."""
        share = (float(value) - self._first) / (self._last - self._first)
        return float(range_min) + share * (float(range_max) - float(range_min))


def year_labels(first: int, last: int) -> list[int]:
    """Return the years to label on the axis: the first, the last, and some between them at even steps."""
    step = max(1, -(-(last - first) // (_MAX_YEAR_LABELS - 1)))
    between = range(last - step, first, -step)
    return [first, *sorted(year for year in between if year - first >= step), *([last] if last > first else [])]


def domain(low: float, high: float, from_zero: bool) -> tuple[float, float]:
    """Return the ends of a value axis, with zero if it must be on it, and with a margin if all values are equal."""
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low < high:
        return low, high
    return (low - abs(low) / 2, low + abs(low) / 2) if low else (0.0, 1.0)
