"""The command line: `nianbao run`, `ingest`, `extract`, `tables`. Thin: every command calls plain functions and tells.

Exit codes: 0 done, 1 what was asked for by name could not be done (with --strict: any reject), 2 wrong usage. What a
command needs is imported when it runs: commands that only look never wait for Prefect or pandas.
"""

from __future__ import annotations

import sys
from collections import Counter
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from flows.commands_compare import register as register_comparing
from flows.commands_coverage import register as register_coverage
from flows.commands_export import register as register_exporting
from flows.fetching import count_line, tell
from flows.fetching import register as register_fetching
from flows.progress import progress, progress_by_step, say
from nianbao.documents.model import Family, UnreadableDocument

if TYPE_CHECKING:
    from nianbao.pipeline import Outcome

app = typer.Typer(
    help="年报: yearly reports of Chinese governments as tables, where every number leads back to its characters.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

register_comparing(app)
register_coverage(app)
register_exporting(app)
register_fetching(app)

Raw = Annotated[Path, typer.Option("--raw", help="The folder of raw files (snapshots).", file_okay=False)]
Curated = Annotated[Path, typer.Option("--curated", help="The folder of tables.", file_okay=False)]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if anything was turned away.")]

STEPS = {"reading": "snapshots", "comparing": "reports", "writing": "tables"}
RAW, CURATED = Path("data/raw"), Path("data/curated")


class Exit(StrEnum):
    """Ways to end that are not success, as words for `stop`."""

    FAILED = "failed"
    USAGE = "usage"


def main() -> None:
    """The console script. Errors that a person can mend are one line, everything else is a traceback."""
    app()


def stop(message: str, why: Exit = Exit.FAILED) -> NoReturn:
    """End with one line on stderr and the exit code that belongs to it."""
    say(f"nianbao: {message}")
    raise typer.Exit(2 if why is Exit.USAGE else 1)


@app.command(epilog="Example: nianbao run --raw data/raw --curated data/curated")
def run(
    raw: Raw = RAW,
    curated: Curated = CURATED,
    direct: Annotated[
        bool, typer.Option("--direct", help="The same steps as plain functions, without Prefect.")
    ] = False,
    no_fetch: Annotated[
        bool, typer.Option("--no-fetch", help="Ask no site, also where sources are enabled in config/sources/.")
    ] = False,
    strict: Strict = False,
    corrections: Annotated[
        Path | None,
        typer.Option(
            "--corrections",
            help="The folder of corrections by hand.",
            file_okay=False,
            show_default="config/corrections",
        ),
    ] = None,
) -> None:
    """Fetch where sources are enabled, read every snapshot, extract, validate, and publish the tables."""
    fetch_first = not no_fetch and _sources_are_enabled()
    if not raw.is_dir() and not fetch_first:
        stop(f"{raw}: there is no such folder of raw files; take reports in with `nianbao ingest`")
    _check_corrections(corrections)
    told: Counter[str] = Counter()
    outcome = (_run_direct if direct else _run_as_flow)(raw, curated, corrections, fetch_first, told)
    if fetch_first:
        print(f"fetched: {count_line(told)}")
    rows = outcome.n_rows
    what = f"run {outcome.run}" if outcome.changed else f"nothing changed since run {outcome.run}"
    print(f"{curated}: {what}")
    work = outcome.work
    print(
        f"snapshots: {work.new} new, {work.reread} read again, {work.rematched} matched again, "
        f"{work.unchanged} unchanged"
    )
    for family, (with_id, of) in outcome.matched.items():
        print(f"{family}: {with_id} of {of} levels and shares have an indicator ({with_id / of:.0%})")
    if outcome.n_corrections:
        print(f"{outcome.n_corrections} corrections by hand applied, from {corrections or 'config/corrections'}")
    print(f"{rows['reports']} reports, {rows['observations']} observations, {rows['rejects']} rejects")
    if strict and rows["rejects"]:
        raise typer.Exit(1)


def _check_corrections(folder: Path | None) -> None:
    """End where the corrections cannot be used, before anything is read; tell where there are none to look at."""
    from nianbao.comparison.corrections import FOLDER, load_corrections
    from nianbao.indicators.catalog import load_catalog
    from schemas.marked import MarkedError

    try:
        load_corrections(folder, load_catalog())
    except (MarkedError, OSError) as error:
        stop(str(error))
    if folder is None and not FOLDER.is_dir():
        say(f"no corrections by hand: there is no {FOLDER} here; --corrections names their folder")


def _sources_are_enabled() -> bool:
    """Whether there is anybody to ask. Ends the command where they cannot be asked: a message names file and mend."""
    from nianbao.sources.registry import choose, load_sources
    from schemas.marked import MarkedError

    try:
        if not choose(load_sources(), ()):
            return False
        from nianbao.sources.fetch import order

        return order() is not None
    except (MarkedError, OSError) as error:
        stop(f"{error}; or run with --no-fetch", Exit.USAGE)


def _run_direct(raw: Path, curated: Path, corrections: Path | None, fetch_first: bool, told: Counter[str]) -> Outcome:
    from nianbao.pipeline import AnotherRun
    from nianbao.pipeline import run as run_pipeline
    from schemas.marked import MarkedError

    try:
        with progress_by_step(STEPS) as advance:
            return run_pipeline(
                raw,
                curated,
                corrections=corrections,
                on_progress=advance,
                fetch_first=fetch_first,
                on_told=partial(tell, counted=told),
            )
    except (AnotherRun, MarkedError, OSError) as error:
        stop(str(error))


def _run_as_flow(raw: Path, curated: Path, corrections: Path | None, fetch_first: bool, told: Counter[str]) -> Outcome:
    say("starting Prefect: a few seconds, the first time on a machine about twenty (--direct goes without)")
    from flows.annual import run_annual
    from nianbao.pipeline import AnotherRun
    from schemas.marked import MarkedError

    try:
        with progress_by_step(STEPS) as advance:
            return run_annual(
                raw,
                curated,
                advance,
                corrections=corrections,
                fetch_first=fetch_first,
                on_told=partial(tell, counted=told),
            )
    except (AnotherRun, MarkedError, OSError) as error:
        stop(str(error))


@app.command(epilog="Example: nianbao ingest reports/ --manifest reports/manifest.csv --raw data/raw")
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files (txt, html, pdf, docx) or folders of them.")
    ],
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest",
            help="CSV: file (relative to its folder), family, jurisdiction, title, delivered; an empty cell: find out.",
            dir_okay=False,
        ),
    ] = None,
    family: Annotated[Family | None, typer.Option("--family", help="The series of these files.")] = None,
    jurisdiction: Annotated[str | None, typer.Option("--jurisdiction", help="Whose: 深圳市盐田区 or 440308.")] = None,
    year: Annotated[int | None, typer.Option("--year", min=1900, max=2100, help="The year they report on.")] = None,
    raw: Raw = RAW,
    strict: Strict = False,
) -> None:
    """Take local files in as snapshots. Files that are there already change nothing."""
    from nianbao.sources.local import ingest as take_in
    from nianbao.sources.local import list_files
    from nianbao.sources.manifest import BadManifest, read_manifest

    try:
        rows = read_manifest(manifest) if manifest is not None else {}
    except BadManifest as error:
        stop(str(error), Exit.USAGE)
    told = {"family": family and family.value, "jurisdiction": jurisdiction, "year": year and str(year)}
    given = {name: value for name, value in told.items() if value}
    files = list_files(paths, manifest)
    outcomes: Counter[str] = Counter()
    try:
        with progress("taking in", "files") as advance:
            for done, taken in enumerate(take_in(files, raw, rows=rows, given=given), start=1):
                outcomes[taken.outcome] += 1
                outcomes["unplaced"] += taken.unplaced
                if taken.note:
                    say(taken.note)
                advance(done, len(files))
    except OSError as error:
        stop(str(error))
    known = outcomes["known"] + outcomes["given"] + outcomes["moved"]
    failed, unplaced = outcomes["failed"], outcomes["unplaced"]
    print(
        f"{outcomes['new']} taken in, {known} there already, {outcomes['skipped']} skipped, "
        f"{unplaced} kept without a place, {failed} rejects"
    )
    if failed or (strict and unplaced):
        raise typer.Exit(1)


