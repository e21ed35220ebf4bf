"""One report: its page fetched with its attachments, judged, and kept; the longest true text of them is the report.

The report is kept last, so that what is there is complete; whatever else came lies beside it, marked so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from nianbao.documents.model import Document, Family, UnreadableDocument
from nianbao.documents.text.decode import decode
from nianbao.snapshots.store import ATTACHMENT, Exclusion, SnapshotPath
from nianbao.sources.acceptance import CHALLENGE, MISSING, check_document, check_response, exclude_unreadable
from nianbao.sources.client import Client, Response
from nianbao.sources.discovery.rows import Row, absolute
from nianbao.sources.errors import FetchError, HostStopped, Unavailable
from nianbao.sources.media_types import HTML, is_file, media_type_of
from nianbao.sources.registry import Source
from nianbao.sources.snapshot_index import FetchedFile, SnapshotIndex, read, sidecar_of

MAX_ATTACHMENTS = 10
# An attachment is the report where its text is longer than the page's by more than this.
CLEARLY_LONGER = 1.05
_CHROME = re.compile(r"(?:^|[-_ ])(?:nav|menu|header|footer|foot|sidebar|crumbs?)(?:$|[-_ ])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What became of one page. `outcome`: `new`, `changed` (a new version), `known` (it says what it said), `withheld`
    (kept, marked, no report), `failed`, or `stopped` (the host is not asked again); `path` where it was kept;
    `passing`: it failed in a way that may pass."""

    source: Source
    outcome: str
    url: str
    title: str = ""
    year: int | None = None
    note: str = ""
    path: str | None = None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report to fetch: its row, the year that it should be of, how it was found, and whether anyone says that year
    (`told`) or it only follows from the day of posting."""

    row: Row
    year: int
    found_by: str
    told: bool

    def years(self, family: Family) -> tuple[int, ...]:
        """The years that the report may review; none where nobody says one.

        Work reports are named after the year in which they are given, by some sites after the one that they review.
        """
        if not self.told:
            return ()
        return (self.year, self.year + 1) if family.profile.spoken and self.row.title else (self.year,)


class Challenged(Exception):
    """A page that asks for a browser; its host is stopped, and `told` says so."""

    def __init__(self, told: FetchResult) -> None:
        super().__init__(told.note)
        self.told = told


class NotAReport(FetchError):
    """A page that came and is none (a login); it was kept at `path`, marked."""

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path


def rejected_result(
    source: Source,
    client: Client,
    shelf: SnapshotIndex,
    answer: Response,
    media_type: str,
    mark: Exclusion,
    errand: ReportRequest | None = None,
) -> Exception:
    """Keep and mark what came instead of a page; the error to raise. A challenge stops the host."""
    note = sidecar_of(
        answer, media_type, errand.found_by if errand else f"list of {source.id}", hints_with(source, errand)
    )
    kept = shelf.keep(FetchedFile(answer.data, note, UnreadableDocument(mark.reason)), SnapshotPath(), mark)
    if mark.check != CHALLENGE:
        return NotAReport(f"{answer.url}: {mark.reason}", kept.snapshot.path)
    client.stop(answer.final_url, mark.reason)
    title, year = (errand.row.title, errand.year) if errand else ("", None)
    why = f"{urlsplit(answer.final_url).hostname}: stopped for this run: {mark.reason}"
    return Challenged(FetchResult(source, "stopped", answer.url, title, year, why, kept.snapshot.path))


def hints_with(source: Source, errand: ReportRequest | None) -> dict[str, str]:
    """What the note of a snapshot says of it: the source's family and jurisdiction, the errand's year and title."""
    given = {"family": source.family.value, "jurisdiction": source.jurisdiction.code}
    if errand is not None:
        if len(errand.years(source.family)) == 1:
            given["year"] = str(errand.year)
        if errand.row.title:
            given["title"] = errand.row.title
    return given


def fetch_report(source: Source, client: Client, shelf: SnapshotIndex, errand: ReportRequest) -> FetchResult:
    """Fetch one report and keep it; what became of it.

    Raises Challenged where the site keeps programs out, HostStopped where the page's host is not to be asked.
    """

    def told(outcome: str, note: str = "", path: str | None = None) -> FetchResult:
        return FetchResult(source, outcome, errand.row.url, errand.row.title, errand.year, note, path)

    try:
        page = _ask(source, client, shelf, errand, errand.row.url)
    except HostStopped:
        raise
    except NotAReport as error:
        return told("withheld", str(error), error.path)
    except FetchError as error:
        return replace(told("failed", str(error)), passing=isinstance(error, Unavailable))
    pieces, missed, passing = [page], [], False
    for url in _attachments(page):
        try:
            pieces.append(_ask(source, client, shelf, errand, url, attached_to=errand.row.url))
        except FetchError as error:
            missed.append(str(error))
            passing |= isinstance(error, Unavailable)
    outcome = _keep(source, shelf, errand, pieces, missed, told)
    if missed and outcome.outcome != "withheld":
        note = "; ".join((*missed, outcome.note)).removesuffix("; ")
        return replace(told("failed", note, outcome.path), passing=passing)
    return outcome


def _ask(
    source: Source,
    client: Client,
    shelf: SnapshotIndex,
    errand: ReportRequest,
    url: str,
    attached_to: str | None = None,
) -> FetchedFile:
    """One answer, read. Raises FetchError where it is none, Challenged where the site keeps programs out."""
    answer = client.get(url, is_file=attached_to is not None or is_file(url))
    media_type = media_type_of(answer.data, answer.headers.get("content-type", ""), answer.final_url)
    if mark := check_response(answer.status, answer.data, media_type):
        if mark.check == MISSING:
            raise FetchError(f"{url}: {mark.reason}")
        raise rejected_result(source, client, shelf, answer, media_type, mark, errand)
    note = sidecar_of(answer, media_type, errand.found_by, hints_with(source, errand), attached_to)
    alone = read(answer.data, replace(note, given={}))
    says_so = isinstance(alone, Document) and alone.metadata.family is source.family
    return FetchedFile(answer.data, note, read(answer.data, note), says_so)


def _attachments(page: FetchedFile) -> list[str]:
    """The files that a page links to in its order, without those of its menus; none where it is a file itself."""
    if page.snapshot.media_type != HTML:
        return []
    try:
        soup = BeautifulSoup(decode(page.data).text, "lxml")
    except UnreadableDocument:
        return []
    base = page.snapshot.received.final_url if page.snapshot.received else page.snapshot.url
    found: dict[str, None] = {}
    for link in soup.find_all("a", href=True):
        names = [f"{around.get('id') or ''} {' '.join(around.get('class') or [])}" for around in link.parents]
        if any(around.name in ("nav", "header", "footer") for around in link.parents) or any(
            map(_CHROME.search, names)
        ):
            continue
        url = absolute(base, str(link["href"]))
        if url is not None and is_file(url, link.get_text()):
            found.setdefault(url)
    return list(found)[:MAX_ATTACHMENTS]


def _keep(
    source: Source,
    shelf: SnapshotIndex,
    errand: ReportRequest,
    pieces: list[FetchedFile],
    missed: list[str],
    told: Callable[..., FetchResult],
) -> FetchResult:
    """Keep the pieces of one report: the report itself last, so that what is there is complete."""
    report = _report_of(pieces)
    document = report.document
    if isinstance(document, UnreadableDocument):
        if report is pieces[0] and report.snapshot.media_type == HTML:
            mark = exclude_unreadable(document, len(missed))
            return told("withheld", mark.reason, shelf.keep(report, SnapshotPath(), mark).snapshot.path)
        place, before = SnapshotPath(), None
    else:
        place, before = _place(document), shelf.report_before(errand.row.url)
        if before is not None and before[1].text == document.text:
            return told("known", path=before[0].path)
        length = len(before[1].text) if before is not None else None
        if mark_found := check_document(document, errand.years(source.family), length):
            kept = shelf.keep(report, SnapshotPath(), mark_found)
            return told("withheld", mark_found.reason, kept.snapshot.path)
    for piece in pieces:
        if piece is not report:
            shelf.keep(piece, place, Exclusion(ATTACHMENT, f"the report is {report.snapshot.url}"))
    kept = shelf.keep(report, place, again=before is not None)
    fresh = kept.outcome in ("new", "moved", "again")
    outcome = ("changed" if before else "new") if fresh else "known"
    note = f"kept, cannot be read: {document}" if isinstance(document, UnreadableDocument) else ""
    return told(outcome, note, kept.snapshot.path)


def _report_of(pieces: list[FetchedFile]) -> FetchedFile:
    """The piece with the longest text that says itself which series it is of; unreadable all: the largest file."""

    def rank(piece: FetchedFile) -> tuple[bool, float]:
        if not isinstance(piece.document, Document):
            return False, 0.0
        bonus = CLEARLY_LONGER if piece is pieces[0] else 1.0
        return piece.says_family, bonus * len(piece.document.text)

    best = max(pieces, key=rank)
    if isinstance(best.document, Document) or len(pieces) == 1:
        return best
    return max(pieces[1:], key=lambda piece: len(piece.data))


def _place(document: Document) -> SnapshotPath:
    about = document.metadata
    unit = about.jurisdiction
    return SnapshotPath(
        about.family.value if about.family else None,
        unit.code if unit else None,
        unit.name if unit else None,
        about.report_year,
    )
