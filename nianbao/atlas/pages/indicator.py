"""The page of an indicator: governments ranked, then bodies of one kind, each with its line in a chart. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import NamedTuple

from markupsafe import Markup

from nianbao.atlas.charts import PanelLine, Point, panel_chart
from nianbao.atlas.i18n import both
from nianbao.atlas.numbers import Scale, figure, scale_for
from nianbao.atlas.queries import page_key
from nianbao.atlas.romanize import body_in_english
from nianbao.atlas.series_points import is_doubtful, series_points, starts_at_zero
from nianbao.atlas.site_index import Atlas
from nianbao.comparison.intervals import BOUNDS
from schemas.rows import ComparisonRow, IndicatorRow
from schemas.vocabulary import BODY_KINDS, LEVELS, TERRITORIAL_KINDS

MAX_YEARS = 10
# A chart draws at most this many bodies: those with most years.
MAX_LINES = 60
# A median is drawn only over the same bodies in all its years, and only of this many.
MIN_PANEL = 8
MIN_PANEL_YEARS = 3


@dataclass(frozen=True, slots=True)
class Ends:
    """The number of values of a year without bounds and doubtful readings, and the rows of the smallest and largest."""

    year: int
    n: int
    least: ComparisonRow
    largest: ComparisonRow


@dataclass(frozen=True, slots=True)
class Panel:
    """The bodies that have a comparable value in every year from the first on, and the median of each year."""

    first_year: int
    last_year: int
    n: int
    medians: dict[int, float]


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
        name_en: Its name in English.
        family: Family of the reports that state the values.
        has_anchor: Whether links to it on this page lead here: true for its first line.
        by_year: The rows with a value that the report of the year states.
        later: The rows of years for which only a later report states a value.
    """

    key: str
    name: str
    name_en: str
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
        body_name_en: Its name in English.
        scope: Scope of the values; empty for the whole.
        unit: Unit of the values.
        scale: Scale in which the values are shown.
        years: The years shown, newest first.
        n_years: Number of years with a value.
        lines: The bodies, ranked by the newest year.
        ends: The smallest and the largest value of each year, oldest first.
        panel: The bodies whose median is drawn; None if fewer than `MIN_PANEL` have comparable values.
        n_drawn: The number of bodies that the chart draws.
        chart: Chart with a line for each body; None for fewer than three years.
    """

    level: str
    kind: str
    body_name: str
    body_name_en: str
    scope: str
    unit: str
    scale: Scale
    years: tuple[int, ...]
    n_years: int
    lines: tuple[RankingLine, ...]
    ends: tuple[Ends, ...]
    panel: Panel | None
    n_drawn: int
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
        name, name_en = atlas.bodies[body].name, atlas.bodies[body].name_en
        lines.append(
            RankingLine(body, name, name_en, family, body not in anchored, by_year, later_by_place.get(place, {}))
        )
        anchored.add(body)
    scale = scale_for([_value(row) for row in rows], key.unit)
    charted = _charted(lines)
    panel = _panel(lines)
    return Ranking(
        level=key.level,
        kind=key.kind,
        body_name=atlas.bodies[lines[0].key].short_name if key.body_id else "",
        body_name_en=body_in_english(atlas.bodies[lines[0].key].short_name) if key.body_id else "",
        scope=key.scope,
        unit=key.unit,
        scale=scale,
        years=years_shown,
        n_years=len(years),
        lines=tuple(lines),
        ends=_ends(rows, stated_years),
        panel=panel,
        n_drawn=len(charted),
        chart=_chart(charted, panel, scale, key.unit),
    )


def _rank_order(by_year: dict[int, ComparisonRow], years: Sequence[int], smallest_first: bool) -> tuple[int, float]:
    """Return the sort key of a body: the newest year that it has a value for, then the value."""
    newest = next((n for n, year in enumerate(years) if year in by_year), len(years))
    value = _value(by_year[years[newest]]) if newest < len(years) else 0.0
    return newest, value if smallest_first else -value


def _charted(lines: Sequence[RankingLine]) -> list[RankingLine]:
    """Return the bodies that the chart draws: those with most years, in their order."""
    chosen = sorted(lines, key=lambda line: -len(line.by_year))[:MAX_LINES]
    return [line for line in lines if any(line is other for other in chosen)]


def _chart(lines: Sequence[RankingLine], panel: Panel | None, scale: Scale, unit: str) -> Markup | None:
    """Draw the lines of the bodies, and the median of the panel."""
    drawn = []
    for line in lines:
        by_year = {**line.later, **line.by_year}
        points = series_points([by_year[year] for year in sorted(by_year)], scale, unit)
        # The tooltip of a line is its name, and the values are in the table.
        points = [replace(point, label="", revised=None, broken="") for point in points if point.kind != "unsure"]
        if points:
            drawn.append(PanelLine(line.key, line.name, line.name_en, tuple(points)))
    medians: list[Point] = []
    if panel:
        for year, value in panel.medians.items():
            text = f"{year}: {figure(value, scale)}"
            medians.append(
                Point(year, value, label=both(f"{text}（中位数）", f"{text} (median)"), joined=bool(medians))
            )
    return panel_chart(drawn, medians, scale, from_zero=starts_at_zero(unit))


def _panel(lines: Sequence[RankingLine]) -> Panel | None:
    """Return the longest panel that ends in the newest year: the same bodies, all comparable from year to year."""
    newest = max((year for line in lines for year in line.by_year), default=0)
    members = [line for line in lines if newest in line.by_year and _is_exact(line.by_year[newest])]
    panel = None
    first = newest
    while len(members) >= MIN_PANEL:
        if newest - first + 1 >= MIN_PANEL_YEARS:
            years = range(first, newest + 1)
            medians = {year: median(_value(line.by_year[year]) for line in members) for year in years}
            panel = Panel(first, newest, len(members), medians)
        members = [line for line in members if _continues(line, first)]
        first -= 1
    return panel


def _continues(line: RankingLine, year: int) -> bool:
    """Return whether the value of a year is comparable with that of the year before, which is exact."""
    before = line.by_year.get(year - 1)
    row = line.by_year[year]
    return row["comparability"] == "comparable" and before is not None and _is_exact(before)


def _is_exact(row: ComparisonRow) -> bool:
    """Return whether a value is neither a bound nor a doubtful reading."""
    return row["qualifier"] not in BOUNDS and not is_doubtful(row)


def _ends(rows: Sequence[ComparisonRow], years: Sequence[int]) -> tuple[Ends, ...]:
    """Return the smallest and the largest value of each year, without bounds and doubtful readings."""
    by_year: defaultdict[int, list[ComparisonRow]] = defaultdict(list)
    for row in rows:
        if _is_exact(row):
            by_year[row["year"]].append(row)
    ends = []
    for year in years:
        ordered = sorted(by_year[year], key=lambda row: (_value(row), row["jurisdiction_code"]))
        if ordered:
            ends.append(Ends(year, len(ordered), ordered[0], ordered[-1]))
    return tuple(ends)


def _value(row: ComparisonRow) -> float:
    """Return the value of a row that has one."""
    value = row["value"]
    assert value is not None
    return value
