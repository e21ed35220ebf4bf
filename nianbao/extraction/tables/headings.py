"""What a heading of a table says: what is measured, its unit and years, a change, a target or a result."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.quantity import ASCII_UNIT, UNIT, plain_text
from nianbao.extraction.time.scope import PLANS

_WORDS = words("tables")
PERCENT, AMOUNT, EITHER, UNSTATED = "percent", "amount", "either", "unstated"
_CHANGES = {
    word: (key.removeprefix("change.").removeprefix("fall_"), "down" if "fall" in key else None)
    for key in _WORDS
    if key.startswith("change.")
    for word in _WORDS[key]
}
_COLUMNS = {word: key.removeprefix("column.") for key in _WORDS if key.startswith("column.") for word in _WORDS[key]}
_PLAIN, _TARGET, _ACTUAL = (frozenset(_WORDS[key]) for key in ("plain", "target", "actual"))
_SHARE, _NO_CHANGE = tuple(_WORDS["share"]), tuple(_WORDS["no_change"])
_COUNTED = {key.removeprefix("counted."): _WORDS[key][0] for key in _WORDS if key.startswith("counted.")}
_TIMES = r"(?:万亿|[十百千]?[万亿]|[千百](?=[元人户件]))?"
_ONE_UNIT = rf"{_TIMES}(?:{UNIT}(?:/(?:{UNIT}|月|人))?|{ASCII_UNIT})"
UNITS = re.compile(rf"(?:单位)?[:]?(?P<units>[±+]?{_ONE_UNIT}(?:[、,，/和;]{_ONE_UNIT})*)")
_UNIT_ABOVE = re.compile(rf"(?:计量)?单位:?\s*(?P<units>{_ONE_UNIT}(?:[、,，/和;]\s*{_ONE_UNIT})*)")
_BRACKET = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]")
_WHOLE_UNIT = re.compile(rf"{_TIMES}(?:{UNIT}|{ASCII_UNIT})")
_POINTS_BEHIND = re.compile(r"个?百分点$")
_ROSE, _FELL = re.compile(r"(?:提高|提升|上升|升高)$"), re.compile(r"(?:降低|回落)$")
_LOOSE_UNIT = re.compile(rf"[:/,，]\s*({_ONE_UNIT}|[±+]?%)$")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|\([一二三四五六七八九十\d]{1,3}\)[、.]?|\d{1,2}[、.](?!\d)|[①-⑳][、.]?)\s*"
)
_OF_WHICH = re.compile(r"^(?:其中[:，,]?|#|＃|[-·•]+)\s*")
_YEAR = r"(?:19|20)\d\d"
_SPAN = re.compile(rf"(?P<first>{_YEAR})年?[-~至到](?P<last>{_YEAR})年?")
_PLAN = re.compile(r"“?(?P<plan>十[一二三四]?五|[九八七]五)”?(?:(?:时期|期间|规划)(?P<end>末)?|(?P<last>期?末))")
# A time that no pattern has taken: (“十二五”)前, 年初, 一季度.
_TIME_LEFT = re.compile(r"[一二三四五七八九十]五”|时期|期[末初间]|年[初中]|同期|季度|[旬月]末?$|(?:19|20)\d\d")
_ONE_YEAR = re.compile(rf"(?P<year>{_YEAR})(?:年度?|(?=$|[^\d.]))|(?P<relative>本年度?|当年|今年|上年度?|去年)")
_MONTHS = re.compile(
    r"1-12月份?|(?P<part>\d{1,2}[-~至到]\d{1,2}月份?|\d{1,2}月份?|[上下]半年|(?:前三|第?[一二三四1-4])季度)"
)
_STATE = re.compile(r"[年期]?[末底](?:数|余额)?")
_BASE = re.compile(
    rf"(?:[比较](?P<base>上一?年度?|去年|{_YEAR}年?)(?P<point>同期|末|底)?|同比|与(?:上年|去年)(?:同期)?(?:相比|比))"
)
_SAME_SCOPE = re.compile(trie_pattern(_WORDS["same_scope"]))
_UNCLEAR = re.compile(trie_pattern(_WORDS["unclear"]))
_CHANGE = re.compile(rf"(?P<of>.*?)(?:的)?(?P<change>{trie_pattern(_CHANGES)})(?P<percent>%)?$")
_AIMED = re.compile(rf"(?P<of>.*?)(?P<word>{trie_pattern((*_WORDS['target'], *_WORDS['actual']))})$")
_AIM_FIRST = re.compile(r"(?:计划|目标|预期)(?!生育|单列|[数值额任]|$)")
_QUANTITY_BEHIND = re.compile(rf"\d[\d,.]*(?:万亿|[十百千]?[万亿])?(?:{UNIT})$")
_LONG_AIM = 3
_RELATIVE = {"本": "this", "当": "this", "今": "now", "上": "before", "去": "before"}


class Heading(NamedTuple):
    """What one heading, or several that hold for a cell, say; empty or None where they say nothing.

    `change` is `percent`, `amount`, `either` or, where only the cell can settle it, `unstated`. `relative` is `this`,
    `now` or `before` for 本年, 今年 and 上年.
    `compared` is a year or `previous_year`. Not `clear` is what says more than a single cell can be read by.
    """

    words: str = ""
    unit: str = ""
    change: str | None = None
    direction: str | None = None
    compared: str | None = None
    years: tuple[int, int] | None = None
    relative: str | None = None
    period: str | None = None
    modality: str | None = None
    of_which: bool = False
    same_scope: bool = False
    clear: bool = True

    @property
    def timed(self) -> bool:
        """Return whether the heading names a year."""
        return self.years is not None or self.relative is not None


@lru_cache(maxsize=2048)
def read_heading(text: str) -> Heading:
    """Return what a heading says.

    >>> read_heading("2023年完成（亿元）")[:2], read_heading("2023年完成（亿元）").years
    (('', '亿元'), (2023, 2023))
    >>> read_heading("比上年增长（%）").change, read_heading("其中：民间投资").words
    ('percent', '民间投资')
    """
    plain = "".join(plain_text(text).split())
    of_which = _OF_WHICH.match(plain) is not None
    rest = _NUMBERING.sub("", _OF_WHICH.sub("", _NUMBERING.sub("", plain)))
    if _WHOLE_UNIT.fullmatch(rest):
        return Heading(unit=rest)
    rest, unit, two_units = _take_unit(rest)
    if unit.endswith("百分点"):
        rest = _FELL.sub("下降", _ROSE.sub("增减", rest))
    here = Heading(unit=unit, of_which=of_which, clear=not (two_units or _UNCLEAR.search(rest)))
    here = here._replace(same_scope=_SAME_SCOPE.search(rest) is not None)
    rest, here = _take_base(rest, here)
    rest, here = _take_years(rest, here)
    rest, here = _take_change(rest, here)
    rest, here = _take_aim(rest, here)
    rest = rest.strip("的:，,、;；*/-“”")
    if not here.unit and here.change is None:
        here = here._replace(unit=next((_COUNTED[word] for word in _COUNTED if rest.endswith(word)), ""))
    if _TIME_LEFT.search(rest):
        here = here._replace(clear=False)
    if "（" in text:
        rest = rest.replace("(", "（").replace(")", "）")
    return here._replace(words="" if rest in _PLAIN else rest)


def read_label(text: str) -> Heading:
    """Return what the label of a row says; a quantity at its end (地区生产总值3003亿元) is no part of it."""
    printed = "".join(text.split())
    found = _QUANTITY_BEHIND.search(plain_text(printed))
    return read_heading(printed[: found.start()] if found and found.start() else printed)


def column_of(text: str) -> str:
    """Return the kind of column that a heading says: `index`, `unit`, `year`, `other`, or an empty string."""
    return _COLUMNS.get("".join(plain_text(text).split()).strip("()"), "")


def units_above(line: str) -> tuple[str, ...]:
    """Return the units that a line above a table states for it (单位：万元、%)."""
    found = _UNIT_ABOVE.search(plain_text(line))
    return tuple(re.split(r"[、,，和;]\s*", found["units"])) if found else ()


def is_unit(text: str) -> bool:
    """Return whether a text is a unit (亿元, 人次/日) and nothing else."""
    return re.fullmatch(_ONE_UNIT, "".join(plain_text(text).split())) is not None


def is_rate(words: str) -> bool:
    """Return whether what is measured is a rate or an index."""
    return words.endswith(tuple(_WORDS["rates"]))


def is_share(words: str) -> bool:
    """Return whether what is measured is the share of something (占比)."""
    return words.endswith(_SHARE) or (words.startswith("占") and len(words) < 12)


def sorts_only(words: str) -> bool:
    """Return whether words only group the cells below or next to them (经济发展)."""
    return words.endswith(tuple(_WORDS["bands"]))


def join_headings(headings: Sequence[Heading]) -> Heading:
    """Return what headings say together, the outermost first; what contradicts itself is not clear."""
    joined = Heading()
    for here in headings:
        clash = (
            (joined.years and here.years and joined.years != here.years)
            or (joined.change and here.change)
            or (joined.modality and here.modality and joined.modality != here.modality)
        )
        joined = Heading(
            words=joined.words if here.words in joined.words else joined.words + here.words,
            unit=here.unit or joined.unit,
            change=here.change or joined.change,
            direction=here.direction or joined.direction,
            compared=here.compared or joined.compared,
            years=here.years or joined.years,
            relative=here.relative or joined.relative,
            period=here.period or joined.period,
            modality=here.modality or joined.modality,
            of_which=here.of_which or joined.of_which,
            same_scope=here.same_scope or joined.same_scope,
            clear=joined.clear and here.clear and not clash,
        )
    return joined


def _take_unit(text: str) -> tuple[str, str, bool]:
    """Return a heading without its unit, the unit, and whether it names several."""
    for bracket in _BRACKET.finditer(text):
        found = UNITS.fullmatch(bracket[1]) or re.fullmatch(r"(?P<units>[±+]?%)", bracket[1])
        if found:
            units = re.split(r"[、,，和;]", found["units"].lstrip("±+"))
            return text[: bracket.start()] + text[bracket.end() :], units[0], len(units) > 1
    points = _POINTS_BEHIND.search(text)
    if points and points.start():
        return text[: points.start()], "个百分点", False  # 增减百分点
    if text.endswith("%") and len(text) > 1 and text[-2] not in "±+-":
        return text[:-1], "%", False
    found = _LOOSE_UNIT.search(text)
    if found:
        return text[: found.start()], found[1].lstrip("±+"), False
    if text.endswith(("±%", "+-%")):
        return text.removesuffix("%").rstrip("±+-") + "增减", "%", False
    return text, "", False


def _take_base(text: str, here: Heading) -> tuple[str, Heading]:
    found = _BASE.search(text)
    if not found:
        return text, here
    base = found["base"]
    compared = base.rstrip("年") if base and base[0].isdigit() else "previous_year"
    return text[: found.start()] + text[found.end() :], here._replace(compared=compared)


def _take_years(text: str, here: Heading) -> tuple[str, Heading]:
    months = _MONTHS.search(text)
    if months:
        text = text[: months.start()] + text[months.end() :]
        here = here._replace(period="part" if months["part"] else None)
    found = _SPAN.search(text) or _PLAN.search(text)
    if found:
        named = found.groupdict()
        first, last = PLANS[named["plan"]] if "plan" in named else (int(named["first"]), int(named["last"]))
        first = last if named.get("end") or named.get("last") else first
        text = text[: found.start()] + text[found.end() :]
        return text, here._replace(years=(first, last), clear=here.clear and first <= last)
    found = _ONE_YEAR.search(text)
    if not found or (found["relative"] and found.start() and text[found.start() - 1] not in "(（"):
        return text, here
    rest = text[found.end() :]
    state = _STATE.match(rest)
    if state:
        rest, here = rest[state.end() :], here._replace(period="point")
    text = text[: found.start()] + rest.removeprefix("同期").removeprefix("的")
    if found["year"]:
        year = int(found["year"])
        clear = here.clear and not _ONE_YEAR.search(text)
        return text, here._replace(years=(year, year), clear=clear)
    return text, here._replace(relative=_RELATIVE[found["relative"][0]])


def _take_change(text: str, here: Heading) -> tuple[str, Heading]:
    found = None if text.endswith(_NO_CHANGE) else _CHANGE.fullmatch(text)
    if not found:
        if here.compared and not text:
            return text, here._replace(change=EITHER if here.unit else UNSTATED)  # 同比（%）, 同比
        return text, here._replace(clear=False) if here.compared else here
    change, direction = _CHANGES[found["change"]]
    unit = "%" if found["percent"] or found["change"].endswith("%") else here.unit
    return found["of"], here._replace(change=change, direction=direction, unit=unit)


def _take_aim(text: str, here: Heading) -> tuple[str, Heading]:
    """Take 目标 or 完成 where the heading says nothing else, or ends in it."""
    text = text.removeprefix("全年") if here.timed or text == "全年" else text
    begins = _AIM_FIRST.match(text)
    if begins and begins.end() < len(text):
        return text[begins.end() :], here._replace(modality="target")  # 2023年计划投资
    found = _AIMED.fullmatch(text)
    if not found:
        return text, here
    alone = found["of"] in ("", "全年", "累计")
    modality = "target" if found["word"] in _TARGET else "actual"
    if not alone and not here.timed and (modality == "actual" or len(found["word"]) < _LONG_AIM):
        return text, here  # 固定资产投资完成额 is a figure
    return "" if alone else found["of"], here._replace(modality=modality)
