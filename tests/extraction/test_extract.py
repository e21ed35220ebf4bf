"""Properties of the extraction of any text, and of real reports if they are available."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao import pipeline
from nianbao.documents.model import Document, Metadata
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction, Observation, Unmatched
from nianbao.sources.local import ingest, list_files
from nianbao.sources.manifest import read_manifest
from tests.extraction.sentences import STEADY, report

_DIGITS = re.compile("[0-9０-９]+")
_WORDS = [
    *(
        "增长",
        "下降",
        "分别",
        "、",
        "，",
        "。",
        "；",
        "（",
        "）",
        "其中",
        "达",
        "%",
        "万",
        "亿",
        "元",
        "个",
        "第",
        "一",
    ),
    *("十", "百", "由", "至", "2023年", "3", "14.5", "1,234", "率", "占", "比上年", "“", "”", "《", "》", "成"),
    *("翻一番", "分之", "新增", "∶", "-", "GDP", "\n", "\t"),
]
_FRAGMENTS = st.one_of(st.sampled_from(_WORDS), st.text(alphabet="全市行政复议案件工业企业收入", max_size=4))
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_FRAGMENTS, max_size=60).map("".join))


def check_invariants(text: str, extraction: Extraction) -> None:
    """Check that spans are ordered, disjoint and within the text, and that each digit is in exactly one."""
    rows: list[Observation | Unmatched] = [*extraction.observations, *extraction.unmatched]
    spans = sorted((row.start, row.end) for row in rows)
    assert [row.start for row in extraction.observations] == sorted(row.start for row in extraction.observations)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans)), spans
    for row in rows:
        assert row.sentence_start <= row.start < row.end <= row.sentence_end
    covered = {offset for start, end in spans for offset in range(start, end)}
    for run in _DIGITS.finditer(text):
        assert covered.issuperset(range(*run.span())), f"{run.group()} at {run.start()} is nowhere"


@STEADY
@given(_TEXTS)
def test_any_text_is_read_without_an_exception_and_no_digit_is_lost(text: str) -> None:
    """Any text is extracted without an error, twice alike, with each digit in exactly one span."""
    extraction = extract_observations(report(text))
    check_invariants(text, extraction)
    assert extraction == extract_observations(report(text))


def test_a_document_without_a_year_gives_no_periods() -> None:
    """Without a report year, values are extracted and their years stay empty."""
    document = Document("新建学校5所。", (), Metadata(), "utf-8", "text/plain")
    (row,) = extract_observations(document).observations
    assert (row.value, row.period_start, row.period_end) == (5, None, None)


@pytest.mark.slow
def test_real_reports_satisfy_the_invariants(corpus: Path) -> None:
    """In every real report, each digit is in exactly one span within its sentence."""
    for path in sorted(corpus.rglob("*.txt")):
        document = read_document(path.read_bytes(), media_type="text/plain", name=path.name)
        check_invariants(document.text, extract_observations(document))


@pytest.mark.slow
def test_the_real_reports_score_what_is_promised(corpus: Path, tmp_path: Path) -> None:
    """The published tables of the real reports reach the documented scores."""
    tool = corpus.parent / "tools" / "score_mentions.py"
    gold = corpus.parent / "gold" / "mentions"
    if not (tool.is_file() and gold.is_dir()):
        pytest.skip(f"no tool that scores at {tool}, or no annotated mentions at {gold}")
    manifest = corpus / "manifest.csv"
    for _ in ingest(list_files([corpus], manifest), tmp_path / "raw", rows=read_manifest(manifest)):
        pass
    pipeline.run(tmp_path / "raw", tmp_path / "curated")
    floors = {"recall": 0.99, "precision": 0.98, "strict_f1": 0.95, "tight": 0.9}
    asked = [word for name, floor in floors.items() for word in ("--min", f"{name}={floor}")]
    command = [sys.executable, str(tool), "--curated", str(tmp_path / "curated"), "--gold", str(gold)]
    result = subprocess.run([*command, "--docs", str(corpus), *asked], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
