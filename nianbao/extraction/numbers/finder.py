"""Finding numbers: every number of a text, in digits or characters, with its value and span.

What a number is decides here, by its own signs alone; whether it measures anything is decided by `exclusions`.
"""

from __future__ import annotations

import re

from nianbao.extraction.numbers.amounts import BEHIND_AMOUNT, PARTS, WITH_PARTS
from nianbao.extraction.numbers.chinese import CHINESE_STARTS, CHINESE_TRIGGER, take_chinese, take_half
from nianbao.extraction.numbers.combined import take_combined
from nianbao.extraction.numbers.exclusions import exclusion_of, first_exclusion, form_of
from nianbao.extraction.numbers.numerals import read_arabic, read_part, read_places
from nianbao.extraction.numbers.quantity import (
    ASCII_UNIT,
    BOUND_AFTER,
    BOUND_ENDS,
    MORE,
    NOT_MULTIPLIER,
    OR_UNITS,
    UNIT,
    ExcludedNumber,
    FoundNumbers,
    Quantity,
    begins_a_word,
    bound_before,
    bounded,
    class_of,
    parse_unit,
)
from nianbao.extraction.numbers.ranks import take_first, take_rank

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
_IN_WORDS = {4: take_rank, 5: take_first, 6: take_half, 7: take_chinese}
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_PLAIN_NUMBER = re.compile(_NUMBER)
_MULTIPLIER = (
    r"(?:万亿|千万亿|百万亿|千万|百万|十万|百亿|千亿|十亿|万|亿"
    rf"|千(?![{NOT_MULTIPLIER}])|百(?![分强姓货日年万亿{NOT_MULTIPLIER}]))"
)
_REST = (
    rf"(?P<more1>{MORE})?(?P<multiplier>{_MULTIPLIER})?(?:(?P<more2>{MORE})(?P<times>[万亿])?)?"
    rf"(?P<unit>{UNIT}(?:/(?:{UNIT}|月))?(?:\([{OR_UNITS}]{{1,6}}\))?|{ASCII_UNIT})?(?P<after>{BOUND_AFTER})?"
)
_ARABIC = re.compile(rf"(?P<number>{_NUMBER}){_REST}")
# 1万6千多户, 1亿3千多万, 4亿零700万, 1万2千3百元, 4千5百万元: a numeral in several places
_COMPOUND = re.compile(
    rf"""(?P<numeral>(?:\d{{1,4}}(?:万亿|[千百十]?[万亿]|[千百])零?){{1,5}}
    (?P<low>\d{{1,4}})(?P<lower>[千百十]?(?:万亿|[万亿])?))(?P<more>{MORE})?(?P<rest>万亿|[万亿])?
    (?P<unit>{UNIT})?(?P<after>{BOUND_AFTER})?(?!\d)""",
    re.VERBOSE,
)
_RANGE = re.compile(
    rf"""(?P<low>{_NUMBER})(?P<lower>{_MULTIPLIER})?(?:%|个|家|元|人|项|所|套|条|公里|平方公里|年)?
    (?:--?|[~至到])(?!(?:19|20)\d\d年)(?P<high>{_NUMBER}){_REST}""",
    re.VERBOSE,
)
# 2、3百家 is 200 to 300, where no list of amounts has begun
_NEIGHBOURS = re.compile(
    rf"(?P<low>\d)、(?P<high>\d)(?![\d.,])(?P<multiplier>[十百千][万亿]?|[万亿])?(?P<more1>{MORE})?(?P<unit>{UNIT})"
)
_LISTED = re.compile(r"(?:分别|各[有为]|依次|\d[、和]|第)[^，。；\n]{0,16}$|[、第前]$")
_FRACTION = re.compile(rf"(?P<upper>\d)/(?P<lower>\d{{1,2}})(?![\d/])(?P<after>{BOUND_AFTER})?")
_RATE = re.compile(r"/10万(?![\d人元个])")
_UNIT_BEFORE = re.compile(r"(?P<bracket>\([^()\n]{1,12}\))[:为是达]?$")
_UNIT_BEHIND = re.compile(r"\([^()\n]{1,8}\)")
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
_NAMING_LEFT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+×*#=_&@$/.")
_SHORTEST_LOW = 3
_POWERS = frozenset("万亿兆")
_SMALL_POWERS = frozenset("百千")
_REPEATED_PLACES = re.compile("[0-9十百千万亿零]+")
_REPEATED_POWERS = re.compile("[十百千万亿兆]+")
_LONGEST_NUMBER = 15  # digits that a double holds exactly
_NUMERAL_ONLY = frozenset(("name", "numbering"))  # of such a number only the digits are excluded


