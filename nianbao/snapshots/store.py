"""Snapshots: bytes as they were received, with a JSON file beside them that says where from, when, and what was given.

    <raw>/<family>/<code>-<name>/<year>/<sha12>.<ext>     what was received, never changed
    <raw>/<family>/<code>-<name>/<year>/<sha12>.json      the note: url, name, sha256, media_type, fetched_at, given, …
    <raw>/_unplaced/<sha12>.<ext>                         what could not be read or placed, kept all the same

Where a snapshot lies is for people who look; what it is, only reading says. A page that changed is a snapshot more:
of several from one web address the newest stands for it (`standing.py`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from nianbao.documents.media_types import extension_of
from nianbao.documents.model import Family, Hints
from nianbao.io.files import write_atomically
from nianbao.snapshots.scan import scan, sidecar_paths_in, snapshot_paths_in

UNIDENTIFIED = "_unplaced"
HINT_FIELDS = ("family", "jurisdiction", "title", "delivered", "year")

# The mark of what lies beside a report and is none: the page around an attachment, the tables attached to a page.
ATTACHMENT = "beside"


class InvalidSnapshot(Exception):
    """A snapshot that cannot be used: bytes or note missing, damaged or not of each other."""


@dataclass(frozen=True, slots=True)
class HttpResponseInfo:
    """How a web site answered: the address after redirects, the status, and its headers."""

    final_url: str
    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why bytes that were kept are not the report: a check's name (`challenge`, `other_year`, `beside`), and words."""

    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The note of one snapshot. `path` is below the folder of raw files, with `/`; `hints` has a value for each field
    that somebody gave, and no others.

    `received` and `attached_to` (the address of the page) are of what came from the web, `mark` of what is no report.
    """

    path: str
    url: str
    name: str
    sha256: str
    media_type: str
    n_bytes: int
    fetched_at: datetime
    found_by: str
    hints: Mapping[str, str] = field(default_factory=dict)
    received: HttpResponseInfo | None = None
    attached_to: str | None = None
    exclusion: Exclusion | None = None

    @property
    def address(self) -> str:
        """What its versions have in common: the address of the page, for an attachment that of the page it is of."""
        return self.attached_to or self.url


@dataclass(frozen=True, slots=True)
class SnapshotPath:
    """Where a snapshot is put: a report's family, jurisdiction and year, as far as they are known."""

    family: str | None = None
    jurisdiction_code: str | None = None
    jurisdiction_name: str | None = None
    year: int | None = None

    @property
    def folder(self) -> str:
        """The folder below the raw files; a place that is not wholly known is `_unplaced`."""
        if not (self.family and self.jurisdiction_code and self.jurisdiction_name and self.year):
            return UNIDENTIFIED
        name = re.sub(r"[^\w-]", "_", self.jurisdiction_name)
        return f"{self.family}/{self.jurisdiction_code}-{name}/{self.year}"


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What became of bytes that were taken in: `new`, `known` (nothing changed), `moved`, `given` (what is given
    changed) or `again` (an older version that stands anew)."""

    snapshot: Snapshot
    outcome: str


class SnapshotStore:
    """The folder of raw files, with an index by hash that is made once."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw
        self._by_hash: dict[str, str] = {}
        for note in sidecar_paths(raw):
            self._by_hash.setdefault(Path(note).stem, note)

    def keep(self, data: bytes, snapshot: Snapshot, place: SnapshotPath, *, again: bool = False) -> StoreResult:
        """Keep bytes under their hash. Bytes that are there already stay one snapshot with its first url and time.

        `again`: a site went back to an older version, whose time is now the one at which it did.

        What is given now is added to what was given before; what lay in `_unplaced` and now has a place moves there.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        stem, ending = sha256[:12], extension_of(snapshot.media_type)
        path = f"{place.folder}/{stem}{ending}"
        known = self._known(stem, sha256)
        if known is None:
            made = replace(snapshot, path=path, sha256=sha256, n_bytes=len(data))
            self._write(data, made)
            return StoreResult(made, "new")
        given = {**known.hints, **snapshot.hints}
        moves = known.path.startswith(UNIDENTIFIED + "/") and place.folder != UNIDENTIFIED
        mark = snapshot.exclusion if known.exclusion else None  # a mark may be lifted; what is a report stays one
        if not moves and not again and given == dict(known.hints) and mark == known.exclusion:
            return StoreResult(known, "known")
        made = replace(known, path=path if moves else known.path, hints=given, exclusion=mark)
        if again:
            made = replace(made, fetched_at=snapshot.fetched_at, received=snapshot.received)
        self._write(data, made)
        if moves:
            for old in (known.path, str(Path(known.path).with_suffix(".json"))):
                (self.raw / old).unlink(missing_ok=True)
        return StoreResult(made, "again" if again else "moved" if moves else "given")

    def _known(self, stem: str, sha256: str) -> Snapshot | None:
        note = self._by_hash.get(stem)
        if note is None:
            return None
        try:
            snapshot = read_sidecar(self.raw, note)
        except InvalidSnapshot:
            return None
        if snapshot.sha256 != sha256:
            raise InvalidSnapshot(
                f"{note}: two different files have hashes that begin with {stem}; move one of them away"
            )
        return snapshot

    def _write(self, data: bytes, snapshot: Snapshot) -> None:
        """The bytes first, then the note: what has a note is whole."""
        target = self.raw / snapshot.path
        if not target.exists() or target.stat().st_size != len(data):
            write_atomically(target, data)
        note = Path(snapshot.path).with_suffix(".json")
        write_atomically(self.raw / note, sidecar_as_json(snapshot).encode())
        self._by_hash[Path(snapshot.path).stem] = note.as_posix()


def snapshot_paths(raw: Path) -> Iterator[str]:
    """The paths of all snapshots below `raw`, in a fixed order; a note without bytes stands for the bytes it lacks."""
    yield from snapshot_paths_in(scan(raw))


def sidecar_paths(raw: Path) -> Iterator[str]:
    """The paths of all notes below `raw`, in a fixed order."""
    yield from sidecar_paths_in(scan(raw))


def read_snapshot(raw: Path, path: str) -> tuple[Snapshot, bytes]:
    """One snapshot with its bytes, checked against each other. Raises BadSnapshot."""
    if path.endswith(".json"):
        raise InvalidSnapshot(f"{path}: the file that this note is about is missing; put it back or remove the note")
    snapshot = read_sidecar(raw, Path(path).with_suffix(".json").as_posix())
    try:
        data = (raw / path).read_bytes()
    except OSError as error:
        raise InvalidSnapshot(f"{path}: cannot be read ({error.strerror}); restore the file and run again") from error
    found = hashlib.sha256(data).hexdigest()
    if found != snapshot.sha256:
        raise InvalidSnapshot(f"{path}: its hash is {found[:12]}…, its note says {snapshot.sha256[:12]}…; restore it")
    return replace(snapshot, path=path), data


def read_sidecar(raw: Path, path: str) -> Snapshot:
    """The note at `path`, without its bytes. Raises BadSnapshot."""
    try:
        written = (raw / path).read_bytes()
    except FileNotFoundError as error:
        raise InvalidSnapshot(f"{path}: the note is missing; take the file in again with `nianbao ingest`") from error
    except OSError as error:
        raise InvalidSnapshot(f"{path}: the note cannot be read ({error}); take the file in again") from error
    return sidecar_from_json(path, written)


def sidecar_from_json(path: str, written: bytes) -> Snapshot:
    """The note that was read at `path`. Raises BadSnapshot."""
    try:
        note = json.loads(written.decode("utf-8"))
    except ValueError as error:
        raise InvalidSnapshot(f"{path}: the note cannot be read ({error}); take the file in again") from error
    try:
        fetched_at = datetime.fromisoformat(note["fetched_at"])
        given = {str(name): str(value) for name, value in note["given"].items()}
        snapshot = Snapshot(
            path=f"{path.removesuffix('.json')}{extension_of(note['media_type'])}",
            url=note["url"],
            name=note["name"],
            sha256=note["sha256"],
            media_type=note["media_type"],
            n_bytes=int(note["n_bytes"]),
            fetched_at=fetched_at,
            found_by=note["found_by"],
            hints=given,
            received=_received(note.get("received")),
            attached_to=note.get("attached_to"),
            exclusion=Exclusion(str(note["mark"]["check"]), str(note["mark"]["reason"])) if "mark" in note else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidSnapshot(f"{path}: the note lacks or misstates {error}; take the file in again") from error
    if fetched_at.tzinfo is None:
        raise InvalidSnapshot(f"{path}: `fetched_at` has no time zone; write it with +00:00")
    if unknown := set(given) - set(HINT_FIELDS):
        raise InvalidSnapshot(f"{path}: `given` has {sorted(unknown)}, known are {', '.join(HINT_FIELDS)}")
    return snapshot


def _received(told: Mapping[str, object] | None) -> HttpResponseInfo | None:
    if told is None:
        return None
    headers, status = told["headers"], told["status"]
    if not isinstance(headers, dict) or not isinstance(status, int):
        raise ValueError("`received`: a status and headers")
    return HttpResponseInfo(str(told["final_url"]), status, {str(name): str(value) for name, value in headers.items()})


def hints_of(snapshot: Snapshot) -> Hints:
    """What was given with a snapshot, as the reader takes it. Raises BadSnapshot where a value is none."""
    told = snapshot.hints
    try:
        return Hints(
            family=Family(told["family"]) if "family" in told else None,
            jurisdiction=told.get("jurisdiction"),
            title=told.get("title"),
            year=int(told["year"]) if "year" in told else None,
            delivered=told.get("delivered"),
        )
    except ValueError as error:
        raise InvalidSnapshot(f"{snapshot.path}: its note gives what cannot be ({error}); take it in again") from error


def sidecar_as_json(snapshot: Snapshot) -> str:
    """The note as it is written, keys in a fixed order; what only the web gives is there only then."""
    note: dict[str, object] = {
        "url": snapshot.url,
        "name": snapshot.name,
        "sha256": snapshot.sha256,
        "media_type": snapshot.media_type,
        "n_bytes": snapshot.n_bytes,
        "fetched_at": snapshot.fetched_at.astimezone(UTC).isoformat(timespec="seconds"),
        "found_by": snapshot.found_by,
        "given": {name: snapshot.hints[name] for name in HINT_FIELDS if name in snapshot.hints},
    }
    if snapshot.received is not None:
        received = snapshot.received
        headers = dict(sorted(received.headers.items()))
        note["received"] = {"final_url": received.final_url, "status": received.status, "headers": headers}
    if snapshot.attached_to is not None:
        note["attached_to"] = snapshot.attached_to
    if snapshot.exclusion is not None:
        note["mark"] = {"check": snapshot.exclusion.check, "reason": snapshot.exclusion.reason}
    return json.dumps(note, ensure_ascii=False, indent=2) + "\n"
