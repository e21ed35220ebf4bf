"""The search offers only pages and series that exist, in Chinese, pinyin and English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from benchmarks.browser import CHROMIUM, open_browser


def index_rows(file: Path) -> list[list[Any]]:
    """Return the rows of a script of the search index."""
    rows: list[list[Any]] = json.loads(file.read_text("utf-8").partition(", ")[2].rstrip().removesuffix(");"))
    return rows


def missing_targets(site: Path) -> Iterator[str]:
    """Yield the hits that the search can offer whose page or anchor does not exist."""
    families = {code: family for code, family, *_ in index_rows(site / "search" / "families.js")}
    hits = [f"j/{row[0]}.html" for row in index_rows(site / "search" / "bodies.js")]
    hits += [f"i/{row[0]}.html" for row in index_rows(site / "search" / "indicators.js")]
    for _, prefix, names in index_rows(site / "search" / "reports.js"):
        hits += [f"r/{families[name[0]]}-{prefix}-{name[1:]}.html" for name in names.split(" ")]
    yield from (hit for hit in hits if not (site / hit).is_file())
    for file in (site / "search" / "series").iterdir():
        anchors: dict[str, set[str]] = {}
        for row in index_rows(file):
            page = row[5] if len(row) > 5 else f"j/{file.stem}.html"
            if page not in anchors:
                anchors[page] = set(map(str, html.parse(str(site / page)).xpath("//@id")))
            if row[0] not in anchors[page]:
                yield f"{page}#{row[0]}"


def test_every_hit_that_the_search_can_offer_exists(site: Path) -> None:
    """Every place, indicator, report and series of the search index has its page and anchor."""
    assert list(missing_targets(site)) == []


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_queries_find_what_people_mean(site: Path) -> None:
    """Chinese without spaces, pinyin, initials, English, synonyms and years find the same things, and nothing else."""
    wanted = {
        "云汀市 行政复议": r"j/990100\.html#reconsideration_accepted",
        "云汀行政复议": r"j/990100\.html#reconsideration_accepted",
        "yunting": r"j/990100\.html$",
        "yts": r"j/990100\.html$",
        "fuyi": r"i/reconsideration_accepted\.html",
        "administrative review": r"i/reconsideration_accepted\.html",
        "复议 2023": r"i/reconsideration_accepted\.html",
        "云汀市 2023": r"r/rule_of_law-990100-2023\.html",
    }
    with open_browser() as browser:
        page = browser.new_page(locale="zh-CN")
        page.goto((site / "index.html").as_uri())
        page.fill("#q", "云")
        page.wait_for_selector("#results a")
        for query, target in wanted.items():
            page.fill("#q", query)
            page.wait_for_timeout(150)
            for button in page.locator("#results button").all():
                button.click()
            found = page.eval_on_selector_all("#results a", "links => links.map(link => link.getAttribute('href'))")
            assert any(re.search(target, link) for link in found), (query, found)
        page.fill("#q", "云汀市 受理行政复议")
        assert re.search(r"\d{4}–\d{4} · \d{4}: \d+[件宗]", page.inner_text("#results"))
        page.fill("#q", "行政复仪受理")
        assert "相近" in page.inner_text("#results")
        assert page.locator("#results a").count() > 0
