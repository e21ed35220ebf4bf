"""The page of a jurisdiction: its indicators over the years as cards, what was promised, what does not add up. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from nianbao.atlas.catalog import Atlas, Jurisdiction, Row
from nianbao.atlas.charts import Point, line_chart
from nianbao.atlas.numbers import Scale, figure, scale_for
from nianbao.atlas.words import zh

_IS_BOUND = ("more_than", "less_than", "at_least", "at_most")


@dataclass(frozen=True, slots=True)
class Card:
    """One series: its chart, its newest figure, and its rows by year, newest first."""

    indicator: Row
    anchor: str
    family: str
    scope: str
    unit: str
    scale: Scale
    chart: Markup | None
    latest: Row | None
    years: tuple[Row, ...]
    has: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """The cards of one category."""

    family: str
    category: str
    names: tuple[str, str]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class PromisedYear:
    """What was promised for a year, and how many of each outcome."""

    year: int
    rows: tuple[Row, ...]
    counts: tuple[tuple[str, int], ...]


def jurisdiction_view(atlas: Atlas, place: Jurisdiction, tables: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """All that the template shows."""
    return {
        "place": place,
        "groups": _groups(atlas, tables["comparisons"]),
        "findings": _by_year(tables["findings"], "report_year"),
        "promises": [_promised(year, rows) for year, rows in _by_year(tables["promises"], "year")],
    }


def _groups(atlas: Atlas, rows: Sequence[Row]) -> list[Group]:
    """The series in the catalog's order; the first of an indicator has its anchor."""
    ordered: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        ordered[row["indicator_id"]].append(row)
    cards: defaultdict[tuple[str, str], list[Card]] = defaultdict(list)
    for indicator_id, about in atlas.indicators.items():
        series = sorted(_series(ordered.get(indicator_id, [])), key=lambda years: -len(years))
        for n, years in enumerate(series):
            anchor = indicator_id if n == 0 else f"{indicator_id}-{n + 1}"
            cards[about["family"], about["category"]].append(_card(about, anchor, years))
    return [
        Group(family, category, atlas.categories.get((family, category), (category, category)), tuple(made))
        for (family, category), made in cards.items()
    ]


def _series(rows: Sequence[Row]) -> list[list[Row]]:
    def key(row: Row) -> tuple[str, str, str]:
        return row["family"], row["scope"], row["unit"]

    return [list(years) for _, years in groupby(sorted(rows, key=lambda row: (*key(row), row["year"])), key)]


def _card(about: Row, anchor: str, years: Sequence[Row]) -> Card:
    values = [row["value"] for row in years if row["value"] is not None]
    first = years[0]
    scale = scale_for(values, first["unit"])
    points = [
        Point(row["year"], row["value"], row["qualifier"] in _IS_BOUND, _label(row, scale))
        for row in years
        if row["value"] is not None
    ]
    return Card(
        about,
        anchor,
        first["family"],
        first["scope"],
        first["unit"],
        scale,
        line_chart(points, scale),
        next((row for row in reversed(years) if row["value"] is not None), None),
        tuple(reversed(years)),
        frozenset(name for name in _OPTIONAL if any(_OPTIONAL[name](row) for row in years)),
    )


def _label(row: Row, scale: Scale) -> str:
    mark = zh(row["qualifier"]) if row["qualifier"] not in ("exact", None) else ""
    return f"{row['year']}: {mark}{figure(row['value'], scale)}{scale.zh}{row['unit']}"


# The columns of a card's table that are shown only where a year has something in them.
_OPTIONAL: dict[str, Callable[[Row], bool]] = {
    "change": lambda row: row["change_pct"] is not None or row["change_pp"] is not None,
    "stated": lambda row: row["reported_change_pct"] is not None,
    "promised": lambda row: row["target_value"] is not None,
    "later": lambda row: row["latest_value"] is not None and row["latest_value"] != row["value"],
}


def _promised(year: int, rows: Sequence[Row]) -> PromisedYear:
    outcomes = [row["target_met"] or "silent" for row in rows]
    counts = tuple((word, outcomes.count(word)) for word in ("yes", "no", "uncertain", "silent") if word in outcomes)
    order = {"no": 0, "uncertain": 1, "yes": 2, "silent": 3}
    return PromisedYear(year, tuple(sorted(rows, key=lambda row: order[row["target_met"] or "silent"])), counts)


def _by_year(rows: Sequence[Row], column: str) -> list[tuple[int, list[Row]]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            grouped[row[column]].append(row)
    return sorted(grouped.items(), reverse=True)
