"""Who follows a run from the process that started it: told of steps, of pages that were asked for, and of waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nianbao.sources.report import FetchResult


@dataclass(frozen=True, slots=True)
class RunEvents:
    """Told of a step, how much of it is done, and of how much; of every page that was asked for; and of a folder where
    another run is waited for (`wait`; without it, that is an error)."""

    on_progress: Callable[[str, int, int], None] | None = None
    on_told: Callable[[FetchResult], None] | None = None
    on_wait: Callable[[Path], None] | None = None
    wait: bool = True


_NOBODY = RunEvents()
_LISTENER: ContextVar[RunEvents] = ContextVar("listener", default=_NOBODY)


@contextmanager
def use_events(listener: RunEvents) -> Iterator[None]:
    """Flows that are run within tell `listener`; parameters of a flow are for forms and cannot be functions."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def current_events() -> RunEvents:
    """Who listens. A flow asks by this function: flows travel to Dask workers, and a context variable cannot."""
    return _LISTENER.get()
