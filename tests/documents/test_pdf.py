"""PDF files: paragraphs, ruled tables, removed headers and footers, and errors for files without text."""

from __future__ import annotations

import importlib.util
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest

from nianbao.documents.model import Family, UnreadableDocument
from nianbao.documents.pdf import reader
from nianbao.documents.pdf.page_layout import Glyph, PrintedPage, read_pages
from nianbao.documents.pdf.reader import read_pdf
from nianbao.documents.read import read_document
from nianbao.documents.tables import RowLine
from tests.documents.file_factory import as_pdf

SENTENCE = "全市办理行政许可1234件，比上年增长7.2%，受理行政复议申请120宗，办结118宗，为企业减负3.9亿元。"
has_reportlab = pytest.mark.skipif(not importlib.util.find_spec("reportlab"), reason="reportlab is not installed")


def printed(
    *lines: tuple[float, float, str], strokes: list[tuple[float, float, float, float]] | None = None
) -> PrintedPage:
    """Return a page of 400 by 600 points; each line is (x, y, text) in characters of 10 points."""
    glyphs = []
    for x, y, text in lines:
        left = x
        for char in text:
            width = 10.0 if char >= "\u2e80" else 5.0
            glyphs.append(Glyph(char, left, y, left + width, y + 10, 10))
            left += width
    return PrintedPage(400, 600, glyphs, strokes or [])


def test_full_lines_are_joined_and_a_line_set_in_begins_a_paragraph() -> None:
    """Full lines continue a paragraph, and an indented line begins the next one."""
    page = printed(
        (70, 500, "一、工作"),
        (70, 480, "全市办理许可一二三四五六七八九十一二三四五六七八九"),
        (50, 460, "十件。今年我市办理许可又一二三四五六七八九十一二三四"),
        (50, 440, "件"),
        (70, 420, "第二段在这里另起一行。"),
    )
    assert read_pages([page]) == [
        "一、工作",
        "全市办理许可一二三四五六七八九十一二三四五六七八九十件。今年我市办理许可又一二三四五六七八九十一二三四件",
        "第二段在这里另起一行。",
    ]


@pytest.mark.parametrize("pages", [1, 2], ids=["line end", "page end"])
@pytest.mark.parametrize(
    ("number", "unit"),
    [
        ("58", "个，"), ("104", "件。"), ("2.37", "元；"), ("12", "家、"), ("98.5", "%，"), ("7", "项），"),
        ("1,234", "户。"), ("3", "次；"), ("45", "场，"), ("6", "人”，"),
    ],
)  # fmt: skip
def test_a_unit_that_its_punctuation_takes_to_the_next_line_stays_with_its_number(
    number: str, unit: str, pages: int
) -> None:
    """A line that ends early, because a unit and the sign behind it did not fit, continues on the next."""
    full = "全市办理许可一二三四五六七八九十一二三四五六七八九十一二"
    short = full[: int(26.3 - len(number) / 2)] + number  # two characters of the line are free
    after = unit + "各项工作取得新的成效"
    if pages == 1:
        text = read_pages([printed((50, 500, full), (50, 480, full), (50, 460, short), (50, 440, after))])
    else:
        first = printed((50, 500, full), (50, 480, full), (50, 460, short))
        text = read_pages([first, printed((50, 500, after), (50, 480, full), (50, 460, full))])
    assert number + unit in text[0]


def test_a_paragraph_continues_over_the_page_without_page_numbers() -> None:
    """A paragraph continues on the next page, without page numbers and running heads in it."""
    full = "全市办理许可一二三四五六七八九十一二三四五六七八九十一二"
    first = printed((50, 580, "云汀年报2021"), (50, 500, full), (50, 480, full), (190, 20, "- 1 -"))
    second = printed((50, 580, "云汀年报2022"), (50, 500, "三件。"), (70, 480, "完。"), (190, 20, "第 2 页 共 2 页"))
    assert read_pages([first, second]) == [full + full + "三件。", "完。"]


def test_letters_printed_twice_for_weight_are_read_once() -> None:
    """Characters printed twice to look bold are read once."""
    twice = printed((50, 500, "工作报告"), (50.4, 500, "工作报告"))
    assert read_pages([twice]) == ["工作报告"]


def test_two_columns_are_read_one_after_the_other() -> None:
    """A headline across the page comes first, then the left column and then the right one."""
    left = [(30.0, 500.0 - 15 * n, f"左栏第{'一二三四五六七八九十'[n]}行的文字一二三四五") for n in range(10)]
    right = [(220.0, 500.0 - 15 * n, f"右栏第{'一二三四五六七八九十'[n]}行的文字一二三四五") for n in range(10)]
    headline = (30.0, 540.0, "横跨两栏的大标题一二三四五六七八九十一二三四五六七八")
    text = "".join(read_pages([printed(headline, *left, *right)]))
    order = [text.index(f"{side}栏第{n}行") for side in "左右" for n in "一二三四五六七八九十"]
    assert order == sorted(order)
    assert text.startswith("横跨")


