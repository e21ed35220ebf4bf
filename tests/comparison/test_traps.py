"""The thirty ways in which a comparison of years goes wrong, each as in the reports of an invented city.

The numbers are those of the list of traps; a trap of several kinds has several tests, and more about wordings is in
tests/indicators/test_match.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from nianbao.comparison.indicators_table import count_indicators
from schemas.rows import ComparisonRow, ObservationRow
from tests.comparison.compare_factory import compare_rows
from tests.indicators.observation_factory import row, sentence

YI = 1e8


def compared(rows: list[ObservationRow]) -> dict[tuple[str, str, str, int], ComparisonRow]:
    """Return rows of `comparisons` by indicator, scope, unit and year."""
    ordered = sorted(rows, key=lambda r: (r["report_id"], r["char_start"]))
    return {(r["indicator_id"], r["scope"], r["unit"], r["year"]): r for r in compare_rows(ordered).comparisons}


def level(subject: str, yi: float, year: int, **more: Any) -> ObservationRow:
    """Return an amount of money in 亿元 from the report on a year."""
    return row(subject, f"{yi}亿元", yi * YI, "元", report_year=year, rounding=0.1 * YI, **more)


def growth(subject: str, percent: float, year: int, **more: Any) -> ObservationRow:
    """Return a growth rate that the report on a year states."""
    more = {"rounding": 0.1, "char_start": 20, **more}
    return row(subject, f"{percent}%", percent, "%", kind="change_pct", report_year=year, **more)


def gdp(yi: float, year: int, **more: Any) -> ObservationRow:
    """Return a GDP in 亿元 from the report on a year."""
    return level("地区生产总值", yi, year, **more)


def budget(yi: float, year: int, **more: Any) -> ObservationRow:
    """Return a local public budget revenue in 亿元 from the report on a year."""
    return level("地方一般公共预算收入", yi, year, **more)


GDP = ("gdp", "", "元")
BUDGET = ("public_budget_revenue", "", "元")


def test_1_a_series_continues_when_its_wording_changes() -> None:
    """本市生产总值 and 地区生产总值 are one series, so growth is computed."""
    cells = compared([level("本市生产总值", 100, 2020), level("地区生产总值", 110, 2021)])
    assert cells[(*GDP, 2021)]["change_pct"] == pytest.approx(10)


def test_2_revenue_of_all_levels_is_not_that_of_the_city() -> None:
    """Revenue of all levels and the city's own revenue go to two indicators."""
    text = "全口径财政收入283亿元，其中地方财政一般预算收入80亿元。"
    rows = sentence(text, level("全口径财政收入", 283, 2008), level("地方财政一般预算收入", 80, 2008))
    cells = compared([{**r, "quote": q} for r, q in zip(rows, ("283亿元", "80亿元"), strict=True)])
    assert cells[(*BUDGET, 2008)]["value"] == 80 * YI
    assert cells[("total_fiscal_revenue", "", "元", 2008)]["value"] == 283 * YI


def test_3_the_growth_of_a_part_is_not_that_of_the_whole() -> None:
    """The growth of 基本建设投资 is not published as the growth of 固定资产投资."""
    cells = compared(
        [
            level("全社会固定资产投资", 134, 2007),
            level("基本建设投资", 71, 2007, char_start=9),
            growth("基本建设投资", 11.6, 2007),
        ]
    )
    assert cells[("fixed_asset_investment", "", "元", 2007)]["reported_change_pct"] is None


def test_4_retail_and_trade_go_by_many_names() -> None:
    """Short and long names of retail sales and foreign trade are one series each."""
    cells = compared([level("社会消费品零售总额", 100, 2016), level("社消零总额", 110, 2017)])
    assert cells[("retail_sales", "", "元", 2017)]["change_pct"] == pytest.approx(10)
    cells = compared([level("外贸进出口总额", 200, 2018), level("进出口总值", 210, 2019)])
    assert cells[("foreign_trade", "", "元", 2019)]["change_pct"] == pytest.approx(5)


def test_5_all_industry_and_industry_above_size_are_two_series() -> None:
    """Industry above a size is not compared with all industry; the reason is a changed definition."""
    cells = compared([level("工业增加值", 32, 2007), level("规模以上工业增加值", 35, 2008)])
    later = cells[("industrial_value_added", "规模以上", "元", 2008)]
    assert later["comparability"] == "definition_changed"
    assert later["change_pct"] is None
    assert later["previous_value"] is None


