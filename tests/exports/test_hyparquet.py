"""JavaScript reads the published tables: hyparquet returns the rows that pyarrow, DuckDB, Polars and pandas return.

`npm install --prefix tests/exports/hyparquet` installs hyparquet; without it, these tests are skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from schemas.descriptions import table_keys

FOLDER = Path(__file__).parent / "hyparquet"
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (FOLDER / "node_modules" / "hyparquet").is_dir(),
    reason="no hyparquet: npm install --prefix tests/exports/hyparquet",
)


def as_json(value: object) -> object:
    """Return a value as JavaScript writes it in JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00.000Z"
    return value


@pytest.mark.parametrize("table", table_keys())
def test_hyparquet_reads_the_same_rows(table: str, checkout: Path) -> None:
    """Every value of every table is the same in JavaScript: numbers to the last digit, nulls, texts and dates."""
    path = checkout / "data" / "curated" / f"{table}.parquet"
    command = ["node", str(FOLDER / "rows.mjs"), str(path)]
    rows = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    expected = [{name: as_json(value) for name, value in row.items()} for row in parquet.read_table(path).to_pylist()]
    assert rows == expected
