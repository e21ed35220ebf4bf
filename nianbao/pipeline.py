"""The way from snapshots to published tables: what is to be done, in which order, and what is kept for the next run.

    fetch (where sources are enabled)
    list what stands -> read_batch (what is new) -> place -> compare_partitions (what changed) -> write_table -> publish

The three steps in the middle are independent jobs, done by whatever `each` a flow gives: here, in processes, on other
machines. Whatever they make is kept in `<curated>/_pieces`, so that a run does what is new and no other, and one that
was killed goes on from there.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as arrow

from nianbao.cache.entries import (
    CACHE,
    CacheEntry,
    CacheIndex,
    CorruptCacheEntry,
    evict,
    read_index,
    remove_unfinished,
)
from nianbao.comparison.corrections import FOLDER, Correction, load_corrections
from nianbao.fingerprint import reader_version, versions
from nianbao.indicators.catalog import load_catalog
from nianbao.io.files import write_atomically
from nianbao.io.lock import RunInProgress, Timeout, hold_lock
from nianbao.publishing import publish
from nianbao.publishing.manifest import (
    RunCounts,
    RunResult,
    folder_hash,
    published_files_intact,
    raw_fingerprint,
    read_manifest,
    record_fingerprints,
    result_of,
    up_to_date_result,
)
from nianbao.selection import Selection
from nianbao.snapshots.inventory import TRANSIENT, SnapshotRef, current_snapshots
from nianbao.snapshots.scan import scan
from nianbao.sources.pending import fetch_rejects
from nianbao.steps.compare import ComparePartitions, Partition, compare_partitions
from nianbao.steps.planning import assign_report_ids, current_entries, make_jobs, make_partitions
from nianbao.steps.read import ReadBatch, make_batches, read_batch
from nianbao.steps.write import WriteTable, Written, write_table
from nianbao.tables import dictionary
from schemas import TABLES

if TYPE_CHECKING:
    from nianbao.sources.report import FetchResult

__all__ = [
    "ComparePartitions",
    "ReadBatch",
    "RunCounts",
    "RunInProgress",
    "RunResult",
    "Selection",
    "WriteTable",
    "Written",
    "compare_partitions",
    "fetch",
    "list_batches",
    "read_batch",
    "run",
    "run_inline",
    "write_table",
]

Step = Callable[[Any], Any]
# Does a step for every job, somewhere, and yields what it returns, in any order; others may begin when it is called.
Executor = Callable[[Step, Sequence[Any]], Iterable[Any]]

# Arrow's own allocator keeps what it once had; the system's gives it back: a peak of 350 MB, not 460, on 107 reports.
arrow.set_memory_pool(arrow.system_memory_pool())

BATCH_BYTES = 6_000_000
# How often a run makes pieces again that turn out to be damaged.
MAX_REPAIRS = 5
_FORCED_READ = "forcing.json"


@contextmanager
def run_lock(curated: Path, *, wait: bool = False, on_wait: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """Lock the curated folder for one run; yields its cache folder.

    Raises RunInProgress unless `wait`; `on_wait` receives the folder before waiting.
    """
    pieces = curated / CACHE
    pieces.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(hold_lock(curated / ".lock", wait=wait, on_wait=on_wait))
        except Timeout as error:
            raise RunInProgress(
                f"{curated}: another run is publishing there; wait for it and run again, or run with --wait"
            ) from error
        remove_unfinished(pieces)
        yield pieces


def run_inline(step: Step, jobs: Sequence[Any]) -> Iterator[Any]:
    """One job after another, here."""
    return map(step, jobs)


def list_batches(raw: Path, curated: Path | None, max_bytes: int = BATCH_BYTES) -> list[ReadBatch]:
    """What a run would have to read, in whole batches of about `max_bytes`; without a folder of tables, everything."""
    pieces = (curated or Path()) / CACHE
    seen = current_snapshots(raw, scan(raw), reader_version())
    kept = read_index(pieces).piece_of if curated and pieces.is_dir() else {}
    return make_batches(raw, pieces, [one for one in seen if one.key not in kept], max_bytes)


def run(
    raw: Path,
    curated: Path,
    *,
    corrections: Path | None = None,
    each: Executor = run_inline,
    on_progress: Callable[[str, int, int], None] | None = None,
    wait: bool = False,
    on_wait: Callable[[Path], None] | None = None,
    only: Selection | None = None,
    force: bool = False,
    max_bytes: int = BATCH_BYTES,
    fetch_first: bool = False,
    on_told: Callable[[FetchResult], None] | None = None,
) -> RunResult:
    """Read what is new, match and compare what changed, publish the tables; nothing of it where nothing is new.

    `corrections`: their folder, where it is not the usual one. `on_progress` is told a step (`reading`, `comparing`,
    `writing`), how much of it is done, and of how much. Of what is not published yet only what `only` selects is read;
    with `force` that is read again. `fetch_first`: the enabled sources are asked before, and `on_told` hears of every
    page. Raises RunInProgress (unless it may `wait`; `on_wait` is told that it does), ConfigError for corrections
    and catalog, OSError; then the old state stands.
    """
    if fetch_first:
        fetch(raw, on_told)
    by_hand = load_corrections(corrections, load_catalog())
    with run_lock(curated, wait=wait, on_wait=on_wait) as pieces:
        done = None if force else up_to_date_result(raw, curated, corrections or FOLDER)
        if done is not None:
            return done
        made = _Run(
            raw, curated, pieces, by_hand, corrections or FOLDER, each, on_progress or _ignore_progress, only, max_bytes
        )
        since = _forced_read_start(pieces, only) if force else 0
        for _ in range(MAX_REPAIRS):
            try:
                outcome = made.once(since)
            except CorruptCacheEntry as damaged:
                shutil.rmtree(damaged.piece, ignore_errors=True)
                if Path(damaged.piece).exists():
                    raise
            except OSError as error:
                what = f"{curated}: the new state cannot be made ({error}); the one published before stands"
                raise OSError(what) from error
            else:
                (pieces / _FORCED_READ).unlink(missing_ok=True)
                return outcome
        raise OSError(f"{pieces}: pieces are damaged as soon as they are made; is the disk sound?")


def fetch(raw: Path, on_told: Callable[[FetchResult], None] | None = None, **wanted: Any) -> Counter[str]:
    """Ask the enabled sources for what is new; returns how many pages had which outcome. With none enabled, nothing.

    `wanted` narrows it, as `nianbao.sources.fetch.fetch` says: `years=…, jurisdictions=…, families=…, missing_only=…`;
    with `wait=True` another fetch is waited for.
    Raises ConfigError (a source, a setting, nobody says who asks), RunInProgress, OSError.
    """
    from nianbao.sources.fetch import (  # with an HTTP client, which no process that reads needs
        FetchInProgress,
        prepare_fetch,
    )
    from nianbao.sources.fetch import fetch as ask

    outcomes: Counter[str] = Counter()
    placed = prepare_fetch()
    if placed is None:
        return outcomes
    try:
        for told in ask(placed, raw, **wanted):
            outcomes[told.outcome] += 1
            if on_told:
                on_told(told)
    except FetchInProgress as error:
        raise RunInProgress(str(error)) from error
    return outcomes


def _ignore_progress(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def _forced_read_start(pieces: Path, only: Selection | None) -> int:
    """When this reading anew began: now, or, where the same was begun before and not finished, then."""
    what = only.in_words if only else ""
    path = pieces / _FORCED_READ
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["what"] == what:
            return int(told["since_ns"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none was begun
    since = time.time_ns()
    write_atomically(path, json.dumps({"what": what, "since_ns": since}).encode())
    return since


class _Run:
    """One run that holds its curated folder: what it was given, and what it has seen and done so far."""

    def __init__(
        self,
        raw: Path,
        curated: Path,
        pieces: Path,
        by_hand: Sequence[Correction],
        corrections: Path,
        each: Executor,
        on_progress: Callable[[str, int, int], None],
        only: Selection | None,
        max_bytes: int,
    ) -> None:
        self.raw, self.curated, self.pieces = raw, curated, pieces
        self.by_hand, self.corrections = by_hand, corrections
        self.each, self.on_progress = each, on_progress
        self.only, self.max_bytes = only, max_bytes
        self.seconds: dict[str, float] = {}
        self.known: frozenset[bytes] | None = None
        self.read: set[str] = set()
        self.anew: set[str] = set()

    def once(self, since: int) -> RunResult:
        """The whole way, with every piece that is there. Raises CorruptCacheEntry where one cannot be used."""
        with self._timed("listing"):
            files = scan(self.raw)
            seen = current_snapshots(self.raw, files, reader_version())
            fingerprint = raw_fingerprint(self.raw, files)
            del files
        with self._timed("reading"):
            kept = self._read(seen, since)
        with self._timed("placing"):
            live = current_entries(seen, kept)
            placement, loose = assign_report_ids(live, self.pieces, fetch_rejects(self.raw))
            whole = all(one.key in live or one.key + TRANSIENT in live for one in seen)
            n_snapshots, n_new, n_reread = len(seen), *self._count_read(seen)
            del kept, seen
            groups = make_partitions(placement, self.by_hand)
            del placement
        with self._timed("comparing"):
            derived = self._derive(groups)
        n_rematched = sum(member.key not in self.read for group in derived for member in group.members)
        work = RunCounts(n_new, n_reread, n_rematched, n_snapshots - n_new - n_reread - n_rematched)
        state = {**versions(), "content": _hash([*(group.name for group in groups), _hash_of_piece(loose)])}
        manifest = read_manifest(self.curated)
        if manifest is not None and manifest.get("state") == state and published_files_intact(self.curated, manifest):
            outcome = result_of(manifest, changed=False, work=work)
        else:
            outcome = self._publish(groups, loose, state, work)
        # What was not to be read this time is still to be done.
        record_fingerprints(self.curated, fingerprint if whole else "", folder_hash(self.corrections), n_snapshots)
        evict(self.pieces, [*live.values(), *(str(self.pieces / group.name) for group in groups)])
        return outcome

    def _read(self, seen: Sequence[SnapshotRef], since: int) -> CacheIndex:
        """Read what no piece holds; returns what all pieces hold then."""
        kept = read_index(self.pieces)
        if self.known is None:
            self.known = kept.hashes
        wanted = [one for one in seen if self.only is None or self.only.has(one.path)]
        self.anew = {one.key for one in wanted} if since else set()
        fresh = read_index(self.pieces, since).piece_of if since else kept.piece_of
        unread = [one for one in wanted if one.key not in fresh]
        done = 0
        batches = make_batches(self.raw, self.pieces, unread, self.max_bytes, tapered=True)
        for n in self.each(read_batch, batches):
            done += n
            self.on_progress("reading", done, len(unread))
        self.read |= {one.key for one in unread}
        kept = read_index(self.pieces) if unread else kept
        for one in wanted:
            if one.key not in kept.piece_of and one.key + TRANSIENT not in kept.piece_of:
                raise CorruptCacheEntry(str(self.pieces / "read"), f"what became of {one.path} is no longer there")
        return kept

    def _derive(self, groups: Sequence[Partition]) -> list[Partition]:
        """Derive the groups that no piece holds, or whose reports are read anew; returns those."""
        unmade = [
            group
            for group in groups
            if not (self.pieces / group.name).is_dir() or any(seen.key in self.anew for seen in group.members)
        ]
        total, done = sum(len(group.members) for group in unmade), 0
        for n in self.each(compare_partitions, make_jobs(unmade, self.pieces)):
            done += n
            self.on_progress("comparing", done, total)
        return unmade

    def _publish(self, groups: Sequence[Partition], loose: str, state: Mapping[str, str], work: RunCounts) -> RunResult:
        """Write all tables and put them in place of the old."""
        derived = tuple(str(self.pieces / group.name) for group in groups)
        made = publish.begin_version(self.curated)
        try:
            with self._timed("writing"):
                n_rows: dict[str, int] = {}
                writing = self.each(
                    write_table, [WriteTable(name, derived, str(made), loose) for name in _LONGEST_FIRST]
                )
                (made / "datapackage.json").write_text(dictionary.datapackage_json(), "utf-8")
                for written in writing:
                    n_rows[written.name] = written.n_rows
                    self.on_progress("writing", len(n_rows), len(TABLES))
                n_rows = {name: n_rows[name] for name in TABLES}
            with self._timed("publishing"):
                matched = _matched(derived)
                about = {
                    "state": state,
                    "rows": n_rows,
                    "matched": matched,
                    "n_corrections": len(self.by_hand),
                }
                published = publish.publish(self.curated, made, about)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return RunResult(published.run, published.changed, n_rows, matched, len(self.by_hand), work, self.seconds)

    def _count_read(self, seen: Sequence[SnapshotRef]) -> tuple[int, int]:
        """How many of the snapshots that were read are new, and how many were read again."""
        read = [one for one in seen if one.key in self.read]
        n_new = sum(bytes.fromhex(one.sha256) not in (self.known or ()) for one in read)
        return n_new, len(read) - n_new

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - began


# The tables that take longest come first, so that two processes are done at about the same time.
_LONGEST = ("comparisons_wide", "observations", "comparisons", "documents")
_LONGEST_FIRST = (*_LONGEST, *(name for name in TABLES if name not in _LONGEST))


def _matched(derived: Iterable[str]) -> dict[str, tuple[int, int]]:
    with_id: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for piece in derived:
        rows = CacheEntry(piece).table("matched")
        for row in rows.to_pylist() if rows is not None else []:
            with_id[row["family"]] += row["with_id"]
            of[row["family"]] += row["of"]
    return {family: (with_id[family], of[family]) for family in sorted(of)}


def _hash(words: Iterable[str]) -> str:
    return sha256("\n".join(words).encode()).hexdigest()[:32]


def _hash_of_piece(piece: str) -> str:
    rows = CacheEntry(piece).table("rejects")
    return _hash(sorted(repr(row) for row in rows.to_pylist())) if rows is not None else ""
