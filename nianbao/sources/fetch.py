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
from nianbao.sources.client import Client
from nianbao.sources.collect import collect
from nianbao.sources.memory import FOLDER as MEMORY
from nianbao.sources.memory import recall, remember
from nianbao.sources.registry import FOLDER, Source, choose, load_sources
from nianbao.sources.report import Told
from nianbao.sources.settings import CONTACT, FILE, Settings, load_settings
from nianbao.sources.shelf import Shelf
from nianbao.storage.holding import Timeout, holding
from nianbao.storage.snapshots import BadSnapshot, note_paths, read_note
from schemas.marked import MarkedError

CACHE = "answers.sqlite"
LAST_YEAR = 2100


class AnotherFetch(Exception):
    """Another fetch is at work on the same folder."""


@dataclass(frozen=True, slots=True)
class Order:
    """The sources to ask, and the manners in which to ask them."""

    sources: tuple[Source, ...]
    settings: Settings


def order(
    names: Sequence[str] = (), *, folder: Path = FOLDER, settings_file: Path = FILE, contact: str | None = None
) -> Order | None:
    """The sources with these ids, without any those that are enabled; None where there is none to ask.

    Raises MarkedError for a source or a setting that cannot be, and where nobody says who asks.
    """
    sources = choose(load_sources(folder), names)
    if not sources:
        return None
    settings = load_settings(settings_file)
    if contact:
        if not CONTACT.fullmatch(contact):
            raise MarkedError(f"{contact!r} is neither a mail address nor a web address")
        settings = replace(settings, contact=contact)
    if not settings.contact:
        ids = ", ".join(source.id for source in sources[:3]) + (", …" if len(sources) > 3 else "")
        raise MarkedError(
            f"{settings_file}: 'contact' is empty, and {ids} would be asked; sites are told who asks: write a mail or "
            "web address there (or give --contact to `nianbao fetch`)"
        )
    return Order(tuple(sources), settings)


@dataclass(frozen=True, slots=True)
class Trip:
    """What is to be asked of one host: its sources, each with the years wanted of it (None: all that it has)."""

    host: str
    wanted: tuple[tuple[Source, frozenset[int] | None], ...]


def fetch(
    order: Order,
    raw: Path,
    *,
    years: Collection[int] | None = None,
    jurisdictions: Collection[str] | None = None,
    families: Collection[Family] | None = None,
    missing_only: bool = False,
    all_pages: bool = False,
    wait: bool = False,
    on_wait: Callable[[Path], None] | None = None,
) -> Iterator[Told]:
    """Ask the sources of an order for reports of these years, jurisdictions (codes or names) and families; None: all.

    `missing_only`: only reports of which nothing is kept yet; a source without such is not asked at all. What a site
    does costs that site's reports and nothing else. Raises AnotherFetch (unless it may `wait`), OSError.
    """
    with asking(order.settings, raw, wait=wait, on_wait=on_wait) as client:
        yield from fetch_sources(
            order.sources,
            client,
            raw,
            years=years,
            jurisdictions=jurisdictions,
            families=families,
            missing_only=missing_only,
            all_pages=all_pages,
            at_once=order.settings.hosts_at_once,
        )


def fetch_sources(
    sources: Sequence[Source],
    client: Client,
    raw: Path,
    *,
    all_pages: bool = False,
    at_once: int = 4,
    **wanted: Any,
) -> Iterator[Told]:
    """What `fetch` does, with a client that is there: the sources of one host one after another, at most `at_once`
    hosts at a time. `wanted` as in `plan`."""
    shelf = Shelf(raw)
    streams = [go(trip, client, shelf, all_pages=all_pages) for trip in plan(sources, raw, **wanted)]
    yield from _side_by_side(streams, at_once)


@contextmanager
def asking(
    settings: Settings, raw: Path, *, wait: bool = False, on_wait: Callable[[Path], None] | None = None
) -> Iterator[Client]:
    """A client for one fetch into `raw`, which is held meanwhile: hosts are asked one thing at a time. Raises
    AnotherFetch, unless it may `wait` for the other."""
    (raw / MEMORY).mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(holding(raw / MEMORY / "lock", wait=wait, on_wait=on_wait))
        except Timeout as error:
            raise AnotherFetch(
                f"{raw}: another fetch is at work there; hosts are asked one thing at a time, so wait for it"
            ) from error
        yield held.enter_context(Client(settings, raw / MEMORY / CACHE))


def plan(
    sources: Sequence[Source],
    raw: Path,
    *,
    years: Collection[int] | None = None,
    jurisdictions: Collection[str] | None = None,
    families: Collection[Family] | None = None,
    missing_only: bool = False,
) -> list[Trip]:
    """What is to be asked, host by host; the words are those of `fetch`."""
    kept = kept_years(raw) if missing_only else {}
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
    return [Trip(host, tuple(wanted)) for host, wanted in by_host.items()]


def go(trip: Trip, client: Client, shelf: Shelf, *, all_pages: bool = False) -> Iterator[Told]:
    """Ask one host for what is wanted of it, source after source. Raises OSError."""
    for source, wanted in trip.wanted:
        try:
            yield from collect(source, client, shelf, years=wanted, all_pages=all_pages)
        except OSError:
            raise  # the disk, not the site: nothing could be kept of the others either
        except Exception as error:  # noqa: BLE001  a fault with one source must not cost the others theirs
            fault = "" if isinstance(error, BadSnapshot) else "; this is a fault in the program, please report it"
            where = source.list_url or source.reports[0].url
            why = f"{type(error).__name__}: {error}{fault}"
            remember(shelf.raw, source.id, replace(recall(shelf.raw, source.id), ended_at=where, ended_why=why))
            yield Told(source, "failed", where, note=why)


def kept_years(raw: Path) -> dict[tuple[str, str], set[int]]:
    """The years of which a report is kept, by family and code of the jurisdiction: whatever lies in such a folder and
    is not marked as something else."""
    years: dict[tuple[str, str], set[int]] = {}
    for path in note_paths(raw):
        parts = path.split("/")
        if len(parts) != 4 or not parts[2].isdecimal():
            continue
        try:
            marked = read_note(raw, path).mark is not None
        except BadSnapshot:
            continue  # a run tells it; it is fetched again
        if not marked:
            years.setdefault((parts[0], parts[1].split("-")[0]), set()).add(int(parts[2]))
    return years


def _side_by_side(streams: Sequence[Iterator[Told]], at_once: int) -> Iterator[Told]:
    """What several streams yield, as it comes; an error of one is raised when the others have ended.

    Where nobody listens any more (an interruption), each stream ends after what it is at.
    """
    queue: SimpleQueue[Told | None] = SimpleQueue()
    over = Event()

    def drain(stream: Iterator[Told]) -> None:
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
