"""Write files so that a reader never sees half of one: write under another name, sync, rename, sync the folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from nianbao.io.layout import WRITING

CHUNK_BYTES = 1 << 20
# The modes of new files and folders by the umask of this process, which can only be read by setting it.
_UMASK = os.umask(0o077)
os.umask(_UMASK)
FILE_MODE, FOLDER_MODE = 0o666 & ~_UMASK, 0o777 & ~_UMASK


class FileStat(NamedTuple):
    """The size of a file and the time of its last change: if both are the same, the file is taken to be unchanged."""

    n_bytes: int
    changed_ns: int


def file_stat(path: Path) -> FileStat:
    """Return the size and time of change of a file. Raises OSError if it does not exist."""
    stat = path.stat()
    return FileStat(stat.st_size, stat.st_mtime_ns)


def write_atomically(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write `data` to `path`, replacing what is there; on any error `path` is unchanged and nothing else is left.

    With `sync`, return when everything is on the disk; without, the caller syncs, for many files at once.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=WRITING)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        unfinished.chmod(FILE_MODE)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until the bytes of a file are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Wait until the entries of a folder are on the disk; does nothing on systems that cannot open folders."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
