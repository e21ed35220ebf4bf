"""`python -m benchmarks.scale`: many reports. Speed on one and two processes and on Dask, memory at a tenth and at all,
a run with nothing new, one new report among all, and where the time goes. Every run is a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch

import typer
from pyinstrument import Profiler
from pyinstrument.frame import Frame

from benchmarks.one_run import peak_megabytes, plant_a_fault
from flows.prefect_settings import SETTINGS
from tests.synthetic.generator.plan import plan
from tests.synthetic.generator.raw_folder import reports, write_raw

HOUSE = Path(__file__).parent.parent
YEARS = range(2014, 2024)
FAMILIES = ("rule_of_law", "work_report")
SYSTEMS = ("txt", "trs", "jpage", "gkmlpt")
LEAST_TIMES_FASTER = 1.7
MOST_TIMES_MEMORY = 1.2
MOST_SHARE_NOTHING_NEW = 0.02
MOST_SHARE_OF_A_STEP = 0.15
MODES = ("one", "two", "dask")
# Each kind of run so often, in turn, and the fastest counts: what else a machine does comes and goes by the minute.
ROUNDS = 2
# Background work of Dask's processes that a run does not need; docs/explanation/scale.md explains it.
DASK = {
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.scheduler.active-memory-manager.start": False,
    # Without MALLOC_TRIM_THRESHOLD_, by which memory goes back to the system again and again, and comes again.
    "distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
}

# To which part of the work time belongs: that of the innermost function that stands in one of these places. What a
# library does is its caller's.
PARTS = (
    (
        "start",
        ("importlib", "schemas/yaml_config.py", "nianbao/indicators/catalog.py", "nianbao/indicators/wording.py"),
    ),
    ("validation", ("nianbao/tables/validation.py", "nianbao/tables/fast_checks.py", "nianbao/tables/batch.py")),
    ("writing", ("nianbao/publishing/publish.py", "nianbao/cache/entries.py", "nianbao/steps/write.py")),
    ("reading", ("nianbao/documents", "nianbao/snapshots/store.py", "nianbao/documents/identity.py")),
    ("extraction", ("nianbao/extraction",)),
    ("matching", ("nianbao/indicators",)),
    ("comparing", ("nianbao/comparison",)),
    ("ids and rows", ("nianbao/storage", "nianbao/steps", "nianbao/fingerprint.py")),
    ("listing and placing", ("nianbao/pipeline.py",)),
)
PARTS_WITHOUT_LIMIT = ("reading", "extraction")


def make_raw(folder: Path, n: int, style: str) -> int:
    """Write about `n` invented reports; returns how many there are."""
    n_governments = max(1, n // (len(YEARS) * len(FAMILIES)))
    return write_raw(folder, reports(plan(1, n_governments, YEARS, FAMILIES), style=style, systems=SYSTEMS))


def run_once(raw: Path, curated: Path, mode: str, years: tuple[int, int] | None = None) -> dict[str, Any]:
    """One run in a process of its own: its seconds, what it published, and the memory of the largest process.

    A cluster stands before a run asks it, and its workers have not done anything yet.
    """
    asked = {"raw": str(raw), "curated": str(curated), "mode": mode, "years": years, "scheduler": None}
    with ExitStack() as stack:
        cluster = stack.enter_context(_cluster()) if mode.startswith("dask") else None
        if cluster:
            asked["scheduler"] = cluster.scheduler.address
        if cluster and mode == "dask-faulty":
            cluster.run(plant_a_fault, workers=[next(iter(cluster.nthreads()))])
        command = [sys.executable, "-m", "benchmarks.one_run", json.dumps(asked)]
        began = time.perf_counter()
        done = subprocess.run(command, cwd=HOUSE, env=_environment(), capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - began
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        if cluster:
            told["megabytes"] = max(told["megabytes"], *cluster.run(peak_megabytes).values())
    return {**told, "seconds": seconds}


@contextmanager
def _cluster() -> Iterator[Any]:
    """Two Dask workers, processes of their own; yields a client of theirs."""
    import dask.config
    from distributed import LocalCluster

    with dask.config.set(DASK), patch.dict(os.environ, _environment() | SETTINGS, clear=True):
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, cluster.get_client() as client:
        yield client


def measure_machine(work: Path, raw: Path) -> float:
    """How much more two runs that share nothing do in the same time than one: what no way to divide work can surpass.

    Two cores that are two threads of one, or that share their memory's bandwidth, are not twice one.
    """
    alone = run_once(raw, _empty(work / "curated-alone"), "alone")["seconds"]
    with ThreadPoolExecutor(2) as pool:
        folders = [_empty(work / f"curated-side{n}") for n in range(2)]
        both = list(pool.map(lambda folder: run_once(raw, folder, "alone")["seconds"], folders))
    return float(2 * alone / max(both))


def _environment() -> dict[str, str]:
    """Without what is set here for Prefect, with bytecode kept: users' processes do not compile what they import."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    home = Path(tempfile.gettempdir()) / "nianbao-bench-prefect"
    return {**kept, "PREFECT_HOME": str(home), "NO_PROXY": "*"}


