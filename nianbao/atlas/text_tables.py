"""Layout of the tables in a report's text: which words of a line belong to which columns. Pure.

A table is a block of lines with tabs. For the tables of a form, `cells` gives the column of each number and the
headings above and to the left of it; the words of the other lines are aligned to these headings. Of any other table
nothing is known but the words, which are laid out from left to right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.rows import CellRow


@dataclass(frozen=True, slots=True)
class WordSpan:
    """Words of a line with their place in the table.

    Attributes:
        start: Offset of the first character in the text.
        end: Offset after the last character.
        column: First column, counted from 1.
        n_columns: How many columns the words span.
        is_value: Whether the words are a value of the form.
    """

    start: int
    end: int
    column: int
    n_columns: int
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class TextTableLine:
    """A row of a table: the offset of its line in the text, and its words from left to right."""

    start: int
    words: tuple[WordSpan, ...]


@dataclass(frozen=True, slots=True)
class _FormCell:
    """A cell of a form with its column, counted from 1, and its normalised headings from the outermost in."""

    start: int
    column: int
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]


_CellsByLine = Mapping[int, Sequence[_FormCell]]


def find_tables(text: str, cells: Sequence[CellRow]) -> dict[int, tuple[TextTableLine, ...]]:
    """Return the tables of a text by the offset of their first line."""
    by_line = _cells_by_line(text, cells)
    tables: dict[int, tuple[TextTableLine, ...]] = {}
    block: list[tuple[int, int]] = []
    start = 0
    for line in [*text.split("\n"), ""]:
        end = start + len(line)
        if "\t" in line or start in by_line or (block and _is_heading(line, end, by_line, text)):
            block.append((start, end))
        elif block:
            if len(block) > 1:
                block = _with_heading(text, block, by_line)
                tables[block[0][0]] = tuple(_lay_out(text, block, by_line))
            block = []
        start = end + 1
    return tables


def _cells_by_line(text: str, cells: Sequence[CellRow]) -> dict[int, list[_FormCell]]:
    """Group the cells of the text by the offset of their line, from left to right."""
    form_cells = [
        _FormCell(
            row["char_start"], row["column_number"], _split_path(row["row_path"]), _split_path(row["column_path"])
        )
        for row in cells
        if row["char_start"] is not None and row["column_number"]
    ]
    by_line: dict[int, list[_FormCell]] = {}
    for cell in sorted(form_cells, key=lambda cell: (cell.start, cell.column)):
        by_line.setdefault(text.rfind("\n", 0, cell.start) + 1, []).append(cell)
    return by_line


def _is_heading(line: str, end: int, by_line: _CellsByLine, text: str) -> bool:
    """Return whether a line of one word is a heading of the numbers that follow: 第二十条第（五）项 within a table."""
    following = end + 1
    for _ in range(4):
        if following in by_line:
            return any(_normalise(line) in cell.column_path for cell in by_line[following])
        following = text.find("\n", following) + 1
        if not following:
            break
    return False


def _with_heading(text: str, block: list[tuple[int, int]], by_line: _CellsByLine) -> list[tuple[int, int]]:
    """Prepend the line before the block if it is a heading of one word."""
    end = block[0][0] - 1
    start = text.rfind("\n", 0, max(end, 0)) + 1
    line = text[start : max(end, 0)]
    return [(start, end), *block] if line and _is_heading(line, end, by_line, text) else block


def _lay_out(text: str, block: Sequence[tuple[int, int]], by_line: _CellsByLine) -> list[TextTableLine]:
    lines: list[TextTableLine] = []
    pending: list[tuple[int, int]] = []
    for start, end in block:
        cells = by_line.get(start)
        if not cells:
            pending.append((start, end))
            continue
        lines += _heading_rows(text, pending, cells)
        lines.append(TextTableLine(start, tuple(_value_row(text, start, end, cells))))
        pending = []
    return [*lines, *_side_by_side(text, pending)]


def _value_row(text: str, start: int, end: int, cells: Sequence[_FormCell]) -> list[WordSpan]:
    """Lay out a row with numbers: the numbers in their columns, the labels before them by their depth."""
    column_of = {cell.start: cell.column for cell in cells}
    words = _words(text, start, end)
    first_value = next((n for n, (begin, _) in enumerate(words) if begin in column_of), 0)
    first_column = column_of.get(words[first_value][0], first_value + 1)
    labels = [word for word in words[:first_value] if word[0] < word[1]]
    depth = max(len(cells[0].row_path) - len(labels), 0)
    if depth + len(labels) >= first_column:
        depth = max(first_column - 1 - len(labels), 0)
    row = []
    for n, (begin, finish) in enumerate(labels):
        column = depth + n + 1
        n_columns = first_column - column if n + 1 == len(labels) else 1
        row.append(WordSpan(begin, finish, column, n_columns))
    column = first_column - 1
    for begin, finish in words[first_value:]:
        column = max(column_of.get(begin, column + 1), column + 1)
        row.append(WordSpan(begin, finish, column, 1, is_value=True))
    return row


def _heading_rows(text: str, lines: Sequence[tuple[int, int]], cells: Sequence[_FormCell]) -> list[TextTableLine]:
    """Lay out the lines above a row with numbers: each word spans its columns."""
    paths = {cell.column: cell.column_path for cell in cells}
    columns = sorted(paths)
    taken: set[tuple[int, int]] = set()
    rows = []
    for start, end in lines:
        row: list[WordSpan] = []
        next_column = 1
        words = [word for word in _words(text, start, end) if word[0] < word[1]]
        for begin, finish in words:
            candidates = [column for column in columns if column >= next_column]
            run = _columns_under(_normalise(text[begin:finish]), paths, candidates, taken)
            if run:
                is_whole_row = len(words) == 1 and run == columns
                column, last = 1 if is_whole_row else run[0], run[-1]
            else:
                column, last = next_column, max(next_column, columns[0] - 1)
            row.append(WordSpan(begin, finish, column, last - column + 1))
            next_column = last + 1
        rows.append(TextTableLine(start, tuple(row)))
    return rows


def _columns_under(
    word: str, paths: Mapping[int, tuple[str, ...]], columns: Sequence[int], taken: set[tuple[int, int]]
) -> list[int]:
    """Return the next adjacent columns that have the word as a heading at one depth, under the same outer headings.

    Adds each column and depth that it returns to `taken`, so that an equal word takes the columns after them.
    """
    run: list[int] = []
    outer: tuple[str, ...] | None = None
    for column in columns:
        path = paths[column]
        depth = next((n for n, part in enumerate(path) if part == word and (column, n) not in taken), None)
        if depth is not None and (outer is None or outer == path[: depth + 1]):
            outer = path[: depth + 1]
            run.append(column)
        elif run:
            break
    if outer is not None:
        taken.update((column, len(outer) - 1) for column in run)
    return run


def _side_by_side(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[TextTableLine]:
    """Lay out rows with unknown headings: one word per column, from left to right.

    Headings before the first row of numbers that are fewer than the columns are merged cells. Which columns they cover
    is unknown, so such a line spans the whole table.
    """
    words_by_line = [_words(text, *line) for line in lines]
    n_columns = max(map(len, words_by_line), default=0)
    in_head = True
    for (start, end), words in zip(lines, words_by_line, strict=True):
        in_head = in_head and not any(text[begin:finish][:1].isdigit() for begin, finish in words)
        if in_head and len(words) < n_columns:
            yield TextTableLine(start, (WordSpan(start, end, 1, n_columns),))
        else:
            yield TextTableLine(
                start, tuple(WordSpan(begin, finish, n, 1) for n, (begin, finish) in enumerate(words, start=1))
            )


def _words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the offsets of the words between the tabs of a line, empty ones included."""
    words = []
    for word in text[start:end].split("\t"):
        words.append((start, start + len(word)))
        start += len(word) + 1
    return words


def _split_path(path: str | None) -> tuple[str, ...]:
    """Split the headings of a cell, `a/b`, and normalise each."""
    return tuple(map(_normalise, path.split("/"))) if path else ()


def _normalise(word: str) -> str:
    return "".join(word.split())
