"""Charts as small static SVG, drawn by leather and styled by the style sheet.

The table next to a chart has the same numbers, so charts are hidden from screen readers. A year without a value leaves
a gap in the line; a bound is a hollow point.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape
from math import ceil, floor
from types import SimpleNamespace
from typing import Any

import leather
from leather import theme
from leather.scales import Linear
from leather.shapes import Shape
from leather.ticks.score import ScoreTicker
from markupsafe import Markup

from nianbao.atlas.numbers import Scale, figure

WIDTH, HEIGHT = 300, 112
WIDE, HIGH = 640, 220
SPARK_WIDTH, SPARK_HEIGHT = 96, 22
# Margins in pixels for what extends over the edge: half a label, a point. leather sets its margin as a share of the
# width.
_LEFT, _TOP, _RIGHT, _BOTTOM = 2, 8, 14, 4
_MAX_YEAR_LABELS = 5
# Attributes that leather sets on every element and the style sheet sets once.
_STYLED = frozenset({"fill", "stroke", "stroke-width", "font-family", "font-size", "text-anchor"})
_DECIMAL = re.compile(r"-?\d+\.\d+")

theme.margin = 0.0
theme.tick_font_char_width = 6
theme.tick_font_char_height = 11
theme.tick_size = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A year of a series; `value` is None if no report states it."""

    year: int
    value: float | None
    bound: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of many governments' values in a year; quartiles are drawn for at least four."""

    year: int
    n: int
    least: float
    lower: float
    median: float
    upper: float
    largest: float


