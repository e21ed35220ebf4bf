"""Where no server is named, a run and its worker processes share the one that is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPO_ROOT

WITHIN = """
import os
from flows.ephemeral_server import ephemeral_server
from prefect import flow, task
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY
from prefect.task_runners import ProcessPoolTaskRunner

@task(persist_result=False)
def asked():
    return PREFECT_API_URL.value()

@flow(persist_result=False)
def ask():
    return asked.submit().result()

if __name__ == "__main__":
    with ephemeral_server():
        here = PREFECT_API_URL.value()
        heartbeats = PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value()  # its thread holds up the end of a flow by a second
        there = ask.with_options(task_runner=ProcessPoolTaskRunner(max_workers=1))()
    print(here == there, here.startswith("http://127.0.0.1:"), PREFECT_API_URL.value(), heartbeats)
"""


def test_workers_ask_the_server_of_their_run(tmp_path: Path) -> None:
    (tmp_path / "within.py").write_text(WITHIN, "utf-8")
    code = (
        f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r}); import within; "
        f"runpy.run_path({str(tmp_path / 'within.py')!r}, run_name='__main__')"
    )
    # A process of its own, because Prefect takes its settings from the environment when it is imported.
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO_ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "True", "None", "None"], done.stderr


def test_a_server_that_is_stopped_while_it_writes_says_nothing(tmp_path: Path) -> None:
    """As it did, with pages of traceback, where a run ended before it had written down which tasks ran."""
    code = (
        "from flows.prefect_settings import apply_settings; apply_settings()\n"
        "from prefect.logging.configuration import setup_logging; setup_logging()\n"
        "from prefect.server.services import task_run_recorder\n"
        "task_run_recorder.logger.error('Error flushing 3 events (3 to retry, 0 dropped)')\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment["PREFECT_HOME"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO_ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_a_server_that_is_named_is_asked() -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.ephemeral_server import ephemeral_server

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}), ephemeral_server():
        assert PREFECT_API_URL.value() == "http://127.0.0.1:1/api"
