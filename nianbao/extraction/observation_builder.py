"""From a named number to an observation: its unit, period, modality and subject as a row states them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from nianbao.extraction.model import Observation, Unmatched
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.subjects.resolved import ResolvedNumber
from nianbao.extraction.syntax.clauses import ITEM, RATIO, RISEN, Span
from nianbao.extraction.syntax.patterns import CLOSING_UNIT, VERB_LEAD
from nianbao.extraction.time.adverbs import ADVERB, Years, adverb_years
from nianbao.extraction.time.scope import ACTUAL, TARGET, Passage

_AIM = re.compile(
    r"力争|计划(?<!按计划)(?=[新开建总于在投用到])|拟(?=[于建新在投开])|目标(?:是|为)|(?:将|要)(?:达到?|建成|新增|超过|实现|于|再|突破|新建|完成|投入|提供|增加|形成)|争取(?<!斗争取)(?=年内|实现|达到|完成|突破|新增|在20|到20|用)|预期(?<![出于过合超]预期)(?!寿命)(?:目标)?|预计(?:到)?(?=20\d\d|明年|今后|未来)|规划建设(?=[^，。]{0,10}$)"
)
_DONE = re.compile(
    r"已(?:完成|建成|达|有|实现|超|累计|投入|启动|开工|落实)(?!的.)|(?:实际|超额)完成|(?:去年|上年)(?<![^，；]..)(?!同期|底)|目前(?<!项目前)|截至"
)
_STOCK = re.compile(
    r"累计达|累计超|总数|总量|达到?$|拥有|共有|现有|保有量|余额|总里程|存量|总规模|占比|比重|增至|增加到|提高到|扩大到|上升到|提升到|降至|降到|下降到|达"
)
_FLOW_NOUN = re.compile(r"(?:投资|融资|支出|投入|贷款|减税降费|引进|引资|供应|收入|申请量?|授权量?)(?:总额|额|资金)?$")
_DONE_INSIDE = re.compile(
    r"新增|新建|改造|建成|完成|转移|搬迁|淘汰|发放|培训|新开工|开工|脱贫|减负|退税|化解|引进|处置|查处|接待|办结|受理|安排|投入|累计投|获得?|荣获|入选|解决|整治|帮扶|惠及|覆盖新|竣工|投产|投用"
)
_ACTS = re.compile(r"(?:申请量?|授权量?|减税|降费|转移支付)$")
_COUNTED_FROM = re.compile(r"[由从]((?:19|20)\d\d)年|((?:19|20)\d\d)年?(?:底|末)?[-~至到](?:19|20)\d\d年")
_FEW_YEARS = re.compile("[两三四]年")
_FLOW_LEAD = re.compile(r"累计|年均|(?<!公)共")
_OPENING = 6  # a year that far into a sentence opens it
_OTHER_PART = re.compile(r"[；;]")
_CLOSED = re.compile(r"[^()]*\)")
_ABOUT = re.compile(r"(?:大约|约|大概)(?:占|相当于|有|为)")
_DONE_CELL = re.compile(r"(?:已|均已|全部|完成|正在|按计划|全年|共|截至)")
_KEEPS = re.compile(r"(?:共|现|总共)?(?:拥有|共有|现有|建有|设有|保有|累计$)")
GOALS = re.compile(r"(?:预期|主要|奋斗|约束性?)目标[^，。；]{0,6}[:：]")
_TIMED = re.compile(r"[年期末]|以来")  # what every adverb of time holds
_TRIM = " \t，,、：:；;。的之"
_LONGEST_SUBJECT = 60


class SentenceContext(NamedTuple):
    """What holds for the sentence: where it stands, its passage and the years of that, and the years of the report."""

    start: int
    end: int
    passage: Passage
    years: Years
    report_year: int | None
    this_year: int | None
    since: int | None  # the first year that the report reviews
    goals: int | None  # where the sentence begins to list goals (主要预期目标是：)


def build_observations(
    text: str,
    plain: str,
    named: Sequence[ResolvedNumber],
    place: SentenceContext,
    observations: list[Observation],
    unmatched: list[Unmatched],
) -> None:
    """Append the observations of one sentence, and to `unmatched` the numbers that turn out to measure nothing."""
    adverbs = _adverbs(plain, place)
    for this in named:
        quantity = this.slot.quantity
        subject = this.label or _render(text, this.spans)
        reason = _no_measure(plain, this, subject)
        if reason:
            unmatched.append(Unmatched(quantity.digits, quantity.end, reason, place.start, place.end))
            this.kind = ""
            continue
        unit = quantity.unit
        if quantity.unit_class == "span" and unit.startswith("个"):
            unit = unit[1:]
        elif not unit and quantity.unit_class != "rank":
            closing = CLOSING_UNIT.search(subject)
            unit = closing.group() if closing else ""
        elif unit in ("元人民币", "人民币"):
            unit = "元"
        elif "(" in unit:
            at = plain.find(unit, quantity.digits)
            unit = text[at : at + len(unit)]
        modality, years = _when(plain, this, named, place, adverbs)
        direction = (this.head.direction or "up") if this.kind.startswith("change") else None
        relates = None
        if this.of is not None and named[this.of].kind and this.kind != "rank":
            relates = named[this.of].slot.quantity.start
        observations.append(
            Observation(
                start=quantity.start,
                end=quantity.end,
                value=quantity.value,
                value_high=quantity.high,
                rounding=quantity.rounding,
                unit=unit,
                qualifier="approx"
                if quantity.qualifier == "exact" and _ABOUT.search(plain, *this.slot.head)
                else quantity.qualifier,
                kind=this.kind,
                direction=direction,
                compared_with=_compared(this, years) if direction else None,
                modality=modality,
                period_start=years.first,
                period_end=years.last,
                subject=subject,
                scope=this.head.scope,
                relates_to=relates,
                sentence_start=place.start,
                sentence_end=place.end,
            )
        )


def _render(text: str, spans: tuple[Span, ...]) -> str:
    """The subject in the report's own words: its spans, joined."""
    joined = "".join([text[start:end].strip(_TRIM) for start, end in spans if start < end])
    return joined[-_LONGEST_SUBJECT:]  # what is measured stands last


