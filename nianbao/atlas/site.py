"""Builds the atlas: reads the tables of one version, renders every page, writes the pages that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from nianbao.atlas import urls
from nianbao.atlas.downloads import body_files, feed, indicator_files, report_files
from nianbao.atlas.history import place_histories
from nianbao.atlas.output_dir import STATE, OutputDir, is_current, output_lock, version_label
from nianbao.atlas.pages.body import MovedView, body_pages
from nianbao.atlas.pages.home import CoveragePageView, coverage_view, home_view, indicators_view
from nianbao.atlas.pages.indicator import indicator_view
from nianbao.atlas.pages.report import report_view
from nianbao.atlas.queries import Tables
from nianbao.atlas.rendering import PageRenderer
from nianbao.atlas.search import search_files, series_file
from nianbao.atlas.site_index import Atlas, load_categories, make_atlas
from nianbao.publishing.manifest import read_manifest
from schemas.families import Profile, load_profiles
from schemas.locations import CATALOG

# Lists the files of the atlas, so that the next one can remove pages that are gone.
_FEED_FINDINGS = 20  # of each list
LISTING = "files.txt"
STATIC = ("atlas.css", "atlas.js", "compare.js")


@dataclass(frozen=True, slots=True)
class Summary:
    """Result of building an atlas.

    Attributes:
        front: Path of the front page.
        pages: Number of pages.
        written: Number of files written because they are new or changed.
        removed: Number of files removed.
        n_bytes: Size of all files.
    """

    front: Path
    pages: int
    written: int
    removed: int
    n_bytes: int


def write_atlas(version_folder: Path, out: Path, *, on_page: Callable[[int, int], None] | None = None) -> Summary:
    """Build the atlas of one version in the folder `out`.

    The same tables give the same bytes, and a file with the same content is not written again. Waits for another
    process that writes to `out`.

    Args:
        version_folder: Folder of the tables, as named by the manifest.
        out: Folder of the atlas.
        on_page: Called with the number of finished pages and the total.

    Raises:
        OSError: A table cannot be read or a file cannot be written.
    """
    with output_lock(out):
        return _write(version_folder, out, on_page)


def draw_published(
    curated: Path, out: Path, *, force: bool = False, on_page: Callable[[int, int], None] | None = None
) -> Summary | None:
    """Build the atlas of the published version, unless nothing is published or its atlas exists.

    Of two processes that do this at once, the second checks again after the first is done.

    Args:
        curated: Folder of the published tables.
        out: Folder of the atlas.
        force: Build the atlas even if it exists.
        on_page: Called with the number of finished pages and the total.

    Returns:
        The summary, or None if there was nothing to do.

    Raises:
        OSError: A table cannot be read or a file cannot be written.
    """
    if read_manifest(curated) is None:
        return None
    with output_lock(out):
        manifest = read_manifest(curated)
        if manifest is None or (not force and is_current(out, curated / manifest["folder"])):
            return None
        return _write(curated / manifest["folder"], out, on_page)


def _write(version_folder: Path, out: Path, on_page: Callable[[int, int], None] | None) -> Summary:
    tables = Tables(version_folder)
    reports = tables.reports()
    history = place_histories(tables.units(), tables.place_changes(), {row["series_code"] for row in reports})
    atlas = make_atlas(reports, tables.indicators(), load_categories(_catalog_texts()), tables.series(), history)
    atlas = replace(atlas, version=version_folder.name)
    folder = OutputDir(out)
    old = _listed_files(out)
    total = len(atlas.reports) + len(atlas.bodies) + len(atlas.stated_indicators()) + 6
    for n, pages in enumerate(_render_pages(atlas, tables), start=1):
        for name, page in pages.items():
            folder.put(name, page)
        if on_page:
            on_page(n, total)
    n_pages = sum(name.endswith(".html") for name in folder.files)
    for name in STATIC:
        folder.put(name, files(__package__).joinpath("static", name).read_bytes())
    for name, script in search_files(atlas).items():
        folder.put(name, script)
    folder.put(LISTING, "\n".join(sorted({*folder.files, LISTING, STATE})) + "\n")
    folder.files.add(STATE)
    removed = folder.finish(old)
    folder.put(STATE, version_label(version_folder))
    return Summary(out / urls.FRONT, n_pages, len(folder.written), removed, folder.n_bytes)


def _render_pages(atlas: Atlas, tables: Tables) -> Iterator[dict[str, str]]:
    """Yield the pages by path: one report, reporting body or indicator at a time, then the pages of the site."""
    renderer = PageRenderer(atlas)
    for report_id, report in tables.by_report(sorted(atlas.reports)):
        page = renderer.render("report", report_view(atlas, atlas.reports[report_id], report))
        yield {urls.report_page(report_id): page} | report_files(atlas, atlas.reports[report_id], report)
    body_paths = {urls.body_page(key) for key in atlas.bodies}
    for key, rows in tables.by_body(list(atlas.bodies)):
        place = atlas.bodies[key]
        rendered = {name: renderer.render(template, view) for name, template, view in body_pages(atlas, place, rows)}
        moved = [urls.body_page(urls.page_key(code, place.body_id)) for code in place.former_codes]
        moved_pages = {name: renderer.render("moved", MovedView(place)) for name in moved}
        # A former code may belong to another place now, which then has the page.
        rendered |= body_files(atlas, key, rows.comparisons, rows.findings, rows.sentences)
        rendered |= dict([series_file(atlas, key, rows.comparisons)])
        yield {name: page for name, page in moved_pages.items() if name not in body_paths} | rendered
    for indicator_id, ranked in tables.by_indicator([row["indicator_id"] for row in atlas.stated_indicators()]):
        page = renderer.render("indicator", indicator_view(atlas, atlas.indicators[indicator_id], ranked.comparisons))
        files = indicator_files(atlas, indicator_id, ranked.comparisons, ranked.sentences)
        yield {urls.indicator_page(indicator_id): page} | files
    yield {
        urls.COVERAGE: renderer.render("coverage", CoveragePageView(coverage_view(atlas, tables.coverage())), root="")
    }
    yield {urls.INDICATORS: renderer.render("indicators", indicators_view(atlas), root="")}
    yield {urls.COMPARE: renderer.render("compare", root="")}
    yield {urls.FEED: feed(atlas, tables.newest_findings(_FEED_FINDINGS))}
    yield {urls.ABOUT: renderer.render("about", root="")}
    yield {urls.FRONT: renderer.render("home", home_view(atlas, tables), root="")}


def _listed_files(out: Path) -> set[str]:
    """Return the files that an earlier atlas wrote; other files in the folder are not ours and stay."""
    try:
        names = (out / LISTING).read_text("utf-8").split("\n")
    except FileNotFoundError:
        return set()
    return {name for name in names if name and not name.startswith("/") and ".." not in name.split("/")}


def _catalog_texts() -> list[str]:
    """Return the texts of the catalog files in the order in which categories are listed."""

    def order(profile: Profile) -> tuple[bool, int, str]:
        return profile.catalog_order is None, profile.catalog_order or 0, profile.family.value

    profiles = sorted(load_profiles().values(), key=order)
    return [(CATALOG / f"{profile.family.value}.yaml").read_text("utf-8") for profile in profiles]
