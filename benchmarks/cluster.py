"""Two Dask workers, held by a process of their own, so that who asks them may fork; one of them can be killed."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

N_WORKERS = 2


class Cluster:
    """The address of a scheduler with two workers, which come again when they are killed."""

    def __init__(self) -> None:
        start = multiprocessing.get_context("spawn")
        self._asking, answering = start.Pipe()
        self._holder = start.Process(target=_hold, args=(answering,))
        self._holder.start()
        answering.close()
        self.address: str = self._asking.recv()

    def kill_worker(self, number: int) -> bool:
        """Kill one of the workers; False where it is not there yet since it was killed before."""
        self._asking.send(number)
        return bool(self._asking.recv())

    def close(self) -> None:
        """End them all."""
        self._asking.close()
        self._holder.join()


def _hold(asked: Connection) -> None:
    from distributed import LocalCluster

    # What is killed is missed, and what it leaves undone fails: the log would tell of little else.
    with LocalCluster(
        n_workers=N_WORKERS, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
    ) as cluster:
        asked.send(cluster.scheduler_address)
        while True:
            try:
                number = asked.recv()
            except EOFError:
                return
            there = list(cluster.workers.values())
            pid = there[number].pid if number < len(there) else None
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
            cluster.scale(N_WORKERS)  # one that is killed while it starts is given up, and another asked for
            asked.send(pid is not None)


@contextmanager
def on_dask(address: str) -> Iterator[Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[Any]]]:
    """Who does the steps of a run: the workers of the scheduler at this address, a task a job."""
    from distributed import Client, as_completed

    with Client(address) as client:

        def each(step: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[Any]:
            for done in as_completed(client.map(step, jobs, pure=False)):
                yield done.result()

        yield each
