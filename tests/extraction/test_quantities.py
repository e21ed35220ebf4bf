"""Which numbers are quantities, how they are bounded, and why the others are set aside."""

from __future__ import annotations

import pytest

from tests.extraction.sentences import one, quotes, read, reasons


@pytest.mark.parametrize(
    ("text", "quote", "value", "unit", "qualifier"),
    [
        ("新登记市场主体3.9万户。", "3.9万户", 39_000, "户", "exact"),
        ("派发资料60多万份。", "60多万份", 600_000, "份", "more_than"),
        ("抽查案卷1500余宗。", "1500余宗", 1500, "宗", "more_than"),
        ("举办讲座近400场次。", "近400场次", 400, "场次", "less_than"),
        ("约600人参加培训。", "约600人", 600, "人", "approx"),
        ("城镇登记失业率3%以内。", "3%以内", 3, "%", "at_most"),
        ("新增学位不少于2000个。", "不少于2000个", 2000, "个", "at_least"),
        ("民生支出占八成以上。", "八成以上", 80, "%", "more_than"),
        ("外来投资下降3成。", "3成", 30, "%", "exact"),
        ("项目数量占全市三分之一。", "三分之一", 33.333, "%", "exact"),
        ("日均新设企业1万6千多户。", "1万6千多户", 16_000, "户", "more_than"),
        ("社会消费品零售总额近万亿元。", "近万亿元", 1e12, "元", "less_than"),
        ("网站访问人次1957637。", "1957637", 1_957_637, "人次", "exact"),
        ("企业开办时间压缩至3个工作日以内。", "3个工作日以内", 3, "工作日", "at_most"),
        ("开工建设住房1.4万套（间）。", "1.4万套（间）", 14_000, "套（间）", "exact"),
        ("签约31个项目。", "31个", 31, "个", "exact"),
    ],
)
def test_value_unit_and_bound(text: str, quote: str, value: float, unit: str, qualifier: str) -> None:
    seen = one(text, quote)
    assert (seen.value, seen.unit, seen.qualifier) == (value, unit, qualifier)


def test_a_range_has_two_ends() -> None:
    seen = one("地区生产总值增长8—8.5%。", "8—8.5%")
    assert (seen.value, seen.value_high, seen.kind) == (8, 8.5, "change_pct")


def test_numbers_of_a_list_share_the_last_unit() -> None:
    seen = read("教育、卫生、住房保障分别投入44.1、21.6和11.8亿元。").observations
    assert [(row.subject, row.value, row.unit) for row in seen] == [
        ("教育投入", 4_410_000_000, "元"),
        ("卫生投入", 2_160_000_000, "元"),
        ("住房保障投入", 1_180_000_000, "元"),
    ]


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("2020年，全市上下共同努力。", "2020年", "date"),
        ("3月14日起恢复。", "3月14日", "date"),
        ("按照云府〔2021〕5号文件执行。", "2021", "document_number"),
        ("地铁4号线开通。", "4号", "number_of_thing"),
        ("轨道22、25、27号线开工。", "22", "number_of_thing"),
        ("12345热线全天服务。", "12345", "name"),
        ("建成5G网络。", "5", "name"),
        ("实行“1+3+N”模式。", "1", "name_in_quotes"),
        ("《规划（2021—2035年）》印发。", "2021", "title"),
        ("引进世界500强总部。", "500", "name"),
        ("庆祝建市40周年。", "40周年", "anniversary"),
        ("为65岁以上老人体检。", "65岁以上", "age"),
        ("连续6年获得表彰。", "6年", "duration"),
        ("将造价5万元以上的项目纳入采购。", "5万元以上", "threshold"),
        ("500米公交站点基本覆盖。", "500米", "threshold"),
        ("1. 推进改革。", "1", "numbering"),
        ("40.151件实事全部办结。", "40.", "numbering"),
    ],
)
def test_numbers_that_measure_nothing_say_why(text: str, number: str, reason: str) -> None:
    assert reasons(text).get(number) == reason


@pytest.mark.parametrize(
    "text",
    [
        "进一步统一思想。",
        "推行“三项制度”。",
        "一是抓落实。",
        "第三方评估。",
        "第一批试点。",
        "新一轮千亿斤粮食产能提升。",
    ],
)
def test_numerals_in_words_and_names_are_no_quantities(text: str) -> None:
    assert quotes(text) == []


def test_full_width_digits_keep_their_place_and_their_look() -> None:
    text = "城镇居民人均可支配收入４０８８７元，增长４．５％。"
    level, growth = read(text).observations
    assert text[level.start : level.end] == "４０８８７元"
    assert (level.value, growth.value, text[growth.start : growth.end]) == (40887, 4.5, "４．５％")
