"""Published versions: listed, compared by row and column, tagged and pruned."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao import pipeline
from nianbao.publishing.diff import Change, Move, diff_versions, moved_indicators
from nianbao.publishing.versions import UnknownVersion, delete_tag, find_version, list_versions, prune, tag_version
from tests.conftest import AddReport, report_text


@pytest.fixture
def curated(raw: Path, tmp_path: Path, add_report: AddReport) -> Path:
    """Return two versions: one report, then the same with another number, and a second report."""
    folder = tmp_path / "c"
    first = add_report(report_text(2019, permits=1234)).snapshot.path
    pipeline.run(raw, folder)
    for ending in (".txt", ".json"):
        (raw / first).with_suffix(ending).unlink()
    add_report(report_text(2019, permits=1235))
    add_report(report_text(2020), "b.txt")
    pipeline.run(raw, folder)
    return folder


def test_a_diff_lists_new_rows_and_changed_values(curated: Path) -> None:
    """A diff counts new rows by key and changed values by column, with the values before and after."""
    after, before = list_versions(curated)
    found = {difference.table: difference for difference in diff_versions(before.folder, after.folder)}
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


def write_observations(folder: Path, indicators: dict[str, str | None]) -> Path:
    """Write the columns of `observations` that moves are read from: the indicator of each subject."""
    folder.mkdir()
    rows = [
        {"observation_id": subject, "indicator_id": indicator, "subject": subject, "quote": "7亿元"}
        for subject, indicator in indicators.items()
    ]
    schema = arrow.schema([(name, arrow.string()) for name in ("observation_id", "indicator_id", "subject", "quote")])
    parquet.write_table(arrow.Table.from_pylist(rows, schema), folder / "observations.parquet")
    return folder


def test_a_diff_lists_which_observations_moved_to_another_indicator(tmp_path: Path) -> None:
    """A changed catalog shows each move, then losses, then gains, with subjects; new observations are no moves."""
    before = write_observations(tmp_path / "a", {"财政收入": "budget", "消费": None, "出口": "exports", "路": "roads"})
    after = write_observations(
        tmp_path / "b", {"财政收入": "total", "消费": "sales", "出口": "exports", "路": None, "新": "new"}
    )
    assert moved_indicators(before, after) == [
        Move("budget", "total", 1, ("财政收入 7亿元",)),
        Move("roads", None, 1, ("路 7亿元",)),
        Move(None, "sales", 1, ("消费 7亿元",)),
    ]


def test_a_reverse_diff_lists_added_rows_as_removed(curated: Path) -> None:
    """Comparing in the other direction lists the added rows as removed."""
    after, before = list_versions(curated)
    (reports,) = diff_versions(after.folder, before.folder, ["reports"])
    assert (reports.n_added, reports.removed) == (0, ("rule_of_law/990100/2020",))


def test_a_tagged_version_is_not_pruned(curated: Path) -> None:
    """Pruning keeps a tagged version and removes it once the tag is deleted."""
    _, before = list_versions(curated)
    tag_version(curated, "first", before.run)
    assert prune(curated, 1) == []
    assert find_version(curated, "first").run == before.run
    delete_tag(curated, "first")
    assert prune(curated, 1) == [before.run]
    assert not before.folder.exists()
    with pytest.raises(UnknownVersion, match="kept are"):
        find_version(curated, "first")


def test_a_tagged_version_survives_many_runs(raw: Path, curated: Path, add_report: AddReport) -> None:
    """A tagged version is kept in addition to the last five."""
    tag_version(curated, "second", None)
    named = list_versions(curated)[0].run
    for year in range(2010, 2016):
        add_report(report_text(year), f"{year}.txt")
        pipeline.run(raw, curated)
    assert find_version(curated, "second").run == named
    assert len(list_versions(curated)) == 6


def test_the_commands_for_versions(curated: Path) -> None:
    """`versions`, `tag`, `diff` and `prune` print their results and end with the documented exit codes."""

    def call(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, [*arguments, "--curated", str(curated)])
        return done.exit_code, done.output

    code, output = call("versions")
    assert code == 0
    assert "2 reports" in output.splitlines()[0]
    assert call("tag", "mine")[0] == 0
    code, output = call("diff", "--table", "observations", "--json")
    assert code == 0
    assert json.loads(output)["columns"]["value"] == 1
    code, output = call("diff", "mine", "mine")
    assert (code, output.splitlines()[-1]) == (0, "no differences")
    assert call("diff", "other")[0] == 1
    assert call("diff", "--table", "nothing")[0] == 2
    assert call("tag", "mine", "again")[0] == 0
    assert call("tag", "--delete", "again") == (0, "again: tag deleted\n")
    assert call("tag", "--delete", "again")[0] == 1
    assert call("tag")[0] == call("tag", "a", "b", "c")[0] == 2
    assert call("prune", "--keep", "1") == (0, "1 removed, 1 kept\n")
