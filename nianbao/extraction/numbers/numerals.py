"""Numerals as reports write them, Arabic or Chinese, to exact values; finding them in a text is `quantities`' work."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

CHINESE_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_SMALL = {"十": 1, "百": 2, "千": 3}
_POWERS = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "兆": 12}


class Numeral(NamedTuple):
    """A value with the size of its last printed digit: 3.9万 is 39000 with a rounding of 1000."""

    value: float
    rounding: float


def power_of(multiplier: str) -> int:
    """Return the power of ten of a multiplier: 万 is 4, 千万 is 7, 万亿 is 12."""
    power = _POWERS.get(multiplier)
    return sum(_POWERS[sign] for sign in multiplier) if power is None else power


def scaled(digits: int, exponent: int) -> float:
    """`digits × 10**exponent`, rounded once only, so that 1957.4万 is exactly 19574000."""
    return float(digits * 10**exponent) if exponent >= 0 else digits / 10**-exponent


def add(first: float, second: float) -> float:
    """Return the sum of two printed numbers, exact in their decimals.

    >>> add(12.3, 0.05)
    12.35
    """
    return float(Decimal(repr(first)) + Decimal(repr(second)))


def times(number: float, factor: float) -> float:
    """Return the product of two printed numbers, exact in their decimals.

    >>> times(1.1, 100), 1.1 * 100
    (110.0, 110.00000000000001)
    """
    return float(Decimal(repr(number)) * Decimal(repr(factor)))


@lru_cache(maxsize=1 << 15)
def read_arabic(number: str, multiplier: str = "") -> Numeral:
    """Read digits with an optional decimal point and thousands commas, times a multiplier.

    >>> read_arabic("3.9", "万")
    Numeral(value=39000.0, rounding=1000.0)
    >>> read_arabic("1,957,637")
    Numeral(value=1957637.0, rounding=1.0)
    """
    if not multiplier and number.isdigit():
        return Numeral(float(number), 1.0)
    whole, _, fraction = number.replace(",", "").partition(".")
    exponent = power_of(multiplier) - len(fraction)
    return Numeral(scaled(int(whole + fraction), exponent), scaled(1, exponent))


def read_chinese(numeral: str, multiplier: str = "") -> Numeral:
    """Read a numeral in Chinese characters; the rounding is that of its last sign.

    >>> read_chinese("一百二十三")
    Numeral(value=123.0, rounding=1.0)
    >>> read_chinese("九十八点五")
    Numeral(value=98.5, rounding=0.1)
    >>> read_chinese("一千九百", "万")
    Numeral(value=19000000.0, rounding=1000000.0)
    >>> read_chinese("三亿五百", "万")
    Numeral(value=305000000.0, rounding=1000000.0)
    >>> read_chinese("二〇一九")
    Numeral(value=2019.0, rounding=1.0)
    """
    whole, _, fraction = numeral.partition("点")
    if multiplier.startswith("万") and "亿" in whole and not fraction:
        whole, multiplier = whole + multiplier, ""  # 三亿五百多万: 万 multiplies only what is behind 亿
    total, rounding = _read_whole(whole)
    exponent = power_of(multiplier)
    if fraction:
        places = "".join(str(CHINESE_DIGITS[sign]) for sign in fraction)
        digits = total * 10 ** len(places) + int(places)
        return Numeral(scaled(digits, exponent - len(places)), scaled(1, exponent - len(places)))
    return Numeral(scaled(total, exponent), scaled(rounding, exponent))


def _read_whole(signs: str) -> tuple[int, int]:
    """Return the integer that the characters spell and the place value of the last: 三亿二千 is (300002000, 1000)."""
    if not signs:
        return 0, 1
    if len(signs) > 1 and all(sign in CHINESE_DIGITS for sign in signs):
        return int("".join(str(CHINESE_DIGITS[sign]) for sign in signs)), 1
    total = block = digit = 0
    pending = False  # a digit has no place value (the 三 of 两千三)
    place = 1
    zero_before = False
    for sign in signs:
        if sign in CHINESE_DIGITS:
            digit, pending = CHINESE_DIGITS[sign], True
            zero_before = zero_before or digit == 0
            continue
        power = _POWERS[sign]
        if sign in _SMALL:
            block += (digit if pending else 1) * 10**power
            place = 10**power
        else:
            last = 1 if pending or not (block or total) else place
            block += digit if pending else 0
            if sign == "亿":
                total = (total + (block or (0 if total else 1))) * 10**power
            else:
                high, low = divmod(total, 10**8)
                total = high * 10**8 + (low + (block or 1)) * 10**power
            block, place = 0, last * 10**power
        digit, pending, zero_before = 0, False, False
    if pending and digit:
        # 两千三 is 2300, 两千零三 is 2003
        unit_place = 1 if zero_before or place == 10 else max(place // 10, 1)
        return total + block + digit * unit_place, unit_place
    return total + block, place


_PLACE = re.compile(r"(零?)(\d{1,4})([千百十]?)(万亿|[万亿]?)")


def read_places(numeral: str) -> Numeral | None:
    """Read digits and multipliers in turn as people say them; None where the places do not go down.

    >>> read_places("1万2千3百"), read_places("4千5百万")
    (Numeral(value=12300.0, rounding=100.0), Numeral(value=45000000.0, rounding=1000000.0))
    >>> read_places("1百2万3千") is None, read_places("1万2千亿")
    (True, Numeral(value=1200000000000.0, rounding=100000000000.0))
    """
    total = block = rounding = 0
    last_power, free = 8, 8  # the smallest power of ten in the total, and in the block
    for zero, digits, small, large in _PLACE.findall(numeral):
        power = _POWERS[small]
        if block and (len(digits) + power > free or not (zero or small or len(digits) == free)):
            return None
        block, free, rounding = block + int(digits) * 10**power, power, 10**power
        if large:
            raised = power_of(large)
            if total and (raised == last_power or (raised > last_power and total >= 10**raised)):
                return None
            if raised > last_power:  # 1万2千亿 is so many 亿
                total = (total + block) * 10**raised
            elif total and block >= 10 ** (last_power - raised):
                return None
            else:
                total += block * 10**raised
            block, free, rounding, last_power = 0, 8, rounding * 10**raised, raised
    return Numeral(float(total + block), float(rounding)) if not block or block < 10**last_power else None


def read_part(upper: float, lower: float) -> float:
    """`upper` parts of `lower` in per cent, to three decimals as tables state it: 三分之一 is 33.333."""
    return round(100 * upper / lower, 3)
