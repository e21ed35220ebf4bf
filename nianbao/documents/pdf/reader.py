"""PDF files with a text layer: a process of its own takes the glyphs out, here they become lines and tables.

The process has limits on time and memory, so that a file that is made to take all of it costs only itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.page import Page, PageInfo
from nianbao.documents.pdf import glyphs
from nianbao.documents.pdf.page_layout import Glyph, PrintedPage, ink, read_pages

MOST_BYTES = 100_000_000
MOST_PAGES = 800
MOST_SECONDS = 120.0
MOST_MEMORY = 3_000_000_000  # bytes
_LEAST_INK = 20  # characters a page below which a page of images is a scan
_REASONS = {
    "locked": "the PDF is locked by a password; open it and print it into a new PDF without one",
    "memory": f"the PDF takes over {MOST_MEMORY / 1e9:.0f} GB to read, no report does; print it into a new PDF",
    "pages": f"the PDF has over {MOST_PAGES} pages, no report has; take the pages of the report out of it",
    "glyphs": f"the PDF has over {glyphs.MOST_GLYPHS} characters or {glyphs.MOST_ON_A_PAGE} on a page, or it "
    "is a drawing; no report is; take the report out of it",
}


def read_pdf(data: bytes) -> Page:
    """The lines of a PDF in the order of reading. Raises UnreadableDocument for a scan, a locked or a broken file."""
    if len(data) > MOST_BYTES:
        raise UnreadableDocument(f"the PDF has over {MOST_BYTES / 1e6:.0f} MB, no report has; save it smaller")
    answer = _ask(data)
    if error := answer.get("error"):
        reason = _REASONS.get(error, f"the PDF is broken ({answer.get('detail')}); fetch it again, or print it anew")
        raise UnreadableDocument(reason)
    pages = [
        PrintedPage(page["width"], page["height"], [Glyph(*glyph) for glyph in page["glyphs"]], page["strokes"])
        for page in answer["pages"]
    ]
    letters = list(ink(pages))
    images = sum(page["images"] for page in answer["pages"])
    if len(letters) < _LEAST_INK * max(1, len(pages)) and images:
        raise UnreadableDocument(
            f"the PDF is a scan ({len(pages)} pages of images, {len(letters)} letters): it has no text layer and needs "
            "OCR; run it through an OCR program, and ingest the PDF with text that this makes"
        )
    if not letters:
        raise UnreadableDocument("the PDF holds no text; if its letters are drawn as pictures, it needs OCR")
    if letters.count("\ufffd") > 0.1 * len(letters):
        raise UnreadableDocument(
            "the PDF does not say which characters its letters are (a font without Unicode); it needs OCR, or print "
            "it anew from the program it was made with"
        )
    return Page(read_pages(pages), "utf-8", PageInfo(title=_title(answer["title"])))


def _ask(data: bytes) -> dict[str, Any]:
    """The answer of `pdf_glyphs.py`, or what it died of as an error."""
    # -P: the folder of that file holds an `html.py`, which must not hide Python's own.
    command = [sys.executable, "-P", str(Path(glyphs.__file__)), str(MOST_PAGES), str(MOST_MEMORY)]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument(
            f"the PDF was not read within {MOST_SECONDS:.0f} s; print it into a new PDF and ingest that"
        ) from error
    if done.returncode or not done.stdout:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        return {"error": "broken", "detail": last[0][:200]}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _title(said: str) -> str | None:
    """The title that the file claims, if it is one in Chinese and no name of a file."""
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in said)
    return said.strip() if chinese >= 6 and "." not in said[-6:] else None
