"""What worker processes of a run do: import the steps while the run is still planning, then run jobs."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from flows.prefect_settings import fast_import


def pickle_jobs(step: Callable[[Any], Any], jobs: Sequence[Any]) -> bytes:
    """Pickle a step and its jobs for `run_jobs`.

    Prefect searches parameters for futures, through every one of thousands of snapshots, but not through bytes. It also
    submits tasks from several threads, so that large parameters, which belong to the first jobs, would arrive last.
    """
    return pickle.dumps((step, jobs))


def run_jobs(work: bytes) -> list[Any]:
    """Run a step on some jobs, one after another, and return the results.

    Tasks of this function have other names, for the reason given in `preload`.
    """
    step, jobs = pickle.loads(work)
    return [step(job) for job in jobs]


def preload(module: str) -> None:
    """Import a module and everything that it needs.

    The task of this function must have another name than the function: cloudpickle sends a task that is found under its
    name in its module as a reference, which imports the module, but any other task as code, which imports nothing.
    """
    with fast_import():
        import_module(module)
