"""Import local files as snapshots.

A file that cannot be read as a report is still stored: every run rejects it until it can be read. A page that a
browser saved is stored with the URL that it was saved from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nianbao.documents.limits import read_limited
from nianbao.documents.media_types import HTML, READABLE_EXTENSIONS
from nianbao.documents.model import Document, UnreadableDocument
from nianbao.snapshots.store import UNIDENTIFIED, InvalidSnapshot, Snapshot, SnapshotPath, SnapshotStore, hints_of
from nianbao.sources.browser_saves import MHTML_EXTENSIONS, NotAPage, belongs_to_a_page, saved_page, unpack_mhtml

Reader = Callable[..., Document]
_UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file to import.

    Attributes:
        path: Its absolute path.
        name: The name to show, below the folder that was named: `work_report/a.txt`.
        by_name: It was named itself, so that failing to read its type is an error.
    """

    path: Path
    name: str
    by_name: bool


@dataclass(frozen=True, slots=True)
class IngestResult:
    """The result of importing one file.

    Attributes:
        file: The file.
        outcome: An outcome of `SnapshotStore.keep`, `skipped` (its type cannot be read), or `failed`.
        note: A message to show; empty if there is none.
        unidentified: It is stored in `_unplaced`, because its family, jurisdiction or year is unknown.
    """

    file: LocalFile
    outcome: str
    note: str = ""
    unidentified: bool = False


def ingest(
    files: Sequence[LocalFile],
    raw: Path,
    *,
    rows: Mapping[Path, Mapping[str, str]] | None = None,
    hints: Mapping[str, str] | None = None,
    read: Reader = read_limited,
    now: datetime | None = None,
) -> Iterator[IngestResult]:
    """Import files one after another; yield the result of each.

    Args:
        files: The files, from `list_files`.
        raw: The folder of snapshots.
        rows: Hints for single files, from `read_manifest`.
        hints: Hints for all files; those of `rows` take precedence.
        read: The function that reads a document.
        now: The time to record; None uses the current time.

    Raises:
        OSError: A snapshot cannot be stored.
    """
    store = SnapshotStore(raw)
    fetched_at = (now or datetime.now(UTC)).replace(microsecond=0)
    for file in files:
        file_hints = {**(hints or {}), **(rows or {}).get(file.path, {})}
        yield _ingest_file(file, store, file_hints, fetched_at, read)


def list_files(paths: Sequence[Path], manifest: Path | None = None) -> list[LocalFile]:
    """List the files that `paths` name or contain, each once, in a fixed order.

    Left out are hidden files, the manifest itself, and the files that a browser saved along with a page. A file is
    named relative to the manifest's folder, else to the folder that was named.
    """
    manifest_path = manifest.resolve() if manifest is not None else None
    files: dict[Path, LocalFile] = {}
    for path in paths:
        root = path.resolve()
        is_folder = root.is_dir()
        members = sorted(member for member in root.rglob("*") if member.is_file()) if is_folder else [root]
        siblings = set(members)
        for member in members:
            if is_folder and belongs_to_a_page(member, siblings):
                continue
            relative = member.relative_to(root) if is_folder else Path(member.name)
            if member == manifest_path or (is_folder and any(part.startswith(".") for part in relative.parts)):
                continue
            if manifest_path and member.is_relative_to(manifest_path.parent):
                relative = member.relative_to(manifest_path.parent)
            files.setdefault(member, LocalFile(member, readable_name(relative.as_posix()), by_name=not is_folder))
    return list(files.values())


def readable_name(name: str) -> str:
    """Return a file name as text; the bytes of one that the system cannot decode are read as UTF-8, else as GB18030.

    >>> readable_name("年报.txt".encode("gbk").decode("utf-8", "surrogateescape"))
    '年报.txt'
    """
    if not _UNDECODED.search(name):
        return name
    try:
        data = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return _UNDECODED.sub("\ufffd", name)
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode("gb18030", "replace")


def _ingest_file(
    file: LocalFile, store: SnapshotStore, hints: Mapping[str, str], fetched_at: datetime, read: Reader
) -> IngestResult:
    extension = file.path.suffix.lower()
    is_mhtml = extension in MHTML_EXTENSIONS
    media_type = HTML if is_mhtml else READABLE_EXTENSIONS.get(extension)
    if media_type is None:
        known = " ".join((*READABLE_EXTENSIONS, *MHTML_EXTENSIONS))
        return IngestResult(file, "failed" if file.by_name else "skipped", f"{file.name}: not one of {known}")
    try:
        data = file.path.read_bytes()
    except OSError as error:
        return IngestResult(file, "failed", f"{file.name}: cannot be read ({error.strerror})")
    url = None
    if media_type == HTML:
        try:
            page = unpack_mhtml(data) if is_mhtml else saved_page(data)
        except NotAPage as error:
            return IngestResult(file, "failed", f"{file.name}: {error}")
        data, url = page.data, page.url
    name = readable_name(f"{file.path.stem}.html" if is_mhtml else file.path.name)
    address = url or f"file:{file.name}"
    snapshot = Snapshot("", address, name, "", media_type, len(data), fetched_at, "ingest", dict(hints))
    path, note = _identify(data, snapshot, read)
    try:
        stored = store.keep(data, snapshot, path)
    except InvalidSnapshot as error:
        return IngestResult(file, "failed", str(error))
    unidentified = stored.snapshot.path.startswith(f"{UNIDENTIFIED}/")
    return IngestResult(file, stored.outcome, note, unidentified)


def _identify(data: bytes, snapshot: Snapshot, read: Reader) -> tuple[SnapshotPath, str]:
    """Return the folder that the document belongs in, and a message if it is not known completely."""
    try:
        document = read(data, media_type=snapshot.media_type, name=snapshot.name, hints=hints_of(snapshot))
    except UnreadableDocument as error:
        return SnapshotPath(), f"{snapshot.url}: stored, but unreadable: {error}"
    except Exception as error:  # noqa: BLE001  a bug in reading must not lose the file; the next run rejects it
        return SnapshotPath(), f"{snapshot.url}: stored, but reading failed: {type(error).__name__}: {error}"
    path = SnapshotPath.of_document(document)
    fields = (("family", path.family), ("jurisdiction", path.jurisdiction_code), ("report year", path.year))
    missing = ", ".join(field for field, value in fields if value is None)
    problem = document.metadata.problem
    if problem is not None:
        return path, f"{snapshot.url}: stored, but not identified: {problem.reason}"
    return path, f"{snapshot.url}: stored, but its {missing} is unknown" if missing else ""
