"""Hanweb JCMS columns: the rows are XML records in the page, and more of them come from `dataproxy.jsp`.

The records are pieces of HTML in CDATA. They are cut out as text, never given to an XML parser: a record that declares
entities is only text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlencode, urljoin

from nianbao.sources.discovery.rows import ListPage, Row, rows_of_page
from nianbao.sources.errors import ListUnreadable
from nianbao.sources.registry import Source

A_PAGE = 15
A_REQUEST = 45
PROXY = "/module/web/jpage/dataproxy.jsp"
_RECORD = re.compile(r"<record>\s*(?:<!\[CDATA\[(.*?)\]\]>|(.*?))\s*</record>", re.DOTALL | re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d{1,7})|totalrecord\s*[:=]\s*['\"]?(\d{1,7})", re.IGNORECASE)
_PROXY = re.compile(r"[\"']([^\"'\s]*?/dataproxy\.jsp)")
_COLUMN_OF_URL = re.compile(r"/col/col(\d+)/")


def walk(source: Source, get: Callable[[str], ListPage]) -> Iterator[list[Row]]:
    """The records in the page, then those behind it. Raises NoSuchList where the column's ids are not to be found."""
    first = get(source.list_url or "")
    rows, total = _records(first)
    if rows:
        yield rows
    done = len(rows)
    if rows and total is not None and done >= total:
        return
    ask = _question(source, first)
    while total is None or done < total:
        page = get(f"{ask}&{urlencode({'startrecord': done + 1, 'endrecord': done + A_REQUEST, 'perpage': A_PAGE})}")
        rows, told = _records(page, base=first.url)
        total = told if told is not None else total
        if not rows:
            if done == 0:
                raise ListUnreadable(f"{page.url}: no record; look whether column_id, unit_id and web_id are right")
            return
        yield rows
        done += len(rows)


def _records(page: ListPage, base: str | None = None) -> tuple[list[Row], int | None]:
    """The rows in a page's records, and how many the column has."""
    rows = []
    for in_cdata, plain in _RECORD.findall(page.text):
        rows += rows_of_page(ListPage(base or page.url, in_cdata or unescape(plain)))[:1]
    total = _TOTAL.search(page.text)
    return rows, int(total[1] or total[2]) if total else None


def _question(source: Source, page: ListPage) -> str:
    """The address of the records without the range that is wanted."""
    of_url = _COLUMN_OF_URL.search(page.url)
    ids = {
        "columnid": source.options.get("column_id") or _in_script("columnid", page) or (of_url[1] if of_url else None),
        "unitid": source.options.get("unit_id") or _in_script("unitid", page),
        "webid": source.options.get("web_id") or _in_script("webid", page),
    }
    for name, value in ids.items():
        if value is None:
            raise ListUnreadable(
                f"{page.url}: the page does not say its {name}; write it in the source as {name[:-2]}_id: …"
            )
    proxy = _PROXY.search(page.text)
    return f"{urljoin(page.url, proxy[1] if proxy else PROXY)}?{urlencode(ids)}"


def _in_script(name: str, page: ListPage) -> str | None:
    found = re.search(rf"\b{name}[\"']?\s*[:=]\s*[\"']?(\d+)", page.text, re.IGNORECASE)
    return found[1] if found else None