class _PointShape(Shape):  # type: ignore[misc]  # leather has no types
    """A line over the years, with a point and a tooltip for each year."""

    def validate_series(self, series: Any) -> None:
        """Accept any series: points always have years and numbers."""

    def to_svg(self, width: float, height: float, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:
        """Draw the paths between missing years, then the points."""
        group = ET.Element("g")
        group.set("class", "series")
        path: list[str] = []
        dots = []
        for datum in series.data():
            point: Point = datum.row
            if point.value is None:
                _add_path(group, path)
                path = []
                continue
            x, y = x_scale.project(datum.x, 0, width), y_scale.project(datum.y, height, 0)
            path += ["L" if path else "M", str(x), str(y)]
            dots.append(_dot(x, y, point))
        _add_path(group, path)
        group.extend(dots)
        return group


class _SpreadShape(Shape):  # type: ignore[misc]  # leather has no types
    """Per year a line from the minimum to the maximum and a bar over the quartiles; a line joins the medians."""

    def validate_series(self, series: Any) -> None:
        """Accept any series: spreads always have years and numbers."""

    def to_svg(self, width: float, height: float, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:
        """Draw the median line, then the range, the quartiles and the median of each year."""
        group = ET.Element("g")
        group.set("class", "spread")
        medians: list[str] = []
        marks: list[ET.Element] = []
        last = None
        for datum in series.data():
            spread: Spread = datum.row
            x = str(x_scale.project(datum.x, 0, width))
            heights = {
                name: str(y_scale.project(getattr(spread, name), height, 0))
                for name in ("least", "lower", "median", "upper", "largest")
            }
            marks.append(_line(x, heights["least"], heights["largest"], "range"))
            if spread.n >= 4:
                marks.append(_line(x, heights["lower"], heights["upper"], "half"))
            marks.append(ET.Element("circle", cx=x, cy=heights["median"], r="3"))
            if last is not None and spread.year - last > 1:
                _add_path(group, medians)
                medians = []
            medians += ["L" if medians else "M", x, heights["median"]]
            last = spread.year
        _add_path(group, medians)
        group.extend(marks)
        return group


def line_chart(points: Sequence[Point], scale: Scale) -> Markup | None:
    """Draw a series over its years; return None for fewer than two values."""
    filled = list(_fill_gaps(points))
    values = [point.value for point in filled if point.value is not None]
    if len(values) < 2:
        return None
    return _chart(
        leather.Series(filled, x=lambda row, _: row.year, y=lambda row, _: row.value),
        _PointShape(),
        (filled[0].year, filled[-1].year),
        (min(values), max(values)),
        scale,
        (WIDTH, HEIGHT),
    )


def spark(points: Sequence[Point]) -> Markup | None:
    """Draw a sparkline without axes for a table row; return None for fewer than three values."""
    filled = list(_fill_gaps(points))
    values = [point.value for point in filled if point.value is not None]
    if len(values) < 3:
        return None
    low, high = _domain(min(values), max(values))
    series = leather.Series(filled, x=lambda row, _: row.year, y=lambda row, _: row.value)
    years = _YearScale(filled[0].year, filled[-1].year)
    group = _PointShape().to_svg(SPARK_WIDTH, SPARK_HEIGHT, years, _PlainScale(low, high), series, None)
    for path in group.findall("path"):
        if "L" not in path.get("d", ""):  # a single year between gaps is drawn as a dot
            path.set("d", f"{path.get('d')} h 0")
    dots = group.findall("circle")
    for dot in dots[:-1]:
        group.remove(dot)
    for title in dots[-1].findall("title"):
        dots[-1].remove(title)
    return _svg(group, "spark", f"-3 -3 {SPARK_WIDTH + 6} {SPARK_HEIGHT + 6}")


def spread_chart(spreads: Sequence[Spread], scale: Scale) -> Markup | None:
    """Draw the distribution of each year; return None for fewer than two years."""
    if len(spreads) < 2:
        return None
    return _chart(
        leather.Series(spreads, x=lambda row, _: row.year, y=lambda row, _: row.median),
        _SpreadShape(),
        (spreads[0].year, spreads[-1].year),
        (min(spread.least for spread in spreads), max(spread.largest for spread in spreads)),
        scale,
        (WIDE, HIGH),
    )


def _chart(
    series: Any, shape: Shape, years: tuple[int, int], domain: tuple[float, float], scale: Scale, size: tuple[int, int]
) -> Markup:
    chart = leather.Chart()
    chart.add_series(series, shape)
    low, high = _domain(*domain)
    vertical = _ValueScale(low, high)
    ticks = vertical.ticks()
    chart.set_y_scale(vertical)
    chart.add_y_axis(
        ticks=ticks[:: 2 if len(ticks) > 4 else 1], tick_formatter=lambda value, *_: _tick_label(value, scale)
    )
    chart.set_x_scale(_YearScale(*years))
    chart.add_x_axis(ticks=_year_labels(*years), tick_formatter=lambda value, *_: str(value))
    width, height = size
    group = chart.to_svg_group(width - _LEFT - _RIGHT, height - _TOP - _BOTTOM)
    group.remove(group.find("rect"))
    return _svg(group, "chart", f"{-_LEFT} {-_TOP} {width} {height}")


def _svg(group: ET.Element, name: str, view_box: str) -> Markup:
    """Wrap a group in an SVG element of the CSS class `name`, hidden from screen readers."""
    root = ET.Element("svg", {"viewBox": view_box, "class": name, "aria-hidden": "true"})
    root.extend(group)
    return Markup(_markup(root))


class _ValueScale(Linear):  # type: ignore[misc]  # leather has no types
    """A value axis with the ticks that leather chooses.

    leather's search for ticks is the slowest part of a chart, so its results are cached: the ends are first rounded
    outward to about a hundredth of the range, which makes them repeat.
    """

    def __init__(self, low: float, high: float) -> None:
        self._data_min, self._data_max = Decimal(low), Decimal(high)
        step = Decimal(10) ** ((self._data_max - self._data_min).adjusted() - 1)
        whole = _ticks_between(floor(self._data_min / step), ceil(self._data_max / step))
        ticks = [tick * step for tick in whole]
        self._ticker = SimpleNamespace(ticks=ticks, min=ticks[0], max=ticks[-1])


@lru_cache(maxsize=10_000)
def _ticks_between(low: int, high: int) -> tuple[Decimal, ...]:
    return tuple(_WholeTicker(Decimal(low), Decimal(high)).ticks)


class _WholeTicker(ScoreTicker):  # type: ignore[misc]  # leather has no types
    """leather's ticker for whole numbers."""

    def _round_tick(self, t: Decimal) -> Decimal:
        """Return the tick unrounded: leather rounds away floating-point errors, which whole numbers do not have."""
        return t


class _PlainScale(Linear):  # type: ignore[misc]  # leather has no types
    """A value axis from the minimum to the maximum, without ticks."""

    def __init__(self, low: float, high: float) -> None:
        self._ticker = SimpleNamespace(min=Decimal(low), max=Decimal(high))


class _YearScale(Linear):  # type: ignore[misc]  # leather has no types
    """A year axis without ticks before the first or after the last year."""

    def __init__(self, first: int, last: int) -> None:
        self._first, self._last = first, max(last, first + 1)

    def contains(self, v: Any) -> bool:
        """Return whether a year is on the axis."""
        return bool(self._first <= v <= self._last)

    def project(self, value: Any, range_min: Any, range_max: Any) -> float:
        """Return the position of a year between `range_min` and `range_max`."""
        share = (float(value) - self._first) / (self._last - self._first)
        return float(range_min) + share * (float(range_max) - float(range_min))


def _fill_gaps(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the points and an empty point for each missing year between them."""
    stated = [point.year for point in points if point.value is not None]
    if not stated:
        return
    by_year = {point.year: point for point in points}
    for year in range(min(stated), max(stated) + 1):
        yield by_year.get(year) or Point(year, None)


def _year_labels(first: int, last: int) -> list[int]:
    """Return the years to label on the axis: the last, and some before it at even steps."""
    step = max(1, -(-(last - first) // (_MAX_YEAR_LABELS - 1)))
    years = list(range(last, first - 1, -step))
    return years[::-1]


def _domain(low: float, high: float) -> tuple[float, float]:
    """Return the ends of a value axis, with a margin if all values are equal."""
    if low < high:
        return low, high
    return (low - abs(low) / 2, low + abs(low) / 2) if low else (0.0, 1.0)


def _tick_label(value: Decimal, scale: Scale) -> str:
    return figure(float(value), scale)


def _add_path(group: ET.Element, path: list[str]) -> None:
    if path:
        group.append(ET.Element("path", d=" ".join(path)))


def _line(x: str, y1: str, y2: str, name: str) -> ET.Element:
    line = ET.Element("line", x1=x, x2=x, y1=y1, y2=y2)
    line.set("class", name)
    return line


def _dot(x: Any, y: Any, point: Point) -> ET.Element:
    dot = ET.Element("circle", cx=str(x), cy=str(y), r="3")
    if point.bound:
        dot.set("class", "bound")
    if point.label:
        ET.SubElement(dot, "title").text = point.label
    return dot


def _markup(element: ET.Element) -> str:
    """Serialise an element without styled attributes and without invisible decimals."""
    parts: list[str] = []
    _add_markup(element, parts.append)
    return "".join(parts)


def _add_markup(element: ET.Element, add: Callable[[str], None]) -> None:
    tag, text = element.tag, element.text
    add(f"<{tag}")
    for name, value in element.items():
        if name not in _STYLED and not (value == "tick" and name == "class"):
            add(f' {name}="{_short(value)}"')
    if not text and not len(element):
        add("/>")
        return
    add(">")
    if text:
        add(escape(text, quote=False))
    for child in element:
        _add_markup(child, add)
    add(f"</{tag}>")


@lru_cache(maxsize=50_000)
def _short(value: str) -> str:
    shorter = _DECIMAL.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), value) if "." in value else value
    return escape(shorter)
