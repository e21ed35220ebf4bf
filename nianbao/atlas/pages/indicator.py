"""The page of an indicator: every jurisdiction, ranked, and how their values lie in each year. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from markupsafe import Markup

from nianbao.atlas.charts import Spread, spread_chart
from nianbao.atlas.numbers import Scale, scale_for
from nianbao.atlas.site_index import Atlas, Row

YEARS_SHOWN = 10
LEVELS = ("country", "province", "city", "county", "township")
_BOUNDS = ("more_than", "less_than", "at_least", "at_most")


@dataclass(frozen=True, slots=True)
class RankingLine:
    """One government: its row of each year that it states a figure for, and of those that only a later report does."""

    code: str
    name: str
    family: str
    anchored: bool
    by_year: dict[int, Row]
    told_later: dict[int, Row]


@dataclass(frozen=True, slots=True)
class YearSpread:
    """The governments of one level that state the indicator with one scope and unit."""

    level: str
    scope: str
    unit: str
    scale: Scale
    years: tuple[int, ...]
    all_years: int
    lines: tuple[RankingLine, ...]
    spreads: tuple[Spread, ...]
    who: dict[int, tuple[Row, Row]]
    chart: Markup | None


def indicator_view(atlas: Atlas, about: Row, rows: Sequence[Row]) -> dict[str, Any]:
    """All that the template shows: the fields with most governments of each level first."""
    grouped: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    later: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        place = atlas.jurisdictions.get(row["jurisdiction_code"])
        if place is not None and row["value"] is not None:
            grouped[place.level, row["scope"], row["unit"]].append(row)
        elif place is not None and row["latest_value"] is not None:
            later[place.level, row["scope"], row["unit"]].append(row)
    anchored: set[str] = set()
    fields = []
    order = sorted(grouped, key=lambda key: (LEVELS.index(key[0]), -len(grouped[key]), key))
    for key in order:
        fields.append(_field(*key, grouped[key], later[key], about["higher_is"] == "worse", anchored))
    names = atlas.categories.get((about["family"], about["category"]), (about["category"],) * 2)
    return {"about": about, "category": names, "fields": fields}


def _field(
    level: str,
    scope: str,
    unit: str,
    rows: Sequence[Row],
    later: Sequence[Row],
    least_first: bool,
    anchored: set[str],
) -> YearSpread:
    by_place: defaultdict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
    for row in rows:
        by_place[row["jurisdiction_code"], row["family"]][row["year"]] = row
    told_later: defaultdict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
    for row in later:
        if (row["jurisdiction_code"], row["family"]) in by_place:
            told_later[row["jurisdiction_code"], row["family"]][row["year"]] = row
    stated = sorted({row["year"] for row in rows})
    years = sorted({*stated, *(year for seen in told_later.values() for year in seen)}, reverse=True)
    shown = tuple(years[:YEARS_SHOWN])
    lines = []
    for (code, family), by_year in sorted(by_place.items(), key=lambda item: _order(item[1], shown, least_first)):
        newest = max(by_year)
        name, told = by_year[newest]["jurisdiction_name"], told_later.get((code, family), {})
        lines.append(RankingLine(code, name, family, code not in anchored, by_year, told))
        anchored.add(code)
    scale = scale_for([row["value"] for row in rows], unit)
    spreads, who = _spreads(rows, stated)
    return YearSpread(
        level, scope, unit, scale, shown, len(years), tuple(lines), spreads, who, spread_chart(spreads, scale)
    )


def _order(by_year: dict[int, Row], years: Sequence[int], least_first: bool) -> tuple[Any, ...]:
    """Governments by the newest year that they have, in it by value."""
    newest = next((n for n, year in enumerate(years) if year in by_year), len(years))
    value = by_year[years[newest]]["value"] if newest < len(years) else 0.0
    return newest, value if least_first else -value


def _spreads(rows: Sequence[Row], years: Sequence[int]) -> tuple[tuple[Spread, ...], dict[int, tuple[Row, Row]]]:
    """The spread of each year without bounds, and whose the least and the largest value is."""
    of_year: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row["qualifier"] not in _BOUNDS:
            of_year[row["year"]].append(row)
    spreads, who = [], {}
    for year in years:
        seen = sorted(of_year[year], key=lambda row: (row["value"], row["jurisdiction_code"]))
        if not seen:
            continue
        values = [row["value"] for row in seen]
        lower, _, upper = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (values[0],) * 3
        spreads.append(Spread(year, len(values), values[0], lower, median(values), upper, values[-1]))
        who[year] = (seen[0], seen[-1])
    return tuple(spreads), who
