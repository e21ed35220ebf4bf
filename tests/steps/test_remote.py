"""Steps on machines that share no disk with the run: the same bytes, and damage is reported by a path of the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pyarrow.fs import FileSystem

from nianbao import pipeline
from nianbao.publishing.manifest import RunResult
from nianbao.publishing.object_storage import Mirror, local_copy, working_copies
from nianbao.steps import planning
from nianbao.steps.remote import RemoteJob, run_remote_job
from tests.bucket import CURATED, RAW, recording, stored, upload_raw
from tests.conftest import AddReport, report_text

pytestmark = pytest.mark.usefixtures("bucket")
NOWHERE = Path("/there is no such folder on that machine")


def on_another_machine(step: pipeline.Step, jobs: Sequence[Any], *, nowhere: bool = True) -> Iterator[Any]:
    """Run steps as remote jobs, with `nowhere` from jobs whose paths do not exist; tables are written by the run."""
    if step is pipeline.write_table:
        yield from map(step, jobs)
        return
    mirror = Mirror(CURATED, local_copy(CURATED))
    for job in jobs:
        result = run_remote_job(RemoteJob(step, _without_paths(job) if nowhere else job, RAW, CURATED))
        mirror.download_entries(result.entries)
        yield result.n


def _without_paths(job: Any) -> Any:
    if isinstance(job, pipeline.ReadBatch):
        return replace(job, raw=str(NOWHERE), cache=str(NOWHERE))
    partitions = []
    for partition in job.partitions:
        members, context = (
            tuple(replace(member, entry=str(NOWHERE / Path(member.entry).name)) for member in reports)
            for reports in (partition.members, partition.context)
        )
        partitions.append(replace(partition, members=members, context=context))
    return replace(job, cache=str(NOWHERE), partitions=tuple(partitions))


def run() -> RunResult:
    """Run the pipeline with steps on another machine."""
    with working_copies(RAW, CURATED) as (raw, curated):
        return pipeline.run(raw, curated, pipeline.RunOptions(executor=on_another_machine, batch_bytes=1))


def test_remote_steps_give_the_same_bytes(raw: Path, add_report: AddReport, tmp_path: Path) -> None:
    """Steps on a machine without the run's disk publish byte-identical tables."""
    add_report(report_text(2019))
    add_report(report_text(2020))
    add_report(b"", "empty.txt")
    direct = pipeline.run(raw, tmp_path / "direct")
    upload_raw(raw)
    assert run().run == direct.run
    files, root = FileSystem.from_uri(CURATED)
    for path in sorted((tmp_path / "direct").glob("*.parquet")):
        with files.open_input_stream(f"{root}/{path.name}") as stream:
            assert stream.read() == path.read_bytes(), path.name


def test_a_place_with_two_codes_is_compared_with_all_its_reports(
    raw: Path, add_report: AddReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Remote comparison of a renamed place uses the reports under both its codes."""
    monkeypatch.setattr(planning, "PARTITION_WEIGHT", 0)
    add_report(report_text(2011, "清新县"))
    add_report(report_text(2012, "清新区"), "b.txt")
    direct = pipeline.run(raw, tmp_path / "direct")
    upload_raw(raw)
    assert run().run == direct.run


def test_cache_entries_are_uploaded_once_and_reused(
    raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each cache entry is uploaded once, and the next run reuses all of them."""
    add_report(report_text(2019))
    upload_raw(raw)
    sent: list[str] = []
    monkeypatch.setattr(Mirror, "_upload", recording(sent, Mirror._upload))
    first = run()
    entries = [path for path in sent if path.startswith(("_cache/read-", "_cache/compared-"))]
    assert len(entries) == len(set(entries)) > 0
    assert set(entries) <= stored(CURATED)
    sent.clear()
    (local_copy(CURATED) / "manifest.json").unlink()
    again = run()
    assert (again.run, again.counts.new, again.counts.reread) == (first.run, 0, 0)
    assert not [path for path in sent if path in entries]


def test_a_cache_entry_on_the_storage_is_complete_or_missing(
    raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that completes a cache entry is uploaded and downloaded last."""
    add_report(report_text(2019))
    upload_raw(raw)
    order: list[str] = []
    for name in ("_upload", "_download"):
        monkeypatch.setattr(Mirror, name, recording(order, getattr(Mirror, name)))
    run()
    for entry in {path.rpartition("/")[0] for path in order if path.startswith("_cache/read-")}:
        moves = [path.rpartition("/")[2] for path in order if path.startswith(entry)]
        n = len(set(moves))  # to the storage once, from there to the run and to the worker that compares
        assert len(moves) == 3 * n
        assert {moves[last] for last in range(n - 1, 3 * n, n)} == {"entry.json"}


def test_a_cache_entry_deleted_from_storage_is_made_again(
    raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache entry deleted from storage during a run is made again, with the same result."""
    add_report(report_text(2019))
    upload_raw(raw)
    first = run()
    files, root = FileSystem.from_uri(CURATED)
    lost = [path for path in stored(CURATED) if path.startswith("_cache/")]
    with working_copies(RAW, CURATED) as (raw_here, curated):
        for path in lost:  # after it was listed, while the run is in progress
            files.delete_file(f"{root}/{path}")
        monkeypatch.setattr("nianbao.pipeline.up_to_date_result", lambda *_: None)
        monkeypatch.setattr("nianbao.steps.partitions.comparison_version", lambda: "another")
        options = pipeline.RunOptions(executor=partial(on_another_machine, nowhere=False))
        outcome = pipeline.run(raw_here, curated, options)
    assert outcome.counts.reread == 1
    assert outcome.n_rows == first.n_rows
