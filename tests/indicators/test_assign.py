"""What the rest of a sentence adds to a subject that is incomplete by itself."""

from __future__ import annotations

import pytest

from nianbao.indicators.assign import match_indicators
from schemas.rows import ObservationRow
from tests.indicators.observation_factory import matched, row, sentence


def ids(rows: list[ObservationRow]) -> list[str | None]:
    """Return the indicator of each row, or None."""
    return [match.indicator_id if match else None for match in match_indicators(rows)]


def test_a_share_without_a_subject_is_of_the_preceding_one() -> None:
    """In 研发投入…占地区生产总值比重, the share is that of research spending."""
    text = "全社会研发投入312亿元，增长9.5%，占地区生产总值比重提高到3.3%。"
    rows = sentence(
        text,
        row("全社会研发投入", "312亿元", 312e8, "元"),
        row("全社会研发投入", "9.5%", 9.5, "%", kind="change_pct"),
        row("占地区生产总值比重", "3.3%", 3.3, "%", kind="share"),
    )
    assert ids(rows) == ["rd_spending", "rd_spending", "rd_share"]


def test_a_running_total_after_new_ones_is_the_stock() -> None:
    """累计 after a number of new businesses gives the total number of businesses."""
    text = "新增商事主体2.1万户，增长12%，累计达9.8万户。"
    rows = sentence(text, row("新增商事主体", "2.1万户", 21000, "户"), row("新增商事主体", "9.8万户", 98000, "户"))
    assert ids(rows) == ["market_entities_new", "market_entities_total"]


def test_the_increment_before_a_level_is_not_the_level() -> None:
    """After 净增, the first number has no indicator, and the level and its growth have that of the revenue."""
    text = "地方财政一般预算收入一年净增31亿元，达210亿元，增长17%。"
    subject = "地方财政一般预算收入一年净增"
    rows = sentence(
        text,
        row(subject, "31亿元", 31e8, "元"),
        row(subject, "210亿元", 210e8, "元"),
        row(subject, "17%", 17, "%", kind="change_pct"),
    )
    assert ids(rows) == [None, "public_budget_revenue", "public_budget_revenue"]


def test_new_at_the_start_of_a_list_applies_to_all_members() -> None:
    """新增 before a list makes each member a number of new ones; 总数 makes one a total."""
    text = "新增国家高新技术企业31家、上市企业2家，上市企业总数24家。"
    rows = sentence(
        text,
        row("新增国家高新技术企业", "31家", 31, "家"),
        row("上市企业", "2家", 2, "家"),
        row("上市企业总数", "24家", 24, "家"),
    )
    assert ids(rows) == ["high_tech_enterprises_new", "listed_companies_new", "listed_companies"]


def test_one_number_for_two_subjects_is_of_both() -> None:
    """均超过 gives one number to both indicators."""
    text = "固定资产投资、社会消费品零售总额均超过1200亿元。"
    match = match_indicators(sentence(text, row("固定资产投资、社会消费品零售总额", "1200亿元", 1.2e11, "元")))[0]
    assert match is not None
    assert [match.indicator_id, *(also.indicator_id for also in match.also)] == [
        "fixed_asset_investment",
        "retail_sales",
    ]


def test_one_number_that_may_be_a_sum_is_of_neither() -> None:
    """共 after two subjects may be their sum, so neither indicator is assigned."""
    text = "固定资产投资和社会消费品零售总额共1200亿元。"
    assert ids(sentence(text, row("固定资产投资和社会消费品零售总额", "1200亿元", 1.2e11, "元"))) == [None]


