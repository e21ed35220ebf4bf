"""Run tasks on a Dask cluster: make its task runner, and let its workers import what they need in advance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.runners import RunnerUnavailable
from flows.workers import preload

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

_NOT_INSTALLED = "Dask is not installed; install it with: pip install 'nianbao[dask]'"


def dask_runner(scheduler: str | None) -> TaskRunner[Any]:
    """Return the task runner of a Dask scheduler. Raises RunnerUnavailable without an address or without Dask."""
    if not scheduler:
        raise RunnerUnavailable(
            "no address of a Dask scheduler: --scheduler tcp://127.0.0.1:8786 (`dask scheduler` starts one)"
        )
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise RunnerUnavailable(_NOT_INSTALLED) from error
    return DaskTaskRunner(address=scheduler)


def preload_cluster(scheduler: str, module: str) -> int:
    """Let all workers of a Dask scheduler import a module, without waiting; calling it again costs them nothing.

    Returns the number of tasks that the workers run at the same time.
    Raises RunnerUnavailable if Dask is not installed or no scheduler answers.
    """
    try:
        from distributed import Client, fire_and_forget
        from distributed.comm.addressing import get_address_host_port
    except ImportError as error:
        raise RunnerUnavailable(_NOT_INSTALLED) from error
    try:
        get_address_host_port(scheduler)  # a client with a malformed address logs a second error when it closes
        with Client(scheduler, set_as_default=False) as cluster:  # type: ignore[no-untyped-call]
            threads: dict[str, int] = cluster.nthreads()
            for worker in threads:
                future = cluster.submit(preload, module, workers=[worker], pure=False)
                fire_and_forget(future)  # type: ignore[no-untyped-call]
            return sum(threads.values())
    except (OSError, ValueError) as error:
        raise RunnerUnavailable(
            f"{scheduler}: no Dask scheduler answers there ({error}); start one with `dask scheduler`, or give the "
            "address of a running one, such as tcp://127.0.0.1:8786"
        ) from error
