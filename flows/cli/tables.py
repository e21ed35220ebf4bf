"""The command `tables`: describe every published table and column."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.messages import stop
from nianbao.tables.dictionary import datapackage_json, tables_markdown


def tables(
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Write to this file instead of standard output.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a Frictionless data package instead of Markdown.")
    ] = False,
) -> None:
    """Describe every table: columns, types, units, allowed values.

    The description is Markdown, or a Frictionless data package with --json.
    """
    text = datapackage_json() if as_json else tables_markdown()
    if write is None:
        sys.stdout.write(text)
        return
    try:
        write.write_text(text, "utf-8")
    except OSError as error:
        stop(f"{write}: {error.strerror}")
    print(f"wrote {write}")
