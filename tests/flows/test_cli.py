"""The command line as it is used: what it prints and how it exits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import COMMANDS, app
from flows.cli.lazy_group import CommandSpec, load_command
from nianbao import pipeline
from nianbao.tables.dictionary import tables_markdown
from tests.conftest import AddReport, report_text


def nianbao(*arguments: str | Path) -> Result:
    """Run the command line and return its result."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return the file of a report."""
    file = tmp_path / "report.txt"
    file.write_text(report_text(2019))
    return file


def test_ingest_run_and_run_again(report: Path, tmp_path: Path) -> None:
    """`ingest` and `run` store and publish a report with counts, and a second run says that nothing changed."""
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    stored = nianbao("ingest", report, "--raw", raw)
    assert stored.exit_code == 0
    assert stored.stdout.splitlines()[-1] == (
        "1 new, 0 already stored, 0 skipped, 0 stored but not identified, 0 rejected"
    )
    ran = nianbao("run", "--direct", "--raw", raw, "--curated", curated)
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.splitlines()[-1].startswith("1 reports, ")
    assert ran.stdout.splitlines()[-1].endswith(f", 0 rejects: tables in {curated}")
    (row,) = parquet.read_table(curated / "reports.parquet").to_pylist()
    assert row["source_url"] == "file:report.txt"
    again = nianbao("run", "--direct", "--raw", raw, "--curated", curated)
    assert "nothing changed since run" in again.stdout


def test_a_run_with_nothing_new_draws_the_atlas_if_it_is_missing_or_outdated(
    raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A run without changes draws a missing or outdated atlas, except with `--no-atlas`, and keeps a current one."""
    add_report(report_text(2019))
    curated = tmp_path / "c"
    state, front = curated / "atlas" / "state.txt", curated / "atlas" / "index.html"
    command = ("run", "--direct", "--raw", raw, "--curated", curated)
    assert nianbao(*command, "--no-atlas").exit_code == 0
    assert not front.exists()
    assert "nothing changed since" in nianbao(*command).stdout
    assert front.exists()
    state.write_text("an earlier one")
    front.unlink()
    nianbao(*command, "--no-atlas")
    assert not front.exists()
    nianbao(*command)
    assert front.exists()
    drawn = front.stat().st_mtime_ns, state.stat().st_mtime_ns
    nianbao(*command)
    assert drawn == (front.stat().st_mtime_ns, state.stat().st_mtime_ns)


def test_rejects_are_counted_and_only_strict_fails(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """A rejected file is counted and ends with exit code 1 only with `--strict`."""
    add_report(report_text(2019))
    add_report(b"", "empty.txt")
    command = ("run", "--direct", "--raw", raw, "--curated", tmp_path / "c")
    lenient, strict = nianbao(*command), nianbao(*command, "--strict")
    assert (lenient.exit_code, strict.exit_code) == (0, 1)
    assert ", 1 rejects: " in lenient.stdout.splitlines()[-1]


def test_a_run_says_how_many_corrections_it_applied(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """The output counts the applied corrections with their folder, and is silent without any."""
    add_report(report_text(2019))
    folder = tmp_path / "by_hand"
    folder.mkdir()
    command = ("run", "--direct", "--raw", raw, "--curated", tmp_path / "c", "--corrections", folder)
    assert "manual corrections" not in nianbao(*command).stdout
    (folder / "a.yaml").write_text(
        "corrections:\n  - {report: rule_of_law/990100/2019, quote: 1234件, expect: 1234, action: drop, "
        "reason: a test, by: a name}\n"
    )
    ran = nianbao(*command)
    assert ran.exit_code == 0, ran.output
    assert f"1 manual corrections applied, from {folder}" in ran.stdout


def test_a_missing_folder_of_corrections_fails_before_anything_is_read(raw: Path, tmp_path: Path) -> None:
    """A wrong `--corrections` folder is an error, and nothing is written."""
    result = nianbao("run", "--direct", "--raw", raw, "--curated", tmp_path / "c", "--corrections", tmp_path / "none")
    assert result.exit_code == 1
    assert "there is no such folder of corrections" in result.stderr
    assert not (tmp_path / "c").exists()


def test_a_run_outside_the_project_says_that_there_are_no_corrections(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run without the default folder of corrections succeeds with a notice."""
    monkeypatch.chdir(tmp_path)
    result = nianbao("run", "--direct", "--raw", raw, "--curated", tmp_path / "c")
    assert result.exit_code == 0, result.output
    assert "no manual corrections: config/corrections not found" in result.stderr


def test_a_missing_folder_of_snapshots_fails_with_a_hint(tmp_path: Path) -> None:
    """A wrong `--raw` folder is an error that says how to store reports."""
    result = nianbao("run", "--direct", "--raw", tmp_path / "none", "--curated", tmp_path / "c")
    assert result.exit_code == 1
    assert f"{tmp_path / 'none'}: no such folder of snapshots; store reports with" in result.stderr


def test_an_unwritable_curated_folder_is_an_error_without_traceback(raw: Path, tmp_path: Path) -> None:
    """An unwritable output folder ends with exit code 1 and without a traceback."""
    (tmp_path / "c").write_text("a file")
    result = nianbao("run", "--direct", "--raw", raw, "--curated", tmp_path / "c" / "d")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "wrong",
    [("run", "--colour"), ("fly",), ("ingest",), ("ingest", "x", "--family", "poems"), ("ingest", "x", "--year", "12")],
)
def test_wrong_usage_exits_with_2(wrong: tuple[str, ...]) -> None:
    """Unknown commands and options, missing arguments and wrong values end with exit code 2."""
    assert nianbao(*wrong).exit_code == 2


