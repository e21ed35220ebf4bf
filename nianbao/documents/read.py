"""Reading: bytes of a snapshot in, a Document out. Pure: no file, no network, no clock.

A reader for a further kind of file is one more entry in `READERS`: a function from bytes to a Page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from nianbao.documents.html.boilerplate import remove_boilerplate
from nianbao.documents.html.reader import read_html
from nianbao.documents.metadata import describe, join_title
from nianbao.documents.model import Document, Hints, UnreadableDocument
from nianbao.documents.outline import outline
from nianbao.documents.page import Page, PageInfo
from nianbao.documents.page_labels import read_labels
from nianbao.documents.pdf.reader import read_pdf
from nianbao.documents.tables import row_starts, tables_of
from nianbao.documents.text.duplicate_text import remove_repeated_text
from nianbao.documents.text.lines import join_wraps
from nianbao.documents.text.reader import read_plain
from nianbao.documents.word.docx import read_docx
from nianbao.documents.word.office import read_office

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READERS: dict[str, Callable[[bytes], Page]] = {
    "text/plain": read_plain,
    "text/html": read_html,
    "application/pdf": read_pdf,
    DOCX: read_docx,
    "application/msword": read_office,
    "application/rtf": read_office,
}
_BY_SUFFIX = {
    ".txt": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".shtml": "text/html",
    ".xhtml": "text/html",
    ".pdf": "application/pdf",
    ".docx": DOCX,
    ".doc": "application/msword",
    ".wps": "application/msword",
    ".rtf": "application/rtf",
}
# What the first bytes say is what a file is, whatever a server or a name says.
_BY_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (b"{\\rtf", "application/rtf"),
)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|table|p|span|meta|td)\b", re.IGNORECASE)
_WHOLE_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_SENTENCE_END = re.compile("[。！？；]")
_LEAST_SENTENCES = 3
_LEAST_CHARACTERS = 30
_LEAST_SHARE = 0.3


def read_document(data: bytes, *, media_type: str | None, name: str = "", hints: Hints | None = None) -> Document:
    """The document in `data`.

    `media_type` as a server or a file name tells it (a charset in it is ignored: the bytes decide); None: it is
    told by `name`, else by the bytes. `given` fills what the document does not say; where both say and differ, the
    document's value is taken and the difference stands in `disagreements`.

    Raises UnreadableDocument, and nothing else, for bytes that hold no readable report.
    """
    kind = _media_type(data, media_type, name)
    if kind == "text/plain" and _WHOLE_PAGE.match(data[:2048]):
        kind = "text/html"  # a page that was saved under the name of a text
    reader = READERS.get(kind)
    if reader is None:
        raise UnreadableDocument(f"the file is of the kind {kind}; only {', '.join(sorted(READERS))} can be read")
    page = reader(data)
    cleaned = remove_boilerplate(page.lines)
    lines = join_title(join_wraps(remove_repeated_text(cleaned.lines)))
    _require_report(lines, page.known_container)
    text = "\n".join(lines)
    sections = outline(text, row_starts(lines))
    above = (*page.info.above, *cleaned.above)
    info = _with_labels(page.info, cleaned.above)
    metadata, conflicts = describe(text, lines, sections, above, info, hints or Hints())
    container_guessed = kind == "text/html" and not page.known_container
    return Document(text, sections, metadata, page.encoding, kind, conflicts, tables_of(lines), container_guessed)


def _with_labels(hints: PageInfo, lines: Sequence[str]) -> PageInfo:
    """The hints, and where they say nothing what the labels say that stood inside the report's own element."""
    labels = read_labels(lines)
    return replace(
        hints,
        published=hints.published or labels.posted,
        signed=hints.signed or labels.signed,
        source=hints.source or labels.publisher,
        document_number=hints.document_number or labels.number,
    )


def _media_type(data: bytes, told: str | None, name: str) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")[:8]
    for magic, kind_of_it in _BY_MAGIC:
        if head.startswith(magic):
            return kind_of_it
    if head.startswith(b"PK\x03\x04") and b"word/" in data:
        return DOCX
    kind = (told or "").split(";")[0].strip().lower()
    if kind in ("application/xhtml+xml", "text/htm"):
        return "text/html"
    if kind and kind not in ("application/octet-stream", "application/x-unknown"):
        return kind
    dot = name.rfind(".")
    if dot >= 0 and (by_suffix := _BY_SUFFIX.get(name[dot:].lower())):
        return by_suffix
    return "text/html" if _MARKUP.search(data, 0, 4096) else "text/plain"


def _require_report(lines: list[str], sure: bool) -> None:
    """Raises UnreadableDocument where the lines are no running text: navigation, a challenge page, a list of links."""
    sentences = running = rows = 0
    for line in lines:
        rows += "\t" in line
        ends = len(_SENTENCE_END.findall(line[:100_000]))
        if ends:
            sentences += ends
            running += len(line)
    share = running / max(1, sum(map(len, lines)))
    if sure and (sentences or rows):
        return
    enough = sentences >= _LEAST_SENTENCES or (sentences and (rows >= _LEAST_SENTENCES or share >= _LEAST_SHARE))
    if not enough or running < _LEAST_CHARACTERS:
        raise UnreadableDocument(
            f"the file holds no running text ({sentences} sentences in {len(lines)} lines): navigation or a link list, "
            "no report; save the page of the report itself"
        )
