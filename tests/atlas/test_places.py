"""Departments, renamed places and dissolved places in the atlas: their pages, links, rankings and words."""

from __future__ import annotations

from typing import Any

import pytest

from nianbao.atlas.history import place_histories
from nianbao.atlas.i18n import bilingual as both
from nianbao.atlas.pages.body import MovedView, body_pages
from nianbao.atlas.pages.home import CoveragePageView, coverage_view
from nianbao.atlas.pages.indicator import indicator_view
from nianbao.atlas.queries import BodyRows
from nianbao.atlas.rendering import PageRenderer
from nianbao.atlas.search import search_files
from nianbao.atlas.site_index import Atlas, make_atlas
from schemas.rows import ComparisonRow

CITY, COUNTY, DISTRICT, OTHER = "990100", "990125", "990105", "990200"
BUREAU = ("sfj", "司法局", "department")
INDICATOR: Any = {
    "indicator_id": "cases",
    "family": "rule_of_law",
    "category": "law",
    "name_zh": "案件",
    "name_en": "cases",
    "higher_is": "neutral",
    "aliases": "",
    "breaks": "",
    "breaks_zh": "",
    "unit": "件",
    "first_year": 2020,
    "last_year": 2021,
    "n_jurisdictions": 3,
    "n_observations": 1,
}


def report(
    code: str, name: str, year: int, body: tuple[str, str, str] = ("", "", "government"), series: str = ""
) -> Any:
    """Return the row of a rule-of-law report of a government or one of its bodies."""
    body_id, body_name, kind = body
    dot = f".{body_id}" if body_id else ""
    return {
        "report_id": f"rule_of_law/{code}{dot}/{year}",
        "family": "rule_of_law",
        "report_year": year,
        "jurisdiction_code": code,
        "jurisdiction_name": name,
        "jurisdiction_level": "county" if code in (COUNTY, DISTRICT) else "city",
        "province_name": "示例省",
        "body_id": body_id,
        "body_name": body_name,
        "body_kind": kind,
        "series_code": series or code,
    }


def compared(row: Any, value: float, comparability: str = "comparable") -> ComparisonRow:
    """Return a comparison row of a report with the given value."""
    result: Any = {name: row[name] for name in row if name not in ("report_id", "report_year", "province_name")}
    empty: tuple[str, ...] = (
        "latest_value",
        "latest_observation_id",
        "change_pct",
        "change_pp",
        "reported_change_pct",
        "target_value",
        "quote",
    )
    empty += ("rank_in_year", "observation_id", "reported_change_observation_id", "comparability_note")
    result |= dict.fromkeys(empty)
    result |= {"indicator_id": "cases", "scope": "", "unit": "件", "qualifier": "exact", "comparability": comparability}
    result |= {"grade": "A", "previous_year": None, "previous_value": None, "n_ranked": None}
    result |= {"year": row["report_year"], "value": value}
    row_of_table: ComparisonRow = result
    return row_of_table


REPORTS = [
    report(CITY, "云汀市", 2021),
    report(CITY, "云汀市", 2020, BUREAU),
    report(CITY, "云汀市", 2021, BUREAU),
    report(CITY, "云汀市", 2021, ("z-gaoxin", "高新区管理委员会", "zone")),
    report(OTHER, "云津市", 2021, BUREAU),
    report(COUNTY, "清溪县", 2020, series=DISTRICT),
    report(DISTRICT, "清溪区", 2021),
]
ROWS = [compared(row, 10.0 + n) for n, row in enumerate(REPORTS)]


@pytest.fixture
def atlas() -> Atlas:
    """Return an atlas in which 清溪县 became 清溪区 in 2021 and 云汀市 has a department and a zone."""
    unit: Any = {"first_year": None, "last_year": 2020}
    units: list[Any] = [
        {**unit, "code": COUNTY, "name": "清溪县", "series_code": DISTRICT},
        {**unit, "code": DISTRICT, "name": "清溪区", "series_code": DISTRICT, "first_year": 2021},
    ]
    change: Any = {"from_code": COUNTY, "from_name": "清溪县", "to_code": DISTRICT, "to_name": "清溪区"}
    changes: list[Any] = [{**change, "year": 2021, "kind": "upgrade", "keeps_series": True}]
    codes = {row["series_code"] for row in REPORTS}
    series = {(f"{row['series_code']}.{row['body_id']}".rstrip("."), "cases") for row in REPORTS}
    histories = place_histories(units, changes, codes)
    return make_atlas(REPORTS, [INDICATOR], {("rule_of_law", "law"): ("法", "Law")}, series, histories)


def pages_of(atlas: Atlas, key: str) -> dict[str, str]:
    """Return the pages of a reporting body by path."""
    place = atlas.bodies[key]
    rows = [row for row in ROWS if (row["series_code"], row["body_id"]) == (place.series_code, place.body_id)]
    renderer = PageRenderer(atlas)
    return {
        path: renderer.render(template, view)
        for path, template, view in body_pages(atlas, place, BodyRows(rows, [], [], {}))
    }


