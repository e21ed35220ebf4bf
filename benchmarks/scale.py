"""Runs over many reports: speed, memory, increments, profile: `python -m benchmarks.scale`, part of `make bench`.

Measures the speed on one process, two processes and Dask; the memory with a tenth of the reports and with all; a run
with nothing new; one new report among all; and the share of each part of the work. Every run has its own process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch

import typer
from pyinstrument import Profiler
from pyinstrument.frame import Frame

from benchmarks.measuring import REPO_ROOT, report
from benchmarks.one_run import RunFigures, RunRequest, peak_megabytes, plant_fault
from flows.prefect_settings import SETTINGS
from nianbao.io.layout import FILES_LAYOUT, Layout
from tests.synthetic.generator.plan import plan
from tests.synthetic.generator.raw_folder import reports, write_raw

YEARS = range(2014, 2024)
FAMILIES = ("rule_of_law", "work_report")
SYSTEMS = ("txt", "trs", "jpage", "gkmlpt")
MIN_SPEEDUP = 1.7
MAX_MEMORY_GROWTH = 1.2
MAX_SHARE_NOTHING_NEW = 0.02
MAX_SHARE_OF_PART = 0.15
MODES = ("one", "two", "dask")
# Runs per mode, alternating; the fastest counts, because the load of a machine varies from minute to minute.
ROUNDS = 2
# Turns off what Dask's processes do up to a hundred times a second and a run does not need: see docs/explanation.
DASK = {
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.scheduler.active-memory-manager.start": False,
    # The default also has MALLOC_TRIM_THRESHOLD_, which returns memory to the system only to take it again.
    "distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
}

# The parts of the work, each with paths: time belongs to the part of the innermost function in one of these paths. Time
# in a library belongs to its caller.
PARTS = (
    (
        "start",
        ("importlib", "schemas/yaml_config.py", "nianbao/indicators/catalog.py", "nianbao/indicators/wording.py"),
    ),
    ("validation", ("nianbao/tables",)),
    ("writing", ("nianbao/publishing", "nianbao/cache", "nianbao/steps/write.py")),
    ("reading", ("nianbao/documents", "nianbao/snapshots/store.py")),
    ("extraction", ("nianbao/extraction",)),
    ("matching", ("nianbao/indicators",)),
    ("comparing", ("nianbao/comparison",)),
    ("ids and rows", ("nianbao/snapshots", "nianbao/steps", "nianbao/fingerprint.py")),
    ("planning", ("nianbao/pipeline.py",)),
)
UNLIMITED_PARTS = ("reading", "extraction")


@dataclass(frozen=True, slots=True)
class RawFolder:
    """A folder of snapshots with the number of its reports."""

    path: Path
    n_reports: int


def make_raw(folder: Path, n: int, style: str) -> RawFolder:
    """Write about `n` invented reports to an empty folder."""
    n_governments = max(1, n // (len(YEARS) * len(FAMILIES)))
    plans = plan(1, n_governments, YEARS, FAMILIES)
    return RawFolder(folder, write_raw(_empty(folder), reports(plans, style=style, systems=SYSTEMS)))


def run_once(
    raw: Path, curated: Path, mode: str, years: tuple[int, int] | None = None, layout: Layout | None = None
) -> RunFigures:
    """Run in a new process; with Dask, on a new cluster that is ready before the run starts."""
    request: RunRequest = {
        "raw": str(raw),
        "curated": str(curated),
        "mode": mode,
        "years": years,
        "scheduler": None,
        "layout": layout,
    }
    with ExitStack() as stack:
        client = stack.enter_context(_cluster()) if mode.startswith("dask") else None
        if client:
            request["scheduler"] = client.scheduler.address
        if client and mode == "dask-faulty":
            client.run(plant_fault, workers=[next(iter(client.nthreads()))])
        command = [sys.executable, "-m", "benchmarks.one_run", json.dumps(request)]
        start = time.perf_counter()
        process = subprocess.run(
            command, cwd=REPO_ROOT, env=_environment(), capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - start
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} exited with {process.returncode}:\n{process.stderr[-3000:]}")
        figures: RunFigures = json.loads(process.stdout.splitlines()[-1])
        if client:
            figures["megabytes"] = max(figures["megabytes"], *client.run(peak_megabytes).values())
    figures["seconds"] = seconds
    return figures


@contextmanager
def _cluster() -> Iterator[Any]:
    """Start two Dask workers as processes; yield their client."""
    import dask.config
    from distributed import LocalCluster

    local_cluster: Any = LocalCluster
    with dask.config.set(DASK), patch.dict(os.environ, _environment() | SETTINGS, clear=True):
        cluster = local_cluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, cluster.get_client() as client:
        yield client


def measure_parallelism(work: Path, raw: Path) -> float:
    """Return the throughput of two independent runs at once relative to one: the upper limit of any speedup.

    It is below 2 if the two cores are threads of one, or share the bandwidth of the memory.
    """
    alone = run_once(raw, _empty(work / "curated-alone"), "alone")["seconds"]
    with ThreadPoolExecutor(2) as pool:
        folders = [_empty(work / f"curated-parallel{n}") for n in range(2)]
        both = list(pool.map(lambda folder: run_once(raw, folder, "alone")["seconds"], folders))
    return float(2 * alone / max(both))


def _environment() -> dict[str, str]:
    """Return the environment without Prefect settings, and with bytecode caching, as users have it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    home = Path(tempfile.gettempdir()) / "nianbao-bench-prefect"
    return {**kept, "PREFECT_HOME": str(home), "NO_PROXY": "*"}


