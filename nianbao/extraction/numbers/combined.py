"""Amounts in two or three units (123元5角, 5小时30分钟) as one quantity, told in one unit."""

from __future__ import annotations

from nianbao.extraction.numbers.amounts import add_parts
from nianbao.extraction.numbers.exclusions import exclusion_of, form_of
from nianbao.extraction.numbers.quantity import FoundNumbers, Quantity

_YEARS = range(1800, 2200)


def take_combined(plain: str, first: Quantity, numeral: str, script: str, found: FoundNumbers) -> int:
    """Read the amount that begins with `first`, and return where to search on; 0 if no smaller unit follows."""
    if first.unit == "年" and first.value in _YEARS:
        return 0
    amount = add_parts(plain, first)
    if amount is first:
        return 0
    form = form_of(script, "compound", amount.unit, (False, False, first.start < first.digits, False))
    rule = exclusion_of(plain, first.digits, amount.end, numeral, form)
    if rule:
        return found.exclude(first.digits, amount.end, rule.reason, in_words=script == "characters")
    return found.take(amount)
