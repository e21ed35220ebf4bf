"""Rotated text of PDF files: in any rotation, lines and cells are read as those of an upright page."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import pytest

from nianbao.documents.model import Document
from nianbao.documents.pdf.glyphs import turn_upright
from nianbao.documents.read import read_document

LINES = [
    "云汀市人民政府关于2021年法治政府建设情况的报告",
    "2021年，云汀市人民政府深入推进依法行政，加快建设法治政府，取得新成效。",
    "全市受理行政复议申请120宗，办结118宗，办结率达到98.3%。",
    "取消行政审批事项33项，为企业减负3.9亿元。各部门办理事项如下表。",
]
ROWS = [["事项", "办理数量（件）", "办结数量（件）"], ["行政许可", "834", "801"], ["行政处罚", "50", "49"]]
WIDTH, HEIGHT = 600.0, 500.0


def draw(canvas: Any, *, lines: bool = True, table: bool = True) -> None:
    """Draw the lines and the table of the test page."""
    canvas.setFont("STSong-Light", 12)
    if lines:
        for index, line in enumerate(LINES):
            canvas.drawString(50, HEIGHT - 80 - 24 * index, line)
    if table:
        for row, cells in enumerate(ROWS):
            for column, text in enumerate(cells):
                x, y = 60 + 140 * column, HEIGHT - 250 - 30 * row
                canvas.rect(x, y, 140, 30)
                canvas.drawString(x + 10, y + 10, text)


def pdf(*turns: int, page_rotation: int = 0, extra: str = "", only_table: bool = False) -> bytes:
    """Return a PDF with a page for each rotation in degrees; `only_table` rotates only the table."""
    canvases = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab, which makes PDF files, is missing")
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont

    registerFont(UnicodeCIDFont("STSong-Light"))
    made = BytesIO()
    canvas = canvases.Canvas(made)
    for turn in turns:
        sideways = turn in (90, 270)
        canvas.setPageSize(
            (HEIGHT, WIDTH) if sideways and not only_table else (WIDTH, 2 * HEIGHT if only_table else HEIGHT)
        )
        canvas.setPageRotation(page_rotation)
        if only_table:
            canvas.translate(0, HEIGHT)
            draw(canvas, table=False)
            canvas.translate(0, -HEIGHT)
            canvas.translate(*{0: (0, 0), 90: (HEIGHT, 0), 180: (WIDTH, HEIGHT), 270: (0, WIDTH)}[turn])
            canvas.rotate(turn)
            draw(canvas, lines=False)
        else:
            canvas.translate(*{0: (0, 0), 90: (HEIGHT, 0), 180: (WIDTH, HEIGHT), 270: (0, WIDTH)}[turn])
            canvas.rotate(turn)
            draw(canvas)
            if extra:
                canvas.rotate(-turn)
                canvas.setFont("STSong-Light", 9)
                canvas.drawString(10, 10, extra)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def read(data: bytes) -> Document:
    """Return a PDF as read."""
    return read_document(data, media_type="application/pdf")


@cache
def upright_text() -> str:
    """Return the text of the upright page."""
    return read(pdf(0)).text


def cells(document: Document) -> list[list[str]]:
    """Return the texts of the cells of each table."""
    return [[cell.text for cell in table.cells] for table in document.tables]


@pytest.mark.parametrize(
    ("turn", "page_rotation"), [(turn, rotation) for turn in (0, 90, 180, 270) for rotation in (0, 90, 180, 270)]
)
def test_a_rotated_page_reads_like_an_upright_one(turn: int, page_rotation: int) -> None:
    """Any rotation of content and page gives the text and cells of the upright page."""
    document = read(pdf(turn, page_rotation=page_rotation))
    assert document.text == upright_text()
    assert cells(document) == [[text for row in ROWS for text in row]]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_rotated_page_with_an_upright_page_number_keeps_its_text(turn: int) -> None:
    """An upright page number on a rotated page does not change its lines and cells."""
    document = read(pdf(turn, extra="- 3 -"))
    assert [line for line in upright_text().split("\n") if line not in document.text] == []
    assert cells(document) == [[text for row in ROWS for text in row]]


def test_pages_with_different_rotations_are_read_in_order() -> None:
    """Pages with different rotations are all read, each with its table."""
    document = read(pdf(0, 90, 270))
    assert document.text.count("120宗") == 3
    assert len(document.tables) == 3


@pytest.mark.parametrize("turn", [90, 270])
def test_text_in_another_direction_becomes_a_separate_page(turn: int) -> None:
    """Much text in another direction is read as a separate upright page with its own lines."""
    page = {
        "width": 600.0,
        "height": 800.0,
        "glyphs": [["正", 10.0 * n, 700.0, 10.0 * n + 10, 710.0, 10.0] for n in range(50)]
        + [["侧", 300.0, 10.0 * n, 310.0, 10.0 * n + 10, 10.0] for n in range(45)],
        "strokes": [[305.0, 100.0, 305.0, 200.0], [10.0, 690.0, 400.0, 690.0]],
        "images": 1,
    }
    upright, turned = turn_upright(page, [0] * 50 + [turn] * 45)
    assert {glyph[0] for glyph in upright["glyphs"]} == {"正"}
    assert upright["strokes"] == [[10.0, 690.0, 400.0, 690.0]]
    assert (turned["width"], turned["height"], turned["images"]) == (800.0, 600.0, 0)
    assert len({glyph[2] for glyph in turned["glyphs"]}) == 1
    assert len(turned["strokes"]) == 1


def test_a_label_in_another_direction_stays_on_its_page() -> None:
    """A few characters in another direction do not split the page."""
    page = {"width": 600.0, "height": 800.0, "glyphs": [["正", 0, 0, 9, 9, 9]] * 60, "strokes": [], "images": 0}
    assert turn_upright(page, [0] * 50 + [90] * 10) == [page]
