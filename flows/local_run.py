"""Run a flow once in this process, with a temporary Prefect server if none is configured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from flows.dask import preload_cluster
from flows.ephemeral_server import ephemeral_server
from flows.events import use_events
from flows.prefect_settings import fast_import
from flows.server import check_server, end_run, watch_server
from nianbao.options import RunEvents

with fast_import():
    from prefect.settings import PREFECT_API_URL

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
    Raises what the flow raises, RunnerUnavailable, and NoServer if the configured server does not answer. If it dies
    during the run, the process ends with one line.
    """
    if PREFECT_API_URL.value():
        check_server()
    scheduler = parameters.get("execution", {}).get("scheduler")
    with (
        ephemeral_server(meanwhile=partial(_preload, scheduler)),
        use_events(events, wait=wait),
        watch_server(PREFECT_API_URL.value(), end_run),
    ):
        result: RunResult = getattr(import_module("flows.annual"), flow)(**parameters)
    return result


def _preload(scheduler: str | None) -> None:
    if scheduler:
        preload_cluster(scheduler, "flows.tasks")
    import_module("flows.annual")
