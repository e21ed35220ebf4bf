"""Two runs at once on the same tables: the second says so and ends, or waits where it was asked to."""

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
def test_the_second_says_that_another_is_at_work(
    command: tuple[str, ...], raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    add_report(report_text(2019))
    with pipeline.run_lock(tmp_path / "c"):
        result = CliRunner().invoke(app, [*command, "--direct", "--raw", str(raw), "--curated", str(tmp_path / "c")])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"nianbao: {tmp_path / 'c'}: another run is publishing there; wait for it and run again, or run with --wait"
    )


def test_the_second_waits_and_then_does_its_work(
    raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_report(report_text(2019))
    curated = tmp_path / "c"
    words = ["backfill", "--years", "2019", "--wait", "--direct", "--no-fetch", "--no-atlas"]
    words += ["--raw", str(raw), "--curated", str(curated)]
    waiting = Event()

    def heard(message: str) -> None:
        if message == f"{curated}: waiting for another run":
            waiting.set()

    monkeypatch.setattr(publishing, "log_line", heard)
    with ThreadPoolExecutor(1) as beside:
        with pipeline.run_lock(curated):
            second = beside.submit(CliRunner().invoke, app, words)
            assert waiting.wait(60)
            assert not second.done()
            assert not (curated / "manifest.json").exists()
        result = second.result(60)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith("1 reports, ")
