"""The command `export`: write the published figures as an Excel workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.messages import ExitCode, printable, stop
from flows.cli.options import CURATED, Curated, Jurisdictions
from flows.cli.query import filter_jurisdiction, read_rows, reporting_errors, version_folder
from flows.cli.reporters import Body, bodies_line, filter_body, no_body_message, reporter_key
from nianbao.exports.workbook import ExportError, write_workbook
from schemas.rows import ReportRow

_BODY = ("body_id", "body_name", "body_kind", "series_code", "family")


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Workbook to write.", dir_okay=False)],
    jurisdiction: Jurisdictions = None,
    body: Body = None,
    curated: Curated = CURATED,
) -> None:
    """Write an Excel workbook of all figures.

    The workbook has one sheet per government, or per body with `--body`, and each number is linked to the sentence
    that states it.
    """
    if file.suffix != ".xlsx":
        stop(f"{file}: the name of a workbook must end in .xlsx", ExitCode.USAGE)
    folder = version_folder(curated)
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
