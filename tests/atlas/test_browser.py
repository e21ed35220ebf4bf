"""The atlas in a real browser, from disk and from a server: search in both languages, a value to its sentence, axe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, *told: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module", params=["file", "http"])
def front(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Where the folder of the atlas is opened: on disk, and below any address of a web server that hands out files."""
    if request.param == "file":
        yield f"{site.as_uri()}/"
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site.parent))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
        server.shutdown()


@pytest.fixture
def page(browser: Any, front: str) -> Iterator[Any]:
    """A page that fails the test for an error in its console, or for a request to anything outside the folder."""
    context = browser.new_context(base_url=front)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda asked: None if asked.url.startswith(front) else wrong.append(asked.url))
    yield opened
    context.close()
    assert wrong == []


@pytest.mark.parametrize(("query", "language"), [("行政复议", "zh"), ("reconsideration", "en")])
def test_two_clicks_from_the_search_to_the_sentence(page: Any, front: str, query: str, language: str) -> None:
    page.goto(f"{front}index.html")
    if language == "en":
        page.click("#language")
    page.fill("#q", query)
    page.click("#results a[href*='i/']")
    assert page.get_attribute("html", "data-lang") == language
    page.click("table.ranked td a")
    sentence = page.locator(".s:has(:target)")
    assert page.locator(":target").inner_text() in sentence.inner_text()
    assert sentence.evaluate("box => getComputedStyle(box).backgroundColor") != "rgba(0, 0, 0, 0)"


@pytest.mark.slow
@pytest.mark.parametrize("front", ["file"], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["index.html", "coverage.html", "indicators.html", "about.html", "j", "i", "r"])
def test_axe_finds_no_serious_fault(page: Any, front: str, site: Path, kind: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    file = site / kind if kind.endswith(".html") else sorted((site / kind).iterdir())[0]
    page.goto(f"{front}{file.relative_to(site).as_posix()}")
    if language == "en":
        page.click("#language")
    faults = Axe().run(page, options={"preload": False}).response["violations"]
    faults = [fault for fault in faults if fault["impact"] in ("serious", "critical")]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []
