"""Dressing a report: its text as the bytes of a file, as each of the page systems and formats would hold it. Pure.

Nothing of the text changes by it: whatever the system, the reader must find the same text and the same numbers.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from random import Random

from tests.synthetic.generator import pages
from tests.synthetic.generator.forms import FormReport
from tests.synthetic.generator.layouts import Layout, Table, as_docx, as_html
from tests.synthetic.generator.truth import Written

_NUMBER = re.compile(r"[0-9０-９]+(?:\.[0-9]+)?")
_COLUMNS = {
    "rule_of_law": "法治政府建设年度报告",
    "work_report": "政府工作报告",
    "info_disclosure": "政府信息公开工作年度报告",
}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OFFICE = "http://schemas.openxmlformats.org"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
FORM_SYSTEMS = (*pages.SYSTEMS, "docx")
SYSTEMS = ("txt", "gb18030", *FORM_SYSTEMS)


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file as it was received: its bytes, type, name and address."""

    data: bytes
    media_type: str
    name: str
    url: str


def render_report(written: Written, system: str, *, twice: bool = False) -> RenderedFile:
    """The file that a system (one of SYSTEMS) holds of a report; `twice`: the whole text stands in it two times."""
    lines = written.text.split("\n") * (2 if twice else 1)
    if system not in ("txt", "gb18030"):
        return _file(written, system, lines, Layout())
    random, base = Random(f"{written.report_id}/{system}"), _base(written)
    name = f"P0{_posted(written, random).replace('-', '')}{_serial(written)}{written.family[0]}.txt"
    text = "\n".join(_typed(lines)) + "\n"
    return RenderedFile(text.encode("utf-8" if system == "txt" else system), "text/plain", name, f"{base}/zwgk/{name}")


def render_form(report: FormReport, system: str) -> RenderedFile:
    """The file that a system (one of FORM_SYSTEMS) holds of a report of tables."""
    return _file(report.written, system, report.parts, report.layout)


def _file(written: Written, system: str, parts: Sequence[str | Table], layout: Layout) -> RenderedFile:
    """A page or a Word file of paragraphs and tables."""
    random, base, serial = Random(f"{written.report_id}/{system}"), _base(written), _serial(written)
    if system == "docx":
        name = f"{serial}{written.family[0]}.docx"
        body = "".join(_typed_in_word(part) if isinstance(part, str) else as_docx(part, layout) for part in parts)
        return RenderedFile(docx_of(body), DOCX, name, f"{base}/attachment/{name}")
    posted = _posted(written, random)
    name, url = _address(system, base, posted, serial, written.family)
    place = written.government.name
    article = pages.Article(
        place=place,
        code=written.government.code,
        title=f"{place}{written.year + 1}年政府工作报告" if written.family == "work_report" else written.title,
        column=_COLUMNS[written.family],
        posted=posted,
        serial=serial,
        url=url,
        note="本报告为虚构示例，所有机构、人物与数字均系编造。",
        number=written.document_number,
        paragraphs=[
            _paragraph(part, system, random) if isinstance(part, str) else as_html(part, layout) for part in parts
        ],
    )
    source = pages.page(system, article, random)
    return RenderedFile(source.encode("gb18030" if system == "nfcms" else "utf-8"), "text/html", name, url)


def _base(written: Written) -> str:
    return f"https://example.invalid/{written.government.code}"


def _serial(written: Written) -> int:
    return int(written.government.code) * 100 + written.year % 100


def _posted(written: Written, random: Random) -> str:
    """The day of posting, early in the next year."""
    return f"{written.year + 1}-0{random.randint(1, 3)}-{random.randint(10, 28)}"


def _address(system: str, base: str, posted: str, serial: int, family: str) -> tuple[str, str]:
    """Name and address of a page, as its system makes them."""
    year, month, day = posted.split("-")
    letter = {"rule_of_law": 1, "work_report": 2, "info_disclosure": 3}[family]
    paths = {
        "trs": f"/zwgk/ndbg/{year}{month}/t{year}{month}{day}_{serial}{letter}.html",
        "jpage": f"/art/{year}/{int(month)}/{int(day)}/art_1229{letter}_{serial}.html",
        "nfcms": f"/zwgk/ndbg/content/post_{serial}{letter}.html",
        "gkmlpt": f"/gkmlpt/content/{letter}/{serial % 10000}/post_{serial}{letter}.html",
    }
    return paths[system].rsplit("/", 1)[1], base + paths[system]


def _typed(lines: list[str]) -> list[str]:
    """As somebody types a text: the head and the signature in the middle or at the right, paragraphs indented."""
    typed = []
    for at, line in enumerate(lines):
        head = at < 3
        tail = at >= len(lines) - 2 and len(line) < 20
        typed.append(f"{' ' * 12}{line}" if head else f"{' ' * 40}{line}" if tail else f"　　{line}")
    return typed


def _paragraph(line: str, system: str, random: Random) -> str:
    """A paragraph's markup: here and there a number is cut by tags, as editors of pages leave it."""

    def cut(found: re.Match[str]) -> str:
        number = found.group()
        if random.random() > 0.15:
            return number
        if system == "nfcms":
            return f'<font face="Times New Roman">{number}</font>'
        at = random.randint(1, len(number))
        return f'<span lang="EN-US">{number[:at]}</span><span>{number[at:]}</span>'

    return _NUMBER.sub(cut, escape(line, quote=False))


def _typed_in_word(line: str) -> str:
    """A paragraph in WordprocessingML."""
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(line, quote=False)}</w:t></w:r></w:p>'


def docx_of(body: str) -> bytes:
    """A Word file with this body (paragraphs and tables in WordprocessingML)."""
    types = (
        f'<Default Extension="rels" ContentType="{_RELATIONS}"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}"/>'
    )
    document = (
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/>'
    )
    package, word = f"{_OFFICE}/package/2006", f"{_OFFICE}/wordprocessingml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">{document}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            whole = f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), whole, zipfile.ZIP_DEFLATED)
    return file.getvalue()
