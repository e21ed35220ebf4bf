"""Run a flow once in this process, with a temporary Prefect server if none is configured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from flows.dask import preload_cluster
from flows.ephemeral_server import ephemeral_server
from flows.events import use_events
from nianbao.options import RunEvents

if TYPE_CHECKING:
    from nianbao.pipeline import RunResult


def run_local(
    flow: Literal["annual_refresh", "backfill"],
    parameters: Mapping[str, Any],
    events: RunEvents,
    *,
    wait: bool = True,
) -> RunResult:
    """Run a flow of `flows.annual`, reporting to `events`; `wait` for concurrent runs instead of failing.

    While the server starts, this process and the workers of a cluster import what the flow needs.
    Raises what the flow raises, and RunnerUnavailable.
    """
    scheduler = parameters.get("execution", {}).get("scheduler")
    with ephemeral_server(meanwhile=partial(_preload, scheduler)), use_events(events, wait=wait):
        result: RunResult = getattr(import_module("flows.annual"), flow)(**parameters)
    return result


def _preload(scheduler: str | None) -> None:
    if scheduler:
        preload_cluster(scheduler, "flows.tasks")
    import_module("flows.annual")
