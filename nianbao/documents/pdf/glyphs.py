"""A separate program that reads a PDF on standard input and prints its glyphs and strokes as JSON.

`reader.py` runs it with limits on time and memory, because a malicious PDF can take any amount of both. It imports
nothing of the package. It prints {"pages": [{"width", "height", "glyphs": [[text, x0, y0, x1, y1, size]…],
"strokes": [[x0, y0, x1, y1]…], "images", "apart"}…], "title"} in points with y upwards, or {"error": kind, "detail":
text}. `apart` holds pages of the text that runs in another direction than most of its page.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

MAX_GLYPHS = 2_000_000
MAX_PAGE_GLYPHS = 50_000
MAX_PAGE_STROKES = 20_000  # more is a drawing
MAX_STROKES = 300_000
_MIN_APART = 40  # characters; less text in another direction is a label in a table or a margin
_AROUND = 20.0  # points
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
        directions = page_data.pop("directions")
        n_glyphs += len(page_data["glyphs"])
        n_strokes += len(page_data["strokes"])
        if n_glyphs > MAX_GLYPHS or len(page_data["glyphs"]) > MAX_PAGE_GLYPHS or n_strokes > MAX_STROKES:
            return {"error": "glyphs", "detail": str(n_glyphs)}
        page_data, *others = turn_upright(page_data, directions)
        pages.append({**page_data, "apart": others})
    return {"pages": pages, "title": _title(document.info)}


def _page(layout: Any) -> dict[str, Any]:
    from pdfminer.layout import LTChar, LTImage

    glyphs: list[list[Any]] = []
    directions: list[int] = []
    strokes: list[list[float]] = []
    n_images = 0
    for item in _items(layout):
        if isinstance(item, LTChar):
            text = item.get_text()
            if text.startswith("(cid:"):
                text = "\ufffd"
            direction = _direction(item.matrix)
            size = item.width if direction in (90, 270) else item.size
            glyphs.append([text, *(round(value, 2) for value in item.bbox), round(size, 2)])
            directions.append(direction)
        elif isinstance(item, LTImage):
            n_images += 1
        elif len(strokes) < MAX_PAGE_STROKES:
            strokes.extend(_strokes(item))
    return {
        "width": layout.width,
        "height": layout.height,
        "glyphs": glyphs,
        "strokes": strokes,
        "images": n_images,
        "directions": directions,
    }


def _direction(matrix: Sequence[float]) -> int:
    """Return in which direction the text of a glyph runs: 0 to the right, 90 up, 180 to the left, 270 down."""
    a, b = matrix[0], matrix[1]
    if abs(b) > 5 * abs(a):  # within eleven degrees; text that is tilted more, such as a watermark, is left as it is
        return 90 if b > 0 else 270
    return 180 if a < 0 and abs(a) > 5 * abs(b) else 0


def turn_upright(page: dict[str, Any], directions: Sequence[int]) -> list[dict[str, Any]]:
    """Return a page turned so that its text runs to the right.

    Text in another direction than most becomes a separate page, unless it is a label of a few characters. Strokes
    belong to the text that surrounds them.
    """
    counts = Counter(directions)
    main = max(counts, key=lambda direction: (counts[direction], -direction), default=0)
    # Upright text on a turned page is its head, its foot and its number.
    separate = [
        direction for direction in counts if direction != main and (direction == 0 or counts[direction] >= _MIN_APART)
    ]
    if main == 0 and not separate:
        return [page]
    pages = []
    strokes = page["strokes"]
    for direction in (*sorted(separate), main):
        others = set(separate) if direction == main else set(counts) - {direction}
        glyphs = [glyph for glyph, own in zip(page["glyphs"], directions, strict=True) if own not in others]
        if direction != main:
            box = _box_of(glyphs)
            own_strokes = [stroke for stroke in strokes if _is_in(stroke, box)]
            strokes = [stroke for stroke in strokes if not _is_in(stroke, box)]
        else:
            own_strokes = strokes
        images = page["images"] if direction == main else 0
        pages.append(_turned({**page, "glyphs": glyphs, "strokes": own_strokes, "images": images}, direction))
    return pages[-1:] + pages[:-1]


def _box_of(glyphs: Sequence[Sequence[Any]]) -> tuple[float, float, float, float]:
    """Return the box around glyphs, with a margin."""
    left, low = min(glyph[1] for glyph in glyphs), min(glyph[2] for glyph in glyphs)
    right, high = max(glyph[3] for glyph in glyphs), max(glyph[4] for glyph in glyphs)
    return left - _AROUND, low - _AROUND, right + _AROUND, high + _AROUND


def _is_in(stroke: Sequence[float], box: tuple[float, float, float, float]) -> bool:
    x, y = (stroke[0] + stroke[2]) / 2, (stroke[1] + stroke[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _turned(page: dict[str, Any], direction: int) -> dict[str, Any]:
    """Return a page turned back by the direction of its text."""
    width, height = page["width"], page["height"]

    def box(x0: float, y0: float, x1: float, y1: float) -> list[float]:
        if direction == 90:
            corners = (y0, width - x1, y1, width - x0)
        elif direction == 270:
            corners = (height - y1, x0, height - y0, x1)
        elif direction == 180:
            corners = (width - x1, height - y1, width - x0, height - y0)
        else:
            corners = (x0, y0, x1, y1)
        return [round(value, 2) for value in corners]

    turned_size = (height, width) if direction in (90, 270) else (width, height)
    return {
        **page,
        "width": turned_size[0],
        "height": turned_size[1],
        "glyphs": [[text, *box(x0, y0, x1, y1), size] for text, x0, y0, x1, y1, size in page["glyphs"]],
        "strokes": [box(*stroke) for stroke in page["strokes"]],
    }


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
