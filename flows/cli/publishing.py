"""Run the pipeline for the commands `run` and `backfill`: their shared options, checks, progress and summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from flows.cli.atlas import draw_after_run
from flows.cli.fetch import count_line, print_result
from flows.cli.messages import ExitCode, log_line, stop
from flows.cli.options import CURATED, RAW, Curated, RawLocation, Strict
from flows.cli.progress import progress_by_step
from flows.runners import NoServer, Runner, RunnerUnavailable
from nianbao.atlas.urls import FRONT
from nianbao.io.layout import Layout
from nianbao.options import RunEvents, RunOptions
from nianbao.publishing.object_storage import is_remote, working_copies
from nianbao.sources.selection import FetchSelection
from schemas.config_error import ConfigError

if TYPE_CHECKING:
    from nianbao.pipeline import RunResult

STEPS = {"reading": "snapshots", "comparing": "reports", "writing": "tables"}

NoFetch = Annotated[bool, typer.Option("--no-fetch", help="Skip downloading.")]
Direct = Annotated[bool, typer.Option("--direct", help="Run in this process, without Prefect.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for a concurrent run instead of failing.")]
NoAtlas = Annotated[bool, typer.Option("--no-atlas", help="Skip drawing the atlas.")]
Corrections = Annotated[
    Path | None,
    typer.Option(
        "--corrections", help="Folder of manual corrections.", file_okay=False, show_default="config/corrections"
    ),
]
LayoutName = Annotated[
    Layout | None,
    typer.Option("--layout", help="Single files, or Delta tables for large collections.", show_default="as published"),
]
RunnerName = Annotated[Runner, typer.Option("--runner", help="Task runner; auto uses processes for large backlogs.")]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", help="Address of a Dask scheduler, for --runner dask: tcp://host:8786.")
]


@dataclass(frozen=True, slots=True)
class Locations:
    """Where snapshots, tables and corrections are, and how tables are published, as options of a command."""

    raw: RawLocation = RAW
    curated: Curated = CURATED
    corrections: Corrections = None
    layout: LayoutName = None

    @property
    def remote(self) -> bool:
        """Whether snapshots or tables are on object storage."""
        return is_remote(self.raw) or is_remote(self.curated)


@dataclass(frozen=True, slots=True)
class Execution:
    """How a run is executed, as options of a command."""

    runner: RunnerName = "auto"
    scheduler: Scheduler = None


@dataclass(frozen=True, slots=True)
class RunBehaviour:
    """What a run does besides reading and publishing, as options of a command."""

    direct: Direct = False
    no_fetch: NoFetch = False
    wait: Wait = False
    strict: Strict = False
    no_atlas: NoAtlas = False


@dataclass(frozen=True, slots=True)
class Flow:
    """A Prefect flow of `flows.annual`, and the parameters that are not in the shared options."""

    name: Literal["annual_refresh", "backfill"]
    parameters: dict[str, Any]


def check_usage(locations: Locations, execution: Execution, behaviour: RunBehaviour) -> bool:
    """End the command if its options cannot work together; return whether to fetch first."""
    fetch = not behaviour.no_fetch and _sources_are_enabled()
    if behaviour.direct and (execution.runner != "auto" or execution.scheduler):
        stop("--direct runs without Prefect; leave out --direct, or --runner and --scheduler", ExitCode.USAGE)
    if execution.runner == "dask" and not execution.scheduler:
        stop("--runner dask needs --scheduler tcp://127.0.0.1:8786 (start one with `dask scheduler`)", ExitCode.USAGE)
    if not fetch and not is_remote(locations.raw) and not Path(locations.raw).is_dir():
        stop(f"{locations.raw}: no such folder of snapshots; store reports with `nianbao ingest`")
    return fetch


def check_configuration(corrections: Path | None) -> None:
    """End the command if families, catalog or corrections are invalid, before anything is read."""
    from nianbao.comparison.corrections import FOLDER, load_corrections
    from nianbao.indicators.catalog import load_catalog
    from schemas.families import load_profiles

    try:
        load_profiles()
        load_corrections(corrections, load_catalog())
    except (ConfigError, OSError) as error:
        stop(str(error))
    if corrections is None and not FOLDER.is_dir():
        log_line(f"no manual corrections: {FOLDER} not found (see --corrections)")


def up_to_date(locations: Locations) -> RunResult | None:
    """Return the published result if a run would publish the same, without loading what reading needs."""
    if locations.remote:
        return None
    from nianbao.comparison.corrections import FOLDER
    from nianbao.publishing.manifest import published_layout, up_to_date_result

    if locations.layout not in (None, published_layout(Path(locations.curated))):
        return None
    return up_to_date_result(Path(locations.raw), Path(locations.curated), locations.corrections or FOLDER)


def run_pipeline(
    locations: Locations,
    execution: Execution,
    behaviour: RunBehaviour,
    options: RunOptions,
    fetch: FetchSelection | None,
    flow: Flow,
) -> None:
    """Fetch (None: nothing), read, publish and draw, in this process or as a Prefect flow; print a summary."""
    counts: Counter[str] = Counter()
    with _reporting(counts) as events:
        if behaviour.direct:
            result = _run_direct(locations, options, fetch, events)
        else:
            result = _run_flow(locations, execution, flow, fetch is not None, behaviour.wait, events)
    finish(result, locations, behaviour, counts if fetch is not None else None)


def finish(
    result: RunResult, locations: Locations, behaviour: RunBehaviour, fetched: Counter[str] | None = None
) -> None:
    """Draw the atlas, print the summary of a run, and end the command with 1 if --strict finds rejects."""
    draw_after_run(locations.curated, behaviour.no_atlas)
    _print_summary(result, locations, fetched)
    if behaviour.strict and result.n_rows["rejects"]:
        raise typer.Exit(int(ExitCode.FAILED))


def _sources_are_enabled() -> bool:
    """Return whether there is a source to fetch. Ends the command if the sources cannot be fetched."""
    from nianbao.sources.registry import load_sources, select_sources

    try:
        if not select_sources(load_sources(), ()):
            return False
        from nianbao.sources.fetch import prepare_fetch

        return prepare_fetch() is not None
    except (ConfigError, OSError) as error:
        stop(f"{error}; or run with --no-fetch", ExitCode.USAGE)


@contextmanager
def _reporting(counts: Counter[str]) -> Iterator[RunEvents]:
    """Show progress, and end the command with one line for errors that a user can fix."""
    from nianbao.io.lock import RunInProgress

    try:
        with progress_by_step(STEPS) as advance:
            yield RunEvents(advance, partial(print_result, counts=counts), _log_waiting)
    except (RunInProgress, RunnerUnavailable, NoServer, ConfigError, OSError) as error:
        stop(str(error))


def _log_waiting(folder: Path) -> None:
    log_line(f"{folder}: waiting for another run")


def _run_direct(
    locations: Locations, options: RunOptions, fetch: FetchSelection | None, events: RunEvents
) -> RunResult:
    from nianbao import pipeline

    with working_copies(locations.raw, locations.curated, may_be_empty=fetch is not None) as (raw, curated):
        if fetch is not None:
            pipeline.fetch(raw, fetch, events, wait=options.wait)
        return pipeline.run(raw, curated, options, events)


def _run_flow(
    locations: Locations, execution: Execution, flow: Flow, fetch: bool, wait: bool, events: RunEvents
) -> RunResult:
    log_line("starting Prefect: some seconds, about twenty the first time (skip it with --direct)")
    from flows.local_run import run_local

    corrections = locations.corrections and str(locations.corrections)
    parameters = {
        **flow.parameters,
        "folders": {
            "raw": locations.raw,
            "curated": locations.curated,
            "corrections": corrections,
            "layout": locations.layout,
        },
        "execution": {"runner": execution.runner, "scheduler": execution.scheduler},
        "fetch": fetch,
        # The atlas is drawn after the flow, where its progress is visible.
        "atlas": False,
    }
    return run_local(flow.name, parameters, events, wait=wait)


def _print_summary(result: RunResult, locations: Locations, fetched: Counter[str] | None) -> None:
    from flows.cli.terminal import print_lines, print_path, terminal

    console = terminal()
    if fetched is not None:
        print_lines(console, f"fetched: {count_line(fetched)}")
    print_lines(console, f"run {result.run}" if result.changed else f"nothing changed since run {result.run}")
    counts = result.counts
    print_lines(
        console,
        f"snapshots: {counts.new} new, {counts.reread} read again, {counts.rematched} matched again, "
        f"{counts.unchanged} unchanged",
    )
    for family, (matched, total) in result.matched.items():
        share = f"{matched / total:.0%}"
        print_lines(console, f"{family}: {matched} of {total} levels and shares have an indicator ({share})")
    if result.n_corrections:
        folder = locations.corrections or "config/corrections"
        print_path(console, f"{result.n_corrections} manual corrections applied, from {folder}")
    curated = locations.curated
    if not is_remote(curated) and (front := Path(curated) / "atlas" / FRONT).is_file():
        print_path(console, f"next: open {front}")
    else:
        print_path(console, f"next: nianbao compare --curated {curated}")
    rows = result.n_rows
    summary = f"{rows['reports']} reports, {rows['observations']} observations, {rows['rejects']} rejects"
    print_path(console, f"{summary}: tables in {curated}")