def find_quantities(plain: str) -> tuple[list[Quantity], list[ExcludedNumber]]:
    """Find all numbers of `plain`, a text through `plain_text`, in order: quantities and exclusions.

    Every Arabic digit run is in one of the lists, and so is every numeral in characters with a unit, a bound or a place
    in an order. Signs that are part of a word (进一步, 统一) and 一 before a measure word (一批) are no numbers.
    """
    found = FoundNumbers()
    search = _TRIGGER.search
    match = search(plain)
    while match:
        start, end = match.span()
        trigger = match.lastindex or 0
        if trigger == _DIGIT:
            end = _take_digits(plain, start, found)
            last = found.quantities[-1] if found.quantities else None
            if plain[end : end + 1] in _POWERS and last and last.end == end and not last.unit:
                found.quantities.pop()  # 1万亿万亿元: one multiplier too many; 2个|万吨级泊位 counts berths
                end = found.exclude(start, _REPEATED_POWERS.match(plain, end).end(), "too_long")  # type: ignore[union-attr]
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
    numeral_end = match.end("number")
    behind = plain[numeral_end : numeral_end + 1]
    if numeral_end - start > _LONGEST_NUMBER and len(match.group("number").replace(",", "")) > _LONGEST_NUMBER:
        return found.exclude(start, numeral_end, "too_long")
    if behind in _DATE_SIGNS:
        end = _take_by_sign(plain, start, behind, found)
        if end:
            return end
    elif behind == "、" and match.end() == start + 1:
        neighbours = _NEIGHBOURS.match(plain, start)
        if neighbours and not _LISTED.search(plain, max(0, start - 20), start):
            end = _take_neighbours(plain, neighbours, found)
            if end:
                return end
    multiplied = match.end("multiplier")
    if multiplied > 0 and plain[multiplied : multiplied + 2].lstrip("零")[:1].isdigit():
        compound = _COMPOUND.match(plain, start)
        end = _take_compound(plain, compound, found) if compound else 0
        if end:
            return end
        if match.group("multiplier") in _SMALL_POWERS:  # 2千50万元 has no one reading
            return found.exclude(start, _REPEATED_PLACES.match(plain, start).end(), "name")  # type: ignore[union-attr]
    end = match.end()
    if plain[end : end + 1] in _RANGE_SIGNS and plain[end + 1 : end + 3].lstrip("-")[:1].isdigit():
        span = _RANGE.match(plain, start)
        if span:
            return _take_range(plain, span, found)
    return _take_arabic(plain, match, found)


def _take_by_sign(plain: str, start: int, behind: str, found: FoundNumbers) -> int:
    """Read a telephone number, a date or a fraction, which the sign behind the digits tells; 0 if it is none."""
    telephone = _TELEPHONE.match(plain, start) if behind == "-" else None
    if telephone:
        return found.exclude(start, telephone.end(), "name")
    date = _DATE.match(plain, start)
    if date and _CLOCK.match(plain, start) and _PROPORTION.search(plain, max(0, start - 12), start):
        date = None  # 三次产业比重为10∶45∶45
    if date and (start == 0 or plain[start - 1] not in _NAMING_LEFT):
        return found.exclude(start, date.end(), "date")
    fraction = _FRACTION.match(plain, start) if behind == "/" else None
    return _take_fraction(plain, fraction, found) if fraction else 0


