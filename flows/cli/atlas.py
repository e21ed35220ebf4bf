"""The command `atlas`: draw the published tables as a website that opens without a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.messages import ExitCode, printable, stop
from flows.cli.options import CURATED, Curated
from flows.cli.progress import progress
from nianbao.publishing.object_storage import is_remote

if TYPE_CHECKING:
    from nianbao.atlas.site import Summary


def atlas(
    curated: Curated = CURATED,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to write.", file_okay=False, show_default="CURATED/atlas"),
    ] = None,
) -> None:
    """Draw the website of all reports, governments and indicators.

    The website is one folder that a browser opens without a server.
    """
    from flows.cli.query import curated_folder

    if out is None and is_remote(curated):
        stop(f"{curated}: name a local folder for the atlas, for example --out site", ExitCode.USAGE)
    site = draw(curated_folder(curated), out or Path(curated) / "atlas")
    if site is None:
        stop(f"{curated}: no tables are published there; publish with `nianbao run`")
    print(f"{site.pages} pages, {site.written} files written, {site.removed} removed, {site.n_bytes / 1e6:.1f} MB")
    print(printable(f"open {site.front}"))


def draw(curated: Path, out: Path, *, force: bool = True) -> Summary | None:
    """Draw the atlas; return None if nothing is published, or if it is current and `force` is False."""
    from nianbao.atlas.output_dir import is_current
    from nianbao.publishing.manifest import read_manifest

    manifest = read_manifest(curated)
    if manifest is None or (not force and is_current(out, curated / manifest["folder"])):
        return None
    from pyarrow import ArrowException

    from nianbao.atlas.site import draw_published

    try:
        with progress("drawing", "pages") as advance:
            return draw_published(curated, out, force=force, on_page=advance)
    except (OSError, ArrowException) as error:
        stop(f"{out}: cannot draw the atlas ({error}); the tables in {curated} are complete. Then run `nianbao atlas`")


def draw_after_run(curated: str, no_atlas: bool) -> None:
    """Draw the atlas in the folder of tables unless it is current."""
    if not no_atlas and not is_remote(curated):
        draw(Path(curated), Path(curated) / "atlas", force=False)
