"""Start one temporary Prefect server for a run; otherwise every worker process would start its own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from flows.prefect_settings import fast_import
from flows.runners import NoServer
from flows.server import end_with_this_process

with fast_import():
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_SERVER_ALLOW_EPHEMERAL_MODE,
        temporary_settings,
    )


class _GuardedServer(SubprocessASGIServer):
    """A temporary server that ends with this process, also if this process is killed while it starts."""

    def _run_uvicorn_command(self) -> subprocess.Popen[Any]:
        process = super()._run_uvicorn_command()
        end_with_this_process(process.pid)
        return process


@contextmanager
def ephemeral_server(meanwhile: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Let flows and the workers of their tasks share one server: the configured one, or one that is started.

    `meanwhile` is called while the server starts, which takes some seconds. Prefect stops the server when this process
    ends normally, and a guard does if it is killed.
    """
    if PREFECT_API_URL.value() or not PREFECT_SERVER_ALLOW_EPHEMERAL_MODE.value():
        meanwhile()
        yield
        return
    server = _GuardedServer()
    with ThreadPoolExecutor(1) as pool:
        preparation = pool.submit(meanwhile)
        try:
            server.start()
        except RuntimeError as error:
            reason = str(error).splitlines()[0]
            raise NoServer(f"no temporary Prefect server could be started ({reason}); run with --direct") from error
        preparation.result()
    # Heartbeats tell a server that a run is alive. This server ends with the run, and the thread that sends them delays
    # the end of each flow by up to a second.
    with temporary_settings({PREFECT_API_URL: server.api_url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
