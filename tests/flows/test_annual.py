"""The Prefect flows give what the plain functions give, through a form that a person can fill in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.events import use_events
from flows.prefect_settings import SETTINGS, apply_settings
from nianbao import pipeline
from nianbao.documents.model import Family
from nianbao.options import RunEvents, RunOptions
from nianbao.snapshots.store import snapshot_paths
from schemas.descriptions import table_keys
from tests.conftest import REPO_ROOT, AddReport, report_text

# Runs the flow, then asks which server a worker process uses, then what a stopping server logs.
RUN_FLOW = """
import sys
from flows.ephemeral_server import ephemeral_server
from prefect import flow, task
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY
from prefect.task_runners import ProcessPoolTaskRunner

@task(persist_result=False)
def worker_url():
    return PREFECT_API_URL.value()

@flow(persist_result=False)
def ask_worker():
    return worker_url.submit().result()

if __name__ == "__main__":
    from nianbao import options
    from flows.local_run import run_local

    raw, curated, batch_bytes = sys.argv[1:]
    options.BATCH_BYTES = int(batch_bytes)
    with ephemeral_server():
        url = PREFECT_API_URL.value()
        parameters = {"folders": {"raw": raw, "curated": curated}, "fetch": False}
        result = run_local("annual_refresh", parameters, options.RunEvents(print))
        print("url", url)
        print("worker", ask_worker.with_options(task_runner=ProcessPoolTaskRunner(max_workers=1))())
        print("heartbeats", PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value())
    print("url after", PREFECT_API_URL.value())
    print(result.run, flush=True)
    from prefect.logging.configuration import setup_logging
    from prefect.server.services import task_run_recorder

    setup_logging()
    task_run_recorder.logger.error("Error flushing 3 events (3 to retry, 0 dropped)")
"""


def test_settings_of_the_user_take_precedence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect settings in the environment are kept, and the others get the defaults of the project."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    apply_settings()
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_processes_start_only_for_large_backlogs_unless_a_runner_is_named() -> None:
    """Threads serve small backlogs and processes large ones, a named runner is used, and Dask needs a scheduler."""
    from flows.runners import RunnerUnavailable
    from flows.task_runners import choose_runner

    def name(n: int, **options: Any) -> str:
        return type(choose_runner(lambda: n, cores=2, **options).runner).__name__

    assert [name(n) for n in (0, 1, 3, 4, 500)] == ["ThreadPoolTaskRunner"] * 3 + ["ProcessPoolTaskRunner"] * 2
    assert name(1, runner="processes") == "ProcessPoolTaskRunner"
    assert name(500, runner="threads") == "ThreadPoolTaskRunner"
    address = "tcp://127.0.0.1:1"
    assert name(1, scheduler=address) == name(1, runner="dask", scheduler=address)
    for options in ({"runner": "dask"}, {"runner": "threads", "scheduler": address}):
        with pytest.raises(RunnerUnavailable, match="scheduler"):
            name(1, **options)


def test_the_form_explains_and_limits_every_field() -> None:
    """Every field of the Prefect form has a description, a type and limits, and only the years are required."""
    from flows.annual import annual_refresh, backfill

    annual, past = json.loads(json.dumps([flow.parameters.model_dump() for flow in (annual_refresh, backfill)]))
    for schema in (annual, past):
        for name, field in fields(schema).items():
            assert len(field.get("description", "")) > 20, name
            assert {"type", "anyOf", "enum", "$ref", "allOf"} & set(field), name
    assert past["required"] == ["reports"]
    assert annual["required"] == []
    reports = past["definitions"]["ReportSelection"]
    assert reports["required"] == ["first_year", "last_year"]
    year = reports["properties"]["first_year"]
    assert (year["type"], year["minimum"], year["maximum"]) == ("integer", 1990, 2100)
    (families, nothing) = reports["properties"]["families"]["anyOf"]
    assert (families["type"], nothing["type"]) == ("array", "null")
    assert past["definitions"]["Family"]["enum"] == [family.value for family in Family]
    runner = annual["definitions"]["Execution"]["properties"]["runner"]
    assert runner["enum"] == ["auto", "threads", "processes", "dask"]
    assert annual["properties"]["folders"]["default"] == {
        "raw": "data/raw", "curated": "data/curated", "corrections": None, "layout": None,
    }  # fmt: skip


def fields(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the fields of a form: its own, and those of its groups."""
    groups = [group for group in schema["definitions"].values() if "properties" in group]
    own: dict[str, dict[str, Any]] = schema["properties"]
    return own | {name: field for group in groups for name, field in group["properties"].items()}


