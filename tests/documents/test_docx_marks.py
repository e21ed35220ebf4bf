"""Word documents: footnote marks never change numbers, embedded files are read, and work is bounded."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.word.docx import read_docx

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    "<w:style w:type='character' w:styleId='a3'><w:rPr><w:vertAlign w:val='superscript'/></w:rPr></w:style>"
    "<w:style w:type='character' w:styleId='a4'><w:basedOn w:val='a3'/></w:style>"
)


def archive(body: str, parts: dict[str, bytes] | None = None, namespace: str = TRANSITIONAL) -> bytes:
    """Return a Word archive with styles for superscript and the given further files."""
    names = f"xmlns:w='{namespace}' xmlns:r='{R}'"
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", f"<w:document {names}><w:body>{body}</w:body></w:document>")
        file.writestr("word/styles.xml", f"<w:styles {names}>{STYLES}</w:styles>")
        for name, data in (parts or {}).items():
            file.writestr(name, data)
    return packed.getvalue()


def run(text: str, properties: str = "") -> str:
    """Return a run of text with its properties."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


RAISED = "<w:vertAlign w:val='superscript'/>"
MARKS = [
    run("1", RAISED),
    run("[1]", RAISED),
    run("注1", RAISED),
    run("1", RAISED) + run("2", RAISED),
    run("1", "<w:position w:val='6'/>"),
    run("1", "<w:rStyle w:val='a3'/>"),
    run("1", "<w:rStyle w:val='a4'/>"),
    f"<w:hyperlink w:anchor='_ftn1'>{run('1', RAISED)}</w:hyperlink>",
    f"<w:ins>{run('3', RAISED)}</w:ins>",
    "<w:r><w:rPr><w:rStyle w:val='a3'/></w:rPr><w:footnoteReference w:id='1'/></w:r>",
    run("*", RAISED),
]


@pytest.mark.parametrize("namespace", [TRANSITIONAL, STRICT], ids=["transitional", "strict"])
@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    ("before", "after"), [("地区生产总值", "1312.5亿元。"), ("受理案件", "123件。"), ("增长7", "%。")]
)
def test_a_footnote_mark_in_word_is_not_part_of_a_number(before: str, after: str, mark: str, namespace: str) -> None:
    """A raised footnote mark in Word never changes the number next to it."""
    body = f"<w:p>{run(before)}{mark}{run(after)}</w:p>"
    assert read_docx(archive(body, namespace=namespace)).lines == [before + after]


def test_an_exponent_in_word_stays_with_its_unit() -> None:
    """A superscript 2 of m2 and a subscript 2 of CO2 stay in the text."""
    lowered = run("2", "<w:vertAlign w:val='subscript'/>")
    body = f"<w:p>{run('绿地4万m')}{run('2', RAISED)}{run('。CO')}{lowered}</w:p>"
    assert read_docx(archive(body)).lines == ["绿地4万m2。CO2"]


LINES = ["全市受理行政复议申请120宗，办结118宗。", "特此报告。"]
PAGE = "".join(f"<p>{line}</p>" for line in LINES)
MHTML = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
INNER = archive("".join(f"<w:p>{run(line)}</w:p>" for line in LINES))
CHUNKS = [
    ("htm", f"<html><body>{PAGE}</body></html>".encode()),
    ("html", f"<div>{PAGE}</div>".encode("gbk")),
    ("htm", f"<html><body>{PAGE}</body></html>".encode("utf-16")),
    ("dat", f"<html><body>{PAGE}</body></html>".encode()),
    ("xhtml", f"<html xmlns='http://www.w3.org/1999/xhtml'><body>{PAGE}</body></html>".encode()),
    ("txt", "\n".join(LINES).encode()),
    ("txt", "\n".join(LINES).encode("gbk")),
    ("mht", MHTML + f"<html><body>{PAGE}</body></html>".encode()),
    ("docx", INNER),
    ("dat", INNER),
]


def with_chunk(name: str, data: bytes, target: str, wrapper: str = "{}") -> bytes:
    """Return a Word archive in which a file is embedded between two paragraphs."""
    relationships = (
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        f"<Relationship Id='rId9' Type='{R}/aFChunk' Target='{target}'/></Relationships>"
    )
    parts = {"word/_rels/document.xml.rels": relationships.encode(), name: data}
    chunk = wrapper.format("<w:altChunk r:id='rId9'/>")
    return archive(f"<w:p>{run('前言')}</w:p>{chunk}<w:p>{run('后记')}</w:p>", parts)


