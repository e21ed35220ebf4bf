"""The command `export`: write the published figures as an Excel workbook, or all tables as a DuckDB file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.messages import ExitCode, printable, stop
from flows.cli.options import CURATED, Curated, Jurisdictions
from flows.cli.query import filter_jurisdiction, read_rows, reporting_errors, version_folder
from flows.cli.reporters import Body, bodies_line, filter_body, no_body_message, reporter_key
from nianbao.exports.duckdb_file import write_duckdb
from nianbao.exports.errors import ExportError
from nianbao.exports.workbook import write_workbook
from schemas.rows import ReportRow

_BODY = ("body_id", "body_name", "body_kind", "series_code", "family")


def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Workbook (.xlsx) or DuckDB file (.duckdb) to write.", dir_okay=False)
    ],
    jurisdiction: Jurisdictions = None,
    body: Body = None,
    curated: Curated = CURATED,
) -> None:
    """Write an Excel workbook of all figures, or a DuckDB file.

    The workbook has one sheet per government, or per body with `--body`, and each number is linked to the sentence
    that states it. The DuckDB file has every table and the views of `nianbao views`.
    """
    if file.suffix not in (".xlsx", ".duckdb"):
        stop(f"{file}: the name must end in .xlsx (Excel) or .duckdb (DuckDB)", ExitCode.USAGE)
    folder = version_folder(curated)
    if file.suffix == ".duckdb":
        if jurisdiction or body:
            stop("a DuckDB file has all tables; select in SQL instead of --jurisdiction and --body", ExitCode.USAGE)
        _write_duckdb(folder, file, curated)
        return
    rows = read_rows(folder, ReportRow, ["jurisdiction_code", "jurisdiction_name", *_BODY])
    of_places: list[ReportRow] = [] if jurisdiction else rows
    for wanted in jurisdiction or []:
        of_places += filter_jurisdiction(rows, wanted, folder)
    selected = filter_body(of_places, body)
    if body and not selected:
        stop(no_body_message(of_places, body))
    try:
        with reporting_errors(curated):
            exported = write_workbook(folder, file, {reporter_key(row) for row in selected})
    except ExportError as error:
        stop(str(error))
    reporters = "governments" if body is None else "bodies"
    print(printable(f"{exported.n_rows} figures of {exported.n_reporters} {reporters}: {file}"))
    if hidden := bodies_line(of_places, selected, body, "report series"):
        print(hidden)


def _write_duckdb(folder: Path, file: Path, curated: str) -> None:
    try:
        with reporting_errors(curated):
            n_rows = write_duckdb(folder, file)
    except ExportError as error:
        stop(str(error))
    print(printable(f"{len(n_rows)} tables, {sum(n_rows.values())} rows: {file}"))
