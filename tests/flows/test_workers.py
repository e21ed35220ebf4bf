"""Workers are ready before the first step: what they are asked first brings all that the steps import."""

from __future__ import annotations

import gc
import subprocess
import sys

import cloudpickle
import pytest

from flows.prefect_settings import fast_import
from flows.workers import pickle_jobs, run_jobs
from tests.conftest import REPO_ROOT


def test_a_worker_that_is_asked_to_get_ready_has_imported_what_the_steps_need() -> None:
    from flows.tasks import start_worker

    sent = cloudpickle.dumps(start_worker)
    assert b"flows.workers" in sent
    assert b"_make_function" not in sent  # it goes by its name, not as its code

    code = "import sys; from flows.workers import preload; preload(); print('nianbao.steps.read' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_rests_while_modules_are_imported_and_is_then_as_it_was(on: bool) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        with fast_import():
            rests = not gc.isenabled()
        assert rests
        assert gc.isenabled() is on
    finally:
        (gc.enable if was_on else gc.disable)()


def test_what_is_sent_to_a_worker_is_nothing_that_prefect_looks_through() -> None:
    """It took so long over thousands of snapshots that the largest jobs, which begin, came to the workers last."""
    from prefect.utilities.collections import visit_collection

    work = pickle_jobs(abs, [-1, 2])
    seen: list[object] = []
    visit_collection({"work": work}, seen.append, return_data=False)
    assert seen == [{"work": work}, "work", work]
    assert run_jobs(work) == [1, 2]
