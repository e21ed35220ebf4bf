"""Charts: gaps for missing years, hollow points for bounds, small files."""

from __future__ import annotations

import pytest
from lxml import etree

from nianbao.atlas.charts import Point, Spread, line_chart, spark, spread_chart
from nianbao.atlas.numbers import IN_YI, WHOLE


def parse_svg(chart: str | None) -> etree._Element:
    """Return the parsed SVG of a chart, which must exist."""
    assert chart is not None
    return etree.fromstring(chart)


def test_a_missing_year_leaves_a_gap_in_the_line() -> None:
    """A year without a value breaks the line into two paths, while all four values keep their points."""
    chart = parse_svg(line_chart([Point(2018, 1.0), Point(2019, 2.0), Point(2021, 3.0), Point(2022, 2.0)], WHOLE))
    assert len(chart.findall(".//path")) == 2
    assert len(chart.findall(".//circle")) == 4


def test_a_sparkline_draws_a_year_between_gaps_as_a_dot_and_marks_the_newest() -> None:
    """Isolated years are dots, the newest value has a circle, and two values are too few for a sparkline."""
    svg = parse_svg(spark([Point(2018, 1.0), Point(2019, 2.0), Point(2021, 3.0), Point(2023, 2.0)]))
    assert [path.get("d", "").endswith("h 0") for path in svg.findall(".//path")] == [False, True, True]
    assert len(svg.findall(".//circle")) == 1
    assert spark([Point(2018, 1.0), Point(2019, 2.0)]) is None


def test_a_bound_is_a_hollow_point_with_a_tooltip() -> None:
    """A value such as "over 2" is drawn as a hollow point that shows its wording as a tooltip."""
    chart = parse_svg(line_chart([Point(2018, 1.0), Point(2019, 2.0, True, "2019: 超2")], WHOLE))
    (hollow,) = chart.findall(".//circle[@class='bound']")
    assert hollow.findtext("title") == "2019: 超2"


@pytest.mark.parametrize("points", [[], [Point(2019, 4.0)], [Point(2018, None), Point(2019, 4.0)]])
def test_one_value_gives_no_chart(points: list[Point]) -> None:
    """No chart is drawn for fewer than two values."""
    assert line_chart(points, WHOLE) is None


@pytest.mark.parametrize("values", [(5.0, 5.0, 5.0), (0.0, 0.0, 0.0), (-1.0, 0.0, 1.0), (1e12, 1e12 + 1, 1e12)])
def test_points_stay_within_the_drawing(values: tuple[float, ...]) -> None:
    """Constant, negative and very large values are all drawn inside the frame of the chart."""
    chart = parse_svg(line_chart([Point(2018 + n, value) for n, value in enumerate(values)], IN_YI))
    for dot in chart.findall(".//circle"):
        assert -1 <= float(dot.get("cy", "")) <= 100


def test_a_chart_is_small_and_leaves_colours_to_the_style_sheet() -> None:
    """A chart of fifteen years takes less than 2,500 characters and names no colour."""
    chart = line_chart([Point(year, 1e11 * (1 + year % 7)) for year in range(2010, 2025)], IN_YI)
    assert chart is not None
    assert len(chart) < 2500
    assert "#" not in chart


def test_quartiles_are_drawn_for_at_least_four_values() -> None:
    """A year with three values shows only the range, a year with four also shows the middle half."""
    few, many = Spread(2019, 3, 1.0, 2.0, 3.0, 4.0, 5.0), Spread(2020, 4, 1.0, 2.0, 3.0, 4.0, 5.0)
    chart = parse_svg(spread_chart([few, many], WHOLE))
    assert len(chart.findall(".//line[@class='range']")) == 2
    assert len(chart.findall(".//line[@class='half']")) == 1


def test_labels_are_escaped() -> None:
    """Markup in a label becomes text in the SVG."""
    chart = parse_svg(line_chart([Point(2020, 1.0, label="<b>"), Point(2021, 2.5, label='a & "b"')], WHOLE))
    assert [title.text for title in chart.iter("title")] == ["<b>", 'a & "b"']
