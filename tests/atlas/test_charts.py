"""Charts: lines over comparable years only, marks for all that is not, axes from zero, small files."""

from __future__ import annotations

import pytest
from lxml import etree

from nianbao.atlas.charts import PanelLine, Point, line_chart, panel_chart, spark
from nianbao.atlas.numbers import IN_YI, WHOLE


def parse_svg(chart: str | None) -> etree._Element:
    """Return the parsed SVG of a chart, which must exist."""
    assert chart is not None
    return etree.fromstring(chart)


def joined(*values: float) -> list[Point]:
    """Return points from 2018 on, each comparable with the one before."""
    return [Point(2018 + n, value, joined=n > 0) for n, value in enumerate(values)]


def runs(chart: etree._Element) -> list[str | None]:
    """Return the first and last year of each line of a chart."""
    return [path.get("data-years") for path in chart.iter("path")]


def test_a_line_connects_only_comparable_years() -> None:
    """A year without a value and a change of definition both break the line, and the break says why."""
    points = [*joined(1.0, 2.0), Point(2021, 3.0), Point(2022, 2.0, joined=True), Point(2023, 9.0, broken="why")]
    chart = parse_svg(line_chart(points, WHOLE))
    assert runs(chart) == ["2018-2019", "2021-2022"]
    assert len(chart.findall(".//circle")) == 5
    (mark,) = chart.findall(".//line[@class='break']")
    assert mark.findtext("title") == "why"


def test_a_sparkline_draws_a_lone_year_as_a_dot_and_marks_the_newest() -> None:
    """Years that are comparable with no other are dots, and two values are too few for a sparkline."""
    svg = parse_svg(spark([*joined(1.0, 2.0), Point(2021, 3.0), Point(2023, 2.0)]))
    assert runs(svg) == ["2018-2019"]
    assert len(svg.findall(".//circle")) == 2
    assert spark(joined(1.0, 2.0)) is None


def test_a_bound_is_a_hollow_point_and_a_revision_a_ring() -> None:
    """A value such as "over 2" is hollow and shows its wording; a later figure is a ring at its own height."""
    points = [
        Point(2018, 1.0),
        Point(2019, 2.0, "bound", "2019: 超2"),
        Point(2020, 2.0, revised=3.0, revised_label="3"),
    ]
    chart = parse_svg(line_chart(points, WHOLE))
    (hollow,) = chart.findall(".//circle[@class='bound']")
    assert hollow.findtext("title") == "2019: 超2"
    (ring,) = chart.findall(".//circle[@class='revised']")
    assert float(ring.get("cy", "")) < float(hollow.get("cy", ""))


@pytest.mark.parametrize("points", [[], [Point(2019, 4.0)], joined(1.0, 2.0), [Point(2018, None), *joined(4.0)]])
def test_two_values_give_no_chart(points: list[Point]) -> None:
    """No chart is drawn for fewer than three values."""
    assert line_chart(points, WHOLE) is None


def test_counts_start_at_zero_and_rates_need_not() -> None:
    """The axis of a count has zero at its foot; that of a rate may start near its values, with a dashed line."""
    points = joined(98.0, 99.0, 98.5)
    assert parse_svg(line_chart(points, WHOLE)).get("data-low") == "0"
    rates = parse_svg(line_chart(points, WHOLE, from_zero=False))
    assert float(rates.get("data-low", "")) > 90
    (cut,) = [line for line in rates.iter() if line.get("class") == "cut"]
    assert float(cut.get("y1", "")) == max(float(line.get("y1", "")) for line in rates.iter() if line.get("x1"))


def test_the_first_and_the_last_year_are_labelled() -> None:
    """The axis names both ends of the series."""
    labels = [text.text for text in parse_svg(line_chart(joined(*map(float, range(1, 12))), WHOLE)).iter("text")]
    assert {"2018", "2028"} <= set(labels)


@pytest.mark.parametrize("values", [(5.0, 5.0, 5.0), (0.0, 0.0, 0.0), (-1.0, 0.0, 1.0), (1e12, 1e12 + 1, 1e12)])
def test_points_stay_within_the_drawing(values: tuple[float, ...]) -> None:
    """Constant, negative and very large values are all drawn inside the frame of the chart."""
    chart = parse_svg(line_chart(joined(*values), IN_YI))
    for dot in chart.findall(".//circle"):
        assert -1 <= float(dot.get("cy", "")) <= 100


def test_a_chart_is_small_and_leaves_colours_to_the_style_sheet() -> None:
    """A chart of fifteen years takes less than 2,500 characters and names no colour."""
    chart = line_chart(joined(*(1e11 * (1 + year % 7) for year in range(2010, 2025))), IN_YI)
    assert chart is not None
    assert len(chart) < 2500
    assert "#" not in chart


def test_a_panel_has_a_named_line_for_each_body() -> None:
    """Each body has its own line with its name in both languages, and the median is a further line."""
    lines = [PanelLine(str(n), f"地{n}", f"Place {n}", tuple(joined(1.0, 2.0, n))) for n in range(3)]
    chart = parse_svg(panel_chart(lines, joined(1.0, 2.0, 1.0), WHOLE))
    assert runs(chart) == ["2018-2020"] * 4
    assert [title.text for title in chart.findall(".//g[@data-key]/title")] == [f"地{n} | Place {n}" for n in range(3)]
    assert len(chart.findall(".//text[@class='zh']")) == 3


def test_labels_are_escaped() -> None:
    """Markup in a label becomes text in the SVG."""
    points = [Point(2020, 1.0, label="<b>"), Point(2021, 2.5, label='a & "b"'), Point(2022, 2.0)]
    chart = parse_svg(line_chart(points, WHOLE))
    assert [title.text for title in chart.iter("title")] == ["<b>", 'a & "b"']