def test_6_people_helped_and_vacancies_are_not_new_jobs() -> None:
    """Only people newly employed count as new jobs, not people helped into work or posts created."""
    cells = compared(
        [
            row("城镇新增就业", "10.4万人", 104000, "人", report_year=2018),
            row("新增登记就业", "10.2万人", 102000, "人"),
            row("促进失业人员就业", "2.3万人", 23000, "人", char_start=40),
            row("新增就业岗位", "8万个", 80000, "个", char_start=60),
        ]
    )
    assert cells[("new_urban_jobs", "", "人", 2019)]["value"] == 102000
    assert cells[("new_urban_jobs", "", "人", 2019)]["previous_value"] == 104000


def test_7_a_net_increase_is_not_the_number_of_new_ones() -> None:
    """A net increase of businesses is not compared with the number of new ones."""
    cells = compared(
        [
            row("新增商事主体", "5.6万户", 56000, "户", report_year=2017),
            row("净增商事主体", "4万户", 40000, "户", report_year=2018),
        ]
    )
    assert cells[("market_entities_new", "净增", "户", 2018)]["comparability"] == "definition_changed"


def test_8_urban_income_is_not_that_of_all_residents() -> None:
    """Income of all residents is not compared with income of urban residents."""
    cells = compared(
        [
            row("城镇居民人均可支配收入", "3.2万元", 32000, "元", report_year=2014),
            row("全体居民人均可支配收入", "3.1万元", 31000, "元", report_year=2015),
        ]
    )
    assert cells[("disposable_income", "全体居民", "元", 2015)]["comparability"] == "definition_changed"


def test_9_registered_and_surveyed_unemployment_are_two_series() -> None:
    """The registered and the surveyed unemployment rate are two indicators."""
    cells = compared(
        [
            row("城镇登记失业率", "2.3%", 2.3, "%", kind="share"),
            row("城镇调查失业率", "5.1%", 5.1, "%", kind="share", char_start=9),
        ]
    )
    assert cells[("registered_unemployment_rate", "", "%", 2019)]["value"] == 2.3
    assert cells[("surveyed_unemployment_rate", "", "%", 2019)]["value"] == 5.1


def test_10_days_and_shares_of_good_air_are_never_converted() -> None:
    """A share of days with good air is not converted into a number of days or compared with it."""
    cells = compared(
        [
            row("空气质量优良率", "98.9%", 98.9, "%", kind="share", report_year=2018),
            row("空气质量优良天数", "364天", 364, "天", report_year=2019),
        ]
    )
    assert cells[("air_quality_days", "", "天", 2019)]["comparability"] == "no_previous"
    assert ("air_quality_days_share", "", "%", 2019) not in cells


def test_11_a_revised_value_is_kept_with_the_first_one() -> None:
    """A value restated by a later report becomes the latest value, and the first value stays."""
    cells = compared([gdp(950, 2010), gdp(958.1, 2015, period_start=2010, period_end=2010), gdp(1750, 2015)])
    assert cells[(*GDP, 2010)]["value"] == 950 * YI
    assert cells[(*GDP, 2010)]["latest_value"] == pytest.approx(958.1 * YI)
    assert cells[(*GDP, 2010)]["latest_report_id"] == "work_report/440100/2015"
    assert cells[(*GDP, 2015)]["value"] == 1750 * YI


def test_12_a_census_breaks_the_series_although_no_report_says_so() -> None:
    """Values before and after a census year are not compared, and the note names the census."""
    cells = compared([level("社会消费品零售总额", 616, 2018), level("社会消费品零售总额", 850, 2019)])
    assert cells[("retail_sales", "", "元", 2019)]["comparability"] == "definition_changed"
    assert "census" in str(cells[("retail_sales", "", "元", 2019)]["comparability_note"])


def test_13_a_change_of_currency_is_not_a_decline() -> None:
    """Dollars and yuan are never compared; the series in dollars continues with its own change."""
    cells = compared(
        [
            row("进出口总额", "487.8亿美元", 487.8 * YI, "美元", report_year=2014),
            row("进出口总额", "2750亿元", 2750 * YI, "元", report_year=2015),
            row("进出口总额", "442.5亿美元", 442.5 * YI, "美元", report_year=2015, char_start=40),
        ]
    )
    assert cells[("foreign_trade", "", "元", 2015)]["comparability"] == "unit_changed"
    assert cells[("foreign_trade", "", "元", 2015)]["change_pct"] is None
    assert cells[("foreign_trade", "", "美元", 2015)]["change_pct"] == pytest.approx(-9.29, abs=0.01)


