"""Every form of number: ten sentences for each class, with the value, the end of a range, the unit and the words."""

from __future__ import annotations

import pytest

from tests.extraction.sentences import observation_of, quotes, reasons

Case = tuple[str, str, float, str]
Range = tuple[str, str, float, float, str]

MORE_BETWEEN_MULTIPLIERS: list[Case] = [
    ("贷款余额1.2万多亿元。", "1.2万多亿元", 1.2e12, "元"),
    ("贷款余额1.2万余亿元。", "1.2万余亿元", 1.2e12, "元"),
    ("贷款余额1.2万亿多元。", "1.2万亿多元", 1.2e12, "元"),
    ("新增投资4万多亿元。", "4万多亿元", 4e12, "元"),
    ("新增投资两万多亿元。", "两万多亿元", 2e12, "元"),
    ("新增投资三十多万亿元。", "三十多万亿元", 3e13, "元"),
    ("接待游客3千多万人次。", "3千多万人次", 3e7, "人次"),
    ("接待游客十几万人次。", "十几万人次", 1e5, "人次"),
    ("接待游客2000余万人次。", "2000余万人次", 2e7, "人次"),
    ("粮食产量两千多万吨。", "两千多万吨", 2e7, "吨"),
]
IN_SEVERAL_PLACES: list[Case] = [
    ("罚没收入1万2千3百元。", "1万2千3百元", 12_300, "元"),
    ("罚没收入3亿5000万元。", "3亿5000万元", 350_000_000, "元"),
    ("罚没收入12亿3456万元。", "12亿3456万元", 1_234_560_000, "元"),
    ("新登记市场主体1万3千户。", "1万3千户", 13_000, "户"),
    ("新登记市场主体2万5千户。", "2万5千户", 25_000, "户"),
    ("服务群众1亿3千多万人次。", "1亿3千多万人次", 130_000_000, "人次"),
    ("服务群众3千5百人次。", "3千5百人次", 3500, "人次"),
    ("服务群众12万3456人次。", "12万3456人次", 123_456, "人次"),
    ("服务群众一万二千三百人次。", "一万二千三百人次", 12_300, "人次"),
    ("服务群众两千三百零五人次。", "两千三百零五人次", 2305, "人次"),
]
MORE_IN_SEVERAL_PLACES: list[Case] = [
    ("粮食产量四亿零七百多万吨。", "四亿零七百多万吨", 407_000_000, "吨"),
    ("粮食产量七亿七千多万吨。", "七亿七千多万吨", 770_000_000, "吨"),
    ("粮食产量两亿零五十几万吨。", "两亿零五十几万吨", 200_500_000, "吨"),
    ("粮食产量十二亿三千余万吨。", "十二亿三千余万吨", 1_230_000_000, "吨"),
    ("粮食产量二十一亿五千一百多万吨。", "二十一亿五千一百多万吨", 2_151_000_000, "吨"),
    ("存款余额三万两千多亿元。", "三万两千多亿元", 3.2e12, "元"),
    ("存款余额一万零五百多亿元。", "一万零五百多亿元", 1.05e12, "元"),
    ("存款余额4亿700多万元。", "4亿700多万元", 407_000_000, "元"),
    ("存款余额4亿零700多万元。", "4亿零700多万元", 407_000_000, "元"),
    ("存款余额3亿5千余万元。", "3亿5千余万元", 350_000_000, "元"),
]
IN_PLACES_BEFORE_A_MULTIPLIER: list[Case] = [
    ("发放补贴4千5百万元。", "4千5百万元", 45_000_000, "元"),
    ("存款余额1万2千亿元。", "1万2千亿元", 1.2e12, "元"),
    ("存款余额2千5百亿元。", "2千5百亿元", 2.5e11, "元"),
    ("存款余额1万5千多亿元。", "1万5千多亿元", 1.5e12, "元"),
    ("用水量1亿2千5百万立方米。", "1亿2千5百万立方米", 125_000_000, "立方米"),
    ("发放补贴1亿2千5百多万元。", "1亿2千5百多万元", 125_000_000, "元"),
    ("发放补贴3百2十万元。", "3百2十万元", 3_200_000, "元"),
    ("发放补贴1百零5万元。", "1百零5万元", 1_050_000, "元"),
    ("走访群众1千零80人。", "1千零80人", 1080, "人"),
    ("新建路灯2千3百5十个。", "2千3百5十个", 2350, "个"),
]
IN_TWO_UNITS: list[Case] = [
    ("人均行政复议成本123元5角。", "123元5角", 123.5, "元"),
    ("人均行政复议成本5元3角2分。", "5元3角2分", 5.32, "元"),
    ("人均行政复议成本十二元五角。", "十二元五角", 12.5, "元"),
    ("平均办理时间5小时30分钟。", "5小时30分钟", 330, "分钟"),
    ("平均办理时间1小时20分钟。", "1小时20分钟", 80, "分钟"),
    ("平均等待时间1分20秒。", "1分20秒", 80, "秒"),
    ("平均办理时间1个半小时。", "1个半小时", 1.5, "小时"),
    ("平均办理时间两个半小时。", "两个半小时", 2.5, "小时"),
    ("平均建设工期3个半月。", "3个半月", 3.5, "月"),
    ("平均建设工期3年6个月。", "3年6个月", 42, "月"),
    ("平均办结时间2天12小时。", "2天12小时", 60, "小时"),
    ("修建水渠2公里300米。", "2公里300米", 2.3, "公里"),
    ("缴获毒品12公斤500克。", "12公斤500克", 12.5, "公斤"),
]
PARTS: list[Case] = [
    ("行政复议纠错率为百分之零点五。", "百分之零点五", 0.5, "%"),
    ("行政复议纠错率为百分之6。", "百分之6", 6, "%"),
    ("行政复议纠错率为百分之6.5。", "百分之6.5", 6.5, "%"),
    ("行政复议纠错率为百分之九十八点六。", "百分之九十八点六", 98.6, "%"),
    ("人口自然增长率为千分之五点二。", "千分之五点二", 5.2, "‰"),
    ("人口自然增长率为千分之七。", "千分之七", 7, "‰"),
    ("信访投诉率为万分之三。", "万分之三", 0.03, "%"),
    ("信访投诉率为万分之零点五。", "万分之零点五", 0.005, "%"),
    ("孕产妇死亡率为十万分之七点六。", "十万分之七点六", 7.6, "/10万"),
    ("孕产妇死亡率为7.6/10万。", "7.6/10万", 7.6, "/10万"),
]
DECIMALS_IN_CHARACTERS: list[Case] = [
    ("失业率下降一点二个百分点。", "一点二个百分点", 1.2, "个百分点"),
    ("失业率下降零点五个百分点。", "零点五个百分点", 0.5, "个百分点"),
    ("失业率下降一个百分点。", "一个百分点", 1, "个百分点"),
    ("失业率下降两个百分点。", "两个百分点", 2, "个百分点"),
    ("失业率下降十二点五个百分点。", "十二点五个百分点", 12.5, "个百分点"),
    ("粮食产量四点六亿斤。", "四点六亿斤", 460_000_000, "斤"),
    ("投入资金三点五亿元。", "三点五亿元", 350_000_000, "元"),
    ("投入资金两点零五亿元。", "两点零五亿元", 205_000_000, "元"),
    ("群众满意度达九十八点六分。", "九十八点六分", 98.6, "分"),
    ("修建道路十二点三公里。", "十二点三公里", 12.3, "公里"),
]
POWERS_OF_TEN: list[Case] = [
    ("日访问量过万。", "过万", 10_000, ""),
    ("日访问量过万人次。", "过万人次", 10_000, "人次"),
    ("接待游客上千万人次。", "上千万人次", 10_000_000, "人次"),
    ("覆盖人口过亿。", "过亿", 1e8, ""),
    ("粉丝数超百万。", "超百万", 1e6, ""),
    ("工业总产值突破千亿大关。", "突破千亿", 1e11, ""),
    ("工业总产值突破千亿元大关。", "突破千亿元", 1e11, "元"),
    ("工业总产值突破2000亿大关。", "突破2000亿", 2e11, ""),
    ("工业总产值迈上万亿元台阶。", "万亿元", 1e12, "元"),
    ("帮助几百户。", "几百户", 100, "户"),
]
HALVES: list[Case] = [
    ("行政成本减少一半。", "一半", 50, "%"),
    ("行政成本减少一半以上。", "一半以上", 50, "%"),
    ("女职工占一半左右。", "一半左右", 50, "%"),
    ("女职工占近半。", "近半", 50, "%"),
    ("女职工占近半数。", "近半数", 50, "%"),
    ("女职工占比过半。", "过半", 50, "%"),
    ("女职工占半数以上。", "半数以上", 50, "%"),
    ("女职工占大半。", "大半", 50, "%"),
    ("超过一半的企业盈利。", "超过一半", 50, "%"),
    ("近半企业盈利。", "近半", 50, "%"),
]
GROWTH_BY_TIMES: list[Case] = [
    ("专利授权量增长一倍。", "一倍", 100, "%"),
    ("专利授权量增长1倍。", "1倍", 100, "%"),
    ("专利授权量增长两倍。", "两倍", 200, "%"),
    ("专利授权量增长1.5倍。", "1.5倍", 150, "%"),
    ("专利授权量增长近三倍。", "近三倍", 300, "%"),
    ("专利授权量同比增长2.3倍。", "2.3倍", 230, "%"),
    ("专利授权量增长一点五倍。", "一点五倍", 150, "%"),
    ("专利授权量提高1.1倍。", "1.1倍", 110, "%"),
    ("专利授权量增加一倍以上。", "一倍以上", 100, "%"),
    ("专利授权量翻一番。", "翻一番", 100, "%"),
]
TIMES_OF_ANOTHER: list[Case] = [
    ("专利授权量是上年的两倍。", "两倍", 2, "倍"),
    ("专利授权量是上年的2.3倍。", "2.3倍", 2.3, "倍"),
    ("专利授权量为上年的1.5倍。", "1.5倍", 1.5, "倍"),
    ("专利授权量达上年的三倍。", "三倍", 3, "倍"),
    ("专利授权量是上年的近两倍。", "近两倍", 2, "倍"),
    ("专利授权量是2015年的3.6倍。", "3.6倍", 3.6, "倍"),
    ("专利授权量是全国平均水平的两倍多。", "两倍多", 2, "倍"),
    ("专利授权量是五年前的十倍。", "十倍", 10, "倍"),
    ("专利授权量是上年的一点五倍。", "一点五倍", 1.5, "倍"),
    ("专利授权量是上年的1.05倍。", "1.05倍", 1.05, "倍"),
]
UNIT_IN_BRACKETS: list[Case] = [
    ("罚没收入（亿元）10.05。", "（亿元）10.05", 1_005_000_000, "元"),
    ("罚没收入（万元）：1005。", "（万元）：1005", 10_050_000, "元"),
    ("罚没收入（单位：亿元）10.05。", "（单位：亿元）10.05", 1_005_000_000, "元"),
    ("罚没收入10.05（亿元）。", "10.05（亿元）", 1_005_000_000, "元"),
    ("受理行政复议申请（件）1234。", "（件）1234", 1234, "件"),
    ("受理行政复议申请1234（件）。", "1234（件）", 1234, "件"),
    ("调解成功率（%）99.1。", "（%）99.1", 99.1, "%"),
    ("培训执法人员（万人次）2.3。", "（万人次）2.3", 23_000, "人次"),
    ("发电装机容量（万千瓦）17。", "（万千瓦）17", 170_000, "千瓦"),
    ("绿地面积（公顷）为56.7。", "（公顷）为56.7", 56.7, "公顷"),
]
UNITS_BEFORE_MULTIPLIERS: list[Case] = [
    ("发电装机容量十七万千瓦。", "十七万千瓦", 170_000, "千瓦"),
    ("发电装机容量17万千瓦。", "17万千瓦", 170_000, "千瓦"),
    ("发电装机容量三千千瓦。", "三千千瓦", 3000, "千瓦"),
    ("发电装机容量五百兆瓦。", "五百兆瓦", 500, "兆瓦"),
    ("用电量两亿千瓦时。", "两亿千瓦时", 200_000_000, "千瓦时"),
    ("用电量3.5亿千瓦时。", "3.5亿千瓦时", 350_000_000, "千瓦时"),
    ("修建道路十二千米。", "十二千米", 12, "千米"),
    ("修建道路12千米。", "12千米", 12, "千米"),
    ("销毁毒品三百千克。", "三百千克", 300, "千克"),
    ("增加变电容量二十万千伏安。", "二十万千伏安", 200_000, "千伏安"),
]
WORDS_BEFORE_UNITS: list[Case] = [
    ("新增1500多万市场主体。", "1500多万", 15_000_000, ""),
    ("新增1500万市场主体。", "1500万", 15_000_000, ""),
    ("惠及13亿人口。", "13亿", 1.3e9, ""),
    ("惠及5万家庭。", "5万", 50_000, ""),
    ("帮助3万个体工商户。", "3万", 30_000, ""),
    ("培养2万人才。", "2万", 20_000, ""),
    ("惠及40万市民。", "40万", 400_000, ""),
    ("惠及30万户籍人口。", "30万", 300_000, ""),
    ("惠及两千万市场主体。", "两千万", 20_000_000, ""),
    ("惠及十几亿人口。", "十几亿", 1e9, ""),
    ("惠及三千万农民工。", "三千万", 30_000_000, ""),
    ("惠及数百万群众。", "数百万", 1_000_000, ""),
    ("惠及十四亿人民。", "十四亿", 1.4e9, ""),
    ("惠及三千多万农民工。", "三千多万", 30_000_000, ""),
    ("吸引10万大学生。", "10万", 100_000, ""),
]
NEIGHBOURING_DIGITS: list[Range] = [
    ("走访企业三四十家。", "三四十家", 30, 40, "家"),
    ("开展普法宣传二三百场次。", "二三百场次", 200, 300, "场次"),
    ("清理规范性文件十五六件。", "十五六件", 15, 16, "件"),
    ("培训执法人员七八百人。", "七八百人", 700, 800, "人"),
    ("新增法律顾问两三名。", "两三名", 2, 3, "名"),
    ("走访企业三五家。", "三五家", 3, 5, "家"),
    ("走访企业一百二三十家。", "一百二三十家", 120, 130, "家"),
    ("新建三、四座水厂。", "三、四座", 3, 4, "座"),
    ("走访企业2、3百家。", "2、3百家", 200, 300, "家"),
    ("走访企业七八家。", "七八家", 7, 8, "家"),
]
RANGES_IN_CHARACTERS: list[Range] = [
    ("走访企业三至五家。", "三至五家", 3, 5, "家"),
    ("走访企业三到五家。", "三到五家", 3, 5, "家"),
    ("走访企业三十至四十家。", "三十至四十家", 30, 40, "家"),
    ("走访企业八家至十家。", "八家至十家", 8, 10, "家"),
    ("培训三至五万人。", "三至五万人", 30_000, 50_000, "人"),
    ("培训三万至五万人。", "三万至五万人", 30_000, 50_000, "人"),
    ("生产总值增长百分之八至百分之十。", "百分之八至百分之十", 8, 10, "%"),
    ("生产总值增长百分之八到十。", "百分之八到十", 8, 10, "%"),
    ("生产总值增长百分之6至7。", "百分之6至7", 6, 7, "%"),
    ("失业率下降一至二个百分点。", "一至二个百分点", 1, 2, "个百分点"),
]


