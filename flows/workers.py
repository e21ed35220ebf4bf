"""What a worker process does: it gets ready while the run still looks what there is to do, and then does its jobs."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from flows.prefect_settings import fast_import
from flows.runners import NO_DASK, RunnerUnavailable


def pickle_jobs(step: Callable[[Any], Any], jobs: Sequence[Any]) -> bytes:
    """What `do_jobs` is to do, as it is sent.

    In anything else Prefect looks for futures, through every one of thousands of snapshots; and it packs tasks in
    threads of its own, beside each other, so that large ones, whose turn is first, would come last to the workers.
    """
    return pickle.dumps((step, jobs))


def run_jobs(work: bytes) -> list[Any]:
    """Do a step for some jobs, one after another; what each returned.

    Tasks are made of it under a name of their own, as of `be_ready` below.
    """
    step, jobs = pickle.loads(work)
    return [step(job) for job in jobs]


def preload() -> None:
    """Import all that the steps need, and the tasks around them.

    A function of its own module, and the task of it under another name: what is a task itself is sent to a worker as
    its code, without the module that it stands in, and would have nothing imported there.
    """
    with fast_import():
        import_module("flows.tasks")


def preload_cluster(scheduler: str) -> int:
    """Ask all workers of a Dask scheduler to be ready, and wait for none; to be asked again costs them nothing.

    Returns how many tasks they do at the same time.
    Raises WrongRunner where Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client, fire_and_forget
        from distributed.comm.addressing import get_address_host_port
    except ImportError as error:
        raise RunnerUnavailable(NO_DASK) from error
    try:
        get_address_host_port(scheduler)  # a client with an address that is none would complain once more at the end
        with Client(scheduler, set_as_default=False) as cluster:  # type: ignore[no-untyped-call]
            threads: dict[str, int] = cluster.nthreads()
            for worker in threads:
                fire_and_forget(cluster.submit(preload, workers=[worker], pure=False))  # type: ignore[no-untyped-call]
            return sum(threads.values())
    except (OSError, ValueError) as error:
        raise RunnerUnavailable(
            f"{scheduler}: no Dask scheduler answers there ({error}); start one (`dask scheduler`), or name one that "
            "runs, like tcp://127.0.0.1:8786"
        ) from error
