"""Read the charts and the forms of an atlas and compare them with the table `comparisons`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as parquet
from lxml import html

from nianbao.atlas import urls
from nianbao.atlas.form_cells import is_in_form
from nianbao.atlas.numbers import rates_unit
from nianbao.atlas.urls import page_key


class Line(NamedTuple):
    """A drawn line: who reports, the indicator, the scope, the unit, and the first and the last year."""

    key: str
    indicator_id: str
    scope: str
    unit: str
    first: int
    last: int


class Charts(NamedTuple):
    """What the charts of an atlas connect.

    Attributes:
        lines: Lines of series.
        medians: Lines of medians.
        truncated: Charts of counts or amounts whose axis starts above zero.
        n_charts: Number of charts.
    """

    lines: list[Line]
    medians: list[Line]
    truncated: list[str]
    n_charts: int


def read_charts(site: Path) -> Charts:
    """Return what the charts of an atlas connect."""
    lines: list[Line] = []
    medians: list[Line] = []
    truncated: list[str] = []
    n_charts = 0
    for page in sorted([*(site / "j").glob("*.html"), *(site / "i").glob("*.html")]):
        for box in _select(html.fromstring(page.read_bytes()), "//*[@data-scope]"):
            indicator_id = (
                page.stem if box.tag == "figure" else str(box.get("data-indicator") or box.get("id")).partition("-")[0]
            )
            scope, unit = str(box.get("data-scope")), str(box.get("data-unit"))
            for path in box.iter("path"):
                first, last = map(int, str(path.get("data-years")).split("-"))
                assert str(path.get("d")).count("L") == last - first, f"{page.name}: a line skips a year"
                owner = path.getparent()
                assert owner is not None
                line = Line(owner.get("data-key") or _body_of(page, site), indicator_id, scope, unit, first, last)
                (medians if owner.get("class") == "median" else lines).append(line)
            for svg in _select(box, ".//svg[@class='chart']"):
                n_charts += 1
                if not rates_unit(unit) and float(str(svg.get("data-low"))) > 0:
                    truncated.append(f"{page.name} {indicator_id} {scope}")
    return Charts(lines, medians, truncated, n_charts)


def _body_of(page: Path, site: Path) -> str:
    """Return the page key of the body whose page or category page this is: the longest that the name begins with."""
    parts = page.stem.split("-")
    stems = ("-".join(parts[:n]) for n in range(len(parts), 0, -1))
    keys = (stem for stem in stems if (site / "j" / f"{stem}.csv").is_file() and not stem.endswith("-findings"))
    return next(keys, "")  # a median on the page of an indicator is nobody's


def _select(tree: Any, xpath: str) -> list[Any]:
    """Return the elements that an XPath expression selects."""
    return list(tree.xpath(xpath))


def comparable_years(version: Path) -> dict[tuple[str, str, str, str], set[int]]:
    """Return by body, indicator, scope and unit the years that are comparable with the year before."""
    found: defaultdict[tuple[str, str, str, str], set[int]] = defaultdict(set)
    for row in parquet.read_table(version / "comparisons.parquet").to_pylist():
        if row["comparability"] == "comparable" and row["previous_year"] == row["year"] - 1:
            key = page_key(row["series_code"], row["body_id"])
            found[key, row["indicator_id"], row["scope"], row["unit"]].add(row["year"])
    return found


def wrong_segments(charts: Charts, version: Path) -> Iterator[str]:
    """Yield what is drawn between two years that are not comparable, and medians of fewer than eight bodies."""
    comparable = comparable_years(version)
    for line in charts.lines:
        years = comparable.get((line.key, line.indicator_id, line.scope, line.unit), set())
        for year in range(line.first + 1, line.last + 1):
            if year not in years:
                yield f"{line}: {year}"
    for line in charts.medians:
        needed = set(range(line.first + 1, line.last + 1))
        members = [
            key
            for key, years in comparable.items()
            if key[1:] == (line.indicator_id, line.scope, line.unit) and needed <= years
        ]
        if len(members) < 8:
            yield f"{line}: a median of {len(members)}"


def missing_in_forms(site: Path, version: Path) -> Iterator[str]:
    """Yield the cells of forms that have no anchor on their first page, and their newest numbers without a link."""
    newest: dict[tuple[str, str], Any] = {}
    for row in parquet.read_table(version / "comparisons.parquet").to_pylist():
        if is_in_form(row) and row["value"] is not None:
            newest[page_key(row["series_code"], row["body_id"]), row["indicator_id"]] = row
    indicators = parquet.read_table(version / "indicators.parquet", columns=["indicator_id", "category"]).to_pylist()
    categories = {row["indicator_id"]: row["category"] for row in indicators}
    found: dict[str, set[str]] = {}
    for (key, indicator_id), row in newest.items():
        page = urls.category_page(key, row["family"], categories[indicator_id])
        if page not in found:
            tree = html.fromstring((site / page).read_bytes())
            found[page] = set(map(str, _select(tree, "//td//a/@href | //td/@id")))
            # A number that is older than the years of the first page is on a further one.
            for older in (site / "j").glob(f"{Path(page).stem}-*.html"):
                found[page].update(map(str, _select(html.fromstring(older.read_bytes()), "//td//a/@href")))
        body = urls.body_page(key)
        if body not in found:
            found[body] = set(map(str, _select(html.fromstring((site / body).read_bytes()), "//@id")))
        if indicator_id not in found[body]:
            yield f"{body}#{indicator_id}"
        if indicator_id not in found[page] or f"../{urls.number_url(row['observation_id'])}" not in found[page]:
            yield f"{page}#{indicator_id}"
