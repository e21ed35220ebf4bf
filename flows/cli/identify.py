"""The command `identify`: whose report a title is of, one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.query import USAGE, stop
from nianbao.places.identify import Clues, identify

_TEXTS = ("title", "publisher", "site", "family")


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    epilog = "Example: nianbao identify --title 清远市司法局关于2019年法治政府建设情况的报告"
    app.command(name="identify", epilog=epilog)(identify_reports)


def identify_reports(
    title: Annotated[str | None, typer.Option("--title", help="The report's title.")] = None,
    publisher: Annotated[str, typer.Option("--publisher", help="Who published it, as the page says.")] = "",
    site: Annotated[str, typer.Option("--site", help="The name or the address of the web site.")] = "",
    year: Annotated[int | None, typer.Option("--year", min=1900, max=2100, help="The year it reports on.")] = None,
    family: Annotated[str | None, typer.Option("--family", help="Its series.")] = None,
    jsonl: Annotated[
        Path | None,
        typer.Option("--jsonl", help="A file with one JSON object a line with these keys; - for standard input."),
    ] = None,
) -> None:
    """Tell whose reports they are: the place, the body, and whether it reports for the government."""
    if (title is None) == (jsonl is None):
        stop("give either --title or --jsonl", USAGE)
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
        stop(f"{path}: {error}", USAGE)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _clues(line, f"{path}, line {number}")


def _clues(line: str, where: str) -> Clues:
    """Return the clues of one JSON line."""
    try:
        row = json.loads(line)
    except ValueError as error:
        stop(f"{where}: no JSON ({error})", USAGE)
    if not isinstance(row, dict) or not isinstance(row.get("title"), str):
        stop(f"{where}: an object with a title is wanted", USAGE)
    texts = {key: str(row[key]) for key in _TEXTS if row.get(key) is not None}
    year = row.get("year")
    if year is not None and not str(year).isdecimal():
        stop(f"{where}: year {year!r} is no year", USAGE)
    return Clues(**texts, year=int(year) if year is not None else None)
