"""When the values of a table are of: their years and periods, the base of a change, and whether they are aims."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from nianbao.extraction.tables.headings import Heading
from nianbao.extraction.tables.layout import Block, label_of
from nianbao.extraction.time.scope import ACTUAL, TARGET, Passage


class Times(NamedTuple):
    """The years that a table is read by: that of the report, that of 今年, and the passage at an offset."""

    report_year: int | None
    this_year: int | None
    passage_at: Callable[[int], Passage]


class CellTimes:
    """Decides for the cells of one row; `start` is where the row begins in the text."""

    def __init__(self, block: Block, times: Times, start: int) -> None:
        """Look at a row of a block."""
        self.block, self.times, self.start = block, times, start

    def years(self, column: int, joined: Heading) -> tuple[int, int] | None:
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
        passage = self.times.passage_at(self.start)
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

    def compared(self, column: int, years: tuple[int, int]) -> str | None:
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

    def modality(self, joined: Heading, years: tuple[int, int]) -> str | None:
        """Return whether a value is reached or aimed at, or None if the table does not say."""
        report = self.times.report_year
        title = self.block.above.title.modality
        passage = self.times.passage_at(self.start)
        if joined.modality:
            over = joined.modality == ACTUAL and report is not None and years[1] > report
            return None if over else joined.modality
        if report is None:
            return None
        if years[1] <= report:
            aimed = title == TARGET and not joined.timed and self.block.above.title.years is not None
            return TARGET if aimed else ACTUAL
        return TARGET if TARGET in (title, passage.modality) else None

    def period(self, joined: Heading, years: tuple[int, int]) -> str:
        """Return the type of period; a change without a year is of the months of the values next to it."""
        if joined.period is None and not joined.timed:
            if joined.change and any(here.heading.period == "part" for here in self.block.columns):
                return "part"
            if self.block.above.title.period:
                return self.block.above.title.period
        return joined.period or ("year" if years[0] == years[1] else "years")
