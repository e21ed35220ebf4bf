"""The yearly refresh as a Prefect flow: read batches of snapshots in worker processes, then publish what they became.

Only wiring: tasks wrap steps of `nianbao.pipeline`, and between them travel paths. A task is a batch, never a
document, because a task costs up to a tenth of a second in a process of its own. Prefect caches nothing: pieces are
files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.quiet import be_quiet

be_quiet()

from prefect import flow, task  # noqa: E402  the settings above must stand before this
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.futures import as_completed  # noqa: E402
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner  # noqa: E402

from nianbao import pipeline  # noqa: E402
from nianbao.sources import local  # noqa: E402
from nianbao.sources.manifest import read_manifest  # noqa: E402
from nianbao.sources.report import Told  # noqa: E402

# A worker process starts in about three seconds, the time in which one process reads three batches.
BATCHES_WORTH_A_WORKER = 4


@task(name="ingest", cache_policy=NO_CACHE, persist_result=False)
def ingest(paths: list[str], raw: str, manifest: str | None) -> int:
    """Take local files in as snapshots; returns how many are new. Raises BadManifest before anything is taken."""
    csv = Path(manifest) if manifest else None
    rows = read_manifest(csv) if csv else {}
    files = local.list_files([Path(path) for path in paths], csv)
    return sum(taken.outcome == "new" for taken in local.ingest(files, Path(raw), rows=rows))


@task(name="fetch", cache_policy=NO_CACHE, persist_result=False)
def fetch(raw: str, on_told: Callable[[Told], None] | None = None) -> dict[str, int]:
    """Ask the enabled sources for what is new; returns how many pages had which outcome."""
    return dict(pipeline.fetch(Path(raw), on_told))


@task(name="read-batch", cache_policy=NO_CACHE, persist_result=False)
def read_batch(raw: str, paths: list[str], piece: str) -> str:
    """Read, extract and validate one batch; returns the path of its piece."""
    return pipeline.read_batch(Path(raw), paths, Path(piece))


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish(pieces: list[str], curated: str, corrections: str | None) -> pipeline.Outcome:
    """Make the tables of the new state and put them in place of the old."""
    return pipeline.publish_pieces(pieces, Path(curated), Path(corrections) if corrections else None)


@flow(name="annual-refresh", persist_result=False, validate_parameters=False)
def annual_refresh(
    raw: str,
    curated: str,
    files: list[str] | None = None,
    manifest: str | None = None,
    corrections: str | None = None,
    on_batch: Callable[[int, int], None] | None = None,
    fetch_first: bool = False,
    on_told: Callable[[Told], None] | None = None,
) -> pipeline.Outcome:
    """Read all snapshots under `raw` and publish the tables to `curated`.

    With `fetch_first` the enabled sources are asked before, and `on_told` hears of every page. `files` (or folders of
    them, with a manifest or without) are taken in first; `corrections` is their folder, where it is not the usual one;
    `on_batch` is told how many snapshots are done, and of how many.
    """
    if fetch_first:
        fetch(raw, on_told)
    if files:
        ingest(files, raw, manifest)
    with pipeline.only_run(Path(curated)) as folder:
        batches = pipeline.list_batches(Path(raw))
        total, done = sum(map(len, batches)), 0
        pieces = {f"{folder / f'{n:06}'}": batch for n, batch in enumerate(batches)}
        waiting = {}
        for piece, batch in pieces.items():
            waiting[read_batch.submit(raw, batch, piece)] = len(batch)
        for future in as_completed(list(waiting)):
            future.result()
            done += waiting[future]
            if on_batch:
                on_batch(done, total)
        owed = pipeline.write_owed(Path(raw), folder / "owed")
        return publish([*pieces, owed], curated, corrections)


def runner_for(n_batches: int, cores: int | None = None) -> TaskRunner[Any]:
    """Processes where there is enough to read to be worth their start, else this process."""
    workers = min(cores or os.cpu_count() or 1, n_batches // BATCHES_WORTH_A_WORKER)
    return ProcessPoolTaskRunner(max_workers=workers) if workers > 1 else ThreadPoolTaskRunner(max_workers=1)


def run_annual(
    raw: Path,
    curated: Path,
    on_batch: Callable[[int, int], None] | None = None,
    *,
    corrections: Path | None = None,
    fetch_first: bool = False,
    on_told: Callable[[Told], None] | None = None,
) -> pipeline.Outcome:
    """Run the flow once, here and now, with the runner that its size asks for."""
    runner = runner_for(len(pipeline.list_batches(raw)))
    folder = str(corrections) if corrections else None
    return annual_refresh.with_options(task_runner=runner)(
        str(raw), str(curated), corrections=folder, on_batch=on_batch, fetch_first=fetch_first, on_told=on_told
    )
