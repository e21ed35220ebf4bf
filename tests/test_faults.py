"""Faults around a run, such as a full disk or a kill: the old version stays and the next run continues."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao import options, pipeline
from tests.conftest import REPO_ROOT, AddReport, report_text

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPO_ROOT)}
# Linux constants: the capability that lets root ignore permissions (CAP_DAC_OVERRIDE), and the call that drops it.
OVERRIDING, PR_CAPBSET_DROP = 1, 24


def nianbao(*words: str | Path, prepare: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in a separate process."""
    command = [sys.executable, "-B", "-c", "from flows.cli.app import main; main()", *map(str, words)]
    return subprocess.run(
        command, cwd=REPO_ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False, preexec_fn=prepare
    )


def obey_permissions() -> None:
    """Make permissions bind this process, also where it is root's."""
    if os.geteuid() == 0 and ctypes.CDLL(None, use_errno=True).prctl(PR_CAPBSET_DROP, OVERRIDING, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "root cannot give up writing where nobody may")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files in a folder by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Deny writing in a folder and those below it."""
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    modes = [path.stat().st_mode for path in folders]
    try:
        for path in folders:
            path.chmod(0o555)
        yield
    finally:
        for path, mode in zip(folders, modes, strict=True):
            path.chmod(mode)


def test_a_full_disk_is_a_one_line_error_and_the_old_version_stays(
    raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A full disk ends the run with one line, the old version stays, and the next run succeeds."""
    add_report(report_text(2019))
    first = pipeline.run(raw, tmp_path / "c")
    before = {path.name: path.read_bytes() for path in (tmp_path / "c").iterdir() if path.is_file()}
    add_report(report_text(2020), "b.txt")
    script = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))\n"  # no file may be larger, as on a full disk
        f"sys.argv = ['nianbao', 'run', '--direct', '--no-fetch', '--raw', {str(raw)!r}, "
        f"'--curated', {str(tmp_path / 'c')!r}]\n"
        "from flows.cli.app import main\n"
        "main()\n"
    )
    command = [sys.executable, "-B", "-c", script]
    done = subprocess.run(command, cwd=REPO_ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "the previous version is still in place" in done.stderr.splitlines()[-1]
    assert {path.name: path.read_bytes() for path in (tmp_path / "c").iterdir() if path.is_file()} == before
    again = pipeline.run(raw, tmp_path / "c")
    assert again.n_rows["reports"] == 2
    assert again.run != first.run


@pytest.mark.parametrize("where", ["everything", pytest.param("_versions", marks=pytest.mark.slow)])
def test_a_denied_write_is_a_one_line_error_and_the_old_version_stays(
    where: str, raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """Without permission to write, the run ends with one line and the old version stays readable."""
    add_report(report_text(2019))
    curated = tmp_path / "c"
    first = pipeline.run(raw, curated)
    add_report(report_text(2020), "b.txt")
    before = contents(curated / "_versions")
    with read_only(curated if where == "everything" else curated / where):
        denied = nianbao("run", "--direct", "--no-fetch", "--raw", raw, "--curated", curated, prepare=obey_permissions)
        # Who only looks needs no permission to write.
        shown = CliRunner().invoke(app, ["compare", "--curated", str(curated)])
    assert denied.returncode == 1, denied.stdout
    assert "Traceback" not in denied.stderr
    last = denied.stderr.splitlines()[-1]
    assert last.startswith("nianbao: ")
    assert "Permission denied" in last
    assert str(curated) in last
    assert contents(curated / "_versions") == before
    assert shown.exit_code == 0, shown.output
    assert pipeline.run(raw, curated).run != first.run


@pytest.mark.parametrize("damage", [b"", b"PAR1 it was a table once", None], ids=["empty", "overwritten", "cut off"])
def test_a_damaged_table_is_a_one_line_error_until_the_next_run(
    damage: bytes | None, raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A damaged table gives one-line errors and no partial output, and the next run restores it."""
    add_report(report_text(2019))
    curated = tmp_path / "c"
    first = pipeline.run(raw, curated)
    whole = (curated / "comparisons.parquet").read_bytes()
    # In place, as a program would that opens it for writing: the version's file is the same one.
    (curated / "comparisons.parquet").write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    for words in (["compare"], ["export", str(tmp_path / "a.xlsx")], ["atlas", "--out", str(tmp_path / "site")]):
        result = CliRunner().invoke(app, [*words, "--curated", str(curated)])
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1), result.output
        assert str(tmp_path) in result.stderr
    assert not (tmp_path / "a.xlsx").exists()
    assert pipeline.run(raw, curated).run == first.run
    assert (curated / "comparisons.parquet").read_bytes() == whole
    assert CliRunner().invoke(app, ["compare", "--curated", str(curated)]).exit_code == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be killed in the middle")
def test_a_killed_backfill_continues_from_what_it_had_read(
    raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed backfill resumes with the unread reports; once finished, another one reads all again."""
    for year in range(2015, 2020):
        add_report(report_text(year), f"{year}.txt")
    first = pipeline.run(raw, tmp_path / "c")
    words = ["backfill", "--years", "2015-2019", "--force", "--direct", "--no-fetch", "--no-atlas"]
    words += ["--raw", str(raw), "--curated", str(tmp_path / "c")]
    monkeypatch.setattr(options, "BATCH_BYTES", 1)  # a report a batch

    def killed_at_the_fourth(step: pipeline.Step, jobs: Sequence[Any]) -> Iterator[Any]:
        for n, job in enumerate(jobs):
            if step is pipeline.read_batch and n == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            yield step(job)

    child = os.fork()
    if child == 0:
        complete_run = pipeline.run
        monkeypatch.setattr(
            pipeline,
            "run",
            lambda raw, curated, options, events: complete_run(
                raw, curated, replace(options, executor=killed_at_the_fourth), events
            ),
        )
        CliRunner().invoke(app, words)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

    again = CliRunner().invoke(app, words)
    assert again.exit_code == 0, again.output
    assert "reading: 2 of 2 snapshots" in again.stderr
    assert "snapshots: 0 new, 2 read again" in again.stdout
    assert f"nothing changed since run {first.run}" in again.stdout
    whole = CliRunner().invoke(app, words)
    assert (
        "snapshots: 0 new, 5 read again" in whole.stdout
    )  # the former was finished, so this one starts from the beginning


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be killed at any instant")
def test_unfinished_cache_files_of_a_killed_run_are_removed(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """The next run removes an unfinished file that a killed run left in the cache."""
    add_report(report_text(2019), "2019.txt")
    pipeline.run(raw, tmp_path / "c")
    left = tmp_path / "c" / "_cache" / ".writing-k1ll3d"
    left.write_text("{")
    assert not pipeline.run(raw, tmp_path / "c").changed
    assert not left.exists()


@pytest.mark.slow
@pytest.mark.parametrize("where", [[], ["--dask"], ["--layout", "delta"]], ids=["here", "dask", "delta"])
def test_runs_killed_at_random_leave_complete_versions(where: list[str]) -> None:
    """Readers see complete versions only, although twenty-five runs are killed at random, and no report is lost."""
    command = [sys.executable, "-m", "benchmarks.faults", "--kills", "25", *where]
    done = subprocess.run(command, cwd=REPO_ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
