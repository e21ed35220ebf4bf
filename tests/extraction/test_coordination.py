"""Lists: A、B分别增长x、y gives each number its own member, with the words that the members share."""

from __future__ import annotations

import pytest

from nianbao.extraction.subjects.coordination import split_list
from tests.extraction.sentences import read


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("甲、乙和丙", ["甲", "乙", "丙"]),
        ("城市与农村以及牧区", ["城市", "农村", "牧区"]),
        ("学校", ["学校"]),
        ("、学校", ["学校"]),
        ("", []),
    ],
)
def test_the_members_of_a_list(text: str, members: list[str]) -> None:
    """A list is split at its commas and conjunctions into its members."""
    assert [text[start:end] for start, end in split_list(text, 0, len(text))] == members


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "固定资产投资、社会消费品零售总额分别增长9%、7%。",
            [("9%", "固定资产投资"), ("7%", "社会消费品零售总额")],
        ),
        ("进口、出口分别增长8.1%、6.4%。", [("8.1%", "进口"), ("6.4%", "出口")]),
        ("万元GDP能耗、水耗分别下降3.1%、4.2%。", [("3.1%", "万元GDP能耗"), ("4.2%", "万元GDP水耗")]),
        (
            "城镇人口和农村人口社保覆盖率分别为98%和92%。",
            [("98%", "城镇人口社保覆盖率"), ("92%", "农村人口社保覆盖率")],
        ),
        # the end that they share begins behind as many signs as the first ones have
        (
            "粮食、蔬菜、水果产量分别达到50万吨、80万吨和20万吨。",
            [("50万吨", "粮食产量"), ("80万吨", "蔬菜产量"), ("20万吨", "水果产量")],
        ),
        ("水、电、气价格分别下降2%、3%、4%。", [("2%", "水价格"), ("3%", "电价格"), ("4%", "气价格")]),
        ("城、乡居民收入分别增长8%、9%。", [("8%", "城居民收入"), ("9%", "乡居民收入")]),
        (
            "一、二、三产业增加值分别增长2%、3%和4%。",
            [("2%", "第一产业增加值"), ("3%", "第二产业增加值"), ("4%", "第三产业增加值")],
        ),
        ("一、二、三产比例调整为15∶50∶35。", [("15", "第一产业"), ("50", "第二产业"), ("35", "第三产业")]),
        (
            "茶园投资、果园投资占比分别提高1.9、2.5个百分点。",
            [("1.9", "茶园投资占比"), ("2.5个百分点", "果园投资占比")],
        ),
        (
            "第一、二、三产业增加值分别为87亿元、147亿元和109亿元。",
            [("87亿元", "第一产业增加值"), ("147亿元", "第二产业增加值"), ("109亿元", "第三产业增加值")],
        ),
        # the shared part is a known noun or follows parallel members, and is never the middle of a word
        ("智能茶机、新式烘茶机零售额分别增长9%、8%。", [("9%", "智能茶机零售额"), ("8%", "新式烘茶机零售额")]),
        (
            "茶业、果品、花木与草木产业集群增加值分别增长3%、4%、5%。",
            [("3%", "茶业增加值"), ("4%", "果品产业集群增加值"), ("5%", "花木与草木产业集群增加值")],
        ),
        (
            "城镇、山区居民人均可支配收入分别为4万元、2万元。",
            [("4万元", "城镇居民人均可支配收入"), ("2万元", "山区居民人均可支配收入")],
        ),
        ("茶叶、红糖出口分别增长3%、4%。", [("3%", "茶叶出口"), ("4%", "红糖出口")]),
        ("生产总值、茶叶出口分别增长3%、4%。", [("3%", "生产总值"), ("4%", "茶叶出口")]),
        ("质检、广告等服务业营收分别增长3%、4%。", [("3%", "质检服务业营收"), ("4%", "广告等服务业营收")]),
        ("茶楼、住宅占供应总量的比例分别为4%、5%。", [("4%", "茶楼占供应总量的比例"), ("5%", "住宅占供应总量的比例")]),
        ("“老茶、新茶”投资、果园投资分别占20%、58%。", [("20%", "“老茶、新茶”投资占"), ("58%", "果园投资占")]),
        ("检查26个市、县（区）和12个茶办。", [("26个", "检查市、县（区）"), ("12个", "检查茶办")]),
        (
            "果园收入3亿元；茶园收入9亿元，增长6%，分居全省第四、第三。",
            [
                ("3亿元", "果园收入"),
                ("9亿元", "茶园收入"),
                ("6%", "茶园收入"),
                ("全省第四", "茶园收入"),
                ("第三", "茶园收入"),
            ],
        ),
        ("茶行存、贷款余额分别为8亿元、6亿元。", [("8亿元", "茶行存款余额"), ("6亿元", "贷款余额")]),
        # the list is in the clause before
        ("茶叶、蚕茧等发展迅猛，产量分别比上年增长36%、43%。", [("36%", "茶叶产量"), ("43%", "蚕茧产量")]),
        (
            "总产值1405亿元，总收入704亿元，分别比上年增长13.2%，7.5%。",
            [("1405亿元", "总产值"), ("704亿元", "总收入"), ("13.2%", "总产值"), ("7.5%", "总收入")],
        ),
        (
            "茶园收入53亿元，增长9%，总量全市第一、全省第二。",
            [("53亿元", "茶园收入"), ("9%", "茶园收入"), ("全市第一", "茶园收入总量"), ("全省第二", "茶园收入总量")],
        ),
        (
            "茶园、果园收入分别达到9亿元、8亿元，总量全市第二、第三。",
            [("9亿元", "茶园收入"), ("8亿元", "果园收入"), ("全市第二", "茶园收入总量"), ("第三", "果园收入总量")],
        ),
        (
            "位居全国百强县投资潜力第3、绿色发展第4。",
            [("第3", "全国百强县投资潜力"), ("第4", "绿色发展")],
        ),
        # every member has its own verb
        (
            "茶园面积30万亩、果园面积20万亩，分别增长8.1%、下降2.1%。",
            [("30万亩", "茶园面积"), ("20万亩", "果园面积"), ("8.1%", "茶园面积"), ("2.1%", "果园面积")],
        ),
        (
            "新增专利12件，累计80件，同比分别增长20%、10%。",
            [("12件", "新增专利"), ("80件", "专利累计"), ("20%", "新增专利"), ("10%", "专利累计")],
        ),
        ("建成公厕60座、垃圾站12座。", [("60座", "建成公厕"), ("12座", "建成垃圾站")]),
        ("新建5所学校和3个公园。", [("5所", "新建学校"), ("3个", "新建公园")]),
        ("发放补贴：低保500万元、特困300万元。", [("500万元", "低保"), ("300万元", "特困")]),
        (
            "工业投资80亿元、技改投资20亿元，分别增长5%和9%。",
            [("80亿元", "工业投资"), ("20亿元", "技改投资"), ("5%", "工业投资"), ("9%", "技改投资")],
        ),
        (
            "行政复议案件维持80件、撤销5件、驳回3件。",
            [("80件", "行政复议案件维持"), ("5件", "撤销行政复议案件"), ("3件", "驳回行政复议案件")],
        ),
    ],
)
def test_each_number_has_its_own_member(text: str, rows: list[tuple[str, str]]) -> None:
    """In a list with several numbers, each number gets its own member plus the words that all members share."""
    found = [(text[row.start : row.end], row.subject) for row in read(text).observations]
    assert found == rows


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("教育、卫生、住房分别投入44.1、21.6和11.8亿元。", [4_410_000_000, 2_160_000_000, 1_180_000_000]),
        ("小学、初中在校生分别为12、8万人。", [120_000, 80_000]),
    ],
)
def test_numbers_of_a_list_borrow_the_last_unit_and_multiplier(text: str, values: list[float]) -> None:
    """Numbers without a unit take the unit and the multiplier of the last number in the list."""
    found = read(text).observations
    assert [row.value for row in found] == values
    assert len({row.unit for row in found}) == 1


def test_changes_of_a_list_belong_to_the_levels_before_it() -> None:
    """With 分别, each growth rate relates to its own level."""
    text = "工业投资80亿元、技改投资20亿元，分别增长5%和9%。"
    found = {text[row.start : row.end]: row for row in read(text).observations}
    assert (found["5%"].relates_to, found["9%"].relates_to) == (text.index("80亿元"), text.index("20亿元"))
    assert {found["5%"].direction, found["9%"].direction} == {"up"}
