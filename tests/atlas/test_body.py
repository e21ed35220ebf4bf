"""The pages of a reporting body: the promises on the first page, and categories that continue on further pages."""

from __future__ import annotations

from typing import Any

from nianbao.atlas import urls
from nianbao.atlas.pages.body import BodyView, PromiseYear, body_pages
from nianbao.atlas.queries import BodyRows
from nianbao.atlas.site_index import INDICATORS_PER_PAGE, Atlas, make_atlas
from schemas.rows import PromiseRow

CODE = "990100"


def report(year: int) -> Any:
    """Return the row of a work report of 云汀市 on one year."""
    return {
        "report_id": f"work_report/{CODE}/{year}",
        "family": "work_report",
        "report_year": year,
        "jurisdiction_code": CODE,
        "jurisdiction_name": "云汀市",
        "jurisdiction_level": "city",
        "province_name": None,
        "body_id": "",
        "body_name": "",
        "body_kind": "government",
        "series_code": CODE,
    }


def atlas_of(n_indicators: int, years: range) -> Atlas:
    """Return an atlas with that many indicators in one category and one report per year."""
    ids = [f"indicator_{n:03}" for n in range(n_indicators)]
    indicators: Any = [
        {"indicator_id": name, "family": "work_report", "category": "economy", "n_observations": 1} for name in ids
    ]
    return make_atlas([report(year) for year in years], indicators, {}, {(CODE, name) for name in ids})


def promise(year: int, met: str | None) -> Any:
    """Return the row of a promise for one year with its verdict, or None where no verdict exists."""
    observation_id = f"work_report/{CODE}/{year - 1}#7"
    return {"jurisdiction_code": CODE, "year": year, "target_met": met, "target_observation_id": observation_id}


def promises_on_first_page(atlas: Atlas, promises: list[PromiseRow]) -> PromiseYear:
    """Return the year of promises that the first page of the body shows."""
    tables = BodyRows(comparisons=[], promises=promises, findings=[], sentences={})
    view = next(body_pages(atlas, atlas.bodies[CODE], tables))[2]
    assert isinstance(view, BodyView)
    assert view.promise_year is not None
    return view.promise_year


def test_the_first_page_shows_the_newest_promises_with_a_verdict() -> None:
    """The first page shows the latest year whose promises were judged, not a later year that is still open."""
    promises = [promise(2022, "yes"), promise(2023, "no"), promise(2024, None), promise(2025, None)]
    assert promises_on_first_page(atlas_of(0, range(2021, 2025)), promises).year == 2023


def test_a_missing_report_is_distinguished_from_a_report_that_omits_the_result() -> None:
    """An open promise reads "silent" if the report of its year exists and "no report" if it does not."""
    shown = promises_on_first_page(atlas_of(0, range(2021, 2024)), [promise(2023, None)])
    assert [row["outcome"] for row in shown.rows] == ["silent"]
    shown = promises_on_first_page(atlas_of(0, range(2021, 2024)), [promise(2024, None)])
    assert [row["outcome"] for row in shown.rows] == ["no_report"]


def test_a_category_with_many_indicators_continues_on_a_second_page() -> None:
    """The indicator after the last of the first page is linked on the second page of its category."""
    atlas = atlas_of(INDICATORS_PER_PAGE + 1, range(2021, 2024))
    last = f"indicator_{INDICATORS_PER_PAGE:03}"
    assert atlas.series_url(CODE, "indicator_000") == f"j/{CODE}-work_report-economy.html#indicator_000"
    assert atlas.series_url(CODE, last) == f"j/{CODE}-work_report-economy-2.html#{last}"
    assert urls.series_url(CODE, last) == f"j/{CODE}.html#{last}"
