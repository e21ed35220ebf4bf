"""From the cells of ordinary tables to observations; a cell that its headings leave in doubt is unread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from nianbao.documents.model import Cell, Document
from nianbao.extraction.lexicon import words
from nianbao.extraction.model import Observation, Unmatched
from nianbao.extraction.numbers.numerals import read_arabic
from nianbao.extraction.tables.cell_kind import kind_of
from nianbao.extraction.tables.cell_times import CellTimes, Times
from nianbao.extraction.tables.headings import (
    Heading,
    is_share,
    join_headings,
    sorts_only,
)
from nianbao.extraction.tables.layout import Block, Row, blocks_of, label_of, tables_of
from nianbao.extraction.tables.values import TEXT, YEAR, CellNumber, number_in, sort_of
from schemas.vocabulary import LARGEST_NUMBER

UNREAD = "table_cell_unread"
_WORDS = words("tables")
_DONE, _TASK = tuple(_WORDS["text.done"]), tuple(_WORDS["text.task"])
_DONE_CELL = ("已", "均已", "全部", "完成", "正在", "按计划", "全年", "共", "截至")
_SCOPES = frozenset(_WORDS["scopes"])
_LARGEST_SHARE = 1000.0
_BARE = re.compile(r"[^\u4e00-\u9fff]*\d[^\u4e00-\u9fff]*")  # 1,234*: a number with a sign that no rule reads


class Tables(NamedTuple):
    """What the ordinary tables of a document hold.

    `spans` are the cells that no other rule reads again, `tasks` those of columns that set tasks next to their results.
    """

    observations: tuple[Observation, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    tasks: tuple[tuple[int, int], ...] = ()


class _Meaning(NamedTuple):
    """What a value measures, before it is read."""

    subject: str
    kind: str
    unit: str
    times: str
    direction: str | None
    compared: str | None
    years: tuple[int, int]
    period: str
    modality: str
    scope: str | None
    whole: str | None
    part: str | None
    rule: str
    grade: str


def read_tables(document: Document, times: Times, form_spans: Sequence[tuple[int, int]]) -> Tables:
    """Return what the tables of a document hold; a table with cells of the family's form is left to the form."""
    observations: list[Observation] = []
    unmatched: list[Unmatched] = []
    tasks: list[tuple[int, int]] = []
    for table in tables_of(document):
        if any(table.start <= start < table.end for start, _ in form_spans):
            continue
        for block in blocks_of(document.text, table):
            tasks += _tasks_of(block)
            for row in block.rows:
                reader = _RowReader(document.text, block, row, times)
                reader.read()
                observations += reader.observations
                unmatched += reader.unmatched
    spans = sorted([(row.start, row.end) for row in observations] + [(row.start, row.end) for row in unmatched])
    return Tables(tuple(observations), tuple(unmatched), tuple(spans), tuple(sorted(tasks)))


def _tasks_of(block: Block) -> list[tuple[int, int]]:
    """Return the cells of words that set a task, with its result in a later cell of the row."""
    done = [n for n, column in enumerate(block.columns) if any(word in text for text in column.texts for word in _DONE)]
    if done:
        asked = [
            n
            for n, column in enumerate(block.columns)
            if n not in done
            and column.kind in ("label", "other")
            and column.texts
            and any(w in column.texts[-1] for w in _TASK)
        ]
        found = [cell for row in block.rows for n in asked if (cell := row.own(n)) is not None]
        return [(cell.start, cell.end) for cell in found if cell.text]
    tasks = []
    for row in [] if block.headed and any(column.kind == "value" for column in block.columns) else block.rows:
        cells = [cell for n in range(len(row.cells)) if (cell := row.own(n)) is not None and cell.text]
        for n, cell in enumerate(cells):
            later = any(other.text.startswith(_DONE_CELL) for other in cells[n + 1 :])
            if later and not cell.text.startswith(_DONE_CELL):
                tasks.append((cell.start, cell.end))
    return tasks


