"""The coverage of the front page is that of the table `coverage`, not of the reports that happen to be there."""

from __future__ import annotations

from nianbao.atlas.pages.home import coverage_view
from nianbao.atlas.rendering import Pages
from nianbao.atlas.site_index import make_atlas

REPORT = {
    "report_id": "rule_of_law/990100/2020",
    "family": "rule_of_law",
    "report_year": 2020,
    "jurisdiction_code": "990100",
    "jurisdiction_name": "云汀市",
    "jurisdiction_level": "city",
    "province_name": None,
}


def row(year: int, status: str, code: str = "990100", name: str = "云汀市") -> dict[str, object]:
    about = {"family": "rule_of_law", "jurisdiction_code": code, "jurisdiction_name": name}
    return {**about, "year": year, "status": status, "days_late": 12, "reason": "due by 2021-03-31"}


def test_what_is_late_missing_or_held_back_is_in_the_grid_with_its_word() -> None:
    atlas = make_atlas([REPORT], [], {}, set())
    rows = [row(2020, "late"), row(2021, "missing"), row(2022, "awaited"), row(2020, "quarantined", "990200", "青穗县")]
    view = coverage_view(atlas, rows)
    assert view["years"] == [2020, 2021, 2022]
    page = Pages(atlas).draw("coverage", view, root="")
    assert page.count('class="f rule_of_law late" href="r/rule_of_law-990100-2020.html"') == 1
    for status, word in (("missing", "missing"), ("awaited", "not due yet"), ("quarantined", "held back")):
        assert f'class="f {status}"' in page
        assert word in page
    assert "<bdi>青穗县</bdi></th>" in page  # no page of its own: none of its reports could be read
    assert "due by 2021-03-31" in page
