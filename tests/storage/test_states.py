"""Published states: listed, compared row by row and column by column, kept under a name, pruned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from nianbao import pipeline
from nianbao.storage.diff import Change, diff_states
from nianbao.storage.states import NoSuchState, find_state, forget_name, list_states, name_state, prune
from tests.conftest import KeepReport, report_text


@pytest.fixture
def curated(raw: Path, tmp_path: Path, keep_report: KeepReport) -> Path:
    """Two states: one report, then the same with another number in it, and a second report."""
    folder = tmp_path / "c"
    first = keep_report(report_text(2019, permits=1234)).snapshot.path
    pipeline.run(raw, folder)
    for ending in (".txt", ".json"):
        (raw / first).with_suffix(ending).unlink()
    keep_report(report_text(2019, permits=1235))
    keep_report(report_text(2020), "b.txt")
    pipeline.run(raw, folder)
    return folder


def test_rows_that_came_and_values_that_changed_are_told_by_key_and_column(curated: Path) -> None:
    after, before = list_states(curated)
    found = {seen.table: seen for seen in diff_states(before.folder, after.folder)}
    reports = found["reports"]
    assert (reports.n_added, reports.n_removed, reports.n_changed) == (1, 0, 1)
    assert reports.added == ("rule_of_law/990100/2020",)
    assert {"raw_sha256", "raw_path"} <= set(reports.columns)
    observations = found["observations"]
    assert observations.columns["value"] == 1
    (change,) = observations.examples["value"]
    assert (change.before, change.after) == (1234.0, 1235.0)
    assert isinstance(change, Change)
    assert found["corrections"].same


def test_backwards_what_was_added_is_removed(curated: Path) -> None:
    after, before = list_states(curated)
    (reports,) = diff_states(after.folder, before.folder, ["reports"])
    assert (reports.n_added, reports.removed) == (0, ("rule_of_law/990100/2020",))


def test_a_state_with_a_name_stays_when_others_go(curated: Path) -> None:
    _, before = list_states(curated)
    name_state(curated, "first", before.run)
    assert prune(curated, 1) == []
    assert find_state(curated, "first").run == before.run
    forget_name(curated, "first")
    assert prune(curated, 1) == [before.run]
    assert not before.folder.exists()
    with pytest.raises(NoSuchState, match="kept are"):
        find_state(curated, "first")


def test_a_named_state_stays_through_many_runs(raw: Path, curated: Path, keep_report: KeepReport) -> None:
    name_state(curated, "second", None)
    named = list_states(curated)[0].run
    for year in range(2010, 2016):
        keep_report(report_text(year), f"{year}.txt")
        pipeline.run(raw, curated)
    assert find_state(curated, "second").run == named
    assert len(list_states(curated)) == 6


def test_the_commands(curated: Path) -> None:
    def call(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, [*arguments, "--curated", str(curated)])
        return done.exit_code, done.output

    code, told = call("states")
    assert code == 0
    assert "2 reports" in told.splitlines()[0]
    assert call("keep", "mine")[0] == 0
    code, told = call("diff", "--table", "observations", "--json")
    assert code == 0
    assert json.loads(told)["columns"]["value"] == 1
    code, told = call("diff", "mine", "mine")
    assert (code, told.splitlines()[-1]) == (0, "nothing differs")
    assert call("diff", "other")[0] == 1
    assert call("diff", "--table", "nothing")[0] == 2
    assert call("prune", "--keep", "1") == (0, "1 removed, 1 kept\n")
