"""The page that compares a selection, in Chromium: its address, chart, table, CSV and PNG."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyarrow.parquet as parquet
import pytest

from benchmarks.browser import CHROMIUM, open_browser
from nianbao.atlas.downloads import COLUMNS
from nianbao.atlas.numbers import rates_unit
from nianbao.atlas.urls import page_key
from schemas.rows import ComparisonRow
from tests.atlas.conftest import served

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once for the module."""
    with open_browser() as started:
        yield started


# Columns of a saved CSV that are columns of `comparisons`.
SAVED = [name for name in COLUMNS if name in ComparisonRow.__annotations__]


def text_of(value: Any) -> str:
    """Return a value as JavaScript writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.17g}" if isinstance(value, float) and value.is_integer() else str(value)


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
@pytest.mark.parametrize("scheme", ["file", "http"])
def test_a_selection_is_in_the_address_and_its_csv_equals_the_table(
    browser: Any, several: Path, version: Path, language: str, scheme: str
) -> None:
    """Three governments chosen by keyboard look the same from their address, and the CSV has the table's values."""
    with served(several) if scheme == "http" else nullcontext(f"{several.as_uri()}/") as base_url:
        check_selection(browser, base_url, version, language)


def check_selection(browser: Any, base_url: str, version: Path, language: str) -> None:
    """Choose three governments by keyboard, save CSV and PNG, and open the address in a second browser."""
    indicator_id, places = shared_by_three(version)
    context = browser.new_context(locale=language, viewport={"width": 390, "height": 800})
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{base_url}compare.html#i={indicator_id}")
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
    saved = {
        (page_key(row["series_code"], row["body_id"]), row["scope"], row["unit"], int(row["year"])): row for row in rows
    }
    (series,) = {(scope, unit) for _, scope, unit, _ in saved}
    assert saved.keys() == {key for key in table if key[0] in places and key[1:3] == series} != set()
    for same, row in saved.items():
        assert {name: text_of(table[same][name]) for name in SAVED} == {name: row[name] for name in SAVED}
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
    assert all(url.startswith((base_url, "blob:")) for url in requests)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# Records what the page draws: solid lines of a series as [colour, x from, x to], and the numbers at the axis.
RECORDER = """
    window.drawn = { lines: [], labels: [] };
    const canvas = CanvasRenderingContext2D.prototype, { moveTo, lineTo, stroke, fillText, fillRect } = canvas;
    let path = [];
    canvas.fillRect = function (...given) {
        window.drawn = { lines: [], labels: [] };
        return fillRect.apply(this, given);
    };
    canvas.moveTo = function (x, y) { path = [x]; return moveTo.call(this, x, y); };
    canvas.lineTo = function (x, y) { path.push(x); return lineTo.call(this, x, y); };
    canvas.stroke = function () {
        const isSolid = this.lineWidth === 2 && path.length === 2 && !this.getLineDash().length;
        if (isSolid) window.drawn.lines.push([this.strokeStyle, ...path]);
        path = [];
        return stroke.call(this);
    };
    canvas.fillText = function (text, ...place) {
        if (this.textAlign === "right") window.drawn.labels.push(Number(text.replaceAll(",", "")));
        return fillText.call(this, text, ...place);
    };
"""
COLOURS = ["#0b57a4", "#9a2b20", "#1f6f3f", "#6b2f8f", "#8a4b00", "#00666b", "#b0307f", "#59616a"]
LEFT, RIGHT = 64, 120  # margins of the chart


@pytest.mark.parametrize("mode", ["value", "index", "computed", "stated"])
def test_lines_of_a_selection_connect_comparable_years_only(
    mode: str, browser: Any, several: Path, version: Path
) -> None:
    """For one of eight series, each line between two years of a place is a row of `comparisons` that compares them."""
    keys: dict[tuple[str, str, str, str], dict[tuple[str, int], Any]] = {}
    for row in parquet.read_table(version / "comparisons.parquet").to_pylist():
        if row["value"] is not None:
            series = (row["indicator_id"], row["family"], row["scope"], row["unit"])
            keys.setdefault(series, {})[page_key(row["series_code"], row["body_id"]), row["year"]] = row
    page = browser.new_page()
    page.add_init_script(RECORDER)
    page.goto(f"{several.as_uri()}/compare.html")
    page.wait_for_function("Boolean(nianbaoAtlas.data.indicators)")
    n_lines = 0
    for (indicator_id, family, scope, unit), rows in sorted(keys.items())[::8]:
        chosen = f"{family}|{scope}|{unit}"
        places = sorted({place for place, _ in rows})[: len(COLOURS)]
        address = urlencode({"i": indicator_id, "p": ",".join(places), "s": chosen, "m": mode})
        page.evaluate("address => { location.hash = address; }", address)
        page.wait_for_function("id => Boolean(nianbaoAtlas.data[`i/${id}`])", arg=indicator_id)
        page.wait_for_function(f"document.getElementById('series').value === {json.dumps(chosen)}")
        drawn = page.evaluate("drawn")
        assert mode != "value" or rates_unit(unit) or min(drawn["labels"]) <= 0, indicator_id
        years = sorted(int(year) for year in page.locator("#figures tbody th").all_inner_texts())
        width = page.evaluate("parseFloat(document.getElementById('drawing').style.width)") - LEFT - RIGHT
        for colour, *ends in drawn["lines"]:
            before, year = (round(years[0] + (x - LEFT) / width * (years[-1] - years[0])) for x in ends)
            row = rows[places[COLOURS.index(colour)], year]
            assert (row["comparability"], row["previous_year"], before) == ("comparable", year - 1, year - 1)
        n_lines += len(drawn["lines"])
    assert (n_lines > 30) == (mode in ("value", "index"))


