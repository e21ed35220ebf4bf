"""Choose the task runner of a run: threads, processes or Dask, by what was asked for and how much there is to read."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from flows.dask import dask_runner
from flows.prefect_settings import fast_import
from flows.runners import Runner, RunnerUnavailable

with fast_import():
    from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

# A worker process starts in about three seconds, in which one process reads one or two batches.
BATCHES_PER_WORKER = 2


class RunnerChoice(NamedTuple):
    """A task runner, and the number of processes that it starts."""

    runner: TaskRunner[Any]
    n_processes: int = 0


def choose_runner(
    count_batches: Callable[[], int], *, runner: Runner = "auto", scheduler: str | None = None, cores: int | None = None
) -> RunnerChoice:
    """Return the task runner for a run.

    `auto` is Dask if a scheduler is given, processes if there are enough batches to be worth their start, and this
    process otherwise. `count_batches` is called only if the answer depends on it.
    Raises RunnerUnavailable if the options contradict each other or Dask is not installed.
    """
    cores = cores or os.cpu_count() or 1
    if runner == "dask" or (runner == "auto" and scheduler):
        return RunnerChoice(dask_runner(scheduler))
    if scheduler:
        raise RunnerUnavailable(f"a scheduler is given ({scheduler}) but the runner is {runner}; leave one of them out")
    if runner == "processes":
        return _processes(cores)
    if runner == "threads":
        return RunnerChoice(ThreadPoolTaskRunner(max_workers=cores))
    n = min(cores, count_batches() // BATCHES_PER_WORKER) if cores > 1 else 1
    return _processes(n) if n > 1 else RunnerChoice(ThreadPoolTaskRunner(max_workers=1))


def _processes(n: int) -> RunnerChoice:
    return RunnerChoice(ProcessPoolTaskRunner(max_workers=n), n)
