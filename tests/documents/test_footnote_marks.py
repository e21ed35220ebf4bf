"""Footnote marks: raised, linked and bracketed ones are never part of a number, and exponents stay with their unit."""

from __future__ import annotations

import pytest

from nianbao.documents.read import read_document
from nianbao.documents.text.footnote_marks import is_mark, replace_raised

INTRODUCTION = (
    "<p>2021年，云汀市深入推进依法行政，现将情况报告如下。全年工作取得新成效。</p>"
    + "<p>各级机关依法履行职责，服务水平不断提升。</p>" * 4
)


def text_of(body: str) -> str:
    """Return the line of text that a page gives for some markup."""
    data = f"<html><body><div id='zoom'>{INTRODUCTION}<p>{body}</p></div></body></html>".encode()
    return read_document(data, media_type="text/html").text.split("\n")[5]


MARKS = [
    "<sup>1</sup>",
    "<sup>[1]</sup>",
    "<sup>注1</sup>",
    "<sup>①</sup>",
    "<sup>1,2</sup>",
    "<SUP> 12 </SUP>",
    "<sup>（3）</sup>",
    "<sup>*</sup>",
    "<sup><a href='#_ftn1'>1</a></sup>",
    "<a href='#_ftn1'><sup>1</sup></a>",
    "<a href='#_ftn1' name='_ftnref1'><span>[1]</span></a>",
    "<a href='#note3'>3</a>",
    "<span style='vertical-align:super'>1</span>",
    "<span style='font-size:8pt; vertical-align: super;'><span>注2</span></span>",
    "<font style='VERTICAL-ALIGN: 4px'>1</font>",
    "<span class='MsoFootnoteReference'>1</span>",
    "<a class='footnote-ref' href='#fn1' role='doc-noteref'>1</a>",
    "<sup>1</sup><sup>2</sup>",
    "<b><sup>1</sup></b>",
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    "text",
    [
        "全市地区生产总值{}1312.5亿元。",
        "受理案件{}123件。",
        "网上可办率{}96.8%。",
        "增长1312.5{}亿元。",
        "新增绿地45平方米{}。",
        "新登记{}，3.9万户。",
    ],
)
def test_a_footnote_mark_is_not_part_of_a_number(text: str, mark: str) -> None:
    """A footnote mark next to a number, unit or word disappears and leaves the number unchanged."""
    assert text_of(text.format(mark)) == text.format("")


@pytest.mark.parametrize("mark", MARKS[:-1])
def test_a_footnote_mark_between_two_numbers_keeps_them_apart(mark: str) -> None:
    """Removing a mark between two numbers leaves a space, so that they do not merge."""
    assert text_of(f"2021{mark}1312件。") == "2021 1312件。"


@pytest.mark.parametrize("mark", MARKS)
def test_a_footnote_mark_in_a_cell_is_not_part_of_its_number(mark: str) -> None:
    """Footnote marks in table cells do not become digits of the number."""
    rows = f"<tr><td>许可{mark}</td><td>106{mark}</td></tr><tr><td>处罚</td><td>{mark}88</td></tr>"
    data = f"<html><body><div id='zoom'>{INTRODUCTION}<table>{rows}</table></div></body></html>".encode()
    table = read_document(data, media_type="text/html").tables[0]
    assert [cell.text for cell in table.cells] == ["许可", "106", "处罚", "88"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("新增绿地4万m<sup>2</sup>。", "新增绿地4万m2。"),
        ("供水3km<sup>3</sup>12次。", "供水3km3 12次。"),
        ("面积3千米<sup>2</sup>。", "面积3千米²。"),
        ("约3.2×10<sup>8</sup>元。", "约3.2×10⁸元。"),
        ("PM<sub>2.5</sub>平均28微克。", "PM2.5平均28微克。"),
        ("CO<sub>2</sub>下降3%。", "CO2下降3%。"),
        ("品牌<sup>®</sup>3个。", "品牌®3个。"),
        ("全年<sup>共办理许可1312件</sup>。", "全年共办理许可1312件。"),
        ("见<a href='#top'>第一部分</a>。", "见第一部分。"),
        ("第1<span style='vertical-align:baseline'>2</span>条。", "第12条。"),
        ("浓度28μg/m<sup>3</sup>。", "浓度28μg/m3。"),
    ],
)
def test_exponents_indices_and_raised_words_stay(markup: str, text: str) -> None:
    """Exponents, indices, raised words and ordinary links are kept as text."""
    assert text_of(markup) == text


def test_other_raised_digits_are_kept_apart_from_numbers() -> None:
    """A raised number that is not a mark is replaced or separated so that no digits merge."""
    assert replace_raised("2021", "1312.5", "") == " 1312.5"
    assert replace_raised("", "1312.5", "6") == "1312.5 "


@pytest.mark.parametrize(
    "text", ["1", "12", "[1]", "［2］", "(3)", "注1", "注", "①", "1,2", "1-3", "*", "※", "a", "注一"]
)
def test_marks_are_recognised(text: str) -> None:
    """Digits, brackets, circled digits, letters and 注 with a number are footnote marks."""
    assert is_mark(text)


@pytest.mark.parametrize(
    "text", ["", "1312.5", "2021", "注解", "®", "TM", "平方米", "1312件", "（一）是", "第1条", "%"]
)
def test_other_text_is_not_a_mark(text: str) -> None:
    """Numbers with decimals, years, words and trademarks are not footnote marks."""
    assert not is_mark(text)