class _RowReader:
    """Reads the values of one row."""

    def __init__(self, text: str, block: Block, row: Row, times: Times) -> None:
        self.block, self.row = block, row
        self.observations: list[Observation] = []
        self.unmatched: list[Unmatched] = []
        first = next(cell for n in range(len(row.cells)) if (cell := row.own(n)) is not None and cell.text)
        end = text.find("\n", first.start)
        self.line = (text.rfind("\n", 0, first.start) + 1, end if end >= 0 else len(text))
        self.when = CellTimes(block, times, self.line[0])

    def read(self) -> None:
        """Read each cell of the columns of values, and leave words to prose."""
        for column, here in enumerate(self.block.columns):
            cell = self.row.own(column)
            if cell is None or not cell.text:
                continue
            sort = sort_of(cell.text)
            if here.kind == "index" or (sort == TEXT and not _BARE.fullmatch(cell.text)):
                continue
            number = number_in(cell.text) if here.kind == "value" else None
            meaning = self._meaning(column, number) if number is not None else None
            if number is not None and meaning is not None:
                self._take(cell, number, meaning)
            elif sort == YEAR and here.kind != "value":
                if cell.text.isdecimal():
                    self.unmatched.append(Unmatched(cell.start, cell.end, "year", *self.line))
            elif number is None or not number.word:
                self.unmatched.append(Unmatched(cell.start, cell.end, UNREAD, *self.line))

    def _meaning(self, column: int, number: CellNumber) -> _Meaning | None:
        """Return what a value measures, or None where its headings leave it open."""
        over = self.block.columns[column].heading
        label, column_unit = label_of(self.row.cells, self.block.columns, column)
        band = self.row.band
        joined = join_headings([band._replace(words="", unit=""), label, over])
        years = self.when.years(column, joined)
        if not joined.clear or years is None:
            return None
        kind = kind_of(over, label, number, column_unit or band.unit, self.block.above.units)
        subject = self._subject(column, label, over)
        if kind is None or not subject.words:
            return None
        modality = self.when.modality(joined, years)
        if modality is None:
            return None
        direction = compared = None
        if kind.kind.startswith("change"):
            direction = kind.direction or ("down" if number.sign == "down" else "up")
            if kind.direction and number.sign:
                return None  # 下降 -3 says both
            compared = "same_scope" if joined.same_scope else joined.compared or self.when.compared(column, years)
            if compared is None:
                return None
        elif number.sign == "up":
            return None
        return _Meaning(
            subject.words,
            kind.kind,
            kind.unit,
            kind.times,
            direction,
            compared,
            years,
            self.when.period(joined, years),
            modality,
            subject.scope,
            subject.whole,
            subject.part,
            self._rule(column, over, label),
            "A" if joined.timed else "B",
        )

    def _subject(self, column: int, label: Heading, over: Heading) -> _Subject:
        """Return the subject: the words of the label and those over the column, or those of the value next to it."""
        scope = next((words for words in (label.words, over.words) if words in _SCOPES), None)
        words = "".join(part for part in dict.fromkeys((label.words, over.words)) if part != scope)
        band = self.row.band.words
        if words and band and len(label.words or words) <= 3 and not sorts_only(band):
            words = band + words
        whole = self.row.whole or (band or None)
        if label.of_which:
            return _Subject(words, None, whole, label.words)
        if over.change and not over.words:
            words += self._adjacent(column)
        elif not words or (is_share(words) and not label.words and words == over.words):
            inherited = self.row.upper if label.change else self._adjacent(column)
            words = inherited + words if inherited else ""
        return _Subject(words, scope, whole if whole != words else None, None)

    def _adjacent(self, column: int) -> str:
        """Return what the nearest value to the left measures, where a heading only says how it changed."""
        for other in range(column - 1, -1, -1):
            here = self.block.columns[other]
            if here.kind != "value":
                return ""
            if here.heading.change is None and not is_share(here.heading.words):
                return here.heading.words
        return ""

    def _rule(self, column: int, over: Heading, label: Heading) -> str:
        """Return the name of the shape that a value was read by."""
        if over.change or label.change:
            return "table: change beside a value"
        if any(column.kind == "year" for column in self.block.columns) or label.timed:
            return "table: years down"
        if over.timed:
            return "table: years across"
        if over.words and label.words:
            return "table: rows and columns"
        return "table: name and value" if label.words else "table: headed value"

    def _take(self, cell: Cell, number: CellNumber, what: _Meaning) -> None:
        value, rounding = read_arabic(number.number, what.times)
        high = read_arabic(number.high, what.times).value if number.high else None
        if number.sign == "down" and what.direction is None:
            value = -value
        too_large = abs(high or value) > (_LARGEST_SHARE if what.kind == "share" else LARGEST_NUMBER)
        if (high is not None and high <= value) or too_large:
            self.unmatched.append(Unmatched(cell.start, cell.end, UNREAD, *self.line))
            return
        base = _base(what)
        self.observations.append(
            Observation(
                start=cell.start,
                end=cell.end,
                value=value,
                value_high=high,
                rounding=rounding,
                unit=what.unit,
                qualifier=number.qualifier,
                kind=what.kind,
                direction=what.direction,
                compared_with=what.compared,
                modality=what.modality,
                period_start=what.years[0],
                period_end=what.years[1],
                subject=what.subject,
                scope=what.scope,
                relates_to=self._related(what),
                sentence_start=self.line[0],
                sentence_end=self.line[1],
                period_type=what.period,
                base_start=base,
                base_end=base,
                head=what.subject,
                whole=what.whole,
                part=what.part,
                area=what.scope if what.scope in _SCOPES else None,
                read_by=what.rule,
                grade=what.grade,
            )
        )

    def _related(self, what: _Meaning) -> int | None:
        """Return the level of the same thing and time that a change or share belongs to."""
        if what.kind == "level":
            return None
        same = [
            row.start
            for row in self.observations
            if row.kind in ("level", "share") and row.period_end == what.years[1] and row.modality == what.modality
            if what.subject.startswith(row.subject)
        ]
        return same[-1] if same else None


class _Subject(NamedTuple):
    words: str
    scope: str | None
    whole: str | None
    part: str | None


def _base(what: _Meaning) -> int | None:
    """Return the year that a change is measured against."""
    if what.compared is None:
        return None
    return int(what.compared) if what.compared.isdigit() else what.years[1] - 1
