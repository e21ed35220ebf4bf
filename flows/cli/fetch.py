"""The command `fetch`: download the reports of the sources and report the result of each page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.messages import ExitCode, log_line, stop
from flows.cli.options import RAW, AsJson, RawFolder, Years, parse_years
from schemas.config_error import ConfigError

if TYPE_CHECKING:
    from nianbao.sources.registry import Source
    from nianbao.sources.report import FetchResult

# Results that get a separate line; the others are only counted.
_LOGGED = ("new", "changed", "withheld", "failed", "stopped")


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Where the sources are configured, and who asks, as options of the command."""

    folder: Annotated[Path, typer.Option("--sources", help="Folder of sources.", file_okay=False)] = Path(
        "config/sources"
    )
    settings_file: Annotated[
        Path, typer.Option("--settings", help="Pauses, limits and your contact.", dir_okay=False)
    ] = Path("config/fetching.yaml")
    contact: Annotated[
        str | None,
        typer.Option("--contact", help="Mail or web address sent in the User-Agent. Default: the one in the settings."),
    ] = None
    show: Annotated[bool, typer.Option("--list", help="List the sources; request nothing.")] = False


def fetch(
    sources: SourceOptions,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Ids of sources. Default: all enabled sources.")
    ] = None,
    years: Years = None,
    all_pages: Annotated[bool, typer.Option("--all-pages", help="Read lists to the end, also known pages.")] = False,
    raw: RawFolder = Path(RAW),
    as_json: AsJson = False,
) -> None:
    """Download new and changed reports from the enabled sources.

    Requests are polite: robots.txt, one request at a time per host, and nothing is downloaded twice.
    """
    from nianbao.snapshots.store import InvalidSnapshot
    from nianbao.sources.fetch import FetchInProgress, prepare_fetch
    from nianbao.sources.fetch import fetch as fetch_pages
    from nianbao.sources.registry import load_sources
    from nianbao.sources.selection import FetchSelection

    wanted = parse_years(years)
    try:
        if sources.show:
            print_sources(load_sources(sources.folder))
            return
        plan = prepare_fetch(
            names or [], folder=sources.folder, settings_file=sources.settings_file, contact=sources.contact
        )
    except (ConfigError, OSError) as error:
        stop(str(error), ExitCode.USAGE)
    if plan is None:
        print("no source is enabled; name one, or set `enabled: true` in config/sources/ (--list shows all)")
        return
    counts: Counter[str] = Counter()
    try:
        for result in fetch_pages(plan, raw, FetchSelection(years=wanted, all_pages=all_pages)):
            print_result(result, counts, as_json)
    except (FetchInProgress, OSError, InvalidSnapshot) as error:
        stop(str(error))
    if not as_json:
        print(count_line(counts))
    if names and (counts["failed"] or counts["stopped"]):
        raise typer.Exit(int(ExitCode.FAILED))


def count_line(counts: Counter[str]) -> str:
    """Return the numbers of pages by result, on one line."""
    return (
        f"{counts['new']} new, {counts['changed']} changed, {counts['known']} unchanged, "
        f"{counts['withheld']} withheld, {counts['failed']} failed, {counts['stopped']} hosts stopped"
    )


def print_result(result: FetchResult, counts: Counter[str], as_json: bool = False) -> None:
    """Count the result of a page, and log it if it needs attention or print it as JSON."""
    counts[result.outcome] += 1
    if as_json:
        row: dict[str, Any] = {
            "source": result.source.id,
            "outcome": result.outcome,
            "url": result.url,
            "title": result.title,
            "year": result.year,
            "path": result.path,
            "note": result.note,
        }
        print(json.dumps(row, ensure_ascii=False))
    elif result.outcome in _LOGGED:
        text = result.note or result.title or str(result.year or "")
        url = "" if result.url in text else f"{result.url}: "
        log_line(f"{result.source.id}: {result.outcome}: {url}{text}")


def print_sources(sources: Sequence[Source]) -> None:
    """Print the known sources, two lines each, and how many are enabled."""
    for source in sources:
        state = "enabled" if source.enabled else "not enabled"
        verified = "verified" if source.verified else "not verified"
        system = source.system or "addresses"
        print(f"{source.id}: {source.jurisdiction.name}, {source.family}, {system} ({state}, {verified})")
        print(f"    {source.list_url or source.reports[0].url}")
    n_enabled = sum(source.enabled for source in sources)
    print(f"{len(sources)} sources, {n_enabled} enabled; `nianbao fetch NAME` fetches one")
    print("docs/how-to/get-reports.md says how to add a source")
