"""Finding numbers: every digit run of a text is read as a quantity with its bounds, or set aside with the reason.

Only what touches the number is looked at here; what the number measures is named in `subjects`.
"""

from __future__ import annotations

import re

from nianbao.extraction.numbers.chinese import (
    CHINESE_STARTS,
    CHINESE_TRIGGER,
    take_chinese,
    take_first,
    take_fold,
    take_per_cent,
    take_rank,
)
from nianbao.extraction.numbers.exclusions import NAMING_LEFT, SELECTED, SELECTED_OF, exclusion_reason
from nianbao.extraction.numbers.numerals import read_arabic, read_part
from nianbao.extraction.numbers.quantity import (
    ASCII_UNIT,
    BOUND_AFTER,
    MORE,
    OR_UNITS,
    UNIT,
    ExcludedNumber,
    FoundNumbers,
    Quantity,
    begins_a_word,
    bound_before,
    bounded,
    class_of,
)

# What begins a number. The pattern opens with the set of first signs, which lets `re` skip to them; the empty group
# that took part says which pattern reads on.
_TRIGGER = re.compile(
    rf"[《“\"‘\d{CHINESE_STARTS}](?:(?<=《)()[^》\n]{{1,80}}》"
    r"|(?:(?<=“)[^”\n]{1,24}”|(?<=\")[^\"\n]{1,24}\"|(?<=‘)[^’\n]{1,16}’)()"
    r"|(?<=\d)()"
    rf"|{CHINESE_TRIGGER})",
    re.VERBOSE,
)
_TITLE, _QUOTE, _DIGIT = 1, 2, 3
_IN_WORDS = {4: take_rank, 5: take_first, 6: take_per_cent, 7: take_fold, 8: take_chinese}
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_MULTIPLIER = (
    r"(?:万亿|千万亿|百万亿|千万|百万|十万|百亿|千亿|十亿|万|亿|千(?![瓦米克伏卡赫帕])|百(?!分|强|姓|货|日|年|万|亿))"
)
_REST = (
    rf"(?P<more1>{MORE})?(?P<multiplier>{_MULTIPLIER})?(?P<more2>{MORE})?"
    rf"(?P<unit>{UNIT}(?:/(?:{UNIT}|月))?(?:\([{OR_UNITS}]{{1,6}}\))?|{ASCII_UNIT})?(?P<after>{BOUND_AFTER})?"
)
_ARABIC = re.compile(rf"(?P<number>{_NUMBER}){_REST}")
# 1万6千多户, 1亿3千多万: a numeral in two places
_COMPOUND = re.compile(
    rf"(?P<high>\d+)(?P<multiplier>亿|万|千)(?P<low>\d{{1,4}})(?P<lower>千万|百万|千|百|万)?(?P<more>{MORE})?(?P<rest>万)?"
    rf"(?P<unit>{UNIT})?(?P<after>{BOUND_AFTER})?",
    re.VERBOSE,
)
_RANGE = re.compile(
    rf"""(?P<low>{_NUMBER})(?P<lower>{_MULTIPLIER})?(?:%|个|家|元|人|项|所|套|条|公里|平方公里|年)?
    [-~至到](?!(?:19|20)\d\d年)(?P<high>{_NUMBER}){_REST}""",
    re.VERBOSE,
)
_FRACTION = re.compile(rf"(?P<upper>\d)/(?P<lower>\d{{1,2}})(?![\d/])(?P<after>{BOUND_AFTER})?")
_DATE = re.compile(
    r"""(?:19|20)\d\d(?:[-./]\d{1,2}[-./]\d{1,2}
        |年(?:底前?|初|末)?(?:第?[一二三四1-4]季度|\d{1,2}月(?:份|底|末|初|\d{1,2}日)?|[上下]半年)?
        |年?[-~至到](?:19|20)\d\d(?:年|(?![\d.]|[万亿元个家人项件名户%])))(?:\s*\d{1,2}:\d\d(?::\d\d)?)?
    |\d{1,2}(?:月\d{1,2}日|月?[-~至到]\d{1,2}月份?|月份?|日)(?:[-~至到]\d{1,2}日)?
    |\d{1,2}:\d\d(?::\d\d)?(?![\d.:])""",
    re.VERBOSE,
)
_TELEPHONE = re.compile(r"0\d{2,3}-\d{7,8}(?:-\d{1,5})?(?!\d)")
_PROPORTION = re.compile(r"(?:(?:调整|优化|演进|转变)[为到至]|比重|比例|结构|构成|之比|占比|比)[^，。；\n]{0,6}$")
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_DATE_SIGNS = frozenset("年月日-~至到:./")
_RANGE_SIGNS = frozenset("-~至到")


def find_quantities(plain: str) -> tuple[list[Quantity], list[ExcludedNumber]]:
    """Find all numbers of `plain`, a text through `plain_text`, in order: quantities and exclusions.

    Chinese numerals that are part of a word (进一步, 统一) are in neither list; every Arabic digit run is in one.
    """
    found = FoundNumbers()
    search = _TRIGGER.search
    match = search(plain)
    while match:
        start, end = match.span()
        trigger = match.lastindex or 0
        if trigger == _DIGIT:
            end = _take_digits(plain, start, found)
        elif trigger in (_TITLE, _QUOTE):
            reason = "title" if trigger == _TITLE else "name_in_quotes"
            run = _DIGITS.search(plain, start, end)
            while run:
                run = _DIGITS.search(plain, found.exclude(run.start(), run.end(), reason), end)
        else:
            end = max(_IN_WORDS[trigger](plain, start, end, found), start + 1)
        match = search(plain, end)
    return found.quantities, found.exclusions


