"""What two figures must share to be compared: each disagreement withholds the change and has its own reason."""

from __future__ import annotations

from typing import Any

import pytest

from nianbao.comparison.measures import measure_of
from schemas.rows import ComparisonRow, ObservationRow
from tests.comparison.compare_factory import compare_rows
from tests.indicators.observation_factory import row

YI = 1e8


def parks(subject: str, n: int, year: int, start: int = 0, **more: Any) -> ObservationRow:
    """Return a number of parks in the report on a year."""
    return row(subject, f"{n}座", n, "座", report_year=year, char_start=start, **more)


def revenue(yi: float, year: int, start: int = 0, **more: Any) -> ObservationRow:
    """Return a public budget revenue in 亿元 in the report on a year."""
    subject = "一般公共预算收入"
    return row(subject, f"{yi}亿元", yi * YI, "元", report_year=year, char_start=start, rounding=0.1 * YI, **more)


def growth(subject: str, percent: float, year: int, **more: Any) -> ObservationRow:
    """Return a growth rate in the report on a year, as a decline if it is negative."""
    more = {"rounding": 0.1, "char_start": 20, "direction": "down" if percent < 0 else "up", **more}
    return row(subject, f"{abs(percent)}%", abs(percent), "%", kind="change_pct", report_year=year, **more)


def last(rows: list[ObservationRow]) -> ComparisonRow:
    """Return the comparison of the last year."""
    return compare_rows(sorted(rows, key=lambda r: (r["report_id"], r["char_start"]))).comparisons[-1]


def test_the_same_measure_in_two_years_is_compared() -> None:
    """新建公园 and 建成公园 measure the same, so the change is computed."""
    found = last([parks("新建公园", 20, 2019), parks("建成公园", 30, 2020)])
    assert (found["comparability"], found["change_pct"]) == ("comparable", 50)


def test_new_ones_are_not_compared_with_new_and_rebuilt_ones() -> None:
    """新建 is part of 新建改造, so no change is given, and the note has both wordings."""
    found = last([row("新建学校", "20所", 20, "所"), row("新建改扩建学校", "50所", 50, "所", report_year=2020)])
    assert (found["comparability"], found["change_pct"]) == ("part_of_whole", None)
    assert found["comparability_note"] == "2019 counts 新建学校, 2020 counts 新建改扩建学校"


def test_a_list_of_examples_is_not_the_whole() -> None:
    """A number of examples is not compared with a complete count."""
    found = last([parks("新建公园", 20, 2019), parks("公园建成", 4, 2020, stated_as="examples")])
    assert found["comparability"] == "part_of_whole"


def test_a_complete_count_is_preferred_to_examples() -> None:
    """If a report has examples and a complete count, the complete count is published and compared."""
    rows = [parks("新建公园", 4, 2020, 5, stated_as="examples"), parks("新建公园", 30, 2020, 50)]
    found = last([parks("新建公园", 20, 2019), *rows])
    assert (found["value"], found["comparability"]) == (30, "comparable")


def test_contradictory_figures_are_not_compared() -> None:
    """Two close but different figures of a report contradict each other; of distant ones, one is a part."""
    found = last([parks("新建公园", 20, 2019), parks("新建公园", 30, 2020, 5), parks("新建公园", 32, 2020, 50)])
    assert (found["value"], found["comparability"]) == (30, "contradicted")
    found = last([parks("新建公园", 20, 2019), parks("新建公园", 5, 2020, 5), parks("新建公园", 60, 2020, 50)])
    assert found["comparability"] == "part_of_whole"


def test_an_addition_is_not_compared_with_a_stock() -> None:
    """The number of added hospitals is not taken as the number of hospitals, and no change is given."""
    by_hand = {"indicator_id": "top_tier_hospitals", "match_method": "correction", "match_score": 1.0}
    hospitals = row("三甲医院", "10家", 10, "家", period_type="point", **by_hand)
    added = row("增加三甲医院", "1家", 1, "家", report_year=2020, **by_hand)
    found = last([hospitals, added, growth("三甲医院", 5, 2020, **by_hand)])
    assert (found["value"], found["comparability"]) == (None, "stock_and_flow")


