"""Walk the lists of sites: one module per content system.

A walk yields the rows of one list page after another, newest first, and requests a page only when it is needed.
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
    """Yield the rows of each page of a source's list, up to the page limit of the source.

    Args:
        source: The source; without a list nothing is yielded.
        get: Downloads a list page.

    Raises:
        ListUnreadable: A page is not what the content system produces. Whatever `get` raises is passed on.
    """
    if source.system is None:
        return
    for n, rows in enumerate(WALKS[source.system](source, get), 1):
        yield rows
        if n >= source.most_pages:
            return
