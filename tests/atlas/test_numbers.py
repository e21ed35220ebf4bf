"""Numbers are formatted as people write them in each language."""

from __future__ import annotations

import pytest

from nianbao.atlas.i18n import quantity
from nianbao.atlas.numbers import (
    IN_WAN,
    IN_YI,
    WHOLE,
    Scale,
    figure,
    in_chinese,
    in_english,
    printed_step,
    scale_for,
    signed,
)


@pytest.mark.parametrize(
    ("values", "unit", "scale"),
    [
        ([131_250_000_000.0, 9_000_000.0], "元", IN_YI),
        ([38_000.0], "元", IN_WAN),
        ([24_521.0], "件", WHOLE),
        ([316_000.0], "户", IN_WAN),
        ([98.3], "%", WHOLE),
        ([], "件", WHOLE),
    ],
)
def test_all_values_of_a_series_share_one_scale(values: list[float], unit: str, scale: Scale) -> None:
    """The unit and the values of a series determine whether it is shown whole, in 万 or in 亿."""
    assert scale_for(values, unit) == scale


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (131_250_000_000.0, IN_YI, "1,312.5"),
        (0.1 + 0.2, WHOLE, "0.3"),
        (39_000.0, IN_WAN, "3.9"),
        (0.0, WHOLE, "0"),
        (-4.5, WHOLE, "-4.5"),
        (123_456.0, WHOLE, "123,456"),
        (5e17, IN_YI, "5,000,000,000"),
        (98.4869, WHOLE, "98.4869"),
    ],
)
def test_a_figure_keeps_its_own_decimals(value: float, scale: Scale, text: str) -> None:
    """A number is shown with thousands separators, its own decimals and no floating-point noise."""
    assert figure(value, scale) == text


def test_a_change_is_written_with_its_sign() -> None:
    """A change has a plus or a real minus sign, at most two decimals, and no sign for zero."""
    assert [signed(value) for value in (7.2, -0.4, 0.0, 1234.567)] == ["+7.2", "−0.4", "0", "+1,234.57"]


def test_a_quantity_is_worded_for_each_language() -> None:
    """Chinese uses 亿元 and 超, English uses billion and over, for the same stored value."""
    assert in_chinese(131_250_000_000.0, "元") == "1,312.5亿元"
    assert in_english(131_250_000_000.0, "元") == "131.25 billion"
    both = quantity(39_000.0, "人", "more_than")
    assert ">超39,000人<" in both
    assert ">over 39,000 people<" in both


@pytest.mark.parametrize(
    ("value", "scale", "quote", "text"),
    [
        (77.0, WHOLE, "77.0%", "77.0"),
        (7.0, WHOLE, "7%", "7"),
        (2.80e12, IN_YI, "2.80万亿元", "28,000"),
        (4.90e4, WHOLE, "4.90万户", "49,000"),
        (1.50e8, IN_YI, "1.50亿元", "1.50"),
        (30.0, WHOLE, "30.0—40.0家", "30"),
    ],
)
def test_a_figure_has_the_decimals_that_the_report_prints(value: float, scale: Scale, quote: str, text: str) -> None:
    """Printed zeros are kept, in whatever scale the figure is shown; a range has no printed decimals."""
    assert figure(value, scale, printed_step(quote)) == text
