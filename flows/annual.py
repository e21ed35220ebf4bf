"""The Prefect flows: `annual_refresh` publishes what is new, `backfill` goes over past years.

Their parameters are the form on Prefect's page; the descriptions under `Args` appear next to the fields.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from flows.prefect_settings import fast_import

with fast_import():
    from prefect import flow
    from prefect.logging import get_run_logger

    from flows import tasks
    from flows.artifacts import VersionSnapshot, create_artifacts, snapshot_of
    from flows.dask import preload_cluster
    from flows.options import DEFAULT_EXECUTION, DEFAULT_FOLDERS, Execution, Folders, ReportSelection
    from flows.task_runners import choose_runner
    from nianbao import pipeline
    from nianbao.atlas.site import draw_published
    from nianbao.publishing.object_storage import is_remote, upload_raw, working_copies
    from nianbao.selection import select
    from nianbao.sources.selection import EVERYTHING, FetchSelection


@dataclass(frozen=True, slots=True)
class _Request:
    """What a flow was asked to do. `fetch` is None to download nothing, `files` are ingested first."""

    folders: Folders
    execution: Execution
    fetch: FetchSelection | None
    files: tuple[str, ...] = ()
    manifest: str | None = None
    selection: pipeline.Selection | None = None
    force: bool = False
    atlas: bool = True


@flow(name="annual-refresh", persist_result=False)
def annual_refresh(
    folders: Folders = DEFAULT_FOLDERS,
    execution: Execution = DEFAULT_EXECUTION,
    fetch: bool = True,
    files: list[str] | None = None,
    manifest: str | None = None,
    atlas: bool = True,
) -> pipeline.RunResult:
    """Fetch new reports, read them, and publish the tables. Running again changes nothing.

    Args:
        folders: Folders of snapshots, tables and corrections, or their addresses on object storage.
        execution: How the work is distributed.
        fetch: Download from the enabled sources (config/sources/) first. Off: read only what is stored already.
        files: Files or folders to ingest first, on the machine that runs this. Usually empty.
        manifest: CSV file that describes those files (columns file, family, jurisdiction, title, delivered).
        atlas: Draw the website of the tables into the folder `atlas` of the tables; not on object storage.
    """
    selection = EVERYTHING if fetch else None
    return _run(_Request(folders, execution, selection, tuple(files or ()), manifest, atlas=atlas))


@flow(name="backfill", persist_result=False)
def backfill(
    reports: ReportSelection,
    force: bool = False,
    fetch: bool = True,
    folders: Folders = DEFAULT_FOLDERS,
    execution: Execution = DEFAULT_EXECUTION,
    atlas: bool = True,
) -> pipeline.RunResult:
    """Read past years again if an older version read them, and fetch missing reports.

    You can stop a backfill at any time; starting the same one again continues where it was.

    Args:
        reports: Which reports to go over.
        force: Read all of these reports again, also those that the current version has read.
        fetch: Download reports of these years that are not stored yet from the enabled sources.
        folders: Folders of snapshots, tables and corrections, or their addresses on object storage.
        execution: How the work is distributed.
        atlas: Draw the website of the tables into the folder `atlas` of the tables; not on object storage.
    """
    selection = select(reports.first_year, reports.last_year, reports.families, reports.jurisdictions)
    missing = FetchSelection(
        sorted(selection.years or ()), sorted(selection.codes or ()) or None, selection.families, missing_only=True
    )
    return _run(_Request(folders, execution, missing if fetch else None, selection=selection, force=force, atlas=atlas))


def _run(request: _Request) -> pipeline.RunResult:
    folders = request.folders
    may_be_empty = request.fetch is not None or bool(request.files)
    with working_copies(folders.raw, folders.curated, may_be_empty=may_be_empty) as (raw, curated):
        start = time.monotonic()
        before = snapshot_of(curated)
        fetched = tasks.fetch(str(raw), request.fetch) if request.fetch is not None else []
        if request.files:
            tasks.ingest(list(request.files), str(raw), request.manifest)
        fetch_seconds = time.monotonic() - start
        _require_raw(folders.raw, raw, before)
        result = _read_and_publish(request, raw, curated)
        seconds = {"fetching": fetch_seconds, **result.seconds}
        if request.atlas and not is_remote(folders.curated):
            seconds["drawing"] = _draw(curated)
        create_artifacts(curated, result, before, fetched, seconds)
    return result


def _require_raw(location: str, raw: Path, before: VersionSnapshot) -> None:
    """Raise OSError without snapshots, before an empty folder empties the tables."""
    if not raw.is_dir() or (before.reports and next(raw.rglob("*.json"), None) is None):
        raise OSError(f"{location}: no snapshots there; check `raw`, or fetch, ingest or upload some first")


def _read_and_publish(request: _Request, raw: Path, curated: Path) -> pipeline.RunResult:
    """Read and publish with the task runner that the number of snapshots calls for."""
    scheduler = request.execution.scheduler
    remote_urls = _remote_urls(request.folders, scheduler)
    choice = choose_runner(
        lambda: len(pipeline.list_batches(raw, None if request.force else curated)),
        runner=request.execution.runner,
        scheduler=scheduler,
    )
    # A served run is the first to ask the workers of a cluster.
    n_workers = preload_cluster(scheduler, tasks.__name__) if scheduler else choice.n_processes
    job = tasks.PublishJob(
        str(raw),
        str(curated),
        corrections=request.folders.corrections,
        selection=request.selection,
        force=request.force,
        layout=request.folders.layout,
        remote_urls=remote_urls,
    )
    return tasks.read_and_publish.with_options(task_runner=choice.runner)(job, choice.n_processes, n_workers)


def _remote_urls(folders: Folders, scheduler: str | None) -> tuple[str, str] | None:
    """Return the URLs for cluster workers that use object storage instead of the disk of this machine.

    Uploads the snapshots first, because the workers read them there.
    """
    if scheduler is None or not (is_remote(folders.raw) and is_remote(folders.curated)):
        return None
    upload_raw(folders.raw)
    return folders.raw, folders.curated


def _draw(curated: Path) -> float:
    """Draw the atlas unless it is current; return the seconds that it took."""
    start = time.monotonic()
    site = draw_published(curated, curated / "atlas")
    if site is not None:
        get_run_logger().info("atlas: %d pages, %d files written: %s", site.pages, site.written, site.front)
    return time.monotonic() - start
