"""Who reported for a year of a series, and how the place changed on the way: its name, its code, its territory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from nianbao.documents.identity import Reporter
from nianbao.places.history import KEEPS_TERRITORY, Change, Unit, predecessors, territory_changed

# The longest chain of renames and recodes that is followed back.
_MAX_RENAMES = 10


def reporter_in_year(reporters: Mapping[int, Reporter], year: int) -> Reporter:
    """Return who reported on a year, by code and name as reported.

    For a year without a report it is who reported last before it, else who reported first after it.

    Args:
        reporters: The reporters of a series by the year that they report on; at least one.
        year: The year.
    """
    known_reporter = reporters.get(year)
    if known_reporter is not None:
        return known_reporter
    earlier = [known for known in reporters if known < year]
    return reporters[max(earlier) if earlier else min(reporters)]


def territory_note(reporters: Mapping[int, Reporter], first: int, last: int | None = None) -> str | None:
    """Return how the territory changed from `first` to `last`, naming the units involved; None if it did not.

    >>> place = Reporter("330105", "拱墅区", "", "", "government", "330105")
    >>> territory_note({2021: place}, 2021), territory_note({2021: place}, 2022)
    ('拱墅区 took in 下城区 (330103) in 2021', None)
    """
    notes: list[str] = []
    before = reporter_in_year(reporters, first - 1)
    for year in range(first, (first if last is None else last) + 1):
        now = reporter_in_year(reporters, year)
        # A unit may also have been renamed in the year: the change is known under one of its two names.
        for reporter in (now,) if before is now else (now, before):
            note = _territory_note(reporter.jurisdiction_code, reporter.jurisdiction_name, year)
            if note is not None and note not in notes:
                notes.append(note)
        before = now
    return "; ".join(notes) or None


@cache
def _territory_note(code: str, name: str, year: int) -> str | None:
    return territory_changed(code, year, name)


def renaming_note(before: Reporter, now: Reporter) -> str | None:
    """Return under which names, codes and years a place became what it is now; None if it is called the same.

    >>> old = Reporter("441827", "清新县", "", "", "government", "441803")
    >>> renaming_note(old, old._replace(jurisdiction_code="441803", jurisdiction_name="清新区"))
    '清新县 (441827) became 清新区 (441803) in 2012'
    """
    old = (before.jurisdiction_code, before.jurisdiction_name)
    new = (now.jurisdiction_code, now.jurisdiction_name)
    return None if old == new else _renaming_note(old, new)


@cache
def _renaming_note(old: Unit, new: Unit) -> str:
    steps = [
        f"{change.from_name} ({change.from_code}) became {change.to_name} ({change.to_code}) in {change.year}"
        for change in reversed(list(_changes_back(old, new)))
    ]
    return "; ".join(steps) or f"{old[1]} ({old[0]}) became {new[1]} ({new[0]})"


def _changes_back(old: Unit, new: Unit) -> Iterator[Change]:
    """Yield the changes that led from an old unit to a new one, the last first; nothing if none is known."""
    unit, found = new, list[Change]()
    while unit != old:
        kept = [change for change in predecessors(*unit) if change.kind in KEEPS_TERRITORY]
        if not kept or len(found) == _MAX_RENAMES:
            return
        found.append(kept[-1])
        unit = (kept[-1].from_code, kept[-1].from_name)
    yield from found
