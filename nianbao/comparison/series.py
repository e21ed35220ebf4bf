"""Turn points into series: by year the value of its own report, its stated growth, and later reports' values for it.

A year's own report is the one that reviews it; the first of two if a government reported twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from nianbao.comparison.intervals import UPPER_BOUNDS
from nianbao.comparison.points import Point, Points, Role, SeriesKey, by_cell
from nianbao.comparison.territory import reporter_in_year, territory_note
from nianbao.documents.identity import Reporter
from nianbao.indicators.catalog import Catalog

_LEAST_SURE = "C"
_ROLES = tuple(Role)
# The start of a change without a year is last year's figure if it differs from that by at most this share.
_AS_LAST_YEAR = 0.05


class SeriesYear(NamedTuple):
    """One year of one series; a field is None if no report states it.

    `others` are further values in the year's own report, `rival` the one of them that contradicts the value; `later`
    are those of later reports, `latest` the one of the last. `difference` is the stated difference to the year before.
    `target` is what the report before promised. `left_out` is why the report's only figures are none of the year,
    `unfilled` the state of the form's cell if that holds no number. `territory` says how the territory of the place
    changed in the year.
    """

    key: SeriesKey
    year: int
    value: Point | None = None
    growth: Point | None = None
    difference: Point | None = None
    latest: Point | None = None
    target: Point | None = None
    others: tuple[Point, ...] = ()
    rival: Point | None = None
    later: tuple[Point, ...] = ()
    left_out: str | None = None
    unfilled: str | None = None
    territory: str | None = None


@dataclass(slots=True, eq=False)
class Series:
    """All years of a series, who reported on which year, why figures of some years are left out, and its siblings.

    Siblings have the same indicator of the same body with another scope or currency.
    """

    key: SeriesKey
    reporters: Mapping[int, Reporter]
    left_out: Mapping[int, str]
    cells: dict[int, SeriesYear] = field(default_factory=dict)
    siblings: list[Series] = field(default_factory=list)

    def reporter(self, year: int) -> Reporter:
        """Return who reported on a year, or on the nearest year that has a report."""
        return reporter_in_year(self.reporters, year)


def make_series(found: Points, catalog: Catalog) -> list[Series]:
    """Return the series of all points, in the order of their keys."""
    grouped = by_cell(found.points)
    cells: dict[SeriesKey, dict[int, SeriesYear]] = {}
    for (key, year), group in grouped.items():
        for series_key in _series_keys(key, group, grouped, catalog):
            own = group if series_key is key else [p._replace(key=series_key) for p in group]
            cell = _cell(series_key, year, own)
            known = cells.setdefault(series_key, {}).get(year)
            cells[series_key][year] = cell if known is None else _merged(known, cell)
    for point in found.undated:
        years = cells.get(point.key, {})
        if point.year in years:
            years[point.year] = _with_undated(years[point.year], point)
    left_out: dict[SeriesKey, dict[int, str]] = {}
    for (key, year), reason in found.left_out.items():
        left_out.setdefault(key, {})[year] = reason
        if year in cells.get(key, {}):
            cells[key][year] = cells[key][year]._replace(left_out=reason)
    for (key, year), state in found.unfilled.items():
        if key in cells:
            cells[key][year] = cells[key].get(year, SeriesYear(key, year))._replace(unfilled=state)
    series: list[Series] = []
    for key, years in sorted(cells.items()):
        reporters = found.reporters[key.family, key.series_code, key.body_id]
        with_territory = {year: _in_territory(cell, reporters) for year, cell in sorted(years.items())}
        series.append(Series(key, reporters, left_out.get(key, {}), with_territory))
    groups: dict[tuple[str, str, str, str], list[Series]] = {}
    for item in series:
        groups.setdefault(_indicator_key(item.key), []).append(item)
    for item in series:
        item.siblings = [other for other in groups[_indicator_key(item.key)] if other is not item]
    return series


def _in_territory(cell: SeriesYear, reporters: Mapping[int, Reporter]) -> SeriesYear:
    note = territory_note(reporters, cell.year)
    return cell if note is None else cell._replace(territory=note)


def _indicator_key(key: SeriesKey) -> tuple[str, str, str, str]:
    return (key.family, key.series_code, key.body_id, key.indicator_id)


def _series_keys(
    key: SeriesKey,
    group: list[Point],
    grouped: dict[tuple[SeriesKey, int], list[Point]],
    catalog: Catalog,
) -> Iterable[SeriesKey]:
    """Return the series that a group belongs to. A growth has no currency: it joins the levels of its year."""
    indicator = catalog[key.indicator_id]
    if len(indicator.dimensions) == 1:
        return (key,)
    if any(p.role is Role.VALUE or (p.role is Role.TARGET and p.kind != "change_pct") for p in group):
        return (key,)
    year = group[0].year
    candidates = [key._replace(unit=indicator.unit_of(dimension)) for dimension in indicator.dimensions]
    same_year = [item for item in candidates if any(p.role is Role.VALUE for p in grouped.get((item, year), ()))]
    return same_year or (key,)


def _cell(key: SeriesKey, year: int, group: list[Point]) -> SeriesYear:
    by_role: dict[Role, list[Point]] = {role: [] for role in _ROLES}
    for point in group:
        if point.report_year == year - 1 if point.role is Role.TARGET else point.report_year >= year:
            by_role[point.role].append(point)
    values = by_role[Role.VALUE]
    own, later = _vintages(values, year)
    growths, later_growths = _vintages(by_role[Role.GROWTH], year)
    differences, _ = _vintages(by_role[Role.DIFFERENCE], year)
    chosen = _chosen(own)
    others = tuple(p for p in own if p is not chosen) if len(own) > 1 else ()
    if not values and key.unit == "%":
        later = later_growths
    return SeriesYear(
        key=key,
        year=year,
        value=chosen,
        growth=_growth(growths, chosen, others),
        difference=_growth(differences, chosen, others),
        latest=_chosen([p for p in later if p.report_id == later[-1].report_id]) if later else None,
        target=_target(by_role[Role.TARGET]),
        others=others,
        rival=_rival(chosen, others),
        later=tuple(later),
    )


def _with_undated(cell: SeriesYear, point: Point) -> SeriesYear:
    """Return a cell with the start of a change as a later figure if it is nearly that of the year's own report."""
    own = cell.value
    if own is None or own.value <= 0 or own.measure.diverges_from(point.measure):
        return cell
    if abs(point.value / own.value - 1) > _AS_LAST_YEAR or any(p.report_id == point.report_id for p in cell.later):
        return cell
    later = (*cell.later, point)
    return cell._replace(later=later, latest=max(later, key=lambda p: p.report_year))


