"""The atlas in a real browser, from disk and from a server: search in both languages, a value to its sentence, axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from benchmarks.atlas import KINDS, largest_pages
from benchmarks.browser import CHROMIUM, open_browser
from nianbao.atlas.site import write_atlas

HARM = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover=alert(3) x='=cmd|'/C calc'!A0\u202eba"
SHOWN = HARM.replace("\u202e", "⟦U+202E⟧")
# The columns whose words come from reports, from names or from the catalog.
WORDS = {
    *("title", "issuer", "document_number", "source_url", "jurisdiction_name", "province_name", "text", "heading"),
    *("name_zh", "name_en", "definition", "aliases", "scope", "message_zh", "message_en", "left_text", "right_text"),
    *("target_quote", "actual_quote", "comparability_note", "reason", "subject"),
}
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as started:
        yield started


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


@contextmanager
def watched(browser: Any, front: str) -> Iterator[Any]:
    """A page that fails the test for an error in its console, or for a request to anything outside the folder."""
    context = browser.new_context()
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    opened.on("request", lambda asked: None if asked.url.startswith(front) else wrong.append(asked.url))
    yield opened
    context.close()
    assert wrong == []


@pytest.fixture
def page(browser: Any, front: str) -> Iterator[Any]:
    with watched(browser, front) as opened:
        yield opened


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


@pytest.fixture(scope="module")
def hostile_site(bundled_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The atlas of tables in which every word that a report or a name could bring is one that means harm."""
    state, out = tmp_path_factory.mktemp("hostile") / "state", tmp_path_factory.mktemp("hostile-site")
    state.mkdir()
    for file in bundled_state.glob("*.parquet"):
        table = parquet.read_table(file)
        for name in WORDS & set(table.column_names):
            told = [None if text is None else text + HARM for text in table[name].to_pylist()]
            table = table.set_column(table.column_names.index(name), name, arrow.array(told, arrow.string()))
        parquet.write_table(table, state / file.name)
    write_atlas(state, out)
    return out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_that_mean_harm_are_words_on_every_kind_of_page(browser: Any, hostile_site: Path, language: str) -> None:
    with watched(browser, hostile_site.as_uri()) as page:
        for kind, file in largest_pages(hostile_site).items():
            page.goto(file.as_uri())
            if page.get_attribute("html", "data-lang") != language:
                page.click("#language")
            assert SHOWN in page.inner_text("main"), kind
            assert page.locator("script").count() == 1, kind
            assert page.locator("main img, main script, [onmouseover], [onerror]").count() == 0, kind
            assert "\u202e" not in page.content(), kind
        page.fill("#q", "云汀" if language == "zh" else "script")
        page.wait_for_selector("#results a")
        assert SHOWN in page.inner_text("#results")
        assert page.locator("#results img, #results script").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("front", ["file"], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", [*KINDS, "about"])
def test_axe_finds_no_serious_fault(page: Any, front: str, site: Path, kind: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    file = largest_pages(site).get(kind, site / "about.html")
    page.goto(f"{front}{file.relative_to(site).as_posix()}")
    if language == "en":
        page.click("#language")
    faults = Axe().run(page, options={"preload": False}).response["violations"]
    faults = [fault for fault in faults if fault["impact"] in ("serious", "critical")]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []
