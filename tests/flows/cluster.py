"""Start a Dask cluster on loopback with processes that can be killed, and wait for events in other processes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 100


def wait_for(condition: Callable[[], Any], event: str) -> Any:
    """Return the first true result of a condition."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.5)
    raise AssertionError(f"{event} did not happen within {TIMEOUT_SECONDS} s")


def free_port() -> int:
    """Return a port on loopback that is free now."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


class Cluster:
    """A scheduler and two workers, each in a process that can be killed."""

    def __init__(self, folder: Path, environment: dict[str, str], *words: str) -> None:
        """Start the cluster and wait until both workers have registered; `words` are more options of the workers."""
        self.folder = folder
        self.environment = environment
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self._log = (folder / "cluster.txt").open("wb")
        self.scheduler = self._start("scheduler", "--host", self.address, "--no-dashboard")
        self._options = ("--no-dashboard", "--no-nanny", "--nthreads", "1", *words)
        self.workers = [self._start_worker() for _ in range(2)]
        try:
            wait_for(
                lambda: (folder / "cluster.txt").read_text().count("Registered to") == 2, "the start of the cluster"
            )
        except AssertionError:
            self.close()
            raise

    def kill_worker(self, number: int) -> None:
        """Kill a worker and start another in its place."""
        self.workers[number].kill()
        self.workers[number].wait()
        self.workers[number] = self._start_worker()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, *self._options)

    def _start(self, role: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", role, *words]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=self._log, stderr=subprocess.STDOUT
        )

    def close(self) -> None:
        """Kill all processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self._log.close()
