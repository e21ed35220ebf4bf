"""Compare two published versions: rows added, removed and changed by primary key, and values by column.

Columns of large tables are read and compared one at a time, so that two versions need not fit into memory together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.publishing.read_tables import TableColumns, count_rows, has_table, is_same_table, read_table
from schemas.descriptions import table_keys

# The largest number of cells that are read at once.
_CELLS_AT_ONCE = 50_000
# `pyarrow.array` and `pyarrow.scalar` import pandas, which takes longer than a diff. Nothing here calls them.
_KEY_SEPARATOR = "\x1f"
_ONE_SEPARATOR = arrow.StringArray.from_buffers(
    1, arrow.py_buffer(bytes((0, 0, 0, 0, 1, 0, 0, 0))), arrow.py_buffer(_KEY_SEPARATOR.encode())
)


@dataclass(frozen=True, slots=True)
class Change:
    """One changed value: the key of its row, and the value before and after."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class TableDiff:
    """How a table differs between two versions.

    Attributes:
        added: Some keys of added rows.
        removed: Some keys of removed rows.
        columns: Number of changed values by column.
        examples: Some changed values by column.
        only_before: Columns that only the older version has.
        only_after: Columns that only the newer version has.
    """

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
        n_rows = self.n_added + self.n_removed + self.n_changed
        return not n_rows and not self.only_before and not self.only_after


@dataclass(frozen=True, slots=True)
class Move:
    """Observations that had one indicator before and have another after; None means no indicator."""

    before: str | None
    after: str | None
    n: int
    examples: tuple[str, ...]


def moved_indicators(before: Path, after: Path, n_examples: int = 3) -> list[Move]:
    """Return which observations changed their indicator: moved, lost, then gained.

    Only observations of both versions are compared; an example is the subject and the number as printed.
    """
    if not all(has_table(folder, "observations") for folder in (before, after)):
        return []
    columns = ["observation_id", "indicator_id", "subject", "quote"]
    old, new = (read_table(folder, "observations", columns) for folder in (before, after))
    index = compute.index_in(new["observation_id"].combine_chunks(), value_set=old["observation_id"].combine_chunks())
    shared = new.filter(compute.is_valid(index))
    was = old["indicator_id"].combine_chunks().take(index.drop_null())
    rows = compute.indices_nonzero(_differs(was, shared["indicator_id"].combine_chunks()))
    moves: dict[tuple[str | None, str | None], list[str]] = {}
    changed = shared.take(rows).to_pylist()
    for from_id, row in zip(was.take(rows).to_pylist(), changed, strict=True):
        moves.setdefault((from_id, row["indicator_id"]), []).append(f"{row['subject']} {row['quote']}")
    found = [Move(*pair, len(texts), tuple(dict.fromkeys(texts))[:n_examples]) for pair, texts in moves.items()]
    return sorted(found, key=lambda m: (m.before is None, m.after is None, -m.n, m.before or "", m.after or ""))


def diff_versions(before: Path, after: Path, tables: Sequence[str] = (), n_examples: int = 3) -> list[TableDiff]:
    """Compare the tables of two folders, all or the named ones, in the order of publication."""
    return [diff_table(name, before, after, n_examples) for name in table_keys() if not tables or name in tables]


def diff_table(name: str, before: Path, after: Path, n_examples: int = 3) -> TableDiff:
    """Compare one table; a table that a version does not have counts as empty."""
    folders = before, after
    if is_same_table(*folders, name):
        n = count_rows(after, name)
        return TableDiff(name, n, n, 0, 0, 0, (), (), {}, {}, (), ())
    with ExitStack() as stack:
        files = [
            stack.enter_context(TableColumns(folder, name)) if has_table(folder, name) else None for folder in folders
        ]
        return _compare(name, table_keys()[name], files, n_examples)


