"""Recognize pages that are images, in a separate limited process, and find the confidence of each character."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.ocr import program
from nianbao.documents.pdf.page_layout import Glyph, PrintedPage
from nianbao.documents.text.characters import clean_characters

MAX_PAGES = 60
MAX_MEMORY = 4_000_000_000  # bytes of address space; the models and a page take about 1 GB
SECONDS_PER_PAGE = 60  # of processor time; a page takes 4 to 17
# Below this mean confidence of its digits or of all its characters a document is rejected.
MIN_DIGIT_CONFIDENCE = 0.9
MIN_CONFIDENCE = 0.8
CACHE_VARIABLE = "NIANBAO_OCR_CACHE"
INSTALL = "install the optional reader for scans (pip install 'nianbao[ocr]') and run again"

_MODULES = ("rapidocr", "onnxruntime", "pypdfium2")
_DIGITS = frozenset("0123456789０１２３４５６７８９")
# The model confuses the widths of brackets; Chinese print has full-width ones.
_FULL_WIDTH = str.maketrans("()", "（）")
_REASONS = {
    "memory": f"recognizing the pages takes over {MAX_MEMORY / 1e9:.0f} GB of memory; scan them at 200 dpi",
    "pages": f"more than {MAX_PAGES} pages are images; save the pages of the report as a file of their own",
    "missing": f"the reader for scans is not complete; {INSTALL}",
}


@dataclass(frozen=True, slots=True)
class Recognized:
    """A recognized page, and the confidence of each of its characters in the order of `page.glyphs`."""

    number: int
    page: PrintedPage
    confidences: tuple[float, ...]

    def characters(self) -> Iterator[tuple[str, float]]:
        """Yield each character that is not a space, with its confidence."""
        for glyph, confidence in zip(self.page.glyphs, self.confidences, strict=True):
            if not glyph.text.isspace():
                yield glyph.text, confidence


def is_available() -> bool:
    """Return whether the packages of the extra `ocr` are installed."""
    return all(find_spec(name) is not None for name in _MODULES)


def recognize(data: bytes, numbers: Sequence[int] | None = None) -> list[Recognized]:
    """Return the recognized pages of a PDF or an image; all pages, or those with the given numbers from 0.

    Raises:
        UnreadableDocument: The file is broken, too large, or its characters cannot be recognized reliably.
    """
    n_pages = MAX_PAGES if numbers is None else len(numbers)
    wanted = "all" if numbers is None else ",".join(map(str, numbers))
    limits = (str(MAX_PAGES), str(MAX_MEMORY), str(SECONDS_PER_PAGE * n_pages))
    # -P: modules in the folder of that file must not hide those of the standard library.
    command = [sys.executable, "-P", str(Path(program.__file__)), wanted, str(cache_folder()), *limits]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    try:
        process = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=10 * SECONDS_PER_PAGE * n_pages,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument("recognizing the pages takes too long; scan them at 200 dpi") from error
    if process.returncode or not process.stdout:
        last = process.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        detail = last[0][:200] if last else f"exit code {process.returncode}"
        raise UnreadableDocument(f"the pages cannot be recognized ({detail}); scan them again at 200 dpi")
    result = json.loads(process.stdout)
    if kind := result.get("error"):
        broken = f"the images of the pages are broken ({result.get('detail')}); fetch the file again"
        raise UnreadableDocument(_REASONS.get(kind, broken))
    pages = [
        Recognized(
            page["number"],
            PrintedPage(
                page["width"], page["height"], [_glyph(*glyph[:6]) for glyph in page["glyphs"]], page["strokes"]
            ),
            tuple(glyph[6] for glyph in page["glyphs"]),
        )
        for page in result["pages"]
    ]
    _require_confidence(pages)
    return pages


def _glyph(text: str, x0: float, y0: float, x1: float, y1: float, size: float) -> Glyph:
    return Glyph(text.translate(_FULL_WIDTH), x0, y0, x1, y1, size)


def cache_folder() -> Path:
    """Return the folder of recognized pages: that of NIANBAO_OCR_CACHE, else one in the cache folder of the user."""
    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_path("nianbao", appauthor=False) / "ocr")


def _require_confidence(pages: Sequence[Recognized]) -> None:
    characters = [character for page in pages for character in page.characters()]
    of_all = [confidence for _, confidence in characters]
    of_digits = [confidence for char, confidence in characters if char in _DIGITS]
    for name, values, least in (("characters", of_all, MIN_CONFIDENCE), ("digits", of_digits, MIN_DIGIT_CONFIDENCE)):
        if values and sum(values) / len(values) < least:
            mean = sum(values) / len(values)
            raise UnreadableDocument(
                f"the scan is too poor to read: the mean confidence of its {name} is {mean:.2f}, below {least}; "
                "scan the pages again at 200 dpi or more"
            )


def confidences_of(text: str, printed: Sequence[tuple[str, float]]) -> tuple[float, ...]:
    """Return a confidence for each character of a text: that of the printed character it comes from.

    A space gets 1, and a character that cannot be traced to a printed one the lowest confidence of all.

    Args:
        text: The text of the document.
        printed: The recognized characters in reading order, with their confidences.
    """
    inked = [index for index, char in enumerate(text) if not char.isspace()]
    found = [1.0] * len(text)
    lowest = min((confidence for _, confidence in printed), default=1.0)
    for index in inked:
        found[index] = lowest
    characters = list(map(clean_characters, (char for char, _ in printed)))
    matcher = SequenceMatcher(None, [text[index] for index in inked], characters, autojunk=False)
    for start, printed_start, size in matcher.get_matching_blocks():
        for offset in range(size):
            found[inked[start + offset]] = printed[printed_start + offset][1]
    return tuple(found)
