"""The DuckDB file: the rows of the Parquet files and the views, from any folder."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao.exports.views import NAMES, views_sql
from schemas.descriptions import table_keys

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def curated(checkout: Path) -> Path:
    """Return the tables of the bundled reports."""
    return checkout / "data" / "curated"


@pytest.fixture(scope="module")
def file(curated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the DuckDB file, moved away from where it was written."""
    written = tmp_path_factory.mktemp("it's here") / "a.duckdb"
    result = RUNNER.invoke(app, ["export", str(written), "--curated", str(curated)])
    assert result.exit_code == 0, result.output
    assert [path.name for path in written.parent.iterdir()] == ["a.duckdb"]
    return written.rename(tmp_path_factory.mktemp("elsewhere") / "b.duckdb")


@pytest.mark.parametrize("name", table_keys())
def test_rows_and_types_are_those_of_the_parquet_file(file: Path, curated: Path, name: str) -> None:
    """DuckDB, pandas and Polars read the same rows in the same order from both files."""
    path = curated / f"{name}.parquet"
    with duckdb.connect(str(file), read_only=True) as database:
        table = database.sql(f"FROM {name}").to_arrow_table()
        from_parquet = database.sql(f"FROM '{path.as_posix().replace(chr(39), chr(39) * 2)}'").to_arrow_table()
    assert table.equals(from_parquet)
    rows = table.to_pylist()
    assert rows == parquet.read_table(path).to_pylist()
    assert rows == polars.read_parquet(path).to_dicts()
    assert rows == arrow.Table.from_pandas(pandas.read_parquet(path, dtype_backend="pyarrow")).to_pylist()


@pytest.mark.parametrize("view", NAMES)
def test_a_view_gives_the_rows_that_it_gives_over_parquet(file: Path, curated: Path, view: str) -> None:
    """Each view has the same rows in the file as over the Parquet files."""
    with duckdb.connect(str(file), read_only=True) as database, duckdb.connect() as other:
        other.execute(views_sql(curated))
        rows, expected = (Counter(each.sql(f"FROM {view}").fetchall()) for each in (database, other))
    assert rows == expected


def test_older_versions_of_duckdb_open_the_file(file: Path) -> None:
    """The header of the file has the storage version of DuckDB 1.2, which drivers of BI tools read."""
    header = file.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:], "little") == 65


def test_every_table_has_its_description(file: Path) -> None:
    """The description of a table is its comment."""
    with duckdb.connect(str(file), read_only=True) as database:
        comments = dict(database.sql("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    assert comments.keys() == table_keys().keys()
    assert all(comments.values())


def test_the_command_prints_one_line(curated: Path, tmp_path: Path) -> None:
    """The process prints what it wrote and nothing on stderr, not even at its end."""
    command = [sys.executable, "-m", "nianbao", "export", str(tmp_path / "a.duckdb"), "--curated", str(curated)]
    completed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert completed.stderr == ""
    assert completed.stdout.startswith("16 tables, ")


@pytest.mark.parametrize("words", [["a.csv"], ["a.duckdb", "--jurisdiction", "云汀市"]])
def test_a_wrong_use_is_a_one_line_error(words: list[str], curated: Path) -> None:
    """Another suffix, or a selection for the whole, is refused with the fix."""
    result = RUNNER.invoke(app, ["export", *words, "--curated", str(curated)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), result.output