@app.command(epilog="Example: nianbao extract report.html --json")
def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="One report: txt, html, pdf or docx.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the observations of one file; nothing is written."""
    from flows.show import observations_as_json, observations_as_table
    from nianbao.documents.read import read_document
    from nianbao.extraction.extract import extract_observations

    try:
        data = file.read_bytes()
        document = read_document(data, media_type=None, name=file.name)
    except (OSError, UnreadableDocument) as error:
        stop(f"{file}: {error.strerror if isinstance(error, OSError) else error}")
    extraction = extract_observations(document)
    if as_json:
        for line in observations_as_json(document, extraction):
            print(line)
    else:
        observations_as_table(document, extraction)


@app.command(epilog="Example: nianbao tables --write docs/tables.md")
def tables(
    write: Annotated[
        Path | None, typer.Option("--write", help="Write the description of all tables to this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The Frictionless data package instead.")] = False,
) -> None:
    """Describe the tables: every column with its type, unit, allowed values and meaning."""
    from nianbao.storage.dictionary import datapackage_json, tables_markdown

    text = datapackage_json() if as_json else tables_markdown()
    if write is None:
        sys.stdout.write(text)
        return
    try:
        write.write_text(text, "utf-8")
    except OSError as error:
        stop(f"{write}: {error.strerror}")
    print(f"{write}: written")
