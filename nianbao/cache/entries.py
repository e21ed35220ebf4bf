"""Cache entries: results of steps that later steps and later runs reuse, folders below `<curated>/_cache`.

    read-<hash>       rows of a batch of snapshots under provisional ids; the hash is of the keys of the snapshots
    compared-<hash>   all tables of some governments under final ids; the hash is of everything that they depend on

An entry is a folder with a Parquet file for each table that has rows, and `entry.json` with the numbers of rows. It is
written under another name and renamed, so that it is complete or missing. Checksums detect later damage, and a damaged
entry is made again. So nothing waits for the disk, and only paths travel between processes.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from socket import gethostname

import pyarrow as arrow
import pyarrow.parquet as parquet

from nianbao.io.layout import ENTRY_FILE, UNFINISHED, WRITING

READ, COMPARED = "read-", "compared-"
# Columns of the table `snapshots` of an entry of the first kind.
SNAPSHOT_COLUMNS = ("key", "path", "sha256")


class CorruptCacheEntry(Exception):
    """A cache entry that cannot be read: its path, and what is wrong. Remove it and run its step again."""

    @property
    def path(self) -> str:
        """The path of the entry."""
        return str(self.args[0])

    def __str__(self) -> str:
        """Return the message, with the folder to remove."""
        return f"{self.path}: cannot be read ({self.args[1]}); remove this folder and run again"


class CacheEntry:
    """A complete cache entry. Its members raise CorruptCacheEntry if it cannot be read."""

    def __init__(self, path: str | Path) -> None:
        """Open the entry in a folder; nothing is read yet."""
        self.path = Path(path)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The number of rows of each table."""
        try:
            rows = json.loads((self.path / ENTRY_FILE).read_text("utf-8"))["rows"]
            return {str(name): int(n) for name, n in rows.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise CorruptCacheEntry(str(self.path), f"{ENTRY_FILE}: {error}") from error

    def table(self, name: str, columns: Sequence[str] | None = None) -> arrow.Table | None:
        """Return a table, or some columns of it; None if it has no rows."""
        if not self.rows.get(name):
            return None
        try:
            with parquet.ParquetFile(self.path / f"{name}.parquet", page_checksum_verification=True) as file:
                table = file.read(columns=columns, use_threads=False)
        except (OSError, ValueError, arrow.ArrowException) as error:
            raise CorruptCacheEntry(str(self.path), f"{name}.parquet: {error}") from error
        if table.num_rows != self.rows[name]:
            raise CorruptCacheEntry(str(self.path), f"{name}.parquet: {table.num_rows} rows, not {self.rows[name]}")
        return table


def write_entry(cache: Path, name: str, tables: Mapping[str, arrow.Table]) -> str:
    """Write a cache entry, replacing one of the same name; returns its path.

    Raises OSError if the cache folder does not exist: a worker on another machine must not create its own.
    """
    if not cache.is_dir():
        raise OSError(
            f"{cache}: {gethostname()} does not see this folder; if it was not removed meanwhile, workers on other "
            "machines need the folders of raw files and of tables at the same paths, on a shared disk, or both on "
            "object storage (s3://…)"
        )
    unfinished = Path(tempfile.mkdtemp(dir=cache, prefix=UNFINISHED))
    try:
        for table_name, table in tables.items():
            if table.num_rows:
                path = unfinished / f"{table_name}.parquet"
                parquet.write_table(
                    table, path, compression="zstd", compression_level=1, write_page_checksum=True, store_schema=True
                )
        rows = {table_name: table.num_rows for table_name, table in tables.items()}
        (unfinished / ENTRY_FILE).write_text(json.dumps({"rows": rows}), "utf-8")
        target = cache / name
        if target.exists():
            shutil.rmtree(target)
        with suppress(FileExistsError):  # the same job ran twice at once, with the same result
            unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return str(cache / name)


def entry_name(kind: str, keys: Iterable[str]) -> str:
    """Return the name of an entry: its kind and a hash of what it depends on."""
    return kind + sha256("\n".join(keys).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class CacheIndex:
    """What the `read-` entries hold.

    Attributes:
        entry_by_key: The path of the entry that has the rows of a snapshot, by key.
        key_by_path: The key of the newest rows of a snapshot, by its path.
        hashes: The hashes of the bytes of all snapshots.
    """

    entry_by_key: dict[str, str]
    key_by_path: dict[str, str]
    hashes: frozenset[bytes]


def entry_stamps(cache: Path) -> dict[str, list[int]]:
    """Return what distinguishes each `read-` entry from one that replaces it: its inode and time of change, by name."""
    return {path.name: _stamp(path) for path in cache.glob(f"{READ}*")}


def _stamp(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_ino, stat.st_mtime_ns]


def read_index(cache: Path, stale: Mapping[str, list[int]] | None = None, *, only_fresh: bool = False) -> CacheIndex:
    """Index the `read-` entries and remove corrupt ones.

    Of two entries with the same key the newer counts: one that is not in `stale`, else the one changed later. The clock
    alone cannot tell, because it may have been set back.

    Args:
        cache: The cache folder.
        stale: Entries that are to be made again, from `entry_stamps`.
        only_fresh: Leave them out.
    """
    entry_by_key: dict[str, str] = {}
    key_by_path: dict[str, str] = {}
    hashes: set[bytes] = set()
    stamps = {path: _stamp(path) for path in cache.glob(f"{READ}*")}
    is_fresh = {path: stamp != (stale or {}).get(path.name) for path, stamp in stamps.items()}
    for path in sorted(stamps, key=lambda path: (is_fresh[path], stamps[path][1], path.name)):
        if only_fresh and not is_fresh[path]:
            continue
        try:
            table = CacheEntry(path).table("snapshots")
        except CorruptCacheEntry:
            shutil.rmtree(path, ignore_errors=True)
            continue
        if table is not None:
            entry = str(path)
            for key, raw_path, digest in zip(*(table[name].to_pylist() for name in SNAPSHOT_COLUMNS), strict=True):
                entry_by_key[key] = entry
                key_by_path[raw_path] = key
                hashes.add(bytes.fromhex(digest))
    return CacheIndex(entry_by_key, key_by_path, frozenset(hashes))


def remove_unfinished(cache: Path) -> None:
    """Remove entries and files that a killed run was writing."""
    for path in cache.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in cache.glob(f"{WRITING}*"):
        path.unlink(missing_ok=True)


def evict(cache: Path, keep: Iterable[str]) -> None:
    """Remove all entries except those with these paths."""
    kept = {Path(path).name for path in keep}
    for kind in (READ, COMPARED):
        for path in cache.glob(f"{kind}*"):
            if path.name not in kept:
                shutil.rmtree(path)