def _take_arabic(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    start, end = match.span()
    number, more1, multiplier, more2, again, unit, after = match.groups()
    if unit is None:
        bracket = plain[end : end + 1] in _BEHIND_NUMBER or plain[start - 1 : start] in _BEFORE_UNIT
        with_unit = _with_bracketed_unit(plain, match) if bracket else None
        if with_unit and with_unit.start >= found.end():
            return found.take(with_unit)
    elif unit == "分之":
        return _take_parts(plain, match, found)
    elif multiplier and not after and begins_a_word(unit, plain, end - len(unit)):
        end -= len(unit)
        unit = None
    elif unit in WITH_PARTS and plain[end : end + 1] in BEHIND_AMOUNT:
        combined = _combined(plain, match, found)
        if combined:
            return combined
    left = plain[start - 1] if start else "\n"
    begin, qualifier = bound_before(plain, start) if left in BOUND_ENDS else (start, "exact")
    more = more1 is not None or more2 is not None
    form = form_of("digits", "count", unit, (multiplier is not None, more, begin < start, after is not None))
    rules = form.rules_between(left, plain[end : end + 1] or "\n")
    rule = first_exclusion(rules, plain, start, end, number) if rules else None
    if rule:
        if rule.item:
            end = start + number.index(".") + 1
        elif rule.reason in _NUMERAL_ONLY:
            end = match.end("number")
        return found.exclude(start, end, rule.reason)
    unit_class = form.unit_class
    if after == "内" and unit_class != "span":
        after = None
        end -= bool(unit)
    value, rounding = read_arabic(number, (multiplier or "") + (again or ""))
    if unit == "成":
        value, rounding, unit, unit_class = value * 10, rounding * 10, "%", "percent"
    if more or after:
        qualifier = bounded(qualifier, more, after)
    quantity = Quantity(
        begin, start, end, value, None, rounding, unit or "", unit_class, qualifier, match.end("number")
    )
    return found.take(quantity)


def _combined(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    start, end = match.span()
    number, multiplier, unit, after = match.group("number", "multiplier", "unit", "after")
    value, rounding = read_arabic(number, multiplier or "")
    begin, qualifier = bound_before(plain, start)
    amount = Quantity(begin, start, end, value, None, rounding, unit, class_of(unit), qualifier, match.end("number"))
    return 0 if after else take_combined(plain, amount, number, "digits", found)


def _with_bracketed_unit(plain: str, match: re.Match[str]) -> Quantity | None:
    """Return a number with its unit in brackets before or after it: 罚没收入（亿元）10.05."""
    start, end = match.span()
    number, more1, multiplier, more2, again, _, after = match.groups()
    rate = _RATE.match(plain, end) if plain[end : end + 1] == "/" else None
    if rate and not multiplier:
        value, rounding = read_arabic(number)
        begin, qualifier = bound_before(plain, start)
        return Quantity(begin, start, rate.end(), value, None, rounding, "/10万", "percent", qualifier, end)
    bracket = None
    if plain[end : end + 1] == "(":
        bracket = _UNIT_BEHIND.match(plain, end)
        begin, stop = start, bracket.end() if bracket else end
    elif plain[start - 1 : start] in _BEFORE_UNIT:
        bracket = _UNIT_BEFORE.search(plain, max(0, start - _UNIT_REACH), start)
        begin, stop = bracket.start() if bracket else start, end
    printed = (
        parse_unit(bracket.group("bracket") if bracket.re is _UNIT_BEFORE else bracket.group()) if bracket else None
    )
    if printed is None:
        return None
    value, rounding = read_arabic(number, (multiplier or "") + (again or "") + _SIGN_OF_POWER[printed.power])
    qualifier = bound_before(plain, start)[1]
    qualifier = bounded(qualifier, bool(more1 or more2), after)
    return Quantity(
        begin, start, stop, value, None, rounding, printed.unit, printed.unit_class, qualifier, match.end("number")
    )


_BEHIND_NUMBER = frozenset("(/")
_BEFORE_UNIT, _UNIT_REACH = frozenset("):为是达"), 15
_SIGN_OF_POWER = {
    0: "", 1: "十", 2: "百", 3: "千", 4: "万", 5: "十万", 6: "百万", 7: "千万", 8: "亿", 9: "十亿", 10: "百亿",
    11: "千亿", 12: "万亿",
}  # fmt: skip


def _take_parts(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    """10万分之7.6, 100分之5."""
    start, end = match.span("number")
    part = _PLAIN_NUMBER.match(plain, match.end("unit"))
    number, multiplier = match.group("number", "multiplier")
    lower = read_arabic(number, multiplier or "").value
    unit, size = {10.0**5: PARTS["十万"], 10.0**3: PARTS["千"]}.get(lower, ("%", 0.0))
    if part is None or not lower or len(part.group()) > _LONGEST_NUMBER:
        return found.exclude(start, end, "name")
    value, place = read_arabic(part.group())
    rounding = place if size else None
    value = value if size else read_part(value, lower)
    begin, qualifier = bound_before(plain, start)
    return found.take(Quantity(begin, start, part.end(), value, None, rounding, unit, "percent", qualifier, part.end()))


def _take_compound(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    """1万2千3百元 is one quantity; 0 if its digits are two numbers (390万65岁以上老人)."""
    start, end = match.span()
    printed, low, lower, more, rest, unit, after = match.groups()
    if not lower and len(low) < _SHORTEST_LOW and plain[match.start("low") - 1] != "零":
        return 0
    numeral = read_places(printed + (rest or ""))
    if numeral is None:
        return 0
    begin, qualifier = bound_before(plain, start)
    form = form_of("digits", "compound", unit, (True, more is not None, begin < start, after is not None))
    rule = exclusion_of(plain, start, end, low, form)
    if rule:
        return found.exclude(start, end, rule.reason)
    qualifier = bounded(qualifier, bool(more), after)
    first_end = _PLAIN_NUMBER.match(plain, start).end()  # type: ignore[union-attr]
    value, rounding = numeral
    return found.take(
        Quantity(begin, start, end, value, None, rounding, unit or "", form.unit_class, qualifier, first_end)
    )


def _take_neighbours(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    """2、3百家 is one quantity with two ends; 0 if the digits are no neighbours."""
    start, end = match.span()
    low, high, multiplier, more, unit = match.groups()
    unit_class = class_of(unit)
    form = form_of("digits", "range", unit, (multiplier is not None, True, False, False))
    if int(high) != int(low) + 1 or unit_class not in ("count", "person", "measure", "money"):
        return 0
    if exclusion_of(plain, start, end, high, form):
        return 0
    begin, qualifier = bound_before(plain, start)
    bottom, top = read_arabic(low, multiplier or ""), read_arabic(high, multiplier or "")
    qualifier = bounded("approx" if qualifier == "exact" else qualifier, bool(more), None)
    return found.take(
        Quantity(begin, start, end, bottom.value, top.value, top.rounding, unit, unit_class, qualifier, end)
    )


def _take_range(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    """N至M with one unit is one quantity with a low and a high end."""
    start, end = match.span()
    low, lower, high, more1, multiplier, again, unit, after = match.group(
        "low", "lower", "high", "more1", "multiplier", "times", "unit", "after"
    )
    power = (multiplier or "") + (again or "")
    if len(high) > _LONGEST_NUMBER:
        return found.exclude(start, end, "too_long")
    bottom, _ = read_arabic(low, lower or power)
    top, rounding = read_arabic(high, power)
    form = form_of("digits", "range", unit, (multiplier is not None, more1 is not None, False, after is not None))
    rule = exclusion_of(plain, start, end, high, form)
    if rule or bottom >= top:
        return found.exclude(start, end, rule.reason if rule else "name")
    begin, qualifier = bound_before(plain, start)
    qualifier = bounded(qualifier, bool(more1), after)
    return found.take(Quantity(begin, start, end, bottom, top, rounding, unit or "", form.unit_class, qualifier, end))


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
