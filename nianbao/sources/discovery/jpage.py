"""Walk Hanweb JCMS columns: the rows are XML records in the page, and `dataproxy.jsp` sends more of them.

The records are HTML in CDATA. They are cut out as text and never reach an XML parser, so entity declarations in them
have no effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlencode, urljoin

from nianbao.sources.discovery.rows import ListPage, Row, rows_of_page
from nianbao.sources.errors import ListUnreadable
from nianbao.sources.registry import Source

ROWS_PER_PAGE = 15
ROWS_PER_REQUEST = 45
PROXY_PATH = "/module/web/jpage/dataproxy.jsp"
_RECORD = re.compile(r"<record>\s*(?:<!\[CDATA\[(.*?)\]\]>|(.*?))\s*</record>", re.DOTALL | re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d{1,7})|totalrecord\s*[:=]\s*['\"]?(\d{1,7})", re.IGNORECASE)
_PROXY = re.compile(r"[\"']([^\"'\s]*?/dataproxy\.jsp)")
_COLUMN_OF_URL = re.compile(r"/col/col(\d+)/")


def walk(source: Source, get: Callable[[str], ListPage]) -> Iterator[list[Row]]:
    """Yield the records of the list page, then those that the proxy sends.

    Raises:
        ListUnreadable: The ids of the column are unknown or wrong.
    """
    first = get(source.list_url or "")
    rows, total = _records(first)
    if rows:
        yield rows
    n_rows = len(rows)
    if rows and total is not None and n_rows >= total:
        return
    query = _query_url(source, first)
    while total is None or n_rows < total:
        records = {"startrecord": n_rows + 1, "endrecord": n_rows + ROWS_PER_REQUEST, "perpage": ROWS_PER_PAGE}
        page = get(f"{query}&{urlencode(records)}")
        rows, new_total = _records(page, base=first.url)
        total = new_total if new_total is not None else total
        if not rows:
            if n_rows == 0:
                raise ListUnreadable(f"{page.url}: no record; check column_id, unit_id and web_id")
            return
        yield rows
        n_rows += len(rows)


def _records(page: ListPage, base: str | None = None) -> tuple[list[Row], int | None]:
    """Return the rows in the records of a page, and the number of rows in the column if it is stated."""
    rows = []
    for in_cdata, escaped in _RECORD.findall(page.text):
        rows += rows_of_page(ListPage(base or page.url, in_cdata or unescape(escaped), page.encoding))[:1]
    total = _TOTAL.search(page.text)
    return rows, int(total[1] or total[2]) if total else None


def _query_url(source: Source, page: ListPage) -> str:
    """Return the URL of the proxy, without the range of records."""
    in_url = _COLUMN_OF_URL.search(page.url)
    ids = {
        "columnid": source.options.get("column_id") or _in_script("columnid", page) or (in_url[1] if in_url else None),
        "unitid": source.options.get("unit_id") or _in_script("unitid", page),
        "webid": source.options.get("web_id") or _in_script("webid", page),
    }
    for name, value in ids.items():
        if value is None:
            raise ListUnreadable(f"{page.url}: the page does not contain its {name}; set {name[:-2]}_id in the source")
    proxy = _PROXY.search(page.text)
    return f"{urljoin(page.url, proxy[1] if proxy else PROXY_PATH)}?{urlencode(ids)}"


def _in_script(name: str, page: ListPage) -> str | None:
    match = re.search(rf"\b{name}[\"']?\s*[:=]\s*[\"']?(\d+)", page.text, re.IGNORECASE)
    return match[1] if match else None
