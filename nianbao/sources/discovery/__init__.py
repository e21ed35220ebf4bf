"""Finding the pages of reports: one module a content system, each a walk from its list page to all others.

A walk yields the rows of one list page after another, newest first, and asks for the next only when it is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nianbao.sources.discovery import gkmlpt, jpage, next_link, numbered
from nianbao.sources.discovery.rows import ListPage, Row
from nianbao.sources.registry import Source

Get = Callable[[str], ListPage]
Walk = Callable[[Source, Get], Iterator[list[Row]]]

WALKS: dict[str, Walk] = {
    "trs": numbered.walk_trs,
    "nfcms": numbered.walk_nfcms,
    "jpage": jpage.walk,
    "gkmlpt": gkmlpt.walk,
    "next_link": next_link.walk,
}


def walk(source: Source, get: Get) -> Iterator[list[Row]]:
    """The rows of a source's list, page after page, at most as many pages as the source says.

    Raises NoSuchList for a list page that is none, and whatever `get` raises.
    """
    if source.system is None:
        return
    for n, rows in enumerate(WALKS[source.system](source, get), 1):
        yield rows
        if n >= source.most_pages:
            return
