"""Changes, reasons, ranks and the wide table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.comparison.intervals import Interval, agree, growth, interval_of, quotient, truncated
from nianbao.tables.validation import validate_rows
from schemas import arrow_schema
from schemas.comparisons import COMPARABILITY, Comparisons
from schemas.corrections import Corrections
from schemas.findings import Findings
from schemas.observations import Observations
from schemas.promises import Promises
from schemas.rows import ObservationRow
from tests.comparison.compare_factory import compare_rows, publish_rows
from tests.indicators.observation_factory import row

TABLES = (Observations, Comparisons, Promises, Findings, Corrections)


def test_a_share_changes_in_points_and_a_level_in_per_cent() -> None:
    """A share gets a change in percentage points only, and a level gets a percentage and a difference only."""
    rows = [
        row("研发投入强度", "3.3%", 3.3, "%", kind="share", report_year=2018, rounding=0.1),
        row("新增停车位", "400个", 400, "个", report_year=2018, char_start=9),
        row("研发投入强度", "3.6%", 3.6, "%", kind="share", rounding=0.1),
        row("新增停车位", "500个", 500, "个", char_start=9),
    ]
    share, spaces = (r for r in compare_rows(rows).comparisons if r["year"] == 2019)
    spaces, share = (spaces, share) if spaces["indicator_id"] == "parking_spaces_new" else (share, spaces)
    assert share["change_pp"] == pytest.approx(0.3)
    assert (share["change_pct"], share["change_abs"]) == (None, None)
    assert (spaces["change_pct"], spaces["change_abs"], spaces["change_pp"]) == (25, 100, None)


def test_a_change_from_zero_has_no_percentage() -> None:
    """After a year of zero, no change is computed and the reason is `zero_base`."""
    rows = [row("火灾事故", "0起", 0, "起", report_year=2018), row("火灾事故", "3起", 3, "起")]
    last = compare_rows(rows).comparisons[-1]
    assert (last["comparability"], last["change_pct"], last["change_abs"]) == ("zero_base", None, None)


def test_cases_in_different_classifiers_are_comparable() -> None:
    """Cases counted as 宗 in one year and 件 in the next are compared."""
    rows = [row("受理行政复议案件", "50宗", 50, "宗", report_year=2018), row("受理行政复议案件", "60件", 60, "件")]
    last = compare_rows(rows).comparisons[-1]
    assert (last["unit"], last["change_pct"]) == ("宗", 20)


def test_values_are_shown_in_the_catalogs_unit() -> None:
    """A value in square kilometres is converted to the square metres of its catalog entry."""
    rows = [row("完成土地整备", "2平方公里", 2, "平方公里", rounding=1.0)]
    cell = compare_rows(rows).comparisons[0]
    assert (cell["value"], cell["unit"]) == (2_000_000, "平方米")


def test_the_first_of_two_reports_on_a_year_gives_the_value() -> None:
    """With two reports on one year, the first gives the value and the second the latest value."""
    rows = [
        row("城镇登记失业率", "2.3%", 2.3, "%", kind="share"),
        row("城镇登记失业率", "2.5%", 2.5, "%", kind="share", report_id="work_report/440100/2019-2"),
    ]
    cell = compare_rows(rows).comparisons[0]
    assert (cell["value"], cell["latest_value"]) == (2.3, 2.5)


def place(code: str, name: str, value: float, **more: Any) -> ObservationRow:
    """Return an observation of the PM2.5 of one place."""
    return row(
        "PM2.5年均浓度",
        f"{value}微克/立方米",
        value,
        "微克/立方米",
        jurisdiction_code=code,
        jurisdiction_name=name,
        series_code=code,
        report_id=f"work_report/{code}/2019",
        **more,
    )


def test_ranks_compare_places_of_one_level_and_respect_direction(tmp_path: Path) -> None:
    """Places are ranked within their level, ties share a rank, less is better for PM2.5, bounds get no rank."""
    rows = [
        place("440000", "云汀省", 30),
        place("440101", "云汀市青石区", 28),
        place("440102", "云汀市白石区", 24),
        place("440103", "云汀市黑石区", 24),
        place("440104", "云汀市红石区", 20, qualifier="less_than"),
    ]
    ranks = {
        r["jurisdiction_name"][-3:]: (r["rank_in_year"], r["n_ranked"])
        for r in publish_rows(tmp_path, "comparisons", rows)
    }
    assert ranks == {"云汀省": (1, 1), "青石区": (3, 3), "白石区": (1, 3), "黑石区": (1, 3), "红石区": (None, None)}


def test_a_column_of_the_wide_table_has_one_population_and_unit(tmp_path: Path) -> None:
    """The wide table never mixes enterprises above a size with all of them, or currencies, in a column."""
    rows = [
        row("规模以上工业增加值", "30亿元", 30e8, "元", report_year=2017),
        row("规模以上工业增加值", "33亿元", 33e8, "元", report_year=2018),
        row("工业增加值", "41亿元", 41e8, "元", report_year=2018, char_start=30),
        row("工业增加值", "44亿元", 44e8, "元", report_year=2019),
        row("进出口总额", "9亿美元", 9e8, "美元", report_year=2019, char_start=30),
        row("新增停车位", "400个", 400, "个", report_year=2019, char_start=60),
    ]
    wide = {r["year"]: r for r in publish_rows(tmp_path, "comparisons_wide", rows)}
    assert [wide[year]["industrial_value_added"] for year in (2018, 2019)] == [41e8, 44e8]
    assert wide[2019]["foreign_trade"] is None
    assert wide[2019]["parking_spaces_new"] == 400


def test_every_compared_table_is_valid_for_its_model() -> None:
    """No row of the compared tables is rejected by its model, and the missed target becomes a finding."""
    rows = [
        row("地区生产总值", "100亿元", 100e8, "元", report_year=2018),
        row(
            "城镇新增就业",
            "5万人",
            5e4,
            "人",
            report_year=2018,
            char_start=9,
            modality="target",
            period_start=2019,
            period_end=2019,
        ),
        row("城镇新增就业", "4万人", 4e4, "人"),
        row("鹅卵石", "4块", 4, "块", char_start=30),
    ]
    compared = compare_rows(rows)
    for model in TABLES:
        schema = arrow_schema(model)
        name = schema.metadata[b"table"].decode()
        checked = validate_rows(model, compared.tables[name])
        assert not checked.rejected, name
    assert len(compared.promises) == 1
    assert {r["check"]: r["status"] for r in compared.findings} == {"target_missed": "fail"}


def test_matched_observations_are_counted_by_family() -> None:
    """The comparison counts matched and all observations of each family."""
    rows = [row("地区生产总值", "100亿元", 100e8, "元"), row("鹅卵石", "4块", 4, "块", char_start=30)]
    assert compare_rows(rows).match_counts == {"work_report": (1, 2)}


def test_a_number_is_the_interval_that_its_rounding_allows() -> None:
    """Rounding, qualifiers and ranges widen a number to an interval, and an unbounded quotient has no result."""
    number = {"value": 39000.0, "value_high": None, "rounding": 1000.0, "qualifier": "exact"}
    assert interval_of(number) == Interval(38500, 39500)
    assert interval_of({**number, "qualifier": "approx"}) == Interval(38000, 40000)
    assert interval_of({**number, "value_high": 41000.0}) == Interval(38500, 41500)
    assert interval_of({**number, "qualifier": "more_than"}).low == 39000
    assert not interval_of({**number, "qualifier": "at_most"}).is_bounded
    assert truncated(98.4, 0.1) == Interval(98.4, 98.5)
    assert quotient(Interval(1, 2), Interval(0, 3)) is None
    assert agree(Interval(1, 2), None) == "not_assessable"


levels = st.integers(1, 10**9).map(float)


@given(levels, levels, st.sampled_from([1.0, 10.0, 1000.0]))
def test_the_growth_of_two_rounded_levels_contains_the_true_growth(before: float, now: float, step: float) -> None:
    """The growth interval of two rounded values always contains the growth of the exact values."""
    half = step / 2
    printed = [Interval(round(v / step) * step - half, round(v / step) * step + half) for v in (now, before)]
    found = growth(*printed)
    if found is not None:
        assert found.meets(Interval((now / before - 1) * 100, (now / before - 1) * 100))


values = st.one_of(st.none(), st.integers(0, 5).map(float))


@given(
    st.lists(values, min_size=1, max_size=6), st.lists(st.sampled_from(["exact", "more_than", "approx"]), min_size=6)
)
def test_a_change_is_given_only_for_two_adjacent_comparable_years(stated: list[float | None], how: list[str]) -> None:
    """Every published change is the difference of two adjacent, comparable years; otherwise a reason is given."""
    rows = [
        row("新增停车位", f"{value:g}个", value, "个", report_year=2010 + n, qualifier=how[n])
        for n, value in enumerate(stated)
        if value is not None
    ]
    for cell in compare_rows(rows).comparisons:
        assert cell["comparability"] in COMPARABILITY
        assert cell["value"] is not None
        if cell["change_abs"] is not None:
            assert cell["comparability"] == "comparable"
            assert cell["previous_year"] == cell["year"] - 1
            assert cell["previous_value"] is not None
            assert cell["value"] - cell["previous_value"] == cell["change_abs"]
        else:
            assert cell["comparability"] != "comparable"
