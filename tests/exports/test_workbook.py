"""The workbook as Excel opens it: values, notes, links, and text that is never a formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as parquet
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import pipeline
from nianbao.exports.errors import ExportError
from nianbao.exports.workbook import DATA, FINDINGS, MARKS, PROMISES, write_workbook
from schemas.vocabulary import QUALIFIERS
from tests.conftest import AddReport, add_report_file, report_text

WORK_REPORT = (
    "云汀市2020年政府工作报告\n一、2019年工作回顾\n过去一年，我们坚持稳中求进，各项工作取得新进展。\n"
    "2019年，全市地区生产总值1312.5亿元，增长6%。\n城乡面貌发生了新的变化，人民生活继续改善。\n"
    "二、2020年工作安排\n新的一年，我们要继续努力，扎实做好各项工作。\n"
)


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tables of two consecutive years, a year without a report, and one more year."""
    folder = tmp_path_factory.mktemp("curated")
    for year, permits in ((2018, 1000), (2019, 1234), (2021, 1500)):
        add_report_file(folder / "raw", report_text(year, permits=permits), name=f"{year}.txt")
    pipeline.run(folder / "raw", folder)
    return folder


def sheet_of(file: Path, name: str) -> Worksheet:
    """Return a sheet of a workbook file."""
    return openpyxl.load_workbook(file)[name]


def line_of(sheet: Worksheet, indicator: str) -> dict[object, Any]:
    """Return the cells of an indicator's row by the heads of their columns."""
    heads = [cell.value for cell in sheet[1]]
    line = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == indicator)
    return dict(zip(heads, line, strict=True))


def test_a_sheet_has_one_row_per_indicator_and_one_column_per_year(curated: Path, tmp_path: Path) -> None:
    """Each indicator is one row with a column per year, its unit, and a dash for a missing year."""
    summary = write_workbook(curated, tmp_path / "a.xlsx")
    line = line_of(sheet_of(tmp_path / "a.xlsx", "云汀市"), "受理行政复议案件")
    assert summary.n_reporters == 1
    assert [line[year].value for year in (2018, 2019, 2020, 2021)] == [120, 120, "—", 120]
    assert line["单位"].value == "宗"


def test_a_note_gives_the_reason_why_years_are_not_comparable(curated: Path, tmp_path: Path) -> None:
    """A cell after a gap has a note with the reason, and a comparable cell has none."""
    write_workbook(curated, tmp_path / "a.xlsx")
    line = line_of(sheet_of(tmp_path / "a.xlsx", "云汀市"), "受理行政复议案件")
    assert line[2019].comment is None
    assert "没有数据" in line[2021].comment.text


def test_a_value_links_to_the_row_with_its_sentence(curated: Path, tmp_path: Path) -> None:
    """A value links to the data row with the same year, the same value and its sentence."""
    write_workbook(curated, tmp_path / "a.xlsx")
    cell = line_of(sheet_of(tmp_path / "a.xlsx", "云汀市"), "受理行政复议案件")[2019]
    target = cell.hyperlink.location
    assert target.startswith(f"'{DATA}'!A")
    data = sheet_of(tmp_path / "a.xlsx", DATA)
    heads = [head.value for head in data[1]]
    row = dict(zip(heads, (cell.value for cell in data[int(target.split("!A")[1])]), strict=True))
    assert row["年"] == 2019
    assert row["值"] == cell.value
    assert str(row["原文数字"]) in str(row["原文"])


def test_money_is_shown_in_yi(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Amounts of money are given in 亿元 with one decimal."""
    add_report(WORK_REPORT)
    pipeline.run(raw, tmp_path / "curated")
    write_workbook(tmp_path / "curated", tmp_path / "a.xlsx")
    line = line_of(sheet_of(tmp_path / "a.xlsx", "云汀市"), "地区生产总值")
    year = next(cell for head, cell in line.items() if isinstance(head, int))
    assert (year.value, line["单位"].value, year.number_format.split(";")[0]) == (1312.5, "亿元", '""#,##0.0')


def test_text_of_a_report_is_never_a_formula(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Text that begins with an equals sign is stored as text, not as a formula."""
    text = report_text(2019).replace("受理行政复议申请", "=CONCATENATE：受理行政复议申请")
    add_report(text)
    pipeline.run(raw, tmp_path / "curated")
    write_workbook(tmp_path / "curated", tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=CONCATENATE") for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_promises_and_findings_have_their_own_sheets(curated: Path, tmp_path: Path) -> None:
    """The sheets of promises and findings have all rows of their tables."""
    write_workbook(curated, tmp_path / "a.xlsx")
    counts = {PROMISES: "promises", FINDINGS: "findings"}
    for name, table in counts.items():
        assert (
            sheet_of(tmp_path / "a.xlsx", name).max_row - 1
            == parquet.read_metadata(curated / f"{table}.parquet").num_rows
        )


def test_the_same_tables_give_the_same_bytes(curated: Path, tmp_path: Path) -> None:
    """Writing the same tables twice gives byte-identical workbooks."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(curated, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_nothing_to_export_is_an_error_and_writes_nothing(curated: Path, tmp_path: Path) -> None:
    """Exporting a place without figures fails with a message and leaves no file."""
    with pytest.raises(ExportError, match="no figures"):
        write_workbook(curated, tmp_path / "a.xlsx", {("110000", "")})
    assert not (tmp_path / "a.xlsx").exists()


def test_every_qualifier_has_its_mark() -> None:
    """Each qualifier of a value has a mark in the workbook."""
    assert set(MARKS) == set(QUALIFIERS)
