"""The command `coverage`: a grid that fits a terminal, with the reasons of late and quarantined reports."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from flows.cli.app import app
from flows.cli.coverage import SIGNS, coverage_grid
from nianbao.comparison.coverage import coverage_rows
from schemas import Coverage, arrow_schema
from schemas.coverage import COVERAGE_STATUSES
from tests.comparison.test_coverage import reject, report


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    """云汀市 with a late, a missing and a quarantined year, 青穗县 with a single year; 25 years of work reports."""
    details = {"family": "rule_of_law", "jurisdiction": "990100", "year": "2021"}
    other = {"jurisdiction_code": "990121", "jurisdiction_name": "青穗县"}
    late = report(2020, published_at=datetime(2021, 5, 11, tzinfo=UTC))
    speeches = [report(year, family="work_report") for year in range(1998, 2023)]
    reports: list[Any] = [report(2018), late, report(2020, issued_on=date(2022, 6, 1), **other), *speeches]
    rejects: list[Any] = [reject("challenge", **details)]
    rows = coverage_rows(reports, rejects)
    parquet.write_table(arrow.Table.from_pylist(rows, arrow_schema(Coverage)), tmp_path / "coverage.parquet")
    return tmp_path


def coverage(curated: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["coverage", "--curated", str(curated), *words])


def test_the_grid_has_a_line_per_government_and_a_column_per_year(curated: Path) -> None:
    result = coverage(curated, "--family", "rule_of_law")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "rule_of_law 2018–2021",
        "       18 19 20 21",
        "云汀市  +  -  L  x",
        "青穗县        L",
        "",
        "rule_of_law 云汀市 2020: late by 40 days: due by 2021-04-01, published on",
        "  2021-05-11",
        "rule_of_law 云汀市 2021: quarantined: it is challenge",
        "rule_of_law 青穗县 2020: late by 426 days: due by 2021-04-01, signed on",
        "  2022-06-01; its page does not say when it was published",
        "1 published (+), 2 late (L), 1 missing (-), 0 not due yet (.), 1 quarantined (x)",
        f"table: {curated}/coverage.parquet",
    ]


def test_years_that_do_not_fit_make_another_block(curated: Path) -> None:
    lines = coverage(curated, "--family", "work_report").stdout.splitlines()
    assert [line for line in lines if line.startswith("work_report")] == ["work_report 1998–2021", "work_report 2022"]
    assert max(map(cell_len, lines[:-1])) <= 80  # the last is a path


def test_rows_of_a_government_and_some_years_as_json(curated: Path) -> None:
    lines = coverage(curated, "--jurisdiction", "云汀市", "--years", "2020-2021", "--family", "rule_of_law", "--json")
    rows = [json.loads(line) for line in lines.stdout.splitlines()]
    assert [(row["year"], row["status"], row["due_on"]) for row in rows] == [
        (2020, "late", "2021-04-01"),
        (2021, "quarantined", "2022-04-01"),
    ]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--jurisdiction", "云桥县"), 2, "unknown place"),
        (("--years", "2020-19"), 2, "write 2020 or 2015-2024"),
        (("--family", "poems"), 2, "'rule_of_law'"),
    ],
)
def test_unknown_filters_fail_with_a_message(curated: Path, words: tuple[str, ...], code: int, message: str) -> None:
    result = coverage(curated, *words)
    assert (result.exit_code, message in result.stderr) == (code, True)


def test_a_missing_table_is_an_error_that_says_how_to_make_it(tmp_path: Path) -> None:
    result = coverage(tmp_path)
    assert (result.exit_code, "make it with `nianbao run`" in result.stderr) == (1, True)


def test_governments_with_the_same_name_are_shown_with_their_codes() -> None:
    codes = ("320106", "350102")
    reports: list[Any] = [report(2019, jurisdiction_code=code, jurisdiction_name="鼓楼区") for code in codes]
    rows: list[Any] = coverage_rows(reports, [])
    assert [str(line).split()[:2] for line in coverage_grid(rows)[2:4]] == [["鼓楼区", "320106"], ["鼓楼区", "350102"]]


def test_every_status_has_a_sign() -> None:
    assert tuple(SIGNS) == COVERAGE_STATUSES
