"""Which cells of a table are headings, labels and values, and which of them hold for each value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from nianbao.documents.model import Cell, Document, Table
from nianbao.documents.tables import MAX_COLUMNS, MAX_ROWS
from nianbao.extraction.tables.headings import (
    Heading,
    column_of,
    is_unit,
    join_headings,
    read_heading,
    read_label,
    sorts_only,
    units_above,
)
from nianbao.extraction.tables.values import VALUE, YEAR, sort_of

_LONGEST_TITLE, _LINES_ABOVE = 60, 3
_LONGEST_HEADING = 30
_LONGEST_LABEL, _LONG_NUMBER = 20, 4
_DESCRIBES = re.compile(
    r"\d.*[\u4e00-\u9fff]|[，。；]"
)  # 日供水5万吨 says how large a project is, not what is measured
_SENTENCE = re.compile("[。；，]")

Grid = Sequence[Sequence[Cell | None]]


class Column(NamedTuple):
    """A column below some headings: `kind` is `value`, `label`, `unit`, `year`, `index`, `text` or `other`."""

    kind: str
    heading: Heading
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Above:
    """The lines above a table: its title, as a heading, and the units of its amounts (单位：万元、%)."""

    title: Heading
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows below the same headings."""

    columns: tuple[Column, ...]
    headed: bool
    above: Above
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its cells by column.

    `band` is what the line over some rows says (一、经济), `whole` what the row is a part of (其中), `upper` what the
    row above measures.
    """

    cells: tuple[Cell | None, ...]
    number: int
    band: Heading
    whole: str | None
    upper: str

    def own(self, column: int) -> Cell | None:
        """Return the cell that begins in a column of the row."""
        cell = self.cells[column]
        return cell if cell is not None and cell.row == self.number and cell.column == column else None


def tables_of(document: Document) -> list[Table]:
    """Return the tables of a document; those of a text file are its runs of lines with tabs, within the same limits."""
    if "\t" not in document.text:
        return []
    return [*document.tables] if document.tables else list(_tables_in_lines(document.text))


def _tables_in_lines(text: str) -> Iterator[Table]:
    cells: list[Cell] = []
    start = row = 0
    for line in [*text.split("\n"), ""]:
        if "\t" in line and line.count("\t") < MAX_COLUMNS and row < MAX_ROWS:
            offset = start
            for column, words in enumerate(line.split("\t")):
                cells.append(Cell(row, column, 1, 1, words, offset, offset + len(words)))
                offset += len(words) + 1
            row += 1
        elif cells:
            width = max(cell.column for cell in cells) + 1
            yield Table(tuple(cells), row, width, cells[0].start, cells[-1].end)
            cells, row = [], 0
        start += len(line) + 1


def blocks_of(text: str, table: Table) -> list[Block]:
    """Return the rows of a table with values or words, in blocks of the same headings."""
    grid = table.grid()
    above = _above(text, table.start)
    blocks: list[Block] = []
    stack: list[int] = []
    body: list[int] = []
    bands: dict[int, str] = {}

    def close() -> None:
        if body:
            blocks.append(_block(grid, stack, body, bands, above))

    for number, places in enumerate(grid):
        filled = [cell for cell in dict.fromkeys(places) if cell is not None and cell.text]
        own = [cell for cell in filled if cell.row == number]
        if not own or _counts_columns(own):
            continue
        if len(filled) == 1 and sort_of(own[0].text) not in (VALUE, YEAR) and (own[0].column == 0 or not body):
            if body:
                bands[number] = own[0].text
            else:
                title = join_headings([above.title, _title(own[0].text)])
                above = Above(title, units_above(own[0].text) or above.units)
            continue
        if _is_heading(own, grid, number, body=bool(body), stack=stack):
            if body:
                close()
                stack, body = [], []
            stack.append(number)
        else:
            body.append(number)
    close()
    return blocks


def _above(text: str, start: int) -> Above:
    """Return what the lines over a table say of it."""
    units: tuple[str, ...] = ()
    title = Heading()
    lines = text[max(0, start - 200) : start].rstrip("\n").split("\n")[-_LINES_ABOVE:]
    for line in reversed(lines):
        if len(line) > _LONGEST_TITLE or "\t" in line or _SENTENCE.search(line):
            break
        units = units or units_above(line)
        found = _title(line)
        if not title.timed and not title.modality:
            title = found
    return Above(title, units)


def _title(line: str) -> Heading:
    """Return the years of a title and whether it announces aims or results, without its words."""
    found = read_heading(re.sub(r"(?:计量)?单位[:：].*$", "", line).strip("（）() "))
    modality = found.modality
    for word, meaning in (("计划", "target"), ("目标", "target"), ("预期", "target"), ("完成", "actual")):
        modality = meaning if word in line else modality
    return Heading(years=found.years, relative=found.relative, period=found.period, modality=modality)


def _counts_columns(own: Sequence[Cell]) -> bool:
    """Return whether a row only numbers the columns (甲, 1, 2, 3)."""
    digits = [cell.text for cell in own if cell.text.isdecimal()]
    others = [cell.text for cell in own if not cell.text.isdecimal()]
    in_order = [str(n) for n in range(1, len(digits) + 1)]
    return len(digits) > 1 and digits == in_order and all(word in "甲乙丙丁栏次行次" for word in others)


def _is_heading(own: Sequence[Cell], grid: Grid, number: int, *, body: bool, stack: Sequence[int]) -> bool:
    """Return whether a row heads the columns below it."""
    sorts = [sort_of(cell.text) for cell in own]
    if VALUE in sorts or any(len(cell.text) > _LONGEST_HEADING for cell in own):
        return False
    if YEAR in sorts and (sorts[0] == YEAR and len(sorts) > 1 and YEAR not in sorts[1:]):
        return False  # 2019年 with words behind it is a row of its year
    if not body:
        return len(own) > 1 and (not stack or YEAR in sorts or _holds_values_below(grid, number, own))
    texts = [cell.text for cell in own]
    repeated = any([c.text for c in grid[row] if c is not None and c.row == row and c.text] == texts for row in stack)
    return repeated or all(cell.header for cell in own) or column_of(texts[0]) != "" or YEAR in sorts[1:]


def _holds_values_below(grid: Grid, number: int, own: Sequence[Cell]) -> bool:
    """Return whether a second row of words is above values, and is not the first row below the headings."""
    if any(cell is not None and cell.row < number and cell.row + cell.row_span > number for cell in grid[number]):
        return True
    above = [cell for cell in grid[number - 1] if cell is not None and cell.row == number - 1]
    if any(1 < cell.column_span < len(grid[number]) for cell in above):
        return True
    below = grid[number + 1] if number + 1 < len(grid) else ()
    return all(below and (cell := below[place.column]) is not None and sort_of(cell.text) == VALUE for place in own[1:])


def _block(grid: Grid, stack: Sequence[int], body: Sequence[int], bands: dict[int, str], above: Above) -> Block:
    width = len(grid[0])
    columns = tuple(_column(grid, stack, body, column) for column in range(width))
    if not above.units:
        above = Above(above.title, _units_in_corner(columns))
    block = Block(columns, bool(stack), above)
    band, whole, upper = Heading(), None, ""
    last_band = -1
    for number in body:
        for row in range(last_band + 1, number):
            if row in bands:
                band, whole, upper = read_label(bands[row]), None, ""
        last_band = number
        label = label_of(grid[number], columns, width)[0]
        if not label.of_which:
            whole = None
        block.rows.append(Row(tuple(grid[number]), number, band, whole, upper))
        whole = whole if label.of_which else label.words or None
        upper = label.words or upper
    return block


def _units_in_corner(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the units that the headings over the labels state for the values (单位：件), unless they differ."""
    labels = [column for column in columns if column.kind == "label"]
    stated = {
        units
        for column in labels
        if (units := units_above(" ".join(column.texts)) or tuple(filter(None, (column.heading.unit,))))
    }
    return stated.pop() if len(stated) == 1 else ()


