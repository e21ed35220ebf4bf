"""Guangdong's platform for disclosure (政府信息公开平台, gkmlpt): a list as JSON, a hundred articles a page.

The page itself is empty without its script; `window._CONFIG` in it says the site's number. Pages 0 and 1 are the same.
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
    """The articles of a category. Raises NoSuchList where the answers are not what the platform gives."""
    first = source.list_url or ""
    site = source.options.get("site_id") or _site_id(get(first))
    api = urljoin(first, f"/gkmlpt/api/all/{source.options['category']}")
    done, number = 0, 1
    while True:
        page = get(f"{api}?{urlencode({'page': number, 'sid': site})}")
        articles, total = _articles(page)
        if not articles:
            return
        yield [row for article in articles if (row := _row(article, page.url)) is not None]
        done += len(articles)
        if total is not None and done >= total:
            return
        number += 1


def _site_id(page: ListPage) -> str:
    found = _SITE.search(page.text)
    if found is None:
        raise ListUnreadable(f"{page.url}: the page does not say its SID; write it in the source as site_id: …")
    return found[1]


def _articles(page: ListPage) -> tuple[list[dict[str, Any]], int | None]:
    try:
        answer = json.loads(page.text)
        articles = answer["articles"]
        if not isinstance(articles, list) or not all(isinstance(article, dict) for article in articles):
            raise TypeError("`articles` is no list")
        total = answer.get("total")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ListUnreadable(
            f"{page.url}: this is not the platform's list ({error}); look at category and site_id"
        ) from error
    return articles, total if isinstance(total, int) else None


def _row(article: dict[str, Any], base: str) -> Row | None:
    """One article; None where it has no title or no address of its own."""
    title = "".join(str(article.get("title") or "").split())
    url = absolute(base, str(article.get("url") or article.get("post_url") or ""))
    posted = str(article.get("display_publish_time") or article.get("date") or "")
    return Row(title, url, find_day(posted)) if title and url and url != base else None
