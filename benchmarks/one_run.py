"""One run, as `benchmarks.scale` starts it in a process of its own; it tells what it took as its last line, in JSON.

It imports no more than a user's run does, because each worker process imports it once more.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import asdict
from typing import Any

# The report that the reader is made to stumble over, by its number among those that a process reads.
FAULTY = 77


def plant_a_fault() -> None:
    """Make the reader of this process raise, once."""
    from nianbao.steps import read

    identify, met = read.identify, list[None]()

    def stumble(document: Any) -> Any:
        met.append(None)
        if len(met) == FAULTY:
            raise RuntimeError("planted")
        return identify(document)

    read.identify = stumble


def peak_megabytes() -> float:
    """The memory of this process, or of the largest that it had started, when it was largest."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def run(raw: str, curated: str, mode: str, years: tuple[int, int] | None, scheduler: str | None) -> dict[str, Any]:
    """The flow on one process (`one`) or two (`two`, `dask`); or, without Prefect, a run in this process (`alone`);
    `faulty` and `dask-faulty` read some years and stumble over one report."""
    flow_seconds = None
    if mode in ("alone", "faulty"):
        outcome = _run_directly(raw, curated, years)
    else:
        outcome, flow_seconds = _run_flow(raw, curated, mode, years, scheduler)
    told = {"megabytes": peak_megabytes(), "run": outcome.run, "n_rows": outcome.n_rows, "work": asdict(outcome.counts)}
    return {**told, "steps": outcome.seconds, "flow": flow_seconds}


def _run_directly(raw: str, curated: str, years: tuple[int, int] | None) -> Any:
    from pathlib import Path

    from nianbao import pipeline
    from nianbao.selection import select

    if years is None:
        return pipeline.run(Path(raw), Path(curated))
    plant_a_fault()
    return pipeline.run(Path(raw), Path(curated), pipeline.RunOptions(selection=select(*years)))


def _run_flow(
    raw: str, curated: str, mode: str, years: tuple[int, int] | None, scheduler: str | None
) -> tuple[Any, float]:
    """What the flow returns, and how long it took by its own process."""
    from flows.local_run import run_local
    from nianbao.options import RunEvents

    how: dict[str, Any] = {"two": {"runner": "processes"}, "one": {}}.get(
        mode, {"runner": "dask", "scheduler": scheduler}
    )
    if mode == "one":
        os.cpu_count = lambda: 1
    if years:
        how |= {"first_year": years[0], "last_year": years[1]}
    began = time.perf_counter()
    outcome = run_local(
        "backfill" if years else "annual_refresh", raw, curated, RunEvents(), fetch=False, atlas=False, **how
    )
    return outcome, time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(run(**json.loads(sys.argv[1]))))
