"""Incremental runs: which reports are read again, which are only matched again, and which are not touched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import nianbao.fingerprint
from nianbao import pipeline
from nianbao.io.layout import CACHE, OBSOLETE_CACHE
from nianbao.options import RunOptions
from nianbao.pipeline import RunCounts, Selection
from nianbao.steps import partitions, planning
from tests.conftest import AddReport, report_text

PLACES = ("云汀市", "青穗县")


class Doing:
    """What a run does: by step, how much of it; stops as by Ctrl-C before job number `stop_before`."""

    def __init__(self, stop_before: int | None = None) -> None:
        """Stop before job number `stop_before`, if any."""
        self.done: dict[str, int] = {}
        self.stop_before = stop_before

    def __call__(self, step: pipeline.Step, jobs: Sequence[Any]) -> Iterator[Any]:
        """Run the jobs as an executor does, counting them."""
        for n, job in enumerate(jobs):
            if n == self.stop_before:
                raise KeyboardInterrupt
            result = step(job)
            name = step.__name__
            self.done[name] = self.done.get(name, 0) + (result if isinstance(result, int) else 1)
            yield result


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put every government into a separate group."""
    monkeypatch.setattr(planning, "PARTITION_WEIGHT", 1)


@pytest.fixture
def reports(add_report: AddReport) -> list[Path]:
    """Store reports of two governments on three years, and return their paths."""
    return [
        Path(add_report(report_text(year, place), f"{place}{year}.txt").snapshot.path)
        for place in PLACES
        for year in (2017, 2018, 2019)
    ]


def run(raw: Path, curated: Path, **options: Any) -> tuple[dict[str, int], pipeline.RunResult]:
    """Run the pipeline; return what it did and its result."""
    doing = Doing()
    outcome = pipeline.run(raw, curated, RunOptions(executor=doing, **options))
    return {name: n for name, n in doing.done.items() if name != "write_table"}, outcome


def from_scratch(raw: Path, tmp_path: Path, **options: Any) -> str:
    """Return the name of the version that a run without a cache publishes."""
    shutil.rmtree(tmp_path / "scratch", ignore_errors=True)
    return pipeline.run(raw, tmp_path / "scratch", RunOptions(**options)).run


def other_version(monkeypatch: pytest.MonkeyPatch, name: str, *modules: Any) -> None:
    """Replace a version of a step by another one."""
    for module in (nianbao.fingerprint, *modules):
        monkeypatch.setattr(module, name, lambda: "anotherone")


@pytest.mark.usefixtures("reports")
def test_a_run_with_nothing_new_does_nothing(raw: Path, tmp_path: Path) -> None:
    """A second run without changes executes no step and reports the same counts."""
    done, first = run(raw, tmp_path / "c")
    assert done == {"read_batch": 6, "compare_partitions": 6}
    assert first.counts == RunCounts(new=6)
    done, again = run(raw, tmp_path / "c")
    assert done == {}
    assert (again.run, again.changed, again.counts) == (first.run, False, RunCounts(unchanged=6))
    assert (again.n_rows, again.matched) == (first.n_rows, first.matched)


@pytest.mark.usefixtures("reports")
def test_raw_files_that_were_only_touched_are_neither_read_nor_published_again(raw: Path, tmp_path: Path) -> None:
    """A new modification time without new content causes no work."""
    run(raw, tmp_path / "c")
    for path in raw.rglob("*.txt"):
        path.touch()
    doing = Doing()
    assert not pipeline.run(raw, tmp_path / "c", RunOptions(executor=doing)).changed
    assert doing.done == {}


