"""Reports that are split over several elements of a page, and pages with broken markup."""

from __future__ import annotations

import pytest

from nianbao.documents.read import read_document

FIRST = [
    "2021年，云汀市人民政府坚持以人民为中心，深入推进依法行政，加快建设法治政府，各项工作取得新成效。现将情况报告如下。",
    "一、主要工作",
    "全市受理行政复议申请120宗，办结118宗。",
]
SECOND = [
    "二、法治宣传",
    "全年开展普法宣传活动200场次，培训执法人员2300人次，调解成功率达到99.1%。",
    "特此报告。",
]
A = "".join(f"<p>{line}</p>" for line in FIRST)
B = "".join(f"<p>{line}</p>" for line in SECOND)
LONG_B = B + "<p>全市各级行政机关依法履行职责，不断提升服务水平。</p>" * 3
FOOT = "<div class='foot'>版权所有：云汀市人民政府</div>"


def lines(body: str) -> list[str]:
    """Return the lines that are read from the body of a page with navigation and footer."""
    data = (
        f"<!DOCTYPE html><html><head><title>报告</title></head><body><div class='nav'><a href='/'>首页</a></div>{body}"
    )
    return read_document(f"{data}{FOOT}</body></html>".encode(), media_type="text/html").text.split("\n")


SPLIT = {
    "side by side": "<div class='TRS_Editor'>{a}</div><div class='TRS_Editor'>{b}</div>",
    "with the same id": "<div id='zoom'>{a}</div><div id='zoom'>{b}</div>",
    "with a share bar between": "<div id='zoom'>{a}</div><div class='share'>分享</div><div id='zoom'>{b}</div>",
    "in boxes of their own": "<div><div class='TRS_Editor'>{a}</div></div><div><div class='TRS_Editor'>{b}</div></div>",
    "behind the end of the page": "<div class='TRS_Editor'>{a}</div></body></html><div class='TRS_Editor'>{b}</div>",
    "behind a closed wrapper": "<div><div class='TRS_Editor'>{a}</div></div></body></html><div id='x'>"
    "<div class='TRS_Editor'>{b}</div></div>",
    "of different tags": "<div class='article-content'>{a}</div><section class='article-content'>{b}</section>",
    "with further classes": "<div class='view TRS_UEDITOR'>{a}</div><div class='TRS_UEDITOR page2'>{b}</div>",
    "in table cells": "<table><tr><td id='zoom'>{a}</td></tr></table><table><tr><td id='zoom'>{b}</td></tr></table>",
    "closed early by a stray end tag": "<div><div class='TRS_Editor'>{a}</div>{b}</div></div>",
    "closed early with its wrapper": "<div><div><div class='TRS_Editor'>{a}</div></div>{b}</div>",
    "closed early by the end of the page": "<div class='TRS_Editor'>{a}</body></html>{b}</div>",
    "closed early before bare text": "<div><div id='zoom'>{a}</div>二、法治宣传<br>全年开展普法宣传活动200场次，"
    "培训执法人员2300人次，调解成功率达到99.1%。<br>特此报告。</div>",
    "closed and behind the end of the page": "<div class='TRS_Editor'>{a}</div></body></html>{b}",
    "between two pairs of comments": "<!--ZJEG_RSS.content.begin-->{a}<!--ZJEG_RSS.content.end--><i></i>"
    "<!--ZJEG_RSS.content.begin-->{b}<!--ZJEG_RSS.content.end-->",
}


@pytest.mark.parametrize("markup", SPLIT.values(), ids=SPLIT.keys())
def test_a_report_in_several_parts_is_read_whole(markup: str) -> None:
    """A report split over several elements is read completely and in order."""
    assert lines(markup.format(a=A, b=B)) == FIRST + SECOND
    assert lines(markup.format(a=A, b=LONG_B))[: len(FIRST) + 2] == FIRST + SECOND[:2]


@pytest.mark.parametrize(
    "other",
    [
        "<div class='TRS_Editor'>{a}</div>",
        "<div class='TRS_Editor' style='display:none'>{b}</div>",
        "<div style='display: none'><div class='TRS_Editor'>{b}</div></div>",
        "<div class='TRS_Editor'><a href='/1'>其他报告之一。</a><a href='/2'>其他报告之二，内容很长很长。</a></div>",
        "<div class='TRS_Editor'>扫一扫</div>",
        "<div class='related'>{b}</div>",
        "<div class='news'><p>这是另一条新闻。内容与报告无关，不应计入。</p></div>",
        "<ul><li><a href='/1'>二〇二〇年报告。二〇一九年报告。</a></li></ul>",
        "<script>var a='一二三四五六七八九十。一二三四五六七八九十。';</script>",
        "<div class='TRS_Editor'><p>{a}</p></div>",
    ],
)
def test_copies_and_other_parts_of_the_page_are_left_out(other: str) -> None:
    """Copies, hidden parts, link lists and other articles are not added to the report."""
    assert lines(f"<div class='TRS_Editor'>{A}</div>{other.format(a=A, b=B)}") == FIRST


def table(span: str) -> str:
    """Return a table whose header has a cell with the given span."""
    return (
        f"<table><tr><th rowspan='2'>项目</th><th {span}>数量</th></tr><tr><th>本年</th><th>上年</th></tr>"
        "<tr><td>许可</td><td>106</td><td>102</td></tr></table>"
    )


SPANS = ["2;", "2px", " 2", "+2", "02", "2.9", "2 ", "2,", "2%", "2'", "\n2", "2；"]


@pytest.mark.parametrize("span", SPANS)
def test_spans_are_read_as_html_defines_them(span: str) -> None:
    """Column and row spans with spaces, units or signs are read as a browser reads them."""

    def cells(markup: str) -> list[tuple[int, int, int, int, str]]:
        data = f"<html><body><div id='zoom'>{A}{markup}</div></body></html>".encode()
        tables = read_document(data, media_type="text/html").tables
        return [(c.row, c.column, c.row_span, c.column_span, c.text) for found in tables for c in found.cells]

    wanted = cells(table("colspan='2'"))
    assert cells(table(f'colspan="{span}"')) == wanted
    assert cells(table("colspan='2'").replace("rowspan='2'", f'rowspan="{span}"')) == wanted


@pytest.mark.parametrize("span", ["", "x2", "-2", "；2", "二", "２", "0", "99999999999999999999x", ".5", "NaN"])
def test_an_invalid_span_is_one_column(span: str) -> None:
    """A span that is empty, zero, huge or not a number counts as one column."""
    data = f"<html><body><div id='zoom'>{A}<table><tr><td colspan='{span}'>许可</td><td>1</td></tr></table></div>"
    found = read_document(data.encode(), media_type="text/html").tables
    assert not found or found[0].cells[0].column_span == 1