def test_a_sentence_about_a_zone_stays_there_until_the_whole_is_named() -> None:
    """Numbers after the name of a zone get no indicator until 全市 names the city again."""
    text = "青石合作区地区生产总值增长10.3%，规上工业增加值增长26%，全市规上工业增加值增长5%。"
    rows = sentence(
        text,
        row("青石合作区地区生产总值", "10.3%", 10.3, "%", kind="change_pct"),
        row("规上工业增加值", "26%", 26, "%", kind="change_pct"),
        row("规上工业增加值", "5%", 5, "%", kind="change_pct", scope="全市"),
    )
    matches = [match for match in match_indicators(rows) if match is not None]
    assert [(match.indicator_id, match.scope) for match in matches] == [
        ("gdp", "青石合作区"),
        ("industrial_value_added", "青石合作区规模以上"),
        ("industrial_value_added", "规模以上"),
    ]


def test_a_zone_ends_at_a_semicolon_and_is_a_proper_name() -> None:
    """Prove that works on parks and a zone before a semicolon do not take the figures of the city."""
    text = "青石合作区地区生产总值31亿元；固定资产投资210亿元。"
    rows = sentence(
        text, row("青石合作区地区生产总值", "31亿元", 31e8, "元"), row("固定资产投资", "210亿元", 210e8, "元")
    )
    assert [match and match.scope for match in match_indicators(rows)] == ["青石合作区", ""]
    text = "推动老旧工业园区改造9个，工业投资54亿元。"
    rows = sentence(text, row("推动老旧工业园区改造", "9个", 9, "个"), row("工业投资", "54亿元", 54e8, "元"))
    assert ids(rows)[1] == "industrial_investment"


def test_a_short_subject_after_an_unknown_one_may_be_a_part_of_it() -> None:
    """出口 after an unknown industry gets no indicator; after total trade it does."""
    text = "软件产业实现产值29亿元，出口0.6亿美元。"
    rows = sentence(text, row("软件产业产值", "29亿元", 29e8, "元"), row("出口", "0.6亿美元", 0.6e8, "美元"))
    assert ids(rows) == ["sector_output_any", None]
    text = "进出口总额48亿美元，居全省第二，其中出口29亿美元。"
    rows = sentence(
        text,
        row("进出口总额", "48亿美元", 48e8, "美元"),
        row("居全省", "第二", 2, "", kind="rank"),
        row("出口", "29亿美元", 29e8, "美元"),
    )
    assert ids(rows) == ["foreign_trade", None, "exports"]


def test_a_change_takes_the_id_of_its_level_and_a_rate_does_not() -> None:
    """A growth rate gets the indicator of its level, while another rate that relates to the level does not."""
    text = "辖区公共财政收入72亿元，增长30%，入库率98%。"
    level, change, rate = sentence(
        text,
        row("公共财政收入", "72亿元", 72e8, "元", scope="辖区"),
        row("公共财政收入", "30%", 30, "%", kind="change_pct"),
        row("入库率", "98%", 98, "%", kind="share"),
    )
    change["relates_to"] = rate["relates_to"] = level["observation_id"]
    assert ids([level, change, rate]) == ["total_fiscal_revenue", "total_fiscal_revenue", None]


def test_rows_get_method_and_score_and_nothing_else_changes() -> None:
    """Matching sets indicator, method and score of a row, and leaves all other columns unchanged."""
    plain = row("全市地区生产总值", "310亿元", 310e8, "元")
    unknown = row("鹅卵石", "310块", 310, "块", char_start=9)
    named, left = matched([plain, unknown])
    assert (named["indicator_id"], named["match_method"]) == ("gdp", "rule")
    assert named["match_score"] is not None
    assert 0.8 <= named["match_score"] < 1
    assert (left["indicator_id"], left["match_method"], left["match_score"]) == (None, "none", None)
    changed = {key for (key, value), other in zip(named.items(), plain.values(), strict=True) if value != other}
    assert changed == {"indicator_id", "match_method", "match_score"}


def test_a_change_of_what_has_no_indicator_has_none() -> None:
    """完成工程84.9亿美元 is no number of works, and so its growth is not that of their number."""
    level = row("完成工程", "84.9亿美元", 84.9e8, "美元")
    change = row("完成工程", "94%", 94, "%", kind="change_pct", char_start=9, relates_to=level["observation_id"])
    assert ids([level, change]) == [None, None]


