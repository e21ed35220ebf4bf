"""Walk static list pages with numbered names: TRS WCM (page 2 is `index_1.html`) and NFCMS (`index_2.html`).

TRS pages state their number in a script, `createPageHTML(50, 0, "index", "shtml")` or `countPage = 50`. Otherwise the
walk continues until the site has no further page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from nianbao.sources.discovery.rows import ListPage, Row, rows_of_page
from nianbao.sources.errors import Gone
from nianbao.sources.registry import Source

_CALL = re.compile(
    r"""
    createPageHTML\w*\(
    \s*(?P<count>\d{1,5})            # number of pages
    \s*,\s*\d+                      # index of this page
    \s*,\s*["'](?P<name>[\w-]+)["']
    \s*,\s*["'](?P<ending>\w+)["']
    """,
    re.VERBOSE,
)
_COUNT = re.compile(r"\bcountPage\s*=\s*(\d{1,5})")
_FIRST = re.compile(r"(?P<name>[\w-]+)\.(?P<ending>s?html?|jsp|aspx?)$")


def walk_trs(source: Source, get: Callable[[str], ListPage]) -> Iterator[list[Row]]:
    """Yield the rows of each page of a TRS WCM column."""
    return _walk(source, get, first_number=1)


def walk_nfcms(source: Source, get: Callable[[str], ListPage]) -> Iterator[list[Row]]:
    """Yield the rows of each page of an NFCMS column."""
    return _walk(source, get, first_number=2)


def _walk(source: Source, get: Callable[[str], ListPage], first_number: int) -> Iterator[list[Row]]:
    first = get(source.list_url or "")
    rows = rows_of_page(first)
    yield rows
    count, name, ending = _paging(first)
    urls = {row.url for row in rows}
    n = 1
    while count is None or n < count:
        try:
            page = get(urljoin(first.url, f"{name}_{n - 1 + first_number}.{ending}"))
        except Gone:
            return
        rows = rows_of_page(page)
        if count is None and urls.issuperset(row.url for row in rows):
            return  # the site answers every number with the same page
        urls.update(row.url for row in rows)
        yield rows
        n += 1


def _paging(page: ListPage) -> tuple[int | None, str, str]:
    """Return the number of pages (None if not stated), and the stem and extension of their names."""
    text = re.sub(r"^\s*//.*$", "", page.text, flags=re.MULTILINE)
    own = _FIRST.search(page.url)
    name, ending = (own["name"], own["ending"]) if own else ("index", "html")
    if call := _CALL.search(text) or _CALL.search(page.text):
        return int(call["count"]), call["name"], call["ending"]
    count = _COUNT.search(text)
    if count and not own and (stated := re.search(r"[\"'](index)_?[\"'].{0,60}?\b(s?html?)[\"']", text, re.DOTALL)):
        name, ending = stated[1], stated[2]
    return (int(count[1]) if count else None), name, ending
