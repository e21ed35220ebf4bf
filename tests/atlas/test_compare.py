"""The page that compares a selection, in Chromium: its address, chart, table, CSV and PNG."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from benchmarks.atlas import make_tables
from benchmarks.browser import CHROMIUM, open_browser
from nianbao.atlas.site import write_atlas
from nianbao.atlas.urls import page_key
from tests.atlas.conftest import version_folder

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tables of generated reports of several governments."""
    return version_folder(make_tables(tmp_path_factory.mktemp("tables"), 90, "full"))


@pytest.fixture(scope="module")
def several(version: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the atlas of several governments."""
    out = tmp_path_factory.mktemp("several")
    write_atlas(version, out)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once for the module."""
    with open_browser() as started:
        yield started


def shared_by_three(version: Path) -> tuple[str, list[str]]:
    """Return an indicator and three governments that have it in the same scope and unit, with most values."""
    keys: dict[tuple[str, str, str, str], set[str]] = {}
    for row in parquet.read_table(version / "comparisons.parquet").to_pylist():
        if row["value"] is not None:
            series = (row["indicator_id"], row["family"], row["scope"], row["unit"])
            keys.setdefault(series, set()).add(page_key(row["series_code"], row["body_id"]))
    series, places = max(keys.items(), key=lambda item: (len(item[1]), item[0]))
    return series[0], sorted(places)[:3]


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_selection_is_in_the_address_and_its_csv_equals_the_table(
    browser: Any, several: Path, version: Path, language: str
) -> None:
    """Three governments chosen by keyboard look the same from their address, and the CSV has the table's values."""
    indicator_id, places = shared_by_three(version)
    context = browser.new_context(locale=language, viewport={"width": 390, "height": 800})
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{(several / 'compare.html').as_uri()}#i={indicator_id}")
    page.wait_for_selector("#places input")
    for key in places:
        page.focus(f"#places input[value='{key}']")
        page.keyboard.press("Space")
    shown = page.inner_text("#figures")
    assert all(key in page.url for key in places)
    assert len(page.query_selector_all("#figures thead th")) == 4
    with page.expect_download() as download:
        page.click("#save-csv")
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    table = {
        (page_key(row["series_code"], row["body_id"]), row["scope"], row["unit"], row["year"]): row
        for row in parquet.read_table(version / "comparisons.parquet").to_pylist()
        if row["indicator_id"] == indicator_id
    }
    assert len(rows) > 3
    for row in rows:
        same = table[page_key(row["series_code"], row["body_id"]), row["scope"], row["unit"], int(row["year"])]
        assert (float(row["value"]) if row["value"] else None) == same["value"]
        assert row["comparability"] == same["comparability"]
    with page.expect_download() as download:
        page.click("#save-png")
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    other = browser.new_context(locale=language, viewport={"width": 390, "height": 800}).new_page()
    other.goto(page.url)
    other.wait_for_selector("#figures tbody td")
    assert other.inner_text("#figures") == shown
    for mode in ("index", "computed", "stated"):
        page.select_option("#mode", mode)
        assert f"m={mode}" in page.url
    page.click("#language")
    assert errors == []
    assert all(url.startswith(("file:", "blob:")) for url in requests)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_chart_is_saved_as_svg_and_png(browser: Any, several: Path) -> None:
    """The buttons below a chart save a standalone SVG file and a PNG file."""
    chart = next(file for file in sorted((several / "i").glob("*.html")) if 'class="chart"' in file.read_text("utf-8"))
    page = browser.new_page()
    page.goto(chart.as_uri())
    for kind, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.locator(f".save button:has-text('{kind}')").first.click()
        assert Path(download.value.path()).read_bytes().startswith(start)
