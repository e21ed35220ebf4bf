"""Promises for a year, compared with the results."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.rows import PromiseRow
from tests.comparison.compare_factory import compare_rows
from tests.indicators.observation_factory import row


def met(subject: str, unit: str, target: dict[str, Any], actual: dict[str, Any] | None, kind: str) -> PromiseRow:
    """Return the promise of the report on 2018 for 2019, with the result if there is one."""
    shared = {"kind": kind, "rounding": 0.1}
    rows = [
        row(
            subject,
            "7",
            unit=unit,
            report_year=2018,
            modality="target",
            period_start=2019,
            period_end=2019,
            **{**shared, **target},
        )
    ]
    if actual is not None:
        rows.append(row(subject, "8", unit=unit, **{**shared, **actual}))
    (promise,) = compare_rows(rows).promises
    return promise


@pytest.mark.parametrize(
    ("subject", "target", "actual", "verdict"),
    [
        ("地区生产总值", {"value": 8.0, "qualifier": "more_than"}, {"value": 7.6}, "no"),
        ("地区生产总值", {"value": 6.0}, {"value": 6.0}, "yes"),
        ("地区生产总值", {"value": 6.0, "qualifier": "approx", "rounding": 1.0}, {"value": 5.8}, "uncertain"),
        ("地区生产总值", {"value": 6.0, "qualifier": "approx", "rounding": 1.0}, {"value": 5.2}, "no"),
        ("地区生产总值", {"value": 7.5, "qualifier": "approx", "rounding": 0.1}, {"value": 7.4}, "uncertain"),
        ("地区生产总值", {"value": 7.5, "qualifier": "approx", "rounding": 0.1}, {"value": 7.3}, "no"),
        ("地区生产总值", {"value": 6.0, "value_high": 6.5}, {"value": 6.1}, "yes"),
        ("地区生产总值", {"value": 6.0}, {"value": 1.5, "direction": "down"}, "no"),
        ("居民消费价格", {"value": 3.0, "qualifier": "at_most"}, {"value": 2.1}, "yes"),
        ("居民消费价格", {"value": 3.0}, {"value": 3.4}, "no"),
        # 控制在 belongs to the item before: PM2.5控制在18以下、优良率94%以上
        ("居民消费价格", {"value": 3.0, "qualifier": "at_least", "stated_as": "ceiling"}, {"value": 3.4}, "yes"),
        (
            "单位GDP能耗",
            {"value": 3.0, "direction": "down", "qualifier": "more_than"},
            {"value": 3.1, "direction": "down"},
            "yes",
        ),
        (
            "单位GDP能耗",
            {"value": 3.0, "direction": "down", "qualifier": "more_than"},
            {"value": 2.0, "direction": "down"},
            "no",
        ),
    ],
)
def test_a_promised_growth(subject: str, target: dict[str, Any], actual: dict[str, Any], verdict: str) -> None:
    """A promised growth is judged by its bounds, range, direction and rounding, and by whether less is better."""
    assert met(subject, "%", target, actual, "change_pct")["target_met"] == verdict


@pytest.mark.parametrize(
    ("subject", "unit", "target", "actual", "verdict"),
    [
        ("城镇登记失业率", "%", {"value": 3.0, "qualifier": "at_most"}, {"value": 2.3}, "yes"),
        ("城镇登记失业率", "%", {"value": 3.0, "qualifier": "at_most"}, {"value": 2.5, "qualifier": "at_most"}, "yes"),
        ("城镇登记失业率", "%", {"value": 3.0, "qualifier": "approx", "stated_as": "ceiling"}, {"value": 2.1}, "yes"),
        ("人口自然增长率", "‰", {"value": 14.0, "qualifier": "approx", "stated_as": "ceiling"}, {"value": 16.6}, "no"),
        ("PM2.5年均浓度", "微克/立方米", {"value": 15.0}, {"value": 17.3}, "no"),
        ("新增停车位", "个", {"value": 500.0, "rounding": 1.0}, {"value": 500.0, "rounding": 1.0}, "yes"),
        ("新增停车位", "个", {"value": 500.0}, {"value": 500.0, "qualifier": "less_than"}, "uncertain"),
        ("新增停车位", "个", {"value": 500.0}, {"value": 480.0, "qualifier": "more_than"}, "uncertain"),
        ("新增停车位", "个", {"value": 500.0}, {"value": 510.0, "qualifier": "more_than"}, "yes"),
        ("新增停车位", "个", {"value": 500.0}, {"value": 480.0, "qualifier": "less_than"}, "no"),
    ],
)
def test_a_promised_level(
    subject: str, unit: str, target: dict[str, Any], actual: dict[str, Any], verdict: str
) -> None:
    """A promised level is met, missed or uncertain, depending on the bounds of target and result."""
    kind = "share" if unit == "%" else "level"
    assert met(subject, unit, target, actual, kind)["target_met"] == verdict


def test_silence_is_not_failure() -> None:
    """A promise without a reported result has no verdict and keeps its source report."""
    promise = met("新增停车位", "个", {"value": 500.0}, None, "level")
    assert (promise["target_met"], promise["actual_value"]) == (None, None)
    assert promise["target_report_id"] == "work_report/440100/2018"


def test_a_five_year_promise_is_not_one_for_the_next_year() -> None:
    """A target for five years gives no promise for the next year."""
    text = "力争五年内新增停车位2000个。"
    rows = [
        row(
            "新增停车位",
            "2000个",
            2000,
            "个",
            report_year=2018,
            modality="target",
            period_start=2019,
            period_end=2023,
            period_type="years",
            sentence=text,
        )
    ]
    assert compare_rows(rows).promises == []


@pytest.mark.parametrize(
    ("promised", "verdict"),
    [(1300.0, "yes"), (1390.0, "uncertain"), (1500.0, "no")],
)
def test_nearly_a_figure_clears_a_target_well_below(promised: float, verdict: str) -> None:
    """近1400 reaches 1300, may miss 1390, and misses 1500."""
    shared: dict[str, Any] = {"unit": "个", "kind": "level", "rounding": 1.0}
    target = row(
        "建成美丽乡村",
        "目标",
        promised,
        report_year=2018,
        modality="target",
        period_start=2019,
        period_end=2019,
        **shared,
    )
    actual = row("建成美丽乡村", "近1400个", 1400.0, qualifier="less_than", **shared)
    (promise,) = compare_rows([target, actual]).promises
    assert promise["target_met"] == verdict


def test_of_two_counts_the_one_in_the_unit_of_the_target_is_the_result() -> None:
    """办好40件176项民生实事 answers a target of 176项 with its 176项."""
    target = row(
        "民生实事", "176项", 176, "项", report_year=2018, modality="target", period_start=2019, period_end=2019
    )
    results = [row("民生实事", "40件", 40, "件"), row("民生实事", "176项", 176, "项", char_start=20)]
    (promise,) = compare_rows([target, *results]).promises
    assert (promise["actual_quote"], promise["target_met"]) == ("176项", "yes")


@pytest.mark.parametrize("result", ["建成社区长者食堂", "新建街道长者服务中心"])
def test_another_thing_is_no_result_of_a_promise(result: str) -> None:
    """区级长者食堂 were promised, so that those of 社区 do not tell whether the promise was kept."""
    target = row(
        "新建区级长者食堂", "1家", 1, "家", report_year=2018, modality="target", period_start=2019, period_end=2019
    )
    (promise,) = compare_rows([target, row(result, "4家", 4, "家")]).promises
    assert (promise["actual_quote"], promise["target_met"]) == (None, None)


def test_a_ceiling_of_the_item_before_does_not_govern_what_should_be_high() -> None:
    """In 涨幅控制在3%左右，新增就业18万人 only the first is a ceiling."""
    target = {"value": 180_000.0, "stated_as": "ceiling", "rounding": 10_000.0}
    promise = met("新增就业", "人", target, {"value": 197_000.0, "rounding": 1000.0}, "level")
    assert promise["target_met"] == "yes"


@pytest.mark.parametrize(("actual", "verdict"), [(4.0, "yes"), (3.4, "uncertain"), (2.0, "no")])
def test_an_approximate_result_counts_within_half_a_digit(actual: float, verdict: str) -> None:
    """约4公里 is more than 3.3公里 by any reading."""
    result = {"value": actual, "qualifier": "approx", "rounding": 1.0}
    assert met("建成综合管廊", "公里", {"value": 3.3}, result, "level")["target_met"] == verdict
