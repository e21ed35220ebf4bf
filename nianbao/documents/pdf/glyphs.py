"""A separate program that reads a PDF on standard input and prints its glyphs and strokes as JSON.

`reader.py` runs it with limits on time and memory, because a malicious PDF can take any amount of both. It imports
nothing of the package. It prints {"pages": [{"width", "height", "glyphs": [[text, x0, y0, x1, y1, size]…],
"strokes": [[x0, y0, x1, y1]…], "images"}…], "title"} in points with y upwards, or {"error": kind, "detail": text}.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

MAX_GLYPHS = 2_000_000
MAX_PAGE_GLYPHS = 50_000
MAX_PAGE_STROKES = 20_000  # more is a drawing
MAX_STROKES = 300_000
_MAX_RULE_WIDTH = 2.5  # points; a wider filled rectangle is not a rule


def glyphs_of(data: bytes, max_pages: int) -> dict[str, Any]:
    """Return the glyphs and strokes of a PDF, or the limit that it exceeds. Whatever the parser raises is passed on."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LTPage
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    document = PDFDocument(PDFParser(BytesIO(data)))
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    pages: list[dict[str, Any]] = []
    n_glyphs = n_strokes = 0
    for page in PDFPage.create_pages(document):
        if len(pages) >= max_pages:
            return {"error": "pages", "detail": str(max_pages)}
        interpreter.process_page(page)
        layout = device.get_result()
        assert isinstance(layout, LTPage)
        page_data = _page(layout)
        n_glyphs += len(page_data["glyphs"])
        n_strokes += len(page_data["strokes"])
        if n_glyphs > MAX_GLYPHS or len(page_data["glyphs"]) > MAX_PAGE_GLYPHS or n_strokes > MAX_STROKES:
            return {"error": "glyphs", "detail": str(n_glyphs)}
        pages.append(page_data)
    return {"pages": pages, "title": _title(document.info)}


def _page(layout: Any) -> dict[str, Any]:
    from pdfminer.layout import LTChar, LTImage

    glyphs: list[list[Any]] = []
    strokes: list[list[float]] = []
    n_images = 0
    for item in _items(layout):
        if isinstance(item, LTChar):
            text = item.get_text()
            if text.startswith("(cid:"):
                text = "\ufffd"
            glyphs.append([text, *(round(value, 2) for value in item.bbox), round(item.size, 2)])
        elif isinstance(item, LTImage):
            n_images += 1
        elif len(strokes) < MAX_PAGE_STROKES:
            strokes.extend(_strokes(item))
    return {"width": layout.width, "height": layout.height, "glyphs": glyphs, "strokes": strokes, "images": n_images}


def _items(container: Any) -> Iterator[Any]:
    """Yield the items of a page, with those inside figures in their place."""
    from pdfminer.layout import LTFigure

    stack = [iter(container)]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif isinstance(item, LTFigure):
            stack.append(iter(item))
        else:
            yield item


def _strokes(item: Any) -> Iterator[list[float]]:
    """Yield the straight strokes of a drawn line, rectangle or curve; a colored background has none."""
    from pdfminer.layout import LTCurve, LTLine, LTRect

    x0, y0, x1, y1 = (round(value, 2) for value in item.bbox)
    if isinstance(item, LTLine):
        if item.stroke:
            yield [x0, y0, x1, y1]
    elif isinstance(item, LTRect):
        if min(x1 - x0, y1 - y0) <= _MAX_RULE_WIDTH:
            if item.stroke or (item.fill and not _is_white(item.non_stroking_color)):
                yield [x0, y0, x1, y1]
        elif item.stroke and not _is_white(item.stroking_color):
            yield from ([x0, y0, x1, y0], [x0, y1, x1, y1], [x0, y0, x0, y1], [x1, y0, x1, y1])
    elif isinstance(item, LTCurve) and item.stroke:
        points = item.pts
        for (ax, ay), (bx, by) in pairwise(points):
            if abs(ax - bx) < 0.5 or abs(ay - by) < 0.5:
                yield [round(min(ax, bx), 2), round(min(ay, by), 2), round(max(ax, bx), 2), round(max(ay, by), 2)]


def _is_white(color: Any) -> bool:
    if color is None:
        return False
    parts = color if isinstance(color, list | tuple) else [color]
    if not all(isinstance(part, int | float) for part in parts):
        return False
    return all(part == 0 for part in parts) if len(parts) == 4 else all(part >= 0.99 for part in parts)


def _title(info: list[dict[str, Any]]) -> str:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    for part in info:
        title = resolve1(part.get("Title"))
        if isinstance(title, bytes):
            return decode_text(title)
    return ""


def main() -> None:
    """Read a PDF from standard input, write JSON to standard output.

    The arguments limit the number of pages, the memory in bytes and the processor time in seconds.
    """
    _set_limits(int(sys.argv[2]), int(sys.argv[3]))
    logging.disable(logging.CRITICAL)  # the parser logs each oddity; real problems are raised
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    try:
        result = glyphs_of(sys.stdin.buffer.read(), int(sys.argv[1]))
        output = json.dumps(result, ensure_ascii=True, allow_nan=False)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        output = _error("locked", type(error).__name__)
    except MemoryError:
        output = _error("memory", "")
    except Exception as error:  # noqa: BLE001  # on a broken file the parser may raise anything
        output = _error("broken", f"{type(error).__name__}: {error}"[:200])
    sys.stdout.buffer.write(output.encode("ascii"))


def _set_limits(max_bytes: int, max_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows; there the parent stops what takes too long
        return
    resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (max_seconds, max_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _error(kind: str, detail: str) -> str:
    return json.dumps({"error": kind, "detail": detail})


if __name__ == "__main__":
    main()
