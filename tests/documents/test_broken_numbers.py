"""Text files wrapped by hand: a number that is broken over two lines is one number."""

from __future__ import annotations

import pytest

from nianbao.documents.media_types import DOCX
from nianbao.documents.read import read_document
from nianbao.documents.text.lines import join_broken_numbers
from tests.documents.file_factory import as_docx


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


SENTENCES = [
    "存款余额突破5000亿元大关，比上年增长7.25%。",
    "接待游客1,234.5万人次，人均公用经费45元6角。",
    "孕产妇死亡率降至十万分之九点三，城镇化率提高一点五个百分点。",
    "新增光伏装机二十五万千瓦，走访企业五六十家。",
    "发放补贴4千5百万元，平均办理时间2小时15分钟。",
]


def wrapped(width: int) -> list[str]:
    """Return a report with paragraphs set in and broken at a number of columns, whatever is there."""
    lines = ["云汀市人民政府2023年政府工作报告"]
    for first in range(len(SENTENCES)):
        paragraph = "　　" + "".join(SENTENCES[first:] + SENTENCES[:first])
        line, used = "", 0
        for char in paragraph:
            columns = 2 if char >= "\u2e80" else 1
            if used + columns > width:
                lines.append(line)
                line, used = "", 0
            line, used = line + char, used + columns
        lines.append(line)
    return lines


@pytest.mark.parametrize("width", [40, 44, 50, 56, 57, 61, 64, 70, 75, 80])
@pytest.mark.parametrize("kind", ["text", "breaks", "paragraphs", "docx"])
def test_a_report_broken_at_a_fixed_width_reads_like_one_in_paragraphs(kind: str, width: int) -> None:
    """Sentences are whole in text files, web pages and Word documents that were wrapped at any width."""
    lines = wrapped(width)
    if kind == "text":
        data, media_type = "\n".join(lines).encode(), "text/plain"
    elif kind == "docx":
        data, media_type = as_docx(lines), DOCX
    else:
        body = "<br>".join(lines) if kind == "breaks" else "".join(f"<p>{line}</p>" for line in lines)
        data, media_type = f"<html><body><div id='zoom'>{body}</div></body></html>".encode(), "text/html"
    text = read_document(data, media_type=media_type).text
    assert {sentence: text.count(sentence) for sentence in SENTENCES} == dict.fromkeys(SENTENCES, len(SENTENCES))