def profile(raw: Path, curated: Path) -> dict[str, float]:
    """Return the share of each part in a first run in this process, sampled every two milliseconds."""
    from nianbao.pipeline import run

    profiler = Profiler(interval=0.002)
    with profiler:
        run(raw, curated)
    times: dict[str, float] = {}
    root = profiler.last_session.root_frame() if profiler.last_session else None
    if root is None:
        raise SystemExit("the profiler recorded nothing")
    _add_times(root, "other", times)
    total = sum(times.values())
    return {part: seconds / total for part, seconds in sorted(times.items(), key=lambda item: -item[1])}


def _add_times(frame: Frame, part: str, times: dict[str, float]) -> None:
    """Add a frame's own time to its part, or to its caller's part if it has none."""
    file = frame.file_path or ""
    part = next((name for name, paths in PARTS if any(path in file for path in paths)), part)
    in_children = sum(child.time for child in frame.children)
    times[part] = times.get(part, 0.0) + frame.time - in_children
    for child in frame.children:
        _add_times(child, part, times)


def main(
    n: Annotated[
        int, typer.Option("--reports", help="Number of reports; memory and profile also use a tenth of them.")
    ] = 20_000,
    style: Annotated[
        str, typer.Option(help="Length of the reports: full (like real ones) or small (1,000 to 2,000 characters).")
    ] = "full",
    modes: Annotated[str, typer.Option(help="Modes to measure, of one, two and dask, separated by commas.")] = (
        ",".join(MODES)
    ),
    layout: Annotated[Layout, typer.Option(help="Layout of the tables: files or delta.")] = FILES_LAYOUT,
    folder: Annotated[
        Path | None, typer.Option(help="Folder to work in, which is kept; a temporary one by default.")
    ] = None,
) -> None:
    """Measure runs over many invented reports; exit with 1 if a limit is exceeded."""
    work = folder or Path(tempfile.mkdtemp(prefix="nianbao-scale-"))
    try:
        ok = measure(work, n, style, modes.split(","), layout)
    finally:
        if folder is None:
            shutil.rmtree(work, ignore_errors=True)
    raise typer.Exit(not ok)


