"""The cells of the disclosure form as pages print it: merged, split, repeated, broken, misspelt, and what is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import chain, pairwise
from pathlib import Path

import pytest

from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from schemas.forms import Form, load_form
from tests.documents.file_factory import Report, as_docx, as_hanweb_page, as_trs_page
from tests.extraction.disclosure_factory import (
    APPLICANTS,
    NOTE,
    RESULTS,
    as_cells,
    numbers,
    published,
    read,
    requests,
    requests_head,
    requests_rows,
    reviews,
    states,
    td,
    tds,
    tr,
    values,
)


def form() -> Form:
    """Return the form of the disclosure reports."""
    loaded = load_form("info_disclosure")
    assert loaded is not None
    return loaded


def expected_requests(rows: list[list[str]], edition: str = "2021") -> dict[str, float]:
    """Return the expected values of the request table by cell id, for the rows of an edition."""
    (block,) = (block for block in form().blocks if block.id == "requests")
    lines = [line for line in block.rows if edition in line.editions]
    return {
        block.cells[line.id, column.id].id: float(text)
        for line, texts in zip(lines, rows, strict=True)
        for column, text in zip(block.columns, texts, strict=True)
    }


def in_order(block_id: str, given: list[float]) -> dict[str, float]:
    """Return the given values by the cell ids of a block, in order."""
    (block,) = (block for block in form().blocks if block.id == block_id)
    return dict(zip((cell.id for cell in block.cells.values()), given, strict=True))


ALL_REQUESTS = expected_requests(numbers())
ALL_REVIEWS = in_order("reviews", [float(n) for n in range(1, 16)])


@pytest.mark.parametrize("name", ["hongze-2023", "hongze-2024"])
def test_every_cell_of_two_real_reports(corpus: Path, name: str) -> None:
    """All 186 cells of two real disclosure reports have exactly the annotated values."""
    path = corpus / "info_disclosure" / f"{name}.pdf"
    extraction = extract_observations(read_document(path.read_bytes(), media_type=None, name=path.name))
    stated = json.loads(Path(__file__).with_name("forms").joinpath(f"{name}.json").read_text("utf-8"))
    expected = {
        **stated["published"],
        **expected_requests(stated["requests"], "2019"),
        **in_order("reviews", list(chain.from_iterable(stated["reviews"]))),
    }
    assert {row.cell.id: row.value for row in extraction.observations if row.cell} == expected
    assert len(expected) == len(extraction.cells) == 186
    assert {cell.state for cell in extraction.cells} == {"number"}


def test_every_cell_of_the_form_of_2021_is_read() -> None:
    """Every cell of the form of 2021 gives its own indicator and value, and none is absent."""
    found = values(published(), requests(), reviews())
    assert found == {
        "rules_issued": 1, "rules_repealed": 2, "rules_in_force": 3,
        "normative_documents_issued": 4, "normative_documents_repealed": 5, "normative_documents_in_force": 6,
        "permits_decisions": 7, "penalties_decisions": 8, "coercive_measures_decisions": 9, "fees_collected": 105000,
        **ALL_REQUESTS, **ALL_REVIEWS,
    }  # fmt: skip
    assert not [cell for cell in states(published(), requests(), reviews()).values() if cell.state == "absent"]


def test_every_cell_of_the_form_of_2019_is_read() -> None:
    """Every cell of the form of 2019, with changes and amounts, gives its own indicator and value."""
    three = ("上一年项目数量", "本年增/减", "处理决定数量")
    table = (
        "<table>" + tr(td("第二十条第（一）项", 5))
        + tr(td("信息内容"), td("本年新<br>制作数量"), td("本年新<br/>公开数量", 2), td("对外公开总数量"))
        + tr(td("规章"), td(1), td(2, 2), td(3)) + tr(td("规范性文件"), td(4), td(5, 2), td(6))
        + tr(td("第二十条第（五）项", 5)) + tr(td("信息内容"), td(three[0]), td(three[1], 2), td(three[2]))
        # Headings and values are not merged in the same places: their order counts.
        + tr(td("行政许可"), td(7, 2), td("-8"), td(9)) + tr(td("其他对外管理服务事项"), td(10, 2), td("+11"), td(12))
        + tr(td("第二十条第（六）项", 5)) + tr(td("信息内容"), td(three[0]), td(three[1], 2), td(three[2]))
        + tr(td("行政处罚"), td(13, 2), td("减14"), td(15)) + tr(td("行政强制"), td(16, 2), td("增17"), td(18))
        + tr(td("第二十条第（八）项", 5)) + tr(td("信息内容"), td(three[0], 2), td(three[1], 2))
        + tr(td("行政事业性收费"), td(19, 2), td(0, 2))
        + tr(td("第二十条第（九）项", 5)) + tr(td("信息内容"), td("采购项目数量", 2), td("采购总金额", 2))
        + tr(td("政府集中采购"), td(21, 2), td("251000元", 2)) + "</table>"
    )  # fmt: skip
    rows = numbers(23)
    found = values(table, requests(rows, otherwise=()), year=2019)
    assert found == {
        "rules_newly_made": 1, "rules_newly_disclosed": 2, "rules_disclosed_in_all": 3,
        "normative_documents_newly_made": 4, "normative_documents_newly_disclosed": 5,
        "normative_documents_disclosed_in_all": 6,
        "permits_matters_before": 7, "permits_matters_change": -8, "permits_decisions": 9,
        "other_services_matters_before": 10, "other_services_matters_change": 11, "other_services_decisions": 12,
        "penalties_matters_before": 13, "penalties_matters_change": -14, "penalties_decisions": 15,
        "coercive_measures_matters_before": 16, "coercive_measures_matters_change": 17,
        "coercive_measures_decisions": 18, "fees_items_before": 19, "fees_items_change": 0,
        "procurement_projects": 21, "procurement_amount": 251000, **expected_requests(rows, "2019"),
    }  # fmt: skip


@pytest.mark.parametrize(("make", "kind"), [(as_docx, None), (as_trs_page, "text/html"), (as_hanweb_page, "text/html")])
def test_the_form_is_the_same_in_word_and_on_pages_of_two_systems(
    make: Callable[[Report], bytes], kind: str | None
) -> None:
    """A Word document and the pages of two content systems give the same cells."""
    prose = "2023年，全市政府信息公开工作有序推进，各部门按时公开了应当公开的信息。一年来没有发生泄密的情况。"
    report: Report = [
        "云汀市2023年政府信息公开工作年度报告", "一、总体情况", prose, "二、主动公开政府信息情况",
        as_cells(published()),
        "三、收到和处理政府信息公开申请情况", as_cells(requests()), "四、政府信息公开行政复议、行政诉讼情况",
        as_cells(reviews()), "五、存在的主要问题及改进情况", "公开的内容还不够细。", "六、其他需要报告的事项", "无。",
    ]  # fmt: skip
    document = read_document(make(report), media_type=kind, name="report")
    found = {row.cell.id: row.value for row in extract_observations(document).observations if row.cell}
    assert found == values(published(), requests(), reviews())


def test_a_cell_has_the_evidence_of_an_observation() -> None:
    """A cell has value, unit, year, offsets, its row as sentence, and its position in the table."""
    document, extraction = read(requests())
    row = next(row for row in extraction.observations if row.cell and row.cell.id == "requests_refused_by_law_company")
    assert (row.value, row.unit, row.kind, row.qualifier, row.modality) == (136, "件", "level", "exact", "actual")
    assert (row.period_start, row.period_end, row.rounding) == (2023, 2023, 1)
    assert document.text[row.start : row.end] == "136"
    assert document.text[row.sentence_start : row.sentence_end].startswith("2.其他法律行政法规禁止公开\t135\t136\t")
    assert row.subject == (
        "三、本年度办理结果/（三）不予公开/2.其他法律行政法规禁止公开 × 申请人情况/法人或其他组织/商业企业"
    )
    assert row.cell is not None
    assert (row.cell.table, row.cell.row, row.cell.column, row.cell.method, row.cell.score) == (0, 8, 4, "form", 1)
    (section,) = (section for section in document.sections if section.start <= row.start < section.end)
    assert section.heading == "主动公开政府信息情况"


def test_no_number_of_the_form_is_read_twice_and_none_is_lost() -> None:
    """Cells, prose and unmatched numbers never overlap, and the prose gives only its own number."""
    document, extraction = read(published(), requests(), reviews())
    spans = sorted(
        [(row.start, row.end) for row in extraction.observations]
        + [(row.start, row.end) for row in extraction.unmatched]
    )
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    in_prose = [document.text[row.start : row.end] for row in extraction.observations if row.cell is None]
    assert in_prose == ["21件"]
    assert {row.reason for row in extraction.unmatched} <= {"date", "numbering", "order", "name"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("自然人", "自 然<br>人"),
        ("社会公益组织", "社会<br/>公益<br/>组织"),
        ("总计", "<b>总&nbsp;&nbsp;计</b>"),
        ("其他", "其它"),
        ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
        ("（三）不予公开", "(三) 不予公开"),
        ("1.属于国家秘密", "1．属于国家秘密"),
        ("3.危及“三安全一稳定”", "3.危及&quot;三安全一稳定&quot;"),
        ("一、本年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数量（件）"),
        ("二、上年结转政府信息公开申请数量", "<span><strong>二、</strong>上年结转政府信息公开申请数量</span>"),
        ("四、结转下年度继续办理", "四、结转下年度<br>继续办理"),
        ("三、本年度办理结果", "三<br>、<br>本<br>年<br>度<br>办<br>理<br>结<br>果"),
        ("申请人情况", "申请人情况（单位：件）"),
        ("<table>", "<table><tr><td colspan=10>收到和处理政府信息公开申请情况统计表</td></tr>"),
        ("<table>", "<table><tr><td><table>"),
        ("<p align='center'>", "<p class=MsoNormal><span lang=EN-US>"),
    ],
)
def test_headings_are_known_however_they_are_printed(old: str, new: str) -> None:
    """Line breaks, other punctuation, misprints and markup in headings do not change any cell."""
    assert old in requests()
    assert values(requests().replace(old, new)) == ALL_REQUESTS


def test_repeated_headings_do_not_change_the_cells() -> None:
    """Headings repeated within the table, as on a new page, do not change any cell."""
    rows = requests_rows(numbers())
    repeated = "".join([*rows[:2], requests_head(), *rows[2:24], requests_head(), rows[24]])
    assert values(f"<table>{requests_head()}{repeated}</table>") == ALL_REQUESTS


@pytest.mark.parametrize("cut", [1, 5, 12, 23])
def test_a_table_split_in_two_is_read_whole(cut: int) -> None:
    """A request table cut at any row is read completely, with correct cells."""
    rows = requests_rows(numbers())
    upper = f"<table>{requests_head()}{''.join(rows[:cut])}</table>"
    lower = "".join(rows[cut:])
    if cut in (5, 12):  # a cell that was merged over the cut continues as an empty cell
        lower = lower.replace("<tr>", "<tr><td></td><td></td>" if cut == 5 else "<tr><td></td>", 1)
    found = values(f"{upper}<table>{lower}</table>")
    assert found == {**ALL_REQUESTS, **found}
    assert len(ALL_REQUESTS.keys() - found.keys()) == 0
    assert found.items() <= ALL_REQUESTS.items()


def test_a_second_part_without_headings_and_apart_is_read_by_its_rows() -> None:
    """A continuation without headings is matched by its rows, with a lower score."""
    rows = requests_rows(numbers())
    whole = f"<table>{requests_head()}{''.join(rows[:2])}</table><p>（续表）</p><table>{''.join(rows[2:])}</table>"
    assert values(whole) == ALL_REQUESTS
    cells = states(whole)
    assert cells["requests_new_company"].method == "form"
    assert (cells["requests_done_company"].method, cells["requests_done_company"].score) == ("form_position", 0.6)


def test_unmerged_headings_are_matched_by_position_with_a_lower_score() -> None:
    """Headings that lost their spans are matched by position, with a score of 0.8."""
    head = (
        tr(td(NOTE, 3), td("申请人情况", 7))
        + tr(td("", 3), td("自然人"), td("法人或其他组织", 5), td("总计"))
        + tr(tds(APPLICANTS[1:6]))
    )
    table = f"<table>{head}{''.join(requests_rows(numbers()))}</table>"
    assert values(table) == ALL_REQUESTS
    cell = states(table)["requests_new_natural_person"]
    assert (cell.method, cell.score) == ("form_position", 0.8)


def test_extra_columns_before_and_after_the_form_are_ignored() -> None:
    """A column of numbering and one of remarks are not read as cells of the form."""
    rows = [
        tr(td(7), td("行政许可"), td(1, 3), td("见官网")),
        tr(td(8), td("行政处罚"), td(2, 3), td("")),
    ]
    head = tr(td("序号"), td("信息内容"), td("本年处理决定数量", 3), td("备注"))
    assert values(f"<table>{head}{''.join(rows)}</table>") == {"permits_decisions": 1, "penalties_decisions": 2}


def test_an_empty_filler_cell_beside_a_row_heading_is_not_a_value() -> None:
    """An empty filler cell next to a row heading does not shift the values of the row."""
    table = requests().replace(td("（七）总计", 2), td("（七）总计") + td(""))
    assert values(table) == ALL_REQUESTS


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(reviews(), id="as it is set"),
        pytest.param(
            reviews().replace(td("行政诉讼", 10), td("", 3) + td("行政诉讼", 7)), id="a heading merged wrongly"
        ),
        pytest.param(
            "<table>" + tr(td("行政复议", 5), td("行政诉讼", 10))
            + tr(tds(RESULTS), td("未经复议直接起诉", 5), td("复议后起诉", 5)) + tr(tds([""] * 5), tds(RESULTS * 2))
            + tr(tds(range(1, 16))) + "</table>",
            id="empty cells instead of merged ones",
        ),
        pytest.param(
            "<table>" + tr(td("结果"), tds(RESULTS)) + tr(td("行政复议"), tds(range(1, 6)))
            + tr(td("未经复议直接起诉"), tds(range(6, 11))) + tr(td("复议后起诉"), tds(range(11, 16))) + "</table>",
            id="a row each",
        ),
        pytest.param(
            "<table>" + tr(td("结果"), td("行政复议"), td("未经复议直接起诉"), td("复议后起诉"))
            + "".join(tr(td(name), tds((n, n + 5, n + 10))) for n, name in enumerate(RESULTS, 1)) + "</table>",
            id="turned about",
        ),
        pytest.param(
            "<table>" + tr(td("行政复议", 5)) + tr(tds(RESULTS)) + tr(tds(range(1, 6))) + "</table><p>诉讼：</p>"
            "<table>" + tr(td("未经复议直接起诉", 5), td("复议后起诉", 5)) + tr(tds(RESULTS * 2))
            + tr(tds(range(6, 16))) + "</table>",
            id="in two tables",
        ),
        pytest.param(
            reviews().replace(tr(tds(range(1, 16))), tr(tds(f"{n}件" for n in range(1, 16)))), id="units in the cells"
        ),
        pytest.param(reviews().replace("其他结果", "其它<br>结果"), id="other words"),
    ],
)  # fmt: skip
def test_reviews_in_many_shapes(table: str) -> None:
    """The table of reconsiderations and lawsuits is read in each of its layouts, also transposed or split."""
    assert values(table) == ALL_REVIEWS


@pytest.mark.parametrize("amount", ["10.5", "10.5万元", "105000元", "１０．５", "10.50", "105,000元", "1 0 . 5"])
def test_an_amount_is_in_the_unit_of_the_cell_or_else_of_the_heading(amount: str) -> None:
    """The unit in the cell determines an amount; without one, that of the heading does."""
    assert values(published((*range(9), amount)))["fees_collected"] == 105000


def test_the_unit_of_the_heading_overrides_that_of_the_form() -> None:
    """The printed heading overrides the unit of the form, which applies only if there is none."""
    assert values(published().replace("（单位：万元）", "（单位：元）"))["fees_collected"] == 10.5
    assert values(published().replace("（单位：万元）", ""))["fees_collected"] == 105000


def test_an_amount_without_any_unit_is_not_an_observation() -> None:
    """An amount without a unit in cell, heading or form is kept as a cell with the state `no_unit`."""
    table = (
        "<table>"
        + tr(tds(("信息内容", "采购项目数量", "采购总金额")))
        + tr(tds(("政府集中采购", 3, 251000)))
        + "</table>"
    )
    assert values(table, year=2019) == {"procurement_projects": 3}
    assert states(table, year=2019)["procurement_amount"].state == "no_unit"


def test_zero_empty_not_applicable_and_unreadable_are_distinct() -> None:
    """Zero is a value; empty, struck-out and unreadable cells have their own states."""
    rows = numbers()
    rows[0] = ["0", "", "/", "——", "约30", "不适用", "０"]
    document, extraction = read(requests(rows))
    cells = {
        cell.id.removeprefix("requests_new_"): cell for cell in extraction.cells if cell.id.startswith("requests_new_")
    }
    assert {name: cell.state for name, cell in cells.items()} == {
        "natural_person": "number", "company": "empty", "research": "not_applicable",
        "public_interest": "not_applicable", "legal_service": "unreadable", "other_organisation": "not_applicable",
        "total": "number",
    }  # fmt: skip
    noughts = [row for row in extraction.observations if row.cell and row.cell.id.startswith("requests_new_")]
    assert [(row.value, document.text[row.start : row.end]) for row in noughts] == [(0, "0"), (0, "０")]
    assert cells["company"].start == cells["company"].end
    assert [document.text[row.start : row.end] for row in extraction.unmatched if row.reason == "unreadable_cell"] == [
        "约30"
    ]


@pytest.mark.parametrize("place", [0, 3, 6])
def test_words_instead_of_a_number_make_a_cell_unreadable(place: int) -> None:
    """Words in a cell make it unreadable and do not shift the other cells of its row."""
    rows = numbers()
    rows[4][place] = "详见附件"
    cells = states(requests(rows))
    row = [cell for name, cell in cells.items() if name.startswith("requests_refused_state_secret_")]
    assert [cell.state for cell in row].count("unreadable") == 1
    assert row[place].state == "unreadable"
    assert {cell.row_path for cell in row} == {"三、本年度办理结果/（三）不予公开/1.属于国家秘密"}


@pytest.mark.parametrize("place", [0, 3, 14])
def test_words_in_a_row_without_a_heading_make_one_cell_unreadable(place: int) -> None:
    """Words among values without a row heading make one cell unreadable, and fourteen are read."""
    texts: list[object] = list(range(1, 16))
    texts[place] = "见附件"
    found = [cell.state for name, cell in states(reviews(texts)).items() if name in ALL_REVIEWS]
    assert [n for n, state in enumerate(found) if state == "unreadable"] == [place]
    assert found.count("number") == 14


def test_a_second_part_without_headings_may_begin_with_rows_left_empty() -> None:
    """A continuation that begins with empty rows is matched, and these cells are empty."""
    given = numbers()
    given[2] = given[3] = [""] * 7
    rows = requests_rows(given)
    whole = f"<table>{requests_head()}{''.join(rows[:2])}</table><p>（续表）</p><table>{''.join(rows[2:])}</table>"
    cells = states(whole)
    left_empty = [
        cell.state for name, cell in cells.items() if name.startswith(("requests_granted", "requests_partly"))
    ]
    assert left_empty == ["empty"] * 14
    assert [cell.state for cell in cells.values()].count("number") == 23 * 7


def test_an_empty_form_has_all_its_cells() -> None:
    """A form without any number gives all its cells in the state `empty`."""
    cells = states(requests([[""] * 7 for _ in range(25)]), reviews([""] * 15))
    assert {cell.state for name, cell in cells.items() if name.startswith(("requests_", "disclosure_"))} == {"empty"}
    assert len([cell for cell in cells.values() if cell.state == "empty"]) == 25 * 7 + 15


def test_missing_rows_of_the_edition_of_the_report_are_absent() -> None:
    """Rows missing from the report's edition of the form are absent; those of other editions are not."""
    rows = requests_rows(numbers(23), otherwise=())
    table = f"<table>{requests_head()}{''.join(rows[:1] + rows[2:])}</table>"
    absent = {cell.id for cell in states(published(), table).values() if cell.state == "absent"}
    assert {name for name in absent if name.startswith("requests_")} == {
        f"requests_carried_in_{column}"
        for column in (
            "natural_person", "company", "research", "public_interest", "legal_service", "other_organisation", "total",
        )
    }  # fmt: skip
    assert {name for name in absent if not name.startswith("requests_")} == set(ALL_REVIEWS)


