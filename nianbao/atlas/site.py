"""Making the atlas: read the tables of one state, draw every page, write those that changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from nianbao.atlas import urls
from nianbao.atlas.output_dir import STATE, OutputDir, is_current, name_of, output_lock
from nianbao.atlas.pages.home import coverage_view, home_view, indicators_view
from nianbao.atlas.pages.indicator import indicator_view
from nianbao.atlas.pages.jurisdiction import jurisdiction_pages
from nianbao.atlas.pages.report import report_view
from nianbao.atlas.queries import Tables
from nianbao.atlas.rendering import Pages
from nianbao.atlas.search import search_files
from nianbao.atlas.site_index import Atlas, load_categories, make_atlas
from nianbao.publishing.manifest import read_manifest

LISTING = "files.txt"
STATIC = ("atlas.css", "atlas.js")


@dataclass(frozen=True, slots=True)
class Summary:
    """What the atlas has, and what this making of it did."""

    front: Path
    pages: int
    written: int
    removed: int
    n_bytes: int


def write_atlas(curated_state: Path, out: Path, *, on_page: Callable[[int, int], None] | None = None) -> Summary:
    """Make the atlas of the tables in `curated_state` (the folder that the manifest names) in the folder `out`.

    The same tables give the same bytes; a page that is there already is not written again. Waits for another that
    writes there. Raises OSError.
    """
    with output_lock(out):
        return _write(curated_state, out, on_page)


def draw_published(
    curated: Path, out: Path, *, anew: bool = False, on_page: Callable[[int, int], None] | None = None
) -> Summary | None:
    """Make the atlas of what is published; None where nothing is, or where the atlas of that stands there already,
    unless it is to be made `anew`. Of two that want to, the second draws what is newest then. Raises OSError."""
    if read_manifest(curated) is None:
        return None
    with output_lock(out):
        manifest = read_manifest(curated)
        if manifest is None or (not anew and is_current(out, curated / manifest["folder"])):
            return None
        return _write(curated / manifest["folder"], out, on_page)


def _write(curated_state: Path, out: Path, on_page: Callable[[int, int], None] | None) -> Summary:
    tables = Tables(curated_state)
    atlas = make_atlas(tables.reports(), tables.indicators(), load_categories(_catalogs()), tables.series_there_are())
    folder, pages = OutputDir(out), Pages(atlas)
    old = _listed(out)
    stated = [row["indicator_id"] for row in atlas.stated()]
    total = len(atlas.reports) + len(atlas.jurisdictions) + len(stated) + 4
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if on_page:
            on_page(done, total)

    for report_id, text, rows in tables.of_reports(sorted(atlas.reports)):
        view = report_view(atlas, atlas.reports[report_id], text, rows)
        folder.put(urls.report_page(report_id), pages.draw("report", view))
        advance()
    for code, rows in tables.of_jurisdictions(list(atlas.jurisdictions)):
        for name, template, view in jurisdiction_pages(atlas, atlas.jurisdictions[code], rows):
            folder.put(name, pages.draw(template, view))
        advance()
    for indicator_id, ranked in tables.of_indicators(stated):
        view = indicator_view(atlas, atlas.indicators[indicator_id], ranked)
        folder.put(urls.indicator_page(indicator_id), pages.draw("indicator", view))
        advance()
    for name, template, view in (
        (urls.COVERAGE, "coverage", coverage_view(atlas, tables.coverage())),
        (urls.INDICATORS, "indicators", indicators_view(atlas)),
        (urls.ABOUT, "about", {}),
        (urls.FRONT, "home", home_view(atlas, tables)),
    ):
        folder.put(name, pages.draw(template, view, root=""))
        advance()
    n_pages = len(folder.files)
    _put_static(folder, atlas)
    folder.put(LISTING, "\n".join(sorted({*folder.files, LISTING, STATE})) + "\n")
    folder.files.add(STATE)
    removed = folder.finish(old)
    folder.put(STATE, name_of(curated_state))
    return Summary(out / urls.FRONT, n_pages, len(folder.written), removed, folder.n_bytes)


def _put_static(folder: OutputDir, atlas: Atlas) -> None:
    for name in STATIC:
        folder.put(name, files(__package__).joinpath("static", name).read_bytes())
    for name, script in search_files(atlas).items():
        folder.put(name, script)


def _listed(out: Path) -> set[str]:
    """What an earlier making wrote; whatever else lies in the folder is not the atlas's and stays."""
    try:
        names = (out / LISTING).read_text("utf-8").split("\n")
    except FileNotFoundError:
        return set()
    return {name for name in names if name and not name.startswith("/") and ".." not in name.split("/")}


def _catalogs() -> list[str]:
    folder = files("schemas").joinpath("catalog")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    # Rule of law last: a work report tells of everything, and comes first everywhere.
    return [folder.joinpath(name).read_text("utf-8") for name in sorted(names, key=lambda name: "work" not in name)]
