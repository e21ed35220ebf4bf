"""Crawl one source: find its reports in the list, fetch each, and save the state for the next crawl.

Results are yielded as they arrive. Snapshots that were stored before an interruption stay, and the next crawl resumes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
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
from nianbao.sources.report import (
    Challenged,
    CrawlContext,
    FetchResult,
    ReportRequest,
    fetch_report,
    hints_for,
    store_rejected,
)
from nianbao.sources.snapshot_index import SnapshotIndex
from nianbao.sources.titles import reported_year, wanted_year


def crawl(
    source: Source,
    client: Client,
    index: SnapshotIndex,
    *,
    years: Collection[int] | None = None,
    all_pages: bool = False,
) -> Iterator[FetchResult]:
    """Fetch the reports of a source; yield a result per report.

    What a site does is never raised: the reports that could not be fetched are saved as pending, with the reason.

    Args:
        source: The source to crawl.
        client: The client to ask with.
        index: The snapshots to store in.
        years: The report years to fetch; None fetches all. The walk ends where all that follows is older. Without
            years it ends at the first list page with a last row that a previous walk has passed.
        all_pages: Walk the whole list.

    Raises:
        OSError: A snapshot or the state cannot be stored.
    """
    context = CrawlContext(source, client, index)
    state = load(index.raw, source.id)
    walked = _Walk(years, all_pages)
    pending = {report.row.url: report for report in state.pending}
    failure: FetchResult | None = None
    try:
        for request in _report_requests(context, state, walked):
            result = _fetch_or_stop(context, request)
            url = request.row.url
            pending.pop(url, None)
            if result.outcome in ("failed", "stopped"):
                hints = {"year": str(request.year), **hints_for(source, request)}
                pending[url] = PendingReport(request.row, result.note, result.path is not None, hints)
            yield result
            if result.outcome == "stopped" and urlsplit(url).hostname == source.host:
                failure = result
                break
    except Challenged as error:
        failure = error.result
        yield failure
    except HostStopped as error:
        failure = FetchResult(source, "stopped", source.list_url or source.reports[0].url, note=str(error))
        yield failure
    except FetchError as error:
        note, transient = f"the list cannot be read: {error}", isinstance(error, Unavailable)
        failure = FetchResult(source, "failed", source.list_url or "", note=note, transient=transient)
        yield failure
    if failure is None and source.list_url and not walked.urls:
        note = "the list has no links to articles; it is empty, filled by a script, or was moved: check list_url"
        failure = FetchResult(source, "failed", source.list_url, note=note)
        yield failure
    if failure is not None:
        new_state = CrawlState(state.known_urls, tuple(pending.values()), failure.url, failure.note)
    else:
        passed = tuple(walked.urls) if years is None else ()
        new_state = CrawlState((*passed, *state.known_urls), tuple(pending.values()))
    save(index.raw, source.id, new_state)


@dataclass(frozen=True, slots=True)
class _Walk:
    """How far to walk a list, and the URLs of the rows passed so far."""

    years: Collection[int] | None
    all_pages: bool
    urls: list[str] = field(default_factory=list)


def _fetch_or_stop(context: CrawlContext, request: ReportRequest) -> FetchResult:
    """Fetch one report; turn a stopped host into a result, because the list may be on another host."""
    try:
        return fetch_report(context, request)
    except Challenged as error:
        return error.result
    except HostStopped as error:
        row = request.row
        return FetchResult(context.source, "stopped", row.url, row.title, request.year, str(error))


def _report_requests(context: CrawlContext, state: CrawlState, walked: _Walk) -> Iterator[ReportRequest]:
    """Yield the reports to fetch, each URL once: configured ones, pending ones, then those of the list."""
    source = context.source
    requested: set[str] = set()

    def request(row: Row, year: int | None, found_by: str) -> Iterator[ReportRequest]:
        if year is None or row.url in requested or not _is_wanted(year, source, walked.years):
            return
        requested.add(row.url)
        year_stated = not row.title or reported_year(row.title, source.family) is not None
        yield ReportRequest(row, year, found_by, year_stated)

    for known in source.reports:
        yield from request(Row("", known.url, None), known.year, f"config/sources: {source.id}")
    found_by = f"{source.system} {source.list_url}"
    for report in state.pending:
        yield from request(report.row, wanted_year(report.row.title, source, report.row.day), found_by)
    order = DateOrder(min(walked.years, default=0)) if walked.years is not None else None
    for rows in walk(source, _list_reader(context)):
        walked.urls.extend(row.url for row in rows)
        for row in rows:
            yield from request(row, wanted_year(row.title, source, row.day), found_by)
        if walked.all_pages:
            continue
        if order is not None and order.ends_with(rows):
            return
        if order is None and rows and rows[-1].url in state.known_urls:
            return


def _is_wanted(year: int, source: Source, years: Collection[int] | None) -> bool:
    if year < source.first_year or (source.last_year is not None and year > source.last_year):
        return False
    return years is None or year in years


def _list_reader(context: CrawlContext) -> Callable[[str], ListPage]:
    """Return the function that a walk calls for list pages; it raises an error if a response is not a list."""

    def get(url: str) -> ListPage:
        response = context.client.get(url)
        media_type = media_type_of(response.data, response.headers.get("content-type", ""), response.final_url)
        exclusion = check_response(response.status, response.data, media_type)
        if exclusion is not None:
            if exclusion.check == MISSING:
                raise (Gone if response.status in (404, 410) else FetchError)(f"{url}: {exclusion.reason}")
            raise store_rejected(context, response, media_type, exclusion)
        try:
            decoded = decode(response.data)
            return ListPage(response.final_url, decoded.text, decoded.encoding)
        except UnreadableDocument as error:
            raise ListUnreadable(f"{url}: {error}") from error

    return get
