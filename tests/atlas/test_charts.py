"""The charts: open where a year is missing, hollow where a value is a bound, small."""

from __future__ import annotations

import pytest
from lxml import etree

from nianbao.atlas.charts import Point, Spread, line_chart, spark, spread_chart
from nianbao.atlas.numbers import IN_YI, WHOLE


def drawn(chart: str | None) -> etree._Element:
    assert chart is not None
    return etree.fromstring(chart)


def test_a_missing_year_leaves_the_line_open() -> None:
    chart = drawn(line_chart([Point(2018, 1.0), Point(2019, 2.0), Point(2021, 3.0), Point(2022, 2.0)], WHOLE))
    assert len(chart.findall(".//path")) == 2
    assert len(chart.findall(".//circle")) == 4


def test_the_course_shows_a_year_between_missing_ones_as_a_dot_and_marks_the_newest() -> None:
    course = drawn(spark([Point(2018, 1.0), Point(2019, 2.0), Point(2021, 3.0), Point(2023, 2.0)]))
    assert [path.get("d", "").endswith("h 0") for path in course.findall(".//path")] == [False, True, True]
    assert len(course.findall(".//circle")) == 1
    assert spark([Point(2018, 1.0), Point(2019, 2.0)]) is None


def test_a_bound_is_a_hollow_point_that_says_its_number() -> None:
    chart = drawn(line_chart([Point(2018, 1.0), Point(2019, 2.0, True, "2019: 超2")], WHOLE))
    (hollow,) = chart.findall(".//circle[@class='bound']")
    assert hollow.findtext("title") == "2019: 超2"


@pytest.mark.parametrize("points", [[], [Point(2019, 4.0)], [Point(2018, None), Point(2019, 4.0)]])
def test_one_year_is_no_chart(points: list[Point]) -> None:
    assert line_chart(points, WHOLE) is None


@pytest.mark.parametrize("values", [(5.0, 5.0, 5.0), (0.0, 0.0, 0.0), (-1.0, 0.0, 1.0), (1e12, 1e12 + 1, 1e12)])
def test_any_values_stay_within_the_drawing(values: tuple[float, ...]) -> None:
    chart = drawn(line_chart([Point(2018 + n, value) for n, value in enumerate(values)], IN_YI))
    for dot in chart.findall(".//circle"):
        assert -1 <= float(dot.get("cy", "")) <= 100


def test_a_small_chart_is_small_and_names_no_colour() -> None:
    chart = line_chart([Point(year, 1e11 * (1 + year % 7)) for year in range(2010, 2025)], IN_YI)
    assert chart is not None
    assert len(chart) < 2500
    assert "#" not in chart


def test_the_spread_has_its_middle_half_from_four_on() -> None:
    few, many = Spread(2019, 3, 1.0, 2.0, 3.0, 4.0, 5.0), Spread(2020, 4, 1.0, 2.0, 3.0, 4.0, 5.0)
    chart = drawn(spread_chart([few, many], WHOLE))
    assert len(chart.findall(".//line[@class='range']")) == 2
    assert len(chart.findall(".//line[@class='half']")) == 1


def test_words_of_a_report_stay_words_in_a_picture() -> None:
    chart = drawn(line_chart([Point(2020, 1.0, label="<b>"), Point(2021, 2.5, label='a & "b"')], WHOLE))
    assert [title.text for title in chart.iter("title")] == ["<b>", 'a & "b"']
