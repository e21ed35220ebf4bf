"""Orchestrate a run: from snapshots to published tables, doing only what is new since the last run.

    scan the snapshots -> read_batch (what is new) -> assign report ids -> compare_partitions (what changed)
    -> write_table -> publish

Reading, comparing and writing are independent jobs that `RunOptions.executor` runs: in this process, in others, or on
other machines. Their results are kept in `<curated>/_cache`, so that a run repeats nothing and one that was killed
resumes.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pyarrow as arrow

from nianbao.cache.entries import (
    CacheEntry,
    CacheIndex,
    CorruptCacheEntry,
    entry_stamps,
    evict,
    read_index,
    remove_unfinished,
)
from nianbao.comparison.corrections import FOLDER, Correction, load_corrections
from nianbao.fingerprint import reader_version, versions
from nianbao.indicators.catalog import load_catalog
from nianbao.io.files import write_atomically
from nianbao.io.layout import CACHE, DELTA_LAYOUT, FILES_LAYOUT, LOCK, OBSOLETE_CACHE
from nianbao.io.lock import RunInProgress, Timeout, hold_lock
from nianbao.options import Executor, RunEvents, RunOptions, Step, run_inline
from nianbao.publishing import publish
from nianbao.publishing.delta import require_deltalake
from nianbao.publishing.manifest import (
    RunCounts,
    RunLooks,
    RunResult,
    folder_hash,
    last_verified,
    published_files_intact,
    published_layout,
    raw_fingerprint,
    read_manifest,
    record_fingerprints,
    recorded_data_files,
    result_of,
    up_to_date_result,
)
from nianbao.selection import Selection
from nianbao.snapshots.inventory import TRANSIENT, SnapshotRef, current_snapshots
from nianbao.snapshots.scan import scan
from nianbao.sources.pending import fetch_rejects
from nianbao.sources.selection import EVERYTHING, FetchSelection
from nianbao.steps.compare import ComparePartitions, compare_partitions
from nianbao.steps.delta_tables import DeltaRun, write_delta_tables
from nianbao.steps.partitions import Partition
from nianbao.steps.planning import assign_report_ids, current_entries, make_jobs, make_partitions
from nianbao.steps.read import ReadBatch, make_batches, read_batch
from nianbao.steps.write import WriteTable, Written, match_counts, write_data_package, write_table
from nianbao.steps.write_delta import WriteUnits, report_entries, write_units
from schemas import TABLES

__all__ = [
    "ComparePartitions",
    "Executor",
    "ReadBatch",
    "RunCounts",
    "RunEvents",
    "RunInProgress",
    "RunOptions",
    "RunResult",
    "Selection",
    "Step",
    "WriteTable",
    "WriteUnits",
    "Written",
    "compare_partitions",
    "fetch",
    "list_batches",
    "read_batch",
    "run",
    "run_inline",
    "run_lock",
    "write_table",
    "write_units",
]

# Arrow's own allocator keeps freed memory; the system's returns it: the peak of 107 reports is 350 MB, not 460.
arrow.set_memory_pool(arrow.system_memory_pool())

# How often a run replaces a corrupt cache entry before it gives up.
MAX_REPAIRS = 5
# Holds what a forced read covers and the entries that it replaces, so that an interrupted one resumes.
_FORCED_READ = "forcing.json"


@contextmanager
def run_lock(curated: Path, *, wait: bool = False, on_wait: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """Lock the curated folder for one run; yields its cache folder, without what killed and older runs left.

    Raises RunInProgress unless `wait`; `on_wait` receives the folder before waiting.
    """
    cache = curated / CACHE
    cache.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_lock(curated / LOCK, wait=wait, on_wait=on_wait))
        except Timeout as error:
            raise RunInProgress(
                f"{curated}: another run is publishing there; wait for it and run again, or run with --wait"
            ) from error
        remove_unfinished(cache)
        shutil.rmtree(curated / OBSOLETE_CACHE, ignore_errors=True)
        yield cache


def list_batches(raw: Path, curated: Path | None, batch_bytes: int | None = None) -> list[ReadBatch]:
    """Return what a run would have to read, in batches of about `batch_bytes`; without `curated`, everything."""
    cache = (curated or Path()) / CACHE
    snapshots = current_snapshots(raw, scan(raw), reader_version())
    cached = read_index(cache).entry_by_key if curated and cache.is_dir() else {}
    missing = [snapshot for snapshot in snapshots if snapshot.key not in cached]
    return make_batches(raw, cache, missing, batch_bytes or RunOptions().batch_bytes)


def run(raw: Path, curated: Path, options: RunOptions | None = None, events: RunEvents | None = None) -> RunResult:
    """Read new snapshots, match and compare what changed, and publish the tables; do nothing if nothing is new.

    Args:
        raw: Folder of snapshots.
        curated: Folder of published tables and of the cache of intermediate results.
        options: What to read and how; see `RunOptions`.
        events: Callbacks that follow the run; see `RunEvents`.

    Returns:
        The published version and how much work it took.

    Raises:
        RunInProgress: Another run holds the curated folder and `options.wait` is off.
        ConfigError: A correction or the catalog is invalid.
        OSError: The tables cannot be written. Whatever is raised, the previous version stays published.
    """
    options, events = options or RunOptions(), events or RunEvents()
    corrections = load_corrections(options.corrections, load_catalog())
    with run_lock(curated, wait=options.wait, on_wait=events.on_wait) as cache:
        layout = options.layout or published_layout(curated)
        if layout == DELTA_LAYOUT:
            require_deltalake()
        result = None
        if not options.force and layout == published_layout(curated):
            result = up_to_date_result(raw, curated, options.corrections or FOLDER)
        if result is not None:
            return result
        current = _Run(raw, curated, corrections, options, events)
        stale = _stale_entries(cache, options.selection) if options.force else None
        repairs: Counter[str] = Counter()
        while max(repairs.values(), default=0) < MAX_REPAIRS:
            try:
                result = current.attempt(stale)
            except CorruptCacheEntry as error:
                repairs[error.path] += 1
                shutil.rmtree(error.path, ignore_errors=True)
                if Path(error.path).exists():
                    raise
            except OSError as error:
                message = f"{curated}: publishing failed ({error}); the previous version is still in place"
                raise OSError(message) from error
            else:
                (cache / _FORCED_READ).unlink(missing_ok=True)
                return result
        raise OSError(f"{cache}: cache entries are corrupt as soon as they are written; check the disk")


def fetch(
    raw: Path, selection: FetchSelection = EVERYTHING, events: RunEvents | None = None, *, wait: bool = False
) -> Counter[str]:
    """Fetch what is new from the enabled sources; returns the number of pages by outcome, empty without sources.

    Args:
        raw: Folder of snapshots.
        selection: Which reports to fetch.
        events: `on_fetch` receives every result, `on_wait` the folder where a concurrent fetch is waited for.
        wait: Wait for a concurrent fetch instead of failing.

    Raises:
        ConfigError: A source or a setting is invalid, or the contact is missing.
        RunInProgress: Another fetch is running and `wait` is false.
        OSError: Snapshots cannot be written.
    """
    from nianbao.sources import fetch as sources  # imports an HTTP client, which reading does not need

    events = events or RunEvents()
    outcomes: Counter[str] = Counter()
    plan = sources.prepare_fetch()
    if plan is None:
        return outcomes
    try:
        for result in sources.fetch(plan, raw, selection, wait=wait, on_wait=events.on_wait):
            outcomes[result.outcome] += 1
            if events.on_fetch:
                events.on_fetch(result)
    except sources.FetchInProgress as error:
        raise RunInProgress(str(error)) from error
    return outcomes


def _stale_entries(cache: Path, selection: Selection | None) -> dict[str, list[int]]:
    """Return the cache entries that this forced read replaces; a resumed one keeps those of its start."""
    request = selection.in_words if selection else ""
    path = cache / _FORCED_READ
    try:
        state = json.loads(path.read_text("utf-8"))
        if state["what"] == request:
            return {str(name): list(stamp) for name, stamp in state["stale"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # no forced read was interrupted
    stale = entry_stamps(cache)
    write_atomically(path, json.dumps({"what": request, "stale": stale}).encode())
    return stale


@dataclass(frozen=True, slots=True)
class _Version:
    """What was published, and the files of Delta tables, as paths in the folder of tables."""

    result: RunResult
    data_files: tuple[str, ...]


class _Run:
    """One run that holds the lock of its curated folder."""

    def __init__(
        self, raw: Path, curated: Path, corrections: Sequence[Correction], options: RunOptions, events: RunEvents
    ) -> None:
        self.raw, self.curated, self.cache = raw, curated, curated / CACHE
        self.layout = options.layout or published_layout(curated)
        self.corrections = corrections
        self.options = options
        self.on_progress = events.on_progress or _ignore_progress
        self.seconds: dict[str, float] = {}
        # Hashes of the snapshots that the cache had at the start; None before the first attempt.
        self.known_hashes: frozenset[bytes] | None = None
        # Keys of the snapshots that were read, and of those that must be compared again because of `force`.
        self.read: set[str] = set()
        self.forced: set[str] = set()

    def attempt(self, stale: Mapping[str, list[int]] | None) -> RunResult:
        """Run all steps with what the cache has. Raises CorruptCacheEntry if an entry cannot be used.

        Snapshots in `stale` entries are read again.
        """
        with self._timed("listing"):
            files = scan(self.raw)
            snapshots = current_snapshots(self.raw, files, reader_version())
            fingerprint = raw_fingerprint(self.raw, files)
            del files
        with self._timed("reading"):
            index = self._read(snapshots, stale)
        with self._timed("placing"):
            entries = current_entries(snapshots, index)
            assignment, unassigned = assign_report_ids(entries, self.curated, fetch_rejects(self.raw))
            # A damaged file may be restored without a trace in its size and time of change: read it again each time.
            complete = all(ref.key in entries for ref in snapshots)
            n_snapshots, n_new, n_reread = len(snapshots), *self._count_read(snapshots)
            del index, snapshots  # the largest lists of a run
            partitions = make_partitions(assignment, self.corrections)
            del assignment
        with self._timed("comparing"):
            compared = self._compare(partitions)
        n_rematched = sum(member.key not in self.read for partition in compared for member in partition.members)
        counts = RunCounts(n_new, n_reread, n_rematched, n_snapshots - n_new - n_reread - n_rematched)
        names = [partition.name for partition in partitions]
        state = {**versions(), "content": _hash([*names, _rejects_hash(unassigned)])}
        if self.layout != FILES_LAYOUT:
            state["layout"] = self.layout
        manifest = read_manifest(self.curated)
        verified = 0.0 if self.options.force else last_verified(self.curated)
        if (
            manifest is not None
            and manifest.get("state") == state
            and published_files_intact(self.curated, manifest, compare_bytes=not verified)
        ):
            result = result_of(manifest, changed=False, counts=counts)
            data_files = recorded_data_files(self.curated)
        else:
            is_damaged = manifest is not None and manifest.get("state") == state
            version = self._publish(partitions, unassigned, state, compare_bytes=is_damaged or not verified)
            result, data_files = replace(version.result, counts=counts), version.data_files
        # A run that left out snapshots, because of its selection, is not up to date.
        corrections_hash = folder_hash(self.options.corrections or FOLDER)
        verified = verified or time.time()
        looks = RunLooks(fingerprint if complete else "", corrections_hash, n_snapshots, verified, data_files)
        record_fingerprints(self.curated, looks)
        evict(self.cache, [*entries.values(), *(str(self.cache / name) for name in names)])
        return result

    def _read(self, snapshots: Sequence[SnapshotRef], stale: Mapping[str, list[int]] | None) -> CacheIndex:
        """Read the selected snapshots that no cache entry holds; returns the index of the cache afterwards."""
        index = read_index(self.cache)
        if self.known_hashes is None:
            self.known_hashes = index.hashes
        selection = self.options.selection
        selected = [ref for ref in snapshots if selection is None or selection.has(ref.path)]
        self.forced = {ref.key for ref in selected} if stale is not None else set()
        fresh = index if stale is None else read_index(self.cache, stale, only_fresh=True)
        unread = [ref for ref in selected if ref.key not in fresh.entry_by_key]
        done = 0
        batches = make_batches(self.raw, self.cache, unread, self.options.batch_bytes, guided=True)
        for n in self.options.executor(read_batch, batches):
            done += n
            self.on_progress("reading", done, len(unread))
        self.read |= {ref.key for ref in unread}
        index = read_index(self.cache, stale) if unread else index
        for ref in selected:
            if ref.key not in index.entry_by_key and ref.key + TRANSIENT not in index.entry_by_key:
                raise CorruptCacheEntry(str(self.cache / "read"), f"the rows of {ref.path} are missing")
        return index

    def _compare(self, partitions: Sequence[Partition]) -> list[Partition]:
        """Compare and return the partitions that are not in the cache or have reports that were forcibly read again."""
        missing = [
            partition
            for partition in partitions
            if not (self.cache / partition.name).is_dir()
            or any(member.key in self.forced for member in partition.compared)
        ]
        total, done = sum(len(partition.members) for partition in missing), 0
        for n in self.options.executor(compare_partitions, make_jobs(missing, self.cache)):
            done += n
            self.on_progress("comparing", done, total)
        return missing

    def _publish(
        self, partitions: Sequence[Partition], unassigned: str, state: Mapping[str, str], *, compare_bytes: bool
    ) -> _Version:
        """Write what changed, and publish the tables in place of the previous version."""
        entries = tuple(str(self.cache / partition.name) for partition in partitions)
        folder = publish.begin_version(self.curated)
        run: str | None = None
        data_files: tuple[str, ...] = ()
        try:
            with self._timed("writing"):
                if self.layout == DELTA_LAYOUT:
                    of_reports = report_entries(partitions, self.cache)
                    delta_run = DeltaRun(
                        self.curated, self.cache, of_reports, unassigned, self.options.executor, compare_bytes
                    )
                    tables = write_delta_tables(delta_run, folder, self._on_table)
                    n_rows, run, data_files = tables.n_rows, tables.content, tables.files
                else:
                    n_rows = self._write_tables(entries, folder, unassigned)
            with self._timed("publishing"):
                matched = _matched(entries)
                content = {
                    "layout": self.layout,
                    "state": state,
                    "rows": n_rows,
                    "matched": matched,
                    "n_corrections": len(self.corrections),
                }
                published = publish.publish(self.curated, folder, content, run=run)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        result = RunResult(
            run=published.run,
            changed=published.changed,
            n_rows=n_rows,
            matched=matched,
            n_corrections=len(self.corrections),
            seconds=self.seconds,
        )
        return _Version(result, data_files)

    def _on_table(self, n_written: int) -> None:
        self.on_progress("writing", n_written, len(TABLES))

    def _write_tables(self, entries: tuple[str, ...], folder: Path, unassigned: str) -> dict[str, int]:
        """Write all tables and their description into `folder`; returns the number of rows by table."""
        jobs = [WriteTable(name, entries, str(folder), unassigned) for name in _SLOWEST_FIRST]
        results = self.options.executor(write_table, jobs)
        n_rows: dict[str, int] = {}
        for written in results:
            n_rows[written.name] = written.n_rows
            self._on_table(len(n_rows))
        write_data_package(folder, entries)
        return {name: n_rows[name] for name in TABLES}

    def _count_read(self, snapshots: Sequence[SnapshotRef]) -> tuple[int, int]:
        """Return how many of the snapshots that were read are new, and how many were read again."""
        read = [ref for ref in snapshots if ref.key in self.read]
        n_new = sum(bytes.fromhex(ref.sha256) not in (self.known_hashes or ()) for ref in read)
        return n_new, len(read) - n_new

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - started


def _ignore_progress(step: str, done: int, total: int) -> None:
    """No-op progress callback."""


# The slowest tables are written first, so that two processes finish at about the same time.
_SLOWEST = ("comparisons_wide", "observations", "comparisons", "documents")
_SLOWEST_FIRST = (*_SLOWEST, *(name for name in TABLES if name not in _SLOWEST))


def _matched(entries: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return by family how many levels and shares have an indicator, and how many there are."""
    with_id: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in match_counts(entries):
        with_id[row["family"]] += row["with_id"]
        total[row["family"]] += row["of"]
    return {family: (with_id[family], total[family]) for family in sorted(total)}


def _hash(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()[:32]


def _rejects_hash(entry: str) -> str:
    table = CacheEntry(entry).table("rejects")
    return _hash(sorted(repr(row) for row in table.to_pylist())) if table is not None else ""