def profile(raw: Path, curated: Path) -> dict[str, float]:
    """The share of each part in a first run in this process, by looking at it every two milliseconds."""
    from nianbao.pipeline import run

    profiler = Profiler(interval=0.002)
    with profiler:
        run(raw, curated)
    times: dict[str, float] = {}
    root = profiler.last_session.root_frame() if profiler.last_session else None
    if root is None:
        raise SystemExit("the profiler saw nothing")
    _add_times(root, "other", times)
    total = sum(times.values())
    return {part: seconds / total for part, seconds in sorted(times.items(), key=lambda item: -item[1])}


def _add_times(frame: Frame, part: str, times: dict[str, float]) -> None:
    """Add a frame's own time to its part, or to the part that called it where it is in none."""
    file = frame.file_path or ""
    part = next((name for name, places in PARTS if any(place in file for place in places)), part)
    within = sum(child.time for child in frame.children)
    times[part] = times.get(part, 0.0) + frame.time - within
    for child in frame.children:
        _add_times(child, part, times)


def _line(what: str, told: str, good: bool) -> bool:
    print(f"{what}: {told} ({'ok' if good else 'NOT AS PROMISED'})", flush=True)
    return good


def bench(
    n: Annotated[
        int, typer.Option("--reports", help="How many; memory is also taken at a tenth of them, and the profile.")
    ] = 20_000,
    style: Annotated[str, typer.Option(help="full: as long as real ones; small: 1,000 to 2,000 characters.")] = "full",
    modes: Annotated[str, typer.Option(help="Of one, two and dask, with commas.")] = ",".join(MODES),
    folder: Annotated[Path | None, typer.Option(help="Where to work; kept afterwards.")] = None,
) -> None:
    """Measure; ends with 1 where something is not as promised."""
    work = folder or Path(tempfile.mkdtemp(prefix="nianbao-scale-"))
    try:
        good = measure(work, n, style, modes.split(","))
    finally:
        if folder is None:
            shutil.rmtree(work, ignore_errors=True)
    raise typer.Exit(not good)


