"""Tell which changes are outside what their indicator does elsewhere, and confirmed by nothing.

A misread figure gives a large change. Such a change is withheld unless the report states its growth, later reports give
the same two figures, or a person has confirmed or corrected both of them. The limit of an indicator comes from the
changes of other governments in the same run, so that the same tables always give the same result.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from statistics import median
from typing import NamedTuple, TypedDict

from nianbao.indicators.catalog import Catalog

# The largest likely change of an indicator of each nature: the logarithm of a ratio, or points for what is in per cent.
_LARGEST = {"yearly": math.log(3), "stock": math.log(4), "flow": math.log(7.5), "rate": math.log(3)}
_LARGEST_IN_POINTS = 25.0
# No limit is below these, however little the indicator changes elsewhere.
_LEAST, _LEAST_IN_POINTS = math.log(1.35), 5.0
# A limit needs this many changes of other governments; it is their median and this many robust standard deviations.
_ENOUGH, _DEVIATIONS = 8, 8.0
_NORMAL = 1.4826  # the standard deviation of a normal distribution in median absolute deviations
_SAME = 0.005
_PER_CENT = "%"


class ComparedChange(TypedDict):
    """The columns of a row of `comparisons` that decide whether its change is likely."""

    series_code: str
    body_id: str
    indicator_id: str
    unit: str
    comparability: str
    value: float | None
    previous_value: float | None
    reported_change_pct: float | None
    latest_value: float | None
    observation_id: str | None
    previous_observation_id: str | None


class UnlikelyChange(NamedTuple):
    """A row whose change is withheld, by its position, and why."""

    position: int
    note: str


class _Change(NamedTuple):
    """The size of a comparable change, and whose it is."""

    position: int
    government: tuple[str, str]
    size: float
    in_points: bool


def unlikely_changes(
    rows: Sequence[ComparedChange], corrected: AbstractSet[str], catalog: Catalog
) -> list[UnlikelyChange]:
    """Return the comparable rows whose change is unlikely and not confirmed, in their order.

    Args:
        rows: Rows of `comparisons` of all governments.
        corrected: Ids of the observations that a person has confirmed or corrected.
        catalog: The indicators.
    """
    by_indicator: dict[str, list[_Change]] = defaultdict(list)
    for position, row in enumerate(rows):
        change = _change(position, row)
        if change is not None:
            by_indicator[row["indicator_id"]].append(change)
    latest = {row["observation_id"]: value for row in rows if (value := row["latest_value"]) is not None}
    found: list[UnlikelyChange] = []
    for indicator_id, changes in by_indicator.items():
        nature = catalog[indicator_id].nature
        for change in changes:
            if change.size <= (_LEAST_IN_POINTS if change.in_points else _LEAST):
                continue
            row = rows[change.position]
            if _is_confirmed(row, latest, corrected):
                continue
            limit = _limit(change, changes, nature)
            if change.size > limit:
                found.append(UnlikelyChange(change.position, _note(change, limit)))
    return sorted(found)


def _change(position: int, row: ComparedChange) -> _Change | None:
    value, previous = row["value"], row["previous_value"]
    if row["comparability"] != "comparable" or value is None or previous is None:
        return None
    in_points = row["unit"] == _PER_CENT
    if not in_points and (value <= 0 or previous <= 0):
        return None
    size = abs(value - previous) if in_points else abs(math.log(value / previous))
    return _Change(position, (row["series_code"], row["body_id"]), size, in_points)


def _is_confirmed(row: ComparedChange, latest: Mapping[str | None, float], corrected: AbstractSet[str]) -> bool:
    """Return whether stated growth, later reports or a person confirm the two figures of a row.

    A person must have read both: the one that was read belongs to the change of another year too.
    """
    ids = (row["observation_id"], row["previous_observation_id"])
    if row["reported_change_pct"] is not None or all(item in corrected for item in ids):
        return True
    again = (row["latest_value"], latest.get(ids[1]))
    return _same(row["value"], again[0]) and _same(row["previous_value"], again[1])


def _same(first: float | None, second: float | None) -> bool:
    return first is not None and second is not None and abs(first - second) <= _SAME * max(abs(first), abs(second))


def _limit(change: _Change, changes: Sequence[_Change], nature: str) -> float:
    """Return the largest likely change, by those of other governments if there are enough."""
    least, largest = (_LEAST_IN_POINTS, _LARGEST_IN_POINTS) if change.in_points else (_LEAST, _LARGEST[nature])
    elsewhere = [c.size for c in changes if c.government != change.government and c.in_points == change.in_points]
    if len(elsewhere) < _ENOUGH:
        return largest
    middle = median(elsewhere)
    spread = median(abs(size - middle) for size in elsewhere) * _NORMAL
    return min(max(middle + _DEVIATIONS * spread, least), largest)


def _note(change: _Change, limit: float) -> str:
    if change.in_points:
        return f"a change of more than {limit:.3g} points is unlikely here, and nothing confirms the figures"
    return f"a change by more than a factor of {math.exp(limit):.3g} is unlikely here, and nothing confirms the figures"
