"""From the cells of ordinary tables to observations; a cell that its headings leave in doubt is unread."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nianbao.documents.model import Cell, Document
from nianbao.extraction.lexicon import words
from nianbao.extraction.model import Observation, Unmatched
from nianbao.extraction.numbers.numerals import read_arabic
from nianbao.extraction.numbers.quantity import class_of
from nianbao.extraction.tables.headings import (
    AMOUNT,
    EITHER,
    PERCENT,
    Heading,
    is_rate,
    is_share,
    is_unit,
    join_headings,
    sorts_only,
)
from nianbao.extraction.tables.layout import Block, Row, blocks_of, label_of, tables_of
from nianbao.extraction.tables.values import TEXT, YEAR, CellNumber, number_in, sort_of, split_unit
from nianbao.extraction.time.scope import ACTUAL, TARGET, Passage
from schemas.vocabulary import LARGEST_NUMBER

UNREAD = "table_cell_unread"
_WORDS = words("tables")
_DONE, _TASK = tuple(_WORDS["text.done"]), tuple(_WORDS["text.task"])
_DONE_CELL = ("已", "均已", "全部", "完成", "正在", "按计划", "全年", "共", "截至")
_SCOPES = frozenset(_WORDS["scopes"])
_POINTS = frozenset(("个百分点", "百分点"))
_RATES = frozenset("%‰")
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


class Times(NamedTuple):
    """The years that a table is read by: that of the report, that of 今年, and the passage at an offset."""

    report_year: int | None
    this_year: int | None
    passage_at: Callable[[int], Passage]


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
        self.block, self.row, self.times = block, row, times
        self.observations: list[Observation] = []
        self.unmatched: list[Unmatched] = []
        first = next(cell for n in range(len(row.cells)) if (cell := row.own(n)) is not None and cell.text)
        end = text.find("\n", first.start)
        self.line = (text.rfind("\n", 0, first.start) + 1, end if end >= 0 else len(text))

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
        years = self._years(column, joined)
        if not joined.clear or years is None:
            return None
        kind = _kind_of(over, label, number, column_unit or band.unit, self.block.above.units)
        subject = self._subject(column, label, over)
        if kind is None or not subject.words:
            return None
        modality = self._modality(joined, years)
        if modality is None:
            return None
        direction = compared = None
        if kind.kind.startswith("change"):
            direction = kind.direction or ("down" if number.sign == "down" else "up")
            if kind.direction and number.sign:
                return None  # 下降 -3 says both
            compared = "same_scope" if joined.same_scope else joined.compared or self._compared(column, years)
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
            self._period(joined, years),
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

    def _period(self, joined: Heading, years: tuple[int, int]) -> str:
        """Return the type of period; a change without a year is of the months of the values next to it."""
        if joined.period is None and not joined.timed:
            if joined.change and any(here.heading.period == "part" for here in self.block.columns):
                return "part"
            if self.block.above.title.period:
                return self.block.above.title.period
        return joined.period or ("year" if years[0] == years[1] else "years")

    def _adjacent(self, column: int) -> str:
        """Return what the nearest value to the left measures, where a heading only says how it changed."""
        for other in range(column - 1, -1, -1):
            here = self.block.columns[other]
            if here.kind != "value":
                return ""
            if here.heading.change is None and not is_share(here.heading.words):
                return here.heading.words
        return ""

    def _years(self, column: int, joined: Heading) -> tuple[int, int] | None:
        """Return the years of a value: stated over it, before it, over the table, or those of the passage."""
        if joined.years:
            return joined.years
        report, now = self.times.report_year, self.times.this_year
        title = self.block.above.title
        current = title.years[1] if title.years and title.years[0] == title.years[1] else None
        if joined.relative:
            this = current or (now if joined.relative == "now" else report)
            if joined.relative == "before":
                this = self._current(current)
                this = this - 1 if this is not None else None
            return (this, this) if this is not None else None
        if any(here.kind == "year" for here in self.block.columns):
            return self._year_of_change_row(joined)
        if joined.change:
            others = self._years_of_levels(column)
            if others is not None:
                return others if others[0] else None
        passage = self.times.passage_at(self.line[0])
        has_results = any(column.heading.modality == ACTUAL for column in self.block.columns)
        if joined.modality == TARGET and not has_results and TARGET not in (title.modality, passage.modality):
            return None  # of the year of the result next to it, or of a plan, or of neither
        if current is not None:
            return current, current
        if title.years or passage.first is None or passage.first != passage.last:
            return None
        return passage.first, passage.first

    def _year_of_change_row(self, joined: Heading) -> tuple[int, int] | None:
        """Return the year of a row of changes below two rows of years."""
        labels = [label_of(row.cells, self.block.columns, len(row.cells))[0] for row in self.block.rows]
        years = sorted({label.years[1] for label in labels if label.years})
        return (years[1], years[1]) if joined.change and len(years) == 2 and years[0] == years[1] - 1 else None

    def _current(self, current: int | None) -> int | None:
        """Return the year that 上年 counts from: that of the columns next to it."""
        relatives = {column.heading.relative for column in self.block.columns}
        if "now" in relatives:
            return current or self.times.this_year
        years = {column.heading.years[1] for column in self.block.columns if column.heading.years}
        if "this" in relatives or (current and not years):
            return current or self.times.report_year
        return max(years) if years else None

    def _years_of_levels(self, column: int) -> tuple[int, int] | None:
        """Return the year that a change without one is of; (0, 0) if that is open, None if no column has a year."""
        timed = [
            (n, here.heading.years[1])
            for n, here in enumerate(self.block.columns)
            if here.kind == "value" and here.heading.years and here.heading.change is None
            if here.heading.modality != TARGET
        ]
        if not timed:
            return None
        changes = [n for n, here in enumerate(self.block.columns) if here.heading.change and not here.heading.timed]
        left = [year for n, year in timed if n < column]
        if len(changes) > 1 and changes[0] < timed[-1][0]:
            year = left[-1] if left else 0
            return year, year
        year = max(year for _, year in timed)
        others = sorted({other for _, other in timed})
        compared = self.block.columns[column].heading.compared
        if len(others) == 1 or others[-2] == year - 1 or compared:
            return (year, year) if len(others) <= 2 or compared else (0, 0)
        return (year, year) if len(others) == 2 else (0, 0)

    def _compared(self, column: int, years: tuple[int, int]) -> str | None:
        """Return the base of a change that its heading does not name."""
        if years[0] != years[1]:
            return None
        over = self.block.columns[column].heading
        if over.change is None or over.timed:
            return "previous_year"
        stated = [
            here.heading.years[1]
            for here in self.block.columns
            if here.kind == "value" and here.heading.years and here.heading.change is None
        ]
        earlier = [year for year in stated if year < years[1]]
        if not earlier or years[1] - 1 in earlier or len(set(stated)) != 2:
            return "previous_year"
        return str(earlier[0])

    def _modality(self, joined: Heading, years: tuple[int, int]) -> str | None:
        """Return whether a value is reached or aimed at, or None if the table does not say."""
        report = self.times.report_year
        title = self.block.above.title.modality
        passage = self.times.passage_at(self.line[0])
        if joined.modality:
            over = joined.modality == ACTUAL and report is not None and years[1] > report
            return None if over else joined.modality
        if report is None:
            return None
        if years[1] <= report:
            aimed = title == TARGET and not joined.timed and self.block.above.title.years is not None
            return TARGET if aimed else ACTUAL
        return TARGET if TARGET in (title, passage.modality) else None

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


class _Kind(NamedTuple):
    kind: str
    unit: str
    times: str = ""
    direction: str | None = None


def _kind_of(over: Heading, label: Heading, number: CellNumber, column_unit: str, above: Sequence[str]) -> _Kind | None:
    """Return the kind and unit of a value by its cell, its headings, the column of units and the table."""
    change = over.change or label.change or (EITHER if number.word else None)
    changed = over if over.change else label
    other = label if over.change else over
    amounts = [unit for unit in above if unit not in _RATES]
    default_unit = amounts[0] if len(amounts) == 1 else above[0] if len(above) == 1 else ""
    own = number.times + number.unit if number.unit else ""
    if column_unit and not is_unit(column_unit):
        return None
    if change:
        base = other.unit or (column_unit if column_unit != changed.unit else "") or default_unit
        return _change_kind(change, changed.direction, own or changed.unit, base, "" if own else number.times)
    words = label.words + over.words
    of_label = () if is_share(over.words) or is_rate(over.words) else (label.unit, column_unit)
    stated = [unit for unit in (own, over.unit, *of_label) if unit]
    if not stated and default_unit and (default_unit in _RATES or not (is_rate(label.words) or is_rate(over.words))):
        stated = [default_unit]
    if not stated and is_share(over.words or label.words) and "." in number.number:
        stated = ["%"]
    if len({split_unit(unit) for unit in stated}) != 1:
        return None
    times, unit = split_unit(stated[0])
    if unit in _POINTS or (times and number.times and not own):
        return None
    times = times if own else times + number.times
    if unit in _RATES:
        return _Kind("share", unit)
    return None if is_share(words) else _Kind("level", unit, times)


def _change_kind(change: str, direction: str | None, own: str, base: str, own_times: str) -> _Kind | None:
    """Return the kind of a change: in per cent, in points, or in the unit of the amount."""
    if own in _POINTS:
        return _Kind("change_pp", "个百分点", "", direction)
    if own in _RATES:
        return None if base in _RATES else _Kind("change_pct", own, "", direction)
    if not own and change == PERCENT:
        return None if base in _RATES else _Kind("change_pct", "%", "", direction)
    times, unit = split_unit(own or base)
    if change == PERCENT or not unit or unit in _RATES or (times and own_times):
        return None
    counted = class_of(unit) in ("count", "person")
    if own or change == AMOUNT or (change == EITHER and counted):
        return _Kind("change_abs", unit, times + own_times, direction)
    return None


def _base(what: _Meaning) -> int | None:
    """Return the year that a change is measured against."""
    if what.compared is None:
        return None
    return int(what.compared) if what.compared.isdigit() else what.years[1] - 1
