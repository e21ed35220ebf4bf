"""One run in its own process, as started by `benchmarks.scale`; prints its results as a last line of JSON.

Imports no more than a user's run does, because every worker process imports this module again.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from nianbao.io.layout import Layout
    from nianbao.publishing.manifest import RunResult

# The reader fails once in each process, at the report with this number.
FAULTY = 77


class RunRequest(TypedDict):
    """Arguments of a run.

    `mode` is one (the flow, one process), two (the flow, two processes), dask (the flow on a cluster), alone (without
    Prefect), faulty or dask-faulty (some years, with one failing report). `layout` is None for that of the
    published version.
    """

    raw: str
    curated: str
    mode: str
    years: tuple[int, int] | None
    scheduler: str | None
    layout: Layout | None


class RunFigures(TypedDict):
    """Results of a run: memory in megabytes, times in seconds; `seconds` is set by the process that starts it."""

    run: str
    n_rows: dict[str, int]
    counts: dict[str, int]
    steps: dict[str, float]
    flow: float | None
    megabytes: float
    seconds: float


def plant_fault() -> None:
    """Make the reader of this process raise once."""
    from nianbao.steps import read

    identify: Any = vars(read)["identify"]
    n_read = 0

    def fail_once(document: Any) -> Any:
        nonlocal n_read
        n_read += 1
        if n_read == FAULTY:
            raise RuntimeError("planted")
        return identify(document)

    vars(read)["identify"] = fail_once


def peak_megabytes() -> float:
    """Return the peak memory of this process or of its largest child."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def run(request: RunRequest) -> RunFigures:
    """Run as requested."""
    flow_seconds = None
    if request["mode"] in ("alone", "faulty"):
        result = _run_directly(request)
    else:
        result, flow_seconds = _run_flow(request)
    return {
        "run": result.run,
        "n_rows": result.n_rows,
        "counts": asdict(result.counts),
        "steps": result.seconds,
        "flow": flow_seconds,
        "megabytes": peak_megabytes(),
        "seconds": 0.0,
    }


def _run_directly(request: RunRequest) -> RunResult:
    from pathlib import Path

    from nianbao import pipeline
    from nianbao.options import RunOptions
    from nianbao.selection import select

    raw, curated = Path(request["raw"]), Path(request["curated"])
    if request["years"] is None:
        return pipeline.run(raw, curated, RunOptions(layout=request["layout"]))
    plant_fault()
    options = RunOptions(selection=select(*request["years"]), layout=request["layout"])
    return pipeline.run(raw, curated, options)


def _run_flow(request: RunRequest) -> tuple[RunResult, float]:
    """Return the result of the flow and its duration in seconds, measured within this process."""
    from flows.local_run import run_local
    from nianbao.options import RunEvents

    execution: dict[str, Any] = {}
    if request["mode"] == "one":
        os.cpu_count = lambda: 1
    elif request["mode"] == "two":
        execution["runner"] = "processes"
    else:
        execution |= {"runner": "dask", "scheduler": request["scheduler"]}
    parameters: dict[str, Any] = {
        "folders": {"raw": request["raw"], "curated": request["curated"], "layout": request["layout"]},
        "execution": execution,
        "fetch": False,
        "atlas": False,
    }
    if request["years"]:
        parameters["reports"] = {"first_year": request["years"][0], "last_year": request["years"][1]}
    start = time.perf_counter()
    result = run_local("backfill" if request["years"] else "annual_refresh", parameters, RunEvents())
    return result, time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
