"""Amounts in two or three units (123元5角, 5小时30分钟) as one quantity in one unit."""

from __future__ import annotations

import re

from nianbao.extraction.numbers.amounts import add_parts
from nianbao.extraction.numbers.exclusions import exclusion_of, form_of
from nianbao.extraction.numbers.numerals import add
from nianbao.extraction.numbers.quantity import FoundNumbers, Quantity, class_of

_HALF = re.compile("半(?P<unit>小时|月)")
_UNIT_OF_HALF = {"小时": "小时", "月": "个月"}
_YEARS = range(1800, 2200)


def take_combined(plain: str, first: Quantity, numeral: str, script: str, found: FoundNumbers) -> int:
    """Read the amount that begins with `first`, and return where to search on; 0 if no smaller unit follows."""
    if first.unit == "年" and first.value in _YEARS:
        return 0
    amount = _and_a_half(plain, first) if first.unit == "个" else add_parts(plain, first)
    if amount is first:
        return 0
    form = form_of(script, "compound", amount.unit, (False, False, first.start < first.digits, False))
    rule = exclusion_of(plain, first.digits, amount.end, numeral, form)
    if rule:
        return found.exclude(first.digits, amount.end, rule.reason, in_words=script == "characters")
    return found.take(amount)


def _and_a_half(plain: str, first: Quantity) -> Quantity:
    """Return the amount of 1个半小时 (1.5 小时), or `first` if no half follows."""
    match = _HALF.match(plain, first.end)
    if match is None or first.high is not None:
        return first
    unit = _UNIT_OF_HALF[match.group("unit")]
    value = add(first.value, 0.5)
    return first._replace(end=match.end(), value=value, rounding=0.5, unit=unit, unit_class=class_of(unit))
