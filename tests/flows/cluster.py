"""A Dask cluster on loopback, processes that can be killed; and waiting for what other processes do."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 100


def wait_for(what: Callable[[], Any], said: str) -> Any:
    """The first answer that is true."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if answer := what():
            return answer
        time.sleep(0.5)
    raise AssertionError(f"{said} did not happen within {PATIENCE} s")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class Cluster:
    """A scheduler and two workers, each a process that can be killed."""

    def __init__(self, folder: Path, environment: dict[str, str], *words: str) -> None:
        """`words` are more options of its workers. Returns when both workers are there."""
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
        """Kill a worker; another one starts in its place."""
        self.workers[number].kill()
        self.workers[number].wait()
        self.workers[number] = self._start_worker()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, *self._options)

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *words]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=self._log, stderr=subprocess.STDOUT
        )

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self._log.close()