def grid_strokes(columns: list[float], rows: list[float]) -> list[tuple[float, float, float, float]]:
    """Return the ruled lines of a grid."""
    across = [(columns[0], y, columns[-1], y) for y in rows]
    return across + [(x, min(rows), x, max(rows)) for x in columns]


def test_ruled_cells_are_a_table_in_its_place_and_a_missing_rule_merges() -> None:
    """A ruled grid becomes a table between the lines of text, and a missing rule merges two cells."""
    strokes = grid_strokes([50, 150, 250], [500, 480, 460])
    strokes.remove((150, 460, 150, 500))
    strokes.append((150, 460, 150, 480))
    page = printed(
        (50, 520, "上文。"), (60, 485, "表头"), (60, 465, "规章"), (160, 465, "7"), (50, 440, "下文。"), strokes=strokes
    )
    lines = read_pages([page])
    assert lines == ["上文。", "表头", "规章\t7", "下文。"]
    row = lines[1]
    assert isinstance(row, RowLine)
    assert [(spot.text, spot.column_span) for spot in row.grid.cells] == [("表头", 2), ("规章", 1), ("7", 1)]


def test_a_table_that_continues_on_the_next_page_is_one_table() -> None:
    """A table that continues on the next page is one table, with its label merged over both."""
    upper = grid_strokes([50, 150, 250], [100, 80, 60])[:2] + [(x, 60, x, 100) for x in (50, 150, 250)]
    lower = grid_strokes([50, 150, 250], [520, 500])[1:]
    first = printed((60, 85, "结果"), (160, 85, "维持"), (60, 65, "复议"), (160, 65, "1"), strokes=upper)
    second = printed((160, 505, "2"), (50, 480, "完。"), strokes=lower)
    lines = read_pages([first, second])
    assert lines == ["结果\t维持", "复议\t1", "2", "完。"]
    assert isinstance(lines[2], RowLine)
    assert [(spot.text, spot.row_span) for spot in lines[2].grid.cells if spot.text == "复议"] == [("复议", 2)]


def test_a_frame_and_an_underline_are_not_a_table() -> None:
    """A frame around the page or a line under a word makes no table."""
    strokes = [*grid_strokes([40, 390], [590, 10]), (50.0, 498.0, 200.0, 498.0)]
    lines = read_pages([printed((50, 500, "一行。"), (50, 300, "二行。"), strokes=strokes)])
    assert not any(isinstance(line, RowLine) for line in lines)


@has_reportlab
def test_a_number_that_a_narrow_cell_breaks_is_one_number() -> None:
    """A long number that wraps inside a cell is read as one number."""
    table = [[("收费", 1, 1), ("合计", 1, 1)], [("12345678901234567890", 1, 1), ("1", 1, 1)]]
    document = read_document(as_pdf([SENTENCE * 3, table]), media_type="application/pdf")
    assert "12345678901234567890\t1" in document.text.split("\n")


@has_reportlab
def test_a_long_table_over_three_pages_is_one_table() -> None:
    """A table of forty rows on three pages is read as one table with all rows."""
    rows = [[(f"事项{n}", 1, 1), (str(n), 1, 1), (str(n + 1), 1, 1)] for n in range(40)]
    document = read_document(as_pdf([SENTENCE * 3, rows, SENTENCE]), media_type="application/pdf")
    (table,) = document.tables
    assert table.n_rows == 40
    assert [cell.text for cell in table.cells if cell.row == 33] == ["事项33", "33", "34"]


@has_reportlab
def test_an_encrypted_pdf_is_refused() -> None:
    """A PDF protected by a password is refused with that reason."""
    from reportlab.lib import pdfencrypt

    data = as_pdf([SENTENCE] * 3, encrypt=pdfencrypt.StandardEncryption("geheim", ownerPassword="eigner"))
    with pytest.raises(UnreadableDocument, match=r"password"):
        read_pdf(data)


@has_reportlab
def test_a_scan_is_refused_with_advice_to_use_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF of images is refused with advice to use an OCR program."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    monkeypatch.setattr(reader, "is_available", lambda: False)
    image = pytest.importorskip("PIL.Image")
    made = BytesIO()
    canvas = Canvas(made)
    canvas.drawImage(ImageReader(image.new("L", (60, 80))), 0, 0)
    canvas.showPage()
    canvas.save()
    with pytest.raises(UnreadableDocument, match=r"scan .*OCR program"):
        read_pdf(made.getvalue())


@has_reportlab
@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_pdf_cut_short_is_read_or_called_broken(cut: float) -> None:
    """A truncated PDF gives text or a refusal, never another error."""
    data = as_pdf([SENTENCE] * 10)
    with suppress(UnreadableDocument):
        assert read_pdf(data[: int(len(data) * cut)]).lines


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", b"%PDF-1.4\n" + b"\0\xff" * 500, b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF"]
)
def test_a_broken_pdf_is_refused(data: bytes) -> None:
    """A damaged PDF is refused as broken or without text."""
    with pytest.raises(UnreadableDocument, match=r"broken|no text"):
        read_pdf(data)


