"""Read an image file of one page, or several, with the optional reader for scans."""

from __future__ import annotations

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.ocr.recognize import INSTALL, is_available, recognize
from nianbao.documents.page import Page
from nianbao.documents.pdf.page_layout import read_pages

MAX_BYTES = 50_000_000


def read_image(data: bytes) -> Page:
    """Return the lines of an image in reading order.

    Raises:
        UnreadableDocument: The extra `ocr` is not installed, or the image cannot be read reliably.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(f"the image is larger than {MAX_BYTES / 1e6:.0f} MB; save it at 200 dpi")
    if not is_available():
        raise UnreadableDocument(f"the file is an image of a page; {INSTALL}, or ingest the text of the report")
    pages = recognize(data)
    if not any(page.confidences for page in pages):
        raise UnreadableDocument("the image holds no text")
    recognized = tuple(character for page in pages for character in page.characters())
    return Page(read_pages([page.page for page in pages]), "utf-8", recognized=recognized)
