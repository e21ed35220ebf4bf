"""Subjects and their indicators in reports of many governments, and similar subjects without one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.indicators.assign import match_indicators, matcher_of
from nianbao.indicators.catalog import load_catalog
from tests.indicators.observation_factory import row

PROVINCE, CITY, DISTRICT, COUNTRY = "云汀省", "云汀市", "云汀市青石区", "全国"


def found(subject: str, unit: str = "", jurisdiction: str = CITY, **more: object) -> tuple[str | None, str]:
    """Return indicator and scope of one subject."""
    kind = more.pop("kind", "share" if unit == "%" else "level")
    match = match_indicators([row(subject, "7", 7, unit, kind=kind, jurisdiction_name=jurisdiction, **more)])[0]
    return (match.indicator_id, match.scope) if match else (None, "")


@pytest.mark.parametrize(
    ("subject", "unit", "jurisdiction", "indicator"),
    [
        ("全省生产总值", "元", PROVINCE, "gdp"),
        ("本市生产总值", "元", CITY, "gdp"),
        ("国内生产总值", "元", COUNTRY, "gdp"),
        ("地区生产总值（GDP）", "元", CITY, "gdp"),
        ("青石区GDP总量", "元", DISTRICT, "gdp"),
        ("初步核算地区生产总值从2015年", "元", CITY, "gdp"),
        ("青石新区生产总值", "元", DISTRICT, "gdp"),
        ("人均生产总值", "美元", PROVINCE, "gdp_per_capita"),
        ("每平方公里产出GDP", "元", DISTRICT, "gdp_per_area"),
        ("地方财政一般预算收入", "元", CITY, "public_budget_revenue"),
        ("公共财政预算收入", "元", DISTRICT, "public_budget_revenue"),
        ("财政收入", "元", DISTRICT, "public_budget_revenue"),
        ("辖区公共财政收入", "元", CITY, "total_fiscal_revenue"),
        ("全口径财政收入", "元", CITY, "total_fiscal_revenue"),
        ("来源于云汀辖区的一般公共预算收入", "元", CITY, "total_fiscal_revenue"),
        ("全社会固定资产投资总额", "元", CITY, "fixed_asset_investment"),
        ("固定资产投资近万亿元", "元", CITY, "fixed_asset_investment"),
        ("社消零总额", "元", DISTRICT, "retail_sales"),
        ("外贸进出口总值", "美元", PROVINCE, "foreign_trade"),
        ("规上工业增加值", "元", CITY, "industrial_value_added"),
        ("城镇新增就业人数", "人", CITY, "new_urban_jobs"),
        ("新增登记就业", "人", CITY, "new_urban_jobs"),
        ("户籍居民登记失业率", "%", CITY, "registered_unemployment_rate"),
        ("全市登记失业率较低水平", "%", CITY, "registered_unemployment_rate"),
        ("城镇调查失业率", "%", CITY, "surveyed_unemployment_rate"),
        ("研究与试验发展（R&D）经费支出占地区生产总值比重", "%", PROVINCE, "rd_share"),
        ("研发经费支出占比", "%", PROVINCE, "rd_share"),
        ("研发投入强度", "%", CITY, "rd_share"),
        ("新登记商事主体", "户", CITY, "market_entities_new"),
        ("经营主体总量", "家", CITY, "market_entities_total"),
        ("PM2.5年平均浓度", "微克/立方米", CITY, "pm25"),
        ("细颗粒物（PM2.5）平均浓度", "微克/立方米", PROVINCE, "pm25"),
        ("空气质量优良率", "%", CITY, "air_quality_days_share"),
        ("空气质量优良天数", "天", CITY, "air_quality_days"),
        ("受理行政复议案件", "宗", CITY, "reconsideration_accepted"),
        ("不予受理行政复议申请", "件", CITY, "reconsideration_not_accepted"),
        ("人均GDP在内地大城市中率先", "美元", CITY, "gdp_per_capita"),
        ("县域生产总值", "元", CITY, "gdp"),
        ("农业生产总值", "元", COUNTRY, "agricultural_output"),
        ("地表水断面水质达标率", "%", CITY, "surface_water_standard_rate"),
        ("人均GDP五年", "美元", CITY, "gdp_per_capita"),
        ("3.新建改造公园", "个", DISTRICT, "park_rebuilt"),
        ("新建公园", "个", DISTRICT, "parks_new"),
    ],
)
def test_many_wordings_are_one_indicator(subject: str, unit: str, jurisdiction: str, indicator: str) -> None:
    """Each of the wordings that governments use for an indicator is matched to it."""
    assert found(subject, unit, jurisdiction)[0] == indicator


@pytest.mark.parametrize(
    ("subject", "unit", "jurisdiction"),
    [
        ("全市生产总值", "元", DISTRICT),  # the city's, in a district's report
        ("促进失业人员就业岗位", "人", CITY),
        ("企业研发投入强度", "%", CITY),
        ("大型商事主体", "户", CITY),
        ("固定资产投资", "人", CITY),  # the unit is none of money
        ("新增学位总数", "个", CITY),
        ("累计新增学位", "个", CITY),
        ("绿道", "公里", CITY),  # neither built nor total
    ],
)
def test_parts_and_similar_subjects_are_not_matched(subject: str, unit: str, jurisdiction: str) -> None:
    """Parts, sub-areas, other levels of government and subjects in another unit get no indicator."""
    assert found(subject, unit, jurisdiction)[0] is None


@pytest.mark.parametrize(
    ("subject", "unit", "indicator"),
    [
        ("日均新登记企业", "家", "registered_daily"),
        ("地区生产总值占全国", "%", "gdp_share_of_region"),
        ("总部企业增加值", "元", "headquarters_value_added"),
        ("新增高速铁路运营里程", "公里", "highspeed_length_new"),
        ("三级医院", "家", "hospitals_tier_three"),
        ("建立微型消防站", "个", "micro_fire_stations"),
        ("生猪出栏", "头", "pigs_sold"),
        ("贫困村出列", "个", "poor_villages_out"),
        ("公路通车总里程", "公里", "road_length"),
        ("招商引资到位资金", "元", "domestic_capital"),
        ("新建垃圾转运站", "座", "transfer_station_new"),
        ("改造公厕", "座", "toilet_renovated"),
        ("完成森林抚育", "亩", "forest_tended_finished"),
        ("完成矿山修复", "处", "mine_renovated"),
        ("一般贸易出口", "元", "general_trade_exports"),
        ("签约重大产业项目", "个", "signed_projects"),
        ("落地重大产业项目", "个", "project_landed"),
        ("整改安全隐患", "处", "safety_hazards_rectified"),
        ("排查安全隐患", "处", "safety_hazards_found"),
        ("5G基站", "个", "base_station_total"),
        ("新建5G基站", "个", "stations_5g"),
        ("改扩建学校", "所", "school_renovated"),
        ("新改扩建学校", "所", "schools_built"),
        ("开工改造老旧小区", "个", "old_estate_started"),
        ("改造老旧小区", "个", "old_neighbourhoods_renovated"),
        ("终止行政复议案件", "件", "reconsideration_terminated"),
        ("决策后评估", "项", "decision_post_evaluations"),
        ("污水日处理能力", "吨", "sewage_capacity"),
        ("为企业减负", "元", "burden_relief"),
        ("国民生产总值", "元", "gnp"),
        ("减税降费", "元", "tax_and_fee_cuts"),
        ("完成国土绿化", "亩", "land_greened"),
        ("清理规范性文件", "件", "normative_documents_cleaned"),
    ],
)
def test_what_resembles_another_indicator_has_its_own(subject: str, unit: str, indicator: str) -> None:
    """Subjects that contain the wording of another indicator get their own."""
    assert found(subject, unit)[0] == indicator


@pytest.mark.parametrize(
    ("subject", "unit", "indicator", "part"),
    [
        ("黑石湾生产总值", "元", "gdp", "黑石湾"),
        ("青石合作区固定资产投资", "元", "fixed_asset_investment", "青石合作区"),
        ("民营企业工业增加值", "元", "industrial_value_added", "民营企业"),
        ("珠江口西岸出口总额", "元", "exports", "珠江口西岸"),
        ("大型总部企业增加值", "元", "sector_value_added_any", "大型总部企业"),
        ("新签约人工智能产业项目", "个", "project_signed", "人工智能产业"),
        ("省级重点产业项目完成投资", "元", "project_investment_any", "省级重点产业项目"),
        ("完成背街小巷改造", "条", "road_renovated", "背街小巷"),
        ("改造农村危桥", "座", "bridge_renovated", "农村危桥"),
        ("新增国家级团体标准", "项", "standard_gained", "国家级团体标准"),
        ("市属国企利润", "元", "sector_profit_any", "市属国企"),  # not 市 and 属国企
        ("建成区域社康中心", "个", "clinic_new", "区域社康中心"),
        ("云汀港货物总吞吐量", "吨", "port_part_any", "云汀港货物总"),
        ("三百亿元以上企业", "家", "named_size_enterprise_stock", "三百亿元以上企业"),
        ("新开工和筹集保障性住房", "套", "public_housing_started", "新开工和筹集"),
        ("创建省级美丽乡村", "个", "beautiful_villages", "省级"),
        ("林木覆盖率", "%", "forest_coverage_rate", "林木"),
        ("投入扶贫资金", "元", "special_fund_spent", "扶贫"),
        ("新增公办义务教育学位", "个", "compulsory_school_places_new", "公办"),
        ("新建社区公园", "座", "parks_new", "社区"),
        ("新建社区体育公园", "座", "parks_new", "社区体育"),
        ("新增国家临床重点专科", "个", "medical_specialities_new", "临床国家级"),
        ("新增市级以上创新载体", "家", "innovation_carriers_new", "市级以上"),
        ("改造农村公路", "公里", "rural_roads_built", "改造"),
        ("新建改造农村公路", "公里", "rural_roads_built", ""),
        ("办理省人大代表建议", "件", "npc_proposals", "省"),
        ("办理市、区人大代表建议", "件", "npc_proposals", ""),
        ("工业税收", "元", "tax_revenue", "工业"),
        ("涉企行政检查", "次", "enforcement_inspections", "涉企"),
        ("办复建议", "件", "bill_done", "建议"),
        ("完成人工造林", "亩", "afforestation", "人工"),
        ("新增首店、旗舰店、新概念店", "家", "first_stores_new", "首店、旗舰店、新概念店"),
        ("淘汰黄标车和老旧车", "辆", "old_vehicles_scrapped", ""),
        ("意向投资额", "元", "signed_investment", "意向"),
    ],
)
def test_a_part_has_a_series_of_its_own(subject: str, unit: str, indicator: str, part: str) -> None:
    """Prove that the words before a head noun name a series of its indicator, which is never the whole."""
    assert found(subject, unit) == (indicator, part)


@pytest.mark.parametrize(
    ("subject", "unit"),
    [
        ("新增高新技术企业和专精特新企业", "家"),  # two things and one number
        ("全国高新技术企业", "家"),  # another place
        ("五年投入资金", "元"),  # a sum of several years
        ("推进小区加装电梯", "公里"),  # the unit does not fit
        ("第二十五届展会展览面积", "平方米"),
        ("人均产值", "元"),
        ("企业加入平台", "家"),  # what was done stands in the middle
        ("新建成深水泊位", "个"),  # no parking space
        ("查办违纪违法案件", "件"),
        ("开通线路", "条"),
        ("发放补贴", "元"),
        ("举办活动", "场"),
        ("装机规模", "千瓦"),  # of which kind of power
    ],
)
def test_a_head_noun_alone_does_not_make_a_match(subject: str, unit: str) -> None:
    """Prove that a general noun gives no indicator where act, part or unit are missing or say something else."""
    assert found(subject, unit)[0] is None


def test_new_jobs_are_not_posts_nor_people_helped() -> None:
    """Vacancies and people helped back into work are separate indicators from new jobs."""
    assert found("新增就业岗位", "个")[0] == "job_posts"
    assert found("失业人员实现再就业", "人")[0] == "reemployed_unemployed"


@pytest.mark.parametrize(
    ("subject", "unit", "scope"),
    [
        ("工业增加值", "元", ""),
        ("规模以上工业增加值", "元", "规模以上"),
        ("规上工业企业增加值", "元", "规模以上"),
        ("居民人均可支配收入", "元", ""),
        ("城镇居民人均可支配收入", "元", "城镇居民"),
        ("全体居民人均可支配收入", "元", "全体居民"),
        ("净增商事主体", "户", "净增"),
        ("每万人口高价值发明专利拥有量", "件", "高价值"),
    ],
)
def test_each_population_is_a_separate_series(subject: str, unit: str, scope: str) -> None:
    """The population in a wording, such as 规模以上, becomes the scope of the series."""
    indicator, found_scope = found(subject, unit)
    assert indicator is not None
    assert found_scope == scope


def test_rural_income_is_another_indicator() -> None:
    """Rural income, also as 农民人均纯收入, is a separate indicator."""
    assert found("农村居民人均可支配收入", "元")[0] == "rural_disposable_income"
    assert found("农民人均纯收入", "元")[0] == "rural_disposable_income"


def test_a_scope_that_extraction_took_out_of_the_subject_counts() -> None:
    """An area in the scope column counts: 全市 matches in a city's report, but not in a district's."""
    assert found("生产总值", "元", scope="全市")[0] == "gdp"
    assert found("生产总值", "元", DISTRICT, scope="全市")[0] is None


def test_a_part_after_its_whole_is_the_part_where_the_catalog_says_so() -> None:
    """A part named after its whole is matched as the part only if the catalog allows it."""
    assert found("进出口总额出口", "美元")[0] == "exports"
    assert found("全口径财政收入地方一般预算收入", "元")[0] == "public_budget_revenue"
    assert found("服务贸易出口", "美元")[0] is None


def test_the_unit_decides_between_a_share_and_a_level() -> None:
    """The unit decides between a level, a share and a change of similar subjects."""
    assert found("民生支出", "元")[0] == "livelihood_expenditure"
    assert found("民生支出占财政支出比重", "%")[0] == "livelihood_expenditure_share"
    assert found("万元GDP能耗", "吨标准煤")[0] == "energy_per_gdp_level"
    assert found("万元GDP能耗", "%", kind="change_pct")[0] == "energy_intensity"


def test_a_change_and_a_rank_have_the_indicator_of_their_subject() -> None:
    """Growth rates, ranks and changes in points get the indicator of their subject."""
    assert found("社会消费品零售总额增速", "%", kind="change_pct")[0] == "retail_sales"
    assert found("地区生产总值", "", kind="rank")[0] == "gdp"
    assert found("研发投入强度", "个百分点", kind="change_pp")[0] == "rd_share"


def test_a_rate_of_growth_that_doubles_is_no_growth() -> None:
    """生产总值年均增速翻一番 is no growth of the output by 100%."""
    doubled = row("生产总值年均增速", "翻一番", 100, "%", kind="change_pct", jurisdiction_name=CITY)
    assert match_indicators([doubled])[0] is None


def test_the_matcher_of_a_catalog_is_built_once() -> None:
    """The matcher of a catalog is built once and reused."""
    assert matcher_of(load_catalog()) is matcher_of(load_catalog())


@given(
    st.text("全市生产总值人均增长的、新增商事主体GDP从2015年（）出口", max_size=14),
    st.sampled_from(["元", "%", "", "户"]),
)
def test_any_subject_has_one_answer_and_always_the_same(subject: str, unit: str) -> None:
    """Any subject is matched deterministically, to a known indicator with a score up to one."""
    match = match_indicators([row(subject, "7", 7, unit)])[0]
    assert match == match_indicators([row(subject, "7", 7, unit)])[0]
    if match is not None:
        assert match.indicator_id in load_catalog().indicators
        assert 0 < match.score <= 1


@given(
    st.sampled_from(["黑石湾", "外资企业", "青石片区", "农村"]), st.sampled_from(["GDP", "固定资产投资", "出口总额"])
)
def test_a_stranger_in_front_is_never_the_whole(stranger: str, subject: str) -> None:
    """Prove that a word in front keeps a figure out of the series of the whole."""
    assert found(subject, "元") != (None, "")
    assert found(subject, "元")[1] == ""
    assert found(stranger + subject, "元")[1] != ""


def test_works_that_are_pushed_forward_are_not_built() -> None:
    """加快推动600个项目建设 counts projects under way, 项目建设 after 完成 those that are built."""
    more = {"sentence": "加快推动600个以上工业项目建设。", "jurisdiction_name": CITY}
    (match,) = match_indicators([row("工业项目建设", "600个以上", 600, "个", **more)])
    assert match is not None
    assert match.indicator_id == "project_underway"


def test_what_was_built_so_far_is_how_many_there_are() -> None:
    """累计建成基站4.5万个 is the total of base stations."""
    assert found("建成基站", "个", stated_as="total") == ("base_station_total", "")
    assert found("建成基站", "个") == ("base_station_new", "")


def test_bare_subjects_after_the_centre_are_of_the_centre() -> None:
    """中心城区达到10.96平方公里，常住人口达到10万人 says nothing of the county's population."""
    sentence = "中心城区达到10.96平方公里，常住人口达到10万人。"
    rows = [
        row("中心城区", "10.96平方公里", 10.96, "平方公里", sentence=sentence, jurisdiction_name=CITY),
        row("常住人口", "10万人", 100_000, "人", sentence=sentence, jurisdiction_name=CITY, char_start=20),
    ]
    match = match_indicators(rows)[1]
    assert match is not None
    assert (match.indicator_id, match.scope) == ("resident_population", "中心城区")
