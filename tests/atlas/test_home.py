"""The coverage grid shows the table `coverage`, including reports that are missing or cannot be read."""

from __future__ import annotations

from typing import Any

from nianbao.atlas.pages.home import CoveragePageView, coverage_view
from nianbao.atlas.rendering import PageRenderer
from nianbao.atlas.site_index import make_atlas

REPORT: Any = {
    "report_id": "rule_of_law/990100/2020",
    "family": "rule_of_law",
    "report_year": 2020,
    "jurisdiction_code": "990100",
    "jurisdiction_name": "云汀市",
    "jurisdiction_level": "city",
    "province_name": None,
    "body_id": "",
    "body_name": "",
    "body_kind": "government",
    "series_code": "990100",
}


def row(year: int, status: str, code: str = "990100", name: str = "云汀市") -> Any:
    """Return a row of the table `coverage` for a rule-of-law report."""
    about = {
        "family": "rule_of_law",
        "jurisdiction_code": code,
        "jurisdiction_name": name,
        "body_id": "",
        "body_name": "",
    }
    return {
        **about,
        "series_code": code,
        "year": year,
        "status": status,
        "days_late": 12,
        "reason": "due by 2021-03-31",
    }


def test_late_missing_and_quarantined_reports_are_in_the_grid_with_their_status() -> None:
    """The coverage grid names late, missing, awaited and quarantined reports, with the due date."""
    atlas = make_atlas([REPORT], [], {}, set())
    rows = [row(2020, "late"), row(2021, "missing"), row(2022, "awaited"), row(2020, "quarantined", "990200", "青穗县")]
    view = coverage_view(atlas, rows)
    assert view.years == [2020, 2021, 2022]
    page = PageRenderer(atlas).render("coverage", CoveragePageView(view), root="")
    assert page.count('class="f f1 late" href="r/rule_of_law-990100-2020.html"') == 1
    for status, word in (("missing", "missing"), ("awaited", "not yet due"), ("quarantined", "quarantined")):
        assert f'class="f {status}"' in page
        assert word in page
    assert "Qingsui County</span></bdi></th>" in page  # no link: none of its reports could be read, so it has no page
    assert "due by 2021-03-31" in page