def _no_measure(plain: str, this: ResolvedNumber, subject: str) -> str:
    """Why a quantity measures nothing after all; empty where it does."""
    quantity = this.slot.quantity
    if not subject:
        return "no_subject"
    if this.slot.join == RATIO and quantity.value == 1:
        return "base"
    if (
        quantity.unit_class == "none"
        and this.kind != "share"
        and plain[quantity.numeral_end : quantity.numeral_end + 1] not in "万亿多余百千十"
    ):
        if this.inherited and this.kind == "level":
            return "no_unit"
        if this.slot.head[0] == this.slot.head[1] and not this.noun:
            return "no_unit"
        if plain[quantity.end : quantity.end + 1] not in "，。；、,;:)）\n和及与（(" and quantity.high is None:
            return "no_unit"
    return ""


def _adverbs(plain: str, place: SentenceContext) -> list[tuple[int, int, Years]]:
    """Where adverbs of time stand in the sentence and the years that they give."""
    if place.report_year is None or place.this_year is None or not _TIMED.search(plain, place.start, place.end):
        return []
    found = []
    for match in ADVERB.finditer(plain, place.start, place.end):
        years = adverb_years(match, plain, place.passage, place.report_year, place.this_year)
        if years is not None:
            found.append((match.start(), match.end(), years))
    return found


def _when(
    plain: str,
    this: ResolvedNumber,
    named: Sequence[ResolvedNumber],
    place: SentenceContext,
    adverbs: list[tuple[int, int, Years]],
) -> tuple[str, Years]:
    """Modality and years of one number."""
    passage, quantity = place.passage, this.slot.quantity
    modality = passage.modality
    years = place.years
    stated = False
    for begin, end, given in adverbs:
        if end > quantity.start + 1:
            break
        if begin > place.start + _OPENING and _OTHER_PART.search(plain, end, quantity.start):
            continue  # a year told in one part of the sentence does not hold for the next
        if _CLOSED.match(plain, end, quantity.start):
            continue  # nor does one that a bracket closes in
        years, stated = given, stated or given.stated
    if place.report_year is None or years.last is None:
        return modality, Years(None, None)
    if modality == ACTUAL and _is_task(plain, quantity, place):
        return TARGET, Years(place.report_year, place.report_year)
    clause_start = this.slot.topic[0] if this.slot.topic else this.slot.head[0]
    before = plain[max(place.start, clause_start) : quantity.start]
    if modality == ACTUAL:
        if stated and years.first is not None and years.first > (place.this_year or 0):
            modality = TARGET
        elif (_AIM.search(before) or (place.goals is not None and place.goals < quantity.start)) and not _DONE.search(
            before
        ):
            modality = TARGET
            if not stated and years.last == place.report_year:
                years = (
                    Years(place.report_year + 1, place.report_year + 1)
                    if place.this_year == place.report_year + 1
                    else years
                )
    elif (stated and years.last is not None and years.last <= place.report_year) or _DONE.search(before):
        modality = ACTUAL
        if not stated:
            years = Years(place.report_year, place.report_year)
    return modality, _narrow(plain, this, named, years, place)


