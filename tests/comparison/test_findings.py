"""Findings in small reports, and consistent statements, which give none."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.rows import FindingRow, ObservationRow
from tests.comparison.compare_factory import compare_rows
from tests.indicators.observation_factory import row, sentence


def verdicts(rows: list[ObservationRow], check: str) -> list[str]:
    """Return the verdicts of one check, including passes."""
    return [
        status
        for (name, status), n in sorted(compare_rows(rows).check_counts.items())
        if name == check
        for _ in range(n)
    ]


def finding(rows: list[ObservationRow], check: str) -> FindingRow:
    """Return the only finding of one check."""
    (only,) = [found for found in compare_rows(rows).findings if found["check"] == check]
    return only


def rate(part: int, whole: int, percent: float, subject: str = "事件办结率") -> list[ObservationRow]:
    """Return a total, a part and the rate of both from one sentence."""
    text = f"新增事件{whole}宗，办结事件{part}宗，办结率{percent}%。"
    rows = sentence(
        text,
        row("新增事件", f"{whole}宗", whole, "宗"),
        row("办结事件", f"{part}宗", part, "宗"),
        row(subject, f"{percent}%", percent, "%", kind="share", rounding=10.0 ** -len(str(percent).split(".")[1])),
    )
    rows[2]["relates_to"] = rows[1]["observation_id"]
    return rows


@pytest.mark.parametrize(
    ("part", "whole", "percent", "verdict"),
    [
        (99705, 100776, 98.94, "pass"),
        (7811, 7931, 98.4, "uncertain"),  # 98.487: cut off, not rounded
        (7811, 7931, 98.5, "pass"),
        (7811, 7931, 97.9, "fail"),
    ],
)
def test_a_rate_is_checked_against_its_parts(part: int, whole: int, percent: float, verdict: str) -> None:
    """A rate passes if its parts round to it, is uncertain if they were cut off, and fails otherwise."""
    assert verdicts(rate(part, whole, percent), "rate_of_parts") == [verdict]


def test_a_truncated_rate_is_an_informational_finding() -> None:
    """A truncated rate is an uncertain, informational finding with both values, the interval and a message."""
    result = finding(rate(7811, 7931, 98.4), "rate_of_parts")
    assert (result["severity"], result["status"]) == ("info", "uncertain")
    assert result["left_value"] == 98.4
    assert result["right_value"] == pytest.approx(98.487, abs=0.001)
    low, high = result["interval_low"], result["interval_high"]
    assert low is not None
    assert high is not None
    assert low < 98.487 < high
    assert "截去" in result["message_zh"]
    assert "cut off" in result["message_en"]


def test_a_rate_of_something_else_is_not_judged() -> None:
    """A rate far from the quotient, or of another subject, is not checked against the two counts."""
    assert verdicts(rate(99705, 100776, 61.2), "rate_of_parts") == []
    assert verdicts(rate(99705, 100776, 98.1, subject="群众满意率"), "rate_of_parts") == []


def test_growth_is_checked_against_the_levels_of_its_sentence() -> None:
    """Growth stated with both levels passes when it fits them and fails when it does not."""
    text = "上市企业由22家增至29家，增长31.8%。"
    base, now, grown = sentence(
        text,
        row("上市企业", "22家", 22, "家", period_start=2018, period_end=2018),
        row("上市企业", "29家", 29, "家"),
        row("上市企业", "31.8%", 31.8, "%", kind="change_pct", rounding=0.1),
    )
    grown["relates_to"] = now["observation_id"]
    assert verdicts([base, now, grown], "growth_of_levels") == ["pass"]
    assert verdicts([base, now, {**grown, "value": 47.0}], "growth_of_levels") == ["fail"]


def test_an_average_growth_is_checked_over_its_years() -> None:
    """An average growth of five years is compounded before it is checked against the two levels."""
    text = "地方一般公共预算收入从100亿元增至161亿元，年均增长10.0%。"
    base, now, grown = sentence(
        text,
        row("地方一般公共预算收入", "100亿元", 100e8, "元", period_start=2014, period_end=2014, rounding=1e8),
        row("地方一般公共预算收入", "161亿元", 161e8, "元", rounding=1e8),
        row(
            "地方一般公共预算收入",
            "10.0%",
            10.0,
            "%",
            kind="change_pct",
            compared_with="average",
            period_start=2015,
            rounding=0.1,
        ),
    )
    grown["relates_to"] = now["observation_id"]
    assert verdicts([base, now, grown], "growth_of_levels") == ["pass"]
    assert verdicts([base, now, {**grown, "value": 12.0}], "growth_of_levels") == ["fail"]


def parts(whole: int, first: int, second: int) -> list[ObservationRow]:
    """Return a total and its two parts from one sentence."""
    text = f"受理案件{whole}宗，其中民事{first}宗，刑事{second}宗。"
    return sentence(
        text,
        row("受理案件", f"{whole}宗", whole, "宗"),
        row("受理案件民事", f"{first}宗", first, "宗", stated_as="part"),
        row("受理案件刑事", f"{second}宗", second, "宗"),
    )


def test_parts_are_checked_against_their_whole() -> None:
    """A part above its total fails, parts that together exceed it are uncertain, and parts that fit give nothing."""
    assert verdicts(parts(100, 60, 40), "parts_of_whole") == []
    assert verdicts(parts(100, 120, 30), "parts_of_whole") == ["fail"]
    assert verdicts(parts(100, 60, 70), "parts_of_whole") == ["uncertain"]


def test_parts_that_do_not_name_their_whole() -> None:
    """Parts of 审结 that do not name it are recognised because the reader marks them as parts."""

    def listed(upheld: int, elsewhere: int) -> list[ObservationRow]:
        text = f"受理申请90件，审结80件，其中维持{upheld}件、驳回20件，全市累计{elsewhere}件。"
        return sentence(
            text,
            row("受理申请", "90件", 90, "件"),
            row("审结申请", "80件", 80, "件"),
            row("维持申请", f"{upheld}件", upheld, "件", stated_as="part"),
            row("驳回申请", "20件", 20, "件"),
            row("全市累计", f"{elsewhere}件", elsewhere, "件", stated_as="total"),
        )

    assert verdicts(listed(50, 640), "parts_of_whole") == []
    assert verdicts(listed(85, 640), "parts_of_whole") == []  # more than 审结, but it may be a part of 受理
    assert verdicts(listed(120, 640), "parts_of_whole") == ["fail"]


def test_a_figure_after_of_which_need_not_be_a_part() -> None:
    """Only what the reader marks as a part is one: 其中 in a sentence says nothing of its other figures."""
    first, second, third = parts(100, 120, 30)
    assert verdicts([first, {**second, "stated_as": None}, third], "parts_of_whole") == []
    assert verdicts([first, {**second, "grade": "C"}, third], "parts_of_whole") == []  # read too unsurely


def shortfall(promised: str, result: str, stated_as: str | None = None) -> list[ObservationRow]:
    """Return a target of 20 villages and a result of 4."""
    shared: dict[str, Any] = {"unit": "个", "kind": "level", "rounding": 1.0}
    target: dict[str, Any] = {"report_year": 2018, "modality": "target", "period_start": 2019, "period_end": 2019}
    return [row(promised, "20个", 20, **shared, **target), row(result, "4个", 4, stated_as=stated_as, **shared)]


def test_a_target_is_missed_only_by_what_was_promised() -> None:
    """A result in other words, or one that names only examples, is no finding."""
    assert verdicts(shortfall("建成美丽乡村", "建成美丽乡村"), "target_missed") == ["fail"]
    assert verdicts(shortfall("建成美丽乡村", "建成美丽乡村示范村"), "target_missed") == ["not_assessable"]
    assert verdicts(shortfall("建成美丽乡村", "建成美丽乡村", "examples"), "target_missed") == ["not_assessable"]


def test_one_figure_printed_twice_with_two_values() -> None:
    """Different values fail only for the same subject and close values; bounds and equal values give nothing."""

    def twice(second: float, subject: str = "每平方公里GDP产出", **more: Any) -> list[ObservationRow]:
        first = row("每平方公里GDP产出", "30.2亿元", 30.2e8, "元", rounding=1e7)
        return [first, row(subject, f"{second}亿元", second * 1e8, "元", rounding=1e7, char_start=400, **more)]

    assert verdicts(twice(30.2), "printed_twice") == []
    assert verdicts(twice(30.5), "printed_twice") == ["fail"]
    assert verdicts(twice(30.5, "每平方公里产出GDP"), "printed_twice") == ["uncertain"]
    assert verdicts(twice(3.0), "printed_twice") == []  # rather of a part
    assert verdicts(twice(30.5, qualifier="more_than"), "printed_twice") == []


def restated(value: float, **more: Any) -> list[ObservationRow]:
    """Return a value of 2010 and the value that the report on 2015 gives for it."""
    first = row("地区生产总值", "950亿元", 950e8, "元", report_year=2010, rounding=1e8)
    text = f"地区生产总值从2010年的{value}亿元增加到1520亿元。"
    later = {"report_year": 2015, "period_start": 2010, "period_end": 2010, "rounding": 1e7, "sentence": text, **more}
    return [first, row("地区生产总值", f"{value}亿元", value * 1e8, "元", **later)]


def test_a_restatement() -> None:
    """A later value for an earlier year is a finding unless rounding, truncation or a qualifier explains it."""
    assert verdicts(restated(958.2), "restatement") == ["fail"]
    assert verdicts(restated(950.3), "restatement") == []
    assert verdicts(restated(950.8), "restatement") == ["uncertain"]  # 950 may be 950.8 cut off
    assert verdicts(restated(95.0), "restatement") == []  # rather of something else
    assert verdicts(restated(958.2, qualifier="approx"), "restatement") == []
    assert verdicts(restated(958.2, grade="C"), "restatement") == ["uncertain"]
    assert verdicts(restated(958.2, stated_as="start"), "restatement") == ["uncertain"]  # of a year that is not stated
    assert finding(restated(958.2), "restatement")["severity"] == "info"


@pytest.mark.parametrize(
    ("lost", "verdict"), [(1e4, ["fail"]), (1e8, ["fail"]), (1e-4, ["fail"]), (10.0, []), (1.0, [])]
)
def test_a_lost_order_of_magnitude_is_found(lost: float, verdict: list[str]) -> None:
    """A value that is off by 万 or 亿 from its neighbours is found; off by ten or less is not."""
    rows = [
        row("地区生产总值", f"{n}亿元", n * 1e8 / (lost if n == 104 else 1), "元", report_year=2010 + n - 100)
        for n in (101, 102, 103, 104, 105)
    ]
    assert verdicts(rows, "lost_magnitude") == verdict


def test_growth_against_levels_of_two_reports_never_fails() -> None:
    """Growth that contradicts the levels of two reports is uncertain, because levels may be revised."""

    def rows(percent: float) -> list[ObservationRow]:
        return [
            row("社会消费品零售总额", "484.4亿元", 484.4e8, "元", report_year=2014, rounding=1e7),
            row("社会消费品零售总额", "501.8亿元", 501.8e8, "元", report_year=2015, rounding=1e7),
            row(
                "社会消费品零售总额",
                f"{percent}%",
                percent,
                "%",
                kind="change_pct",
                report_year=2015,
                char_start=40,
                rounding=0.1,
            ),
        ]

    assert verdicts(rows(3.6), "growth_beside_levels") == ["pass"]
    assert verdicts(rows(2.0), "growth_beside_levels") == ["uncertain"]


def test_a_missed_target_needs_the_same_wording() -> None:
    """A missed target fails only if target and result are of one measure; another act is no result of it."""

    def rows(subject: str) -> list[ObservationRow]:
        promise = {"modality": "target", "period_start": 2019, "period_end": 2019}
        return [
            row("新改建公园", "8座", 8, "座", report_year=2018, **promise),
            row(subject, "4座", 4, "座"),
        ]

    assert verdicts(rows("新改建公园"), "target_missed") == ["fail"]
    assert verdicts(rows("新增公园"), "target_missed") == []


def test_a_target_reached_by_another_figure_is_uncertain() -> None:
    """A target is not called missed when another figure of the report reaches it."""
    promise = {"modality": "target", "period_start": 2019, "period_end": 2019}
    rows = [
        row("新增学位", "2万个", 20000, "个", report_year=2018, **promise),
        row("新增学位", "超2万座", 20000, "座", qualifier="more_than"),
        row("新增学位", "2970座", 2970, "座", char_start=60),
    ]
    assert verdicts(rows, "target_missed") == ["pass"]
    assert verdicts([rows[0], rows[2]], "target_missed") == ["fail"]


def test_a_target_is_not_missed_if_the_report_has_two_results() -> None:
    """Of 约1.1万个 and 6000个 of kindergartens either may be what was promised, or a part of it."""
    promise = {"modality": "target", "period_start": 2019, "period_end": 2019}
    rows = [
        row("新增学位", "1.4万个", 14000, "个", report_year=2018, **promise),
        row("新增学位", "约1.1万个", 11000, "个", qualifier="approx"),
        row("新增学位", "6千个", 6000, "个", char_start=60),
    ]
    assert verdicts(rows, "target_missed") == ["not_assessable"]


def test_the_rest_is_no_part_of_the_part_before_it() -> None:
    """其余9项 after 其中2项 is beside that part, and an average is no whole."""
    _, first, second = parts(11, 2, 9)
    assert verdicts([first, {**second, "stated_as": "part"}], "parts_of_whole") == []
    average, part, _ = parts(100, 120, 30)
    average = {**average, "sentence": "年均收入100亿元，其中去年120亿元", "quote": "100亿元"}
    part = {**part, "sentence": average["sentence"]}
    assert verdicts([average, part], "parts_of_whole") == []


def test_a_decline_against_promised_growth_is_worded_as_a_decline() -> None:
    """A decline of 5.4% against promised growth is reported as a decline, in both languages."""
    promise = {"modality": "target", "period_start": 2019, "period_end": 2019, "report_year": 2018}
    growth: dict[str, Any] = {"kind": "change_pct", "rounding": 0.1}
    rows = [
        row("地区生产总值", "5%", 5, "%", direction="up", **growth, **promise),
        row("地区生产总值", "5.4%", 5.4, "%", direction="down", **growth),
    ]
    result = finding(rows, "target_missed")
    assert "目标5%，实际下降5.4%，未达到" in result["message_zh"]
    assert "the target 5% was missed, -5.4% is reported" in result["message_en"]


def test_the_starting_value_of_a_decline_is_not_the_result() -> None:
    """The value from which a decline started does not count as the result of the target year."""
    promise = {"modality": "target", "period_start": 2019, "period_end": 2019, "qualifier": "at_most"}
    unit = "微克/立方米"
    aim = row("PM2.5年均浓度", "28微克/立方米以内", 28, unit, report_year=2018, **promise)
    rows = sentence(
        "PM2.5由2015年的每立方米35.1微克下降至22.3微克。",
        row("PM2.5", "35.1微克", 35.1, unit, stated_as="start", base_end=2015, period_start=2015, period_end=2015),
        row("PM2.5", "22.3微克", 22.3, unit),
    )
    assert verdicts([aim, *rows], "target_missed") == ["pass"]


def test_finding_ids_are_stable() -> None:
    """The id of a finding derives from report, check and place, and is the same in every run."""
    rows = restated(958.2)
    assert finding(rows, "restatement")["finding_id"] == "work_report/440100/2015!restatement:0-2010.0"
    assert compare_rows(rows).findings == compare_rows(rows).findings
