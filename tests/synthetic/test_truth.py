"""Accuracy on invented reports: what the pipeline reads, compared with the truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from nianbao.documents.model import Document
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.pipeline import run
from tests.synthetic.conftest import PublishedReports
from tests.synthetic.generator import SYSTEMS, GeneratedReport, plan, render_report, write_faulty_files, write_report
from tests.synthetic.generator.plan import CHECKS
from tests.synthetic.generator.raw_folder import snapshot_path_of, write_file
from tests.synthetic.generator.score import planted

MIN_RECALL, MIN_PRECISION, MIN_STRICT = 0.998, 0.998, 0.98
YEARS = range(2020, 2024)


def read(report: GeneratedReport, system: str, *, twice: bool = False) -> Document:
    """Return a generated report as read from a content system."""
    file = render_report(report, system, twice=twice)
    return read_document(file.data, media_type=file.media_type, name=file.name)


def test_every_report_is_published_under_its_id_with_its_own_text(published: PublishedReports) -> None:
    """Every generated report is published with exactly its text, and nothing is rejected."""
    texts = {row["report_id"]: row["text"] for row in published.rows("documents")}
    assert texts == {report.report_id: report.text for report in published.reports}
    assert not published.rows("rejects")


def test_numbers_are_found_and_little_else(published: PublishedReports) -> None:
    """Recall and precision over more than a thousand generated numbers reach their floors."""
    score = published.score()
    assert score.n_true > 1000
    assert score.recall >= MIN_RECALL
    assert score.precision >= MIN_PRECISION


def test_every_field_of_a_number_is_correct(published: PublishedReports) -> None:
    """Value, unit, qualifier, kind, direction, modality, period, subject, relation, indicator and rounding."""
    score = published.score()
    assert score.strict >= MIN_STRICT, score.wrong
    assert not score.wrong.keys() & {"value", "value_high", "unit", "qualifier", "kind", "direction", "modality"}


def test_planted_inconsistencies_are_found(published: PublishedReports) -> None:
    """Every planted inconsistency is a failed finding of its check and report."""
    fails = {(row["check"], row["report_id"]) for row in published.rows("findings") if row["status"] == "fail"}
    wanted = planted(published.plans)
    assert len({check for check, _ in wanted}) >= 5
    assert wanted <= fails


def test_nothing_else_is_reported_as_inconsistent(published: PublishedReports) -> None:
    """No finding fails except the planted ones."""
    fails = {
        (row["check"], row["report_id"])
        for row in published.rows("findings")
        if row["status"] == "fail" and row["check"] in CHECKS
    }
    assert fails == planted(published.plans)


def test_a_missing_year_is_a_gap_and_is_not_skipped(published: PublishedReports) -> None:
    """A missing year has no value, and the next year is not compared across it unless it states the value."""
    missing = {(plan.family, plan.government.code, year) for plan in published.plans for year in plan.missing}
    assert missing
    # The next year's report may state the missing value (由上年的109.8亿元增至115.3亿元).
    stated_later = {
        (report.family, report.government.code, report.year, mention.indicator_id)
        for report in published.reports
        for mention in report.mentions
        if mention.period == report.year - 1
    }
    rows = published.rows("comparisons")
    for row in rows:
        place = (row["family"], row["jurisdiction_code"])
        if (*place, row["year"]) in missing:
            assert row["value"] is None
        if (*place, row["year"] - 1) in missing and (*place, row["year"], row["indicator_id"]) not in stated_later:
            assert row["comparability"] != "comparable"
    assert any(row["comparability"] == "gap" for row in rows)


@pytest.mark.parametrize("family", ["rule_of_law", "work_report"])
@pytest.mark.parametrize("wide", [0.0, 0.3])
def test_every_system_gives_the_text_and_numbers_of_the_plain_text(family: str, wide: float) -> None:
    """Every content system gives exactly the text, observations and metadata of plain text."""
    report = write_report(next(plan(11, 1, YEARS, (family,))), 2021, wide=wide)
    plain = read(report, "txt")
    observations = extract_observations(plain).observations
    assert plain.text == report.text
    for system in SYSTEMS:
        document = read(report, system)
        assert document.text == report.text, system
        assert extract_observations(document).observations == observations
        about = document.metadata
        assert (about.family, about.report_year) == (family, 2021)
        assert about.jurisdiction is not None
        assert about.jurisdiction.code == report.government.code


@pytest.mark.parametrize("system", ["txt", "trs", "nfcms", "docx"])
def test_a_text_that_is_repeated_in_its_file_is_read_once(system: str) -> None:
    """A text that its file contains twice is read once."""
    report = write_report(next(plan(11, 1, YEARS, ("rule_of_law",))), 2021)
    assert read(report, system, twice=True).text == report.text


def test_full_width_digits_give_the_same_numbers() -> None:
    """A report in full-width digits gives the same values and units."""
    government = next(plan(13, 1, YEARS, ("rule_of_law",)))
    narrow, wide = (write_report(government, 2022, wide=share) for share in (0.0, 1.0))
    assert narrow.text != wide.text
    assert [replace(m, quote="") for m in narrow.mentions] == [replace(m, quote="") for m in wide.mentions]
    values = [
        [(row.value, row.unit) for row in extract_observations(read(report, "txt")).observations]
        for report in (narrow, wide)
    ]
    assert values[0] == values[1]


def test_faulty_files_are_rejected_and_two_reports_on_a_year_are_both_kept(tmp_path: Path) -> None:
    """Faulty files become rejects, and a second report on a year gets the suffix -2."""
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    government = next(plan(17, 1, YEARS, ("rule_of_law",)))
    for style, system in (("small", "trs"), ("full", "txt")):
        report = write_report(government, 2022, style)
        write_file(raw, render_report(report, system), snapshot_path_of(report))
    faults = write_faulty_files(raw)
    run(raw, curated)
    reports = parquet.read_table(curated / "reports.parquet").to_pylist()
    assert {row["report_id"] for row in reports} == {report.report_id, f"{report.report_id}-2"}
    rejects = parquet.read_table(curated / "rejects.parquet").to_pylist()
    assert {raw / row["raw_path"] for row in rejects} == set(faults.values())
    assert all(row["check"] == "unreadable" for row in rejects)
