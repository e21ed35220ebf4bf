"""Index of the stored snapshots for fetching: find the latest report of a URL, and store new ones. Thread-safe."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path

from nianbao.documents.limits import read_limited
from nianbao.documents.model import Document, UnreadableDocument
from nianbao.snapshots.store import (
    Exclusion,
    HttpResponseInfo,
    InvalidSnapshot,
    Snapshot,
    SnapshotPath,
    SnapshotStore,
    StoreResult,
    hints_of,
    read_sidecar,
    read_snapshot,
    sidecar_paths,
)
from nianbao.sources.client import Response
from nianbao.sources.media_types import file_name

# Headers that say nothing about the page, or are private to the connection.
_OMITTED_HEADERS = ("set-cookie", "connection", "keep-alive", "transfer-encoding", "age")


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A downloaded file that is not stored yet.

    Attributes:
        data: The bytes.
        snapshot: Its sidecar.
        document: The document that reading gave, or the error.
        family_confirmed: The text itself names the family of the source.
    """

    data: bytes
    snapshot: Snapshot
    document: Document | UnreadableDocument
    family_confirmed: bool = False


class SnapshotIndex:
    """The snapshots of a raw folder, indexed by address when it is created."""

    def __init__(self, raw: Path) -> None:
        """Index the snapshots below `raw`; damaged ones are skipped."""
        self.raw = raw
        self._store = SnapshotStore(raw)
        self._lock = threading.Lock()
        self._newest: dict[str, Snapshot] = {}
        for path in sidecar_paths(raw):
            try:
                self._index(read_sidecar(raw, path))
            except InvalidSnapshot:
                continue  # the next run reports it; fetching the page again repairs it

    def latest_report(self, address: str) -> tuple[Snapshot, Document] | None:
        """Return the newest report of an address with its document; None if there is none that can be read."""
        with self._lock:
            snapshot = self._newest.get(address)
        if snapshot is None:
            return None
        try:
            snapshot, data = read_snapshot(self.raw, snapshot.path)
        except InvalidSnapshot:
            return None
        document = read(data, snapshot)
        return (snapshot, document) if isinstance(document, Document) else None

    def keep(
        self, file: FetchedFile, path: SnapshotPath, exclusion: Exclusion | None = None, *, again: bool = False
    ) -> StoreResult:
        """Store a file; with `again`, also if it is an older version that the site has returned to.

        Raises:
            InvalidSnapshot: Another file with the same hash prefix is stored.
            OSError: The file cannot be written.
        """
        with self._lock:
            snapshot = file.snapshot
            if exclusion is not None:
                snapshot = replace(snapshot, exclusion=exclusion)
            stored = self._store.keep(file.data, snapshot, path, again=again)
            self._index(stored.snapshot)
            return stored

    def _index(self, snapshot: Snapshot) -> None:
        if snapshot.exclusion is not None:
            return
        newest = self._newest.get(snapshot.address)
        if newest is None or newest.fetched_at <= snapshot.fetched_at:
            self._newest[snapshot.address] = snapshot


def read(data: bytes, snapshot: Snapshot) -> Document | UnreadableDocument:
    """Read the document of a snapshot; return the error if it cannot be read, whatever the cause."""
    try:
        return read_limited(data, media_type=snapshot.media_type, name=snapshot.name, hints=hints_of(snapshot))
    except UnreadableDocument as error:
        return error
    except Exception as error:  # noqa: BLE001  a bug in reading must not lose the page; the next run rejects it
        return UnreadableDocument(f"reading failed: {type(error).__name__}: {error}")


def sidecar_of(
    response: Response, media_type: str, found_by: str, hints: dict[str, str], attached_to: str | None = None
) -> Snapshot:
    """Return the sidecar of a response that is to be stored."""
    headers = {name: value for name, value in response.headers.items() if name.lower() not in _OMITTED_HEADERS}
    return Snapshot(
        path="",
        url=response.url,
        name=file_name(response.url),
        sha256="",
        media_type=media_type,
        n_bytes=len(response.data),
        fetched_at=response.received.replace(microsecond=0),
        found_by=found_by,
        hints=hints,
        received=HttpResponseInfo(response.final_url, response.status, headers),
        attached_to=attached_to,
    )
