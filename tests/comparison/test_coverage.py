"""Coverage: which reports exist, when they were due, and which are late, missing, awaited or quarantined."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from nianbao.comparison.coverage import KnownReject, KnownReport, coverage_rows, due_on
from nianbao.tables.validation import validate_rows
from schemas import Coverage
from schemas.rows import CoverageRow


def report(year: int, **more: Any) -> KnownReport:
    """Return a rule-of-law report of 云汀市, signed in time, without a date of publication."""
    family, code = more.get("family", "rule_of_law"), more.get("jurisdiction_code", "990100")
    row: KnownReport = {
        "report_id": f"{family}/{code}/{year}",
        "family": family,
        "jurisdiction_code": code,
        "jurisdiction_name": "云汀市",
        "body_id": "",
        "body_name": "",
        "body_kind": "government",
        "series_code": code,
        "report_year": year,
        "covers_from": year,
        "issued_on": date(year + 1, 1, 18),
        "published_at": None,
    }
    row.update(cast(KnownReport, more))
    return row


def reject(check: str, *, path: str = "_unplaced/abc.html", table: str | None = None, **row_values: Any) -> KnownReject:
    """Return a reject of the given check with what is known about its file or row."""
    return {"raw_path": path, "table": table, "check": check, "reason": f"it is {check}", "row": json.dumps(row_values)}


def posted(year: int, month: int, day: int, hour: int = 1) -> datetime:
    """Return the moment in UTC at which a page was posted."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def by_year(reports: list[KnownReport], *rejects: KnownReject) -> dict[int, CoverageRow]:
    """Return the valid coverage rows of the given reports and rejects by year."""
    rows = coverage_rows(reports, rejects)
    assert not validate_rows(Coverage, rows).rejected
    return {row["year"]: row for row in rows}


def test_a_year_between_two_reports_is_missing_with_its_due_date() -> None:
    """A year without a report between two reports is listed as missing, with the day on which it was due."""
    rows = by_year([report(2019), report(2021)])
    assert [row["status"] for row in rows.values()] == ["published", "missing", "published"]
    assert (rows[2020]["due_on"], rows[2020]["report_id"], rows[2020]["n_reports"]) == (date(2021, 4, 1), None, 0)


def test_a_series_that_ends_early_is_missing_up_to_the_newest_year_of_its_family() -> None:
    """A government that stops reporting is missing each year up to the newest report of the same family."""
    other = report(2021, jurisdiction_code="990121", jurisdiction_name="青穗县", issued_on=date(2022, 5, 1))
    elsewhere = report(2023, family="work_report")
    rows = coverage_rows([report(2019), other, elsewhere], [])
    assert [
        (row["jurisdiction_name"], row["year"], row["status"]) for row in rows if row["family"] == "rule_of_law"
    ] == [
        ("云汀市", 2019, "published"),
        ("云汀市", 2020, "missing"),
        ("云汀市", 2021, "missing"),
        ("青穗县", 2021, "late"),
    ]


def test_a_report_that_is_not_yet_due_is_awaited() -> None:
    """A report whose due date is later than all dates in the reports is awaited, not missing."""
    other = report(2021, jurisdiction_code="990121", issued_on=date(2022, 3, 31))
    rows = by_year([report(2020), other])
    assert (rows[2021]["status"], rows[2020]["status"]) == ("published", "published")
    own = next(row for row in coverage_rows([report(2020), other], []) if row["status"] == "awaited")
    assert (own["year"], own["jurisdiction_code"]) == (2021, "990100")
    assert "2022-03-31" in str(own["reason"])


@pytest.mark.parametrize(
    ("moment", "status", "days"),
    [
        (posted(2021, 4, 1, hour=15), "published", 0),
        (posted(2021, 4, 1, hour=17), "late", 1),  # in China it is the second of April
        (posted(2021, 5, 11), "late", 40),
    ],
)
def test_lateness_is_judged_by_the_date_in_china(moment: datetime, status: str, days: int) -> None:
    """A posting is late from midnight in China after the due date, whatever the date in UTC."""
    row = by_year([report(2020, published_at=moment)])[2020]
    assert (row["status"], row["days_late"], row["reason"] is None) == (status, days, status == "published")


