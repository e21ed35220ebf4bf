"""What the commands share that look at published tables: where they are, reading them, choosing rows, how to end."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from flows.cli.terminal import printable
from nianbao.atlas.urls import FRONT
from nianbao.publishing.object_storage import is_remote, read_only_copy

FAILED, USAGE = 1, 2
CURATED = "data/curated"
_YEARS = re.compile(r"((?:19|20)\d{2})(?:\s*[-–]\s*((?:19|20)\d{2}))?")

Row = dict[str, Any]
Curated = Annotated[
    str, typer.Option("--curated", metavar="DIRECTORY", help="The folder of tables, or s3://bucket/curated.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Jurisdiction = Annotated[
    str | None, typer.Option("--jurisdiction", help="Only this one: 深圳市盐田区, 盐田区 or 440308.")
]


def curated_folder(curated: str, *, all_states: bool = False) -> Path:
    """The folder of tables, or a copy of what is published on object storage. Ends the command where there is none."""
    if not is_remote(curated):
        return Path(curated)
    with reporting_errors(curated):
        return read_only_copy(curated, all_states=all_states)


def version_folder(curated: str) -> Path:
    """The folder that holds the tables of one run together: a run that publishes meanwhile does not mix in."""
    from nianbao.publishing.manifest import read_manifest

    folder = curated_folder(curated)
    manifest = read_manifest(folder)
    state = folder / manifest["folder"] if manifest else folder
    return state if state.is_dir() else folder


def read_rows(state: Path, table: str, columns: Sequence[str] | None = None, filters: Any = None) -> list[Row]:
    """The rows of a table. Ends the command where it is not there, or cannot be read."""
    import pyarrow.parquet as parquet

    path = state / f"{table}.parquet"
    with reporting_errors(str(path)):
        rows: list[Row] = parquet.read_table(path, columns=columns and list(columns), filters=filters).to_pylist()
    return rows


@contextmanager
def reporting_errors(what: str) -> Iterator[None]:
    """End the command with one line where tables are not there or cannot be read."""
    from pyarrow import ArrowException

    try:
        yield
    except FileNotFoundError as error:
        stop(f"{error.filename or what}: there is no such table; make it with `nianbao run`")
    except (OSError, ArrowException) as error:
        if isinstance(error, OSError) and error.filename:
            stop(str(error))  # no permission, no room: it says what and where
        stop(f"{what}: it cannot be read ({error}); `nianbao run` mends a table that is damaged")


def filter_jurisdiction(rows: list[Row], wanted: str | None) -> list[Row]:
    """The rows of a government told as 深圳市盐田区, 盐田区 or 440308; of all where none is told."""
    if wanted is None:
        return rows
    return [
        row for row in rows if row["jurisdiction_code"] == wanted or (row["jurisdiction_name"] or "").endswith(wanted)
    ]


def parse_years(told: str | None) -> range | None:
    """The years of `2020` or `2015-2024`. Ends the command where that is neither."""
    if told is None:
        return None
    found = _YEARS.fullmatch(told.strip())
    if found is None or (found[2] and found[2] < found[1]):
        stop(f"--years is {told!r}; write 2020 or 2015-2024", USAGE)
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def print_json(rows: Iterable[Row]) -> None:
    """One JSON object a line; days and moments as ISO 8601."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat()))


def locations(curated: str, table: str, page: str = FRONT) -> list[str]:
    """The last lines of a command that shows a table: the page where a click leads on to the sentences, where there is
    an atlas, and the table itself."""
    lines = [f"table: {curated.rstrip('/')}/{table}.parquet"]
    if not is_remote(curated) and (Path(curated) / "atlas" / page).is_file():
        lines.insert(0, f"in the atlas: {Path(curated) / 'atlas' / page}")
    return lines


def stop(message: str, code: int = FAILED) -> NoReturn:
    """End the command with one line on stderr and an exit code."""
    print(f"nianbao: {printable(message)}", file=sys.stderr)
    raise typer.Exit(code)
