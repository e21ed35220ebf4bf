"""The contents of a report: every entry leads to a paragraph or row that the page has."""

from __future__ import annotations

from typing import Any

from nianbao.atlas.annotate import Paragraph, TableRow
from nianbao.atlas.pages.report import contents_of
from nianbao.atlas.site_index import make_atlas


def section(start: int, level: int = 1, heading: str = "工作") -> Any:
    """Return the columns of a section that the contents need."""
    return {"char_start": start, "level": level, "heading": heading}


def test_a_section_within_a_line_leads_to_its_paragraph() -> None:
    """A section that begins in the middle of a line or of a row of a table leads to that line or row."""
    rows = (TableRow(100, is_head=True, cells=()), TableRow(120, is_head=False, cells=()))
    paragraphs = [Paragraph(0, 0), Paragraph(50, 1), Paragraph(99, 0, rows=rows)]
    sections = [section(10), section(50), section(125), section(60, level=2), section(70, heading="")]
    assert [start for start, _ in contents_of(paragraphs, sections)] == [0, 50, 120]


def test_an_indicator_that_is_only_stated_with_another_has_a_page() -> None:
    """A和B达到50% gives both indicators a series although the observation has one of them."""
    indicator: Any = {"indicator_id": "second", "family": "work_report", "category": "economy", "n_observations": 0}
    atlas = make_atlas([], [indicator], {}, {("990100", "second")})
    assert atlas.stated_indicators() == [indicator]
    assert atlas.series_url("990200", "second") == "i/second.html"
