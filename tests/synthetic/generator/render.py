"""Reports rendered as files: pages of four systems, plain text and Word. Pure.

Rendering does not change the text: readers must find the same text and numbers in every format.
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
from tests.synthetic.generator.truth import GeneratedReport

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
    """A file as received: its bytes, media type, name and URL."""

    data: bytes
    media_type: str
    name: str
    url: str


def render_report(report: GeneratedReport, system: str, *, twice: bool = False) -> RenderedFile:
    """Render a report in a system, one of SYSTEMS; `twice` repeats the whole text."""
    lines = report.text.split("\n") * (2 if twice else 1)
    if system not in ("txt", "gb18030"):
        return _file(report, system, lines, Layout())
    random, base = Random(f"{report.report_id}/{system}"), _base(report)
    name = f"P0{_posted(report, random).replace('-', '')}{_serial(report)}{report.family[0]}.txt"
    text = "\n".join(_indented(lines)) + "\n"
    return RenderedFile(text.encode("utf-8" if system == "txt" else system), "text/plain", name, f"{base}/zwgk/{name}")


def render_form(form_report: FormReport, system: str) -> RenderedFile:
    """Render a report with tables in a system, one of FORM_SYSTEMS."""
    return _file(form_report.report, system, form_report.parts, form_report.layout)


def _file(report: GeneratedReport, system: str, parts: Sequence[str | Table], layout: Layout) -> RenderedFile:
    """Return a page or a Word file of paragraphs and tables."""
    random, base, serial = Random(f"{report.report_id}/{system}"), _base(report), _serial(report)
    if system == "docx":
        name = f"{serial}{report.family[0]}.docx"
        body = "".join(_word_paragraph(part) if isinstance(part, str) else as_docx(part, layout) for part in parts)
        return RenderedFile(docx_of(body), DOCX, name, f"{base}/attachment/{name}")
    posted = _posted(report, random)
    name, url = _name_and_url(system, base, posted, serial, report.family)
    place = report.government.name
    article = pages.Article(
        place=place,
        code=report.government.code,
        title=f"{place}{report.year + 1}年政府工作报告" if report.family == "work_report" else report.title,
        column=_COLUMNS[report.family],
        posted=posted,
        serial=serial,
        url=url,
        note="本报告为虚构示例，所有机构、人物与数字均系编造。",
        number=report.document_number,
        paragraphs=[
            _paragraph(part, system, random) if isinstance(part, str) else as_html(part, layout) for part in parts
        ],
    )
    source = pages.page(system, article, random)
    return RenderedFile(source.encode("gb18030" if system == "nfcms" else "utf-8"), "text/html", name, url)


def _base(report: GeneratedReport) -> str:
    return f"https://example.invalid/{report.government.code}"


def _serial(report: GeneratedReport) -> int:
    return int(report.government.code) * 100 + report.year % 100


def _posted(report: GeneratedReport, random: Random) -> str:
    """Return the day of posting, early in the next year."""
    return f"{report.year + 1}-0{random.randint(1, 3)}-{random.randint(10, 28)}"


def _name_and_url(system: str, base: str, posted: str, serial: int, family: str) -> tuple[str, str]:
    """Return the name and URL of a page in the style of its system."""
    year, month, day = posted.split("-")
    letter = {"rule_of_law": 1, "work_report": 2, "info_disclosure": 3}[family]
    paths = {
        "trs": f"/zwgk/ndbg/{year}{month}/t{year}{month}{day}_{serial}{letter}.html",
        "jpage": f"/art/{year}/{int(month)}/{int(day)}/art_1229{letter}_{serial}.html",
        "nfcms": f"/zwgk/ndbg/content/post_{serial}{letter}.html",
        "gkmlpt": f"/gkmlpt/content/{letter}/{serial % 10000}/post_{serial}{letter}.html",
    }
    return paths[system].rsplit("/", 1)[1], base + paths[system]


def _indented(lines: list[str]) -> list[str]:
    """Indent lines as in a typed text: the head centred, the signature on the right, paragraphs by two characters."""
    indented = []
    for n, line in enumerate(lines):
        head = n < 3
        tail = n >= len(lines) - 2 and len(line) < 20
        indented.append(f"{' ' * 12}{line}" if head else f"{' ' * 40}{line}" if tail else f"　　{line}")
    return indented


def _paragraph(line: str, system: str, random: Random) -> str:
    """Return the markup of a paragraph; some numbers are split by tags, as web editors leave them."""

    def split_number(match: re.Match[str]) -> str:
        number = match.group()
        if random.random() > 0.15:
            return number
        if system == "nfcms":
            return f'<font face="Times New Roman">{number}</font>'
        middle = random.randint(1, len(number))
        return f'<span lang="EN-US">{number[:middle]}</span><span>{number[middle:]}</span>'

    return _NUMBER.sub(split_number, escape(line, quote=False))


def _word_paragraph(line: str) -> str:
    """Return a paragraph in WordprocessingML."""
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(line, quote=False)}</w:t></w:r></w:p>'


def docx_of(body: str) -> bytes:
    """Return a Word file with a body of paragraphs and tables in WordprocessingML."""
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
