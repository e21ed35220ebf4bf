"""Any number, written in any accepted way, is read exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nianbao.extraction.numbers.numerals import read_arabic, read_chinese, read_part
from tests.extraction.sentences import STEADY, read, spell

_SIGNS = "零一二三四五六七八九"
_MULTIPLIERS = {"": 0, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}


@pytest.mark.parametrize(
    ("number", "multiplier", "value", "rounding"),
    [
        ("3.9", "万", 39_000, 1000),
        ("1,957,637", "", 1_957_637, 1),
        ("7.2", "", 7.2, 0.1),
        ("1.75", "万亿", 1.75e12, 1e10),
        ("1957.4", "万", 19_574_000, 1000),
        ("0.05", "亿", 5_000_000, 1_000_000),
    ],
)
def test_digits_with_a_multiplier(number: str, multiplier: str, value: float, rounding: float) -> None:
    """Digits with separators, decimals and a multiplier give value and rounding."""
    assert read_arabic(number, multiplier) == (value, rounding)


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("十", 10), ("二十", 20), ("一百零五", 105), ("两千三", 2300), ("两千零三", 2003), ("三千二百万", 32_000_000),
     ("一亿三千万", 130_000_000), ("九十八点五", 98.5), ("二〇一九", 2019), ("万亿", 1e12)],
)  # fmt: skip
def test_numerals_in_characters(numeral: str, value: float) -> None:
    """Chinese numerals, also abbreviated or digit by digit, give their value."""
    assert read_chinese(numeral).value == value


@STEADY
@given(st.integers(1, 99_999_999))
def test_every_number_in_characters_is_read_exactly(number: int) -> None:
    """Any number below a hundred million in characters is read as exactly that number."""
    assert read_chinese(spell(number)).value == number


@STEADY
@given(
    st.decimals(min_value="0.001", max_value="99999", places=3),
    st.sampled_from(sorted(_MULTIPLIERS)),
    st.booleans(),
)
def test_every_number_in_digits_is_read_exactly_from_a_sentence(
    number: Decimal, multiplier: str, thousands: bool
) -> None:
    """Any number with any multiplier is read exactly from a sentence, with its characters as quote."""
    printed = format(number, ",.3f" if thousands else ".3f")
    text = f"全市新增专项贷款{printed}{multiplier}元。"
    (row,) = read(text).observations
    assert row.value == float(number.scaleb(_MULTIPLIERS[multiplier]))
    assert text[row.start : row.end] == f"{printed}{multiplier}元"


@STEADY
@given(st.integers(11, 9_999_999).filter(lambda number: number % 10_000))
def test_every_count_in_characters_is_read_exactly_from_a_sentence(number: int) -> None:
    """Any count in characters is read exactly from a sentence."""
    (row,) = read(f"全年共培训{spell(number)}人次。").observations
    assert row.value == number


@STEADY
@given(st.integers(1, 99), st.integers(0, 9))
def test_percentages_in_characters_are_read_exactly(whole: int, tenth: int) -> None:
    """Any percentage in characters is read exactly, as a growth."""
    (row,) = read(f"工业增加值增长百分之{spell(whole)}点{_SIGNS[tenth]}。").observations
    assert (row.value, row.kind, row.direction) == (float(f"{whole}.{tenth}"), "change_pct", "up")


def test_fractions_are_percentages_with_three_decimals() -> None:
    """A fraction becomes a percentage with three decimals."""
    assert (read_part(1, 3), read_part(2, 3), read_part(1, 4)) == (33.333, 66.667, 25.0)


@STEADY
@given(
    st.integers(1, 9), st.integers(1, 9), st.sampled_from([("亿", "千万", 10**8, 10**7), ("万", "千", 10**4, 10**3)])
)
def test_numbers_with_two_multipliers_are_read_exactly(high: int, low: int, places: tuple[str, str, int, int]) -> None:
    """Numbers such as 3亿4千万多 are read exactly, with their qualifier."""
    first, second, great, small = places
    (row,) = read(f"全年共服务群众{high}{first}{low}{second}多人次。").observations
    assert (row.value, row.qualifier) == (high * great + low * small, "more_than")


@STEADY
@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from("-—至到~"), st.sampled_from(["", "万", "亿"]))
def test_both_ends_of_a_range_are_read_exactly(low: int, width: int, mark: str, multiplier: str) -> None:
    """Both ends of any range are read exactly, with any sign between them."""
    years = range(1900, 2100)
    assume(low not in years or low + width not in years)  # two such numbers are taken for years: test_known_faults
    (row,) = read(f"新增投资{low}{mark}{low + width}{multiplier}元。").observations
    factor = 10 ** _MULTIPLIERS[multiplier]
    assert (row.value, row.value_high) == (low * factor, (low + width) * factor)


@STEADY
@given(st.integers(0, 10**12))
def test_full_width_digits_are_the_same_number_at_the_same_place(number: int) -> None:
    """Full-width digits give the same observation as ordinary ones."""
    narrow = f"新增专项贷款{number}元。"
    wide = narrow.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert read(wide) == read(narrow)


@STEADY
@given(st.integers(1, 9), st.integers(2, 9))
def test_fractions_in_characters_are_read_exactly(upper: int, lower: int) -> None:
    """Any fraction in characters is read as its percentage."""
    (row,) = read(f"绿地面积占{_SIGNS[lower]}分之{_SIGNS[upper]}。").observations
    assert row.value == round(100 * upper / lower, 3)