def test_14_two_reports_with_two_values_for_one_year_keep_both() -> None:
    """The report on a year and the next report may differ, and both values are published."""
    cells = compared(
        [
            row("研发投入强度", "6.46%", 6.46, "%", kind="share", report_year=2024),
            row("研发投入强度", "6.67%", 6.67, "%", kind="share", report_year=2025, period_start=2024, period_end=2024),
        ]
    )
    assert cells[("rd_share", "", "%", 2024)]["value"] == 6.46
    assert cells[("rd_share", "", "%", 2024)]["latest_value"] == 6.67


def test_15_real_growth_is_not_checked_against_nominal_levels() -> None:
    """Stated real growth of GDP is not assessed against the change of nominal levels."""
    cells = compared([gdp(676.5, 2007), gdp(780.7, 2008), growth("地区生产总值", 12.1, 2008)])
    cell = cells[(*GDP, 2008)]
    assert cell["change_pct"] == pytest.approx(15.4, abs=0.01)
    assert cell["reported_change_pct"] == 12.1
    assert cell["reported_change_agrees"] == "not_assessable"


def test_16_growth_on_the_same_basis_is_not_checked_either() -> None:
    """Growth on a comparable basis is published but not assessed against the levels."""
    cells = compared(
        [
            budget(425.8, 2021),
            budget(401.2, 2022),
            growth("地方一般公共预算收入", 0.6, 2022, direction="down", compared_with="same_scope"),
        ]
    )
    assert cells[(*BUDGET, 2022)]["reported_change_pct"] == -0.6
    assert cells[(*BUDGET, 2022)]["reported_change_agrees"] == "not_assessable"


def test_17_stated_growth_is_never_corrected_from_levels() -> None:
    """Computed and stated growth are both published, and their disagreement is marked as a failure."""
    retail = "社会消费品零售总额"
    cells = compared([level(retail, 484.4, 2014), level(retail, 501.8, 2015), growth(retail, 2, 2015, rounding=1.0)])
    cell = cells[("retail_sales", "", "元", 2015)]
    assert cell["change_pct"] == pytest.approx(3.59, abs=0.01)
    assert cell["reported_change_pct"] == 2
    assert cell["reported_change_agrees"] == "fail"


@pytest.mark.parametrize("qualifier", ["more_than", "less_than", "at_least", "at_most"])
def test_18_a_bound_has_no_ratio(qualifier: str) -> None:
    """No change is computed from a value that is only a bound."""
    cells = compared([gdp(1100, 2011, qualifier=qualifier), gdp(1295, 2012)])
    assert cells[(*GDP, 2012)]["comparability"] == "bound"
    assert cells[(*GDP, 2012)]["change_pct"] is None


def test_19_growth_over_five_years_is_not_that_of_one_year() -> None:
    """Average and cumulative growth of five years is not taken as the growth of the year."""
    span = {"period_start": 2021, "period_end": 2025}
    cells = compared(
        [
            growth("地区生产总值", 5.5, 2025, compared_with="average", char_start=10, **span),
            growth("地区生产总值", 86, 2025, compared_with="2020", period_start=2025, period_end=2025),
            growth("地区生产总值", 6.1, 2025, char_start=50),
        ]
    )
    assert cells[(*GDP, 2025)]["reported_change_pct"] == 6.1


def test_19_a_sum_over_five_years_is_not_that_of_one_year() -> None:
    """A total over five years does not enter the series of yearly values."""
    span: dict[str, Any] = {"period_start": 2015, "period_end": 2019, "period_type": "years"}
    text = "五年来，新增学位39万个，建成学校80所。"
    assert compared(sentence(text, row("新增学位", "39万个", 390000, "个", **span))) == {}
    text = "固定资产投资五年累计4500亿元。"
    assert compared(sentence(text, row("固定资产投资", "4500亿元", 4500 * YI, "元", **span))) == {}


def test_19_a_sum_so_far_is_not_that_of_one_year() -> None:
    """A total up to now does not enter the series of yearly values."""
    text = "累计新增学位39万个。"
    assert compared(sentence(text, row("新增学位", "39万个", 390000, "个", stated_as="total"))) == {}


