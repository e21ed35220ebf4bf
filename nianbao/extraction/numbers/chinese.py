"""Numbers in Chinese characters and ranks: they count only where a unit, a verb or an order makes them."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.exclusions import NAMING_UNITS, SELECTED, SELECTED_OF
from nianbao.extraction.numbers.numerals import read_chinese, read_part
from nianbao.extraction.numbers.quantity import (
    AFTER,
    BOUND_AFTER,
    MORE,
    FoundNumbers,
    Quantity,
    begins_a_word,
    bound_before,
    bounded,
    class_of,
)

_EXCLUSIONS, _RANKS, _UNITS = words("exclusions"), words("ranks"), words("units")
_SIGNS = "一二两三四五六七八九"
# Bounded, as no numeral is longer: a search tries every start, so an unbounded run takes time by its square.
_NUMERAL = rf"[{_SIGNS}十百千][{_SIGNS}十百千零]{{0,20}}(?:[万亿][{_SIGNS}十百千零]{{0,20}}){{0,4}}"
_COUNTING = (
    frozenset(unit for name in ("count", "person", "measure", "money") for unit in _UNITS[name])
    - NAMING_UNITS
    - frozenset(_EXCLUSIONS["not_in_characters"])
)
_AFTER_NUMERAL = f"{_SIGNS}十百千零点万亿{MORE[1:-1]}成分" + "".join(sorted({unit[0] for unit in _COUNTING}))

# What `quantities` adds to its own trigger: the signs that begin a rank, the first place, 百分之N, 翻N番 or 一半, and a
# numeral before a unit, and for each an empty group behind its first sign.
CHINESE_STARTS = f"第首翻{_SIGNS}十百千万"
CHINESE_TRIGGER = (
    r"(?<=第)()(?=[\d一二三四五六七八九十])|(?<=首)()位(?!度|置|数|部)|(?<=百)()分之(?=[一二三四五六七八九十百])"
    r"|(?:(?<=翻)了?[一两二三]?番(?!茄)多?|(?<=一)半(?=以上|[，。；、,;]|$))()"
    rf"|(?:(?<=[近破超逾过上数几]万)|(?<=[{_SIGNS}十百千]))()[{_SIGNS}十百千]{{0,20}}(?=[{_AFTER_NUMERAL}])"
)

_PER_CENT = re.compile(rf"百分之(?P<number>{_NUMERAL}(?:点[{_SIGNS}零〇]{{1,9}})?)(?P<after>{BOUND_AFTER})?")
_PARTS = re.compile(rf"(?P<lower>[{_SIGNS}十]{{1,8}})分之(?P<upper>[{_SIGNS}十]{{1,8}})(?P<after>{BOUND_AFTER})?")
_TENTHS = re.compile(
    rf"(?P<number>[{_SIGNS}])(?P<half>点[{_SIGNS}]|半)?成(?!为|本|立|果|效|员|长|功|人|年|品|绩|就|都|熟|不变|一|渝)(?P<behind>半)?"
    rf"(?P<after>{BOUND_AFTER}|多)?",
    re.VERBOSE,
)
_COUNT = re.compile(
    rf"(?P<some>[数几上近](?=[十百千万]))?(?P<number>{_NUMERAL}(?:点[{_SIGNS}]{{1,9}})?|万亿?)(?P<more1>{MORE})?(?P<multiplier>[万亿]{{1,4}})?"
    rf"(?P<more2>{MORE})?(?P<unit>{trie_pattern(_COUNTING)})(?P<after>{BOUND_AFTER})?",
    re.VERBOSE,
)
_REPEATED = re.compile(rf"([十百千万])\1|[{_SIGNS}][{_SIGNS}]")
_ALONE = frozenset("轮次场家座所艘架套辆宗条名位件起栋幢")  # units that a single sign may count (三轮)
_PAIRED = frozenset("家座所艘架辆宗起栋幢")  # 两 before these counts, whatever stands before it
_PUBLIC_WORKS = re.compile(r"(?:政府|年度|区级|市级|县级|省级|重点)?(?:民生实事|实事)")
_VERB_LEFT = re.compile(rf"(?:{trie_pattern(words('verbs')['flow'])}|了|全年|分别|仅|共|为|有)$")
_TIMES_LEFT = re.compile(r"(?:先后|连续|累计|共|全年|曾|获|第)$")
_HALVED = re.compile(rf"(?:占[^，。；\n]{{1,12}}|{trie_pattern(_EXCLUSIONS['halved'])})$")
_FOLDS = {"一": 100.0, "二": 300.0, "两": 300.0, "三": 700.0}

_RANK = re.compile(rf"第(?P<number>\d+|{_NUMERAL})(?P<unit>位|名)?")
_REGION = (
    r"全[国省市区县州球]|各[区市县州省](?:\([^()]{1,8}\))?|全国[^，。；、\n]{0,8}城市|[^，。；、\n]{0,4}城市"
    r"|同类[^，。；、\n]{0,4}|内地[^，。；、\n]{0,6}"
)
_RANK_LEFT = re.compile(
    rf"(?:(?:{_REGION}|{trie_pattern(_RANKS['scopes'])})(?:排名|排|的)?|{trie_pattern(_RANKS['leads'])})$"
)
_MOVES = rf"(?:大幅)?{trie_pattern(_RANKS['moves'])}"
_RANKED_LEFT = re.compile(
    r"(?:位居|位列|名列|排名|分列|分居|居全[国省市区县])[^。；\n]*第[\d一二三四五六七八九十]+位?、[^。；，\n]{0,12}$"
    r"|(?:位居|位列|名列|排名)[^。；，\n]{2,16}$|第[一二三四五六七八九十\d]+、$",
    re.VERBOSE,
)
_RANK_RIGHT = re.compile(
    r"(?:大幅)?(?:跃|升至|升到|上升|前移|提升至|提高到)|和第|[，。；、,;:)）”！\n的(（并和名位且以 ]|$|水平"
    r"|(?:一)?大(?:市|县|区|省|城市)(?!场)"
)
_PLACE_RIGHT = re.compile(rf"[，。；、,;)）”！\n的]|$|{_MOVES}|[和及与]第")
_RANK_SCOPE = re.compile(
    r"(?:全[国省市区县州球](?:各?大中城市|各[省市区县]|城市|副省级城市)?|世界|亚洲|全球|国内|省内|市内|大中城市|中国|珠三角)$"
)
_SET_FIRST = re.compile(rf"(?:{trie_pattern(_RANKS['set_first'])})$")
_FIRST_LEFT = re.compile(rf"(?:{trie_pattern(_RANKS['first_leads'])}|全[国省市区县球州])[^，。；\n]{{0,6}}$")


def take_rank(plain: str, start: int, end: int, found: FoundNumbers) -> int:
    """第N is a rank where a word of place or order stands before it and no noun behind it; else it orders something."""
    match = _RANK.match(plain, start)
    if match is None:
        return end
    end = match.end()
    number, unit = match.group("number", "unit")
    lead = _RANK_LEFT.search(plain, max(0, start - 14), start)
    closed = _RANK_RIGHT.match(plain, end) if lead else unit and _PLACE_RIGHT.match(plain, end)
    if not lead and not closed and _PLACE_RIGHT.match(plain, end):
        # 位居全国百强县甲第3、乙第4; 总量全市第二、第三: in a list of ranks
        closed = _RANKED_LEFT.search(plain, max(0, start - 70), start)
    if closed and plain[start - 1 : start] != "前" and not _SET_FIRST.search(plain, max(0, start - 4), start):
        value = float(number) if number[0].isdigit() else read_chinese(number).value
        return found.take(
            Quantity(_with_scope(plain, start), start, end, value, None, None, unit or "", "rank", "exact", end, "rank")
        )
    if number[0].isdigit():
        found.exclude(start, end, "order")
    return end


def take_first(plain: str, start: int, end: int, found: FoundNumbers) -> int:
    """首位 is the first rank where one holds it (居全国首位)."""
    if _FIRST_LEFT.search(plain, max(0, start - 10), start):
        found.take(Quantity(_with_scope(plain, start), start, end, 1.0, None, None, "", "rank", "exact", end, "rank"))
    return end


def _with_scope(plain: str, start: int) -> int:
    """Return where a rank begins when the place that it touches (全市第三) is counted in."""
    scope = _RANK_SCOPE.search(plain, max(0, start - 12), start)
    return scope.start() if scope else start


def take_fold(plain: str, start: int, end: int, found: FoundNumbers) -> int:
    """翻一番 is a change of 100 per cent; 一半 is a half where something is part of it or changed by it."""
    begin, qualifier = bound_before(plain, start)
    if plain[start] != "一":
        more = plain[end - 1] == "多"
        value = _FOLDS.get(plain[end - 2 - more], 100.0)
        qualifier = "more_than" if more else qualifier
        return found.take(Quantity(begin, start, end, value, None, None, "%", "percent", qualifier, end, "fold"))
    if not _HALVED.search(plain, max(0, start - 14), start):
        return end
    if plain.startswith("以上", end):
        qualifier, end = "more_than", end + 2
    return found.take(Quantity(begin, start, end, 50.0, None, None, "%", "percent", qualifier, end))


def take_per_cent(plain: str, start: int, end: int, found: FoundNumbers) -> int:
    """百分之N, N a numeral in characters."""
    match = _PER_CENT.match(plain, start)
    if match is None:
        return end
    value, rounding = read_chinese(match.group("number"))
    return _take_part(plain, match, value, rounding, found)


def take_chinese(plain: str, start: int, end: int, found: FoundNumbers) -> int:
    """Read a numeral in Chinese characters: N分之M, N成 or a count, but never 一 alone."""
    parts = _PARTS.match(plain, start)
    if parts:
        upper, lower = (int(read_chinese(parts.group(name)).value) for name in ("upper", "lower"))
        return _take_part(plain, parts, read_part(upper, lower), None, found)
    tenths = _TENTHS.match(plain, start)
    if tenths and plain[start - 1 : start] not in tuple("十百千"):
        half = tenths.group("half") or tenths.group("behind") or ""
        tens = read_chinese(tenths.group("number") + half.replace("半", "")).value
        return _take_part(plain, tenths, tens * 10 + 5 * (half == "半"), 10.0, found)
    vague = start > 0 and plain[start - 1] in "数几上近" and plain[start] in "十百千万"
    if vague and plain[start - 1] == "上" and plain[start - 2 : start - 1] in tuple("迈跃登站踏冲以加"):
        return start + 1  # 迈上万亿元台阶
    match = _COUNT.match(plain, start - vague)
    if match is None:
        return start + 1
    if not _counts(plain, match):
        return match.end()
    return _take_count(plain, match, found)


def _take_part(plain: str, match: re.Match[str], value: float, rounding: float | None, found: FoundNumbers) -> int:
    start, end = match.span()
    begin, qualifier = bound_before(plain, start)
    after = match.group("after")
    if after:
        qualifier = "more_than" if after == "多" else AFTER[after]
    return found.take(Quantity(begin, start, end, value, None, rounding, "%", "percent", qualifier, end))


def _counts(plain: str, match: re.Match[str]) -> bool:
    """Return whether a numeral before a unit counts and is no part of a word or name (三项制度, 千亿斤产能行动)."""
    start, end = match.span()
    some, number, more1, multiplier, more2, unit = match.group("some", "number", "more1", "multiplier", "more2", "unit")
    before = plain[start - 1] if start else "\n"
    behind = plain[end : end + 1]
    if before in "第“十百千万之每前两各头首届" or behind in ("”", "级", "制", ":"):
        return False
    if _REPEATED.search(number) or begins_a_word(unit, behind):
        return False
    if class_of(unit) == "money" and (SELECTED_OF.match(plain, end) or SELECTED.match(plain, end)):
        return False
    if some or more1 or more2:
        return True
    if unit in "件项" and _PUBLIC_WORKS.match(plain, end):
        return True
    if not number.strip("十百千万亿"):
        return bound_before(plain, start)[0] < start
    if len(number) > 1 or multiplier:
        return True
    return _counts_alone(plain, start, end, number, unit, behind)


def _counts_alone(plain: str, start: int, end: int, number: str, unit: str, behind: str) -> bool:
    """Return whether one sign counts: 三轮 behind a verb, 三次 before what was won, 十件民生实事."""
    if number == "一" or unit not in _ALONE or not behind:
        return False
    if number == "两" and unit in _PAIRED and "\u4e00" <= behind <= "\u9fff":
        return behind != "或" and not plain.startswith("以上", end - 2)
    if unit == "次":
        return behind in "位获入荣居" or _TIMES_LEFT.search(plain, max(0, start - 4), start) is not None
    return unit not in "位名" and _VERB_LEFT.search(plain, max(0, start - 8), start) is not None


def _take_count(plain: str, match: re.Match[str], found: FoundNumbers) -> int:
    start, end = match.span()
    some, number, more1, multiplier, more2, unit, after = match.groups()
    value, rounding = read_chinese(number, multiplier or "")
    if number == "十" and not (some or more1 or more2 or multiplier):
        rounding = 1.0  # 十件: ten, not about ten
    begin, qualifier = bound_before(plain, start)
    if some == "近":
        qualifier = "less_than"
    elif some or more1 or more2 or (after and AFTER[after] == "more_than"):
        qualifier = "more_than"
    else:
        qualifier = bounded(qualifier, False, after)
    return found.take(
        Quantity(begin, start, end, value, None, rounding, unit, class_of(unit), qualifier, match.end("number"))
    )
