"""Object storage: folders told by URL (`s3://bucket/raw`) have a copy on this disk, and all work is done there.

Before a run what is new comes down, after it what is new goes up: version folder first, then the stable files, then
`manifest.json`, so that who reads the bucket sees whole states as in a folder. Endpoint and keys are those of the usual
environment (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, …). Beside the copy lies an index of what both sides hold, by size and
time; without it everything comes down once more.
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

from nianbao.io.files import write_atomically

MANIFEST = "manifest.json"
VERSIONS = "_versions"
AT_ONCE = 16
# What belongs to this disk alone: locks, files that are being written, and how the disk's files looked.
_OWN_NAMES = ("lock", ".lock", "seen.json")
_OWN_PREFIXES = (".writing-", ".making-", ".linking-")

RemoteStat = tuple[int, int]


class RemoteConflict(OSError):
    """Another machine published to the same place meanwhile."""


def is_remote(place: str) -> bool:
    """Whether a folder is told by URL.

    >>> is_remote("s3://bucket/raw"), is_remote("data/raw")
    (True, False)
    """
    return "://" in place


class Mirror:
    """A folder on object storage, and its copy on this disk."""

    def __init__(self, url: str, local: Path) -> None:
        """Raises OSError for a URL that names no storage that is known here."""
        from pyarrow import ArrowException
        from pyarrow.fs import FileSystem

        self.url = url.rstrip("/")
        self.local = local
        try:
            self._files, self._root = FileSystem.from_uri(self.url)
        except (ArrowException, ValueError) as error:
            raise OSError(f"{url}: no object storage is known by that ({error}); write s3://bucket/folder") from error
        self._index_path = local.with_name(f"{local.name}.mirror.json")
        # By path: how the remote file and its copy looked when they were the same.
        self._index: dict[str, tuple[RemoteStat, RemoteStat]] = self._read_index()

    def pull(self, wants: Callable[[str], bool] = lambda path: True) -> int:
        """Bring down what is new or changed there, and forget what is gone there. Returns how many files moved."""
        there = self._list()
        new = [
            path
            for path, stamp in there.items()
            if wants(path) and (self._index.get(path, (None,))[0] != stamp or not (self.local / path).exists())
        ]
        self._bring({path: there[path] for path in new})
        gone = [path for path in self._index if path not in there]
        for path in gone:
            (self.local / path).unlink(missing_ok=True)
            del self._index[path]
        self._write_index()
        return len(new) + len(gone)

    def bring(self, paths: Iterable[str]) -> None:
        """Bring down these files and no others; what is not there is left out, and nothing is kept in mind."""

        def bring_one(path: str) -> None:
            data = self.read(path)
            if data is not None:
                write_atomically(self.local / path, data)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(bring_one, paths))

    def bring_pieces(self, names: Iterable[str]) -> None:
        """Bring down these pieces of work and no others, each with the file that makes it whole last."""
        from nianbao.cache.entries import CACHE

        there: dict[str, RemoteStat] = {}
        for name in names:
            there |= self._list(f"{CACHE}/{name}")
        for level in (0, 1):
            self._bring({path: stamp for path, stamp in there.items() if _piece_rank(path) == level})
        self._write_index()

    def push(self, rank: Callable[[str], int] = lambda path: 0) -> int:
        """Bring up what is new or changed here, lower ranks wholly before higher, and then remove there what is gone
        here. Returns how many files moved."""
        self._index = self._read_index()  # another mirror of the same copy may have brought something down meanwhile
        here = {path: _stamp(self.local / path) for path in _walk(self.local)}
        new = [path for path, stamp in here.items() if self._index.get(path, (None, None))[1] != stamp]
        for level in sorted({rank(path) for path in new}):
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for path, stamp in pool.map(self._upload, [path for path in new if rank(path) == level]):
                    self._index[path] = (stamp, here[path])
        gone = [path for path in self._index if path not in here]
        for path in gone:
            self._delete(path)
            del self._index[path]
        self._write_index()
        return len(new) + len(gone)

    def read(self, path: str) -> bytes | None:
        """The bytes of one remote file as they are now; None where there is none."""
        try:
            with self._files.open_input_stream(f"{self._root}/{path}") as stream:
                data: bytes = stream.read()
                return data
        except FileNotFoundError:
            return None

    def _delete(self, path: str) -> None:
        with suppress(FileNotFoundError):  # who else works there may have removed it
            self._files.delete_file(f"{self._root}/{path}")

    def _list(self, folder: str = "") -> dict[str, RemoteStat]:
        from pyarrow.fs import FileSelector, FileType

        place = f"{self._root}/{folder}".rstrip("/")
        found = self._files.get_file_info(FileSelector(place, recursive=True, allow_not_found=True))
        below = len(self._root) + 1
        return {about.path[below:]: _remote_stamp(about) for about in found if about.type == FileType.File}

    def _bring(self, files: Mapping[str, RemoteStat]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for path in pool.map(self._download, files):
                self._index[path] = (files[path], _stamp(self.local / path))

    def _download(self, path: str) -> str:
        data = self.read(path)
        if data is None:
            raise OSError(f"{self.url}/{path}: it vanished while it was read; run again")
        write_atomically(self.local / path, data)
        return path

    def _upload(self, path: str) -> tuple[str, RemoteStat]:
        target = f"{self._root}/{path}"
        with (self.local / path).open("rb") as source, self._files.open_output_stream(target) as stream:
            while piece := source.read(1 << 22):
                stream.write(piece)
        return path, _remote_stamp(self._files.get_file_info(target))

    def _read_index(self) -> dict[str, tuple[RemoteStat, RemoteStat]]:
        try:
            told = json.loads(self._index_path.read_text("utf-8"))
            return {path: (tuple(remote), tuple(local)) for path, (remote, local) in told.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # it is only a memory; everything comes down once more

    def _write_index(self) -> None:
        write_atomically(self._index_path, json.dumps(self._index, ensure_ascii=False).encode())


class CuratedMirror(Mirror):
    """The folder of tables: of the version folders only the one that is published comes down."""

    def __init__(self, url: str, local: Path) -> None:
        super().__init__(url, local)
        self._found: bytes | None = None

    def pull_state(self) -> None:
        """Bring down the published state and the kept pieces."""
        self._found = self.read(MANIFEST)
        folder = str(_manifest(self._found).get("folder", ""))
        self.pull(lambda path: not path.startswith(f"{VERSIONS}/") or path.startswith(f"{folder}/"))

    def push_state(self) -> None:
        """Bring up the new state, manifest last, and forget versions that are in no history any more.

        Raises RemoteChanged where another machine published since `pull_state`; then nothing is replaced.
        """
        if self.read(MANIFEST) != self._found:
            raise RemoteConflict(f"{self.url}: another machine has published there meanwhile; run again")
        self.push(_curated_rank)
        kept = _manifest(self.read(MANIFEST)).get("history", [])
        for path in self._list():
            if path.startswith(f"{VERSIONS}/") and path.split("/")[1] not in kept:
                self._delete(path)


@contextmanager
def working_copies(raw: str, curated: str, *, may_be_empty: bool = False) -> Iterator[tuple[Path, Path]]:
    """Folders on this disk for `raw` and `curated`, which may be folders or URLs.

    A URL of raw files with nothing below it is taken for a slip of the pen unless `may_be_empty` (something will come).
    What was taken in goes up even where the run fails; tables only where it ends well. Raises OSError.
    """
    raw_mirror = Mirror(raw, local_copy(raw)) if is_remote(raw) else None
    curated_mirror = CuratedMirror(curated, local_copy(curated)) if is_remote(curated) else None
    if raw_mirror:
        raw_mirror.pull()
        if not may_be_empty and not any(_walk(raw_mirror.local)):
            raise OSError(f"{raw}: there are no raw files; look at the address, or fetch or bring some up first")
    if curated_mirror:
        curated_mirror.pull_state()
    try:
        yield (
            raw_mirror.local if raw_mirror else Path(raw),
            curated_mirror.local if curated_mirror else Path(curated),
        )
    finally:
        if raw_mirror:
            raw_mirror.push(_raw_rank)
    if curated_mirror:
        curated_mirror.push_state()


def upload_raw(url: str) -> None:
    """Bring up what was taken in on this machine and is not there yet. Raises OSError."""
    Mirror(url, local_copy(url)).push(_raw_rank)


def upload_cache(mirror: Mirror) -> None:
    """Bring up the pieces that were made here, each with the file that makes it whole last. Raises OSError."""
    mirror.push(_piece_rank)


def read_only_copy(url: str, *, all_states: bool = False) -> Path:
    """A folder on this disk with the published state below a URL and its manifest, or all that are kept.

    For who only looks: it is a copy of its own, since a run may be at work on the other. Raises OSError.
    """
    there = Mirror(url, local_copy(url, "-looked-at"))
    folder = str(_manifest(there.read(MANIFEST)).get("folder", VERSIONS))
    there.pull(lambda path: path == MANIFEST or path.startswith(f"{VERSIONS if all_states else folder}/"))
    now = _manifest((there.local / MANIFEST).read_bytes() if (there.local / MANIFEST).exists() else None)
    if now and now.get("folder") != folder and not all_states:
        raise RemoteConflict(f"{url}: a new state was published while it was read; look again")
    return there.local


def local_copy(url: str, what_for: str = "") -> Path:
    """Where the copy of a URL lies on this disk: below the folder that caches have on this system."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = "".join(sign if sign.isalnum() else "-" for sign in url.partition("://")[2])
    return cache / "nianbao" / f"{name}-{hashlib.sha256(url.rstrip('/').encode()).hexdigest()[:8]}{what_for}"


def _piece_rank(path: str) -> int:
    from nianbao.cache.entries import ENTRY_FILE

    return int(path.endswith(f"/{ENTRY_FILE}"))


def _raw_rank(path: str) -> int:
    """The bytes before their notes: what has a note is whole."""
    return int(path.endswith(".json"))


def _curated_rank(path: str) -> int:
    if path == MANIFEST:
        return 2
    return 0 if "/" in path else 1


def _manifest(data: bytes | None) -> dict[str, Any]:
    try:
        told = json.loads(data or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _walk(folder: Path) -> Iterable[str]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if path.name in _OWN_NAMES or any(part.startswith(_OWN_PREFIXES) for part in below.parts):
            continue
        if path.is_file():
            yield below.as_posix()


def _stamp(path: Path) -> RemoteStat:
    about = path.stat()
    return about.st_size, about.st_mtime_ns


def _remote_stamp(about: Any) -> RemoteStat:
    return about.size, about.mtime_ns or 0
