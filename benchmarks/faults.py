"""`python -m benchmarks.faults`: runs killed at random instants while readers look on; `make faults`: 1,000.

With `--dask` two Dask workers do the steps, and of five kills one is a worker's: that run has to come to its end all
the same. What the workers of a killed run have begun they go on doing, beside the next run.

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
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from distributed import Client, as_completed

from nianbao import pipeline
from nianbao.indicators.assign import matcher_of
from nianbao.indicators.catalog import load_catalog
from nianbao.publishing.manifest import read_manifest
from nianbao.snapshots.inventory import current_snapshot_paths
from nianbao.snapshots.store import Snapshot, SnapshotPath, SnapshotStore
from schemas import TABLES, arrow_schema
from tests.conftest import RECEIVED, REPO_ROOT, report_text
from tests.flows.cluster import Cluster

YEARS = range(2014, 2020)
PLACES = (("990100", "云汀市"), ("990121", "青穗县"))
N_REPORTS = len(YEARS) * len(PLACES)
STATES_PER_MEASURE = 20
# On Dask: how many of the kills are a worker's, and how much is read in one job, a few of the reports.
SHARE_OF_WORKERS = 0.2
BATCH_BYTES = 5_000


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
            store.keep(data, note, SnapshotPath("rule_of_law", code, place, year))


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


Killed = Literal["nothing", "the run", "a worker"]


class Runs:
    """Runs in children, done here or by the workers of a cluster."""

    def __init__(self, raw: Path, curated: Path, cluster: Cluster | None) -> None:
        self.raw, self.curated, self.cluster = raw, curated, cluster

    def run_and_kill(self, after: float | None, worker: int | None = None) -> Killed:
        """A run in a child; `after` so many seconds (None: never) it is killed, or this worker of the cluster instead.
        What was killed: nothing where the run had come to its end before."""
        pid = os.fork()
        if pid == 0:
            self._run_as_child()
        code = _end_of(pid, after)
        killed: Killed = "nothing"
        if code is None and worker is not None and self.cluster is not None:
            killed = "a worker"
            self.cluster.kill_worker(worker)
            code = _end_of(pid, None)
        elif code is None:
            killed = "the run"
            os.kill(pid, signal.SIGKILL)
            code = _end_of(pid, None)
        if code != 0 and (killed, code) != ("the run", -signal.SIGKILL):
            raise SystemExit(f"a run ended with {code}; killed was {killed}")
        # One that comes to its end while it is killed is not killed.
        return "nothing" if killed == "the run" and code == 0 else killed

    def time(self) -> float:
        """The seconds that a run takes which nobody kills and which has everything to do."""
        began = time.monotonic()
        self.run_and_kill(None)
        return time.monotonic() - began

    def _run_as_child(self) -> NoReturn:
        try:
            if self.cluster is None:
                pipeline.run(self.raw, self.curated)
            else:
                with Client(self.cluster.address) as client:
                    options = pipeline.RunOptions(executor=partial(_by_workers, client), batch_bytes=BATCH_BYTES)
                    pipeline.run(self.raw, self.curated, options)
        except BaseException as error:  # noqa: BLE001  the child must end here, whatever comes
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)


def _by_workers(client: Client, step: pipeline.Step, jobs: Sequence[Any]) -> Iterator[Any]:
    for done in as_completed(client.map(step, jobs, pure=False)):
        yield done.result()


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


def _cluster(folder: Path) -> Cluster:
    return Cluster(folder, {**os.environ, "PYTHONPATH": str(REPO_ROOT), "NO_PROXY": "*"})


def main(
    kills: Annotated[int, typer.Option(help="How many runs, or workers of runs, are killed.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the instants.")] = 1,
    dask: Annotated[bool, typer.Option("--dask", help="The steps are done by two Dask workers.")] = False,
) -> None:
    """Kill, read, mend; ends with 1 where a reader saw anything torn, mixed or lost, or a run did not mend."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="nianbao-faults-") as folder, ExitStack() as stack:
        work = Path(folder)
        raw, curated = work / "raw", work / "curated"
        cluster = stack.enter_context(closing(_cluster(work))) if dask else None
        runs = Runs(raw, curated, cluster)
        warm_up()
        fill(raw, 1000)
        longest = runs.time()
        start = multiprocessing.get_context("spawn")
        over, ready = start.Event(), start.Barrier(len(READERS) + 1)
        readers = {
            name: start.Process(target=look_on, args=(read, curated, work / f"{name}.json", ready, over))
            for name, read in READERS.items()
        }
        for reader in readers.values():
            reader.start()
        ready.wait()
        killed: Counter[Killed] = Counter()
        number = 1000
        while (n := killed["the run"] + killed["a worker"]) < kills:
            number += 1
            fill(raw, number)
            if number % STATES_PER_MEASURE == 0:  # the machine may be quieter now, or busier
                print(f"{n} of {kills} killed, {killed['nothing']} came to their end", file=sys.stderr, flush=True)
                longest = runs.time()
                continue
            # Often several kills in the way to one state: each run goes on where the one before was stopped.
            at_last: Killed = "the run"
            while at_last == "the run" and killed["the run"] + killed["a worker"] < kills:
                worker = (
                    chance.randrange(len(cluster.workers)) if cluster and chance.random() < SHARE_OF_WORKERS else None
                )
                at_last = runs.run_and_kill(chance.uniform(0, 1.5 * longest), worker)
                killed[at_last] += 1
        runs.run_and_kill(None)
        over.set()
        for reader in readers.values():
            reader.join()
        good = _tell(work, killed)
        values, texts, _ = by_pyarrow(curated)
        mended = values == {float(number)} and len(texts) == N_REPORTS == len(list(current_snapshot_paths(raw)))
        left = [path.name for path in curated.rglob(".*") if path.name != ".lock"]
        print(f"the last run mended everything: {mended}, nothing is left over: {not left} {left or ''}")
    raise typer.Exit(not (good and mended and not left))


def _tell(work: Path, killed: Counter[Killed]) -> bool:
    print(f"{killed['the run']} runs killed at random instants, {killed['nothing']} came to their end before")
    if killed["a worker"]:
        print(f"{killed['a worker']} runs came to their end though a worker of theirs was killed")
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
