"""The way of a source: find the reports in its list, fetch each, and remember how far it came.

Yields what became of each, as it happens; what was kept before an interruption stays, and the next run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from urllib.parse import urlsplit

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.text.decode import decode
from nianbao.sources.acceptance import MISSING, check_response
from nianbao.sources.client import Client
from nianbao.sources.crawl_state import CrawlState, PendingReport, load, save
from nianbao.sources.discovery import walk
from nianbao.sources.discovery.date_order import DateOrder
from nianbao.sources.discovery.rows import ListPage, Row
from nianbao.sources.errors import FetchError, Gone, HostStopped, ListUnreadable, Unavailable
from nianbao.sources.media_types import media_type_of
from nianbao.sources.registry import Source
from nianbao.sources.report import Challenged, FetchResult, ReportRequest, fetch_report, hints_with, rejected_result
from nianbao.sources.snapshot_index import SnapshotIndex
from nianbao.sources.titles import reported_year, wanted_year


def crawl(
    source: Source,
    client: Client,
    shelf: SnapshotIndex,
    *,
    years: Collection[int] | None = None,
    all_pages: bool = False,
) -> Iterator[FetchResult]:
    """Fetch the reports of a source. `years` None: all that it has; `all_pages`: walk the whole list, seen or not.

    A newest run ends with the first list page whose last row was seen before, one for `years` where all that follows is
    older. Nothing is raised for what a site does; what could not be had is remembered with its reason.
    """
    before = load(shelf.raw, source.id)
    owed: dict[str, PendingReport] = {one.row.url: one for one in before.owed}
    seen: list[str] = []
    ended: FetchResult | None = None
    try:
        for errand in _errands(source, client, shelf, before, years, all_pages, seen):
            told = _fetch_or_tell(source, client, shelf, errand)
            owed.pop(errand.row.url, None)
            if told.outcome in ("failed", "stopped"):
                given = {"year": str(errand.year), **hints_with(source, errand)}
                owed[errand.row.url] = PendingReport(errand.row, told.note, told.path is not None, given)
            yield told
            if told.outcome == "stopped" and urlsplit(errand.row.url).hostname == source.host:
                ended = told
                break
    except Challenged as error:
        ended = error.told
        yield ended
    except HostStopped as error:
        ended = FetchResult(source, "stopped", source.list_url or source.reports[0].url, note=str(error))
        yield ended
    except FetchError as error:
        ended = FetchResult(
            source,
            "failed",
            source.list_url or "",
            note=f"the list cannot be walked: {error}",
            passing=isinstance(error, Unavailable),
        )
        yield ended
    if ended is not None:
        save(shelf.raw, source.id, CrawlState(before.seen, tuple(owed.values()), ended.url, ended.note))
    else:
        newly = tuple(seen) if years is None else ()
        save(shelf.raw, source.id, CrawlState((*newly, *before.seen), tuple(owed.values())))


def _fetch_or_tell(source: Source, client: Client, shelf: SnapshotIndex, errand: ReportRequest) -> FetchResult:
    """One report; a host that stops is told like everything else, because the list may be on another."""
    try:
        return fetch_report(source, client, shelf, errand)
    except Challenged as error:
        return error.told
    except HostStopped as error:
        return FetchResult(source, "stopped", errand.row.url, errand.row.title, errand.year, str(error))


def _errands(
    source: Source,
    client: Client,
    shelf: SnapshotIndex,
    before: CrawlState,
    years: Collection[int] | None,
    all_pages: bool,
    seen: list[str],
) -> Iterator[ReportRequest]:
    """The reports that are wanted, each address once: those a person named, those owed, those of the list."""
    given: set[str] = set()

    def wanted(row: Row, year: int | None, found_by: str) -> Iterator[ReportRequest]:
        if year is None or row.url in given or not _in_years(year, source, years):
            return
        given.add(row.url)
        told = not row.title or reported_year(row.title, source.family) is not None
        yield ReportRequest(row, year, found_by, told)

    for known in source.reports:
        yield from wanted(Row("", known.url, None), known.year, f"config/sources: {source.id}")
    for one in before.owed:
        yield from wanted(
            one.row, wanted_year(one.row.title, source, one.row.day), f"{source.system} {source.list_url}"
        )
    follows = DateOrder(min(years, default=0)) if years is not None else None
    for rows in walk(source, _lists(source, client, shelf)):
        seen += [row.url for row in rows]
        for row in rows:
            yield from wanted(row, wanted_year(row.title, source, row.day), f"{source.system} {source.list_url}")
        if all_pages:
            continue
        if follows is not None and follows.ends_with(rows):
            return
        if follows is None and rows and rows[-1].url in before.seen:
            return


def _in_years(year: int, source: Source, years: Collection[int] | None) -> bool:
    if year < source.first_year or (source.last_year is not None and year > source.last_year):
        return False
    return years is None or year in years


def _lists(source: Source, client: Client, shelf: SnapshotIndex) -> Callable[[str], ListPage]:
    """How a walk asks for list pages: text, or an error that says what came instead."""

    def get(url: str) -> ListPage:
        answer = client.get(url)
        media_type = media_type_of(answer.data, answer.headers.get("content-type", ""), answer.final_url)
        mark = check_response(answer.status, answer.data, media_type)
        if mark is not None:
            if mark.check == MISSING:
                raise (Gone if answer.status in (404, 410) else FetchError)(f"{url}: {mark.reason}")
            raise rejected_result(source, client, shelf, answer, media_type, mark)
        try:
            return ListPage(answer.final_url, decode(answer.data).text)
        except UnreadableDocument as error:
            raise ListUnreadable(f"{url}: {error}") from error

    return get
