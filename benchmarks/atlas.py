"""`python -m benchmarks.atlas`: an atlas of 1,000 invented reports, how long it takes to make, and how its pages open.

Of every kind of page the largest is opened in headless Chromium. What counts is the work of the page, the time that its
main thread was busy until it was at rest, because how long a person waits depends on what else the machine does.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.browser import CHROMIUM, open_browser
from nianbao import pipeline
from nianbao.atlas.site import draw_published
from tests.synthetic.generator import form_reports, plan, plan_forms, reports, write_raw

YEARS = range(2014, 2024)
FAMILIES = ("work_report", "rule_of_law")
MOST_SECONDS_OF_WORK = 1.0
MOST_KILOBYTES = 400
MOST_SECONDS_A_REPORT = 0.1
TRIES = 3

# The kinds of pages, by where they stand.
KINDS: dict[str, Callable[[Path], bool]] = {
    "front page": lambda page: page.name == "index.html",
    "coverage": lambda page: page.name == "coverage.html",
    "list of indicators": lambda page: page.name == "indicators.html",
    "jurisdiction": lambda page: page.parent.name == "j" and "-" not in page.stem,
    "category of a jurisdiction": lambda page: page.parent.name == "j" and "_" in page.stem,
    "findings of a jurisdiction": lambda page: page.stem.endswith("-findings"),
    "promises of a jurisdiction": lambda page: page.stem.endswith("-promises"),
    "indicator": lambda page: page.parent.name == "i",
    "report": lambda page: page.parent.name == "r",
}


def make_tables(folder: Path, n: int, style: str) -> Path:
    """The tables of about `n` invented reports of all three families."""
    n_governments = max(1, n // (len(YEARS) * (len(FAMILIES) + 1)))
    prose = reports(plan(1, n_governments, YEARS, FAMILIES, contradictions=0.1, missing=0.02), style=style)
    write_raw(folder / "raw", chain(prose, form_reports(plan_forms(1, n_governments, YEARS))))
    pipeline.run(folder / "raw", folder / "curated")
    return folder / "curated"


def largest_pages(atlas: Path) -> dict[str, Path]:
    """Of each kind the page with most bytes."""
    pages = sorted(atlas.rglob("*.html"), key=lambda page: page.stat().st_size)
    return {kind: own[-1] for kind, is_one in KINDS.items() if (own := [page for page in pages if is_one(page)])}


def open_page(browser: Any, address: str, then: Callable[[Any], None] = lambda page: None) -> tuple[float, float]:
    """Seconds of work until a page is at rest and after doing something on it, and seconds until it was loaded: the
    least of several tries, each in a browser window without memory of the others."""
    tries = []
    for _ in range(TRIES):
        context = browser.new_context()
        page = context.new_page()
        asked = context.new_cdp_session(page)
        asked.send("Performance.enable")
        page.goto(address)
        page.evaluate("new Promise(done => requestIdleCallback(done))")
        then(page)
        told = {one["name"]: one["value"] for one in asked.send("Performance.getMetrics")["metrics"]}
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
        tries.append((told["TaskDuration"], loaded))
        context.close()
    return min(tries)


def _search(page: Any) -> None:
    page.fill("#q", "行政复议")
    page.wait_for_selector("#results a[href*='i/']")


def measure(folder: Path, n: int, style: str = "full") -> bool:
    """All figures, a line each; whether all are as promised."""
    curated = make_tables(folder, n, style)
    began, worked = time.perf_counter(), time.process_time()
    made = draw_published(curated, folder / "atlas", force=True)
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    assert made is not None
    n_reports = len(list((folder / "atlas" / "r").iterdir()))
    told = f"{made.pages} pages of {n_reports} reports, {made.n_bytes / 1e6:.1f} MB, "
    told += f"in {seconds:.1f} s, {work:.1f} s of work"
    good = [_line("drawing", told, seconds <= MOST_SECONDS_A_REPORT * n_reports)]
    began = time.perf_counter()
    again = draw_published(curated, folder / "atlas", force=True)
    assert again is not None
    told = f"{again.written} files written, {time.perf_counter() - began:.1f} s"
    good.append(_line("drawing it again", told, again.written == 0))
    with open_browser() as browser:
        for kind, page in largest_pages(folder / "atlas").items():
            work, loaded = open_page(browser, page.as_uri())
            kilobytes = page.stat().st_size / 1024
            told = f"{kilobytes:.0f} KB, {work:.2f} s of work, loaded after {loaded:.2f} s"
            enough = work <= MOST_SECONDS_OF_WORK and kilobytes <= MOST_KILOBYTES
            good.append(_line(f"largest {kind}, {page.relative_to(folder / 'atlas')}", told, enough))
        work, _ = open_page(browser, (folder / "atlas" / "index.html").as_uri(), _search)
        good.append(_line("front page and a search", f"{work:.2f} s of work", work <= MOST_SECONDS_OF_WORK))
    return all(good)


def _line(what: str, told: str, good: bool) -> bool:
    print(f"{what}: {told} ({'ok' if good else 'NOT AS PROMISED'})", flush=True)
    return good


def main(
    n: Annotated[int, typer.Option("--reports", help="About how many reports.")] = 1000,
    style: Annotated[str, typer.Option(help="full: as long as real ones; small.")] = "full",
    folder: Annotated[Path | None, typer.Option(help="Where to work, an empty folder; kept afterwards.")] = None,
) -> None:
    """Measure; ends with 1 where something is not as promised."""
    if CHROMIUM is None:
        raise SystemExit("no Chromium here: apt-get install chromium")
    work = folder or Path(tempfile.mkdtemp(prefix="nianbao-atlas-"))
    try:
        good = measure(work.resolve(), n, style)
    finally:
        if folder is None:
            shutil.rmtree(work, ignore_errors=True)
    raise typer.Exit(not good)


if __name__ == "__main__":
    typer.run(main)
