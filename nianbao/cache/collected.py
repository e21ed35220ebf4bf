"""Some columns of a table of all cache entries at once, kept in one file, because opening a thousand files takes long.

The file has the rows of the entries that were there when it was written. Newer entries are read one by one, until there
are so many that the file is written anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pyarrow as arrow
import pyarrow.parquet as parquet

from nianbao.cache.entries import CacheEntry, CorruptCacheEntry
from nianbao.io.files import write_atomically

PREFIX = "collected-"
# The file is written anew when more than this share of the entries is missing in it.
_MISSING_SHARE = 0.1
_ENTRIES = b"entries"


class Collected(NamedTuple):
    """The rows of all entries, one entry after another, and how many rows each has."""

    rows: arrow.Table
    counts: list[int]


class _Part(NamedTuple):
    """Where the rows of an entry are in the file, and what distinguishes the entry from one that replaces it."""

    start: int
    n_rows: int
    stamp: list[int]


def collect(cache: Path, entries: Sequence[str], table: str, schema: arrow.Schema) -> Collected:
    """Return the columns of a schema from a table of these entries. Raises CorruptCacheEntry."""
    path = cache / f"{PREFIX}{table}-{sha256(str(schema).encode()).hexdigest()[:8]}.parquet"
    kept, parts = _read(path, schema)
    tables: list[arrow.Table] = []
    counts: list[int] = []
    n_missing = 0
    for entry in entries:
        name, stamp = Path(entry).name, _stamp(entry)
        part = parts.get(name)
        if part is not None and part.stamp == stamp:
            found_rows = kept.slice(part.start, part.n_rows)
        else:
            n_missing += 1
            found = CacheEntry(entry).table(table, schema.names)
            found_rows = schema.empty_table() if found is None else found.select(schema.names).cast(schema)
        tables.append(found_rows)
        counts.append(found_rows.num_rows)
    rows = arrow.concat_tables(tables) if tables else schema.empty_table()
    if n_missing > _MISSING_SHARE * len(entries) or len(parts) > 2 * len(entries):
        _write(path, rows, entries, counts)
    return Collected(rows, counts)


def _stamp(entry: str) -> list[int]:
    try:
        stat = Path(entry).stat()
    except OSError as error:
        raise CorruptCacheEntry(entry, str(error)) from error
    return [stat.st_ino, stat.st_mtime_ns]


def _read(path: Path, schema: arrow.Schema) -> tuple[arrow.Table, dict[str, _Part]]:
    try:
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            described = json.loads(file.schema_arrow.metadata[_ENTRIES])
            rows = file.read(use_threads=False).replace_schema_metadata().cast(schema)
        return rows, {name: _Part(*part) for name, part in described.items()}
    except (OSError, ValueError, KeyError, TypeError, arrow.ArrowException):
        return schema.empty_table(), {}  # missing or damaged: every entry is read


def _write(path: Path, rows: arrow.Table, entries: Sequence[str], counts: Sequence[int]) -> None:
    described: dict[str, _Part] = {}
    start = 0
    for entry, n_rows in zip(entries, counts, strict=True):
        described[Path(entry).name] = _Part(start, n_rows, _stamp(entry))
        start += n_rows
    sink = arrow.BufferOutputStream()
    parquet.write_table(
        rows.replace_schema_metadata({_ENTRIES: json.dumps(described)}),
        sink,
        compression="zstd",
        compression_level=1,
        write_page_checksum=True,
        store_schema=True,
    )
    write_atomically(path, sink.getvalue(), sync=False)
