"""Tables over all governments, as a run publishes them: ranks, and the wide table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from nianbao import pipeline
from nianbao.steps import planning, write
from tests.comparison.compare_factory import publish_rows
from tests.conftest import AddReport, report_text
from tests.indicators.observation_factory import row

REVOKED = "permits_cancelled"  # more is not worse
DAYS = "business_start_days"  # less is better


def report(year: int, place: str, revoked: int | str, days: int) -> str:
    """Return a report with the number of revoked permits and the days to start a business."""
    text = report_text(year, place).replace("审批事项33项", f"审批事项{revoked}项")
    return text.replace("取消行政", f"企业开办时间压缩至{days}个工作日。取消行政")


@pytest.fixture(params=[1, 10**9], ids=["a partition per government", "one partition"])
def curated(
    request: pytest.FixtureRequest, raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return tables of four cities and a county over two years."""
    reports = [
        (2018, "云汀市", 40, 4),
        (2019, "云汀市", 30, 3),
        (2019, "广州市", 50, 2),
        (2019, "珠海市", 30, 5),
        (2019, "深圳市", 10, 2),
        (2019, "青穗县", 20, 9),
    ]
    for year, place, revoked, days in reports:
        add_report(report(year, place, revoked, days), f"{place}{year}.txt")
    monkeypatch.setattr(planning, "PARTITION_WEIGHT", request.param)
    monkeypatch.setattr(write, "WIDE_ROWS", 1)
    pipeline.run(raw, tmp_path / "c")
    return tmp_path / "c"


def rows(curated: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a published table."""
    table: list[dict[str, Any]] = parquet.read_table(curated / f"{name}.parquet").to_pylist()
    return table


def ranks(curated: Path, indicator_id: str, year: int) -> dict[str, tuple[int | None, int | None]]:
    """Return the rank of each government and the number of those ranked."""
    return {
        row["jurisdiction_name"]: (row["rank_in_year"], row["n_ranked"])
        for row in rows(curated, "comparisons")
        if (row["indicator_id"], row["year"]) == (indicator_id, year)
    }


def test_the_largest_value_ranks_first_among_governments_of_one_level(curated: Path) -> None:
    """The largest value ranks first, equal values share a rank, and counties are ranked apart from cities."""
    assert ranks(curated, REVOKED, 2019) == {
        "广州市": (1, 4),
        "云汀市": (2, 4),
        "珠海市": (2, 4),
        "深圳市": (4, 4),
        "青穗县": (1, 1),  # the only county
    }


def test_the_smallest_value_is_first_where_less_is_better(curated: Path) -> None:
    """Where less is better, the smallest value ranks first."""
    expected = {"广州市": (1, 4), "深圳市": (1, 4), "云汀市": (3, 4), "珠海市": (4, 4), "青穗县": (1, 1)}
    assert ranks(curated, DAYS, 2019) == expected


def test_years_are_ranked_apart(curated: Path) -> None:
    """Ranks of a year count only the governments that report on that year."""
    assert ranks(curated, REVOKED, 2018) == {"云汀市": (1, 1)}


def test_a_bound_and_a_missing_value_have_no_rank(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """A bound and a year without a value have no rank and are not counted."""
    add_report(report(2019, "云汀市", "超过30", 3))
    add_report(report(2019, "广州市", 20, 3), "b.txt")
    pipeline.run(raw, tmp_path / "c")
    (bound,) = [row for row in rows(tmp_path / "c", "observations") if row["quote"] == "超过30项"]
    assert (bound["indicator_id"], bound["qualifier"]) == (REVOKED, "more_than")
    assert ranks(tmp_path / "c", REVOKED, 2019) == {"云汀市": (None, None), "广州市": (1, 1)}
    targets = [row for row in rows(tmp_path / "c", "comparisons") if row["value"] is None]
    assert targets
    assert {row["rank_in_year"] for row in targets} == {None}


def test_the_wide_table_has_a_row_per_government_and_year_and_a_column_per_indicator(curated: Path) -> None:
    """The wide table has one sorted row per government and year, with exactly the values of the comparisons."""
    wide = rows(curated, "comparisons_wide")
    cells = {(row["jurisdiction_name"], row["year"]): (row[REVOKED], row[DAYS]) for row in wide}
    assert cells == {
        ("云汀市", 2018): (40, 4),
        ("云汀市", 2019): (30, 3),
        ("广州市", 2019): (50, 2),
        ("珠海市", 2019): (30, 5),
        ("深圳市", 2019): (10, 2),
        ("青穗县", 2019): (20, 9),
    }
    assert len(wide) == len(cells)
    keys = [(row["family"], row["jurisdiction_code"], row["year"]) for row in wide]
    assert keys == sorted(keys)
    by_key = {(row["jurisdiction_code"], row["year"]): row for row in wide}
    for compared in rows(curated, "comparisons"):
        if compared["value"] is not None:
            found = by_key[compared["jurisdiction_code"], compared["year"]]
            assert found[compared["indicator_id"]] == compared["value"]


def test_a_column_of_the_wide_table_has_the_scope_that_most_years_state(tmp_path: Path) -> None:
    """A column of the wide table has only the population that most years state, and never mixes two."""
    observations = [
        row("规模以上工业增加值", f"{n}亿元", n * 1e8, "元", report_year=2000 + n) for n in (16, 17, 18)
    ] + [row("工业增加值", f"{n}亿元", n * 1e8, "元", report_year=2000 + n, char_start=30) for n in (18, 19)]
    wide = {found["year"]: found for found in publish_rows(tmp_path, "comparisons_wide", observations)}
    assert {year: wide[year]["industrial_value_added"] for year in wide} == {2016: 16e8, 2017: 17e8, 2018: 18e8}


def test_sections_have_roles_and_tables_give_observations(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Sections have roles, table cells with a unit are observations, others and glossaries are unmatched."""
    text = report_text(2019, "云汀市").replace(
        "二、2020年工作打算\n",
        "各类案件办理情况\n指标\t2018年\t2019年\t增长（%）\n行政复议案件（件）\t100\t120\t20.0\n信访事项\t7\t8\t14.3\n"
        "二、2020年工作打算\n",
    )
    add_report(f"{text}附件：名词解释\n1.“百校工程”：新建100所学校。\n")
    pipeline.run(raw, tmp_path / "c")
    roles = {row["heading"]: row["role"] for row in rows(tmp_path / "c", "sections")}
    assert (roles["主要工作"], roles["2020年工作打算"], roles["名词解释"]) == ("review", "plan", "glossary")
    cells = [row for row in rows(tmp_path / "c", "observations") if row["read_by"].startswith("table: ")]
    assert [(row["quote"], row["period_end"], row["kind"], row["unit"], row["modality"]) for row in cells] == [
        ("100", 2018, "level", "件", "actual"),
        ("120", 2019, "level", "件", "actual"),
        ("20.0", 2019, "change_pct", "%", "actual"),
        ("14.3", 2019, "change_pct", "%", "actual"),
    ]
    assert cells[2]["relates_to"] == cells[1]["observation_id"]
    unmatched = [(row["quote"], row["reason"]) for row in rows(tmp_path / "c", "unmatched")]
    unread = [quote for quote, reason in unmatched if reason == "table_cell_unread"]
    assert unread == ["7", "8"]
    assert ("100", "glossary") in [(quote.rstrip("所"), reason) for quote, reason in unmatched]
