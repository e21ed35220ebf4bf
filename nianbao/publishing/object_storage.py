"""Work with folders on object storage (`s3://bucket/raw`) through a copy on this disk.

Before a run new files are downloaded, afterwards new files are uploaded: version folders first, then the stable files,
then `manifest.json`, so that readers of the bucket see complete versions as in a folder. Endpoint and keys come from
the usual environment variables (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, …). An index next to the copy records size and
time of the files that both sides have; without it everything is downloaded once more.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nianbao.io.files import FileStat, file_stat, write_atomically
from nianbao.io.layout import (
    CACHE,
    DELTA,
    DELTA_VERSIONS,
    ENTRY_FILE,
    FINGERPRINTS,
    LINKING,
    LOCK,
    MANIFEST,
    OBSOLETE_CACHE,
    UNFINISHED,
    VERSIONS,
    WRITING,
)

# How many files are moved at the same time.
N_TRANSFERS = 16
UPLOAD_BYTES = 1 << 22
# Files that belong to this disk alone: locks, unfinished files, and how files looked on this disk.
_LOCAL_NAMES = ("lock", LOCK, FINGERPRINTS)
_LOCAL_PREFIXES = (WRITING, UNFINISHED, LINKING)


class RemoteConflict(OSError):
    """Another machine published to the same place in the meantime."""


def is_remote(folder: str) -> bool:
    """Return whether a folder is given by a URL.

    >>> is_remote("s3://bucket/raw"), is_remote("data/raw")
    (True, False)
    """
    return "://" in folder


class Mirror:
    """A folder on object storage and its copy on this disk."""

    def __init__(self, url: str, local: Path) -> None:
        """Mirror `url` in the folder `local`. Raises OSError for a URL of an unknown kind of storage."""
        from pyarrow import ArrowException
        from pyarrow.fs import FileSystem

        self.url = url.rstrip("/")
        self.local = local
        try:
            self._files, self._root = FileSystem.from_uri(self.url)
        except (ArrowException, ValueError) as error:
            raise OSError(f"{url}: not a URL of object storage ({error}); write s3://bucket/folder") from error
        self._index_path = local.with_name(f"{local.name}.mirror.json")
        # By path: the remote file and its copy when they were the same.
        self._index: dict[str, tuple[FileStat, FileStat]] = self._read_index()

    def pull(self, selects: Callable[[str], bool] = lambda path: True) -> int:
        """Download new and changed files, and remove those that the storage no longer has; returns how many."""
        remote = self._list()
        new = {path: stat for path, stat in remote.items() if selects(path) and not self._is_current(path, stat)}
        self._download_all(new)
        removed = [path for path in self._index if path not in remote]
        for path in removed:
            (self.local / path).unlink(missing_ok=True)
            del self._index[path]
        self._write_index()
        return len(new) + len(removed)

    def _is_current(self, path: str, remote: FileStat) -> bool:
        return path in self._index and self._index[path][0] == remote and (self.local / path).exists()

    def download(self, paths: Iterable[str]) -> None:
        """Download these files, without those that do not exist; they are not recorded in the index."""

        def download_if_exists(path: str) -> None:
            data = self.read(path)
            if data is not None:
                write_atomically(self.local / path, data)

        with ThreadPoolExecutor(N_TRANSFERS) as pool:
            list(pool.map(download_if_exists, paths))

    def download_entries(self, names: Iterable[str]) -> None:
        """Download cache entries by name, each with the file that makes it complete last."""
        remote: dict[str, FileStat] = {}
        for name in names:
            remote |= self._list(f"{CACHE}/{name}")
        for level in (0, 1):
            self._download_all({path: stat for path, stat in remote.items() if _entry_rank(path) == level})
        self._write_index()

    def push(self, rank: Callable[[str], int] = lambda path: 0) -> int:
        """Upload new and changed files, then remove those that this disk no longer has; returns how many.

        All files of a lower `rank` are uploaded before those of a higher one.
        """
        self._index = self._read_index()  # another mirror of the same copy may have downloaded something
        local = {path: file_stat(self.local / path) for path in _walk(self.local)}
        new = [path for path, stat in local.items() if path not in self._index or self._index[path][1] != stat]
        for level in sorted({rank(path) for path in new}):
            with ThreadPoolExecutor(N_TRANSFERS) as pool:
                for path, remote in pool.map(self._upload, [path for path in new if rank(path) == level]):
                    self._index[path] = (remote, local[path])
        removed = [path for path in self._index if path not in local]
        for path in removed:
            self._delete(path)
            del self._index[path]
        self._write_index()
        return len(new) + len(removed)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a remote file; None if it does not exist."""
        try:
            with self._files.open_input_stream(f"{self._root}/{path}") as stream:
                data: bytes = stream.read()
                return data
        except FileNotFoundError:
            return None

    def _delete(self, path: str) -> None:
        with suppress(FileNotFoundError):  # another machine may have deleted it
            self._files.delete_file(f"{self._root}/{path}")

    def _list(self, folder: str = "") -> dict[str, FileStat]:
        from pyarrow.fs import FileSelector, FileType

        selector = FileSelector(f"{self._root}/{folder}".rstrip("/"), recursive=True, allow_not_found=True)
        start = len(self._root) + 1
        infos = self._files.get_file_info(selector)
        return {info.path[start:]: _remote_stat(info) for info in infos if info.type == FileType.File}

    def _download_all(self, files: Mapping[str, FileStat]) -> None:
        with ThreadPoolExecutor(N_TRANSFERS) as pool:
            for path in pool.map(self._download, files):
                self._index[path] = (files[path], file_stat(self.local / path))

    def _download(self, path: str) -> str:
        data = self.read(path)
        if data is None:
            raise OSError(f"{self.url}/{path}: removed while it was read; run again")
        write_atomically(self.local / path, data)
        return path

    def _upload(self, path: str) -> tuple[str, FileStat]:
        target = f"{self._root}/{path}"
        with (self.local / path).open("rb") as source, self._files.open_output_stream(target) as stream:
            while chunk := source.read(UPLOAD_BYTES):
                stream.write(chunk)
        return path, _remote_stat(self._files.get_file_info(target))

    def _read_index(self) -> dict[str, tuple[FileStat, FileStat]]:
        try:
            index = json.loads(self._index_path.read_text("utf-8"))
            return {path: (FileStat(*remote), FileStat(*local)) for path, (remote, local) in index.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # everything is downloaded once more

    def _write_index(self) -> None:
        write_atomically(self._index_path, json.dumps(self._index, ensure_ascii=False).encode())


class CuratedMirror(Mirror):
    """A mirror of published tables; it downloads the folder of the published version only."""

    def __init__(self, url: str, local: Path) -> None:
        """Mirror the published tables at `url` in the folder `local`."""
        super().__init__(url, local)
        self._pulled_manifest: bytes | None = None

    def pull_version(self) -> None:
        """Download the published version and the cache."""
        self._pulled_manifest = self.read(MANIFEST)
        folder = str(_manifest(self._pulled_manifest).get("folder", ""))
        self.pull(
            lambda path: path.startswith(f"{folder}/") or not path.startswith((f"{VERSIONS}/", f"{OBSOLETE_CACHE}/"))
        )

    def push_version(self) -> None:
        """Upload the new version, manifest last, and delete versions that are not kept any more.

        Raises RemoteConflict if another machine published since `pull_version`; then nothing is replaced.
        """
        if self.read(MANIFEST) != self._pulled_manifest:
            raise RemoteConflict(f"{self.url}: another machine has published there meanwhile; run again")
        self.push(_curated_rank)
        kept = _manifest(self.read(MANIFEST)).get("history", [])
        for path in self._list():
            folder, _, rest = path.partition("/")
            if folder == OBSOLETE_CACHE or (folder == VERSIONS and rest.split("/")[0] not in kept):
                self._delete(path)


@contextmanager
def working_copies(raw: str, curated: str, *, may_be_empty: bool = False) -> Iterator[tuple[Path, Path]]:
    """Yield folders on this disk for `raw` and `curated`, each a folder or a URL.

    Snapshots are uploaded even if the run fails, tables only if it succeeds. Raises OSError, also for a URL of
    snapshots without any file, which is probably mistyped, unless `may_be_empty`.
    """
    raw_mirror = Mirror(raw, local_copy(raw)) if is_remote(raw) else None
    curated_mirror = CuratedMirror(curated, local_copy(curated)) if is_remote(curated) else None
    if raw_mirror:
        raw_mirror.pull()
        if not may_be_empty and not any(_walk(raw_mirror.local)):
            raise OSError(f"{raw}: there are no raw files; check the URL, or fetch or upload some first")
    if curated_mirror:
        curated_mirror.pull_version()
    try:
        yield (
            raw_mirror.local if raw_mirror else Path(raw),
            curated_mirror.local if curated_mirror else Path(curated),
        )
    finally:
        if raw_mirror:
            raw_mirror.push(_raw_rank)
    if curated_mirror:
        curated_mirror.push_version()


def upload_raw(url: str) -> None:
    """Upload the snapshots of this machine that the storage does not have. Raises OSError."""
    Mirror(url, local_copy(url)).push(_raw_rank)


def upload_cache(mirror: Mirror) -> None:
    """Upload new cache entries, each with the file that makes it complete last. Raises OSError."""
    mirror.push(_entry_rank)


def read_only_copy(url: str, *, all_versions: bool = False) -> Path:
    """Return a folder on this disk with the published version below a URL, or all versions that are kept.

    It is not the copy in which runs work, because a run may be in progress. Raises OSError.
    """
    mirror = Mirror(url, local_copy(url, "-looked-at"))
    folder = str(_manifest(mirror.read(MANIFEST)).get("folder", VERSIONS))
    folders = (f"{VERSIONS if all_versions else folder}/", f"{DELTA}/")
    mirror.pull(lambda path: path == MANIFEST or path.startswith(folders))
    pulled = mirror.local / MANIFEST
    current = _manifest(pulled.read_bytes() if pulled.exists() else None)
    if current and current.get("folder") != folder and not all_versions:
        raise RemoteConflict(f"{url}: a new version was published while it was read; try again")
    return mirror.local


def local_copy(url: str, suffix: str = "") -> Path:
    """Return the path of the copy of a URL, below the user's cache folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = "".join(sign if sign.isalnum() else "-" for sign in url.partition("://")[2])
    return cache / "nianbao" / f"{name}-{hashlib.sha256(url.rstrip('/').encode()).hexdigest()[:8]}{suffix}"


def _entry_rank(path: str) -> int:
    return int(path.endswith(f"/{ENTRY_FILE}"))


def _raw_rank(path: str) -> int:
    """Order bytes before their sidecars: a snapshot with a sidecar is complete."""
    return int(path.endswith(".json"))


def _curated_rank(path: str) -> int:
    """Order files before what names them: the log of a Delta table, its versions, and last the manifest."""
    if path == MANIFEST:
        return 3
    if path.startswith(f"{VERSIONS}/"):
        return 1 if path.endswith(f"/{DELTA_VERSIONS}") else 0
    if "/_delta_log/" in path:
        return 1
    return 0 if "/" in path else 2


def _manifest(data: bytes | None) -> dict[str, Any]:
    try:
        manifest = json.loads(data or b"{}")
    except ValueError:
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _walk(folder: Path) -> Iterable[str]:
    """Yield the paths of all files below a folder that belong on the storage."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.name in _LOCAL_NAMES or any(part.startswith(_LOCAL_PREFIXES) for part in relative.parts):
            continue
        if path.is_file():
            yield relative.as_posix()


def _remote_stat(info: Any) -> FileStat:
    return FileStat(info.size, info.mtime_ns or 0)
