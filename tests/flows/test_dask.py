"""The flow on a Dask cluster of two workers gives the same bytes, even if a report is faulty or a worker dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dask.config
import pyarrow.parquet as parquet
import pytest

from flows.dask import preload_cluster
from flows.runners import RunnerUnavailable
from nianbao import pipeline
from nianbao.documents.identity import Identity, Unidentified, identify
from nianbao.documents.model import Document
from nianbao.publishing.manifest import read_manifest
from nianbao.steps import read
from tests.conftest import REPO_ROOT, AddReport, report_text
from tests.flows.cluster import Cluster, free_port, wait_for

pytestmark = pytest.mark.slow

YEARS = range(2001, 2009)
# Loaded by every worker before its first task: reading stumbles over one report, and takes its time over each.
FAULTY = """
import time
from nianbao.steps import read
from tests.flows.test_dask import stumble

def slow(document):
    time.sleep(0.2)
    return stumble(document)

read.identify = slow
# A worker reads outside the main thread, hence in a limited process, which does not load this file.
read.call_limited = lambda function, *arguments, expensive=False: function(*arguments)
"""
RUN = """
if __name__ == "__main__":
    import sys
    from nianbao import options
    options.BATCH_BYTES = 1
    from flows.local_run import run_local
    from nianbao.options import RunEvents
    raw, curated, scheduler = sys.argv[1:]
    events = RunEvents(lambda *progress: print(*progress, flush=True))
    parameters = {
        "folders": {"raw": raw, "curated": curated},
        "execution": {"runner": "dask", "scheduler": scheduler},
        "fetch": False,
    }
    print(run_local("annual_refresh", parameters, events).run)
"""


def stumble(document: Document) -> Identity | Unidentified:
    """Identify a document, or fail if it is the planted faulty one."""
    if document.metadata.report_year == 2005:
        raise RuntimeError("planted")
    return identify(document)


def start_run(cluster: Cluster, raw: Path, curated: Path) -> subprocess.Popen[str]:
    """Start a run on the cluster in a separate process group."""
    (cluster.folder / "run.py").write_text(RUN)
    return subprocess.Popen(
        [sys.executable, str(cluster.folder / "run.py"), str(raw), str(curated), cluster.address],
        cwd=cluster.folder,
        env=cluster.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def cluster(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a Dask cluster of two workers that fail on the planted report."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(tmp_path_factory.getbasetemp() / "prefect"),
        "PYTHONPATH": str(REPO_ROOT),
        "NO_PROXY": "*",
    }
    (tmp_path / "faulty.py").write_text(FAULTY)
    made = Cluster(tmp_path, environment, "--preload", str(tmp_path / "faulty.py"))
    try:
        yield made
    finally:
        made.close()


def test_workers_are_preloaded_before_the_first_task(cluster: Cluster) -> None:
    """Both workers import the tasks before they receive one."""
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        assert set(client.run(is_ready).values()) == {False}
        preload_cluster(cluster.address, "flows.tasks")
        wait_for(lambda: all(client.run(is_ready).values()), "both workers' getting ready")


def test_an_unreachable_scheduler_is_a_one_line_error_with_a_hint(raw: Path, tmp_path: Path) -> None:
    """A mistyped address was a traceback, and an address without a scheduler gave no hint."""
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        for address in ("localhost", "htp://127.0.0.1:8786", f"tcp://127.0.0.1:{free_port()}"):
            with pytest.raises(RunnerUnavailable, match=f"{address}: no Dask scheduler answers .*; start one"):
                preload_cluster(address, "flows.tasks")
    command = ["run", "--no-fetch", "--raw", raw, "--curated", tmp_path / "c", "--scheduler", "localhost"]
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", *map(str, command)],
        cwd=REPO_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("nianbao: localhost: no Dask scheduler")
    assert "Traceback" not in done.stderr


def is_ready() -> bool:
    """Return whether the worker has imported the tasks."""
    return "flows.tasks" in sys.modules


def test_a_cluster_gives_the_same_bytes_despite_a_faulty_report_and_a_killed_worker(
    cluster: Cluster, raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a faulty report and a killed worker, a cluster run publishes the bytes of a plain run."""
    for year in YEARS:
        add_report(report_text(year), f"{year}.txt")

    monkeypatch.setattr(read, "identify", stumble)
    direct = pipeline.run(raw, tmp_path / "direct")
    running = start_run(cluster, raw, tmp_path / "c")
    assert running.stdout is not None
    lines = []
    for line in running.stdout:
        lines.append(line.split())
        if lines[-1][0] == "reading" and int(lines[-1][1]) >= 3 and cluster.workers[0].poll() is None:
            cluster.workers[0].send_signal(signal.SIGKILL)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors[-3000:]
    assert cluster.workers[0].poll() is not None
    assert lines[-1] == [direct.run]
    rejects = parquet.read_table(tmp_path / "c" / "rejects.parquet").to_pylist()
    assert [(row["stage"], row["check"]) for row in rejects] == [("read", "RuntimeError")]
    assert direct.n_rows["reports"] == len(YEARS) - 1
    for path in sorted((tmp_path / "direct").glob("*.parquet")):
        assert path.read_bytes() == (tmp_path / "c" / path.name).read_bytes(), path.name


def test_a_killed_run_on_a_cluster_keeps_the_old_version_and_the_next_run_continues(
    cluster: Cluster, raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A killed run leaves the published version intact, and the next run reads nothing twice."""
    add_report(report_text(2001), "2001.txt")
    curated = tmp_path / "c"
    before = pipeline.run(raw, curated)
    for year in YEARS[1:4]:
        add_report(report_text(year), f"{year}.txt")
    for step in ("reading", "writing"):
        running = start_run(cluster, raw, curated)
        assert running.stdout is not None
        for line in running.stdout:
            if line.startswith(step):
                break
        os.killpg(running.pid, signal.SIGKILL)  # with the server that it has started
        running.communicate()
        manifest = read_manifest(curated)
        assert manifest
        assert manifest["run"] == before.run
        assert parquet.read_table(curated / "reports.parquet")["report_year"].to_pylist() == [2001]
    last = start_run(cluster, raw, curated)
    output, errors = last.communicate(timeout=100)
    assert last.returncode == 0, errors[-3000:]
    assert not [line for line in output.splitlines() if line.startswith("reading")]  # that was done
    assert parquet.read_table(curated / "reports.parquet")["report_year"].to_pylist() == [2001, 2002, 2003, 2004]
