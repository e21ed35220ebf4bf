"""The review in a real browser, by keyboard: decide, see the diff, write, undo; and two reviewers at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from benchmarks.browser import CHROMIUM, open_browser
from nianbao.review.items import ItemKind
from tests.review.review_factory import Place, only
from tests.review.serving import served

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once for the module."""
    with open_browser() as started:
        yield started


def write(page: Any) -> None:
    """Write the change that is shown, and wait for the page after it; a key pressed earlier would be lost."""
    page.keyboard.press("Enter")
    page.wait_for_selector("#write", state="detached")
    page.wait_for_load_state("domcontentloaded")


def actions(place: Place) -> list[tuple[str, str]]:
    """Return quote and action of the entries that were written."""
    return [(e["quote"], e["action"]) for e in yaml.safe_load(place.file.read_text("utf-8"))["corrections"]]


def test_an_item_is_accepted_and_undone_by_keyboard(browser: Any, place: Place) -> None:
    """Keys alone open an item, accept it, show the diff, write the file and undo it to the byte."""
    with served(place) as pages:
        page = browser.new_context().new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(pages.access.address)
        assert pages.access.key not in page.url
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/kinds/unlikely", wait_until="domcontentloaded")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/items/*")
        assert page.locator("mark").all_inner_texts() == ["91234宗", "1234宗"]
        page.keyboard.press("a")
        page.wait_for_selector("#write")
        assert "action: confirm" in page.inner_text("#mine")
        assert not place.file.exists()
        write(page)
        assert actions(place) == [("91234宗", "confirm"), ("1234宗", "confirm")]
        page.goto(f"http://127.0.0.1:{pages.access.port}/")
        page.keyboard.press("u")
        page.wait_for_selector("button.undo")
        page.keyboard.press("u")
        page.wait_for_selector("#write")
        page.keyboard.press("Enter")
        page.wait_for_url("**/items/*")
        assert not place.file.exists()
        assert problems == []


def test_a_value_is_corrected_by_keyboard(browser: Any, place: Place) -> None:
    """`2` chooses the second figure, `c` opens its fields, and Enter in a field corrects instead of accepting."""
    with served(place) as pages:
        page = browser.new_context().new_page()
        page.goto(pages.access.address)
        page.goto(f"http://127.0.0.1:{pages.access.port}/items/{only(pages.session, ItemKind.UNLIKELY).item_id}")
        page.keyboard.press("2")
        page.keyboard.press("c")
        page.keyboard.type("81234")
        page.keyboard.press("Enter")
        page.wait_for_selector("#write")
        write(page)
        assert actions(place) == [("1234宗", "override")]


def test_two_browsers_that_edit_one_file_lose_nothing(browser: Any, place: Place) -> None:
    """The slower reviewer is shown what the other wrote, and both edits are in the file."""
    with served(place) as first, served(place) as second:
        shown = []
        for pages, kind in ((first, ItemKind.UNLIKELY), (second, ItemKind.CONTRADICTED)):
            page = browser.new_context().new_page()
            page.goto(pages.access.address)
            page.goto(f"http://127.0.0.1:{pages.access.port}/items/{only(pages.session, kind).item_id}")
            page.keyboard.press("a")
            page.wait_for_selector("#write")
            shown.append(page)
        write(shown[0])
        assert len(actions(place)) == 2
        shown[1].keyboard.press("Enter")
        shown[1].wait_for_selector("[role=alert]")
        assert "1234宗" in shown[1].inner_text("[role=alert]")
        assert len(actions(place)) == 2
        write(shown[1])
        assert {quote for quote, _ in actions(place)} == {"91234宗", "1234宗", "5宗", "7.3%"}
