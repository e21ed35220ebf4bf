"""What happened to a place: its former names, renames, upgrades, recodes, mergers and divisions. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from schemas.rows import PlaceChangeRow, PlaceRow


@dataclass(frozen=True, slots=True)
class PlaceEvent:
    """A change of a place in a year, with the codes of the series of both units.

    Attributes:
        year: The first year of the new state.
        kind: `rename`, `upgrade`, `recode`, `merge`, `split` or `part`.
        keeps_series: Whether the figures before and after form one series.
        from_code: Code of the unit before.
        from_name: Its name.
        from_series: Its series code.
        to_code: Code of the unit after.
        to_name: Its name.
        to_series: Its series code.
    """

    year: int
    kind: str
    keeps_series: bool
    from_code: str
    from_name: str
    from_series: str
    to_code: str
    to_name: str
    to_series: str


@dataclass(frozen=True, slots=True)
class PlaceHistory:
    """The names of a place, oldest first, and its changes by year."""

    names: tuple[str, ...]
    events: tuple[PlaceEvent, ...]

    def changes_between(self, earlier: int, later: int) -> tuple[PlaceEvent, ...]:
        """Return the changes after one year, up to and including another."""
        return tuple(event for event in self.events if earlier < event.year <= later)


NO_HISTORY = PlaceHistory((), ())


def place_histories(
    units: Sequence[PlaceRow], changes: Sequence[PlaceChangeRow], series_codes: Collection[str]
) -> dict[str, PlaceHistory]:
    """Return the histories of places by series code.

    Args:
        units: Rows of `places` that have a code.
        changes: Rows of `place_changes`.
        series_codes: The wanted places.
    """
    series = {(row["code"], row["name"]): row["series_code"] for row in units}
    names: defaultdict[str, list[str]] = defaultdict(list)
    for row in sorted(units, key=lambda row: row["first_year"] or 0):
        if row["series_code"] in series_codes and row["name"] not in names[row["series_code"]]:
            names[row["series_code"]].append(row["name"])
    events: defaultdict[str, list[PlaceEvent]] = defaultdict(list)
    for change in changes:
        event = _event(change, series)
        for code in {event.from_series, event.to_series} & set(series_codes):
            events[code].append(event)
    return {
        code: PlaceHistory(tuple(names[code]), tuple(sorted(events[code], key=lambda event: event.year)))
        for code in series_codes
    }


def _event(change: PlaceChangeRow, series: dict[tuple[str | None, str], str]) -> PlaceEvent:
    before, after = (change["from_code"], change["from_name"]), (change["to_code"], change["to_name"])
    return PlaceEvent(
        change["year"],
        change["kind"],
        change["keeps_series"],
        *before,
        series.get(before, before[0]),
        *after,
        series.get(after, after[0]),
    )
