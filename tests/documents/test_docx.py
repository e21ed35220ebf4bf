"""Word documents: automatic numbers, merged cells, and malicious archives."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.documents.tables import RowLine
from nianbao.documents.word.docx import MAX_UNPACKED_BYTES, read_docx

W = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"


def archive(body: str, **parts: str) -> bytes:
    """Return a Word archive with the given body and further parts."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            packed.writestr(f"word/{name}.xml", text)
    return made.getvalue()


def p(*runs: str, properties: str = "") -> str:
    """Return a paragraph of the given runs."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def lines(body: str, **parts: str) -> list[str]:
    """Return the lines that are read from a Word body."""
    return read_docx(archive(body, **parts)).lines


def test_runs_are_joined_and_breaks_separate_lines() -> None:
    """A number split over runs is one number, and a line break begins a new line."""
    assert lines(
        p("减负3", ".9", "万元") + "<w:p><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t></w:r></w:p>"
    ) == [
        "减负3.9万元",
        "一",
        "二三",
    ]


def test_inserted_text_is_read_and_deleted_or_hidden_text_is_not() -> None:
    """Inserted and linked text is read; deleted, hidden, field and table-of-contents text is not."""
    body = (
        "<w:p><w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>"
    )
    contents = p("一、总体情况 1", properties="<w:pStyle w:val='TOC1'/>")
    assert lines(contents + body) == ["新增链接"]


def test_a_text_box_is_read_once_though_word_writes_it_twice() -> None:
    """A text box stored with a fallback copy is read once, after its paragraph."""
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    mc = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    both = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    assert lines(f"<w:p><w:r><w:t>框外</w:t>{both}</w:r></w:p>") == ["框外", "框内"]


def test_automatic_list_numbers_precede_their_paragraphs() -> None:
    """Automatic numbers of lists and inherited styles are part of the text, as Word shows them."""
    rules = (
        f"<w:numbering {W}><w:abstractNum w:abstractNumId='7'>"
        "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='chineseCounting'/><w:lvlText w:val='%1、'/></w:lvl>"
        "<w:lvl w:ilvl='1'><w:numFmt w:val='chineseCountingThousand'/><w:lvlText w:val='（%2）'/></w:lvl>"
        "<w:lvl w:ilvl='2'><w:numFmt w:val='decimal'/><w:lvlText w:val='%3.'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='3'><w:abstractNumId w:val='7'/></w:num></w:numbering>"
    )
    styles = (
        f"<w:styles {W}><w:style w:styleId='A'><w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr></w:style>"
        "<w:style w:styleId='B'><w:basedOn w:val='A'/></w:style><w:style w:styleId='C'><w:basedOn w:val='C'/></w:style>"
        "</w:styles>"
    )

    def item(level: int) -> str:
        return f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='3'/></w:numPr>"

    body = (
        p("工作", properties=item(0)) + p("公开", properties=item(1)) + p("监督", properties=item(1))
        + p("文件", properties=item(2)) + p("安排", properties="<w:pStyle w:val='B'/>") + p("重点", properties=item(1))
        + p("普通", properties="<w:pStyle w:val='C'/>")
    )  # fmt: skip
    assert lines(body, numbering=rules, styles=styles) == [
        "一、工作",
        "（一）公开",
        "（二）监督",
        "1.文件",
        "二、安排",
        "（一）重点",
        "普通",
    ]


def cell(text: str, properties: str = "") -> str:
    """Return a table cell with a text."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def test_cells_merged_down_and_across_are_resolved() -> None:
    """Merged cells keep their row and column spans, and header rows are marked."""
    down, on, wide = "<w:vMerge w:val='restart'/>", "<w:vMerge/>", "<w:gridSpan w:val='2'/>"
    table = (
        f"<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>{cell('结果', down)}{cell('申请人', wide)}</w:tr>"
        f"<w:tr>{cell('', on)}{cell('个人')}{cell('企业')}</w:tr>"
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{cell('21')}{cell('0')}</w:tr></w:tbl>"
    )
    read = lines(p("上文。") + table)
    assert read == ["上文。", "结果\t申请人", "个人\t企业", "21\t0"]
    row = read[1]
    assert isinstance(row, RowLine)
    assert [(spot.text, spot.row, spot.column, spot.row_span, spot.column_span) for spot in row.grid.cells] == [
        ("结果", 0, 0, 2, 1),
        ("申请人", 0, 1, 1, 2),
        ("个人", 1, 1, 1, 1),
        ("企业", 1, 2, 1, 1),
        ("21", 2, 1, 1, 1),
        ("0", 2, 2, 1, 1),
    ]
    assert [spot.header for spot in row.grid.cells][:3] == [True, True, False]


