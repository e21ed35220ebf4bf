"""Flatten the tables of a web page: each row of a data table becomes one line that knows its cells."""

from __future__ import annotations

import re

from lxml import etree

from nianbao.documents.html.tree import one_line, string, text_length
from nianbao.documents.tables import MAX_LONE_CELL_LENGTH, MarkupCell, RowLine, layout_grid, row_lines
from nianbao.documents.text.lines import normalize_spaces

ROW_MARK = "\ufdd0"  # put before each row of a data table; a noncharacter
_LEADING_NUMBER = re.compile(r"[ \t\n\f\r]*\+?0*([0-9]+)")  # what follows the digits is ignored
_MAX_SPAN_DIGITS = 5
_TABLE_PARTS = ("tbody", "thead", "tfoot")


def flatten_tables(container: etree._Element) -> list[RowLine]:
    """Turn each row of a data table into one line, preceded by `ROW_MARK`; return these lines in document order.

    A row that lays out the page (it holds a table, or framed text) stays as it is.
    """
    tables: dict[etree._Element, list[etree._Element]] = {}
    for row in container.iter("tr"):
        table = row.getparent()
        while table is not None and table.tag in _TABLE_PARTS:
            table = table.getparent()
        if table is not None:
            tables.setdefault(table, []).append(row)
    lines: dict[etree._Element, RowLine] = {}
    for rows in tables.values():
        elements = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if max(map(len, elements)) < 2:
            continue
        cells = [_flatten_row(row, row_elements) for row, row_elements in zip(rows, elements, strict=True)]
        grid = layout_grid(cells)
        if grid is None:
            continue
        lines |= {rows[line.number]: line for line in row_lines(grid) if cells[line.number]}
    if not lines:
        return []
    in_order = [(row, lines[row]) for row in container.iter("tr") if row in lines]
    for row, _ in in_order:
        row.text = ROW_MARK + (row.text or "").strip()
    return [line for _, line in in_order]


def _flatten_row(row: etree._Element, elements: list[etree._Element]) -> list[MarkupCell]:
    """Remove the tags inside the cells of a row, and put tabs between them; return the cells.

    Return no cells for a row without data.
    """
    if not elements or next(row.iter("table"), None) is not None:
        return []
    if len(elements) == 1 and text_length(elements[0]) > MAX_LONE_CELL_LENGTH:
        return []
    parent = row.getparent()
    in_heading = parent is not None and parent.tag == "thead"
    cells: list[MarkupCell] = []
    for index, element in enumerate(elements):
        n_rows, n_columns = _span(element, "rowspan"), _span(element, "colspan")
        header = in_heading or element.tag == "th"
        if len(element):
            for block in element.iter("p", "div", "br", "li"):
                block.tail = " " + (block.tail or "")
            text = string(element)
            tail = element.tail
            element.clear()
            element.text, element.tail = text, tail
        if element.text and ("\n" in element.text or "\t" in element.text):
            element.text = one_line(element.text)
        if index + 1 < len(elements):
            element.tail = "\t" + (element.tail or "")
        cells.append(MarkupCell(normalize_spaces(element.text or ""), n_rows, n_columns, header))
    return cells


def _span(element: etree._Element, name: str) -> int:
    """Return a number of rows or columns as HTML defines it: 1 if it is invalid, 0 for all rows that follow."""
    match = _LEADING_NUMBER.match(element.get(name) or "")
    if match is None:
        return 1
    number = int(match[1][:_MAX_SPAN_DIGITS])
    return number if name == "rowspan" else max(1, number)
