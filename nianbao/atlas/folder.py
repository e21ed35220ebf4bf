"""The folder of the atlas: a page that did not change is left alone, and what no page is any more is removed."""

from __future__ import annotations

from pathlib import Path

from nianbao.storage.files import write_whole


class Folder:
    """Collects the files of one making; `finish` removes those of an earlier one that were not made again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: set[str] = set()
        self.written = 0
        self.n_bytes = 0

    def put(self, name: str, content: str | bytes) -> None:
        """Write a file at `name` below the folder, whole, unless these bytes stand there."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        self.files.add(name)
        self.n_bytes += len(data)
        file = self.path / name
        if not (file.is_file() and file.stat().st_size == len(data) and file.read_bytes() == data):
            write_whole(file, data)
            self.written += 1

    def finish(self, old: set[str]) -> int:
        """Remove the files among `old` that were not put; returns how many there were."""
        gone = [self.path / name for name in sorted(old - self.files)]
        gone = [file for file in gone if file.is_file()]
        for file in gone:
            file.unlink()
        return len(gone)
