"""A report's text with every number marked: paragraphs, sentences in them, numbers in those. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nianbao.atlas.text_tables import TextTableLine, find_tables

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fragment:
    """Some characters of a sentence; of a number, its row, and whether that is an observation."""

    text: str
    number: Row | None = None
    is_data: bool = False
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with numbers, or what stands between two such."""

    is_sentence: bool
    pieces: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class TableCell:
    """Words of a table: after so many empty columns, over so many."""

    gap: int
    span: int
    is_value: bool
    pieces: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of a table; `is_head` where no number of the form stands in it."""

    start: int
    is_head: bool
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text, or the lines of a table as `rows`; `level` is that of the part whose heading it is, or 0."""

    start: int
    level: int
    stretches: tuple[Sentence, ...] = field(default=())
    rows: tuple[TableRow, ...] = field(default=())


def annotate(
    text: str,
    observations: Sequence[Row],
    unmatched: Sequence[Row],
    sections: Sequence[Row],
    cells: Sequence[Row] = (),
) -> Iterator[Paragraph]:
    """The paragraphs of `text` in their order; put together again, all pieces are the text without its line ends, and
    without the tabs of tables. `cells` are those of the form that the report keeps to."""
    spans = sorted(
        [(row["char_start"], row["char_end"], row, True) for row in observations]
        + [(row["char_start"], row["char_end"], row, False) for row in unmatched],
        key=lambda span: (span[0], -span[1]),
    )
    sentences = _sentences(text, observations)
    headings = {row["char_start"]: row for row in sections}
    tables = find_tables(text, cells)
    next_span = next_sentence = 0
    start = table_ends = 0
    for line in text.split("\n"):
        end = start + len(line)
        while next_span < len(spans) and spans[next_span][1] <= start:
            next_span += 1
        while next_sentence < len(sentences) and sentences[next_sentence][1] <= start:
            next_sentence += 1
        if start in tables:
            rows = tables[start]
            table_ends = max(spot.end for spot in rows[-1].spots) + 1
            inside = spans[next_span:]
            yield Paragraph(start, 0, rows=tuple(_row(text, row, inside) for row in rows))
        elif line.strip() and start >= table_ends:
            yield Paragraph(
                start,
                _level(line, headings.get(start)),
                tuple(_stretches(text, start, end, sentences[next_sentence:], spans[next_span:])),
            )
        start = end + 1


def _row(text: str, line: TextTableLine, spans: Sequence[tuple[int, int, Row, bool]]) -> TableRow:
    inside = [span for span in spans if span[0] < line.spots[-1].end and span[1] > line.start]
    cells = []
    column = 1
    for spot in line.spots:
        pieces = tuple(_pieces(text, spot.start, spot.end, inside))
        cells.append(TableCell(max(spot.column - column, 0), spot.span, spot.is_value, pieces))
        column = spot.column + spot.span
    return TableRow(line.start, not any(spot.is_value for spot in line.spots), tuple(cells))


def _sentences(text: str, observations: Sequence[Row]) -> list[tuple[int, int]]:
    """Where the sentences of the observations stand, each once, none over another."""
    found: list[tuple[int, int]] = []
    for row in observations:
        start, end = row["char_start"], row["char_end"]
        if found and end <= found[-1][1]:
            continue
        sentence = row["sentence"]
        at = text.find(sentence, max(0, end - len(sentence)))
        if at < 0 or at > start:
            at, sentence = start, row["quote"]
        begin = max(at, found[-1][1]) if found else at
        found.append((begin, max(at + len(sentence), end)))
    return found


def _stretches(
    text: str, start: int, end: int, sentences: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int, Row, bool]]
) -> Iterator[Sentence]:
    at = start
    for begin, finish in sentences:
        if begin >= end:
            break
        begin, finish = max(begin, at), min(finish, end)
        if at < begin:
            yield Sentence(False, tuple(_pieces(text, at, begin, spans)))
        if begin < finish:
            yield Sentence(True, tuple(_pieces(text, begin, finish, spans)))
            at = finish
    if at < end:
        yield Sentence(False, tuple(_pieces(text, at, end, spans)))


def _pieces(text: str, start: int, end: int, spans: Sequence[tuple[int, int, Row, bool]]) -> Iterator[Fragment]:
    at = start
    for begin, finish, row, is_data in spans:
        if begin >= end:
            break
        if finish <= at:
            continue
        continued = begin < at
        begin, finish = max(begin, at), min(finish, end)
        if at < begin:
            yield Fragment(text[at:begin])
        yield Fragment(text[begin:finish], row, is_data, continued)
        at = finish
    if at < end:
        yield Fragment(text[at:end])


def _level(line: str, section: Row | None) -> int:
    """The level of a heading that fills its line; a part that begins within running text has no line of its own."""
    if section is None or not section["heading"]:
        return 0
    number = section["path"].rsplit("/", 1)[-1]
    room = len(number) + len(section["heading"]) + 4
    return section["level"] if section["heading"] in line and len(line.strip()) <= room else 0
