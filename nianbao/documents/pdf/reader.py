"""Read a PDF file with a text layer: a separate process extracts the glyphs, which become lines and tables here.

The process has limits on time and memory, so that a malicious file harms nothing else.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.ocr.recognize import INSTALL, is_available, recognize
from nianbao.documents.page import Page, PageInfo
from nianbao.documents.pdf import glyphs
from nianbao.documents.pdf.page_layout import Glyph, PrintedPage, ink, read_pages
from nianbao.io.limited import MAX_MEMORY, MAX_SECONDS

MAX_BYTES = 100_000_000
MAX_PAGES = 800
MAX_WALL_SECONDS = 600.0  # for a machine that is busy; the limit on processor time decides
_MIN_PAGE_CHARACTERS = 20  # on average; a PDF with images and fewer characters is a scan
_TOO_LONG = f"reading the PDF takes over {MAX_SECONDS} s; print it to a new PDF and ingest that"
_REASONS = {
    "locked": "the PDF is protected by a password; open it and print it to a new PDF",
    "memory": f"reading the PDF takes over {MAX_MEMORY / 1e9:.0f} GB of memory; print it to a new PDF",
    "pages": f"the PDF has more than {MAX_PAGES} pages; save the pages of the report as a file of their own",
    "glyphs": f"the PDF has more than {glyphs.MAX_GLYPHS} characters or {glyphs.MAX_PAGE_GLYPHS} on a page, or is a "
    "drawing; save the pages of the report as a file of their own",
}


def read_pdf(data: bytes) -> Page:
    """Return the lines of a PDF in reading order.

    Raises:
        UnreadableDocument: The file is a scan, protected, broken or too large.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(f"the PDF is larger than {MAX_BYTES / 1e6:.0f} MB; save it at a smaller size")
    result = _extract_glyphs(data)
    if error := result.get("error"):
        broken = f"the PDF is broken ({result.get('detail')}); fetch it again, or print it to a new PDF"
        raise UnreadableDocument(_REASONS.get(error, broken))
    pages = [_printed(page) for page in result["pages"]]
    images = [number for number, page in enumerate(result["pages"]) if page["images"] and _is_empty(pages[number])]
    recognized: tuple[tuple[str, float], ...] = ()
    if images and is_available():
        pages, recognized = _recognize_images(data, pages, images)
        images = []
    # Text in another direction than that of its page follows it as a page of its own.
    pages = [
        part
        for page, about in zip(pages, result["pages"], strict=True)
        for part in (page, *map(_printed, about["apart"]))
    ]
    characters = list(ink(pages))
    if images and len(characters) < _MIN_PAGE_CHARACTERS * max(1, len(pages)):
        raise UnreadableDocument(
            f"the PDF is a scan ({len(pages)} pages of images, {len(characters)} characters) without a text "
            f"layer; {INSTALL}, or run it through an OCR program and ingest the result"
        )
    if not characters:
        raise UnreadableDocument("the PDF holds no text; if its characters are images, run it through an OCR program")
    if characters.count("\ufffd") > 0.1 * len(characters):
        raise UnreadableDocument(
            "the PDF does not map its glyphs to characters (a font without Unicode); run it through an OCR program, or "
            "print it again from the original file"
        )
    info = PageInfo(title=_title(result["title"]))
    return Page(read_pages(pages), "utf-8", info, n_unread_pages=len(images), recognized=recognized)


def _printed(page: Mapping[str, Any]) -> PrintedPage:
    return PrintedPage(page["width"], page["height"], [Glyph(*glyph) for glyph in page["glyphs"]], page["strokes"])


def _is_empty(page: PrintedPage) -> bool:
    return sum(not glyph.text.isspace() for glyph in page.glyphs) < _MIN_PAGE_CHARACTERS


def _recognize_images(
    data: bytes, pages: Sequence[PrintedPage], images: Sequence[int]
) -> tuple[list[PrintedPage], tuple[tuple[str, float], ...]]:
    """Return the pages with those that are images recognized, and all characters with their confidences.

    A character of the text layer has the confidence 1.
    """
    found = {page.number: page for page in recognize(data, images)}
    characters: list[tuple[str, float]] = []
    for number, page in enumerate(pages):
        if number in found:
            characters += found[number].characters()
        else:
            characters += [(glyph.text, 1.0) for glyph in page.glyphs if not glyph.text.isspace()]
    return [found[number].page if number in found else page for number, page in enumerate(pages)], tuple(characters)


def _extract_glyphs(data: bytes) -> dict[str, Any]:
    """Return the output of `glyphs.py`; if it dies, return its last message as an error."""
    # -P: modules in the folder of that file must not hide those of the standard library.
    command = [sys.executable, "-P", str(Path(glyphs.__file__)), str(MAX_PAGES), str(MAX_MEMORY), str(MAX_SECONDS)]
    try:
        process = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=MAX_WALL_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument(_TOO_LONG) from error
    if hasattr(signal, "SIGXCPU") and process.returncode == -signal.SIGXCPU:
        raise UnreadableDocument(_TOO_LONG)
    if process.returncode or not process.stdout:
        last = process.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [
            f"exit code {process.returncode}"
        ]
        return {"error": "broken", "detail": last[0][:200]}
    result: dict[str, Any] = json.loads(process.stdout)
    return result


def _title(stated: str) -> str | None:
    """Return the title that the file states, if it is Chinese and no file name."""
    n_chinese = sum("\u4e00" <= char <= "\u9fff" for char in stated)
    return stated.strip() if n_chinese >= 6 and "." not in stated[-6:] else None
