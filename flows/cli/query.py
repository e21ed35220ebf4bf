"""Find, read and filter published tables for the commands that show them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pyarrow as arrow

from flows.cli.messages import ExitCode, stop
from nianbao.atlas.urls import FRONT
from nianbao.places.history import series_code
from nianbao.places.resolve import UnknownPlace, full_name, resolve_place
from nianbao.places.units import Place
from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.object_storage import is_remote, read_only_copy
from nianbao.publishing.read_tables import iter_batches, read_table
from schemas.rows import TABLE_NAMES, ComparisonRow, CoverageRow, FindingRow, ReportRow

# A row of a published table; of some columns only, if a command reads only those.
Row = TypeVar("Row")
# A row that says who reports.
ReporterRow = TypeVar("ReporterRow", ComparisonRow, CoverageRow, FindingRow, ReportRow)


def curated_folder(curated: str, *, all_states: bool = False) -> Path:
    """Return the folder of tables, or a local copy of what object storage holds. Ends the command if neither exists."""
    if not is_remote(curated):
        return Path(curated)
    with reporting_errors(curated):
        return read_only_copy(curated, all_versions=all_states)


def version_folder(curated: str) -> Path:
    """Return the folder of one published version, so that tables of a concurrent run do not mix in."""
    folder = curated_folder(curated)
    manifest = read_manifest(folder)
    version = folder / manifest["folder"] if manifest else folder
    return version if version.is_dir() else folder


def read_rows(folder: Path, kind: type[Row], columns: Sequence[str] | None = None) -> list[Row]:
    """Return the rows of the table of a type of row. Ends the command if the table is missing or cannot be read."""
    table = TABLE_NAMES[kind]
    with reporting_errors(f"{folder}/{table}.parquet"):
        rows: list[Row] = read_table(folder, table, columns).to_pylist()
    return rows


def read_rows_with(
    folder: Path, kind: type[Row], columns: Sequence[str], key: str, values: Collection[str]
) -> dict[str, Row]:
    """Return the rows with one of the values as `key`, by key. Ends the command like `read_rows`."""
    table = TABLE_NAMES[kind]
    found: dict[str, Row] = {}
    with reporting_errors(f"{folder}/{table}.parquet"):
        for batch in iter_batches(folder, table, columns):
            # Not `is_in`: an array of the values would import pandas.
            for n, value in enumerate(batch.column(key).to_pylist()):
                if value in values:
                    found[value] = batch.slice(n, 1).to_pylist()[0]
    return found


@contextmanager
def reporting_errors(location: str) -> Iterator[None]:
    """End the command with one line if tables are missing or cannot be read."""
    try:
        yield
    except FileNotFoundError as error:
        stop(f"{error.filename or location}: no such table; make it with `nianbao run`")
    except (OSError, arrow.ArrowException) as error:
        if isinstance(error, OSError) and error.filename:
            stop(str(error))  # no permission, no space: the error names the file
        stop(f"{location}: cannot be read ({error}); `nianbao run` repairs a damaged table")


def resolve_jurisdiction(name: str) -> Place:
    """Return the place given as 深圳市盐田区, 盐田区 or 440308. Ends the command if there is none, or several."""
    try:
        return resolve_place(name)
    except UnknownPlace as error:
        stop(str(error), ExitCode.USAGE)


def filter_jurisdiction(rows: list[ReporterRow], wanted: str | None, folder: Path) -> list[ReporterRow]:
    """Return the rows of a place, given as 深圳市盐田区, 盐田区 or 440308, under all its codes; all rows for None.

    Ends the command if the place is unknown or ambiguous, or if the tables of the folder have no report of it.
    """
    if wanted is None:
        return rows
    place = resolve_jurisdiction(_full_name_in(rows, wanted))
    series = series_code(place.code, place.name)
    found = [row for row in rows if series in (row["series_code"], row["jurisdiction_code"])]
    if not found:
        reports = read_rows(folder, ReportRow, ["jurisdiction_code", "series_code"])
        if not any(series in (row["series_code"], row["jurisdiction_code"]) for row in reports):
            stop(f"no report of {full_name(place)} ({place.code}); `nianbao coverage` lists the governments")
    return found


def _full_name_in(rows: list[ReporterRow], wanted: str) -> str:
    """Return the one name in the tables that starts with what was given, 深圳市 for 深圳; else what was given."""
    names = {row["jurisdiction_name"] or "" for row in rows}
    starts = {name for name in names if name.startswith(wanted)}
    return starts.pop() if wanted not in names and len(starts) == 1 else wanted


def print_json(rows: Iterable[Row]) -> None:
    """Print one JSON object per line, with dates and times in ISO 8601."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat()))


def locations(curated: str, table: str, page: str = FRONT) -> list[str]:
    """Return the last lines of a command that shows a table: the atlas page if there is one, and the table."""
    lines = [f"table: {curated.rstrip('/')}/{table}.parquet"]
    if not is_remote(curated) and (Path(curated) / "atlas" / page).is_file():
        lines.insert(0, f"in the atlas: {Path(curated) / 'atlas' / page}")
    return lines
