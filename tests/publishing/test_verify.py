"""Damaged tables: `nianbao verify` names file, place and fix, runs notice rot within a day, and --force repairs all."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao import pipeline
from nianbao.io.files import hash_file
from nianbao.publishing import manifest as manifests
from nianbao.publishing.verify import verify
from tests.conftest import AddReport, add_report_file, report_text


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two reports in `raw` and their tables in `c`."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "raw").mkdir()
    for year in (2019, 2020):
        add_report_file(folder / "raw", report_text(year, permits=1000 + year), f"{year}.txt")
    pipeline.run(folder / "raw", folder / "c")
    return folder


@pytest.fixture
def curated(published: Path, raw: Path, tmp_path: Path) -> Path:
    """Return a copy of the tables of two reports, with the hard links; `raw` has the reports."""
    for name, target in (("raw", raw), ("c", tmp_path / "c")):
        subprocess.run(["cp", "-a", f"{published / name}/.", target], check=True)
    return tmp_path / "c"


def rot(path: Path, offset: int = 300, n_bytes: int = 40) -> None:
    """Change bytes of a file, as a disk does: its size and times stay."""
    stat = path.stat()
    data = bytearray(path.read_bytes())
    for index in range(offset, min(len(data), offset + n_bytes)):
        data[index] ^= 0xFF
    with path.open("r+b") as file:
        file.write(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def put_folder(path: Path) -> None:
    """Put a folder in place of a file."""
    path.unlink()
    path.mkdir()


def forge(curated: Path, name: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change rows of a table and give the manifest the new hash, so that only the content is wrong."""
    about = json.loads((curated / "manifest.json").read_bytes())
    path = curated / about["folder"] / f"{name}.parquet"
    table = parquet.read_table(path)
    rows = table.to_pylist()
    change(rows)
    path.unlink()
    parquet.write_table(arrow.Table.from_pylist(rows, schema=table.schema), path)
    (curated / f"{name}.parquet").unlink()
    os.link(path, curated / f"{name}.parquet")
    about["files"][f"{name}.parquet"]["sha256"] = hash_file(path)
    about["rows"][name] = len(rows)
    (curated / "manifest.json").write_text(json.dumps(about))


def test_published_tables_pass_verification(curated: Path) -> None:
    """Tables as a run publishes them have no problem, and the command prints one line."""
    assert list(verify(curated)) == []
    result = CliRunner().invoke(app, ["verify", "--curated", str(curated)])
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1), result.output


def test_verifying_an_empty_folder_is_a_one_line_error(tmp_path: Path) -> None:
    """A folder without tables is a one-line error that names the command to make them."""
    result = CliRunner().invoke(app, ["verify", "--curated", str(tmp_path / "none")])
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "nianbao run" in result.stderr


DAMAGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "rot of a table": (lambda c: rot(c / "documents.parquet"), "documents.parquet", "not those that were published"),
    "rot of a small table": (lambda c: rot(c / "cells.parquet"), "cells.parquet", "not those that were published"),
    "a table cut off": (lambda c: os.truncate(c / "reports.parquet", 50), "reports.parquet", "not those that"),
    "a table missing": (lambda c: (c / "findings.parquet").unlink(), "findings.parquet", "missing"),
    "a folder in place of a table": (
        lambda c: put_folder(c / "unmatched.parquet"),
        "unmatched.parquet",
        "cannot be read",
    ),
    "a manifest that is no JSON": (lambda c: (c / "manifest.json").write_text("{"), "manifest.json", "damaged"),
    "a manifest of wrong types": (
        lambda c: (c / "manifest.json").write_text('{"run": 5, "files": []}'),
        "manifest.json",
        "damaged",
    ),
    "a quote that is not the text": (
        lambda c: forge(c, "observations", lambda rows: rows[3].update(quote="9999件")),
        "observations.parquet",
        "the text there is not '9999件'",
    ),
    "an offset that is wrong": (
        lambda c: forge(c, "unmatched", lambda rows: rows[0].update(char_start=rows[0]["char_start"] - 1)),
        "unmatched.parquet",
        "the text there is not",
    ),
    "a text that lost a character": (
        lambda c: forge(c, "documents", lambda rows: rows[1].update(text=rows[1]["text"][1:])),
        "observations.parquet",
        "the text there is not",
    ),
    "a report that others refer to": (
        lambda c: forge(c, "reports", lambda rows: rows.pop()),
        "documents.parquet",
        "reports has no such row",
    ),
    "a row twice": (
        lambda c: forge(c, "sections", lambda rows: rows.insert(1, rows[0])),
        "sections.parquet",
        "two rows have this key",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_named_and_repaired_by_force(
    damage: tuple[Callable[[Path], object], str, str], raw: Path, curated: Path
) -> None:
    """Each damage is named with its file, the command suggests `--force`, and a forced run repairs it."""
    do, file, message = damage
    do(curated)
    problems = list(verify(curated))
    assert any(problem.file.endswith(file) and message in problem.message for problem in problems), problems
    result = CliRunner().invoke(app, ["verify", "--curated", str(curated)])
    assert result.exit_code == 1
    assert "--force" in result.stdout
    pipeline.run(raw, curated, pipeline.RunOptions(force=True))
    assert list(verify(curated)) == []


def test_a_run_notices_silent_damage_within_a_day(raw: Path, curated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damage that leaves size and times unchanged is repaired by the first run after a day."""
    whole = (curated / "documents.parquet").read_bytes()
    rot(curated / "documents.parquet")
    assert not pipeline.run(raw, curated).changed
    assert (curated / "documents.parquet").read_bytes() != whole
    now = time.time()
    monkeypatch.setattr("nianbao.publishing.manifest.time.time", lambda: now + manifests.VERIFY_SECONDS + 1)
    assert pipeline.run(raw, curated).changed
    assert (curated / "documents.parquet").read_bytes() == whole
    rot(curated / "documents.parquet")
    monkeypatch.setattr("nianbao.publishing.manifest.time.time", lambda: now - 3600)  # a clock that was set back
    assert pipeline.run(raw, curated).changed
    assert (curated / "documents.parquet").read_bytes() == whole


@pytest.mark.parametrize(
    "hours", [-24 * 365 * 11, -24 * 365, -24 * 31, -24, -1, 1, 24, 24 * 31, 24 * 365, 24 * 365 * 11]
)
def test_a_forced_run_ignores_the_times_of_the_cache(hours: int, raw: Path, curated: Path) -> None:
    """A forced run reads all reports again, whatever the times of the cache."""
    for path in (curated / "_cache").iterdir():
        moment = path.stat().st_mtime + hours * 3600
        os.utime(path, (moment, moment))
    outcome = pipeline.run(raw, curated, pipeline.RunOptions(force=True))
    assert (outcome.counts.reread, outcome.changed) == (2, False)


def test_a_forced_run_replaces_a_damaged_cache(raw: Path, curated: Path) -> None:
    """A forced run with a damaged cache reads all reports and publishes valid tables."""
    for path in (curated / "_cache").rglob("*"):
        if path.is_file():
            rot(path, offset=4, n_bytes=400)
    outcome = pipeline.run(raw, curated, pipeline.RunOptions(force=True))
    assert outcome.counts.reread + outcome.counts.new == 2
    assert list(verify(curated)) == []


WRONG_MANIFESTS: list[dict[str, Any]] = [
    {"files": None},
    {"files": []},
    {"files": {"reports.parquet": None}},
    {"history": None},
    {"history": 5},
    {"moments": []},
    {"names": None},
    {"rows": None},
    {"matched": None},
    {"folder": "../elsewhere"},
    {"folder": None},
    {"run": []},
    {"published_at": 5},
    {"state": None},
]


@pytest.mark.parametrize("wrong", WRONG_MANIFESTS, ids=str)
def test_a_manifest_of_wrong_types_is_replaced_by_the_next_run(wrong: dict[str, Any], raw: Path, curated: Path) -> None:
    """A manifest with a value of a wrong type is replaced by the next run, and the tables are valid."""
    about = json.loads((curated / "manifest.json").read_bytes())
    (curated / "manifest.json").write_text(json.dumps({**about, **wrong}))
    pipeline.run(raw, curated)
    assert list(verify(curated)) == []


def test_a_cache_with_many_damaged_entries_is_repaired(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """A run over a cache whose entries are all damaged publishes every report and valid tables."""
    for year in range(2010, 2020):
        add_report(report_text(year), f"{year}.txt")
    options = pipeline.RunOptions(batch_bytes=1)
    first = pipeline.run(raw, tmp_path / "c", options)
    for path in (tmp_path / "c" / "_cache").rglob("*.parquet"):
        rot(path, offset=4, n_bytes=400)
    add_report(report_text(2021), "new.txt")
    again = pipeline.run(raw, tmp_path / "c", options)
    assert again.n_rows["reports"] == first.n_rows["reports"] + 1
    assert list(verify(tmp_path / "c")) == []
