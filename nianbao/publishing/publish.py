"""Publishing: new tables take the place of the old so that a reader sees the one or the other, whole, at any instant.

    <curated>/<table>.parquet          the newest, replaced atomically
    <curated>/_versions/<run>/         the same bytes (hard links): the tables of one run, together
    <curated>/manifest.json            names that folder; replaced last. Who joins tables reads it once, and then there

`<run>` is a hash of the bytes of all tables, so that the same content is the same run. The clock is read for the
manifest and for nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from nianbao.io.files import WRITING, hash_file, sync_file, sync_folder
from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.versions import VERSIONS, remove_versions, retained, write_manifest
from schemas.table import Table, arrow_schema, table_spec

UNFINISHED = ".making-"
LINKING = ".linking-"
ROW_GROUP_ROWS = 100_000
ROW_GROUP_BYTES = 8_000_000
# A table of more than a thousand columns has longer groups: the description of a column's part of a group takes a
# kilobyte or two, in memory until the table is written, and in what every reader reads first.
ROW_GROUP_BYTES_A_COLUMN = 16_000


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did. `changed` is False where the same content was there already and nothing was written."""

    run: str
    folder: Path
    changed: bool


class TableWriter:
    """Writes one table of a new state, piece by piece in the table's order, to a Parquet file that every tool reads.

    Use as a context manager; `n_rows` counts what was written. Row groups are cut by rows and bytes wherever the parts
    that are written are cut, so that the same rows give the same file.
    """

    def __init__(self, model: type[Table], folder: Path) -> None:
        self.schema = arrow_schema(model)
        self.path = folder / f"{self.schema.metadata[b'table'].decode()}.parquet"
        self.n_rows = 0
        order = [(name, "ascending") for name in table_spec(model)["sort_by"]]
        self._writer = parquet.ParquetWriter(
            self.path,
            self.schema,
            compression="snappy",
            use_dictionary=True,
            write_statistics=True,
            write_page_index=True,
            sorting_columns=parquet.SortingColumn.from_ordering(self.schema, order),
            store_schema=True,
        )
        self._most_bytes = max(ROW_GROUP_BYTES, ROW_GROUP_BYTES_A_COLUMN * len(self.schema))
        self._waiting: list[arrow.Table] = []
        self._rows = self._bytes = 0

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def write(self, rows: arrow.Table) -> None:
        """Add rows of exactly the table's columns and types."""
        rows = rows.cast(self.schema)
        ends = np.cumsum(_sizes(rows))
        start = 0
        while start < rows.num_rows:
            before = int(ends[start - 1]) if start else 0
            last = min(rows.num_rows, start + ROW_GROUP_ROWS - self._rows)
            room = before + self._most_bytes - self._bytes
            stop = start + int(np.searchsorted(ends[start:last], room, side="right"))
            if stop == start and not self._rows:
                stop = start + 1  # one row that is larger than a group is a group of its own
            if stop > start:
                self._waiting.append(rows.slice(start, stop - start))
                self._rows += stop - start
                self._bytes += int(ends[stop - 1]) - before
            if stop < rows.num_rows:
                self._flush()
            start = stop
        self.n_rows += rows.num_rows

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(arrow.concat_tables(self._waiting).combine_chunks(), row_group_size=ROW_GROUP_ROWS)
        self._waiting, self._rows, self._bytes = [], 0, 0


def _sizes(rows: arrow.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """How large each row is, whatever it stands beside: its texts, and eight bytes for every other column."""
    sizes = np.full(rows.num_rows, 8 * rows.num_columns, dtype=np.int64)
    for column in rows.columns:
        if column.type == arrow.string():
            sizes += compute.fill_null(compute.binary_length(column), 0).to_numpy()
    return sizes


def begin_version(curated: Path) -> Path:
    """A new folder for the tables of a state that is not published yet; what a killed run left is cleared away."""
    versions = curated / VERSIONS
    versions.mkdir(parents=True, exist_ok=True)
    for left in versions.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    for left in [*curated.glob(f"{WRITING}*"), *curated.glob(f"{LINKING}*")]:
        left.unlink()
    return Path(tempfile.mkdtemp(dir=versions, prefix=UNFINISHED))


def publish(curated: Path, made: Path, about: Mapping[str, Any], *, now: datetime | None = None) -> Published:
    """Make the files in `made` (a folder of `begin`) the published state; `about` goes into the manifest as it is.

    Killed anywhere, the old manifest and its version stand, every stable file is whole, and the next call finishes.
    Raises OSError (no space, no permission) with the old state standing.
    """
    files = {path.name: hash_file(path) for path in sorted(made.iterdir())}
    run = hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in files.items()).encode()).hexdigest()[:16]
    version = curated / VERSIONS / run
    changed = _put_version(made, version, files)
    for name in files:
        changed |= _link(version / name, curated / name)
    sync_folder(curated)
    old = read_manifest(curated) or {}
    about = json.loads(json.dumps(about))
    changed |= old.get("run") != run
    if changed or any(old.get(name) != told for name, told in about.items()):
        for gone in set(old.get("files", {})) - set(files):
            (curated / Path(gone).name).unlink(missing_ok=True)
        at = (now or datetime.now(UTC)).isoformat(timespec="seconds") if changed else old["published_at"]
        names = old.get("names", {})
        history = retained([run, *(seen for seen in old.get("history", []) if seen != run)], names)
        moments = {**old.get("moments", {}), run: at}
        manifest = {
            "run": run,
            "folder": f"{VERSIONS}/{run}",
            "published_at": at,
            **about,
            "files": {name: {"sha256": files[name], "bytes": (version / name).stat().st_size} for name in files},
            "history": history,
            "moments": {seen: moments[seen] for seen in history if seen in moments},
            "names": names,
        }
        write_manifest(curated, manifest)
        remove_versions(curated, history)
    return Published(run, version, changed)


def _put_version(made: Path, version: Path, files: Mapping[str, str]) -> bool:
    """Turn `made` into the version's folder. A version that is there already is kept where it is whole."""
    for name in files:
        sync_file(made / name)
    sync_folder(made)
    if not version.exists():
        made.chmod(0o755)
        made.rename(version)
        sync_folder(version.parent)
        return True
    changed = False
    for name, digest in files.items():
        kept = version / name
        if not kept.exists() or hash_file(kept) != digest:
            (made / name).replace(kept)
            changed = True
    sync_folder(version)
    shutil.rmtree(made)
    return changed


def _link(source: Path, stable: Path) -> bool:
    """Put the file of a version at its stable path by a hard link, or by a copy where the file system has none."""
    if stable.exists() and source.samefile(stable):
        return False
    # A name of its own beside the stable path: renaming onto it is the one step that readers can see.
    beside = stable.with_name(LINKING + stable.name)
    with suppress(FileNotFoundError):
        beside.unlink()
    try:
        os.link(source, beside)
    except OSError:
        if stable.exists() and hash_file(stable) == hash_file(source):
            return False
        shutil.copyfile(source, beside)
        sync_file(beside)
    beside.replace(stable)
    return True
