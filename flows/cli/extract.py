"""The command `extract`: show the observations of one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.format_extraction import as_json_lines, print_table
from flows.cli.messages import log_line, stop
from flows.cli.options import AsJson
from nianbao.documents.identity import Unidentified, identify
from nianbao.documents.limits import read_limited, too_expensive
from nianbao.documents.model import Document, UnreadableDocument
from nianbao.extraction.explain import explain
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction
from nianbao.indicators.assign import match_indicators
from nianbao.io.limited import OverLimit, call_limited
from nianbao.tables.rows import observation_rows


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
        print_table(document, extraction, _indicators(document, extraction))


def _indicators(document: Document, extraction: Extraction) -> dict[int, str]:
    """Return the indicators of observations by their first character; none if the report is not identified."""
    identity = identify(document)
    if isinstance(identity, Unidentified):
        log_line(f"no indicators: {identity.reason}")
        return {}
    rows = observation_rows(document, extraction, identity, identity.report_id())
    matches = zip(rows, match_indicators(rows), strict=True)
    return {row["char_start"]: match.indicator_id for row, match in matches if match is not None}
