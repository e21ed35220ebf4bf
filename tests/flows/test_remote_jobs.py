"""A Dask cluster and object storage: workers that never open a file on the disk of the run give the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from pyarrow.fs import FileSystem

from nianbao import pipeline
from nianbao.publishing.object_storage import local_copy
from tests.bucket import CURATED, RAW, stored
from tests.conftest import REPO_ROOT, AddReport, report_text
from tests.flows.cluster import Cluster

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bucket")]

# Loaded by every worker: one that opens a file below a folder ends at once, and its tasks with it.
STAYS_AWAY = """
import os, sys

def stay_away(event, about):
    if event == "open" and str(about[0]).startswith({folder!r}):
        print("opened", about[0], flush=True)
        os._exit(1)

sys.addaudithook(stay_away)
"""
RUN = """
if __name__ == "__main__":
    import sys
    from nianbao import options
    options.BATCH_BYTES = 1
    from flows.local_run import run_local
    from nianbao.options import RunEvents
    raw, curated, scheduler, files = sys.argv[1:]
    events = RunEvents(lambda *progress: print(*progress, flush=True))
    parameters = {
        "folders": {"raw": raw, "curated": curated},
        "execution": {"scheduler": scheduler},
        "fetch": False,
        "files": [files],
    }
    print(run_local("annual_refresh", parameters, events).run)
"""


def test_workers_do_not_use_the_disk_of_the_run(
    raw: Path, tmp_path: Path, add_report: AddReport, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Workers that may not open files of the run's machine publish the same tables to object storage."""
    texts = {f"{year}.txt": report_text(year) for year in range(2015, 2020)}
    (tmp_path / "files").mkdir()
    for name, text in texts.items():
        (tmp_path / "files" / name).write_text(text)
        add_report(text, name)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(tmp_path_factory.getbasetemp() / "prefect"),
        "PYTHONPATH": str(REPO_ROOT),
    }
    (tmp_path / "stays_away.py").write_text(STAYS_AWAY.format(folder=str(local_copy(RAW).parent)))
    (tmp_path / "run.py").write_text(RUN)
    cluster = Cluster(tmp_path, environment, "--preload", str(tmp_path / "stays_away.py"))
    try:
        done = subprocess.run(
            [sys.executable, tmp_path / "run.py", RAW, CURATED, cluster.address, tmp_path / "files"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert all(worker.poll() is None for worker in cluster.workers)
    finally:
        cluster.close()
    assert "opened" not in (tmp_path / "cluster.txt").read_text()
    lines = done.stdout.splitlines()
    assert {"reading 5 5", "comparing 5 5"} <= set(lines)
    files, root = FileSystem.from_uri(CURATED)
    with files.open_input_stream(f"{root}/manifest.json") as stream:
        assert lines[-1].encode() in stream.read()
    assert len({path.split("/")[1] for path in stored(CURATED) if path.startswith("_cache/read-")}) == 5
    pipeline.run(raw, tmp_path / "direct")
    for name in ("observations", "comparisons"):
        assert rows_of(local_copy(CURATED) / f"{name}.parquet") == rows_of(tmp_path / "direct" / f"{name}.parquet")


def rows_of(path: Path) -> list[dict[str, object]]:
    """Return the rows of a Parquet file."""
    rows: list[dict[str, object]] = parquet.read_table(path).to_pylist()
    return rows