def _check(case: Case) -> None:
    text, quote, value, unit = case
    row = observation_of(text, quote)
    assert (row.value, row.value_high, row.unit) == (value, None, unit)


def _check_range(case: Range) -> None:
    text, quote, low, high, unit = case
    row = observation_of(text, quote)
    assert (row.value, row.value_high, row.unit) == (low, high, unit)


@pytest.mark.parametrize("case", MORE_BETWEEN_MULTIPLIERS)
def test_more_between_multipliers(case: Case) -> None:
    """多, 余 and 几 may stand between two multipliers."""
    _check(case)
    assert observation_of(*case[:2]).qualifier == "more_than"


@pytest.mark.parametrize("case", [*IN_SEVERAL_PLACES, *MORE_IN_SEVERAL_PLACES, *IN_PLACES_BEFORE_A_MULTIPLIER])
def test_a_numeral_in_several_places(case: Case) -> None:
    """Digits and multipliers in turn are one numeral."""
    _check(case)


@pytest.mark.parametrize("case", IN_TWO_UNITS)
def test_an_amount_in_two_units(case: Case) -> None:
    """An amount with a smaller unit behind is one quantity in one unit."""
    _check(case)


@pytest.mark.parametrize("case", PARTS)
def test_parts_of_a_hundred_or_more(case: Case) -> None:
    """百分之, 千分之, 万分之 and 十万分之 with digits or characters."""
    _check(case)


