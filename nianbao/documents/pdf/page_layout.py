"""Recover the text of printed pages: glyphs to lines, lines to paragraphs, without headers, footers and page numbers.

Pure geometry in points, with y upwards; independent of PDF.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median

from nianbao.documents.pdf.ruled_tables import RuledTable, cluster, find_tables
from nianbao.documents.tables import Grid, GridCell, join_grids, row_lines
from nianbao.documents.text.characters import clean_characters
from nianbao.documents.text.footnote_marks import CONTEXT_LENGTH, is_mark, replace_raised
from nianbao.documents.text.lines import join_char, normalize_spaces, starts_paragraph

_EDGE = 0.12  # share of the page height in which headers, footers and page numbers are
_PAGE_NUMBER = re.compile(
    r"""
    [-—–－―·•.~\s]*(?:第\s*)?[\d０-９]{1,4}\s*(?:页)?[-—–－―·•.~\s]*     # - 3 -, 第3页
  | 第\s*\d{1,4}\s*页\s*[，,/(（]?\s*共\s*\d{1,4}\s*页[)）]?            # 第3页，共9页
  | \d{1,4}\s*/\s*\d{1,4}                                               # 3 / 9
  | [Pp]age\s*\d{1,4}(?:\s*of\s*\d{1,4})?                               # Page 3 of 9
    """,
    re.VERBOSE,
)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = "。！？；：!?;:"
# What a printer keeps on one line: a word or number, or a character, with the closing punctuation behind it.
_TOKEN = re.compile(r"(?:[A-Za-z0-9.,%@/:_+-]+|.)[，。、；：！？）〉》」』】〕”’,;:!?)\]%％]*")
_MAX_LABEL_LENGTH = 50  # characters; a shorter lone cell may be the rest of a table
_MAX_RAISED_SIZE = 0.75  # of the size of the line
_MIN_RISE = 0.12  # of the size of the line
_MIN_COLUMN_LINES = 8  # in a column of text


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, its bounding box, and its font size."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page: its size, its glyphs in file order, and its strokes (x0, y0, x1, y1)."""

    width: float
    height: float
    glyphs: Sequence[Glyph]
    strokes: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A printed line.

    Attributes:
        text: Its text, with normalized spaces.
        x0, x1, y0, y1: Its bounding box.
        em: The width of a Chinese character.
        first_width: The width of its first unbreakable token.
        left: The left margin of its column.
        right: The right margin of its column.
    """

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    em: float
    first_width: float
    left: float = 0.0
    right: float = 0.0


@dataclass(slots=True)
class _Block:
    """A line or a table of a page, and for a table the texts of its cells."""

    line: _Line | None = None
    table: RuledTable | None = None
    texts: list[str] = field(default_factory=list)


def read_pages(pages: Sequence[PrintedPage]) -> list[str]:
    """Return the lines of a document, one per paragraph and one per table row, joined over page breaks."""
    blocks_by_page = [_page_blocks(page) for page in pages]
    _remove_headers_and_footers(blocks_by_page, pages)
    lines: list[str] = []
    last: _Line | None = None
    parts: list[_Block] = []
    table_ends_page = False
    for blocks in blocks_by_page:
        for index, block in enumerate(blocks):
            if block.line is None:
                if parts and not (index == 0 and table_ends_page and _same_width(parts[-1], block)):
                    lines += _table_lines(parts)
                    parts = []
                parts.append(block)
                last = None
                continue
            lines += _table_lines(parts)
            parts = []
            line = block.line
            if last is not None and _is_continuation(last, line):
                lines[-1] = normalize_spaces(lines[-1] + join_char(lines[-1], line.text) + line.text)
            else:
                lines.append(line.text)
            last = line
        table_ends_page = bool(blocks) and blocks[-1].line is None
    return [line for line in lines + _table_lines(parts) if line]


def _page_blocks(page: PrintedPage) -> list[_Block]:
    """Return the tables and lines of a page, top down, column by column."""
    tables: list[_Block] = []
    remaining = list(page.glyphs)
    for table in find_tables(page.strokes):
        inside = [glyph for glyph in remaining if _is_inside(glyph, table)]
        texts = _cell_texts(table, inside)
        if sum(map(bool, texts)) < 2 and not 0 < max(map(len, texts)) <= _MAX_LABEL_LENGTH:
            continue  # empty, or a framed text
        used = set(map(id, inside))
        remaining = [glyph for glyph in remaining if id(glyph) not in used]
        tables.append(_Block(table=table, texts=texts))
    rows = _glyph_rows(remaining)
    columns = [_with_margins([_make_line(row) for row in column]) for column in _columns(rows, page.width)]
    return _in_order([_Block(line=line) for column in columns for line in column if line.text], tables)


def _in_order(lines: list[_Block], tables: list[_Block]) -> list[_Block]:
    """Insert each table before the first line with its middle below the middle of the table."""
    blocks = list(lines)
    for table in tables:
        middle = _middle(table)
        index = next((index for index, block in enumerate(blocks) if _middle(block) <= middle), len(blocks))
        blocks.insert(index, table)
    return blocks


def _middle(block: _Block) -> float:
    if block.line is not None:
        return (block.line.y0 + block.line.y1) / 2
    assert block.table is not None
    return (block.table.y0 + block.table.y1) / 2


def _glyph_rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Group glyphs into printed lines, top down, each from left to right."""
    rows: list[list[Glyph]] = []
    middle = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: -(glyph.y0 + glyph.y1)):
        y = (glyph.y0 + glyph.y1) / 2
        if rows and middle - y <= 0.45 * max(glyph.size, 1.0):
            rows[-1].append(glyph)
            middle += (y - middle) / len(rows[-1])
        else:
            rows.append([glyph])
            middle = y
    return [sorted(row, key=lambda glyph: glyph.x0) for row in rows]


