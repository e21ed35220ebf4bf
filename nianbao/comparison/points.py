"""Turn observations into points: the value of an indicator in a year as one report states it, in the catalog's unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypedDict

from nianbao.comparison.intervals import BOUNDS, Interval, interval_of
from nianbao.documents.identity import Reporter
from nianbao.indicators.catalog import Catalog, Indicator
from nianbao.indicators.types import BY_FORM, Match
from schemas.rows import ObservationRow

_PART = (
    r"(?:(?:1[0-2]|[1-9])月份|1[-—–~至到](?:1[01]|[2-9])月|[一二三四1-4]季度|上半年|下半年"
    r"|前(?:1[01]|[一二三两1-9])个?(?:季度|月))"
)
_PART_OF_YEAR = re.compile(_PART)
# One of these is in every match of `_PART_OF_YEAR`.
_PARTS = re.compile("月|季度|半年")
# `2023年前三季度，地区生产总值增长2.7%`: the adverb is a clause of its own, and holds until another year is named.
_PART_ADVERB = re.compile(rf"(?:^|[，；。])(?:(?:19|20)\d\d年|今年|去年)?{_PART}，")
# A flow that follows one of these covers several years, unless a single year is named in between.
_SEVERAL_YEARS = re.compile(
    r"(?:[二两三四五六七八九十几]|\d{1,2})年(?:来|间|内|累计|共|新增|投入|安排)|(?:19|20)\d\d[-—–至]+(?:19|20)\d\d年|(?:过去|近|这|前)(?:[二两三四五六七八九十几]|\d{1,2})年"
    r"|[“\"]?(?:十[一二三四五六七八九]?五|九五|八五)[”\"]?(?:期间|时期|以来)|本届政府|五年(?:来|累计)|[二两三四五]年$"
)
# One of these is in every match of `_SEVERAL_YEARS`; searched first, because nearly all sentences have none.
_SPANS = re.compile("年来|年间|年内|年累|年共|年新|年投|年安|年$|-|—|–|至|过去|近|这|前|期|以来|本届")
_ONE_YEAR = re.compile(r"(?:19|20)\d{2}年(?!以来|至|到|—|-)|全年|去年|上年|当年|年内|今年")
_CUMULATIVE = re.compile(r"(?<!全年)(?:累计|总数)[^，。；、0-9]{0,16}$")
_PART_OF_SENTENCE = re.compile("[；;]")
# `2005-2014年10年间，罗湖区投资总规模775亿元`: the span is a clause of its own, right before.
_YEARS_ADVERB = re.compile(rf"(?:^|[；。，])(?:{_SEVERAL_YEARS.pattern})[^，。；]{{0,8}}，$")
_GOAL = "目标"
_PROMISES = re.compile(r"目标|力争|确保|争取|计划|预期|不低于|不少于|今年|明年|将")
# Verbs of levels, which are no sums even right after a span of years: `五年来，GDP从2.8万亿元增加到3.9万亿元`
_REACHED = re.compile(r"从|由|至|到|达|超|突破")
_FIVE_YEARS_TARGET = re.compile(
    r"[二两三四五]年内|到20\d\d年|20\d\d年(?:前|底|末)|[二两三四五]年(?:实现|新增|建成|累计|投入|完成)"
    r"|(?:未来|今后)[二两三四五]年|期末|[“\"]?十[一二三四五六]?五[”\"]?"
)
# 下降3%以上 is a change of -3% or less.
_OPPOSITE = {"more_than": "less_than", "less_than": "more_than", "at_least": "at_most", "at_most": "at_least"}
# The base of a change, right after the year that it is of: `PM2.5由2015年的每立方米35微克下降至…`
_BASE_YEAR = re.compile(r"[由从]((?:19|20)\d{2})年[^到至为，。；]*$")
_CLAUSE_END = re.compile(r"[，。；;！？\n]")
# A growth compared with one of these is the growth of one year.
_ANNUAL_BASES = (None, "previous_year", "same_scope")


class Role(StrEnum):
    """What a point states: the level or share of a year, its growth in that year, or a target for either."""

    VALUE = "value"
    GROWTH = "growth"
    TARGET = "target"


class SeriesKey(NamedTuple):
    """What values must share to be compared: family, place, body, indicator, population (scope) and currency (unit).

    The place is named by its series code, so that a series continues when the place gets another name or code.
    """

    family: str
    series_code: str
    body_id: str
    indicator_id: str
    scope: str
    unit: str


class Point(NamedTuple):
    """One statement. `value` is in the unit of the key, a growth in per cent with its sign; `high` ends a range."""

    key: SeriesKey
    reporter: Reporter
    role: Role
    kind: str
    year: int
    value: float
    high: float | None
    interval: Interval
    qualifier: str
    rounding: float | None
    same_scope: bool
    report_id: str
    report_year: int
    char_start: int
    observation_id: str
    relates_to: str | None
    quote: str

    @property
    def is_bound(self) -> bool:
        """Whether the value is only a bound or a range, so that it has no ratio."""
        return self.qualifier in BOUNDS or self.high is not None


class UnfilledCell(TypedDict):
    """The columns of a row of `cells` without a number that comparing needs."""

    report_id: str
    family: str
    jurisdiction_code: str
    jurisdiction_name: str
    body_id: str
    body_name: str
    body_kind: str
    series_code: str
    report_year: int
    indicator_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Points:
    """All points of some reports, and the years of series that have no point for a known reason.

    `reporters` tells by family, series code and body who reported on which year; of several the first. `other_periods`
    are years for which only a figure of another period was found; `unfilled` gives the state (`empty`,
    `not_applicable`, …) of the form's cell in the year's report where that holds no number.
    """

    points: tuple[Point, ...]
    reporters: Mapping[tuple[str, str, str], Mapping[int, Reporter]]
    other_periods: frozenset[tuple[SeriesKey, int]]
    unfilled: Mapping[tuple[SeriesKey, int], str] = field(default_factory=dict)


def make_points(
    rows: Sequence[ObservationRow],
    matches: Sequence[Match | None],
    catalog: Catalog,
    unfilled: Iterable[UnfilledCell] = (),
) -> Points:
    """Return the points of all observations that have an indicator, in their order.

    Left out are figures of several years or of part of a year (`Points.other_periods` has their years), ranks, ratios,
    absolute changes, and actual figures for a time after the year that a report reviews.

    Args:
        rows: Rows of `observations`.
        matches: The match of each row, None for a row without indicator.
        catalog: The indicators.
        unfilled: Cells of forms that hold no number.
    """
    points: list[Point] = []
    reporters = _reporters_by_report(rows)
    other_periods: set[tuple[SeriesKey, int]] = set()
    plans = _plan_starts(rows)
    for row, match in zip(rows, matches, strict=True):
        if match is None or row["period_end"] is None:
            continue
        in_form = match.method in BY_FORM
        for item in (match, *match.also):
            indicator = catalog[item.indicator_id]
            role = _role(row, indicator)
            if role is None:
                continue
            point = _point(row, reporters[row["report_id"]], item, indicator, role, int(row["period_end"]))
            if point is None:
                continue
            if not in_form and not _is_of_one_year(row, indicator, role, point.year):
                if role is Role.VALUE and point.year == point.report_year:
                    other_periods.add((point.key, point.year))
            elif _is_promised(row, plans) if role is Role.TARGET else point.year <= point.report_year:
                points.append(point)
    cells = list(unfilled)
    by_series = _reporters_by_series([*rows, *cells])
    return Points(tuple(points), by_series, frozenset(other_periods), _unfilled_years(cells, catalog))


def _reporters_by_report(rows: Iterable[ObservationRow]) -> dict[str, Reporter]:
    reporters: dict[str, Reporter] = {}
    for row in rows:
        if row["report_id"] not in reporters:
            reporters[row["report_id"]] = reporter_of(row)
    return reporters


def _reporters_by_series(
    rows: Iterable[ObservationRow | UnfilledCell],
) -> dict[tuple[str, str, str], dict[int, Reporter]]:
    """Return by family, series code and body who reported on which year; of several reports the first by id."""
    reports = {row["report_id"]: row for row in rows}
    by_series: dict[tuple[str, str, str], dict[int, Reporter]] = {}
    for _, row in sorted(reports.items()):
        years = by_series.setdefault((row["family"], row["series_code"], row["body_id"]), {})
        years.setdefault(int(row["report_year"]), reporter_of(row))
    return by_series


def reporter_of(row: ObservationRow | UnfilledCell) -> Reporter:
    """Return who reports, as a row says."""
    return Reporter(
        row["jurisdiction_code"],
        row["jurisdiction_name"],
        row["body_id"],
        row["body_name"],
        row["body_kind"],
        row["series_code"],
    )


def _unfilled_years(cells: Iterable[UnfilledCell], catalog: Catalog) -> dict[tuple[SeriesKey, int], str]:
    unfilled: dict[tuple[SeriesKey, int], str] = {}
    for cell in cells:
        indicator = catalog[cell["indicator_id"]]
        key = SeriesKey(cell["family"], cell["series_code"], cell["body_id"], indicator.id, "", indicator.unit)
        unfilled.setdefault((key, int(cell["report_year"])), cell["state"])
    return unfilled


def _plan_starts(rows: Sequence[ObservationRow]) -> dict[str, int]:
    """Return by report the offset of its first target that is called 目标."""
    plans: dict[str, int] = {}
    for row in rows:
        if row["modality"] == "target" and _GOAL in (row["sentence"] or ""):
            plans.setdefault(row["report_id"], row["char_start"])
    return plans


def _is_promised(row: ObservationRow, plans: dict[str, int]) -> bool:
    """Return whether a target is a promise: it follows the first 目标, or its sentence promises.

    A report reviews before it plans, so `新增停车位21万个` before 主要预期目标 is probably an achievement.
    """
    return row["char_start"] >= plans.get(row["report_id"], 0) or bool(_PROMISES.search(row["sentence"] or ""))


def _role(row: ObservationRow, indicator: Indicator) -> Role | None:
    kind = row["kind"]
    if indicator.kind == "rank":
        if kind != "rank":
            return None
    elif indicator.kind == "change_pct":
        if kind != "change_pct":
            return None
    elif kind not in ("level", "share", "change_pct"):
        return None
    if row["modality"] == "target":
        return Role.TARGET
    return Role.GROWTH if kind == "change_pct" else Role.VALUE


def _point(
    row: ObservationRow, reporter: Reporter, match: Match, indicator: Indicator, role: Role, year: int
) -> Point | None:
    is_change = row["kind"] == "change_pct"
    interval = interval_of(row)
    value, high = float(row["value"]), row["value_high"]
    unit, qualifier = indicator.unit, row["qualifier"]
    if is_change:
        if row["direction"] == "down":
            value, high = -value, (-float(high) if high is not None else None)
            interval, qualifier = Interval(-interval.high, -interval.low), _OPPOSITE.get(qualifier, qualifier)
    else:
        dimension = indicator.dimension_of(row["unit"])
        if dimension is None:
            return None
        unit = indicator.unit_of(dimension)
        factor = dimension.factor(row["unit"], unit)
        if factor != 1:
            value, interval = value * factor, interval.times(factor)
            high = float(high) * factor if high is not None else None
    return Point(
        key=SeriesKey(
            family=row["family"],
            series_code=row["series_code"],
            body_id=row["body_id"],
            indicator_id=indicator.id,
            scope=match.scope,
            unit=unit,
        ),
        reporter=reporter,
        role=Role.GROWTH if role is Role.VALUE and indicator.kind == "change_pct" else role,
        kind="change_pct" if is_change or indicator.kind == "change_pct" else row["kind"],
        year=year,
        value=value,
        high=float(high) if high is not None else None,
        interval=interval,
        qualifier=qualifier,
        rounding=row["rounding"],
        same_scope=row["compared_with"] == "same_scope",
        report_id=row["report_id"],
        report_year=int(row["report_year"]),
        char_start=int(row["char_start"]),
        observation_id=row["observation_id"],
        relates_to=row["relates_to"],
        quote=row["quote"],
    )


def _is_of_one_year(row: ObservationRow, indicator: Indicator, role: Role, end: int) -> bool:
    """Return whether a figure is that of the one year in which its period ends."""
    start = row["period_start"]
    is_level = row["kind"] == "level"
    if start != end and not (indicator.nature == "stock" and is_level):
        return False
    if row["kind"] == "change_pct":
        base = row["compared_with"]
        if base not in _ANNUAL_BASES and base != str(end - 1):
            return False
    lead = _lead(row)
    if is_level and _is_of_base_year(lead, end):
        return False
    if role is Role.TARGET:
        return not _FIVE_YEARS_TARGET.search(lead)
    if is_level and says_several_years(lead, indicator.nature):
        return False
    return not says_part_of_year(lead, row["subject"] or "")


def _is_of_base_year(lead: str, year: int) -> bool:
    if "由" not in lead and "从" not in lead:
        return False
    base_year = _BASE_YEAR.search(lead)
    return base_year is not None and int(base_year[1]) != year


def says_several_years(lead: str, nature: str) -> bool:
    """Return whether the text before a number makes it a sum over years (`五年来新增学位39万个`, `累计完成67公里`).

    A yearly statistic is a sum only if its own clause says so.
    """
    if nature not in ("flow", "yearly"):
        return False
    clause = _CLAUSE_END.split(lead)[-1]
    if ("累计" in lead or "总数" in lead) and _CUMULATIVE.search(lead) and not _ONE_YEAR.search(clause):
        return True
    if nature == "flow":
        return _sums_up(_PART_OF_SENTENCE.split(lead)[-1])
    if not _SPANS.search(lead):
        return False
    adverb = _YEARS_ADVERB.search(lead[: len(lead) - len(clause)])
    return _sums_up(clause) or (adverb is not None and not _REACHED.search(clause))


def _sums_up(text: str) -> bool:
    """Return whether a text names a span of years and no single year after it."""
    if not _SPANS.search(text):
        return False
    ends = [match.end() for match in _SEVERAL_YEARS.finditer(text)]
    return bool(ends) and not _ONE_YEAR.search(text, ends[-1])


def says_part_of_year(lead: str, subject: str) -> bool:
    """Return whether a number is of a month, a quarter or a half-year (`12月份上涨2.5%`)."""
    if not _PARTS.search(lead) and not _PARTS.search(subject):
        return False
    if _PART_OF_YEAR.search(_CLAUSE_END.split(lead)[-1]) or _PART_OF_YEAR.search(subject):
        return True
    adverbs = [match.end() for match in _PART_ADVERB.finditer(lead)]
    return bool(adverbs) and not _ONE_YEAR.search(lead, adverbs[-1])


def _lead(row: ObservationRow) -> str:
    """Return the sentence up to the number."""
    sentence, quote = row["sentence"] or "", row["quote"]
    start = sentence.find(quote)
    return sentence[:start] if start >= 0 else ""


def by_cell(points: Iterable[Point]) -> dict[tuple[SeriesKey, int], list[Point]]:
    """Group points by series and year, each group in the order of reports and of their texts."""
    cells: dict[tuple[SeriesKey, int], list[Point]] = {}
    for point in points:
        cells.setdefault((point.key, point.year), []).append(point)
    for group in cells.values():
        if len(group) > 1:
            group.sort(key=lambda p: (p.report_year, p.report_id, p.char_start))
    return cells
