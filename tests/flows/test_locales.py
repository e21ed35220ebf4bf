"""Locales that are not UTF-8: the same tables, and output that never ends in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from flows.cli.utf8 import readable_arguments, utf8_environment
from tests.conftest import REPO_ROOT, AddReport, report_text

LOCALES: dict[str, dict[str, str]] = {
    "C without coercion and UTF-8 mode": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "POSIX without coercion and UTF-8 mode": {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "C": {"LC_ALL": "C"},
    "C.UTF-8": {"LC_ALL": "C.UTF-8"},
    "a locale that does not exist": {"LC_ALL": "xx_XX.GB18030"},
    "output in ASCII": {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    "output in GBK": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"},
    "output in Latin-1": {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1"},
    "UTF-8 mode": {"LC_ALL": "C", "PYTHONUTF8": "1"},
    "no locale": {"LC_ALL": "", "LANG": "", "PYTHONUTF8": "0"},
}


def nianbao(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own with these variables."""
    command = [sys.executable, "-B", "-c", "from flows.cli.app import main; main()", *words]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    variables = {**inherited, "PYTHONPATH": str(REPO_ROOT), **environment}
    return subprocess.run(command, cwd=REPO_ROOT, env=variables, capture_output=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("environment", LOCALES.values(), ids=LOCALES.keys())
def test_every_locale_gives_the_same_tables(
    environment: dict[str, str], raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A run reads folders with Chinese names, and commands show Chinese or its code points."""
    add_report(report_text(2019))
    curated = str(tmp_path / "云汀")
    done = nianbao(environment, "run", "--direct", "--no-fetch", "--no-atlas", "--raw", str(raw), "--curated", curated)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr.decode("utf-8", "replace")
    (row,) = parquet.read_table(Path(curated) / "reports.parquet").to_pylist()
    assert row["raw_path"].startswith("rule_of_law/990100-云汀市/2019/")
    shown = nianbao(environment, "coverage", "--curated", curated)
    assert (shown.returncode, shown.stderr) == (0, b"")


def test_arguments_in_the_encoding_of_the_terminal_are_read(tmp_path: Path) -> None:
    """Words are decoded by the encoding of the terminal; the path of a file that exists stays its bytes."""
    word = "清远市".encode("gbk").decode("utf-8", "surrogateescape")
    path = str(tmp_path / word)
    Path(path).write_text("")
    assert readable_arguments([word, path, "清远市", "a"], "gbk") == ["清远市", path, "清远市", "a"]
    assert readable_arguments([word], "no-such-encoding") == [word]


def test_output_keeps_the_encoding_of_the_terminal_unless_one_is_set() -> None:
    """The process that starts again writes in the encoding of the terminal."""
    assert utf8_environment({}, "gbk")["PYTHONIOENCODING"] == "gbk"
    assert utf8_environment({"PYTHONIOENCODING": "utf-8"}, "gbk")["PYTHONIOENCODING"] == "utf-8"
