"""From points to series: the figure of a year's own report, its stated growth, and later reports' figures for it.

A year's own report is the one whose report year it is; the first of two where a government reported twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from nianbao.comparison.points import Point, Points, Role, SeriesKey, by_cell
from nianbao.indicators.catalog import Catalog


class SeriesYear(NamedTuple):
    """One year of one series. None where no report says it; `others` are further figures of the year's own report.

    `unfilled`: why the cell that the form has for it holds no number."""

    key: SeriesKey
    year: int
    value: Point | None = None
    growth: Point | None = None
    latest: Point | None = None
    target: Point | None = None
    others: tuple[Point, ...] = ()
    later: tuple[Point, ...] = ()
    other_period: bool = False
    unfilled: str | None = None


@dataclass(slots=True, eq=False)
class Series:
    """All years of one series, and the other series of the same indicator and government (other scopes, currencies)."""

    key: SeriesKey
    cells: dict[int, SeriesYear] = field(default_factory=dict)
    siblings: list[Series] = field(default_factory=list)


def make_series(found: Points, catalog: Catalog) -> list[Series]:
    """The series of all points, in the order of their keys; every series knows its siblings."""
    grouped = by_cell(found.points)
    cells: dict[SeriesKey, dict[int, SeriesYear]] = {}
    for (key, year), group in grouped.items():
        for home in _homes(key, group, grouped, catalog):
            own = group if home is key else [p._replace(key=home) for p in group]
            cell = _cell(home, year, own)
            known = cells.setdefault(home, {}).get(year)
            cells[home][year] = cell if known is None else _merged(known, cell)
    for key, year in found.other_periods:
        if year in cells.get(key, {}):
            cells[key][year] = cells[key][year]._replace(other_period=True)
    for (key, year), state in found.unfilled.items():
        if key in cells:
            cells[key][year] = cells[key].get(year, SeriesYear(key, year))._replace(unfilled=state)
    series = [
        Series(key, dict(sorted(years.items()))) for key, years in sorted(cells.items(), key=lambda kv: _order(kv[0]))
    ]
    families: dict[tuple[str, str, str], list[Series]] = {}
    for one in series:
        families.setdefault(_indicator_of(one.key), []).append(one)
    for one in series:
        one.siblings = [other for other in families[_indicator_of(one.key)] if other is not one]
    return series


def _order(key: SeriesKey) -> tuple[str, str, str, str, str]:
    return (key.family, key.jurisdiction_code, key.indicator_id, key.scope, key.unit)


def _indicator_of(key: SeriesKey) -> tuple[str, str, str]:
    return (key.family, key.jurisdiction_code, key.indicator_id)


def _homes(
    key: SeriesKey,
    group: list[Point],
    grouped: dict[tuple[SeriesKey, int], list[Point]],
    catalog: Catalog,
) -> Iterable[SeriesKey]:
    """The series that a group belongs to. A growth has no currency: it goes with the levels of its year."""
    indicator = catalog[key.indicator_id]
    if len(indicator.dimensions) == 1:
        return (key,)
    if any(p.role is Role.VALUE or (p.role is Role.TARGET and p.kind != "change_pct") for p in group):
        return (key,)
    year = group[0].year
    homes = [key._replace(unit=indicator.unit_of(dimension)) for dimension in indicator.dimensions]
    same_year = [home for home in homes if any(p.role is Role.VALUE for p in grouped.get((home, year), ()))]
    return same_year or (key,)


def _cell(key: SeriesKey, year: int, group: list[Point]) -> SeriesYear:
    values: list[Point] = []
    growths: list[Point] = []
    targets: list[Point] = []
    for point in group:
        if point.role is Role.TARGET:
            if point.report_year == year - 1:
                targets.append(point)
        elif point.report_year >= year:
            (values if point.role is Role.VALUE else growths).append(point)
    own, later = _vintages(values, year)
    growths, later_growths = _vintages(growths, year)
    chosen = _first_exact(own)
    if not values and key.unit == "%":
        later = later_growths
    return SeriesYear(
        key,
        year,
        chosen,
        _growth(growths, chosen),
        _first_exact([p for p in later if p.report_id == later[-1].report_id]) if later else None,
        _target(targets),
        tuple(p for p in own if p is not chosen) if len(own) > 1 else (),
        tuple(later),
    )


def _merged(one: SeriesYear, other: SeriesYear) -> SeriesYear:
    return one._replace(
        value=one.value or other.value,
        growth=one.growth or other.growth,
        latest=one.latest or other.latest,
        target=one.target or other.target,
        others=one.others + other.others,
        later=one.later + other.later,
    )


def _vintages(points: list[Point], year: int) -> tuple[list[Point], list[Point]]:
    """The points of the year's own report, and those of the reports after it."""
    first = next((p.report_id for p in points if p.report_year == year), None) if points else None
    if first is None:
        return [], points
    return [p for p in points if p.report_id == first], [p for p in points if p.report_id != first]


def _first_exact(points: list[Point]) -> Point | None:
    """The first statement that is no bound, else the first: 10628美元 and not 突破1万美元 of the same sentence."""
    if not points:
        return None
    return next((p for p in points if not p.is_bound), points[0])


def _growth(points: list[Point], value: Point | None) -> Point | None:
    """The growth of the year; of several, the one that was stated with the chosen level, else the first."""
    if len(points) < 2:
        return points[0] if points else None
    return next((p for p in points if value is not None and p.relates_to == value.observation_id), points[0])


def _target(points: list[Point]) -> Point | None:
    """The promise for the year; a growth before a level, because growth is what governments set first."""
    if not points:
        return None
    return next((p for p in points if p.kind == "change_pct"), points[0])
