"""The Prefect flow gives what the plain functions give. One run, because the first needs a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.quiet import SETTINGS, be_quiet
from nianbao import pipeline
from nianbao.storage.snapshots import snapshot_paths
from tests.conftest import HOUSE, KeepReport, report_text


def test_what_the_user_set_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    be_quiet()
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_processes_only_where_there_is_enough_to_read() -> None:
    code = (
        "from flows.annual import runner_for; "
        "names = [type(runner_for(n, cores=2)).__name__ for n in (0, 1, 7, 8, 500)]; "
        "assert names == ['ThreadPoolTaskRunner'] * 3 + ['ProcessPoolTaskRunner'] * 2, names"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=HOUSE, check=False).returncode == 0


def test_files_can_be_taken_in_by_the_flow_itself(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(report_text(2019))
    (tmp_path / "in" / "manifest.csv").write_text("file,family,jurisdiction,title,delivered\na.txt,,,,2020\n")
    code = (
        "from flows.annual import ingest; "
        f"given = ([{str(tmp_path / 'in')!r}], {str(raw)!r}, {str(tmp_path / 'in' / 'manifest.csv')!r}); "
        "new = [ingest.fn(*given), ingest.fn(*given)]; "
        "assert new == [1, 0], new"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=HOUSE, check=False).returncode == 0
    assert len(list(snapshot_paths(raw))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_the_flow_publishes_what_the_plain_functions_publish(
    workers: int, raw: Path, tmp_path: Path, keep_report: KeepReport, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for year in range(2010, 2020):
        keep_report(report_text(year), f"{year}.txt")
    keep_report(b"", "empty.txt")
    home = tmp_path_factory.getbasetemp() / "prefect"  # shared, so that the database is made once
    script = tmp_path / "run_flow.py"
    script.write_text(
        "from pathlib import Path\n"
        "if __name__ == '__main__':\n"
        "    from nianbao import pipeline\n"
        f"    most = {1 if workers > 1 else 2_000_000}\n"
        "    pipeline.list_batches.__defaults__ = (most,)\n"
        "    pipeline.run.__kwdefaults__['max_bytes'] = most\n"
        "    from flows.annual import run_annual\n"
        f"    outcome = run_annual(Path({str(raw)!r}), Path({str(tmp_path / 'c')!r}), print)\n"
        "    print(outcome.run)\n"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(home),
        "PYTHONPATH": str(HOUSE),
        "NO_PROXY": "*",
    }
    result = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[-1] == pipeline.run(raw, tmp_path / "direct").run
    assert {"reading 11 11", "comparing 10 10", "writing 14 14"} <= set(lines)
    assert "Traceback" not in result.stderr