def test_an_undated_start_is_not_the_value_of_the_previous_year() -> None:
    """A start without a year is not the previous value, and the reason is `base_unknown`."""
    stock = {"period_start": 2020, "period_end": 2020, "report_year": 2020}
    start = row("公园总数", "3座", 3, "座", stated_as="start", **{**stock, "period_start": 2019, "period_end": 2019})
    end = row("公园总数", "270座", 270, "座", stated_as="arrival", period_type="point", char_start=30, **stock)
    found = last([start, end])
    assert (found["value"], found["previous_value"], found["comparability"]) == (270, None, "base_unknown")


def test_the_undated_start_of_several_years_is_shown_and_not_compared() -> None:
    """The start of a span without a year is shown for the year before, but no change is computed from it."""
    years = {"period_start": 2015, "period_end": 2015, "report_year": 2020}
    start = row("公园总数", "660座", 660, "座", stated_as="start", **years)
    own = row("公园总数", "830座", 830, "座", period_type="point", report_year=2016, period_start=2016, period_end=2016)
    found = last([own, start])
    assert (found["previous_value"], found["change_pct"], found["comparability"]) == (660, None, "base_unknown")


@pytest.mark.parametrize(
    ("stated", "reason"),
    [(5.0, "comparable"), (9.0, "comparable"), (-2.0, "contradicted"), (14.0, "contradicted")],
)
def test_a_stated_growth_contradicts_levels_that_are_far_from_it(stated: float, reason: str) -> None:
    """A stated growth far from the change of the levels withholds the change; a close one does not."""
    found = last([revenue(100, 2019), revenue(105, 2020), growth("一般公共预算收入", stated, 2020)])
    assert found["comparability"] == reason
    assert found["reported_change_pct"] == stated


def test_a_revised_output_with_growth_at_constant_prices_has_another_basis_and_no_other_definition() -> None:
    """A revised GDP of the year before is `basis_changed`: 按可比价 speaks of prices and not of the scope."""
    own = row("地区生产总值", "1478.6亿元", 1478.6 * YI, "元", report_year=2019, rounding=0.1 * YI)
    revised = {"report_year": 2020, "period_start": 2019, "period_end": 2019, "char_start": 40, "rounding": 0.1 * YI}
    later = row("地区生产总值", "1486.2亿元", 1486.2 * YI, "元", **revised)
    value = row("地区生产总值", "1542.3亿元", 1542.3 * YI, "元", report_year=2020, rounding=0.1 * YI)
    found = last([own, value, growth("地区生产总值", 3.1, 2020, compared_with="same_scope"), later])
    assert (found["comparability"], found["latest_value"]) == ("basis_changed", None)


def test_growth_on_the_same_scope_shows_that_the_basis_changed() -> None:
    """A growth on the same scope that does not fit the levels means that their basis changed."""
    stated = growth("一般公共预算收入", 11.4, 2020, compared_with="same_scope")
    found = last([revenue(100, 2019), revenue(78.3, 2020), stated])
    assert (found["comparability"], found["reported_change_pct"]) == ("basis_changed", 11.4)


def test_real_growth_may_differ_from_nominal_levels_by_inflation() -> None:
    """Real growth may be below nominal growth by a plausible inflation, but not by more."""
    levels = [row("地区生产总值", f"{n}亿元", n * YI, "元", report_year=year) for n, year in ((100, 2019), (115, 2020))]
    assert last([*levels, growth("地区生产总值", 8.8, 2020)])["comparability"] == "comparable"
    assert last([*levels, growth("地区生产总值", 2.8, 2020)])["comparability"] == "contradicted"


def test_a_restated_previous_value_shows_another_basis() -> None:
    """If the later report restates the previous year, the first value is kept and not compared."""
    before = revenue(103, 2020, 40, period_start=2019, period_end=2019)
    found = last([revenue(100, 2019), revenue(110, 2020), before])
    assert (found["comparability"], found["previous_value"]) == ("basis_changed", 100 * YI)


def test_a_comparison_has_the_lower_grade_of_its_figures() -> None:
    """A comparison has the lower grade of its two figures."""
    assert last([revenue(100, 2019, grade="B"), revenue(105, 2020)])["grade"] == "B"


def test_a_stated_difference_of_the_opposite_sign_contradicts_the_levels() -> None:
    """198 days after 217 are no 12 days more."""
    days = [row("空气质量优良天数", f"{n}天", n, "天", report_year=year) for n, year in ((217, 2017), (198, 2018))]
    more = {"kind": "change_abs", "compared_with": "2017", "char_start": 20, "relates_to": days[1]["observation_id"]}
    stated = row("空气质量优良天数", "12天", 12, "天", report_year=2018, **more)
    assert last([*days, stated])["comparability"] == "contradicted"


