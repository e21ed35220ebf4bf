"""Which numbers are quantities: their value, unit and bound, in every form that digits take in a report."""

from __future__ import annotations

import pytest

from tests.extraction.sentences import observation_of, quotes, read, reasons


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
        ("新增床位1,234张。", "1,234张", 1234, "张", "exact"),
        ("网站点击量：1,234,567次", "1,234,567次", 1_234_567, "次", "exact"),
        ("进出口总额1.2万亿元。", "1.2万亿元", 1.2e12, "元", "exact"),
        ("日供水1亿3千多万立方米。", "1亿3千多万立方米", 130_000_000, "立方米", "more_than"),
        ("服务群众10万余人次。", "10万余人次", 100_000, "人次", "more_than"),
        ("服务群众10余万人次。", "10余万人次", 100_000, "人次", "more_than"),
        ("受益群众5000人左右。", "5000人左右", 5000, "人", "approx"),
        ("受益群众大约5000人。", "大约5000人", 5000, "人", "approx"),
        ("接待游客将近30万人次。", "将近30万人次", 300_000, "人次", "less_than"),
        ("处理垃圾至少200吨。", "至少200吨", 200, "吨", "at_least"),
        ("销售额超过5亿元。", "超过5亿元", 500_000_000, "元", "more_than"),
        ("高新技术企业突破1000家。", "突破1000家", 1000, "家", "more_than"),
        ("空气优良天数比例高于90%。", "高于90%", 90, "%", "more_than"),
        ("用水总量不超过8亿立方米。", "不超过8亿立方米", 800_000_000, "立方米", "at_most"),
        ("失业率控制在5%以下。", "5%以下", 5, "%", "at_most"),
        ("办理时间不到3天。", "不到3天", 3, "天", "less_than"),
        ("发病率下降3.2‰。", "3.2‰", 3.2, "‰", "exact"),
        ("地均产出12.5亿元/平方公里。", "12.5亿元/平方公里", 1.25e9, "元/平方公里", "exact"),
        ("PM2.5平均浓度28微克/立方米。", "28微克/立方米", 28, "微克/立方米", "exact"),
    ],
)
def test_value_unit_and_bound(text: str, quote: str, value: float, unit: str, qualifier: str) -> None:
    """A number gives its value with multiplier, its unit and its qualifier, in every form of digits."""
    found = observation_of(text, quote)
    assert (found.value, found.unit, found.qualifier) == (value, unit, qualifier)


@pytest.mark.parametrize(
    ("text", "quote", "low", "high", "qualifier"),
    [
        ("地区生产总值增长8—8.5%。", "8—8.5%", 8, 8.5, "exact"),
        ("地区生产总值增长6%—7%。", "6%—7%", 6, 7, "exact"),
        ("地区生产总值增长6%至7%左右。", "6%至7%左右", 6, 7, "approx"),
        ("新增企业2至3家。", "2至3家", 2, 3, "exact"),
        ("新增企业2000—3000家。", "2000—3000家", 2000, 3000, "exact"),
        ("新增投资3亿至5亿元。", "3亿至5亿元", 300_000_000, 500_000_000, "exact"),
        ("新增投资3至5亿元。", "3至5亿元", 300_000_000, 500_000_000, "exact"),
    ],
)
def test_a_range_has_two_ends(text: str, quote: str, low: float, high: float, qualifier: str) -> None:
    """A range gives a lower and an upper value, and a multiplier or unit applies to both."""
    found = observation_of(text, quote)
    assert (found.value, found.value_high, found.qualifier) == (low, high, qualifier)


@pytest.mark.parametrize(
    ("text", "quote", "rounding"),
    [("投资3.9万元。", "3.9万元", 1000), ("投资4000元。", "4000元", 1), ("投资44.15亿元。", "44.15亿元", 1_000_000),
     ("增长4.5%。工业增长4.50%。", "4.50%", 0.01), ("用水总量约三千二百万吨。", "约三千二百万吨", 1_000_000)],
)  # fmt: skip
def test_the_rounding_is_the_place_of_the_last_digit(text: str, quote: str, rounding: float) -> None:
    """The rounding of a value is the place of its last printed digit, including its multiplier."""
    assert observation_of(text, quote).rounding == rounding


def test_numbers_of_a_list_share_the_last_unit() -> None:
    """Numbers in a list take the unit of the last one, and each has its own subject."""
    found = read("教育、卫生、住房保障分别投入44.1、21.6和11.8亿元。").observations
    assert [(row.subject, row.value, row.unit) for row in found] == [
        ("教育投入", 4_410_000_000, "元"),
        ("卫生投入", 2_160_000_000, "元"),
        ("住房保障投入", 1_180_000_000, "元"),
    ]


def test_full_width_digits_keep_their_place_and_their_look() -> None:
    """Full-width digits give the number, and the quote has the characters as printed."""
    text = "城镇居民人均可支配收入４０８８７元，增长４．５％。"
    level, growth = read(text).observations
    assert text[level.start : level.end] == "４０８８７元"
    assert (level.value, growth.value, text[growth.start : growth.end]) == (40887, 4.5, "４．５％")


def test_telephone_numbers_and_postcodes_are_not_values() -> None:
    """Telephone numbers and postcodes are unmatched with the reason `name`."""
    assert quotes("电话：0755-12345678，邮编518000。") == []
    assert reasons("电话：0755-12345678，邮编518000。") == {"0755-12345678": "name", "518000": "name"}


def test_a_range_of_amounts_is_not_a_range_of_years() -> None:
    """A range of amounts that resemble years is read as a range of values."""
    (found,) = read("新增投资2000—2050元。").observations
    assert (found.value, found.value_high) == (2000, 2050)


def test_a_proportion_of_whole_numbers_is_not_a_time_of_day() -> None:
    """10∶45∶45 is a proportion of three sectors, while 10:45 after 上午 is a time."""
    found = read("三次产业比重为10∶45∶45。").observations
    assert [(row.subject, row.value) for row in found] == [("第一产业", 10), ("第二产业", 45), ("第三产业", 45)]
    assert reasons("上午10:45开会。") == {"10:45": "date"}
