"""The commands `export` and `views`: the published tables for Excel and for SQL. They only look."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.query import CURATED, USAGE, Curated, read_rows, reporting_errors, stop, version_folder
from flows.cli.terminal import printable
from nianbao.publishing.object_storage import is_remote


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command(epilog="Example: nianbao export reports.xlsx --jurisdiction 深圳市")(export)
    app.command(epilog="Example: nianbao views --curated data/curated > views.sql")(views)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to write.", dir_okay=False)],
    jurisdiction: Annotated[
        list[str] | None,
        typer.Option("--jurisdiction", help="Only this one: 深圳市盐田区, 盐田区 or 440308; again for more."),
    ] = None,
    curated: Curated = CURATED,
) -> None:
    """Write a workbook for Excel: a sheet a government, and behind each number its sentence."""
    from nianbao.exports.workbook import ExportError, write_workbook

    if file.suffix != ".xlsx":
        stop(f"{file}: the name of a workbook ends in .xlsx", USAGE)
    state = version_folder(curated)
    rows = read_rows(state, "reports", ["jurisdiction_code", "jurisdiction_name"])
    places = {(row["jurisdiction_code"], row["jurisdiction_name"]) for row in rows}
    codes: set[str] = set()
    for wanted in jurisdiction or []:
        found = {code for code, name in places if wanted == code or name.endswith(wanted)}
        if not found:
            stop(f"there is no report of {wanted}; `nianbao coverage` shows whose there are")
        codes |= found
    try:
        with reporting_errors(curated):
            exported = write_workbook(state, file, codes)
    except ExportError as error:
        stop(str(error))
    print(printable(f"{exported.n_rows} figures of {exported.n_jurisdictions} governments: {file}"))


def views(curated: Curated = CURATED) -> None:
    """Print named views in SQL over the tables, for DuckDB and what speaks its SQL."""
    from nianbao.exports.views import views_sql

    sys.stdout.write(views_sql(curated.rstrip("/") if is_remote(curated) else Path(curated).as_posix()))
