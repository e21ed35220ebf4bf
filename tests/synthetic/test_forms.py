"""Invented reports with tables: every cell of the form is read, whatever the layout of the tables."""

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
CellStates = dict[str, tuple[str, float | None]]


def read(report: FormReport, system: str) -> Extraction:
    """Return the extraction of a generated report in a content system."""
    file = render_form(report, system)
    return extract_observations(read_document(file.data, media_type=file.media_type, name=file.name))


def read_cells(report: FormReport, system: str) -> CellStates:
    """Return the state and value of each cell that the report has, by cell id."""
    extraction = read(report, system)
    values = {row.cell.id: row.value for row in extraction.observations if row.cell}
    return {cell.id: (cell.state, values.get(cell.id)) for cell in extraction.cells if cell.state != "absent"}


def truth(report: FormReport) -> CellStates:
    """Return the true state and value of each cell."""
    return {name: (cell.state, cell.value) for name, cell in report.cells.items()}


@pytest.mark.parametrize("year", [2020, 2022])
@pytest.mark.parametrize(("nesting", "split", "inside"), list(product(NESTINGS, SPLITS, (False, True))))
def test_all_cells_are_read_from_every_layout(nesting: str, split: str, inside: bool, year: int) -> None:
    """Every layout of the form gives all its cells, from web page and Word document."""
    layout = Layout(nesting, split, inside, wide=True, commas=True)
    report = write_form(next(plan_forms(5, 1, YEARS)), year, layout)
    assert len(report.cells) > 190
    for system in ("trs", "docx"):
        assert read_cells(report, system) == truth(report), system


def test_all_cells_are_read_from_random_layouts_in_every_system() -> None:
    """0, blank, / and — are different states, and a cell with words is none of them."""
    states = set()
    for plan in plan_forms(6, 6, YEARS, contradictions=0.2):
        for year in YEARS:
            report = write_form(plan, year)
            system = FORM_SYSTEMS[(year + len(plan.government.name)) % len(FORM_SYSTEMS)]
            assert read_cells(report, system) == truth(report), (report.layout, system)
            states |= {cell.state for cell in report.cells.values()}
    assert states == {"number", "empty", "not_applicable", "unreadable", "no_unit"}


def test_numbers_in_the_prose_are_read_too() -> None:
    """The number in the prose of a report with a form is extracted with value, unit and kind."""
    report = write_form(next(plan_forms(5, 1, YEARS)), 2022)
    mention = report.report.mentions[0]
    prose = [row for row in read(report, "trs").observations if row.cell is None]
    assert [(row.value, row.unit, row.kind) for row in prose] == [(mention.value, mention.unit, mention.kind)]


def test_wrong_sums_are_found_exactly_where_they_are_planted(tmp_path: Path) -> None:
    """The form checks fail for exactly the planted contradictions, and each check has one."""
    plans = list(plan_forms(9, 4, YEARS, contradictions=0.4))
    n = write_raw(tmp_path / "raw", form_reports(plans))
    result = run(tmp_path / "raw", tmp_path / "curated")
    assert result.n_rows["reports"] == n == 20
    findings = parquet.read_table(tmp_path / "curated" / "findings.parquet").to_pylist()
    fails = {(row["check"], row["report_id"]) for row in findings if row["status"] == "fail"}
    assert {check for check, _ in fails} == set(FORM_CHECKS)
    assert fails == planted_forms(plans)
