"""Real reports, where they are: the ids that a person checked, how many numbers have one, and what the findings say."""

from __future__ import annotations

import json
import time
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from nianbao.comparison.checks.run_checks import CHECKS
from nianbao.comparison.governments import GovernmentTables
from nianbao.indicators.catalog import load_catalog
from nianbao.pipeline import run
from nianbao.sources.local import ingest, list_files
from nianbao.sources.manifest import read_manifest
from tests.comparison.compare_factory import compare_rows

IDS = Path(__file__).parent.parent / "indicators" / "annotated_ids.json"
# Where the annotated parts of the two long reports begin and end; the two short ones are checked whole.
PARTS = {"longgang-2022": [(0, 4500)], "shenzhen-2016": [(3981, 5488), (14252, 16146)]}


@pytest.fixture(scope="module")
def observed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The rows of `observations` of every real report, by the name of its file."""
    raw, curated = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("curated")
    manifest = corpus / "manifest.csv"
    list(ingest(list_files([corpus], manifest), raw, rows=read_manifest(manifest)))
    run(raw, curated)
    names = {
        report["report_id"]: Path(report["source_url"].removeprefix("file:")).stem
        for report in parquet.read_table(curated / "reports.parquet").to_pylist()
    }
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in parquet.read_table(curated / "observations.parquet").to_pylist():
        rows.setdefault(names[row["report_id"]], []).append(row)
    return rows


@pytest.fixture(scope="module")
def derived(observed: dict[str, list[dict[str, Any]]]) -> GovernmentTables:
    rows = [row for report in observed.values() for row in report]
    return compare_rows(sorted(rows, key=lambda row: (row["report_id"], row["char_start"])))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rol-longhua-2019", "rol-qingyuan-2019", "longgang-2022", "shenzhen-2016"])
def test_the_ids_of_the_annotated_reports(observed: dict[str, list[dict[str, Any]]], name: str) -> None:
    right = {int(at): indicator for at, indicator in json.loads(IDS.read_text("utf-8"))[name].items()}
    parts = PARTS.get(name, [(0, 10**6)])
    rows = compare_rows(observed[name]).observations
    given = {
        row["char_start"]: row["indicator_id"]
        for row in rows
        if row["indicator_id"] and any(start <= row["char_start"] < end for start, end in parts)
    }
    wrong = {at: indicator for at, indicator in given.items() if right.get(at) != indicator}
    missing = {at: indicator for at, indicator in right.items() if at not in given}
    assert not wrong
    assert len(missing) <= len(right) // 20, missing


@pytest.mark.slow
def test_most_counted_things_of_real_reports_have_an_id(derived: GovernmentTables) -> None:
    with_id, of = derived.match_counts["rule_of_law"]
    assert with_id >= 0.6 * of
    with_id, of = derived.match_counts["work_report"]
    assert with_id >= 0.4 * of


@pytest.mark.slow
def test_growth_of_two_reports_is_never_called_a_fault(derived: GovernmentTables) -> None:
    failing = {found["check"] for found in derived.findings if found["status"] == "fail"}
    assert "growth_beside_levels" not in failing
    assert failing <= set(CHECKS)
    assert derived.check_counts["rate_of_parts", "pass"] > derived.check_counts["rate_of_parts", "fail"]


@pytest.mark.slow
def test_every_indicator_that_is_given_is_in_the_catalog(derived: GovernmentTables) -> None:
    catalog = load_catalog()
    assert {row["indicator_id"] for row in derived.observations} - {None} <= set(catalog.indicators)


@pytest.mark.slow
def test_a_hundred_thousand_observations_take_seconds(observed: dict[str, list[dict[str, Any]]]) -> None:
    rows = [row for report in observed.values() for row in report]
    many = []
    for n, row in enumerate(islice((row for _ in range(20) for row in rows), 100_000)):
        copy = n // len(rows)
        report = f"{row['report_id']}-{copy + 3}" if copy else row["report_id"]
        related = row["relates_to"] and row["relates_to"].replace(row["report_id"], report)
        name = f"{report}#{row['char_start']}"
        many.append({**row, "report_id": report, "observation_id": name, "relates_to": related})
    began = time.process_time()
    compare_rows(many)
    assert time.process_time() - began < 10
