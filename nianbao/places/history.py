"""Follow a place through the years: what it became, what it was before, and when its territory changed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from nianbao.places.units import Place, index, read_rows

KEEPS_TERRITORY = ("rename", "upgrade", "recode")
CHANGES_TERRITORY = ("merge", "split", "part")

Unit = tuple[str, str]  # code and name: a code alone may have belonged to two places


class Change(NamedTuple):
    """What one unit became, or gave to another, in a year."""

    from_code: str
    from_name: str
    to_code: str
    to_name: str
    year: int
    kind: str


class Dissolved(NamedTuple):
    """The last year of a unit, and the units that its territory went to."""

    last_year: int
    successors: tuple[Unit, ...]


@cache
def changes() -> tuple[Change, ...]:
    """Return all changes, by year and code."""
    return tuple(
        Change(row["from_code"], row["from_name"], row["to_code"], row["to_name"], int(row["year"]), row["kind"])
        for row in read_rows("place_changes.csv")
    )


@cache
def _after() -> dict[Unit, list[Change]]:
    """Return the changes by the unit that they began with."""
    table: dict[Unit, list[Change]] = {}
    for change in changes():
        table.setdefault((change.from_code, change.from_name), []).append(change)
    return table


@cache
def _before() -> dict[Unit, list[Change]]:
    """Return the changes by the unit that they made or enlarged."""
    table: dict[Unit, list[Change]] = {}
    for change in changes():
        table.setdefault((change.to_code, change.to_name), []).append(change)
    return table


def place_of(code: str, name: str | None = None, year: int | None = None) -> Place | None:
    """Return the place with a code: the one with the name if given, else that of the year, else today's."""
    found = index().by_code.get(code, [])
    if name is not None:
        found = [place for place in found if place.name == name]
    if year is not None:
        then = [place for place in found if place.existed(year)] or [place for place in found if place.existed(year, 1)]
        found = then or found
    return found[0] if found else None


def latest(code: str, name: str) -> Unit:
    """Return the current or last code and name of a unit, followed through changes that keep its territory.

    >>> latest("441827", "清新县"), latest("420600", "襄樊市")
    (('441803', '清新区'), ('420600', '襄阳市'))
    """
    unit, visited = (code, name), set[Unit]()
    while unit not in visited:
        visited.add(unit)
        onward = [change for change in _after().get(unit, ()) if change.kind in KEEPS_TERRITORY]
        if onward:
            last = onward[-1]
            unit = (last.to_code, last.to_name)
    return unit


def series_code(code: str, name: str | None = None, year: int | None = None) -> str:
    """Return the code that identifies a place through all renames, upgrades and recodes: its current or last code.

    If the last code of a dissolved place now belongs to another place, the result is that code and the last year.

    >>> series_code("441827"), series_code("500110", "万盛区"), series_code("500110", "綦江区")
    ('441803', '500110-2010', '500110')
    """
    place = place_of(code, name, year)
    if place is None:
        return code
    last_code, last_name = latest(place.code, place.name)
    last = place_of(last_code, last_name)
    if last is None or last.last_year is None:
        return last_code
    others = [row for row in index().by_code[last_code] if row.name != last_name]
    taken = any(latest(row.code, row.name) != (last_code, last_name) for row in others)
    return f"{last_code}-{last.last_year}" if taken else last_code


def existed(code: str, year: int, name: str | None = None) -> bool:
    """Return whether a code, with the name if given, belonged to a place in a year."""
    return any(place.existed(year) for place in index().by_code.get(code, ()) if name in (None, place.name))


def dissolved(code: str, year: int, name: str | None = None) -> Dissolved | None:
    """Return the last year of the place with a code, and its successors, if it was dissolved before a year.

    A place that continues under another code or name is not dissolved.

    >>> dissolved("330103", 2022)
    Dissolved(last_year=2020, successors=(('330105', '拱墅区'),))
    """
    found = [place for place in index().by_code.get(code, ()) if name in (None, place.name)]
    if not found or any(place.existed(year) for place in found):
        return None
    gone = [place for place in found if place.last_year is not None and place.last_year < year]
    if not gone:
        return None
    last = place_of(*latest(gone[0].code, gone[0].name))
    if last is None or last.last_year is None or last.last_year >= year:
        return None
    heirs = [c for c in _after().get((last.code, last.name), ()) if c.kind in CHANGES_TERRITORY]
    heirs = [change for change in heirs if change.year > last.last_year] or heirs
    return Dissolved(last.last_year, tuple((change.to_code, change.to_name) for change in heirs))


def territory_changed(code: str, year: int, name: str | None = None) -> str | None:
    """Return a note on how the territory of a place changed in a year, naming the units involved; None if it did not.

    >>> territory_changed("330105", 2021)
    '拱墅区 took in 下城区 (330103) in 2021'
    """
    found = [place for place in index().by_code.get(code, ()) if name in (None, place.name)]
    notes: list[str] = []
    for place in found:
        notes += [note for note in _notes(place, year) if note not in notes]
    return "; ".join(notes) or None


def _notes(place: Place, year: int) -> list[str]:
    """Return what a place took in and gave away in a year."""
    unit = (place.code, place.name)
    notes = []
    for change in _before().get(unit, ()):
        if change.year == year and change.kind in CHANGES_TERRITORY:
            other = f"{change.from_name} ({change.from_code})"
            words = {"merge": "took in", "part": "took in a part of", "split": "was formed from"}[change.kind]
            notes.append(f"{place.name} {words} {other} in {year}")
    for change in _after().get(unit, ()):
        if change.year == year and change.kind in CHANGES_TERRITORY:
            other = f"{change.to_name} ({change.to_code})"
            words = {"merge": "became part of", "part": "gave a part to", "split": "was divided:"}[change.kind]
            notes.append(f"{place.name} {words} {other} in {year}")
    return notes


def predecessors(code: str, name: str) -> tuple[Change, ...]:
    """Return the changes that made or enlarged a unit."""
    return tuple(_before().get((code, name), ()))


def names_in(place: Place, year: int) -> Place:
    """Return the place under its name in a year, followed back through changes that keep its territory."""
    visited: set[Unit] = set()
    while not place.existed(year) and (place.code, place.name) not in visited:
        visited.add((place.code, place.name))
        back = [c for c in _before().get((place.code, place.name), ()) if c.kind in KEEPS_TERRITORY]
        earlier = place_of(back[-1].from_code, back[-1].from_name) if back else None
        if earlier is None or (earlier.first_year or 0) > (place.first_year or 9999):
            break
        place = earlier
    return place