@pytest.mark.parametrize(("extension", "data"), CHUNKS)
def test_a_file_embedded_as_altchunk_is_read_in_its_place(extension: str, data: bytes) -> None:
    """An embedded HTML, text or Word file is read between the paragraphs around it."""
    wanted = ["前言", *LINES, "后记"]
    assert read_docx(with_chunk(f"word/chunk.{extension}", data, f"chunk.{extension}")).lines == wanted
    assert read_docx(with_chunk(f"chunk.{extension}", data, f"/chunk.{extension}")).lines == wanted
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    assert read_docx(with_chunk(f"word/c/d.{extension}", data, f"c/d.{extension}", control)).lines == wanted


@pytest.mark.parametrize(
    ("name", "target", "data"),
    [
        ("word/a.rtf", "a.rtf", b"{\\rtf1 text}"),
        ("word/other.htm", "a.htm", b"<p>text</p>"),
        ("word/a.png", "a.png", b"\x89PNG\r\n"),
        ("word/a.txt", "a.txt", b"%PDF-1.4"),
    ],
)
def test_an_embedded_file_that_cannot_be_read_is_named(name: str, target: str, data: bytes) -> None:
    """An embedded file that is missing or cannot be read leads to a refusal that names it."""
    with pytest.raises(UnreadableDocument, match=r"Word document embeds|the file is a PDF"):
        read_docx(with_chunk(name, data, target))


def test_documents_embedded_too_deep_are_refused() -> None:
    """Documents nested six levels deep are refused."""
    data = INNER
    for _ in range(6):
        data = with_chunk("word/c.docx", data, "c.docx")
    with pytest.raises(UnreadableDocument, match="too deep"):
        read_docx(data)


def test_many_elements_and_long_labels_are_bounded() -> None:
    """Millions of elements are refused, and an endless list label is cut."""
    with pytest.raises(UnreadableDocument, match="elements"):
        read_docx(archive("<w:a/>" * 3_000_001))
    numbering = (
        f"<w:numbering xmlns:w='{TRANSITIONAL}'>"
        f"<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:start w:val='1'/>"
        f"<w:numFmt w:val='decimal'/><w:lvlText w:val='{'%1' * 2000}'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num></w:numbering>"
    )
    item = (
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>一</w:t></w:r></w:p>"
    )
    lines = read_docx(archive(item * 30, {"word/numbering.xml": numbering.encode()})).lines
    assert len(lines) == 30
    assert max(map(len, lines)) < 100


RADICALS = [
    ("⽐上年增⻓7.2%", "比上年增长7.2%"),
    ("⼀百⼆⼗三件", "一百二十三件"),
    ("45平⽅公⾥", "45平方公里"),
    ("2300⼈次", "2300人次"),
    ("⾏政复议", "行政复议"),
    ("⻔户⽹站", "门户网站"),
    ("⻋辆⻚⾯", "车辆页面"),
    ("⾼⽔平", "高水平"),
    ("⽤⽔⽤电", "用水用电"),
    ("⺠⽣⼯程", "民生工程"),
]


@pytest.mark.parametrize(("typed", "ordinary"), RADICALS)
def test_radicals_in_word_are_ordinary_characters(typed: str, ordinary: str) -> None:
    """Radicals that look like Chinese characters become these characters."""
    assert read_docx(archive(f"<w:p>{run(typed)}</w:p>")).lines == [ordinary]


NOTE = f"<w:p>{run('据统计口径，不含外资企业23家。')}</w:p>"
NOTES = {
    "an endnote": {"endnotes": f"<w:endnote w:id='1'>{NOTE}</w:endnote>"},
    "a footnote": {"footnotes": f"<w:footnote w:id='1'>{NOTE}</w:footnote>"},
    "an endnote behind separators": {
        "endnotes": f"<w:endnote w:type='separator' w:id='0'><w:p/></w:endnote><w:endnote w:id='2'>{NOTE}</w:endnote>"
    },
    "both": {
        "footnotes": f"<w:footnote w:id='1'>{NOTE}</w:footnote>",
        "endnotes": f"<w:endnote w:id='1'>{NOTE}</w:endnote>",
    },
}


@pytest.mark.parametrize("namespace", [TRANSITIONAL, STRICT], ids=["transitional", "strict"])
@pytest.mark.parametrize("notes", NOTES.values(), ids=NOTES.keys())
def test_notes_stand_behind_the_text(notes: dict[str, str], namespace: str) -> None:
    """The text of footnotes and endnotes follows the document, and their marks are no part of numbers."""
    parts = {
        f"word/{part}.xml": f"<w:{part} xmlns:w='{namespace}'>{notes_of}</w:{part}>".encode()
        for part, notes_of in notes.items()
    }
    mark = "<w:r><w:rPr><w:rStyle w:val='a3'/></w:rPr><w:endnoteReference w:id='1'/></w:r>"
    body = f"<w:p>{run('地区生产总值')}{mark}{run('1312.5亿元。')}</w:p>"
    lines = read_docx(archive(body, parts, namespace)).lines
    assert lines == ["地区生产总值1312.5亿元。", *["据统计口径，不含外资企业23家。"] * len(notes)]
