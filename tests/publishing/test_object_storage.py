"""Raw files and tables on object storage: an S3 server on loopback, two machines (two caches), one version."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from pyarrow.fs import FileSystem
from typer.testing import CliRunner, Result

from nianbao import pipeline
from nianbao.publishing.object_storage import CuratedMirror, Mirror, RemoteConflict, local_copy, working_copies
from tests.bucket import CURATED, RAW, recording, stored, upload_raw
from tests.conftest import AddReport, report_text

pytestmark = pytest.mark.usefixtures("bucket")


def run() -> pipeline.RunResult:
    """Run the pipeline on object storage."""
    with working_copies(RAW, CURATED) as (raw, curated):
        return pipeline.run(raw, curated)


def test_a_run_on_object_storage_gives_the_same_bytes(raw: Path, add_report: AddReport, tmp_path: Path) -> None:
    """Tables on object storage are byte-identical to those in a folder, without lock or hidden files."""
    add_report(report_text(2019))
    add_report(b"", "empty.txt")
    direct = pipeline.run(raw, tmp_path / "direct")
    upload_raw(raw)
    assert run().run == direct.run
    there = stored(CURATED)
    assert {"manifest.json", "reports.parquet", f"_versions/{direct.run}/reports.parquet"} <= there
    assert not any(".lock" in path or "/." in path for path in there)
    files, root = FileSystem.from_uri(CURATED)
    for name in ("reports", "observations", "rejects"):
        with files.open_input_stream(f"{root}/{name}.parquet") as stream:
            assert stream.read() == (tmp_path / "direct" / f"{name}.parquet").read_bytes()


def test_another_machine_continues_from_object_storage(
    raw: Path, add_report: AddReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine with an empty cache gets the published tables and reads no report again."""
    add_report(report_text(2019))
    upload_raw(raw)
    first = run()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "two"))
    again = run()
    assert (again.run, again.counts.new, again.counts.reread) == (first.run, 0, 0)
    assert parquet.read_table(local_copy(CURATED) / "reports.parquet").num_rows == 1


def test_only_new_files_are_transferred(raw: Path, add_report: AddReport) -> None:
    """Without changes nothing is downloaded or uploaded."""
    add_report(report_text(2019))
    upload_raw(raw)
    run()
    mirror, state = Mirror(RAW, local_copy(RAW)), CuratedMirror(CURATED, local_copy(CURATED))
    assert (mirror.pull(), mirror.push(), state.pull(lambda path: "/" not in path), state.push()) == (0, 0, 0, 0)


