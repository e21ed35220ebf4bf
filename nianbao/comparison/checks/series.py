"""Checks along a series: growth and levels, contradictions, restatements, lost 万 or 亿, missed targets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from statistics import median

from nianbao.comparison.checks.result import CheckResult, format_number
from nianbao.comparison.intervals import growth, truncated
from nianbao.comparison.points import Point
from nianbao.comparison.promises import NO, YES, allowed, promised_the_same
from nianbao.comparison.series import Series, SeriesYear
from nianbao.comparison.territory import territory_note
from nianbao.comparison.year_over_year import YearPair
from schemas.finding import ERROR, FAIL, INFO, NOT_ASSESSABLE, PASS, UNCERTAIN, WARNING, Side
from schemas.rows import ObservationRow

Rows = Mapping[str, ObservationRow]
# A value that lost or gained a 万 or 亿 is off by these powers of ten, give or take `_NEAR`.
_LOST = (4, 8)
_NEAR = 0.35
_NEIGHBOURS = 3
# The largest ratio of two figures for one measure: of a slip in one report, of a sure revision and of any revision.
_SLIP, _REVISION, _FAR = 1.1, 1.3, 3.0
_LEAST_SURE = "C"


def check_series(pairs: Iterable[YearPair], rows: Rows) -> list[CheckResult]:
    """Return the results of all checks of this module; `rows` are the observations by id."""
    results: list[CheckResult] = []
    for series, pairs_of_series in groupby(pairs, key=attrgetter("series")):
        levels = _levels(series)
        for pair in pairs_of_series:
            cell = pair.cell
            candidates = (
                growth_and_levels(pair, rows),
                lost_magnitude(cell, levels, rows),
                target_missed(pair, rows),
                *printed_twice(cell, rows),
                *restatements(series, cell, rows),
            )
            results += [result for result in candidates if result is not None]
    return results


def growth_and_levels(pair: YearPair, rows: Rows) -> CheckResult | None:
    """Check a stated growth against the levels of two reports.

    They can differ because the base was revised in between, so a difference is uncertain and never fails.
    """
    cell, indicator, year = pair.cell, pair.indicator, pair.cell.year
    stated, now, base = cell.growth, cell.value, pair.before.cell.value if pair.before.cell else None
    if pair.agrees not in (PASS, FAIL, UNCERTAIN) or stated is None or now is None or base is None:
        return None
    exact = (now.value / base.value - 1) * 100
    printed, computed = format_number(stated.value), _format_rate(exact, stated.quote)
    return CheckResult(
        check="growth_beside_levels",
        status=PASS if pair.agrees == PASS else UNCERTAIN,
        severity=INFO,
        row=rows[stated.observation_id],
        other=rows[base.observation_id],
        left=Side(f"{year} {indicator.name_zh}增速", stated.quote, stated.value),
        right=Side(f"{base.year} → {year}", f"{base.quote} → {now.quote}", exact),
        allowed=growth(now.interval, base.interval),
        zh=f"{indicator.name_zh}：报告写作{printed}%，由{base.quote}到{now.quote}算得{computed}%",
        en=f"{indicator.name_en}: {printed}% is stated, {base.quote} to {now.quote} gives {computed}%",
        indicator_id=indicator.id,
    )


def _format_rate(number: float, quote: str) -> str:
    """Return a computed rate with one decimal more than the report prints.

    >>> _format_rate(8.65385, "26.4%"), _format_rate(8.65385, "8%")
    ('8.65', '8.7')
    """
    decimals = re.search(r"\.(\d+)", quote)
    return f"{number:.{1 + (len(decimals[1]) if decimals else 0)}f}"


def printed_twice(cell: SeriesYear, rows: Rows) -> list[CheckResult]:
    """Check for another value of the same measure and year in the same report.

    Values that are far apart are of two measures, or of parts, and get no result. It is uncertain where one may be
    truncated or is read less surely.
    """
    first = cell.value
    if first is None or first.is_part or first.key.unit == "%":
        return []  # rates of several things are often stated in the same words
    results: list[CheckResult] = []
    for other in cell.others:
        same = first.subject == other.subject or first.measure.is_same(other.measure)
        in_a_list = rows[first.observation_id]["sentence"] == rows[other.observation_id]["sentence"]
        if in_a_list or other.is_part or not same or not _differ(first, other) or not _near(first, other, _SLIP):
            continue
        sure = first.subject == other.subject and not _truncated(first, other)
        sure = sure and _LEAST_SURE not in (first.grade, other.grade)
        status, severity = (FAIL, WARNING) if sure else (UNCERTAIN, INFO)
        results.append(
            _two_values("printed_twice", status, severity, (first, other), rows, ("同一报告", "the same report"))
        )
    return results


def restatements(series: Series, cell: SeriesYear, rows: Rows) -> list[CheckResult]:
    """Check for another value of the year in a report on a later year.

    A second report on the same year may tell of the months after it. It is uncertain where one of the two may be
    truncated, approximate, or of another measure or territory, and where they are far apart.
    """
    first, latest = cell.value, cell.latest
    if first is None or latest is None or latest.report_year <= first.report_year or not _differ(first, latest):
        return []
    if first.is_part or latest.is_part or not _near(first, latest, _FAR):
        return []
    sure = _near(first, latest, _REVISION) and not _truncated(first, latest)
    sure = sure and _LEAST_SURE not in (first.grade, latest.grade)
    sure = sure and (first.subject == latest.subject or first.measure.is_same(latest.measure))
    sure = (
        sure and latest.is_dated and territory_note(series.reporters, first.report_year + 1, latest.report_year) is None
    )
    status = FAIL if sure else UNCERTAIN
    return [_two_values("restatement", status, INFO, (latest, first), rows, ("后来的报告", "a later report"))]


def _differ(point: Point, other: Point) -> bool:
    """Return whether two exact figures cannot be the same."""
    exact = all(item.qualifier == "exact" and not item.is_bound for item in (point, other))
    return exact and not point.interval.meets(other.interval)


def _near(point: Point, other: Point, times: float) -> bool:
    """Return whether the larger figure is at most `times` the smaller."""
    low, high = sorted((abs(point.value), abs(other.value)))
    return high <= low * times


def _truncated(point: Point, other: Point) -> bool:
    """Return whether the coarser figure is the finer one truncated: 1.4万 for 14594."""
    coarse, fine = sorted((point, other), key=lambda point: -(point.rounding or 0.0))
    return truncated(coarse.value, coarse.rounding).meets(fine.interval)


def _two_values(
    check: str, status: str, severity: str, points: tuple[Point, Point], rows: Rows, where: tuple[str, str]
) -> CheckResult:
    """Return the result that two points contradict each other; `where` names the second report, in both languages."""
    point, other = points
    row, another = rows[point.observation_id], rows[other.observation_id]
    return CheckResult(
        check=check,
        status=status,
        severity=severity,
        row=row,
        other=another,
        left=Side(f"{point.year} {row['subject']}", point.quote, point.value),
        right=Side(f"{other.year} {another['subject']}", other.quote, other.value),
        allowed=other.interval,
        zh=f"{point.year}年{row['subject']}：{where[0]}两个数，{point.quote}与{other.quote}",
        en=f"{row['subject']} of {point.year}: two values in {where[1]}, {point.quote} and {other.quote}",
        indicator_id=point.key.indicator_id,
    )


def _levels(series: Series) -> dict[int, float]:
    """Return the positive values of a series by year; empty if too few, or too close to have lost a magnitude."""
    if series.key.unit == "%" or len(series.cells) < 3:
        return {}
    levels = {
        year: cell.value.value for year, cell in series.cells.items() if cell.value is not None and cell.value.value > 0
    }
    return levels if levels and max(levels.values()) > min(levels.values()) * 10 ** (_LOST[0] - _NEAR) else {}


def lost_magnitude(cell: SeriesYear, levels: Mapping[int, float], rows: Rows) -> CheckResult | None:
    """Check for a value that is 10⁴ or 10⁸ off the years around it, as if a 万 or 亿 were lost or doubled."""
    value, year = cell.value, cell.year
    if value is None or year not in levels:
        return None
    around = [level for other, level in levels.items() if other != year and abs(other - year) <= _NEIGHBOURS]
    if len(around) < 2:
        return None
    usual = median(around)
    off = abs(math.log10(value.value / usual))
    if not any(abs(off - power) < _NEAR for power in _LOST):
        return None
    row = rows[value.observation_id]
    return CheckResult(
        check="lost_magnitude",
        status=FAIL,
        severity=ERROR,
        row=row,
        other=None,
        left=Side(f"{year} {row['subject']}", value.quote, value.value),
        right=Side(f"±{_NEIGHBOURS} 年", format_number(usual), usual),
        allowed=None,
        zh=f"{year}年{row['subject']}写作{value.quote}，与前后各年相差约10的{round(off)}次方",
        en=f"{value.quote} in {year} is about 10^{round(off)} off the years around it",
        indicator_id=cell.key.indicator_id,
    )


def target_missed(pair: YearPair, rows: Rows) -> CheckResult | None:
    """Check last year's target against what was reached."""
    cell, indicator, outcome = pair.cell, pair.indicator, pair.outcome
    if outcome is None or outcome.actual is None or outcome.met is None:
        return None
    target, actual, met = outcome.target, outcome.actual, outcome.met
    same = promised_the_same(target, actual, indicator)
    same = same and all(actual.interval.meets(other.interval) for other in outcome.stated)
    row, promised = rows[actual.observation_id], rows[target.observation_id]
    fails = met == NO
    verb_zh, verb_en = (
        ("达到", "reached") if met == YES else ("未达到", "missed") if met == NO else ("难以判断", "unclear")
    )
    return CheckResult(
        check="target_missed",
        status=_status_of_target(cell, met, same),
        severity=WARNING if fails else INFO,
        row=row,
        other=promised,
        left=Side(f"{cell.year} {indicator.name_zh}", actual.quote, actual.value),
        right=Side(f"{cell.year - 1} 年报告的目标", target.quote, target.value),
        allowed=allowed(target),
        zh=f"{cell.year}年{indicator.name_zh}：目标{_signed(target)}，实际{_signed(actual)}，{verb_zh}",
        en=f"{indicator.name_en} in {cell.year}: the target {_signed(target, fell='-')} was {verb_en}, "
        f"{_signed(actual, fell='-')} is reported",
        indicator_id=indicator.id,
    )


def _status_of_target(cell: SeriesYear, met: str, same: bool) -> str:
    if met == YES:
        return PASS if cell.territory is None else NOT_ASSESSABLE
    if cell.territory is not None or not same:  # the target was set for another territory, or for something else
        return NOT_ASSESSABLE
    return FAIL if met == NO else UNCERTAIN


def _signed(point: Point, fell: str = "下降") -> str:
    """Return the quote with the sign that the words before it imply: the 5.4% of 进出口下降5.4% is a fall."""
    return f"{fell}{point.quote}" if point.kind == "change_pct" and point.value < 0 else point.quote
