"""Holding a folder for one at a time, by a lock file that goes with the process that held it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

__all__ = ["RunInProgress", "Timeout", "hold_lock"]


class RunInProgress(Exception):
    """Another run is at work on the same curated folder."""


@contextmanager
def hold_lock(lock: Path, *, wait: bool = False, on_wait: Callable[[Path], None] | None = None) -> Iterator[None]:
    """Hold `lock`, whose folder is there. Where another holds it, `wait` for as long as that takes, which `on_wait` is
    told with the folder; else raises Timeout."""
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout:
        if not wait:
            raise
        if on_wait:
            on_wait(lock.parent)
        held.acquire()
    try:
        yield
    finally:
        held.release()
