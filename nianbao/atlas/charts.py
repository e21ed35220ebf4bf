"""Charts as small static SVG, drawn by leather and styled by the style sheet.

The table next to a chart has the same numbers, so charts are hidden from screen readers. A line connects two years only
if `comparisons` marks them as comparable. A bound is a hollow point, a break is a dashed line between its two years, a
revised figure is a ring.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import leather
from leather import theme
from leather.shapes import Shape
from markupsafe import Markup

from nianbao.atlas.chart_axes import PlainScale, ValueScale, YearScale, domain, year_labels
from nianbao.atlas.i18n import both
from nianbao.atlas.numbers import Scale, figure
from nianbao.atlas.svg_markup import svg

WIDTH, HEIGHT = 300, 112
WIDE, HIGH = 640, 220
SPARK_WIDTH, SPARK_HEIGHT = 96, 22
# Margins in pixels for what extends over the edge: half a label, a point. leather sets its margin as a share of the
# width.
_LEFT, _TOP, _RIGHT, _BOTTOM = 2, 8, 14, 4
# Two points need no chart: the table says as much.
MIN_VALUES = 3
# Up to this many lines have their names at their ends, in a margin of this width and rows of this height.
_MAX_NAMED_LINES, _NAME_WIDTH, _NAME_HEIGHT = 12, 104, 11
# As few lines as this are drawn in full strength.
_FEW_LINES = 3

theme.margin = 0.0
theme.tick_font_char_width = 6
theme.tick_font_char_height = 11
theme.tick_size = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A year of a series.

    Attributes:
        year: The year.
        value: The value; None if no report states it.
        kind: CSS class of the point: `bound`, `later` for a value of a later report, `unsure` for a doubtful reading.
        label: Text of the tooltip, in both languages.
        joined: Whether a line leads here from the year before, because the two are comparable.
        broken: Why the two are not comparable, in both languages, if that is marked; empty if not.
        revised: What a later report states instead; None if none does.
        revised_label: Text of its tooltip.
    """

    year: int
    value: float | None
    kind: str = ""
    label: str = ""
    joined: bool = False
    broken: str = ""
    revised: float | None = None
    revised_label: str = ""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """The series of one of several reporting bodies: what names its pages, its name in both languages, its points."""

    key: str
    name: str
    name_en: str
    points: tuple[Point, ...]


