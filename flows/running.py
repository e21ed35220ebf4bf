"""The steps of a run as Prefect tasks: who does them (threads, processes, Dask), with retries where a site is asked.

Only wiring: tasks wrap plain functions, and between them travel paths. A task is some batches or a host, never a
document, because a task costs a tenth of a second in a process of its own. Prefect caches nothing: pieces are files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from flows.quiet import importing

with importing():
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.futures import as_completed, wait
    from prefect.logging import get_run_logger
    from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
    from prefect.tasks import Task

    from flows.listening import listener_of_this_run
    from flows.parameters import NO_DASK, Runner, WrongRunner
    from flows.workers import be_ready, do_jobs, packed
    from nianbao import pipeline
    from nianbao.documents.model import Family
    from nianbao.sources import local
    from nianbao.sources.client import Client
    from nianbao.sources.fetch import AnotherFetch, Trip, asking, go, order, plan
    from nianbao.sources.manifest import read_manifest
    from nianbao.sources.report import Told
    from nianbao.sources.shelf import Shelf
    from nianbao.steps.apart import Errand, do_errand
    from nianbao.steps.batching import taper
    from nianbao.storage.remote import Mirror, local_copy

# A worker process starts in about three seconds, the time in which one process reads one or two batches.
BATCHES_WORTH_A_WORKER = 2
# So many jobs another process does at most in one task, which costs a tenth of a second there, and as much again here.
MOST_AT_ONCE = 4
# A host that failed is asked again so often, after PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS each time.
HOST_RETRIES = 2


class HostFailed(Exception):
    """Some reports of a host could not be had now; what was had is kept, and asking again asks for the rest."""

    def __init__(self, trip: Trip, failed: Sequence[Told]) -> None:
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
def fetch_host(trip: Trip, client: Client, shelf: Shelf, heard: Callable[[Told], None]) -> None:
    """Ask one host. Raises HostFailed where some of it may be had later, so that it is asked again."""
    failed = []
    for told in go(trip, client, shelf):
        heard(told)
        if told.passing:
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
) -> list[Told]:
    """Ask the enabled sources, host beside host; returns what became of each page in the end.

    A host that cannot be had costs its own reports: they are owed, and told in `rejects`.
    """
    placed = order()
    if placed is None:
        return []
    listener = listener_of_this_run()
    heard: list[Told] = []

    def hear(told: Told) -> None:
        first = all((told.source.id, told.url) != (one.source.id, one.url) for one in heard)
        heard.append(told)
        if listener.on_told and not told.passing and (first or told.outcome != "known"):
            listener.on_told(told)

    wanted = {Family(family) for family in families} if families else None
    trips = plan(
        placed.sources,
        Path(raw),
        years=years,
        jurisdictions=jurisdictions or None,
        families=wanted,
        missing_only=missing_only,
    )
    try:
        with asking(placed.settings, Path(raw), wait=listener.wait, on_wait=listener.on_wait or _log_waiting) as client:
            shelf = Shelf(Path(raw))
            for future in [fetch_host.submit(trip, client, shelf, hear) for trip in trips]:
                _end_of(future.result(raise_on_failure=False))
    except AnotherFetch as error:
        raise pipeline.AnotherRun(str(error)) from error
    ends = settled(heard)
    if listener.on_told:
        for told in ends:
            if told.passing:  # to the end
                listener.on_told(told)
    return ends


def _end_of(result: Any) -> None:
    """Raise what a task raised, but for what a host did."""
    if isinstance(result, Exception) and not isinstance(result, HostFailed):
        raise result


def settled(heard: Sequence[Told]) -> list[Told]:
    """The last that was heard of each page; what was new on one attempt and as before on the next is new."""
    ends: dict[tuple[str, str], Told] = {}
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


start_worker = task(name="start-worker", cache_policy=NO_CACHE, persist_result=False)(be_ready)
TASKS: dict[pipeline.Step, Task[..., list[Any]]] = {
    step: task(name=name, cache_policy=NO_CACHE, persist_result=False)(do_jobs)
    for step, name in (
        (pipeline.read_batch, "read-batch"),
        (pipeline.derive_groups, "derive-groups"),
        (pipeline.write_table, "write-table"),
        (do_errand, "read-or-derive-apart"),
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
) -> pipeline.Outcome:
    """Read what is new under `raw`, or what `only` selects, and publish the tables to `curated`.

    Another run at work there is waited for, unless who listens would not have it. `n_processes` workers start, and
    get ready, while it is listed here what there is to do; `n_workers` processes, new or not, then do it; `apart`
    are the URLs of raw files and tables where these share no disk with this one.
    """
    listener = listener_of_this_run()
    starting = [start_worker.submit() for _ in range(n_processes)]
    outcome = pipeline.run(
        Path(raw),
        Path(curated),
        corrections=Path(corrections) if corrections else None,
        each=partial(_each_apart, n_workers=n_workers, urls=apart) if apart else partial(_each, n_workers=n_workers),
        on_progress=listener.on_progress or _log_progress,
        wait=listener.wait,
        on_wait=listener.on_wait or _log_waiting,
        only=only,
        force=force,
    )
    wait(starting)
    return outcome


def _each(step: pipeline.Step, jobs: Sequence[Any], n_workers: int) -> Iterator[Any]:
    """Tasks of one job, or for other processes of several, by the task runner of the flow, which begins at once."""
    if n_workers and step is not pipeline.write_table:  # the longest tables come first, and would be one handful
        shares = taper(jobs, lambda _: 1, MOST_AT_ONCE, part=2 * n_workers)
    else:
        shares = ((job,) for job in jobs)
    futures = [TASKS[step].submit(packed(step, share)) for share in shares]
    return (done for future in as_completed(futures) for done in future.result())


def _each_apart(step: pipeline.Step, jobs: Sequence[Any], n_workers: int, urls: tuple[str, str]) -> Iterator[Any]:
    """The same on machines that share no disk with this one; but tables, which need all pieces, are written here."""
    if step is pipeline.write_table:
        yield from pipeline.in_this_process(step, jobs)
        return
    raw, curated = urls
    here = Mirror(curated, local_copy(curated))
    errands = [Errand(step, job, raw, curated) for job in jobs]
    for made in _each(do_errand, errands, n_workers):
        here.bring_pieces(made.pieces)
        yield made.n


def _log_waiting(folder: Path) -> None:
    get_run_logger().info("%s: another run is at work there; waiting for it", folder)


def _log_progress(step: str, done: int, total: int) -> None:
    get_run_logger().info("%s: %d of %d", step, done, total)


class Readers(NamedTuple):
    """Who does the work of a flow, and how many processes that starts anew."""

    runner: TaskRunner[Any]
    n_processes: int = 0


def runner_for(
    count_batches: Callable[[], int], *, runner: Runner = "auto", scheduler: str | None = None, cores: int | None = None
) -> Readers:
    """Who reads. Left to itself: Dask where a scheduler is named, processes where there is enough to read to be worth
    their start, else this process; only then is it counted how much there is. Raises WrongRunner."""
    cores = cores or os.cpu_count() or 1
    if runner == "dask" or (runner == "auto" and scheduler):
        return Readers(_dask(scheduler))
    if scheduler:
        raise WrongRunner(f"a scheduler is named ({scheduler}), but the runner is {runner}; leave one of them out")
    if runner == "processes":
        return _processes(cores)
    if runner == "threads":
        return Readers(ThreadPoolTaskRunner(max_workers=cores))
    workers = min(cores, count_batches() // BATCHES_WORTH_A_WORKER) if cores > 1 else 1
    return _processes(workers) if workers > 1 else Readers(ThreadPoolTaskRunner(max_workers=1))


def _processes(n: int) -> Readers:
    return Readers(ProcessPoolTaskRunner(max_workers=n), n)


def _dask(scheduler: str | None) -> TaskRunner[Any]:
    if not scheduler:
        raise WrongRunner(
            "say where the Dask scheduler is: --scheduler tcp://127.0.0.1:8786 (`dask scheduler` starts one)"
        )
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise WrongRunner(NO_DASK) from error
    return DaskTaskRunner(address=scheduler)
