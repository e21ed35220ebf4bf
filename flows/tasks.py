"""The steps of a run as Prefect tasks, with retries for hosts.

Tasks only wrap plain functions and pass paths to each other. A task covers some batches or a host, never a single
document, because a task costs a tenth of a second in another process. Prefect caches nothing; results are files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from flows.prefect_settings import fast_import

with fast_import():
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.futures import as_completed, wait
    from prefect.logging import get_run_logger
    from prefect.tasks import Task

    from flows.events import current_events, current_wait
    from flows.workers import pickle_jobs, preload, run_jobs
    from nianbao import pipeline
    from nianbao.io.layout import Layout
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
    from nianbao.sources.selection import EVERYTHING, FetchSelection
    from nianbao.sources.snapshot_index import SnapshotIndex
    from nianbao.steps.chunks import guided_chunks
    from nianbao.steps.remote import RemoteJob, run_remote_job

# Maximum number of jobs in one task of another process; a task costs a tenth of a second there, and as much here.
MAX_JOBS_PER_TASK = 4
# Number of retries of a host, each after PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS.
HOST_RETRIES = 2


class HostFailed(Exception):
    """Some reports of a host could not be downloaded now. The others are stored; a retry asks for the rest."""

    def __init__(self, plan: HostPlan, failed: Sequence[FetchResult]) -> None:
        """Name the host and the first failure in the message."""
        first = failed[0]
        super().__init__(f"{plan.host}: {len(failed)} failed, first {first.url}: {first.note}")


def _is_retriable(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether the host failed; a missing page, a full disk or a refusal is not retried."""
    return isinstance(state.result(raise_on_failure=False), HostFailed)


