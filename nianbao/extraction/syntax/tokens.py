"""The lexer: a sentence as typed tokens, one character for each type, cut along the best path through a dictionary."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from nianbao.extraction.numbers.quantity import ExcludedNumber, Quantity
from nianbao.extraction.syntax.segment import cut_words
from nianbao.extraction.syntax.types import NOUN, SIGNS

_ASIDE, _PLACE_SIGN, _FOOTNOTE = SIGNS["aside"], SIGNS["place"], SIGNS["footnote"]


class Token(NamedTuple):
    """A typed stretch of the text that words do not make; `data` is the quantity of a number."""

    sign: str
    start: int
    end: int
    data: Quantity | None = None


class Tokens(NamedTuple):
    """The tokens of a sentence, as lists: an object for each of its words would take longer than finding them.

    `data` are the quantities of its numbers, by their place.
    """

    signs: str
    starts: list[int]
    ends: list[int]
    data: dict[int, Quantity]


_SHORT = 6  # the text between two numbers is often the same few words: ，同比增长
_cut_short = lru_cache(maxsize=1 << 14)(cut_words)
NO_TOKENS = Tokens("", [], [], {})


def tokenize(plain: str, start: int, end: int, items: Sequence[Token]) -> Tokens:
    """Return the tokens of `plain[start:end]`; `items` are its numbers, names and dates in order."""
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    data: dict[int, Quantity] = {}

    def append_words(start: int, end: int) -> None:
        text = plain[start:end]
        words = _cut_short(text) if end - start <= _SHORT else cut_words(text)
        noun = start
        if signs and signs[-1] == NOUN and (not words or words[0][1] > 0):
            noun, _, _ = starts.pop(), signs.pop(), ends.pop()  # nouns that touch are one
        for sign, begin, stop in words:
            begin += start
            if noun < begin:
                is_place = plain[begin - 1] in _PLACE_ENDS and begin - noun <= _LONGEST_PLACE
                signs.append(_noun_sign(plain, noun, begin) if is_place else NOUN)
                starts.append(noun)
                ends.append(begin)
            noun = stop + start
            signs.append(sign)
            starts.append(begin)
            ends.append(noun)
        if noun < end:
            is_place = plain[end - 1] in _PLACE_ENDS and end - noun <= _LONGEST_PLACE
            signs.append(_noun_sign(plain, noun, end) if is_place else NOUN)
            starts.append(noun)
            ends.append(end)

    offset = start
    for sign, begin, stop, quantity in _with_shapes(plain, start, end, items):
        if offset < begin:
            append_words(offset, begin)
        if sign == _FOOTNOTE:
            offset = stop  # “专精特新”[4]中小企业 is one name
            continue
        if quantity:
            data[len(signs)] = quantity
        signs.append(sign)
        starts.append(begin)
        ends.append(stop)
        offset = stop
    if offset < end:
        append_words(offset, end)
    return Tokens("".join(signs), starts, ends, data)


def _noun_sign(plain: str, start: int, end: int) -> str:
    """Return the sign of a noun that ends like a place."""
    return _PLACE_SIGN if _PLACE.fullmatch(plain, start, end) else NOUN


_BY_CLASS = {"none": "bare", "money": "money", "rank": "rank"}


def number_token(quantity: Quantity) -> Token:
    """Return the token of a quantity, typed by its form and unit."""
    return Token(_sign_of(quantity.hint, quantity.unit, quantity.unit_class), quantity.start, quantity.end, quantity)


@lru_cache(maxsize=4096)
def _sign_of(hint: str, unit: str, unit_class: str) -> str:
    if hint:
        return SIGNS["rank" if hint == "rank" else "doubled"]
    if "倍" in unit:
        return SIGNS["fold"]
    if unit_class == "percent":
        return SIGNS["points" if "点" in unit else "percent"]
    return SIGNS[_BY_CLASS.get(unit_class, "things")]


_LONGEST_PLACE, _PLACE_ENDS = 6, "市县区省州旗镇"
_PLACE = re.compile(
    r"""(?![各全本该某两原强])[\u4e00-\u9fff]{1,5}(?:
        (?<![城超股夜都上门集期后债])市|(?<![强多各])县|(?<![各外全])省|(?<![各神欧亚非美])州|旗|(?<![城乡重强集小])镇
        |(?<![城地社园小校景库灾矿林牧山片街厂院战病特新老辖郊发税示范验作理能强各])区)""",
    re.VERBOSE,
)
_BEHIND_YEAR = re.compile("年?(?:度|以来|以后|期间|底前?|末|初|前)?")
_UNTIL = re.compile("(?:截至|截止到?|截至到|到|至)$")


def excluded_token(plain: str, number: ExcludedNumber) -> Token:
    """Return the token of an excluded number: a time for a date, a mark for a numbering, else a noun."""
    if number.reason in ("date", "year"):
        lead = _UNTIL.search(plain, max(0, number.start - 3), number.start)
        behind = _BEHIND_YEAR.match(plain, number.end)
        end = behind.end() if behind else number.end
        return Token(SIGNS["time"], lead.start() if lead else number.start, end)
    if number.reason == "numbering":
        end = number.end
        while end < len(plain) and plain[end] in ".．、)":
            end += 1
        return Token(SIGNS["mark"], number.start, end)
    return Token(NOUN, number.start, number.end)


_OTHERS = r"比(?:全[国省市区县]|[\u4e00-\u9fff]{0,4}(?:平均|预期|计划|目标|预算))[^，。；\d]{0,6}"
_SHAPES = {
    "time": r"""
        在?五年计划的?前[一二两三四]年|[在这近]?(?:(?<!学)前|过去|未来|今后)?[一二两三四五六七八九十几]{1,3}年多?(?:来|中?间|之?内|里|中)(?![的部])
        |(?<![比较与同和])(?:截至|截止|到|至)?(?:今年|去年|上年|明年|前年|当年|本年度?|年底|年末|年内|全年|上半年|下半年
        |第?[一二三四]季度|前三季度)(?:以来|底前|底|末|初|前)?
        |(?<![\u4e00-\u9fff\d“《])[两三四五]年(?=[\u4e00-\u9fff])(?![级期制计规行滚奋蓝后前限任目])
        |(?:过去|近|这|最近|未来|今后)?[一两二三四五六七八九十几多]{1,3}年多?(?:来|间)?(?=[，,]|平均|累计|共|年均|新|完成|淘汰|投|建|翻|净|增)
        |(?:过去|近|这|未来|今后)[一两三四五几]年|(?<!学)前[两二三四五六七八九十]年|过去一年|一年来|[一二三四五]年来|本届政府(?:任期内|以来)?
        |[“"]?(?:十[一二三四五]五|十五|九五|八五|七五)[”"]?(?:期间|时期|以来|期?末|规划期)
        |“(?:十[一二三四五]五|十五|九五|八五|七五)”|十[一二三四]五(?![运届])|近年来?|历年(?!累计)|[一二三四五六七八九〇○零]{4}年""",
    "aside": r"""
        \((?:含|不含|下同|同口径|同比)[^()，,。；;\n\d]{0,20}\)|用[一两二三四五六七八九十]年时间
        |创[^，。；、\d]{0,10}(?:新高|[记纪]录|最好水平|最好成绩|新低)|(?:提前|超额)[^，。；、\d]{0,6}(?:完成|实现)[^，。；、\d]{0,8}(?:目标|任务|计划)
        |(?:并|且|已)?连续第?(?:\d{1,4}|[一两二三四五六七八九十多几]{1,6})(?:年|届|次|个季度|个月)
        |(?:全[国省市区县])?(?:第[一二三四五六七八九十]|首)[批期个条座家支](?=[约近超]?\d)
        |\([^()，。；\d]{0,60}(?:主办|负责|牵头|责任|承办|协办|配合)[^()\d]{0,60}\)|\((?:19|20)?\d\d年(?:不变)?价格?\)
        |考虑[^，。；\d]{2,12}因素(?=，)
        |[就从][^，。；\d]{1,10}(?:来说|而言|来看)(?=，)|(?<=，)从[^，。；、\d到]{1,4}到[^，。；、\d到]{1,4}(?=，)
        |\((?:不?包括|不?含|按)[^()。；\d]{4,60}\)
        |以[^，。；、\d]{2,8}计算|除[^，。；\d]{1,14}(?:以外|之外)(?=，)
        |据[^，。；\d]{2,24}(?:统计|调查|测算|估计|计算)(?=，)
        |[受因][^，。；\d]{2,20}?(?:影响|拖累|带动|冲击)等?|超过?“[^”\d]{0,300}”""",
    "footnote": r"\^?\[\d{1,3}\]",
    "noun": r"""[经纬][一二三四五六七八九十]{1,3}[路街]
        |\((?!其中|[一二三四五六七八九十]{1,3}\))[^()，,。；;\n\d]{0,24}\)|《[^》\n]{0,300}》|“[^”\n]{0,300}”
        |\"[^\"\n]{0,300}\"""",
    "verb": r"""
        突破(?=[^，。；\d]{0,10}(?:技术|瓶颈|难题))|新建?[、(](?:改|扩|迁)[、扩改迁建]{0,4}\)?建?(?<=[建)])
        |争取(?=[^，。；\d]{0,12}(?:资金|补助|债券|额度|支持|政策|支付|预算|指标|试点|投资|国债|项目))""",
    "strong": r"""
        削减(?=[^，。；\d]{2,12}\d+[项个件])|(?<!年)净增(?=[约近超]?[\d.]+[万余多]*(?:[户家人名座项件]|个(?!百分点)))""",
    "than": r"(?<=收入)比(?=(?:19|20)\d\d年)",
    # PM2.5浓度改善24%, 审批时限提速70%
    "down": r"""
        压缩(?=文件)|(?<=[地模权])减量(?=[约近超]?\d)|(?<=[度数比别])改善(?=[约近]?[\d.]+%)|(?<=[期限间])(?:平均|总体)?提速(?=[约近]?\d)""",
    # 比“一五”计划时期的总和还多百分之八, 比年初计划少了近5亿元
    "more": r"比(?:[^，。；\d]|(?:19|20)\d\d年){2,24}?(?<![增众许大])多(?:了|出)?(?=[约近]?[\d一二三四五六七八九十百])",
    "less": r"比(?:[^，。；\d]|(?:19|20)\d\d年){2,24}?(?<![减不至很缺])少了?(?=[约近]?[\d一二三四五六七八九十百])",
    "each": r"平均每(?!年)个?[^，、；。每\d]{1,6}(?=[约近超]?\d)",
    "gap": rf"{_OTHERS}(?:[高快]|(?<!增)多)(?:出|了)?(?=[约近]?\d)",
    "below": rf"{_OTHERS}(?:[低慢]|(?<!减)少)了?(?=[约近]?\d)",
    "per": r"每(?:立方米|平方米|平方公里|公斤|升|亩|[人户生][每年月次天日]{0,2}|月|年)(?=的?[约近超]?\d)",
    "adverb": r"(?:剩余|剩下|余下)的?(?=[约近]?\d)|第?[一二三四五六七八九十]是|\([一二三四五六七八九十]{1,3}\)",
    "sectors": r"""
        (?:第?[一二三][、和]?){1,3}次?产(?:业|(?=比|占|结))(?=[^，。；\d]{0,8}(?:[由从为至到达\d]|20))|三次产业""",
    "grade": r"[十百千][亿万]元?级|[一二两三四五六七八九十百千]{1,9}亿元?(?:级|以上)",
    "same_scope": r"""
        (?:剔除|扣除)[^，。；\d]{2,14}?(?:因素影响|因素|影响|口径)(?:后|外)?|(?<=\()不含[^，。；()\d]{1,6}?(?=增|下|[\d])|按?(?:同口径|可比口径|可比价格?|不变价格?|自然口径)(?:计算)?
        |按(?!可比|自然)[^，。；\d]{0,8}(?:新|调整后的?|同一)口径(?:计算|统计)?""",
}
_SHAPE = re.compile(
    r"(?=[\^\[(《“\"据以除截到至今去上明前当本年下全过近五这最未历在比连并且已用创提超突争新就从改同受因剔扣按可不第首平每一二两三四五六七八九十百千几〇○零净压减削剩余经纬考])(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _SHAPES.items())
    + ")",
    re.VERBOSE,
)


def _with_shapes(plain: str, start: int, end: int, items: Sequence[Token]) -> list[Token]:
    """Merge the numbers with the times and names between them; of two that overlap keep a number, else the first."""
    shapes = [Token(SIGNS[m.lastgroup or "noun"], m.start(), m.end()) for m in _SHAPE.finditer(plain, start, end)]
    if shapes:
        numbers = [item for item in items if item.data is not None]
        ends = [number.end for number in numbers]
        separate = []
        for shape in shapes:
            behind = bisect_right(ends, shape.start)  # the first number that ends inside the shape or behind it
            if behind == len(ends) or shape.end <= numbers[behind].start:
                touches = behind > 0 and ends[behind - 1] == shape.start and plain[shape.start] == "("
                separate.append(shape._replace(sign=_ASIDE) if touches else shape)
        items = sorted([*items, *separate], key=lambda t: (t.start, -t.end))
    kept: list[Token] = []
    offset = start
    for item in items:
        _, begin, stop, quantity = item
        if begin >= offset and stop <= end:
            kept.append(item)
            offset = stop
        elif quantity is not None and kept and stop <= end:
            while kept and kept[-1].end > begin and kept[-1].data is None:
                kept.pop()
            kept.append(item)
            offset = stop
    return kept
