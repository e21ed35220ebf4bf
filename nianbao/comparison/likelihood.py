"""Tell which changes are outside what their indicator does elsewhere, and confirmed by nothing.

A misread figure gives a large change. Such a change is withheld unless the report states its growth, later reports give
the same two figures, or a person has confirmed or corrected both of them. The limit of an indicator comes from the
changes of other governments in the same run, so that the same tables always give the same result.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute
from numpy.typing import NDArray

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
    government: int
    size: float
    in_points: bool


@dataclass(frozen=True, slots=True)
class _Changes:
    """The comparable changes of one indicator: positions of rows, numbers of governments, sizes, and units."""

    positions: NDArray[np.int64]
    governments: NDArray[np.int64]
    sizes: NDArray[np.float64]
    in_points: NDArray[np.bool_]

    def large(self) -> Iterator[_Change]:
        """Yield the changes that may be unlikely."""
        for n in np.flatnonzero(self.sizes > np.where(self.in_points, _LEAST_IN_POINTS, _LEAST)):
            yield _Change(
                int(self.positions[n]), int(self.governments[n]), float(self.sizes[n]), bool(self.in_points[n])
            )


def unlikely_changes(rows: arrow.Table, corrected: AbstractSet[str], catalog: Catalog) -> list[UnlikelyChange]:
    """Return the comparable rows whose change is unlikely and not confirmed, in their order.

    Args:
        rows: The columns of `ComparedChange` of the rows of `comparisons` of all governments.
        corrected: Ids of the observations that a person has confirmed or corrected.
        catalog: The indicators.
    """
    changes = _changes_by_indicator(rows)
    large = [(indicator_id, change) for indicator_id, found in changes.items() for change in found.large()]
    # Only these rows become Python objects: there are a million others.
    suspects = rows.take(arrow.array([change.position for _, change in large], arrow.int64())).to_pylist()
    latest = _latest_values(rows, {row["previous_observation_id"] for row in suspects})
    found: list[UnlikelyChange] = []
    for (indicator_id, change), row in zip(large, suspects, strict=True):
        if not _is_confirmed(row, latest, corrected):
            limit = _limit(change, changes[indicator_id], catalog[indicator_id].nature)
            if change.size > limit:
                found.append(UnlikelyChange(change.position, _note(change, limit)))
    return sorted(found)


def _changes_by_indicator(rows: arrow.Table) -> dict[str, _Changes]:
    in_points = compute.equal(rows["unit"], _PER_CENT)
    is_compared = compute.and_(compute.equal(rows["comparability"], "comparable"), compute.is_valid(rows["value"]))
    is_compared = compute.and_(is_compared, compute.is_valid(rows["previous_value"]))
    has_ratio = compute.and_(compute.greater(rows["value"], 0), compute.greater(rows["previous_value"], 0))
    chosen = compute.fill_null(compute.and_(is_compared, compute.or_(in_points, has_ratio)), False)
    positions = np.flatnonzero(chosen.to_numpy())
    compared = rows.filter(chosen)
    is_in_points = in_points.filter(chosen).to_numpy()
    value, previous = (compared[name].to_numpy() for name in ("value", "previous_value"))
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes = np.where(is_in_points, np.abs(value - previous), np.abs(np.log(value / previous)))
    body = compute.binary_join_element_wise(compared["series_code"], compared["body_id"], "\n")
    governments = _codes(body)[1]
    indicators, codes = _codes(compared["indicator_id"])
    order = np.argsort(codes, kind="stable")
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    return {
        indicators[int(codes[part[0]])]: _Changes(positions[part], governments[part], sizes[part], is_in_points[part])
        for part in np.split(order, ends)
        if len(part)
    }


def _codes(column: arrow.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """Return the different values of a column, and for each row the number of its value."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, arrow.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)


def _latest_values(rows: arrow.Table, wanted: AbstractSet[str | None]) -> dict[str | None, float]:
    """Return what the latest report says for these observations."""
    is_wanted = compute.is_in(rows["observation_id"], value_set=arrow.array(list(wanted), arrow.string()))
    found = rows.filter(compute.and_(is_wanted, compute.is_valid(rows["latest_value"])))
    return dict(zip(found["observation_id"].to_pylist(), found["latest_value"].to_pylist(), strict=True))


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


def _limit(change: _Change, changes: _Changes, nature: str) -> float:
    """Return the largest likely change, by those of other governments if there are enough."""
    least, largest = (_LEAST_IN_POINTS, _LARGEST_IN_POINTS) if change.in_points else (_LEAST, _LARGEST[nature])
    elsewhere = changes.sizes[(changes.governments != change.government) & (changes.in_points == change.in_points)]
    if len(elsewhere) < _ENOUGH:
        return largest
    middle = float(np.median(elsewhere))
    spread = float(np.median(np.abs(elsewhere - middle))) * _NORMAL
    return min(max(middle + _DEVIATIONS * spread, least), largest)


def _note(change: _Change, limit: float) -> str:
    if change.in_points:
        return f"a change of more than {limit:.3g} points is unlikely here, and nothing confirms the figures"
    return f"a change by more than a factor of {math.exp(limit):.3g} is unlikely here, and nothing confirms the figures"
