"""Reading lists: every content system yields the same rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nianbao.sources.client import Client
from nianbao.sources.crawl import crawl
from nianbao.sources.discovery import next_link, walk
from nianbao.sources.discovery.rows import ListPage, Row, rows_of_page
from nianbao.sources.errors import Gone, ListUnreadable
from nianbao.sources.snapshot_index import SnapshotIndex
from tests.sources.conftest import MakeClient, run, source
from tests.sources.site import OTHER_TITLES, SYSTEMS, Site, put_jpage, put_trs, title_of

YEARS = (2019, 2020, 2021, 2022)
PAGE = "http://www.example.invalid/c/"


def lists(client: Client) -> Callable[[str], ListPage]:
    """Return a function that fetches and decodes the page of a list."""

    def get(url: str) -> ListPage:
        answer = client.get(url)
        if answer.status == 404:
            raise Gone(url)
        return ListPage(answer.final_url, answer.data.decode("gb18030" if "/trs/" in url else "utf-8"))

    return get


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_walk_yields_every_row_with_title_url_and_date(site: Site, client: Client, system: str) -> None:
    """In every content system, a list gives all rows with full title, absolute URL and date."""
    of_system = source(system, SYSTEMS[system](site, YEARS))
    rows = [row for page in walk(of_system, lists(client)) for row in page if row.day]
    unique = {row.url: row for row in rows}
    assert len(unique) == len(YEARS) * (1 + len(OTHER_TITLES))
    report = next(row for row in rows if row.title == title_of(2020))
    assert report.url.startswith(site.root)
    assert report.url.endswith("2020.html")
    assert report.day == date(2021, 3, 28)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_run_over_a_system_fetches_the_reports_and_nothing_else(
    site: Site, client: Client, raw: Path, system: str
) -> None:
    """In every content system, a crawl stores all reports and requests no page about a report."""
    results = run(source(system, SYSTEMS[system](site, YEARS)), client, raw)
    assert sorted((result.year, result.outcome) for result in results) == [(year, "new") for year in YEARS]
    assert not any("-0.html" in path or "-3.html" in path for path in site.paths())


def test_a_list_without_a_page_count_is_read_to_its_end(site: Site, client: Client) -> None:
    """A list that does not say how many pages it has is read until a page is missing."""
    pages = list(walk(source("trs", put_trs(site, YEARS, counted=False)), lists(client)))
    assert len(pages) == 4
    assert site.paths()[-1] == "/trs/fzzf/index_4.html"


def test_a_list_that_repeats_the_same_page_ends(site: Site, client: Client) -> None:
    """A site that returns the same page for every number is read once."""
    for name in ("", "index_2.html", "index_3.html", "index_4.html"):
        site.put(f"/c/{name}", "<li><a href='/1.html'>云汀市2020年报告</a> 2021-01-01</li>")
    assert len(list(walk(source("nfcms", site.url("/c/")), lists(client)))) == 1


def test_a_source_may_bound_its_pages(site: Site, client: Client) -> None:
    """A source can limit how many pages of its list are read."""
    bounded = source("trs", put_trs(site, YEARS), most_pages=2)
    assert len(list(walk(bounded, lists(client)))) == 2


def test_a_later_crawl_reads_only_the_first_page(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A later crawl without new rows requests only the first page of the list."""
    of_system = source("trs", put_trs(site, YEARS))
    run(of_system, make_client(), raw)
    site.log.clear()
    run(of_system, make_client(), raw)
    assert [path for path in site.paths() if "index" in path or path == "/trs/fzzf/"] == ["/trs/fzzf/"]


