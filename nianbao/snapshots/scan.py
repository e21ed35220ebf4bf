"""Scan the folder of raw files for paths, sizes and times of change, in one walk and without opening a file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nianbao.io.files import FileStat

Files = Mapping[str, FileStat]


def scan(raw: Path, under: str = "") -> dict[str, FileStat]:
    """Return all files in folders below `raw` by their path with `/`; names that start with a dot are skipped.

    Links to other folders are followed, each folder once.

    With `under`, the files of `raw` itself are included, and all paths start with it.
    """
    found: dict[str, FileStat] = {}
    folders = [(str(raw), under)]
    linked: set[str] = set()
    while folders:
        folder, below = folders.pop()
        try:
            entries = os.scandir(folder)
        except FileNotFoundError:
            continue  # removed during the walk, with its files
        with entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if _is_folder(entry):
                    if not entry.is_symlink() or _leads_outside(entry.path, raw, linked):
                        folders.append((entry.path, f"{below}{entry.name}/"))
                elif below and _is_file(entry):
                    stat = entry.stat()
                    found[f"{below}{entry.name}"] = FileStat(stat.st_size, stat.st_mtime_ns)
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _leads_outside(link: str, raw: Path, linked: set[str]) -> bool:
    """Return whether a link leads to a folder that the walk does not see otherwise, and note it in `linked`.

    A link to the folder of raw files, to one around it or to one inside it would be a loop or a second copy.
    """
    target, root = os.path.realpath(link), os.path.realpath(raw)
    around = os.path.commonpath([target, root])
    if around in (target, root) or any(os.path.commonpath([target, other]) in (target, other) for other in linked):
        return False
    linked.add(target)
    return True


def fingerprint(files: Files) -> str:
    """Return a hash that changes when a file is added, removed or written."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\n{files[path].n_bytes} {files[path].changed_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def snapshot_paths_in(paths: Iterable[str]) -> list[str]:
    """Return the sorted paths of the snapshots; a sidecar without its file represents the missing file."""
    by_stem: dict[str, str] = {}
    for path in paths:
        stem = path.rpartition(".")[0] or path
        if not path.endswith(".json"):
            by_stem[stem] = path
        else:
            by_stem.setdefault(stem, path)
    return sorted(by_stem.values())


def sidecar_paths_in(paths: Iterable[str]) -> Iterator[str]:
    """Return the sorted paths of the sidecars."""
    return (path for path in sorted(paths) if path.endswith(".json"))
