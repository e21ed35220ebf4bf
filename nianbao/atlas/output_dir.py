"""The folder of the atlas: one writer at a time; what did not change stays, what is no page any more goes.

Nothing heavy is imported: a run with nothing new asks here whether the atlas is that of the published state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from nianbao.io.files import sync_file, sync_folder, write_atomically

# What an atlas is of; written last, so that one that was cut off while it was made counts as none.
STATE = "state.txt"


@contextmanager
def output_lock(path: Path) -> Iterator[None]:
    """Hold the folder of an atlas; waits for another that writes there. Raises OSError."""
    from filelock import FileLock

    path.mkdir(parents=True, exist_ok=True)
    with FileLock(path / ".lock"):
        yield


def name_of(state: Path) -> str:
    """What an atlas of the tables in this folder is called: by the state, and by the code that draws it."""
    return f"{state.name} {_version()}\n"


def is_current(path: Path, state: Path) -> bool:
    """Whether the atlas that stands in a folder is whole, and that of this state."""
    try:
        return (path / STATE).read_text("utf-8") == name_of(state)
    except (OSError, UnicodeDecodeError):
        return False  # there is none: it is drawn


@cache
def _version() -> str:
    """A hash of the code, the words, the templates and the looks of the atlas."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*")):
        if file.is_file() and file.suffix in (".py", ".yaml", ".html", ".css", ".js"):
            digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


class OutputDir:
    """Collects the files of one making; `finish` removes those of an earlier one that were not made again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: set[str] = set()
        self.written: list[str] = []
        self.n_bytes = 0

    def put(self, name: str, content: str | bytes) -> None:
        """Write a file at `name` below the folder, whole, unless these bytes stand there."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        self.files.add(name)
        self.n_bytes += len(data)
        file = self.path / name
        if not (file.is_file() and file.stat().st_size == len(data) and file.read_bytes() == data):
            write_atomically(file, data, sync=False)
            self.written.append(name)

    def finish(self, old: set[str]) -> int:
        """Wait until all that was written is on the disk, which costs half as much as waiting for each file, and
        remove the files among `old` that were not put; returns how many there were."""
        for name in self.written:
            sync_file(self.path / name)
        for place in {(self.path / name).parent for name in self.written}:
            sync_folder(place)
        gone = [self.path / name for name in sorted(old - self.files)]
        gone = [file for file in gone if file.is_file()]
        for file in gone:
            file.unlink()
        return len(gone)
