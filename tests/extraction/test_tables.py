"""Ordinary tables: every value of every shape, in web pages, Word documents and PDF files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nianbao.documents.model import Document, Family, Hints
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction, Observation
from tests.documents.file_factory import Report, as_docx, as_pdf, as_trs_page
from tests.extraction.sentences import STEADY, read, report

SHAPES = yaml.safe_load(Path(__file__).with_name("table_shapes.yaml").read_text(encoding="utf-8"))
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: dict[str, tuple[Callable[[Report], bytes], str]] = {
    "html": (as_trs_page, "text/html"),
    "docx": (as_docx, WORD),
    "pdf": (as_pdf, "application/pdf"),
}
OPENING = [
    "云汀市人民政府2023年政府工作报告",
    "2023年，云汀市人民政府坚持稳中求进，全力以赴推进高质量发展，各项工作取得新成效，现将全年工作情况报告如下，请予审议。",
    "一、2023年工作回顾",
]
CLOSING = ["全年工作扎实推进，社会大局保持稳定，群众生活持续改善。", "云汀市人民政府", "2024年1月20日"]
TABLES = [(f"{shape} {n}", table) for shape, tables in SHAPES.items() for n, table in enumerate(tables, 1)]
# One PDF of each shape is read in the quick tests, because drawing and reading one takes long.
CASES = [
    pytest.param(
        table, form, id=f"{name} {form}", marks=[pytest.mark.slow] if form == "pdf" and not name.endswith(" 1") else []
    )
    for name, table in TABLES
    for form in FORMATS
]


def cells_of(rows: str) -> list[list[tuple[str, int, int]]]:
    """Return the rows of a table with merged cells, as the builders of files take them."""
    grid = [[cell.strip(" ") for cell in row.split("|")] for row in rows.splitlines()]
    table = []
    for number, row in enumerate(grid):
        cells = []
        for column, text in enumerate(row):
            if text in ("^", "<"):
                continue
            width = height = 1
            while column + width < len(row) and row[column + width] == "<":
                width += 1
            while number + height < len(grid) and grid[number + height][column] == "^":
                height += 1
            cells.append((text, height, width))
        table.append(cells)
    return table


def extract(above: Sequence[str], rows: str, form: str = "html") -> tuple[Document, Extraction]:
    """Return the document and extraction of a report with the table in the given format."""
    make, media_type = FORMATS[form]
    parts: Report = [*OPENING, *above, cells_of(rows), *CLOSING]
    hints = Hints(family=Family("work_report"), year=2023)
    document = read_document(make(parts), media_type=media_type, hints=hints)
    return document, extract_observations(document)


def shown(document: Document, row: Observation) -> str:
    """Return an observation as one line of text."""
    value = f"{row.value:.12g}" if row.value_high is None else f"{row.value:.12g}至{row.value_high:.12g}"
    years = str(row.period_start) if row.period_start == row.period_end else f"{row.period_start}-{row.period_end}"
    further = (
        row.direction,
        None if row.qualifier == "exact" else row.qualifier,
        "target" if row.modality == "target" else None,
        f"part of {row.whole}" if row.whole else None,
    )
    quote = document.text[row.start : row.end]
    return " | ".join([quote, row.subject, row.kind, f"{value} {row.unit}", years, *filter(None, further)])


def test_there_are_three_tables_of_at_least_seven_shapes() -> None:
    """The examples cover at least seven shapes of tables, with three tables or more each."""
    assert len(SHAPES) >= 7
    assert min(len(tables) for tables in SHAPES.values()) >= 3


@pytest.mark.parametrize(("table", "form"), CASES)
def test_every_cell_of_a_table_is_read(table: dict[str, str], form: str) -> None:
    """Every example table gives exactly the stated observations in HTML, Word and PDF, and no cell is left out."""
    document, extraction = extract(table["above"], table["rows"], form)
    assert [shown(document, row) for row in extraction.observations] == table["reads"].splitlines()
    assert all(row.read_by.startswith("table: ") for row in extraction.observations)
    assert "table_cell_unread" not in {row.reason for row in extraction.unmatched}


@pytest.mark.parametrize(
    ("above", "rows", "unread"),
    [
        ((), "指标|2022年|2023年\n受理案件|241|250", ["241", "250"]),  # no unit
        ((), "年份|行政复议（件）\n申请|受理\n2019年|146\n2020年|165", ["2019年", "2020年"]),  # a year is no amount
        ((), "指标（亿元）|两年平均增长（%）\n地区生产总值|5.1", ["5.1"]),  # no year is the base
        ((), "指标|2021年|2022年|2023年|增长（%）\n财政收入（亿元）|80.5|84.6|90.1|6.5", ["6.5"]),  # of which year?
        ((), "指标|2022年|2023年|增减\n财政收入（亿元）|84.6|90.1|5.5", ["5.5"]),  # in per cent or in 亿元
        ((), "指标|2023年|增长（%）\n出庭率（%）|94.8|2.6", ["2.6"]),  # in per cent or in points
        ((), "指标|2024年\n地区生产总值（亿元）|1400", ["1400"]),  # a future year that is not called a target
        ((), "指标|目标值\n地区生产总值（亿元）|1400", ["1400"]),  # the target of which year
        ((), "指标|单位|2023年\n财政收入（亿元）|万元|90.1", ["90.1"]),  # two units
        (("单位：万元",), "指标|2023年\n财政收入|9.1万", ["9.1万"]),  # 万 twice
        (("单位：亿元",), "指标|2023年\n达标率|97.1", ["97.1"]),  # a rate has no 亿元
        ((), "指标|2023年（亿元）\n合计|97.1", ["97.1"]),  # of what
        ((), "指标|2023年（亿元）\n财政收入|97.1*", ["97.1*"]),  # a sign that no rule reads
        ((), "指标|2023年\n五年累计投资（亿元）|97.1", ["97.1"]),  # of five years, or of 2023
        ((), "年份|财政收入（亿元）\n2022年|84.6\n五年累计|403.2", ["403.2"]),  # a row without a year among years
        ((), "指标|本月|下降（%）\n货运量（万吨）|12.1|-3", ["12.1", "-3"]),
    ],
)
def test_an_ambiguous_cell_is_unmatched(above: Sequence[str], rows: str, unread: list[str]) -> None:
    """A cell whose unit, year or meaning is ambiguous gives no observation and is unmatched with its reason."""
    document, extraction = extract(above, rows)
    found = [document.text[row.start : row.end] for row in extraction.unmatched if row.reason == "table_cell_unread"]
    assert found == unread


def test_a_change_relates_to_the_value_in_its_row() -> None:
    """A growth rate relates to the value in its row and is compared with the previous year."""
    _, extraction = extract((), "指标|单位|2023年|比上年增长（%）\n地区生产总值|亿元|1312.5|6.2")
    level, change = extraction.observations
    assert (change.relates_to, change.compared_with, change.base_start) == (level.start, "previous_year", 2022)


def test_a_change_over_a_gap_names_its_base() -> None:
    """A growth rate between two columns that are years apart has the earlier year as its base."""
    _, extraction = extract((), "指标|2015年|2020年|增长（%）\n地区生产总值（亿元）|800.2|1100.4|37.5")
    change = extraction.observations[-1]
    assert (change.period_start, change.compared_with, change.base_start) == (2020, "2015", 2015)


def test_a_change_over_months_is_of_those_months() -> None:
    """A value and its growth under a heading of months are of a part of the year."""
    _, extraction = extract((), "指标|2023年1-6月|同比增长（%）\n固定资产投资（亿元）|310.2|6.1")
    assert [row.period_type for row in extraction.observations] == ["part", "part"]


def test_the_description_of_a_project_is_not_part_of_its_name() -> None:
    """A column that describes a project does not enter the subjects of its investments."""
    rows = (
        "序号|项目名称|建设内容及规模|总投资（万元）|2023年计划投资（万元）\n1|城北水厂|日供水5万吨|32,000|8,000\n"
        "2|西环路|全长3.2公里|15,600|6,500"
    )
    document, extraction = extract((), rows)
    found = [shown(document, row) for row in extraction.observations if row.read_by.startswith("table: ")]
    assert found == [
        "32,000 | 城北水厂总投资 | level | 320000000 元 | 2023",
        "8,000 | 城北水厂投资 | level | 80000000 元 | 2023 | target",
        "15,600 | 西环路总投资 | level | 156000000 元 | 2023",
        "6,500 | 西环路投资 | level | 65000000 元 | 2023 | target",
    ]


def test_a_column_of_organisations_is_no_column_of_units() -> None:
    """A column headed 单位 whose cells are organisations labels the rows."""
    _, extraction = extract((), "单位|受理（件）|办结（件）\n市公安局|241|205\n市环境局|85|84")
    assert [row.subject for row in extraction.observations] == [
        "市公安局受理",
        "市公安局办结",
        "市环境局受理",
        "市环境局办结",
    ]


def test_a_share_in_a_table_of_counts_is_a_share() -> None:
    """In a table of counts, a column of percentages gives shares and the counts stay levels."""
    rows = "类别|2023年|<|2022年|<\n^|数量|占比|数量|占比\n土地类（件）|62|25.7%|55|25.7%"
    _, extraction = extract((), rows)
    assert [(row.kind, row.period_start) for row in extraction.observations] == [
        ("level", 2023),
        ("share", 2023),
        ("level", 2022),
        ("share", 2022),
    ]


def test_a_comparable_scope_is_stated_and_brackets_stay_as_printed() -> None:
    """可比口径 in brackets makes the growth one of the same scope, and the subject keeps its brackets."""
    rows = "指标|2023年增长（%）\n公共财政预算收入（可比口径）|5.2\n固定资产投资完成额|7.5"
    _, extraction = extract((), rows)
    assert [(row.subject, row.compared_with) for row in extraction.observations] == [
        ("公共财政预算收入（可比口径）", "same_scope"),
        ("固定资产投资完成额", "previous_year"),
    ]


def test_a_table_of_planned_values_gives_targets() -> None:
    """The values of a table under a heading of expected goals are targets of that year."""
    text = "二、2024年工作安排\n2024年主要指标预期\n固定资产投资完成额\t增长5%左右\n城镇登记失业率\t控制在3%以内\n"
    assert [(row.subject, row.modality, row.period_start) for row in read(text).observations] == [
        ("固定资产投资完成额", "target", 2024),
        ("城镇登记失业率", "target", 2024),
    ]


def test_running_numbers_and_years_keep_their_reasons() -> None:
    """Numbers of rows and years in a table are unmatched as numbering and years."""
    document, extraction = extract((), "序号|年度|财政收入（亿元）\n1|2022|84.6\n2|2023|90.1")
    reasons = {document.text[row.start : row.end]: row.reason for row in extraction.unmatched}
    assert (reasons["1"], reasons["2"], reasons["2022"], reasons["2023"]) == ("numbering", "numbering", "year", "year")


def test_rows_that_continue_another_do_not_hide_the_running_numbers() -> None:
    """Running numbers of a text table are recognised although one row continues the row before."""
    text = "6\t新建长者食堂5个\t民政局\n7\t新增岗位3万个\t人力局\n举办培训班100个\t文体中心\n"
    reasons = {text[row.start : row.end]: row.reason for row in read(text).unmatched}
    assert reasons == {"6": "numbering", "7": "numbering"}


@pytest.mark.parametrize(
    ("rows", "modalities"),
    [
        (
            "序号|任务|牵头单位|完成情况\n1|新增停车位6000个|城管局|建成停车位6120个",
            {"6000个": "target", "6120个": "actual"},
        ),
        (
            "序号|完成情况|年度任务\n1|建成停车位6120个|新增停车位6000个",
            {"6000个": "target", "6120个": "actual"},
        ),
        ("序号|项目名称|落实情况\n1|新建公园5座|新建公园5座，投入80万元", {"5座": "actual", "80万元": "actual"}),
    ],
)
def test_a_column_of_tasks_is_the_target_of_the_column_of_results(rows: str, modalities: dict[str, str]) -> None:
    """Numbers under a heading of tasks are targets and those under results are results, in any order."""
    document, extraction = extract((), rows)
    found = {document.text[row.start : row.end]: row.modality for row in extraction.observations}
    assert found == modalities


def test_rows_of_a_text_file_are_a_table() -> None:
    """Rows with tabs in a text file are read as a table, with result and target."""
    text = "2016年主要经济指标完成情况\n指标\t完成增长\t全年目标增长\n地区生产总值3003亿元\t8.8\t8.5-9.0\n"
    rows = read(text, year=2016).observations
    document = report(text, year=2016)
    assert [shown(document, row) for row in rows] == [
        "3003亿元 | 地区生产总值 | level | 300300000000 元 | 2016",
        "8.8 | 地区生产总值 | change_pct | 8.8 % | 2016 | up",
        "8.5-9.0 | 地区生产总值 | change_pct | 8.5至9 % | 2016 | up | target",
    ]


CELLS = st.sampled_from(
    [
        *(
            "指标",
            "单位",
            "年份",
            "序号",
            "2023年",
            "2022",
            "上年",
            "比上年增长（%）",
            "同比",
            "占比",
            "增减",
            "其中：甲",
            "合计",
        ),
        *(
            "一、经济",
            "地区生产总值（亿元）",
            "件",
            "万元",
            "备注",
            "目标",
            "完成",
            "1月",
            "“十三五”末",
            "①",
            "三成",
            "",
        ),
        *("1", "2", "3", "12.5", "-3", "5%", "1,234", "8.5-9.0", "约30件", "999999999999999万亿", "—", "[7]", "1,234*"),
        *("建成学校5所", "已完成5所"),
    ]
)


@STEADY
@given(st.lists(st.lists(CELLS, min_size=2, max_size=6), min_size=1, max_size=7))
def test_any_table_has_each_number_once(table: list[list[str]]) -> None:
    """Every number of any table is in one observation or one unmatched number."""
    text = "一、2023年工作\n" + "\n".join("\t".join(row) for row in table) + "\n"
    extraction = read(text)
    spans = [(row.start, row.end) for row in extraction.observations]
    spans = sorted(spans + [(row.start, row.end) for row in extraction.unmatched])
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    inside = {place for start, end in spans for place in range(start, end)}
    assert all(place in inside for place, sign in enumerate(text) if sign in "0123456789")
