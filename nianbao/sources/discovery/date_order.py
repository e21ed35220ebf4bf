"""Detect that a list is ordered by date, so that a walk for certain years may end early."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nianbao.sources.discovery.rows import Row

# The shortest title of a report is 政府工作报告; a shorter link without a date belongs to the paging.
_MIN_TITLE_LENGTH = 6


class DateOrder:
    """Decide where one walk may end.

    No report is posted before the year that it reviews has begun. So a walk may end with a page if all its new rows
    have a date before the first wanted year, in descending order and no later than the last date of the previous page.
    Rows that an earlier page had are ignored: menus repeat on every page. The first page never ends a walk, because
    rows pinned to its top are out of order.
    """

    def __init__(self, first_year: int) -> None:
        """Start a walk for reports on `first_year` and later."""
        self._first_year = first_year
        self._urls: set[str] = set()
        self._last_day: date | None = None

    def ends_with(self, rows: Sequence[Row]) -> bool:
        """Return whether no later page can have a wanted row."""
        new_rows = [
            row for row in rows if row.url not in self._urls and (row.day or len(row.title) >= _MIN_TITLE_LENGTH)
        ]
        self._urls.update(row.url for row in new_rows)
        days = [row.day for row in new_rows if row.day is not None]
        previous, self._last_day = self._last_day, (days[-1] if days else None)
        if previous is None or not days or len(days) < len(new_rows):
            return False
        days.insert(0, previous)
        return days == sorted(days, reverse=True) and days[1].year < self._first_year