@task(
    name="fetch-host",
    task_run_name="fetch {plan.host}",
    retries=HOST_RETRIES,
    retry_condition_fn=_is_retriable,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def fetch_host(plan: HostPlan, client: Client, index: SnapshotIndex, on_result: Callable[[FetchResult], None]) -> None:
    """Download the reports of one host. Raises HostFailed if some may succeed later, so that they are retried."""
    failed = []
    for result in fetch_from_host(plan, client, index):
        on_result(result)
        if result.transient:
            failed.append(result)
    if failed:
        raise HostFailed(plan, failed)


@flow(name="fetch", persist_result=False, validate_parameters=False)
def fetch(raw: str, selection: FetchSelection = EVERYTHING) -> list[FetchResult]:
    """Download from the enabled sources, all hosts concurrently; return the final result of each page.

    A host that fails costs only its own reports: they stay pending and appear in `rejects`.
    Raises RunInProgress if another fetch runs and the caller does not wait.
    """
    plan = prepare_fetch()
    if plan is None:
        return []
    events = current_events()
    results: list[FetchResult] = []

    def on_result(result: FetchResult) -> None:
        first = all((result.source.id, result.url) != (other.source.id, other.url) for other in results)
        results.append(result)
        if events.on_fetch and not result.transient and (first or result.outcome != "known"):
            events.on_fetch(result)

    host_plans = plan_hosts(plan.sources, Path(raw), selection)
    try:
        with fetch_session(
            plan.settings, Path(raw), wait=current_wait(), on_wait=events.on_wait or _log_waiting
        ) as client:
            index = SnapshotIndex(Path(raw))
            for future in [fetch_host.submit(host, client, index, on_result) for host in host_plans]:
                _raise_unless_host_failed(future.result(raise_on_failure=False))
    except FetchInProgress as error:
        raise pipeline.RunInProgress(str(error)) from error
    final = final_results(results)
    if events.on_fetch:
        for result in final:
            if result.transient:  # still failing after the last retry
                events.on_fetch(result)
    return final


def _raise_unless_host_failed(result: Any) -> None:
    """Raise the exception of a task, except HostFailed."""
    if isinstance(result, Exception) and not isinstance(result, HostFailed):
        raise result


def final_results(results: Sequence[FetchResult]) -> list[FetchResult]:
    """Return the last result of each page; one that was new on one attempt and known on the next is new."""
    final: dict[tuple[str, str], FetchResult] = {}
    for result in results:
        key = result.source.id, result.url
        if result.outcome != "known" or key not in final:
            final[key] = result
    return list(final.values())


@task(name="ingest", cache_policy=NO_CACHE, persist_result=False)
def ingest(paths: list[str], raw: str, manifest: str | None) -> int:
    """Store local files as snapshots; return how many are new. Raises BadManifest before anything is stored."""
    csv = Path(manifest) if manifest else None
    rows = read_manifest(csv) if csv else {}
    files = local.list_files([Path(path) for path in paths], csv)
    return sum(result.outcome == "new" for result in local.ingest(files, Path(raw), rows=rows))


start_worker = task(name="start-worker", cache_policy=NO_CACHE, persist_result=False)(preload)
TASKS: dict[pipeline.Step, Task[..., list[Any]]] = {
    step: task(name=name, cache_policy=NO_CACHE, persist_result=False)(run_jobs)
    for step, name in (
        (pipeline.read_batch, "read-batch"),
        (pipeline.compare_partitions, "compare-partitions"),
        (pipeline.write_table, "write-table"),
        (pipeline.write_units, "write-units"),
        (run_remote_job, "run-remote-job"),
    )
}


@dataclass(frozen=True, slots=True)
class PublishJob:
    """What to read and where to publish it.

    Attributes:
        selection: Of the snapshots that are not read yet, read only these; None means all.
        force: Read the selected snapshots again even if the current version has read them.
        layout: How to publish: single files or Delta tables; None means as before.
        remote_urls: URLs of snapshots and tables for workers that share no disk with this machine.
    """

    raw: str
    curated: str
    corrections: str | None = None
    selection: pipeline.Selection | None = None
    force: bool = False
    layout: Layout | None = None
    remote_urls: tuple[str, str] | None = None


@flow(name="read-and-publish", persist_result=False, validate_parameters=False)
def read_and_publish(job: PublishJob, n_processes: int = 0, n_workers: int = 0) -> pipeline.RunResult:
    """Read what is new or selected, and publish the tables.

    Waits for a concurrent run unless the caller does not want to. `n_processes` worker processes start and import
    while this process plans; `n_workers` processes in total, new or running, then do the work.
    """
    starting = [start_worker.submit(__name__) for _ in range(n_processes)]
    executor = partial(_run_tasks, n_workers=n_workers)
    if job.remote_urls:
        executor = partial(_run_remote_tasks, n_workers=n_workers, urls=job.remote_urls)
    options = pipeline.RunOptions(
        corrections=Path(job.corrections) if job.corrections else None,
        executor=executor,
        selection=job.selection,
        force=job.force,
        wait=current_wait(),
        layout=job.layout,
    )
    events = current_events()
    events = replace(events, on_progress=events.on_progress or _log_progress, on_wait=events.on_wait or _log_waiting)
    result = pipeline.run(Path(job.raw), Path(job.curated), options, events)
    wait(starting)
    return result


def _run_tasks(step: pipeline.Step, jobs: Sequence[Any], n_workers: int) -> Iterator[Any]:
    """Submit all jobs to the task runner of the flow, several per task if other processes run them."""
    if n_workers and step is not pipeline.write_table:  # the longest tables come first, and would share one task
        chunks = guided_chunks(jobs, lambda _: 1, MAX_JOBS_PER_TASK, share=2 * n_workers)
    else:
        chunks = ((job,) for job in jobs)
    futures = [TASKS[step].submit(pickle_jobs(step, chunk)) for chunk in chunks]
    return (result for future in as_completed(futures) for result in future.result())


def _run_remote_tasks(step: pipeline.Step, jobs: Sequence[Any], n_workers: int, urls: tuple[str, str]) -> Iterator[Any]:
    """Run jobs on machines that share no disk with this one; tables, which need all results, are written here."""
    if step in (pipeline.write_table, pipeline.write_units):
        yield from pipeline.run_inline(step, jobs)
        return
    raw, curated = urls
    mirror = Mirror(curated, local_copy(curated))
    remote_jobs = [RemoteJob(step, job, raw, curated) for job in jobs]
    for result in _run_tasks(run_remote_job, remote_jobs, n_workers):
        mirror.download_entries(result.entries)
        yield result.n


def _log_waiting(folder: Path) -> None:
    get_run_logger().info("%s: waiting for another run", folder)


def _log_progress(step: str, done: int, total: int) -> None:
    get_run_logger().info("%s: %d of %d", step, done, total)
