"""Publish tables so that at any instant a reader sees the previous version or the new one, complete.

    <curated>/<table>.parquet          the newest version, replaced atomically
    <curated>/_versions/<run>/         the same bytes (hard links): the tables of one run, together
    <curated>/manifest.json            names that folder; replaced last. Readers who join tables should use its folder

With Delta tables, `delta.json` is in place of the tables: it names the version of each.

`<run>` is a hash of the bytes of all tables, so that the same content is the same run. The clock is read for the
manifest only.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
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

from nianbao.io.files import FOLDER_MODE, hash_file, sync_file, sync_folder
from nianbao.io.layout import LINKING, UNFINISHED, VERSIONS, WRITING
from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.versions import remove_versions, retained, write_manifest
from schemas.table import Table, arrow_schema, table_spec

ROW_GROUP_ROWS = 100_000
ROW_GROUP_BYTES = 8_000_000
# A table of a thousand columns has longer groups: the description of one column of a group takes one or two kilobytes,
# in memory until the table is written and in the footer that every reader reads first.
ROW_GROUP_BYTES_PER_COLUMN = 16_000


@dataclass(frozen=True, slots=True)
class Published:
    """The published version; `changed` is False if the same content was published already and nothing was written."""

    run: str
    folder: Path
    changed: bool


class TableWriter:
    """Writes one table of a new version, in parts in the order of the table, to a Parquet file that every tool reads.

    Use as a context manager; `n_rows` counts the rows written. Row groups depend on the rows and not on the parts, so
    that the same rows give the same file.
    """

    def __init__(self, model: type[Table], folder: Path, without: Collection[str] = ()) -> None:
        """Open the Parquet file of a table, or of its columns other than `without`, in the folder of a new version."""
        whole = arrow_schema(model)
        self.schema = arrow.schema([field for field in whole if field.name not in without], whole.metadata)
        self.path = folder / f"{self.schema.metadata[b'table'].decode()}.parquet"
        self.n_rows = 0
        order = [(name, "ascending") for name in table_spec(model)["sort_by"] if name not in without]
        self._writer = parquet.ParquetWriter(
            self.path,
            self.schema,
            compression="snappy",
            use_dictionary=True,
            write_statistics=True,
            # The log of a Delta table has the schema, and readers find rows by its partitions and files.
            write_page_index=not without,
            sorting_columns=parquet.SortingColumn.from_ordering(self.schema, order),
            store_schema=not without,
        )
        self._max_bytes = max(ROW_GROUP_BYTES, ROW_GROUP_BYTES_PER_COLUMN * len(self.schema))
        self._pending: list[arrow.Table] = []
        self._rows = self._bytes = 0

    def __enter__(self) -> TableWriter:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the pending rows, unless an error ends the block, and close the file."""
        if kind is None:
            self._flush()
        self._writer.close()

    def write(self, rows: arrow.Table) -> None:
        """Append rows with exactly the columns and types of the table."""
        rows = rows.cast(self.schema)
        ends = np.cumsum(_sizes(rows))
        start = 0
        while start < rows.num_rows:
            before = int(ends[start - 1]) if start else 0
            last = min(rows.num_rows, start + ROW_GROUP_ROWS - self._rows)
            room = before + self._max_bytes - self._bytes
            stop = start + int(np.searchsorted(ends[start:last], room, side="right"))
            if stop == start and not self._rows:
                stop = start + 1  # a row larger than a group is a separate group
            if stop > start:
                self._pending.append(rows.slice(start, stop - start))
                self._rows += stop - start
                self._bytes += int(ends[stop - 1]) - before
            if stop < rows.num_rows:
                self._flush()
            start = stop
        self.n_rows += rows.num_rows

    def _flush(self) -> None:
        if self._pending:
            self._writer.write_table(arrow.concat_tables(self._pending).combine_chunks(), row_group_size=ROW_GROUP_ROWS)
        self._pending, self._rows, self._bytes = [], 0, 0


