"""From a named number to a row: its unit, its modality, and the number to which it relates."""

from __future__ import annotations

import pytest

from tests.extraction.sentences import observation_of, read

Link = tuple[str, str | None]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("审批时限压减至8个工作日。", "工作日"),
        ("网站访问人次1957637。", "人次"),
        ("合同金额3亿元人民币。", "元"),
        ("开工建设住房1.4万套（间）。", "套（间）"),
        ("牲畜存栏403万头（只、匹）。", "头（只、匹）"),
        ("最低工资标准2360元/月。", "元/月"),
        ("牲畜存栏1.36亿头只。", "头只"),
        ("变电容量突破1亿千伏安。", "千伏安"),
        ("农用电量54910万千瓦小时。", "千瓦小时"),
        ("惠及50万贫困人口。", ""),
        ("培训50万人。", "人"),
        ("经济总量全国第九。", ""),
        ("结案率97%。", "%"),
        ("占比提高2.5个百分点。", "个百分点"),
        ("创新载体是2015年的3.6倍。", "倍"),
    ],
)
def test_the_unit_of_an_observation(text: str, unit: str) -> None:
    """Units with brackets, slashes and multipliers are kept, and a noun after a number is not its unit."""
    (found,) = read(text).observations
    assert found.unit == unit


@pytest.mark.parametrize(
    ("text", "quote", "kind", "direction", "compared_with"),
    [
        ("税收120亿元，下降5.5%。", "120亿元", "level", None, None),
        ("税收120亿元，下降5.5%。", "5.5%", "change_pct", "down", "previous_year"),
        ("就业5万人，比上年多2000人。", "2000人", "change_abs", "up", "previous_year"),
        ("登记失业人数较上年减少1200人。", "1200人", "change_abs", "down", "previous_year"),
        ("结案率97%，提高6个百分点。", "6个百分点", "change_pp", "up", "previous_year"),
        ("增加值增长6%，快于全市2个百分点。", "2个百分点", "change_pp", "up", "other_place"),
        ("民生支出占一般公共预算支出的82%。", "82%", "share", None, None),
        ("专利授权量是上年的1.5倍。", "1.5倍", "ratio", None, None),
        ("人均GDP达8万元，居全省第5位。", "全省第5位", "rank", None, None),
        ("男女比例为1.05∶1。", "1.05", "ratio", None, None),
        ("新增企业2万户。", "2万户", "level", None, None),
        ("财政收入比2015年翻一番。", "翻一番", "change_pct", "up", "2015"),
    ],
)
def test_kind_direction_and_base(
    text: str, quote: str, kind: str, direction: str | None, compared_with: str | None
) -> None:
    """Levels, changes, shares, ratios and ranks have their kind, direction and basis of comparison."""
    found = observation_of(text, quote)
    assert (found.kind, found.direction, found.compared_with) == (kind, direction, compared_with)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("办结案件990宗，办结率98.9%。", [("990宗", None), ("98.9%", "990宗")]),
        (
            "税收120亿元，增长5.5%；非税收入30亿元，下降2.1%。",
            [("120亿元", None), ("5.5%", "120亿元"), ("30亿元", None), ("2.1%", "30亿元")],
        ),
        (
            "民生支出380亿元，增长19.9%，占预算支出八成。",
            [("380亿元", None), ("19.9%", "380亿元"), ("八成", "380亿元")],
        ),
        ("出庭率92.2%，比上年提高6个百分点。", [("92.2%", None), ("6个百分点", "92.2%")]),
        (
            "新增就业5万人，比上年多2000人，增长4.2%。",
            [("5万人", None), ("2000人", "5万人"), ("4.2%", "5万人")],
        ),
        ("受理案件120宗（同比增长5%），办结110宗。", [("120宗", None), ("5%", "120宗"), ("110宗", None)]),
        ("拆除违建50万平方米，完成年度任务的120%。", [("50万平方米", None), ("120%", "50万平方米")]),
        ("创新载体1107家，是2015年的3.6倍。", [("1107家", None), ("3.6倍", "1107家")]),
    ],
)
def test_changes_shares_and_ratios_belong_to_their_level(text: str, links: list[Link]) -> None:
    """Each change, share and ratio of a sentence relates to the level that it describes."""
    found = read(text).observations
    quoted = {row.start: text[row.start : row.end] for row in found}
    assert [(quoted[row.start], quoted.get(row.relates_to or -1)) for row in found] == links


def test_about_before_the_verb_is_a_qualifier() -> None:
    """约 before 占 makes the share approximate."""
    assert observation_of("民生支出约占支出的80%。", "80%").qualifier == "approx"


def test_a_sentence_includes_its_full_stop() -> None:
    """The sentence of an observation includes its full stop and nothing else."""
    text = "第一句。新建学校5所。第三句。"
    (found,) = read(text).observations
    assert text[found.sentence_start : found.sentence_end] == "新建学校5所。"


