"""Every form of a known value comes back exactly, at its place; no text takes more than time in proportion."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nianbao.extraction.numbers.finder import find_quantities
from nianbao.extraction.numbers.quantity import UNITS, Quantity, class_of, plain_text
from tests.extraction.sentences import STEADY, spell

_MULTIPLIERS = {"": 0, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_COUNTED = st.sampled_from(("件", "家", "户", "元", "亩", "吨", "人次", "千瓦", "公里", "平方米"))
_BOUNDS = st.sampled_from(("", "约", "近", "超过", "不少于"))
_BEFORE = st.sampled_from(("全年共办理", "新增", "累计达", "其中投入"))
_BEHIND = st.sampled_from(("。", "，增长明显。", "；", "、", "（含续建）。"))


def _only(text: str) -> Quantity:
    quantities, exclusions = find_quantities(plain_text(text))
    assert exclusions == []
    (found,) = quantities
    return found


def _check(before: str, printed: str, behind: str, value: float, unit: str, high: float | None = None) -> None:
    text = before + printed + behind
    found = _only(text)
    assert (found.value, found.high, found.unit) == (value, high, unit)
    assert text[found.start : found.end] == printed


@STEADY
@given(_BEFORE, _BOUNDS, st.integers(1, 9999), st.sampled_from(sorted(_MULTIPLIERS)), _COUNTED, _BEHIND)
def test_digits_come_back(before: str, bound: str, number: int, multiplier: str, unit: str, behind: str) -> None:
    """Digits with a multiplier and a bound have their value and span."""
    value = float(number * 10 ** _MULTIPLIERS[multiplier])
    _check(before, f"{bound}{number}{multiplier}{unit}", behind, value, unit)


@STEADY
@given(_BEFORE, st.integers(1, 999), st.sampled_from("多余几"), st.sampled_from("万千"), _COUNTED, _BEHIND)
def test_digits_with_more_come_back(
    before: str, number: int, more: str, multiplier: str, unit: str, behind: str
) -> None:
    """多 between two multipliers changes the qualifier only."""
    power = {"万": 12, "千": 7}[multiplier]
    last = {"万": "亿", "千": "万"}[multiplier]
    _check(before, f"{number}{multiplier}{more}{last}{unit}", behind, float(number * 10**power), unit)


@STEADY
@given(_BEFORE, st.integers(11, 99_999_999).filter(lambda n: n % 10_000), _COUNTED, _BEHIND)
def test_characters_come_back(before: str, number: int, unit: str, behind: str) -> None:
    """A numeral in characters has its value and span."""
    _check(before, f"{spell(number)}{unit}", behind, float(number), unit)


@STEADY
@given(_BEFORE, st.integers(1, 8), st.sampled_from(("", "十", "百", "千", "万", "十万", "百万")), _COUNTED, _BEHIND)
def test_neighbours_come_back(before: str, low: int, place: str, unit: str, behind: str) -> None:
    """Two neighbouring digits have both ends."""
    signs = "零一二三四五六七八九"
    size = 10 ** {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6}[place]
    printed = f"{signs[low]}{signs[low + 1]}{place}{unit}"
    _check(before, printed, behind, float(low * size), unit, float((low + 1) * size))


@STEADY
@given(st.integers(0, 99), st.integers(1, 99), st.sampled_from(("百", "千")), _BEHIND)
def test_parts_come_back(whole: int, hundredths: int, base: str, behind: str) -> None:
    """百分之 and 千分之 with decimals in digits are per cents and per milles."""
    printed = f"{base}分之{whole}.{hundredths:02}"
    _check("办结率为", printed, behind, float(f"{whole}.{hundredths:02}"), {"百": "%", "千": "‰"}[base])


@STEADY
@given(st.integers(1, 99_999), st.integers(1, 9), _BEHIND)
def test_amounts_in_two_units_come_back(yuan: int, jiao: int, behind: str) -> None:
    """元 and 角 are one amount in 元."""
    _check("人均成本", f"{yuan}元{jiao}角", behind, float(f"{yuan}.{jiao}"), "元")


@STEADY
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), _COUNTED, _BEHIND)
def test_numerals_in_three_places_come_back(first: int, second: int, third: int, unit: str, behind: str) -> None:
    """万, 千 and 百 with digits before each are one numeral."""
    value = float(first * 10_000 + second * 1000 + third * 100)
    _check("全年共办理", f"{first}万{second}千{third}百{unit}", behind, value, unit)


@STEADY
@given(st.decimals(min_value="0.01", max_value="9999", places=2), st.sampled_from(("", "万", "亿")), _COUNTED)
def test_units_in_brackets_come_back(number: object, multiplier: str, unit: str) -> None:
    """A unit in brackets applies to the number on its other side."""
    value = float(f"{number}e{_MULTIPLIERS[multiplier]}")
    _check("办理量", f"（{multiplier}{unit}）{number}", "；", value, unit)
    _check("办理量", f"{number}（{multiplier}{unit}）", "；", value, unit)


@STEADY
@given(st.text(alphabet="0123456789一二三十百千万亿多近、，（）元件%.至-点分之半第首位年月日 \n", max_size=60))
def test_any_text_gives_finite_numbers_in_order(text: str) -> None:
    """Quantities are finite, lie in the text and do not overlap; every digit is in exactly one number."""
    plain = plain_text(text)
    quantities, exclusions = find_quantities(plain)
    spans = sorted([(q.digits, q.end) for q in quantities] + [(e.start, e.end) for e in exclusions])
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert all(math.isfinite(q.value) and 0 <= q.start <= q.digits < q.end <= len(text) for q in quantities)
    covered = {offset for start, end in spans for offset in range(start, end)}
    assert {offset for offset, sign in enumerate(plain) if sign in "0123456789"} <= covered


def test_every_unit_has_a_class() -> None:
    """Every unit of the lexicon has a class."""
    assert [unit for unit in UNITS if class_of(unit) == "none"] == []


_FRAGMENTS = [
    "9" * 400, "1" * 20,
    "1", "2", "3.5", "1,000", "亿", "万", "千", "百", "十", "多", "几", "近", "元", "角",
    "分", "%", "倍", "一", "二", "零", "点", "分之", "百分之", "10万分之", "/10万", "/", "、", "，",
    "至", "到", "-", "（件）", "（亿元）", "件", "小时", "分钟", "年", "第", "首位", "半", "一半", "过半",
]  # fmt: skip


@STEADY
@given(st.lists(st.sampled_from(_FRAGMENTS), max_size=20).map("".join))
def test_any_fragments_of_numbers_give_separate_finite_numbers(text: str) -> None:
    """Numbers that run into each other are separate, finite, and hold every digit."""
    quantities, exclusions = find_quantities(plain_text(text))
    spans = sorted([(q.digits, q.end) for q in quantities] + [(e.start, e.end) for e in exclusions])
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert all(math.isfinite(q.value) and math.isfinite(q.high or 0) for q in quantities)
    covered = {offset for start, end in spans for offset in range(start, end)}
    assert {offset for offset, sign in enumerate(text) if sign in "0123456789"} <= covered