def _sizes(rows: arrow.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the size of each row in bytes: its texts, and eight bytes for every other column."""
    sizes = np.full(rows.num_rows, 8 * rows.num_columns, dtype=np.int64)
    for column in rows.columns:
        if column.type == arrow.string():
            sizes += compute.fill_null(compute.binary_length(column), 0).to_numpy()
    return sizes


def begin_version(curated: Path) -> Path:
    """Make a folder for the tables of a new version, and remove what a killed run left."""
    versions = curated / VERSIONS
    versions.mkdir(parents=True, exist_ok=True)
    for path in versions.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path)
    for path in [*curated.glob(f"{WRITING}*"), *curated.glob(f"{LINKING}*")]:
        path.unlink()
    return Path(tempfile.mkdtemp(dir=versions, prefix=UNFINISHED))


def publish(
    curated: Path, folder: Path, content: Mapping[str, Any], *, run: str | None = None, now: datetime | None = None
) -> Published:
    """Make the files in `folder`, which `begin_version` made, the published version.

    If the process is killed at any point, the old manifest and its version are intact, every stable file is complete,
    and the next call finishes.

    Args:
        curated: The folder of published tables.
        folder: The files of the new version; it becomes the folder of the version.
        content: Keys of the manifest that describe the version.
        run: A hash of the content of all tables; of the bytes of the files by default.
        now: The time of publishing, by default the current time.

    Raises:
        OSError: No space or no permission; the previous version stays published.
    """
    files = {path.name: hash_file(path) for path in sorted(folder.iterdir())}
    run = run or hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in files.items()).encode()).hexdigest()
    run = run[:16]
    version = curated / VERSIONS / run
    changed = _put_version(folder, version, files)
    for name in files:
        changed |= _link(version / name, curated / name)
    sync_folder(curated)
    previous = read_manifest(curated) or {}
    content = json.loads(json.dumps(content))
    changed |= previous.get("run") != run
    if changed or any(previous.get(key) != value for key, value in content.items()):
        for name in set(previous.get("files", {})) - set(files):
            (curated / Path(name).name).unlink(missing_ok=True)
        moment = (now or datetime.now(UTC)).isoformat(timespec="seconds") if changed else previous["published_at"]
        manifest = _next_manifest(previous, run, moment, content)
        manifest["files"] = {
            name: {"sha256": digest, "bytes": (version / name).stat().st_size} for name, digest in files.items()
        }
        write_manifest(curated, manifest)
        remove_versions(curated, manifest["history"])
    return Published(run, version, changed)


def _next_manifest(previous: Mapping[str, Any], run: str, moment: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of a version that replaces the previous one; `files` is empty."""
    names = previous.get("names", {})
    history = retained([run, *(old for old in previous.get("history", []) if old != run)], names)
    moments = {**previous.get("moments", {}), run: moment}
    return {
        "run": run,
        "folder": f"{VERSIONS}/{run}",
        "published_at": moment,
        **content,
        "files": {},
        "history": history,
        "moments": {kept: moments[kept] for kept in history if kept in moments},
        "names": names,
    }


def _put_version(folder: Path, version: Path, files: Mapping[str, str]) -> bool:
    """Rename `folder` to that of the version, or repair the version if it exists; returns whether anything changed."""
    for name in files:
        sync_file(folder / name)
    sync_folder(folder)
    if not version.exists():
        folder.chmod(FOLDER_MODE)
        folder.rename(version)
        sync_folder(version.parent)
        return True
    changed = False
    for name, digest in files.items():
        existing = version / name
        _remove_folder(existing)
        if not existing.exists() or hash_file(existing) != digest:
            (folder / name).replace(existing)
            changed = True
    sync_folder(version)
    shutil.rmtree(folder)
    return changed


def _link(source: Path, stable: Path) -> bool:
    """Put a file of the version at its stable path; returns whether that changed it.

    It is a hard link, or a copy if the file system has no links.
    """
    _remove_folder(stable)
    if stable.exists() and source.samefile(stable):
        return False
    # Link under another name first: renaming onto the stable path is the only change that readers can see.
    unfinished = stable.with_name(LINKING + stable.name)
    with suppress(FileNotFoundError):
        unfinished.unlink()
    try:
        os.link(source, unfinished)
    except OSError:
        if stable.exists() and hash_file(stable) == hash_file(source):
            return False
        shutil.copyfile(source, unfinished)
        sync_file(unfinished)
    unfinished.replace(stable)
    return True


def _remove_folder(path: Path) -> None:
    """Remove a folder in the place of a published file; nothing else writes there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