def test_20_the_level_after_an_average_growth_is_of_the_last_year() -> None:
    """The level is that of the last year, and the average growth is not its growth."""
    text = "“十五”以来，地区生产总值年均增长13.8%，达到820.1亿元。"
    rows = sentence(
        text,
        growth("地区生产总值", 13.8, 2009, compared_with="average", period_start=2005, period_end=2009),
        level("地区生产总值", 820.1, 2009),
    )
    cells = compared(rows)
    assert cells[(*GDP, 2009)]["value"] == pytest.approx(820.1 * YI)
    assert cells[(*GDP, 2009)]["reported_change_pct"] is None


def test_20_from_and_to_are_two_years() -> None:
    """In "from X in 2020 to Y in 2025" both values get their own year, with a gap between them."""
    text = "地区生产总值从2020年的283亿元提高到2025年的387亿元。"
    base = level("地区生产总值从2020年", 283, 2025, period_start=2020, period_end=2020)
    rows = sentence(text, base, level("地区生产总值从2020年", 387, 2025))
    cells = compared(rows)
    assert cells[(*GDP, 2020)]["value"] is None
    assert cells[(*GDP, 2020)]["latest_value"] == 283 * YI
    assert cells[(*GDP, 2025)]["value"] == 387 * YI
    assert cells[(*GDP, 2025)]["comparability"] == "gap"


@pytest.mark.parametrize("arrived", ["变为", "增为", "增至", "增加到"])
def test_20_the_level_reached_is_that_of_the_report_year(arrived: str) -> None:
    """After 变为, 增为, 增至 or 增加到 comes the value of the year of the report."""
    text = f"地区生产总值由2020年的283亿元{arrived}297亿元。"
    base = level("地区生产总值", 283, 2021, period_start=2020, period_end=2020)
    cells = compared(sentence(text, base, level("地区生产总值", 297, 2021)))
    assert cells[(*GDP, 2020)]["value"] is None
    assert cells[(*GDP, 2021)]["value"] == 297 * YI


def test_21_a_value_for_the_next_year_is_not_published() -> None:
    """A value that a report gives for the next year does not enter the series."""
    cells = compared([gdp(900, 2015, period_start=2016, period_end=2016)])
    assert cells == {}


def test_22_a_gap_stays_a_gap() -> None:
    """A missing year has no value, and the next value is not compared across it."""
    cells = compared([gdp(1295, 2012), growth("地区生产总值", 10.5, 2013), gdp(1600, 2014)])
    hole, after = cells[(*GDP, 2013)], cells[(*GDP, 2014)]
    assert hole["value"] is None
    assert hole["reported_change_pct"] == 10.5
    assert hole["comparability"] == "gap"
    assert after["comparability"] == "gap"
    assert (after["previous_year"], after["previous_value"]) == (2012, 1295 * YI)
    assert after["change_pct"] is None


def test_23_a_month_or_a_quarter_is_not_the_year() -> None:
    """Figures of a month or of quarters are left out, even beside a figure of the year."""
    text = "居民消费价格上涨5.9%，但12月份居民消费价格仅上涨2.5%。"
    rows = sentence(
        text,
        growth("居民消费价格", 5.9, 2008),
        growth("居民消费价格", 2.5, 2008, period_type="part"),
    )
    assert compared(rows)[("cpi", "", "%", 2008)]["value"] == 5.9
    text = "2019年前三季度，地区生产总值增长2.7%。"
    assert compared(sentence(text, growth("地区生产总值", 2.7, 2019, period_type="part"))) == {}


def test_24_a_target_for_the_next_year_is_not_a_result() -> None:
    """A target is published as the target of its year and never as its value."""
    rows = [
        row("PM2.5年均浓度", "18微克/立方米", 18, "微克/立方米", report_year=2021),
        row(
            "PM2.5年均浓度",
            "17微克/立方米",
            17,
            "微克/立方米",
            report_year=2021,
            char_start=90,
            modality="target",
            period_start=2022,
            period_end=2022,
        ),
    ]
    cells = compared(rows)
    assert cells[("pm25", "", "微克/立方米", 2021)]["value"] == 18
    assert cells[("pm25", "", "微克/立方米", 2022)]["value"] is None
    assert cells[("pm25", "", "微克/立方米", 2022)]["target_value"] == 17


