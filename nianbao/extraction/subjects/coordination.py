"""Distributive lists: A、B分别增长x、y gives each number its own member, with the front or the end that they share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.numerals import times
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.syntax.spans import Span, Spans

_WORDS = words("words")
_MARK = re.compile(r"、|(?<=[\u4e00-\u9fffA-Z”》])(?:和|与|及|以及|暨)(?=[\u4e00-\u9fffA-Z“《])")
_TAIL = re.compile(rf"(?:{trie_pattern(_WORDS['tails'])}|[^、和与及，]{{2}}(?:[率额度]|(?<!需氧)量))$")
_LISTED_TAIL = re.compile(rf"(?:{trie_pattern(_WORDS['tails'])})$")
_FRONT = re.compile(trie_pattern(_WORDS["fronts"]))
_PER_HEAD = re.compile("每?[万千]人口?")
_FRONTED = re.compile(trie_pattern(_WORDS["fronted"]))
_PAIRED = frozenset(_WORDS["paired"])
_INDUSTRY = r"(?![\u4e00-\u9fff][产企])[\u4e00-\u9fff]{2}业"
_SHARED = re.compile(rf"{trie_pattern(_WORDS['shared'])}|{_INDUSTRY}")
_PARALLEL = re.compile(rf"{trie_pattern((*_WORDS['shared'], *_WORDS['parallel']))}|{_INDUSTRY}")
_SHARE = re.compile(rf"(?:{trie_pattern(_WORDS['tails'])})?占")
_WHOLE = re.compile(rf"(?<!需氧)(?:{trie_pattern(_WORDS['whole'])})$")  # 化学需氧量 lacks its 排放量
_PAIRS = {
    "进出口": ("进口", "出口"),
    "存贷款": ("存款", "贷款"),
    "城乡": ("城镇", "农村"),
    "收支": ("收入", "支出"),
}
_TAIL_WORDS = frozenset(_WORDS["tails"])
_PARTS = frozenset(("占比", "比重", "比例"))  # these follow other ends (工业投资、房地产投资|占比)
_SECTOR_LIST = re.compile("(?:第?一、)?第?二(?:、第?三|(?=产|次产))(?P<of>(?:次)?产业?[^、，。；]{0,60})")
_COUNT = re.compile(
    r"(?:(?:申请|授权|受理|办结|审结|登记|入学|毕业|销售|生产|成交|签约|开工|投产|竣工|使用)[量数额]|起数|(?:死亡|受伤|伤亡)人数|直接经济损失)$"
)
_VERB = re.compile(rf"(?!生产(?:总值|性|力|安全))(?:{trie_pattern(words('verbs')['flow'])})+")


class Member(NamedTuple):
    """What one number of a list measures; `label` where the words need completing (第二产业增加值)."""

    spans: Spans
    label: str = ""


def share_out(plain: str, whole: Spans, count: int) -> list[Member]:
    """Return the members of a list, one for each of `count` numbers, or none if their number differs."""
    found = _members(plain, whole, count)
    return _complete(plain, found) if found else []


def split_topic(plain: str, whole: Spans, count: int) -> list[Member]:
    """Return the members of a list in the topic of the previous clause."""
    if not whole:
        return []
    start, end = whole[0][0], whole[-1][1]
    stop = plain.find("等", start, end)
    return share_out(plain, ((start, stop if stop > start else end),), count)


def shared_front(plain: str, before: Spans, own: Spans) -> Spans:
    """Return the prefix that a later item shares with the previous item (万元GDP能耗下降3%、水耗下降4%)."""
    if not before or not own:
        return ()
    front = _FRONT.match(plain, *before[0])
    if front and not _FRONT.match(plain, *own[0]) and _FRONTED.search(plain, *own[0]):
        return (front.span(),)
    return ()


def pair_out(plain: str, whole: Spans) -> list[str]:
    """Return the two names that a word abbreviates (进出口额: 进口额, 出口额), or two empty strings."""
    words = "".join(plain[start:end] for start, end in whole)
    found = next((pair for pair in _PAIRS if pair in words), None)
    return [words.replace(found, name, 1) for name in _PAIRS[found]] if found else ["", ""]


def split_list(plain: str, start: int, end: int) -> list[Span]:
    """Return the spans of the members of a list joined by 、 和 与 及.

    A 和 inside a name splits it too: the caller compares the number of members with what it expects.
    """
    members: list[Span] = []
    begin = start
    for mark in _MARK.finditer(plain, start, end):
        if plain.rfind("“", begin, mark.start()) > plain.rfind("”", begin, mark.start()):
            continue  # in a quoted name
        if mark.start() > begin:
            members.append((begin, mark.start()))
        begin = mark.end()
    if begin < end:
        members.append((begin, end))
    return members


def _members(plain: str, whole: Spans, count: int) -> list[Span]:
    if not whole:
        return []
    start, end = whole[0][0], whole[-1][1]
    if any(sign.isdigit() for sign in plain[start:end]):
        start = whole[-1][0]  # a list that numbers part is none
    marks = [start - 1, *(offset for offset in range(start, end) if plain[offset] == "、"), end]
    by_marks = [(a + 1, b) for a, b in pairwise(marks) if a + 1 < b]
    for members in (split_list(plain, start, end), by_marks):
        if len(members) == count:
            return members
    return []


def _complete(plain: str, members: list[Span]) -> list[Member]:
    """Give the members the front and the end that they share."""
    last = members[-1]
    tail = _LISTED_TAIL.search(plain, *last) or _TAIL.search(plain, *last)
    ending = tail.span() if tail and tail.start() > last[0] + 1 else None
    share = _SHARE.search(plain, last[0] + 2, ending[0]) if ending else None
    if share and ending:
        ending = share.start(), ending[1]  # 住宅、公寓占供应量的比例
    aligned = _aligned_ending(plain, members)
    sectors = _SECTOR_LIST.fullmatch(plain, members[0][0], last[1])
    completed = []
    for place, span in enumerate(members):
        spans = _with_front(plain, members, place)
        if place < len(members) - 1:
            if aligned:
                spans = (span, aligned)
            elif ending:
                spans = (*spans, *_shared_end(plain, members, span, ending, share))
        sign = plain[span[0] + (plain[span[0]] == "第")]
        completed.append(Member(spans, f"第{sign}{sectors.group('of')}" if sectors else ""))
    return completed


def _with_front(plain: str, members: Sequence[Span], place: int) -> Spans:
    """Return a member with the prefix or verb of the first member."""
    span = members[place]
    front = _FRONT.match(plain, *members[0])
    if place and plain[span[1] - 1] == "数":  # 万人医生数、千人床位数、护士数
        front = _PER_HEAD.match(plain, *members[place - 1]) or front
    if front and place and not _FRONT.match(plain, *span) and not _PER_HEAD.match(plain, *span):
        return (front.span(), span)
    if place and _COUNT.fullmatch(plain, *span):
        for start, end in reversed(members[:place]):
            if (before := _COUNT.search(plain, start, end)) and before.start() > start:
                return ((start, before.start()), span)  # 专利申请量、授权量; 事故起数和死亡人数
    verb = _VERB.match(plain, *members[0])
    if verb and place and verb.end() < members[0][1] and not _VERB.match(plain, *span):
        return (verb.span(), span)
    return (span,)


def _shared_end(plain: str, members: Sequence[Span], span: Span, ending: Span, share: re.Match[str] | None) -> Spans:
    """Return the ending that a member shares with the last member."""
    if not _TAIL.search(plain, *span) and not _WHOLE.search(plain, *span):
        return (_shared_ending(plain, span, members[-1], ending),)
    if share:
        return ((share.end() - 1, ending[1]),) if plain.find("占", *span) < 0 else ()
    return (ending,) if plain[ending[0] : ending[1]] in _PARTS else ()


def _aligned_ending(plain: str, members: list[Span]) -> Span | None:
    """Return the rest of the last member after as many characters as the others have: 水、电、气|价格."""
    (start, end), size = members[-1], members[0][1] - members[0][0]
    if end - start <= size or any(b - a != size for a, b in members[:-1]):
        return None
    if size == 1 or (len(members) > 2 and plain[start + size : end] in _TAIL_WORDS):
        return start + size, end
    return None


def _shared_ending(plain: str, member: Span, last: Span, ending: Span) -> Span:
    """Return the part of the last member's ending that a member shares.

    金融、文化产业增加值占比: the nouns before it that a list shares are shared, too;
    户籍人口和流动人口政策生育率: they end alike, so it begins behind what is alike.
    """
    alike = plain.find(plain[member[1] - 2 : member[1]], *last) if member[1] - member[0] >= 4 else -1
    if alike >= 0 and alike + 2 < last[1]:
        return alike + 2, last[1]
    if plain[member[1] - 1] + plain[last[0]] in _PAIRED:
        return last[0] + 1, last[1]
    among = plain.find("等", last[0] + 1, ending[0])
    if among > 0:
        return among + 1, last[1]
    if plain[member[1] - 1] != "业":
        parallel = _PARALLEL.match(plain, last[0] + member[1] - member[0], last[1])
        shared = parallel or _SHARED.search(plain, last[0] + 2, ending[0])
        if shared and shared.start() >= last[0] + 2 and not plain.endswith(shared.group(), *member):
            return shared.start(), last[1]
    return ending


def borrow_units(plain: str, quantities: Sequence[Quantity | None]) -> list[Quantity]:
    """44.1、21.6和11.8亿元: the numbers without a unit have the multiplier and unit of the last."""
    found = [quantity for quantity in quantities if quantity is not None]
    last = found[-1]
    if not last.unit:
        return found
    factor = _factor(plain, last)
    return [_borrow(plain, quantity, last, factor) for quantity in found]


def _borrow(plain: str, quantity: Quantity, last: Quantity, factor: float) -> Quantity:
    if quantity.unit == "个" and last.unit == "个百分点":  # 0.5个和2.0个百分点
        return quantity._replace(unit=last.unit, unit_class=last.unit_class)
    if quantity.unit or quantity.unit_class != "none":
        return quantity
    if plain[quantity.numeral_end : quantity.numeral_end + 1] in "万亿":  # 3500万、2300万人次
        return quantity._replace(unit=last.unit, unit_class=last.unit_class)
    return quantity._replace(
        value=times(quantity.value, factor),
        high=None if quantity.high is None else times(quantity.high, factor),
        rounding=None if quantity.rounding is None else times(quantity.rounding, factor),
        unit=last.unit,
        unit_class=last.unit_class,
    )


def _factor(plain: str, quantity: Quantity) -> float:
    """Return the multiplier printed after a numeral."""
    factor = 1.0
    for sign in plain[quantity.numeral_end : quantity.end]:
        if sign in "万亿":
            factor *= 1e4 if sign == "万" else 1e8
        elif sign not in "多余几":
            break
    return factor
