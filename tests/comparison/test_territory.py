"""Places with several codes, codes of several places, and years in which a territory changed, in memory."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from nianbao.comparison.checks.form import check_forms
from nianbao.comparison.coverage import KnownReject, KnownReport, coverage_rows
from nianbao.comparison.ranks import peers_of
from nianbao.comparison.territory import renaming_note, reporter_in_year
from nianbao.documents.identity import Reporter
from nianbao.indicators.catalog import load_catalog
from nianbao.places.history import series_code
from schemas.rows import ComparisonRow, ObservationRow
from tests.comparison.compare_factory import compare_rows
from tests.indicators.observation_factory import row

YI = 1e8


def place_columns(code: str, name: str, year: int) -> dict[str, Any]:
    """Return the columns of a place in a year, with the code of its series."""
    return {"jurisdiction_code": code, "jurisdiction_name": name, "series_code": series_code(code, name, year)}


def gdp(code: str, name: str, year: int, yi: float, **more: Any) -> ObservationRow:
    """Return the GDP of a place in its report on a year."""
    about = place_columns(code, name, year) | {"report_id": f"work_report/{code}/{year}", "report_year": year}
    return row("地区生产总值", f"{yi}亿元", yi * YI, "元", rounding=0.1 * YI, **about, **more)


def compared(*rows: ObservationRow) -> dict[tuple[str, int], ComparisonRow]:
    """Return rows of `comparisons` by series and year."""
    ordered = sorted(rows, key=lambda r: (r["report_id"], r["char_start"]))
    return {(r["series_code"], r["year"]): r for r in compare_rows(ordered).comparisons}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("410307", "洛龙区", 2006, 80.0), ("410307", "偃师区", 2021, 600.0)),
        (("469025", "定安县", 1994, 3.0), ("469025", "白沙黎族自治县", 2003, 9.0)),
    ],
)
def test_a_reused_code_does_not_join_two_places(before: Any, after: Any) -> None:
    """A code that was first one place's and later another's gives two series, neither with a previous year."""
    cells = compared(gdp(*before), gdp(*after))
    assert len(cells) == 2
    assert [cell["comparability"] for cell in cells.values()] == ["no_previous", "no_previous"]
    assert len({key for key, _ in cells}) == 2


def test_a_place_that_took_a_reused_code_continues_the_series_of_its_old_code() -> None:
    """A renamed place is compared across its codes, and a note says that it was renamed."""
    cells = compared(gdp("410381", "偃师市", 2020, 590.0), gdp("410307", "偃师区", 2021, 600.0))
    later = cells["410307", 2021]
    assert (later["comparability"], later["previous_value"]) == ("comparable", 590 * YI)
    assert later["comparability_note"] == "偃师市 (410381) became 偃师区 (410307) in 2021"


def test_two_places_of_one_code_may_have_figures_for_one_year() -> None:
    """The later bearer of the code states a figure for a year in which the code was another place's."""
    cells = compared(
        gdp("410307", "洛龙区", 2006, 80.0),
        gdp("410307", "偃师区", 2021, 600.0),
        gdp("410307", "偃师区", 2021, 200.0, period_start=2006, period_end=2006, char_start=90),
    )
    assert cells["410307-2006", 2006]["value"] == 80 * YI
    assert cells["410307", 2006]["latest_value"] == 200 * YI
    assert {cells[key, 2006]["jurisdiction_code"] for key in ("410307-2006", "410307")} == {"410307"}


def test_a_gap_over_a_change_of_territory_names_both() -> None:
    """A gap that spans a merger gives both the missing year and the merger as reasons."""
    cells = compared(gdp("330105", "拱墅区", 2019, 620.0), gdp("330105", "拱墅区", 2022, 1900.0))
    assert cells["330105", 2022]["comparability"] == "gap"
    assert cells["330105", 2022]["comparability_note"] == (
        "no report gives this figure for 2021; 拱墅区 took in 下城区 (330103) in 2021"
    )


