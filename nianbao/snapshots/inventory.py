"""List the current snapshots, each with the cache key of its rows, so that unchanged snapshots are not read again.

A key is a hash of the sidecar (which contains the hash of the bytes and all hints), the path and size of the snapshot,
and the version of the reader. Whatever changes the result of reading changes the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nianbao.snapshots.scan import Files, scan, snapshot_paths_in
from nianbao.snapshots.store import ATTACHMENT, InvalidSnapshot, sidecar_from_json

# Suffix of the keys of transient failures. No run looks for such a key, so these snapshots are read again.
TRANSIENT = "!"


@dataclass(frozen=True, slots=True)
class SnapshotRef:
    """A current snapshot and the cache key of its rows; `sha256` is empty if the sidecar is missing or invalid."""

    path: str
    key: str
    sha256: str
    n_bytes: int


def current_snapshots(raw: Path, files: Files, reader_version: str) -> list[SnapshotRef]:
    """Return the current snapshots by path: the newest of each web address, and all local files.

    Attachments of reports are omitted. Other excluded snapshots stay until their address gives something newer, so that
    a run can report them.
    """
    newest: dict[str, tuple[datetime, SnapshotRef]] = {}
    excluded: dict[str, tuple[datetime, SnapshotRef]] = {}
    for path in snapshot_paths_in(files):
        sidecar_path = f"{path.rsplit('.', 1)[0]}.json"
        sidecar_bytes = _bytes_of(f"{raw}/{sidecar_path}") if sidecar_path in files else b""
        n_bytes = files[path].n_bytes
        key = hashlib.sha256(f"{path}\n{n_bytes} {reader_version}\n".encode("utf-8", "surrogateescape") + sidecar_bytes)
        snapshot = SnapshotRef(path, key.hexdigest()[:32], "", n_bytes)
        try:
            sidecar = sidecar_from_json(sidecar_path, sidecar_bytes)
        except InvalidSnapshot:
            newest[path] = (datetime.min.replace(tzinfo=UTC), snapshot)
            continue
        if sidecar.exclusion is not None and sidecar.exclusion.check == ATTACHMENT:
            continue
        snapshot = SnapshotRef(path, snapshot.key, sidecar.sha256, n_bytes)
        address = sidecar.address if sidecar.url.startswith(("http://", "https://")) else path
        of_kind = newest if sidecar.exclusion is None else excluded
        known = of_kind.get(address)
        if known is None or (known[0], known[1].path) < (sidecar.fetched_at, path):
            of_kind[address] = (sidecar.fetched_at, snapshot)
    excluded_refs = [
        snapshot
        for address, (fetched_at, snapshot) in excluded.items()
        if address not in newest or newest[address][0] <= fetched_at
    ]
    return sorted([*(snapshot for _, snapshot in newest.values()), *excluded_refs], key=lambda snapshot: snapshot.path)


def _bytes_of(path: str) -> bytes:
    """Return the content of a file, or nothing if it cannot be read; reading the snapshot reports the error.

    It takes a string, because creating a path object for each of 100,000 sidecars takes as long as reading them.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return b""


def current_snapshot_paths(raw: Path) -> Iterator[str]:
    """Yield the paths of the current snapshots, sorted."""
    yield from (snapshot.path for snapshot in current_snapshots(raw, scan(raw), ""))
