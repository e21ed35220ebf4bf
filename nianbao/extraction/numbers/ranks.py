"""Ranks: 第N and 首位 after a word of place or order, with no noun following."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.numerals import read_chinese
from nianbao.extraction.numbers.quantity import FoundNumbers, Quantity

_RANKS = words("ranks")
_NUMERAL = "[一二两三四五六七八九十百千][一二两三四五六七八九十百千零]{0,9}"
_RANK = re.compile(rf"第(?P<number>\d{{1,15}}|{_NUMERAL})(?P<unit>位|名)?")
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
    """Return whether 第N is a rank: it follows a word of place or order, and no noun follows it."""
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
    return found.exclude(start, end, "order", in_words=not number[0].isdigit())


def take_first(plain: str, start: int, end: int, found: FoundNumbers) -> int:
    """首位 is the first rank where one holds it (居全国首位)."""
    if not _FIRST_LEFT.search(plain, max(0, start - 10), start):
        return found.exclude(start, end, "order", in_words=True)
    return found.take(
        Quantity(_with_scope(plain, start), start, end, 1.0, None, None, "", "rank", "exact", end, "rank")
    )


def _with_scope(plain: str, start: int) -> int:
    """Return where a rank begins when the place that it touches (全市第三) is counted in."""
    scope = _RANK_SCOPE.search(plain, max(0, start - 12), start)
    return scope.start() if scope else start
