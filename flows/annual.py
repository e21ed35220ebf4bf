"""The flows: `annual_refresh` fetches and publishes what is new, `backfill` goes over past years.

Their parameters are what a person fills in on Prefect's own page: the descriptions under `Args` stand beside the
fields there.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

from flows.prefect_settings import fast_import

with fast_import():
    from prefect import flow
    from prefect.logging import get_run_logger
    from pydantic import Field

    from flows.artifacts import VersionSnapshot, create_artifacts, snapshot_of
    from flows.runners import Runner
    from flows.tasks import fetch as fetch_reports
    from flows.tasks import ingest, read_and_publish, runner_for
    from flows.workers import preload_cluster
    from nianbao import pipeline
    from nianbao.atlas.site import draw_published
    from nianbao.documents.model import Family
    from nianbao.publishing.object_storage import is_remote, upload_raw, working_copies
    from nianbao.selection import select

Year = Annotated[int, Field(ge=1990, le=2100)]


@flow(name="annual-refresh", persist_result=False)
def annual_refresh(
    raw: str = "data/raw",
    curated: str = "data/curated",
    fetch: bool = True,
    files: list[str] | None = None,
    manifest: str | None = None,
    corrections: str | None = None,
    runner: Runner = "auto",
    scheduler: str | None = None,
    atlas: bool = True,
) -> pipeline.RunResult:
    """Fetch the reports that are new, read them, and publish the tables. Doing it again changes nothing.

    Args:
        raw: The folder of raw files (snapshots), or its address on object storage, s3://bucket/raw.
        curated: The folder that the tables are published in, or its address, s3://bucket/curated.
        fetch: Ask the sites of the enabled sources (config/sources/) first. Off - read only what is there already.
        files: Files or folders on the machine that runs this, to be taken in first. Mostly empty.
        manifest: A CSV file that says what those files are (columns file, family, jurisdiction, title, delivered).
        corrections: The folder of corrections by hand. Empty - config/corrections, where there is one.
        runner: Who reads - auto (processes where it is worth it), threads, processes, or dask (name a scheduler too).
        scheduler: The address of a Dask scheduler, like tcp://127.0.0.1:8786. Empty without Dask.
        atlas: Draw the site of the tables into the folder `atlas` beside them; not on object storage.
    """
    with working_copies(raw, curated, may_be_empty=fetch or bool(files)) as (raw_here, curated_here):
        began = time.monotonic()
        before = snapshot_of(curated_here)
        fetched = fetch_reports(str(raw_here)) if fetch else []
        if files:
            ingest(files, str(raw_here), manifest)
        took = time.monotonic() - began
        _require_raw(raw, raw_here, before)
        apart = _apart(raw, curated, scheduler)
        outcome = _read_and_publish(raw_here, curated_here, corrections, runner, scheduler, apart)
        seconds = {"fetching": took, **outcome.seconds}
        if atlas and not is_remote(curated):
            seconds["drawing"] = _draw(curated_here)
        create_artifacts(curated_here, outcome, before, fetched, seconds)
    return outcome


@flow(name="backfill", persist_result=False)
def backfill(
    first_year: Year,
    last_year: Year,
    families: list[Family] | None = None,
    jurisdictions: list[str] | None = None,
    force: bool = False,
    fetch: bool = True,
    raw: str = "data/raw",
    curated: str = "data/curated",
    corrections: str | None = None,
    runner: Runner = "auto",
    scheduler: str | None = None,
    atlas: bool = True,
) -> pipeline.RunResult:
    """Go over past years: read again what an older version read, fetch what is missing, and nothing else.

    A backfill can be stopped at any time; the same one, started again, goes on where it was.

    Args:
        first_year: The first year, of those that the reports review. A report of spring 2016 reviews 2015.
        last_year: The last year, itself included.
        families: Only these series. None chosen - all of them.
        jurisdictions: Only these governments, by name (深圳市盐田区) or code (440308). None - all of them.
        force: Read all reports of these years anew, also those that the present version has read.
        fetch: Ask the sites of the enabled sources for reports of these years of which nothing is kept yet.
        raw: The folder of raw files (snapshots), or its address on object storage, s3://bucket/raw.
        curated: The folder that the tables are published in, or its address, s3://bucket/curated.
        corrections: The folder of corrections by hand. Empty - config/corrections, where there is one.
        runner: Who reads - auto (processes where it is worth it), threads, processes, or dask (name a scheduler too).
        scheduler: The address of a Dask scheduler, like tcp://127.0.0.1:8786. Empty without Dask.
        atlas: Draw the site of the tables into the folder `atlas` beside them; not on object storage.
    """
    wanted = select(first_year, last_year, families, jurisdictions)
    with working_copies(raw, curated, may_be_empty=fetch) as (raw_here, curated_here):
        began = time.monotonic()
        before = snapshot_of(curated_here)
        fetched = (
            fetch_reports(
                str(raw_here),
                years=sorted(wanted.years or ()),
                jurisdictions=sorted(wanted.codes) if wanted.codes else None,
                families=families,
                missing_only=True,
            )
            if fetch
            else []
        )
        took = time.monotonic() - began
        _require_raw(raw, raw_here, before)
        apart = _apart(raw, curated, scheduler)
        outcome = _read_and_publish(raw_here, curated_here, corrections, runner, scheduler, apart, wanted, force)
        seconds = {"fetching": took, **outcome.seconds}
        if atlas and not is_remote(curated):
            seconds["drawing"] = _draw(curated_here)
        create_artifacts(curated_here, outcome, before, fetched, seconds)
    return outcome


def _require_raw(told: str, raw: Path, before: VersionSnapshot) -> None:
    """Raises OSError where a form names no folder of raw files, before that empties the tables."""
    if not raw.is_dir() or (before.reports and next(raw.rglob("*.json"), None) is None):
        raise OSError(f"{told}: there are no raw files; look at `raw`, or fetch or bring some up first")


def _apart(raw: str, curated: str, scheduler: str | None) -> tuple[str, str] | None:
    """The two URLs where the workers of a cluster can work on object storage, and so need no disk of this machine.

    What was taken in here must be there before they look for it.
    """
    if scheduler is None or not (is_remote(raw) and is_remote(curated)):
        return None
    upload_raw(raw)
    return raw, curated


def _read_and_publish(
    raw: Path,
    curated: Path,
    corrections: str | None,
    runner: Runner,
    scheduler: str | None,
    apart: tuple[str, str] | None,
    only: pipeline.Selection | None = None,
    force: bool = False,
) -> pipeline.RunResult:
    """The part that is done by many, with the runner that its size asks for."""
    readers = runner_for(
        lambda: len(pipeline.list_batches(raw, None if force else curated)), runner=runner, scheduler=scheduler
    )
    # Those of a served run have not been asked before.
    n_workers = preload_cluster(scheduler) if scheduler else readers.n_processes
    return read_and_publish.with_options(task_runner=readers.runner)(
        str(raw), str(curated), corrections, only, force, readers.n_processes, n_workers, apart
    )


def _draw(curated: Path) -> float:
    """Draw the atlas where that of the published state is not there yet; returns the seconds that it took."""
    began = time.monotonic()
    made = draw_published(curated, curated / "atlas")
    if made is not None:
        get_run_logger().info("atlas: %d pages, %d files written: %s", made.pages, made.written, made.front)
    return time.monotonic() - began