@pytest.mark.parametrize(
    ("then", "now", "reason"),
    [
        ("民生领域投入", "九大类民生支出", "definition_changed"),
        ("民生支出", "财政民生支出", "comparable"),
        ("一般公共预算收入", "地方财政一般预算收入", "comparable"),
    ],
)
def test_each_naming_what_the_other_does_not_are_two_measures(then: str, now: str, reason: str) -> None:
    """Two subjects may differ by words that one of them adds, but not each by words of its own."""
    rows = [row(then, "100亿元", 100 * YI, "元"), row(now, "110亿元", 110 * YI, "元", report_year=2020)]
    assert last(rows)["comparability"] == reason


def test_a_kind_that_only_one_of_two_figures_names_is_a_part() -> None:
    """户籍 is a kind: a figure of it is not compared with one of all, however close the two numbers are."""
    found = last([row("改造户籍村", "13个", 13, "个"), row("改造村", "8个", 8, "个", report_year=2020)])
    assert found["comparability"] != "comparable"


def test_a_kind_that_the_catalog_names_is_a_series_of_its_own() -> None:
    """大型公园 are a part of 公园, so neither is compared with the other."""
    tables = compare_rows([parks("建成大型公园", 13, 2019), parks("建成公园", 8, 2020)])
    assert [(r["scope"], r["year"]) for r in tables.comparisons] == [("", 2020), ("大型", 2019)]
    assert {r["comparability"] for r in tables.comparisons}.isdisjoint({"comparable"})


def test_checks_of_firms_are_not_firms() -> None:
    """家次 counts every visit, 家 every firm, so the two are separate series."""
    found = last(
        [row("安全生产检查企业", "90家", 90, "家"), row("安全生产检查企业", "95家次", 95, "家次", report_year=2020)]
    )
    assert found["comparability"] == "unit_changed"


def test_the_start_of_a_change_is_a_later_figure_if_it_is_nearly_last_years() -> None:
    """从3.24万元提高到3.63万元 revises the 3.22万元 of the report before; a start far from it is of another year."""
    start = {"stated_as": "start", "period_start": 2019, "period_end": 2019}
    near = compare_rows([revenue(100, 2019), revenue(101, 2020, 5, **start), revenue(120, 2020, 20)]).comparisons
    assert (near[0]["value"], near[0]["latest_value"]) == (100 * YI, 101 * YI)
    far = compare_rows([revenue(100, 2019), revenue(60, 2020, 5, **start), revenue(120, 2020, 20)]).comparisons
    assert far[0]["latest_value"] is None


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("城中村综合治理达标", "开展城中村综合治理"),
        ("启动城中村综合整治", "完成城中村综合整治"),
        ("推进老旧小区改造", "完成老旧小区改造"),
    ],
)
def test_what_was_begun_is_not_what_was_reached(now: str, then: str) -> None:
    """Works that began, go on, and have reached their standard are counted apart."""
    assert measure_of(now).does_other_acts(measure_of(then))


def test_a_difference_has_no_digits_of_binary_arithmetic() -> None:
    """3.11 is 0.08 points below 3.19, and 5万亩 are a round number of square metres."""
    rates = ((2019, 3.19), (2020, 3.11))
    rows = [row("城镇登记失业率", f"{n}%", n, "%", kind="share", report_year=year) for year, n in rates]
    assert last(rows)["change_pp"] == -0.08
    rows = [row("完成造林", "5万亩", 50000, "亩"), row("完成植树造林", "6万亩", 60000, "亩", report_year=2020)]
    found = last(rows)
    assert (found["comparability"], found["value"], found["change_pct"]) == ("comparable", 40000000.0, 20.0)


def test_of_two_bounds_the_closer_is_the_figure() -> None:
    """2.45%以内 says more than 3%以内, although that comes first."""
    figures = (("3%以内", 3.0, 0), ("2.45%以内", 2.45, 9))
    rows = [
        row("城镇登记失业率", quote, value, "%", kind="share", qualifier="at_most", char_start=start)
        for quote, value, start in figures
    ]
    assert last(rows)["value"] == 2.45
