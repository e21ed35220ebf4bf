"""The charts: small static SVG by leather, whose colours, fonts and lines the style sheet says.

A chart stands beside the table of its numbers, so it is hidden from screen readers and says nothing that the table
does not. Years that are not stated leave the line open; a bound is a hollow point.
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
# Room around for what stands over the edge: a label's half, a point. leather's own margin is a share of the width.
_LEFT, _TOP, _RIGHT, _BOTTOM = 2, 8, 14, 4
_LABELS = 5
# What leather sets on every element and the style sheet says once.
_STYLED = frozenset({"fill", "stroke", "stroke-width", "font-family", "font-size", "text-anchor"})
_LONG = re.compile(r"-?\d+\.\d+")

theme.margin = 0.0
theme.tick_font_char_width = 6
theme.tick_font_char_height = 11
theme.tick_size = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A year of a series; no value where the report states none."""

    year: int
    value: float | None
    bound: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """How the values of many governments lie in a year. The quarters are those of at least four."""

    year: int
    n: int
    least: float
    lower: float
    median: float
    upper: float
    largest: float


class _Points(Shape):  # type: ignore[misc]  # leather has no types
    """A line over the years with a point a year, each with its number to point at."""

    def validate_series(self, series: Any) -> None:
        """Years and numbers are what it is given."""

    def to_svg(self, width: float, height: float, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:
        group = ET.Element("g")
        group.set("class", "series")
        path: list[str] = []
        dots = []
        for datum in series.data():
            point: Point = datum.row
            if point.value is None:
                _draw(group, path)
                path = []
                continue
            x, y = x_scale.project(datum.x, 0, width), y_scale.project(datum.y, height, 0)
            path += ["L" if path else "M", str(x), str(y)]
            dots.append(_dot(x, y, point))
        _draw(group, path)
        group.extend(dots)
        return group


class _Spread(Shape):  # type: ignore[misc]  # leather has no types
    """A line from the least to the largest of each year, a bar over the middle half, and the medians joined."""

    def validate_series(self, series: Any) -> None:
        """Spreads are what it is given."""

    def to_svg(self, width: float, height: float, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:
        group = ET.Element("g")
        group.set("class", "spread")
        medians: list[str] = []
        marks: list[ET.Element] = []
        last = None
        for datum in series.data():
            seen: Spread = datum.row
            x = str(x_scale.project(datum.x, 0, width))
            heights = {
                name: str(y_scale.project(getattr(seen, name), height, 0))
                for name in ("least", "lower", "median", "upper", "largest")
            }
            marks.append(_line(x, heights["least"], heights["largest"], "range"))
            if seen.n >= 4:
                marks.append(_line(x, heights["lower"], heights["upper"], "half"))
            marks.append(ET.Element("circle", cx=x, cy=heights["median"], r="3"))
            if last is not None and seen.year - last > 1:
                _draw(group, medians)
                medians = []
            medians += ["L" if medians else "M", x, heights["median"]]
            last = seen.year
        _draw(group, medians)
        group.extend(marks)
        return group


def line_chart(points: Sequence[Point], scale: Scale, breaks: Sequence[int] = ()) -> Markup | None:
    """The points over their years; None where there are not two to join."""
    shown = list(_every_year(points))
    values = [point.value for point in shown if point.value is not None]
    if len(values) < 2:
        return None
    return _chart(
        leather.Series(shown, x=lambda row, _: row.year, y=lambda row, _: row.value),
        _Points(),
        (shown[0].year, shown[-1].year),
        (min(values), max(values)),
        scale,
        (WIDTH, HEIGHT),
    )


def spark(points: Sequence[Point]) -> Markup | None:
    """The course of the points alone, for a line of a table; None where there are not three to show one."""
    shown = list(_every_year(points))
    values = [point.value for point in shown if point.value is not None]
    if len(values) < 3:
        return None
    low, high = (min(values), max(values)) if min(values) < max(values) else _around(values[0])
    series = leather.Series(shown, x=lambda row, _: row.year, y=lambda row, _: row.value)
    years = _Years(shown[0].year, shown[-1].year)
    group = _Points().to_svg(SPARK_WIDTH, SPARK_HEIGHT, years, _Span(low, high), series, None)
    for path in group.findall("path"):
        if "L" not in path.get("d", ""):  # a year between two that are missing is a dot
            path.set("d", f"{path.get('d')} h 0")
    dots = group.findall("circle")
    for dot in dots[:-1]:
        group.remove(dot)
    for title in dots[-1].findall("title"):
        dots[-1].remove(title)
    return _picture(group, "spark", f"-3 -3 {SPARK_WIDTH + 6} {SPARK_HEIGHT + 6}")


def spread_chart(spreads: Sequence[Spread], scale: Scale) -> Markup | None:
    """How the values lie in each year; None where there are not two years."""
    if len(spreads) < 2:
        return None
    return _chart(
        leather.Series(spreads, x=lambda row, _: row.year, y=lambda row, _: row.median),
        _Spread(),
        (spreads[0].year, spreads[-1].year),
        (min(seen.least for seen in spreads), max(seen.largest for seen in spreads)),
        scale,
        (WIDE, HIGH),
    )


def _chart(
    series: Any, shape: Shape, years: tuple[int, int], domain: tuple[float, float], scale: Scale, size: tuple[int, int]
) -> Markup:
    chart = leather.Chart()
    chart.add_series(series, shape)
    low, high = domain if domain[0] < domain[1] else _around(domain[0])
    vertical = _Values(low, high)
    ticks = vertical.ticks()
    chart.set_y_scale(vertical)
    chart.add_y_axis(ticks=ticks[:: 2 if len(ticks) > 4 else 1], tick_formatter=lambda value, *_: _tick(value, scale))
    chart.set_x_scale(_Years(*years))
    chart.add_x_axis(ticks=_labelled(*years), tick_formatter=lambda value, *_: str(value))
    width, height = size
    group = chart.to_svg_group(width - _LEFT - _RIGHT, height - _TOP - _BOTTOM)
    group.remove(group.find("rect"))
    return _picture(group, "chart", f"{-_LEFT} {-_TOP} {width} {height}")


def _picture(group: ET.Element, name: str, box: str) -> Markup:
    """A picture by itself, of the class `name`; its numbers stand beside it in words."""
    root = ET.Element("svg", {"viewBox": box, "class": name, "aria-hidden": "true"})
    root.extend(group)
    return Markup(_markup(root))


class _Values(Linear):  # type: ignore[misc]  # leather has no types
    """Values between ticks that leather finds for them. Its search is what takes longest of a chart: the ends are
    rounded outward to a hundredth or so of what lies between, and what was found for such ends is kept."""

    def __init__(self, low: float, high: float) -> None:
        self._data_min, self._data_max = Decimal(low), Decimal(high)
        step = Decimal(10) ** ((self._data_max - self._data_min).adjusted() - 1)
        found = _ticks_between(floor(self._data_min / step), ceil(self._data_max / step))
        ticks = [tick * step for tick in found]
        self._ticker = SimpleNamespace(ticks=ticks, min=ticks[0], max=ticks[-1])


@lru_cache(maxsize=10_000)
def _ticks_between(low: int, high: int) -> tuple[Decimal, ...]:
    return tuple(_Ticks(Decimal(low), Decimal(high)).ticks)


class _Ticks(ScoreTicker):  # type: ignore[misc]  # leather has no types
    """leather's ticks between whole numbers."""

    def _round_tick(self, t: Decimal) -> Decimal:
        """As it is: leather rounds what stands off by floating point, hundreds of times a search. Here nothing does."""
        return t


class _Span(Linear):  # type: ignore[misc]  # leather has no types
    """Values from the least to the largest, without ticks."""

    def __init__(self, low: float, high: float) -> None:
        self._ticker = SimpleNamespace(min=Decimal(low), max=Decimal(high))


class _Years(Linear):  # type: ignore[misc]  # leather has no types
    """Years as they are: no tick before the first or after the last."""

    def __init__(self, first: int, last: int) -> None:
        self._first, self._last = first, max(last, first + 1)

    def contains(self, v: Any) -> bool:
        return bool(self._first <= v <= self._last)

    def project(self, value: Any, range_min: Any, range_max: Any) -> float:
        share = (float(value) - self._first) / (self._last - self._first)
        return float(range_min) + share * (float(range_max) - float(range_min))


def _every_year(points: Sequence[Point]) -> Iterator[Point]:
    """The points with an empty one in each year between them that has none."""
    stated = [point.year for point in points if point.value is not None]
    if not stated:
        return
    by_year = {point.year: point for point in points}
    for year in range(min(stated), max(stated) + 1):
        yield by_year.get(year) or Point(year, None)


def _labelled(first: int, last: int) -> list[int]:
    """The years that are written below: the first, the last, and some between at even steps."""
    step = max(1, -(-(last - first) // (_LABELS - 1)))
    years = list(range(last, first - 1, -step))
    return years[::-1]


def _around(value: float) -> tuple[float, float]:
    """A domain for values that are all the same."""
    return (value - abs(value) / 2, value + abs(value) / 2) if value else (0.0, 1.0)


def _tick(value: Decimal, scale: Scale) -> str:
    return figure(float(value), scale)


def _draw(group: ET.Element, path: list[str]) -> None:
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
    """The element as text, without what the style sheet says and digits that no screen shows."""
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
    shorter = _LONG.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value) if "." in value else value
    return escape(shorter)
