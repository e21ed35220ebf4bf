"""The layout of printed pages: glyphs to lines, lines to paragraphs, headers, footers and page numbers away.

Pure geometry in points, y upwards; knows nothing of PDF.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from nianbao.documents.pdf.ruled_tables import RuledTable, cluster, find_tables
from nianbao.documents.tables import Grid, GridCell, join_parts, rows_of
from nianbao.documents.text.lines import begins_anew, join_char, normalize_spaces

_EDGE = 0.12  # of the page's height: where headers, footers and page numbers stand
_PAGE_NUMBER = re.compile(
    r"[-—–－―·•.~\s]*(?:第\s*)?[\d０-９]{1,4}\s*(?:页)?[-—–－―·•.~\s]*"
    r"|第\s*\d{1,4}\s*页\s*[，,/(（]?\s*共\s*\d{1,4}\s*页[)）]?|\d{1,4}\s*/\s*\d{1,4}|[Pp]age\s*\d{1,4}(?:\s*of\s*\d{1,4})?"
)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = "。！？；：!?;:"
_TOKEN = re.compile(r"[A-Za-z0-9.,%@/:_+-]+")
_LABEL = 50  # characters: a lone cell that holds no more may be the rest of a table
_COLUMN_LINES = 8  # lines that a column of text must have


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """What is printed on a page: glyphs in the order of the file, and the strokes (x0, y0, x1, y1)."""

    width: float
    height: float
    glyphs: Sequence[Glyph]
    strokes: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    em: float  # the width of a Chinese character
    first: float  # the width of what cannot be broken at the line's beginning
    left: float = 0.0  # the margins of its column
    right: float = 0.0


@dataclass(slots=True)
class _Block:
    """A piece of a page: a line or a table, and for a table the texts of its cells."""

    line: _Line | None = None
    table: RuledTable | None = None
    texts: list[str] = field(default_factory=list)


def read_pages(pages: Sequence[PrintedPage]) -> list[str]:
    """The lines of the document: a paragraph a line, a row of a table a line, whatever pages they were broken over."""
    read = [_blocks(page) for page in pages]
    _drop_furniture(read, pages)
    lines: list[str] = []
    last: _Line | None = None
    parts: list[_Block] = []
    below = False  # whether the open table ended its page
    for blocks in read:
        for at, block in enumerate(blocks):
            if block.line is None:
                if parts and not (at == 0 and below and _same_outline(parts[-1], block)):
                    lines += _table_lines(parts)
                    parts = []
                parts.append(block)
                last = None
                continue
            lines += _table_lines(parts)
            parts = []
            line = block.line
            if last is not None and _goes_on(last, line):
                lines[-1] = normalize_spaces(lines[-1] + join_char(lines[-1], line.text) + line.text)
            else:
                lines.append(line.text)
            last = line
        below = bool(blocks) and blocks[-1].line is None
    return [line for line in lines + _table_lines(parts) if line]


def _blocks(page: PrintedPage) -> list[_Block]:
    """The tables and lines of a page, top down, column by column."""
    tables: list[_Block] = []
    free = list(page.glyphs)
    for table in find_tables(page.strokes):
        inside = [glyph for glyph in free if _within(glyph, table)]
        texts = _cell_texts(table, inside)
        if sum(map(bool, texts)) < 2 and not 0 < max(map(len, texts)) <= _LABEL:
            continue  # nothing in it, or a text in a frame
        taken = set(map(id, inside))
        free = [glyph for glyph in free if id(glyph) not in taken]
        tables.append(_Block(table=table, texts=texts))
    rows = _rows(free)
    lines = [
        _Block(line=line) for column in _columns(rows, page.width) for line in _with_margins([_line(r) for r in column])
    ]
    return _in_order([block for block in lines if block.line and block.line.text], tables)


def _in_order(lines: list[_Block], tables: list[_Block]) -> list[_Block]:
    """Each table before the first line that begins under its top."""
    order = list(lines)
    for table in tables:
        assert table.table is not None
        middle = (table.table.y0 + table.table.y1) / 2
        at = next(
            (at for at, block in enumerate(order) if _top(block) <= middle),
            len(order),
        )
        order.insert(at, table)
    return order


def _top(block: _Block) -> float:
    if block.line is not None:
        return (block.line.y0 + block.line.y1) / 2
    assert block.table is not None
    return (block.table.y0 + block.table.y1) / 2


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs by lines of print, top down, each from left to right."""
    rows: list[list[Glyph]] = []
    middle = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: -(glyph.y0 + glyph.y1)):
        at = (glyph.y0 + glyph.y1) / 2
        if rows and middle - at <= 0.45 * max(glyph.size, 1.0):
            rows[-1].append(glyph)
            middle += (at - middle) / len(rows[-1])
        else:
            rows.append([glyph])
            middle = at
    return [sorted(row, key=lambda glyph: glyph.x0) for row in rows]


