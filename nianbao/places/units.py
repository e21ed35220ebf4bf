"""Load the administrative units, zones and towns, and index them by code and name.

`places.csv` has every unit of GB/T 2260 with the years in which its code and name were valid, `zones.csv` the
development zones with the government above them, `towns.csv` the towns and subdistricts of 2023. All three are built
by `data_tools/build_places.py`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

COUNTRY_CODE = "000000"
_KINDS = ("country", "province", "city", "county")
_SHORT_END = re.compile(r"(?:特别行政区|地区|林区|特区|[省市区县旗盟州])$")
_NATIONS = (
    "壮族|回族|维吾尔|蒙古族|藏族|苗族|彝族|侗族|布依族|土家族|傣族|景颇族|哈尼族|白族|朝鲜族|羌族|黎族|瑶族|畲族|满族|哈萨克族?|"
    "柯尔克孜族?|蒙古|傈僳族|水族|仡佬族|佤族|拉祜族|纳西族|毛南族|仫佬族|东乡族|保安族|撒拉族|土族|裕固族|锡伯族?|达斡尔族|"
    "鄂温克族|鄂伦春|塔吉克|独龙族|怒族|普米族|各族|布朗族"
)
_AUTONOMOUS = re.compile(f"(?:{_NATIONS})*自治(?P<kind>[区州县旗])$")


class Place(NamedTuple):
    """An administrative unit: a code and a name, and the years in which both were valid.

    `first_year` is None if the oldest list (1980) has the unit, `last_year` if it still exists.
    """

    code: str
    name: str
    kind: str
    parent_code: str
    province_name: str | None
    first_year: int | None
    last_year: int | None
    invented: bool

    def existed(self, year: int, slack: int = 0) -> bool:
        """Return whether code and name were valid in a year, or within `slack` years of it."""
        begun = self.first_year is None or self.first_year - slack <= year
        return begun and (self.last_year is None or year <= self.last_year + slack)


class Zone(NamedTuple):
    """A development zone, the code of the government above it, and the other names that it is known by."""

    name: str
    parent_code: str
    also: tuple[str, ...]
    first_year: int | None


class Index(NamedTuple):
    """All units, and those of a code, a name or a short form; the current one comes first."""

    rows: tuple[Place, ...]
    by_code: dict[str, list[Place]]
    by_name: dict[str, list[Place]]
    by_alias: dict[str, list[Place]]
    by_short: dict[str, list[Place]]


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the CSV files of this package."""
    with files("nianbao.places").joinpath(name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


@cache
def index() -> Index:
    """Return the units of places.csv. Raise ValueError if a row does not match its columns."""
    rows: list[Place] = []
    by_code: dict[str, list[Place]] = {}
    by_name: dict[str, list[Place]] = {}
    by_alias: dict[str, list[Place]] = {}
    by_short: dict[str, list[Place]] = {}
    for number, row in enumerate(read_rows("places.csv"), 2):
        if row["kind"] not in _KINDS or len(row["code"]) != 6 or not row["code"].isdecimal() or not row["name"]:
            raise ValueError(f"places.csv, line {number}: {row} is no code, name and kind")
        place = Place(
            row["code"],
            row["name"],
            row["kind"],
            row["parent_code"],
            row["province_name"] or None,
            int(row["first_year"]) if row["first_year"] else None,
            int(row["last_year"]) if row["last_year"] else None,
            row["invented"] == "yes",
        )
        rows.append(place)
        _put(by_code, place.code, place)
        _put(by_name, place.name, place)
        short = short_name(place.name)
        if short != place.name:
            _put(by_short, short, place)
        if place.kind == "county" and place.name.endswith(("新区", "矿区")) and len(place.name) > 3:
            _put(by_short, place.name[:-2], place)
        for alias in plain_names(place.name):
            _put(by_alias, alias, place)
    return Index(tuple(rows), by_code, by_name, by_alias, by_short)


def _put(table: dict[str, list[Place]], key: str, place: Place) -> None:
    """Add a place under a key: the current one first, then former ones, the most recent first."""
    places = table.setdefault(key, [])
    if place.last_year is None:
        places.insert(0, place)
        return
    position = len(places)
    while position and (last := places[position - 1].last_year) is not None and last < place.last_year:
        position -= 1
    places.insert(position, place)


def all_places() -> tuple[Place, ...]:
    """Return every unit, in the order of the codes."""
    return index().rows


def short_name(name: str) -> str:
    """Return the name without its kind of unit; names of two characters stay as they are.

    >>> short_name("清远市"), short_name("蓟县"), short_name("广西壮族自治区"), short_name("内蒙古自治区")
    ('清远', '蓟县', '广西', '内蒙古')
    """
    short = _AUTONOMOUS.sub("", name)
    short = short if len(short) >= 2 else re.sub("自治[区州县旗]$", "", name)  # 内蒙古, 鄂伦春
    short = _SHORT_END.sub("", short)
    return short if len(short) >= 2 else name


def plain_names(name: str) -> tuple[str, ...]:
    """Return the short names of an autonomous unit with its kind: 海南州 for 海南藏族自治州; nothing for others.

    >>> plain_names("海南藏族自治州"), plain_names("鄂温克族自治旗"), plain_names("清远市")
    (('海南州', '海南自治州'), ('鄂温克旗', '鄂温克自治旗'), ())
    """
    found = _AUTONOMOUS.search(name)
    if not found or found["kind"] == "区":
        return ()
    own = name[: found.start()] or name[: found.start("kind") - 2].removesuffix("族")
    return (own + found["kind"], f"{own}自治{found['kind']}")


def parents(place: Place) -> list[Place]:
    """Return the units above a place, nearest first, as they were while the place existed."""
    above: list[Place] = []
    code = place.parent_code
    while code and code != COUNTRY_CODE:
        found = index().by_code.get(code)
        if not found:
            break
        parent = _of_that_time(found, place)
        above.append(parent)
        code = parent.parent_code
    return above


@cache
def parent_names(place: Place) -> frozenset[str]:
    """Return every name of the units above a place, full and short, in any year: 襄樊 and 襄阳 for 樊城区."""
    names: set[str] = set()
    code = place.parent_code
    while code and code != COUNTRY_CODE:
        found = index().by_code.get(code, [])
        names.update(word for row in found for word in (row.name, short_name(row.name), *plain_names(row.name)))
        code = found[0].parent_code if found else ""
    if place.province_name:
        names |= {place.province_name, short_name(place.province_name)}
    return frozenset(names - {"", place.name})


def _of_that_time(found: list[Place], place: Place) -> Place:
    """Return the unit with a parent's code while a place existed."""
    year = place.last_year
    if year is None:
        return found[0]
    return next((row for row in found if row.existed(year)), found[0])


@cache
def zones() -> tuple[Zone, ...]:
    """Return the development zones of zones.csv."""
    return tuple(
        Zone(
            row["name"],
            row["parent_code"],
            tuple(row["also"].split()),
            int(row["first_year"]) if row["first_year"] else None,
        )
        for row in read_rows("zones.csv")
    )


@cache
def towns_by_county() -> dict[str, tuple[str, ...]]:
    """Return the names of the towns and subdistricts of every county, by its code."""
    return {row["county_code"]: tuple(row["names"].split()) for row in read_rows("towns.csv")}


@cache
def counties_by_town() -> dict[str, tuple[str, ...]]:
    """Return the codes of the counties that have a town or subdistrict of a name."""
    counties: dict[str, list[str]] = {}
    for code, names in towns_by_county().items():
        for name in names:
            counties.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in counties.items()}
