"""Invented reports run the whole way once, and what they state beside what the tables say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from nianbao.pipeline import run
from tests.synthetic.generator import GovernmentPlan, Written, plan, reports, write_raw
from tests.synthetic.generator.score import Score, compare

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """Plans, what was written after them, and where the tables are that the program made of it."""

    plans: list[GovernmentPlan]
    written: list[Written]
    curated: Path

    def rows(self, table: str) -> list[Row]:
        """The rows of a table."""
        return parquet.read_table(self.curated / f"{table}.parquet").to_pylist()

    def score(self) -> Score:
        """All reports held against their truth."""
        rows = self.rows("observations")
        starts = {row["observation_id"]: row["char_start"] for row in rows}
        of_report: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            of_report[row["report_id"]].append(row | {"relates_start": starts.get(row["relates_to"])})
        score = Score()
        for written in self.written:
            compare(written, of_report[written.report_id], score)
        return score


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Reports of three governments on four years, as long as real ones, in every system, some missing."""
    folder = tmp_path_factory.mktemp("synthetic")
    plans = list(plan(7, 3, range(2020, 2024), contradictions=0.6, missing=0.2))
    made = list(reports(plans))
    write_raw(folder / "raw", made)
    run(folder / "raw", folder / "curated")
    return Published(plans, [one.written for one in made], folder / "curated")
