"""The pages of a jurisdiction: a line an indicator, its charts by category, promises, findings. Pure.

The first page has a line for each indicator, the findings of the newest year and the promises of one; everything else
has pages of its own, so that none grows with the years.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from nianbao.atlas import urls
from nianbao.atlas.charts import Point, line_chart, spark
from nianbao.atlas.i18n import chinese
from nianbao.atlas.numbers import Scale, figure, scale_for
from nianbao.atlas.site_index import Atlas, Jurisdiction, Row

_IS_BOUND = ("more_than", "less_than", "at_least", "at_most")
# How many findings the first page shows, and how many promises, of the year that it shows.
FINDINGS_SHOWN, PROMISES_SHOWN = 20, 24


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """One series: its charts, its newest figure, and its rows by year, newest first."""

    indicator: Row
    anchor: str
    family: str
    scope: str
    unit: str
    scale: Scale
    chart: Markup | None
    spark: Markup | None
    latest: Row | None
    years: tuple[Row, ...]
    has: frozenset[str]


@dataclass(frozen=True, slots=True)
class CategoryGroup:
    """The cards of one category by page, and of each indicator the first of them with how many more there are."""

    family: str
    category: str
    names: tuple[str, str]
    pages: tuple[tuple[SeriesCard, ...], ...]
    lines: tuple[tuple[SeriesCard, int], ...]


@dataclass(frozen=True, slots=True)
class PromiseYear:
    """What was promised for a year, each with its outcome, and how many of each outcome."""

    year: int
    rows: tuple[Row, ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def is_judged(self) -> bool:
        """Whether anything can be said of what was reached."""
        return any(word in _JUDGED for word, _ in self.counts)


def jurisdiction_pages(
    atlas: Atlas, place: Jurisdiction, tables: Mapping[str, Sequence[Row]]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """All pages of one government: the address of each, its template, and all that this shows."""
    groups = _groups(atlas, tables["comparisons"])
    findings = _by_year(tables["findings"], "report_year")
    promises = [_promised(place, year, rows) for year, rows in _by_year(tables["promises"], "year")]
    shown = _year_to_show(promises)
    common = {"place": place, "groups": groups}
    yield (
        urls.jurisdiction_page(place.code),
        "jurisdiction",
        {
            **common,
            "findings": [(year, rows[:FINDINGS_SHOWN]) for year, rows in findings[:1]],
            "n_findings": sum(len(rows) for _, rows in findings),
            "promised": shown,
            "promises_shown": PROMISES_SHOWN,
            "n_promises": sum(len(year.rows) for year in promises),
        },
    )
    for group in groups:
        for part, cards in enumerate(group.pages, start=1):
            page = urls.category_page(place.code, group.family, group.category, part)
            yield page, "category", {**common, "group": group, "part": part, "cards": cards}
    if findings:
        yield urls.findings_page(place.code), "findings", {"place": place, "findings": findings}
    if promises:
        yield urls.promises_page(place.code), "promises", {"place": place, "promises": promises, "shown": shown}


def _groups(atlas: Atlas, rows: Sequence[Row]) -> list[CategoryGroup]:
    """The series in the catalog's order; the first of an indicator has its anchor."""
    ordered: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        ordered[row["indicator_id"]].append(row)
    cards: defaultdict[tuple[str, str], defaultdict[int, list[SeriesCard]]] = defaultdict(lambda: defaultdict(list))
    lines: defaultdict[tuple[str, str], list[tuple[SeriesCard, int]]] = defaultdict(list)
    for indicator_id, about in atlas.indicators.items():
        series = sorted(_series(ordered.get(indicator_id, [])), key=lambda years: -len(years))
        made = [
            _card(about, indicator_id if n == 0 else f"{indicator_id}-{n + 1}", years) for n, years in enumerate(series)
        ]
        if made:
            part = atlas.parts[made[0].years[0]["jurisdiction_code"], indicator_id]
            cards[about["family"], about["category"]][part] += made
            lines[about["family"], about["category"]].append((made[0], len(made) - 1))
    return [
        CategoryGroup(
            family,
            category,
            atlas.categories.get((family, category), (category, category)),
            tuple(map(tuple, parts.values())),
            tuple(lines[family, category]),
        )
        for (family, category), parts in cards.items()
    ]


def _series(rows: Sequence[Row]) -> list[list[Row]]:
    def key(row: Row) -> tuple[str, str, str]:
        return row["family"], row["scope"], row["unit"]

    return [list(years) for _, years in groupby(sorted(rows, key=lambda row: (*key(row), row["year"])), key)]


def _card(about: Row, anchor: str, years: Sequence[Row]) -> SeriesCard:
    values = [row["value"] for row in years if row["value"] is not None]
    first = years[0]
    scale = scale_for(values, first["unit"])
    points = [
        Point(row["year"], row["value"], row["qualifier"] in _IS_BOUND, _label(row, scale))
        for row in years
        if row["value"] is not None
    ]
    return SeriesCard(
        about,
        anchor,
        first["family"],
        first["scope"],
        first["unit"],
        scale,
        line_chart(points, scale),
        spark(points),
        next((row for row in reversed(years) if row["value"] is not None), None),
        tuple(reversed(years)),
        frozenset(name for name in _OPTIONAL if any(_OPTIONAL[name](row) for row in years)),
    )


def _label(row: Row, scale: Scale) -> str:
    mark = chinese(row["qualifier"]) if row["qualifier"] not in ("exact", None) else ""
    return f"{row['year']}: {mark}{figure(row['value'], scale)}{scale.zh}{row['unit']}"


# The columns of a card's table that are shown only where a year has something in them.
_OPTIONAL: dict[str, Callable[[Row], bool]] = {
    "change": lambda row: row["change_pct"] is not None or row["change_pp"] is not None,
    "stated": lambda row: row["reported_change_pct"] is not None,
    "promised": lambda row: row["target_value"] is not None,
    "later": lambda row: row["latest_value"] is not None and row["latest_value"] != row["value"],
}

# The outcomes of a promise in the order in which they are shown; the first three judge it.
_OUTCOMES = ("no", "uncertain", "yes", "silent", "no_report")
_JUDGED = _OUTCOMES[:3]


def _promised(place: Jurisdiction, year: int, rows: Sequence[Row]) -> PromiseYear:
    told = [{**row, "outcome": _outcome(place, row)} for row in rows]
    outcomes = [row["outcome"] for row in told]
    counts = tuple((word, outcomes.count(word)) for word in _OUTCOMES if word in outcomes)
    return PromiseYear(year, tuple(sorted(told, key=lambda row: _OUTCOMES.index(row["outcome"]))), counts)


def _outcome(place: Jurisdiction, row: Row) -> str:
    """What became of a promise: judged, or told by no report, or there is none on its year."""
    if row["target_met"]:
        return str(row["target_met"])
    family = row["target_observation_id"].split("/")[0]
    there = any(report["family"] == family and report["report_year"] == row["year"] for report in place.reports)
    return "silent" if there else "no_report"


def _year_to_show(promises: Sequence[PromiseYear]) -> PromiseYear | None:
    """The newest year of which something can be judged; without one the newest."""
    return next((year for year in promises if year.is_judged), promises[0] if promises else None)


def _by_year(rows: Sequence[Row], column: str) -> list[tuple[int, list[Row]]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            grouped[row[column]].append(row)
    return sorted(grouped.items(), reverse=True)