def measure(work: Path, n: int, style: str, modes: list[str]) -> bool:
    """All figures, one line each; whether all are as promised."""
    few, many = work / "few", work / "many"
    made: dict[Path, int] = {}
    for raw, size in ((few, n // 10), (many, n)):
        shutil.rmtree(raw, ignore_errors=True)
        made[raw] = make_raw(raw, size, style)
    good = []
    first: dict[str, dict[str, Any]] = {}
    if len(modes) > 1:
        print(f"this machine: two runs beside each other do {measure_machine(work, few):.2f} x one", flush=True)
    runs: dict[str, list[dict[str, Any]]] = {mode: [] for mode in modes}
    for mode in modes * ROUNDS:
        runs[mode].append(run_once(many, _empty(work / f"curated-{mode}"), mode))
    for mode in modes:
        first[mode] = min(runs[mode], key=lambda told: told["seconds"])
        first[mode]["megabytes"] = max(told["megabytes"] for told in runs[mode])
        speed = made[many] / first[mode]["seconds"]
        times = first["one"]["seconds"] / first[mode]["seconds"] if "one" in first else 1.0
        same = all(told["run"] == first[modes[0]]["run"] for told in runs[mode])
        enough = same and (mode == "one" or times >= LEAST_TIMES_FASTER)
        slowest = max(told["seconds"] for told in runs[mode])
        told = (
            f"{made[many]} reports in {first[mode]['seconds']:.1f} s (at worst {slowest:.1f} s), {speed:.0f} a second, "
            f"{times:.2f} x one process"
        )
        good.append(_line(f"{mode} ({_steps(first[mode])})", told, enough))
        if first[mode]["flow"]:
            besides = 1 - sum(first[mode]["steps"].values()) / first[mode]["flow"]
            told = f"{besides:.0%} of the flow, its tasks' starts not counted"
            good.append(_line(f"{mode}: Prefect, artifacts", told, besides <= MOST_SHARE_OF_A_STEP))
    for mode in ("one", "dask"):
        if mode in modes:
            good += measure_bounds(work, (few, many), (made[few], made[many]), mode, first[mode])
    shares = profile(few, _empty(work / "curated-profile"))
    for part, share in shares.items():
        within = part in PARTS_WITHOUT_LIMIT or share <= MOST_SHARE_OF_A_STEP
        good.append(_line(f"share of {part} over {made[few]} reports", f"{share:.0%}", within))
    return all(good)


def measure_bounds(
    work: Path, raws: tuple[Path, Path], n: tuple[int, int], mode: str, first: dict[str, Any]
) -> list[bool]:
    """What a fault costs, how memory grows from few reports to many, and what runs cost that find little or nothing
    new; `first` is the first run over the many."""
    few, many = raws
    half = list(YEARS)[: len(YEARS) // 2]
    faulty = "faulty" if mode == "one" else f"{mode}-faulty"
    stumbled = run_once(many, _empty(work / f"curated-{faulty}"), faulty, (half[0], half[-1]))
    read, left, rejected = stumbled["work"]["new"], stumbled["n_rows"]["reports"], stumbled["n_rows"]["rejects"]
    told = f"{left} published, {rejected} in rejects"
    good = [_line(f"{mode}: 1 faulty among {read}", told, left == read - 1 and rejected == 1)]
    smaller = run_once(few, _empty(work / f"curated-few-{mode}"), mode)
    times = first["megabytes"] / smaller["megabytes"]
    told = f"{smaller['megabytes']:.0f} MB at {n[0]}, {first['megabytes']:.0f} MB at {n[1]}, {times:.2f} x"
    good.append(_line(f"{mode}: memory of the largest process", told, times <= MOST_TIMES_MEMORY))
    return good + measure_increments(work, many, work / f"curated-{mode}", mode, first["seconds"])


def measure_increments(work: Path, raw: Path, curated: Path, mode: str, first: float) -> list[bool]:
    """A run with nothing new, as its command; then one report more, to published, and taken away again."""
    command = [str(Path(sys.executable).parent / "nianbao"), "run", "--raw", str(raw), "--curated", str(curated)]
    command += ["--no-fetch", "--no-atlas"]
    with ExitStack() as stack:
        if mode == "one":
            command.append("--direct")
        else:
            command += ["--runner", "dask", "--scheduler", stack.enter_context(_cluster()).scheduler.address]
        nothing = min(_timed(lambda: _call(command)) for _ in range(3))
    told = f"{nothing:.2f} s, {nothing / first:.1%} of the first run"
    good = [_line(f"{mode}: nothing new", told, nothing <= MOST_SHARE_NOTHING_NEW * first)]
    new = work / "new"
    shutil.rmtree(new, ignore_errors=True)
    write_raw(new, reports(plan(1, 1, range(2012, 2013), FAMILIES[:1]), systems=("txt",)))
    shutil.copytree(new, raw, dirs_exist_ok=True)
    more = run_once(raw, curated, mode)
    for file in new.rglob("*"):
        if file.is_file():
            (raw / file.relative_to(new)).unlink()
    assert more["work"]["new"] == 1, more["work"]
    told = f"{more['seconds']:.1f} s to published, {more['seconds'] / first:.1%} of the first run ({_steps(more)})"
    return [*good, _line(f"{mode}: one new report", told, True)]


def _call(command: list[str]) -> None:
    subprocess.run(
        command, cwd=HOUSE, env=_environment(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _steps(told: dict[str, Any]) -> str:
    return ", ".join(f"{step} {seconds:.1f}" for step, seconds in told["steps"].items())


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


if __name__ == "__main__":
    typer.run(bench)
