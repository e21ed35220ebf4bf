"""The command `ingest`: store local files as snapshots."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.messages import ExitCode, log_line, stop
from flows.cli.options import RAW, RawFolder, Strict
from flows.cli.progress import progress
from flows.cli.query import resolve_jurisdiction
from nianbao.documents.model import Family
from nianbao.documents.reporter import read_given_body
from nianbao.sources.local import ingest as ingest_files
from nianbao.sources.local import list_files
from nianbao.sources.manifest import BadManifest, read_manifest


@dataclass(frozen=True, slots=True)
class GivenHints:
    """What the user says about all files of one call, as options of the command."""

    family: Annotated[Family | None, typer.Option("--family", help="Family (report series) of these files.")] = None
    jurisdiction: Annotated[
        str | None, typer.Option("--jurisdiction", help="Government of these files: 深圳市盐田区 or 440308.")
    ] = None
    body: Annotated[
        str | None,
        typer.Option("--body", help="Body that reports, if not the government: 司法局, or its slug sfj."),
    ] = None
    year: Annotated[int | None, typer.Option("--year", min=1900, max=2100, help="Year that these files report on.")] = (
        None
    )

    def by_name(self) -> dict[str, str]:
        """Return the hints that were given, by their names in the snapshot's metadata."""
        values = {
            "family": self.family and self.family.value,
            "jurisdiction": self.jurisdiction,
            "body": self.body,
            "year": self.year and str(self.year),
        }
        return {name: value for name, value in values.items() if value}


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files (txt, html, pdf, docx) or folders of them.")
    ],
    hints: GivenHints,
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest",
            help="CSV with the columns file (relative to the CSV), family, jurisdiction, title, delivered. "
            "A column body is optional. Empty cells are detected from the file.",
            dir_okay=False,
        ),
    ] = None,
    raw: RawFolder = Path(RAW),
    strict: Strict = False,
) -> None:
    """Store local files as snapshots.

    Files that are already stored change nothing.
    """
    if hints.jurisdiction is not None:
        resolve_jurisdiction(hints.jurisdiction)
    if hints.body is not None and read_given_body(hints.body) is None:
        stop(f"unknown body {hints.body!r}; write a name like 司法局 or a slug like sfj", ExitCode.USAGE)
    try:
        rows = read_manifest(manifest) if manifest is not None else {}
    except BadManifest as error:
        stop(str(error), ExitCode.USAGE)
    files = list_files(paths, manifest)
    counts: Counter[str] = Counter()
    try:
        with progress("ingesting", "files") as advance:
            for done, result in enumerate(ingest_files(files, raw, rows=rows, hints=hints.by_name()), start=1):
                counts[result.outcome] += 1
                counts["unidentified"] += result.unidentified
                if result.note:
                    log_line(result.note)
                advance(done, len(files))
    except OSError as error:
        stop(str(error))
    known = counts["known"] + counts["given"] + counts["moved"]
    print(
        f"{counts['new']} new, {known} already stored, {counts['skipped']} skipped, "
        f"{counts['unidentified']} stored but not identified, {counts['failed']} rejected"
    )
    if counts["failed"] or (strict and counts["unidentified"]):
        raise typer.Exit(int(ExitCode.FAILED))