def test_25_a_growth_goes_with_the_level_that_it_belongs_to() -> None:
    """With 分别, each growth rate goes to its own level, also when the other is the larger total."""
    text = "辖区公共财政收入723.8亿元，地方一般公共预算收入272.7亿元，分别增长30.4%和30.9%。"
    whole, own, first, second = sentence(
        text,
        row("公共财政收入", "723.8亿元", 723.8 * YI, "元", scope="辖区", report_year=2015),
        row("地方一般公共预算收入", "272.7亿元", 272.7 * YI, "元", report_year=2015),
        row("公共财政收入", "30.4%", 30.4, "%", kind="change_pct", report_year=2015),
        row("地方一般公共预算收入", "30.9%", 30.9, "%", kind="change_pct", report_year=2015),
    )
    first["relates_to"], second["relates_to"] = whole["observation_id"], own["observation_id"]
    cells = compared([whole, own, first, second])
    assert cells[(*BUDGET, 2015)]["reported_change_pct"] == 30.9
    assert cells[("total_fiscal_revenue", "", "元", 2015)]["reported_change_pct"] == 30.4


def test_26_one_number_of_two_subjects_is_in_both_series() -> None:
    """One threshold stated for two subjects enters both series."""
    text = "固定资产投资、社会消费品零售总额均超过1000亿元。"
    both = row("固定资产投资、社会消费品零售总额", "1000亿元", 1000 * YI, "元", qualifier="more_than")
    cells = compared(sentence(text, both))
    assert cells[("fixed_asset_investment", "", "元", 2019)]["value"] == 1000 * YI
    assert cells[("retail_sales", "", "元", 2019)]["value"] == 1000 * YI


def test_26_one_number_of_two_subjects_is_counted_for_both() -> None:
    """A number stated for two subjects is an observation of both indicators."""
    text = "固定资产投资、社会消费品零售总额均超过1000亿元。"
    both = row("固定资产投资、社会消费品零售总额", "1000亿元", 1000 * YI, "元", qualifier="more_than")
    tables = compare_rows(sentence(text, both))
    counted = {count.indicator_id: count.n for count in count_indicators(tables.observations, tables.also)}
    assert counted == {"fixed_asset_investment": 1, "retail_sales": 1}


def test_26_an_exact_value_is_preferred_to_a_threshold() -> None:
    """Of "over 10,000" and 10,628 in one report, the exact value is published."""
    cells = compared(
        [
            row("人均GDP", "1万美元", 10000, "美元", qualifier="more_than", char_start=5),
            row("人均GDP", "10628美元", 10628, "美元", char_start=15),
        ]
    )
    assert cells[("gdp_per_capita", "", "美元", 2019)]["value"] == 10628


def test_27_the_increment_before_the_level_is_not_the_level() -> None:
    """In "rose by 15.7 to 65.8" the second number is published as the level."""
    text = "地方财政一般预算收入一年净增15.7亿元，达65.8亿元。"
    subject = "地方财政一般预算收入一年净增"
    rows = sentence(text, row(subject, "15.7亿元", 15.7 * YI, "元"), row(subject, "65.8亿元", 65.8 * YI, "元"))
    assert compared(rows)[(*BUDGET, 2019)]["value"] == pytest.approx(65.8 * YI)


def test_27_spaces_inside_words_change_nothing() -> None:
    """Spaces inside the name of an indicator do not prevent its match."""
    cells = compared([level("出 口总额", 52, 2018), level("出口 总额", 55, 2019)])
    assert cells[("exports", "", "元", 2019)]["previous_value"] == pytest.approx(52 * YI)


def test_27_growth_stated_before_its_level_belongs_to_it() -> None:
    """A growth rate that precedes its level in the sentence is published with that level."""
    text = "规模以上工业增加值增长5.1%，达到856亿元。"
    rows = sentence(text, growth("规模以上工业增加值", 5.1, 2019), level("规模以上工业增加值", 856, 2019))
    rows = [{**r, "quote": q} for r, q in zip(rows, ("5.1%", "856亿元"), strict=True)]
    rows[0]["relates_to"] = rows[1]["observation_id"]
    cell = compared(rows)[("industrial_value_added", "规模以上", "元", 2019)]
    assert (cell["value"], cell["reported_change_pct"]) == (856 * YI, 5.1)


def test_28_a_zone_is_not_the_jurisdiction() -> None:
    """The GDP of a zone has a series of its own and does not enter that of the city."""
    cells = compared([gdp(387, 2019), level("青石合作区地区生产总值", 5, 2019, char_start=60)])
    assert [key for key in cells if key[0] == "gdp"] == [(*GDP, 2019), ("gdp", "青石合作区", "元", 2019)]
    assert cells[(*GDP, 2019)]["value"] == 387 * YI
