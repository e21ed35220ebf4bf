"""Where no server is named, a run and its worker processes share the one that is started."""

from __future__ import annotations

from pathlib import Path

from tests.flows.test_annual import in_python

WITHIN = """
import os
from flows.one_server import one_server
from prefect import flow, task
from prefect.settings import PREFECT_API_URL
from prefect.task_runners import ProcessPoolTaskRunner

@task(persist_result=False)
def asked():
    return PREFECT_API_URL.value()

@flow(persist_result=False)
def ask():
    return asked.submit().result()

if __name__ == "__main__":
    with one_server():
        here = PREFECT_API_URL.value()
        there = ask.with_options(task_runner=ProcessPoolTaskRunner(max_workers=1))()
    print(here == there, here.startswith("http://127.0.0.1:"), PREFECT_API_URL.value())
"""


def test_workers_ask_the_server_of_their_run(tmp_path: Path) -> None:
    (tmp_path / "within.py").write_text(WITHIN, "utf-8")
    done = in_python(
        f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r}); import within; "
        f"runpy.run_path({str(tmp_path / 'within.py')!r}, run_name='__main__')"
    )
    assert done.stdout.split() == ["True", "True", "None"], done.stderr


def test_a_server_that_is_named_is_asked() -> None:
    done = in_python(
        "import os; os.environ['PREFECT_API_URL'] = 'http://127.0.0.1:1/api'\n"
        "from flows.one_server import one_server\n"
        "from prefect.settings import PREFECT_API_URL\n"
        "with one_server(): print(PREFECT_API_URL.value())"
    )
    assert done.stdout.split() == ["http://127.0.0.1:1/api"], done.stderr
