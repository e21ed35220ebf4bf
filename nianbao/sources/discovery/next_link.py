"""Walk plain lists, in which each page links to the next one (下一页)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bs4 import BeautifulSoup

from nianbao.sources.discovery.rows import ListPage, Row, absolute, rows_of_page
from nianbao.sources.registry import Source

_NEXT = re.compile(r"^[\[【<（(\s]*(?:下一?页|后一页|下页|next)[\]】>）)»\s]*$", re.IGNORECASE)


def walk(source: Source, get: Callable[[str], ListPage]) -> Iterator[list[Row]]:
    """Yield the rows of each page, until the next page is missing or leads back."""
    url: str | None = source.list_url
    visited: set[str] = set()
    while url is not None and url not in visited:
        visited.add(url)
        page = get(url)
        yield rows_of_page(page)
        url = next_page(page)


def next_page(page: ListPage) -> str | None:
    """Return the URL of the next page; None if no link leads to one."""
    for link in BeautifulSoup(page.text, "lxml").find_all("a", href=True):
        if _NEXT.match(link.get_text()) or _NEXT.match(str(link.get("title") or "")):
            url = absolute(page.url, str(link["href"]), page.encoding)
            if url is not None and url != page.url:
                return url
    return None
