"""Publishing: always the complete new or old version, at any interruption; equal content changes nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from nianbao.io.layout import VERSIONS
from nianbao.publishing import publish
from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.publish import TableWriter, begin_version
from nianbao.tables.validation import valid_rows
from schemas import ComparisonsWide, Documents, arrow_schema

STEPS = ("link", "replace", "rename", "fsync", "unlink", "rmdir")
NAMES = ("documents.parquet", "about.txt")


def make(curated: Path, content: str) -> Path:
    """Return a version of two files with the given content, ready to be published."""
    made = begin_version(curated)
    with TableWriter(Documents, made) as writer:
        writer.write(valid_rows(Documents, [{"report_id": "rule_of_law/990100/2019", "text": content}]))
    (made / "about.txt").write_text(content)
    return made


def put(curated: Path, content: str, now: datetime | None = None) -> publish.Published:
    """Publish a version with the given content."""
    return publish.publish(curated, make(curated, content), {}, now=now)


def texts_at_stable_paths(folder: Path) -> tuple[str, str]:
    """Return the text of the table and of the other file in a folder."""
    (text,) = parquet.read_table(folder / "documents.parquet")["text"].to_pylist()
    return text, (folder / "about.txt").read_text()


def texts_by_manifest(curated: Path) -> tuple[str, str]:
    """Return the texts in the folder that the manifest names."""
    manifest = read_manifest(curated)
    assert manifest is not None
    return texts_at_stable_paths(curated / manifest["folder"])


def test_stable_files_and_version_are_the_same_bytes(tmp_path: Path) -> None:
    """The files at the stable paths are hard links to those of the version."""
    published = put(tmp_path, "一")
    assert texts_at_stable_paths(tmp_path) == texts_by_manifest(tmp_path) == ("一", "一")
    for name in NAMES:
        assert (tmp_path / name).samefile(published.folder / name)


def test_publishing_the_same_content_again_changes_nothing(tmp_path: Path) -> None:
    """Publishing the same content again writes no file, so that all times of change stay."""
    first = put(tmp_path, "一", datetime(2026, 1, 1, tzinfo=UTC))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    again = put(tmp_path, "一", datetime(2026, 2, 2, tzinfo=UTC))
    assert (again.run, again.changed) == (first.run, False)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_run_is_named_by_its_content_alone(tmp_path: Path) -> None:
    """The same content gives the same name of the run in any folder, and other content another one."""
    assert put(tmp_path / "a", "一").run == put(tmp_path / "b", "一").run
    assert put(tmp_path / "a", "二").run != put(tmp_path / "b", "一").run


def test_earlier_content_is_published_under_its_earlier_name(tmp_path: Path) -> None:
    """Publishing earlier content again restores the earlier version under its name."""
    first = put(tmp_path, "一")
    put(tmp_path, "二")
    assert put(tmp_path, "一") == first
    assert texts_at_stable_paths(tmp_path) == texts_by_manifest(tmp_path) == ("一", "一")


def test_the_last_five_versions_are_kept(tmp_path: Path) -> None:
    """After seven publications, the last five versions are left."""
    runs = [put(tmp_path, str(n)).run for n in range(7)]
    assert {path.name for path in (tmp_path / VERSIONS).iterdir()} == set(runs[2:])


def test_a_damaged_or_removed_stable_file_is_restored(tmp_path: Path) -> None:
    """Publishing the same content restores files that were damaged or deleted."""
    put(tmp_path, "一")
    (tmp_path / "about.txt").unlink()
    (tmp_path / "documents.parquet").unlink()
    (tmp_path / "documents.parquet").write_bytes(b"not parquet")
    assert put(tmp_path, "一").changed
    assert texts_at_stable_paths(tmp_path) == ("一", "一")


def test_a_damaged_version_is_restored(tmp_path: Path) -> None:
    """Publishing the same content restores damaged files of the version and their stable copies."""
    published = put(tmp_path, "一")
    (published.folder / "about.txt").write_text("x")  # the stable file is the same bytes, so it is damaged too
    put(tmp_path, "一")
    assert texts_at_stable_paths(tmp_path) == texts_by_manifest(tmp_path) == ("一", "一")


def test_a_file_that_the_new_version_lacks_is_removed(tmp_path: Path) -> None:
    """A file that the new version does not have is removed from the stable paths."""
    put(tmp_path, "一")
    made = make(tmp_path, "二")
    (made / "about.txt").unlink()
    publish.publish(tmp_path, made, {})
    assert not (tmp_path / "about.txt").exists()


def test_without_hard_links_files_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hard links are impossible, publishing copies files and still recognises equal content."""

    def no_link(source: Path, target: Path) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(os, "link", no_link)
    put(tmp_path, "一")
    assert texts_at_stable_paths(tmp_path) == ("一", "一")
    assert not put(tmp_path, "一").changed