def test_a_manifest_with_an_unknown_column_is_wrong_usage_and_stores_nothing(report: Path, tmp_path: Path) -> None:
    """An unknown column of a manifest is named, and no file is stored."""
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,family,place,title,delivered\nreport.txt,,,,\n")
    result = nianbao("ingest", report, "--manifest", manifest, "--raw", tmp_path / "raw")
    assert result.exit_code == 2
    assert f"{manifest}: unknown column 'place'" in result.stderr
    assert not (tmp_path / "raw").exists()


def test_a_manifest_path_that_leaves_the_folder_names_the_row(report: Path, tmp_path: Path) -> None:
    """A path outside the manifest's folder is refused with the line of its row."""
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,family,jurisdiction,title,delivered\nreport.txt,,,,\n../../x.txt,,,,\n")
    result = nianbao("ingest", report, "--manifest", manifest, "--raw", tmp_path / "raw")
    assert result.exit_code == 2
    assert "line 3: '../../x.txt' is outside the manifest's folder" in result.stderr


def test_a_missing_file_is_reported_and_the_others_are_stored(report: Path, tmp_path: Path) -> None:
    """A missing file counts as rejected, and the other files are stored."""
    result = nianbao("ingest", tmp_path / "none.txt", report, "--raw", tmp_path / "raw")
    assert result.exit_code == 1
    assert "none.txt: cannot be read" in result.stderr
    assert result.stdout.splitlines()[-1].startswith("1 new")
    assert result.stdout.splitlines()[-1].endswith("1 rejected")


def test_hints_on_the_command_line_identify_a_text_without_metadata(tmp_path: Path) -> None:
    """A text without metadata is stored unidentified, and family, place and year on the command line identify it."""
    file = tmp_path / "speech.txt"
    file.write_text("各位代表：\n" + "过去一年，办理实事12件，投入资金3.9万元，群众满意度达98.3%。\n" * 12)
    unplaced = nianbao("ingest", file, "--raw", tmp_path / "raw")
    assert "1 stored but not identified" in unplaced.stdout
    assert nianbao("ingest", file, "--raw", tmp_path / "raw", "--strict").exit_code == 1
    hints = ("--family", "work_report", "--jurisdiction", "云汀市", "--year", "2019")
    assert nianbao("ingest", file, *hints, "--raw", tmp_path / "raw").exit_code == 0
    ran = nianbao("run", "--direct", "--raw", tmp_path / "raw", "--curated", tmp_path / "c")
    assert ran.stdout.splitlines()[-1].startswith("1 reports")
    assert parquet.read_table(tmp_path / "c" / "reports.parquet")["report_id"].to_pylist() == [
        "work_report/990100/2019"
    ]