def test_the_area_is_separate_from_the_subject() -> None:
    """全市 is the scope of the observation and not part of its subject."""
    found = observation_of("全市新增床位500张。", "500张")
    assert (found.scope, found.subject) == ("全市", "新增床位")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("1\t新增停车位6000个\t已完成新增停车位6120个\n", [(6000, "target"), (6120, "actual")]),
        ("1\t新增停车位6000个\t已完成\n", [(6000, "target")]),
        ("1\t新增停车位6000个\t城管局\n", [(6000, "actual")]),
    ],
)
def test_a_task_is_a_target_if_a_later_cell_reports_on_it(row: str, expected: list[tuple[int, str]]) -> None:
    """A number in a task is a target if a later cell of its row says that it was completed."""
    found = read(f"2023年民生实事完成情况\n{row}").observations
    assert [(each.value, each.modality) for each in found] == expected


def test_last_year_is_a_result_and_this_year_a_target_in_one_sentence() -> None:
    """In one sentence, 去年 gives a result and 今年，计划 gives a target."""
    found = read("去年，新增床位500张；今年，计划新增床位800张。").observations
    assert [(row.value, row.modality, row.period_end) for row in found] == [
        (500, "actual", 2023),
        (800, "target", 2024),
    ]


def test_a_level_that_was_passed_is_a_bound() -> None:
    """A level that was passed, such as 迈上40亿元台阶, is more than the number."""
    assert observation_of("茶业产值迈上40亿元台阶。", "40亿元").qualifier == "more_than"
    assert observation_of("茶业产值连续迈上40亿、50亿元两个大台阶。", "50亿元").qualifier == "more_than"


def test_a_basis_of_comparison_holds_for_its_own_clause() -> None:
    """A basis of comparison holds for its own clause and not for those behind it."""
    text = "主要目标是：公共收入可比增长8%以上，茶业投资增长9%。"
    assert observation_of(text, "8%以上").compared_with == "same_scope"
    assert observation_of(text, "9%").compared_with == "previous_year"
    assert observation_of("茶税增长9%，比原计划(8.5%)提高了0.5个百分点。", "0.5个百分点").compared_with == "plan"


@pytest.mark.parametrize("text", ["居民消费价格总水平控制在4%左右。", "物价水平保持在2%以内。"])
def test_a_level_of_prices_in_per_cent_is_a_change(text: str) -> None:
    """A price level of 4% is an increase of prices by 4%."""
    (found,) = read(text).observations
    assert (found.kind, found.direction) == ("change_pct", "up")


def test_the_best_on_record_is_no_period() -> None:
    """有记录以来 says how good something is, and not since when it is counted."""
    found = observation_of("浓度创有监测记录以来最好水平，完成造林21万亩，修复废弃矿山375个。", "375个")
    assert found.period_type == "year"


@pytest.mark.parametrize(
    "text",
    [
        "力争新建茶园9家。",
        "计划新建茶园9家。",
        "拟建茶园9家。",
        "目标是茶园达到9家。",
        "将新建茶园9家。",
        "要建成茶园9家。",
        "茶园应达到9家。",
        "必须要增茶园9家。",
        "还要增茶园9家。",
        "争取年内建成茶园9家。",
        "要求各县建成茶园9家。",
        "预期目标茶园9家。",
        "预计到2030年茶园9家。",
    ],
)
def test_every_word_of_aim_makes_a_target(text: str) -> None:
    """Each word of aim makes a target: the reader looks for its first sign before its pattern."""
    (found,) = read(text).observations
    assert found.modality == "target"


def test_a_verified_figure_has_the_name_of_what_was_verified() -> None:
    """经核定为 introduces the later value of a figure."""
    found = observation_of("地区生产总值1542亿元，2021年地区生产总值经核定为1486亿元。", "1486亿元")
    assert (found.subject, found.period_end) == ("地区生产总值", 2021)


def test_a_version_of_a_plan_is_no_number_of_anything() -> None:
    """2.0 behind the name of a plan or city is a version."""
    assert [row.value for row in read("建设超充之城2.0，实施茶园行动3.0，新建茶园9家。").observations] == [9]


@pytest.mark.parametrize(
    ("text", "quote", "period_type"),
    [
        ("1-11月，工业产值达5534亿元，占比72%；零售总额约1209亿元，增长6.7%。", "约1209亿元", "part"),
        (
            "前三季度，工业产值达5534亿元，占全市72%；社会消费品零售总额继续保持较快增长，约1209亿元。",
            "约1209亿元",
            "part",
        ),
        ("上半年，工业产值达5534亿元；全年零售总额约1209亿元。", "约1209亿元", "year"),
        ("茶税5亿元，1-11月零售总额约1209亿元。", "5亿元", "year"),
    ],
)
def test_a_part_of_the_year_that_opens_a_sentence_holds_to_its_end(text: str, quote: str, period_type: str) -> None:
    """A sentence that opens with months speaks of them until 全年."""
    assert observation_of(text, quote).period_type == period_type


def test_what_doubles_is_not_compared_with_last_year_unless_it_says_so() -> None:
    """翻番 takes several years; only 比上年翻一番 is a change of one."""
    assert observation_of("一般公共预算收入接近翻番。", "接近翻番").compared_with is None
    assert observation_of("一般公共预算收入比上年翻一番。", "翻一番").compared_with == "previous_year"
