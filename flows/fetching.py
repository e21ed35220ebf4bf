"""The command `fetch`: ask the sites of the sources for their reports. Hosts beside one another, each one at a time.

No Prefect in here: `fetch_sources` is what a flow wraps, and what a thread does is wait.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.progress import say

if TYPE_CHECKING:
    from nianbao.sources.client import Client
    from nianbao.sources.registry import Source
    from nianbao.sources.report import Told

CACHE = "answers.sqlite"
# What is told line by line; a report that says what it said is only counted.
_TOLD = ("new", "changed", "withheld", "failed", "stopped")


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command(epilog="Example: nianbao fetch qingyuan-rule-of-law --years 2020-2024")(fetch)


def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Ids of sources; without any, all that are enabled."),
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", help="Only reports on these years, 2020 or 2015-2024; walks whole lists.")
    ] = None,
    all_pages: Annotated[
        bool, typer.Option("--all-pages", help="Walk whole lists, also what was seen before.")
    ] = False,
    raw: Annotated[Path, typer.Option("--raw", help="The folder of raw files (snapshots).", file_okay=False)] = Path(
        "data/raw"
    ),
    folder: Annotated[Path, typer.Option("--sources", help="The folder of sources.", file_okay=False)] = Path(
        "config/sources"
    ),
    settings_file: Annotated[
        Path, typer.Option("--settings", help="Manners and limits, with your contact.", dir_okay=False)
    ] = Path("config/fetching.yaml"),
    contact: Annotated[
        str | None, typer.Option("--contact", help="Who asks: a mail or web address; else that of the settings.")
    ] = None,
    list_sources: Annotated[bool, typer.Option("--list", help="Only show the sources; nothing is asked.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a page.")] = False,
) -> None:
    """Fetch reports from the web, politely: what is new, what changed, and nothing twice."""
    from dataclasses import replace

    from filelock import FileLock, Timeout

    from nianbao.sources.registry import choose, load_sources
    from nianbao.sources.settings import CONTACT, load_settings
    from nianbao.storage.snapshots import BadSnapshot
    from schemas.marked import MarkedError

    wanted = _years(years)
    try:
        sources = choose(load_sources(folder), names or [])
        if list_sources:
            _show(load_sources(folder))
            return
        settings = load_settings(settings_file)
    except (MarkedError, OSError) as error:
        _stop(str(error), 2)
    if contact:
        if not CONTACT.fullmatch(contact):
            _stop(f"{contact!r} is neither a mail address nor a web address", 2)
        settings = replace(settings, contact=contact)
    if not sources:
        print("no source is enabled; name one, or set `enabled: true` in config/sources/ (--list shows them)")
        return
    if not settings.contact:
        _stop(f"say who asks: 'contact' in {settings_file}, or --contact you@example.org; sites are told it", 2)
    counted: Counter[str] = Counter()
    try:
        from nianbao.sources.client import Client
        from nianbao.sources.memory import FOLDER

        (raw / FOLDER).mkdir(parents=True, exist_ok=True)
        with FileLock(raw / FOLDER / "lock", timeout=0), Client(settings, raw / FOLDER / CACHE) as client:
            for told in fetch_sources(
                sources, client, raw, years=wanted, all_pages=all_pages, at_once=settings.hosts_at_once
            ):
                counted[told.outcome] += 1
                _tell(told, as_json)
    except Timeout:
        _stop(f"{raw}: another fetch is at work there; hosts are asked one thing at a time, so wait for it", 1)
    except (OSError, BadSnapshot) as error:
        _stop(str(error), 1)
    if not as_json:
        print(
            f"{counted['new']} new, {counted['changed']} changed, {counted['known']} as before, "
            f"{counted['withheld']} kept back, {counted['failed']} failed, {counted['stopped']} hosts stopped"
        )
    if names and (counted["failed"] or counted["stopped"]):
        raise typer.Exit(1)


def fetch_sources(
    sources: Sequence[Source],
    client: Client,
    raw: Path,
    *,
    years: Collection[int] | None = None,
    all_pages: bool = False,
    at_once: int = 4,
) -> Iterator[Told]:
    """Collect all sources into `raw`, those of one host one after another, at most `at_once` hosts at a time."""
    from nianbao.sources.collect import collect
    from nianbao.sources.shelf import Shelf

    shelf = Shelf(raw)
    by_host: dict[str, list[Source]] = {}
    for source in sources:
        by_host.setdefault(source.host, []).append(source)

    def stream(of_host: Sequence[Source]) -> Iterator[Told]:
        for source in of_host:
            yield from collect(source, client, shelf, years=years, all_pages=all_pages)

    yield from _side_by_side([stream(of_host) for of_host in by_host.values()], at_once)


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


def _years(told: str | None) -> range | None:
    """The years of `2020` or `2015-2024`."""
    if told is None:
        return None
    found = re.fullmatch(r"((?:19|20)\d{2})(?:\s*[-–]\s*((?:19|20)\d{2}))?", told.strip())
    if found is None or (found[2] and found[2] < found[1]):
        _stop(f"--years is {told!r}; write 2020 or 2015-2024", 2)
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def _tell(told: Told, as_json: bool) -> None:
    if as_json:
        row: dict[str, Any] = {
            "source": told.source.id,
            "outcome": told.outcome,
            "url": told.url,
            "title": told.title,
            "year": told.year,
            "path": told.path,
            "note": told.note,
        }
        print(json.dumps(row, ensure_ascii=False))
    elif told.outcome in _TOLD:
        what = told.note or told.title or str(told.year or "")
        where = "" if told.url in what else f"{told.url}: "
        say(f"{told.source.id}: {told.outcome}: {where}{what}")


def _show(sources: Sequence[Source]) -> None:
    for source in sources:
        state = "enabled" if source.enabled else "not enabled"
        verified = "verified" if source.verified else "not verified"
        system = source.system or "addresses"
        where = source.list_url or source.reports[0].url
        print(f"{source.id}: {source.jurisdiction.name}, {source.family}, {system}, {where} ({state}, {verified})")


def _stop(message: str, code: int) -> NoReturn:
    print(f"nianbao: {message}", file=sys.stderr)
    raise typer.Exit(code)