def test_a_list_of_what_was_planned_gives_no_totals() -> None:
    """In 谋划亿元以上项目20个，5亿元以上项目10个 the ten are planned, and 10 are not all that there are."""
    text = "谋划亿元以上项目20个，5亿元以上项目10个。"
    rows = sentence(text, row("谋划亿元以上项目", "20个", 20, "个"), row("5亿元以上项目", "10个", 10, "个"))
    assert ids(rows) == ["big_project_planned", None]


def test_a_part_of_a_part_is_not_of_the_whole() -> None:
    """In 入园企业132家，其中规上工业企业59家 the 59 are in the park; of all 市场主体 the 企业 are all."""
    text = "入园企业132家，其中规上工业企业59家。"
    park = row("入园企业", "132家", 132, "家", stated_as="arrival")
    within = row("规上工业企业", "59家", 59, "家", stated_as="part")
    assert ids(sentence(text, park, within))[1] is None
    assert ids(sentence("规上工业企业59家。", within)) == ["designated_industrial_enterprises"]


def test_the_same_number_twice_is_the_one_next_to_its_subject() -> None:
    """The 5个 of 新开工5个项目 come after 城市更新, so that they are not all projects."""
    text = "完成5个城市更新计划审批，新开工5个项目。"
    assert ids(sentence(text, row("新开工项目", "5个", 5, "个"))) == [None]


def test_a_row_of_a_part_says_of_which() -> None:
    """工业税收 has the indicator of 税收, so its row names the part; what the row says already is not repeated."""
    taxes, urban, zone = matched(
        [
            row("工业税收", "3亿元", 3e8, "元"),
            row("城镇居民人均可支配收入", "5万元", 5e4, "元", population="城镇居民", char_start=9),
            row("青石合作区固定资产投资", "9亿元", 9e8, "元", char_start=99),
        ]
    )
    assert (taxes["indicator_id"], taxes["part"]) == ("tax_revenue", "工业")
    assert (urban["part"], urban["population"]) == (None, "城镇居民")
    assert (zone["indicator_id"], zone["part"], zone["area"]) == ("fixed_asset_investment", None, "青石合作区")


def test_how_many_were_to_be_done_is_not_how_many_were() -> None:
    """In 59项民生实事完成57项 only the second number counts what was done."""
    text = "59项民生实事完成57项。"
    rows = sentence(text, row("民生实事", "59项", 59, "项"), row("完成民生实事", "57项", 57, "项"))
    assert ids(rows) == [None, "livelihood_projects"]


def test_an_indicator_set_by_a_correction_is_kept() -> None:
    """Matching does not replace an indicator that a correction has set."""
    by_hand = row("鹅卵石", "310块", 310, "块", indicator_id="gdp", match_method="correction", match_score=1.0)
    assert matched([by_hand])[0]["indicator_id"] == "gdp"


@pytest.mark.parametrize(
    ("text", "subject", "quote", "value", "indicator"),
    [
        (
            "新增规上企业300家，国家级专精特新“小巨人”企业20家。",
            "国家级专精特新“小巨人”企业",
            "20家",
            20,
            "little_giants_new",
        ),
        ("新增持牌金融机构2家，新三板挂牌企业10家以上。", "新三板挂牌企业", "10家以上", 10, "new_otc_listed"),
        # what is said to be reached is what there is
        ("新增规上企业300家，国家高新技术企业达900家。", "国家高新技术企业", "900家", 900, "high_tech_enterprises"),
        (
            "新增规上企业300家，国家高新技术企业突破900家。",
            "国家高新技术企业",
            "突破900家",
            900,
            "high_tech_enterprises",
        ),
        ("新增税收3亿元，国家高新技术企业900家。", "国家高新技术企业", "900家", 900, "high_tech_enterprises"),
        ("新增规上企业300家；国家高新技术企业900家。", "国家高新技术企业", "900家", 900, "high_tech_enterprises"),
    ],
)
def test_a_list_of_new_ones_does_not_give_totals(
    text: str, subject: str, quote: str, value: float, indicator: str
) -> None:
    """Members of a list of new ones are new unless 达 or 突破 marks a total or the list has ended."""
    assert ids(sentence(text, row(subject, quote, value, "家"))) == [indicator]