def _take_digits(plain: str, start: int, found: FoundNumbers) -> int:
    """Read what begins with a digit at `start`; returns where to search on."""
    match = _ARABIC.match(plain, start)
    if match is None:  # a digit of another script
        return start + 1
    behind = plain[match.end("number") : match.end("number") + 1]
    if behind in _DATE_SIGNS:
        telephone = _TELEPHONE.match(plain, start) if behind == "-" else None
        if telephone:
            return found.exclude(start, telephone.end(), "name")
        date = _DATE.match(plain, start)
        if date and _CLOCK.match(plain, start) and _PROPORTION.search(plain, max(0, start - 12), start):
            date = None  # 三次产业比重为10∶45∶45
        if date and (start == 0 or (plain[start - 1] not in NAMING_LEFT and plain[start - 1] != ".")):
            return found.exclude(start, date.end(), "date")
        fraction = _FRACTION.match(plain, start) if behind == "/" else None
        if fraction:
            return _take_fraction(plain, fraction, found)
    multiplied = match.end("multiplier")
    if multiplied > 0 and plain[multiplied : multiplied + 1].isdigit():
        compound = _COMPOUND.match(plain, start)
        if compound:
            return _take_compound(plain, compound, found)
    end = match.end()
    if plain[end : end + 1] in _RANGE_SIGNS and plain[end + 1 : end + 2].isdigit():
        span = _RANGE.match(plain, start)
        if span:
            return _take_range(plain, span, found)
    return _take_arabic(plain, match, found)


def _take_arabic(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    start, end = match.span()
    number, more1, multiplier, more2, unit, after = match.groups()
    if multiplier and unit and not after and begins_a_word(unit, plain[end : end + 1]):
        end -= len(unit)
        unit = None
    reason = exclusion_reason(plain, start, end, number, multiplier, unit)
    if reason:
        if reason == "numbering" and "." in number and unit:
            end = start + number.index(".") + 1
        elif reason == "numbering" or reason == "name":
            end = match.end("number")
        return found.exclude(start, end, reason)
    if after == "内" and class_of(unit) != "span":
        after = None
        end -= bool(unit)
    value, rounding = read_arabic(number, multiplier or "")
    if unit == "成":
        value, rounding, unit = value * 10, rounding * 10, "%"
    begin, qualifier = bound_before(plain, start)
    unit_class = class_of(unit)
    if begin < start and unit_class == "money" and SELECTED_OF.match(plain, end):
        return found.exclude(start, end, "threshold")
    qualifier = bounded(qualifier, bool(more1 or more2), after)
    return found.take(
        Quantity(begin, start, end, value, None, rounding, unit or "", unit_class, qualifier, match.end("number"))
    )


def _take_compound(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    start, end = match.span()
    high, multiplier, low, lower, more, rest, unit, after = match.groups()
    upper, _ = read_arabic(high, multiplier)
    addend, rounding = read_arabic(low, (lower or "") + (rest or ""))
    begin, qualifier = bound_before(plain, start)
    qualifier = bounded(qualifier, bool(more), after)
    return found.take(
        Quantity(
            begin, start, end, upper + addend, None, rounding, unit or "", class_of(unit), qualifier, match.end("high")
        )
    )


def _take_range(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    """N至M with one unit is one quantity with a low and a high end."""
    start, end = match.span()
    low, lower, high, more1, multiplier, unit, after = match.group(
        "low", "lower", "high", "more1", "multiplier", "unit", "after"
    )
    bottom, _ = read_arabic(low, lower or multiplier or "")
    top, rounding = read_arabic(high, multiplier or "")
    reason = "year" if unit == "年" else exclusion_reason(plain, start, end, high, multiplier, unit)
    bare = unit is None and multiplier is None
    if not reason and (bottom >= top or (bare and end < len(plain) and plain[end] not in "，。；、,;)）\n")):
        reason = "name"
    if not reason and class_of(unit) == "money" and SELECTED.match(plain, end):
        reason = "threshold"
    if reason:
        return found.exclude(start, end, reason)
    begin, qualifier = bound_before(plain, start)
    qualifier = bounded(qualifier, bool(more1), after)
    return found.take(Quantity(begin, start, end, bottom, top, rounding, unit or "", class_of(unit), qualifier, end))


def _take_fraction(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    """1/3 is a part in per cent."""
    start, end = match.span()
    upper, lower = int(match.group("upper")), int(match.group("lower"))
    before = plain[start - 1] if start else "\n"
    if (
        not lower
        or upper >= lower
        or (before.isascii() and before.isalnum())
        or (plain[end : end + 1].isascii() and plain[end : end + 1].isalpha())
    ):
        return found.exclude(start, end, "name")
    begin, qualifier = bound_before(plain, start)
    qualifier = bounded(qualifier, False, match.group("after"))
    return found.take(Quantity(begin, start, end, read_part(upper, lower), None, None, "%", "percent", qualifier, end))
