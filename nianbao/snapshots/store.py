"""Store snapshots: bytes as received, each with a JSON sidecar that records origin, time and hints.

    <raw>/<family>/<code>-<name>/<year>/<sha12>.<ext>     bytes as received, never changed
    <raw>/<family>/<code>-<name>/<year>/<sha12>.json      the sidecar: url, name, sha256, fetched_at, given, …
    <raw>/<family>/<code>-<name>/_bodies/<slug>-<body>/<year>/…    the same for a body that is not the government
    <raw>/_unplaced/<sha12>.<ext>                         what could not be read or identified

The folder is for people who browse; only reading decides what a snapshot is. A changed page is a further snapshot, and
the newest snapshot of a web address is the current one (`inventory.py`).
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
from nianbao.documents.model import Document, Family, Hints
from nianbao.io.files import write_atomically
from nianbao.snapshots.scan import scan, sidecar_paths_in, snapshot_paths_in

_BODIES = "_bodies"
_PATH = re.compile(
    rf"(?P<family>\w+)/(?P<code>\d{{6}})-(?P<name>[^/]+)/"
    rf"(?:{_BODIES}/(?P<body>[a-z0-9-]+)-(?P<body_name>[^/]+)/)?(?P<year>\d{{4}})/"
)
UNIDENTIFIED = "_unplaced"
_SHA256 = re.compile("[0-9a-f]{64}")
_NOT_UNICODE = re.compile("[\ud800-\udfff]")
HINT_FIELDS = ("family", "jurisdiction", "body", "title", "delivered", "year")

# The exclusion of files that belong to a report: the page around an attachment, the tables attached to a page.
ATTACHMENT = "beside"


def _safe(name: str) -> str:
    """Return a name as a part of a path."""
    return re.sub(r"[^\w-]", "_", name)


class InvalidSnapshot(Exception):
    """A snapshot that cannot be used: bytes or sidecar are missing, damaged or do not match."""


@dataclass(frozen=True, slots=True)
class HttpResponseInfo:
    """The answer of a website: address after redirects, status and headers."""

    final_url: str
    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why stored bytes are not the report: the name of a check (`challenge`, `other_year`, `beside`) and the reason."""

    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The metadata of one snapshot, as in its sidecar.

    Attributes:
        path: Path of the bytes below the raw folder, with `/`.
        hints: Values of the fields that a person or a source supplied; no others.
        received: Answer of the website; None for local files.
        attached_to: Address of the page that links to this attachment.
        exclusion: Why the snapshot is not read as a report.
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
        """The address that all versions share; for an attachment, that of its page."""
        return self.attached_to or self.url


@dataclass(frozen=True, slots=True)
class SnapshotPath:
    """The place of a snapshot in the raw folder: family, jurisdiction, body and year, as far as known.

    `body` is empty for the government itself.
    """

    family: str | None = None
    jurisdiction_code: str | None = None
    jurisdiction_name: str | None = None
    year: int | None = None
    body: str = ""
    body_name: str = ""

    @classmethod
    def of_document(cls, document: Document) -> SnapshotPath:
        """Return the place of a document, as far as its metadata says."""
        metadata = document.metadata
        unit, body = metadata.jurisdiction, metadata.body
        family = metadata.family.value if metadata.family else None
        code, name = (unit.code, unit.name) if unit else (None, None)
        return cls(family, code, name, metadata.report_year, body.slug, body.name)

    @classmethod
    def parse(cls, path: str) -> SnapshotPath | None:
        """Return the place of a snapshot by its path; None for one that is not identified.

        >>> SnapshotPath.parse("rule_of_law/441800-清远市/_bodies/sfj-司法局/2019/0123456789ab.html").body
        'sfj'
        """
        match = _PATH.match(path)
        if match is None:
            return None
        body, body_name = match["body"] or "", match["body_name"] or ""
        return cls(match["family"], match["code"], match["name"], int(match["year"]), body, body_name)

    @property
    def folder(self) -> str:
        """The folder below the raw folder; `_unplaced` unless all parts are known."""
        if not (self.family and self.jurisdiction_code and self.jurisdiction_name and self.year):
            return UNIDENTIFIED
        body = f"/{_BODIES}/{self.body}-{_safe(self.body_name)}" if self.body else ""
        return f"{self.family}/{self.jurisdiction_code}-{_safe(self.jurisdiction_name)}{body}/{self.year}"


