"""Layouts of the tables of a form: merged or not, split, with repeated headings, nested.

A table is rows of `TableCell`s; a cell that spans several rows belongs to the first of them. `as_html` and `as_docx`
render a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from random import Random

from schemas.forms import Block, Form, Line

NESTINGS = ("merged", "repeated", "blank")
SPLITS = ("whole", "split", "split with headings", "headings again")
_CN = "一二三四五六七八九十"
_LABELS = 3
_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass(frozen=True, slots=True)
class TableCell:
    """The text of a cell and the number of columns and rows that it spans."""

    text: str
    columns: int = 1
    rows: int = 1


Table = tuple[tuple[TableCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of one report.

    Attributes:
        nesting: Group headings are `merged` over their rows, `repeated` in each, or `blank` after the first.
        split: The long table is `whole`, in two tables (`split`, `split with headings`), or in one table that repeats
            its headings (`headings again`).
        inside: Every table is nested in a cell of another table.
        wide: Digits are full-width.
        commas: Numbers have thousands separators.
        unreadable: One cell has words instead of a number.
    """

    nesting: str = "merged"
    split: str = "whole"
    inside: bool = False
    wide: bool = False
    commas: bool = False
    unreadable: bool = False

    @classmethod
    def draw(cls, random: Random) -> Layout:
        """Return a random layout."""
        return cls(
            nesting=random.choice(NESTINGS),
            split=random.choice(SPLITS),
            inside=random.random() < 0.2,
            wide=random.random() < 0.3,
            commas=random.random() < 0.3,
            unreadable=random.random() < 0.2,
        )


def requests_table(
    form: Form, edition: str, texts: Mapping[str, str], layout: Layout, random: Random
) -> tuple[Table, ...]:
    """Return the table of requests, or the two tables that it is split into."""
    block = _block(form, "requests")
    head = _requests_head(block)
    rows = [
        (_numbered(block, line, edition), [texts[block.cells[line.id, column.id].id] for column in block.columns])
        for line in block.rows
        if edition in line.editions
    ]
    if layout.split == "whole":
        return ((*head, *_body(rows, layout)),)
    cut = random.randint(3, len(rows) - 3)
    above, below = _body(rows[:cut], layout), _body(rows[cut:], layout)
    if layout.split == "headings again":
        return ((*head, *above, *head, *below),)
    return (*head, *above), ((*head, *below) if layout.split == "split with headings" else below)


def published_table(form: Form, edition: str, texts: Mapping[str, str], layout: Layout) -> tuple[Table, ...]:
    """Return the table of published information; its headings differ from part to part."""
    width = 4
    rows: list[tuple[TableCell, ...]] = []

    def part(item: str, block: Block, lines: Sequence[Line]) -> None:
        columns = [c for c in block.columns if any((line.id, c.id) in block.cells for line in lines)]
        columns = [c for c in columns if edition in block.cells[lines[0].id, c.id].editions]
        spans = _spans(width - 1, len(columns))
        rows.append((TableCell(f"第二十条第（{item}）项", width),))
        heads = [f"{c.words[0]}（单位：万元）" if c.id == "collected" else c.words[0] for c in columns]
        rows.append((TableCell("信息内容"), *map(TableCell, heads, spans)))
        for line in lines:
            values = [texts[block.cells[line.id, c.id].id] for c in columns]
            rows.append((TableCell(line.words[0]), *map(TableCell, values, spans)))

    documents = _block(form, f"documents_{edition}")
    part("一", documents, documents.rows)
    decisions = _block(form, "decisions")
    lines = [line for line in decisions.rows if edition in line.editions]
    part("五", decisions, [line for line in lines if line.id in ("permits", "other_services")])
    part("六", decisions, [line for line in lines if line.id in ("penalties", "coercive_measures")])
    fees = _block(form, "fees")
    part("八", fees, fees.rows)
    if edition == "2019":
        procurement = _block(form, "procurement")
        part("九", procurement, procurement.rows)
    return (tuple(rows),)


def reviews_table(form: Form, texts: Mapping[str, str], layout: Layout) -> tuple[Table, ...]:
    """Return the table of reconsiderations and lawsuits: one row of numbers under three rows of headings."""
    block = _block(form, "reviews")
    results = [column.words[0] for column in block.columns]
    n = len(results)
    direct, after = (line.words[0] for line in block.rows[1:])
    values = [texts[block.cells[line.id, column.id].id] for line in block.rows for column in block.columns]
    if layout.nesting == "merged":
        head = (
            (TableCell("行政复议", n), TableCell("行政诉讼", 2 * n)),
            (*(TableCell(result, rows=2) for result in results), TableCell(direct, n), TableCell(after, n)),
            tuple(map(TableCell, results * 2)),
        )
    else:
        head = (
            (TableCell("行政复议", n, 2), TableCell("行政诉讼", 2 * n)),
            (TableCell(direct, n), TableCell(after, n)),
            tuple(map(TableCell, results * 3)),
        )
    return ((*head, tuple(map(TableCell, values))),)