def _columns(rows: list[list[Glyph]], width: float) -> list[list[list[Glyph]]]:
    """Split the rows of a page at the gutter between two columns; without a gutter return one column."""
    gutter = _gutter(rows, width)
    if gutter is None:
        return [rows]
    columns: list[list[list[Glyph]]] = []
    left: list[list[Glyph]] = []
    right: list[list[Glyph]] = []
    for row in rows:
        if any(glyph.x0 < gutter < glyph.x1 for glyph in row) or _crosses(row, gutter):
            columns += [part for part in (left, right, [row]) if part]  # a headline over both columns
            left, right = [], []
            continue
        left += [part] if (part := [glyph for glyph in row if glyph.x1 <= gutter]) else []
        right += [part] if (part := [glyph for glyph in row if glyph.x0 >= gutter]) else []
    return columns + [part for part in (left, right) if part]


def _gutter(rows: list[list[Glyph]], width: float) -> float | None:
    """Return the x of the white strip between two columns; None for a page with one column."""
    gaps: list[float] = []
    for row in rows:
        for before, after in pairwise(row):
            middle = (before.x1 + after.x0) / 2
            if after.x0 - before.x1 > 1.2 * max(before.size, 1.0) and 0.35 * width < middle < 0.65 * width:
                gaps.append(middle)
    if len(gaps) < _MIN_COLUMN_LINES:
        return None
    gutter = median(gaps)
    n_crossing = sum(1 for row in rows if any(glyph.x0 < gutter < glyph.x1 for glyph in row))
    n_split = sum(1 for row in rows if row[0].x1 < gutter < row[-1].x0 and not _crosses(row, gutter))
    sides = [sum(1 for row in rows for glyph in row if (glyph.x0 < gutter) == is_left) for is_left in (True, False)]
    is_balanced = min(sides) > 0.3 * max(sides)
    return gutter if n_split >= _MIN_COLUMN_LINES and n_split > 3 * n_crossing and is_balanced else None


