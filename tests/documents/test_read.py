"""Reading documents: invented reports, arbitrary bytes, and real reports if available."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.documents.model import Document, Family, Hints, UnreadableDocument
from nianbao.documents.read import READERS, read_document
from schemas.vocabulary import MEDIA_TYPES
from tests.documents.file_factory import count_calls

FRAGMENTS = [
    *(b"<p>", b"</div>", b"<table><tr><td>", b"<!--", b"&#x0;", b"<a b='", b"\xef\xbb\xbf", b"<pre>", b"</html>"),
    *(part.encode() for part in ("增长7%。", "一、", "附件：\n", "\t", "各位代表：")),
]
REPORT = (
    "云汀市人民政府关于2019年法治政府建设情况的报告\n2019年，我市办理行政许可1234件，增长7.2%。\n一、主要工作\n"
    "受理行政复议120宗，办结118宗。\n二、2020年打算\n网上办理率达到95%以上。\n云汀市人民政府\n2020年1月18日\n"
)


@pytest.mark.parametrize(
    ("media_type", "name", "kind"),
    [
        ("text/plain", "", "text/plain"),
        ("text/plain; charset=gb2312", "", "text/plain"),
        (None, "a/报告.TXT", "text/plain"),
        (None, "", "text/plain"),
        ("application/octet-stream", "", "text/plain"),
        (None, "a.shtml", "text/html"),
    ],
)
def test_the_media_type_comes_from_the_label_the_name_or_the_bytes(
    media_type: str | None, name: str, kind: str
) -> None:
    """The media type is found from the declared type, the file name or the content."""
    data = REPORT if kind == "text/plain" else f"<div id='zoom'><p>{REPORT.replace(chr(10), '</p><p>')}</p></div>"
    assert read_document(data.encode(), media_type=media_type, name=name).media_type == kind


def test_a_page_saved_as_text_is_read_as_a_page() -> None:
    """An HTML page that is labelled as plain text is read as HTML."""
    page = f"<!DOCTYPE html><html><body><div id='zoom'><p>{REPORT}</p></div></body></html>"
    assert read_document(page.encode(), media_type="text/plain").media_type == "text/html"


@pytest.mark.parametrize(
    ("data", "media_type", "name", "reason"),
    [
        (b"%PDF-1.4 ...", "application/pdf", "", "PDF"),
        (b"PK\x03\x04", None, "a.docx", "docx"),
        (b"%PDF-1.4 ...", "text/html", "", "PDF"),
        (b"GIF89a....", "image/gif", "", "image/gif"),
        (b"", None, "", "empty"),
        ("首页\n政务公开\n法治政府建设\n联系我们\n".encode(), None, "", "no running text"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_kind(
    data: bytes, media_type: str | None, name: str, reason: str
) -> None:
    """An empty, binary or menu-only file is refused, and the reason names its kind."""
    with pytest.raises(UnreadableDocument, match=reason):
        read_document(data, media_type=media_type, name=name)


def test_the_work_of_reading_many_sections_is_linear() -> None:
    """Twice as many sections take about twice as many function calls."""

    def read(n: int) -> Document:
        return read_document(("一、工作\n（一）办理1件。\n" * n).encode(), media_type="text/plain")

    assert len(read(50_000).sections) == 100_000
    assert count_calls(lambda: read(10_000)) < 2.2 * count_calls(lambda: read(5_000))


def test_every_media_type_of_the_tables_has_a_reader() -> None:
    """Each media type that the tables allow has a reader."""
    assert set(MEDIA_TYPES) <= set(READERS)


def test_reading_twice_gives_the_same_document() -> None:
    """Reading the same bytes twice gives equal documents."""
    assert read_document(REPORT.encode(), media_type=None) == read_document(REPORT.encode(), media_type=None)


def test_a_report_of_one_long_line_is_read() -> None:
    """A report of more than a million characters on one line is read completely."""
    line = "一是办理许可1234件，增长7%；二是“减负”3.9万元（含服务）。"
    document = read_document((line * 40_000).encode(), media_type="text/plain")
    assert len(document.text) == len(line) * 40_000


@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(str.encode)
    | st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(b"".join),
    st.sampled_from([None, "text/html", "text/plain"]),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_document_or_unreadable(data: bytes, media_type: str | None) -> None:
    """Any bytes give a document with non-empty sections or a refusal, never another error."""
    with suppress(UnreadableDocument):
        document = read_document(data, media_type=media_type)
        assert all(document.text[section.start : section.end] for section in document.sections)


PDF, ZIP, OLD_WORD, RTF = (
    b"%PDF-1.7\n1 0 obj<<>>endobj",
    b"PK\x03\x04word/",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"{\\rtf1",
)
HEADS = (PDF, ZIP, OLD_WORD, RTF, b"\x89PNG\r\n", b"<html>")
JUNK = (b"", b"\0" * 300, b"\xff\xfe\xfd" * 100, b"<w:t>" * 50)


def heads_before_junk() -> Iterator[pytest.ParameterSet]:
    """Yield each head before each junk under each name; what starts a program is slow, except for one of each kind."""
    for head, rest, name in product(HEADS, JUNK, ("a.txt", "a.pdf", "a.docx", "a.doc", "a.bin", "")):
        pdf = head == PDF or (name == "a.pdf" and head not in (ZIP, OLD_WORD, RTF))
        office = head in (OLD_WORD, RTF) or (name == "a.doc" and head not in (PDF, ZIP))
        is_sample = (rest, name) == (JUNK[2], "a.pdf" if pdf else "a.doc")
        yield pytest.param(head, rest, name, marks=[pytest.mark.slow] if (pdf or office) and not is_sample else [])


@pytest.mark.parametrize(("head", "rest", "name"), list(heads_before_junk()))
def test_the_head_of_any_kind_before_junk_under_any_name_is_refused(head: bytes, rest: bytes, name: str) -> None:
    """A file that begins like a known format but contains junk is refused under any name."""
    with pytest.raises(UnreadableDocument):
        read_document(head + rest, media_type=None, name=name)


def test_text_of_the_site_below_a_report_is_removed() -> None:
    """The text ends with the date of the signature, without the address and footer of the site."""
    tail = "×\n2016年\nhttps://www.yunting.gov.cn\n云适配版|电脑版|云汀客户端\n您正在浏览的是云适配网站。\n"
    assert read_document((REPORT + tail).encode(), media_type=None).text.endswith("2020年1月18日")


def read_corpus(corpus: Path, *, with_manifest: bool) -> dict[str, Document]:
    """Return the documents of all real reports by name, with the hints of the manifest if wanted."""
    rows = {Path(row["file"]).stem: row for row in csv.DictReader((corpus / "manifest.csv").open(encoding="utf-8"))}
    documents = {}
    for path in sorted(corpus.rglob("*.txt")):
        row = rows[path.stem] if with_manifest else {}
        hints = Hints(
            family=Family(row["family"]) if row.get("family") else None,
            jurisdiction=row.get("jurisdiction") or None,
            title=row.get("title") or None,
            delivered=row.get("delivered") or None,
        )
        documents[path.stem] = read_document(path.read_bytes(), media_type=None, name=path.name, hints=hints)
    return documents


def right_years(corpus: Path, documents: dict[str, Document]) -> int:
    """Return the number of documents whose years equal the annotated ones."""
    gold = corpus.parent / "gold" / "report_years.jsonl"
    if not gold.is_file():
        pytest.skip(f"no years to compare with: {gold.name} is not next to the folder of real reports")
    right = 0
    for line in gold.read_text(encoding="utf-8").splitlines():
        wanted = json.loads(line)
        about = documents[wanted["doc"]].metadata
        found = (about.report_year, about.covers_from, about.covers_beyond)
        right += found == (wanted["report_year"], wanted["covers_from"], wanted["covers_beyond"])
    return right


def test_real_reports_are_read_with_their_years(corpus: Path) -> None:
    """With the manifest, real reports have family, government and, almost always, the correct years."""
    documents = read_corpus(corpus, with_manifest=True)
    assert len(documents) == 107
    assert right_years(corpus, documents) >= 103
    assert all(document.metadata.jurisdiction and document.metadata.family for document in documents.values())
    assert not [name for name, document in documents.items() if document.hint_conflicts]


def test_most_real_reports_need_no_manifest_for_their_years(corpus: Path) -> None:
    """Without the manifest the years of real reports are as often correct."""
    assert right_years(corpus, read_corpus(corpus, with_manifest=False)) >= 103


def test_a_real_text_that_is_in_its_file_twice_is_read_once(corpus: Path) -> None:
    """Three real files that have their text twice give it once."""
    for year in (2023, 2024, 2025):
        path = corpus / "work_report" / f"state-council-{year}.txt"
        document = read_document(path.read_bytes(), media_type=None, name=path.name)
        assert len(document.text) < 0.55 * len(path.read_text(encoding="utf-8"))
        assert sum(section.path == "一" for section in document.sections) == 1


def test_a_real_report_keeps_every_character_of_its_own(corpus: Path) -> None:
    """A real text keeps every character except white space."""
    path = corpus / "rule_of_law" / "rol-longhua-2019.txt"
    document = read_document(path.read_bytes(), media_type=None, name=path.name)
    assert "".join(document.text.split()) == "".join(path.read_text(encoding="utf-8").split())
