"""The pages of a jurisdiction: what the first one shows, and what has pages of its own so that none grows."""

from __future__ import annotations

from typing import Any

from nianbao.atlas import urls
from nianbao.atlas.pages.jurisdiction import jurisdiction_pages
from nianbao.atlas.site_index import INDICATORS_ON_PAGE, Atlas, make_atlas

CODE = "990100"


def report(year: int) -> dict[str, Any]:
    return {
        "report_id": f"work_report/{CODE}/{year}",
        "family": "work_report",
        "report_year": year,
        "jurisdiction_code": CODE,
        "jurisdiction_name": "云汀市",
        "jurisdiction_level": "city",
        "province_name": None,
    }


def atlas_of(n_indicators: int, years: range) -> Atlas:
    ids = [f"indicator_{n:03}" for n in range(n_indicators)]
    indicators = [
        {"indicator_id": name, "family": "work_report", "category": "economy", "n_observations": 1} for name in ids
    ]
    return make_atlas([report(year) for year in years], indicators, {}, {(CODE, name) for name in ids})


def promise(year: int, met: str | None) -> dict[str, Any]:
    made = f"work_report/{CODE}/{year - 1}#7"
    return {"jurisdiction_code": CODE, "year": year, "target_met": met, "target_observation_id": made}


def first_page(atlas: Atlas, promises: list[dict[str, Any]]) -> dict[str, Any]:
    tables = {"comparisons": [], "findings": [], "promises": promises}
    return next(jurisdiction_pages(atlas, atlas.jurisdictions[CODE], tables))[2]


def test_the_promises_shown_first_are_those_that_can_be_judged() -> None:
    promises = [promise(2022, "yes"), promise(2023, "no"), promise(2024, None), promise(2025, None)]
    assert first_page(atlas_of(0, range(2021, 2025)), promises)["promised"].year == 2023


def test_a_promise_of_a_year_without_a_report_is_not_one_that_the_report_passes_over() -> None:
    shown = first_page(atlas_of(0, range(2021, 2024)), [promise(2023, None)])["promised"]
    assert [row["outcome"] for row in shown.rows] == ["silent"]
    shown = first_page(atlas_of(0, range(2021, 2024)), [promise(2024, None)])["promised"]
    assert [row["outcome"] for row in shown.rows] == ["no_report"]


def test_a_category_of_many_indicators_has_further_pages() -> None:
    atlas = atlas_of(INDICATORS_ON_PAGE + 1, range(2021, 2024))
    last = f"indicator_{INDICATORS_ON_PAGE:03}"
    assert atlas.leads_to(CODE, "indicator_000") == f"j/{CODE}-work_report-economy.html#indicator_000"
    assert atlas.leads_to(CODE, last) == f"j/{CODE}-work_report-economy-2.html#{last}"
    assert urls.series_url(CODE, last) == f"j/{CODE}.html#{last}"
