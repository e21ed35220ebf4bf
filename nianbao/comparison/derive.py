"""From observations to everything that is compared, no files: of some governments, or of all that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nianbao.comparison.checks.run_checks import findings, run_checks, tally
from nianbao.comparison.corrections import Correction, apply_corrections
from nianbao.comparison.indicators_table import count_indicators, indicator_rows
from nianbao.comparison.points import make_points
from nianbao.comparison.promises import make_promises
from nianbao.comparison.ranks import add_ranks
from nianbao.comparison.series import make_series
from nianbao.comparison.wide import wide_cells, widen
from nianbao.comparison.year_over_year import compare, pair_years
from nianbao.indicators.assign import match_indicators, with_matches
from nianbao.indicators.catalog import Catalog, load_catalog
from nianbao.indicators.types import Row

_MEASURED = ("level", "share")


@dataclass(frozen=True, slots=True)
class Derived:
    """Rows by table, each in the order of its keys, and what there is to tell of them.

    `matched` is, by family, how many levels and shares have an indicator and how many there are; `checks` counts the
    answers of every check by verdict, passes too.
    """

    tables: dict[str, list[dict[str, Any]]]
    matched: dict[str, tuple[int, int]]
    checks: Counter[tuple[str, str]]


def derive_governments(
    rows: Sequence[Row], corrections: Iterable[Correction], catalog: Catalog, cells: Iterable[Row]
) -> Derived:
    """What rests on the reports of one family of one government at a time: `observations` with their indicators,
    `comparisons`, `promises`, `findings` and `corrections`. Nothing has a rank: that is among all governments.

    The rows of `observations` stand in the order of reports and of their texts; `cells` are the rows of that table that
    hold no number, so that a year without one can say why. Raises CorrectionError where a correction no longer fits.
    """
    corrected = apply_corrections(rows, corrections)
    matches = match_indicators(corrected.rows, catalog)
    observations = with_matches(corrected.rows, matches)
    series = make_series(make_points(observations, matches, catalog, cells), catalog)
    beside = pair_years(series, catalog)
    answers = run_checks(observations, beside, catalog)
    tables = {
        "observations": observations,
        "comparisons": compare(beside),
        "promises": sorted(make_promises(series, catalog), key=lambda row: row["promise_id"]),
        "findings": findings(answers),
        "corrections": sorted(corrected.applied, key=lambda row: row["correction_id"]),
    }
    return Derived(tables, share_matched(observations), tally(answers))


def derive(
    rows: Sequence[Row],
    corrections: Iterable[Correction] = (),
    catalog: Catalog | None = None,
    cells: Iterable[Row] = (),
) -> Derived:
    """The same with `indicators` and `comparisons_wide`, where `rows` are those of all reports."""
    catalog = catalog or load_catalog()
    derived = derive_governments(rows, corrections, catalog, cells)
    add_ranks(derived.tables["comparisons"], catalog)
    tables = {
        **derived.tables,
        "indicators": indicator_rows(count_indicators(derived.tables["observations"]), catalog),
        "comparisons_wide": widen(wide_cells(derived.tables["comparisons"], catalog), catalog),
    }
    return Derived(tables, derived.matched, derived.checks)


def share_matched(observations: Iterable[Row]) -> dict[str, tuple[int, int]]:
    """By family: how many levels and shares have an indicator, and how many there are."""
    with_id: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for row in observations:
        if row["kind"] in _MEASURED:
            of[row["family"]] += 1
            with_id[row["family"]] += row["indicator_id"] is not None
    return {family: (with_id[family], of[family]) for family in sorted(of)}
