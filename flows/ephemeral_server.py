"""One server of Prefect's own for a run that has none: without it every worker process would start another."""

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
    """Within, flows and the workers of their tasks ask one server: the one that is named, else one that is started.

    That takes some seconds, in which `meanwhile` is done. Prefect ends the server with this process, as it does with
    every temporary server.
    """
    if PREFECT_API_URL.value() or not PREFECT_SERVER_ALLOW_EPHEMERAL_MODE.value():
        meanwhile()
        yield
        return
    server = SubprocessASGIServer()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(meanwhile)
        server.start()
        done.result()
    # Heartbeats tell a server that a run is alive which otherwise looks crashed. This server ends with the run, and the
    # thread that sends them holds up the end of each flow by up to a second.
    with temporary_settings({PREFECT_API_URL: server.api_url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
