"""What a worker process does first: get ready for the steps of a run, while the run still looks what there is to do."""

from __future__ import annotations

from importlib import import_module

from flows.quiet import importing

# How long a scheduler is waited for that need not answer yet; the flow itself waits longer, and says what is wrong.
PATIENCE = 5


def be_ready() -> None:
    """Import all that the steps need, and the tasks around them.

    A function of its own module, and the task of it under another name: what is a task itself is sent to a worker as
    its code, without the module that it stands in, and would have nothing imported there.
    """
    with importing():
        import_module("flows.running")


def ask_to_be_ready(scheduler: str) -> None:
    """Ask all workers of a Dask scheduler to be ready, and wait for none: they are while Prefect's server starts."""
    try:
        from distributed import Client, fire_and_forget

        with Client(scheduler, timeout=PATIENCE, set_as_default=False) as cluster:  # type: ignore[no-untyped-call]
            for worker in cluster.nthreads():
                fire_and_forget(cluster.submit(be_ready, workers=[worker], pure=False))  # type: ignore[no-untyped-call]
    except (ImportError, OSError):
        return  # the flow will say it, with what can be done
