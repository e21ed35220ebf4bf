"""Files on this machine into snapshots: which files, what is given of each, and what became of it.

A file that cannot be read as a report is kept all the same: it is a line in `rejects` of every run until it can.
A page that a browser saved goes by the web address that it was saved from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nianbao.documents.model import Document, UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.snapshots.store import (
    MEDIA_TYPES,
    UNIDENTIFIED,
    InvalidSnapshot,
    Snapshot,
    SnapshotPath,
    SnapshotStore,
    hints_of,
)
from nianbao.sources.browser_saves import MHTML_ENDINGS, NotAPage, belongs_to_a_page, saved_page, unpack_mhtml

Reader = Callable[..., Document]


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file to take in: where it is, the name it goes by (`work_report/a.txt`), whether it was asked for by name."""

    path: Path
    name: str
    by_name: bool


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one file: `new`, `known`, `moved` or `given` as storage says, `skipped` (of a kind that is not
    read) or `failed`; `note` is what there is to tell, `unplaced` says that it lies in `_unplaced`."""

    file: LocalFile
    outcome: str
    note: str = ""
    unplaced: bool = False


def ingest(
    files: Sequence[LocalFile],
    raw: Path,
    *,
    rows: Mapping[Path, Mapping[str, str]] | None = None,
    given: Mapping[str, str] | None = None,
    read: Reader = read_document,
    now: datetime | None = None,
) -> Iterator[IngestResult]:
    """Take files in, one after another; yields what became of each.

    `rows` is a manifest as `read_manifest` has it; `given` holds for every file where its row leaves the cell empty.
    """
    store = SnapshotStore(raw)
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    for file in files:
        told = {**(given or {}), **(rows or {}).get(file.path, {})}
        yield _take_in(file, store, told, moment, read)


def list_files(paths: Sequence[Path], manifest: Path | None = None) -> list[LocalFile]:
    """The files that `paths` name, each once, in a fixed order: no hidden file, and not the manifest itself.

    Of a page that a browser saved with a folder of its parts only the page itself.

    A file goes by its name below the manifest's folder, else below the folder that was named.
    """
    itself = manifest.resolve() if manifest is not None else None
    found: dict[Path, LocalFile] = {}
    for path in paths:
        top = path.resolve()
        inside = sorted(seen for seen in top.rglob("*") if seen.is_file()) if top.is_dir() else [top]
        others = set(inside)
        for seen in inside:
            if top.is_dir() and belongs_to_a_page(seen, others):
                continue
            below = seen.relative_to(top) if top.is_dir() else Path(seen.name)
            if seen == itself or (top.is_dir() and any(part.startswith(".") for part in below.parts)):
                continue
            name = seen.relative_to(itself.parent) if itself and seen.is_relative_to(itself.parent) else below
            found.setdefault(seen, LocalFile(seen, name.as_posix(), by_name=not top.is_dir()))
    return list(found.values())


def _take_in(
    file: LocalFile, store: SnapshotStore, given: Mapping[str, str], moment: datetime, read: Reader
) -> IngestResult:
    ending = file.path.suffix.lower()
    media_type = "text/html" if ending in MHTML_ENDINGS else MEDIA_TYPES.get(ending)
    if media_type is None:
        known = " ".join((*MEDIA_TYPES, *MHTML_ENDINGS))
        return IngestResult(file, "failed" if file.by_name else "skipped", f"{file.name}: not one of {known}")
    try:
        data = file.path.read_bytes()
    except OSError as error:
        return IngestResult(file, "failed", f"{file.name}: cannot be read ({error.strerror})")
    url = None
    if media_type == "text/html":
        try:
            page = unpack_mhtml(data) if ending in MHTML_ENDINGS else saved_page(data)
        except NotAPage as error:
            return IngestResult(file, "failed", f"{file.name}: {error}")
        data, url = page.data, page.url
    name = f"{file.path.stem}.html" if ending in MHTML_ENDINGS else file.path.name
    address = url or f"file:{file.name}"
    snapshot = Snapshot("", address, name, "", media_type, len(data), moment, "ingest", dict(given))
    place, note = _find_place(data, snapshot, read)
    try:
        kept = store.keep(data, snapshot, place)
    except InvalidSnapshot as error:
        return IngestResult(file, "failed", str(error))
    return IngestResult(file, kept.outcome, note, unplaced=kept.snapshot.path.startswith(f"{UNIDENTIFIED}/"))


def _find_place(data: bytes, snapshot: Snapshot, read: Reader) -> tuple[SnapshotPath, str]:
    """Where the document says that it belongs, and why it belongs nowhere if so."""
    try:
        document = read(data, media_type=snapshot.media_type, name=snapshot.name, hints=hints_of(snapshot))
    except UnreadableDocument as error:
        return SnapshotPath(), f"{snapshot.url}: kept, cannot be read: {error}"
    except Exception as error:  # noqa: BLE001  a fault in reading must not lose the file; the run tells it as a reject
        return SnapshotPath(), f"{snapshot.url}: kept, reading it failed: {type(error).__name__}: {error}"
    about = document.metadata
    family = about.family.value if about.family else None
    code, name = (about.jurisdiction.code, about.jurisdiction.name) if about.jurisdiction else (None, None)
    known = (("family", family), ("jurisdiction", code), ("report year", about.report_year))
    missing = ", ".join(word for word, value in known if value is None)
    note = f"{snapshot.url}: kept, but its {missing} is not known" if missing else ""
    return SnapshotPath(family, code, name, about.report_year), note
