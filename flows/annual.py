"""The yearly refresh as a Prefect flow: read batches of snapshots in worker processes, then publish what they became.

Only wiring: tasks wrap steps of `nianbao.pipeline`, and between them travel paths. A task is a batch, never a
document, because a task costs up to a tenth of a second in a process of its own. Prefect caches nothing: pieces are
files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.quiet import be_quiet

be_quiet()

from prefect import Task, flow, task  # noqa: E402  the settings above must stand before this
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.futures import as_completed  # noqa: E402
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner  # noqa: E402

from nianbao import pipeline  # noqa: E402
from nianbao.sources import local  # noqa: E402
from nianbao.sources.manifest import read_manifest  # noqa: E402
from nianbao.sources.report import Told  # noqa: E402

Progress = Callable[[str, int, int], None]

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


TASKS: dict[pipeline.Step, Task[..., Any]] = {
    step: task(name=name, cache_policy=NO_CACHE, persist_result=False)(step)
    for step, name in (
        (pipeline.read_batch, "read-batch"),
        (pipeline.derive_groups, "derive-groups"),
        (pipeline.write_table, "write-table"),
    )
}


@flow(name="annual-refresh", persist_result=False, validate_parameters=False)
def annual_refresh(
    raw: str,
    curated: str,
    files: list[str] | None = None,
    manifest: str | None = None,
    corrections: str | None = None,
    on_progress: Progress | None = None,
    fetch_first: bool = False,
    on_told: Callable[[Told], None] | None = None,
) -> pipeline.Outcome:
    """Read what is new under `raw` and publish the tables to `curated`.

    With `fetch_first` the enabled sources are asked before, and `on_told` hears of every page. `files` (or folders of
    them, with a manifest or without) are taken in first; `corrections` is their folder, where it is not the usual one;
    `on_progress` is told a step, how much of it is done, and of how much.
    """
    if fetch_first:
        fetch(raw, on_told)
    if files:
        ingest(files, raw, manifest)
    folder = Path(corrections) if corrections else None
    return pipeline.run(Path(raw), Path(curated), corrections=folder, each=_each, on_progress=on_progress)


def _each(step: pipeline.Step, jobs: Sequence[Any]) -> Iterator[Any]:
    """A task a job, by the task runner of the flow."""
    for future in as_completed([TASKS[step].submit(job) for job in jobs]):
        yield future.result()


def runner_for(n_batches: int, cores: int | None = None) -> TaskRunner[Any]:
    """Processes where there is enough to read to be worth their start, else this process."""
    workers = min(cores or os.cpu_count() or 1, n_batches // BATCHES_WORTH_A_WORKER)
    return ProcessPoolTaskRunner(max_workers=workers) if workers > 1 else ThreadPoolTaskRunner(max_workers=1)


def run_annual(
    raw: Path,
    curated: Path,
    on_progress: Progress | None = None,
    *,
    corrections: Path | None = None,
    fetch_first: bool = False,
    on_told: Callable[[Told], None] | None = None,
) -> pipeline.Outcome:
    """Run the flow once, here and now, with the runner that its size asks for."""
    runner = runner_for(len(pipeline.list_batches(raw, curated)))
    folder = str(corrections) if corrections else None
    return annual_refresh.with_options(task_runner=runner)(
        str(raw), str(curated), corrections=folder, on_progress=on_progress, fetch_first=fetch_first, on_told=on_told
    )
