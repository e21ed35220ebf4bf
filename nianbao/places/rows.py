"""The rows of the tables `places` and `place_changes`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nianbao.places.history import KEEPS_TERRITORY, changes, place_of, series_code
from nianbao.places.units import Place, all_places, index, towns_by_county, zones

Row = dict[str, Any]


def place_rows() -> list[Row]:
    """Return the rows of `places` in the table's order."""
    rows = {row["place_id"]: row for row in (*_units(), *_zones(), *_towns())}
    return [rows[key] for key in sorted(rows)]


def change_rows() -> list[Row]:
    """Return the rows of `place_changes` in the table's order."""
    rows = [{**change._asdict(), "keeps_series": change.kind in KEEPS_TERRITORY} for change in changes()]
    order = ("year", "from_code", "from_name", "to_code", "to_name", "kind")
    return sorted(rows, key=lambda row: tuple(row[name] for name in order))


def _row(place_id: str, code: str | None, name: str, kind: str, parent_code: str | None, **more: Any) -> Row:
    """Return one row of `places`."""
    row: Row = {"place_id": place_id, "code": code, "name": name, "kind": kind, "parent_code": parent_code or None}
    return {**row, **more}


def _units() -> Iterator[Row]:
    """Yield the rows of the administrative units."""
    for place in all_places():
        yield _row(
            f"{place.code}/{place.name}",
            place.code,
            place.name,
            place.kind,
            place.parent_code,
            province_name=place.province_name,
            first_year=place.first_year,
            last_year=place.last_year,
            series_code=series_code(place.code, place.name),
            invented=place.invented,
        )


def _below(place: Place, name: str, kind: str, first_year: int | None) -> Row:
    """Return the row of a zone or a town of a place."""
    return _row(
        f"{place.code}/{name}",
        None,
        name,
        kind,
        place.code,
        province_name=place.province_name,
        first_year=first_year,
        last_year=None,
        series_code=series_code(place.code, place.name),
        invented=False,
    )


def _zones() -> Iterator[Row]:
    """Yield the rows of the development zones."""
    for zone in zones():
        place = place_of(zone.parent_code)
        if place is not None:
            yield _below(place, zone.name, "zone", zone.first_year)


def _towns() -> Iterator[Row]:
    """Yield the rows of the towns and subdistricts; those of zones stand under the prefecture of the zone."""
    for code, names in towns_by_county().items():
        found = index().by_code.get(code) or index().by_code.get(code[:4] + "00")
        if found:
            for name in names:
                yield _below(found[0], name, "township", None)
