"""Run a step on a machine that shares no disk with the run: its input and its result travel by object storage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from nianbao.cache.entries import CorruptCacheEntry
from nianbao.io.layout import CACHE
from nianbao.publishing.object_storage import Mirror, upload_cache
from nianbao.steps.compare import ComparePartitions
from nianbao.steps.partitions import Partition, PartitionMember
from nianbao.steps.read import ReadBatch


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """A step, its job with paths of the run's disk, and the URLs of the folders of snapshots and of tables."""

    step: Callable[[Any], int]
    job: ReadBatch | ComparePartitions
    raw: str
    curated: str


@dataclass(frozen=True, slots=True)
class RemoteResult:
    """What the step returned, and the names of the cache entries that it uploaded."""

    n: int
    entries: tuple[str, ...]


def run_remote_job(remote: RemoteJob) -> RemoteResult:
    """Run a step in temporary folders.

    Raises what the step raises, CorruptCacheEntry with a path of the run's disk, and OSError if the storage fails.
    """
    with TemporaryDirectory(prefix="nianbao-") as folder:
        raw, curated = Mirror(remote.raw, Path(folder, "raw")), Mirror(remote.curated, Path(folder, "curated"))
        cache = curated.local / CACHE
        cache.mkdir(parents=True)
        job = remote.job
        if isinstance(job, ReadBatch):
            raw.download(path for ref in job.snapshots for path in _with_sidecar(ref.path))
            local: ReadBatch | ComparePartitions = replace(job, raw=str(raw.local), cache=str(cache))
        else:
            names = {Path(member.entry).name for partition in job.partitions for member in partition.compared}
            curated.download_entries(sorted(names))
            partitions = tuple(_with_cache(partition, cache) for partition in job.partitions)
            local = replace(job, cache=str(cache), partitions=partitions)
        downloaded = {path.name for path in cache.iterdir()}
        try:
            n = remote.step(local)
        except CorruptCacheEntry as error:
            raise CorruptCacheEntry(str(Path(job.cache, Path(error.path).name)), *error.args[1:]) from error
        written = sorted({path.name for path in cache.iterdir()} - downloaded)
        upload_cache(curated)
    return RemoteResult(n, tuple(written))


def _with_sidecar(path: str) -> tuple[str, str]:
    return path, PurePosixPath(path).with_suffix(".json").as_posix()


def _with_cache(partition: Partition, cache: Path) -> Partition:
    """Return the partition, under the same name, with the entries of another cache folder."""

    def moved(members: Iterable[PartitionMember]) -> tuple[PartitionMember, ...]:
        return tuple(replace(member, entry=str(cache / Path(member.entry).name)) for member in members)

    return replace(partition, members=moved(partition.members), context=moved(partition.context))
