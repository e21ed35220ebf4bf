"""The tables `places` and `place_changes`, by columns: they are the same in every run."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as arrow

from nianbao.places.history import KEEPS_TERRITORY, changes, place_of, series_code
from nianbao.places.units import all_places, index, towns_by_county, zones

# place_id, code, name, kind, parent_code, province_name, first_year, last_year, series_code, invented
_PlaceRow = tuple[str, str | None, str, str, str | None, str | None, int | None, int | None, str, bool]


def places_table(schema: arrow.Schema) -> arrow.Table:
    """Return the table `places` in its order; of two entries for a place, the last one counts."""
    rows = {row[0]: row for row in (*_units(), *_zones(), *_towns())}
    columns = zip(*(rows[key] for key in sorted(rows)), strict=True)
    return _table(schema, [list(column) for column in columns])


def changes_table(schema: arrow.Schema) -> arrow.Table:
    """Return the table `place_changes` in its order."""
    rows = [(*change, change.kind in KEEPS_TERRITORY) for change in changes()]
    fields = [*changes()[0]._fields, "keeps_series"]
    columns = dict(zip(fields, zip(*rows, strict=True), strict=True))
    order = ("year", "from_code", "from_name", "to_code", "to_name", "kind")
    table = _table(schema, [list(columns[name]) for name in schema.names])
    return table.sort_by([(name, "ascending") for name in order])


def _table(schema: arrow.Schema, columns: list[list[object]]) -> arrow.Table:
    arrays = [arrow.array(values, field.type) for field, values in zip(schema, columns, strict=True)]
    return arrow.Table.from_arrays(arrays, schema=schema)


def _units() -> Iterator[_PlaceRow]:
    """Yield the administrative units."""
    for place in all_places():
        series = series_code(place.code, place.name)
        key, parent = f"{place.code}/{place.name}", place.parent_code or None
        years = place.first_year, place.last_year
        yield key, place.code, place.name, place.kind, parent, place.province_name, *years, series, place.invented


def _zones() -> Iterator[_PlaceRow]:
    """Yield the development zones."""
    for zone in zones():
        place = place_of(zone.parent_code)
        if place is not None:
            key, series = f"{place.code}/{zone.name}", series_code(place.code, place.name)
            yield key, None, zone.name, "zone", place.code, place.province_name, zone.first_year, None, series, False


def _towns() -> Iterator[_PlaceRow]:
    """Yield the towns and subdistricts; those of a zone are listed under the prefecture of the zone."""
    for code, names in towns_by_county().items():
        found = index().by_code.get(code) or index().by_code.get(code[:4] + "00")
        if found:
            place = found[0]
            series = series_code(place.code, place.name)
            for name in names:
                key = f"{place.code}/{name}"
                yield key, None, name, "township", place.code, place.province_name, None, None, series, False
