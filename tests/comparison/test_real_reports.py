"""Real reports, if available: annotated indicators, the share of matched numbers, and the findings."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pyarrow.parquet as parquet
import pytest

from nianbao.comparison.checks.run_checks import CHECKS
from nianbao.comparison.governments import GovernmentTables
from nianbao.indicators.catalog import load_catalog
from nianbao.pipeline import run
from nianbao.sources.local import ingest, list_files
from nianbao.sources.manifest import read_manifest
from schemas.rows import ObservationRow
from tests.comparison.compare_factory import compare_rows

IDS = Path(__file__).parent.parent / "indicators" / "annotated_ids.json"
# Where the annotated parts of the two long reports begin and end; the two short ones are checked whole.
PARTS = {"longgang-2022": [(0, 4500)], "shenzhen-2016": [(3981, 5488), (14252, 16146)]}


@pytest.fixture(scope="module")
def observed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[ObservationRow]]:
    """Return the rows of `observations` of every real report by the name of its file."""
    raw, curated = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("curated")
    manifest = corpus / "manifest.csv"
    list(ingest(list_files([corpus], manifest), raw, rows=read_manifest(manifest)))
    run(raw, curated)
    names = {
        report["report_id"]: Path(report["source_url"].removeprefix("file:")).stem
        for report in parquet.read_table(curated / "reports.parquet").to_pylist()
    }
    rows: dict[str, list[ObservationRow]] = {}
    for row in parquet.read_table(curated / "observations.parquet").to_pylist():
        rows.setdefault(names[row["report_id"]], []).append(row)
    return rows


@pytest.fixture(scope="module")
def derived(observed: dict[str, list[ObservationRow]]) -> GovernmentTables:
    """Return the compared tables of all real reports."""
    rows = [row for report in observed.values() for row in report]
    return compare_rows(sorted(rows, key=lambda row: (row["report_id"], row["char_start"])))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rol-longhua-2019", "rol-qingyuan-2019", "longgang-2022", "shenzhen-2016"])
def test_indicators_of_annotated_reports_are_matched(observed: dict[str, list[ObservationRow]], name: str) -> None:
    """No indicator of the annotated reports is wrong, and at most one in twenty is missing."""
    right = {int(start): indicator for start, indicator in json.loads(IDS.read_text("utf-8"))[name].items()}
    parts = PARTS.get(name, [(0, 10**6)])
    rows = compare_rows(observed[name]).observations
    given = {
        row["char_start"]: row["indicator_id"]
        for row in rows
        if row["indicator_id"] and any(start <= row["char_start"] < end for start, end in parts)
    }
    wrong = {start: indicator for start, indicator in given.items() if right.get(start) != indicator}
    missing = {start: indicator for start, indicator in right.items() if start not in given}
    assert not wrong
    assert len(missing) <= len(right) // 20, missing


@pytest.mark.slow
def test_most_observations_of_real_reports_have_an_indicator(derived: GovernmentTables) -> None:
    """At least 60% of rule-of-law observations and 40% of those of work reports have an indicator."""
    with_id, of = derived.match_counts["rule_of_law"]
    assert with_id >= 0.6 * of
    with_id, of = derived.match_counts["work_report"]
    assert with_id >= 0.4 * of


@pytest.mark.slow
def test_growth_across_real_reports_never_fails(derived: GovernmentTables) -> None:
    """In real reports, growth against levels of two reports never fails, and most rates fit their parts."""
    failing = {found["check"] for found in derived.findings if found["status"] == "fail"}
    assert "growth_beside_levels" not in failing
    assert failing <= set(CHECKS)
    assert derived.check_counts["rate_of_parts", "pass"] > derived.check_counts["rate_of_parts", "fail"]


@pytest.mark.slow
def test_every_assigned_indicator_is_in_the_catalog(derived: GovernmentTables) -> None:
    """No observation of a real report has an indicator that the catalog lacks."""
    catalog = load_catalog()
    assert {row["indicator_id"] for row in derived.observations} - {None} <= set(catalog.indicators)


def count_calls(work: Callable[[], object]) -> int:
    """Return the number of Python function calls during the work, which is the same on every machine."""
    n_calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal n_calls
        n_calls += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return n_calls


@pytest.mark.slow
def test_the_work_of_comparing_is_linear(observed: dict[str, list[ObservationRow]]) -> None:
    """Comparing four times as many observations takes less than five times as many function calls."""
    rows = [row for report in observed.values() for row in report]

    def copies(n_copies: int) -> list[ObservationRow]:
        result: list[ObservationRow] = []
        for n in range(n_copies):
            for row in rows:
                report = f"{row['report_id']}-{n + 3}" if n else row["report_id"]
                related = row["relates_to"] and row["relates_to"].replace(row["report_id"], report)
                name = f"{report}#{row['char_start']}"
                result.append({**row, "report_id": report, "observation_id": name, "relates_to": related})
        return result

    once, four_times = copies(1), copies(4)
    compare_rows(once)  # the catalog is loaded and its matcher built
    assert count_calls(lambda: compare_rows(four_times)) < 5 * count_calls(lambda: compare_rows(once))