def test_an_ambiguous_row_without_headings_is_not_read() -> None:
    """Without headings, only a row with one possible meaning is read, by its position."""
    rows = tr(tds(("规章", 7, 8, 9))) + tr(tds(("行政许可", 5)))
    assert values(f"<table>{rows}</table>") == {"permits_decisions": 5}
    assert states(f"<table>{rows}</table>")["permits_decisions"].method == "form_position"


def test_an_empty_row_between_headings_and_numbers_is_skipped() -> None:
    """An empty row above the numbers is skipped and gives no empty cells."""
    row = tr(tds(range(1, 16)))
    table = reviews().replace(row, tr(tds([""] * 15)) + row)
    assert values(table) == ALL_REVIEWS
    assert [cell.state for cell in read(table)[1].cells].count("empty") == 0


def test_a_table_of_another_kind_with_words_of_the_form_is_not_read_as_the_form() -> None:
    """Tables that only share some words with the form give no cells."""
    two_years = tr(tds(("信息内容", "2022年", "2023年"))) + tr(tds(("行政许可", 700, 800)))
    ratings = tr(tds(("事项", "办件量", "满意率"))) + tr(tds(("行政许可", 700, "99%")))
    handled = tr(tds(("事项", "办件量"))) + tr(tds(("行政许可", 700)))
    for table in (two_years, ratings, handled):
        assert values(f"<table>{table}</table>") == {}


