"""Tables: merged cells are resolved, split tables are joined, and every cell has its offsets in the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.documents.model import Document, Table
from nianbao.documents.read import read_document
from nianbao.documents.tables import MarkupCell, layout_grid
from tests.documents.file_factory import count_calls

SENTENCES = (
    "<p>2021年，云汀市认真推进政务公开，围绕中心工作，聚焦企业和群众关切，主动公开信息1234条。</p>"
    "<p>全年共受理政府信息公开申请21件，均在法定期限内答复，没有因公开工作引起的行政诉讼。</p>"
)


def read(tables: str) -> Document:
    """Return a page with the given tables as a document."""
    page = f"<html><body><div id='zoom'>{SENTENCES}{tables}<p>特此报告。</p></div></body></html>"
    return read_document(page.encode(), media_type="text/html")


def only_table(markup: str) -> Table:
    """Return the only table of a page."""
    (table,) = read(markup).tables
    return table


def texts(table: Table) -> list[list[str | None]]:
    """Return the texts of the cells of a table, row by row."""
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def test_a_merged_cell_is_in_each_of_its_positions() -> None:
    """A merged cell appears in every row and column that it covers, with its spans."""
    table = only_table(
        "<table><tr><td rowspan=2>申请人情况</td><td colspan=2>法人</td><td rowspan=2>总计</td></tr>"
        "<tr><td>企业</td><td>机构</td></tr><tr><td>本年新收</td><td>3</td><td></td><td>3</td></tr></table>"
    )
    assert texts(table) == [
        ["申请人情况", "法人", "法人", "总计"],
        ["申请人情况", "企业", "机构", "总计"],
        ["本年新收", "3", "", "3"],
    ]
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in table.cells}
    assert spans["申请人情况"] == (2, 1)
    assert spans["法人"] == (1, 2)


def test_the_text_has_a_line_per_row_and_offsets_for_each_cell() -> None:
    """Rows are lines with tabs, empty rows are left out, and each cell has its offsets in the text."""
    document = read(
        "<table><tr><th>信息内容</th><th>件数</th></tr><tr><td><p>规</p><p>章</p></td><td></td></tr>"
        "<tr><td></td><td>7</td></tr><tr><td></td><td></td></tr><tr><td colspan=2>合计七件</td></tr></table>"
    )
    assert document.text.split("\n")[2:-1] == ["信息内容\t件数", "规章", "7", "合计七件"]
    (table,) = document.tables
    assert all(document.text[cell.start : cell.end] == cell.text for cell in table.cells)
    assert texts(table) == [["信息内容", "件数"], ["规章", ""], ["", "7"], ["", ""], ["合计七件", "合计七件"]]
    assert [cell.text for cell in table.cells if cell.header] == ["信息内容", "件数"]
    assert document.text[table.start : table.end].startswith("信息内容\t")
    assert document.text[table.start : table.end].endswith("合计七件")


def test_a_split_table_is_joined_and_its_label_continues() -> None:
    """Two halves of a table are joined, and a row label of the first half continues in the second."""
    table = only_table(
        "<table><tr><td>办理结果</td><td>公开</td><td>4</td></tr>"
        "<tr><td rowspan=2>无法提供</td><td>不掌握</td><td>10</td></tr>"
        "<tr><td>需制作</td><td>3</td></tr></table>"
        "<table><tr><td></td><td>补正</td><td>2</td></tr><tr><td>不予处理</td><td>重复</td><td>0</td></tr></table>"
    )
    assert texts(table)[1:] == [
        ["无法提供", "不掌握", "10"],
        ["无法提供", "需制作", "3"],
        ["无法提供", "补正", "2"],
        ["不予处理", "重复", "0"],
    ]


def test_a_split_table_that_repeats_its_headings_is_one() -> None:
    """Two halves with the same headings are one table."""
    half = "<table><tr><td>结果</td><td>维持</td></tr><tr><td>{}</td><td>{}</td></tr></table>"
    assert texts(only_table(half.format("复议", 1) + half.format("诉讼", 2))) == [
        ["结果", "维持"],
        ["复议", "1"],
        ["结果", "维持"],
        ["诉讼", "2"],
    ]


def test_tables_with_words_between_or_other_headings_are_two() -> None:
    """Tables with text between them or with different headings stay two tables."""
    first = "<table><tr><td>规章</td><td>1</td></tr><tr><td>文件</td><td>2</td></tr></table>"
    second = "<table><tr><td>许可</td><td>数量</td></tr><tr><td>处罚</td><td>2</td></tr></table>"
    assert len(read(first + "<p>第二部分如下表。</p>" + first).tables) == 2
    assert len(read(first + second).tables) == 2


def test_a_table_inside_a_layout_table_is_read_alone() -> None:
    """A data table inside a layout table is read, without the cells around it."""
    inner = "<table><tr><td>规章</td><td>1</td></tr></table>"
    table = only_table(f"<table><tr><td>{inner}</td><td>导航</td></tr></table>")
    assert texts(table) == [["规章", "1"]]


def test_a_row_with_text_outside_its_cells_and_long_text_in_a_frame_stay_text() -> None:
    """Long text in a frame is read as text, once, and the small table below it as a table."""
    frame = f"<table><tr><td>{SENTENCES * 9}</td></tr><tr><td>规章</td><td>1</td></tr></table>"
    document = read(frame)
    assert document.text.count("主动公开信息1234条。") == 10
    assert [cell.text for cell in document.tables[0].cells] == ["规章", "1"]


def test_an_internal_marker_character_in_a_page_is_harmless() -> None:
    """A page that contains the reader's internal marker character is read with correct offsets."""
    table = "<p>\ufdd0规章</p><p>&#xfdd0;二</p><table><tr><td>规章</td><td>1</td></tr></table>"
    document = read(table)
    assert "规章\t1" in document.text
    assert all(document.text[cell.start : cell.end] == cell.text for found in document.tables for cell in found.cells)


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([[MarkupCell("a", 2), MarkupCell("b")], [MarkupCell("c")]], [("a", 0, 0), ("b", 0, 1), ("c", 1, 1)]),
        (
            [[MarkupCell("a"), MarkupCell("b", 2)], [MarkupCell("c"), MarkupCell("d")]],
            [("a", 0, 0), ("b", 0, 1), ("c", 1, 0), ("d", 1, 2)],
        ),
        ([[MarkupCell("a", 0)], [MarkupCell("b")], [MarkupCell("c")]], [("a", 0, 0), ("b", 1, 1), ("c", 2, 1)]),
        ([[MarkupCell("a", 9, 2), MarkupCell("b")], [MarkupCell("c", 1, 3)]], [("a", 0, 0), ("b", 0, 2), ("c", 1, 2)]),
        (
            [[MarkupCell("a"), MarkupCell("b", 3), MarkupCell("c")], [MarkupCell("d", 1, 5)]],
            [("a", 0, 0), ("b", 0, 1), ("c", 0, 2), ("d", 1, 0)],
        ),
    ],
)
def test_cells_go_where_html_puts_them(rows: list[list[MarkupCell]], wanted: list[tuple[str, int, int]]) -> None:
    """Cells with spans are placed in the rows and columns where a browser shows them."""
    grid = layout_grid(rows)
    assert grid is not None
    assert [(spot.text, spot.row, spot.column) for spot in grid.cells] == wanted


