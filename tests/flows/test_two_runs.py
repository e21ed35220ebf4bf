"""Two concurrent runs on the same tables: the second fails with a message, or waits with --wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from typer.testing import CliRunner

from flows.cli import publishing
from flows.cli.app import app
from nianbao import pipeline
from tests.conftest import AddReport, report_text


@pytest.mark.parametrize("command", [("run",), ("backfill", "--years", "2019")], ids=" ".join)
def test_the_second_run_fails_with_a_message(
    command: tuple[str, ...], raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A run that meets another run fails at once and suggests `--wait`."""
    add_report(report_text(2019))
    with pipeline.run_lock(tmp_path / "c"):
        result = CliRunner().invoke(app, [*command, "--direct", "--raw", str(raw), "--curated", str(tmp_path / "c")])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"nianbao: {tmp_path / 'c'}: another run is publishing there; wait for it and run again, or run with --wait"
    )


def test_the_second_run_waits_with_wait(
    raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `--wait`, the second run starts when the first has released the lock."""
    add_report(report_text(2019))
    curated = tmp_path / "c"
    words = ["backfill", "--years", "2019", "--wait", "--direct", "--no-fetch", "--no-atlas"]
    words += ["--raw", str(raw), "--curated", str(curated)]
    waiting = Event()

    def log_line(message: str) -> None:
        if message == f"{curated}: waiting for another run":
            waiting.set()

    monkeypatch.setattr(publishing, "log_line", log_line)
    with ThreadPoolExecutor(1) as pool:
        with pipeline.run_lock(curated):
            second = pool.submit(CliRunner().invoke, app, words)
            assert waiting.wait(60)
            assert not second.done()
            assert not (curated / "manifest.json").exists()
        result = second.result(60)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith("1 reports, ")