def _merged(first: SeriesYear, second: SeriesYear) -> SeriesYear:
    return first._replace(
        value=first.value or second.value,
        growth=first.growth or second.growth,
        difference=first.difference or second.difference,
        latest=first.latest or second.latest,
        target=first.target or second.target,
        others=first.others + second.others,
        rival=first.rival or second.rival,
        later=first.later + second.later,
    )


def _vintages(points: list[Point], year: int) -> tuple[list[Point], list[Point]]:
    """Return the points of the year's own report, and those of later reports."""
    first = next((p.report_id for p in points if p.report_year == year), None) if points else None
    if first is None:
        return [], points
    return [p for p in points if p.report_id == first], [p for p in points if p.report_id != first]


def _chosen(points: list[Point]) -> Point | None:
    """Return the figure of a year: a whole before a part, a number before a bound, exact before approximate.

    Of the same rank the one counts that is read more surely, then the closer bound (2.45%以内, not 3%以内), then the
    first, since reports begin with the whole: 10628美元, not 突破1万美元 of the same sentence.
    """
    if len(points) < 2:
        return points[0] if points else None
    return min(points, key=_rank_in_its_year)


def _rank_in_its_year(point: Point) -> tuple[bool, bool, bool, bool, float]:
    slack = 0.0
    if point.is_bound and point.high is None:
        slack = point.value if point.qualifier in UPPER_BOUNDS else -point.value
    return point.is_part, point.is_bound, point.qualifier == "approx", point.grade == _LEAST_SURE, slack


def _rival(chosen: Point | None, others: Iterable[Point]) -> Point | None:
    """Return the first other figure of the same report that can be neither the chosen one nor a part of it."""
    if chosen is None:
        return None
    for other in others:
        if chosen.interval.meets(other.interval) or (other.is_part and not chosen.is_part):
            continue
        is_part = chosen.measure.includes(other.measure) and other.value <= chosen.value
        if not is_part:
            return other
    return None


def _growth(points: list[Point], value: Point | None, others: Iterable[Point] = ()) -> Point | None:
    """Return the growth of the year: the one stated with the chosen level, else the first that is of no other level."""
    if not points:
        return None
    with_value = next((p for p in points if value is not None and p.relates_to == value.observation_id), None)
    if with_value is not None:
        return with_value
    of_others = {other.observation_id for other in others}
    return next((p for p in points if p.relates_to not in of_others), None)


def _target(points: list[Point]) -> Point | None:
    """Return the target for the year; a growth before a level, because governments set growth first."""
    if not points:
        return None
    return next((p for p in points if p.kind == "change_pct"), points[0])
