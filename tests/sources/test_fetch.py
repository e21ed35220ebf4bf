"""Fetching: which reports are requested from which sources, and how failures stay local."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nianbao.documents.model import Family
from nianbao.sources import fetch as fetch_module
from nianbao.sources.client import Client
from nianbao.sources.crawl import crawl
from nianbao.sources.fetch import fetch_sources, prepare_fetch
from nianbao.sources.pending import fetch_rejects
from nianbao.sources.registry import KnownReport, Source
from nianbao.sources.report import FetchResult
from nianbao.sources.selection import FetchSelection
from tests.conftest import AddReport, report_text
from tests.sources.conftest import MakeClient, one_report, source
from tests.sources.site import SYSTEMS, Reply, Site, article, put_nfcms, put_trs, title_of

YEARS = tuple(range(2010, 2022))


def fetched(sources: list[Source], client: Client, raw: Path, **selection: Any) -> list[tuple[int | None, str]]:
    """Fetch from the sources and return years and outcomes."""
    results = fetch_sources(sources, client, raw, FetchSelection(**selection))
    return sorted((result.year or 0, result.outcome) for result in results)


def test_only_missing_reports_are_requested(site: Site, client: Client, raw: Path, add_report: AddReport) -> None:
    """With `missing_only`, stored reports are not requested, nor is the list if no report is missing."""
    add_report(report_text(2020), "2020.txt", given={"jurisdiction": "云汀市", "family": "rule_of_law", "year": "2020"})
    of_system = source("trs", put_trs(site, (2019, 2020, 2021)))
    assert fetched([of_system], client, raw, years=(2020, 2021), missing_only=True) == [(2021, "new")]
    assert site.asked("/trs/fzzf/2020.html") == 0
    site.log.clear()
    assert fetched([of_system], client, raw, years=(2020, 2021), missing_only=True) == []
    assert site.log == []  # nothing is missing, so not even the list is asked
    assert fetched([of_system], client, raw, missing_only=True) == [(2019, "new")]


def test_a_withheld_report_is_still_missing(site: Site, client: Client, raw: Path) -> None:
    """A report that was withheld counts as missing and is requested again."""
    site.put("/a.html", article(2019))
    of_one = one_report(site, "/a.html", 2020)
    assert fetched([of_one], client, raw, missing_only=True) == [(2020, "withheld")]
    site.put("/a.html", article(2020))
    assert fetched([of_one], client, raw, missing_only=True) == [(2020, "new")]


def test_jurisdictions_and_families(site: Site, client: Client, raw: Path) -> None:
    """Sources of other places or families are not requested."""
    site.put("/a.html", article(2020))
    of_one = one_report(site, "/a.html")
    assert fetched([of_one], client, raw, jurisdictions=["441800"]) == []
    assert fetched([of_one], client, raw, families=[Family("work_report")]) == []
    assert site.log == []
    assert fetched([of_one], client, raw, jurisdictions=["云汀市"], families=[Family("rule_of_law")]) == [(2020, "new")]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_walk_for_some_years_ends_at_older_rows(site: Site, make_client: MakeClient, raw: Path, system: str) -> None:
    """In every system, a list read for recent years ends before its older pages."""
    of_system = source(system, SYSTEMS[system](site, YEARS))
    assert fetched([of_system], make_client(), raw, years=(2020, 2021)) == [(2020, "new"), (2021, "new")]
    some = len(site.paths())
    assert fetched([of_system], make_client(), raw, years=(2020, 2021), all_pages=True)[0] == (2020, "known")
    whole = len(site.paths()) - some
    assert some < whole


def test_a_list_out_of_order_is_walked_to_its_end(site: Site, client: Client, raw: Path) -> None:
    """A list that is not sorted by date is read to its end, so that no wanted report is missed."""

    def row(year: int, day: str) -> str:
        site.put(f"/c/{year}.html", article(year))
        return f"<li><a href='/c/{year}.html'>{title_of(year)}</a>{day}</li>"

    site.put("/c/", row(2012, "2013-03-01") + row(2018, "2019-03-01"))  # the first is pinned to the top
    site.put("/c/index_2.html", row(2014, "2015-03-01") + row(2015, "2016-03-01"))
    site.put("/c/index_3.html", row(2013, "2014-03-01") + row(2020, ""))
    site.put("/c/index_4.html", row(2019, "2020-03-01"))
    of_system = source("nfcms", site.url("/c/"))
    assert fetched([of_system], client, raw, years=(2019, 2020)) == [(2019, "new"), (2020, "new")]


def test_a_failing_source_is_a_reject_and_the_others_are_fetched(
    site: Site, client: Client, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sources that fail in any way become rejects with reasons, and the next source is fetched."""
    good = source("nfcms", put_nfcms(site, (2020,)))
    bad = source("trs", site.url("/nowhere/"), id="bad")
    gone = replace(good, id="gone", list_url=None, system=None, reports=(KnownReport(2018, site.url("/gone.html")),))

    def crawl_or_raise(source: Source, *arguments: Any, **options: Any) -> Iterator[FetchResult]:
        if source.id == "fault":
            raise ZeroDivisionError("of a kind that nobody thought of")
        return crawl(source, *arguments, **options)

    monkeypatch.setattr(fetch_module, "crawl", crawl_or_raise)
    results = list(fetch_sources([bad, replace(good, id="fault"), gone, good], client, raw))
    assert [(result.source.id, result.outcome) for result in results] == [
        ("bad", "failed"), ("fault", "failed"), ("gone", "failed"), ("yunting", "new"),
    ]  # fmt: skip
    rejects = {reject.reason.split(":")[0]: reject for reject in fetch_rejects(raw)}
    assert set(rejects) == {"bad", "fault", "gone"}
    assert (rejects["bad"].check, rejects["bad"].source_url) == ("list_not_fetched", site.url("/nowhere/"))
    assert "404" in rejects["gone"].reason
    assert "ZeroDivisionError" in rejects["fault"].reason


def test_a_pending_report_that_arrives_is_no_longer_rejected(site: Site, make_client: MakeClient, raw: Path) -> None:
    """The reject of a failed report disappears when a later fetch stores the report."""
    of_system = source("trs", put_trs(site, (2020, 2021)))
    good = site.routes.pop("/trs/fzzf/2020.html")
    list(fetch_sources([of_system], make_client(), raw, FetchSelection(years=(2020,))))
    assert [reject.check for reject in fetch_rejects(raw)] == ["report_not_fetched"]
    site.routes["/trs/fzzf/2020.html"] = good
    assert fetched([of_system], make_client(), raw) == [(2020, "new"), (2021, "new")]
    assert fetch_rejects(raw) == []


def test_a_challenge_is_rejected_once_through_its_snapshot(site: Site, client: Client, raw: Path) -> None:
    """A challenge is not rejected by the fetch, because its snapshot becomes the reject."""
    site.routes["/a.html"] = lambda _: Reply(412, "<h1>请稍候…</h1>".encode())
    list(fetch_sources([one_report(site, "/a.html")], client, raw))
    assert fetch_rejects(raw) == []


def test_without_an_enabled_source_there_is_no_plan(tmp_path: Path) -> None:
    """Without an enabled source nothing is prepared, and no settings are needed."""
    assert prepare_fetch(folder=tmp_path, settings_file=tmp_path / "there is none.yaml") is None