def _columns(rows: list[list[Glyph]], width: float) -> list[list[list[Glyph]]]:
    """The rows of a page column by column, where a gutter parts it in two; else all rows in one."""
    gutter = _gutter(rows, width)
    if gutter is None:
        return [rows]
    columns: list[list[list[Glyph]]] = []
    left: list[list[Glyph]] = []
    right: list[list[Glyph]] = []
    for row in rows:
        if any(glyph.x0 < gutter < glyph.x1 for glyph in row) or _is_across(row, gutter):
            columns += [part for part in (left, right, [row]) if part]  # a headline over both columns
            left, right = [], []
            continue
        left += [part] if (part := [glyph for glyph in row if glyph.x1 <= gutter]) else []
        right += [part] if (part := [glyph for glyph in row if glyph.x0 >= gutter]) else []
    return columns + [part for part in (left, right) if part]


def _gutter(rows: list[list[Glyph]], width: float) -> float | None:
    """The middle of the white strip between two columns; None for a page in one column."""
    gaps: list[float] = []
    for row in rows:
        for before, after in pairwise(row):
            middle = (before.x1 + after.x0) / 2
            if after.x0 - before.x1 > 1.2 * max(before.size, 1.0) and 0.35 * width < middle < 0.65 * width:
                gaps.append(middle)
    if len(gaps) < _COLUMN_LINES:
        return None
    at = median(gaps)
    crossing = sum(1 for row in rows if any(glyph.x0 < at < glyph.x1 for glyph in row))
    parted = sum(1 for row in rows if row[0].x1 < at < row[-1].x0 and not _is_across(row, at))
    sides = [sum(1 for row in rows for glyph in row if (glyph.x0 < at) == is_left) for is_left in (True, False)]
    return at if parted >= _COLUMN_LINES and parted > 3 * crossing and min(sides) > 0.3 * max(sides) else None


def _is_across(row: list[Glyph], gutter: float) -> bool:
    """Whether a row runs over the gutter without a gap there."""
    left = [glyph for glyph in row if glyph.x1 <= gutter]
    right = [glyph for glyph in row if glyph.x0 >= gutter]
    return bool(left and right) and right[0].x0 - left[-1].x1 < 0.9 * max(left[-1].size, 1.0)


def _line(row: Sequence[Glyph]) -> _Line:
    """A line of print as text: a space where there is a gap, and letters that are printed twice for weight once."""
    shown: list[Glyph] = []
    pieces: list[str] = []
    for glyph in row:
        before = shown[-1] if shown else None
        if before is not None:
            if glyph.text == before.text and glyph.x0 - before.x0 < 0.3 * max(glyph.x1 - glyph.x0, 0.1):
                continue
            if glyph.x0 - before.x1 > 0.2 * max(glyph.size, 1.0):
                pieces.append(" ")
        shown.append(glyph)
        pieces.append(glyph.text)
    inked = [glyph for glyph in shown if not glyph.text.isspace()] or shown
    wide = [glyph.x1 - glyph.x0 for glyph in inked if glyph.text >= "\u2e80"]
    em = median(wide) if wide else max(glyph.size for glyph in inked)
    text = normalize_spaces("".join(pieces))
    token = _TOKEN.match(text)
    n_first = min(len(token.group()) if token else 1, len(inked))
    return _Line(
        text=text,
        x0=inked[0].x0,
        x1=inked[-1].x1,
        y0=min(glyph.y0 for glyph in inked),
        y1=max(glyph.y1 for glyph in inked),
        em=em,
        first=inked[n_first - 1].x1 - inked[0].x0,
    )


def _with_margins(lines: list[_Line]) -> list[_Line]:
    """The lines of a column with its margins: the outermost that two lines keep."""
    if not lines:
        return []
    lefts, rights = (Counter(round(getattr(line, side) / 4) for line in lines) for side in ("x0", "x1"))
    kept_left = [at for at, n in lefts.items() if n >= 2] or list(lefts)
    kept_right = [at for at, n in rights.items() if n >= 2] or list(rights)
    left, right = 4 * min(kept_left), 4 * max(kept_right)
    return [
        _Line(line.text, line.x0, line.x1, line.y0, line.y1, line.em, line.first, left, max(right, left + line.em))
        for line in lines
    ]