def measure(work: Path, n: int, style: str, modes: Sequence[str], layout: Layout) -> bool:
    """Print all measurements; return whether all are within their limits."""
    few, many = make_raw(work / "few", n // 10, style), make_raw(work / "many", n, style)
    if len(modes) > 1:
        parallelism = measure_parallelism(work, few.path)
        print(f"this machine: two concurrent runs do {parallelism:.2f} x the work of one", flush=True)
    runs: dict[str, list[RunFigures]] = {mode: [] for mode in modes}
    for mode in [*modes] * ROUNDS:
        runs[mode].append(run_once(many.path, _empty(work / f"curated-{mode}"), mode, layout=layout))
    fastest = {mode: min(runs[mode], key=lambda figures: figures["seconds"]) for mode in modes}
    for mode in modes:
        fastest[mode]["megabytes"] = max(figures["megabytes"] for figures in runs[mode])
    results = []
    for mode in modes:
        results += measure_speed(mode, many.n_reports, runs, fastest)
    for mode in ("one", "dask"):
        if mode in modes:
            results += measure_limits(work, few, many, mode, fastest[mode], layout)
    for part, share in profile(few.path, _empty(work / "curated-profile")).items():
        ok = part in UNLIMITED_PARTS or share <= MAX_SHARE_OF_PART
        results.append(report(f"share of {part} over {few.n_reports} reports", f"{share:.0%}", ok))
    return all(results)


def measure_speed(
    mode: str, n_reports: int, runs: dict[str, list[RunFigures]], fastest: dict[str, RunFigures]
) -> list[bool]:
    """Report the speed of a mode relative to one process, and the overhead of Prefect."""
    figures = fastest[mode]
    speedup = fastest["one"]["seconds"] / figures["seconds"] if "one" in fastest else 1.0
    same_result = len({run["run"] for run in (*runs[mode], next(iter(fastest.values())))}) == 1
    slowest = max(run["seconds"] for run in runs[mode])
    text = (
        f"{n_reports} reports in {figures['seconds']:.1f} s (slowest {slowest:.1f} s), "
        f"{n_reports / figures['seconds']:.0f} per second, {speedup:.2f} x one process"
    )
    ok = same_result and (mode == "one" or speedup >= MIN_SPEEDUP)
    results = [report(f"{mode} ({_step_times(figures)})", text, ok)]
    if figures["flow"]:
        overhead = 1 - sum(figures["steps"].values()) / figures["flow"]
        text = f"{overhead:.0%} of the flow, without the start of its tasks"
        results.append(report(f"{mode}: Prefect and artifacts", text, overhead <= MAX_SHARE_OF_PART))
    return results


def measure_limits(
    work: Path, few: RawFolder, many: RawFolder, mode: str, first: RunFigures, layout: Layout
) -> list[bool]:
    """Measure a failing report, the growth of memory, and increments.

    Args:
        work: Folder to work in.
        few: A tenth of the reports.
        many: All reports.
        mode: Mode of the runs.
        first: Figures of the first run over `many`.
        layout: Layout of the tables.
    """
    half = list(YEARS)[: len(YEARS) // 2]
    faulty_mode = "faulty" if mode == "one" else f"{mode}-faulty"
    faulty = run_once(many.path, _empty(work / f"curated-{faulty_mode}"), faulty_mode, (half[0], half[-1]), layout)
    n_read, n_published, n_rejected = faulty["counts"]["new"], faulty["n_rows"]["reports"], faulty["n_rows"]["rejects"]
    text = f"{n_published} published, {n_rejected} rejected"
    results = [report(f"{mode}: 1 faulty of {n_read}", text, n_published == n_read - 1 and n_rejected == 1)]
    smaller = run_once(few.path, _empty(work / f"curated-few-{mode}"), mode, layout=layout)
    growth = first["megabytes"] / smaller["megabytes"]
    text = (
        f"{smaller['megabytes']:.0f} MB for {few.n_reports} reports, {first['megabytes']:.0f} MB for "
        f"{many.n_reports}, {growth:.2f} x"
    )
    results.append(report(f"{mode}: memory of the largest process", text, growth <= MAX_MEMORY_GROWTH))
    return results + measure_increments(work, many.path, work / f"curated-{mode}", mode, first["seconds"])


def measure_increments(work: Path, raw: Path, curated: Path, mode: str, first_seconds: float) -> list[bool]:
    """Measure the command with nothing new, then a run with one new report, which is removed again."""
    command = [str(Path(sys.executable).parent / "nianbao"), "run", "--raw", str(raw), "--curated", str(curated)]
    command += ["--no-fetch", "--no-atlas"]
    with ExitStack() as stack:
        if mode == "one":
            command.append("--direct")
        else:
            command += ["--runner", "dask", "--scheduler", stack.enter_context(_cluster()).scheduler.address]
        nothing_new = min(_seconds_of(lambda: _call(command)) for _ in range(3))
    text = f"{nothing_new:.2f} s, {nothing_new / first_seconds:.1%} of the first run"
    results = [report(f"{mode}: nothing new", text, nothing_new <= MAX_SHARE_NOTHING_NEW * first_seconds)]
    new = _empty(work / "new")
    write_raw(new, reports(plan(1, 1, range(2012, 2013), FAMILIES[:1]), systems=("txt",)))
    shutil.copytree(new, raw, dirs_exist_ok=True)
    figures = run_once(raw, curated, mode)
    for file in new.rglob("*"):
        if file.is_file():
            (raw / file.relative_to(new)).unlink()
    text = (
        f"{figures['seconds']:.1f} s until published, {figures['seconds'] / first_seconds:.1%} of the first run "
        f"({_step_times(figures)})"
    )
    return [*results, report(f"{mode}: one new report", text, figures["counts"]["new"] == 1)]


def _call(command: list[str]) -> None:
    subprocess.run(
        command, cwd=REPO_ROOT, env=_environment(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _seconds_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _step_times(figures: RunFigures) -> str:
    return ", ".join(f"{step} {seconds:.1f}" for step, seconds in figures["steps"].items())


def _empty(folder: Path) -> Path:
    """Remove a folder; return its path."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


if __name__ == "__main__":
    typer.run(main)