@pytest.mark.parametrize("case", DECIMALS_IN_CHARACTERS)
def test_decimals_in_characters(case: Case) -> None:
    """点 is a decimal point between numerals in characters."""
    _check(case)


@pytest.mark.parametrize("case", POWERS_OF_TEN)
def test_a_power_of_ten_that_is_passed(case: Case) -> None:
    """A power of ten behind a bound or before a milestone is a lower bound."""
    _check(case)
    assert observation_of(*case[:2]).qualifier == "more_than"


@pytest.mark.parametrize("case", HALVES)
def test_a_half_in_words(case: Case) -> None:
    """Words of one half are 50 per cent."""
    _check(case)


@pytest.mark.parametrize("case", GROWTH_BY_TIMES)
def test_growth_by_so_many_times(case: Case) -> None:
    """Growth by N times is a change of N × 100 per cent."""
    _check(case)
    row = observation_of(*case[:2])
    assert (row.kind, row.direction) == ("change_pct", "up")


@pytest.mark.parametrize("case", TIMES_OF_ANOTHER)
def test_so_many_times_of_another_amount(case: Case) -> None:
    """N times of another amount is a ratio."""
    _check(case)
    assert observation_of(*case[:2]).kind == "ratio"


@pytest.mark.parametrize("case", UNIT_IN_BRACKETS)
def test_a_unit_in_brackets(case: Case) -> None:
    """A unit in brackets before or behind a number belongs to it and to no subject."""
    _check(case)
    assert "（" not in observation_of(*case[:2]).subject


