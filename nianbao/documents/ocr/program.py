"""A separate program that recognizes the characters of page images and prints them as JSON.

`recognize.py` runs it with limits on time and memory. It imports nothing of the package. Standard input is a PDF or an
image; the arguments are the page numbers from 0 (`0,3,4` or `all`), the cache folder, the largest number of pages, and
the limits on memory in bytes and on processor time in seconds. It prints {"pages": [{"number", "width", "height",
"glyphs": [[text, x0, y0, x1, y1, size, confidence]…], "strokes": [[x0, y0, x1, y1]…]}…]} in points with y upwards, or
{"error": kind, "detail": text}.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

DPI = 200
POINTS = 72 / DPI  # per pixel
MIN_LINE_CONFIDENCE = 0.5  # a line below it is a stain, a seal or a photograph
_MIN_RULE_SHARE = 0.03  # of the width or height of the page; a shorter stroke is part of a character
_MAX_GAP = 0.9  # of the height of a line; a wider gap is a space
_MAX_PIXELS = 60_000_000
_THREADS = 1  # one thread adds in one order, so that the same image gives the same characters


def recognize(data: bytes, wanted: str, cache: Path, max_pages: int) -> dict[str, Any]:
    """Return the glyphs and strokes of pages, from the cache if an equal image was recognized before."""
    pages: list[dict[str, Any]] = []
    engine: Any = None
    for number, image in _images(data, wanted):
        if len(pages) >= max_pages:
            return {"error": "pages", "detail": str(max_pages)}
        path = cache / f"{_key(image)}.json"
        page = _cached(path)
        if page is None:
            engine = engine or _engine()
            page = _page(engine, image)
            _store(path, page)
        pages.append({"number": number, **page})
    return {"pages": pages}


def _images(data: bytes, wanted: str) -> Iterator[tuple[int, Any]]:
    """Yield the number and the image of each wanted page, 200 dots per inch, in shades of grey."""
    numbers = None if wanted == "all" else [int(number) for number in wanted.split(",")]
    if data.startswith(b"%PDF-"):
        import pypdfium2

        document = pypdfium2.PdfDocument(data)
        for number in range(len(document)) if numbers is None else numbers:
            page = document[number]
            scale = min(DPI / 72, (_MAX_PIXELS / max(1.0, page.get_width() * page.get_height())) ** 0.5)
            yield number, page.render(scale=scale, grayscale=True).to_pil()
        return
    from PIL import Image, ImageOps, ImageSequence

    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS
    with Image.open(BytesIO(data)) as file:
        for number, frame in enumerate(ImageSequence.Iterator(file)):
            if numbers is None or number in numbers:
                yield number, ImageOps.exif_transpose(frame).convert("L")


def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": 0.0,
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": _THREADS,
        }
    )


def _page(engine: Any, image: Any) -> dict[str, Any]:
    import cv2
    import numpy

    pixels = numpy.asarray(image)
    pixels, angle = _upright(pixels)
    result = engine(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR))
    height, width = pixels.shape
    glyphs = [
        glyph
        for words in (result.word_results if result.txts else ())
        if words and sum(float(score) for _, score, _ in words) / len(words) >= MIN_LINE_CONFIDENCE
        for glyph in _line_glyphs(words, height)
    ]
    return {
        "width": round(width * POINTS, 2),
        "height": round(height * POINTS, 2),
        "angle": angle,
        "glyphs": glyphs,
        "strokes": _strokes(pixels),
    }


def _line_glyphs(words: Any, height: int) -> Iterator[list[Any]]:
    """Yield the characters of a recognized line, all as tall as the line.

    A box is often narrower than its character. The boxes are widened to meet, because a gap would be read as a space.
    """
    boxes = [(str(text), float(score), box) for text, score, box in words if box is not None]
    if not boxes:
        return
    tops = sorted(min(y for _, y in box) for _, _, box in boxes)
    bottoms = sorted(max(y for _, y in box) for _, _, box in boxes)
    top, bottom = tops[len(tops) // 2], bottoms[len(bottoms) // 2]
    size = (bottom - top) * POINTS
    lefts = [min(x for x, _ in box) for _, _, box in boxes]
    for index, (text, score, box) in enumerate(boxes):
        x0, x1 = lefts[index], max(x for x, _ in box)
        if index + 1 < len(boxes) and 0 < lefts[index + 1] - x1 < _MAX_GAP * (bottom - top):
            x1 = lefts[index + 1]
        # A box may hold several characters; each gets its share of the width.
        step = (x1 - x0) / max(1, len(text))
        for n, char in enumerate(text):
            left, right = (x0 + n * step) * POINTS, (x0 + (n + 1) * step) * POINTS
            y0, y1 = (height - bottom) * POINTS, (height - top) * POINTS
            yield [char, *(round(float(value), 2) for value in (left, y0, right, y1, size)), round(score, 4)]


def _upright(pixels: Any) -> tuple[Any, float]:
    """Return the page turned so that its lines are level, and by how many degrees."""
    import cv2
    import numpy

    small = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = (small < 128).astype(numpy.float32)
    height, width = ink.shape
    center = (width / 2, height / 2)

    def sharpness(degrees: float) -> float:
        turned = cv2.warpAffine(ink, cv2.getRotationMatrix2D(center, degrees, 1.0), (width, height))
        rows = turned.sum(axis=1)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    best = max((step * 0.5 for step in range(-6, 7)), key=sharpness)
    best = max((best + step * 0.1 for step in range(-4, 5)), key=sharpness)
    best = round(best, 1)
    if abs(best) < 0.2:
        return pixels, 0.0
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), best, 1.0)
    turned = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return turned, best


def _strokes(pixels: Any) -> list[list[float]]:
    """Return the horizontal and vertical rules of a page, from which the tables are found."""
    import cv2

    height, width = pixels.shape
    ink = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    strokes: list[list[float]] = []
    for kernel in ((max(20, int(width * _MIN_RULE_SHARE)), 1), (1, max(20, int(height * _MIN_RULE_SHARE)))):
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kernel))
        rules = cv2.dilate(rules, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))
        for x, y, w, h in (
            cv2.boundingRect(part) for part in cv2.findContours(rules, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
        ):
            if min(w, h) > 12:  # pixels; a block of ink is a picture
                continue
            middle_x, middle_y = x + w / 2, height - (y + h / 2)
            stroke = (x, middle_y, x + w, middle_y) if w >= h else (middle_x, height - y - h, middle_x, height - y)
            strokes.append([round(float(value) * POINTS, 2) for value in stroke])
    return sorted(strokes)


def _key(image: Any) -> str:
    """Return the hash of an image and of the programs that recognize it."""
    from importlib.metadata import version

    programs = [f"{name} {version(name)}" for name in ("rapidocr", "onnxruntime")]
    header = json.dumps([*programs, image.size, Path(__file__).read_text("utf-8")])
    return sha256(header.encode() + image.tobytes()).hexdigest()


def _cached(path: Path) -> dict[str, Any] | None:
    try:
        page: dict[str, Any] = json.loads(path.read_text("ascii"))
    except (OSError, ValueError):
        return None  # not recognized before, or damaged: recognize again
    return page if page.keys() >= {"width", "height", "glyphs", "strokes"} else None


def _store(path: Path, page: dict[str, Any]) -> None:
    """Write a cache entry under another name and rename it, so that it is complete or missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(page), "ascii")
    unfinished.replace(path)


def main() -> None:
    """Read a file from standard input, write JSON to standard output."""
    wanted, cache, max_pages, max_memory, max_seconds = sys.argv[1:]
    _set_limits(int(max_memory), int(max_seconds))
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not mix with the result
    try:
        result = recognize(sys.stdin.buffer.read(), wanted, Path(cache), int(max_pages))
    except ImportError as error:
        result = {"error": "missing", "detail": str(error)}
    except MemoryError:
        result = {"error": "memory", "detail": ""}
    except Exception as error:  # noqa: BLE001  # on a broken file the libraries may raise anything
        result = {"error": "broken", "detail": f"{type(error).__name__}: {error}"[:200]}
    output.write(json.dumps(result).encode("ascii"))
    output.flush()


def _set_limits(max_bytes: int, max_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows; there the parent stops what takes too long
        return
    for limit, value in ((resource.RLIMIT_AS, max_bytes), (resource.RLIMIT_CPU, max_seconds)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
