"""What the commands share that look at published tables: reading them, choosing rows, printing, ending with a word."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import typer

FAILED, USAGE = 1, 2
_YEARS = re.compile(r"((?:19|20)\d{2})(?:\s*[-–]\s*((?:19|20)\d{2}))?")

Row = dict[str, Any]


def read_rows(curated: Path, table: str, columns: Sequence[str] | None = None) -> list[Row]:
    """The rows of a published table. Ends the command where it is not there."""
    import pyarrow.parquet as parquet

    path = curated / f"{table}.parquet"
    if not path.exists():
        stop(f"{path}: there is no such table; make it with `nianbao run`")
    rows: list[Row] = parquet.read_table(path, columns=columns and list(columns)).to_pylist()
    return rows


def of_jurisdiction(rows: list[Row], wanted: str | None) -> list[Row]:
    """The rows of a government told as 深圳市盐田区, 盐田区 or 440308; of all where none is told."""
    if wanted is None:
        return rows
    return [
        row for row in rows if row["jurisdiction_code"] == wanted or (row["jurisdiction_name"] or "").endswith(wanted)
    ]


def years_of(told: str | None) -> range | None:
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


def stop(message: str, code: int = FAILED) -> NoReturn:
    """End the command with one line on stderr and an exit code."""
    print(f"nianbao: {message}", file=sys.stderr)
    raise typer.Exit(code)
