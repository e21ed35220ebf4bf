"""The snapshots that count, each with the key of its rows: what is kept under that key need not be read again.

A key is a hash of the note (which holds the hash of the bytes and all that was given), of where the snapshot lies, how
large it is, and of the version of the reader: whatever changes what reading would yield changes the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nianbao.snapshots.scan import Files, scan, snapshot_paths_in
from nianbao.snapshots.store import ATTACHMENT, InvalidSnapshot, sidecar_from_json

# Of what is missing or damaged now and may be mended by the next run: no key that a run looks for ends like this.
TRANSIENT = "!"


@dataclass(frozen=True, slots=True)
class SnapshotRef:
    """A snapshot that counts. `sha256` is what its note says, empty where there is no note to say it."""

    path: str
    key: str
    sha256: str
    n_bytes: int


def current_snapshots(raw: Path, files: Files, reader_version: str) -> list[SnapshotRef]:
    """The snapshots among `files` that count, in a fixed order: of those from one web address the newest.

    What lies beside a report is left out. What is marked otherwise stays, so that a run can tell it, until its address
    gives something newer.
    """
    newest: dict[str, tuple[datetime, SnapshotRef]] = {}
    marked: dict[str, tuple[datetime, SnapshotRef]] = {}
    for path in snapshot_paths_in(files):
        note_path = f"{path.rsplit('.', 1)[0]}.json"
        written = _bytes_of(f"{raw}/{note_path}") if note_path in files else b""
        n_bytes = files[path].n_bytes
        key = hashlib.sha256(f"{path}\n{n_bytes} {reader_version}\n".encode("utf-8", "surrogateescape") + written)
        seen = SnapshotRef(path, key.hexdigest()[:32], "", n_bytes)
        try:
            note = sidecar_from_json(note_path, written)
        except InvalidSnapshot:
            newest[path] = (datetime.min.replace(tzinfo=UTC), seen)
            continue
        if note.exclusion is not None and note.exclusion.check == ATTACHMENT:
            continue
        seen = SnapshotRef(path, seen.key, note.sha256, n_bytes)
        address = note.address if note.url.startswith(("http://", "https://")) else path
        of_kind = newest if note.exclusion is None else marked
        known = of_kind.get(address)
        if known is None or (known[0], known[1].path) < (note.fetched_at, path):
            of_kind[address] = (note.fetched_at, seen)
    told = [seen for address, (at, seen) in marked.items() if address not in newest or newest[address][0] <= at]
    return sorted([*(seen for _, seen in newest.values()), *told], key=lambda seen: seen.path)


def _bytes_of(path: str) -> bytes:
    """What stands in a file, by its name: a path object for each of a hundred thousand notes costs as much as reading
    them. Nothing where it cannot be read: reading the snapshot will say what is wrong."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return b""


def current_snapshot_paths(raw: Path) -> Iterator[str]:
    """The paths of the snapshots that count, in a fixed order."""
    yield from (seen.path for seen in current_snapshots(raw, scan(raw), ""))
