"""What lies in the folder of raw files: paths, sizes and times of change, by one walk. No file is opened."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple


class FileStat(NamedTuple):
    """By what a file is known to be as it was, without opening it."""

    n_bytes: int
    changed_ns: int


Files = Mapping[str, FileStat]


def scan(raw: Path, under: str = "") -> dict[str, FileStat]:
    """All files in folders below `raw` by their path with `/`; what begins with a dot is nobody's business here.

    With `under`, the files of `raw` itself too, and all paths begin with that.
    """
    found: dict[str, FileStat] = {}
    folders = [(str(raw), under)]
    while folders:
        folder, below = folders.pop()
        try:
            entries = os.scandir(folder)
        except FileNotFoundError:
            continue  # it went while we walked, and its files with it
        with entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append((entry.path, f"{below}{entry.name}/"))
                elif below and entry.is_file():
                    about = entry.stat()
                    found[f"{below}{entry.name}"] = FileStat(about.st_size, about.st_mtime_ns)
    return found


def fingerprint(files: Files) -> str:
    """A hash that changes when any file comes, goes or is written."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\n{files[path].n_bytes} {files[path].changed_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def snapshot_paths_in(paths: Iterable[str]) -> list[str]:
    """The paths of the snapshots, in a fixed order; a note without bytes stands for the bytes that it lacks."""
    seen: dict[str, str] = {}
    for path in paths:
        stem = path.rpartition(".")[0] or path
        if not path.endswith(".json"):
            seen[stem] = path
        else:
            seen.setdefault(stem, path)
    return sorted(seen.values())


def sidecar_paths_in(paths: Iterable[str]) -> Iterator[str]:
    """The paths of the notes, in a fixed order."""
    return (path for path in sorted(paths) if path.endswith(".json"))
