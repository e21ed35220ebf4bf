"""`python -m benchmarks.faults`: runs killed at random instants while readers look on; `make faults`: 1,000.

Every state that is published says one number in all its reports. A reader that finds two numbers in the tables of one
state has seen two runs mixed; one that cannot read a file has seen it torn; one that misses a report has lost it.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Annotated

import typer

from nianbao import pipeline
from nianbao.indicators.assign import matcher_of
from nianbao.indicators.catalog import load_catalog
from nianbao.storage.snapshots import Place, Snapshot, SnapshotStore
from nianbao.storage.standing import standing_paths
from nianbao.storage.state import read_manifest
from schemas import TABLES, arrow_schema
from tests.conftest import RECEIVED, report_text

YEARS = range(2014, 2020)
PLACES = (("990100", "云汀市"), ("990121", "青穗县"))
N_REPORTS = len(YEARS) * len(PLACES)
STATES_PER_MEASURE = 20


def fill(raw: Path, number: int) -> None:
    """Let the folder of raw files hold the reports that all say `number`, and no others."""
    shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir(parents=True)
    store = SnapshotStore(raw)
    for code, place in PLACES:
        for year in YEARS:
            data = report_text(year, place, permits=number).encode()
            name = f"{place}{year}.txt"
            note = Snapshot("", f"file:{name}", name, "", "text/plain", len(data), RECEIVED, "ingest")
            store.keep(data, note, Place("rule_of_law", code, place, year))


Reading = Callable[[Path], tuple[set[float], set[str], int]]


def by_pandas(folder: Path) -> tuple[set[float], set[str], int]:
    """The numbers that the observations say, the reports that have texts, and how many reports there are."""
    import pandas as pd

    seen = pd.read_parquet(folder / "observations.parquet", columns=["value", "subject", "kind"])
    values = seen[(seen["kind"] == "level") & seen["subject"].str.contains("行政许可")]["value"]
    texts = pd.read_parquet(folder / "documents.parquet")["report_id"]
    return set(values), set(texts), len(pd.read_parquet(folder / "reports.parquet"))


def by_pyarrow(folder: Path) -> tuple[set[float], set[str], int]:
    """The same by pyarrow."""
    from pyarrow import compute, parquet

    seen = parquet.read_table(folder / "observations.parquet", use_threads=False)
    seen = seen.filter(
        (compute.field("kind") == "level") & compute.match_substring(compute.field("subject"), "行政许可")
    )
    texts = parquet.read_table(folder / "documents.parquet", use_threads=False)["report_id"].to_pylist()
    n = parquet.read_table(folder / "reports.parquet", use_threads=False).num_rows
    return set(seen["value"].to_pylist()), set(texts), n


def by_duckdb(folder: Path) -> tuple[set[float], set[str], int]:
    """The same by DuckDB."""
    import duckdb

    with duckdb.connect() as base:
        values = base.execute(
            f"SELECT DISTINCT value FROM '{folder}/observations.parquet' "
            "WHERE kind = 'level' AND subject LIKE '%行政许可%'"
        ).fetchall()
        texts = base.execute(f"SELECT report_id FROM '{folder}/documents.parquet'").fetchall()
        (n,) = base.execute(f"SELECT count(*) FROM '{folder}/reports.parquet'").fetchall()[0]
    return {value for (value,) in values}, {name for (name,) in texts}, n


def look_on(read: Reading, curated: Path, told: Path, ready: Barrier, over: Event) -> None:
    """Read the published state again and again until it is over; writes how often, and what was wrong.

    The folder that the manifest names is read without mercy. Of the stable paths PyArrow, and pandas by it, open each
    twice: a state that comes just between the two makes them fail, which is counted, and must be over at once.
    """
    n, between, faults = 0, 0, []
    read(curated)
    ready.wait()
    whole = multiprocessing.parent_process()
    while not over.is_set() and whole is not None and whole.is_alive():
        try:
            manifest = read_manifest(curated)
            if manifest is None:
                raise ValueError("there is no manifest, or half of one")
            values, texts, n_reports = read(curated / manifest["folder"])
            if len(values) != 1 or len(texts) != N_REPORTS or n_reports != N_REPORTS:
                raise ValueError(f"{manifest['run']}: {values}, {len(texts)} texts, {n_reports} reports")
            try:
                read(curated)  # one by one: of which state each is may differ, but each must be whole
            except OSError:
                between += 1
                read(curated)
        except Exception as error:  # noqa: BLE001  whatever a reader runs into is what is looked for
            faults.append(f"{type(error).__name__}: {error}")
        n += 1
        time.sleep(0.1)
    told.write_text(json.dumps({"reads": n, "between": between, "faults": faults}), "utf-8")


READERS: dict[str, Reading] = {"pandas": by_pandas, "pyarrow": by_pyarrow, "duckdb": by_duckdb}


def run_and_kill(raw: Path, curated: Path, after: float | None) -> bool:
    """A run in a child that is killed `after` so many seconds (None: never); whether it came to its end before."""
    pid = os.fork()
    if pid == 0:
        try:
            pipeline.run(raw, curated)
        except BaseException as error:  # noqa: BLE001  the child must end here, whatever comes
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    code = _end_of(pid, after)
    if code is None:
        os.kill(pid, signal.SIGKILL)
        code = _end_of(pid, None)
    if code not in (0, -signal.SIGKILL):
        raise SystemExit(f"a run after a kill ended with {code}")
    return code == 0


def time_of_a_run(raw: Path, curated: Path) -> float:
    """The seconds that a run takes which nobody kills and which has everything to do."""
    began = time.monotonic()
    run_and_kill(raw, curated, None)
    return time.monotonic() - began


def _end_of(pid: int, within: float | None) -> int | None:
    """The exit code of a child; None where it is still at work after so many seconds (`within` None: it is awaited)."""
    until = math.inf if within is None else time.monotonic() + within
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    return None


def warm_up() -> None:
    """Make here what every run needs, so that the children have it and a run takes a moment. No thread is started."""
    matcher_of(load_catalog())
    for model in TABLES.values():
        arrow_schema(model)


def main(
    kills: Annotated[int, typer.Option(help="How many runs are killed.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the instants.")] = 1,
) -> None:
    """Kill, read, mend; ends with 1 where a reader saw anything torn, mixed or lost, or a run did not mend."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="nianbao-faults-") as folder:
        work = Path(folder)
        raw, curated = work / "raw", work / "curated"
        warm_up()
        fill(raw, 1000)
        longest = time_of_a_run(raw, curated)
        start = multiprocessing.get_context("spawn")
        over, ready = start.Event(), start.Barrier(len(READERS) + 1)
        readers = {
            name: start.Process(target=look_on, args=(read, curated, work / f"{name}.json", ready, over))
            for name, read in READERS.items()
        }
        for reader in readers.values():
            reader.start()
        ready.wait()
        killed = ended = 0
        number = 1000
        while killed < kills:
            number += 1
            fill(raw, number)
            if number % STATES_PER_MEASURE == 0:  # the machine may be quieter now, or busier
                longest = time_of_a_run(raw, curated)
                continue
            # Often several kills in the way to one state: each run goes on where the one before was stopped.
            while killed < kills:
                if run_and_kill(raw, curated, chance.uniform(0, 1.5 * longest)):
                    ended += 1
                    break
                killed += 1
                if killed % 50 == 0:
                    print(f"{killed} of {kills} killed, {ended} came to their end", file=sys.stderr, flush=True)
        run_and_kill(raw, curated, None)
        over.set()
        for reader in readers.values():
            reader.join()
        good = _tell(work, killed, ended)
        values, texts, _ = by_pyarrow(curated)
        mended = values == {float(number)} and len(texts) == N_REPORTS == len(list(standing_paths(raw)))
        left = [path.name for path in curated.rglob(".*") if path.name != ".lock"]
        print(f"the last run mended everything: {mended}, nothing is left over: {not left} {left or ''}")
    raise typer.Exit(not (good and mended and not left))


def _tell(work: Path, killed: int, ended: int) -> bool:
    print(f"{killed} runs killed at random instants, {ended} came to their end before")
    good = True
    for name in READERS:
        told = json.loads((work / f"{name}.json").read_text("utf-8"))
        good &= not told["faults"] and told["reads"] > 0
        print(f"{name}: {told['reads']} reads, {len(told['faults'])} torn, mixed or lost {told['faults'][:3] or ''}")
        if told["between"]:
            print(f"  and {told['between']} of a stable path replaced between its two openings, whole when read again")
    return good


if __name__ == "__main__":
    typer.run(main)
