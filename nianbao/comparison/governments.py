"""Compare whole governments: from their observations to the rows of every derived table, without files or ranks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nianbao.comparison.checks.run_checks import finding_rows, run_checks, tally
from nianbao.comparison.corrections import Correction, apply_corrections
from nianbao.comparison.points import UnfilledCell, make_points
from nianbao.comparison.promises_table import promise_rows
from nianbao.comparison.series import make_series
from nianbao.comparison.year_over_year import comparison_rows, pair_years
from nianbao.indicators.assign import match_indicators, with_matches
from nianbao.indicators.catalog import Catalog
from schemas.rows import ComparisonRow, CorrectionRow, FindingRow, ObservationRow, PromiseRow

_MEASURED = ("level", "share")


class MatchCount(NamedTuple):
    """How many levels and shares have an indicator, and how many there are."""

    matched: int
    total: int


@dataclass(frozen=True, slots=True)
class GovernmentTables:
    """The derived rows of some governments, each table in the order of its key.

    `also` has the further indicators of observations whose number holds for several. `match_counts` is by family.
    `check_counts` counts the results of every check by check and status, passes included.
    """

    observations: list[ObservationRow]
    comparisons: list[ComparisonRow]
    promises: list[PromiseRow]
    findings: list[FindingRow]
    corrections: list[CorrectionRow]
    also: dict[str, tuple[str, ...]]
    match_counts: dict[str, MatchCount]
    check_counts: Counter[tuple[str, str]]

    @property
    def tables(self) -> dict[str, Sequence[Mapping[str, object]]]:
        """The rows by the name of their table."""
        return {
            "observations": self.observations,
            "comparisons": self.comparisons,
            "promises": self.promises,
            "findings": self.findings,
            "corrections": self.corrections,
        }


def compare_governments(
    rows: Sequence[ObservationRow],
    corrections: Iterable[Correction],
    catalog: Catalog,
    unfilled: Iterable[UnfilledCell],
) -> GovernmentTables:
    """Match, compare and check all observations of whole governments.

    Comparisons have no ranks yet: a rank is among all governments.

    Args:
        rows: Rows of `observations` in the order of reports and of their texts.
        corrections: Manual corrections, applied before matching.
        catalog: The indicators.
        unfilled: Cells of forms that hold no number, so that a year without a value can say why.

    Raises:
        CorrectionError: A correction no longer fits its observation.
    """
    corrected = apply_corrections(rows, corrections)
    matches = match_indicators(corrected.rows, catalog)
    observations = with_matches(corrected.rows, matches)
    series = make_series(make_points(corrected.rows, matches, catalog, unfilled), catalog)
    pairs = pair_years(series, catalog)
    results = run_checks(observations, pairs, catalog)
    return GovernmentTables(
        observations=observations,
        comparisons=comparison_rows(pairs),
        promises=sorted(promise_rows(pairs), key=lambda row: row["promise_id"]),
        findings=finding_rows(results),
        corrections=sorted(corrected.applied, key=lambda row: row["correction_id"]),
        also={
            row["observation_id"]: tuple(further.indicator_id for further in match.also)
            for row, match in zip(observations, matches, strict=True)
            if match is not None and match.also
        },
        match_counts=count_matches(observations),
        check_counts=tally(results),
    )


def count_matches(observations: Iterable[ObservationRow]) -> dict[str, MatchCount]:
    """Count the levels and shares of each family, and those of them that have an indicator."""
    matched: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in observations:
        if row["kind"] in _MEASURED:
            total[row["family"]] += 1
            matched[row["family"]] += row["indicator_id"] is not None
    return {family: MatchCount(matched[family], total[family]) for family in sorted(total)}
