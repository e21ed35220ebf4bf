"""The Prefect flow gives what the plain functions give. One run, because the first needs a database of its own."""

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
from nianbao.options import RunEvents
from nianbao.snapshots.store import snapshot_paths
from tests.conftest import REPO_ROOT, AddReport, report_text


def test_what_the_user_set_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    apply_settings()
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_processes_only_where_there_is_enough_to_read_and_otherwise_who_was_named() -> None:
    from flows.tasks import RunnerUnavailable, runner_for

    def name(n: int, **how: Any) -> str:
        return type(runner_for(lambda: n, cores=2, **how).runner).__name__

    assert [name(n) for n in (0, 1, 3, 4, 500)] == ["ThreadPoolTaskRunner"] * 3 + ["ProcessPoolTaskRunner"] * 2
    assert name(1, runner="processes") == "ProcessPoolTaskRunner"
    assert name(500, runner="threads") == "ThreadPoolTaskRunner"
    address = "tcp://127.0.0.1:1"
    assert name(1, scheduler=address) == name(1, runner="dask", scheduler=address)
    for how in ({"runner": "dask"}, {"runner": "threads", "scheduler": address}):
        with pytest.raises(RunnerUnavailable, match="scheduler"):
            name(1, **how)


def test_the_form_can_be_filled_in_by_who_has_not_seen_the_code() -> None:
    from flows.annual import annual_refresh, backfill

    annual, past = json.loads(json.dumps([flow.parameters.model_dump() for flow in (annual_refresh, backfill)]))
    for schema in (annual, past):
        for name, field in schema["properties"].items():
            assert len(field.get("description", "")) > 20, name
            assert {"type", "anyOf", "enum"} & set(field), name
    assert past["required"] == ["first_year", "last_year"]
    assert annual["required"] == []
    year = past["properties"]["first_year"]
    assert (year["type"], year["minimum"], year["maximum"]) == ("integer", 1990, 2100)
    (listed, nothing) = past["properties"]["families"]["anyOf"]
    assert (listed["type"], nothing["type"]) == ("array", "null")
    assert past["definitions"]["Family"]["enum"] == [family.value for family in Family]
    assert annual["properties"]["runner"]["enum"] == ["auto", "threads", "processes", "dask"]


def test_the_file_for_work_pools_says_what_serving_says() -> None:
    from flows.serving import deployments

    served = [
        [
            made.name,
            made.description,
            made.entrypoint,
            [[one.slug, one.schedule.cron, one.schedule.timezone] for one in made.schedules or []],
        ]
        for made in deployments()
    ]
    told = yaml.safe_load((REPO_ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    assert [[one["name"], one["description"].strip()] for one in told] == [one[:2] for one in served]
    assert [one["entrypoint"].replace("/", ".").replace(".py:", ".") for one in told] == [one[2] for one in served]
    assert [[[when["slug"], when["cron"], when["timezone"]] for when in one["schedules"]] for one in told] == [
        one[3] for one in served
    ]
    assert {when[2] for when in served[0][3]} == {"Asia/Shanghai"}


def test_files_can_be_taken_in_by_the_flow_itself(raw: Path, tmp_path: Path) -> None:
    from flows.tasks import ingest

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(report_text(2019))
    (tmp_path / "in" / "manifest.csv").write_text("file,family,jurisdiction,title,delivered\na.txt,,,,2020\n")
    given = ([str(tmp_path / "in")], str(raw), str(tmp_path / "in" / "manifest.csv"))
    assert [ingest.fn(*given), ingest.fn(*given)] == [1, 0]
    assert len(list(snapshot_paths(raw))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_the_flow_publishes_what_the_plain_functions_publish(
    workers: int, raw: Path, tmp_path: Path, add_report: AddReport, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for year in range(2010, 2020):
        add_report(report_text(year), f"{year}.txt")
    add_report(b"", "empty.txt")
    home = tmp_path_factory.getbasetemp() / "prefect"  # shared, so that the database is made once
    script = tmp_path / "run_flow.py"
    script.write_text(
        "if __name__ == '__main__':\n"
        "    from nianbao import options\n"
        f"    options.BATCH_BYTES = {1 if workers > 1 else 2_000_000}\n"
        "    from flows.local_run import run_local\n"
        f"    raw, curated = {str(raw)!r}, {str(tmp_path / 'c')!r}\n"
        "    outcome = run_local('annual_refresh', raw, curated, options.RunEvents(print), fetch=False)\n"
        "    print(outcome.run)\n"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(home),
        "PYTHONPATH": str(REPO_ROOT),
        "NO_PROXY": "*",
    }
    result = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[-1] == pipeline.run(raw, tmp_path / "direct").run
    assert {"reading 11 11", "comparing 10 10", "writing 14 14"} <= set(lines)
    assert "Traceback" not in result.stderr


def test_a_flow_waits_for_another_run_unless_who_listens_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import tasks

    waits: list[bool] = []
    monkeypatch.setattr(tasks.pipeline, "run", lambda raw, curated, options, events: waits.append(options.wait))
    tasks.read_and_publish.fn("raw", "curated")
    with use_events(RunEvents(), wait=False):
        tasks.read_and_publish.fn("raw", "curated")
    assert waits == [True, False]