def test_extract_as_json_lines(report: Path) -> None:
    """`extract --json` prints one observation per line with value, unit, kind and sentence."""
    result = nianbao("extract", report, "--json")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    permits = next(row for row in rows if row["quote"] == "1234件")
    assert (permits["value"], permits["unit"], permits["kind"]) == (1234.0, "件", "level")
    assert "1234件" in permits["sentence"]


def test_extract_as_a_table(report: Path) -> None:
    """`extract` prints place, year, grouped digits, the direction of changes, indicators and why numbers are none."""
    result = nianbao("extract", report)
    assert result.exit_code == 0
    assert "云汀市 · 2019" in result.stdout
    assert "1,234" in result.stdout
    assert "↑7.2" in result.stdout
    assert "→ reconsideration" in " ".join(result.stdout.split())
    assert re.search(
        r"\d+ observations, \d+ with an indicator; \d+ numbers not extracted: \d+ a date; ",
        " ".join(result.stdout.split()),
    )


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\x01" * 50])
def test_extracting_an_unreadable_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    """An unreadable or missing file ends with exit code 1 and a message that names it."""
    (tmp_path / "bad.txt").write_bytes(content)
    result = nianbao("extract", tmp_path / "bad.txt")
    assert result.exit_code == 1
    assert "bad.txt" in result.stderr
    assert nianbao("extract", tmp_path / "none.txt").exit_code == 1


def test_tables_prints_and_writes_the_dictionary(tmp_path: Path) -> None:
    """`tables` prints or writes the data dictionary as Markdown or JSON, and fails for a missing folder."""
    assert nianbao("tables").stdout == tables_markdown()
    assert nianbao("tables", "--write", tmp_path / "t.md").exit_code == 0
    assert (tmp_path / "t.md").read_text("utf-8") == tables_markdown()
    assert json.loads(nianbao("tables", "--json").stdout)["name"] == "nianbao"
    assert nianbao("tables", "--write", tmp_path / "no" / "t.md").exit_code == 1


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_every_command_has_an_example_and_a_short_summary(spec: CommandSpec) -> None:
    """The help of each command has its example, and its summary fits on one line of the list."""
    result = nianbao(spec.name, "--help")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert f"Example: {spec.example.split(';')[0]}" in text
    assert (load_command(spec).help or "").splitlines()[0] == spec.summary
    assert len(spec.name) + len(spec.summary) < 76  # one line of the help


def test_the_help_lists_all_commands_but_the_old_names() -> None:
    """`--help` lists every command and none of the deprecated names."""
    listed = [line.split()[0] for line in nianbao("--help").stdout.partition("Commands:")[2].splitlines() if line]
    assert listed == [spec.name for spec in COMMANDS if not spec.hidden]
    assert {"states", "keep"}.isdisjoint(listed)


def test_the_old_names_of_versions_and_tag_still_work(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """The deprecated names `states` and `keep` still list and tag versions."""
    add_report(report_text(2019))
    pipeline.run(raw, tmp_path / "c")
    tables = ("--curated", tmp_path / "c")
    assert nianbao("states", *tables).stdout == nianbao("versions", *tables).stdout
    assert nianbao("keep", "first", *tables).exit_code == 0
    assert nianbao("keep", "again", "--state", "first", *tables).exit_code == 0
    assert nianbao("versions", *tables).stdout.split()[-2:] == ["again,", "first"]
    assert nianbao("keep", "again", "--forget", *tables).exit_code == 0
    assert nianbao("versions", *tables).stdout.split()[-2:] == ["observations,", "first"]


def test_the_version_is_that_of_the_installed_package() -> None:
    """`nianbao --version` and `python -m nianbao --version` print the version of the package."""
    expected = f"nianbao {version('nianbao')}\n"
    assert nianbao("--version").stdout == expected
    done = subprocess.run([sys.executable, "-m", "nianbao", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == expected