def _goes_on(before: _Line, after: _Line) -> bool:
    """Whether a line is the rest of the paragraph before it: that one is full, and this one is not set in."""
    em = before.em
    if abs(em - after.em) > 0.15 * em or after.x0 - after.left > 1.2 * em:
        return False
    if before.right - before.x1 > after.first + 0.6 * em:
        return False
    under = before.y0 > after.y1 - em
    if under and before.y0 - after.y1 > 2.2 * em:
        return False
    return not (before.text[-1:] in _SENTENCE_END and begins_anew(after.text))


def _within(glyph: Glyph, place: RuledTable) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
    return place.x0 - 1 <= x <= place.x1 + 1 and place.y0 - 1 <= y <= place.y1 + 1


def _cell_texts(table: RuledTable, glyphs: Sequence[Glyph]) -> list[str]:
    """The text of each box: its lines joined, a number that is broken over two as well."""
    by_box: list[list[Glyph]] = [[] for _ in table.boxes]
    at_place = {
        (row, column): at
        for at, box in enumerate(table.boxes)
        for row in range(box.top, box.bottom)
        for column in range(box.left, box.right)
    }
    for glyph in glyphs:
        column = bisect_right(table.edges, (glyph.x0 + glyph.x1) / 2) - 1
        row = bisect_right(table.depths, -(glyph.y0 + glyph.y1) / 2) - 1
        place = max(0, min(table.n_rows - 1, row)), max(0, min(len(table.edges) - 2, column))
        by_box[at_place[place]].append(glyph)
    texts = []
    for inside in by_box:
        text = ""
        for row_of_glyphs in _rows(inside):
            line = _line(row_of_glyphs).text.replace("\t", " ")
            broken_number = text[-1:].isdigit() and line[:1].isdigit()
            text = text + ("" if broken_number or not text else " ") + line
        texts.append(normalize_spaces(text))
    return texts


def _same_outline(upper: _Block, lower: _Block) -> bool:
    one, other = upper.table, lower.table
    return one is not None and other is not None and abs(one.x0 - other.x0) < 6 and abs(one.x1 - other.x1) < 6


def _table_lines(parts: Sequence[_Block]) -> list[str]:
    """The rows of a table that is printed in parts, one a page."""
    if not parts:
        return []
    edges = cluster(edge for part in parts if part.table for edge in part.table.edges)
    grids = []
    for part in parts:
        assert part.table is not None
        grid = Grid(n_rows=part.table.n_rows, n_columns=len(edges) - 1)
        for box, text in zip(part.table.boxes, part.texts, strict=True):
            left, right = _nearest(box.x0, edges), _nearest(box.x1, edges)
            grid.spots.append(GridCell(box.top, left, box.bottom - box.top, max(1, right - left), text))
        grids.append(grid)
    return list(rows_of(join_parts(grids)))


def _nearest(x: float, edges: Sequence[float]) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - x))


def _drop_furniture(read: list[list[_Block]], pages: Sequence[PrintedPage]) -> None:
    """Takes page numbers away, and what stands at the same height of several pages with the same words."""
    heads: Counter[tuple[str, int]] = Counter()
    at_edge: list[list[tuple[_Block, tuple[str, int]]]] = []
    for blocks, page in zip(read, pages, strict=True):
        edge = [(block, key) for block in blocks if (key := _edge_key(block, page)) is not None]
        at_edge.append(edge)
        heads.update({key for _, key in edge})
    least = max(2, len(pages) // 3)
    for at, edge in enumerate(at_edge):
        drop = {id(block) for block, key in edge if heads[key] >= least or _is_page_number(block)}
        read[at] = [block for block in read[at] if id(block) not in drop]


def _edge_key(block: _Block, page: PrintedPage) -> tuple[str, int] | None:
    """The words of a line at the edge of a page, numbers masked, and its height; None for a line of the text."""
    if block.line is None:
        return None
    middle = (block.line.y0 + block.line.y1) / 2
    if _EDGE * page.height < middle < (1 - _EDGE) * page.height:
        return None
    return _DIGITS.sub("#", block.line.text), round(middle / 6)


def _is_page_number(block: _Block) -> bool:
    return block.line is not None and _PAGE_NUMBER.fullmatch(block.line.text) is not None


def ink(pages: Sequence[PrintedPage]) -> Iterator[str]:
    """Every character that is printed, in the order of the file."""
    return (glyph.text for page in pages for glyph in page.glyphs if not glyph.text.isspace())
