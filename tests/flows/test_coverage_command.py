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
    """Return coverage of 云汀市 with every status, of 青穗县 with one year, and 25 years of work reports."""
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
    """Run the command `coverage` on the tables."""
    return CliRunner().invoke(app, ["coverage", "--curated", str(curated), *words])


def test_the_grid_has_a_line_per_government_and_a_column_per_year(curated: Path) -> None:
    """`coverage` prints a grid of signs, the reasons below it, the counts and the path of the table."""
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
    """Many years are split into blocks, so that no line is wider than 80 cells."""
    lines = coverage(curated, "--family", "work_report").stdout.splitlines()
    assert [line for line in lines if line.startswith("work_report")] == ["work_report 1998–2021", "work_report 2022"]
    assert max(map(cell_len, lines[:-1])) <= 80  # the last is a path


def test_rows_of_a_government_and_some_years_as_json(curated: Path) -> None:
    """Filters by place, year and family apply to the rows of `--json`."""
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
    """An unknown place, year or family is a usage error that says what is allowed."""
    result = coverage(curated, *words)
    assert (result.exit_code, message in result.stderr) == (code, True)


def test_a_missing_table_is_an_error_that_says_how_to_make_it(tmp_path: Path) -> None:
    """Without tables, `coverage` fails and names the command that makes them."""
    result = coverage(tmp_path)
    assert (result.exit_code, "make it with `nianbao run`" in result.stderr) == (1, True)


def test_governments_with_the_same_name_are_shown_with_their_codes() -> None:
    """Two districts of the same name are distinguished by their codes."""
    codes = ("320106", "350102")
    reports: list[Any] = [report(2019, jurisdiction_code=code, jurisdiction_name="鼓楼区") for code in codes]
    rows: list[Any] = coverage_rows(reports, [])
    assert [str(line).split()[:2] for line in coverage_grid(rows)[2:4]] == [["鼓楼区", "320106"], ["鼓楼区", "350102"]]


def test_every_status_has_a_sign() -> None:
    """Each status of the coverage table has a sign in the grid."""
    assert tuple(SIGNS) == COVERAGE_STATUSES


@pytest.fixture
def with_bodies(tmp_path: Path) -> Path:
    """Return coverage tables of a city, its departments under two names, and a department of another city."""
    bureau = {"body_id": "sfj", "body_name": "司法局", "body_kind": "department"}
    market = {"body_id": "scjgj", "body_kind": "department"}
    other = {"jurisdiction_code": "990200", "jurisdiction_name": "云津市", "series_code": "990200"}
    reports: list[Any] = [report(year) for year in (2018, 2019)]
    reports += [report(2018, **bureau), report(2019, **bureau), report(2019, **bureau, **other)]
    reports += [report(2018, body_name="工商行政管理局", **market), report(2019, body_name="市场监督管理局", **market)]
    parquet.write_table(
        arrow.Table.from_pylist(coverage_rows(reports, []), arrow_schema(Coverage)), tmp_path / "coverage.parquet"
    )
    return tmp_path


def rows_of(curated: Path, *words: str) -> set[tuple[str, str, int]]:
    """Return place, body and year of the rows that `coverage --json` prints."""
    lines = coverage(curated, *words, "--json").stdout.splitlines()
    return {(row["jurisdiction_name"], row["body_id"], row["year"]) for row in map(json.loads, lines)}


def test_only_governments_are_shown_unless_bodies_are_asked_for(with_bodies: Path) -> None:
    """By default only governments are shown, with the number of other bodies and the option to see them."""
    assert {body for _, body, _ in rows_of(with_bodies)} == {""}
    shown = " ".join(coverage(with_bodies).stdout.split())
    assert "not shown: 3 series of 3 other bodies (departments, towns, zones); use --body all" in shown


def test_a_department_is_selected_by_its_name_its_slug_or_an_earlier_name(with_bodies: Path) -> None:
    """`--body` accepts a name, a slug, a short name or a former name of a department."""
    city = "云汀市"
    for wanted in ("司法局", "sfj"):
        assert rows_of(with_bodies, "--jurisdiction", city, "--body", wanted) == {
            (city, "sfj", 2018),
            (city, "sfj", 2019),
        }
    for wanted in ("工商局", "市场监管局", "scjgj"):
        assert rows_of(with_bodies, "--body", wanted) == {(city, "scjgj", 2018), (city, "scjgj", 2019)}


def test_one_department_of_all_cities_and_all_departments_of_one_city(with_bodies: Path) -> None:
    """`--body` selects one department across cities, or with `all` every department of a city."""
    across = rows_of(with_bodies, "--body", "司法局", "--years", "2019")
    assert across == {("云汀市", "sfj", 2019), ("云津市", "sfj", 2019)}
    within = rows_of(with_bodies, "--jurisdiction", "云汀市", "--body", "all", "--years", "2019")
    assert within == {("云汀市", "sfj", 2019), ("云汀市", "scjgj", 2019)}


def test_an_unknown_body_is_an_error_that_names_the_known(with_bodies: Path) -> None:
    """An unknown body is an error that lists the bodies of the tables."""
    result = coverage(with_bodies, "--body", "渔业局")
    assert result.exit_code == 1
    assert "no body '渔业局' in these tables; there are " in result.stderr
    assert "司法局" in result.stderr


def test_an_unknown_place_is_an_error_with_suggestions(with_bodies: Path) -> None:
    """A misspelt place is a usage error that suggests similar names."""
    result = coverage(with_bodies, "--jurisdiction", "清远是")
    assert result.exit_code == 2
    assert "unknown place '清远是'; similar are " in result.stderr
    assert "清远市" in result.stderr
