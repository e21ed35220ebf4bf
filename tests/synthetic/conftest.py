"""Invented reports published once per session, with their truth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from nianbao.pipeline import run
from tests.synthetic.generator import GeneratedReport, GovernmentPlan, plan, reports, write_raw
from tests.synthetic.generator.score import Score, compare


@dataclass(frozen=True, slots=True)
class PublishedReports:
    """Plans, their reports, and the folder of the published tables."""

    plans: list[GovernmentPlan]
    reports: list[GeneratedReport]
    curated: Path

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table."""
        rows: list[dict[str, Any]] = parquet.read_table(self.curated / f"{table}.parquet").to_pylist()
        return rows

    def score(self) -> Score:
        """Score all reports against their truth."""
        rows = self.rows("observations")
        starts = {row["observation_id"]: row["char_start"] for row in rows}
        by_report: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            by_report[row["report_id"]].append(row | {"relates_start": starts.get(row["relates_to"])})
        score = Score()
        for report in self.reports:
            compare(report, by_report[report.report_id], score)
        return score


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishedReports:
    """Publish reports of three governments on four years, in every system, some of them missing."""
    folder = tmp_path_factory.mktemp("synthetic")
    plans = list(plan(7, 3, range(2020, 2024), contradictions=0.6, missing=0.2))
    raw_reports = list(reports(plans))
    write_raw(folder / "raw", raw_reports)
    run(folder / "raw", folder / "curated")
    return PublishedReports(plans, [raw_report.report for raw_report in raw_reports], folder / "curated")