@pytest.mark.parametrize(
    ("subject", "value", "unit", "indicator"),
    [
        ("新增街道长者服务中心", 25, "个", "elderly_care_stations"),
        ("完成工业园区转供电改造", 867, "个", "park_power_upgrades"),
    ],
)
def test_a_place_word_in_the_name_of_a_facility_is_not_an_area(
    subject: str, value: float, unit: str, indicator: str
) -> None:
    """街道 and 园区 in the name of a facility do not count as an area, so the indicator is found."""
    quote = f"{value}{unit}"
    assert ids(sentence(f"{subject}{quote}。", row(subject, quote, value, unit))) == [indicator]


def test_an_amount_before_of_is_the_size_of_the_project() -> None:
    """投资10亿元的电子产业园 is how large the park is, 完成投资 what was invested."""
    text = "投资10亿元的电子产业园竣工，电子产业园完成投资3亿元。"
    rows = sentence(text, row("电子产业园投资", "10亿元", 10e8, "元"), row("电子产业园完成投资", "3亿元", 3e8, "元"))
    assert ids(rows) == ["project_total_investment_any", "project_investment_any"]


def test_what_something_was_done_to_is_no_stock() -> None:
    """国家级试点3个 is how many there are; 争取3个国家级试点 is not."""
    rows = sentence("国家级试点3个。", row("国家级试点", "3个", 3, "个"))
    assert ids(rows) == ["reform_stock"]
    rows = sentence("积极争取3个国家级试点。", row("国家级试点", "3个", 3, "个"))
    assert ids(rows) == [None]


def test_a_change_of_places_has_not_the_indicator_of_the_level() -> None:
    """提高4个位次 after an investment in 元 is a change of its rank."""
    text = "固定资产投资完成61亿元，提高4个位次。"
    rows = sentence(
        text,
        row("固定资产投资", "61亿元", 61e8, "元"),
        row("固定资产投资", "4个", 4, "个", kind="change_abs", relates_to="work_report/440100/2019#7"),
    )
    assert ids(rows)[1] is None


@pytest.mark.parametrize(
    ("text", "indicator"),
    [
        ("新开工项目9个。", "projects_started"),
        ("城市更新提速，新开工项目9个。", None),
        ("开工建设青石医院等9个项目。", None),
    ],
)
def test_a_bare_noun_of_a_topic_is_not_all_of_them(text: str, indicator: str | None) -> None:
    """新开工项目 after 城市更新, or after the names of some, are a part of what the government began."""
    subject = "开工建设项目" if "等" in text else "新开工项目"
    assert ids(sentence(text, row(subject, "9个", 9, "个"))) == [indicator]


def test_an_investment_in_what_follows_is_not_in_what_came_before() -> None:
    """In 建沼气池；二是投资9万元，实施饮水工程 the second amount is not for 沼气池."""
    text = "一是投资5万元建设沼气池；二是投资9万元，实施饮水工程。"
    rows = sentence(text, row("沼气池建设投资", "5万元", 5e4, "元"), row("沼气池建设投资", "9万元", 9e4, "元"))
    assert ids(rows) == ["project_investment_any", None]


def test_what_new_ones_add_up_to_is_not_new() -> None:
    """In 新增商事主体70家，达420家 the second number is the stock."""
    rows = sentence(
        "新增商事主体70家，达420家。", row("新增商事主体", "70家", 70, "家"), row("新增商事主体", "420家", 420, "家")
    )
    assert ids(rows) == ["market_entities_new", "market_entities_total"]
