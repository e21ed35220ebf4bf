"""Where the words of a table stand: lines of a text with tabs in them, as rows with columns. Pure.

Of a form the table `cells` tells the column of each number and the headings over and before it, and the words of the
other lines are put where these headings are. Any other table is its words side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Words of a line and where they stand: in columns counted from 1, `span` of them."""

    start: int
    end: int
    column: int
    span: int
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class TextTableLine:
    """A row of a table: where its line begins in the text, and its words from left to right."""

    start: int
    spots: tuple[TextSpan, ...]


def find_tables(text: str, cells: Sequence[Row]) -> dict[int, tuple[TextTableLine, ...]]:
    """The tables of a text by where their first line begins."""
    of_line = _by_line(text, [row for row in cells if row["char_start"] is not None and row["column_number"]])
    tables: dict[int, tuple[TextTableLine, ...]] = {}
    block: list[tuple[int, int]] = []
    start = 0
    for line in [*text.split("\n"), ""]:
        end = start + len(line)
        if "\t" in line or start in of_line or (block and _is_heading(line, end, of_line, text)):
            block.append((start, end))
        elif block:
            if len(block) > 1:
                block = _with_heading(text, block, of_line)
                tables[block[0][0]] = tuple(_place(text, block, of_line))
            block = []
        start = end + 1
    return tables


def _by_line(text: str, cells: Sequence[Row]) -> dict[int, list[Row]]:
    """The cells of a form by where their line begins, from left to right."""
    of_line: dict[int, list[Row]] = {}
    for row in sorted(cells, key=lambda row: (row["char_start"], row["column_number"])):
        of_line.setdefault(text.rfind("\n", 0, row["char_start"]) + 1, []).append(row)
    return of_line


def _is_heading(line: str, end: int, of_line: Mapping[int, Sequence[Row]], text: str) -> bool:
    """Whether a line of one word stands over the numbers that come next: 第二十条第（五）项 within a table."""
    following = end + 1
    for _ in range(4):
        if following in of_line:
            return any(_bare(line) in map(_bare, _path(row["column_path"])) for row in of_line[following])
        following = text.find("\n", following) + 1
        if not following:
            break
    return False


def _with_heading(
    text: str, block: list[tuple[int, int]], of_line: Mapping[int, Sequence[Row]]
) -> list[tuple[int, int]]:
    """The block with the line of one word before it, where that is its heading."""
    end = block[0][0] - 1
    start = text.rfind("\n", 0, max(end, 0)) + 1
    line = text[start : max(end, 0)]
    return [(start, end), *block] if line and _is_heading(line, end, of_line, text) else block


def _place(text: str, block: Sequence[tuple[int, int]], of_line: Mapping[int, Sequence[Row]]) -> list[TextTableLine]:
    lines: list[TextTableLine] = []
    waiting: list[tuple[int, int]] = []
    for start, end in block:
        cells = of_line.get(start)
        if not cells:
            waiting.append((start, end))
            continue
        lines += _headings(text, waiting, cells)
        lines.append(TextTableLine(start, tuple(_values(text, start, end, cells))))
        waiting = []
    return [*lines, *_side_by_side(text, waiting)]


def _values(text: str, start: int, end: int, cells: Sequence[Row]) -> list[TextSpan]:
    """A row with numbers: these in their columns, and the words before them by how deep they are."""
    column_of = {row["char_start"]: row["column_number"] for row in cells}
    words = _words(text, start, end)
    at = next((n for n, (begin, _) in enumerate(words) if begin in column_of), 0)
    first = column_of.get(words[at][0], at + 1)
    before = [word for word in words[:at] if word[0] < word[1]]
    depth = max(len(_path(cells[0]["row_path"])) - len(before), 0)
    if depth + len(before) >= first:
        depth = max(first - 1 - len(before), 0)
    spots = []
    for n, (begin, finish) in enumerate(before):
        column = depth + n + 1
        spots.append(TextSpan(begin, finish, column, first - column if n + 1 == len(before) else 1))
    column = first - 1
    for begin, finish in words[at:]:
        column = max(column_of.get(begin, column + 1), column + 1)
        spots.append(TextSpan(begin, finish, column, 1, is_value=True))
    return spots


def _headings(text: str, lines: Sequence[tuple[int, int]], cells: Sequence[Row]) -> list[TextTableLine]:
    """The rows over a row with numbers: each word over the columns whose heading it is."""
    paths = {row["column_number"]: tuple(map(_bare, _path(row["column_path"]))) for row in cells}
    columns = sorted(paths)
    taken: set[tuple[int, int]] = set()
    placed = []
    for start, end in lines:
        spots: list[TextSpan] = []
        at = 1
        words = [word for word in _words(text, start, end) if word[0] < word[1]]
        for begin, finish in words:
            run = _run(_bare(text[begin:finish]), paths, [column for column in columns if column >= at], taken)
            if run:
                whole = len(words) == 1 and run == columns
                column, last = 1 if whole else run[0], run[-1]
            else:
                column, last = at, max(at, columns[0] - 1)
            spots.append(TextSpan(begin, finish, column, last - column + 1))
            at = last + 1
        placed.append(TextTableLine(start, tuple(spots)))
    return placed


def _run(
    word: str, paths: Mapping[int, tuple[str, ...]], columns: Sequence[int], taken: set[tuple[int, int]]
) -> list[int]:
    """The next columns side by side that have the word as their heading at one depth, under the same headings."""
    run: list[int] = []
    over: tuple[str, ...] | None = None
    for column in columns:
        path = paths[column]
        depth = next((n for n, part in enumerate(path) if part == word and (column, n) not in taken), None)
        if depth is not None and (over is None or over == path[: depth + 1]):
            over = path[: depth + 1]
            run.append(column)
        elif run:
            break
    if over is not None:
        taken.update((column, len(over) - 1) for column in run)
    return run


def _side_by_side(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[TextTableLine]:
    """Rows of which no heading is known: their words in turn. Headings before the first row of numbers that are fewer
    than the columns are merged cells, of which it is not known over what they stand: these go over all."""
    words = [_words(text, *line) for line in lines]
    n_columns = max(map(len, words), default=0)
    in_head = True
    for (start, end), own in zip(lines, words, strict=True):
        in_head = in_head and not any(text[begin:finish][:1].isdigit() for begin, finish in own)
        if in_head and len(own) < n_columns:
            yield TextTableLine(start, (TextSpan(start, end, 1, n_columns),))
        else:
            yield TextTableLine(
                start, tuple(TextSpan(begin, finish, n, 1) for n, (begin, finish) in enumerate(own, start=1))
            )


def _words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """What stands between the tabs of a line, empty words too."""
    words = []
    for word in text[start:end].split("\t"):
        words.append((start, start + len(word)))
        start += len(word) + 1
    return words


def _path(path: str | None) -> list[str]:
    return path.split("/") if path else []


def _bare(word: str) -> str:
    return "".join(word.split())
