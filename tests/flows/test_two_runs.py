"""Two runs at once on the same tables: the second says so and ends, or waits where it was asked to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from nianbao import pipeline
from tests.conftest import HOUSE, KeepReport, report_text


@pytest.mark.parametrize("command", [("run",), ("backfill", "--years", "2019")], ids=" ".join)
def test_the_second_says_that_another_is_at_work(
    command: tuple[str, ...], raw: Path, tmp_path: Path, keep_report: KeepReport
) -> None:
    keep_report(report_text(2019))
    with pipeline.only_run(tmp_path / "c"):
        result = CliRunner().invoke(app, [*command, "--direct", "--raw", str(raw), "--curated", str(tmp_path / "c")])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"nianbao: {tmp_path / 'c'}: another run is publishing there; wait for it and run again, or run with --wait"
    )


def test_the_second_waits_and_then_does_its_work(raw: Path, tmp_path: Path, keep_report: KeepReport) -> None:
    keep_report(report_text(2019))
    curated = tmp_path / "c"
    words = ["backfill", "--years", "2019", "--wait", "--direct", "--no-fetch", "--no-atlas"]
    code = "from flows.cli import main; main()"
    command = [sys.executable, "-c", code, *words, "--raw", str(raw), "--curated", str(curated)]
    with pipeline.only_run(curated):
        second = subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert second.stderr.readline() == f"{curated}: another run is at work there; waiting for it\n"
        assert second.poll() is None
        assert not (curated / "manifest.json").exists()
    told, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    assert told.splitlines()[-1].startswith("1 reports, ")
