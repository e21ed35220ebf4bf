"""The commands that publish: `run`, `backfill`, and `serve`, which runs them when they are due."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from flows.cli.atlas import draw_after_run
from flows.cli.fetch import count_line, print_result
from flows.cli.progress import log_line, progress_by_step
from flows.cli.query import USAGE, parse_years, stop
from flows.cli.terminal import print_lines, print_path, terminal
from flows.runners import Runner, RunnerUnavailable
from nianbao.atlas.urls import FRONT
from nianbao.documents.model import Family
from nianbao.options import RunEvents, RunOptions
from nianbao.publishing.object_storage import is_remote, working_copies
from nianbao.sources.selection import EVERYTHING, FetchSelection

if TYPE_CHECKING:
    from nianbao.pipeline import RunResult, Selection

STEPS = {"reading": "snapshots", "comparing": "reports", "writing": "tables"}
RAW, CURATED = "data/raw", "data/curated"

Raw = Annotated[
    str, typer.Option("--raw", metavar="DIRECTORY", help="The folder of raw files (snapshots), or s3://bucket/raw.")
]
Curated = Annotated[
    str, typer.Option("--curated", metavar="DIRECTORY", help="The folder of tables, or s3://bucket/curated.")
]
Direct = Annotated[bool, typer.Option("--direct", help="The same steps as plain functions, without Prefect.")]
NoFetch = Annotated[
    bool, typer.Option("--no-fetch", help="Ask no site, also where sources are enabled in config/sources/.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if anything was turned away.")]
Wait = Annotated[
    bool, typer.Option("--wait", help="Where another run is at work, wait for it; without this, say so and end.")
]
NoAtlas = Annotated[bool, typer.Option("--no-atlas", help="Draw no site of the tables.")]
Corrections = Annotated[
    Path | None,
    typer.Option(
        "--corrections", help="The folder of corrections by hand.", file_okay=False, show_default="config/corrections"
    ),
]
Who = Annotated[Runner, typer.Option("--runner", help="Who reads: auto is processes where it is worth their start.")]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", help="Of a Dask cluster, for --runner dask: tcp://127.0.0.1:8786.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command(epilog="Example: nianbao run --raw data/raw --curated data/curated")(run)
    app.command(epilog="Example: nianbao backfill --years 2015-2024 --jurisdiction 深圳市 --family work_report")(
        backfill
    )
    app.command(epilog="Example: nianbao serve --raw data/raw --curated data/curated")(serve)


def run(
    raw: Raw = RAW,
    curated: Curated = CURATED,
    direct: Direct = False,
    no_fetch: NoFetch = False,
    runner: Who = "auto",
    scheduler: Scheduler = None,
    strict: Strict = False,
    wait: Wait = False,
    corrections: Corrections = None,
    no_atlas: NoAtlas = False,
) -> None:
    """Fetch where sources are enabled, read every snapshot, extract, validate, and publish the tables."""
    fetch = not no_fetch and _sources_are_enabled()
    _check(raw, fetch, direct, runner, scheduler)
    # The usual answer, before anything is loaded that reading needs.
    outcome = _nothing_new(raw, curated, corrections, fetch)
    if outcome is not None:
        draw_after_run(curated, no_atlas)
        return _print_result(outcome, curated, corrections, None, strict)
    _check_corrections(corrections)
    told: Counter[str] = Counter()
    with _events(told) as events:
        if direct:
            options = RunOptions(corrections=corrections, wait=wait)
            outcome = _run_direct(raw, curated, options, EVERYTHING if fetch else None, events)
        else:
            who = {"runner": runner, "scheduler": scheduler, "wait": wait}
            outcome = _run_flow("annual_refresh", raw, curated, corrections, fetch, events, **who)
    draw_after_run(curated, no_atlas)
    return _print_result(outcome, curated, corrections, told if fetch else None, strict)


def backfill(
    years: Annotated[str, typer.Option("--years", help="The years that the reports review: 2020 or 2015-2024.")],
    jurisdiction: Annotated[
        list[str] | None,
        typer.Option("--jurisdiction", help="Only this one: 深圳市盐田区 or 440308; give it again for more."),
    ] = None,
    family: Annotated[
        list[Family] | None, typer.Option("--family", help="Only this series; give it again for more.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Read all of it anew, also what the present version has read.")
    ] = False,
    raw: Raw = RAW,
    curated: Curated = CURATED,
    direct: Direct = False,
    no_fetch: NoFetch = False,
    runner: Who = "auto",
    scheduler: Scheduler = None,
    strict: Strict = False,
    wait: Wait = False,
    corrections: Corrections = None,
    no_atlas: NoAtlas = False,
) -> None:
    """Go over past years: read again what an older version read, fetch what is missing, and nothing else.

    It can be stopped at any time; the same command goes on where it was.
    """
    wanted = parse_years(years)
    assert wanted is not None
    fetch = not no_fetch and _sources_are_enabled()
    _check(raw, fetch, direct, runner, scheduler)
    _check_corrections(corrections)
    only = _selection(wanted, family, jurisdiction)
    told: Counter[str] = Counter()
    with _events(told) as events:
        if direct:
            asked = FetchSelection(wanted, only.codes, only.families, missing_only=True)
            options = RunOptions(corrections=corrections, selection=only, force=force, wait=wait)
            outcome = _run_direct(raw, curated, options, asked if fetch else None, events)
        else:
            outcome = _run_flow(
                "backfill",
                raw,
                curated,
                corrections,
                fetch,
                events,
                wait=wait,
                runner=runner,
                scheduler=scheduler,
                first_year=wanted[0],
                last_year=wanted[-1],
                families=family or None,
                jurisdictions=jurisdiction or None,
                force=force,
            )
    draw_after_run(curated, no_atlas)
    _print_result(outcome, curated, corrections, told if fetch else None, strict)


def serve(
    raw: Raw = RAW,
    curated: Curated = CURATED,
    runner: Who = "auto",
    scheduler: Scheduler = None,
    corrections: Corrections = None,
) -> None:
    """Keep the schedules on a Prefect server and run what is due, until stopped: annual-refresh and backfill.

    The server is one of your own (`prefect server start`), told by PREFECT_API_URL.
    """
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")  # a run says on Prefect's page how far it is
    from flows.serving import NoServer, serve_deployments

    parameters: dict[str, Any] = {"raw": _absolute(raw), "curated": _absolute(curated)}
    if runner != "auto" or scheduler:
        parameters |= {"runner": runner, "scheduler": scheduler}
    if corrections:
        parameters["corrections"] = _absolute(str(corrections))
    try:
        serve_deployments(parameters)
    except NoServer as error:
        stop(str(error))


def _absolute(place: str) -> str:
    return place if is_remote(place) else str(Path(place).resolve())


def _check(raw: str, fetch: bool, direct: bool, runner: Runner, scheduler: str | None) -> None:
    """End where it is known before anything is done that it cannot be done."""
    if direct and (runner != "auto" or scheduler):
        stop("--direct is without Prefect and its runners; leave --direct out, or --runner and --scheduler", USAGE)
    if runner == "dask" and not scheduler:
        stop("say where the Dask scheduler is: --scheduler tcp://127.0.0.1:8786 (`dask scheduler` starts one)", USAGE)
    if not fetch and not is_remote(raw) and not Path(raw).is_dir():
        stop(f"{raw}: there is no such folder of raw files; take reports in with `nianbao ingest`")


def _check_corrections(folder: Path | None) -> None:
    """End where the corrections cannot be used, before anything is read; tell where there are none to look at."""
    from nianbao.comparison.corrections import FOLDER, load_corrections
    from nianbao.indicators.catalog import load_catalog
    from schemas.yaml_config import ConfigError

    try:
        load_corrections(folder, load_catalog())
    except (ConfigError, OSError) as error:
        stop(str(error))
    if folder is None and not FOLDER.is_dir():
        log_line(f"no corrections by hand: no {FOLDER} here; --corrections names a folder")


def _sources_are_enabled() -> bool:
    """Whether there is anybody to ask. Ends the command where they cannot be asked: a message names file and mend."""
    from nianbao.sources.registry import load_sources, select_sources
    from schemas.yaml_config import ConfigError

    try:
        if not select_sources(load_sources(), ()):
            return False
        from nianbao.sources.fetch import prepare_fetch

        return prepare_fetch() is not None
    except (ConfigError, OSError) as error:
        stop(f"{error}; or run with --no-fetch", USAGE)


def _selection(years: range, families: list[Family] | None, jurisdictions: list[str] | None) -> Selection:
    from nianbao.selection import select

    try:
        return select(years[0], years[-1], families, jurisdictions)
    except ValueError as error:
        stop(str(error), USAGE)


@contextmanager
def _events(told: Counter[str]) -> Iterator[RunEvents]:
    """Progress for the person who waits; what a person can mend ends the command with one line."""
    from nianbao.io.lock import RunInProgress
    from schemas.yaml_config import ConfigError

    try:
        with progress_by_step(STEPS) as advance:
            yield RunEvents(advance, partial(print_result, counted=told), _print_waiting)
    except (RunInProgress, ConfigError, OSError) as error:
        stop(str(error))


def _run_direct(
    raw: str,
    curated: str,
    options: RunOptions,
    asked: FetchSelection | None,
    events: RunEvents,
) -> RunResult:
    """Everything in this process. `asked`: what to fetch first, None for nothing."""
    from nianbao import pipeline

    with working_copies(raw, curated, may_be_empty=asked is not None) as (raw_here, curated_here):
        if asked is not None:
            pipeline.fetch(raw_here, asked, events, wait=options.wait)
        return pipeline.run(raw_here, curated_here, options, events)


def _print_waiting(folder: Path) -> None:
    log_line(f"{folder}: another run is at work there; waiting for it")


def _run_flow(
    name: Literal["annual_refresh", "backfill"],
    raw: str,
    curated: str,
    corrections: Path | None,
    fetch: bool,
    events: RunEvents,
    **parameters: Any,
) -> RunResult:
    log_line("starting Prefect: some seconds, about twenty the first time (--direct: without)")
    from flows.local_run import run_local

    # The atlas is drawn after the flow, where its progress can be seen.
    parameters |= {"fetch": fetch, "corrections": str(corrections) if corrections else None, "atlas": False}
    try:
        return run_local(name, raw, curated, events, **parameters)
    except RunnerUnavailable as error:
        stop(str(error))


def _nothing_new(raw: str, curated: str, corrections: Path | None, fetch: bool) -> RunResult | None:
    """What is published, where it is plain to see that a run would publish the same: Prefect need not be started."""
    if fetch or is_remote(raw) or is_remote(curated):
        return None
    from nianbao.comparison.corrections import FOLDER
    from nianbao.publishing.manifest import up_to_date_result

    return up_to_date_result(Path(raw), Path(curated), corrections or FOLDER)


def _print_result(
    outcome: RunResult, curated: str, corrections: Path | None, told: Counter[str] | None, strict: bool
) -> None:
    console = terminal()
    if told is not None:
        print_lines(console, f"fetched: {count_line(told)}")
    rows = outcome.n_rows
    print_lines(console, f"run {outcome.run}" if outcome.changed else f"nothing changed since run {outcome.run}")
    work = outcome.counts
    print_lines(
        console,
        f"snapshots: {work.new} new, {work.reread} read again, {work.rematched} matched again, "
        f"{work.unchanged} unchanged",
    )
    for family, (with_id, of) in outcome.matched.items():
        print_lines(console, f"{family}: {with_id} of {of} levels and shares have an indicator ({with_id / of:.0%})")
    if outcome.n_corrections:
        print_path(
            console, f"{outcome.n_corrections} corrections by hand applied, from {corrections or 'config/corrections'}"
        )
    if not is_remote(curated) and (front := Path(curated) / "atlas" / FRONT).is_file():
        print_path(console, f"to look at: open {front}")
    else:
        print_path(console, f"to look at: nianbao compare --curated {curated}")
    counts = f"{rows['reports']} reports, {rows['observations']} observations, {rows['rejects']} rejects"
    print_path(console, f"{counts}: tables in {curated}")
    if strict and rows["rejects"]:
        raise typer.Exit(1)
