"""The words before a number: what is measured, which verb of change follows it, what it is compared with."""

from __future__ import annotations

import pytest

from nianbao.extraction.syntax.left_context import read_left_context


@pytest.mark.parametrize(
    ("words", "unit_class", "core", "direction"),
    [
        ("全市财政收入增长", "percent", "财政收入", "up"),
        ("全市财政收入同比增长了", "percent", "财政收入", "up"),
        ("财政收入下降", "percent", "财政收入", "down"),
        ("工业投资增速达", "percent", "工业投资", "up"),
        ("居民消费价格涨幅", "percent", "居民消费价格", "up"),
        ("贷款不良率降幅为", "percent", "贷款不良率", "down"),
        ("处理时限压减至", "span", "处理时限", None),
        ("失业率控制在", "percent", "失业率", None),
        ("2023年，共新增床位", "count", "新增床位", None),
        ("截至2023年底，全市注册志愿者达", "person", "注册志愿者", None),
        ("力争实现生产总值", "money", "生产总值", None),
        ("人均可支配收入达到", "money", "人均可支配收入", None),
        ("查处违法行为", "count", "查处违法行为", None),  # 行为 is no copula
        ("二十大以来，累计建成公园", "count", "二十大以来，累计建成公园", None),
        ("经济总量首次跃居", "rank", "经济总量", None),
        ("", "count", "", None),
    ],
)
def test_what_is_measured_and_how_it_moved(words: str, unit_class: str, core: str, direction: str | None) -> None:
    head = read_left_context(words, (0, len(words)), unit_class)
    assert (words[slice(*head.core)], head.direction) == (core, direction)


@pytest.mark.parametrize(
    ("words", "compared_with"),
    [
        ("客流量比2019年增长", "2019"),
        ("客流量较上年增长", "previous_year"),
        ("客流量与去年同期相比增长", "previous_year"),
        ("研发投入年均增长", "average"),
        ("税收同口径增长", "same_scope"),
        ("存款余额比年初增加", "other"),
        ("客流量增长", None),
    ],
)
def test_what_it_is_compared_with(words: str, compared_with: str | None) -> None:
    head = read_left_context(words, (0, len(words)), "percent")
    assert (head.compared_with, head.direction) == (compared_with, "up")


@pytest.mark.parametrize(
    ("words", "unit_class", "base", "arrived"),
    [
        ("学位由", "count", True, False),
        ("学位从2018年的", "count", True, False),
        ("覆盖率提升至", "percent", False, True),
        ("覆盖率达到", "percent", False, False),
    ],
)
def test_where_a_change_came_from_and_where_it_arrived(words: str, unit_class: str, base: bool, arrived: bool) -> None:
    head = read_left_context(words, (0, len(words)), unit_class)
    assert (head.base, head.arrived) == (base, arrived)


def test_a_change_is_named_or_done() -> None:
    assert read_left_context("工业投资增速达", (0, 7), "percent").noun_of_change
    assert not read_left_context("工业投资增加", (0, 6), "money").noun_of_change


def test_the_place_is_kept_apart_from_what_is_measured() -> None:
    assert read_left_context("全市新增床位", (0, 6), "count").scope == "全市"
    assert read_left_context("新增床位", (0, 4), "count").scope is None