@pytest.mark.usefixtures("reports")
def test_a_new_report_is_read_and_its_government_compared_again(
    raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A new report is read alone, only its government is compared again, and the result equals a full run."""
    run(raw, tmp_path / "c")
    add_report(report_text(2020, PLACES[0]), "new.txt")
    done, outcome = run(raw, tmp_path / "c")
    assert done == {"read_batch": 1, "compare_partitions": 4}
    assert outcome.counts == RunCounts(new=1, rematched=3, unchanged=3)
    assert outcome.run == from_scratch(raw, tmp_path)


def test_removed_and_changed_snapshots_are_noticed(
    raw: Path, tmp_path: Path, reports: list[Path], add_report: AddReport
) -> None:
    """A removed report disappears, a changed sidecar is read again, and the result equals a full run."""
    run(raw, tmp_path / "c")
    for ending in (".txt", ".json"):
        (raw / reports[5]).with_suffix(ending).unlink()
    add_report(report_text(2017, PLACES[0]), f"{PLACES[0]}2017.txt", delivered="2018-02-01")
    done, outcome = run(raw, tmp_path / "c")
    assert done == {"read_batch": 1, "compare_partitions": 5}
    assert outcome.counts == RunCounts(reread=1, rematched=4)
    assert outcome.n_rows["reports"] == 5
    assert outcome.run == from_scratch(raw, tmp_path)


@pytest.mark.usefixtures("reports")
def test_a_changed_catalog_matches_again_without_reading(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed catalog repeats the comparison of all governments and reads nothing."""
    run(raw, tmp_path / "c")
    other_version(monkeypatch, "catalog_version", partitions)
    done, outcome = run(raw, tmp_path / "c")
    assert done == {"compare_partitions": 6}
    assert outcome.counts == RunCounts(rematched=6)


@pytest.mark.usefixtures("reports")
def test_a_changed_reader_reads_again(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed reader reads all reports again and removes the cache of the old one."""
    from nianbao.steps import read

    run(raw, tmp_path / "c")
    other_version(monkeypatch, "reader_version", read, pipeline)
    done, outcome = run(raw, tmp_path / "c")
    assert done == {"read_batch": 6, "compare_partitions": 6}
    assert outcome.counts == RunCounts(reread=6)
    assert len(list((tmp_path / "c" / CACHE).glob("read-*"))) == 1  # what the old reader made is gone


@pytest.mark.usefixtures("reports")
def test_a_correction_compares_only_its_government_again(raw: Path, tmp_path: Path) -> None:
    """A new correction repeats the comparison of one government, and the result equals a full run."""
    run(raw, tmp_path / "c")
    (tmp_path / "by-hand").mkdir()
    (tmp_path / "by-hand" / "a.yaml").write_text(
        "corrections:\n  - {report: rule_of_law/990100/2019, quote: 1234件, expect: 1234, action: drop, "
        "reason: a test, by: a name}\n"
    )
    done, outcome = run(raw, tmp_path / "c", corrections=tmp_path / "by-hand")
    assert done == {"compare_partitions": 3}
    assert outcome.n_rows["corrections"] == 1
    assert outcome.run == from_scratch(raw, tmp_path, corrections=tmp_path / "by-hand")


@pytest.mark.usefixtures("reports")
def test_what_a_stopped_run_has_read_is_not_read_again(raw: Path, tmp_path: Path) -> None:
    """A stopped run publishes nothing, and the next run reads only the remaining reports."""
    with pytest.raises(KeyboardInterrupt):
        pipeline.run(raw, tmp_path / "c", RunOptions(executor=Doing(stop_before=4), batch_bytes=1))
    assert not (tmp_path / "c" / "manifest.json").exists()
    done, outcome = run(raw, tmp_path / "c")
    assert done == {"read_batch": 2, "compare_partitions": 6}
    assert outcome.run == from_scratch(raw, tmp_path)


@pytest.mark.usefixtures("reports")
def test_a_worker_that_cannot_see_the_folders_is_an_error(raw: Path, tmp_path: Path) -> None:
    """A worker without access to the folders fails with a reason, and the published version stays."""
    before = pipeline.run(raw, tmp_path / "c").run
    elsewhere = tmp_path / "elsewhere"

    def on_another_machine(step: pipeline.Step, jobs: Sequence[Any]) -> Iterator[Any]:
        return (step(replace(job, raw=str(elsewhere / "raw"), cache=str(elsewhere / "cache"))) for job in jobs)

    with pytest.raises(OSError, match=r"does not see this folder; .* at the same paths"):
        pipeline.run(raw, tmp_path / "c", RunOptions(executor=on_another_machine, force=True))
    assert not elsewhere.exists()
    assert pipeline.run(raw, tmp_path / "c").run == before


@pytest.mark.usefixtures("reports")
def test_the_result_does_not_depend_on_batches_or_groups(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The published version is the same for any size of batches and groups."""
    cut = pipeline.run(raw, tmp_path / "a", RunOptions(batch_bytes=1))
    monkeypatch.setattr(planning, "PARTITION_WEIGHT", 10**9)
    assert pipeline.run(raw, tmp_path / "b").run == cut.run


def test_a_repaired_raw_file_is_read_again(
    raw: Path, tmp_path: Path, reports: list[Path], add_report: AddReport
) -> None:
    """A damaged raw file is a reject, and once repaired it is read and the result equals a full run."""
    good = (raw / reports[0]).read_bytes()
    (raw / reports[0]).write_bytes(b"x" * len(good))
    _, outcome = run(raw, tmp_path / "c")
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (5, 1)
    (raw / reports[0]).write_bytes(good)
    done, outcome = run(raw, tmp_path / "c")
    assert done["read_batch"] == 1
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (6, 0)
    assert outcome.run == from_scratch(raw, tmp_path)


def each_quick_once(damages: Sequence[Callable[[Path], None]], places: Sequence[str]) -> list[pytest.ParameterSet]:
    """Return each damage at each place; a few of them, which cover all, are quick and the others slow."""
    return [
        pytest.param(damage, place, marks=[] if n % len(places) == m else [pytest.mark.slow])
        for (n, damage), (m, place) in product(enumerate(damages), enumerate(places))
    ]


def flip_a_byte(path: Path) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)


def cut_short(path: Path) -> None:
    """Remove the last bytes of a file."""
    path.write_bytes(path.read_bytes()[:-10])


@pytest.mark.parametrize(
    ("damage", "kind"), each_quick_once((flip_a_byte, cut_short, Path.unlink), ("read", "compared"))
)
@pytest.mark.usefixtures("reports")
def test_a_damaged_cache_entry_is_made_again(
    damage: Callable[[Path], None], kind: str, raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A damaged or missing file of the cache is made again, and the result equals a full run."""
    pipeline.run(raw, tmp_path / "c", RunOptions(batch_bytes=1))
    add_report(report_text(2020, PLACES[0]), "new.txt")
    for entry in (tmp_path / "c" / CACHE).glob(f"{kind}-*"):
        for path in sorted(entry.iterdir()):
            if path.name in ("observations.parquet", "snapshots.parquet"):
                damage(path)
    _, outcome = run(raw, tmp_path / "c")
    assert outcome.run == from_scratch(raw, tmp_path)
    done, _ = run(raw, tmp_path / "c")
    assert done == {}


@pytest.mark.parametrize(
    ("damage", "where"),
    each_quick_once(
        (flip_a_byte, cut_short, Path.unlink),
        ("observations.parquet", "_versions/{run}/observations.parquet", "manifest.json"),
    ),
)
@pytest.mark.usefixtures("reports")
def test_a_published_file_that_was_damaged_is_published_again_without_reading(
    where: str, damage: Callable[[Path], None], raw: Path, tmp_path: Path
) -> None:
    """A damaged published file is restored from the cache, without reading or comparing."""
    curated = tmp_path / "c"
    _, first = run(raw, curated)
    whole = (curated / "observations.parquet").read_bytes()
    damage(curated / where.format(run=first.run))
    done, again = run(raw, curated)
    assert done == {}
    assert again.run == first.run
    assert (curated / "observations.parquet").read_bytes() == whole
    assert (curated / "_versions" / first.run / "observations.parquet").read_bytes() == whole
    assert json.loads((curated / "manifest.json").read_text())["run"] == first.run


@pytest.mark.usefixtures("reports")
def test_only_what_is_selected_is_read_and_the_rest_stays_published(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, add_report: AddReport
) -> None:
    """A selection limits what is read; reports outside it stay published as they are."""
    from nianbao.steps import read

    of_one_year = Selection(years=frozenset({2018}), codes=frozenset({"990100"}))
    done, outcome = run(raw, tmp_path / "c", selection=of_one_year)
    assert done == {"read_batch": 1, "compare_partitions": 1}
    assert outcome.n_rows["reports"] == 1
    done, outcome = run(raw, tmp_path / "c")
    assert done["read_batch"] == 5
    assert outcome.run == from_scratch(raw, tmp_path)
    other_version(monkeypatch, "reader_version", read, pipeline)
    done, outcome = run(raw, tmp_path / "c", selection=of_one_year)
    assert done == {"read_batch": 1, "compare_partitions": 3}
    assert outcome.n_rows["reports"] == 6


@pytest.mark.usefixtures("reports")
def test_a_stopped_forced_run_continues_where_it_stopped(raw: Path, tmp_path: Path) -> None:
    """A stopped run with `--force` continues where it stopped, and the next one reads all again."""
    run(raw, tmp_path / "c")
    with pytest.raises(KeyboardInterrupt):
        pipeline.run(raw, tmp_path / "c", RunOptions(force=True, executor=Doing(stop_before=4), batch_bytes=1))
    done, outcome = run(raw, tmp_path / "c", force=True)
    assert done == {"read_batch": 2, "compare_partitions": 6}
    assert not outcome.changed
    done, _ = run(raw, tmp_path / "c", force=True)
    assert done == {"read_batch": 6, "compare_partitions": 6}


@pytest.mark.usefixtures("reports")
def test_tables_of_an_earlier_version_lead_to_a_full_run_that_removes_its_cache(raw: Path, tmp_path: Path) -> None:
    """Tables of an earlier release lead to one full run, which removes the old cache."""
    curated = tmp_path / "c"
    _, first = run(raw, curated)
    (curated / CACHE).rename(curated / OBSOLETE_CACHE)
    manifest = json.loads((curated / "manifest.json").read_text())
    del manifest["state"]["tables_version"], manifest["matched"]
    (curated / "manifest.json").write_text(json.dumps(manifest))
    done, result = run(raw, curated)
    assert done == {"read_batch": 6, "compare_partitions": 6}
    assert result.run == first.run
    assert not (curated / OBSOLETE_CACHE).exists()


def overwrite(path: Path, data: bytes) -> None:
    """Replace the bytes of a file, as rot of a disk does: size and time stay."""
    stat = path.stat()
    path.write_bytes(data.ljust(stat.st_size, b"?")[: stat.st_size])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


ROT: dict[str, Callable[[bytes], bytes]] = {
    "first byte": lambda data: b"?" + data[1:],
    "last byte": lambda data: data[:-1] + b"?",
    "a bit": lambda data: data[:50] + bytes([data[50] ^ 1]) + data[51:],
    "a digit": lambda data: data.replace(b"1234", b"1235"),
    "half lost": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
    "all ones": lambda data: b"\xff" * len(data),
    "halves swapped": lambda data: data[len(data) // 2 :] + data[: len(data) // 2],
    "spaces": lambda data: b" " * len(data),
    "a PDF": lambda data: b"%PDF-1.7" + data[8:],
}


@pytest.mark.parametrize("damage", ROT.values(), ids=ROT.keys())
def test_a_damaged_file_that_is_restored_with_its_old_size_and_time_is_read_again(
    damage: Callable[[bytes], bytes], raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A repaired raw file is read again even if its size and time are unchanged."""
    for year in (2018, 2019):
        stored = add_report(report_text(year), f"{year}.txt")
    path = raw / stored.snapshot.path
    good = path.read_bytes()
    overwrite(path, damage(good))
    _, outcome = run(raw, tmp_path / "c")
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (1, 1)
    overwrite(path, good)
    _, outcome = run(raw, tmp_path / "c")
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (2, 0)


OTHER_NAMES = [
    "年报.doc".encode("gbk"),
    "云汀市报告.txt".encode("gb18030"),
    "報告.html".encode("big5"),
    "年报.pdf".encode("utf-16-le").replace(b"\0", b"\x01"),
    b"\xff.txt",
    b"\xe5\xb9.txt",
    b"a\x80b.html",
    b"\xed\xa0\x80.txt",
    b"\xc0\xaf.txt",
    "报告".encode("gbk"),
]


@pytest.mark.parametrize("name", OTHER_NAMES, ids=repr)
def test_a_file_whose_name_is_in_another_encoding_is_one_reject(
    name: bytes, raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A raw file with a name that is not UTF-8 becomes one reject, and all others are published."""
    add_report(report_text(2019), "2019.txt")
    (raw / "_unplaced").mkdir(exist_ok=True)
    with open(os.fsencode(raw / "_unplaced") + b"/" + name, "wb") as file:  # noqa: PTH123  no path object for them
        file.write(b"x")
    _, outcome = run(raw, tmp_path / "c")
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (1, 1)