def _crosses(row: list[Glyph], gutter: float) -> bool:
    """Return whether a row continues over the gutter without a gap."""
    left = [glyph for glyph in row if glyph.x1 <= gutter]
    right = [glyph for glyph in row if glyph.x0 >= gutter]
    return bool(left and right) and right[0].x0 - left[-1].x1 < 0.9 * max(left[-1].size, 1.0)


def _make_line(row: Sequence[Glyph]) -> _Line:
    """Return a printed line: gaps become spaces, and characters printed twice for bold type count once."""
    printed: list[Glyph] = []
    texts: list[str] = []
    for glyph in _without_marks(row):
        before = printed[-1] if printed else None
        if before is not None:
            if glyph.text == before.text and glyph.x0 - before.x0 < 0.3 * max(glyph.x1 - glyph.x0, 0.1):
                continue
            if glyph.x0 - before.x1 > 0.2 * max(glyph.size, 1.0):
                texts.append(" ")
        printed.append(glyph)
        texts.append(glyph.text)
    inked = [glyph for glyph in printed if not glyph.text.isspace()] or printed
    widths = [glyph.x1 - glyph.x0 for glyph in inked if glyph.text >= "\u2e80"]
    em = median(widths) if widths else max(glyph.size for glyph in inked)
    text = normalize_spaces(clean_characters("".join(texts)))
    token = _TOKEN.match(text)
    n_first = min(len(token.group()) if token else 1, len(inked))
    return _Line(
        text=text,
        x0=inked[0].x0,
        x1=inked[-1].x1,
        y0=min(glyph.y0 for glyph in inked),
        y1=max(glyph.y1 for glyph in inked),
        em=em,
        first_width=inked[n_first - 1].x1 - inked[0].x0,
    )


def _without_marks(row: Sequence[Glyph]) -> Sequence[Glyph]:
    """Return the glyphs of a line without the marks of footnotes: smaller than their line, and above its foot."""
    inked = [glyph for glyph in row if not glyph.text.isspace()]
    size = median(glyph.size for glyph in inked) if inked else 0.0
    foot = median(glyph.y0 for glyph in inked) if inked else 0.0

    def is_raised(glyph: Glyph) -> bool:
        return glyph.size < _MAX_RAISED_SIZE * size and glyph.y0 > foot + _MIN_RISE * size

    if not any(map(is_raised, inked)):
        return row
    kept: list[Glyph] = []
    for raised, group in groupby(row, is_raised):
        glyphs = list(group)
        mark = "".join(glyph.text for glyph in glyphs)
        before = "".join(glyph.text for glyph in kept[-CONTEXT_LENGTH:])
        if not raised or not is_mark(mark) or replace_raised(before, mark, "").strip():
            kept += glyphs
    return kept or row


def _with_margins(lines: list[_Line]) -> list[_Line]:
    """Return the lines of a column with its margins: the outermost ones that two lines share."""
    if not lines:
        return []
    lefts, rights = (Counter(round(getattr(line, side) / 4) for line in lines) for side in ("x0", "x1"))
    shared_left = [x for x, n in lefts.items() if n >= 2] or list(lefts)
    shared_right = [x for x, n in rights.items() if n >= 2] or list(rights)
    left, right = 4 * min(shared_left), 4 * max(shared_right)
    return [
        _Line(
            line.text, line.x0, line.x1, line.y0, line.y1, line.em, line.first_width, left, max(right, left + line.em)
        )
        for line in lines
    ]


def _is_continuation(before: _Line, after: _Line) -> bool:
    """Return whether a line continues a paragraph: the line before is full, and this one is not indented."""
    em = before.em
    if abs(em - after.em) > 0.15 * em or after.x0 - after.left > 1.2 * em:
        return False
    if before.right - before.x1 > after.first_width + 0.6 * em:
        return False
    is_below = before.y0 > after.y1 - em
    if is_below and before.y0 - after.y1 > 2.2 * em:
        return False
    return not (before.text[-1:] in _SENTENCE_END and starts_paragraph(after.text))


