"""Decide whether a stated change contradicts the figures of its two years.

A stated change never corrects a figure: where they contradict each other, both are published and nothing is compared.
"""

from __future__ import annotations

from nianbao.comparison.intervals import Interval, growth
from nianbao.comparison.points import Point
from nianbao.comparison.series import SeriesYear
from nianbao.indicators.catalog import Indicator

BASIS_CHANGED, CONTRADICTED, DEFINITION_CHANGED = "basis_changed", "contradicted", "definition_changed"
# How many points a stated growth may differ from that of the levels, beyond rounding: a base is often revised a little.
TOLERANCE = 5.0
# What prices may add where a growth is stated at comparable prices and the levels are at those of the year.
PRICES = 5.0


def contradiction(cell: SeriesYear, last: SeriesYear, indicator: Indicator) -> tuple[str, str] | None:
    """Return why the figures of two years are not comparable by what the later report says, with a note; else None.

    Args:
        cell: The later year.
        last: The year before it.
        indicator: What is measured.
    """
    value, previous = cell.value, last.value or last.latest
    if indicator.kind == "change_pct" or value is None or previous is None:
        return None
    on_new_scope = cell.growth is not None and cell.growth.same_scope and indicator.growth != "real"
    restated = _restated(value, previous, last, on_new_scope)
    if restated is not None:
        return restated
    return _by_growth(value, previous, cell.growth, indicator) or _by_difference(value, previous, cell.difference)


def _restated(value: Point, previous: Point, last: SeriesYear, on_new_scope: bool) -> tuple[str, str] | None:
    """Return whether the later report gives another figure for the year before, so that the two differ in basis.

    If it states its growth on the same scope (同口径), that figure is of another definition. Growth at constant prices
    (按可比价) says nothing of the scope.
    """
    for other in last.later:
        if other.report_id != value.report_id or other is previous or other.is_part:
            continue
        if other.qualifier == previous.qualifier == "exact" and not other.interval.meets(previous.interval):
            note = f"the report on {value.report_year} gives {other.quote} for {last.year}, not {previous.quote}"
            return (DEFINITION_CHANGED if on_new_scope else BASIS_CHANGED), note
    return None


def _by_growth(value: Point, previous: Point, stated: Point | None, indicator: Indicator) -> tuple[str, str] | None:
    """Return whether the stated growth has the opposite sign, or is further away than rounding and a tolerance."""
    levels = growth(value.interval, previous.interval)
    if stated is None or levels is None or indicator.kind != "level":
        return None
    allowed = TOLERANCE + (PRICES if indicator.growth == "real" else 0.0)
    distance = _distance(stated.interval, levels)
    if distance <= allowed and not (
        _opposite(stated.interval, levels) and distance > (TOLERANCE if indicator.growth == "real" else 0.0)
    ):
        return None
    exact = (value.value / previous.value - 1) * 100
    note = f"the report states {stated.value:+.4g}%, {previous.quote} to {value.quote} gives {exact:+.4g}%"
    return (BASIS_CHANGED if stated.same_scope else CONTRADICTED), note


def _by_difference(value: Point, previous: Point, stated: Point | None) -> tuple[str, str] | None:
    """Return whether the stated difference (增加12天) has the opposite sign, or is far from that of the levels."""
    if stated is None or not (value.interval.is_bounded and previous.interval.is_bounded):
        return None
    levels = Interval(value.interval.low - previous.interval.high, value.interval.high - previous.interval.low)
    allowed = TOLERANCE if stated.key.unit == "%" else abs(previous.value) * TOLERANCE / 100
    distance = _distance(stated.interval, levels)
    if distance <= allowed and not _opposite(stated.interval, levels):
        return None
    return CONTRADICTED, f"the report states {stated.value:+.6g}, {previous.quote} to {value.quote} is another change"


def _opposite(first: Interval, second: Interval) -> bool:
    """Return whether one interval is above zero and the other below."""
    return (first.low > 0 > second.high) or (second.low > 0 > first.high)


def _distance(first: Interval, second: Interval) -> float:
    """Return how far two intervals are from each other, 0 if they meet."""
    return max(0.0, first.low - second.high, second.low - first.high)
