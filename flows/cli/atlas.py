"""The command `atlas`: the published tables as a site that opens from disk, and drawing it after a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.progress import progress
from flows.cli.query import CURATED, USAGE, Curated, curated_folder, stop
from flows.cli.terminal import printable
from nianbao.publishing.object_storage import is_remote

if TYPE_CHECKING:
    from nianbao.atlas.site import Summary


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: nianbao atlas --out site, then open site/index.html")(atlas)


def atlas(
    curated: Curated = CURATED,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The folder to write.", file_okay=False, show_default="atlas in --curated"),
    ] = None,
) -> None:
    """Make the site of all reports, governments and indicators: one folder, no server needed."""
    if out is None and is_remote(curated):
        stop(f"{curated}: say where on this disk the site is to be written, with --out site", USAGE)
    made = draw(curated_folder(curated), out or Path(curated) / "atlas")
    if made is None:
        stop(f"{curated}: no tables are published there; make them with `nianbao run`")
    print(f"{made.pages} pages, {made.written} files written, {made.removed} removed, {made.n_bytes / 1e6:.1f} MB")
    print(printable(f"open {made.front}"))


def draw(curated: Path, out: Path, *, force: bool = True) -> Summary | None:
    """Make the site; None where nothing is published, or where its site is current and not to be made by `force`."""
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
        stop(f"{out}: the atlas cannot be drawn ({error}); the tables in {curated} stand. Then `nianbao atlas`")


def draw_after_run(curated: str, no_atlas: bool) -> None:
    """The site in the folder of tables, where the one that stands there is not of what is published now."""
    if not no_atlas and not is_remote(curated):
        draw(Path(curated), Path(curated) / "atlas", force=False)
