"""The Prefect server of a run: check that it answers, notice if it dies, and leave no temporary one behind."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from flows.prefect_settings import fast_import
from flows.runners import NoServer

with fast_import():
    from prefect import get_client
    from prefect.settings import PREFECT_API_URL

# A server that refuses this many connections in a row, one every POLL_SECONDS, is gone; one that restarts is not.
REFUSALS = 5
POLL_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
# Waits until its standard input ends, as it does whenever the process that started it does, and ends another process.
_GUARD = """
import os, signal, sys, time
sys.stdin.buffer.read()
for signal_number in (signal.SIGTERM, signal.SIGKILL):
    try:
        os.kill(int(sys.argv[1]), signal_number)
    except OSError:
        break
    time.sleep(5)
"""


def check_server() -> None:
    """Raise NoServer if no server answers."""
    url = PREFECT_API_URL.value()
    start = "start one with `prefect server start`"
    if not url:
        raise NoServer(
            f"no Prefect server is configured; {start}, then export PREFECT_API_URL=http://127.0.0.1:4200/api"
        )
    with get_client(sync_client=True) as client:
        error = client.api_healthcheck()
    if error is not None:
        raise NoServer(f"no Prefect server answers at {url} ({type(error).__name__}); {start}, or fix PREFECT_API_URL")


def end_with_this_process(pid: int) -> None:
    """Make sure that a process that this one started ends with it, also if this one is killed."""
    guard = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _GUARD, str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt from the terminal is for this process, which then ends the other one
    )

    def dismiss() -> None:
        guard.kill()
        guard.wait()

    atexit.register(dismiss)


@contextmanager
def watch_server(
    url: str | None, on_death: Callable[[str], None], poll_seconds: float = POLL_SECONDS
) -> Iterator[None]:
    """Call `on_death` with the address, in a thread, if the server stops answering in the body of the `with`.

    Prefect repeats each request for minutes. A server that cannot be reached directly from the start is not watched.
    """
    parts = urlsplit(url or "")
    address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    if not parts.hostname or not _answers(address):
        yield
        return
    done = threading.Event()

    def watch() -> None:
        refusals = 0
        while not done.wait(poll_seconds):
            refusals = 0 if _answers(address) else refusals + 1
            if refusals >= REFUSALS and not done.is_set():
                on_death(str(url))
                return

    threading.Thread(target=watch, daemon=True, name="watch-prefect-server").start()
    try:
        yield
    finally:
        done.set()


def _answers(address: tuple[str, int]) -> bool:
    with suppress(OSError), socket.create_connection(address, timeout=_CONNECT_SECONDS):
        return True
    return False


def end_run(url: str) -> None:
    """End this process and its workers with one line, because the server of its flow is gone."""
    import multiprocessing

    for child in multiprocessing.active_children():
        child.kill()
    print(
        f"\nnianbao: the Prefect server at {url} ended during the run; the published tables are complete; run again, "
        "or with --direct",
        file=sys.stderr,
        flush=True,
    )
    os._exit(1)
