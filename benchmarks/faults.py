"""Runs killed at random instants while other processes read the tables: `python -m benchmarks.faults`, `make faults`.

With `--layout delta`, the tables are Delta tables. With `--dask`, two Dask workers do the steps, and one kill in five
hits a worker; such a run must still finish. Workers of a killed run finish the jobs that they have begun, concurrently
with the next run.

All reports of a published version state the same number. A reader that finds two numbers in one version has seen two
runs mixed, a reader that cannot read a file has seen it torn, and a reader that misses a report has lost it.
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
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NoReturn

import typer
from distributed import Client, as_completed

from benchmarks.measuring import REPO_ROOT
from nianbao import pipeline
from nianbao.indicators.assign import matcher_of
from nianbao.indicators.catalog import load_catalog
from nianbao.io.layout import DELTA, DELTA_LAYOUT, FILES_LAYOUT, VERSIONS, Layout
from nianbao.options import RunOptions, Step
from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.read_tables import pinned_versions, version_datasets
from nianbao.snapshots.inventory import current_snapshot_paths
from nianbao.snapshots.store import Snapshot, SnapshotPath, SnapshotStore
from schemas import TABLES, arrow_schema
from tests.conftest import RECEIVED, report_text
from tests.flows.cluster import Cluster

YEARS = range(2014, 2020)
PLACES = (("990100", "云汀市"), ("990121", "青穗县"))
N_REPORTS = len(YEARS) * len(PLACES)
FIRST_NUMBER = 1000
# Measure the duration of a run again after this many versions: the machine may be less or more busy by then.
VERSIONS_PER_MEASUREMENT = 20
# With Dask: the share of kills that hit a worker, and a batch size that gives each job a few of the reports.
WORKER_SHARE = 0.2
BATCH_BYTES = 5_000


class VersionContent(NamedTuple):
    """What a reader finds: the numbers of the observations, the ids of the texts, and the number of reports."""

    numbers: set[float]
    texts: set[str]
    n_reports: int


Reader = Callable[[Path], VersionContent]
Victim = Literal["nothing", "run", "worker"]


def write_raw(raw: Path, number: int) -> None:
    """Replace the folder of snapshots by one in which every report states `number`."""
    shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir(parents=True)
    store = SnapshotStore(raw)
    for code, place in PLACES:
        for year in YEARS:
            data = report_text(year, place, permits=number).encode()
            name = f"{place}{year}.txt"
            snapshot = Snapshot("", f"file:{name}", name, "", "text/plain", len(data), RECEIVED, "ingest")
            store.keep(data, snapshot, SnapshotPath("rule_of_law", code, place, year))


def read_with_pandas(folder: Path) -> VersionContent:
    """Read the tables of a version with pandas."""
    import pandas as pd

    rows = pd.read_parquet(folder / "observations.parquet", columns=["value", "subject", "kind"])
    numbers = rows[(rows["kind"] == "level") & rows["subject"].str.contains("行政许可")]["value"]
    texts = pd.read_parquet(folder / "documents.parquet")["report_id"]
    return VersionContent(set(numbers), set(texts), len(pd.read_parquet(folder / "reports.parquet")))


def read_with_pyarrow(folder: Path) -> VersionContent:
    """Read the tables of a version with PyArrow."""
    from pyarrow import compute, parquet

    rows = parquet.read_table(folder / "observations.parquet", use_threads=False)
    rows = rows.filter(
        (compute.field("kind") == "level") & compute.match_substring(compute.field("subject"), "行政许可")
    )
    texts = parquet.read_table(folder / "documents.parquet", use_threads=False)["report_id"].to_pylist()
    n_reports = parquet.read_table(folder / "reports.parquet", use_threads=False).num_rows
    return VersionContent(set(rows["value"].to_pylist()), set(texts), n_reports)


def read_with_duckdb(folder: Path) -> VersionContent:
    """Read the tables of a version with DuckDB."""
    import duckdb

    with duckdb.connect() as connection:
        numbers = connection.execute(
            f"SELECT DISTINCT value FROM '{folder}/observations.parquet' "
            "WHERE kind = 'level' AND subject LIKE '%行政许可%'"
        ).fetchall()
        texts = connection.execute(f"SELECT report_id FROM '{folder}/documents.parquet'").fetchall()
        ((n_reports,),) = connection.execute(f"SELECT count(*) FROM '{folder}/reports.parquet'").fetchall()
    return VersionContent({number for (number,) in numbers}, {report_id for (report_id,) in texts}, n_reports)


def read_delta_with_pandas(folder: Path) -> VersionContent:
    """Read the Delta tables of a version with pandas."""
    tables = version_datasets(folder)
    rows = tables["observations"].to_table(columns=["value", "subject", "kind"]).to_pandas()
    numbers = rows[(rows["kind"] == "level") & rows["subject"].str.contains("行政许可")]["value"]
    texts = tables["documents"].to_table(columns=["report_id"]).to_pandas()["report_id"]
    return VersionContent(set(numbers), set(texts), len(tables["reports"].to_table(columns=["report_id"]).to_pandas()))


def read_delta_with_polars(folder: Path) -> VersionContent:
    """Read the Delta tables of a version with Polars, which knows nothing of this program."""
    import polars as pl

    versions = pinned_versions(folder)
    curated = folder.parent.parent if folder.parent.name == VERSIONS else folder
    observations, documents, reports = (
        pl.scan_delta(str(curated / DELTA / name), version=versions[name])
        for name in ("observations", "documents", "reports")
    )
    is_wanted = (pl.col("kind") == "level") & pl.col("subject").str.contains("行政许可")
    numbers = observations.filter(is_wanted).select("value").collect()["value"]
    texts = documents.select("report_id").collect()["report_id"]
    return VersionContent(set(numbers), set(texts), reports.select("report_id").collect().height)


def read_delta_with_duckdb(folder: Path) -> VersionContent:
    """Read the Delta tables of a version with DuckDB, in one query."""
    import duckdb

    tables = version_datasets(folder)
    with duckdb.connect() as connection:
        for name in ("observations", "documents", "reports"):
            connection.register(name, tables[name])
        rows = connection.execute(
            "SELECT list(DISTINCT value), (SELECT list(report_id) FROM documents), (SELECT count(*) FROM reports) "
            "FROM observations WHERE kind = 'level' AND subject LIKE '%行政许可%'"
        ).fetchall()
    numbers, texts, n_reports = rows[0]
    return VersionContent(set(numbers), set(texts), n_reports)


READERS: dict[Layout, dict[str, Reader]] = {
    FILES_LAYOUT: {"pandas": read_with_pandas, "pyarrow": read_with_pyarrow, "duckdb": read_with_duckdb},
    DELTA_LAYOUT: {
        "pandas": read_delta_with_pandas,
        "polars": read_delta_with_polars,
        "duckdb": read_delta_with_duckdb,
    },
}


def read_until(read: Reader, curated: Path, output: Path, ready: Barrier, stop: Event) -> None:
    """Read the published version repeatedly until `stop`; write counts and faults to `output` as JSON.

    Any error in the folder that the manifest names is a fault. At the stable paths PyArrow, and pandas through it,
    opens each file twice; a version published between the two makes it fail. That is counted, and reading again must
    succeed.
    """
    n_reads, n_replaced, faults = 0, 0, []
    read(curated)
    ready.wait()
    parent = multiprocessing.parent_process()
    while not stop.is_set() and parent is not None and parent.is_alive():
        try:
            manifest = read_manifest(curated)
            if manifest is None:
                raise ValueError("the manifest is missing or incomplete")
            content = read(curated / manifest["folder"])
            if len(content.numbers) != 1 or len(content.texts) != N_REPORTS or content.n_reports != N_REPORTS:
                raise ValueError(
                    f"{manifest['run']}: {content.numbers}, {len(content.texts)} texts, {content.n_reports} reports"
                )
            try:
                read(curated)  # files of different versions are allowed here, incomplete files are not
            except OSError:
                n_replaced += 1
                read(curated)
        except Exception as error:  # noqa: BLE001  any error of a reader is a fault
            faults.append(f"{type(error).__name__}: {error}")
        n_reads += 1
        time.sleep(0.1)
    output.write_text(json.dumps({"reads": n_reads, "replaced": n_replaced, "faults": faults}), "utf-8")


class RunKiller:
    """Starts runs in child processes and kills them or, with a cluster, one of its workers."""

    def __init__(self, raw: Path, curated: Path, layout: Layout, cluster: Cluster | None) -> None:
        """Run from `raw` to `curated`, inline or on the workers of `cluster`."""
        self.raw, self.curated, self.layout, self.cluster = raw, curated, layout, cluster

    def run_and_kill(self, after: float | None, worker: int | None = None) -> Victim:
        """Start a run and kill it, or a worker of the cluster, after a number of seconds.

        Args:
            after: Seconds until the kill; None lets the run finish.
            worker: Number of the worker to kill; None kills the run.

        Returns:
            What was killed; "nothing" if the run finished first.

        Raises:
            SystemExit: A run failed for another reason.
        """
        pid = os.fork()
        if pid == 0:
            self._run_as_child()
        code = _wait_for_exit(pid, after)
        victim: Victim = "nothing"
        if code is None and worker is not None and self.cluster is not None:
            victim = "worker"
            self.cluster.kill_worker(worker)
            code = _wait_for_exit(pid, None)
        elif code is None:
            victim = "run"
            os.kill(pid, signal.SIGKILL)
            code = _wait_for_exit(pid, None)
        if code != 0 and (victim, code) != ("run", -signal.SIGKILL):
            raise SystemExit(f"a run exited with {code}; killed: {victim}")
        # A run that finishes just before the signal arrives was not killed.
        return "nothing" if victim == "run" and code == 0 else victim

    def measure_run(self) -> float:
        """Return the duration in seconds of a run that is not killed and has everything to do."""
        start = time.monotonic()
        self.run_and_kill(None)
        return time.monotonic() - start

    def _run_as_child(self) -> NoReturn:
        try:
            if self.cluster is None:
                pipeline.run(self.raw, self.curated, RunOptions(layout=self.layout))
            else:
                with _connect(self.cluster) as client:
                    executor = partial(_run_on_workers, client)
                    options = RunOptions(executor=executor, batch_bytes=BATCH_BYTES, layout=self.layout)
                    pipeline.run(self.raw, self.curated, options)
        except BaseException as error:  # noqa: BLE001  the child must end here in any case
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)


@contextmanager
def _connect(cluster: Cluster) -> Iterator[Client]:
    with Client(cluster.address) as client:  # type: ignore[no-untyped-call]  # distributed has no types here
        yield client


def _run_on_workers(client: Client, step: Step, jobs: Sequence[Any]) -> Iterator[Any]:
    futures = client.map(step, jobs, pure=False)
    for future in as_completed(futures):  # type: ignore[no-untyped-call]  # distributed has no types here
        yield future.result()


def _wait_for_exit(pid: int, seconds: float | None) -> int | None:
    """Return the exit code of a child, or None if it still runs after `seconds` (None: wait forever)."""
    deadline = math.inf if seconds is None else time.monotonic() + seconds
    while time.monotonic() < deadline:
        exited, status = os.waitpid(pid, os.WNOHANG)
        if exited:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    return None


def warm_up() -> None:
    """Load what every run needs before forking, so that runs are short; starts no thread."""
    matcher_of(load_catalog())
    for model in TABLES.values():
        arrow_schema(model)


@contextmanager
def concurrent_readers(curated: Path, layout: Layout, work: Path) -> Iterator[None]:
    """Run one process per reader on the published tables; each leaves its counts in `work`."""
    context = multiprocessing.get_context("spawn")
    stop, ready = context.Event(), context.Barrier(len(READERS[layout]) + 1)
    processes = [
        context.Process(target=read_until, args=(read, curated, work / f"{name}.json", ready, stop))
        for name, read in READERS[layout].items()
    ]
    for process in processes:
        process.start()
    ready.wait()
    yield
    stop.set()
    for process in processes:
        process.join()


def kill_runs(killer: RunKiller, kills: int, seed: int, longest: float) -> tuple[Counter[Victim], int]:
    """Kill runs until `kills` runs or workers were killed.

    Args:
        killer: Starts and kills the runs.
        kills: How many runs or workers to kill.
        seed: Seed of the random instants.
        longest: Duration of a run in seconds; measured again from time to time.

    Returns:
        How often what was killed, and the number that the reports of the last version state.
    """
    chance = random.Random(seed)
    victims: Counter[Victim] = Counter()
    number = FIRST_NUMBER
    while (n_killed := victims["run"] + victims["worker"]) < kills:
        number += 1
        write_raw(killer.raw, number)
        if number % VERSIONS_PER_MEASUREMENT == 0:
            print(f"{n_killed} of {kills} killed, {victims['nothing']} finished", file=sys.stderr, flush=True)
            longest = killer.measure_run()
            continue
        # Several kills on the way to one version: each run continues where the last was stopped.
        victim: Victim = "run"
        while victim == "run" and victims["run"] + victims["worker"] < kills:
            cluster = killer.cluster
            worker = chance.randrange(len(cluster.workers)) if cluster and chance.random() < WORKER_SHARE else None
            victim = killer.run_and_kill(chance.uniform(0, 1.5 * longest), worker)
            victims[victim] += 1
    return victims, number


def main(
    kills: Annotated[int, typer.Option(help="Number of runs, or of workers of runs, to kill.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the random instants.")] = 1,
    dask: Annotated[bool, typer.Option("--dask", help="Run the steps on two Dask workers.")] = False,
    layout: Annotated[Layout, typer.Option(help="Layout of the tables: files or delta.")] = FILES_LAYOUT,
) -> None:
    """Kill runs while others read the tables; exit with 1 if a reader finds a fault or the last run is incomplete."""
    with tempfile.TemporaryDirectory(prefix="nianbao-faults-") as folder, ExitStack() as stack:
        work = Path(folder)
        raw, curated = work / "raw", work / "curated"
        environment = {**os.environ, "PYTHONPATH": str(REPO_ROOT), "NO_PROXY": "*"}
        cluster = stack.enter_context(closing(Cluster(work, environment))) if dask else None
        killer = RunKiller(raw, curated, layout, cluster)
        warm_up()
        write_raw(raw, FIRST_NUMBER)
        longest = killer.measure_run()
        with concurrent_readers(curated, layout, work):
            victims, number = kill_runs(killer, kills, seed, longest)
            killer.run_and_kill(None)
        ok = report_faults(work, layout, victims)
        content = next(iter(READERS[layout].values()))(curated)
        is_complete = content.numbers == {float(number)} and len(content.texts) == N_REPORTS
        is_complete = is_complete and len(list(current_snapshot_paths(raw))) == N_REPORTS
        leftovers = [path.name for path in curated.rglob(".*") if path.name != ".lock"]
        print(f"the last run completed everything: {is_complete}; left over: {leftovers or 'nothing'}")
    raise typer.Exit(not (ok and is_complete and not leftovers))


def report_faults(work: Path, layout: Layout, victims: Counter[Victim]) -> bool:
    """Print what was killed and what the readers found; return whether they found no fault."""
    print(f"{victims['run']} runs killed at random instants, {victims['nothing']} finished before")
    if victims["worker"]:
        print(f"{victims['worker']} runs finished although one of their workers was killed")
    ok = True
    for name in READERS[layout]:
        result = json.loads((work / f"{name}.json").read_text("utf-8"))
        ok &= not result["faults"] and result["reads"] > 0
        print(f"{name}: {result['reads']} reads, {len(result['faults'])} faults {result['faults'][:3] or ''}")
        if result["replaced"]:
            print(f"  {result['replaced']} files at a stable path replaced while opened, complete when read again")
    return ok


if __name__ == "__main__":
    typer.run(main)
