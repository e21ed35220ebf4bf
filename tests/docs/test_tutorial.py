"""The answer of the tutorial matches the tables: its grid is what `compare` prints, its figures are published."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao import pipeline
from tests.conftest import REPO_ROOT

TUTORIAL = (REPO_ROOT / "docs/tutorials/getting-started.md").read_text("utf-8")
SELECTION = ["--jurisdiction", "云汀市", "--indicator", "reconsideration_accepted"]


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tables of the bundled reports."""
    folder = tmp_path_factory.mktemp("tutorial") / "curated"
    pipeline.run(REPO_ROOT / "data/raw", folder)
    return folder


def test_the_grid_of_the_tutorial_is_what_compare_prints(curated: Path) -> None:
    """Every line of the indented grid is a line that the command prints, in order."""
    printed = CliRunner().invoke(app, ["compare", "--curated", str(curated), *SELECTION]).output
    lines = [line.strip() for line in printed.splitlines()]
    grid = [line.strip() for line in re.findall(r"^    (.+)$", TUTORIAL, re.M)]
    assert len(grid) == 7
    assert [line for line in lines if line in grid] == grid


def test_the_answer_of_the_tutorial_is_in_the_tables(curated: Path) -> None:
    """Values, stated growth and the reason for the missing change are published as the tutorial states them."""
    rows = parquet.read_table(
        curated / "comparisons.parquet",
        filters=[("jurisdiction_name", "=", "云汀市"), ("indicator_id", "=", "reconsideration_accepted")],
    ).to_pylist()
    by_year = {row["year"]: row for row in rows}
    assert (by_year[2022]["value"], by_year[2022]["latest_value"]) == (171, 173)
    assert (by_year[2023]["value"], by_year[2023]["reported_change_pct"]) == (214, 23.7)
    assert (by_year[2023]["comparability"], by_year[2023]["change_pct"]) == ("definition_changed", None)
    answer = TUTORIAL[TUTORIAL.index("The answer:") :].split("\n\n")[0]
    assert all(number in answer for number in ("128", "171", "173", "214", "23.7%"))