def test_the_deployments_of_prefect_yaml_are_those_that_are_served() -> None:
    """`prefect.yaml` and `nianbao serve` define the same deployments with the same schedules."""
    from flows.serving import deployments

    served: list[Any] = [
        [
            deployment.name,
            deployment.description,
            deployment.entrypoint,
            [[entry.slug, *cron_and_zone(entry.schedule)] for entry in deployment.schedules or []],
        ]
        for deployment in deployments()
    ]
    entries = yaml.safe_load((REPO_ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    assert served == [
        [
            entry["name"],
            entry["description"].strip(),
            entry["entrypoint"].replace("/", ".").replace(".py:", "."),
            [[schedule["slug"], schedule["cron"], schedule["timezone"]] for schedule in entry["schedules"]],
        ]
        for entry in entries
    ]
    assert {zone for _, _, zone in served[0][3]} == {"Asia/Shanghai"}


def cron_and_zone(schedule: Any) -> tuple[str, str]:
    """Return the expression and time zone of a schedule."""
    return schedule.cron, schedule.timezone


def test_the_flow_can_ingest_files_itself(raw: Path, tmp_path: Path) -> None:
    """The task ingests a file with its manifest once, and not again."""
    from flows.tasks import ingest

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(report_text(2019))
    (tmp_path / "in" / "manifest.csv").write_text("file,family,jurisdiction,title,delivered\na.txt,,,,2020\n")
    arguments = ([str(tmp_path / "in")], str(raw), str(tmp_path / "in" / "manifest.csv"))
    assert [ingest.fn(*arguments), ingest.fn(*arguments)] == [1, 0]
    assert len(list(snapshot_paths(raw))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_flow_publishes_the_version_of_a_plain_run(
    workers: int, raw: Path, tmp_path: Path, add_report: AddReport, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With threads or processes, the flow publishes the version of a plain run, and its workers use its server."""
    for year in range(2010, 2020):
        add_report(report_text(year), f"{year}.txt")
    add_report(b"", "empty.txt")
    script = tmp_path / "run_flow.py"
    script.write_text(RUN_FLOW)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        # Shared, so that the database is created once.
        "PREFECT_HOME": str(tmp_path_factory.getbasetemp() / "prefect"),
        "PYTHONPATH": str(REPO_ROOT),
        "NO_PROXY": "*",
    }
    batch_bytes = "1" if workers > 1 else "2000000"
    command = [sys.executable, str(script), str(raw), str(tmp_path / "c"), batch_bytes]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[-1] == pipeline.run(raw, tmp_path / "direct").run
    n_tables = len(table_keys())
    assert {"reading 11 11", "comparing 10 10", f"writing {n_tables} {n_tables}"} <= set(lines)
    values = dict(line.rsplit(" ", 1) for line in lines[-5:-1])
    assert values["url"].startswith("http://127.0.0.1:")
    assert values["worker"] == values["url"]
    # The thread that sends heartbeats delays the end of a flow by a second.
    assert (values["heartbeats"], values["url after"]) == ("None", "None")
    assert "Traceback" not in result.stderr
    # A server that stops while it records task runs logs errors, although nothing failed.
    assert "Error flushing" not in result.stderr


def test_a_flow_waits_for_another_run_unless_the_caller_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run waits for the lock by default, and does not if the caller asks it not to."""
    from flows import tasks

    waits: list[bool] = []

    def run(raw: Path, curated: Path, options: RunOptions, events: RunEvents) -> None:
        waits.append(options.wait)

    monkeypatch.setattr(pipeline, "run", run)
    job = tasks.PublishJob("raw", "curated")
    tasks.read_and_publish.fn(job)
    with use_events(RunEvents(), wait=False):
        tasks.read_and_publish.fn(job)
    assert waits == [True, False]
