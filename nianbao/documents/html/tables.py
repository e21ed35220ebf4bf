"""Tables of web pages: each row of a table of data becomes one line that knows its cells."""

from __future__ import annotations

from lxml import etree

from nianbao.documents.html.tree import one_line, string, text_length
from nianbao.documents.tables import LONGEST_ROW_OF_ONE, Row, Span, lay_out, rows_of
from nianbao.documents.text.lines import normalize_spaces

ROW_MARK = "\ufdd0"  # before a row of a table of data; a noncharacter


def flatten_tables(inside: etree._Element) -> list[Row]:
    """Makes each row of a table of data one line, a mark before it; gives their lines, which know their cells.

    A row that lays out the page (a table is in it, or it is a long text in a frame) stays blocks.
    """
    tables: dict[etree._Element, list[etree._Element]] = {}
    for row in inside.iter("tr"):
        table = row.getparent()
        while table is not None and table.tag in ("tbody", "thead", "tfoot"):
            table = table.getparent()
        if table is not None:
            tables.setdefault(table, []).append(row)
    lines: dict[etree._Element, Row] = {}
    for of_table in tables.values():
        by_row = [[cell for cell in row if cell.tag in ("td", "th")] for row in of_table]
        if max(map(len, by_row)) < 2:
            continue
        read = [_flatten_row(row, cells) for row, cells in zip(of_table, by_row, strict=True)]
        grid = lay_out(read)
        if grid is None:
            continue
        lines |= {of_table[line.number]: line for line in rows_of(grid) if read[line.number]}
    if not lines:
        return []
    in_order = [(row, lines[row]) for row in inside.iter("tr") if row in lines]
    for row, _ in in_order:
        row.text = ROW_MARK + (row.text or "").strip()
    return [line for _, line in in_order]


def _flatten_row(row: etree._Element, cells: list[etree._Element]) -> list[Span]:
    """The cells of a row, each now without tags, a tab after all but the last; none where the row is no row of data."""
    if not cells or next(row.iter("table"), None) is not None:
        return []
    if len(cells) == 1 and text_length(cells[0]) > LONGEST_ROW_OF_ONE:
        return []
    parent = row.getparent()
    of_heading = parent is not None and parent.tag == "thead"
    spans: list[Span] = []
    for at, cell in enumerate(cells):
        span = _span_of(cell, "rowspan"), _span_of(cell, "colspan")
        header = of_heading or cell.tag == "th"
        if len(cell):
            for inner in cell.iter("p", "div", "br", "li"):
                inner.tail = " " + (inner.tail or "")
            text = string(cell)
            tail = cell.tail
            cell.clear()
            cell.text, cell.tail = text, tail
        if cell.text and ("\n" in cell.text or "\t" in cell.text):
            cell.text = one_line(cell.text)
        if at + 1 < len(cells):
            cell.tail = "\t" + (cell.tail or "")
        spans.append(Span(normalize_spaces(cell.text or ""), *span, header))
    return spans


def _span_of(cell: etree._Element, name: str) -> int:
    """A number of rows or columns as HTML reads it: 1 where it says nothing sensible, 0 = all rows that follow."""
    said = cell.get(name)
    if said is None:
        return 1
    said = said.strip()
    if not said.isdecimal() or len(said) > 5:
        return 1
    return int(said) if name == "rowspan" else max(1, int(said))