def test_an_unknown_row_is_not_mistaken_for_another() -> None:
    """An unknown row gives unmatched numbers and leaves the cells around it correct."""
    rows = requests_rows(numbers())
    strange = tr(td("（八）另行告知", 2), tds(range(900, 907)))
    table = f"<table>{requests_head()}{''.join([*rows[:4], strange, *rows[4:]])}</table>"
    document, extraction = read(table.replace("rowspan=22", "rowspan=23"))
    assert {row.cell.id: row.value for row in extraction.observations if row.cell} == ALL_REQUESTS
    assert {"900", "906"} <= {document.text[row.start : row.end] for row in extraction.unmatched}


def test_a_row_with_an_illegible_heading_is_matched_by_its_neighbours() -> None:
    """A row with an illegible heading is matched by the rows around it."""
    table = requests().replace("3.要求提供公开出版物", "3.■■")
    assert values(table) == ALL_REQUESTS
    assert states(table)["requests_publications_total"].method == "form_position"


def test_another_table_of_the_report_is_left_to_the_prose() -> None:
    """A table that is not part of the form gives no cells of the form."""
    table = "<table>" + tr(tds(("渠道", "信息条数"))) + tr(tds(("门户网站", 1136))) + tr(tds(("微信", 20))) + "</table>"
    _, extraction = read(table)
    assert not [row for row in extraction.observations if row.cell]
    assert not extraction.cells
