"""The command `identify`: find out who issued the report with a title."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.messages import ExitCode, stop
from nianbao.places.identify import Clues, identify

_TEXTS = ("title", "publisher", "site", "family")


def identify_reports(
    title: Annotated[str | None, typer.Option("--title", help="Title of the report.")] = None,
    publisher: Annotated[str, typer.Option("--publisher", help="Publisher that the page names.")] = "",
    site: Annotated[str, typer.Option("--site", help="Name or address of the website.")] = "",
    year: Annotated[int | None, typer.Option("--year", min=1900, max=2100, help="Report year.")] = None,
    family: Annotated[str | None, typer.Option("--family", help="Family of the report.")] = None,
    jsonl: Annotated[
        Path | None,
        typer.Option("--jsonl", help="File with one JSON object per line with these keys; - for standard input."),
    ] = None,
) -> None:
    """Find out who issued the report with a title: place and body.

    The output is one JSON object per title; it also says whether the body reports for the government.
    """
    if (title is None) == (jsonl is None):
        stop("give either --title or --jsonl", ExitCode.USAGE)
    clues = iter([Clues(title or "", publisher, site, year, family)]) if jsonl is None else _read(jsonl)
    for clue in clues:
        print(line_of(clue))


def line_of(clues: Clues) -> str:
    """Return the JSON line of what is found for one report."""
    found = identify(clues)
    row: dict[str, Any] = {**found._asdict(), "candidates": [place._asdict() for place in found.candidates]}
    return json.dumps(row, ensure_ascii=False)


def _read(path: Path) -> Iterator[Clues]:
    """Yield the clues of a file of JSON lines."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path}: {error}", ExitCode.USAGE)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _clues(line, f"{path}, line {number}")


def _clues(line: str, where: str) -> Clues:
    """Return the clues of one JSON line."""
    try:
        row = json.loads(line)
    except ValueError as error:
        stop(f"{where}: not JSON ({error})", ExitCode.USAGE)
    if not isinstance(row, dict) or not isinstance(row.get("title"), str):
        stop(f"{where}: must be an object with a title", ExitCode.USAGE)
    texts = {key: str(row[key]) for key in _TEXTS if row.get(key) is not None}
    year = row.get("year")
    if year is not None and not str(year).isdecimal():
        stop(f"{where}: year {year!r} is not a year", ExitCode.USAGE)
    return Clues(**texts, year=int(year) if year is not None else None)
