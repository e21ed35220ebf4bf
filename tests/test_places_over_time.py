"""Comparisons and coverage of places that change: renamed, upgraded, merged, or with a reused code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from nianbao import pipeline
from nianbao.steps import planning
from schemas.finding import FAIL
from tests.conftest import AddReport

Row = dict[str, Any]


def work_report(place: str, year: int, gdp: float, revenue: float, growth: float = 8.0, target: str = "8%左右") -> str:
    """Return a work report with two levels, the growth of one of them, and a target."""
    return (
        f"{year + 1}年{place}政府工作报告\n\n"
        f"——{year + 1}年2月16日在{place}第十届人民代表大会第三次会议上\n\n"
        "各位代表：\n"
        f"现在，我代表{place}人民政府，向大会报告政府工作，请予审议。\n"
        f"一、{year}年工作回顾\n"
        f"过去一年，初步核算，地区生产总值{gdp}亿元；一般公共预算收入{revenue}亿元，增长{growth}%。\n"
        f"二、{year + 1}年工作安排\n"
        f"{year + 1}年主要预期目标：一般公共预算收入增长{target}。\n"
    )


def bureau_report(name: str, year: int, cases: int) -> str:
    """Return a rule-of-law report with the number of its cases."""
    return (
        f"{name}关于{year}年法治政府建设情况的报告\n"
        f"{year}年，我单位认真推进法治政府建设，现将情况报告如下。\n"
        "一、主要工作\n"
        f"全年受理行政复议申请{cases}宗。\n"
        f"{name}\n"
        f"{year + 1}年1月18日\n"
    )


@pytest.fixture
def publish(raw: Path, tmp_path: Path, add_report: AddReport) -> Any:
    """Publish texts, and return the folder of the tables."""

    def of_texts(*texts: str) -> Path:
        for n, text in enumerate(texts):
            add_report(text, f"{n}.txt")
        pipeline.run(raw, tmp_path / "curated")
        return tmp_path / "curated"

    return of_texts


def rows_of(curated: Path, table: str, **wanted: object) -> list[Row]:
    """Return the rows of a published table that have the wanted values."""
    rows: list[Row] = parquet.read_table(curated / f"{table}.parquet").to_pylist()
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def series(curated: Path, indicator_id: str, series_code: str, body_id: str = "") -> dict[int, Row]:
    """Return the rows of one series by year."""
    rows = rows_of(curated, "comparisons", indicator_id=indicator_id, series_code=series_code, body_id=body_id)
    assert len({row["year"] for row in rows}) == len(rows)
    return {row["year"]: row for row in rows}


def test_a_renamed_city_is_compared_as_one_place(publish: Any) -> None:
    """Across a renaming, changes, stated growth and targets are computed, and a note names the renaming."""
    curated = publish(work_report("襄樊市", 2009, 1201.0, 60.1), work_report("襄阳市", 2010, 1538.3, 76.9, 28.0))
    assert rows_of(curated, "rejects") == []
    gdp = series(curated, "gdp", "420600")
    assert {year: row["jurisdiction_name"] for year, row in gdp.items()} == {2009: "襄樊市", 2010: "襄阳市"}
    assert gdp[2010]["value"] == pytest.approx(1538.3e8)
    assert (gdp[2010]["comparability"], gdp[2010]["previous_value"]) == ("comparable", pytest.approx(1201e8))
    assert gdp[2010]["change_pct"] == pytest.approx((1538.3 / 1201 - 1) * 100)
    assert gdp[2010]["comparability_note"] == "襄樊市 (420600) became 襄阳市 (420600) in 2010"
    revenue = series(curated, "public_budget_revenue", "420600")
    assert (revenue[2010]["comparability"], revenue[2010]["reported_change_agrees"]) == ("comparable", "pass")
    assert revenue[2010]["target_met"] == "yes"  # what the old name promised
    assert {row["status"] for row in rows_of(curated, "coverage")} == {"published"}


def test_without_a_renaming_there_is_no_note(publish: Any) -> None:
    """Two years under the same name are comparable without a note."""
    curated = publish(work_report("襄阳市", 2010, 1538.3, 76.9), work_report("襄阳市", 2011, 1700.0, 83.1))
    gdp = series(curated, "gdp", "420600")
    assert (gdp[2011]["comparability"], gdp[2011]["comparability_note"]) == ("comparable", None)


def county_and_district() -> tuple[str, ...]:
    """Return three reports of a county that becomes a district in the last year."""
    return (
        work_report("清新县", 2010, 180.0, 11.0),
        work_report("清新县", 2011, 200.0, 12.0, 9.1),
        work_report("清新区", 2012, 221.9, 13.3, 10.8),
    )


def test_a_county_that_became_a_district_is_one_series_with_the_change_marked(publish: Any) -> None:
    """Comparisons, promises, coverage, wide table and counts treat county and district as one series with a note."""
    curated = publish(*county_and_district())
    gdp = series(curated, "gdp", "441803")
    assert [(year, row["jurisdiction_code"], row["jurisdiction_name"]) for year, row in sorted(gdp.items())] == [
        (2010, "441827", "清新县"),
        (2011, "441827", "清新县"),
        (2012, "441803", "清新区"),
    ]
    assert gdp[2012]["change_pct"] == pytest.approx(10.95)
    assert gdp[2012]["comparability_note"] == "清新县 (441827) became 清新区 (441803) in 2012"
    assert gdp[2011]["comparability_note"] is None
    promised = {row["year"]: row for row in rows_of(curated, "promises")}
    assert (promised[2012]["jurisdiction_name"], promised[2012]["target_met"]) == ("清新县", "yes")
    assert rows_of(curated, "comparisons", comparability="gap", year=2012) == []
    coverage = rows_of(curated, "coverage")
    assert [(row["year"], row["jurisdiction_name"], row["status"]) for row in coverage] == [
        (2012, "清新区", "published"),
        (2010, "清新县", "published"),
        (2011, "清新县", "published"),
    ]
    wide = rows_of(curated, "comparisons_wide")
    assert sorted((row["year"], row["jurisdiction_code"], row["gdp"] is not None) for row in wide) == [
        (2010, "441827", True),
        (2011, "441827", True),
        (2012, "441803", True),
    ]
    (indicator,) = rows_of(curated, "indicators", indicator_id="gdp")
    assert (indicator["n_jurisdictions"], indicator["n_observations"]) == (1, 3)


def test_the_tables_do_not_depend_on_which_codes_are_compared_in_one_partition(
    raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables are byte-identical if the old and new code of a place are compared in separate groups."""
    texts = [*county_and_district(), work_report("襄阳市", 2010, 1538.3, 76.9), bureau_report("清新县司法局", 2011, 9)]
    for n, text in enumerate([*texts, bureau_report("清新区司法局", 2012, 12), b""]):
        add_report(text, f"{n}.txt")
    pipeline.run(raw, tmp_path / "together")
    monkeypatch.setattr(planning, "PARTITION_WEIGHT", 0)
    result = pipeline.run(raw, tmp_path / "apart")
    assert result.changed
    for table in (tmp_path / "together").glob("*.parquet"):
        assert table.read_bytes() == (tmp_path / "apart" / table.name).read_bytes(), table.name


