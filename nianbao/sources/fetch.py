"""Download reports: decide which sources to ask for what, then crawl the hosts in parallel.

These are plain functions. The command line calls `prepare_fetch` and `fetch`. A flow calls `fetch_session`,
`plan_hosts` and, once per host, `fetch_from_host`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from nianbao.io.lock import Timeout, hold_lock
from nianbao.snapshots.store import InvalidSnapshot, read_sidecar, sidecar_paths
from nianbao.sources import crawl_state
from nianbao.sources.client import Client
from nianbao.sources.crawl import crawl
from nianbao.sources.registry import SOURCES_FOLDER, Source, load_sources, select_sources
from nianbao.sources.report import FetchResult
from nianbao.sources.selection import EVERYTHING, FetchSelection
from nianbao.sources.settings import CONTACT, SETTINGS_FILE, Settings, load_settings
from nianbao.sources.snapshot_index import SnapshotIndex
from schemas.config_error import ConfigError

HTTP_CACHE = "answers.sqlite"
LAST_YEAR = 2100


class FetchInProgress(Exception):
    """Another process is fetching into the same folder."""


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """The sources to ask, and the settings to ask them with."""

    sources: tuple[Source, ...]
    settings: Settings


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """A source and the report years to fetch from it; None means all that it publishes."""

    source: Source
    years: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class HostPlan:
    """The sources to ask on one host, one after another."""

    host: str
    requests: tuple[SourceRequest, ...]


def prepare_fetch(
    names: Sequence[str] = (),
    *,
    folder: Path = SOURCES_FOLDER,
    settings_file: Path = SETTINGS_FILE,
    contact: str | None = None,
) -> FetchPlan | None:
    """Return the sources with these ids and the settings; None without a source to request.

    Args:
        names: Ids of sources; empty selects all enabled sources.
        folder: The folder of source files.
        settings_file: The settings; read only if there is a source to ask.
        contact: Overrides the contact of the settings.

    Raises:
        ConfigError: A source or a setting is invalid, or no contact is configured.
    """
    sources = select_sources(load_sources(folder), names)
    if not sources:
        return None
    settings = load_settings(settings_file)
    if contact:
        if not CONTACT.fullmatch(contact):
            raise ConfigError(f"{contact!r} is neither an email address nor a web address")
        settings = replace(settings, contact=contact)
    if not settings.contact:
        ids = ", ".join(source.id for source in sources[:3]) + (", …" if len(sources) > 3 else "")
        raise ConfigError(
            f"{settings_file}: 'contact' is empty, but fetching {ids} sends it to the sites; set an email or web "
            "address there, or pass --contact to `nianbao fetch`"
        )
    return FetchPlan(tuple(sources), settings)


def fetch(
    plan: FetchPlan,
    raw: Path,
    selection: FetchSelection = EVERYTHING,
    *,
    wait: bool = False,
    on_wait: Callable[[Path], None] | None = None,
) -> Iterator[FetchResult]:
    """Fetch the selected reports from the sources of a plan; yield a result per page.

    A failing site costs only its own reports.

    Args:
        plan: The sources and settings, from `prepare_fetch`.
        raw: The folder of snapshots.
        selection: Which reports to fetch.
        wait: Wait for a concurrent fetch into `raw` instead of failing.
        on_wait: Called with the locked folder before waiting.

    Raises:
        FetchInProgress: Another process is fetching into `raw`, and `wait` is false.
        OSError: A snapshot cannot be stored.
    """
    with fetch_session(plan.settings, raw, wait=wait, on_wait=on_wait) as client:
        yield from fetch_sources(plan.sources, client, raw, selection, max_hosts=plan.settings.hosts_at_once)


def fetch_sources(
    sources: Sequence[Source],
    client: Client,
    raw: Path,
    selection: FetchSelection = EVERYTHING,
    *,
    max_hosts: int = 4,
) -> Iterator[FetchResult]:
    """Fetch the selected reports with an open client, at most `max_hosts` hosts in parallel.

    Raises:
        OSError: A snapshot cannot be stored.
    """
    index = SnapshotIndex(raw)
    streams = [
        fetch_from_host(host, client, index, all_pages=selection.all_pages)
        for host in plan_hosts(sources, raw, selection)
    ]
    yield from _merge_streams(streams, max_hosts)


@contextmanager
def fetch_session(
    settings: Settings, raw: Path, *, wait: bool = False, on_wait: Callable[[Path], None] | None = None
) -> Iterator[Client]:
    """Yield a client for one fetch, and lock `raw` so that no host gets concurrent requests.

    Raises:
        FetchInProgress: Another process is fetching into `raw`, and `wait` is false.
    """
    folder = raw / crawl_state.STATE_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_lock(folder / "lock", wait=wait, on_wait=on_wait))
        except Timeout as error:
            raise FetchInProgress(f"{raw}: another fetch into this folder is running; wait until it ends") from error
        yield stack.enter_context(Client(settings, folder / HTTP_CACHE))


def plan_hosts(sources: Sequence[Source], raw: Path, selection: FetchSelection = EVERYTHING) -> list[HostPlan]:
    """Group the selected sources by host, each with the years to fetch from it."""
    stored = stored_years(raw) if selection.missing_only else {}
    by_host: dict[str, list[SourceRequest]] = {}
    for source in sources:
        unit = source.jurisdiction
        if selection.jurisdictions is not None and not {unit.code, unit.name} & set(selection.jurisdictions):
            continue
        if selection.families is not None and source.family not in selection.families:
            continue
        years = frozenset(selection.years) if selection.years is not None else None
        if selection.missing_only:
            candidates = years if years is not None else range(source.first_year, (source.last_year or LAST_YEAR) + 1)
            years = frozenset(candidates) - stored.get((source.family.value, unit.code), set())
            if not years:
                continue
        by_host.setdefault(source.host, []).append(SourceRequest(source, years))
    return [HostPlan(host, tuple(requests)) for host, requests in by_host.items()]


def fetch_from_host(
    plan: HostPlan, client: Client, index: SnapshotIndex, *, all_pages: bool = False
) -> Iterator[FetchResult]:
    """Crawl the sources of one host, one after another.

    Raises:
        OSError: A snapshot cannot be stored.
    """
    for request in plan.requests:
        source = request.source
        try:
            yield from crawl(source, client, index, years=request.years, all_pages=all_pages)
        except OSError:
            raise  # the disk failed, not the site: no other source could be stored either
        except Exception as error:  # noqa: BLE001  a bug that one source triggers must not stop the other sources
            hint = "" if isinstance(error, InvalidSnapshot) else "; this is a bug in nianbao, please report it"
            url = source.list_url or source.reports[0].url
            reason = f"{type(error).__name__}: {error}{hint}"
            state = crawl_state.load(index.raw, source.id)
            crawl_state.save(index.raw, source.id, replace(state, failed_url=url, failure=reason))
            yield FetchResult(source, "failed", url, note=reason)


def stored_years(raw: Path) -> dict[tuple[str, str], set[int]]:
    """Return the years with a stored report, by family and jurisdiction code.

    The folder of a snapshot decides. Excluded snapshots do not count.
    """
    years: dict[tuple[str, str], set[int]] = {}
    for path in sidecar_paths(raw):
        parts = path.split("/")
        if len(parts) != 4 or not parts[2].isdecimal():
            continue
        try:
            excluded = read_sidecar(raw, path).exclusion is not None
        except InvalidSnapshot:
            continue  # the next run reports it; fetching again repairs it
        if not excluded:
            years.setdefault((parts[0], parts[1].split("-")[0]), set()).add(int(parts[2]))
    return years


def _merge_streams(streams: Sequence[Iterator[FetchResult]], max_streams: int) -> Iterator[FetchResult]:
    """Yield the results of several streams as they arrive; raise a stream's error after all have ended.

    If the caller stops reading (on an interrupt), each stream ends after its current result.
    """
    queue: SimpleQueue[FetchResult | None] = SimpleQueue()
    stopped = Event()

    def drain(stream: Iterator[FetchResult]) -> None:
        try:
            for result in stream:
                queue.put(result)
                if stopped.is_set():
                    return
        finally:
            queue.put(None)

    with ThreadPoolExecutor(max_workers=max_streams) as pool:
        futures = [pool.submit(drain, stream) for stream in streams]
        running = len(futures)
        try:
            while running:
                result = queue.get()
                if result is None:
                    running -= 1
                else:
                    yield result
        finally:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
        for future in as_completed(futures):
            future.result()