def test_the_page_of_a_government_lists_its_bodies_by_kind(atlas: Atlas) -> None:
    """A government's page lists departments, then zones, with their years, and leaves out their reports."""
    page = pages_of(atlas, CITY)[f"j/{CITY}.html"]
    section = page[page.index('id="bodies"') : page.index("</section>", page.index('id="bodies"'))]
    assert section.index("部门") < section.index("功能区")
    assert f'href="{CITY}.sfj.html"><bdi>{both("司法局", "Justice Bureau")}</bdi></a> <small>2020–2021' in section
    assert (
        f'href="{CITY}.z-gaoxin.html"><bdi>{both("高新区管理委员会", "Gaoxinqu Administrative Committee")}</bdi>'
        in section
    )
    assert "rule_of_law-990100.sfj" not in page, "the reports of a department are not among those of the government"


def test_a_body_has_its_own_pages_with_a_link_to_its_government(atlas: Atlas) -> None:
    """A department has its own start and category pages under its full name, with a link back to its government."""
    pages = pages_of(atlas, f"{CITY}.sfj")
    assert set(pages) == {f"j/{CITY}.sfj.html", f"j/{CITY}.sfj-rule_of_law-law.html"}
    page = pages[f"j/{CITY}.sfj.html"]
    assert f"<h1><bdi>{both('云汀市司法局', 'Yunting Justice Bureau')}</bdi></h1>" in page
    assert f'<a href="{CITY}.html"><bdi>{both("云汀市", "Yunting")}</bdi></a>' in page
    assert 'href="../r/rule_of_law-990100.sfj-2020.html"' in page


def test_a_county_that_became_a_district_is_one_series_with_the_change_marked(atlas: Atlas) -> None:
    """Reports of the county and the district form one card, and the row of the year 2021 names the change."""
    pages = pages_of(atlas, DISTRICT)
    page, category = pages[f"j/{DISTRICT}.html"], pages[f"j/{DISTRICT}-rule_of_law-law.html"]
    assert "r/rule_of_law-990125-2020.html" in page
    assert "r/rule_of_law-990105-2021.html" in page
    assert 'id="history"' in page
    county, district = both("清溪县", "Qingxi County"), both("清溪区", "Qingxi District")
    assert f"<bdi>{county}</bdi></a> <small>990125</small> → " in page
    assert category.count('<article class="card"') == 1
    assert category.count('<tr class="changed"><th scope="row">2021</th>') == 1
    assert f"<bdi>{county}</bdi> → <bdi>{district}</bdi>" in category


def test_the_page_of_a_former_code_leads_to_the_series(atlas: Atlas) -> None:
    """The page of the abolished county code links to the district that continues its series."""
    place = atlas.bodies[DISTRICT]
    assert place.former_codes == (COUNTY,)
    assert f'href="../j/{DISTRICT}.html"' in PageRenderer(atlas).render("moved", MovedView(place))


def test_governments_and_departments_of_one_name_are_ranked_apart(atlas: Atlas) -> None:
    """Rankings compare only equal levels and kinds: cities, counties, departments of one name, and zones."""
    view = indicator_view(atlas, INDICATOR, ROWS)
    ranked = [
        (entry.level, entry.kind, entry.body_name, [line.name for line in entry.lines]) for entry in view.rankings
    ]
    assert ranked == [
        ("city", "government", "", ["云汀市"]),
        ("county", "government", "", ["清溪区"]),
        ("city", "department", "司法局", ["云津市司法局", "云汀市司法局"]),
        ("city", "zone", "", ["云汀市高新区管理委员会"]),
    ]


def test_the_search_finds_bodies_and_former_names(atlas: Atlas) -> None:
    """The search index has departments under their full name and a district under its former county name."""
    files = search_files(atlas)
    bureau = '["990100.sfj", "云汀市司法局", "Yunting Justice Bureau", "示例省", 0, "", "yuntingshisifaju ytssfj"]'
    district = '["990105", "清溪区", "Qingxi District", "示例省", 1, "清溪县", "qingxiqu qxq"]'
    assert bureau in files["search/bodies.js"]
    assert district in files["search/bodies.js"]
    assert '["990105", "990125", "l2020"]' in files["search/reports.js"]


def test_a_dissolved_place_is_shown_as_dissolved(atlas: Atlas) -> None:
    """The coverage page marks the years after a place was dissolved as 已撤销."""
    names = ("family", "jurisdiction_code", "jurisdiction_name", "body_id", "body_name", "series_code")
    rows: list[Any] = [
        {name: REPORTS[0][name] for name in names}
        | {"year": year, "status": status, "days_late": None, "reason": "merged into 云津市 (990200)"}
        for year, status in ((2021, "published"), (2022, "dissolved"))
    ]
    page = PageRenderer(atlas).render("coverage", CoveragePageView(coverage_view(atlas, rows)), root="")
    assert 'class="f dissolved"' in page
    assert "已撤销" in page


def test_the_about_page_explains_territory_changes_in_both_languages(atlas: Atlas) -> None:
    """The about page explains changed territory, dissolved places and successors in Chinese and English."""
    page = PageRenderer(atlas).render("about", root="")
    for word in ("区划变了", "the territory changed", "已撤销", "dissolved", "successor"):
        assert word in page