def _column(grid: Grid, stack: Sequence[int], body: Sequence[int], column: int) -> Column:
    over = [cell for row in stack if (cell := grid[row][column]) is not None and cell.text]
    texts = tuple(cell.text for cell in dict.fromkeys(over))
    heading = join_headings([read_heading(text) for text in texts])
    if any(None in grid[row] for row in stack):  # a text file does not say which columns a merged heading covers
        heading = heading._replace(clear=False)
    cells = [cell.text for cell in dict.fromkeys(grid[row][column] for row in body) if cell is not None and cell.text]
    return Column(_kind_of_column(cells, heading, texts, first=column == 0, alone=len(grid[0]) == 1), heading, texts)


def _kind_of_column(cells: Sequence[str], heading: Heading, texts: Sequence[str], *, first: bool, alone: bool) -> str:
    """Return what a column holds, by its heading and its cells."""
    sorts = [sort_of(text) for text in cells]
    values, years = sorts.count(VALUE), sorts.count(YEAR)
    named = column_of(texts[-1]) if texts else ""
    if named == "index" or (first and not texts and not alone and _is_running(cells)):
        return "index"
    if named == "unit" and 2 * sum(map(is_unit, cells)) >= len(cells):  # else the column names organisations
        return named
    if named == "other":
        return named
    untitled = not (heading.words or heading.unit or heading.change)
    if years and not values and (named == "year" or (untitled and (years == len(sorts) or first))):
        return "year"
    words = len(sorts) - values - years
    if values + years and (values + years >= words or (texts and not first)):
        return "value"
    described = not first and any(_DESCRIBES.search(text) or len(text) > _LONGEST_LABEL for text in cells)
    return "other" if described else "label"


def _is_running(texts: Sequence[str]) -> bool:
    """Return whether the cells of a column number the rows; some rows only continue the words of another."""
    values = [text for text in texts if sort_of(text) in (VALUE, YEAR)]
    if 2 * len(values) < len(texts) or not all(text.isdecimal() and len(text) < _LONG_NUMBER for text in values):
        return False
    return all(int(after) == int(before) + 1 for before, after in pairwise(values))


def label_of(cells: Sequence[Cell | None], columns: Sequence[Column], before: int) -> tuple[Heading, str]:
    """Return what the labels of the value in column `before` say, and the unit that a column of units gives for it."""
    place = before - 1
    while place >= 0 and columns[place].kind in ("value", "other"):
        place -= 1
    labels: list[Cell] = []
    unit = ""
    while place >= 0 and columns[place].kind not in ("value", "other"):
        cell = cells[place]
        if cell is not None and columns[place].kind == "unit":
            unit = cell.text
        elif cell is not None and columns[place].kind in ("label", "year") and cell not in labels:
            labels.insert(0, cell)
        place -= 1
    behind = next((cell for cell, column in zip(cells, columns, strict=True) if cell and column.kind == "unit"), None)
    headings = [read_label(cell.text) for cell in labels if cell.text]
    # 经济发展 next to several rows groups them and names nothing
    headings = [
        here._replace(words="") if sorts_only(here.words) and here is not headings[-1] else here for here in headings
    ]
    return join_headings(headings), unit or (behind.text if behind else "")