def test_a_later_crawl_reads_as_far_as_there_are_new_rows(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A later crawl reads the list as far as there are new rows and finds the new report there."""
    of_system = source("trs", put_trs(site, YEARS))
    run(of_system, make_client(), raw)
    site.log.clear()
    put_trs(site, (*YEARS, 2023), size=3)
    results = run(of_system, make_client(), raw)
    assert [(result.year, result.outcome) for result in results if result.outcome != "known"] == [(2023, "new")]
    assert [path for path in site.paths() if "index" in path] == ["/trs/fzzf/index_1.shtml", "/trs/fzzf/index_2.shtml"]


def test_all_pages_walks_all(site: Site, make_client: MakeClient, raw: Path) -> None:
    """With `all_pages`, a later crawl reads the whole list again."""
    of_system = source("trs", put_trs(site, YEARS))
    run(of_system, make_client(), raw)
    site.log.clear()
    run(of_system, make_client(), raw, all_pages=True)
    assert sum("index_" in path for path in site.paths()) == 3


def test_only_wanted_years_are_fetched(site: Site, client: Client, raw: Path) -> None:
    """Only reports on the selected years are fetched."""
    results = run(source("trs", put_trs(site, YEARS)), client, raw, years=(2020, 2021))
    assert sorted(result.year or 0 for result in results) == [2020, 2021]


def test_years_outside_those_of_a_source_are_not_fetched(site: Site, client: Client, raw: Path) -> None:
    """Reports outside the first and last year of a source are not fetched."""
    bounded = source("trs", put_trs(site, YEARS), first_year=2021, last_year=2021)
    assert [result.year for result in crawl(bounded, client, SnapshotIndex(raw))] == [2021]


def test_a_row_has_the_whole_title_and_the_date_next_to_it() -> None:
    """A row has the full title, the date next to it in any format, and the URL; menu links are left out."""
    page = """<ul><li><span class="date">2021-04-30</span>
      <a href="../x/t1.shtml" title="云汀市2020年政府工作报告">云汀市2020年…</a></li>
      <li><a href="./2.html">云汀市2019年政府工作报告</a>[2020/2/1]</li>
      <tr><td><a href="3.html#top">云汀市2018年政府工作报告</a></td><td>2019年1月9日</td></tr>
      <div><a href="4.html">2017年政府工作报告</a><i>2018.01.08</i></div>
      <a href="javascript:go()">云汀市政府信息公开</a> <a href="mailto:a@b.c">联系我们 邮箱</a>
      <a href="5.html">首页</a></ul>"""
    assert rows_of_page(ListPage(PAGE, page)) == [
        Row("云汀市2020年政府工作报告", "http://www.example.invalid/x/t1.shtml", date(2021, 4, 30)),
        Row("云汀市2019年政府工作报告", f"{PAGE}2.html", date(2020, 2, 1)),
        Row("云汀市2018年政府工作报告", f"{PAGE}3.html", date(2019, 1, 9)),
        Row("2017年政府工作报告", f"{PAGE}4.html", date(2018, 1, 8)),
    ]


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("<a href='list_2.html'>下一页</a>", f"{PAGE}list_2.html"),
        ("<a href='?page=2'>下一页 &gt;&gt;</a>", f"{PAGE}?page=2"),
        ("<a href='2.html' title='下页'>&gt;</a>", f"{PAGE}2.html"),
        ("<a href='javascript:;'>下一页</a>", None),
        ("<a href='#'>下一页</a>", None),
        ("<a href='2.html'>下一页没有了</a>", None),
    ],
)
def test_where_the_next_page_is(link: str, leads: str | None) -> None:
    """The link to the next page is found by its text or title, and disabled links are ignored."""
    assert next_link.next_page(ListPage(PAGE, link)) == leads


def test_a_column_without_its_ids_is_an_error_with_advice(site: Site, client: Client) -> None:
    """A Hanweb column without its ids is an error that says what to set in the source."""
    site.put("/col/col9/index.html", "<html>nothing</html>")
    with pytest.raises(ListUnreadable, match="unitid; set unit_id in the source"):
        list(walk(source("jpage", site.url("/col/col9/index.html")), lists(client)))


def test_a_column_with_wrong_ids_is_an_error(site: Site, client: Client) -> None:
    """A Hanweb column with wrong ids is an error because it has no record."""
    put_jpage(site, YEARS)
    site.put("/col/col9/index.html", "<html>nothing</html>")
    wrong = source("jpage", site.url("/col/col9/index.html"), options={"unit_id": "1", "web_id": "1"})
    with pytest.raises(ListUnreadable, match="no record"):
        list(walk(wrong, lists(client)))


def test_records_with_entities_are_only_text(site: Site, client: Client) -> None:
    """Records never reach an XML parser, so their entity declarations have no effect."""
    evil = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM '
        '"file:///etc/passwd">]><totalrecord>1</totalrecord><recordset><record><![CDATA[<li><a href="/1.html">'
        "云汀市2020年报告&b;&f;</a>2021-01-01</li>]]></record></recordset>"
    )
    site.put("/col/col9/index.html", evil)
    (rows,) = walk(source("jpage", site.url("/col/col9/index.html")), lists(client))
    assert [row.title for row in rows] == ["云汀市2020年报告&b;&f;"]


@pytest.mark.parametrize("body", ["<html>login</html>", "[]", '{"articles": 3}', '{"articles": ["x"]}', "[" * 100_000])
def test_a_platform_that_answers_something_else(site: Site, client: Client, body: str) -> None:
    """A platform that returns a login, wrong or deeply nested JSON is an error that names the options to check."""
    site.put("/gkmlpt/api/all/77", body, "application/json")
    of_system = source("gkmlpt", site.url("/gkmlpt/index"), options={"category": "77", "site_id": "1"})
    with pytest.raises(ListUnreadable, match="category and site_id"):
        list(walk(of_system, lists(client)))
