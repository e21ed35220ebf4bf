"""The command `extract`: show the observations of one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.format_extraction import as_json_lines, print_table
from flows.cli.messages import stop
from flows.cli.options import AsJson
from nianbao.documents.limits import read_limited, too_expensive
from nianbao.documents.model import UnreadableDocument
from nianbao.extraction.explain import explain
from nianbao.extraction.extract import extract_observations
from nianbao.io.limited import OverLimit, call_limited


def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="One report: txt, html, pdf or docx.")],
    as_json: AsJson = False,
    explained: Annotated[bool, typer.Option("--explain", help="Show tokens, rule and parts of each number.")] = False,
) -> None:
    """Show the observations of one file; write nothing."""
    try:
        document = read_limited(file.read_bytes(), media_type=None, name=file.name)
    except (OSError, UnreadableDocument) as error:
        stop(f"{file}: {error.strerror if isinstance(error, OSError) else error}")
    if explained:
        for line in explain(document):
            print(line)
        return
    try:
        extraction = call_limited(extract_observations, document)
    except OverLimit as error:
        stop(f"{file}: {too_expensive(error)}")
    if as_json:
        for line in as_json_lines(document, extraction):
            print(line)
    else:
        print_table(document, extraction)