def _compare(name: str, key: Sequence[str], files: Sequence[Any], n_examples: int) -> TableDiff:
    names_before, names_after = (file.names if file else [] for file in files)
    n_before, n_after = (file.n_rows if file else 0 for file in files)
    old, new = (_keys(file, key) for file in files)
    # For every row after, the index of the row with the same key before.
    index = compute.index_in(new, value_set=old)
    in_both = compute.is_valid(index)
    added = new.filter(compute.invert(in_both))
    removed = old.filter(compute.invert(compute.is_in(old, value_set=new)))
    shared, index_before = new.filter(in_both), index.filter(in_both)
    changed: Any = None
    columns: dict[str, int] = {}
    examples: dict[str, tuple[Change, ...]] = {}
    shared_columns = [column for column in names_after if column in names_before and column not in key]
    for column, was_values, values_now in _column_pairs(files, shared_columns):
        values = was_values.take(index_before), values_now.filter(in_both)
        differs = _differs(*values)
        n_changed = compute.sum(differs).as_py() or 0
        if n_changed:
            changed = differs if changed is None else compute.or_(changed, differs)
            columns[column] = n_changed
            rows = compute.indices_nonzero(differs).slice(0, n_examples)
            triples = zip(*(part.take(rows).to_pylist() for part in (shared, *values)), strict=True)
            examples[column] = tuple(Change(_key_text(row), was, now) for row, was, now in triples)
    return TableDiff(
        table=name,
        n_before=n_before,
        n_after=n_after,
        n_added=len(added),
        n_removed=len(removed),
        n_changed=0 if changed is None else compute.sum(changed).as_py(),
        added=tuple(map(_key_text, added.slice(0, n_examples).to_pylist())),
        removed=tuple(map(_key_text, removed.slice(0, n_examples).to_pylist())),
        columns=columns,
        examples=examples,
        only_before=tuple(column for column in names_before if names_after and column not in names_after),
        only_after=tuple(column for column in names_after if names_before and column not in names_before),
    )


def _column_pairs(files: Sequence[Any], columns: Sequence[str]) -> Iterator[tuple[str, arrow.Array, arrow.Array]]:
    """Yield each column that is not null everywhere with its values before and after.

    Many columns of few rows are read at once, because each reading has a cost; columns of many rows one by one.
    """
    if not columns:
        return
    n_at_once = max(1, _CELLS_AT_ONCE // max(1, *(file.n_rows for file in files)))
    for start in range(0, len(columns), n_at_once):
        names = list(columns[start : start + n_at_once])
        before, after = (file.read(names) for file in files)
        for name in names:
            if before[name].null_count < before.num_rows or after[name].null_count < after.num_rows:
                yield name, _whole(before[name]), _whole(after[name])


def _keys(file: Any, key: Sequence[str]) -> arrow.Array:
    """Return the key of every row as one text."""
    if file is None:
        return arrow.nulls(0, arrow.string())
    rows = file.read(key)
    parts = [_whole(rows[column]).cast(arrow.string()) for column in key]
    return compute.binary_join_element_wise(*parts, _ONE_SEPARATOR[0]) if len(parts) > 1 else parts[0]


def _whole(column: arrow.ChunkedArray) -> arrow.Array:
    values = column.combine_chunks()
    return arrow.concat_arrays(values.chunks) if isinstance(values, arrow.ChunkedArray) else values


def _differs(before: arrow.Array, after: arrow.Array) -> arrow.Array:
    """Return where two arrays differ; two nulls are equal, and values of different types are compared as texts."""
    if before.type != after.type:
        before, after = before.cast(arrow.string()), after.cast(arrow.string())
    values_differ = compute.not_equal(before, after)  # null if either value is null
    one_is_null = compute.not_equal(compute.is_null(before), compute.is_null(after))
    return compute.if_else(compute.is_valid(values_differ), values_differ, one_is_null)


def _key_text(key: str) -> str:
    return " ".join(key.split(_KEY_SEPARATOR))
