"""Walk Guangdong's disclosure platform (政府信息公开平台, gkmlpt): lists as JSON, a hundred articles per page.

The list page is empty without its script; its `window._CONFIG` holds the id of the site. Pages 0 and 1 are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urljoin

from nianbao.sources.discovery.rows import ListPage, Row, absolute, find_day
from nianbao.sources.errors import ListUnreadable
from nianbao.sources.registry import Source

_SITE = re.compile(r"[\"']?\bSID[\"']?\s*[:=]\s*[\"']?(\w+)")


def walk(source: Source, get: Callable[[str], ListPage]) -> Iterator[list[Row]]:
    """Yield the articles of a category, page by page.

    Raises:
        ListUnreadable: A response is not what the platform produces.
    """
    first = source.list_url or ""
    site = source.options.get("site_id") or _site_id(get(first))
    api = urljoin(first, f"/gkmlpt/api/all/{source.options['category']}")
    n_rows, number = 0, 1
    while True:
        page = get(f"{api}?{urlencode({'page': number, 'sid': site})}")
        articles, total = _articles(page)
        if not articles:
            return
        yield [row for article in articles if (row := _row(article, page.url)) is not None]
        n_rows += len(articles)
        if total is not None and n_rows >= total:
            return
        number += 1


def _site_id(page: ListPage) -> str:
    match = _SITE.search(page.text)
    if match is None:
        raise ListUnreadable(f"{page.url}: the page does not contain its SID; set site_id in the source")
    return match[1]


def _articles(page: ListPage) -> tuple[list[dict[str, Any]], int | None]:
    """Return the articles of a response, and the number of articles in the category if it states it."""
    try:
        response = json.loads(page.text)
        articles = response["articles"]
        if not isinstance(articles, list) or not all(isinstance(article, dict) for article in articles):
            raise TypeError("`articles` is not a list of objects")
        total = response.get("total")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ListUnreadable(f"{page.url}: not a list of the platform ({error}); check category and site_id") from error
    return articles, total if isinstance(total, int) else None


def _row(article: dict[str, Any], base: str) -> Row | None:
    """Return the row of an article; None without a title or a separate URL."""
    title = "".join(str(article.get("title") or "").split())
    url = absolute(base, str(article.get("url") or article.get("post_url") or ""))
    posted = str(article.get("display_publish_time") or article.get("date") or "")
    return Row(title, url, find_day(posted)) if title and url and url != base else None
