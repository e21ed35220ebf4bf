"""Disclosure reports from page to tables: the cells of the form and the findings about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from nianbao import pipeline
from nianbao.snapshots.store import Snapshot, SnapshotPath, SnapshotStore
from tests.conftest import RECEIVED
from tests.extraction.disclosure_factory import numbers, page, published, requests, reviews


def table(curated: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a published table."""
    rows: list[dict[str, Any]] = parquet.read_table(curated / f"{name}.parquet").to_pylist()
    return rows


def keep(raw: Path, year: int, *tables: str, prose: str = "受理政府信息公开申请21件") -> None:
    """Store the disclosure report on a year."""
    data = page(*tables, year=year, prose=prose).encode()
    note = Snapshot("", f"file:{year}.html", f"{year}.html", "", "text/html", len(data), RECEIVED, "ingest", {})
    SnapshotStore(raw).keep(data, note, SnapshotPath("info_disclosure", "990100", "云汀市", year))


def sheet(new: int = 21, carried_in: int = 0, carried_out: int = 0) -> list[list[str]]:
    """Return consistent requests, all by natural persons and all granted unless carried forward."""
    done = new + carried_in - carried_out
    column = [new, carried_in, done, *[0] * 20, done, carried_out]
    return [[str(n), "0", "0", "0", "0", "0", str(n)] for n in column]


def run(raw: Path, curated: Path) -> Path:
    """Publish the tables, without rejects, and return their folder."""
    pipeline.run(raw, curated)
    assert table(curated, "rejects") == []
    return curated


@pytest.fixture
def of_two_years(raw: Path, tmp_path: Path) -> Path:
    """Return the tables of the disclosure reports on 2022 and 2023."""
    keep(raw, 2022, published(), requests(sheet(18, 1, 2)), reviews((3, 1, 0, 0, 4, *[0] * 10)))
    keep(raw, 2023, published((1, 2, 3, 4, 5, 5, 7, "", "/", "约十")), requests(sheet(21, 2, 0)), reviews([0] * 15))
    return run(raw, tmp_path / "curated")


def test_a_cell_is_an_observation_and_an_indicator(of_two_years: Path) -> None:
    """Each cell with a number is an observation with the same indicator, quote, offsets and year."""
    texts = {row["report_id"]: row["text"] for row in table(of_two_years, "documents")}
    observations = {row["observation_id"]: row for row in table(of_two_years, "observations")}
    cells = table(of_two_years, "cells")
    assert len(cells) == 2 * (6 + 3 + 1 + 25 * 7 + 15)
    assert cells == sorted(cells, key=lambda row: (row["report_id"], row["char_start"], row["cell_id"]))
    for cell in cells:
        assert cell["match_method"] == "form"
        assert texts[cell["report_id"]][cell["char_start"] : cell["char_end"]] == cell["text"]
        if cell["state"] == "number":
            row = observations[cell["observation_id"]]
            assert (row["indicator_id"], row["quote"]) == (cell["indicator_id"], cell["text"])
            assert (
                (row["match_method"], row["match_score"]) == (cell["match_method"], cell["match_score"]) == ("form", 1)
            )
            assert (row["family"], row["report_year"], row["period_end"]) == (
                "info_disclosure",
                *[cell["report_year"]] * 2,
            )
    cell = next(cell for cell in cells if cell["cell_id"] == "info_disclosure/990100/2022!requests_new_total")
    assert (cell["table_number"], cell["row_number"], cell["column_number"]) == (2, 4, 10)
    assert (cell["row_path"], cell["column_path"]) == ("一、本年新收政府信息公开申请数量", "申请人情况/总计")


def test_cells_without_a_number_have_a_state_and_no_value(of_two_years: Path) -> None:
    """Empty, struck-out and unreadable cells have their state and stay empty in the wide table, while 0 is a value."""
    states = {
        cell["indicator_id"]: (cell["state"], cell["text"], cell["observation_id"])
        for cell in table(of_two_years, "cells")
        if cell["state"] != "number"
    }
    assert states == {
        "penalties_decisions": ("empty", "", None),
        "coercive_measures_decisions": ("not_applicable", "/", None),
        "fees_collected": ("unreadable", "约十", None),
    }
    wide = {row["year"]: row for row in table(of_two_years, "comparisons_wide")}
    assert wide[2022]["penalties_decisions"] == 8
    assert [wide[2023][name] for name in states] == [None] * 3
    assert wide[2023]["requests_refused_by_law_total"] == 0


def test_cells_of_two_years_are_compared(of_two_years: Path) -> None:
    """The cells of two consecutive years are compared, with value, difference and quote."""
    rows = {(row["indicator_id"], row["year"]): row for row in table(of_two_years, "comparisons")}
    new = rows["requests_new_total", 2023]
    assert (new["value"], new["previous_value"], new["change_abs"], new["unit"]) == (21, 18, 3, "件")
    assert (new["comparability"], new["quote"]) == ("comparable", "21")


def test_a_report_of_another_family_has_no_cells(raw: Path, tmp_path: Path, add_report: Any) -> None:
    """A rule-of-law report gives no row in the table of cells."""
    from tests.conftest import report_text

    add_report(report_text(2019))
    assert table(run(raw, tmp_path / "curated"), "cells") == []


@pytest.mark.parametrize(("year", "found"), [(2018, []), (2019, ["form_not_found"])])
def test_a_missing_form_is_a_finding_from_2019_on(raw: Path, tmp_path: Path, year: int, found: list[str]) -> None:
    """A report without the form is a finding only from the year in which the form was introduced."""
    keep(raw, year, "<p>表格见附件。</p>")
    assert [row["check"] for row in table(run(raw, tmp_path / "curated"), "findings")] == found


def test_every_number_of_a_form_has_its_own_observation(raw: Path, tmp_path: Path) -> None:
    """All numbers of the request table are published, each in its own observation."""
    keep(raw, 2023, published(), requests(), reviews(), prose="工作有序推进")
    observations = table(run(raw, tmp_path / "curated"), "observations")
    by_cell = {row["indicator_id"]: row["value"] for row in observations if row["match_method"] == "form"}
    assert sorted(by_cell[name] for name in by_cell if name.startswith("requests_")) == [
        float(text) for row in numbers() for text in row
    ]
