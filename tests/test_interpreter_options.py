"""Options of the interpreter and of the shell: the same tables, readable by nobody that the umask excludes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nianbao import pipeline
from tests.conftest import REPO_ROOT, AddReport, report_text


@pytest.mark.slow
@pytest.mark.parametrize("option", ["-O", "-OO"])
def test_without_docstrings_a_run_publishes_the_same_bytes(
    option: str, raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """`python -OO` leaves out docstrings; the descriptions in the tables stay, and files obey the umask."""
    add_report(report_text(2019))
    expected = pipeline.run(raw, tmp_path / "c").run
    words = ["run", "--direct", "--no-fetch", "--raw", str(raw), "--curated", str(tmp_path / "o")]
    command = [sys.executable, option, "-c", "from flows.cli.app import main; main()", *words]
    subprocess.run(command, cwd=REPO_ROOT, check=True, capture_output=True, umask=0o077)
    assert json.loads((tmp_path / "o" / "manifest.json").read_bytes())["run"] == expected
    modes = {path: path.stat().st_mode & 0o077 for path in (tmp_path / "o").rglob("*") if not path.is_symlink()}
    assert [path for path, mode in modes.items() if mode] == []
    assert os.access(tmp_path / "o" / "reports.parquet", os.R_OK)
