"""The command `review`: decide on loopback pages what needs a person."""

from __future__ import annotations

import getpass
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.messages import log_line, stop
from flows.cli.options import CURATED, Curated
from flows.cli.publishing import Corrections
from flows.cli.query import read_rows, reporting_errors, version_folder
from flows.cli.terminal import print_path, terminal
from flows.cli.versions import reporting_version_errors
from nianbao.atlas.urls import FRONT
from nianbao.publishing.object_storage import is_remote
from schemas.rows import IndicatorRow

if TYPE_CHECKING:
    from flows.review_server import Access, ReviewPages


@dataclass(frozen=True, slots=True)
class ReviewLocations:
    """What is reviewed and where decisions are written, as options of a command."""

    curated: Curated = CURATED
    corrections: Corrections = None
    catalog: Annotated[
        Path | None,
        typer.Option("--catalog", help="Folder of the catalog.", file_okay=False, show_default="the installed one"),
    ] = None
    since: Annotated[
        str | None,
        typer.Option("--since", help="Version to find moved indicators against: a run or a tag. Default: the last."),
    ] = None


def review(
    locations: ReviewLocations,
    by: Annotated[
        str | None, typer.Option("--by", help="Name of the reviewer.", show_default="the user of this machine")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False,
) -> None:
    """Review what needs a person, in a local web page.

    Shows comparisons that are unlikely or contradicted, figures whose indicator moved, suggested wordings and unsure
    readings. Writes only corrections and the catalog, after showing the change.
    """
    if is_remote(locations.curated):
        stop(f"{locations.curated}: review a local copy of the tables")
    import uvicorn

    from flows.review_server import HOST, Access, listen, review_app

    try:
        listening = listen(port)
    except OSError as error:
        stop(f"port {port} of {HOST} cannot be used: {error}")
    access = Access(listening.getsockname()[1])
    pages = _pages(locations, by or getpass.getuser(), access)
    print_path(terminal(), f"open {access.address}")
    if not no_browser:
        webbrowser.open(access.address)
    log_line("press Ctrl-C to stop")
    uvicorn.Server(uvicorn.Config(review_app(pages), log_level="warning", lifespan="off")).run([listening])


def _pages(locations: ReviewLocations, by: str, access: Access) -> ReviewPages:
    """Return the pages over the published tables. Ends the command if these or the configuration cannot be read."""
    from flows.review_server import ReviewPages
    from nianbao.comparison.corrections import FOLDER, load_corrections
    from nianbao.indicators.catalog import load_catalog
    from nianbao.publishing.versions import find_version, list_versions
    from nianbao.review.published import PublishedQueue
    from nianbao.review.session import ReviewSession
    from schemas.locations import CATALOG

    curated = locations.curated
    version = version_folder(curated)
    corrections_folder, catalog_folder = locations.corrections or FOLDER, (locations.catalog or CATALOG).resolve()
    with reporting_version_errors(curated):
        versions = list_versions(Path(curated))
        before = versions[1].folder if len(versions) > 1 else None
        if locations.since is not None:
            before = find_version(Path(curated), locations.since).folder
    catalog = load_catalog(catalog_folder)
    if corrections_folder.is_dir():
        load_corrections(corrections_folder, catalog)
    indicators = [(row["indicator_id"], row["name_zh"]) for row in read_rows(version, IndicatorRow)]
    with reporting_errors(curated):
        queue = PublishedQueue(version, before, catalog)
        queue.applied.keys()  # ends the command here if the tables cannot be read
    session = ReviewSession(queue, corrections_folder, catalog_folder)
    atlas = Path(curated) / "atlas"
    return ReviewPages(session, access, by, atlas if (atlas / FRONT).is_file() else None, indicators)
