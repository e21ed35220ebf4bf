"""Links of lists in GBK and of odd form lead where a browser goes."""

from __future__ import annotations

from datetime import date

import pytest

from nianbao.sources.discovery.rows import ListPage, absolute, rows_of_page

BASE = "http://www.a.invalid/c/d/"
GBK = "gb18030"

LINKS = {
    "Chinese in the query of a GBK page": ("/s?q=年报", GBK, "http://www.a.invalid/s?q=%C4%EA%B1%A8"),
    "Chinese in the query of a UTF-8 page": ("/s?q=年报", "utf-8", "http://www.a.invalid/s?q=年报"),
    "Chinese in the path of a GBK page": ("/报告.htm", GBK, "http://www.a.invalid/报告.htm"),
    "an escape in the query": ("/s?q=%C4%EA", GBK, "http://www.a.invalid/s?q=%C4%EA"),
    "several values": ("s?a=市&b=2&c=县", GBK, f"{BASE}s?a=%CA%D0&b=2&c=%CF%D8"),
    "only a query": ("?p=年", GBK, f"{BASE}?p=%C4%EA"),
    "a fragment behind the query": ("s?a=年#top", GBK, f"{BASE}s?a=%C4%EA"),
    "backslashes": (r"..\l\a.html", "utf-8", "http://www.a.invalid/c/l/a.html"),
    "backslashes from the root": (r"\l\a.html", GBK, "http://www.a.invalid/l/a.html"),
    "a backslash in the query": (r"s?p=a\b", GBK, rf"{BASE}s?p=a\b"),
    "a host without a scheme": ("//b.invalid/报.htm?年", GBK, "http://b.invalid/报.htm?%C4%EA"),
    "a line break": (" /a\n.htm ", GBK, "http://www.a.invalid/a.htm"),
    "a script": ("javascript:void(0)", GBK, None),
    "an invalid host": ("http://[a/", GBK, None),
}


@pytest.mark.parametrize(("href", "encoding", "url"), LINKS.values(), ids=LINKS.keys())
def test_a_link_leads_where_a_browser_goes(href: str, encoding: str, url: str | None) -> None:
    """The query is in the encoding of the page, and a backslash is a slash."""
    assert absolute(BASE, href, encoding) == url


def test_rows_of_a_gbk_list_have_gbk_queries() -> None:
    """The encoding of the page reaches the URLs of its rows."""
    page = ListPage(BASE, "<li><a href='/s?t=报告'>2020年工作报告</a> 2021-01-02</li>", GBK)
    (row,) = rows_of_page(page)
    assert (row.url, row.day) == ("http://www.a.invalid/s?t=%B1%A8%B8%E6", date(2021, 1, 2))
