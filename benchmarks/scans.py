"""Accuracy of reading scans: `python -m benchmarks.scans` typesets bundled reports, spoils the pages, and reads them.

The pages are printed by Chromium with a Chinese font and drawn at a resolution; then they are tilted or get noise. The
share of digits and of characters that come back, and the share of observations with the value of the original text,
are printed for each condition.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.browser import CHROMIUM, open_browser
from benchmarks.measuring import REPO_ROOT
from nianbao.documents.media_types import PDF
from nianbao.documents.model import Document, UnreadableDocument
from nianbao.documents.ocr.recognize import CACHE_VARIABLE
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations

MIN_DIGITS_CLEAN, MIN_DIGITS_TILTED, MIN_VALUES = 0.99, 0.97, 0.995
_STYLE = "@page{size:A4;margin:3.5cm 2.7cm}body{font:16pt/28pt 'Noto Serif CJK SC',serif}p{margin:0;text-indent:2em}"
_STYLE += "table{border-collapse:collapse}td{border:1px solid #000;padding:2pt 6pt;font-size:12pt;text-indent:0}"
_TILT = 1.0  # degrees
_NOISE = 35.0  # standard deviation of the shades of grey


@dataclass(frozen=True, slots=True)
class Condition:
    """How pages are spoiled before they are read."""

    name: str
    dpi: int
    spoil: Callable[[Any], Any]
    min_digits: float


@dataclass(slots=True)
class Score:
    """Counts over the pages of one condition: what came back of what was printed."""

    n_digits: int = 0
    n_digits_right: int = 0
    n_characters: int = 0
    n_characters_right: int = 0
    n_observations: int = 0
    n_observations_right: int = 0
    n_unreadable: int = 0

    def add(self, original: Document, scanned: Document) -> None:
        """Count one report."""
        before, after = _inked(original.text), _inked(scanned.text)
        matched = [
            before[block.a + offset]
            for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
            for offset in range(block.size)
        ]
        self.n_characters += len(before)
        self.n_characters_right += len(matched)
        self.n_digits += sum(map(str.isdigit, before))
        self.n_digits_right += sum(map(str.isdigit, matched))
        expected, found = _values(original), _values(scanned)
        self.n_observations += found.total()
        self.n_observations_right += (expected & found).total()


def conditions() -> tuple[Condition, ...]:
    """Return the ways in which pages are spoiled."""
    return (
        Condition("clean, 200 dpi", 200, lambda image: image, MIN_DIGITS_CLEAN),
        Condition("clean, 150 dpi", 150, lambda image: image, MIN_DIGITS_CLEAN),
        Condition("tilted by 1°, 200 dpi", 200, lambda image: image.rotate(_TILT, fillcolor=255), MIN_DIGITS_TILTED),
        Condition("noisy, 200 dpi", 200, _with_noise, MIN_DIGITS_TILTED),
    )


def _with_noise(image: Any) -> Any:
    from numpy.random import default_rng
    from PIL import Image

    noise = default_rng(7).normal(0.0, _NOISE, (image.height, image.width))
    return Image.fromarray((image + noise).clip(0, 255).astype("uint8"))


def _inked(text: str) -> str:
    """Return the text without spaces, with one width of digits and punctuation: a scan does not show which it was."""
    return unicodedata.normalize("NFKC", "".join(text.split()))


def _values(document: Document) -> Counter[tuple[float, str]]:
    return Counter((number.value, number.unit) for number in extract_observations(document).observations)


def bundled_reports() -> Iterator[Document]:
    """Yield the bundled reports in the order of their paths."""
    for path in sorted((REPO_ROOT / "data" / "raw").rglob("*")):
        if path.suffix in (".html", ".txt"):
            yield read_document(path.read_bytes(), media_type=None, name=path.name)


def as_html(text: str) -> str:
    """Return a text as a page to print: paragraphs, and rows of tables with ruled cells."""
    body = []
    for is_row, lines in groupby(text.split("\n"), lambda line: "\t" in line):
        if is_row:
            rows = ("".join(f"<td>{escape(cell)}</td>" for cell in line.split("\t")) for line in lines)
            body.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            body += (f"<p>{escape(line)}</p>" for line in lines)
    return f"<meta charset=utf-8><style>{_STYLE}</style>" + "".join(body)


def print_pages(text: str, browser: Any) -> bytes:
    """Return a text printed as a PDF."""
    page = browser.new_page()
    page.set_content(as_html(text))
    data: bytes = page.pdf(prefer_css_page_size=True)
    page.close()
    return data


def scan(printed: bytes, condition: Condition) -> bytes:
    """Return a PDF whose pages are images of printed pages."""
    import pypdfium2

    images = [
        condition.spoil(page.render(scale=condition.dpi / 72, grayscale=True).to_pil())
        for page in pypdfium2.PdfDocument(printed)
    ]
    output = BytesIO()
    images[0].save(output, "PDF", resolution=condition.dpi, save_all=True, append_images=images[1:])
    return output.getvalue()


def draw(text_file: Path) -> None:
    """Write the first page of a text as an image next to it, in black and white at 200 dpi, cut at its last line."""
    import pypdfium2
    from PIL import ImageOps

    with open_browser() as browser:
        printed = print_pages(text_file.read_text("utf-8").strip(), browser)
    image = pypdfium2.PdfDocument(printed)[0].render(scale=200 / 72, grayscale=True).to_pil()
    box = ImageOps.invert(image).getbbox()
    bottom = image.height if box is None else box[3]
    image.crop((0, 0, image.width, bottom + 100)).convert("1").save(text_file.with_suffix(".png"), optimize=True)


def main() -> int:
    """Print a line per condition; return 1 if a share is below its minimum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20, help="how many pages to read per condition")
    parser.add_argument("--draw", type=Path, metavar="FILE.txt", help="draw this text as FILE.png and end")
    arguments = parser.parse_args()
    if CHROMIUM is None:
        print("no Chromium: cannot print pages")
        return 1
    if arguments.draw:
        draw(arguments.draw)
        return 0
    import os

    import pypdfium2

    printed: list[tuple[Document, bytes]] = []
    n_pages = 0
    with open_browser() as browser:
        for document in bundled_reports():
            if n_pages >= arguments.pages:
                break
            data = print_pages(document.text, browser)
            n_pages += len(pypdfium2.PdfDocument(data))
            printed.append((document, data))
    print(f"{n_pages} pages of {len(printed)} bundled reports")
    passed = True
    with tempfile.TemporaryDirectory() as cache:
        os.environ[CACHE_VARIABLE] = cache
        for condition in conditions():
            score = Score()
            for document, data in printed:
                try:
                    scanned = read_document(scan(data, condition), media_type=PDF)
                except UnreadableDocument as error:
                    score.n_unreadable += 1
                    print(f"  {error}")
                    continue
                score.add(document, scanned)
            passed &= _report(condition, score)
    return 0 if passed else 1


def _report(condition: Condition, score: Score) -> bool:
    digits = score.n_digits_right / max(1, score.n_digits)
    characters = score.n_characters_right / max(1, score.n_characters)
    values = score.n_observations_right / max(1, score.n_observations)
    print(
        f"{condition.name}: {digits:.2%} of {score.n_digits} digits, {characters:.2%} of {score.n_characters} "
        f"characters, {values:.2%} of {score.n_observations} observations have the value of the original; "
        f"{score.n_unreadable} reports rejected"
    )
    return digits >= condition.min_digits and values >= MIN_VALUES


if __name__ == "__main__":
    sys.exit(main())
