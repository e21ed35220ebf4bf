"""Which place a name means, and names that mean none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.places.lookup import agrees, candidates_of, find_place, look_up, most_named
from nianbao.places.units import all_places, index, parents

UNITS = [
    p for p in all_places() if p.last_year is None and p.kind in ("city", "county") and not "71" <= p.code[4:] <= "79"
]


@pytest.mark.parametrize(
    ("name", "nearby", "year", "code"),
    [
        ("深圳市龙华区", "", None, "440309"),
        ("海口市龙华区", "", None, "460106"),
        ("国务院", "", None, "000000"),
        ("441800", "", None, "441800"),
        ("云汀市", "", None, "990100"),
        ("海南州", "", None, "632500"),
        ("河南县", "", None, "632324"),
        ("鼓楼区", "福州市委市政府", None, "350102"),
        ("铜仁市", "", 2008, "522201"),
        ("铜仁市", "", 2015, "520600"),
        ("巢湖市", "", 2010, "341400"),
        ("巢湖市", "", 2013, "340181"),
        ("淮安市", "", 1998, "320882"),
        ("中共清远市", "", None, "441800"),
        ("清远市人民政府办公室", "", None, "441800"),
    ],
)
def test_a_name_is_resolved_to_its_place(name: str, nearby: str, year: int | None, code: str) -> None:
    """Full names, codes, years and nearby text resolve a name to the right place."""
    place = find_place(name, nearby, year)
    assert place is not None
    assert place.code == code


@pytest.mark.parametrize("name", ["鼓楼区", "成都高新区", "四川天府新区", "杭州市鼓楼区", "临桥县", "石家庄高新区", ""])
def test_an_ambiguous_or_wrong_name_is_not_resolved(name: str) -> None:
    """Ambiguous names, zones and impossible combinations are not resolved."""
    assert find_place(name) is None


def test_ambiguity_has_candidates() -> None:
    """An ambiguous name lists its places with the names of their cities."""
    found = look_up("南山区")
    assert found.place is None
    shown = candidates_of(found.candidates)
    assert {candidate.code for candidate in shown} == {"440305", "230404"}
    assert all(candidate.name.endswith("南山区") and "市" in candidate.name for candidate in shown)


@given(st.sampled_from(UNITS))
def test_every_unit_is_found_after_its_parents(place) -> None:  # type: ignore[no-untyped-def]
    """Every city and county is found when its full name with its parents is given."""
    name = "".join([*(parent.name for parent in reversed(parents(place))), place.name])
    found = find_place(name)
    assert found is not None
    assert (found.name, found.parent_code) == (place.name, place.parent_code)


@given(st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_another_city_before_a_name_is_not_its_parent(place, other) -> None:  # type: ignore[no-untyped-def]
    """The name of another city in front of a place contradicts it."""
    names = {parent.name for parent in parents(place)} | {place.name}
    if other.kind == "city" and other.name not in names and not any(other.name.endswith(name) for name in names):
        assert not agrees(place, other.name)


def test_the_current_holder_of_a_code_comes_first() -> None:
    """For a reused code or name, the place that exists today is listed first."""
    assert index().by_code["410307"][0].name == "偃师区"
    assert index().by_name["三元区"][0].code == "350404"


@pytest.mark.parametrize(("name", "code"), [("山西省阳泉市郊区", "140311"), ("铜陵市郊区", "340711"), ("市郊区", None)])
def test_a_name_that_begins_with_the_end_of_its_parent_is_found(name: str, code: str | None) -> None:
    """阳泉市郊区 is the 郊区 of 阳泉市, although other places were called 市郊区."""
    found = find_place(name)
    assert (found and found.code) == code


def test_most_named() -> None:
    """The place that a text names most often is found, unless two are named equally often."""
    assert most_named("清远市稳步发展。清远市今年完成3件实事。", "市") == "清远市"
    assert most_named("城区和郊区，城区和郊区。", "区") is None
