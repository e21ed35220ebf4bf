"""A work pool as in docs/how-to/operations.md: `prefect.yaml` is deployed and a worker starts the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as parquet
import pytest

from tests.conftest import REPO_ROOT
from tests.flows.cluster import free_port, wait_for
from tests.flows.test_server import answers, keep, stop

pytestmark = pytest.mark.slow


def test_a_worker_of_a_pool_runs_a_deployment(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A deployment of `prefect.yaml` runs on a worker of a work pool and publishes the report."""
    api = f"http://127.0.0.1:{free_port()}/api"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(tmp_path_factory.getbasetemp() / "prefect-pool"),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": "*",
    }
    raw, curated, log = tmp_path / "raw", tmp_path / "curated", tmp_path / "log.txt"
    raw.mkdir()
    keep(raw, 2015)

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "prefect", *words]
        return subprocess.Popen(command, cwd=REPO_ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)

    def end(*words: str) -> None:
        assert start(*words).wait(100) == 0, log.read_text()[-3000:]

    with log.open("wb") as out:
        processes = [start("server", "start", "--port", api.split(":")[2].split("/")[0])]
        try:
            wait_for(lambda: answers(api), "the start of the server")
            end("work-pool", "create", "nianbao", "--type", "process")
            end("--no-prompt", "deploy", "--all")
            processes.append(start("worker", "start", "--pool", "nianbao"))
            folders = json.dumps({"raw": str(raw), "curated": str(curated)})
            parameters = [f"folders={folders}", "fetch=false", "atlas=false"]
            end(
                "deployment",
                "run",
                "annual-refresh/annual-refresh",
                *(word for parameter in parameters for word in ("-p", parameter)),
            )
            runs = wait_for(lambda: ended(api), "the end of the run")
        finally:
            for process in reversed(processes):
                stop(process)
    assert [(run["state_type"], run["work_pool_name"]) for run in runs] == [("COMPLETED", "nianbao")], log.read_text()
    assert parquet.read_table(curated / "reports.parquet")["report_id"].to_pylist() == ["rule_of_law/990100/2015"]


def ended(api: str) -> list[dict[str, Any]]:
    """Return the runs of the deployment that have ended."""
    filters = {
        "flows": {"name": {"any_": ["annual-refresh"]}},
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}},
    }
    runs: list[dict[str, Any]] = httpx.post(f"{api}/flow_runs/filter", json=filters, trust_env=False).json()
    return runs
