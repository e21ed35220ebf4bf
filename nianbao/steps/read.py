"""The first step: read a batch of snapshots, extract and validate their rows, and keep them in the cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as arrow

from nianbao.cache.entries import READ, entry_name, write_entry
from nianbao.documents.identity import Identity, Unidentified, identify
from nianbao.documents.limits import is_expensive, too_expensive
from nianbao.documents.model import Document, Hints, UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction
from nianbao.fingerprint import reader_version
from nianbao.io.limited import OverLimit, call_limited
from nianbao.snapshots.inventory import TRANSIENT, SnapshotRef
from nianbao.snapshots.store import InvalidSnapshot, hints_of, read_snapshot
from nianbao.steps.chunks import chunk_by_size, guided_chunks
from nianbao.tables.integrity import validate_reports
from nianbao.tables.rejects import Reject, encodable, rejects_table
from nianbao.tables.rows import ReportRows, make_rows
from nianbao.tables.validation import row_as_json

Reader = Callable[..., Document]
Extractor = Callable[[Document], Extraction]


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """A job: the folder of snapshots, the cache folder, and the snapshots to read."""

    raw: str
    cache: str
    snapshots: tuple[SnapshotRef, ...]


def read_batch(job: ReadBatch, *, read: Reader = read_document, extract: Extractor = extract_observations) -> int:
    """Write the cache entry of a batch; returns the number of its snapshots.

    A snapshot that cannot be read becomes one row of `rejects`, whatever was raised.
    """
    version = reader_version()
    reports: list[ReportRows] = []
    rejects: list[Reject] = []
    keys: dict[str, str] = {}
    for ref in job.snapshots:
        result, transient = _read_snapshot(Path(job.raw), ref.path, read, extract, version)
        keys[ref.path] = ref.key + TRANSIENT if transient else ref.key
        if isinstance(result, ReportRows):
            reports.append(result)
        else:
            rejects.append(result)
    validated = validate_reports(reports)
    tables = validated.tables
    rejects += validated.rejects
    tables["reports"] = _with_keys(tables["reports"], keys)
    tables["rejects"] = _with_keys(rejects_table(rejects), keys)
    tables["snapshots"] = arrow.table(
        {
            "key": [keys[ref.path] for ref in job.snapshots],
            "path": [encodable(ref.path) for ref in job.snapshots],
            "sha256": [ref.sha256 for ref in job.snapshots],
        }
    )
    write_entry(Path(job.cache), entry_name(READ, sorted(keys.values())), tables)
    return len(job.snapshots)


def _with_keys(table: arrow.Table, keys: dict[str, str]) -> arrow.Table:
    by_path = {encodable(path): key for path, key in keys.items()}  # a file name may be in another encoding
    found = [by_path[path] for path in table["raw_path"].to_pylist()]
    return table.append_column(arrow.field("key", arrow.string()), arrow.array(found, arrow.string()))


class _Reading(NamedTuple):
    """What reading and extraction made of a snapshot, or the error and the stage that raised it.

    The limited process returns it, so an error is a value here.
    """

    document: Document | None = None
    identity: Identity | Unidentified | None = None
    extraction: Extraction | None = None
    stage: str = "read"
    error: Exception | None = None


def _read_and_extract(
    read: Reader, extract: Extractor, data: bytes, media_type: str, name: str, hints: Hints
) -> _Reading:
    reading = _Reading()
    try:
        document = read(data, media_type=media_type, name=name, hints=hints)
        reading = reading._replace(document=document, identity=identify(document))
        if isinstance(reading.identity, Identity):
            reading = reading._replace(stage="extract")
            reading = reading._replace(extraction=extract(document))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  an error in one report must not affect the others
        return _Reading(stage=reading.stage, error=error)
    return reading


def _read_snapshot(
    raw: Path, path: str, read: Reader, extract: Extractor, version: str
) -> tuple[ReportRows | Reject, bool]:
    """Return a snapshot's rows or its reject, and whether the failure is transient: the next run tries again then."""
    stage, url, hints = "read", None, ""

    def reject(stage: str, check: str, reason: str) -> Reject:
        return Reject(stage, url, path, None, None, None, check, reason, hints)

    try:
        snapshot, data = read_snapshot(raw, path)
        url, hints = snapshot.url, row_as_json(dict(snapshot.hints))
        if snapshot.exclusion is not None:
            return reject("ingest", snapshot.exclusion.check, f"{path}: {snapshot.exclusion.reason}"), False
        about = (data, snapshot.media_type, snapshot.name, hints_of(snapshot))
        reading = call_limited(_read_and_extract, read, extract, *about, expensive=is_expensive(data))
        stage = reading.stage
        if reading.error is not None:
            raise reading.error
        if isinstance(reading.identity, Unidentified):
            return reject("read", reading.identity.check, f"{path}: {reading.identity.reason}"), False
        assert reading.document is not None
        assert reading.identity is not None
        assert reading.extraction is not None
        return make_rows(snapshot, reading.document, reading.extraction, reading.identity, version), False
    except InvalidSnapshot as error:
        return reject("ingest", "snapshot", str(error)), True
    except UnreadableDocument as error:
        return reject("read", "unreadable", f"{path}: {error}"), False
    except OverLimit as error:
        return reject("read", "unreadable", f"{path}: {too_expensive(error)}"), False
    except Exception as error:  # noqa: BLE001  an error in one report must not affect the others
        message = f"{path}: {type(error).__name__}: {error}; this is a fault in the program, please report it"
        return reject(stage, type(error).__name__, message), isinstance(error, OSError | MemoryError)


def make_batches(
    raw: Path, cache: Path, snapshots: Sequence[SnapshotRef], batch_bytes: int, *, guided: bool = False
) -> list[ReadBatch]:
    """Put snapshots, in their order, into batches of about `batch_bytes`; `guided` ones shrink towards the end."""
    batches = (guided_chunks if guided else chunk_by_size)(snapshots, lambda ref: ref.n_bytes, batch_bytes)
    return [ReadBatch(str(raw), str(cache), batch) for batch in batches]
