"""A step on a machine that shares no disk with the run: what its job needs comes from object storage, and what it makes
goes there, from where the run takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from nianbao.steps.deriving import DeriveGroups, Group
from nianbao.steps.reading import ReadBatch
from nianbao.storage.pieces import PIECES, DamagedPiece
from nianbao.storage.remote import Mirror, send_pieces


@dataclass(frozen=True, slots=True)
class Errand:
    """A step, its job with the paths of the run's own disk, and the URLs of the folders of raw files and of tables."""

    step: Callable[[Any], int]
    job: ReadBatch | DeriveGroups
    raw: str
    curated: str


@dataclass(frozen=True, slots=True)
class Made:
    """What an errand came to: what its step returned, and the names of the pieces that are on the storage now."""

    n: int
    pieces: tuple[str, ...]


def do_errand(errand: Errand) -> Made:
    """Do a step in folders of its own, which are gone afterwards.

    Raises what the step raises, and DamagedPiece with the path that the run knows; OSError where the storage fails.
    """
    with TemporaryDirectory(prefix="nianbao-") as folder:
        raw, curated = Mirror(errand.raw, Path(folder, "raw")), Mirror(errand.curated, Path(folder, "curated"))
        pieces = curated.local / PIECES
        pieces.mkdir(parents=True)
        job = errand.job
        if isinstance(job, ReadBatch):
            raw.bring(path for seen in job.snapshots for path in _with_note(seen.path))
            here: ReadBatch | DeriveGroups = replace(job, raw=str(raw.local), pieces=str(pieces))
        else:
            names = {Path(member.piece).name for group in job.groups for member in group.members}
            curated.bring_pieces(sorted(names))
            here = replace(job, pieces=str(pieces), groups=tuple(_moved(group, pieces) for group in job.groups))
        brought = {path.name for path in pieces.iterdir()}
        try:
            n = errand.step(here)
        except DamagedPiece as damaged:
            raise DamagedPiece(str(Path(job.pieces, Path(damaged.piece).name)), *damaged.args[1:]) from damaged
        made = sorted({path.name for path in pieces.iterdir()} - brought)
        send_pieces(curated)
    return Made(n, tuple(made))


def _with_note(path: str) -> tuple[str, str]:
    return path, PurePosixPath(path).with_suffix(".json").as_posix()


def _moved(group: Group, pieces: Path) -> Group:
    """The same group, of the same name, whose members are in pieces there."""
    members = tuple(replace(member, piece=str(pieces / Path(member.piece).name)) for member in group.members)
    return replace(group, members=members)
