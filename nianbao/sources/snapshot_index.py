"""The snapshots as fetching sees them: the newest report of an address, and keeping one more. Threads may share it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path

from nianbao.documents.model import Document, UnreadableDocument
from nianbao.documents.read import read_document
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

# Of a site's headers these say nothing of the page, or what is only between the site and whoever asks.
_NOT_KEPT = ("set-cookie", "connection", "keep-alive", "transfer-encoding", "age")


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """An answer as it would be kept: `snapshot` is its note, `document` what reading it gave, or why it gave none;
    `says_family`: the text itself says that it is of the series that was looked for."""

    data: bytes
    snapshot: Snapshot
    document: Document | UnreadableDocument
    says_family: bool = False


class SnapshotIndex:
    """The folder of raw files with an index by address, made once."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw
        self._store = SnapshotStore(raw)
        self._lock = threading.Lock()
        self._newest: dict[str, Snapshot] = {}
        for path in sidecar_paths(raw):
            try:
                self._index(read_sidecar(raw, path))
            except InvalidSnapshot:
                continue  # a run tells it; a page that is fetched again mends it

    def report_before(self, address: str) -> tuple[Snapshot, Document] | None:
        """The newest report from an address, where there is one that can be read."""
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
        self, piece: FetchedFile, place: SnapshotPath, mark: Exclusion | None = None, *, again: bool = False
    ) -> StoreResult:
        """Put a piece on disk, whole; `again`: also where it is an older version that came back.

        Raises BadSnapshot, OSError.
        """
        with self._lock:
            snapshot = piece.snapshot
            if mark is not None:
                snapshot = replace(snapshot, mark=mark)
            kept = self._store.keep(piece.data, snapshot, place, again=again)
            self._index(kept.snapshot)
            return kept

    def _index(self, snapshot: Snapshot) -> None:
        if snapshot.mark is not None:
            return
        before = self._newest.get(snapshot.address)
        if before is None or before.fetched_at <= snapshot.fetched_at:
            self._newest[snapshot.address] = snapshot


def read(data: bytes, snapshot: Snapshot) -> Document | UnreadableDocument:
    """The document in a snapshot's bytes, or why there is none; a fault in reading is a reason like others."""
    try:
        return read_document(data, media_type=snapshot.media_type, name=snapshot.name, given=hints_of(snapshot))
    except UnreadableDocument as error:
        return error
    except Exception as error:  # noqa: BLE001  a fault in reading must not lose the page; the run tells it as a reject
        return UnreadableDocument(f"reading it failed: {type(error).__name__}: {error}")


def sidecar_of(
    answer: Response, media_type: str, found_by: str, given: dict[str, str], attached_to: str | None = None
) -> Snapshot:
    """The note of an answer that is to be kept."""
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in _NOT_KEPT}
    return Snapshot(
        path="",
        url=answer.url,
        name=file_name(answer.url),
        sha256="",
        media_type=media_type,
        n_bytes=len(answer.data),
        fetched_at=answer.received.replace(microsecond=0),
        found_by=found_by,
        given=given,
        received=HttpResponseInfo(answer.final_url, answer.status, headers),
        attached_to=attached_to,
    )
