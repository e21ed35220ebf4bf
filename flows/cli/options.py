"""Options that several commands share: their types, help texts, defaults, and how their values are parsed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.messages import ExitCode, stop

RAW = "data/raw"
CURATED = "data/curated"
_YEARS = re.compile(r"((?:19|20)\d{2})(?:\s*[-–]\s*((?:19|20)\d{2}))?")

RawFolder = Annotated[
    Path, typer.Option("--raw", metavar="DIRECTORY", help="Folder of snapshots (raw files).", file_okay=False)
]
RawLocation = Annotated[
    str, typer.Option("--raw", metavar="DIRECTORY", help="Folder of snapshots (raw files), or s3://bucket/raw.")
]
Curated = Annotated[
    str, typer.Option("--curated", metavar="DIRECTORY", help="Folder of tables, or s3://bucket/curated.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")]
Jurisdiction = Annotated[
    str | None, typer.Option("--jurisdiction", help="Only this place: 深圳市盐田区, 盐田区 or 440308.")
]
Jurisdictions = Annotated[
    list[str] | None,
    typer.Option("--jurisdiction", help="Only this place: 深圳市盐田区, 盐田区 or 440308. Repeatable."),
]
Years = Annotated[str | None, typer.Option("--years", help="Only these report years: 2020 or 2015-2024.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if anything was rejected.")]


def parse_years(text: str | None) -> range | None:
    """Return the years of `2020` or `2015-2024`; None for None. Ends the command if the text is neither."""
    if text is None:
        return None
    match = _YEARS.fullmatch(text.strip())
    if match is None or (match[2] and match[2] < match[1]):
        stop(f"--years is {text!r}; write 2020 or 2015-2024", ExitCode.USAGE)
    return range(int(match[1]), int(match[2] or match[1]) + 1)
