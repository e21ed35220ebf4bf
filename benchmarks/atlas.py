"""Building an atlas of many reports and opening its largest pages: `python -m benchmarks.atlas`, part of `make bench`.

The largest page of each kind is opened in headless Chromium. What is limited is the work of the page, which is the time
that its main thread is busy until the page is idle: waiting time depends on what else the machine does.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from benchmarks.browser import CHROMIUM, open_browser
from benchmarks.measuring import report
from nianbao import pipeline
from nianbao.atlas.site import draw_published
from tests.synthetic.generator import form_reports, plan, plan_forms, reports, write_raw

YEARS = range(2014, 2024)
FAMILIES = ("work_report", "rule_of_law")
MAX_SECONDS_OF_WORK = 0.3
MAX_KILOBYTES = 300
# Compressed, without the series of single bodies, which are files of their own.
MAX_KILOBYTES_OF_SEARCH_INDEX = 300
MAX_ELEMENTS = 20_000
MAX_CPU_SECONDS_PER_REPORT = 0.1
TRIES = 3

# The kinds of pages, by their paths.
PAGE_KINDS: dict[str, Callable[[Path], bool]] = {
    "front page": lambda page: page.name == "index.html",
    "coverage": lambda page: page.name == "coverage.html",
    "list of indicators": lambda page: page.name == "indicators.html",
    "jurisdiction": lambda page: page.parent.name == "j" and "-" not in page.stem,
    "category of a jurisdiction": lambda page: page.parent.name == "j" and "_" in page.stem,
    "findings of a jurisdiction": lambda page: page.stem.endswith("-findings"),
    "promises of a jurisdiction": lambda page: "-promises" in page.stem,
    "indicator": lambda page: page.parent.name == "i",
    "report": lambda page: page.parent.name == "r",
}


class PageLoad(NamedTuple):
    """Seconds of work until a page is idle, seconds until it is loaded, and its number of elements."""

    work: float
    loaded: float
    elements: int


def make_tables(folder: Path, n: int, style: str) -> Path:
    """Publish the tables of about `n` invented reports of three families; return their folder."""
    n_governments = max(1, n // (len(YEARS) * (len(FAMILIES) + 1)))
    prose = reports(plan(1, n_governments, YEARS, FAMILIES, contradictions=0.1, missing=0.02), style=style)
    write_raw(folder / "raw", chain(prose, form_reports(plan_forms(1, n_governments, YEARS))))
    pipeline.run(folder / "raw", folder / "curated")
    return folder / "curated"


def largest_pages(atlas: Path) -> dict[str, Path]:
    """Return the largest page of each kind that the atlas has."""
    pages = sorted(atlas.rglob("*.html"), key=lambda page: page.stat().st_size)
    by_kind = {kind: [page for page in pages if matches(page)] for kind, matches in PAGE_KINDS.items()}
    return {kind: pages[-1] for kind, pages in by_kind.items() if pages}


def open_page(browser: Any, url: str, action: Callable[[Any], None] = lambda page: None) -> PageLoad:
    """Open a page several times, each in a new browser context, and return the fastest load with its `action`."""
    loads = []
    for _ in range(TRIES):
        context = browser.new_context()
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        page.goto(url)
        page.evaluate("new Promise(done => requestIdleCallback(done))")
        action(page)
        metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
        loads.append(PageLoad(metrics["TaskDuration"], loaded, page.locator("*").count()))
        context.close()
    return min(loads)


def _search(page: Any) -> None:
    page.fill("#q", "行政复议")
    page.wait_for_selector("#results a[href*='i/']")


def _choose(page: Any) -> None:
    for n in range(3):
        page.check(f"#places input >> nth={n}")


def measure(folder: Path, n: int, style: str = "full") -> bool:
    """Print all measurements; return whether all are within their limits."""
    curated = make_tables(folder, n, style)
    atlas = folder / "atlas"
    return all([*measure_building(curated, atlas), *measure_pages(atlas)])


def measure_building(curated: Path, atlas: Path) -> list[bool]:
    """Measure building an atlas, and building it again."""
    start, cpu_start = time.perf_counter(), time.process_time()
    first = draw_published(curated, atlas, force=True)
    seconds, work = time.perf_counter() - start, time.process_time() - cpu_start
    assert first is not None
    n_reports = len(list((atlas / "r").glob("*.html")))
    figures = (
        f"{first.pages} pages of {n_reports} reports, {first.n_bytes / 1e6:.1f} MB, "
        f"in {seconds:.1f} s, {work:.1f} s of CPU time"
    )
    start = time.perf_counter()
    again = draw_published(curated, atlas, force=True)
    assert again is not None
    figures_again = f"{again.written} files written, {time.perf_counter() - start:.1f} s"
    return [
        report("building", figures, work <= MAX_CPU_SECONDS_PER_REPORT * n_reports),
        report("building again", figures_again, again.written == 0),
    ]


def measure_pages(atlas: Path) -> list[bool]:
    """Measure the search index, opening the largest page of each kind, and a search."""
    index = sum(len(gzip.compress(file.read_bytes())) for file in (atlas / "search").glob("*.js")) / 1024
    results = [report("search index", f"{index:.0f} KB compressed", index <= MAX_KILOBYTES_OF_SEARCH_INDEX)]
    with open_browser() as browser:
        for kind, page in largest_pages(atlas).items():
            load = open_page(browser, page.as_uri())
            kilobytes = page.stat().st_size / 1024
            figures = (
                f"{kilobytes:.0f} KB, {load.elements:,} elements, {load.work:.2f} s of work, "
                f"loaded after {load.loaded:.2f} s"
            )
            ok = load.work <= MAX_SECONDS_OF_WORK and kilobytes <= MAX_KILOBYTES and load.elements <= MAX_ELEMENTS
            results.append(report(f"largest {kind}, {page.relative_to(atlas)}", figures, ok))
        indicator = largest_pages(atlas)["indicator"].stem
        load = open_page(browser, f"{(atlas / 'compare.html').as_uri()}#i={indicator}", _choose)
        results.append(
            report(f"comparison of {indicator}", f"{load.work:.2f} s of work", load.work <= MAX_SECONDS_OF_WORK)
        )
        load = open_page(browser, (atlas / "index.html").as_uri(), _search)
        figures = f"{load.work:.2f} s of work"
        results.append(report("front page and a search", figures, load.work <= MAX_SECONDS_OF_WORK))
    return results


def main(
    n: Annotated[int, typer.Option("--reports", help="Approximate number of reports.")] = 1000,
    style: Annotated[str, typer.Option(help="Length of the reports: full (like real ones) or small.")] = "full",
    folder: Annotated[
        Path | None, typer.Option(help="An empty folder to work in, which is kept; a temporary one by default.")
    ] = None,
) -> None:
    """Measure the atlas of many invented reports; exit with 1 if a limit is exceeded."""
    if CHROMIUM is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    work = folder or Path(tempfile.mkdtemp(prefix="nianbao-atlas-"))
    try:
        ok = measure(work.resolve(), n, style)
    finally:
        if folder is None:
            shutil.rmtree(work, ignore_errors=True)
    raise typer.Exit(not ok)


if __name__ == "__main__":
    typer.run(main)
