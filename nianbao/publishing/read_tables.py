"""Read published tables, whether a version consists of single files or of Delta tables at pinned versions.

A version is named by its folder. For files, it has `<table>.parquet`; for Delta tables, `delta.json` with the version
of each table. Rows, their order and the types of columns are the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from nianbao.io.files import hash_file
from nianbao.io.layout import DELTA_VERSIONS, VERSIONS
from nianbao.publishing.delta import open_table, partition_columns, table_folder
from nianbao.publishing.manifest import read_manifest
from schemas.descriptions import table_descriptions


def is_delta(folder: Path) -> bool:
    """Return whether the tables of a version folder, or the newest ones of a folder of tables, are Delta tables."""
    return (folder / DELTA_VERSIONS).is_file()


def pinned_versions(folder: Path) -> dict[str, int]:
    """Return the version of each Delta table that belongs to a version of the tables. Raises OSError."""
    path = folder / DELTA_VERSIONS
    try:
        tables = json.loads(path.read_text("utf-8"))["tables"]
        return {str(name): int(version) for name, version in tables.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OSError(f"{path}: it is damaged ({error})") from error


def has_table(folder: Path, table: str) -> bool:
    """Return whether a version has a table."""
    return table in pinned_versions(folder) if is_delta(folder) else (folder / f"{table}.parquet").exists()


def count_rows(folder: Path, table: str) -> int:
    """Return the number of rows of a table. Raises OSError."""
    if is_delta(folder):
        return int(_open_delta(folder, table).count())
    return int(parquet.read_metadata(folder / f"{table}.parquet").num_rows)


def column_names(folder: Path, table: str) -> list[str]:
    """Return the columns of a table in a version. Raises OSError."""
    if is_delta(folder):
        return _own_columns(_dataset(folder, table), table)
    return list(parquet.read_schema(folder / f"{table}.parquet").names)


def read_table(folder: Path, table: str, columns: Sequence[str] | None = None, filters: Any = None) -> arrow.Table:
    """Return a table of a version, or some of its columns and rows, in the order of the table.

    Args:
        folder: The folder of a version, or of all tables for the newest rows of this one table.
        table: The name of the table.
        columns: The columns to read; None means all.
        filters: A condition on the rows, as an expression of PyArrow.

    Raises:
        OSError: The table is missing or cannot be read.
    """
    if is_delta(folder):
        return _read_delta(folder, table, columns, filters)
    path = folder / f"{table}.parquet"
    if filters is not None:
        return parquet.read_table(path, columns=columns and list(columns), filters=filters)
    # Not `read_table`: it imports pandas, and opens the file twice.
    with parquet.ParquetFile(path) as file:
        return file.read(columns and list(columns))


def iter_batches(folder: Path, table: str, columns: Sequence[str], n_rows: int = 65_536) -> Iterator[arrow.RecordBatch]:
    """Yield some columns of a table in the order of its rows, at most `n_rows` rows at once. Raises OSError."""
    if is_delta(folder):
        yield from read_table(folder, table, columns).to_batches(n_rows)
        return
    with parquet.ParquetFile(folder / f"{table}.parquet") as file:
        yield from file.iter_batches(n_rows, columns=list(columns), use_threads=False)


class TableColumns:
    """A table of a version that is read some columns at a time, always in the same order. Use as a context manager."""

    def __init__(self, folder: Path, table: str) -> None:
        """Open a table. Raises OSError."""
        self._file = self._dataset = None
        if is_delta(folder):
            self._dataset, self._order = _dataset(folder, table), _order_of(_dataset(folder, table), table)
            self.names, self.n_rows = _own_columns(self._dataset, table), len(self._order)
        else:
            # Opened once: a footer that describes a thousand columns takes longer to read than a column.
            self._file = parquet.ParquetFile(folder / f"{table}.parquet")
            self.names, self.n_rows = list(self._file.schema_arrow.names), int(self._file.metadata.num_rows)

    def __enter__(self) -> TableColumns:
        """Return the table."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def read(self, columns: Sequence[str]) -> arrow.Table:
        """Return some columns."""
        if self._file is not None:
            return self._file.read(columns=list(columns))
        assert self._dataset is not None
        return self._dataset.to_table(columns=list(columns)).take(self._order)


def is_same_table(before: Path, after: Path, table: str) -> bool:
    """Return whether a table has the same bytes in two versions."""
    if not has_table(before, table) or not has_table(after, table) or is_delta(before) != is_delta(after):
        return False
    if is_delta(before):
        return pinned_versions(before)[table] == pinned_versions(after)[table]
    return hash_file(before / f"{table}.parquet") == hash_file(after / f"{table}.parquet")


def open_datasets(curated: Path | str) -> dict[str, Any]:
    """Return all tables of the published version as PyArrow datasets, which DuckDB, Polars and pandas read.

    All are of one version, whatever is published meanwhile. Rows have no order. Raises OSError.
    """
    curated = Path(curated)
    manifest = read_manifest(curated)
    if manifest is None:
        raise FileNotFoundError(2, "nothing is published there; make it with `nianbao run`", str(curated))
    return version_datasets(curated / manifest["folder"])


def version_datasets(folder: Path) -> dict[str, Any]:
    """Return all tables of a version as PyArrow datasets. Raises OSError."""
    if is_delta(folder):
        return {name: _dataset(folder, name) for name in pinned_versions(folder)}
    import pyarrow.dataset as dataset

    return {name: dataset.dataset(folder / f"{name}.parquet") for name in table_descriptions()}


def _read_delta(folder: Path, table: str, columns: Sequence[str] | None, filters: Any) -> arrow.Table:
    dataset = _dataset(folder, table)
    names = list(columns) if columns is not None else _own_columns(dataset, table)
    order = _sort_columns(dataset, table)
    rows = dataset.to_table(columns=list(dict.fromkeys([*names, *order])), filter=filters)
    return rows.sort_by([(name, "ascending") for name in order]).select(names)


def _order_of(dataset: Any, table: str) -> Any:
    """Return the positions of the rows of a Delta table in the order of the table."""
    columns = _sort_columns(dataset, table)
    return compute.sort_indices(dataset.to_table(columns=columns), [(name, "ascending") for name in columns])


def _sort_columns(dataset: Any, table: str) -> list[str]:
    return [name for name in table_descriptions()[table]["sort_by"] if name in dataset.schema.names]


def _own_columns(dataset: Any, table: str) -> list[str]:
    """Return the columns of a Delta table without those that only partition it."""
    described = {column["name"] for column in table_descriptions()[table]["columns"]}
    return [name for name in dataset.schema.names if name in described or name not in partition_columns(table)]


def _dataset(folder: Path, table: str) -> Any:
    return _open_delta(folder, table).to_pyarrow_dataset()


def _open_delta(folder: Path, table: str) -> Any:
    curated = folder.parent.parent if folder.parent.name == VERSIONS else folder
    versions = pinned_versions(folder)
    if table not in versions:
        raise FileNotFoundError(2, "the version has no such table", f"{folder}/{table}")
    return open_table(table_folder(curated, table), versions[table])