def _is_task(plain: str, quantity: Quantity, place: SentenceContext) -> bool:
    """Whether a number stands in a cell that sets a task, a later cell of the row telling how it was done."""
    if plain.find("\t", max(0, place.start - 300), place.end + 300) < 0:
        return False
    start = plain.rfind("\n", 0, quantity.start) + 1
    end = plain.find("\n", quantity.start)
    row = plain[start : end if end >= 0 else len(plain)]
    cells, at = row.split("\t"), start
    for index, cell in enumerate(cells):
        if at <= quantity.start < at + len(cell) + 1:
            later = (other.strip() for other in cells[index + 1 :])
            return not _DONE_CELL.match(cell.strip()) and any(_DONE_CELL.match(other) for other in later)
        at += len(cell) + 1
    return False


def _narrow(
    plain: str, this: ResolvedNumber, named: Sequence[ResolvedNumber], years: Years, place: SentenceContext
) -> Years:
    """Of several years: a flow takes the span, a stock the end, the base of a rise the year before the first."""
    first, last = years.first, years.last
    head = plain[this.slot.head[0] : this.slot.quantity.start]
    if this.head.base:
        named_year = re.search(r"((?:19|20)\d\d)年[^，、；。]{0,6}$", head)
        before = next((other for other, at in pairwise(named) if at is this), None)
        if not named_year and this.slot.join == ITEM and before is not None and before.head.base:
            named_year = re.search(
                r"((?:19|20)\d\d)年[^，、；。]{0,6}$", plain[before.slot.head[0] : before.slot.head[1]]
            )
        if named_year:
            year = int(named_year.group(1))
        elif spanned := _earlier_base(plain, place.start, this.slot.quantity.start):
            year = spanned
        elif re.search(r"“?(十[一二三四]五|十五)”?期?末", head):
            year = (first or last or 0) - 1
        else:
            year = (first if first is not None else last or 0) - 1
        return Years(year, year)
    compared = this.head.compared_with
    if compared and compared.isdigit() and this.kind.startswith("change") and last is not None:
        base = int(compared)
        return Years(base + 1, last) if base < last else Years(last, last)
    if (
        compared == "average"
        and first == last
        and place.passage.future_span
        and place.passage.first is not None
        and last is not None
    ):
        return Years(min(place.passage.first, last), last)
    if (
        compared == "average"
        and first == last == place.report_year
        and place.passage.modality == ACTUAL
        and place.since is not None
        and not _FEW_YEARS.search(head)
    ):
        return Years(place.since, last)
    if first == last:
        return years
    if this.kind == "change_pct" or this.kind == "change_pp" or this.kind == "change_abs":
        return years
    if this.kind == "ratio" and this.of is not None:
        return Years(first, last) if _is_flow(plain, named[this.of]) else Years(last, last)
    if this.slot.join == RISEN:
        return Years(last, last)
    return years if this.kind == "level" and _is_flow(plain, this) else Years(last, last)


def _earlier_base(plain: str, start: int, end: int) -> int | None:
    """The year that a sentence counts from: 2020年到2025年, 甲从17%升到35%; 甲从2020年的9升至10，乙从98升至178."""
    found = list(_COUNTED_FROM.finditer(plain, start, end))
    return int(found[-1].group(1) or found[-1].group(2)) if found else None


def _is_flow(plain: str, this: ResolvedNumber) -> bool:
    """Whether a level is an amount of work done over the years (新增83家) and not a state at their end (累计321家)."""
    head = plain[this.slot.head[0] : this.slot.quantity.start]
    if _STOCK.search(head) and not re.search(
        r"累计(?:完成|新增|投入|建成|实现|引进|开展|办理|减|发放|新建|淘汰|改造|拆)", head
    ):
        return False
    if this.verb is not None and _KEEPS.match(plain, *this.verb):
        return False
    if this.verb is not None or this.slot.quantity.unit == "次":
        return True
    if this.inherited and head.endswith("总投资"):
        return True
    if not this.spans:
        return False
    start, end = this.spans[0]
    if plain.startswith("年", start) and not plain.startswith("年均", start):
        return False  # 年接待游客: of one year
    if _DONE_INSIDE.search(head) or any(_DONE_INSIDE.search(plain, a, b) for a, b in this.spans):
        return True
    if VERB_LEAD.match(plain, start, end) or plain.startswith(("新", "净增"), start):
        return True
    return bool(_ACTS.search(plain, start, end) or (_FLOW_NOUN.search(plain, start, end) and _FLOW_LEAD.search(head)))


def _compared(this: ResolvedNumber, years: Years) -> str | None:
    compared = this.head.compared_with
    if compared == "other":
        return None
    if compared:
        return compared
    if years.first is None or years.first != years.last:
        return None
    return "previous_year"
