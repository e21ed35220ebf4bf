"""The table `promises`: the targets that reports set for the year after the one they review, and their outcome."""

from __future__ import annotations

from collections.abc import Iterable

from nianbao.comparison.promises import Outcome
from nianbao.comparison.series import SeriesYear
from nianbao.comparison.year_over_year import YearPair
from nianbao.indicators.catalog import Indicator
from schemas.rows import PromiseRow


def promise_rows(pairs: Iterable[YearPair]) -> list[PromiseRow]:
    """Return the rows of `promises`: one for each target that a report sets for the year after the one it reviews."""
    rows: dict[str, PromiseRow] = {}
    for pair in pairs:
        if pair.outcome is not None:
            row = _promise(pair.cell, pair.outcome, pair.indicator)
            # One number can be the target of two scopes; the whole comes first.
            rows.setdefault(row["promise_id"], row)
    return list(rows.values())


def _promise(cell: SeriesYear, outcome: Outcome, indicator: Indicator) -> PromiseRow:
    target, actual, key, year = outcome.target, outcome.actual, cell.key, cell.year
    reporter = target.reporter
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
        "target_met": outcome.met,
        "target_report_id": target.report_id,
        "actual_report_id": actual.report_id if actual else None,
        "target_observation_id": target.observation_id,
        "actual_observation_id": actual.observation_id if actual else None,
    }
