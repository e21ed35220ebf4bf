"""The commands `export` and `views`: the published tables for Excel and for SQL. They only look."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

Curated = Annotated[Path, typer.Option("--curated", help="The folder of tables.", file_okay=False)]
CURATED = Path("data/curated")


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
    import pyarrow.parquet as parquet

    from nianbao.exports.workbook import CannotExport, write_workbook
    from nianbao.storage.state import read_manifest

    if file.suffix != ".xlsx":
        print(f"nianbao: {file}: the name of a workbook ends in .xlsx", file=sys.stderr)
        raise typer.Exit(2)
    try:
        manifest = read_manifest(curated)
        state = curated / manifest["folder"] if manifest else curated
        known = parquet.read_table(state / "reports.parquet", columns=["jurisdiction_code", "jurisdiction_name"])
        places = {(row["jurisdiction_code"], row["jurisdiction_name"]) for row in known.to_pylist()}
        codes: set[str] = set()
        for wanted in jurisdiction or []:
            found = {code for code, name in places if wanted == code or name.endswith(wanted)}
            if not found:
                _stop(f"there is no report of {wanted}; `nianbao coverage` shows whose there are")
            codes |= found
        exported = write_workbook(state, file, codes)
    except FileNotFoundError as error:
        _stop(f"{error.filename or error}: there is no such table; make it with `nianbao run`")
    except (CannotExport, OSError) as error:
        _stop(str(error))
    print(f"{file}: {exported.n_rows} figures of {exported.n_jurisdictions} governments")


def views(curated: Curated = CURATED) -> None:
    """Print named views in SQL over the tables, for DuckDB and what speaks its SQL."""
    from nianbao.exports.views import views_sql

    sys.stdout.write(views_sql(curated))


def _stop(message: str) -> None:
    print(f"nianbao: {message}", file=sys.stderr)
    raise typer.Exit(1)
