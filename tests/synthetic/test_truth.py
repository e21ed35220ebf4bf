"""What the program reads of invented reports, beside the truth about them, with the floors that were measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from nianbao.documents.model import Document
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.pipeline import run
from tests.synthetic.conftest import Published
from tests.synthetic.generator import SYSTEMS, Written, plan, put_faults, render_report, write_report
from tests.synthetic.generator.plan import CHECKS
from tests.synthetic.generator.raw_folder import place_of, put
from tests.synthetic.generator.score import planted

LEAST_RECALL, LEAST_PRECISION, LEAST_STRICT = 0.998, 0.998, 0.98
YEARS = range(2020, 2024)


def read(report: Written, system: str, *, twice: bool = False) -> Document:
    dressed = render_report(report, system, twice=twice)
    return read_document(dressed.data, media_type=dressed.media_type, name=dressed.name)


def test_every_report_is_published_under_its_id_with_its_own_text(published: Published) -> None:
    texts = {row["report_id"]: row["text"] for row in published.rows("documents")}
    assert texts == {written.report_id: written.text for written in published.written}
    assert not published.rows("rejects")


def test_numbers_are_found_and_nothing_else_is_called_one(published: Published) -> None:
    score = published.score()
    assert score.n_true > 1000
    assert score.recall >= LEAST_RECALL
    assert score.precision >= LEAST_PRECISION


def test_every_field_of_a_number_is_right(published: Published) -> None:
    """Value, unit, qualifier, kind, direction, modality, period, subject, what it belongs to, indicator, rounding."""
    score = published.score()
    assert score.strict >= LEAST_STRICT, score.wrong
    assert not score.wrong.keys() & {"value", "value_high", "unit", "qualifier", "kind", "direction", "modality"}


def test_what_was_planted_is_found(published: Published) -> None:
    fails = {(row["check"], row["report_id"]) for row in published.rows("findings") if row["status"] == "fail"}
    wanted = planted(published.plans)
    assert len({check for check, _ in wanted}) >= 5
    assert wanted <= fails


def test_what_was_not_planted_is_not_called_wrong(published: Published) -> None:
    fails = {
        (row["check"], row["report_id"])
        for row in published.rows("findings")
        if row["status"] == "fail" and row["check"] in CHECKS
    }
    assert fails == planted(published.plans)


def test_a_missing_year_is_a_gap_and_not_bridged(published: Published) -> None:
    missing = {(one.family, one.government.code, year) for one in published.plans for year in one.missing}
    assert missing
    # What the next year's report says of the missing one (由上年的109.8亿元增至115.3亿元) is there all the same.
    told = {
        (one.family, one.government.code, one.year, mention.indicator_id)
        for one in published.written
        for mention in one.mentions
        if mention.period == one.year - 1
    }
    rows = published.rows("comparisons")
    for row in rows:
        place = (row["family"], row["jurisdiction_code"])
        if (*place, row["year"]) in missing:
            assert row["value"] is None
        if (*place, row["year"] - 1) in missing and (*place, row["year"], row["indicator_id"]) not in told:
            assert row["comparability"] != "comparable"
    assert any(row["comparability"] == "gap" for row in rows)


@pytest.mark.parametrize("family", ["rule_of_law", "work_report"])
@pytest.mark.parametrize("wide", [0.0, 0.3])
def test_all_systems_give_what_the_plain_text_gives(family: str, wide: float) -> None:
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
def test_a_report_that_stands_in_its_file_twice_is_read_once(system: str) -> None:
    report = write_report(next(plan(11, 1, YEARS, ("rule_of_law",))), 2021)
    assert read(report, system, twice=True).text == report.text


def test_a_number_in_full_width_digits_is_the_same_number() -> None:
    one = next(plan(13, 1, YEARS, ("rule_of_law",)))
    narrow, wide = (write_report(one, 2022, wide=share) for share in (0.0, 1.0))
    assert narrow.text != wide.text
    assert [replace(m, quote="") for m in narrow.mentions] == [replace(m, quote="") for m in wide.mentions]
    values = [
        [(seen.value, seen.unit) for seen in extract_observations(read(report, "txt")).observations]
        for report in (narrow, wide)
    ]
    assert values[0] == values[1]


def test_what_is_no_report_is_turned_away_and_two_on_one_year_are_both_there(tmp_path: Path) -> None:
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    one = next(plan(17, 1, YEARS, ("rule_of_law",)))
    for style, system in (("small", "trs"), ("full", "txt")):
        report = write_report(one, 2022, style)
        put(raw, render_report(report, system), place_of(report))
    faults = put_faults(raw)
    run(raw, curated)
    reports = parquet.read_table(curated / "reports.parquet").to_pylist()
    assert {row["report_id"] for row in reports} == {report.report_id, f"{report.report_id}-2"}
    rejects = parquet.read_table(curated / "rejects.parquet").to_pylist()
    assert {raw / row["raw_path"] for row in rejects} == set(faults.values())
    assert all(row["check"] == "unreadable" for row in rejects)
