"""Numbers as people read them: 亿 and 万 in Chinese, billion and million in English, one scale per series."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MONEY = frozenset({"元", "美元", "港元"})
WAN, YI = 1e4, 1e8
# Units of rates and ranks, whose values have no meaningful zero on an axis.
RATES = frozenset({"%", "‰", "个百分点", "百分点", "位"})
# Counts from here on are shown in 万: 24,521件 reads better in full, 1,235,000户 does not.
COUNTS_IN_WAN = 1e5


# Words after a number, and what they multiply it by.
MAGNITUDES = {
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "十亿": 1e9,
    "百亿": 1e10,
    "千亿": 1e11,
    "万亿": 1e12,
}
_PRINTED = re.compile(r"\d[\d,]*(?:\.(\d+))?([十百千万]?亿|[十百千]?万|[百千])?")


@dataclass(frozen=True, slots=True)
class Scale:
    """The divisor of a series' numbers, and the words for it before the unit."""

    factor: float
    zh: str
    en: str


WHOLE = Scale(1.0, "", "")
IN_WAN = Scale(WAN, "万", "10,000 ")
IN_YI = Scale(YI, "亿", "100 million ")
_ENGLISH_SIZES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def rates_unit(unit: str) -> bool:
    """Return whether values in this unit are rates or ranks, not counts or amounts."""
    return unit in RATES


def scale_for(values: Iterable[float], unit: str) -> Scale:
    """Return the scale that suits all `values`: 亿 or 万 for money, 万 for large counts, none for rates.

    >>> scale_for([131_250_000_000.0], "元").zh
    '亿'
    >>> scale_for([24_521.0], "件").zh
    ''
    """
    largest = max(map(abs, values), default=0.0)
    if largest >= YI:
        return IN_YI
    if largest >= (WAN if unit in MONEY else COUNTS_IN_WAN):
        return IN_WAN
    return WHOLE


@lru_cache(maxsize=50_000)
def printed_step(quote: str | None) -> float | None:
    """Return the value of the last digit that a report prints; None for whole numbers and for more than one number.

    >>> printed_step("77.0%"), printed_step("2.80万亿元"), printed_step("270家")
    (0.1, 10000000000.0, None)
    """
    found = list(_PRINTED.finditer(quote or ""))
    if len(found) != 1 or not found[0][1]:
        return None
    return float(10.0 ** -len(found[0][1])) * MAGNITUDES.get(found[0][2] or "", 1.0)


def figure(value: float, scale: Scale = WHOLE, step: float | None = None) -> str:
    """Format a number in a scale, with commas, the decimals that are printed and no floating-point noise.

    >>> figure(131_250_000_000.0, IN_YI)
    '1,312.5'
    >>> figure(0.1 + 0.2)
    '0.3'
    >>> figure(77.0, step=0.1)
    '77.0'
    """
    scaled = value / scale.factor
    text = f"{scaled:,.0f}" if abs(scaled) >= 1e9 else f"{round(scaled, 6 - _magnitude(scaled)):,.10f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    printed = max(0, -math.floor(math.log10(step / scale.factor) + 1e-9)) if step else 0
    missing = printed - len(text.partition(".")[2])
    return f"{text}{'' if '.' in text else '.'}{'0' * missing}" if missing > 0 else text


def signed(value: float, digits: int = 2) -> str:
    """Format a change with its sign: `+7.2`, `−0.4` (typographic minus), `0`."""
    text = f"{abs(value):,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if text == "0":
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def in_chinese(value: float, unit: str, step: float | None = None) -> str:
    """Format a number with its unit in Chinese: `1,312.5亿元`, `98.3%`."""
    scale = scale_for([value], unit)
    return f"{figure(value, scale, step)}{scale.zh}{unit}"


def in_english(value: float, unit: str, step: float | None = None) -> str:
    """Format a number in English, without its unit: `131.25 billion`."""
    for size, word in _ENGLISH_SIZES:
        if abs(value) >= size:
            return f"{figure(value, Scale(size, '', ''), step)} {word}"
    return figure(value, WHOLE, step)


def _magnitude(value: float) -> int:
    """Return the number of digits before the decimal point; 0 for values below 1."""
    return len(str(int(abs(value)))) if abs(value) >= 1 else 0