@pytest.mark.parametrize("case", UNITS_BEFORE_MULTIPLIERS)
def test_units_win_over_multipliers(case: Case) -> None:
    """千 before 瓦, 米, 克 and the like begins a unit."""
    _check(case)


@pytest.mark.parametrize("case", WORDS_BEFORE_UNITS)
def test_words_win_over_units(case: Case) -> None:
    """The beginning of a longer word is no unit."""
    _check(case)


@pytest.mark.parametrize("case", NEIGHBOURING_DIGITS)
def test_two_neighbouring_digits_are_a_range(case: Range) -> None:
    """Two neighbouring digits name a range, about one of the two."""
    _check_range(case)
    assert observation_of(*case[:2]).qualifier == "approx"


@pytest.mark.parametrize("case", RANGES_IN_CHARACTERS)
def test_ranges_in_characters(case: Range) -> None:
    """A range in characters has two ends."""
    _check_range(case)


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("打好三大攻坚战。", "三大", "name"),
        ("县、镇、村三级联动。", "三级", "name"),
        ("抓好四个重点。", "四个", "name"),
        ("过去五年成绩显著。", "五年", "duration"),
        ("十二月三十日印发。", "十二月三十日", "date"),
        ("贯彻十九大精神。", "十九大", "name"),
        ("第三方评估。", "第三", "order"),
        ("新一轮千亿斤粮食产能提升。", "千亿斤", "name"),
        ("任务过半。", "过半", "name"),
        ("把安全放在首位。", "首位", "order"),
        ("惠及三百群众。", "三百", "name"),
        ("走访二三百。", "二三百", "name"),
        ("带动上万农户。", "上万", "name"),
        ("推动线上万物互联。", "万", "name"),
        ("走过两万五千里长征。", "两万五千", "name"),
        ("用一万的努力防止万一。", "一万", "name"),
        ("深信千万不可松懈。", "千万", "name"),
        ("形成五百亿产业集群。", "五百亿", "threshold"),
        ("引进超百亿产业集群。", "百亿", "threshold"),
        ("投入2千50万元。", "2千50万", "name"),
    ],
)
def test_numerals_that_are_not_read_have_a_reason(text: str, number: str, reason: str) -> None:
    """A number word that is no observation is unmatched, with its reason."""
    assert reasons(text)[number] == reason
    assert quotes(text) == []