def _is_inside(glyph: Glyph, table: RuledTable) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
    return table.x0 - 1 <= x <= table.x1 + 1 and table.y0 - 1 <= y <= table.y1 + 1


def _cell_texts(table: RuledTable, glyphs: Sequence[Glyph]) -> list[str]:
    """Return the text of each box, with its lines joined; a number broken over two lines is joined without a space."""
    by_box: list[list[Glyph]] = [[] for _ in table.boxes]
    box_at = {
        (row, column): index
        for index, box in enumerate(table.boxes)
        for row in range(box.top, box.bottom)
        for column in range(box.left, box.right)
    }
    for glyph in glyphs:
        column = bisect_right(table.edges, (glyph.x0 + glyph.x1) / 2) - 1
        row = bisect_right(table.depths, -(glyph.y0 + glyph.y1) / 2) - 1
        position = max(0, min(table.n_rows - 1, row)), max(0, min(len(table.edges) - 2, column))
        by_box[box_at[position]].append(glyph)
    texts = []
    for box_glyphs in by_box:
        text = ""
        for row_glyphs in _glyph_rows(box_glyphs):
            line = _make_line(row_glyphs).text.replace("\t", " ")
            broken_number = text[-1:].isdigit() and line[:1].isdigit()
            text = text + ("" if broken_number or not text else " ") + line
        texts.append(normalize_spaces(text))
    return texts


def _same_width(upper: _Block, lower: _Block) -> bool:
    first, second = upper.table, lower.table
    return first is not None and second is not None and abs(first.x0 - second.x0) < 6 and abs(first.x1 - second.x1) < 6


def _table_lines(parts: Sequence[_Block]) -> list[str]:
    """Return the rows of a table that is printed in parts, one per page."""
    if not parts:
        return []
    edges = cluster(edge for part in parts if part.table for edge in part.table.edges)
    grids = []
    for part in parts:
        assert part.table is not None
        grid = Grid(n_rows=part.table.n_rows, n_columns=len(edges) - 1)
        for box, text in zip(part.table.boxes, part.texts, strict=True):
            left, right = _nearest(box.x0, edges), _nearest(box.x1, edges)
            grid.cells.append(GridCell(box.top, left, box.bottom - box.top, max(1, right - left), text))
        grids.append(grid)
    return list(row_lines(join_grids(grids)))


def _nearest(x: float, edges: Sequence[float]) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - x))


def _remove_headers_and_footers(blocks_by_page: list[list[_Block]], pages: Sequence[PrintedPage]) -> None:
    """Remove page numbers, and lines with the same words at the same height of several pages."""
    counts: Counter[tuple[str, int]] = Counter()
    edges: list[list[tuple[_Block, tuple[str, int]]]] = []
    for blocks, page in zip(blocks_by_page, pages, strict=True):
        edge = [(block, key) for block in blocks if (key := _edge_key(block, page)) is not None]
        edges.append(edge)
        counts.update({key for _, key in edge})
    min_pages = max(2, len(pages) // 3)
    for index, edge in enumerate(edges):
        removed = {id(block) for block, key in edge if counts[key] >= min_pages or _is_page_number(block)}
        blocks_by_page[index] = [block for block in blocks_by_page[index] if id(block) not in removed]


def _edge_key(block: _Block, page: PrintedPage) -> tuple[str, int] | None:
    """Return the words of a line at the edge of a page with masked numbers, and its height; None for other blocks."""
    if block.line is None:
        return None
    middle = (block.line.y0 + block.line.y1) / 2
    if _EDGE * page.height < middle < (1 - _EDGE) * page.height:
        return None
    return _DIGITS.sub("#", block.line.text), round(middle / 6)


def _is_page_number(block: _Block) -> bool:
    return block.line is not None and _PAGE_NUMBER.fullmatch(block.line.text) is not None


def ink(pages: Sequence[PrintedPage]) -> Iterator[str]:
    """Yield every printed character except white space, in file order."""
    return (glyph.text for page in pages for glyph in page.glyphs if not glyph.text.isspace())
