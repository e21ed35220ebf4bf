"""The published data package is valid for Frictionless: its descriptor and the rows of every table."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from frictionless import Package

from schemas.descriptions import table_keys

# Frictionless takes two seconds for each row of this table of a thousand columns, so it gets the first rows only.
WIDE, N_WIDE_ROWS = "comparisons_wide", 5


@pytest.fixture(scope="module")
def package(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """Return the package of the bundled reports, with the first rows of the wide table."""
    curated, folder = checkout / "data" / "curated", tmp_path_factory.mktemp("package")
    for file in (curated / "datapackage.json", *curated.glob("*.parquet")):
        if file.stem != WIDE:
            (folder / file.name).symlink_to(file.resolve())
    parquet.write_table(parquet.read_table(curated / f"{WIDE}.parquet")[:N_WIDE_ROWS], folder / f"{WIDE}.parquet")
    return Package(str(folder / "datapackage.json"))


def test_the_descriptor_is_valid(package: Package) -> None:
    """The package has all tables, and its descriptor has no error."""
    assert list(Package.metadata_validate(package.to_descriptor())) == []
    assert {resource.name for resource in package.resources} == set(table_keys())


@pytest.mark.slow
@pytest.mark.parametrize("table", table_keys())
def test_the_rows_are_valid(table: str, package: Package) -> None:
    """Frictionless finds no error in the rows of a table: in types, constraints, keys, and nulls."""
    report = package.get_resource(table).validate()
    assert report.flatten(["rowNumber", "fieldName", "note"]) == []


def test_null_numbers_are_null_and_empty_texts_are_texts(package: Package) -> None:
    """Frictionless reads a null as null, not as a number that is none, and keeps an empty text."""
    resource = package.get_table_resource("promises")
    rows = [row.to_dict() for row in resource.read_rows()]
    assert any(row["target_value_high"] is None for row in rows)
    assert any(row["scope"] == "" for row in rows)
    assert all(row["target_value_high"] == row["target_value_high"] for row in rows)
