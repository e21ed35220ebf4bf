"""Changes of places: renames, upgrades and recodings continue a series, mergers and splits do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.places.history import (
    KEEPS_TERRITORY,
    changes,
    dissolved,
    existed,
    latest,
    place_of,
    series_code,
    territory_changed,
)
from nianbao.places.units import all_places

PLACES = [place for place in all_places() if place.kind != "country"]


def row(before: str, after: str) -> tuple[int, str]:
    """Return year and kind of the change from one unit to another, each given as code and name."""
    found = [c for c in changes() if f"{c.from_code}{c.from_name}" == before and f"{c.to_code}{c.to_name}" == after]
    assert len(found) == 1, found
    return found[0].year, found[0].kind


@pytest.mark.parametrize(
    ("before", "after", "year", "kind"),
    [
        ("420600襄樊市", "420600襄阳市", 2010, "rename"),
        ("420607襄阳区", "420607襄州区", 2010, "rename"),
        ("530800思茅市", "530800普洱市", 2007, "rename"),
        ("441827清新县", "441803清新区", 2012, "upgrade"),
        ("350427沙县", "350405沙县区", 2021, "upgrade"),
        ("410381偃师市", "410307偃师区", 2021, "upgrade"),
        ("610125户县", "610118鄠邑区", 2016, "upgrade"),
        ("522401毕节市", "520502七星关区", 2011, "upgrade"),
        ("522400毕节地区", "520500毕节市", 2011, "upgrade"),
        ("320882淮安市", "320803楚州区", 2000, "upgrade"),
        ("320800淮阴市", "320800淮安市", 2000, "rename"),
        ("220381公主岭市", "220184公主岭市", 2020, "recode"),
        ("330103下城区", "330105拱墅区", 2021, "merge"),
        ("500110万盛区", "500110綦江区", 2011, "merge"),
        ("340208三山区", "340209弋江区", 2020, "merge"),
        ("330109萧山区", "330114钱塘区", 2021, "part"),
        ("433001怀化市", "431221中方县", 1997, "split"),
    ],
)
def test_the_year_and_kind_of_a_change(before: str, after: str, year: int, kind: str) -> None:
    """Renames, upgrades, recodings, mergers and splits have the right kind and a year within one."""
    found_year, found_kind = row(before, after)
    assert abs(found_year - year) <= 1
    assert found_kind == kind


@pytest.mark.parametrize(
    ("code", "name", "series"),
    [
        ("420600", "襄樊市", "420600"),
        ("441827", "清新县", "441803"),
        ("341402", "居巢区", "340181"),
        ("410307", "偃师区", "410307"),
        ("410307", "洛龙区", "410307-2006"),  # the code was given to another place
        ("469025", "白沙黎族自治县", "469025"),
        ("469025", "定安县", "469021"),
        ("500110", "綦江区", "500110"),
        ("500110", "万盛区", "500110-2010"),
        ("350403", "三元区", "350403"),  # the new 三元区 has another code, and more territory
        ("350404", "三元区", "350404"),
    ],
)
def test_series_code(code: str, name: str, series: str) -> None:
    """Each place has the series code of its continuation, also if its code was reused."""
    assert series_code(code, name) == series


def test_a_code_alone_is_read_by_its_year() -> None:
    """A reused code without a name is resolved by the year, and an unknown code is its own series."""
    assert series_code("410307", year=2005) == "410307-2006"
    assert series_code("410307", year=2022) == "410307"
    assert series_code("123456") == "123456"


def test_existed_and_dissolved() -> None:
    """A place exists only within its years; a merged place is dissolved with successors, a renamed one is not."""
    assert existed("330103", 2020)
    assert not existed("330103", 2021)
    assert not existed("330114", 2020)
    gone = dissolved("330104", 2022)
    assert gone is not None
    assert gone.last_year == 2020
    assert ("330102", "上城区") in gone.successors
    assert dissolved("330104", 2019) is None
    assert dissolved("441827", 2020) is None, "it goes on as 清新区"
    assert dissolved("330105", 2022) is None


def test_territory_changed_names_the_units() -> None:
    """A merger is noted in its year with the units involved, and an upgrade does not change the territory."""
    note = territory_changed("330105", 2021)
    assert note is not None
    assert "下城区" in note
    assert territory_changed("330105", 2022) is None
    assert territory_changed("441803", 2012) is None, "an upgrade keeps the territory"
    assert "四平市" in (territory_changed("220100", 2020) or ""), "a county came from another prefecture"


@given(st.sampled_from(PLACES))
def test_the_latest_of_the_latest_is_itself(place) -> None:  # type: ignore[no-untyped-def]
    """Following a place to its latest form is final and stays in the same series."""
    code, name = latest(place.code, place.name)
    assert latest(code, name) == (code, name)
    assert series_code(code, name) == series_code(place.code, place.name)


def test_no_series_joins_two_places_of_today() -> None:
    """No series contains two places that exist today."""
    today: dict[str, set[tuple[str, str]]] = {}
    for place in PLACES:
        today.setdefault(series_code(place.code, place.name), set()).add(latest(place.code, place.name))
    several = {code: units for code, units in today.items() if len(units) > 1}
    assert all(len({name[0] for _, name in units}) == 1 for units in several.values()), several
    assert all(len([u for u in units if place_of(*u).last_year is None]) <= 1 for units in several.values())  # type: ignore[union-attr]


def test_every_change_names_known_units() -> None:
    """Both sides of each change are known and different units."""
    known = {(place.code, place.name) for place in all_places()}
    for change in changes():
        assert (change.from_code, change.from_name) in known
        assert (change.to_code, change.to_name) in known
        assert (change.from_code, change.from_name) != (change.to_code, change.to_name)


def test_only_one_unit_keeps_a_series() -> None:
    """At most one successor continues the series of a place."""
    heirs: dict[tuple[str, str, int], set[tuple[str, str]]] = {}
    for change in changes():
        if change.kind in KEEPS_TERRITORY and change.year >= 1990:
            key = (change.from_code, change.from_name, change.year)
            heirs.setdefault(key, set()).add((change.to_code, change.to_name))
    assert [key for key, units in heirs.items() if len(units) > 1] == []


@pytest.mark.parametrize(("code", "first", "second"), [("379006", "威海市", "胶州市"), ("320703", "盐区", "连云区")])
def test_a_code_reused_long_ago_is_two_places(code: str, first: str, second: str) -> None:
    """Two places that had the same code at different times are separate series."""
    assert series_code(code, first) != series_code(code, second)