def test_a_divided_district_and_the_new_one_are_not_compared() -> None:
    """After a division neither district is compared with the old one, and both notes name the division."""
    cells = compared(
        gdp("330110", "余杭区", 2020, 3000.0),
        gdp("330110", "余杭区", 2021, 2500.0),
        gdp("330113", "临平区", 2021, 1000.0),
    )
    assert cells["330110", 2021]["comparability"] == "territory_changed"
    assert cells["330110", 2021]["comparability_note"] == "余杭区 was divided: 临平区 (330113) in 2021"
    assert cells["330113", 2021]["comparability"] == "no_previous"
    assert cells["330113", 2021]["comparability_note"] == "临平区 was formed from 余杭区 (330110) in 2021"


def form_row(code: str, name: str, year: int, cell: str, value: int) -> ObservationRow:
    """Return a cell of a disclosure form of a place in a year."""
    return row(
        cell, str(value), value, "件", kind="level", family="info_disclosure", indicator_id=cell,
        match_method="form", match_score=1.0, report_year=year, report_id=f"info_disclosure/{code}/{year}",
        **place_columns(code, name, year),
    )  # fmt: skip


def carried_over(*rows: ObservationRow) -> list[str]:
    """Return the results of the check of carried-over requests."""
    ordered = sorted(rows, key=lambda r: r["report_id"])
    return [result.status for result in check_forms(ordered, load_catalog()) if result.check == "carried_over"]


def test_forms_of_a_renamed_place_are_checked_across_its_codes() -> None:
    """Requests carried over are checked from the old code of a renamed place to the new one."""
    before = form_row("410381", "偃师市", 2020, "requests_carried_out_total", 2)
    assert carried_over(before, form_row("410307", "偃师区", 2021, "requests_carried_in_total", 2)) == ["pass"]
    assert carried_over(before, form_row("410307", "偃师区", 2021, "requests_carried_in_total", 1)) == ["fail"]


def test_forms_are_not_checked_across_a_change_of_territory() -> None:
    """Requests carried over are not checked in the year of a merger."""
    before = form_row("330105", "拱墅区", 2020, "requests_carried_out_total", 2)
    assert carried_over(before, form_row("330105", "拱墅区", 2021, "requests_carried_in_total", 5)) == []


def report(code: str, name: str, year: int) -> KnownReport:
    """Return a work report of a place as the coverage table knows it."""
    return {
        "report_id": f"work_report/{code}/{year}",
        "family": "work_report",
        "jurisdiction_code": code,
        "jurisdiction_name": name,
        "body_id": "",
        "body_name": "",
        "body_kind": "government",
        "series_code": series_code(code, name, year),
        "report_year": year,
        "covers_from": year,
        "issued_on": date(year + 1, 2, 1),
        "published_at": None,
    }


def test_nothing_is_missing_before_a_place_existed() -> None:
    """No year before a district was founded is missing, although a file claims to be from such a year."""
    early: KnownReject = {
        "raw_path": "work_report/330113-临平区/2018/a.html",
        "table": None,
        "check": "snapshot",
        "reason": "damaged",
        "row": "",
    }
    rows = coverage_rows([report("330113", "临平区", 2022)], [early])
    assert [(row["year"], row["status"]) for row in rows] == [
        (2018, "quarantined"),
        (2021, "missing"),
        (2022, "published"),
    ]


def test_the_reporter_of_a_year_is_the_latest_one_before_it() -> None:
    """A year without a report is assigned to the latest earlier reporter, and a renaming is described."""
    county = Reporter("441827", "清新县", "", "", "government", "441803")
    district = county._replace(jurisdiction_code="441803", jurisdiction_name="清新区")
    reporters = {2010: county, 2013: district}
    named = {year: reporter_in_year(reporters, year).jurisdiction_name for year in (2008, 2010, 2012, 2013, 2020)}
    assert named == {2008: "清新县", 2010: "清新县", 2012: "清新县", 2013: "清新区", 2020: "清新区"}
    unknown = county._replace(jurisdiction_code="990100", jurisdiction_name="云汀市")
    assert renaming_note(unknown, district) == "云汀市 (990100) became 清新区 (441803)"


def test_bodies_are_ranked_among_those_of_their_kind() -> None:
    """Departments rank with the same department anywhere, townships with each other, governments by level."""
    assert peers_of("441800", "government", "") != peers_of("441803", "government", "")
    assert peers_of("441800", "department", "sfj") == peers_of("440300", "department", "sfj")
    assert peers_of("441800", "department", "sfj") != peers_of("441800", "department", "jyj")
    assert peers_of("441803", "township", "t-taihe") == peers_of("441803", "township", "t-taiping")
