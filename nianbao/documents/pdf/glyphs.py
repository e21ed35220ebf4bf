"""A program of its own: takes a PDF on its standard input, prints its glyphs and rules as JSON.

`pdf.py` starts it with limits on time and memory, because a PDF can be made to take any amount of both; so it imports
nothing of the package. It prints {"pages": [{"width", "height", "glyphs": [[text, x0, y0, x1, y1, size]…],
"strokes": [[x0, y0, x1, y1]…], "images"}…], "title"} in points, y upwards, or {"error": kind, "detail": text}.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

MOST_GLYPHS = 2_000_000
MOST_ON_A_PAGE = 50_000
MOST_STROKES = 20_000  # of one page: more is a drawing
MOST_STROKES_IN_ALL = 300_000
_THIN = 2.5  # points: a filled rectangle that is no wider is a rule


def glyphs_of(data: bytes, most_pages: int) -> dict[str, Any]:
    """All glyphs and rules of a PDF. Raises whatever the parser raises."""
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
    count = strokes = 0
    for page in PDFPage.create_pages(document):
        if len(pages) >= most_pages:
            return {"error": "pages", "detail": str(most_pages)}
        interpreter.process_page(page)
        layout = device.get_result()
        assert isinstance(layout, LTPage)
        read = _page(layout)
        count += len(read["glyphs"])
        strokes += len(read["strokes"])
        if count > MOST_GLYPHS or len(read["glyphs"]) > MOST_ON_A_PAGE or strokes > MOST_STROKES_IN_ALL:
            return {"error": "glyphs", "detail": str(count)}
        pages.append(read)
    return {"pages": pages, "title": _title(document.info)}


def _page(layout: Any) -> dict[str, Any]:
    from pdfminer.layout import LTChar, LTImage

    glyphs: list[list[Any]] = []
    strokes: list[list[float]] = []
    images = 0
    for item in _items(layout):
        if isinstance(item, LTChar):
            text = item.get_text()
            if text.startswith("(cid:"):
                text = "\ufffd"
            glyphs.append([text, *(round(value, 2) for value in item.bbox), round(item.size, 2)])
        elif isinstance(item, LTImage):
            images += 1
        elif len(strokes) < MOST_STROKES:
            strokes.extend(_strokes(item))
    return {"width": layout.width, "height": layout.height, "glyphs": glyphs, "strokes": strokes, "images": images}


def _items(holder: Any) -> Iterator[Any]:
    from pdfminer.layout import LTFigure

    waiting = [iter(holder)]
    while waiting:
        item = next(waiting[-1], None)
        if item is None:
            waiting.pop()
        elif isinstance(item, LTFigure):
            waiting.append(iter(item))
        else:
            yield item


def _strokes(item: Any) -> Iterator[list[float]]:
    """The straight rules that a drawn line or rectangle shows; a coloured ground shows none."""
    from pdfminer.layout import LTCurve, LTLine, LTRect

    x0, y0, x1, y1 = (round(value, 2) for value in item.bbox)
    if isinstance(item, LTLine):
        if item.stroke:
            yield [x0, y0, x1, y1]
    elif isinstance(item, LTRect):
        if min(x1 - x0, y1 - y0) <= _THIN:
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
        said = resolve1(part.get("Title"))
        if isinstance(said, bytes):
            return decode_text(said)
    return ""


def main() -> None:
    """Reads standard input, writes standard output; the arguments are the most pages and the most bytes of memory."""
    _limit_memory(int(sys.argv[2]))
    logging.disable(logging.CRITICAL)  # the parser logs each oddity; what matters comes out as an error
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    try:
        answer = glyphs_of(sys.stdin.buffer.read(), int(sys.argv[1]))
        printed = json.dumps(answer, ensure_ascii=True, allow_nan=False)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        printed = _error("locked", type(error).__name__)
    except MemoryError:
        printed = _error("memory", "")
    except Exception as error:  # noqa: BLE001  # the parser raises anything on broken files: all of it means broken
        printed = _error("broken", f"{type(error).__name__}: {error}"[:200])
    sys.stdout.buffer.write(printed.encode("ascii"))


def _limit_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows: there only the time is limited
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _error(kind: str, detail: str) -> str:
    return json.dumps({"error": kind, "detail": detail})


if __name__ == "__main__":
    main()