def test_a_chart_is_saved_as_svg_and_png(browser: Any, several: Path) -> None:
    """The buttons below a chart save a standalone SVG file and a PNG file."""
    chart = next(file for file in sorted((several / "i").glob("*.html")) if 'class="chart"' in file.read_text("utf-8"))
    page = browser.new_page()
    page.goto(chart.as_uri())
    for kind, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.locator(f".save button:has-text('{kind}')").first.click()
        assert Path(download.value.path()).read_bytes().startswith(start)


@pytest.fixture
def with_population(several: Path, version: Path, tmp_path: Path) -> Path:
    """Return the page with the populations of two years of one government, of which one is only a bound."""
    for name in ("compare.html", "atlas.js", "compare.js", "atlas.css"):
        shutil.copy(several / name, tmp_path / name)
    shutil.copytree(several / "search", tmp_path / "search", ignore=shutil.ignore_patterns("series"))
    (tmp_path / "i").mkdir()
    shutil.copy(several / "i" / "gdp.js", tmp_path / "i" / "gdp.js")
    people = [
        {**row, "scope": "", "unit": "人", "value": 1_000_000.0, "qualifier": "more_than" if n else "exact"}
        for n, row in enumerate(gdp_of_one(version)[:2])
    ]
    rows = "".join(f",{json.dumps([row[name] for name in COLUMNS])}" for row in people)
    script = f'nianbaoAtlas.add("i/resident_population", [{json.dumps(COLUMNS)}{rows}]);'
    (tmp_path / "i" / "resident_population.js").write_text(script, "utf-8")
    index = tmp_path / "search" / "indicators.js"
    known = '["resident_population","常住人口","Residents","","","人","people","",1,2]'
    index.write_text(index.read_text("utf-8").replace("\n]);", f",\n{known}\n]);"), "utf-8")
    return tmp_path


def gdp_of_one(version: Path) -> list[dict[str, Any]]:
    """Return the comparisons of the gross domestic product of one government that have a value, by year."""
    rows: list[dict[str, Any]] = parquet.read_table(
        version / "comparisons.parquet", filters=[("indicator_id", "=", "gdp"), ("scope", "=", "")]
    ).to_pylist()
    rows = [row for row in rows if row["value"] is not None and row["unit"] == "元"]
    return sorted((row for row in rows if row["series_code"] == rows[0]["series_code"]), key=lambda row: row["year"])


def test_values_per_head_are_shown_where_a_report_states_the_population(
    browser: Any, with_population: Path, version: Path
) -> None:
    """Only the year with an exact population has a value per head, and the CSV says what it was divided by."""
    row = gdp_of_one(version)[0]
    page = browser.new_page(locale="en-GB")
    page.goto(f"{(with_population / 'compare.html').as_uri()}#i=gdp&p={row['series_code']}")
    page.wait_for_selector("#mode option[value='resident_population']", state="attached")
    page.select_option("#mode", "resident_population")
    shown = [text for text in page.locator("#figures tbody td").all_inner_texts() if text != "–"]
    assert len(shown) == 1
    assert "a head" in page.inner_text("#figures caption")
    with page.expect_download() as download:
        page.click("#save-csv")
    saved = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    divided = [each for each in saved if each["per_head"]]
    assert [int(each["year"]) for each in divided] == [row["year"]]
    assert float(divided[0]["per_head"]) == pytest.approx(row["value"] / 1_000_000)


def test_a_click_on_a_point_leads_to_its_sentence(browser: Any, several: Path) -> None:
    """A point of a chart opens the report at the number of its year; a click elsewhere opens the figures."""
    file = next(
        file
        for file in sorted((several / "j").glob("*-work_report-*.html"))
        if 'class="chart"' in file.read_text("utf-8")
    )
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(file.as_uri())
    card = page.locator(".card:has(svg.chart)").first
    card.locator("svg.chart").click(position={"x": 60, "y": 10})
    assert card.locator("details").get_attribute("open") is not None
    year = card.locator("svg.chart circle").last.text_content()[:4]
    card.locator("svg.chart circle").last.click(force=True)
    page.wait_for_selector(":target")
    assert "/r/" in page.url
    assert year in page.url
