"""The steps of a run as Prefect tasks: who does them (threads, processes, Dask), with retries where a site is asked.

Only wiring: tasks wrap plain functions, and between them travel paths. A task is some batches or a host, never a
document, because a task costs a tenth of a second in a process of its own. Prefect caches nothing: pieces are files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from flows.prefect_settings import fast_import

with fast_import():
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.futures import as_completed, wait
    from prefect.logging import get_run_logger
    from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
    from prefect.tasks import Task

    from flows.events import current_events, current_wait
    from flows.runners import NO_DASK, Runner, RunnerUnavailable
    from flows.workers import pickle_jobs, preload, run_jobs
    from nianbao import pipeline
    from nianbao.documents.model import Family
    from nianbao.publishing.object_storage import Mirror, local_copy
    from nianbao.sources import local
    from nianbao.sources.client import Client
    from nianbao.sources.fetch import (
        FetchInProgress,
        HostPlan,
        fetch_from_host,
        fetch_session,
        plan_hosts,
        prepare_fetch,
    )
    from nianbao.sources.manifest import read_manifest
    from nianbao.sources.report import FetchResult
    from nianbao.sources.selection import FetchSelection
    from nianbao.sources.snapshot_index import SnapshotIndex
    from nianbao.steps.chunks import guided_chunks
    from nianbao.steps.remote import RemoteJob, run_remote_job

# A worker process starts in about three seconds, the time in which one process reads one or two batches.
BATCHES_WORTH_A_WORKER = 2
# So many jobs another process does at most in one task, which costs a tenth of a second there, and as much again here.
MOST_AT_ONCE = 4
# A host that failed is asked again so often, after PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS each time.
HOST_RETRIES = 2


class HostFailed(Exception):
    """Some reports of a host could not be had now; what was had is kept, and asking again asks for the rest."""

    def __init__(self, trip: HostPlan, failed: Sequence[FetchResult]) -> None:
        first = failed[0]
        super().__init__(f"{trip.host}: {len(failed)} failed, first {first.url}: {first.note}")


def _is_worth_asking_again(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """A host that could not answer now; not a page that is gone, a full disk, or a host that said to stay away."""
    return isinstance(state.result(raise_on_failure=False), HostFailed)


@task(
    name="fetch-host",
    task_run_name="fetch {trip.host}",
    retries=HOST_RETRIES,
    retry_condition_fn=_is_worth_asking_again,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def fetch_host(trip: HostPlan, client: Client, shelf: SnapshotIndex, heard: Callable[[FetchResult], None]) -> None:
    """Ask one host. Raises HostFailed where some of it may be had later, so that it is asked again."""
    failed = []
    for told in fetch_from_host(trip, client, shelf):
        heard(told)
        if told.transient:
            failed.append(told)
    if failed:
        raise HostFailed(trip, failed)


@flow(name="fetch", persist_result=False, validate_parameters=False)
def fetch(
    raw: str,
    years: Sequence[int] | None = None,
    jurisdictions: Sequence[str] | None = None,
    families: Sequence[str] | None = None,
    missing_only: bool = False,
) -> list[FetchResult]:
    """Ask the enabled sources, host beside host; returns what became of each page in the end.

    A host that cannot be had costs its own reports: they are owed, and told in `rejects`.
    """
    placed = prepare_fetch()
    if placed is None:
        return []
    events = current_events()
    heard: list[FetchResult] = []

    def hear(told: FetchResult) -> None:
        first = all((told.source.id, told.url) != (one.source.id, one.url) for one in heard)
        heard.append(told)
        if events.on_fetch and not told.transient and (first or told.outcome != "known"):
            events.on_fetch(told)

    wanted = {Family(family) for family in families} if families else None
    selection = FetchSelection(years, jurisdictions or None, wanted, missing_only)
    trips = plan_hosts(placed.sources, Path(raw), selection)
    try:
        with fetch_session(
            placed.settings, Path(raw), wait=current_wait(), on_wait=events.on_wait or _log_waiting
        ) as client:
            shelf = SnapshotIndex(Path(raw))
            for future in [fetch_host.submit(trip, client, shelf, hear) for trip in trips]:
                _end_of(future.result(raise_on_failure=False))
    except FetchInProgress as error:
        raise pipeline.RunInProgress(str(error)) from error
    ends = final_results(heard)
    if events.on_fetch:
        for told in ends:
            if told.transient:  # to the end
                events.on_fetch(told)
    return ends


def _end_of(result: Any) -> None:
    """Raise what a task raised, but for what a host did."""
    if isinstance(result, Exception) and not isinstance(result, HostFailed):
        raise result


def final_results(heard: Sequence[FetchResult]) -> list[FetchResult]:
    """The last that was heard of each page; what was new on one attempt and as before on the next is new."""
    ends: dict[tuple[str, str], FetchResult] = {}
    for told in heard:
        key = told.source.id, told.url
        if told.outcome != "known" or key not in ends:
            ends[key] = told
    return list(ends.values())


@task(name="ingest", cache_policy=NO_CACHE, persist_result=False)
def ingest(paths: list[str], raw: str, manifest: str | None) -> int:
    """Take local files in as snapshots; returns how many are new. Raises BadManifest before anything is taken."""
    csv = Path(manifest) if manifest else None
    rows = read_manifest(csv) if csv else {}
    files = local.list_files([Path(path) for path in paths], csv)
    return sum(taken.outcome == "new" for taken in local.ingest(files, Path(raw), rows=rows))


start_worker = task(name="start-worker", cache_policy=NO_CACHE, persist_result=False)(preload)
TASKS: dict[pipeline.Step, Task[..., list[Any]]] = {
    step: task(name=name, cache_policy=NO_CACHE, persist_result=False)(run_jobs)
    for step, name in (
        (pipeline.read_batch, "read-batch"),
        (pipeline.compare_partitions, "derive-groups"),
        (pipeline.write_table, "write-table"),
        (run_remote_job, "read-or-derive-apart"),
    )
}


@flow(name="read-and-publish", persist_result=False, validate_parameters=False)
def read_and_publish(
    raw: str,
    curated: str,
    corrections: str | None = None,
    only: pipeline.Selection | None = None,
    force: bool = False,
    n_processes: int = 0,
    n_workers: int = 0,
    apart: tuple[str, str] | None = None,
) -> pipeline.RunResult:
    """Read what is new under `raw`, or what `only` selects, and publish the tables to `curated`.

    Another run at work there is waited for, unless who listens would not have it. `n_processes` workers start, and
    get ready, while it is listed here what there is to do; `n_workers` processes, new or not, then do it; `apart`
    are the URLs of raw files and tables where these share no disk with this one.
    """
    events = current_events()
    starting = [start_worker.submit() for _ in range(n_processes)]
    each = partial(_each_apart, n_workers=n_workers, urls=apart) if apart else partial(_each, n_workers=n_workers)
    options = pipeline.RunOptions(
        corrections=Path(corrections) if corrections else None,
        executor=each,
        selection=only,
        force=force,
        wait=current_wait(),
    )
    events = replace(events, on_progress=events.on_progress or _log_progress, on_wait=events.on_wait or _log_waiting)
    outcome = pipeline.run(Path(raw), Path(curated), options, events)
    wait(starting)
    return outcome


def _each(step: pipeline.Step, jobs: Sequence[Any], n_workers: int) -> Iterator[Any]:
    """Tasks of one job, or for other processes of several, by the task runner of the flow, which begins at once."""
    if n_workers and step is not pipeline.write_table:  # the longest tables come first, and would be one handful
        shares = guided_chunks(jobs, lambda _: 1, MOST_AT_ONCE, part=2 * n_workers)
    else:
        shares = ((job,) for job in jobs)
    futures = [TASKS[step].submit(pickle_jobs(step, share)) for share in shares]
    return (done for future in as_completed(futures) for done in future.result())


def _each_apart(step: pipeline.Step, jobs: Sequence[Any], n_workers: int, urls: tuple[str, str]) -> Iterator[Any]:
    """The same on machines that share no disk with this one; but tables, which need all pieces, are written here."""
    if step is pipeline.write_table:
        yield from pipeline.run_inline(step, jobs)
        return
    raw, curated = urls
    here = Mirror(curated, local_copy(curated))
    errands = [RemoteJob(step, job, raw, curated) for job in jobs]
    for made in _each(run_remote_job, errands, n_workers):
        here.bring_pieces(made.pieces)
        yield made.n


def _log_waiting(folder: Path) -> None:
    get_run_logger().info("%s: another run is at work there; waiting for it", folder)


def _log_progress(step: str, done: int, total: int) -> None:
    get_run_logger().info("%s: %d of %d", step, done, total)


class RunnerChoice(NamedTuple):
    """Who does the work of a flow, and how many processes that starts anew."""

    runner: TaskRunner[Any]
    n_processes: int = 0


def runner_for(
    count_batches: Callable[[], int], *, runner: Runner = "auto", scheduler: str | None = None, cores: int | None = None
) -> RunnerChoice:
    """Who reads. Left to itself: Dask where a scheduler is named, processes where there is enough to read to be worth
    their start, else this process; only then is it counted how much there is. Raises WrongRunner."""
    cores = cores or os.cpu_count() or 1
    if runner == "dask" or (runner == "auto" and scheduler):
        return RunnerChoice(_dask(scheduler))
    if scheduler:
        raise RunnerUnavailable(
            f"a scheduler is named ({scheduler}), but the runner is {runner}; leave one of them out"
        )
    if runner == "processes":
        return _processes(cores)
    if runner == "threads":
        return RunnerChoice(ThreadPoolTaskRunner(max_workers=cores))
    workers = min(cores, count_batches() // BATCHES_WORTH_A_WORKER) if cores > 1 else 1
    return _processes(workers) if workers > 1 else RunnerChoice(ThreadPoolTaskRunner(max_workers=1))


def _processes(n: int) -> RunnerChoice:
    return RunnerChoice(ProcessPoolTaskRunner(max_workers=n), n)


def _dask(scheduler: str | None) -> TaskRunner[Any]:
    if not scheduler:
        raise RunnerUnavailable(
            "say where the Dask scheduler is: --scheduler tcp://127.0.0.1:8786 (`dask scheduler` starts one)"
        )
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise RunnerUnavailable(NO_DASK) from error
    return DaskTaskRunner(address=scheduler)
