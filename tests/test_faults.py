"""What goes wrong around a run: the disk is full, the run is killed. The old state stands and the next run goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nianbao import pipeline
from tests.conftest import HOUSE, KeepReport, report_text

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HOUSE)}


def test_no_room_on_the_disk_is_one_line_and_the_old_state_stands(
    raw: Path, tmp_path: Path, keep_report: KeepReport
) -> None:
    keep_report(report_text(2019))
    first = pipeline.run(raw, tmp_path / "c")
    before = {path.name: path.read_bytes() for path in (tmp_path / "c").iterdir() if path.is_file()}
    keep_report(report_text(2020), "b.txt")
    script = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))\n"  # no file may be larger, as on a full disk
        f"sys.argv = ['nianbao', 'run', '--direct', '--no-fetch', '--raw', {str(raw)!r}, "
        f"'--curated', {str(tmp_path / 'c')!r}]\n"
        "from flows.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-B", "-c", script]
    done = subprocess.run(command, cwd=HOUSE, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "the one published before stands" in done.stderr.splitlines()[-1]
    assert {path.name: path.read_bytes() for path in (tmp_path / "c").iterdir() if path.is_file()} == before
    again = pipeline.run(raw, tmp_path / "c")
    assert again.n_rows["reports"] == 2
    assert again.run != first.run


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be killed at any instant")
def test_runs_killed_at_random_instants_are_never_seen_torn_or_mixed_and_lose_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.faults", "--kills", "25"]
    done = subprocess.run(command, cwd=HOUSE, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
