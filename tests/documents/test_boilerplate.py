"""Boilerplate of pages is removed as whole lines; the text of the report stays."""

from __future__ import annotations

import re

import pytest

from nianbao.documents.html.boilerplate import BoilerplateLine, boilerplate_lines, remove_boilerplate

BODY = "2019年，云汀市深入推进依法行政，全年办理行政许可1234件，比上年增长7.2%，受理行政复议申请120宗，办结118宗。"


@pytest.mark.parametrize("kind", boilerplate_lines(), ids=lambda kind: kind.example)
def test_each_kind_of_boilerplate_is_removed(kind: BoilerplateLine) -> None:
    """Each rule of `boilerplate.yaml` matches its own example and removes it at the place where it applies."""
    assert re.fullmatch(kind.pattern, kind.example, re.VERBOSE)
    lines = [kind.example, BODY] if kind.where == "top" else [BODY, kind.example]
    assert remove_boilerplate(lines).lines == [BODY]


@pytest.mark.parametrize(
    "line",
    [
        "推动政务服务事项手机扫一扫即可办理。",
        "当前位置领先于全国同类城市，增长3%。",
        "下载量达到3万次的政务应用有2个。",
        "附件",
        "相关部门印发配套文件33件",
        "云汀市人民政府",
        "2020年1月9日",
        "责任落实情况",
        "（一）打印服务进社区",
        "（）",
    ],
)
def test_a_line_of_the_report_is_never_cut(line: str) -> None:
    """Sentences, headings and signatures that resemble boilerplate stay in the report."""
    assert remove_boilerplate([BODY, line, BODY]).lines == [BODY, line, BODY]


def test_lines_above_the_report_are_returned_separately() -> None:
    """Breadcrumbs, page title and posting time are returned as lines above the report for its metadata."""
    cleaned = remove_boilerplate(
        ["您当前的位置：首页>政务公开", "云汀市2019年报告", "时间：2020-01-22 16:25", "云府〔2020〕6号", BODY]
    )
    assert cleaned.lines == ["云府〔2020〕6号", BODY]
    assert cleaned.above == ["您当前的位置：首页>政务公开", "云汀市2019年报告", "时间：2020-01-22 16:25"]


def test_everything_from_the_first_page_line_below_is_removed() -> None:
    """After the end of the report, the first line of the page and all lines below it are removed."""
    tail = ["（右侧滑动条可拖动）", "2021政府工作报告e读版", "2020年", "2019年", "返回手机版"]
    assert remove_boilerplate([BODY, "云汀市人民政府", *tail]).lines == [BODY, "云汀市人民政府"]


def test_a_sentence_of_the_page_below_the_report_does_not_keep_the_lines_above_it() -> None:
    """A sentence of the page footer does not make the short lines above it part of the report."""
    tail = ["2021年", "×", "云适配版|电脑版|云汀客户端", "您正在浏览的是\t云适配\t为您当前手机订制的移动网站。"]
    assert remove_boilerplate([BODY, "2021年1月8日", "×", *tail]).lines == [BODY, "2021年1月8日"]


def test_an_annex_stays_and_a_list_of_files_goes() -> None:
    """An annex with text is kept, and a list of attached files is removed."""
    assert remove_boilerplate([BODY, "附件：", "1．名词解释.docx", "2．实事项目.doc"]).lines == [BODY]
    assert remove_boilerplate([BODY, "附件：", "名词解释", "1.一网通办：指全程网办。"]).lines[1] == "附件："
