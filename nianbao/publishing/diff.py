"""What differs between two published states: rows that came, went or changed, by key, and in which columns.

Columns are read and compared one at a time, so that two states need not fit into memory together.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from nianbao.io.files import hash_file
from schemas.descriptions import table_keys

_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changed: the row's key, and what stands there before and after."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class TableDiff:
    """How a table differs. `added` and `removed` are some keys of such rows; `columns` counts the values that changed
    by column, and `examples` has some of them; `only_before` and `only_after` are columns that only one state has."""

    table: str
    n_before: int
    n_after: int
    n_added: int
    n_removed: int
    n_changed: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    columns: dict[str, int]
    examples: dict[str, tuple[Change, ...]]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        counts = self.n_added + self.n_removed + self.n_changed
        return not counts and not self.only_before and not self.only_after


def diff_versions(before: Path, after: Path, tables: Sequence[str] = (), n_examples: int = 3) -> list[TableDiff]:
    """How the tables of two folders differ, in the order of the tables; of all, or of those that are named."""
    return [diff_table(name, before, after, n_examples) for name in table_keys() if not tables or name in tables]


def diff_table(name: str, before: Path, after: Path, n_examples: int = 3) -> TableDiff:
    """How one table differs; one that a state has not is empty there."""
    paths = before / f"{name}.parquet", after / f"{name}.parquet"
    if all(path.exists() for path in paths) and hash_file(paths[0]) == hash_file(paths[1]):
        n = parquet.read_metadata(paths[0]).num_rows
        return TableDiff(name, n, n, 0, 0, 0, (), (), {}, {}, (), ())
    key = table_keys()[name]
    # Opened once: a footer that describes a thousand columns takes longer to read than a column.
    with ExitStack() as opened:
        files = [opened.enter_context(parquet.ParquetFile(path)) if path.exists() else None for path in paths]
        return _compare(name, key, files, n_examples)


def _compare(name: str, key: Sequence[str], files: Sequence[Any], n_examples: int) -> TableDiff:
    schemas = [file.schema_arrow if file else arrow.schema([]) for file in files]
    n_before, n_after = (file.metadata.num_rows if file else 0 for file in files)
    old, new = (_keys(file, key) for file in files)
    # For every row of the new state, where the row with its key stands in the old one.
    at = compute.index_in(new, value_set=old)
    both = compute.is_valid(at)
    added = new.filter(compute.invert(both))
    removed = old.filter(compute.invert(compute.is_in(old, value_set=new)))
    shared, there = new.filter(both), at.filter(both)
    changed = np.zeros(len(shared), dtype=bool)
    columns: dict[str, int] = {}
    examples: dict[str, tuple[Change, ...]] = {}
    for column in (column for column in schemas[1].names if column in schemas[0].names and column not in key):
        one = _column(files[0], column).take(there)
        other = _column(files[1], column).filter(both)
        if one.type != other.type:
            one, other = one.cast(arrow.string()), other.cast(arrow.string())
        differs = _differ(one, other)
        if differs.any():
            changed |= differs
            columns[column] = int(differs.sum())
            some = arrow.array(np.flatnonzero(differs)[:n_examples])
            told = zip(*(values.take(some).to_pylist() for values in (shared, one, other)), strict=True)
            examples[column] = tuple(Change(_shown(row), was, now) for row, was, now in told)
    return TableDiff(
        table=name,
        n_before=n_before,
        n_after=n_after,
        n_added=len(added),
        n_removed=len(removed),
        n_changed=int(changed.sum()),
        added=tuple(map(_shown, added.slice(0, n_examples).to_pylist())),
        removed=tuple(map(_shown, removed.slice(0, n_examples).to_pylist())),
        columns=columns,
        examples=examples,
        only_before=tuple(column for column in schemas[0].names if schemas[1].names and column not in schemas[1].names),
        only_after=tuple(column for column in schemas[1].names if schemas[0].names and column not in schemas[0].names),
    )


def _keys(file: Any, key: Sequence[str]) -> arrow.Array:
    if file is None:
        return arrow.array([], arrow.string())
    parts = [_column(file, column).cast(arrow.string()) for column in key]
    return compute.binary_join_element_wise(*parts, _BETWEEN) if len(parts) > 1 else parts[0]


def _column(file: Any, column: str) -> arrow.Array:
    values = file.read(columns=[column])[column].combine_chunks()
    return arrow.concat_arrays(values.chunks) if isinstance(values, arrow.ChunkedArray) else values


def _differ(one: arrow.Array, other: arrow.Array) -> Any:
    """Where two arrays differ; two nulls do not."""
    differs = compute.fill_null(compute.not_equal(one, other), False)
    one_is_null = compute.not_equal(compute.is_null(one), compute.is_null(other))
    return compute.or_(differs, one_is_null).to_numpy(zero_copy_only=False)


def _shown(key: str) -> str:
    return " ".join(key.split(_BETWEEN))
