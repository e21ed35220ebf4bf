"""Numbers as people read them: 亿 and 万 in Chinese, billion and million in English, one scale per series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MONEY = frozenset({"元", "美元", "港元"})
WAN, YI = 1e4, 1e8
# Units of rates and ranks, whose values have no meaningful zero on an axis.
RATES = frozenset({"%", "‰", "个百分点", "百分点", "位"})
# Counts from here on are shown in 万: 24,521件 reads better in full, 1,235,000户 does not.
COUNTS_IN_WAN = 1e5


@dataclass(frozen=True, slots=True)
class Scale:
    """The divisor of a series' numbers, and the words for it before the unit."""

    factor: float
    zh: str
    en: str


WHOLE = Scale(1.0, "", "")
IN_WAN = Scale(WAN, "万", "10,000 ")
IN_YI = Scale(YI, "亿", "100 million ")


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


def figure(value: float, scale: Scale = WHOLE) -> str:
    """Format a number in a scale, with commas, its own decimals and no floating-point noise.

    >>> figure(131_250_000_000.0, IN_YI)
    '1,312.5'
    >>> figure(0.1 + 0.2)
    '0.3'
    """
    scaled = value / scale.factor
    text = f"{scaled:,.0f}" if abs(scaled) >= 1e9 else f"{round(scaled, 6 - _magnitude(scaled)):,.10f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float, digits: int = 2) -> str:
    """Format a change with its sign: `+7.2`, `−0.4` (typographic minus), `0`."""
    text = f"{abs(value):,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if text == "0":
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def in_chinese(value: float, unit: str) -> str:
    """Format a number with its unit in Chinese: `1,312.5亿元`, `98.3%`."""
    scale = scale_for([value], unit)
    return f"{figure(value, scale)}{scale.zh}{unit}"


def in_english(value: float, unit: str) -> str:
    """Format a number in English, without its unit: `131.25 billion`."""
    if abs(value) >= 1e9:
        return f"{figure(value, Scale(1e9, '', ''))} billion"
    if abs(value) >= 1e6:
        return f"{figure(value, Scale(1e6, '', ''))} million"
    return figure(value)


def _magnitude(value: float) -> int:
    """Return the number of digits before the decimal point; 0 for values below 1."""
    return len(str(int(abs(value)))) if abs(value) >= 1 else 0
