"""The atlas in a real browser, from disk and from a server: search, links, hostile text, accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from benchmarks.atlas import PAGE_KINDS, largest_pages
from benchmarks.browser import CHROMIUM, open_browser
from nianbao.atlas.site import write_atlas
from tests.atlas.conftest import served

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover=alert(3) x='=cmd|'/C calc'!A0\u202eba"
ESCAPED_HOSTILE = HOSTILE.replace("\u202e", "⟦U+202E⟧")
# The columns with text from reports, names or the catalog.
TEXT_COLUMNS = {
    *("title", "issuer", "document_number", "source_url", "jurisdiction_name", "province_name", "text", "heading"),
    *(
        "name_zh",
        "name_en",
        "definition",
        "definition_zh",
        "aliases",
        "scope",
        "message_zh",
        "message_en",
        "left_text",
        "right_text",
    ),
    *("target_quote", "actual_quote", "comparability_note", "reason", "subject"),
}
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once for the module."""
    with open_browser() as started:
        yield started


@pytest.fixture(scope="module", params=["file", "http"])
def base_url(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Return the base URL of the atlas: on disk, and below some path of a static web server."""
    if request.param == "file":
        yield f"{site.as_uri()}/"
        return
    with served(site) as url:
        yield url


@contextmanager
def checked_page(browser: Any, base_url: str) -> Iterator[Any]:
    """Open a page; fail for an error in its console or a request outside the atlas."""
    context = browser.new_context()
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    opened.on("request", lambda request: None if request.url.startswith(base_url) else problems.append(request.url))
    yield opened
    context.close()
    assert problems == []


@pytest.fixture
def page(browser: Any, base_url: str) -> Iterator[Any]:
    """Open a page that fails the test for console errors and requests outside the atlas."""
    with checked_page(browser, base_url) as opened:
        yield opened


def choose_language(page: Any, language: str) -> None:
    """Switch the page to a language unless it has it."""
    if page.get_attribute("html", "data-lang") != language:
        page.click("#language")


@pytest.mark.parametrize(("preferred", "shown"), [("zh-CN", "zh"), ("en-GB", "en"), ("de-DE", "en")])
def test_the_language_is_that_of_the_browser_until_one_is_chosen(
    browser: Any, site: Path, preferred: str, shown: str
) -> None:
    """The first page has the language of the browser, English if it has neither; a choice is kept on other pages."""
    context = browser.new_context(locale=preferred)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    assert page.get_attribute("html", "data-lang") == shown
    page.click("#language")
    page.goto((site / "about.html").as_uri())
    assert page.get_attribute("html", "data-lang") == ("en" if shown == "zh" else "zh")
    context.close()


@pytest.mark.parametrize(("query", "language"), [("行政复议", "zh"), ("reconsideration", "en")])
def test_two_clicks_lead_from_the_search_to_the_sentence(page: Any, base_url: str, query: str, language: str) -> None:
    """In both languages, a search and two clicks reach the highlighted sentence that contains the number."""
    page.goto(f"{base_url}index.html")
    choose_language(page, language)
    page.fill("#q", query)
    page.click("#results a[href*='i/']")
    assert page.get_attribute("html", "data-lang") == language
    page.click("table.ranked td a")
    sentence = page.locator(".s:has(:target)")
    assert page.locator(":target").inner_text() in sentence.inner_text()
    assert sentence.evaluate("box => getComputedStyle(box).backgroundColor") != "rgba(0, 0, 0, 0)"


@pytest.fixture(scope="module")
def hostile_site(bundled_version: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the atlas of tables in which all text from outside is hostile."""
    version, out = tmp_path_factory.mktemp("hostile") / "version", tmp_path_factory.mktemp("hostile-site")
    version.mkdir()
    for file in bundled_version.glob("*.parquet"):
        table = parquet.read_table(file)
        for name in TEXT_COLUMNS & set(table.column_names):
            texts = [None if text is None else text + HOSTILE for text in table[name].to_pylist()]
            table = table.set_column(table.column_names.index(name), name, arrow.array(texts, arrow.string()))
        parquet.write_table(table, version / file.name)
    write_atlas(version, out)
    return out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_text_is_shown_as_text_on_every_kind_of_page(browser: Any, hostile_site: Path, language: str) -> None:
    """Markup, event handlers and invisible characters of a report are displayed and never run."""
    with checked_page(browser, hostile_site.as_uri()) as page:
        for kind, file in largest_pages(hostile_site).items():
            page.goto(file.as_uri())
            choose_language(page, language)
            assert ESCAPED_HOSTILE in page.inner_text("main"), kind
            assert page.locator("script").count() == 1, kind
            assert page.locator("main img, main script, [onmouseover], [onerror]").count() == 0, kind
            assert "\u202e" not in page.content(), kind
        page.fill("#q", "云汀" if language == "zh" else "script")
        page.wait_for_selector("#results a")
        assert ESCAPED_HOSTILE in page.inner_text("#results")
        assert page.locator("#results img, #results script").count() == 0


def all_kinds(site: Path) -> dict[str, Path]:
    """Return the largest page of each kind, and the pages of which there is one."""
    return {**largest_pages(site), "about": site / "about.html", "compare": site / "compare.html"}


# Parts of the page that are wider than the screen and outside a box that scrolls.
TOO_WIDE = """() => [...document.querySelectorAll("main *:not(.hidden, .hidden *), header *")]
    .filter((part) => part.getClientRects().length && part.getBoundingClientRect().right > innerWidth + 1)
    .filter((part) => matchMedia("print").matches || !part.closest(".scroll, svg"))
    .map((part) => part.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_every_kind_of_page_fits_a_phone(browser: Any, several: Path, base_url: str, locale: str) -> None:
    """On a screen of 390 pixels nothing is cut off: only tables and charts scroll, in their own boxes."""
    context = browser.new_context(locale=locale, viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    with address_of(several, base_url) as start:
        for kind, file in all_kinds(several).items():
            page.goto(f"{start}{file.relative_to(several).as_posix()}")
            page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true;")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, kind
            assert page.evaluate(TOO_WIDE) == [], kind
    context.close()


@contextmanager
def address_of(site: Path, base_url: str) -> Iterator[str]:
    """Yield the base URL of another site, from disk or from a server as `base_url` is."""
    if base_url.startswith("file:"):
        yield f"{site.as_uri()}/"
        return
    with served(site) as url:
        yield url


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_every_kind_of_page_prints_whole(browser: Any, several: Path, base_url: str, locale: str) -> None:
    """On paper nothing is cut off, folded parts are open, and there are no buttons to press."""
    context = browser.new_context(locale=locale, viewport={"width": 740, "height": 1000})
    page = context.new_page()
    page.emulate_media(media="print")
    with address_of(several, base_url) as start:
        for kind, file in all_kinds(several).items():
            page.goto(f"{start}{file.relative_to(several).as_posix()}")
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
            assert page.evaluate(TOO_WIDE) == [], kind
            assert page.locator("main details:not([open])").count() == 0, kind
            assert page.locator("form:visible, footer:visible, nav:visible >> text=Indicators").count() == 0, kind
            assert page.pdf(format="A4").startswith(b"%PDF"), kind
    context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_keyboard_alone_leads_to_a_sentence(browser: Any, base_url: str, locale: str) -> None:
    """Tab shows the link that skips the head, search results follow the arrows, and every stop shows its focus."""
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(f"{base_url}index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.focus("#q")
    page.keyboard.type("行政复议" if locale == "zh-CN" else "reconsideration")
    page.wait_for_selector("#results a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("table.ranked td a")
    for _ in range(200):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if page.evaluate("Boolean(document.activeElement.closest('table.ranked td'))"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(":target")
    assert "/r/" in page.url
    context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_no_kind_of_page_requests_anything_from_elsewhere(
    browser: Any, several: Path, base_url: str, locale: str
) -> None:
    """Every kind of page loads without an error or a request to another address."""
    with address_of(several, base_url) as start, checked_page(browser, start) as page:
        for file in all_kinds(several).values():
            page.goto(f"{start}{file.relative_to(several).as_posix()}")
            page.click("#language")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", [*PAGE_KINDS, "about", "compare"])
def test_axe_finds_no_serious_violation(browser: Any, several: Path, base_url: str, kind: str, language: str) -> None:
    """In both languages, every kind of page passes the serious and critical accessibility checks of axe."""
    from axe_playwright_python.sync_playwright import Axe

    with address_of(several, base_url) as start, checked_page(browser, start) as page:
        page.goto(f"{start}{all_kinds(several)[kind].relative_to(several).as_posix()}")
        choose_language(page, language)
        if kind == "compare":
            page.evaluate("location.hash = 'i=gdp'")
            page.wait_for_selector("#places input")
            page.check("#places input >> nth=0")
        violations = Axe().run(page, options={"preload": False}).response["violations"]
    serious = [violation for violation in violations if violation["impact"] in ("serious", "critical")]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in serious] == []
