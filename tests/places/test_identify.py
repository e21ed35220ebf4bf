"""Whose report a title announces, by the rules of language and administration, and when no owner is given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.places.identify import Clues, Identification, identify
from nianbao.places.units import Place, all_places, parents

DISCLOSURE = "年政府信息公开工作年度报告"
RULE_OF_LAW = "年法治政府建设情况的报告"
UNITS = [
    place
    for place in all_places()
    if place.last_year is None and place.kind in ("city", "county") and not "71" <= place.code[4:] <= "79"
]


def of(owner: str, year: int = 2021, publisher: str = "", site: str = "") -> Identification:
    """Return the identification of a disclosure report."""
    return identify(Clues(f"{owner}{year}{DISCLOSURE}", publisher, site, year))


@pytest.mark.parametrize(
    ("owner", "code", "place_kind", "body_kind", "body_name"),
    [
        ("清远市", "441800", "city", "government", ""),
        ("清远市人民政府", "441800", "city", "government", ""),
        ("中共清远市委 清远市人民政府", "441800", "city", "government", ""),
        ("锡林郭勒盟行政公署", "152500", "city", "government", ""),
        ("科尔沁右翼中旗", "152222", "county", "government", ""),
        ("第八师石河子市", "659001", "county", "government", ""),
        ("上海市浦东新区", "310115", "county", "government", ""),
        ("晋城市城区", "140502", "county", "government", ""),
        ("国务院", "000000", "country", "government", ""),
        ("清远市人民政府办公室", "441800", "city", "office", "人民政府办公室"),
        ("清远市司法局", "441800", "city", "department", "司法局"),
        ("金华市民政局", "330700", "city", "department", "民政局"),
        ("吉林市卫生健康委员会", "220200", "city", "department", "卫生健康委员会"),
        ("六安市市场监管局", "341500", "city", "department", "市场监管局"),
        ("义乌市场监管局", "330782", "county", "department", "市场监管局"),
        ("海南州教育局", "632500", "city", "department", "教育局"),
        ("伊犁州财政局", "654000", "city", "department", "财政局"),
        ("深圳市公安局南山分局", "440305", "county", "department", "公安局南山分局"),
        ("教育部", "000000", "country", "department", "教育部"),
        ("国家税务总局清远市税务局", "441800", "city", "vertical", "税务局"),
        ("国家统计局昆山调查队", "320583", "county", "vertical", "调查队"),
        ("中华人民共和国深圳海关", "440300", "city", "vertical", "海关"),
        ("清远市清城区人民法院", "441802", "county", "judicial", "人民法院"),
        ("清远市委宣传部", "441800", "city", "party", "市委宣传部"),
        ("云南大学", "530000", "province", "institution", "云南大学"),
        ("复旦大学", "000000", "country", "institution", "复旦大学"),
        ("佛山市顺德区大良街道办事处", "440606", "township", "subdistrict", "大良街道"),
        ("东莞市虎门镇人民政府", "441900", "township", "township", "虎门镇"),
        ("郑州市二七区淮河路办事处", "410103", "township", "subdistrict", "淮河路街道"),
        ("成都高新区", "510100", "zone", "zone", "管理委员会"),
        ("四川天府新区", "510100", "zone", "zone", "管理委员会"),
        ("昆山经济技术开发区管理委员会", "320583", "zone", "zone", "管理委员会"),
        ("苏州工业园区规划建设委员会", "320500", "zone", "department", "规划建设委员会"),
        ("中国(河北)自由贸易试验区雄安片区管理委员会", "130000", "zone", "zone", "管理委员会"),
    ],
)
def test_the_owner_of_a_title(owner: str, code: str, place_kind: str, body_kind: str, body_name: str) -> None:
    """A title gives place, level, kind and name of the body that reports."""
    found = of(owner)
    assert (found.place_code, found.place_kind, found.body_kind, found.body_name) == (
        code,
        place_kind,
        body_kind,
        body_name,
    ), found


@pytest.mark.parametrize(
    "owner",
    [
        "鼓楼区",
        "南山区司法局",
        "市中区人民政府",
        "城关镇",
        "保税区",
        "高新区管委会",
        "某县",
        "区",
        "市司法局",
        "新区",
        "郊区",
        "平安建设办公室",
        "司法局",
    ],
)
def test_an_ambiguous_owner_is_not_guessed(owner: str) -> None:
    """An ambiguous or incomplete owner gives no place and no body, but a reason."""
    found = of(owner)
    assert found.place_code is None
    assert found.body_id is None
    assert found.why


def test_ambiguity_lists_candidates() -> None:
    """An ambiguous name lists every place that bears it."""
    found = of("鼓楼区")
    assert {candidate.code for candidate in found.candidates} == {"320106", "320302", "350102", "410204"}
    assert "4 places" in found.why


def test_publisher_and_site_resolve_an_ambiguous_owner() -> None:
    """The publisher or the web address resolves an owner that the title leaves ambiguous."""
    assert of("鼓楼区", publisher="徐州市鼓楼区人民政府").place_code == "320302"
    assert of("鼓楼区", site="中国南京 www.nj.gov.cn").place_code == "320106"
    assert of("南山区", site="www.szns.gov.cn").place_code == "440305"
    assert of("司法局", publisher="清远市司法局").place_code == "441800"
    assert of("市司法局", site="www.qingyuan.gov.cn").place_code == "441800"
    assert of("区司法局", site="www.qingyuan.gov.cn").place_code is None, "the site of a city"
    assert of("东城街道", site="www.qingcheng.gov.cn").place_code == "441802"
    assert of("高新区管委会", publisher="淄博市高新区管委会").place_code == "370300"


def test_a_county_publishes_for_a_zone_of_its_city() -> None:
    """A zone belongs to the county whose site publishes its report, if that county is in the same city."""
    zone = "南京徐庄高新技术产业开发区管理委员会"
    assert of(zone).place_code == "320100"
    assert of(zone, site="www.njxw.gov.cn").place_code == "320102"
    assert of(zone, publisher="上海市黄浦区人民政府").place_code == "320100", "not a county of the city"


def test_the_title_takes_precedence_over_publisher_and_site() -> None:
    """Publisher and site never override a place or body that the title gives."""
    found = of("静海区", publisher="司法局", site="www.tjjh.gov.cn")
    assert (found.place_code, found.body_kind) == ("120118", "government")
    assert of("新疆维吾尔自治区人民政府", site="shache.gov.cn").place_code == "650000"


def test_a_title_without_an_owner_is_the_publishers() -> None:
    """A title without an owner gets the place and body of its publisher, but not of its site alone."""
    found = identify(Clues("2021年政府信息公开工作年度报告", publisher="沭阳县发展和改革局"))
    assert (found.place_code, found.body_id) == ("321322", "fgw")
    assert identify(Clues("2021年政府信息公开工作年度报告", site="sj.qingyuan.gov.cn")).place_code is None


@pytest.mark.parametrize(
    ("owner", "year", "code", "series"),
    [
        ("襄樊市", 2009, "420600", "420600"),
        ("襄阳市", 2010, "420600", "420600"),
        ("清新县", 2011, "441827", "441803"),
        ("清新区", 2014, "441803", "441803"),
        ("毕节市", 2010, "522401", "520502"),
        ("毕节市", 2012, "520500", "520500"),
        ("巢湖市", 2010, "341400", "341400"),
        ("巢湖市", 2013, "340181", "340181"),
        ("思茅市", 2005, "530800", "530800"),
        ("苏州市沧浪区", 2010, "320502", "320502"),
        ("江干区", 2020, "330104", "330104"),
    ],
)
def test_names_are_resolved_in_their_year(owner: str, year: int, code: str, series: str) -> None:
    """A name is resolved to the place that bore it in the year, with the series that continues it."""
    found = of(owner, year)
    assert (found.place_code, found.series_code) == (code, series)


def test_a_name_counts_only_at_its_time() -> None:
    """A former name is accepted one year after its change and no longer later."""
    assert of("襄樊市", 2011).place_code == "420600", "still printed a year later"
    assert of("襄樊市", 2019).place_code is None
    assert of("新区", 2000).place_code == "130206"


def test_five_zones_of_five_cities() -> None:
    """The high-tech zones of five cities go to their own city and have the same id."""
    cities = {"成都": "510100", "石家庄": "130100", "珠海": "440400", "西安市": "610100", "合肥市": "340100"}
    found = {city: of(f"{city}高新区") for city in cities}
    assert {city: zone.place_code for city, zone in found.items()} == cities
    assert {zone.body_id for zone in found.values()} == {"z-gaoxin"}
    assert of("石家庄高新技术产业开发区").body_id == "z-gaoxin"


def test_who_reports_for_the_government() -> None:
    """Offices that report on the rule of law act for the government, but their own disclosure reports do not."""
    office = identify(Clues(f"清远市人民政府办公室关于清远市2021{RULE_OF_LAW}"))
    assert (office.body_kind, office.acts_for_government, office.body_id) == ("office", True, "")
    law = identify(Clues(f"中共清远市委全面依法治市委员会办公室关于2021{RULE_OF_LAW}"))
    assert (law.body_kind, law.acts_for_government, law.body_id) == ("party", True, "")
    own = identify(Clues(f"清远市人民政府办公室2021{DISCLOSURE}"))
    assert (own.acts_for_government, own.body_id) == (False, "bgs")
    assert not identify(Clues(f"清远市司法局关于2021{RULE_OF_LAW}")).acts_for_government


def test_ids_of_bodies() -> None:
    """Governments, towns, zones and departments get their documented ids."""
    assert of("清远市").body_id == ""
    assert of("清远市清新区太和镇").body_id == "t-taihe"
    assert of("南京江北新区管理委员会司法局").body_id == "z-jiangbeixinqu-sfj"
    assert of("清远市工商行政管理局", 2015).body_id == "gsj"
    assert of("国家发展和改革委员会").body_id == "fgw"


@settings(deadline=None)
@given(
    st.sampled_from(UNITS),
    st.sampled_from(["", "人民政府", "司法局", "发展和改革委员会", "人民政府办公室", "市场监管局"]),
)
def test_every_unit_is_identified_after_its_parent(place: Place, body: str) -> None:
    """Every city and county is found when its name follows that of its parent, with any body."""
    above = parents(place)
    found = of((above[0].name if above else "") + place.name + body, 2022)
    assert found.place_name == place.name
    assert found.series_code is not None
    if not place.name.endswith(("街道", "镇")):
        assert found.place_code is not None
        assert found.place_code[:4] == place.code[:4]


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=20))
@settings(deadline=None)
def test_any_text_gets_an_answer(title: str, publisher: str, site: str) -> None:
    """Any title, publisher and site give a reason, and place and body are both known or both unknown."""
    found = identify(Clues(title, publisher, site))
    assert found.why
    assert (found.place_code is None) == (found.body_id is None)
