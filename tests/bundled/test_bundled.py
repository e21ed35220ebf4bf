"""The bundled reports, read from their bytes: the metadata of all, and all numbers of eleven of them.

The truth is hand-written (`expected/`, `metadata.json`). The message of a failed test has one line per missed, false or
misread number, with the characters around it.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from nianbao.documents.model import Document
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction
from nianbao.snapshots.store import read_snapshot, sidecar_paths, snapshot_paths
from tests.bundled.truth import HERE, Score, SqueezedText, locate, read_metadata, read_truths, score
from tests.conftest import REPO_ROOT

RAW = REPO_ROOT / "data" / "raw"
REPORTS = {row["doc"]: row for row in read_metadata()}
ANNOTATED = [doc for doc in REPORTS if read_truths(doc)]
LABEL = "本报告为虚构示例，所有机构、人物与数字均系编造。"


@cache
def document_of(doc: str) -> Document:
    """Return a bundled report as the reader reads it."""
    row = REPORTS[doc]
    return read_document((REPO_ROOT / row["path"]).read_bytes(), media_type=row["media_type"], name=row["name"])


@cache
def extraction_of(doc: str) -> Extraction:
    """Return the extraction of a bundled report."""
    return extract_observations(document_of(doc))


def test_two_governments_and_two_families_have_reports_on_four_years_except_one() -> None:
    """The bundled reports are complete for 2020 to 2023 except for one deliberately missing report."""
    expected = {
        (family, code, year)
        for family in ("rule_of_law", "work_report")
        for code in ("990100", "990121")
        for year in range(2020, 2024)
    }
    actual = {
        (row["family"], row["jurisdiction"]["code"], row["report_year"])
        for row in REPORTS.values()
        if "body" not in row
    }
    assert expected - actual == {("rule_of_law", "990121", 2022)}
    assert actual <= expected


def test_a_department_a_zone_and_a_county_that_became_a_district_have_reports() -> None:
    """The bundled reports cover departments, a zone, a renamed office and a county that became a district."""
    reporters: dict[tuple[str, str], list[int]] = {}
    for row in REPORTS.values():
        if "body" in row:
            reporters.setdefault((row["jurisdiction"]["code"], row["body"]["id"]), []).append(row["report_year"])
    assert reporters == {
        ("990100", "sfj"): [2020, 2021, 2022, 2023],
        ("990122", ""): [2020, 2021],
        ("990102", ""): [2022, 2023],
        ("990100", "z-gaoxin"): [2022, 2023],
        ("990100", "xczx"): [2020, 2021],  # 扶贫开发办公室, from 2021 on 乡村振兴局
    }


@pytest.mark.parametrize("doc", REPORTS)
def test_the_reporting_body_is_read(doc: str) -> None:
    """The reader finds the id, name and kind of the body that issued each bundled report."""
    body = document_of(doc).metadata.body
    expected = REPORTS[doc].get("body", {"id": "", "name": "", "kind": "government"})
    assert {"id": body.slug, "name": body.name, "kind": body.kind} == expected


def test_the_files_are_snapshots_with_matching_sidecars() -> None:
    """Each bundled file is named by its hash, and its sidecar has the right size, type and an invented URL."""
    bundled = {row["path"]: row for row in REPORTS.values()}
    paths = {f"data/raw/{path}" for path in snapshot_paths(RAW)}
    assert paths >= set(bundled)
    assert {f"data/raw/{note}".removesuffix(".json") for note in sidecar_paths(RAW)} >= {
        path.rsplit(".", 1)[0] for path in bundled
    }
    for path, row in bundled.items():
        snapshot, data = read_snapshot(RAW, path.removeprefix("data/raw/"))
        assert path.rsplit("/", 1)[1].split(".")[0] == hashlib.sha256(data).hexdigest()[:12]
        assert (snapshot.media_type, snapshot.name, snapshot.found_by) == (row["media_type"], row["name"], "bundled")
        assert snapshot.url.startswith("https://example.invalid/")
        assert snapshot.n_bytes == len(data)


@pytest.mark.parametrize("doc", REPORTS)
def test_the_metadata_of_a_report_is_read(doc: str) -> None:
    """Title, issuer, dates, jurisdiction and covered years of each bundled report equal the hand-written truth."""
    document, row = document_of(doc), REPORTS[doc]
    metadata = document.metadata
    published = None if metadata.published_at is None else metadata.published_at.astimezone(UTC)
    assert {
        "family": metadata.family,
        "title": metadata.title,
        "document_number": metadata.document_number,
        "issuer": metadata.issuer,
        "issued_on": None if metadata.issued_on is None else metadata.issued_on.isoformat(),
        "published_at": published,
        "jurisdiction": None if metadata.jurisdiction is None else _as_dict(metadata.jurisdiction),
        "report_year": metadata.report_year,
        "covers_from": metadata.covers_from,
        "covers_beyond": metadata.covers_beyond,
    } == {
        "family": row["family"],
        "title": row["title"],
        "document_number": row["document_number"],
        "issuer": row["issuer"],
        "issued_on": row["issued_on"],
        "published_at": _instant(row["published_at"]),
        "jurisdiction": row["jurisdiction"],
        "report_year": row["report_year"],
        "covers_from": row["covers_from"],
        "covers_beyond": row["covers_beyond"],
    }
    assert metadata.published_at is None or metadata.published_at.tzinfo is not None, "a time needs a time zone"
    assert document.hint_conflicts == ()


def _as_dict(jurisdiction: Any) -> dict[str, str | None]:
    return {name: getattr(jurisdiction, name) for name in ("code", "name", "level", "province_name")}


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize("doc", REPORTS)
def test_the_text_is_the_report_without_the_page_around_it(doc: str) -> None:
    """The text of a bundled report has the label that it is invented and no navigation or footer of its page."""
    text = SqueezedText(document_of(doc).text).text
    assert LABEL in text, "every bundled report must say that it is invented"
    for chrome in (
        "扫一扫在手机打开",
        "网站标识码",
        "您当前的位置",
        "当前位置",
        "字体：",
        "访问量",
        "关闭窗口",
        "上一篇",
        "热点信息",
        "ICP备",
    ):
        assert chrome not in text
    assert len(text) < 3200, "longer than the report: the text contains page furniture"


@pytest.mark.parametrize("doc", ANNOTATED)
def test_every_annotated_number_occurs_once_in_the_text(doc: str) -> None:
    """Every number of the hand-written truth is found at one place in the text."""
    _, errors = locate(read_truths(doc), SqueezedText(document_of(doc).text))
    assert not errors, "\n".join(errors)


@pytest.mark.parametrize("doc", REPORTS)
def test_an_observation_has_the_offsets_of_its_number(doc: str) -> None:
    """The offsets of every observation lie within its sentence and select a number."""
    document, extraction = document_of(doc), extraction_of(doc)
    assert extraction.observations
    for row in extraction.observations:
        assert 0 <= row.sentence_start <= row.start < row.end <= row.sentence_end <= len(document.text)
        assert re.search(r"[0-9０-９一二两三四五六七八九十百千万亿半零无首翻]", document.text[row.start : row.end])


def test_the_numbers_of_the_annotated_reports_are_extracted() -> None:
    """Extraction reaches the floors for recall, precision, exact rows and links on the annotated reports."""
    assert len(ANNOTATED) >= 6
    total, lines = Score(), []
    for doc in ANNOTATED:
        result = score(doc, document_of(doc), extraction_of(doc))
        lines.append(
            f"{doc:28} required {result.required:4} recall {result.recall:.3f} precision {result.precision:.3f}"
            f" strict {result.strict_f1:.3f} link {result.link:.3f}"
        )
        total.add(result)
    figures = {
        "recall": (total.recall, 0.99),
        "precision": (total.precision, 0.98),
        "strict": (total.strict_f1, 0.95),
        "link": (total.link, 0.90),
    }
    below = [f"{name} {value:.4f} < {floor}" for name, (value, floor) in figures.items() if value < floor]
    assert not below, "\n".join(["; ".join(below), *lines, *total.errors])


def test_the_truth_follows_its_format() -> None:
    """Every line of the hand-written truth has the documented fields with allowed and consistent values."""
    fields = ["doc", "quote", "sentence_hint", "value", "value_high", "unit", "qualifier", "kind", "direction"]
    fields += ["modality", "period", "subject", "keys", "of_quote", "status", "note"]
    for path in sorted((HERE / "expected").rglob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            row, location = json.loads(line), f"{path.name}:{number}"
            assert list(row) == fields, location
            assert row["doc"] == f"{path.parent.name}-{path.stem}", location
            if row["status"] == "reject":
                assert (row["value"], row["kind"]) == (None, None), location
                assert row["note"], location
                continue
            assert row["status"] in {"required", "optional"}, location
            assert (row["direction"] is not None) == row["kind"].startswith("change"), location
            assert row["kind"] in {"level", "share", "change_pct", "change_abs", "change_pp", "ratio", "rank"}, location
            assert row["keys"], location
            assert all(key in row["subject"] for key in row["keys"]), location


def test_the_planted_statements_in_the_documentation_occur_in_the_reports() -> None:
    """Each statement that the documentation says was planted in a bundled report occurs there."""
    rows = re.findall(
        r"^\| `(\w+)/([\w.-]+)/(\d{4})` \| ([^|]+) \|",
        (REPO_ROOT / "docs" / "reference" / "bundled.md").read_text("utf-8"),
        re.M,
    )
    assert len(rows) >= 20
    for family, code, year, quotes in rows:
        text = SqueezedText(document_of(f"{family}-{code}-{year}").text).text
        for quote in re.findall("`([^`]+)`", quotes):
            assert "".join(quote.split()) in text, f"{family}/{code}/{year}: {quote}"