CELLS = st.builds(
    lambda text, rows, columns, tag: f"<{tag} rowspan={rows} colspan={columns}>{text}</{tag}>",
    st.sampled_from(["", "0", "/", "规章", "１２ ", "—", "<p>申请</p><p>人</p>", "<br>件\t", "&nbsp;7 8"]),
    st.integers(0, 4) | st.sampled_from(["x", "99999", "-1"]),
    st.integers(0, 4) | st.sampled_from(["2a", "70000"]),
    st.sampled_from(["td", "th"]),
)
TABLES = st.lists(st.lists(CELLS, max_size=5).map(lambda cells: f"<tr>{''.join(cells)}</tr>"), max_size=6)


@given(st.lists(TABLES.map(lambda rows: f"<table>{''.join(rows)}</table>"), min_size=1, max_size=3).map("".join))
@settings(max_examples=300, deadline=None)
def test_whatever_the_spans_no_two_cells_overlap_and_each_is_in_the_text(markup: str) -> None:
    """For any spans, cells do not overlap, lie in the grid and have correct offsets."""
    document = read(markup)
    for table in document.tables:
        places = [
            (row, column)
            for cell in table.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        ]
        assert len(places) == len(set(places))
        assert all(row < table.n_rows and column < table.n_columns for row, column in places)
        assert all(table.start <= cell.start <= cell.end <= table.end for cell in table.cells)
        assert all(document.text[cell.start : cell.end] == cell.text for cell in table.cells)


@pytest.mark.parametrize(
    "markup",
    [
        "<table>" + "<tr><td rowspan=60000 colspan=900>规章<td>1" * 3000 + "</table>",
        "<table><tr>" + "<td rowspan=65000>规章" * 190 + "<tr><td>1" * 15_000 + "</table>",
        "<table><tr><td>规章<td>1</table>" * 30_000,
        "<table><tr><td>规章<td>" * 3000,
    ],
)
def test_the_work_of_reading_a_hostile_table_is_bounded(markup: str) -> None:
    """Tables with huge spans or thousands of rows take a bounded number of function calls."""
    texts: list[str] = []
    assert (
        count_calls(lambda: texts.append(read(markup).text)) < 10_000_000
    )  # some 160 calls per table of markup, whatever the spans
    assert "全年共受理" in texts[0]
