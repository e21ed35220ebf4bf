"""Turn observations into points: the value of an indicator in a year as one report states it, in the catalog's unit.

Columns of `observations` decide what a figure is (its period, its base, whether it is a sum so far or an example); no
sentence is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypedDict

from nianbao.comparison.intervals import BOUNDS, Interval, in_unit, interval_of
from nianbao.comparison.measures import Measure, counts_what_is_new, measure_of
from nianbao.documents.identity import Reporter
from nianbao.indicators.catalog import Catalog, Indicator
from nianbao.indicators.types import BY_FORM, Match
from schemas.rows import ObservationRow

# How many series share their keys: those of several hundred reports.
_CACHE_SIZE = 40_000
# 下降3%以上 is a change of -3% or less.
_OPPOSITE = {"more_than": "less_than", "less_than": "more_than", "at_least": "at_most", "at_most": "at_least"}
# A growth compared with one of these is the growth of one year; one without a base may be of several (累计下降33%).
_ANNUAL_BASES = ("previous_year", "same_scope")
# Types of periods that are never a year: some of its months, and all time since a year.
_NO_YEARS = ("part", "open")
# What a level is by its words if it is a state, and not what was done in a year.
_STATES = ("start", "arrival", "total")
_AMOUNTS = ("level", "share")

# Why a figure is none of the year that it names; the strongest reason first.
PERIOD_MISMATCH, STOCK_AND_FLOW, BASE_UNKNOWN = "period_mismatch", "stock_and_flow", "base_unknown"
_REASONS = (BASE_UNKNOWN, STOCK_AND_FLOW, PERIOD_MISMATCH)


class Role(StrEnum):
    """What a point states of a year: a level or share, its growth, its difference to the year before, or a target."""

    VALUE = "value"
    GROWTH = "growth"
    DIFFERENCE = "difference"
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
    """One statement. `value` is in the unit of the key, a growth in per cent with its sign; `high` ends a range.

    `subject`, `printed_unit`, `stated_as`, `part` and `grade` are those of the observation; `is_dated` says whether its
    year is stated.
    """

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
    subject: str
    printed_unit: str
    stated_as: str | None
    part: str | None
    grade: str
    is_dated: bool

    @property
    def is_part(self) -> bool:
        """Whether the words before the number make it a part of its indicator or a list of examples (X等30条)."""
        return self.part is not None or self.stated_as == "examples"

    @property
    def measure(self) -> Measure:
        """What the subject counts: what was done, and to what."""
        return measure_of(self.subject, self.reporter.jurisdiction_name)

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

    `reporters` has, by family, series code and body, the first reporter of each year. `left_out` has the reason why a
    figure that names a year is not one of the year (`period_mismatch`, …). `unfilled` has the state (`empty`,
    `not_applicable`, …) of the form's cell in the year's report if it has no number. `undated` are the starts of
    changes that name no year; they may be of the year before their report.
    """

    points: tuple[Point, ...]
    reporters: Mapping[tuple[str, str, str], Mapping[int, Reporter]]
    left_out: Mapping[tuple[SeriesKey, int], str]
    unfilled: Mapping[tuple[SeriesKey, int], str] = field(default_factory=dict)
    undated: tuple[Point, ...] = ()


def make_points(
    rows: Sequence[ObservationRow],
    matches: Sequence[Match | None],
    catalog: Catalog,
    unfilled: Iterable[UnfilledCell] = (),
) -> Points:
    """Return the points of all observations that have an indicator, in their order.

    Left out are figures of several years or of part of a year (`Points.left_out` has their years), ranks, ratios, and
    actual figures for a time after the year that a report reviews.

    Args:
        rows: Rows of `observations`.
        matches: The match of each row, None for a row without indicator.
        catalog: The indicators.
        unfilled: Cells of forms that hold no number.
    """
    points: list[Point] = []
    undated: list[Point] = []
    reporters = _reporters_by_report(rows)
    left_out: dict[tuple[SeriesKey, int], str] = {}
    for row, match in zip(rows, matches, strict=True):
        if match is None or row["period_end"] is None:
            continue
        in_form = match.method in BY_FORM
        for item in (match, *match.also):
            indicator = catalog[item.indicator_id]
            role = _role(row, indicator)
            if role is None:
                continue
            point = _point(row, reporters[row["report_id"]], item, indicator, role)
            if point is None:
                continue
            reason = None if in_form else _no_figure_of_its_year(row, indicator, role)
            if reason is not None:
                if role is Role.VALUE and point.year <= point.report_year:
                    known = left_out.get((point.key, point.year), reason)
                    left_out[point.key, point.year] = min(known, reason, key=_REASONS.index)
                    if reason == BASE_UNKNOWN:
                        undated.append(point)
            elif role is Role.TARGET or point.year <= point.report_year:
                points.append(point)
    cells = list(unfilled)
    by_series = _reporters_by_series([*rows, *cells])
    return Points(tuple(points), by_series, left_out, _unfilled_years(cells, catalog), tuple(undated))


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