class _PointShape(Shape):  # type: ignore[misc]  # leather has no types
    """A line over the comparable years, marks between the others, and a point and a tooltip for each year."""

    def validate_series(self, series: Any) -> None:
        """Accept any series: points always have years and numbers."""

    def to_svg(self, width: float, height: float, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:
        """Draw the lines and the breaks, then the points."""
        group = ET.Element("g")
        group.set("class", "series")
        points = [datum.row for datum in series.data()]
        project = _Projection(x_scale, y_scale, width, height)
        _add_runs(group, points, project)
        for before, point in pairwise(points):
            if point.broken and before.value is not None:
                x = (project.x(before.year) + project.x(point.year)) / 2
                mark = _line(str(x), "0", str(height), "break")
                ET.SubElement(mark, "title").text = point.broken
                group.append(mark)
        for point in points:
            group.extend(_point_marks(point, project))
        return group


class _PanelShape(Shape):  # type: ignore[misc]  # leather has no types
    """A thin line for each of several reporting bodies, and a thick one for the median of those that never change."""

    def __init__(self, lines: Sequence[PanelLine], medians: Sequence[Point]) -> None:
        self._lines, self._medians = lines, medians

    def validate_series(self, series: Any) -> None:
        """Accept any series: points always have years and numbers."""

    def to_svg(self, width: float, height: float, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:
        """Draw the lines with their names, then the median."""
        group = ET.Element("g")
        group.set("class", "panel few" if len(self._lines) <= _FEW_LINES else "panel")
        project = _Projection(x_scale, y_scale, width, height)
        ends = []
        for line in self._lines:
            drawn = ET.SubElement(group, "g")
            drawn.set("data-key", line.key)
            ET.SubElement(drawn, "title").text = both(line.name, line.name_en)
            points = list(_fill_gaps(line.points))
            _add_runs(drawn, points, project)
            for n, point in enumerate(points):
                alone = not point.joined and not (n + 1 < len(points) and points[n + 1].joined)
                if point.value is not None and (alone or point.kind):
                    drawn.append(_dot(project.x(point.year), project.y(point.value), point, "2.2"))
            if points and points[-1].value is not None:
                ends.append((project.y(points[-1].value), project.x(points[-1].year), line))
        if len(self._lines) <= _MAX_NAMED_LINES:
            _add_names(group, sorted(ends, key=lambda end: end[:2]), height)
        median = ET.SubElement(group, "g")
        median.set("class", "median")
        _add_runs(median, self._medians, project)
        for point in self._medians:
            median.extend(_point_marks(point, project))
        return group


class _Projection:
    """Positions of years and values in a drawing of a width and a height."""

    def __init__(self, x_scale: Any, y_scale: Any, width: float, height: float) -> None:
        self._x_scale, self._y_scale, self._width, self._height = x_scale, y_scale, width, height

    def x(self, year: int) -> float:
        """Return the horizontal position of a year."""
        return float(self._x_scale.project(year, 0, self._width))

    def y(self, value: float) -> float:
        """Return the vertical position of a value."""
        return float(self._y_scale.project(value, self._height, 0))


def _add_runs(group: ET.Element, points: Sequence[Point], project: _Projection) -> None:
    """Add a path for each run of years that are comparable with each other; a single year has none."""
    run: list[Point] = []
    for point in [*points, Point(0, None)]:
        if run and not (point.joined and point.value is not None and run[-1].year == point.year - 1):
            if len(run) > 1:
                steps = [f"{project.x(each.year)} {project.y(each.value or 0.0)}" for each in run]
                path = ET.SubElement(group, "path", d="M " + " L ".join(steps))
                path.set("data-years", f"{run[0].year}-{run[-1].year}")
            run = []
        if point.value is not None:
            run.append(point)


def _point_marks(point: Point, project: _Projection) -> Iterator[ET.Element]:
    """Yield the circle of a point, and the ring of the value that a later report states instead."""
    if point.value is None:
        return
    if point.revised is not None:
        ring = Point(point.year, point.revised, "revised", point.revised_label)
        yield _dot(project.x(point.year), project.y(point.revised), ring, "4")
    yield _dot(project.x(point.year), project.y(point.value), point)


def _add_names(group: ET.Element, ends: Sequence[tuple[float, float, PanelLine]], height: float) -> None:
    """Add the name of each line at its end, moved down where names would overlap."""
    lowest = float(-_NAME_HEIGHT)
    for n, (y, x, line) in enumerate(ends):
        room = height - (len(ends) - 1 - n) * _NAME_HEIGHT  # what the names below leave
        lowest = min(max(y, lowest + _NAME_HEIGHT), max(room, lowest + _NAME_HEIGHT))
        names = [("zh", line.name), ("en", line.name_en)] if line.name != line.name_en else [("name", line.name)]
        for language, name in names:
            text = ET.SubElement(group, "text", x=str(x + 6), y=str(lowest + 3))
            text.set("class", language)
            text.text = name


def line_chart(points: Sequence[Point], scale: Scale, *, from_zero: bool = True) -> Markup | None:
    """Draw a series over its years; return None for fewer than three values.

    Args:
        points: The years.
        scale: Scale of the labels.
        from_zero: Whether the axis must have zero on it, as for counts and amounts.
    """
    filled = list(_fill_gaps(points))
    if sum(point.value is not None for point in filled) < MIN_VALUES:
        return None
    return _chart(
        leather.Series(filled, x=lambda row, _: row.year, y=lambda row, _: row.value),
        _PointShape(),
        _Axes((filled[0].year, filled[-1].year), _ends(filled), from_zero),
        scale,
        (WIDTH, HEIGHT, _RIGHT),
    )


def spark(points: Sequence[Point], *, from_zero: bool = True) -> Markup | None:
    """Draw a sparkline without axes for a table row; return None for fewer than three values."""
    filled = [replace(point, revised=None) for point in _fill_gaps(points)]
    if sum(point.value is not None for point in filled) < MIN_VALUES:
        return None
    low, high = domain(*_ends(filled), from_zero)
    project = _Projection(YearScale(filled[0].year, filled[-1].year), PlainScale(low, high), SPARK_WIDTH, SPARK_HEIGHT)
    group = ET.Element("g")
    _add_runs(group, filled, project)
    for n, point in enumerate(filled):
        alone = not point.joined and not (n + 1 < len(filled) and filled[n + 1].joined)
        if point.value is not None and (alone or point is filled[-1]):
            radius = "2.6" if point is filled[-1] else "1.5"
            group.append(_dot(project.x(point.year), project.y(point.value), replace(point, label=""), radius))
    return svg(group, "spark", f"-3 -3 {SPARK_WIDTH + 6} {SPARK_HEIGHT + 6}")


def panel_chart(
    lines: Sequence[PanelLine], medians: Sequence[Point], scale: Scale, *, from_zero: bool = True
) -> Markup | None:
    """Draw a thin line for each body and a thick one for the median; return None for fewer than three years."""
    points = sorted((point for line in lines for point in line.points), key=lambda point: point.year)
    if len({point.year for point in points if point.value is not None}) < MIN_VALUES:
        return None
    return _chart(
        leather.Series(points, x=lambda row, _: row.year, y=lambda row, _: row.value),
        _PanelShape(lines, medians),
        _Axes((points[0].year, points[-1].year), _ends(points), from_zero),
        scale,
        (WIDE, HIGH, _NAME_WIDTH if len(lines) <= _MAX_NAMED_LINES else _RIGHT),
    )


@dataclass(frozen=True, slots=True)
class _Axes:
    """The first and last year, the smallest and largest value, and whether zero must be on the axis."""

    years: tuple[int, int]
    values: tuple[float, float]
    from_zero: bool


def _ends(points: Sequence[Point]) -> tuple[float, float]:
    """Return the smallest and the largest value that is drawn."""
    values = [value for point in points for value in (point.value, point.revised) if value is not None]
    return min(values), max(values)


def _chart(series: Any, shape: Shape, axes: _Axes, scale: Scale, size: tuple[int, int, int]) -> Markup:
    """Draw a shape with axes; `size` is the width, the height and the margin on the right."""
    chart = leather.Chart()
    chart.add_series(series, shape)
    vertical = ValueScale(*domain(*axes.values, axes.from_zero))
    ticks = vertical.ticks()
    chart.set_y_scale(vertical)
    chart.add_y_axis(
        ticks=ticks[:: 2 if len(ticks) > 4 else 1], tick_formatter=lambda value, *_: _tick_label(value, scale)
    )
    chart.set_x_scale(YearScale(*axes.years))
    chart.add_x_axis(ticks=year_labels(*axes.years), tick_formatter=lambda value, *_: str(value))
    width, height, right = size
    group = chart.to_svg_group(width - _LEFT - right, height - _TOP - _BOTTOM)
    group.remove(group.find("rect"))
    if float(ticks[0]) > 0:
        _mark_cut(group)
    drawing = svg(group, "chart", f"{-_LEFT} {-_TOP} {width} {height}")
    # Says where the axis starts, for those who check charts.
    return Markup(str(drawing).replace("<svg ", f'<svg data-low="{float(ticks[0]):g}" ', 1))


def _mark_cut(group: ET.Element) -> None:
    """Mark the lowest horizontal line of a chart whose axis starts above zero."""
    horizontal = [line for line in group.iter("line") if line.get("y1") == line.get("y2")]
    max(horizontal, key=lambda line: float(line.get("y1") or 0)).set("class", "cut")


def _fill_gaps(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the points and an empty point for each missing year between them."""
    stated = [point.year for point in points if point.value is not None]
    if not stated:
        return
    by_year = {point.year: point for point in points}
    for year in range(min(stated), max(stated) + 1):
        yield by_year.get(year) or Point(year, None)


def _tick_label(value: Decimal, scale: Scale) -> str:
    return figure(float(value), scale)


def _line(x: str, y1: str, y2: str, name: str) -> ET.Element:
    line = ET.Element("line", x1=x, x2=x, y1=y1, y2=y2)
    line.set("class", name)
    return line


def _dot(x: float, y: float, point: Point, radius: str = "3") -> ET.Element:
    dot = ET.Element("circle", cx=str(x), cy=str(y), r=radius)
    if point.kind:
        dot.set("class", point.kind)
    if point.label:
        ET.SubElement(dot, "title").text = point.label
    return dot
