"""Fetching as a step: which sources are asked, for which reports, into which folder; hosts beside one another.

Plain functions. The command line wraps `order` and `fetch`; a flow its parts: `asking`, `plan`, and `go` once a host.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Any

from nianbao.documents.model import Family
from nianbao.io.lock import Timeout, hold_lock
from nianbao.snapshots.store import InvalidSnapshot, read_sidecar, sidecar_paths
from nianbao.sources.client import Client
from nianbao.sources.crawl import crawl
from nianbao.sources.crawl_state import FOLDER as MEMORY
from nianbao.sources.crawl_state import load, save
from nianbao.sources.registry import FOLDER, Source, load_sources, select_sources
from nianbao.sources.report import FetchResult
from nianbao.sources.settings import CONTACT, FILE, Settings, load_settings
from nianbao.sources.snapshot_index import SnapshotIndex
from schemas.yaml_config import ConfigError

HTTP_CACHE = "answers.sqlite"
LAST_YEAR = 2100


class FetchInProgress(Exception):
    """Another fetch is at work on the same folder."""


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """The sources to ask, and the manners in which to ask them."""

    sources: tuple[Source, ...]
    settings: Settings


def prepare_fetch(
    names: Sequence[str] = (), *, folder: Path = FOLDER, settings_file: Path = FILE, contact: str | None = None
) -> FetchPlan | None:
    """The sources with these ids, without any those that are enabled; None where there is none to ask.

    Raises ConfigError for a source or a setting that cannot be, and where nobody says who asks.
    """
    sources = select_sources(load_sources(folder), names)
    if not sources:
        return None
    settings = load_settings(settings_file)
    if contact:
        if not CONTACT.fullmatch(contact):
            raise ConfigError(f"{contact!r} is neither a mail address nor a web address")
        settings = replace(settings, contact=contact)
    if not settings.contact:
        ids = ", ".join(source.id for source in sources[:3]) + (", …" if len(sources) > 3 else "")
        raise ConfigError(
            f"{settings_file}: 'contact' is empty, and {ids} would be asked; sites are told who asks: write a mail or "
            "web address there (or give --contact to `nianbao fetch`)"
        )
    return FetchPlan(tuple(sources), settings)


@dataclass(frozen=True, slots=True)
class HostPlan:
    """What is to be asked of one host: its sources, each with the years wanted of it (None: all that it has)."""

    host: str
    wanted: tuple[tuple[Source, frozenset[int] | None], ...]


def fetch(
    plan: FetchPlan,
    raw: Path,
    *,
    years: Collection[int] | None = None,
    jurisdictions: Collection[str] | None = None,
    families: Collection[Family] | None = None,
    missing_only: bool = False,
    all_pages: bool = False,
    wait: bool = False,
    on_wait: Callable[[Path], None] | None = None,
) -> Iterator[FetchResult]:
    """Ask the sources of an order for reports of these years, jurisdictions (codes or names) and families; None: all.

    `missing_only`: only reports of which nothing is kept yet; a source without such is not asked at all. What a site
    does costs that site's reports and nothing else. Raises FetchInProgress (unless it may `wait`), OSError.
    """
    with fetch_session(plan.settings, raw, wait=wait, on_wait=on_wait) as client:
        yield from fetch_sources(
            plan.sources,
            client,
            raw,
            years=years,
            jurisdictions=jurisdictions,
            families=families,
            missing_only=missing_only,
            all_pages=all_pages,
            at_once=plan.settings.hosts_at_once,
        )


def fetch_sources(
    sources: Sequence[Source],
    client: Client,
    raw: Path,
    *,
    all_pages: bool = False,
    at_once: int = 4,
    **wanted: Any,
) -> Iterator[FetchResult]:
    """What `fetch` does, with a client that is there: the sources of one host one after another, at most `at_once`
    hosts at a time. `wanted` as in `plan`."""
    shelf = SnapshotIndex(raw)
    streams = [fetch_from_host(trip, client, shelf, all_pages=all_pages) for trip in plan_hosts(sources, raw, **wanted)]
    yield from _side_by_side(streams, at_once)


@contextmanager
def fetch_session(
    settings: Settings, raw: Path, *, wait: bool = False, on_wait: Callable[[Path], None] | None = None
) -> Iterator[Client]:
    """A client for one fetch into `raw`, which is held meanwhile: hosts are asked one thing at a time. Raises
    FetchInProgress, unless it may `wait` for the other."""
    (raw / MEMORY).mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(hold_lock(raw / MEMORY / "lock", wait=wait, on_wait=on_wait))
        except Timeout as error:
            raise FetchInProgress(
                f"{raw}: another fetch is at work there; hosts are asked one thing at a time, so wait for it"
            ) from error
        yield held.enter_context(Client(settings, raw / MEMORY / HTTP_CACHE))


def plan_hosts(
    sources: Sequence[Source],
    raw: Path,
    *,
    years: Collection[int] | None = None,
    jurisdictions: Collection[str] | None = None,
    families: Collection[Family] | None = None,
    missing_only: bool = False,
) -> list[HostPlan]:
    """What is to be asked, host by host; the words are those of `fetch`."""
    kept = stored_years(raw) if missing_only else {}
    by_host: dict[str, list[tuple[Source, frozenset[int] | None]]] = {}
    for source in sources:
        unit = source.jurisdiction
        if jurisdictions is not None and not {unit.code, unit.name} & set(jurisdictions):
            continue
        if families is not None and source.family not in families:
            continue
        wanted = frozenset(years) if years is not None else None
        if missing_only:
            span = years if years is not None else range(source.first_year, (source.last_year or LAST_YEAR) + 1)
            wanted = frozenset(span) - kept.get((source.family.value, unit.code), set())
            if not wanted:
                continue
        by_host.setdefault(source.host, []).append((source, wanted))
    return [HostPlan(host, tuple(wanted)) for host, wanted in by_host.items()]


def fetch_from_host(
    trip: HostPlan, client: Client, shelf: SnapshotIndex, *, all_pages: bool = False
) -> Iterator[FetchResult]:
    """Ask one host for what is wanted of it, source after source. Raises OSError."""
    for source, wanted in trip.wanted:
        try:
            yield from crawl(source, client, shelf, years=wanted, all_pages=all_pages)
        except OSError:
            raise  # the disk, not the site: nothing could be kept of the others either
        except Exception as error:  # noqa: BLE001  a fault with one source must not cost the others theirs
            fault = "" if isinstance(error, InvalidSnapshot) else "; this is a fault in the program, please report it"
            where = source.list_url or source.reports[0].url
            why = f"{type(error).__name__}: {error}{fault}"
            save(shelf.raw, source.id, replace(load(shelf.raw, source.id), ended_at=where, ended_why=why))
            yield FetchResult(source, "failed", where, note=why)


def stored_years(raw: Path) -> dict[tuple[str, str], set[int]]:
    """The years of which a report is kept, by family and code of the jurisdiction: whatever lies in such a folder and
    is not marked as something else."""
    years: dict[tuple[str, str], set[int]] = {}
    for path in sidecar_paths(raw):
        parts = path.split("/")
        if len(parts) != 4 or not parts[2].isdecimal():
            continue
        try:
            marked = read_sidecar(raw, path).mark is not None
        except InvalidSnapshot:
            continue  # a run tells it; it is fetched again
        if not marked:
            years.setdefault((parts[0], parts[1].split("-")[0]), set()).add(int(parts[2]))
    return years


def _side_by_side(streams: Sequence[Iterator[FetchResult]], at_once: int) -> Iterator[FetchResult]:
    """What several streams yield, as it comes; an error of one is raised when the others have ended.

    Where nobody listens any more (an interruption), each stream ends after what it is at.
    """
    queue: SimpleQueue[FetchResult | None] = SimpleQueue()
    over = Event()

    def drain(stream: Iterator[FetchResult]) -> None:
        try:
            for told in stream:
                queue.put(told)
                if over.is_set():
                    return
        finally:
            queue.put(None)

    with ThreadPoolExecutor(max_workers=at_once) as pool:
        futures = [pool.submit(drain, stream) for stream in streams]
        running = len(futures)
        try:
            while running:
                told = queue.get()
                if told is None:
                    running -= 1
                else:
                    yield told
        finally:
            over.set()
            pool.shutdown(wait=False, cancel_futures=True)
        for future in as_completed(futures):
            future.result()