@pytest.mark.parametrize("digits", [16, 17, 18, 30, 100, 308, 309, 400, 4300, 5000])
def test_digits_beyond_a_double_are_unmatched(digits: int) -> None:
    """A number with more digits than a double holds exactly is unmatched and raises nothing."""
    number = "12345678" * (digits // 8 + 1)
    text = f"受理案件{number[:digits]}件。"
    assert quotes(text) == []
    assert reasons(text) == {number[:digits]: "too_long"}


@pytest.mark.parametrize(
    "number",
    ["999999999999999万亿元", "123456789012345亿元", "1万亿万亿元", "3亿亿元", "2万万亿元", "5亿万亿万亿人"],
)
def test_amounts_beyond_any_statistic_are_unmatched(number: str) -> None:
    """A number that no column can hold, or with one multiplier too many, is unmatched and never read in part."""
    text = f"累计投入{number}。"
    assert quotes(text) == []
    assert "too_long" in reasons(text).values()


@pytest.mark.parametrize(("text", "quote"), [("建成2个万吨级泊位。", "2个"), ("扶持50家亿元以上企业。", "50家")])
def test_a_multiplier_after_a_unit_belongs_to_what_is_counted(text: str, quote: str) -> None:
    """A multiplier behind a unit is the size of the things, and the count before it is read."""
    assert quote in quotes(text)
