"""Whether a list is in the order of its days, so that a walk for certain years may end before the list does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nianbao.sources.discovery.rows import Row

# The shortest title of a report is 政府工作报告; what is shorter and has no day is a button of the paging.
_SHORTEST = 6


class DateOrder:
    """Follows the pages of one walk.

    No report can be posted before the year that it reviews has begun. So a walk may end with a page of which every row
    that no earlier page had (a menu stands on all of them) has a day, none after the one before it, on this page and
    from the page before, and all of them before the first year that is wanted. The first page never ends a walk: what
    is pinned to its top is out of order.
    """

    def __init__(self, first_year: int) -> None:
        self._first_year = first_year
        self._seen: set[str] = set()
        self._last: date | None = None

    def ends_with(self, rows: Sequence[Row]) -> bool:
        """Whether nothing that follows this page can be wanted."""
        fresh = [row for row in rows if row.url not in self._seen and (row.day or len(row.title) >= _SHORTEST)]
        self._seen.update(row.url for row in fresh)
        days = [row.day for row in fresh if row.day is not None]
        before, self._last = self._last, (days[-1] if days else None)
        if before is None or not days or len(days) < len(fresh):
            return False
        days.insert(0, before)
        return days == sorted(days, reverse=True) and days[1].year < self._first_year
