"""Numbers in Chinese characters: counts, ranges, parts, tenths, halves and powers of ten, with their spans."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.amounts import BEHIND_AMOUNT, HALVES, MILESTONES, PARTS, VAGUE, WITH_PARTS
from nianbao.extraction.numbers.combined import take_combined
from nianbao.extraction.numbers.exclusions import exclusion_of, form_of
from nianbao.extraction.numbers.numerals import CHINESE_DIGITS, Numeral, read_arabic, read_chinese, read_part, times
from nianbao.extraction.numbers.quantity import (
    AFTER,
    BOUND_AFTER,
    BOUND_ENDS,
    MORE,
    NOT_MULTIPLIER,
    OR_UNITS,
    UNIT,
    UNITS,
    FoundNumbers,
    Quantity,
    begins_a_word,
    bound_before,
    bounded,
    class_of,
)

SIGNS = "一二两三四五六七八九"
_PLACES = "十百千"
_RUN = f"[{SIGNS}{_PLACES}零〇]"
_NUMERAL = rf"[{SIGNS}{_PLACES}]{_RUN}{{0,12}}(?:[万亿]{_RUN}{{0,9}}){{0,3}}"
_POINT = f"点[{SIGNS}零〇]{{1,6}}"
_VAGUE_SIGNS = "".join(VAGUE)
_AFTER_NUMERAL = (
    f"{SIGNS}{_PLACES}零点万亿{MORE[1:-1]}成分半至到月" + "".join(sorted({unit[0] for unit in UNITS})) + "-"
)
_CLOSING = "，。；、,;)"

# What the finder adds to its own trigger: the signs that begin a rank, the first place, 翻N番, a half, and a numeral
# before what may follow one, with an empty group for each. A run of numerals is tried once, at its start.
CHINESE_STARTS = f"第首翻半零{SIGNS}{_PLACES}万亿"
CHINESE_TRIGGER = (
    r"(?<=第)()(?=[\d一二三四五六七八九十])|(?<=首)()位(?!度|置|数|部)"
    rf"|(?:(?<=翻)了?[一两二三]?番(?!茄)多?|(?<=[一近过超大]半)|(?<=半)(?=数|个百分点|个?小时))()"
    rf"|(?:(?<=[近破超逾过上数几][万亿])(?=[{_AFTER_NUMERAL}{_CLOSING}一-鿿]|$)|(?<=万)(?=分之)|(?<=零)(?=点[{SIGNS}])|(?<=[{SIGNS}{_PLACES}])(?<!{_RUN[:-1]}万亿].)(?!(?<=一)[批系些定种])"
    rf"{_RUN}*(?:、[{SIGNS}])?(?:(?<=[{SIGNS}][百千])|(?=[{_AFTER_NUMERAL}])))()"
)

_PARTS = re.compile(
    rf"""(?P<whole>[{SIGNS}十百千万]{{1,4}})分之(?P<part>{_NUMERAL}(?:{_POINT})?|零{_POINT}|零|\d{{1,15}}(?:\.\d{{1,6}})?)
    (?:[至到-](?:百分之)?(?P<high>{_NUMERAL}(?:{_POINT})?|\d{{1,3}}(?:\.\d{{1,6}})?(?!\d|年)))?(?P<after>{BOUND_AFTER})?""",
    re.VERBOSE,
)
_TENTHS = re.compile(
    rf"(?P<number>[{SIGNS}])(?P<half>点[{SIGNS}]|半)?成(?!{trie_pattern(words('exclusions')['not_tenths'])})(?P<behind>半)?"
    rf"(?P<after>{BOUND_AFTER}|多)?",
    re.VERBOSE,
)
_REACHED = trie_pattern(MILESTONES)
_COUNT = re.compile(
    rf"""(?P<some>[{_VAGUE_SIGNS}](?=[{_PLACES}万亿]))?
    (?P<number>{_NUMERAL}(?:{_POINT})?|零{_POINT}|[{SIGNS}十]{{1,3}}、[{SIGNS}][{_PLACES}]{{0,2}}|[万亿]亿?)(?<!千(?=[{NOT_MULTIPLIER}]))
    (?P<more1>{MORE})?(?P<multiplier>[万亿]{{1,2}})?(?P<more2>{MORE})?
    (?:(?<=[百千万亿])(?={_REACHED})|(?P<unit>{UNIT}(?:/(?:{UNIT}|月))?(?:\([{OR_UNITS}]{{1,6}}\))?)(?P<after>{BOUND_AFTER})?|(?<=[万亿])(?=[{_CLOSING}\n]|$)
    |(?:(?<=[万亿])|(?<=[万亿]{MORE}))(?=[一-鿿])(?![{SIGNS}{_PLACES}零〇万亿点多余几分的]|{BOUND_AFTER}))""",
    re.VERBOSE,
)
_BARE = re.compile(rf"{_RUN}*[百千万亿](?:{_RUN}|[万亿])*")
_RANGE = re.compile(
    rf"""(?P<low>{_NUMERAL}(?:{_POINT})?)(?P<lower>{UNIT})?[至到-](?P<number>{_NUMERAL}(?:{_POINT})?)(?<!千(?=[{NOT_MULTIPLIER}]))
    (?P<more1>{MORE})?(?P<unit>{UNIT})(?P<after>{BOUND_AFTER})?""",
    re.VERBOSE,
)
_ADJACENT = re.compile(
    rf"(?P<head>(?:.*[{_PLACES}万亿零])?)(?P<low>[{SIGNS}])、?(?P<high>[{SIGNS}])(?P<tail>[{_PLACES}]?[万亿]*)"
)
_DATE = re.compile(
    r"[一二][〇零○一二三四五六七八九]{3}年(?:[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?)?"
    r"|[一二三四五六七八九十]{1,2}月(?:份|[一二三四五六七八九十]{1,3}日)?"
)


class _Numeral(NamedTuple):
    """What a numeral in characters is worth; `high` where it names two neighbours (三四十)."""

    value: float
    high: float | None
    rounding: float


@lru_cache(maxsize=1 << 12)
def read_numeral(numeral: str, multiplier: str = "") -> _Numeral | None:
    """Read a numeral that may name two neighbours; None where its signs are no number (三七, 九八).

    >>> read_numeral("三四十")
    _Numeral(value=30.0, high=40.0, rounding=10.0)
    >>> read_numeral("十五六"), read_numeral("三七")
    (_Numeral(value=15.0, high=16.0, rounding=1.0), None)
    """
    pair = _ADJACENT.fullmatch(numeral)
    if pair is None:
        if "、" in numeral or (len(numeral) > 1 and not numeral.strip(SIGNS)):
            return None
        return _with_high(read_chinese(numeral, multiplier), None)
    head, low, high, tail = pair.groups()
    step = CHINESE_DIGITS[high] - CHINESE_DIGITS[low]
    if step != 1 and (low, high) != ("三", "五"):
        return None
    bottom, top = (read_chinese(head + sign + tail, multiplier) for sign in (low, high))
    return _with_high(bottom, top.value)


def _with_high(numeral: Numeral, high: float | None) -> _Numeral:
    return _Numeral(numeral.value, high, numeral.rounding)


def take_half(plain: str, start: int, end: int, found: FoundNumbers) -> int:
    """翻一番 is a change of 100 per cent; 一半 and 过半 are a half where something is part of it or changed by it."""
    begin, qualifier = bound_before(plain, start)
    if plain[start] == "翻":
        more = plain[end - 1] == "多"
        value = _FOLDS.get(plain[end - 2 - more], 100.0)
        qualifier = "more_than" if more else qualifier
        return found.take(Quantity(begin, start, end, value, None, None, "%", "percent", qualifier, end, "fold"))
    of = _HALF_OF.match(plain, start)
    if of:
        return _take_half_of(plain, of, found)
    match = _HALF.match(plain, start - 1) or _HALF.match(plain, start)
    if match is None or match.start() < found.end():
        return end
    start, end = match.span()
    begin, qualifier = bound_before(plain, start)
    word, after = match.group("word", "after")
    form = form_of("characters", "half", "%", (False, False, begin < start, after is not None))
    rule = exclusion_of(plain, start, end, word, form)
    if rule:
        return found.exclude(start, end, rule.reason, in_words=True)
    qualifier = bounded(HALVES[word] if HALVES[word] != "exact" else qualifier, False, after)
    return found.take(Quantity(begin, start, end, 50.0, None, None, "%", "percent", qualifier, end))


def _take_half_of(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    """半个百分点 is half of one."""
    start, end = match.span()
    unit, after = match.group("unit", "after")
    begin, qualifier = bound_before(plain, start)
    form = form_of("characters", "count", unit, (False, False, begin < start, after is not None))
    rule = exclusion_of(plain, start, end, "半", form)
    if rule:
        return found.exclude(start, end, rule.reason, in_words=True)
    qualifier = bounded(qualifier, False, after)
    return found.take(Quantity(begin, start, end, 0.5, None, None, unit, form.unit_class, qualifier, end))


_HALF_OF = re.compile(rf"半(?P<unit>个百分点|个小时|小时)(?P<after>{BOUND_AFTER})?")
_FOLDS = {"一": 100.0, "二": 300.0, "两": 300.0, "三": 700.0}
_HALF = re.compile(
    rf"(?P<word>{trie_pattern(HALVES)})(?![年月天个小日载径世夜路决])(?P<after>{BOUND_AFTER})?(?=[，。；、,;)的左\n]|以|{UNIT}|[\u4e00-\u9fff]|$)"
)


def take_chinese(plain: str, start: int, end: int, found: FoundNumbers) -> int:
    """Read a numeral in Chinese characters at `start`, whose signs end at `end`."""
    behind = plain[end : end + 1]
    if behind == "分" or (behind == "万" and plain.startswith("分之", end + 1)):
        parts = _PARTS.match(plain, start)
        if parts:
            return _take_parts(plain, parts, found)
    if behind in "成点半" and plain[start - 1 : start] not in tuple(_PLACES):
        tenths = _TENTHS.match(plain, start)
        if tenths:
            half = tenths.group("half") or tenths.group("behind") or ""
            tens = read_chinese(tenths.group("number") + half.replace("半", "")).value
            return _take_percent(plain, tenths, tens * 10 + 5 * (half == "半"), 10.0, found)
    if behind in "年月":
        if behind == "年" and plain[end + 1 : end + 2] not in _GOES_ON and plain[start] not in "一二":
            return found.exclude(start, end + 1, "duration", in_words=True)
        date = _DATE.match(plain, start)
        if date and plain[start - 1 : start] != "第" and not plain.startswith("个", end):
            return found.exclude(start, date.end(), "date", in_words=True)
    if behind in _RANGE_SIGNS or plain[end + 1 : end + 2] in _RANGE_SIGNS:
        span = _RANGE.match(plain, start)
        if span:
            return _take_range(plain, span, found)
    vague = start > 0 and plain[start - 1] in _VAGUE_SIGNS and plain[start] in "十百千万亿"
    if vague and (start <= found.end() or _NOT_VAGUE.search(plain, max(0, start - 3), start)):
        vague = False
    match = _COUNT.match(plain, start - vague)
    if match is None:
        bare = _BARE.match(plain, start)
        if bare and plain[start] in SIGNS:  # 三百群众
            return found.exclude(start, bare.end(), "name", in_words=True)
        return max(end, start + 1)
    return max(_take_count(plain, match, found), start + 1)


_RANGE_SIGNS = frozenset("至到-")
_GOES_ON = BEHIND_AMOUNT | _RANGE_SIGNS
_NOT_VAGUE = re.compile(rf"{trie_pattern(words('exclusions')['not_vague'])}$")


def _take_parts(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    whole, part, high, after = match.group("whole", "part", "high", "after")
    read = read_arabic if part[0].isdigit() else read_chinese
    numeral = read(part)
    if whole in PARTS:
        unit, power = PARTS[whole]
        top = times((read_arabic if high[0].isdigit() else read_chinese)(high).value, power) if high else None
        value, rounding = times(numeral.value, power), times(numeral.rounding, power)
    else:
        lower = int(read_chinese(whole).value)
        if not lower or "点" in part or part[0].isdigit():
            return found.exclude(*match.span(), "name", in_words=True)
        unit, value, rounding, top = "%", read_part(int(numeral.value), lower), None, None
    start, end = match.span()
    begin, qualifier = bound_before(plain, start)
    form = form_of("characters", "part", unit, (False, False, begin < start, after is not None))
    rule = exclusion_of(plain, start, end, part, form)
    if rule:
        return found.exclude(start, end, rule.reason, in_words=True)
    qualifier = AFTER[after] if after else qualifier
    return found.take(Quantity(begin, start, end, value, top, rounding, unit, "percent", qualifier, end))


def _take_percent(plain: str, match: re.Match[str], value: float, rounding: float | None, found: FoundNumbers) -> int:
    start, end = match.span()
    begin, qualifier = bound_before(plain, start)
    after = match.group("after")
    if after:
        qualifier = "more_than" if after == "多" else AFTER[after]
    return found.take(Quantity(begin, start, end, value, None, rounding, "%", "percent", qualifier, end))


def _take_range(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    """三至五家 is one quantity with two ends."""
    start, end = match.span()
    low, number, more, unit, after = match.group("low", "number", "more1", "unit", "after")
    bottom, top = read_chinese(low), read_chinese(number)
    power = re.search("[万亿]*$", number)
    if power and power.group() and not low.endswith(power.group()) and bottom.value < 1000:
        bottom = read_chinese(low, power.group())  # 三至五万人
    form = form_of("characters", "range", unit, (False, more is not None, False, after is not None))
    rule = exclusion_of(plain, start, end, number, form)
    if rule or bottom.value >= top.value:
        return found.exclude(start, end, rule.reason if rule else "name", in_words=True)
    begin, qualifier = bound_before(plain, start)
    qualifier = bounded(qualifier, bool(more), after)
    return found.take(
        Quantity(begin, start, end, bottom.value, top.value, top.rounding, unit, class_of(unit), qualifier, end)
    )


_NO_NUMBER = frozenset(("article", "word"))  # 一个平台, 一方面: no number that could be missed


def _take_count(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    start, end = match.span()
    some, number, more1, multiplier, more2, unit, after = match.groups()
    multiplied = bool(multiplier) or "万" in number or "亿" in number
    if unit and not after and begins_a_word(unit, plain, end - len(unit)):
        if not multiplied:
            return found.exclude(start, end, "name", in_words=True)
        end, unit = end - len(unit), None
    numeral = read_numeral(number, multiplier or "")
    if numeral is None or (
        some == "上" and number in "万亿" and not match.group("unit") and plain[end : end + 1].isalpha()
    ):
        return found.exclude(start, end, "name", in_words=True)  # 带动上万农户, 线上万物互联
    begin, qualifier = bound_before(plain, start) if plain[start - 1 : start] in BOUND_ENDS else (start, "exact")
    is_vague = (some or more1 or more2 or numeral.high) is not None
    if unit in WITH_PARTS and plain[end : end + 1] in BEHIND_AMOUNT and not after:
        combined = _combined(plain, match, numeral, found)
        if combined:
            return combined
    form = form_of("characters", "count", unit, (multiplied, is_vague, begin < start, after is not None))
    rule = exclusion_of(plain, start, end, number, form)
    if rule:
        if rule.reason not in _NO_NUMBER:
            found.exclude(start, end, rule.reason, in_words=True)
        return end
    value, high, rounding = numeral
    if number == "十" and not (is_vague or multiplier):
        rounding = 1.0  # 十件: ten, not about ten
    if some:
        qualifier = VAGUE[some]
    elif numeral.high:
        qualifier = "approx" if qualifier == "exact" else qualifier
    elif is_vague or (after and AFTER[after] == "more_than"):
        qualifier = "more_than"
    else:
        qualifier = bounded(qualifier, False, after)
    numeral_end = match.end("number") - (unit is None and number[-1] in "十百千万亿")
    return found.take(
        Quantity(begin, start, end, value, high, rounding, unit or "", form.unit_class, qualifier, numeral_end)
    )


def _combined(plain: str, match: re.Match[str], numeral: _Numeral, found: FoundNumbers) -> int:
    start, end = match.span()
    unit, number = match.group("unit", "number")
    begin, qualifier = bound_before(plain, start)
    amount = Quantity(
        begin, start, end, numeral.value, numeral.high, numeral.rounding, unit, class_of(unit), qualifier, end
    )
    return take_combined(plain, amount, number, "characters", found)
