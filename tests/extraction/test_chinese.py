"""Numbers in characters and ranks: which are values, which are part of a word, and which are ordinals."""

from __future__ import annotations

import pytest

from tests.extraction.sentences import observation_of, quotes, read, reasons


@pytest.mark.parametrize(
    ("text", "quote", "value", "unit", "qualifier", "kind"),
    [
        ("工业增加值增长百分之八点五。", "百分之八点五", 8.5, "%", "exact", "change_pct"),
        ("危房改造率百分之九十以上。", "百分之九十以上", 90, "%", "more_than", "share"),
        ("八成以上的村开通公交。", "八成以上", 80, "%", "more_than", "share"),
        ("职工占七成半。", "七成半", 75, "%", "exact", "share"),
        ("出口翻了一番多。", "翻了一番多", 100, "%", "more_than", "change_pct"),
        ("培训上万人次。", "上万人次", 10_000, "人次", "more_than", "level"),
        ("办好十件民生实事。", "十件", 10, "件", "exact", "level"),
        ("桥头、河尾两家卫生院完成搬迁。", "两家", 2, "家", "exact", "level"),
        ("参保职工占七点五成。", "七点五成", 75, "%", "exact", "share"),
        ("项目数量占全市三分之一。", "三分之一", 33.333, "%", "exact", "share"),
        ("林地面积占三分之二以上。", "三分之二以上", 66.667, "%", "more_than", "share"),
        ("3/4的乡镇通高速。", "3/4", 75, "%", "exact", "share"),
        ("行政成本减少一半。", "一半", 50, "%", "exact", "change_pct"),
        ("第二产业投资占比不足一半。", "不足一半", 50, "%", "less_than", "share"),
        ("生产总值翻一番。", "翻一番", 100, "%", "exact", "change_pct"),
        ("生产总值翻两番。", "翻两番", 300, "%", "exact", "change_pct"),
        ("举办招聘会十余场。", "十余场", 10, "场", "more_than", "level"),
        ("开展检查三轮。", "三轮", 3, "轮", "exact", "level"),
        ("召开会议二十三次。", "二十三次", 23, "次", "exact", "level"),
        ("组织巡查一百二十多次。", "一百二十多次", 120, "次", "more_than", "level"),
        ("服务群众十万余人次。", "十万余人次", 100_000, "人次", "more_than", "level"),
        ("发放补贴三千二百万元。", "三千二百万元", 32_000_000, "元", "exact", "level"),
        ("粮食产量四点六亿斤。", "四点六亿斤", 460_000_000, "斤", "exact", "level"),
        ("投资额逾百亿元。", "逾百亿元", 1e10, "元", "more_than", "level"),
        ("数十家企业落户。", "数十家", 10, "家", "more_than", "level"),
        ("近千人报名。", "近千人", 1000, "人", "less_than", "level"),
        ("办好八件民生实事。", "八件", 8, "件", "exact", "level"),
    ],
)
def test_chinese_numerals_that_are_values(
    text: str, quote: str, value: float, unit: str, qualifier: str, kind: str
) -> None:
    """Fractions, percentages, multiples and counts in characters give value, unit, qualifier and kind."""
    row = observation_of(text, quote)
    assert (row.value, row.unit, row.qualifier, row.kind) == (value, unit, qualifier, kind)


@pytest.mark.parametrize(
    ("text", "quote", "place", "unit", "subject"),
    [
        ("增速位居全市第1位。", "全市第1位", 1, "位", "增速"),
        ("综合考核列第三名。", "第三名", 3, "名", "综合考核"),
        ("经济总量全国第九。", "全国第九", 9, "", "经济总量"),
        ("经济总量首次跃居世界第二位。", "世界第二位", 2, "位", "经济总量"),
        ("进出口总额稳居全国首位。", "全国首位", 1, "", "进出口总额"),
    ],
)
def test_a_rank_includes_the_place_of_comparison(text: str, quote: str, place: int, unit: str, subject: str) -> None:
    """A rank includes the area in which it holds, and it has a subject but no direction."""
    row = observation_of(text, quote)
    assert (row.kind, row.value, row.unit, row.subject) == ("rank", place, unit, subject)
    assert (row.direction, row.relates_to) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "进一步统一思想。",
        "推行“三项制度”。",
        "一是抓落实。",
        "第三方评估。",
        "第一批试点。",
        "把安全放在第一位。",
        "新一轮千亿斤粮食产能提升。",
        "万亿级产业集群。",
        "打好三大攻坚战。",
        "在第十四届运动会上。",
        "依据《条例》第三十二条。",
        "二〇二三年。",
        "县、镇、村三级联动。",
        "一系列活动，一批项目，一定成效。",
        "千方百计稳就业。",
    ],
)
def test_numerals_in_words_and_names_are_not_values(text: str) -> None:
    """Numerals inside words, names, ordinals and years give no observation."""
    assert quotes(text) == []


def test_characters_inside_words_are_not_numbers() -> None:
    """一 inside words such as 统一, 一批 and 一定 is no number and is not listed as unmatched either."""
    assert read("进一步统一思想，一批项目取得一定成效。").unmatched == ()


def test_an_unread_numeral_has_its_reason() -> None:
    """Names, years in characters, levels and durations are unmatched with the right reason."""
    assert reasons("打好三大攻坚战。二〇二三年，县、镇、村三级联动，过去五年成绩显著。") == {
        "三大": "name",
        "二〇二三年": "date",
        "三级": "name",
        "五年": "duration",
    }


def test_ordinals_are_unmatched_with_their_reason() -> None:
    """Ordinals in digits and characters are unmatched with the reason `order`."""
    found = reasons("第1名获奖者。第3批次。根据第12条规定。第三方评估。")
    assert found == {"第1名": "order", "第3": "order", "第12": "order", "第三": "order"}
