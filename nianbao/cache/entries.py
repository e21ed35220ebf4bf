"""Pieces: the kept work between two steps and between two runs, folders below `<curated>/_pieces`.

    read-<hash>       what a batch of snapshots became, under provisional ids; the hash is of the keys of its snapshots
    derived-<hash>    all tables of some governments under their final ids; the hash is of all that they follow from

A piece is a folder with a Parquet file a table that has rows, and `piece.json`, which says how many. It is made beside
its place and renamed, so that what is there is whole; what was damaged afterwards is noticed by checksums when it is
read, and made again. So nothing waits for the disk, and only paths travel between processes.
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

from nianbao.io.files import WRITING

CACHE = "_pieces"
READ, DERIVED = "read-", "derived-"
UNFINISHED = ".making-"
ENTRY_FILE = "piece.json"


class CorruptCacheEntry(Exception):
    """A piece that cannot be read any more: it is to be removed and made again."""

    @property
    def piece(self) -> str:
        """Its path."""
        return str(self.args[0])

    def __str__(self) -> str:
        return f"{self.piece}: cannot be read ({self.args[1]}); remove this folder and run again"


class CacheEntry:
    """A piece that is there. Raises CorruptCacheEntry where it cannot be read."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The number of rows of each table that it has."""
        try:
            rows = json.loads((self.path / ENTRY_FILE).read_text("utf-8"))["rows"]
            return {str(name): int(n) for name, n in rows.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorruptCacheEntry(str(self.path), f"{ENTRY_FILE}: {error}") from error

    def table(self, name: str, columns: Sequence[str] | None = None) -> arrow.Table | None:
        """One of its tables, or some of its columns; None where it has no rows."""
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


def write_entry(folder: Path, name: str, tables: Mapping[str, arrow.Table]) -> str:
    """Put a piece into the folder of pieces under its name, in place of one that is there; returns its path.

    Raises OSError where there is no such folder: a worker that made it would keep its work to itself.
    """
    if not folder.is_dir():
        raise OSError(
            f"{folder}: {gethostname()} does not see this folder; if it was not removed meanwhile, workers on other "
            "machines need the folders of raw files and of tables at the same paths, on a shared disk, or both on "
            "object storage (s3://…)"
        )
    made = Path(tempfile.mkdtemp(dir=folder, prefix=UNFINISHED))
    try:
        for table_name, table in tables.items():
            if table.num_rows:
                path = made / f"{table_name}.parquet"
                parquet.write_table(
                    table, path, compression="zstd", compression_level=1, write_page_checksum=True, store_schema=True
                )
        rows = {table_name: table.num_rows for table_name, table in tables.items()}
        (made / ENTRY_FILE).write_text(json.dumps({"rows": rows}), "utf-8")
        place = folder / name
        if place.exists():
            shutil.rmtree(place)
        with suppress(FileExistsError):  # the same step done twice at once: what is there is the same
            made.rename(place)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return str(folder / name)


def entry_name(kind: str, keys: Iterable[str]) -> str:
    """The name of a piece: its kind and a hash of what it follows from."""
    return kind + sha256("\n".join(keys).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class CacheIndex:
    """What the read pieces hold: by key the piece with its rows, by path the newest key, and all hashes of bytes."""

    piece_of: dict[str, str]
    key_at: dict[str, str]
    hashes: frozenset[bytes]


def read_index(folder: Path, since_ns: int = 0) -> CacheIndex:
    """Look into all read pieces that were made since a moment; what is damaged is removed. Of two with the same key the
    newer counts."""
    piece_of: dict[str, str] = {}
    key_at: dict[str, str] = {}
    hashes: set[bytes] = set()
    for path in _by_age(folder):
        if path.stat().st_mtime_ns < since_ns:
            continue
        try:
            table = CacheEntry(path).table("snapshots")
        except CorruptCacheEntry:
            shutil.rmtree(path)
            continue
        if table is not None:
            piece = str(path)
            for key, raw_path, sha in zip(*(table[name].to_pylist() for name in SNAPSHOT_COLUMNS), strict=True):
                piece_of[key] = piece
                key_at[raw_path] = key
                hashes.add(bytes.fromhex(sha))
    return CacheIndex(piece_of, key_at, frozenset(hashes))


SNAPSHOT_COLUMNS = ("key", "path", "sha256")


def _by_age(folder: Path) -> list[Path]:
    """The read pieces, the oldest first."""
    return sorted(folder.glob(f"{READ}*"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed run was making: pieces, and files beside them."""
    for left in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder.glob(f"{WRITING}*"):
        left.unlink(missing_ok=True)


def evict(folder: Path, keep: Iterable[str]) -> None:
    """Remove every piece but those of these paths."""
    kept = {Path(path).name for path in keep}
    for kind in (READ, DERIVED):
        for path in folder.glob(f"{kind}*"):
            if path.name not in kept:
                shutil.rmtree(path)
