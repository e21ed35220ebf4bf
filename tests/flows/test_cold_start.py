"""Commands start fast: none imports a heavy package that it does not need. One process imports step by step."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nianbao import pipeline
from tests.conftest import REPO_ROOT, AddReport, report_text

HEAVY = ("pandas", "pandera", "prefect", "pyarrow", "pydantic", "rich", "yaml", "lxml", "jinja2", "hishel")
# Runs commands in one process and prints, after each, which heavy packages are imported by then.
STEPS = """
import json, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

def imported():
    return sorted(set(sys.argv[1].split()) & set(sys.modules))

for words in json.loads(sys.argv[2]):
    if words[0] == "import":
        __import__(words[1])
    else:
        from flows.cli.app import app
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as errors:
            try:
                app(words)
            except SystemExit as end:
                assert not end.code, (words, errors.getvalue())
    print(json.dumps([" ".join(words), imported()]), flush=True)
"""


def imports_of(steps: list[list[str]]) -> dict[str, set[str]]:
    """Return, by step, the heavy packages that are imported after it."""
    command = [sys.executable, "-c", STEPS, " ".join(HEAVY), json.dumps(steps)]
    done = subprocess.run(command, cwd=REPO_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {step: set(packages) for step, packages in map(json.loads, done.stdout.splitlines())}


@pytest.fixture
def curated(raw: Path, tmp_path: Path, add_report: AddReport) -> Path:
    """Return two published versions that differ in a value, a row and a missing value."""
    add_report(report_text(2019))
    pipeline.run(raw, tmp_path / "c")
    add_report(report_text(2020, permits=77), "b.txt")
    pipeline.run(raw, tmp_path / "c")
    return tmp_path / "c"


def test_each_command_imports_only_what_it_needs(curated: Path, tmp_path: Path) -> None:
    """No command imports a heavy package that it does not use, and `--help` imports none."""
    report = tmp_path / "report.txt"
    report.write_text(report_text(2019))
    tables = ["--curated", str(curated)]
    imported = imports_of(
        [
            ["--help"],
            ["tables"],
            ["versions", *tables],
            ["diff", *tables],
            ["compare", "--sentences", *tables],
            ["check", *tables],
            ["coverage", *tables],
            ["views", *tables],
            ["extract", str(report)],
            ["ingest", str(report), "--raw", str(tmp_path / "taken")],
            ["import", "flows.workers"],
        ]
    )
    by_command = {step.split()[0]: packages for step, packages in imported.items()}
    assert by_command["--help"] == set()
    assert by_command["tables"] <= {"pydantic", "yaml"}  # pydantic comes with typer
    assert by_command["versions"] <= {"pydantic", "yaml", "pyarrow", "rich"}
    assert not by_command["coverage"] & {"pandas", "pandera", "prefect", "lxml", "jinja2", "hishel"}
    assert not by_command["ingest"] & {"pandas", "pandera", "prefect", "hishel"}


def test_preloading_a_worker_imports_what_the_steps_need() -> None:
    """The worker module is light, and preloading imports all packages that the tasks use."""
    steps = [["import", "flows.workers"], ["import", "flows.tasks"]]
    imported = imports_of(steps)
    assert "pandas" not in imported["import flows.workers"]
    assert {"pandas", "pandera", "lxml", "prefect"} <= imported["import flows.tasks"]