def _role(row: ObservationRow, indicator: Indicator) -> Role | None:
    kind = row["kind"]
    if indicator.kind in ("rank", "change_pct"):
        if kind != indicator.kind:
            return None
    elif kind in ("change_abs", "change_pp"):
        last = str((row["period_end"] or 0) - 1)
        actual = row["modality"] == "actual" and row["compared_with"] in ("previous_year", last)
        return Role.DIFFERENCE if actual and (kind == "change_pp") == (indicator.unit == "%") else None
    elif kind not in ("level", "share", "change_pct"):
        return None
    if row["modality"] == "target":
        return Role.TARGET
    return Role.GROWTH if kind == "change_pct" else Role.VALUE


@lru_cache(_CACHE_SIZE)
def _key(family: str, series_code: str, body_id: str, indicator_id: str, scope: str, unit: str) -> SeriesKey:
    """Return a key; the same one for the same series, so that it is compared by identity."""
    return SeriesKey(family, series_code, body_id, indicator_id, scope, unit)


def _point(row: ObservationRow, reporter: Reporter, match: Match, indicator: Indicator, role: Role) -> Point | None:
    is_change = row["kind"] == "change_pct"
    interval = interval_of(row)
    value, high = float(row["value"]), row["value_high"]
    unit, qualifier = indicator.unit, row["qualifier"]
    if row["direction"] == "down":
        value, high = -value, (-float(high) if high is not None else None)
        interval, qualifier = Interval(-interval.high, -interval.low), _OPPOSITE.get(qualifier, qualifier)
    if not is_change and row["kind"] != "change_pp":
        dimension = indicator.dimension_of(row["unit"])
        if dimension is None:
            return None
        unit = indicator.unit_of(dimension)
        factor = dimension.factor(row["unit"], unit)
        if factor != 1:
            value, interval = in_unit(value, factor), interval.times(factor)
            high = in_unit(float(high), factor) if high is not None else None
    return Point(
        key=_key(row["family"], row["series_code"], row["body_id"], indicator.id, match.scope, unit),
        reporter=reporter,
        role=Role.GROWTH if role is Role.VALUE and indicator.kind == "change_pct" else role,
        kind="change_pct" if is_change or indicator.kind == "change_pct" else row["kind"],
        year=int(row["period_end"] or 0),
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
        subject=row["subject"] or "",
        printed_unit=row["unit"],
        stated_as=row["stated_as"],
        part=row["part"] if row["kind"] == "level" else None,
        grade=row["grade"],
        is_dated=_is_dated(row),
    )


def _no_figure_of_its_year(row: ObservationRow, indicator: Indicator, role: Role) -> str | None:
    """Return why a figure is not that of the one year in which its period ends; None if it is."""
    end, kind = row["period_end"], row["kind"]
    if row["period_type"] in _NO_YEARS:
        return PERIOD_MISMATCH
    if row["period_start"] != end:
        return PERIOD_MISMATCH
    if kind in _AMOUNTS:
        return None if role is Role.TARGET else _no_amount_of_its_year(row, indicator)
    base, last = row["compared_with"], (end or 0) - 1
    is_annual = (base in _ANNUAL_BASES or base == str(last)) and row["base_end"] in (None, last)
    return None if is_annual else PERIOD_MISMATCH


def _is_dated(row: ObservationRow) -> bool:
    """Return whether a report says of which year a figure is; of the start of a change it often does not."""
    return row["stated_as"] != "start" or row["base_start"] is not None


def _no_amount_of_its_year(row: ObservationRow, indicator: Indicator) -> str | None:
    """Return why a level is none of the year: an undated start, a sum over years, or a state instead of acts."""
    stated_as = row["stated_as"]
    if not _is_dated(row) and row["period_end"] == row["report_year"] - 1:
        return BASE_UNKNOWN  # what is before a span of several years is not taken for last year's
    if indicator.nature == "flow" and stated_as in _STATES:
        if stated_as == "total":
            return PERIOD_MISMATCH
        counts_new = any(counts_what_is_new(wording.text) for wording in indicator.wordings)
        return STOCK_AND_FLOW if counts_new and not counts_what_is_new(row["subject"]) else None
    is_state = stated_as in _STATES or row["period_type"] == "point"
    if indicator.nature == "stock" and not is_state and counts_what_is_new(row["subject"]):
        return STOCK_AND_FLOW
    return None


def by_cell(points: Iterable[Point]) -> dict[tuple[SeriesKey, int], list[Point]]:
    """Group points by series and year, each group in the order of reports and of their texts."""
    cells: dict[tuple[SeriesKey, int], list[Point]] = {}
    for point in points:
        cells.setdefault((point.key, point.year), []).append(point)
    for group in cells.values():
        if len(group) > 1:
            group.sort(key=lambda p: (p.report_year, p.report_id, p.char_start))
    return cells