def test_a_damaged_manifest_is_replaced(tmp_path: Path) -> None:
    """A truncated manifest is replaced by the next publication."""
    put(tmp_path, "一")
    (tmp_path / "manifest.json").write_text('{"run":')
    assert put(tmp_path, "一").changed
    assert texts_by_manifest(tmp_path) == ("一", "一")


def dying_at(step: int, work: Callable[[], object]) -> int:
    """Run `work` in a child that is killed just before its `step`-th change of the disk; return its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    count = 0

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def step_or_die(*args: object, **options: object) -> object:
            nonlocal count
            count += 1
            if count == step:
                os._exit(9)
            return call(*args, **options)

        return step_or_die

    try:
        for name in STEPS:
            setattr(os, name, counted(getattr(os, name)))
        work()
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to die without cleaning up")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_kill_at_any_step_leaves_a_whole_version(tmp_path: Path) -> None:
    """Killed at any step, publishing leaves a complete old or new version, and the next run finishes and cleans up."""
    outcomes = []
    for step in range(1, 100):
        curated = tmp_path / str(step)
        put(curated, "一")
        made = make(curated, "二")
        outcome = dying_at(step, partial(publish.publish, curated, made, {}))
        outcomes.append(outcome)
        assert texts_by_manifest(curated) in {("一", "一"), ("二", "二")}
        assert set(texts_at_stable_paths(curated)) <= {
            "一",
            "二",
        }  # each stable file is whole, of the one state or the other
        put(curated, "二")
        assert texts_at_stable_paths(curated) == texts_by_manifest(curated) == ("二", "二")
        left = [path.name for path in curated.rglob(".*")]
        assert left == [], f"killed at step {step}"
        if outcome == 0:
            break
    assert outcomes[:-1] == [9] * (len(outcomes) - 1)
    assert len(outcomes) > 10


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TableWriter]:
    """Open a writer of the table `documents`."""
    with TableWriter(Documents, tmp_path) as opened:
        yield opened


def test_parquet_files_have_the_documented_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet files have the schema, row groups, compression, statistics and sort order of the format."""
    monkeypatch.setattr(publish, "ROW_GROUP_ROWS", 10)
    with TableWriter(Documents, tmp_path) as writer:
        for n in range(7):
            rows = [{"report_id": f"rule_of_law/990100/{2000 + n}-{m}", "text": "文"} for m in range(2, 5)]
            writer.write(valid_rows(Documents, rows))
    assert writer.n_rows == 21
    file = parquet.ParquetFile(writer.path)
    assert file.schema_arrow.equals(arrow_schema(Documents), check_metadata=True)
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [10, 10, 1]
    column = file.metadata.row_group(0).column(0)
    assert column.compression == "SNAPPY"
    assert column.is_stats_set
    assert column.has_offset_index
    (order,) = file.metadata.row_group(0).sorting_columns
    assert (order.column_index, order.descending) == (0, False)


def test_a_table_of_a_thousand_columns_has_few_row_groups(tmp_path: Path) -> None:
    """The description of a thousand columns of each group was half of the file, and grew in memory with every group."""
    schema = arrow_schema(ComparisonsWide)
    assert len(schema) > 1000
    rows = [
        dict.fromkeys(schema.names[:7], "") | {"family": "work_report", "jurisdiction_code": "990100", "year": year}
        for year in range(1500)
    ]
    with TableWriter(ComparisonsWide, tmp_path) as writer:
        writer.write(arrow.Table.from_pylist(rows, schema=schema))
    assert parquet.ParquetFile(writer.path).num_row_groups == 1


def test_an_empty_table_has_its_schema(tmp_path: Path) -> None:
    """A table without rows is a valid Parquet file with its schema."""
    with TableWriter(Documents, tmp_path) as writer:
        pass
    assert parquet.read_schema(writer.path).equals(arrow_schema(Documents), check_metadata=True)


def test_rows_of_another_table_are_refused(writer: TableWriter) -> None:
    """Writing rows with another schema is an error."""
    with pytest.raises(ValueError, match="schema"):
        writer.write(arrow.table({"x": [1]}))


def test_the_manifest_describes_the_version(tmp_path: Path) -> None:
    """The manifest has the time of publication, the counts of rows and the names of the files."""
    publish.publish(tmp_path, make(tmp_path, "一"), {"rows": {"documents": 1}}, now=datetime(2026, 1, 1, tzinfo=UTC))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["published_at"] == "2026-01-01T00:00:00+00:00"
    assert manifest["rows"] == {"documents": 1}
    assert set(manifest["files"]) == set(NAMES)