def test_a_layout_table_is_read_as_lines() -> None:
    """A table used for layout gives lines, and the data table inside it stays a table."""
    inner = f"<w:tbl><w:tr>{cell('规章')}{cell('1')}</w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{p('框')}{inner}{p('')}</w:tc>{cell('旁')}</w:tr></w:tbl>"
    assert lines(outer) == ["框", "规章\t1", "旁"]


def test_footnotes_come_last() -> None:
    """Footnotes follow the text, without their separator line."""
    notes = (
        f"<w:footnotes {W}><w:footnote w:type='separator'>{p('—')}</w:footnote>"
        f"<w:footnote>{p('一网通办：全程网上办理。')}</w:footnote></w:footnotes>"
    )
    assert lines(p("正文。"), footnotes=notes) == ["正文。", "一网通办：全程网上办理。"]


def test_an_archive_above_the_limit_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An archive of more than the limit is refused without opening any of its members."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as packed, packed.open("word/media/a.bin", "w") as part:
        for _ in range(1 + 1_000_000_000 // 10_000_000):
            part.write(bytes(10_000_000))
    opened: list[object] = []
    monkeypatch.setattr(ZipFile, "open", lambda *names, **_: opened.append(names))
    with pytest.raises(UnreadableDocument, match=f"the limit is {MAX_UNPACKED_BYTES / 1e6:.0f} MB"):
        read_docx(made.getvalue())
    assert opened == []


def test_an_oversized_part_is_refused() -> None:
    """A document part of more than 60 MB is refused with the limit in the message."""
    data = archive("<w:p/>" + " " * 70_000_000)
    with pytest.raises(UnreadableDocument, match="larger than 60 MB"):
        read_docx(data)


def test_entities_are_never_resolved() -> None:
    """A document with a DTD is refused, so that entities cannot expand."""
    laughs = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>"
    made = BytesIO()
    with ZipFile(made, "w") as packed:
        packed.writestr("word/document.xml", f"{laughs}<w:document {W}><w:body>{p('&b;')}</w:body></w:document>")
    with pytest.raises(UnreadableDocument, match="DTD"):
        read_docx(made.getvalue())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04word/", "broken"),
        (archive("<w:p>")[:-30], "broken"),
        (archive("<w:p>"), "invalid XML"),
        (archive("<w:p/>" * 3), "no running text"),
    ],
)
def test_a_broken_or_empty_document_is_refused(data: bytes, reason: str) -> None:
    """A damaged, malformed or empty Word file is refused with its reason."""
    with pytest.raises(UnreadableDocument, match=reason):
        read_document(data, media_type=None, name="a.docx")


def test_another_archive_is_refused() -> None:
    """A spreadsheet archive is refused as not a Word document."""
    made = BytesIO()
    with ZipFile(made, "w") as packed:
        packed.writestr("xl/workbook.xml", "<a/>")
    with pytest.raises(UnreadableDocument, match="no Word document"):
        read_docx(made.getvalue())


@given(st.binary(max_size=60), st.integers(0, 500), st.integers(0, 200))
@settings(max_examples=200, deadline=None)
def test_a_document_with_any_bytes_changed_is_read_or_refused(junk: bytes, start: int, cut: int) -> None:
    """A corrupted document gives lines of text or a proper refusal, never another error."""
    data = archive(p("2021年，云汀市办理行政许可1234件。") * 3)
    data = data[:start] + junk + data[start + cut :]
    with suppress(UnreadableDocument):
        assert all(isinstance(line, str) and line for line in read_docx(data).lines)
