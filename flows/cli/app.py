"""The command line: `ingest`, `extract`, `tables`, and those of the other modules. Thin: plain functions do the work.

Exit codes: 0 done, 1 what was asked for by name could not be done (with --strict: any reject), 2 wrong usage. What a
command needs is imported when it runs: commands that only look never wait for Prefect or pandas.
"""

from __future__ import annotations

import gc
import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows.cli.atlas import register as register_atlas
from flows.cli.compare import register as register_comparing
from flows.cli.coverage import register as register_coverage
from flows.cli.export import register as register_exporting
from flows.cli.fetch import register as register_fetching
from flows.cli.identify import register as register_identify
from flows.cli.progress import log_line, progress
from flows.cli.run import register as register_running
from flows.cli.versions import register as register_states
from nianbao.documents.model import Family, UnreadableDocument

app = typer.Typer(
    help="年报: yearly reports of Chinese governments as tables, where every number leads back to its characters.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

register_running(app)
register_atlas(app)
register_comparing(app)
register_coverage(app)
register_exporting(app)
register_states(app)
register_fetching(app)
register_identify(app)

Raw = Annotated[Path, typer.Option("--raw", help="The folder of raw files (snapshots).", file_okay=False)]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if anything was turned away.")]

RAW = Path("data/raw")


class Exit(StrEnum):
    """Ways to end that are not success, as words for `stop`."""

    FAILED = "failed"
    USAGE = "usage"


def main() -> None:
    """The console script. Errors that a person can mend are one line, everything else is a traceback."""
    try:
        app()
    finally:
        gc.freeze()  # a process that ends need not look for garbage once more: that takes up to a second


def stop(message: str, why: Exit = Exit.FAILED) -> NoReturn:
    """End with one line on stderr and the exit code that belongs to it."""
    log_line(f"nianbao: {message}")
    raise typer.Exit(2 if why is Exit.USAGE else 1)


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
            for done, taken in enumerate(take_in(files, raw, rows=rows, hints=given), start=1):
                outcomes[taken.outcome] += 1
                outcomes["unplaced"] += taken.unidentified
                if taken.note:
                    log_line(taken.note)
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
    from flows.cli.format_extraction import as_json_lines, print_table
    from nianbao.documents.read import read_document
    from nianbao.extraction.extract import extract_observations

    try:
        data = file.read_bytes()
        document = read_document(data, media_type=None, name=file.name)
    except (OSError, UnreadableDocument) as error:
        stop(f"{file}: {error.strerror if isinstance(error, OSError) else error}")
    extraction = extract_observations(document)
    if as_json:
        for line in as_json_lines(document, extraction):
            print(line)
    else:
        print_table(document, extraction)


@app.command(epilog="Example: nianbao tables --write docs/reference/tables.md")
def tables(
    write: Annotated[
        Path | None, typer.Option("--write", help="Write the description of all tables to this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The Frictionless data package instead.")] = False,
) -> None:
    """Describe the tables: every column with its type, unit, allowed values and meaning."""
    from nianbao.tables.dictionary import datapackage_json, tables_markdown

    text = datapackage_json() if as_json else tables_markdown()
    if write is None:
        sys.stdout.write(text)
        return
    try:
        write.write_text(text, "utf-8")
    except OSError as error:
        stop(f"{write}: {error.strerror}")
    print(f"{write}: written")
