"""Fetch one report: download its page and attachments, check them, and store them.

The document with the longest text is the report. It is stored last, so that a stored report is complete; the other
files are stored with an exclusion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from nianbao.documents.media_types import HTML
from nianbao.documents.model import Document, Family, UnreadableDocument
from nianbao.documents.text.decode import decode
from nianbao.snapshots.store import ATTACHMENT, Exclusion, SnapshotPath
from nianbao.sources.acceptance import CHALLENGE, MISSING, check_document, check_response, exclude_unreadable
from nianbao.sources.client import Client, Response
from nianbao.sources.discovery.rows import Row, absolute
from nianbao.sources.errors import FetchError, HostStopped, Unavailable
from nianbao.sources.media_types import is_file, media_type_of
from nianbao.sources.registry import Source
from nianbao.sources.snapshot_index import FetchedFile, SnapshotIndex, read, sidecar_of

MAX_ATTACHMENTS = 10
# An attachment is the report only if its text is longer than the page's by this factor.
CLEARLY_LONGER = 1.05
_MENU_TAGS = ("nav", "header", "footer")
_MENU_CLASS = re.compile(r"(?:^|[-_ ])(?:nav|menu|header|footer|foot|sidebar|crumbs?)(?:$|[-_ ])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The result of asking for one page.

    Attributes:
        source: The source that it belongs to.
        outcome: `new`, `changed` (a new version), `known` (same text as before), `withheld` (stored with an exclusion,
            no report), `failed`, or `stopped` (its host gets no more requests in this run).
        url: The address of the page.
        title: The title in the list; empty if there is none.
        year: The report year that was expected.
        note: What went wrong; empty if nothing did.
        path: The path of the snapshot below the raw folder, if one was stored.
        transient: It failed in a way that may pass, so that asking again may help.
    """

    source: Source
    outcome: str
    url: str
    title: str = ""
    year: int | None = None
    note: str = ""
    path: str | None = None
    transient: bool = False


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report to fetch.

    Attributes:
        row: The row of the list that links to it.
        year: The report year that is expected.
        found_by: How it was found, for its sidecar.
        year_stated: The title or a person states the year; otherwise it follows from the day of posting.
    """

    row: Row
    year: int
    found_by: str
    year_stated: bool

    def accepted_years(self, family: Family) -> tuple[int, ...]:
        """Return the years that the report may review, likeliest first; empty if the year is not stated.

        Most sites name a work report after the year of its delivery, some after the year that it reviews.
        """
        if not self.year_stated:
            return ()
        return (self.year, self.year + 1) if family.profile.spoken and self.row.title else (self.year,)


@dataclass(frozen=True, slots=True)
class CrawlContext:
    """What every request of a crawl needs: the source, the client to ask with, and the snapshots to store in."""

    source: Source
    client: Client
    index: SnapshotIndex


class Challenged(Exception):
    """The site demands a browser, so its host is stopped; `result` reports it."""

    def __init__(self, result: FetchResult) -> None:
        """Take the message from the result."""
        super().__init__(result.note)
        self.result = result


class NotAReport(FetchError):
    """The response is not a report but, for example, a login page; it is stored at `path` with an exclusion."""

    def __init__(self, message: str, path: str | None = None) -> None:
        """Keep the path of the snapshot with the message."""
        super().__init__(message)
        self.path = path


def store_rejected(
    context: CrawlContext,
    response: Response,
    media_type: str,
    exclusion: Exclusion,
    request: ReportRequest | None = None,
) -> Challenged | NotAReport:
    """Store a response with its exclusion and return the error to raise. A challenge stops the host."""
    source = context.source
    found_by = request.found_by if request else f"list of {source.id}"
    sidecar = sidecar_of(response, media_type, found_by, hints_for(source, request))
    file = FetchedFile(response.data, sidecar, UnreadableDocument(exclusion.reason))
    stored = context.index.keep(file, SnapshotPath(), exclusion)
    if exclusion.check != CHALLENGE:
        return NotAReport(f"{response.url}: {exclusion.reason}", stored.snapshot.path)
    context.client.stop(response.final_url, exclusion.reason)
    title, year = (request.row.title, request.year) if request else ("", None)
    note = f"{urlsplit(response.final_url).hostname}: stopped for this run: {exclusion.reason}"
    return Challenged(FetchResult(source, "stopped", response.url, title, year, note, stored.snapshot.path))


def hints_for(source: Source, request: ReportRequest | None) -> dict[str, str]:
    """Return the hints for a sidecar: family, jurisdiction and body of the source, year and title of the request."""
    hints = {"family": source.family.value, "jurisdiction": source.jurisdiction.code}
    if source.body.slug:
        hints["body"] = source.body.name
    if request is not None:
        if len(request.accepted_years(source.family)) == 1:
            hints["year"] = str(request.year)
        if request.row.title:
            hints["title"] = request.row.title
    return hints


def fetch_report(context: CrawlContext, request: ReportRequest) -> FetchResult:
    """Fetch one report with its attachments and store it.

    Raises:
        Challenged: The site demands a browser.
        HostStopped: The host of the page gets no more requests in this run.
        OSError: A snapshot cannot be stored.
    """
    try:
        page = _fetch_file(context, request, request.row.url)
    except HostStopped:
        raise
    except NotAReport as error:
        return _result(context, request, "withheld", str(error), error.path)
    except FetchError as error:
        result = _result(context, request, "failed", str(error))
        return replace(result, transient=isinstance(error, Unavailable))
    files = [page]
    errors: list[FetchError] = []
    for url in _attachment_urls(page):
        try:
            files.append(_fetch_file(context, request, url, attached_to=request.row.url))
        except FetchError as error:
            errors.append(error)
    result = _store_report(context, request, files, len(errors))
    if errors and result.outcome != "withheld":
        note = "; ".join((*map(str, errors), result.note)).removesuffix("; ")
        transient = any(isinstance(error, Unavailable) for error in errors)
        return replace(result, outcome="failed", note=note, transient=transient)
    return result


def _result(
    context: CrawlContext, request: ReportRequest, outcome: str, note: str = "", path: str | None = None
) -> FetchResult:
    return FetchResult(context.source, outcome, request.row.url, request.row.title, request.year, note, path)


def _fetch_file(context: CrawlContext, request: ReportRequest, url: str, attached_to: str | None = None) -> FetchedFile:
    """Download and read one file.

    Raises:
        FetchError: The page does not exist, or is not a report.
        Challenged: The site demands a browser.
    """
    response = context.client.get(url, is_file=attached_to is not None or is_file(url))
    media_type = media_type_of(response.data, response.headers.get("content-type", ""), response.final_url)
    if exclusion := check_response(response.status, response.data, media_type):
        if exclusion.check == MISSING:
            raise FetchError(f"{url}: {exclusion.reason}")
        raise store_rejected(context, response, media_type, exclusion, request)
    source = context.source
    sidecar = sidecar_of(response, media_type, request.found_by, hints_for(source, request), attached_to)
    without_hints = read(response.data, replace(sidecar, hints={}))
    confirmed = isinstance(without_hints, Document) and without_hints.metadata.family is source.family
    return FetchedFile(response.data, sidecar, read(response.data, sidecar), confirmed)


def _attachment_urls(page: FetchedFile) -> list[str]:
    """Return the files that a page links to outside its menus, in page order; empty if the page itself is a file."""
    if page.snapshot.media_type != HTML:
        return []
    try:
        decoded = decode(page.data)
    except UnreadableDocument:
        return []
    soup = BeautifulSoup(decoded.text, "lxml")
    base = page.snapshot.received.final_url if page.snapshot.received else page.snapshot.url
    urls: dict[str, None] = {}
    for link in soup.find_all("a", href=True):
        if any(map(_is_menu, link.parents)):
            continue
        url = absolute(base, str(link["href"]), decoded.encoding)
        if url is not None and is_file(url, link.get_text()):
            urls.setdefault(url)
    return list(urls)[:MAX_ATTACHMENTS]


def _is_menu(element: Tag) -> bool:
    classes = f"{element.get('id') or ''} {' '.join(element.get('class') or [])}"
    return element.name in _MENU_TAGS or _MENU_CLASS.search(classes) is not None


def _store_report(
    context: CrawlContext, request: ReportRequest, files: list[FetchedFile], n_missed: int
) -> FetchResult:
    """Store the files of one report, the report itself last, unless it is known or fails a check."""
    index = context.index
    report = _choose_report(files)
    document = report.document
    before = None
    if isinstance(document, UnreadableDocument):
        path = SnapshotPath()
        if report is files[0] and report.snapshot.media_type == HTML:
            exclusion = exclude_unreadable(document, n_missed)
            stored = index.keep(report, path, exclusion)
            return _result(context, request, "withheld", exclusion.reason, stored.snapshot.path)
    else:
        path, before = SnapshotPath.of_document(document), index.latest_report(request.row.url)
        if before is not None and before[1].text == document.text:
            return _result(context, request, "known", path=before[0].path)
        previous_length = len(before[1].text) if before is not None else None
        if excluded := check_document(document, request.accepted_years(context.source.family), previous_length):
            stored = index.keep(report, SnapshotPath(), excluded)
            return _result(context, request, "withheld", excluded.reason, stored.snapshot.path)
    for file in files:
        if file is not report:
            index.keep(file, path, Exclusion(ATTACHMENT, f"the report is {report.snapshot.url}"))
    stored = index.keep(report, path, again=before is not None)
    written = stored.outcome in ("new", "moved", "again")
    outcome = ("changed" if before else "new") if written else "known"
    note = f"stored, but unreadable: {document}" if isinstance(document, UnreadableDocument) else ""
    return _result(context, request, outcome, note, stored.snapshot.path)


def _choose_report(files: list[FetchedFile]) -> FetchedFile:
    """Return the file with the longest text, preferring those that name the family; else the largest attachment."""

    def rank(file: FetchedFile) -> tuple[bool, float]:
        if not isinstance(file.document, Document):
            return False, 0.0
        bonus = CLEARLY_LONGER if file is files[0] else 1.0
        return file.family_confirmed, bonus * len(file.document.text)

    best = max(files, key=rank)
    if isinstance(best.document, Document) or len(files) == 1:
        return best
    return max(files[1:], key=lambda file: len(file.data))