def as_html(table: Table, layout: Layout) -> str:
    """Return the HTML of a table."""
    rows = "".join("<tr>" + "".join(map(_td, row)) + "</tr>\n" for row in table)
    source = f'<table border="1" cellspacing="0"><tbody>{rows}</tbody></table>'
    return f'<table width="100%"><tr><td>{source}</td></tr></table>' if layout.inside else source


def as_docx(table: Table, layout: Layout) -> str:
    """Return the WordprocessingML of a table."""
    rows: list[str] = []
    open_cells: dict[int, tuple[int, int]] = {}  # by column: how many more rows a cell spans, and its width
    for row in table:
        cells: list[str] = []
        column, left = 0, list(row)
        while left or column in open_cells:
            if column in open_cells:
                down, wide = open_cells.pop(column)
                cells.append(_tc("", wide, "<w:vMerge/>"))
                if down > 1:
                    open_cells[column] = (down - 1, wide)
                column += wide
                continue
            cell = left.pop(0)
            cells.append(_tc(cell.text, cell.columns, '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""))
            if cell.rows > 1:
                # Marked as open from the next row on.
                open_cells[column + _LATER] = (cell.rows - 1, cell.columns)
            column += cell.columns
        open_cells = {column % _LATER: cell for column, cell in open_cells.items()}
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    source = f"<w:tbl>{''.join(rows)}</w:tbl>"
    return f"<w:tbl><w:tr><w:tc>{source}<w:p/></w:tc></w:tr></w:tbl>" if layout.inside else source


_LATER = 1000


def _td(cell: TableCell) -> str:
    span = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    span += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<td{span}><p align='center'>{escape(cell.text) or '&nbsp;'}</p></td>"


def _tc(text: str, columns: int, merge: str) -> str:
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    typed = f'<w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>' if text else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p>{typed}</w:p></w:tc>"


def _block(form: Form, name: str) -> Block:
    return next(block for block in form.blocks if block.id == name)


def _spans(width: int, n: int) -> list[int]:
    """Return how many columns each of n headings spans: equal shares, the remainder for the last."""
    return [max(1, width // n)] * (n - 1) + [max(1, width - max(1, width // n) * (n - 1))]


def _requests_head(block: Block) -> Table:
    """Return the three rows of headings above the applicants."""
    words = [column.words[0] for column in block.columns]
    return (
        (TableCell(_NOTE, _LABELS, 3), TableCell("申请人情况", len(words))),
        (TableCell(words[0], rows=2), TableCell("法人或其他组织", len(words) - 2), TableCell(words[-1], rows=2)),
        tuple(map(TableCell, words[1:-1])),
    )


def _numbered(block: Block, line: Line, edition: str) -> tuple[str, ...]:
    """Return the headings of a row, outermost first, with the numbering of the form."""
    lines = [row for row in block.rows if edition in row.editions]
    tops = list(dict.fromkeys(row.under[0] if row.under else row.words[0] for row in lines))
    top = line.under[0] if line.under else line.words[0]
    numbered = [f"{_CN[tops.index(top)]}、{top}"]
    if line.under:
        groups = list(dict.fromkeys(row.under[1] if len(row.under) > 1 else row.words[0] for row in lines if row.under))
        group = line.under[1] if len(line.under) > 1 else line.words[0]
        numbered.append(f"（{_CN[groups.index(group)]}）{group}")
        if len(line.under) > 1:
            inside = [row.id for row in lines if row.under == line.under]
            numbered.append(f"{inside.index(line.id) + 1}.{line.words[0]}")
    return tuple(numbered)


def _body(rows: Sequence[tuple[tuple[str, ...], Sequence[str]]], layout: Layout) -> Table:
    """Return rows of values after their headings, which are merged over their group, repeated, or in its first row."""
    headings: list[list[TableCell]] = [[] for _ in rows]
    for depth in range(_LABELS):
        start = 0
        for path, group in groupby(rows, key=lambda row: row[0][: depth + 1]):
            n = len(list(group))
            if len(path) == depth + 1:
                last = all(len(row[0]) == depth + 1 for row in rows[start : start + n])
                wide = _LABELS - depth if last else 1
                if layout.nesting == "merged" or last:
                    headings[start].append(TableCell(path[depth], wide, n))
                else:
                    texts = [path[depth], *([path[depth] if layout.nesting == "repeated" else ""] * (n - 1))]
                    for row, text in zip(headings[start : start + n], texts, strict=True):
                        row.append(TableCell(text, wide))
            start += n
    return tuple((*heads, *map(TableCell, values)) for heads, (_, values) in zip(headings, rows, strict=True))
