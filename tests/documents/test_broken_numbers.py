"""Text files wrapped by hand: a number that is broken over two lines is one number."""

from __future__ import annotations

import pytest

from nianbao.documents.text.lines import join_broken_numbers


@pytest.mark.parametrize(
    "text",
    [
        "罚没收入100|00元，增长。",
        "增长7.|2%，快于上年。",
        "增长87.5|%，快于上年。",
        "受理案件1|23件，办结。",
        "收入31.7|万元，增长。",
        "收入12,|312件，办结。",
        "新增30|个，完成。",
        "提高2.5|个百分点，完成。",
        "投入1|2.5亿元。",
        "面积450|平方公里，完成。",
        "培训23|00人次，完成。",
        "服务企业12|家，完成。",
    ],
)
def test_a_number_broken_over_a_line_end_is_one_number(text: str) -> None:
    """A number, decimal, unit or classifier that continues on the next line is joined."""
    assert join_broken_numbers(text.split("|")) == [text.replace("|", "")]


@pytest.mark.parametrize(
    "lines",
    [
        ["2021年许可106", "2022年许可108"],
        ["附件1", "个别说明"],
        ["附件1", "12件办理情况"],
        ["许可\t106", "102件\t8"],
        ["106", "102"],
        ["许可106", "处罚102"],
        ["工作报告2021", "人民政府办公室"],
        ["电话1234567", "家庭地址"],
        ["全文共3", "一、基本情况"],
        ["完成率为98.3%。", "12件建议办结。"],
        ["许可106", "2.处罚情况"],
    ],
)
def test_lines_that_are_complete_stay_apart(lines: list[str]) -> None:
    """Complete lines that merely end and begin with digits are not joined."""
    assert join_broken_numbers(lines) == lines
