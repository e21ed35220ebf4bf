"""Lock a folder for one process at a time, by a lock file that is released when the process ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

__all__ = ["RunInProgress", "Timeout", "hold_lock"]


class RunInProgress(Exception):
    """Another run is working on the same curated folder."""


@contextmanager
def hold_lock(path: Path, *, wait: bool = False, on_wait: Callable[[Path], None] | None = None) -> Iterator[None]:
    """Hold a lock file in an existing folder; raises Timeout if another process holds it, unless `wait`.

    `on_wait` receives the folder before waiting.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if not wait:
            raise
        if on_wait:
            on_wait(path.parent)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
