"""The command `fetch`: ask the sites of the sources for their reports, and tell what became of each page."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.cli.progress import log_line

if TYPE_CHECKING:
    from nianbao.sources.registry import Source
    from nianbao.sources.report import FetchResult

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
        str | None, typer.Option("--years", help="Only reports on these years: 2020 or 2015-2024.")
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
    from nianbao.snapshots.store import InvalidSnapshot
    from nianbao.sources.fetch import FetchInProgress, prepare_fetch
    from nianbao.sources.fetch import fetch as fetch_order
    from nianbao.sources.registry import load_sources
    from nianbao.sources.selection import FetchSelection
    from schemas.yaml_config import ConfigError

    wanted = _years(years)
    try:
        if list_sources:
            show_sources(load_sources(folder))
            return
        placed = prepare_fetch(names or [], folder=folder, settings_file=settings_file, contact=contact)
    except (ConfigError, OSError) as error:
        _stop(str(error), 2)
    if placed is None:
        print("no source is enabled; name one, or set `enabled: true` in config/sources/ (--list shows them)")
        return
    counted: Counter[str] = Counter()
    try:
        for told in fetch_order(placed, raw, FetchSelection(years=wanted, all_pages=all_pages)):
            print_result(told, counted, as_json)
    except (FetchInProgress, OSError, InvalidSnapshot) as error:
        _stop(str(error), 1)
    if not as_json:
        print(count_line(counted))
    if names and (counted["failed"] or counted["stopped"]):
        raise typer.Exit(1)


def count_line(counted: Counter[str]) -> str:
    """What a fetch came to, in one line."""
    return (
        f"{counted['new']} new, {counted['changed']} changed, {counted['known']} as before, "
        f"{counted['withheld']} kept back, {counted['failed']} failed, {counted['stopped']} hosts stopped"
    )


def _years(told: str | None) -> range | None:
    """The years of `2020` or `2015-2024`."""
    if told is None:
        return None
    found = re.fullmatch(r"((?:19|20)\d{2})(?:\s*[-–]\s*((?:19|20)\d{2}))?", told.strip())
    if found is None or (found[2] and found[2] < found[1]):
        _stop(f"--years is {told!r}; write 2020 or 2015-2024", 2)
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def print_result(told: FetchResult, counted: Counter[str], as_json: bool = False) -> None:
    """What became of a page, for the person who waits; counted by its outcome."""
    counted[told.outcome] += 1
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
        log_line(f"{told.source.id}: {told.outcome}: {where}{what}")


def show_sources(sources: Sequence[Source]) -> None:
    """The sources that are known, two lines each, and how many would be asked."""
    for source in sources:
        state = "enabled" if source.enabled else "not enabled"
        verified = "verified" if source.verified else "not verified"
        system = source.system or "addresses"
        print(f"{source.id}: {source.jurisdiction.name}, {source.family}, {system} ({state}, {verified})")
        print(f"    {source.list_url or source.reports[0].url}")
    enabled = sum(source.enabled for source in sources)
    print(
        f"{len(sources)} sources, {enabled} enabled; fetch one with `nianbao fetch NAME`; "
        "docs/how-to/get-reports.md shows how to add a source."
    )


def _stop(message: str, code: int) -> NoReturn:
    print(f"nianbao: {message}", file=sys.stderr)
    raise typer.Exit(code)