def test_lateness_is_unknown_without_a_publication_date() -> None:
    """Without a publication date no days are claimed, unless the signature itself is after the due date."""
    row = by_year([report(2020)])[2020]
    assert (row["status"], row["days_late"]) == ("published", None)
    signed = by_year([report(2020, issued_on=date(2021, 4, 3))])[2020]
    assert (signed["status"], signed["days_late"], signed["published_on"]) == ("late", 2, None)


def test_a_page_that_moved_to_a_new_site_is_not_late() -> None:
    """A posting years after the signature counts as a move to a new site, and the reason says so."""
    row = by_year([report(2020, published_at=posted(2023, 8, 1))])[2020]
    assert (row["status"], row["days_late"]) == ("published", None)
    assert "later posting" in str(row["reason"])


@pytest.mark.parametrize(
    ("family", "year", "body_kind", "due"),
    [
        ("rule_of_law", 2018, "government", None),
        ("rule_of_law", 2019, "department", date(2020, 4, 1)),
        ("info_disclosure", 2007, "government", None),
        ("info_disclosure", 2012, "department", date(2013, 3, 31)),
        ("info_disclosure", 2020, "government", date(2021, 3, 31)),
        ("info_disclosure", 2020, "township", date(2021, 3, 31)),
        ("info_disclosure", 2020, "department", date(2021, 1, 31)),
        ("work_report", 2020, "government", None),
    ],
)
def test_the_due_date_follows_the_law_in_force(family: str, year: int, body_kind: str, due: date | None) -> None:
    """The due date depends on the family, the year and the kind of body; work reports have none."""
    assert due_on(family, year, body_kind) == due


def test_a_rejected_file_is_quarantined_with_its_check() -> None:
    """The year of a rejected file is quarantined, with the check that failed and the path of the file."""
    given = {"family": "rule_of_law", "jurisdiction": "990100", "year": "2020"}
    rows = by_year([report(2019)], reject("challenge", **given))
    assert (rows[2020]["status"], rows[2020]["check"], rows[2020]["raw_path"]) == (
        "quarantined",
        "challenge",
        "_unplaced/abc.html",
    )


def test_a_reject_is_placed_by_its_path_or_its_row() -> None:
    """A damaged file is assigned to a year by its folder, and a rejected row by its own columns."""
    damaged = reject("snapshot", path="rule_of_law/990100-云汀市/2018/abc.html")
    own: dict[str, Any] = {
        "family": "rule_of_law",
        "jurisdiction_code": "990100",
        "jurisdiction_name": "云汀市",
        "report_year": 2021,
    }
    rows = by_year([report(2019)], damaged, reject("raw_sha256", table="reports", **own))
    assert {year: row["status"] for year, row in rows.items()} == {
        2018: "quarantined",
        2019: "published",
        2020: "missing",
        2021: "quarantined",
    }


def test_rejects_of_reported_years_or_unknown_places_add_no_row() -> None:
    """A reject adds no coverage row if the year has a report or its government is unknown."""
    given = {"family": "rule_of_law", "jurisdiction": "990100", "year": "2019"}
    nowhere = reject("unreadable"), reject("unreadable", family="rule_of_law", jurisdiction="nowhere", year="2018")
    rows = by_year([report(2019)], reject("smaller", **given), *nowhere)
    assert [row["status"] for row in rows.values()] == ["published"]


def test_a_year_covered_only_by_a_five_year_review_is_missing() -> None:
    """A year without its own report is missing, and the reason names the five-year review that covers it."""
    five = report(2021, family="work_report", covers_from=2017)
    rows = by_year([report(2018, family="work_report"), five])
    assert (rows[2020]["status"], rows[2018]["status"]) == ("missing", "published")
    assert "work_report/990100/2021" in str(rows[2020]["reason"])


def test_two_reports_on_one_year_are_one_row_of_the_first() -> None:
    """Two reports on one year give one row that names the first and counts both."""
    second = report(2019) | {"report_id": "rule_of_law/990100/2019-2"}
    row = by_year([second, report(2019)])[2019]
    assert (row["report_id"], row["n_reports"]) == ("rule_of_law/990100/2019", 2)