def test_a_report_of_the_old_code_compares_the_new_one_again(
    raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that arrives later under the old code makes the year of the new one comparable."""
    monkeypatch.setattr(planning, "PARTITION_WEIGHT", 0)
    _, county, district = county_and_district()
    add_report(district, "district.txt")
    pipeline.run(raw, tmp_path / "curated")
    assert series(tmp_path / "curated", "gdp", "441803")[2012]["comparability"] == "no_previous"
    add_report(county, "county.txt")
    pipeline.run(raw, tmp_path / "curated")
    assert series(tmp_path / "curated", "gdp", "441803")[2012]["comparability"] == "comparable"


def test_the_year_of_a_merger_has_no_change_and_no_failure(publish: Any) -> None:
    """In the year of a merger no change, target or finding is judged, and the years around it are comparable."""
    curated = publish(
        work_report("杭州市下城区", 2020, 1050.0, 84.0, target="100%以上"),
        work_report("杭州市拱墅区", 2019, 620.0, 50.0, target="5%以上"),
        work_report("杭州市拱墅区", 2020, 661.1, 52.9, 5.8, target="100%以上"),
        work_report("杭州市拱墅区", 2021, 1867.0, 149.4, 4.1, target="4%以上"),
        work_report("杭州市拱墅区", 2022, 1900.0, 155.4, 4.0),
    )
    for indicator_id in ("gdp", "public_budget_revenue"):
        found = series(curated, indicator_id, "330105")
        merged = found[2021]
        assert merged["comparability"] == "territory_changed"
        assert merged["comparability_note"] == "拱墅区 took in 下城区 (330103) in 2021"
        assert (merged["change_abs"], merged["change_pct"]) == (None, None)
        assert merged["previous_value"] is not None
        assert [found[year]["comparability"] for year in (2020, 2022)] == ["comparable", "comparable"]
    revenue = series(curated, "public_budget_revenue", "330105")
    assert (revenue[2021]["reported_change_agrees"], revenue[2021]["target_met"]) == ("not_assessable", "uncertain")
    assert revenue[2022]["reported_change_agrees"] == "pass"
    promised = series(curated, "public_budget_revenue", "330103")[2021]  # the target of a district that was merged
    assert (promised["value"], promised["comparability"]) == (None, "gap")
    assert promised["comparability_note"].endswith("; 下城区 became part of 拱墅区 (330105) in 2021")
    assert rows_of(curated, "findings", status=FAIL) == []
    assert rows_of(curated, "findings", report_year=2021) == []


def test_a_later_figure_for_the_old_territory_is_not_a_failure(publish: Any) -> None:
    """A value restated after a merger is the latest value and not a failed finding."""
    later = work_report("杭州市拱墅区", 2021, 1867.0, 149.4, 4.1)
    later = later.replace("过去一年，", "2020年，地区生产总值700.5亿元。过去一年，")
    curated = publish(work_report("杭州市拱墅区", 2020, 661.1, 52.9), later)
    assert series(curated, "gdp", "330105")[2020]["latest_value"] == pytest.approx(700.5e8)
    assert rows_of(curated, "findings", status=FAIL) == []


def test_coverage_names_the_successor_of_a_dissolved_place(publish: Any) -> None:
    """A merged district is dissolved in coverage, with its successor, and no year is missing."""
    curated = publish(
        work_report("杭州市下城区", 2019, 1000.0, 80.0),
        work_report("杭州市下城区", 2020, 1050.0, 84.0),
        work_report("杭州市拱墅区", 2022, 1900.0, 155.4),
    )
    coverage = rows_of(curated, "coverage", series_code="330103")
    assert [(row["year"], row["status"]) for row in coverage] == [
        (2019, "published"),
        (2020, "published"),
        (2021, "dissolved"),
        (2022, "dissolved"),
    ]
    assert coverage[2]["reason"] == "2020 was the last year of the place; it went to 拱墅区 (330105)"
    assert rows_of(curated, "coverage", status="missing") == []


def test_a_missing_year_of_a_renamed_place_is_under_the_name_of_that_year(publish: Any) -> None:
    """A missing year of a renamed place is listed under the code and name valid in that year."""
    county, *_ = county_and_district()
    curated = publish(county, work_report("襄阳市", 2013, 2500.0, 120.0))
    coverage = rows_of(curated, "coverage", series_code="441803")
    assert {row["year"]: (row["jurisdiction_code"], row["jurisdiction_name"], row["status"]) for row in coverage} == {
        2010: ("441827", "清新县", "published"),
        2011: ("441827", "清新县", "missing"),
        2012: ("441803", "清新区", "missing"),
        2013: ("441803", "清新区", "missing"),
    }


def test_a_prefecture_and_a_county_that_had_one_name_are_two_series(publish: Any) -> None:
    """A prefecture and a county of one name are separate series and not compared."""
    curated = publish(work_report("巢湖市", 2009, 560.0, 40.0), work_report("巢湖市", 2012, 200.0, 15.0))
    before, after = series(curated, "gdp", "341400"), series(curated, "gdp", "340181")
    assert (sorted(before), sorted(after)) == ([2009], [2012])
    assert after[2012]["comparability"] == "no_previous"


def test_a_department_and_its_government_are_separate_series(publish: Any) -> None:
    """Departments and governments have separate comparisons, ranks, wide rows and coverage."""
    curated = publish(
        *(bureau_report("清远市人民政府", year, cases) for year, cases in ((2022, 210), (2023, 233), (2024, 250))),
        *(bureau_report("清远市司法局", year, cases) for year, cases in ((2022, 100), (2023, 96))),
        bureau_report("韶关市人民政府", 2023, 300),
        bureau_report("韶关市司法局", 2023, 50),
        bureau_report("韶关市教育局", 2023, 70),
    )
    name = "reconsideration_applications"
    (name,) = {row["indicator_id"] for row in rows_of(curated, "comparisons")}
    city, bureau = series(curated, name, "441800"), series(curated, name, "441800", "sfj")
    assert [city[year]["value"] for year in (2022, 2023, 2024)] == [210, 233, 250]
    assert city[2024]["change_abs"] == 17
    assert (bureau[2023]["value"], bureau[2023]["change_abs"]) == (96, -4)
    assert rows_of(curated, "findings", status=FAIL) == []
    ranked = {(row["series_code"], row["body_id"]): row for row in rows_of(curated, "comparisons", year=2023)}
    assert {key: (row["rank_in_year"], row["n_ranked"]) for key, row in ranked.items()} == {
        ("440200", ""): (1, 2),
        ("441800", ""): (2, 2),
        ("441800", "sfj"): (1, 2),
        ("440200", "sfj"): (2, 2),
        ("440200", "jyj"): (1, 1),
    }
    wide = rows_of(curated, "comparisons_wide", jurisdiction_code="441800", year=2023)
    assert {row["body_id"]: row[name] for row in wide} == {"": 233, "sfj": 96}
    (indicator,) = rows_of(curated, "indicators", indicator_id=name)
    assert (indicator["n_jurisdictions"], indicator["n_observations"]) == (2, 8)
    coverage = rows_of(curated, "coverage", jurisdiction_code="441800")
    assert {(row["body_id"], row["year"]): row["status"] for row in coverage} == {
        ("", 2022): "published",
        ("", 2023): "published",
        ("", 2024): "published",
        ("sfj", 2022): "published",
        ("sfj", 2023): "published",
        ("sfj", 2024): "awaited",
    }
