"""Findings: what the reports say that does not add up, with both sides; the way into all checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from nianbao.comparison.checks.form import check_forms
from nianbao.comparison.checks.result import CheckResult
from nianbao.comparison.checks.sentence import check_sentences
from nianbao.comparison.checks.series import check_series
from nianbao.comparison.intervals import NOT_ASSESSABLE, PASS
from nianbao.comparison.year_over_year import YearPair
from nianbao.indicators.catalog import Catalog
from nianbao.indicators.types import Row

CHECKS = (
    "rate_of_parts",
    "growth_of_levels",
    "parts_of_whole",
    "growth_beside_levels",
    "printed_twice",
    "restatement",
    "lost_magnitude",
    "target_missed",
    "sum_of_cells",
    "carried_over",
    "stock_of_cells",
    "prose_beside_table",
)


def run_checks(rows: Sequence[Row], beside: Iterable[YearPair], catalog: Catalog) -> list[CheckResult]:
    """Every answer of every check, those that hold among them.

    `rows` are those of `observations` with their indicators, in the order of reports and texts.
    """
    by_id = {row["observation_id"]: row for row in rows}
    return [*check_sentences(rows, catalog), *check_series(beside, by_id), *check_forms(rows, catalog)]


def findings(answers: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """The rows of the table `findings`: the answers that do not hold, each once, in the order of their ids."""
    told: dict[str, dict[str, Any]] = {}
    for answer in answers:
        if answer.status not in (PASS, NOT_ASSESSABLE):
            row = answer.as_row()
            told.setdefault(row["finding_id"], row)
    return [told[name] for name in sorted(told)]


def tally(answers: Iterable[CheckResult]) -> Counter[tuple[str, str]]:
    """How many answers each check gave, by verdict."""
    return Counter((answer.check, answer.status) for answer in answers)
