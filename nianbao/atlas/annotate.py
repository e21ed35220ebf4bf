"""Report text split into paragraphs, sentences and numbers, ready to be drawn. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nianbao.atlas.text_tables import TextTableLine, find_tables
from schemas.rows import CellRow, ObservationRow, SectionRow, UnmatchedRow


class LinkedObservation(ObservationRow):
    """An observation with the CSS class of its mark, the link to its series, and its tooltip."""

    mark: str
    href: str | None
    tooltip: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """Characters of a sentence; a number carries its row.

    Attributes:
        text: The characters.
        number: The row of `observations` or `unmatched` that the characters belong to.
        is_data: True for an observation, false for an unmatched number.
        continued: True when an earlier fragment already shows the beginning of the same number.
    """

    text: str
    number: LinkedObservation | UnmatchedRow | None = None
    is_data: bool = False
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a paragraph: one sentence with observations, or the text between two of them."""

    is_sentence: bool
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table, after `gap` empty columns, `span` columns wide."""

    gap: int
    span: int
    is_value: bool
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table; `is_head` if it has no number of the form."""

    start: int
    is_head: bool
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text, or the lines of a table as `rows`.

    `level` is the level of the section if the line is its heading, else 0.
    """

    start: int
    level: int
    segments: tuple[Segment, ...] = field(default=())
    rows: tuple[TableRow, ...] = field(default=())


class _NumberSpan(NamedTuple):
    """A number in the text: half-open character offsets, its row, and whether it is an observation."""

    start: int
    end: int
    row: LinkedObservation | UnmatchedRow
    is_data: bool


def annotate(
    text: str,
    observations: Sequence[LinkedObservation],
    unmatched: Sequence[UnmatchedRow],
    sections: Sequence[SectionRow],
    cells: Sequence[CellRow] = (),
) -> Iterator[Paragraph]:
    """Yield the paragraphs of a report in order.

    The fragments of all paragraphs, joined, are the text without its line ends and without the tabs of tables.

    Args:
        text: The text of the report.
        observations: Its observations, ordered by `char_start`.
        unmatched: Its numbers that are not observations.
        sections: Its sections.
        cells: The cells of its form, if it has one.
    """
    spans = sorted(
        [
            *(_NumberSpan(row["char_start"], row["char_end"], row, True) for row in observations),
            *(_NumberSpan(row["char_start"], row["char_end"], row, False) for row in unmatched),
        ],
        key=lambda span: (span.start, -span.end),
    )
    sentences = _sentence_spans(text, observations)
    headings = {row["char_start"]: row for row in sections}
    tables = find_tables(text, cells)
    next_span = next_sentence = 0
    start = table_end = 0
    for line in text.split("\n"):
        end = start + len(line)
        while next_span < len(spans) and spans[next_span].end <= start:
            next_span += 1
        while next_sentence < len(sentences) and sentences[next_sentence][1] <= start:
            next_sentence += 1
        if start in tables:
            rows = tables[start]
            table_end = max(word.end for word in rows[-1].words) + 1
            remaining = spans[next_span:]
            yield Paragraph(start, 0, rows=tuple(_table_row(text, row, remaining) for row in rows))
        elif line.strip() and start >= table_end:
            yield Paragraph(
                start,
                _heading_level(line, headings.get(start)),
                tuple(_segments(text, start, end, sentences[next_sentence:], spans[next_span:])),
            )
        start = end + 1


def _table_row(text: str, line: TextTableLine, spans: Sequence[_NumberSpan]) -> TableRow:
    inside = [span for span in spans if span.start < line.words[-1].end and span.end > line.start]
    cells = []
    column = 1
    for word in line.words:
        fragments = tuple(_fragments(text, word.start, word.end, inside))
        cells.append(TableCell(max(word.column - column, 0), word.n_columns, word.is_value, fragments))
        column = word.column + word.n_columns
    return TableRow(line.start, not any(word.is_value for word in line.words), tuple(cells))


def _sentence_spans(text: str, observations: Sequence[LinkedObservation]) -> list[tuple[int, int]]:
    """Return the half-open offsets of the sentences of the observations: each once, in order, not overlapping."""
    spans: list[tuple[int, int]] = []
    for row in observations:
        start, end = row["char_start"], row["char_end"]
        if spans and end <= spans[-1][1]:
            continue
        sentence = row["sentence"]
        offset = text.find(sentence, max(0, end - len(sentence)))
        if offset < 0 or offset > start:
            offset, sentence = start, row["quote"]
        begin = max(offset, spans[-1][1]) if spans else offset
        spans.append((begin, max(offset + len(sentence), end)))
    return spans


def _segments(
    text: str, start: int, end: int, sentences: Sequence[tuple[int, int]], spans: Sequence[_NumberSpan]
) -> Iterator[Segment]:
    position = start
    for sentence_start, sentence_end in sentences:
        if sentence_start >= end:
            break
        left, right = max(sentence_start, position), min(sentence_end, end)
        if position < left:
            yield Segment(False, tuple(_fragments(text, position, left, spans)))
        if left < right:
            yield Segment(True, tuple(_fragments(text, left, right, spans)))
            position = right
    if position < end:
        yield Segment(False, tuple(_fragments(text, position, end, spans)))


def _fragments(text: str, start: int, end: int, spans: Sequence[_NumberSpan]) -> Iterator[Fragment]:
    position = start
    for span in spans:
        if span.start >= end:
            break
        if span.end <= position:
            continue
        left, right = max(span.start, position), min(span.end, end)
        if position < left:
            yield Fragment(text[position:left])
        yield Fragment(text[left:right], span.row, span.is_data, continued=span.start < position)
        position = right
    if position < end:
        yield Fragment(text[position:end])


def _heading_level(line: str, section: SectionRow | None) -> int:
    """Return the level of the section if its heading fills the line; 0 if the heading begins a line of running text."""
    if section is None or not section["heading"]:
        return 0
    number = section["path"].rsplit("/", 1)[-1]
    longest = len(number) + len(section["heading"]) + 4
    return section["level"] if section["heading"] in line and len(line.strip()) <= longest else 0
