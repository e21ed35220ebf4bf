"""Read a document: the bytes of a file in, a `Document` out. Pure: no file, no network, no clock.

To support another kind of file, add a function from bytes to `Page` to `READERS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from nianbao.documents.html.boilerplate import remove_boilerplate
from nianbao.documents.html.reader import read_html
from nianbao.documents.media_types import (
    DOC,
    DOCX,
    HTML,
    IMAGE_SIGNATURES,
    IMAGES,
    OLE_SIGNATURE,
    PDF,
    PDF_SIGNATURE,
    READABLE_EXTENSIONS,
    RTF,
    RTF_SIGNATURE,
    TEXT,
    UNKNOWN,
    XHTML,
    ZIP_SIGNATURE,
)
from nianbao.documents.metadata import describe, join_title
from nianbao.documents.model import Document, Hints, UnreadableDocument
from nianbao.documents.ocr.image import read_image
from nianbao.documents.ocr.recognize import confidences_of
from nianbao.documents.outline import outline
from nianbao.documents.page import Page, PageInfo
from nianbao.documents.page_labels import read_labels
from nianbao.documents.pdf.reader import read_pdf
from nianbao.documents.tables import row_offsets, tables_of
from nianbao.documents.text.duplicate_text import remove_repeated_text
from nianbao.documents.text.lines import join_broken_numbers, join_wraps, unwrap_columns
from nianbao.documents.text.reader import read_plain
from nianbao.documents.word.docx import read_docx
from nianbao.documents.word.office import read_office

READERS: dict[str, Callable[[bytes], Page]] = {
    TEXT: read_plain,
    HTML: read_html,
    PDF: read_pdf,
    DOCX: read_docx,
    DOC: read_office,
    RTF: read_office,
    **dict.fromkeys(IMAGES, read_image),
}
_EXTENSIONS = {**READABLE_EXTENSIONS, ".rtf": RTF}
# The first bytes decide, whatever a server or a file name says.
_SIGNATURES = ((PDF_SIGNATURE, PDF), (OLE_SIGNATURE, DOC), (RTF_SIGNATURE, RTF), *IMAGE_SIGNATURES)
_UNSPECIFIC_TYPES = ("", UNKNOWN, "application/x-unknown")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|table|p|span|meta|td)\b", re.IGNORECASE)
_WHOLE_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
# Formats whose lines somebody typed, perhaps at a fixed width; text files are unwrapped before boilerplate is removed.
_TYPED_LINES = frozenset((HTML, DOCX))
_SENTENCE_END = re.compile("[。！？；]")
# Running text has this many sentences, or one sentence and as many table rows or this share of prose.
_MIN_SENTENCES = 3
_MIN_PROSE_CHARACTERS = 30
_MIN_PROSE_SHARE = 0.3
_MAX_LINE_CHECKED = 100_000


def read_document(data: bytes, *, media_type: str | None, name: str = "", hints: Hints | None = None) -> Document:
    """Read a report.

    Args:
        data: The bytes of the file.
        media_type: The media type that a server or a file name states. A charset in it is ignored: the bytes decide.
            None infers it from `name`, else from the bytes.
        name: The file name, to infer the media type from.
        hints: Values for what the document does not say. Where it contradicts a hint, the document's value is used and
            `Document.hint_conflicts` records it.

    Raises:
        UnreadableDocument: The bytes hold no readable report. No other error is raised.
    """
    actual_type = _media_type(data, media_type, name)
    if actual_type == TEXT and _WHOLE_PAGE.match(data[:2048]):
        actual_type = HTML  # a page that was saved with a .txt name
    reader = READERS.get(actual_type)
    if reader is None:
        raise UnreadableDocument(f"cannot read files of type {actual_type}; only {', '.join(sorted(READERS))}")
    page = reader(data)
    cleaned = remove_boilerplate(page.lines)
    lines = remove_repeated_text(cleaned.lines)
    if actual_type in _TYPED_LINES:
        lines = join_broken_numbers(unwrap_columns(lines))
    lines = join_title(join_wraps(lines))
    _require_report(lines, page.known_container)
    text = "\n".join(lines)
    sections = outline(text, row_offsets(lines))
    above = (*page.info.above, *cleaned.above)
    info = _add_labels(page.info, cleaned.above)
    metadata, conflicts = describe(text, lines, sections, above, info, hints or Hints())
    return Document(
        text=text,
        sections=sections,
        metadata=metadata,
        encoding=page.encoding,
        media_type=actual_type,
        hint_conflicts=conflicts,
        tables=tables_of(lines),
        container_guessed=actual_type == HTML and not page.known_container,
        n_undecoded=page.n_undecoded,
        n_unread_pages=page.n_unread_pages,
        confidences=confidences_of(text, page.recognized) if page.recognized else (),
    )


def _add_labels(info: PageInfo, lines: Sequence[str]) -> PageInfo:
    """Fill what the page does not say from the labels inside the report's own element."""
    labels = read_labels(lines)
    return replace(
        info,
        published=info.published or labels.posted,
        signed=info.signed or labels.signed,
        source=info.source or labels.publisher,
        document_number=info.document_number or labels.number,
    )


def _media_type(data: bytes, declared: str | None, name: str) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")[:8]
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head.startswith(ZIP_SIGNATURE) and b"word/" in data:
        return DOCX
    media_type = (declared or "").split(";")[0].strip().lower()
    if media_type in (XHTML, "text/htm"):
        return HTML
    if media_type not in _UNSPECIFIC_TYPES:
        return media_type
    dot = name.rfind(".")
    if dot >= 0 and (by_name := _EXTENSIONS.get(name[dot:].lower())):
        return by_name
    return HTML if _MARKUP.search(data, 0, 4096) else TEXT


def _require_report(lines: list[str], known_container: bool) -> None:
    """Raise UnreadableDocument if the lines are not running text: navigation, a challenge page, a list of links."""
    n_sentences = n_prose = n_rows = 0
    for line in lines:
        n_rows += "\t" in line
        found = len(_SENTENCE_END.findall(line[:_MAX_LINE_CHECKED]))
        if found:
            n_sentences += found
            n_prose += len(line)
    if known_container and (n_sentences or n_rows):
        return
    share = n_prose / max(1, sum(map(len, lines)))
    enough = n_sentences >= _MIN_SENTENCES or (n_sentences and (n_rows >= _MIN_SENTENCES or share >= _MIN_PROSE_SHARE))
    if not enough or n_prose < _MIN_PROSE_CHARACTERS:
        raise UnreadableDocument(
            f"the file holds no running text ({n_sentences} sentences in {len(lines)} lines): it is navigation or a "
            "list of links; save the page of the report itself"
        )
