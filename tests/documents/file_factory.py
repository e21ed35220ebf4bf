"""Make the same invented report as text, web pages of two systems, a Word document and a PDF with a text layer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from types import FrameType
from typing import Any

import pytest

# A table as rows of cells (text, rows, columns); a cell covers what is right of it and below.
Table = Sequence[Sequence[tuple[str, int, int]]]
Report = Sequence[str | Table]

TABLE: Table = [
    [("事项", 2, 1), ("办理情况（件）", 1, 2), ("总计", 2, 1)],
    [("个人", 1, 1), ("企业", 1, 1)],
    [("行政许可", 1, 1), ("834", 1, 1), ("400", 1, 1), ("1234", 1, 1)],
    [("行政处罚", 1, 1), ("50", 1, 1), ("", 1, 1), ("50", 1, 1)],
]
REPORT: Report = [
    "云汀市人民政府关于2021年法治政府建设情况的报告",
    "2021年，云汀市人民政府坚持以人民为中心，深入推进依法行政，加快建设法治政府，各项工作取得新成效。"
    "全市办理行政许可1234件，比上年增长7.2%，办结率达到98.3%；受理行政复议申请120宗，办结118宗。现将情况报告如下。",
    "一、主要工作",
    "（一）深化“放管服”改革。取消行政审批事项33项，为企业减负3.9亿元，新登记市场主体3.9万户，增长12.5%，"
    "政务服务事项网上可办率达到96.8%，平均办理时限压缩62.5%。",
    "（二）规范行政执法。全年组织执法培训45场次，培训执法人员2300人次，抽查案卷150宗。各部门办理事项如下表。",
    TABLE,
    "（三）化解矛盾纠纷。全市各级调解组织调解纠纷5678件，调解成功率达到99.1%；法律援助机构办理案件456件，"
    "挽回经济损失1300万元。",
    "二、2022年工作安排",
    "2022年，力争政务服务事项网上可办率达到98%以上，开展普法宣传活动200场以上。",
    "特此报告。",
    "云汀市人民政府",
    "2022年1月20日",
]


def as_text(report: Report = REPORT) -> bytes:
    """Return the report as indented text in GB18030, with tabs between table cells."""
    lines: list[str] = []
    for part in report:
        if isinstance(part, str):
            lines.append("　　" + part)
        else:
            lines += ["\t".join(text for text, _, _ in row) for row in part]
    return "\n".join(lines).encode("gb18030")


def as_trs_page(report: Report = REPORT) -> bytes:
    """Return a page of TRS WCM with labels and boilerplate, and numbers that tags cut as Word does."""
    body = "".join(
        f"<p style='text-indent:2em'>&nbsp;&nbsp;{part.replace('3.9', '<span>3</span>.<b>9</b>')}</p>"
        if isinstance(part, str)
        else _html_table(part)
        for part in report
    )
    return (
        "<!DOCTYPE html><html><head>"
        "<meta name='ArticleTitle' content='云汀市人民政府关于2021年法治政府建设情况的报告'>"
        "<meta name='PubDate' content='2022-02-01 09:00'></head><body>"
        "<div class='header'><a href='/'>首页</a></div>"
        "<p>您当前的位置：首页>政务公开</p>"
        f"<div class='TRS_Editor'>{body}</div><div>【打印】【关闭】</div></body></html>"
    ).encode()


def as_hanweb_page(report: Report = REPORT) -> bytes:
    """Return a page of Hanweb JCMS in GB18030, with lines that end in breaks."""
    body = "".join(f"　　{part}<br/>" if isinstance(part, str) else f"{_html_table(part)}<br/>" for part in report)
    return (
        "<html><head><meta charset='gb2312'><title>法治政府建设</title></head><body>"
        "<table><tr><td>导航</td></tr></table>"
        f"<div id='zoom'><!--ZJEG_RSS.content.begin-->{body}<!--ZJEG_RSS.content.end--></div>"
        "<p>浏览次数：12</p></body></html>"
    ).encode("gb18030")


def _html_table(table: Table) -> str:
    rows = (
        "".join(f"<td rowspan={rows} colspan='{columns}'><p>{text}</p></td>" for text, rows, columns in row)
        for row in table
    )
    return f"<table border=1><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"


def as_docx(report: Report = REPORT) -> bytes:
    """Return the report as a Word document with a header, split runs and merged cells."""
    docx = pytest.importorskip("docx", reason="python-docx, which makes Word documents, is not installed")
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "云汀市人民政府文件"
    for part in report:
        if isinstance(part, str):
            paragraph = document.add_paragraph()
            for run in (part[:7], part[7:9], part[9:]):
                paragraph.add_run(run)
            continue
        positions = _positions(part)
        table = document.add_table(len(part), 1 + max(column + width - 1 for _, column, _, width, _ in positions))
        for row, column, height, width, text in positions:
            cell = table.cell(row, column)
            if height > 1 or width > 1:
                cell = cell.merge(table.cell(row + height - 1, column + width - 1))
            cell.text = text
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def as_pdf(report: Report = REPORT, **options: Any) -> bytes:
    """Return a PDF of small pages with running heads and page numbers; `options` go to reportlab."""
    reportlab = pytest.importorskip("reportlab", reason="reportlab, which makes PDF files, is not installed")
    assert reportlab
    from reportlab.lib import colors
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
    from reportlab.lib.pagesizes import A5, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate
    from reportlab.platypus import Table as PrintedTable

    registerFont(UnicodeCIDFont("STSong-Light"))
    body = ParagraphStyle(
        "body",
        fontName="STSong-Light",
        fontSize=14,
        leading=21,
        wordWrap="CJK",
        firstLineIndent=28,
        alignment=TA_JUSTIFY,
    )
    title = ParagraphStyle("title", body, fontSize=18, leading=28, firstLineIndent=0, alignment=TA_CENTER)
    small = ParagraphStyle("small", body, fontSize=10, leading=14, firstLineIndent=0)
    story: list[Any] = []
    for index, part in enumerate(report):
        if isinstance(part, str):
            story.append(Paragraph(part, title if index == 0 else body))
            continue
        positions = _positions(part)
        width = max(column + width for _, column, _, width, _ in positions)
        cells: list[list[Any]] = [[""] * width for _ in part]
        style: list[Any] = [("GRID", (0, 0), (-1, -1), 0.7, colors.black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        for row, column, n_rows, n_columns, text in positions:
            cells[row][column] = Paragraph(text, small)
            style.append(("SPAN", (column, row), (column + n_columns - 1, row + n_rows - 1)))
        story.append(PrintedTable(cells, colWidths=[80] * width, style=style))

    def header_and_footer(canvas: Any, document: Any) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(60, landscape(A5)[1] - 30, "云汀市人民政府公报")
        canvas.drawCentredString(landscape(A5)[0] / 2, 24, f"— {document.page} —")

    made = BytesIO()
    SimpleDocTemplate(made, pagesize=landscape(A5), **options).build(
        story, onFirstPage=header_and_footer, onLaterPages=header_and_footer
    )
    return made.getvalue()


def _positions(table: Table) -> list[tuple[int, int, int, int, str]]:
    """Return row, column, number of rows, number of columns and text of each cell."""
    covered: set[tuple[int, int]] = set()
    positions = []
    for index, row in enumerate(table):
        column = 0
        for text, rows, columns in row:
            while (index, column) in covered:
                column += 1
            covered |= {(index + down, column + right) for down in range(rows) for right in range(columns)}
            positions.append((index, column, rows, columns, text))
    return positions


def count_calls(function: Callable[[], object]) -> int:
    """Return the number of calls of Python and C functions that a function makes: its work, whatever the machine."""
    n = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal n
        n += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return n


def count_lines(function: Callable[[], object], file_name: str) -> int:
    """Return the number of lines of a source file that a function runs, with each turn of a loop in an expression."""
    n = 0

    def count(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal n
        if not frame.f_code.co_filename.endswith(file_name):
            return None
        n += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        function()
    finally:
        sys.settrace(before)
    return n
