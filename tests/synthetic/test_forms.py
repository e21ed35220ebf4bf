"""Invented reports of tables: every cell of the form comes back, however the tables are laid out."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction
from nianbao.pipeline import run
from tests.synthetic.generator import (
    FORM_SYSTEMS,
    FormReport,
    Layout,
    form_reports,
    plan_forms,
    render_form,
    write_form,
    write_raw,
)
from tests.synthetic.generator.forms import FORM_CHECKS, planted_forms
from tests.synthetic.generator.layouts import NESTINGS, SPLITS

YEARS = range(2019, 2024)
Held = dict[str, tuple[str, float | None]]


def read(report: FormReport, system: str) -> Extraction:
    dressed = render_form(report, system)
    return extract_observations(read_document(dressed.data, media_type=dressed.media_type, name=dressed.name))


def held(report: FormReport, system: str) -> Held:
    """By cell its state, and its value where that is a number; only those that stand in the report."""
    extraction = read(report, system)
    values = {seen.cell.id: seen.value for seen in extraction.observations if seen.cell}
    return {cell.id: (cell.state, values.get(cell.id)) for cell in extraction.cells if cell.state != "absent"}


def truth(report: FormReport) -> Held:
    return {name: (cell.state, cell.value) for name, cell in report.cells.items()}


@pytest.mark.parametrize("year", [2020, 2022])
@pytest.mark.parametrize(("nesting", "split", "inside"), list(product(NESTINGS, SPLITS, (False, True))))
def test_all_cells_come_back_from_every_layout(nesting: str, split: str, inside: bool, year: int) -> None:
    layout = Layout(nesting, split, inside, wide=True, commas=True)
    report = write_form(next(plan_forms(5, 1, YEARS)), year, layout)
    assert len(report.cells) > 190
    for system in ("trs", "docx"):
        assert held(report, system) == truth(report), system


def test_all_cells_come_back_from_layouts_as_they_fall_in_every_system() -> None:
    """0, blank, / and — are four different things; a cell with words in it is none of them."""
    states = set()
    for plan in plan_forms(6, 6, YEARS, contradictions=0.2):
        for year in YEARS:
            report = write_form(plan, year)
            system = FORM_SYSTEMS[(year + len(plan.government.name)) % len(FORM_SYSTEMS)]
            assert held(report, system) == truth(report), (report.layout, system)
            states |= {cell.state for cell in report.cells.values()}
    assert states == {"number", "empty", "not_applicable", "unreadable", "no_unit"}


def test_what_the_prose_says_is_read_beside_the_tables() -> None:
    report = write_form(next(plan_forms(5, 1, YEARS)), 2022)
    told = report.written.mentions[0]
    prose = [seen for seen in read(report, "trs").observations if seen.cell is None]
    assert [(seen.value, seen.unit, seen.kind) for seen in prose] == [(told.value, told.unit, told.kind)]


def test_sums_hold_but_where_it_is_planted_that_they_do_not(tmp_path: Path) -> None:
    plans = list(plan_forms(9, 4, YEARS, contradictions=0.4))
    n = write_raw(tmp_path / "raw", form_reports(plans))
    outcome = run(tmp_path / "raw", tmp_path / "curated")
    assert outcome.n_rows["reports"] == n == 20
    findings = parquet.read_table(tmp_path / "curated" / "findings.parquet").to_pylist()
    fails = {(row["check"], row["report_id"]) for row in findings if row["status"] == "fail"}
    assert {check for check, _ in fails} == set(FORM_CHECKS)
    assert fails == planted_forms(plans)
