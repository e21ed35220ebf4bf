"""The commands that show the compared tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.cli.series_grids import bars, sparkline
from nianbao.tables.validation import validate_rows
from schemas import Observations, arrow_schema
from schemas.comparisons import Comparisons
from schemas.findings import Findings
from schemas.rows import FindingRow, ObservationRow
from tests.comparison.compare_factory import compare_rows
from tests.indicators.observation_factory import row


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    """Return a folder with the tables of two reports of 云汀市."""
    rows = [
        row("地区生产总值", "950亿元", 950e8, "元", report_year=2018),
        row("PM2.5年均浓度", "22微克/立方米", 22, "微克/立方米", report_year=2018, char_start=9),
        *(row("新建云梯", "3座", 3, "座", report_year=2018, char_start=30 + n) for n in range(2)),
        row("地区生产总值", "1030亿元", 1030e8, "元", qualifier="more_than"),
        row("地区生产总值", "9.7%", 9.7, "%", kind="change_pct", char_start=20),
        row("地区生产总值", "958亿元", 958e8, "元", period_start=2018, period_end=2018, char_start=70)
        | {"sentence": "2018年地区生产总值核定为958亿元。"},
    ]
    compared = compare_rows(rows)
    for model in (Observations, Comparisons, Findings):
        schema = arrow_schema(model)
        name = schema.metadata[b"table"].decode()
        parquet.write_table(validate_rows(model, compared.tables[name]).table, tmp_path / f"{name}.parquet")
    return tmp_path


def ask(*words: str) -> Any:
    """Run the command line and return its result."""
    return CliRunner().invoke(app, list(words))


def test_compare_shows_years_and_the_reason_for_an_empty_cell(curated: Path) -> None:
    """`compare` prints values per year, without bars for two of them, and a reason where no change can be given."""
    shown = ask("compare", "--jurisdiction", "440100", "--indicator", "gdp", "--curated", str(curated))
    assert shown.exit_code == 0
    assert "地区生产总值 元 gdp" in " ".join(shown.stdout.split())
    assert ">1,030亿" in shown.stdout
    assert "+9.7%" in shown.stdout
    assert "definition changed" in shown.stdout  # a census
    assert "PM2.5" not in shown.stdout


def test_compare_shows_a_form_in_its_own_rows_and_columns(tmp_path: Path) -> None:
    """`compare` prints a disclosure form in the order of its rows, and a filter narrows it to matching rows."""

    def cell(name: str, value: float, year: int) -> ObservationRow:
        return row(
            name, f"{value:g}", value, "件", report_year=year, report_id=f"info_disclosure/440100/{year}",
            family="info_disclosure", indicator_id=name, match_method="form", match_score=1.0, char_start=len(name),
        )  # fmt: skip

    rows = [cell("requests_new_total", 1821, 2022), cell("requests_done_total", 0, 2022)]
    rows += [cell("requests_new_total", 95, 2023), cell("requests_done_total", 0, 2023)]
    parquet.write_table(
        validate_rows(Comparisons, compare_rows(rows).tables["comparisons"]).table, tmp_path / "comparisons.parquet"
    )
    shown = ask("compare", "--curated", str(tmp_path))
    assert "云汀市 收到和处理政府信息公开申请情况 2022 → 2023" in " ".join(shown.stdout.split())
    (new,) = (line for line in shown.stdout.splitlines() if "本年新收" in line)
    (done,) = (line for line in shown.stdout.splitlines() if "本年度办理结果总计" in line)
    assert "1,821 → 95" in new
    assert done.split() == ["本年度办理结果总计", "0"]
    assert "自然人" not in shown.stdout
    part = ask("compare", "--indicator", "新收", "--curated", str(tmp_path))
    assert "1,821 → 95" in part.stdout
    assert "本年度办理结果总计" not in part.stdout
    alone = ask("compare", "--indicator", "requests_new_total", "--curated", str(tmp_path))
    assert "2022 1,821" in alone.stdout


def test_compare_can_be_read_by_a_program(curated: Path) -> None:
    """`compare --json` prints one JSON object per cell."""
    shown = ask("compare", "--json", "--curated", str(curated))
    cells = [json.loads(line) for line in shown.stdout.splitlines()]
    assert {cell["indicator_id"] for cell in cells} == {"gdp", "pm25"}


def test_a_missing_indicator_or_folder_is_reported(curated: Path, tmp_path: Path) -> None:
    """An unknown indicator or a folder without tables ends with exit code 1 and a message that says what to do."""
    shown = ask("compare", "--indicator", "teapots", "--curated", str(curated))
    assert shown.exit_code == 1
    assert "teapots" in shown.stderr
    nowhere = ask("check", "--curated", str(tmp_path / "none"))
    assert nowhere.exit_code == 1
    assert "nianbao run" in nowhere.stderr


def test_check_prints_both_sides_and_counts_failures(curated: Path) -> None:
    """`check` prints both numbers of a finding and the count of failures, filters by check, and offers JSON."""
    shown = ask("check", "--curated", str(curated))
    assert shown.exit_code == 0
    assert "950亿元" in shown.stdout
    assert shown.stdout.splitlines()[-2] == "1 findings, 1 of them fail"
    (finding,) = [json.loads(line) for line in ask("check", "--json", "--curated", str(curated)).stdout.splitlines()]
    assert finding["check"] == "restatement"
    assert ask("check", "--check", "rate_of_parts", "--curated", str(curated)).stdout.startswith("0 findings")


def test_suggest_prints_catalog_entries(curated: Path) -> None:
    """`suggest` prints a catalog entry for a frequent subject, and nothing when the threshold is too high."""
    shown = ask("suggest", "--at-least", "1", "--curated", str(curated))
    assert "name_zh: 云梯" in shown.stdout
    assert ask("suggest", "--at-least", "9", "--curated", str(curated)).stdout.strip() == ""


def test_bars_are_broken_between_years_that_cannot_be_compared() -> None:
    """A bar after a changed definition does not continue those before it, and the width is kept."""

    def row_of(year: int, value: float, comparability: str) -> Any:
        return {"year": year, "value": value, "comparability": comparability}

    series = [
        row_of(2020, 1, "no_previous"),
        row_of(2021, 2, "comparable"),
        row_of(2022, 3, "definition_changed"),
        row_of(2023, 4, "comparable"),
    ]
    assert bars(series) == "▁▃|▆█"
    assert bars(series, 3) == "|▅█"


def test_a_sparkline_leaves_a_blank_for_a_year_without_a_value() -> None:
    """Missing years are blanks, equal values are drawn low, and no values give an empty sparkline."""
    assert sparkline([1, None, 3]) == "▁ █"
    assert sparkline([2, 2]) == "▁▁"
    assert sparkline([None]) == ""


def test_many_findings_are_shown_in_part_with_contradictions_first(tmp_path: Path) -> None:
    """Without options, missed targets do not hide contradictions, and a line says how many findings are left out."""

    def finding(n: int, check: str) -> dict[str, object]:
        columns = dict.fromkeys(FindingRow.__annotations__)
        fixed = {"finding_id": str(n), "check": check, "status": "fail", "report_id": f"work_report/440100/{2000 + n}"}
        fixed |= {"message_en": f"{check} {n}", "message_zh": check, "jurisdiction_name": "广州市", "body_name": ""}
        return {**columns, **fixed}

    rows = [finding(n, "target_missed") for n in range(40)] + [finding(40, "sum_of_cells")]
    table = arrow.Table.from_pylist(rows)
    parquet.write_table(table, tmp_path / "findings.parquet")
    shown = ask("check", "--curated", str(tmp_path)).stdout
    assert "sum_of_cells 40" in shown
    assert "… and 11 more: 11 target_missed" in shown
    assert "41 findings, 41 of them fail" in shown
    assert "more:" not in ask("check", "--check", "target_missed", "--curated", str(tmp_path)).stdout
