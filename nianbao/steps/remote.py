"""A step on a machine that shares no disk with the run: what its job needs comes from object storage, and what it makes
goes there, from where the run takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from nianbao.cache.entries import CACHE, CorruptCacheEntry
from nianbao.publishing.object_storage import Mirror, upload_cache
from nianbao.steps.compare import ComparePartitions, Partition
from nianbao.steps.read import ReadBatch


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """A step, its job with the paths of the run's own disk, and the URLs of the folders of raw files and of tables."""

    step: Callable[[Any], int]
    job: ReadBatch | ComparePartitions
    raw: str
    curated: str


@dataclass(frozen=True, slots=True)
class RemoteResult:
    """What an errand came to: what its step returned, and the names of the pieces that are on the storage now."""

    n: int
    pieces: tuple[str, ...]


def run_remote_job(errand: RemoteJob) -> RemoteResult:
    """Do a step in folders of its own, which are gone afterwards.

    Raises what the step raises, CorruptCacheEntry with the path that the run knows, OSError where the storage fails.
    """
    with TemporaryDirectory(prefix="nianbao-") as folder:
        raw, curated = Mirror(errand.raw, Path(folder, "raw")), Mirror(errand.curated, Path(folder, "curated"))
        pieces = curated.local / CACHE
        pieces.mkdir(parents=True)
        job = errand.job
        if isinstance(job, ReadBatch):
            raw.bring(path for seen in job.snapshots for path in _with_note(seen.path))
            here: ReadBatch | ComparePartitions = replace(job, raw=str(raw.local), pieces=str(pieces))
        else:
            names = {Path(member.piece).name for group in job.groups for member in group.members}
            curated.bring_pieces(sorted(names))
            here = replace(job, pieces=str(pieces), groups=tuple(_moved(group, pieces) for group in job.groups))
        brought = {path.name for path in pieces.iterdir()}
        try:
            n = errand.step(here)
        except CorruptCacheEntry as damaged:
            raise CorruptCacheEntry(str(Path(job.pieces, Path(damaged.piece).name)), *damaged.args[1:]) from damaged
        made = sorted({path.name for path in pieces.iterdir()} - brought)
        upload_cache(curated)
    return RemoteResult(n, tuple(made))


def _with_note(path: str) -> tuple[str, str]:
    return path, PurePosixPath(path).with_suffix(".json").as_posix()


def _moved(group: Partition, pieces: Path) -> Partition:
    """The same group, of the same name, whose members are in pieces there."""
    members = tuple(replace(member, piece=str(pieces / Path(member.piece).name)) for member in group.members)
    return replace(group, members=members)
