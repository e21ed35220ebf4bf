"""A served project on a Prefect server: schedules, due runs, a backfill from a form, retries of failing hosts.

All tests share a server, because it takes a quarter of a minute to start. They run a second time with a Dask cluster.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as parquet
import pytest

from tests.conftest import REPO_ROOT, report_text
from tests.flows.cluster import Cluster, free_port, wait_for
from tests.flows.test_run_fetches import put_sources
from tests.sources.site import Reply, Site, article

pytestmark = pytest.mark.slow


def stop(process: subprocess.Popen[Any]) -> None:
    """Interrupt a process, and kill it if it does not end."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Project:
    """A folder with a source on a local site, a Prefect server, and a running `nianbao serve`."""

    def __init__(self, folder: Path, site: Site, api: str, on_dask: bool) -> None:
        """Keep what the tests of the project use."""
        self.folder, self.site, self.api, self.on_dask = folder, site, api, on_dask

    def ask(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Send a request to the server's API and return its JSON answer."""

        def attempt() -> httpx.Response | None:
            answer = httpx.request(method, f"{self.api}/{path}", json=body, trust_env=False, timeout=30)
            return answer if answer.status_code != 503 else None  # its database is busy; Prefect's client waits too

        answer: httpx.Response = wait_for(attempt, "an answer of the server")
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def deployment(self, name: str) -> dict[str, Any]:
        """Return a deployment by its name."""
        deployment: dict[str, Any] = self.ask(f"deployments/name/{name}/{name}", method="GET")
        return deployment

    def end_of(self, run_id: str) -> dict[str, Any]:
        """Return a flow run when it has ended."""

        def ended() -> dict[str, Any] | None:
            run: dict[str, Any] = self.ask(f"flow_runs/{run_id}", method="GET")
            return run if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED") else None

        return dict(wait_for(ended, "the end of the run"))

    def reports(self) -> list[str]:
        """Return the ids of the published reports."""
        path = self.folder / "curated" / "reports.parquet"
        return list(parquet.read_table(path)["report_id"].to_pylist()) if path.exists() else []


@pytest.fixture(scope="module", params=["here", "dask"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Serve a project on a Prefect server, once without and once with a Dask cluster."""
    folder = tmp_path_factory.mktemp("project")
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        # A separate home for each of two servers, so that neither finds the other's deployments.
        "PREFECT_HOME": str(
            tmp_path_factory.getbasetemp() / ("prefect" if request.param == "here" else "prefect-dask")
        ),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1",
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": "0",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(REPO_ROOT),
        "NO_PROXY": "*",
    }
    (folder / "config" / "sources").mkdir(parents=True)
    (folder / "config" / "fetching.yaml").write_text(
        "contact: you@example.org\nallow_private_addresses: true\npause_seconds: 0\nattempts: 1\n"
    )
    (folder / "raw").mkdir()
    log = (folder / "log.txt").open("wb")
    popen_options: dict[str, Any] = {"cwd": folder, "env": environment, "stdout": log, "stderr": log}
    served = ["from flows.cli.app import main; main()", "serve", "--raw", "raw", "--curated", "curated"]
    with Site() as site, ExitStack() as stack:
        if request.param == "dask":
            # Workers have no server configured; its address comes with their tasks.
            worker_environment = {name: value for name, value in environment.items() if name != "PREFECT_API_URL"}
            cluster = Cluster(folder, worker_environment)
            stack.callback(cluster.close)
            served += ["--scheduler", cluster.address]
        made = Project(folder, site, environment["PREFECT_API_URL"], request.param == "dask")
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)], **popen_options
        )
        serving = None
        try:
            wait_for(lambda: answers(made.api), "the start of the server")
            serving = subprocess.Popen([sys.executable, "-c", *served], **popen_options)
            wait_for(lambda: len(made.ask("deployments/filter", {})) == 2, "the registration")
            yield made
        finally:
            for process in filter(None, (serving, server)):
                stop(process)
            log.close()


def answers(api: str) -> bool:
    """Return whether the server at an API address is healthy."""
    try:
        return httpx.get(f"{api}/health", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def test_both_schedules_are_registered_with_their_time_zone(project: Project) -> None:
    """Both schedules of the annual run are active in China time, runs are planned, and backfill has none."""
    deployment = project.deployment("annual-refresh")
    assert {
        (entry["schedule"]["cron"], entry["schedule"]["timezone"], entry["active"]) for entry in deployment["schedules"]
    } == {
        ("0 6 * 1-4 1", "Asia/Shanghai", True),
        ("0 6 1 5-12 *", "Asia/Shanghai", True),
    }
    assert deployment["parameters"]["folders"]["raw"] == str(project.folder / "raw")
    scheduled = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    wait_for(lambda: project.ask("flow_runs/filter", scheduled), "planning the runs of the schedules")
    assert project.deployment("backfill")["schedules"] == []


def test_a_backfill_from_a_form_fetches_missing_reports_and_retries_a_failing_host(project: Project) -> None:
    """A backfill from a form fetches what is missing, retries a failing host and publishes with artifacts."""
    keep(project.folder / "raw", 2019)
    for year in (2019, 2020, 2021):
        project.site.put(f"/{year}.html", article(year))
    project.site.fail_first("/2020.html", 2, Reply(503))
    put_reports(project, (2019, 2020, 2021))
    reports = {"first_year": 2019, "last_year": 2020, "families": ["rule_of_law"], "jurisdictions": ["云汀市"]}
    run = project.ask(
        f"deployments/{project.deployment('backfill')['id']}/create_flow_run", {"parameters": {"reports": reports}}
    )
    ended = project.end_of(run["id"])
    assert ended["state_type"] == "COMPLETED", (project.folder / "log.txt").read_text()[-3000:]
    assert project.reports() == ["rule_of_law/990100/2019", "rule_of_law/990100/2020"]
    assert [project.site.asked(f"/{year}.html") for year in (2019, 2020, 2021)] == [0, 3, 0]
    # Only what began after this run was asked for: other tests keep theirs in the same database.
    since = {"name": {"like_": "fetch 127"}, "start_time": {"after_": run["created"]}}
    tasks = project.ask("task_runs/filter", {"task_runs": since})
    assert [(task["run_count"], task["state_type"]) for task in tasks] == [(3, "COMPLETED")]
    artifacts = {artifact["key"]: artifact for artifact in project.ask("artifacts/latest/filter", {})}
    assert set(artifacts) == {"nianbao-run", "nianbao-coverage", "nianbao-findings", "nianbao-rejects"}
    page = artifacts["nianbao-run"]["data"]
    assert "- 2 new: `rule_of_law/990100/2019`, `rule_of_law/990100/2020`" in page
    assert "| reading | " in page
    assert "| drawing | " in page
    assert (project.folder / "curated" / "atlas" / "r" / "rule_of_law-990100-2020.html").exists()
    assert "云汀市  +  +" in artifacts["nianbao-coverage"]["data"]
    assert json.loads(artifacts["nianbao-rejects"]["data"]) == []
    if project.on_dask:
        assert "Receive client connection: PrefectDaskClient" in (project.folder / "cluster.txt").read_text()


def test_an_invalid_form_is_rejected_before_anything_runs(project: Project) -> None:
    """The server refuses a form with a wrong or missing year."""
    deployment = project.deployment("backfill")["id"]
    with pytest.raises(httpx.HTTPStatusError):
        project.ask(
            f"deployments/{deployment}/create_flow_run",
            {"parameters": {"reports": {"first_year": 19, "last_year": 2020}}},
        )
    with pytest.raises(httpx.HTTPStatusError):
        project.ask(f"deployments/{deployment}/create_flow_run", {"parameters": {"reports": {"first_year": 2019}}})


def test_a_scheduled_run_starts_by_itself(project: Project) -> None:
    """A schedule that becomes due starts a run that publishes the stored report."""
    put_sources(project.folder, "http://www.example.invalid/", enabled=False)
    keep(project.folder / "raw", 2015)
    deployment = project.deployment("annual-refresh")
    soon = {"schedule": {"interval": 300.0, "anchor_date": "2020-01-01T00:00:00Z"}, "active": True}
    anchor = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
    soon["schedule"]["anchor_date"] = anchor  # type: ignore[index]
    project.ask(f"deployments/{deployment['id']}/schedules", [soon])  # type: ignore[arg-type]
    wait_for(lambda: "rule_of_law/990100/2015" in project.reports(), "the scheduled run")
    runs = project.ask("flow_runs/filter", {"flow_runs": {"deployment_id": {"any_": [deployment["id"]]}}})
    assert any(run["auto_scheduled"] and run["state_type"] in ("RUNNING", "COMPLETED") for run in runs)


def keep(raw: Path, year: int) -> None:
    """Store a report."""
    from nianbao.sources.local import ingest, list_files

    (raw.parent / f"{year}.txt").write_text(report_text(year))
    assert [taken.outcome for taken in ingest(list_files([raw.parent / f"{year}.txt"]), raw)] == ["new"]


def put_reports(project: Project, years: tuple[int, ...]) -> None:
    """Configure a source of 云汀市 with the addresses of these years."""
    known = "".join(f"      - year: {year}\n        url: {project.site.url(f'/{year}.html')}\n" for year in years)
    (project.folder / "config" / "sources" / "a.yaml").write_text(
        "sources:\n  - id: yunting\n    jurisdiction: 云汀市\n    family: rule_of_law\n    verified: false\n"
        f"    enabled: true\n    reports:\n{known}"
    )