def test_a_pdf_that_exceeds_the_memory_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF that unpacks to too much memory is refused with the limit."""
    import zlib

    monkeypatch.setattr(reader, "MAX_MEMORY", 400_000_000)
    packed = zlib.compress(b" " * 600_000_000, 1)
    data = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length "
        + str(len(packed)).encode()
        + b">>stream\n"
        + packed
        + b"\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )
    with pytest.raises(UnreadableDocument, match="GB of memory"):
        read_pdf(data)


def test_a_pdf_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF that is not read within the time limit is refused."""
    monkeypatch.setattr(reader, "MAX_WALL_SECONDS", 0.01)
    with pytest.raises(UnreadableDocument, match="takes over"):
        read_pdf(b"%PDF-1.4\n")


def test_a_pdf_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF above the size limit is refused before it is parsed."""
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    with pytest.raises(UnreadableDocument, match="MB"):
        read_pdf(b"%PDF-1.4\n...")


REAL = ("hongze-2023", "hongze-2024")
# What one finds in the pages with one's own eyes: counts of the form, by table, row and column.
FIGURES = {
    "hongze-2023": {
        0: {(2, 3): "0", (3, 2): "5", (3, 3): "5", (6, 1): "550", (9, 1): "4119", (10, 1): "195", (13, 1): "7730.28"},
        1: {
            (3, 3): "21",
            (3, 9): "21",
            (6, 3): "4",
            (7, 3): "1",
            (15, 3): "10",
            (16, 3): "3",
            (24, 9): "21",
            (25, 9): "0",
        },
        2: {(3, 0): "10", (3, 1): "1", (3, 4): "0", (3, 10): "5", (3, 14): "0"},
    },
    "hongze-2024": {
        0: {(2, 3): "0", (3, 1): "3", (3, 3): "8", (6, 1): "9487", (9, 1): "2776", (10, 1): "84", (13, 1): "7545"},
        1: {
            (3, 3): "95",
            (5, 3): "50",
            (6, 3): "9",
            (9, 3): "1",
            (15, 3): "31",
            (18, 3): "1",
            (24, 9): "95",
            (25, 9): "0",
        },
        2: {(3, 0): "1", (3, 4): "2", (3, 5): "1", (3, 10): "2", (3, 12): "1", (3, 14): "3"},
    },
}
LABELS = {
    (4, 0): "二、上年结转政府信息公开申请数量",
    (5, 0): "三、本年度办理结果",
    (17, 0): "三、本年度办理结果",
    (12, 1): "（三）不予公开",
    (17, 1): "（四）无法提供",
    (2, 6): "社会公益组织",
    (1, 9): "总计",
}


@pytest.mark.parametrize("name", REAL)
def test_real_reports_are_read_whole_with_every_cell(corpus: Path, name: str) -> None:
    """Real disclosure PDFs give text, metadata and tables with correct figures, labels and sums."""
    document = read_document(
        (corpus / "info_disclosure" / f"{name}.pdf").read_bytes(), media_type=None, name=f"{name}.pdf"
    )
    year = int(name[-4:])
    about = document.metadata
    assert about.title is not None
    assert about.title.endswith(f"洪泽区人民政府{year}年政府信息公开工作年度报告")
    assert about.jurisdiction is not None
    assert (about.report_year, about.family, about.jurisdiction.code) == (year, Family("info_disclosure"), "320813")
    headings = ["一、总体", "二、主动", "三、收到", "四、政府信息公开行政", "五、存在", "六、其他"]
    places = [document.text.index(heading) for heading in headings]
    assert places == sorted(places)
    assert document.text.endswith("0元。")
    assert not [line for line in document.text.split("\n") if line.strip("- ").isdigit() and "-" in line]
    assert [(table.n_rows, table.n_columns) for table in document.tables] == [(14, 4), (26, 10), (4, 15)]
    grids = [table.grid() for table in document.tables]
    assert all(cell is not None for grid in grids for row in grid for cell in row)
    texts = [[[cell.text for cell in row if cell] for row in grid] for grid in grids]
    for number, figures in FIGURES[name].items():
        assert {(row, column): texts[number][row][column] for row, column in figures} == figures
    assert {(row, column): texts[1][row][column] for row, column in LABELS} == LABELS
    # Sums that the form prescribes hold: what is new and carried over is what was done and is carried on.
    applications = [row[3:] for row in texts[1][3:]]
    for column in range(7):
        new, carried, *done, total, left = (int(row[column]) for row in applications)
        assert new + carried == total + left
        assert sum(done) == total
    assert all(document.text[cell.start : cell.end] == cell.text for table in document.tables for cell in table.cells)
