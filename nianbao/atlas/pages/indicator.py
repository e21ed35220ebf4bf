"""The page of an indicator: governments ranked, then bodies of one kind, and the distribution per year. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from markupsafe import Markup

from nianbao.atlas.charts import Spread, spread_chart
from nianbao.atlas.numbers import Scale, scale_for
from nianbao.atlas.queries import page_key
from nianbao.atlas.site_index import Atlas
from nianbao.comparison.intervals import BOUNDS
from schemas.rows import ComparisonRow, IndicatorRow
from schemas.vocabulary import BODY_KINDS, LEVELS, TERRITORIAL_KINDS

MAX_YEARS = 10


class _RankingKey(NamedTuple):
    """What the rows of one ranking have in common."""

    level: str
    kind: str
    body_id: str
    scope: str
    unit: str


@dataclass(frozen=True, slots=True)
class RankingLine:
    """A reporting body in a ranking.

    Attributes:
        key: What names its pages.
        name: Its full name.
        family: Family of the reports that state the values.
        has_anchor: Whether links to it on this page lead here: true for its first line.
        by_year: The rows with a value that the report of the year states.
        later: The rows of years for which only a later report states a value.
    """

    key: str
    name: str
    family: str
    has_anchor: bool
    by_year: dict[int, ComparisonRow]
    later: dict[int, ComparisonRow]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The bodies of one level and kind that state the indicator with one scope and unit.

    Attributes:
        level: Level of their places.
        kind: Kind of the bodies, `government` or `department`.
        body_name: Name of a department that several places have; empty for governments and for towns and zones.
        scope: Scope of the values; empty for the whole.
        unit: Unit of the values.
        scale: Scale in which the values are shown.
        years: The years shown, newest first.
        n_years: Number of years with a value.
        lines: The bodies, ranked by the newest year.
        spreads: The distribution of each year, oldest first.
        extremes: By year, the rows with the smallest and the largest value.
        chart: Chart of the distribution; None for fewer than two years.
    """

    level: str
    kind: str
    body_name: str
    scope: str
    unit: str
    scale: Scale
    years: tuple[int, ...]
    n_years: int
    lines: tuple[RankingLine, ...]
    spreads: tuple[Spread, ...]
    extremes: dict[int, tuple[ComparisonRow, ComparisonRow]]
    chart: Markup | None


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """The page of an indicator: its row, the names of its category, and its rankings."""

    indicator: IndicatorRow
    category: tuple[str, str]
    rankings: list[Ranking]


def indicator_view(atlas: Atlas, indicator: IndicatorRow, rows: Sequence[ComparisonRow]) -> IndicatorView:
    """Return the rankings of an indicator: governments by level, then bodies; those with most values first."""
    stated: defaultdict[_RankingKey, list[ComparisonRow]] = defaultdict(list)
    later: defaultdict[_RankingKey, list[ComparisonRow]] = defaultdict(list)
    for row in rows:
        place = atlas.bodies.get(page_key(row))
        if place is None:
            continue
        department = "" if place.kind in TERRITORIAL_KINDS else row["body_id"]
        key = _RankingKey(place.level, place.kind, department, row["scope"], row["unit"])
        if row["value"] is not None:
            stated[key].append(row)
        elif row["latest_value"] is not None:
            later[key].append(row)
    anchored: set[str] = set()
    smallest_first = indicator["higher_is"] == "worse"
    order = sorted(stated, key=lambda key: (*_kind_order(key), -len(stated[key]), key))
    return IndicatorView(
        indicator,
        atlas.category_names(indicator["family"], indicator["category"]),
        [_ranking(atlas, key, (stated[key], later[key]), smallest_first, anchored) for key in order],
    )


def _kind_order(key: _RankingKey) -> tuple[int, int]:
    return BODY_KINDS.index(key.kind), LEVELS.index(key.level)


def _ranking(
    atlas: Atlas,
    key: _RankingKey,
    values: tuple[Sequence[ComparisonRow], Sequence[ComparisonRow]],
    smallest_first: bool,
    anchored: set[str],
) -> Ranking:
    """Return one ranking; adds the page keys of its bodies to `anchored`.

    Args:
        atlas: The index of the site.
        key: What the rows have in common.
        values: The rows with a value, and those that have only one from a later report.
        smallest_first: Whether the smallest value is the best.
        anchored: The bodies that have an anchor on the page.
    """
    rows, later = values
    by_place: defaultdict[tuple[str, str], dict[int, ComparisonRow]] = defaultdict(dict)
    for row in rows:
        by_place[page_key(row), row["family"]][row["year"]] = row
    later_by_place: defaultdict[tuple[str, str], dict[int, ComparisonRow]] = defaultdict(dict)
    for row in later:
        if (page_key(row), row["family"]) in by_place:
            later_by_place[page_key(row), row["family"]][row["year"]] = row
    stated_years = sorted({row["year"] for row in rows})
    years = sorted({*stated_years, *(year for by_year in later_by_place.values() for year in by_year)}, reverse=True)
    years_shown = tuple(years[:MAX_YEARS])
    lines = []
    for place, by_year in sorted(by_place.items(), key=lambda item: _rank_order(item[1], years_shown, smallest_first)):
        body, family = place
        name = atlas.bodies[body].name
        lines.append(RankingLine(body, name, family, body not in anchored, by_year, later_by_place.get(place, {})))
        anchored.add(body)
    scale = scale_for([_value(row) for row in rows], key.unit)
    spreads, extremes = _spreads(rows, stated_years)
    return Ranking(
        level=key.level,
        kind=key.kind,
        body_name=atlas.bodies[lines[0].key].short_name if key.body_id else "",
        scope=key.scope,
        unit=key.unit,
        scale=scale,
        years=years_shown,
        n_years=len(years),
        lines=tuple(lines),
        spreads=spreads,
        extremes=extremes,
        chart=spread_chart(spreads, scale),
    )


def _rank_order(by_year: dict[int, ComparisonRow], years: Sequence[int], smallest_first: bool) -> tuple[int, float]:
    """Return the sort key of a body: the newest year that it has a value for, then the value."""
    newest = next((n for n, year in enumerate(years) if year in by_year), len(years))
    value = _value(by_year[years[newest]]) if newest < len(years) else 0.0
    return newest, value if smallest_first else -value


def _spreads(
    rows: Sequence[ComparisonRow], years: Sequence[int]
) -> tuple[tuple[Spread, ...], dict[int, tuple[ComparisonRow, ComparisonRow]]]:
    """Return the distribution of each year without bounds, and the rows with its smallest and largest value."""
    by_year: defaultdict[int, list[ComparisonRow]] = defaultdict(list)
    for row in rows:
        if row["qualifier"] not in BOUNDS:
            by_year[row["year"]].append(row)
    spreads, extremes = [], {}
    for year in years:
        ordered = sorted(by_year[year], key=lambda row: (_value(row), row["jurisdiction_code"]))
        if not ordered:
            continue
        values = [_value(row) for row in ordered]
        lower, _, upper = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (values[0],) * 3
        spreads.append(Spread(year, len(values), values[0], lower, median(values), upper, values[-1]))
        extremes[year] = (ordered[0], ordered[-1])
    return tuple(spreads), extremes


def _value(row: ComparisonRow) -> float:
    """Return the value of a row that has one."""
    value = row["value"]
    assert value is not None
    return value
