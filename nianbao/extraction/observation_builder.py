"""From a reading to an observation: its unit, modality and base of comparison as a row states them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from nianbao.extraction.grades import grade_of
from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.model import Observation, Unmatched
from nianbao.extraction.numbers.numerals import times
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.subjects.readings import Reading
from nianbao.extraction.syntax.spans import Span, Spans
from nianbao.extraction.time.adverbs import Years
from nianbao.extraction.time.scope import ACTUAL, TARGET
from nianbao.extraction.time.years import SentenceContext, adverbs_for, adverbs_of, asides_of, is_stock, when

_CLOSING_UNIT = re.compile(rf"(?:{trie_pattern(words('units')['closing'])})$")
_HEDGED = re.compile(r"不[到足](?:全[国省市区县]|[^，。；\d]{0,8}的)$")  # 不到全市1/7
_HEDGE = 12
_LEAST = re.compile(r"至少(?![约近超]?\d)[^，。；]{1,30}$")  # 至少建成2个
_PASSED = re.compile("(?:[、和][^，。；]{1,6})?(?:大关|关口|[两三]?个?(?:大|新)?台阶)")  # 迈上4万亿、5万亿两个台阶
_PASSED_LEVEL = re.compile("(?:迈[上过入]|跃[上过]|登上|跨[上过])$")
_ABOUT = re.compile(r"约(?:占|相当于|有|为)")
_HUNDRED = 100.0
_OF_ONE = re.compile(r"\d:")
_COLUMNS = {
    "verb": "action",
    "step": "action",
    "deed": "action",
    "object": "head",
    "thing": "head",
    "own": "head",
    "subject": "head",
    "front": "head",
    "figure": "head",
    "counted": "head",
    "ending": "head",
    "whole": "whole",
    "part": "part",
    "grade": "part",
    "other": "part",
    "actor": "actor",
}
_POPULATION = re.compile(
    r"(?:全体|城乡|城镇|农村|常住|户籍|流动|贫困)?(?:居民|人口|学生|老年人|老人|儿童|妇女|职工|农民工?|毕业生|残疾人)"
)
_PEOPLE = re.compile(r"居民|人口|学生|老|儿童|妇女|职工|农民|毕业生|残疾人")
_PART_OF_YEAR = re.compile(r"[上下]半年|[一二三四1-4]季度|前三季度|\d{1,2}(?:[-~至到]\d{1,2})?月(?![底末])")
_OPENS_WITH_PART = re.compile(
    rf"[\s#*]*(?:今年|本年|(?:19|20)\d\d年)?(?:{_PART_OF_YEAR.pattern})份?[，,]"  # and not 1月20日，
)
_SINCE_THEN = re.compile("(?<![录史])以来")  # and not 有记录以来, 有史以来
_RATIO_BASE = re.compile(r"[是为相](?:当于)?(?:(?P<year>(?:19|20)\d\d)年|上年|去年)")
_REACH = 30
_NOTE = re.compile(r"\^?[\[［]\d{1,3}[\]］]")
_TRIM = " \t，,、：:；;。的之"
_LONGEST_SUBJECT = 60
_SAME_SCOPE = re.compile(r"同口径|可比口径|可比价|剔除|扣除|不可比|不变价|可比增长|(?<!不)可比(?=增|下)")
_AVERAGE = re.compile(r"年均(?!浓度|值|气|降)|年平均|年递增|年度?复合|平均每年|每年(?:递增|增长)|[两三]年平均")
_COMPARED = re.compile(
    r"""(?:(?<![可占])比|较|与|同|跟)(?P<base>[^，、；。]{0,6}?(?:(?P<year>(?:19|20)\d\d)年|上一?年度?|去年|前年|往年|同期
    |“?(?:十五|[九八七]五|十[一二三四]五)”?|年初|期初|五年前|十年前|(?P<plan>计划|预算)|(?P<target>预期|目标)
    |(?P<place>全国|全省|全市|全区|平均)|(?P<limit>法定|承诺)))""",
    re.VERBOSE,
)
_HIGHER = re.compile(
    r"""(?:高于?|低于?|高出|快于?|慢于?|多)
    (?P<base>(?P<place>全国|全省|全市|全区|[^，；。]{0,6}平均)|(?P<target>[^，；。]{0,4}(?:目标|预期)))""",
    re.VERBOSE,
)
_OTHER_BASE = re.compile(  # 与第四次普查相比，甲增长5%; 比一季度回落2个百分点
    r"[与和同](?!上|去|前|年|(?:19|20)\d\d)[^，。；\d]{2,16}相比，[^；。\d]*$|比[一二三四]季度[^，；。\d]{0,6}$"
)
_BASES = {"place": "other_place", "target": "target", "plan": "plan", "limit": "limit"}
_NUMBER, _NO_NUMBER = re.compile(r"\d"), re.compile(r"(?:19|20)\d\d年|\([^()]*\)")
_FLOW = re.compile(f"(?:{trie_pattern(words('figures')['flows'])})(?:总[量额值]|额|规模)?$")
_CUMULATIVE = re.compile("累计[^，。；]{0,4}$|(?:解放|建国|开放|成立|革命)以?来")  # 累计增长44%: not in one year
_CEILING = re.compile("控制在|[压降](?:减|低|缩)?[至到]")  # of a target
_WITHIN_A_YEAR = re.compile("全年|年内|当年|一年|本年")  # 全年累计新增就业5万人
_SINCE = re.compile(r"上一?年|去年|同期|上期|同比")


def build_observations(
    text: str,
    plain: str,
    readings: Sequence[Reading],
    place: SentenceContext,
    observations: list[Observation],
    unmatched: list[Unmatched],
) -> None:
    """Append the observations of one sentence, and to `unmatched` the numbers that turn out to measure nothing."""
    adverbs, asides = adverbs_of(plain, place), asides_of(readings)
    summed = False  # the list that a verb opens is a sum so far: 累计建成超充站1030座、换电站45座
    for index, this in enumerate(readings):
        quantity = this.quantity
        this.previous = readings[index - 1] if index else None
        subject = this.label or render(text, this.spans)
        reason = not_measured(plain, this, subject)
        if reason:
            unmatched.append(Unmatched(quantity.digits, quantity.end, reason, place.start, place.end))
            this.kind = ""
            continue
        its_adverbs = adverbs_for(adverbs, asides, quantity) if asides else adverbs
        modality, years = when(plain, this, readings, place, its_adverbs)
        this.aimed = (years.last, years.last) if modality == TARGET else None
        if this.base and modality == TARGET and len(readings) > 1:
            modality = ACTUAL  # 由18元提高到20元: the start is what it is today
        relates = None
        if this.of is not None and readings[this.of].kind and this.kind != "rank":
            relates = readings[this.of].quantity.start
        observation = _observation(text, plain, this, place, _Derived(subject, modality, years, relates))
        summed = observation.stated_as == "total" or (summed and this.continues_act)
        if summed and observation.stated_as is None and observation.kind == "level":
            observation = observation._replace(stated_as="total")
        observations.append(observation)


class _Derived(NamedTuple):
    """Values of an observation that depend on the other readings of its sentence."""

    subject: str
    modality: str
    years: Years
    relates_to: int | None


def _observation(text: str, plain: str, this: Reading, place: SentenceContext, derived: _Derived) -> Observation:
    subject, modality, years, relates_to = derived
    quantity = this.quantity if this.kind != "change_pct" else _as_per_cent(this)
    parts = parts_of(text, this).get
    area = text[slice(*this.scope[0])] if this.scope else None
    compared = compared_with(plain, this, years.first == years.last) if this.direction else None
    if this.since is not None and compared in (None, "previous_year"):
        compared = str(this.since)
    base_start, base_end = base_of(plain, this, compared, years)
    return Observation(
        start=quantity.start,
        end=quantity.end,
        value=quantity.value,
        value_high=quantity.high,
        rounding=quantity.rounding,
        unit=_unit(text, plain, quantity, subject),
        qualifier=quantity.qualifier if quantity.qualifier != "exact" else bound_around(plain, this),
        kind=this.kind,
        direction=this.direction,
        compared_with=compared,
        modality=modality,
        period_start=years.first,
        period_end=years.last,
        subject=subject,
        scope=area,
        relates_to=relates_to,
        sentence_start=place.start,
        sentence_end=place.end,
        period_type=period_type(plain, this, years, place),
        base_start=base_start,
        base_end=base_end,
        stated_as=stated_as(plain, this, modality),
        action=parts("action"),
        head=parts("head"),
        whole=parts("whole"),
        part=parts("part"),
        population=parts("population"),
        area=area,
        actor=parts("actor"),
        read_by=this.rule.name,
        grade=grade_of(plain, this, subject, years, place),
    )


def _as_per_cent(this: Reading) -> Quantity:
    """Return the quantity, a growth by so many times in per cent (增长1.5倍 is 150%), as 翻一番 is one of 100%."""
    quantity = this.quantity
    if quantity.unit != "倍":
        return quantity
    return quantity._replace(
        value=times(quantity.value, _HUNDRED),
        high=None if quantity.high is None else times(quantity.high, _HUNDRED),
        rounding=None if quantity.rounding is None else times(quantity.rounding, _HUNDRED),
        unit="%",
    )


def render(text: str, spans: Spans) -> str:
    """Return the words of the spans as printed, joined, with the measured thing last."""
    if len(spans) == 1:
        start, end = spans[0]
        words = text[start:end]
        return (_without_notes(words) if "]" in words or "］" in words else words).strip(_TRIM)[-_LONGEST_SUBJECT:]
    touching: list[Span] = []
    for start, end in spans:
        if touching and touching[-1][1] == start:
            touching[-1] = (touching[-1][0], end)
        elif start < end:
            touching.append((start, end))
    joined = "".join([text[start:end].strip(_TRIM) for start, end in touching])
    return _without_notes(joined)[-_LONGEST_SUBJECT:]


def _without_notes(words: str) -> str:
    """Return the words without the marks of footnotes."""
    return _NOTE.sub("", words) if "]" in words or "］" in words else words


def bound_around(plain: str, this: Reading) -> str:
    """Return the qualifier that words further from a number give: 不到全市1/7, 迈上4000亿元台阶, 至少建成2个."""
    start = this.quantity.start
    head = plain[this.clause : start]
    if "不" in head and _HEDGED.search(plain, max(this.start, start - _HEDGE), start):
        return "less_than"
    if _PASSED_LEVEL.search(plain, max(0, start - 3), start) or _PASSED.match(plain, this.quantity.end):
        return "more_than"
    if "至少" in head and _LEAST.search(head):
        return "at_least"
    return "approx" if "约" in head and _ABOUT.search(plain, this.start, start) else "exact"


def _unit(text: str, plain: str, quantity: Quantity, subject: str) -> str:
    unit = quantity.unit
    if len(unit) == 1:
        return unit
    if quantity.unit_class == "span" and unit.startswith("个"):
        return unit[1:]
    if not unit and quantity.unit_class != "rank":
        closing = _CLOSING_UNIT.search(subject)
        return closing.group() if closing else ""
    if unit in ("元人民币", "人民币"):
        return "元"
    if "(" in unit:
        offset = plain.find(unit, quantity.digits)
        return text[offset : offset + len(unit)]
    return unit


def not_measured(plain: str, this: Reading, subject: str) -> str:
    """Return the reason why a quantity measures nothing, or an empty string if it measures something."""
    quantity = this.quantity
    if not subject:
        return "no_subject"
    if (
        quantity.value == 1
        and _OF_ONE.search(plain, max(0, quantity.start - 2), quantity.start)
        and this.kind == "ratio"
    ):
        return "base"
    if (
        quantity.unit_class == "none"
        and this.kind not in ("share", "rank")
        and plain[quantity.numeral_end : quantity.numeral_end + 1] not in "万亿多余百千十"
    ):
        if this.inherited and this.kind == "level" and not this.base:
            return "no_unit"
        behind = plain[quantity.end : quantity.end + 1]
        if not this.base and behind not in "，。；、,;:)）\n和及与（(" and quantity.high is None:
            return "no_unit"
    return ""


def compared_with(plain: str, this: Reading, one_year: bool) -> str | None:
    """Return the base of comparison of a change: a value of `compared_with`, or the year that the report names."""
    another = _NUMBER.search(_NO_NUMBER.sub("", plain[this.clause : this.start]))
    head = plain[this.start if another else this.clause : this.quantity.start]
    if _SAME_SCOPE.search(head):
        return "same_scope"
    if _AVERAGE.search(head):
        return "average"
    basis = _COMPARED.search(head) or _HIGHER.search(head)
    if basis is None and _OTHER_BASE.search(plain, max(0, this.start - _REACH), this.quantity.start):
        return None
    if basis is None:
        doubled = this.quantity.hint not in ("", "rank")  # 翻番 takes several years, unless it says 比上年
        return "previous_year" if one_year and not doubled and not _CUMULATIVE.search(head) else None
    if _SINCE.search(basis.group()):
        return "previous_year"
    found = {name: words for name, words in basis.groupdict().items() if words}
    return found.get("year") or next((_BASES[name] for name in _BASES if name in found), None)


def parts_of(text: str, this: Reading) -> dict[str, str]:
    """Return the parts of the subject by the columns that hold them; without those that the report does not name."""
    words: dict[str, str] = {}
    for name, found in this.parts.items():
        if (column := _COLUMNS.get(name)) and (its := render(text, found)):
            words[column] = words[column] + its if column in words else its
    head = words.get("head")
    if this.label and head:
        head = words["head"] = this.label
    if this.inherited or not head:
        noun = render(text, this.noun)
        if noun:
            words.setdefault("whole" if head else "head", noun)
        head = head or noun
    if _PEOPLE.search(head) and (people := _POPULATION.search(head)):
        words["population"] = people.group()
    return words


def period_type(plain: str, this: Reading, years: Years, place: SentenceContext) -> str | None:
    """Return the type of period: `year`, `years`, `point` in time, `part` of a year, or `open` without an end."""
    if years.last is None:
        return None
    start = max(place.start, this.clause - _REACH)
    head = plain[start : this.quantity.start]
    all_year = "全年" in plain[this.clause : this.quantity.start]
    if not all_year and ("月" in head or "半年" in head or "季度" in head) and _PART_OF_YEAR.search(head):
        return "part"
    if not all_year and not years.stated and _OPENS_WITH_PART.match(plain, place.start):
        return "part"  # 1-11月，工业产值5亿元；零售额3亿元: it holds for all that follows
    if _SINCE_THEN.search(head):
        return "open"
    if years.first != years.last:
        return "years"
    stock = this.kind in ("level", "share", "rank") and is_stock(plain, this)
    of_a_year = this.kind == "level" and (all_year or _is_of_a_year(plain, this))  # 全年用于茶园的资金达3亿元
    return "point" if stock and not of_a_year else "year"


def _is_of_a_year(plain: str, this: Reading) -> bool:
    """Return whether a level is what happened over a year: 收入达到3亿元, and not 旅行社达到3家."""
    return this.kind == "level" and any(_FLOW.search(plain[start:end]) for start, end in this.spans)


def base_of(plain: str, this: Reading, compared: str | None, years: Years) -> tuple[int | None, int | None]:
    """Return the years that a change or ratio is measured against, or None if the report does not say.

    For the level at which a change starts it is the year of that level, if the report states it.
    """
    if this.base:
        return (years.first, years.last) if years.stated else (None, None)
    if this.kind == "ratio":
        named = _RATIO_BASE.search(plain, this.start, this.quantity.start)
        last = None if years.last is None else years.last - 1
        year = (int(named.group("year")) if named.group("year") else last) if named else None
        return year, year
    if this.since is not None:
        return this.since, this.since
    if compared is None or years.first is None or years.last is None:
        return None, None
    if compared.isdigit():
        return int(compared), int(compared)
    if compared == "previous_year" or (compared == "same_scope" and years.first == years.last):
        return years.last - 1, years.last - 1
    return (years.first - 1, years.first - 1) if compared == "average" and years.first < years.last else (None, None)


def stated_as(plain: str, this: Reading, modality: str) -> str | None:
    """Return what a number is, where the words of its clause say so: a value of `stated_as`."""
    if modality == TARGET and _CEILING.search(plain, this.clause, this.quantity.start):
        return "ceiling"
    if this.kind not in ("level", "share"):
        return None
    if this.base:
        return "start"
    if this.stated_as == "total" or plain.find("累计", this.start, this.quantity.start) >= 0:
        return None if _WITHIN_A_YEAR.search(plain, this.clause, this.quantity.start) else "total"
    return "part" if this.stated_as == "of_which" else this.stated_as or None
