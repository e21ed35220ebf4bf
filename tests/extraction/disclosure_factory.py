"""Disclosure reports of an invented government as web pages, in the form of 2021 unless a test asks otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import html

from nianbao.documents.model import Document
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction, FormCellValue

REFUSED = (
    "1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益",
    "5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项",
)  # fmt: skip
NOT_THERE = ("1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确")
NOT_HANDLED = (
    "1.信访举报投诉类申请", "2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请",
    "5.要求行政机关确认或重新出具已获取信息",
)  # fmt: skip
OTHERWISE = (
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "3.其他",
)
APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
N_ROWS = 25
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def numbers(n_rows: int = N_ROWS, first: int = 100) -> list[list[str]]:
    """Return a different number for every cell of the requests, so that no cell can be mistaken for another."""
    return [[str(first + row * 7 + column) for column in range(7)] for row in range(n_rows)]


def tr(*cells: str) -> str:
    """Return a table row of the given cells."""
    return f"<tr>{''.join(cells)}</tr>"


def td(text: object, columns: int = 1, rows: int = 1) -> str:
    """Return a table cell with its spans."""
    span = (f" colspan={columns}" if columns > 1 else "") + (f" rowspan={rows}" if rows > 1 else "")
    return f"<td{span}><p align='center'>{text}</p></td>"


def tds(texts: Iterable[object]) -> str:
    """Return one table cell per text."""
    return "".join(td(text) for text in texts)


def requests_head(corner: int = 3) -> str:
    """Return the three header rows of the request table."""
    return (
        tr(td(NOTE, corner, 3), td("申请人情况", 7))
        + tr(td("自然人", rows=2), td("法人或其他组织", 5), td("总计", rows=2))
        + tr(tds(APPLICANTS[1:6]))
    )


def requests_rows(values: Sequence[Sequence[object]], otherwise: Sequence[str] = OTHERWISE) -> list[str]:
    """Return the rows of the requests; without `otherwise` 其他处理 is one row, as in 2019."""
    left = iter(values)
    n_results = 2 + len(REFUSED) + len(NOT_THERE) + len(NOT_HANDLED) + max(1, len(otherwise)) + 1
    rows = [
        tr(td("一、本年新收政府信息公开申请数量", 3), tds(next(left))),
        tr(td("二、上年结转政府信息公开申请数量", 3), tds(next(left))),
        tr(td("三、本年度办理结果", rows=n_results), td("（一）予以公开", 2), tds(next(left))),
        tr(td("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", 2), tds(next(left))),
    ]
    groups = (("（三）不予公开", REFUSED), ("（四）无法提供", NOT_THERE), ("（五）不予处理", NOT_HANDLED))
    for name, labels in (*groups, *([("（六）其他处理", tuple(otherwise))] if otherwise else [])):
        for n, label in enumerate(labels):
            rows.append(tr(td(name, rows=len(labels)) if n == 0 else "", td(label), tds(next(left))))
    if not otherwise:
        rows.append(tr(td("（六）其他处理", 2), tds(next(left))))
    rows.append(tr(td("（七）总计", 2), tds(next(left))))
    rows.append(tr(td("四、结转下年度继续办理", 3), tds(next(left))))
    return rows


def requests(values: Sequence[Sequence[object]] | None = None, **how: Sequence[str]) -> str:
    """Return the table of the requests."""
    return f"<table>{requests_head()}{''.join(requests_rows(values or numbers(), **how))}</table>"


def published(values: Sequence[object] = (1, 2, 3, 4, 5, 6, 7, 8, 9, "10.5")) -> str:
    """Return the table of published documents in the form of 2021."""
    v = [str(value) for value in values]
    return (
        "<table>" + tr(td("第二十条第（一）项", 4))
        + tr(tds(("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")))
        + tr(td("规章"), tds(v[0:3])) + tr(td("行政规范性文件"), tds(v[3:6]))
        + tr(td("第二十条第（五）项", 4)) + tr(td("信息内容"), td("本年处理决定数量", 3))
        + tr(td("行政许可"), td(v[6], 3))
        + tr(td("第二十条第（六）项", 4)) + tr(td("信息内容"), td("本年处理决定数量", 3))
        + tr(td("行政处罚"), td(v[7], 3)) + tr(td("行政强制"), td(v[8], 3))
        + tr(td("第二十条第（八）项", 4)) + tr(td("信息内容"), td("本年收费金额（单位：万元）", 3))
        + tr(td("行政事业性收费"), td(v[9], 3)) + "</table>"
    )  # fmt: skip


def reviews(values: Sequence[object] = tuple(range(1, 16))) -> str:
    """Return the table of reconsiderations and lawsuits."""
    return (
        "<table>" + tr(td("行政复议", 5), td("行政诉讼", 10))
        + tr(*(td(result, rows=2) for result in RESULTS), td("未经复议直接起诉", 5), td("复议后起诉", 5))
        + tr(tds(RESULTS * 2)) + tr(tds(values)) + "</table>"
    )  # fmt: skip


def as_cells(markup: str) -> list[list[tuple[str, int, int]]]:
    """Return a table of this module as rows of cells: text, rows and columns."""
    return [
        [
            ("".join(map(str, cell.itertext())), int(cell.get("rowspan", 1)), int(cell.get("colspan", 1)))
            for cell in row.iter("td")
        ]
        for row in html.fromstring(markup).iter("tr")
    ]


def page(*tables: str, year: int = 2023, prose: str = "受理政府信息公开申请21件") -> str:
    """Return the page of a report with the given tables."""
    return (
        f"<html><head><title>云汀市{year}年政府信息公开工作年度报告</title></head><body><div id='zoom'>"
        f"<p>云汀市人民政府{year}年政府信息公开工作年度报告</p><p>一、总体情况</p>"
        f"<p>{year}年，全市{prose}，均在期限内答复。各项工作有序推进，没有发生泄密。</p>"
        f"<p>二、主动公开政府信息情况</p>{'<p>三、收到和处理政府信息公开申请情况</p>'.join(tables)}"
        "<p>五、存在的主要问题及改进情况</p><p>公开的内容还不够细，下一步将进一步梳理公开事项。</p>"
        "<p>六、其他需要报告的事项</p><p>无其他需要报告的事项。</p></div></body></html>"
    )


def read(*tables: str, year: int = 2023) -> tuple[Document, Extraction]:
    """Return the document and the extraction of a report with the given tables."""
    document = read_document(page(*tables, year=year).encode(), media_type="text/html")
    return document, extract_observations(document)


def values(*tables: str, year: int = 2023) -> dict[str, float]:
    """Return the numbers of the form by the ids of their cells; each must occur once."""
    _, extraction = read(*tables, year=year)
    found = {row.cell.id: row.value for row in extraction.observations if row.cell}
    assert len(found) == sum(row.cell is not None for row in extraction.observations)
    return found


def states(*tables: str, year: int = 2023) -> dict[str, FormCellValue]:
    """Return the cells of the form by their ids."""
    return {cell.id: cell for cell in read(*tables, year=year)[1].cells}
