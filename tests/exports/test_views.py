"""The SQL views over the tables of the bundled reports: each has rows, and none loses or multiplies any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from nianbao.exports.views import NAMES, views_sql


@pytest.fixture
def curated(checkout: Path) -> Path:
    """Return the tables of the bundled reports, in a folder with a quote in its name."""
    assert "'" in str(checkout)  # SQL must double the quote in the name of the folder
    return checkout / "data" / "curated"


@pytest.fixture
def database(curated: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database with the views over the bundled tables."""
    with duckdb.connect() as connection:
        connection.execute(views_sql(curated))
        yield connection


def count(database: duckdb.DuckDBPyConnection, source: str) -> int:
    """Return the number of rows of a view or query."""
    row = database.execute(f"SELECT count(*) FROM {source}").fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_view_has_rows(name: str, database: duckdb.DuckDBPyConnection) -> None:
    """Every view returns rows for the bundled reports."""
    assert count(database, name) > 0


@pytest.mark.parametrize(
    ("view", "table"),
    [
        ("yearly", "comparisons WHERE body_id = ''"),
        ("bodies_yearly", "comparisons WHERE body_id <> ''"),
        ("kept_promises", "promises WHERE body_id = ''"),
        ("doubts", "findings WHERE body_id = ''"),
        ("evidence", "observations"),
    ],
)
def test_a_view_has_one_row_per_row_of_its_table(
    view: str, table: str, database: duckdb.DuckDBPyConnection, curated: Path
) -> None:
    """The joins of a view neither lose nor multiply rows of its table."""
    name, _, condition = table.partition(" ")
    path = (curated / f"{name}.parquet").as_posix().replace("'", "''")
    assert count(database, view) == count(database, f"'{path}' {condition}")


def test_every_value_has_its_sentence(database: duckdb.DuckDBPyConnection) -> None:
    """Every value of the yearly view has a sentence that contains its quote."""
    assert (
        count(database, "yearly WHERE value IS NOT NULL AND (sentence IS NULL OR NOT contains(sentence, quote))") == 0
    )


def test_latest_has_one_row_per_series(database: duckdb.DuckDBPyConnection) -> None:
    """The view `latest` has exactly one row for each series with a value."""
    series = "(SELECT DISTINCT family, series_code, indicator_id, scope, unit FROM yearly WHERE value IS NOT NULL)"
    assert count(database, "latest") == count(database, series)


@pytest.mark.parametrize(("view", "reporter"), [("yearly", "series_code"), ("bodies_yearly", "series_code, body_id")])
def test_years_with_the_same_start_are_comparable(
    view: str, reporter: str, database: duckdb.DuckDBPyConnection
) -> None:
    """Two years of a series have the same `comparable_since` only if each year after the first is comparable."""
    neighbours = f"""(
        SELECT year, comparability, comparable_since, previous_year, lag(year) OVER series AS year_before,
               lag(comparable_since) OVER series AS since_before
        FROM {view}
        WINDOW series AS (PARTITION BY family, {reporter}, indicator_id, scope, unit ORDER BY year)
    )"""
    connected = "comparable_since IS NOT DISTINCT FROM since_before AND since_before IS NOT NULL"
    comparable = (
        "comparability IN ('comparable', 'zero_base') AND year_before = previous_year AND since_before IS NOT NULL"
    )
    assert count(database, f"{neighbours} WHERE comparable_since IS NULL OR comparable_since > year") == 0
    assert count(database, f"{neighbours} WHERE ({connected}) <> ({comparable})") == 0
    assert count(database, f"{neighbours} WHERE {connected}") > 0


def test_the_context_contains_the_number(database: duckdb.DuckDBPyConnection) -> None:
    """The evidence view shows every number in brackets within its context."""
    assert count(database, "evidence WHERE NOT contains(in_context, '【' || quote || '】')") == 0


def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    """A newline or a quote in the name of the folder is part of a string and ends no comment."""
    folder = tmp_path / "a\nb's -- c"
    statements = [line for line in views_sql(folder).splitlines() if line.startswith("--")]
    assert not any("b's" in line for line in statements)