def test_the_manifest_is_uploaded_last(raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions are uploaded before the tables, and the manifest is uploaded last."""
    add_report(report_text(2019))
    upload_raw(raw)
    order: list[str] = []
    monkeypatch.setattr(Mirror, "_upload", recording(order, Mirror._upload))
    published = run()
    tables = [n for n, path in enumerate(order) if "/" not in path]
    versions = [n for n, path in enumerate(order) if path.startswith(f"_versions/{published.run}/")]
    assert order[-1] == "manifest.json"
    assert max(versions) < min(tables)


def test_a_failed_upload_leaves_the_old_version(
    raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When an upload fails, the old version stays published, and the next run publishes the new one."""
    add_report(report_text(2019))
    upload_raw(raw)
    first = run()
    keep = Mirror._upload

    def broken(self: Mirror, path: str) -> tuple[str, tuple[int, int]]:
        if path == "reports.parquet":
            raise OSError("no connection")
        return keep(self, path)

    another_report(local_copy(RAW))
    with monkeypatch.context() as patch:
        patch.setattr(Mirror, "_upload", broken)
        with pytest.raises(OSError, match="no connection"):
            run()
    assert published_run() == first.run
    healed = run()
    assert published_run() == healed.run != first.run


def test_two_machines_at_once_do_not_overwrite_one_another(
    raw: Path, add_report: AddReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine with outdated tables does not overwrite newer ones, and gets the advice to run again."""
    add_report(report_text(2019))
    upload_raw(raw)
    here = working_copies(RAW, CURATED)
    pipeline.run(*here.__enter__())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "two"))
    other = run()
    with pytest.raises(RemoteConflict, match="run again"):
        here.__exit__(None, None, None)
    assert published_run() == other.run


def test_a_moved_file_is_moved_on_object_storage(raw: Path, add_report: AddReport) -> None:
    """A raw file that is moved locally is moved on object storage."""
    add_report(report_text(2019))
    upload_raw(raw)
    (path,) = (path for path in stored(RAW) if path.endswith(".txt"))
    copy = local_copy(RAW)
    (copy / "elsewhere").mkdir()
    (copy / path).rename(copy / "elsewhere" / "a.txt")
    Mirror(RAW, copy).push()
    assert "elsewhere/a.txt" in stored(RAW)
    assert path not in stored(RAW)


def test_an_invalid_url_is_an_error_with_an_example(tmp_path: Path) -> None:
    """An unknown scheme is an error that shows a valid URL."""
    with pytest.raises(OSError, match="write s3://bucket/folder"):
        Mirror("ftp2://bucket/raw", tmp_path)


def published_run() -> str:
    """Return the run of the manifest on object storage."""
    data = CuratedMirror(CURATED, local_copy(CURATED)).read("manifest.json")
    assert data is not None
    return str(json.loads(data)["run"])


def another_report(raw: Path) -> None:
    """Store one more report."""
    from nianbao.sources.local import ingest, list_files

    (raw.parent / "more.txt").write_text(report_text(2020))
    assert [taken.outcome for taken in ingest(list_files([raw.parent / "more.txt"]), raw)] == ["new"]


def test_the_command_line_accepts_urls_and_reports_invalid_ones(raw: Path, add_report: AddReport) -> None:
    """`run` accepts URLs, and an unknown bucket ends with exit code 1 and its name."""
    from flows.cli.app import app

    add_report(report_text(2019))
    upload_raw(raw)
    run_it = ["run", "--direct", "--no-fetch", "--curated", CURATED, "--raw"]
    done = CliRunner().invoke(app, [*run_it, RAW])
    assert (done.exit_code, done.stdout.splitlines()[-1].split(",")[0]) == (0, "1 reports")
    assert "reports.parquet" in stored(CURATED)
    wrong = CliRunner().invoke(app, [*run_it, "s3://nobody-has-this/raw"])
    assert (wrong.exit_code, "nobody-has-this" in wrong.stderr) == (1, True)


def look(*words: str) -> Result:
    """Run a command on the tables on object storage."""
    from flows.cli.app import app

    return CliRunner().invoke(app, [*words, "--curated", CURATED])


def test_read_only_commands_read_from_object_storage(
    raw: Path, add_report: AddReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All viewing commands read tables on object storage, upload nothing and do not fill the cache of runs."""
    add_report(report_text(2019))
    upload_raw(raw)
    first = run()
    another_report(local_copy(RAW))
    second = run()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "of who looks"))
    before = stored(CURATED)
    shown = look("compare", "--indicator", "复议", "--sentences")
    assert shown.exit_code == 0, shown.output
    assert "受理行政复议申请120宗" in shown.stdout
    assert shown.stdout.splitlines()[-1] == f"table: {CURATED}/comparisons.parquet"
    assert look("check").stdout.splitlines()[-1] == f"table: {CURATED}/findings.parquet"
    assert "2 published (+)" in look("coverage").stdout
    assert look("suggest", "--at-least", "1").exit_code == 0
    assert [line[:16] for line in look("states").stdout.splitlines()] == [second.run, first.run]
    assert "reports: 1 rows added" in look("diff", "--table", "reports").stdout
    assert f"{CURATED}/comparisons.parquet" in look("views").stdout
    assert "of 1 governments" in look("export", str(tmp_path / "a.xlsx")).stdout
    assert look("atlas", "--out", str(tmp_path / "site")).exit_code == 0
    assert (tmp_path / "site" / "index.html").is_file()
    assert stored(CURATED) == before  # nothing goes up
    assert not local_copy(CURATED).exists()  # where runs work


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("keep", "may"), 1, "but not tagged or removed"),
        (("prune", "--keep", "1"), 1, "but not tagged or removed"),
        (("atlas",), 2, "--out site"),
        (("compare",), 1, "make it with `nianbao run`"),
        (("states",), 1, "make it with `nianbao run`"),
    ],
)
def test_unsupported_commands_on_object_storage_fail_in_one_line(words: tuple[str, ...], code: int, says: str) -> None:
    """Tagging, pruning, drawing in place and missing tables give a one-line error."""
    result = look(*words)
    assert (result.exit_code, len(result.stderr.splitlines()), says in result.stderr) == (code, 1, True), result.output


@pytest.mark.slow
def test_unreachable_storage_is_a_one_line_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Object storage that does not respond gives a one-line error with its URL."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    result = look("compare")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1), result.output
    assert result.stderr.startswith(f"nianbao: {CURATED}: cannot be read")
