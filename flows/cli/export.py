"""The command `export`: write the published figures as an Excel workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.messages import ExitCode, printable, stop
from flows.cli.options import CURATED, Curated, Jurisdictions
from flows.cli.query import filter_jurisdiction, read_rows, reporting_errors, version_folder
from nianbao.exports.workbook import ExportError, write_workbook


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Workbook to write.", dir_okay=False)],
    jurisdiction: Jurisdictions = None,
    curated: Curated = CURATED,
) -> None:
    """Write an Excel workbook of all figures.

    The workbook has one sheet per government, and each number is linked to the sentence that states it.
    """
    if file.suffix != ".xlsx":
        stop(f"{file}: the name of a workbook must end in .xlsx", ExitCode.USAGE)
    folder = version_folder(curated)
    rows = read_rows(folder, "reports", ["jurisdiction_code", "series_code"])
    codes: set[str] = set()
    for wanted in jurisdiction or []:
        codes |= {row["jurisdiction_code"] for row in filter_jurisdiction(rows, wanted, folder)}
    try:
        with reporting_errors(curated):
            exported = write_workbook(folder, file, codes)
    except ExportError as error:
        stop(str(error))
    print(printable(f"{exported.n_rows} figures of {exported.n_jurisdictions} governments: {file}"))
