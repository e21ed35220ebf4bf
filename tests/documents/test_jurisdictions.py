"""Names of governments and the codes that they mean."""

from __future__ import annotations

import pytest

from nianbao.documents.jurisdictions import all_units, find_jurisdiction, most_named


@pytest.mark.parametrize(
    ("name", "code", "unit", "level", "province"),
    [
        ("国务院", "000000", "全国", "country", None),
        ("全国", "000000", "全国", "country", None),
        ("广东省人民政府", "440000", "广东省", "province", "广东省"),
        ("清远市", "441800", "清远市", "city", "广东省"),
        ("深圳市龙华区", "440309", "龙华区", "county", "广东省"),
        ("广东省深圳市龙华区人民政府办公室", "440309", "龙华区", "county", "广东省"),
        ("海口市龙华区", "460106", "龙华区", "county", "海南省"),
        ("441800", "441800", "清远市", "city", "广东省"),
        ("北京市朝阳区", "110105", "朝阳区", "county", "北京市"),
        ("云汀市青穗县", "990121", "青穗县", "county", "示例省"),
    ],
)
def test_a_full_name_or_a_code_has_one_unit(name: str, code: str, unit: str, level: str, province: str | None) -> None:
    found = find_jurisdiction(name)
    assert found is not None
    assert (found.code, found.name, found.level, found.province_name) == (code, unit, level, province)


def test_a_shared_name_needs_its_parents() -> None:
    assert find_jurisdiction("龙华区") is None
    nearby = find_jurisdiction("龙华区", nearby="在深圳市委市政府领导下")
    assert nearby is not None
    assert nearby.code == "440309"


def test_a_dissolved_unit_is_found_for_its_time() -> None:
    found = find_jurisdiction("上海市闸北区", year=2010)
    assert found is not None
    assert found.name == "闸北区"


@pytest.mark.parametrize("name", ["", "政府", "123456", "某某新区管委会", "火星市"])
def test_what_is_no_unit_is_none(name: str) -> None:
    assert find_jurisdiction(name) is None


def test_the_list_is_whole_and_its_invented_rows_are_marked() -> None:
    current = [unit for unit in all_units() if unit.until is None]
    codes = [unit.jurisdiction.code for unit in current]
    assert len(codes) == len(set(codes))
    assert sum(1 for unit in current if unit.jurisdiction.level == "province" and not unit.invented) == 34
    assert sum(1 for unit in current if unit.jurisdiction.level == "county") > 2800
    assert {unit.jurisdiction.code for unit in current if unit.invented} == {"990000", "990100", "990121"}
    known = {unit.jurisdiction.code for unit in all_units()}
    assert all(unit.parent in known for unit in all_units() if unit.parent)


def test_the_place_that_a_report_speaks_of_most() -> None:
    assert most_named("盐田区经济稳健。盐田港增长，盐田片区更新，建成滨海城区。", "区") == "盐田区"
    assert most_named("建设滨海城区。", "区") is None


def test_an_office_is_no_government() -> None:
    assert find_jurisdiction("绍兴市司法局") is None
