"""Promises: the target that last year's report set for this year, and what this year's report says was reached."""

from __future__ import annotations

from collections.abc import Iterable

from nianbao.comparison.points import Point
from nianbao.comparison.series import Series, SeriesYear
from nianbao.indicators.catalog import CEILING, Catalog, Indicator
from schemas.finding import UNCERTAIN
from schemas.rows import PromiseRow

YES, NO = "yes", "no"
_AT_MOST = frozenset({"at_most", "less_than"})
_AT_LEAST = frozenset({"at_least", "more_than"})
_ABOUT = 0.02


def reached(target: Point, cell: SeriesYear) -> Point | None:
    """Return what the year's own report states of what was promised: the growth for a growth, else the level."""
    return cell.growth if target.kind == "change_pct" else cell.value


def target_met(target: Point, cell: SeriesYear, indicator: Indicator) -> str | None:
    """Return `yes`, `no` or `uncertain`; None if the year's report does not state the figure.

    A ceiling (3%以内, or an indicator with a ceiling as target) is met from below, any other target from above; of a
    range the nearer end counts. 左右 allows half a printed digit or 2% of the target, whichever is more. A bound
    (突破, 近) decides only if it clears the target. If the report has another figure that reaches the target
    (新增学位超2万座, and 2970座 of kindergartens), it is uncertain which of the two was promised. A target that was
    set before the territory changed is uncertain.
    """
    actual = reached(target, cell)
    if actual is None:
        return None
    if cell.territory is not None:
        return UNCERTAIN
    verdict = _verdict(target, actual, indicator)
    alternatives = () if target.kind == "change_pct" else cell.others
    if verdict == NO and any(_verdict(target, other, indicator) != NO for other in alternatives):
        return UNCERTAIN
    return verdict


def _verdict(target: Point, actual: Point, indicator: Indicator) -> str:
    ceiling = target.qualifier in _AT_MOST or (target.qualifier not in _AT_LEAST and indicator.target == CEILING)
    aim = target.high if ceiling and target.high is not None else target.value
    low, high = actual.interval.low, actual.interval.high
    if actual.qualifier == "exact" and not actual.is_bound:
        # A government is judged by the printed figure, not by what its rounding may hide.
        low = high = actual.value
    slack = _slack(target) if target.qualifier == "approx" else 0.0
    if ceiling:
        low, high, aim = -high, -low, -aim
    if low >= aim:
        return YES
    if high < aim - slack:
        return NO
    return UNCERTAIN


def _slack(target: Point) -> float:
    """Return how far below the target 左右 reaches: 7.4% is 7.5%左右."""
    return max(float(target.rounding or 0.0) / 2, _ABOUT * abs(target.value))


def promise_rows(series: Iterable[Series], catalog: Catalog) -> list[PromiseRow]:
    """Return the rows of `promises`: one for each target that a report sets for the year after the one it reviews."""
    rows = []
    for item in series:
        indicator = catalog[item.key.indicator_id]
        for year, cell in sorted(item.cells.items()):
            if cell.target is not None:
                rows.append(_promise(item, year, cell, cell.target, indicator))
    return rows


def _promise(series: Series, year: int, cell: SeriesYear, target: Point, indicator: Indicator) -> PromiseRow:
    key, reporter, actual = series.key, target.reporter, reached(target, cell)
    return {
        "promise_id": f"{target.observation_id}!{key.indicator_id}",
        "family": key.family,
        "jurisdiction_code": reporter.jurisdiction_code,
        "jurisdiction_name": reporter.jurisdiction_name,
        "body_id": reporter.body_id,
        "body_name": reporter.body_name,
        "body_kind": reporter.body_kind,
        "series_code": reporter.series_code,
        "indicator_id": key.indicator_id,
        "indicator_name_zh": indicator.name_zh,
        "scope": key.scope,
        "year": year,
        "target_kind": target.kind,
        "target_value": target.value,
        "target_value_high": target.high,
        "target_qualifier": target.qualifier,
        "target_quote": target.quote,
        "unit": "%" if target.kind == "change_pct" else key.unit,
        "actual_value": actual.value if actual else None,
        "actual_qualifier": actual.qualifier if actual else None,
        "actual_quote": actual.quote if actual else None,
        "target_met": target_met(target, cell, indicator),
        "target_report_id": target.report_id,
        "actual_report_id": actual.report_id if actual else None,
        "target_observation_id": target.observation_id,
        "actual_observation_id": actual.observation_id if actual else None,
    }
