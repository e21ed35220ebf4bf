"""Every form of number reads the same in text files, web pages, Word documents and PDF files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml

from nianbao.documents.model import Document, Family, Hints
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Observation
from tests.documents.file_factory import Report, as_docx, as_hanweb_page, as_pdf, as_text, as_trs_page

FORMS: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("number_forms.yaml").read_text(encoding="utf-8"))
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILES: dict[str, tuple[Callable[[Report], bytes], str]] = {
    "text": (as_text, "text/plain"),
    "page of TRS": (as_trs_page, "text/html"),
    "page of Hanweb": (as_hanweb_page, "text/html"),
    "docx": (as_docx, WORD),
    "pdf": (as_pdf, "application/pdf"),
}
BEFORE = "全市扎实推进各项重点任务，"
TITLE = "云汀市人民政府2023年政府工作报告"
OPENING = "2023年，云汀市人民政府坚持稳中求进，全力推进高质量发展，各项工作取得新成效，现将情况报告如下，请予审议。"


@cache
def read_in(file: str) -> tuple[Document, tuple[Observation, ...]]:
    """Return the report of all sentences as a file of the kind, and its observations."""
    sentences = [BEFORE + case.split(" | ")[0] for cases in FORMS.values() for case in cases]
    make, media_type = FILES[file]
    data = make([TITLE, OPENING, "一、2023年工作回顾", *sentences, "云汀市人民政府", "2024年1月20日"])
    document = read_document(data, media_type=media_type, hints=Hints(family=Family("work_report"), year=2023))
    return document, extract_observations(document).observations


def test_each_form_has_ten_sentences() -> None:
    """Every form has ten sentences."""
    assert {len(cases) for cases in FORMS.values()} == {10}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("file", FILES)
def test_a_form_of_number_in_a_file(file: str, form: str) -> None:
    """Each sentence of the form gives its number once, with its value and unit."""
    document, observations = read_in(file)
    found = []
    for case in FORMS[form]:
        sentence, quote, _ = case.split(" | ")
        start = document.text.index(BEFORE + sentence)
        end = start + len(BEFORE + sentence)
        rows = [row for row in observations if start <= row.start and row.end <= end]
        values = " ".join(_value(row) for row in rows if document.text[row.start : row.end] == quote)
        found.append(f"{sentence} | {quote} | {values}")
    assert found == FORMS[form]


def _value(row: Observation) -> str:
    value = f"{row.value:.15g}" if row.value_high is None else f"{row.value:.15g}至{row.value_high:.15g}"
    return f"{value} {row.unit}".rstrip()
