"""What a worker process does first: get ready for the steps of a run, while the run still looks what there is to do."""

from __future__ import annotations

from importlib import import_module

from flows.parameters import NO_DASK, WrongRunner
from flows.quiet import importing


def be_ready() -> None:
    """Import all that the steps need, and the tasks around them.

    A function of its own module, and the task of it under another name: what is a task itself is sent to a worker as
    its code, without the module that it stands in, and would have nothing imported there.
    """
    with importing():
        import_module("flows.running")


def ask_to_be_ready(scheduler: str) -> None:
    """Ask all workers of a Dask scheduler to be ready, and wait for none; to be asked again costs them nothing.

    Raises WrongRunner where Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client, fire_and_forget
        from distributed.comm.addressing import get_address_host_port
    except ImportError as error:
        raise WrongRunner(NO_DASK) from error
    try:
        get_address_host_port(scheduler)  # a client with an address that is none would complain once more at the end
        with Client(scheduler, set_as_default=False) as cluster:  # type: ignore[no-untyped-call]
            for worker in cluster.nthreads():
                fire_and_forget(cluster.submit(be_ready, workers=[worker], pure=False))  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise WrongRunner(
            f"{scheduler}: no Dask scheduler answers there ({error}); start one (`dask scheduler`), or name one that "
            "runs, like tcp://127.0.0.1:8786"
        ) from error
