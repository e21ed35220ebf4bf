"""The same report in any file format gives the same text, tables and observations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nianbao.documents.model import Document
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from tests.documents.file_factory import TABLE, as_docx, as_hanweb_page, as_pdf, as_text, as_trs_page

KINDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "TRS page": (as_trs_page, "a.html"),
    "Hanweb page": (as_hanweb_page, "a.htm"),
    "Word": (as_docx, "a.docx"),
    "PDF": (as_pdf, "a.pdf"),
}


def read(kind: str) -> Document:
    """Return the test report as read from a file of the given kind."""
    make, name = KINDS[kind]
    return read_document(make(), media_type=None, name=name)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_report_has_the_same_text_sections_and_metadata(kind: str) -> None:
    """Web page, Word and PDF give the same text, sections and metadata as plain text."""
    from_text = read_document(as_text(), media_type=None, name="a.txt")
    document = read(kind)
    assert document.text == from_text.text
    assert document.sections == from_text.sections
    for field in ("family", "jurisdiction", "issuer", "title", "issued_on", "report_year", "covers_from"):
        assert getattr(document.metadata, field) == getattr(from_text.metadata, field)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_report_gives_the_same_observations_value_for_value(kind: str) -> None:
    """Web page, Word and PDF give exactly the observations of the same report as a web page."""
    wanted = extract_observations(read("TRS page"))
    assert len(wanted.observations) >= 20
    assert extract_observations(read(kind)) == wanted


def test_plain_text_gives_the_observations_of_the_prose_and_leaves_merged_headings_unread() -> None:
    """A text file does not say which columns a merged heading covers, so those cells are unread with a reason."""
    document = read_document(as_text(), media_type=None, name="a.txt")
    from_page, from_text = extract_observations(read("TRS page")), extract_observations(document)
    prose = [row for row in from_page.observations if not row.read_by.startswith("table: ")]
    assert [row for row in from_text.observations if not row.read_by.startswith("table: ")] == prose
    assert [row for row in from_text.observations if row.read_by.startswith("table: ")] == []
    unread = [document.text[row.start : row.end] for row in from_text.unmatched if row.reason == "table_cell_unread"]
    assert unread == ["834", "400", "1234", "50", "50"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_report_has_the_same_table(kind: str) -> None:
    """Every format gives the same table with merged cells, and the cells have correct offsets."""
    document = read(kind)
    (table,) = document.tables
    assert [[cell.text if cell else None for cell in row] for row in table.grid()] == [
        ["事项", "办理情况（件）", "办理情况（件）", "总计"],
        ["事项", "个人", "企业", "总计"],
        ["行政许可", "834", "400", "1234"],
        ["行政处罚", "50", "", "50"],
    ]
    assert len(table.cells) == sum(map(len, TABLE))
    assert all(document.text[cell.start : cell.end] == cell.text for cell in table.cells)