@dataclass(frozen=True, slots=True)
class StoreResult:
    """The outcome of storing bytes.

    `outcome` is `new`, `known` (nothing changed), `moved`, `given` (the hints changed) or `again` (an older version is
    current again).
    """

    snapshot: Snapshot
    outcome: str


class SnapshotStore:
    """The raw folder, with an index by hash that is built once."""

    def __init__(self, raw: Path) -> None:
        """Index the snapshots of the folder by hash."""
        self.raw = raw
        self._by_hash: dict[str, str] = {}
        for note in sidecar_paths(raw):
            self._by_hash.setdefault(Path(note).stem, note)

    def keep(self, data: bytes, snapshot: Snapshot, place: SnapshotPath, *, again: bool = False) -> StoreResult:
        """Store bytes under their hash; bytes that are stored already keep their first URL and time.

        New hints are added to earlier ones. A snapshot in `_unplaced` that is now identified moves to its place.

        Args:
            data: The bytes as received.
            snapshot: Their metadata; path, hash and size are filled in.
            place: Where the report belongs.
            again: The site returned to an older version; the time of the snapshot becomes the present one.

        Raises:
            InvalidSnapshot: Another file has a hash with the same beginning.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        stem, extension = sha256[:12], extension_of(snapshot.media_type)
        path = f"{place.folder}/{stem}{extension}"
        known = self._known(stem, sha256)
        if known is None:
            stored = replace(snapshot, path=path, sha256=sha256, n_bytes=len(data))
            self._write(data, stored)
            return StoreResult(stored, "new")
        hints = {**known.hints, **snapshot.hints}
        is_moved = known.path.startswith(UNIDENTIFIED + "/") and place.folder != UNIDENTIFIED
        exclusion = (
            snapshot.exclusion if known.exclusion else None
        )  # an exclusion may be lifted; a report stays a report
        if not is_moved and not again and hints == dict(known.hints) and exclusion == known.exclusion:
            return StoreResult(known, "known")
        stored = replace(known, path=path if is_moved else known.path, hints=hints, exclusion=exclusion)
        if again:
            stored = replace(stored, fetched_at=snapshot.fetched_at, received=snapshot.received)
        self._write(data, stored)
        if is_moved:
            for old in (known.path, str(Path(known.path).with_suffix(".json"))):
                (self.raw / old).unlink(missing_ok=True)
        return StoreResult(stored, "again" if again else "moved" if is_moved else "given")

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
        """Write the bytes first, so that a snapshot with a sidecar is complete."""
        target = self.raw / snapshot.path
        if not target.exists() or target.stat().st_size != len(data):
            write_atomically(target, data)
        note = Path(snapshot.path).with_suffix(".json")
        write_atomically(self.raw / note, sidecar_as_json(snapshot).encode())
        self._by_hash[Path(snapshot.path).stem] = note.as_posix()


def snapshot_paths(raw: Path) -> Iterator[str]:
    """Yield the sorted paths of all snapshots below `raw`; a sidecar without its file represents the missing file."""
    yield from snapshot_paths_in(scan(raw))


def sidecar_paths(raw: Path) -> Iterator[str]:
    """Yield the sorted paths of all sidecars below `raw`."""
    yield from sidecar_paths_in(scan(raw))


def read_snapshot(raw: Path, path: str) -> tuple[Snapshot, bytes]:
    """Return a snapshot and its bytes; raises InvalidSnapshot if they do not match."""
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
    """Return the snapshot of a sidecar without its bytes; raises InvalidSnapshot."""
    try:
        data = (raw / path).read_bytes()
    except FileNotFoundError as error:
        raise InvalidSnapshot(f"{path}: the note is missing; take the file in again with `nianbao ingest`") from error
    except OSError as error:
        raise InvalidSnapshot(f"{path}: the note cannot be read ({error}); take the file in again") from error
    return sidecar_from_json(path, data)


def sidecar_from_json(path: str, data: bytes) -> Snapshot:
    """Return the snapshot that the content of a sidecar describes; raises InvalidSnapshot."""
    try:
        values = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidSnapshot(f"{path}: the note cannot be read ({error}); take the file in again") from error
    try:
        fetched_at = datetime.fromisoformat(values["fetched_at"])
        hints = {str(name): str(value) for name, value in values["given"].items()}
        snapshot = Snapshot(
            path=f"{path.removesuffix('.json')}{extension_of(_text(values, 'media_type'))}",
            url=_text(values, "url"),
            name=_text(values, "name"),
            sha256=_sha256(values),
            media_type=_text(values, "media_type"),
            n_bytes=_count(values, "n_bytes"),
            fetched_at=fetched_at,
            found_by=_text(values, "found_by"),
            hints=hints,
            received=_received(values.get("received")),
            attached_to=_text(values, "attached_to") if values.get("attached_to") is not None else None,
            exclusion=Exclusion(_text(values["mark"], "check"), _text(values["mark"], "reason"))
            if "mark" in values
            else None,
        )
        fetched_at.astimezone(UTC)  # the year 1 with a time zone has no time in UTC
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InvalidSnapshot(f"{path}: the note lacks or misstates {error}; take the file in again") from error
    if fetched_at.tzinfo is None:
        raise InvalidSnapshot(f"{path}: `fetched_at` has no time zone; write it with +00:00")
    if unknown := set(hints) - set(HINT_FIELDS):
        raise InvalidSnapshot(f"{path}: `given` has {sorted(unknown)}, known are {', '.join(HINT_FIELDS)}")
    return snapshot


def _text(values: Mapping[str, object], name: str) -> str:
    value = values[name]
    if not isinstance(value, str) or _NOT_UNICODE.search(value):
        raise ValueError(f"`{name}`: a text")
    return value


def _count(values: Mapping[str, object], name: str) -> int:
    value = values[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(f"`{name}`: a number of bytes")
    return value


def _sha256(values: Mapping[str, object]) -> str:
    value = _text(values, "sha256")
    if not _SHA256.fullmatch(value):
        raise ValueError("`sha256`: 64 hexadecimal digits")
    return value


def _received(values: Mapping[str, object] | None) -> HttpResponseInfo | None:
    if values is None:
        return None
    headers, status = values["headers"], values["status"]
    if not isinstance(headers, dict) or not isinstance(status, int):
        raise ValueError("`received`: a status and headers")
    return HttpResponseInfo(
        str(values["final_url"]), status, {str(name): str(value) for name, value in headers.items()}
    )


def hints_of(snapshot: Snapshot) -> Hints:
    """Return the hints of a snapshot for the reader; raises InvalidSnapshot for an impossible value."""
    hints = snapshot.hints
    try:
        return Hints(
            family=Family(hints["family"]) if "family" in hints else None,
            jurisdiction=hints.get("jurisdiction"),
            body=hints.get("body"),
            title=hints.get("title"),
            year=int(hints["year"]) if "year" in hints else None,
            delivered=hints.get("delivered"),
        )
    except ValueError as error:
        raise InvalidSnapshot(f"{snapshot.path}: its note gives what cannot be ({error}); take it in again") from error


def sidecar_as_json(snapshot: Snapshot) -> str:
    """Return the JSON of a sidecar, with its keys in a fixed order; keys of the web only for downloads."""
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
