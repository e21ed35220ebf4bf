"""Make the callbacks of the caller available inside flows, which only take parameters that a form can hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from nianbao.options import RunEvents

_NO_EVENTS = RunEvents()
_EVENTS: ContextVar[RunEvents] = ContextVar("events", default=_NO_EVENTS)
_WAIT: ContextVar[bool] = ContextVar("wait", default=True)


@contextmanager
def use_events(events: RunEvents, *, wait: bool = True) -> Iterator[None]:
    """Report flows run in this context to `events`; `wait` for concurrent runs instead of failing."""
    tokens = _EVENTS.set(events), _WAIT.set(wait)
    try:
        yield
    finally:
        _EVENTS.reset(tokens[0])
        _WAIT.reset(tokens[1])


def current_events() -> RunEvents:
    """Return the callbacks of the caller.

    A flow calls this function because flows are pickled for Dask workers, and a context variable cannot be.
    """
    return _EVENTS.get()


def current_wait() -> bool:
    """Return whether a flow waits for concurrent runs; it does unless the caller says otherwise."""
    return _WAIT.get()
