"""Start one temporary Prefect server for a run; otherwise every worker process would start its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flows.prefect_settings import fast_import

with fast_import():
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_SERVER_ALLOW_EPHEMERAL_MODE,
        temporary_settings,
    )


@contextmanager
def ephemeral_server(meanwhile: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Let flows and the workers of their tasks share one server: the configured one, or one that is started.

    `meanwhile` is called while the server starts, which takes some seconds. Prefect stops the server when this process
    ends, as it does with every temporary server.
    """
    if PREFECT_API_URL.value() or not PREFECT_SERVER_ALLOW_EPHEMERAL_MODE.value():
        meanwhile()
        yield
        return
    server = SubprocessASGIServer()
    with ThreadPoolExecutor(1) as pool:
        preparation = pool.submit(meanwhile)
        server.start()
        preparation.result()
    # Heartbeats tell a server that a run is alive. This server ends with the run, and the thread that sends them delays
    # the end of each flow by up to a second.
    with temporary_settings({PREFECT_API_URL: server.api_url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
