"""The same flow on a Dask cluster of two workers on loopback: same bytes, a bad report costs itself, a dead worker
costs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from nianbao import pipeline
from nianbao.documents.model import Document
from nianbao.steps import reading
from nianbao.storage.identity import Identity, Unidentified, identify
from tests.conftest import HOUSE, KeepReport, report_text
from tests.flows.test_server import free_port, wait_for

pytestmark = pytest.mark.slow

YEARS = range(2001, 2009)
# Loaded by every worker before its first task: reading stumbles over one report, and takes its time over each.
FAULTY = """
import time
from nianbao.steps import reading
from tests.flows.test_dask import stumble

def slow(document):
    time.sleep(0.2)
    return stumble(document)

reading.identify = slow
"""
RUN = """
if __name__ == "__main__":
    import sys
    from nianbao import pipeline
    pipeline.run.__kwdefaults__["max_bytes"] = 1
    from flows.annual import run_annual
    from flows.running import Listener
    raw, curated, scheduler = sys.argv[1:]
    told = Listener(lambda *progress: print(*progress, flush=True))
    print(run_annual(raw, curated, told, fetch=False, runner="dask", scheduler=scheduler).run)
"""


def stumble(document: Document) -> Identity | Unidentified:
    """What `identify` does, but for the fault that is planted."""
    if document.metadata.report_year == 2005:
        raise RuntimeError("planted")
    return identify(document)


class Cluster:
    """A scheduler and two workers, each a process that can be killed."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.address = f"tcp://127.0.0.1:{free_port()}"
        (folder / "faulty.py").write_text(FAULTY)
        self._log = (folder / "cluster.txt").open("wb")
        self.scheduler = self._start("scheduler", "--host", self.address, "--no-dashboard")
        preload = ("--preload", str(folder / "faulty.py"), "--no-dashboard", "--no-nanny", "--nthreads", "1")
        self.workers = [self._start("worker", self.address, *preload) for _ in range(2)]

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *words]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=self._log, stderr=subprocess.STDOUT
        )

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self._log.close()

    def run(self, raw: Path, curated: Path) -> subprocess.Popen[str]:
        (self.folder / "run.py").write_text(RUN)
        command = [sys.executable, str(self.folder / "run.py"), str(raw), str(curated), self.address]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


@pytest.fixture
def cluster(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(tmp_path_factory.getbasetemp() / "prefect"),
        "PYTHONPATH": str(HOUSE),
        "NO_PROXY": "*",
    }
    made = Cluster(tmp_path, environment)
    try:
        wait_for(lambda: (tmp_path / "cluster.txt").read_text().count("Registered to") == 2, "the start of the cluster")
        yield made
    finally:
        made.close()


def test_a_cluster_gives_the_same_bytes_though_a_report_is_bad_and_a_worker_dies(
    cluster: Cluster, raw: Path, tmp_path: Path, keep_report: KeepReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in YEARS:
        keep_report(report_text(year), f"{year}.txt")

    monkeypatch.setattr(reading, "identify", stumble)
    direct = pipeline.run(raw, tmp_path / "direct")
    running = cluster.run(raw, tmp_path / "c")
    assert running.stdout is not None
    lines = []
    for line in running.stdout:
        lines.append(line.split())
        if lines[-1][:2] == ["reading", "3"]:
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
