"""Run all checks and turn the results that do not pass into rows of `findings`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from nianbao.comparison.checks.form import check_forms
from nianbao.comparison.checks.result import CheckResult
from nianbao.comparison.checks.sentence import check_sentences
from nianbao.comparison.checks.series import check_series
from nianbao.comparison.year_over_year import YearPair
from nianbao.indicators.catalog import Catalog
from schemas.finding import NOT_ASSESSABLE, PASS
from schemas.rows import FindingRow, ObservationRow

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


def run_checks(rows: Sequence[ObservationRow], pairs: Iterable[YearPair], catalog: Catalog) -> list[CheckResult]:
    """Return the results of all checks, passes included.

    `rows` are matched rows of `observations` in the order of reports and of their texts.
    """
    by_id = {row["observation_id"]: row for row in rows}
    return [*check_sentences(rows, catalog), *check_series(pairs, by_id), *check_forms(rows, catalog)]


def finding_rows(results: Iterable[CheckResult]) -> list[FindingRow]:
    """Return the rows of the table `findings`: the results that do not pass, each once, ordered by id."""
    rows: dict[str, FindingRow] = {}
    for result in results:
        if result.status not in (PASS, NOT_ASSESSABLE):
            row = result.as_row()
            rows.setdefault(row["finding_id"], row)
    return [rows[finding_id] for finding_id in sorted(rows)]


def tally(results: Iterable[CheckResult]) -> Counter[tuple[str, str]]:
    """Count the results by check and status."""
    return Counter((result.check, result.status) for result in results)
