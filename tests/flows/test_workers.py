"""Worker processes import what the steps need before their first job, and get their jobs as bytes."""

from __future__ import annotations

import gc

import cloudpickle
import pytest

from flows.prefect_settings import fast_import
from flows.workers import pickle_jobs, run_jobs


def test_the_task_that_preloads_a_worker_is_sent_by_name_not_as_code() -> None:
    """The preload task is pickled as a module name, so that workers run their own code."""
    from flows.tasks import start_worker

    sent = cloudpickle.dumps(start_worker)
    assert b"flows.workers" in sent
    assert b"_make_function" not in sent


@pytest.mark.parametrize("enabled", [True, False])
def test_imports_run_without_garbage_collection_which_is_then_restored(enabled: bool) -> None:
    """Garbage collection pauses during imports, and its former state is restored afterwards."""
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with fast_import():
            paused = not gc.isenabled()
        assert paused
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_prefect_does_not_search_the_jobs_of_a_task() -> None:
    """Searching thousands of snapshots took so long that the largest jobs, which come first, reached workers last."""
    from prefect.utilities.collections import visit_collection

    work = pickle_jobs(abs, [-1, 2])
    visited: list[object] = []
    visit_collection({"work": work}, visited.append, return_data=False)
    assert visited == [{"work": work}, "work", work]
    assert run_jobs(work) == [1, 2]
