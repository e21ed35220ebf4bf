"""Steps on machines that share no disk with the run: the same bytes, and damage is told by the path the run has."""

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
from nianbao.steps.remote import RemoteJob, run_remote_job
from tests.bucket import CURATED, RAW, noting, stored, take_in
from tests.conftest import AddReport, report_text

pytestmark = pytest.mark.usefixtures("bucket")
NOWHERE = Path("/there is no such folder on that machine")


def on_another_machine(step: pipeline.Step, jobs: Sequence[Any], *, nowhere: bool = True) -> Iterator[Any]:
    """Steps are done by errands, with `nowhere` from jobs whose paths lead nowhere; tables are written by the run."""
    if step is pipeline.write_table:
        yield from map(step, jobs)
        return
    here = Mirror(CURATED, local_copy(CURATED))
    for job in jobs:
        made = run_remote_job(RemoteJob(step, _leading_nowhere(job) if nowhere else job, RAW, CURATED))
        here.bring_pieces(made.pieces)
        yield made.n


def _leading_nowhere(job: Any) -> Any:
    if isinstance(job, pipeline.ReadBatch):
        return replace(job, raw=str(NOWHERE), pieces=str(NOWHERE))
    groups = tuple(
        replace(group, members=tuple(replace(one, piece=str(NOWHERE / Path(one.piece).name)) for one in group.members))
        for group in job.groups
    )
    return replace(job, pieces=str(NOWHERE), groups=groups)


def run() -> RunResult:
    with working_copies(RAW, CURATED) as (raw, curated):
        return pipeline.run(raw, curated, pipeline.RunOptions(executor=on_another_machine, batch_bytes=1))


def test_the_same_bytes_as_here(raw: Path, add_report: AddReport, tmp_path: Path) -> None:
    add_report(report_text(2019))
    add_report(report_text(2020))
    add_report(b"", "empty.txt")
    direct = pipeline.run(raw, tmp_path / "direct")
    take_in(raw)
    assert run().run == direct.run
    files, root = FileSystem.from_uri(CURATED)
    for path in sorted((tmp_path / "direct").glob("*.parquet")):
        with files.open_input_stream(f"{root}/{path.name}") as stream:
            assert stream.read() == path.read_bytes(), path.name


def test_pieces_go_up_once_and_what_is_kept_is_not_made_again(
    raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_report(report_text(2019))
    take_in(raw)
    sent: list[str] = []
    monkeypatch.setattr(Mirror, "_upload", noting(sent, Mirror._upload))
    first = run()
    pieces = [path for path in sent if path.startswith(("_pieces/read-", "_pieces/derived-"))]
    assert len(pieces) == len(set(pieces)) > 0
    assert set(pieces) <= stored(CURATED)
    sent.clear()
    (local_copy(CURATED) / "manifest.json").unlink()
    again = run()
    assert (again.run, again.counts.new, again.counts.reread) == (first.run, 0, 0)
    assert not [path for path in sent if path in pieces]


def test_a_piece_is_whole_or_not_there(raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes it whole goes up last and comes down last."""
    add_report(report_text(2019))
    take_in(raw)
    order: list[str] = []
    for name in ("_upload", "_download"):
        monkeypatch.setattr(Mirror, name, noting(order, getattr(Mirror, name)))
    run()
    for piece in {path.rpartition("/")[0] for path in order if path.startswith("_pieces/read-")}:
        moves = [path.rpartition("/")[2] for path in order if path.startswith(piece)]
        n = len(set(moves))  # up once, down to the run, down to who derives
        assert len(moves) == 3 * n
        assert {moves[at] for at in range(n - 1, 3 * n, n)} == {"piece.json"}


def test_a_piece_that_is_lost_on_the_storage_is_made_again(
    raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_report(report_text(2019))
    take_in(raw)
    first = run()
    files, root = FileSystem.from_uri(CURATED)
    lost = [path for path in stored(CURATED) if path.startswith("_pieces/")]
    with working_copies(RAW, CURATED) as (raw_here, curated):
        for path in lost:  # after it was found there, while the run is at work
            files.delete_file(f"{root}/{path}")
        monkeypatch.setattr("nianbao.pipeline.up_to_date_result", lambda *_: None)
        monkeypatch.setattr("nianbao.steps.compare.comparison_version", lambda: "another")
        options = pipeline.RunOptions(executor=partial(on_another_machine, nowhere=False))
        outcome = pipeline.run(raw_here, curated, options)
    assert outcome.counts.reread == 1
    assert outcome.n_rows == first.n_rows
