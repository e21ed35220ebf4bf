"""The output folder of an atlas: one writer, unchanged files untouched, pages that are gone removed.

Imports are light: a run with nothing new checks here whether the atlas matches the published version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from nianbao.io.files import sync_file, sync_folder, write_atomically
from schemas.locations import CATALOG, FAMILIES_FILE

# Names the version that the atlas shows. Written last, so that an interrupted atlas counts as missing.
STATE = "state.txt"
_DRAWN_WITH = (".py", ".yaml", ".html", ".css", ".js")


@contextmanager
def output_lock(path: Path) -> Iterator[None]:
    """Lock the folder of an atlas, waiting for another writer.

    Raises:
        OSError: The folder cannot be created or locked.
    """
    from filelock import FileLock

    path.mkdir(parents=True, exist_ok=True)
    with FileLock(path / ".lock"):
        yield


def version_label(version_folder: Path) -> str:
    """Return the content of `state.txt`: the published version and the version of the code that draws it."""
    return f"{version_folder.name} {_code_version()}\n"


def is_current(path: Path, version_folder: Path) -> bool:
    """Return whether the folder holds a complete atlas of this version, drawn by this code."""
    try:
        return (path / STATE).read_text("utf-8") == version_label(version_folder)
    except (OSError, UnicodeDecodeError):
        return False  # missing or unreadable: draw it again


@cache
def _code_version() -> str:
    """Return a hash of everything that a page is drawn with: code, texts, templates, styles, families, catalog."""
    digest = hashlib.sha256()
    own = [file for file in Path(__file__).parent.rglob("*") if file.suffix in _DRAWN_WITH]
    for file in (*sorted(own), FAMILIES_FILE, *sorted(CATALOG.glob("*.yaml"))):
        digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


class OutputDir:
    """Writes the files of one atlas; `finish` removes files of an earlier one that were not written again."""

    def __init__(self, path: Path) -> None:
        """Collect files below `path`."""
        self.path = path
        self.files: set[str] = set()
        self.written: list[str] = []
        self.n_bytes = 0

    def put(self, name: str, content: str | bytes) -> None:
        """Write the file `name` atomically unless it already has this content."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        self.files.add(name)
        self.n_bytes += len(data)
        file = self.path / name
        if not (file.is_file() and file.stat().st_size == len(data) and file.read_bytes() == data):
            write_atomically(file, data, sync=False)
            self.written.append(name)

    def finish(self, old: set[str]) -> int:
        """Flush the written files to disk and remove the files in `old` that were not put.

        Flushing once at the end takes half the time of flushing each file.

        Returns:
            The number of removed files.
        """
        for name in self.written:
            sync_file(self.path / name)
        for folder in {(self.path / name).parent for name in self.written}:
            sync_folder(folder)
        stale = [self.path / name for name in sorted(old - self.files)]
        stale = [file for file in stale if file.is_file()]
        for file in stale:
            file.unlink()
        return len(stale)
