"""A flow, run once, here and now; its server starts while all that the flows need is imported, also by workers."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from flows.ephemeral_server import ephemeral_server
from flows.events import use_events
from flows.workers import preload_cluster
from nianbao.options import RunEvents

if TYPE_CHECKING:
    from nianbao.pipeline import RunResult


def run_local(
    flow: Literal["annual_refresh", "backfill"],
    raw: str,
    curated: str,
    events: RunEvents,
    *,
    wait: bool = True,
    **parameters: Any,
) -> RunResult:
    """Run a flow of `flows.annual`, reporting to `events`. Raises what the flow raises, and RunnerUnavailable."""
    with ephemeral_server(meanwhile=partial(_preload, parameters.get("scheduler"))), use_events(events, wait=wait):
        outcome: RunResult = getattr(import_module("flows.annual"), flow)(raw=raw, curated=curated, **parameters)
    return outcome


def _preload(scheduler: str | None) -> None:
    if scheduler:
        preload_cluster(scheduler)
    import_module("flows.annual")
