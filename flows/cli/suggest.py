"""The command `suggest`: propose catalog entries for wordings that no indicator matches."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli.options import CURATED, Curated
from flows.cli.query import read_rows, version_folder
from nianbao.indicators.catalog import load_catalog
from nianbao.indicators.suggest import as_entry, suggest_indicators
from nianbao.io.escape import escape_invisible
from schemas.rows import ObservationRow


def suggest(
    family: Annotated[str | None, typer.Option("--family", help="Only reports of this family.")] = None,
    at_least: Annotated[int, typer.Option("--at-least", min=1, help="Minimum number of bodies that state it.")] = 2,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Maximum number of entries.")] = 50,
    curated: Curated = CURATED,
) -> None:
    """Propose catalog entries for subjects without an indicator.

    Subjects of most bodies come first, with evidence: a wording for an indicator, an act for a noun, or a new noun.
    """
    rows = read_rows(version_folder(curated), ObservationRow)
    suggestions = suggest_indicators(rows, load_catalog(), at_least=at_least, family=family)
    sys.stdout.write(escape_invisible("\n\n".join(as_entry(suggestion) for suggestion in suggestions[:limit]) + "\n"))
    print(f"{min(limit, len(suggestions))} of {len(suggestions)} groups of subjects", file=sys.stderr)
