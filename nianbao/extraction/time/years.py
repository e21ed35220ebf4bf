"""Modality and years of a number: a result or a target, and the period that it is about."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.subjects.readings import Reading
from nianbao.extraction.time.adverbs import ADVERB, Years, adverb_years
from nianbao.extraction.time.scope import ACTUAL, PLANS, REVIEW_OF_YEARS, TARGET, Passage

_AIM = re.compile(
    r"""力争|计划(?<!按计划)(?=[新开建总于在投用到])|计划(?:规定|要求)(?!的)|拟(?=[于建新在投开])|目标(?:是|为)
    |(?:将|要)(?:达到?|建成|新增|超过|实现|于|再|突破|新建|完成|投入|提供|增加|形成|增长|上升|下降|减少|提高|降低|修建|建设|为|有)
    |(?<![供相适对响反顺])应(?:该|当)?(?:达到?|有|增|再|力求)|(?:还|必须)要(?:增|再|达|在[^，。；]{2,30}基础上，再)
    |争取(?<!斗争取)(?=年内|(?:提前)?(?:实现|达到|完成)|突破|新增|在20|到20|用[一二三四五六\d])|(?<=为)争取|(?<!按)(?<!照)(?<!据)要求(?=[各全])|预期(?<![出于过合超的]预期)(?!寿命|性)(?:目标)?
    |预计(?:到)?(?=20\d\d|明年|今后|未来)""",
    re.VERBOSE,
)
_AIM_SIGN = re.compile("[力计拟目将要应还必争预]")  # what each branch of `_AIM` begins with
# What works will add when they are done (开工8个项目，预计新增学位900个); it is of no year that the report names.
_OF_WORKS = re.compile(
    r"""(?:(?<=[，；])预计(?:可|将|能)?|(?<=更新)将)(?:新增|增加|提供|供应|释放|形成|拓展)
    (?!就业|[^，。；]{0,12}(?:企业|商事主体))""",
    re.VERBOSE,
)
_DONE = re.compile(
    r"""已经?(?:完成|建成|达|有|实现|超|累计|投入|启动|开工|落实)(?!的.)|已经?(?:提高|增长|增加|上升|下降|降低|减少)|(?:实际|超额)完成
    |(?:去年|上年)(?<![^，；]..)(?!同期|底)|目前(?<!项目前)|截至|(?<![为除到])(?<!确定)(?<!提出)(?<!设置)(?<!形成)(?<!谋划)
    (?<!安排)(?<!部署)(?<!明确)(?<!制定)(?<!规划)(?<!拟定)了(?:将?近|大?约)?$""",
    re.VERBOSE,
)
_STOCK = re.compile(
    r"""累计达|累计超|已设|设有|建有|总数|总量|达到?$|拥有|共有|现有|保有量|余额|总里程|存量|总规模|占比|比重|增至|增加到|提高到|扩大到
    |上升到|提升到|下降到|[升增降减大高展短]至|降到|达""",
    re.VERBOSE,
)
_DONE_SO_FAR = re.compile(r"累计(?:完成|新增|投入|建成|实现|引进|开展|办理|减|发放|新建|淘汰|改造|拆)")
_SPENDING = re.compile(r"支出|投入|投资|减税|降费")
_FLOW_NOUN = re.compile(r"(?:投资|融资|支出|投入|贷款|减税降费|引进|引资|供应|收入|申请量?|授权量?)(?:总额|额|资金)?$")
_DONE_INSIDE = re.compile(
    r"""新增|新建|改造|建成|完成|转移|搬迁|淘汰|发放|培训|新开工|开工|脱贫|减负|退税|化解|引进|处置|查处|接待|办结|受理|安排
    |投入|累计投|获得?|荣获|入选|解决|整治|帮扶|惠及|覆盖新|竣工|投产|投用""",
    re.VERBOSE,
)
_REACHED = re.compile(r"(?<=收入|总值|产值|加值|总额)(?:分别|预计|双双)?完成$")  # 一般公共预算收入完成8亿元
_PASSING_SEVERAL = re.compile(
    r"(?:连续|先后|接连|相继|连)[^，。；、\d年]{0,3}[跨突迈跃上越破过]{1,2}(?:[^，。；台关达]*[、和])?[^，。；]{0,4}$"
)
_REACH = 24
_SIZE_OF_WORK = re.compile("总长度?|全长|长度|(?:涉及|总)?(?:投资|资金|金额)|(?:建筑|占地)?面积|总里程")
_ADDED = re.compile("(?:增加|新增)(?![到至了])")  # 五年内增加的年产能力
# 完成56亿元，是2005年的2.1倍: a figure that is measured against one of a single year is of one
_AGAINST_ONE_YEAR = re.compile(r"[，、(](?:[是为]|比|较|相当于)(?:(?:19|20)\d\d年|上年|“?十?[一二三四五七八九]?五”?末)")
_TIMES_ONE_YEAR = re.compile(r"(?:19|20)\d\d年[^，。；]{0,6}$")
_ACTS = re.compile(r"(?:申请量?|授权量?|减税|降费|转移支付)$")
_VERB_LEAD = re.compile(
    rf"(?!生产(?:安全|总值|性|力|线|资料|要素))(?:{trie_pattern(words('verbs')['flow'])})+(?![类型性率量额费度者员业权])"
)
_COUNTED_FROM = re.compile(
    r"[由从]((?:19|20)\d\d)年|((?:19|20)\d\d)年?[底末]?(?:[-~至到](?:19|20)\d\d年|(?<=[同与和].{5})(?:相比|比较))"
)
_FEW_YEARS = re.compile("[两三四]年")
_FLOW_LEAD = re.compile(r"累计|年均|(?<!公)共")
_YEARLY = re.compile(r"同比|[比较](?:上|去)年|环比")
_SPENT_ON = re.compile(r"(?:支出|财力|资金)[^，。；]{0,12}(?:投向|用于)")
_DONE_BEHIND = re.compile("[^，。；]{0,16}(?:实现|完成|建立|得到|成立|参加|改变)了")  # 三分之一的农户中实现了合作化
_ARRIVES = re.compile("[，、](?:将|可)?(?:总[量额数])?(?:达到?|增[加长]?[到至]|提高[到至]|为|超过|突破)")
_AHEAD = re.compile("[将应须可能]|(?<![主重需必])要(?!求)|必要|计划|规定|任务|指标|预[计期]|以后|五年|力[争求]")
# An item of a list, and what continues a sentence: an earlier line or sentence says what they are of.
_ITEM = re.compile(r"\s*(?:[^，。；：:\n]{1,16}[：:]|[^。\n]{1,44}(?:[；;。]?\n|$))")
_GOES_ON = re.compile(r"\s*(?:其中|其他|其它)")

_NEW_TIME = re.compile("[年比较同环均]")  # what says that a change is counted from another time
_SOME_YEARS = re.compile("近?[两二三四2-4]年")
_OPENING = 6  # a year that far into a sentence opens it
_OTHER_PART = re.compile(r"[；;]")
_CLOSED = re.compile(r"[^()]{0,200}\)|[^，。；]{2,40}的?基础上")
_RESULT_OF_DEED = re.compile(  # 国务院制定和颁布的行政法规有255项, of the stated years
    rf"(?:{trie_pattern(words('verbs')['flow'])})的[^，。；的\d]{{1,14}}(?<![拥设建])(?:有|共)$"
)
_YEARLY_FIGURE = re.compile(trie_pattern(words("figures")["yearly"]))
_DEED_FIRST = re.compile(trie_pattern((*words("figures")["deeds"], *words("figures")["first"])))
_DEED_LAST = re.compile(f"(?:{trie_pattern((*words('figures')['deeds'], *words('figures')['last']))})$")
_RANKED = re.compile(r"[^，。；\d]{2,16}?居[^，。；]{0,8}(?:第|首位|前列)")  # 9种资源储量居全国第1位: so it stands
_KEEPS = re.compile(r"(?:共|现|总共)?(?:拥有|共有|现有|建有|设有|保有|累计$)")
GOALS = re.compile(
    r"(?:预期|主要|奋斗|约束性?)目标[^，。；]{0,6}[:：]|(?:纲要|规划|计划)所?(?:要求|规定|提出)[^，。；]{0,4}[:：]"
)
# What a document demands is a goal of years of its own: 纲要要求：…达到四百斤.
_DEMANDS = re.compile("(?:要求|规定|提出)[^，。；]{0,4}[:：]$")
_TIMED = re.compile(r"[年期末]|以来")  # what every adverb of time holds
_NAMED_YEAR = re.compile(r"((?:19|20)\d\d)年[^，、；。]{0,6}$")
_END_OF_PLAN = re.compile(r"“?(十[一二三四]五|十五)”?期?末")
_AVERAGE = re.compile(r"年均(?!浓度|值|气|降)|年平均|年递增|年度?复合|平均每年|每年(?:平均|递增|增长)|[两三]年平均")
_SINCE_YEAR = re.compile(
    r"""(?:[比较]|[与和同](?=[^，。；]{0,8}比))(?:(?P<year>(?:19|20)\d\d)年(?!以?前)|[“"]?(?P<plan>十[一二三四]五|十五|[九八]五)[”"]?期?末)""",
    re.VERBOSE,
)
_YEARS_COMPARED = re.compile(
    r"(?:(?:19|20)\d\d年?[比和同与](?=[^，]*，)|[和同与](?=[^，]{5,9}比[较，]))((?:19|20)\d\d)年[底末]?(?:相比|比较)?，"
)
_BASE_YEAR = re.compile(r"(?:[比较]|(?<![参涉])[与和同])(?P<of>上一?年度?|去年|(?:19|20)\d\d年)(?:(?:同期|底|末)?的?)$")

_FROM_LAST_YEAR = re.compile(r"[由从自](?P<of>上一?年度?|去年)(?:同期|底|末)?的?$")


class SentenceContext(NamedTuple):
    """The context of a sentence: its offsets, its passage and the years of that, and the years of the report."""

    start: int
    end: int
    passage: Passage
    years: Years
    report_year: int | None
    this_year: int | None
    since: int | None  # the first year that the report reviews
    goals: int  # where the sentence begins to list goals (主要预期目标是：), -1 where it does not
    tabular: bool  # the document has rows of cells
    tasks: Sequence[tuple[int, int]]  # cells that set a task with its result next to it


Adverbs = list[tuple[int, int, Years]]


def adverbs_of(plain: str, place: SentenceContext) -> Adverbs:
    """Return the spans of the adverbs of time in a sentence and their years."""
    if place.report_year is None or place.this_year is None or not _TIMED.search(plain, place.start, place.end):
        return []
    found = []
    for match in ADVERB.finditer(plain, place.start, place.end):
        years = adverb_years(match, plain, place.passage, place.report_year, place.this_year)
        if years is not None:
            found.append((match.start(), match.end(), years))
    return found


def when(
    plain: str, this: Reading, readings: Sequence[Reading], place: SentenceContext, adverbs: Adverbs
) -> tuple[str, Years]:
    """Return the modality and years of a number."""
    quantity, modality = this.quantity, place.passage.modality
    years, stated = _stated_years(plain, quantity, place, adverbs)
    this.spanned = years.first != years.last and any(
        given == years and (begin >= this.clause or plain[end - 1] == "内") for begin, end, given in adverbs
    )
    if place.report_year is None or years.last is None:
        return modality, Years(None, None)
    if modality == ACTUAL and place.tasks and _is_task(quantity, place):
        return TARGET, Years(place.report_year, place.report_year)
    before = plain[max(place.start, this.clause) : quantity.start]
    if modality == ACTUAL and not stated and _is_of_works(plain, max(place.start, this.clause - 1), quantity.start):
        return TARGET, Years(None, None)
    if modality == ACTUAL:
        aimed = _aimed_before(plain, this)
        ahead = stated and years.first is not None and years.first > place.report_year
        if ahead and (years.first != place.this_year or "预算" in before):
            modality = TARGET
        elif aimed and not stated and not _DONE.search(before):
            return TARGET, aimed
        elif (
            _is_aimed(_aiming(plain, this, place, years), stated, years, place) or -1 < place.goals < quantity.start
        ) and not _DONE.search(before):
            modality = TARGET
            if not stated and _DEMANDS.search(plain, place.start, max(place.goals, place.start)):
                return modality, Years(None, None)
            if not stated and years.last == place.report_year and place.this_year == place.report_year + 1:
                years = Years(place.this_year, place.this_year)
    elif result := _result_in_plan(plain, this, place, adverbs, years):
        modality, years = ACTUAL, years if stated else result
    return modality, _narrow(plain, this, readings, years, place)


def _aimed_before(plain: str, this: Reading) -> Years | None:
    """Return the year of the target that the level where it arrives continues: 将增长4%，达到603亿元."""
    before = this.previous
    if before is None or before.aimed is None or this.kind != "level":
        return None
    return Years(*before.aimed) if _ARRIVES.fullmatch(plain, before.quantity.end, this.quantity.start) else None


def _result_in_plan(plain: str, this: Reading, place: SentenceContext, adverbs: Adverbs, years: Years) -> Years | None:
    """Return the years of a result that is listed among targets, None of a target.

    In a plan that is under way, what follows a past year in its sentence is of that year until the words look ahead,
    and a sentence that looks ahead by no word, and is no item of a list, tells what is.
    """
    year, quantity, passage = place.report_year or 0, this.quantity, place.passage
    if years.stated and years.last is not None and years.last <= year:
        return years
    if _DONE.search(plain, max(place.start, this.clause), quantity.start):
        return Years(year, year)
    if not passage.future_span or passage.first is None or passage.first > year:
        return None
    if _DONE_BEHIND.match(plain, quantity.end):
        return Years(year, year)
    past = [(end, given) for _, end, given in adverbs if end <= quantity.start]
    if past and past[-1][1].stated and (past[-1][1].last or year + 1) <= year:
        return None if _AHEAD.search(plain, past[-1][0], quantity.start) else past[-1][1]
    line = plain.rfind("\n", 0, place.start) + 1
    looks_ahead = past or _AHEAD.search(plain, place.start, place.end) or _ITEM.match(plain, line)
    return None if looks_ahead or _GOES_ON.match(plain, place.start) else Years(year, year)


def _is_of_works(plain: str, start: int, end: int) -> bool:
    """Return whether the words before a number say that works will add it."""
    ahead = plain.find("预计", start, end) >= 0 or plain.find("将", start, end) >= 0
    return ahead and _OF_WORKS.search(plain, start, end) is not None


def asides_of(readings: Sequence[Reading]) -> list[int]:
    """Return where the figures in passing of a sentence start, in order: the bases that a rule reads alone."""
    return sorted([reading.quantity.start for reading in readings if reading.base and len(reading.rule.reads) == 1])


def adverbs_for(adverbs: Adverbs, asides: Sequence[int], quantity: Quantity) -> Adverbs:
    """Leave out the adverbs of an earlier figure in passing: 受理214件，2022年按新口径为173件，同口径增长23.7%."""
    n_earlier = bisect_left(asides, quantity.start)
    return [adverb for adverb in adverbs if adverb[1] > asides[n_earlier - 1]] if n_earlier else adverbs


def _aiming(plain: str, this: Reading, place: SentenceContext, years: Years) -> str:
    """Return the words that may aim at a number: of its clause, or of its whole sentence if that names a later year."""
    ahead = years.stated and (years.first or 0) > (place.report_year or 0)
    return plain[place.start if ahead else max(place.start, this.clause) : this.quantity.start]


def _is_aimed(before: str, stated: bool, years: Years, place: SentenceContext) -> bool:
    """Return whether words of aim precede a number; 预计 of a past year is only a preliminary figure."""
    sign = _AIM_SIGN.search(before)  # spares the pattern of many branches, which `re` tries at each character
    aim = sign and _AIM.search(before, sign.start())
    over = stated and years.last is not None and years.last <= (place.report_year or 0)
    return aim is not None and not (over and aim.group() in ("预计", "预计到"))


def _stated_years(plain: str, quantity: Quantity, place: SentenceContext, adverbs: Adverbs) -> tuple[Years, bool]:
    """Return the years of the last adverb for a number or of its passage, and whether the text states them."""
    years, stated = place.years, False
    if adverbs:  # where the part of the number begins
        part = max(plain.rfind("；", place.start, quantity.start), plain.rfind(";", place.start, quantity.start))
    for begin, end, given in adverbs:
        if end > quantity.start + 1:
            break
        if begin > place.start + _OPENING and end <= part:
            continue  # a year stated in one part of the sentence does not apply to the next
        if _CLOSED.match(plain, end, quantity.start):
            continue  # nor does one that a bracket closes in
        narrow = plain[begin - 1] == "比" or _SOME_YEARS.fullmatch(plain, begin, end)
        if narrow and plain.find("，", end, quantity.start) >= 0:
            continue  # nor one of a comparison, or of one figure: 比1978年前的二十六年平均增加4亿元，三年翻一番
        years, stated = given, stated or given.stated
    if stated and years.first == years.last and _is_past_event(plain, quantity, place, years, adverbs):
        return Years(place.years.last, place.years.last), False
    inherited = years is place.years and place.passage.role == REVIEW_OF_YEARS
    if inherited and _YEARLY.search(plain, place.start, place.end):
        return Years(place.report_year, place.report_year), False  # 同比 pins the year
    return years, stated


def _is_past_event(plain: str, quantity: Quantity, place: SentenceContext, years: Years, adverbs: Adverbs) -> bool:
    """Return whether a year is only that of an event, since which a later clause adds up: 2008年立项，累计投资5亿元."""
    if years.last is None or years.last >= (place.years.last or 0) or place.passage.modality != ACTUAL:
        return False
    clause = plain.rfind("，", place.start, quantity.start)
    end = max((end for _, end, given in adverbs if given is years), default=clause)
    return end < clause and "累计" in plain[clause : quantity.start]


def _is_task(quantity: Quantity, place: SentenceContext) -> bool:
    """Return whether a number is in a cell that sets a task, with the result in another cell of the row."""
    cell = bisect_right(place.tasks, (quantity.start, quantity.end)) - 1
    return cell >= 0 and quantity.start < place.tasks[cell][1]


def _narrow(plain: str, this: Reading, readings: Sequence[Reading], years: Years, place: SentenceContext) -> Years:
    """Narrow several years: a flow keeps all, a stock takes the last, a base the year before the first."""
    first, last = years.first, years.last
    head = plain[this.start : this.quantity.start]
    if this.base:
        return _base_year(plain, this, readings, head, years, place)
    change = this.kind.startswith("change")
    if change and not (years.stated and first != last):
        this.since = _since(plain, this, place)
        if this.since is None:
            this.since = _risen_since(plain, this, readings, years, place) or _continued(plain, this)
    if this.since is not None and last is not None:
        base = this.since
        return Years(base + 1, last) if base < last else Years(last, last)
    if change and first == last and last is not None and _AVERAGE.search(head):
        passage = place.passage
        if passage.future_span and passage.first is not None:
            return Years(min(passage.first, last), last)
        of_all = last == place.report_year and passage.modality == ACTUAL and not _FEW_YEARS.search(head)
        return Years(place.since, last) if of_all and place.since is not None else years
    if first == last or change:
        return years
    if this.kind == "share":
        spent = _SPENT_ON.search(plain, this.start, this.quantity.end + 6) is not None
        flows = this.of is not None and readings[this.of].kind == "level" and _is_flow(plain, readings[this.of])
        return years if spent or flows else Years(last, last)
    if this.kind == "ratio" and _TIMES_ONE_YEAR.search(plain, this.start, this.quantity.start):
        return Years(last, last)
    if this.kind == "ratio" and this.of is not None:
        return Years(first, last) if _is_flow(plain, readings[this.of]) else Years(last, last)
    if this.rule.base or _AGAINST_ONE_YEAR.match(plain, this.quantity.end):
        return Years(last, last)
    if _PASSING_SEVERAL.search(plain, max(place.start, this.quantity.start - _REACH), this.quantity.start + 1):
        return years  # each in a year of its own
    spanned = (
        this.spanned
        and "每年" not in head
        and (_ADDED.search(head) or not (_STOCK.search(head) or _names_figure(plain, this)))
    )
    return years if this.kind == "level" and (spanned or _is_flow_or_part(plain, this, readings)) else Years(last, last)


def _is_flow_or_part(plain: str, this: Reading, readings: Sequence[Reading]) -> bool:
    """Return whether a level is a flow, a part of one, or a size of one.

    获得成果1万多项，其中得到奖励的发明有418项; 改造道路16条，总长100公里.
    """
    figure, before = this.parts.get("figure", ()), this.previous
    if figure and before is not None and before.kind == "level" and _SIZE_OF_WORK.fullmatch(plain, *figure[-1]):
        return _is_flow(plain, before)
    if this.stated_as != "of_which" or _STOCK.search(plain, this.start, this.quantity.start):
        return _is_flow(plain, this)
    whole = next((r for r in readings[::-1] if r.start < this.start and r.stated_as != "of_which"), this)
    return _is_flow(plain, whole)


def _since(plain: str, this: Reading, place: SentenceContext) -> int | None:
    """Return the year that a change is counted from: 比2015年增长, 比“十五”末增长, 1957年比1952年，甲增长5%."""
    named = _SINCE_YEAR.search(plain, this.clause, this.quantity.start)
    if named:
        return int(named.group("year")) if named.group("year") else PLANS[named.group("plan")][1]
    between = list(_YEARS_COMPARED.finditer(plain, place.start, this.quantity.start))
    if not between or this.spanned:
        return None
    opens = between[-1].start() <= place.start + _OPENING  # what opens the sentence holds for all its parts
    if not opens and _OTHER_PART.search(plain, between[-1].end(), this.quantity.start):
        return None
    return int(between[-1].group(1))


def _risen_since(
    plain: str, this: Reading, readings: Sequence[Reading], years: Years, place: SentenceContext
) -> int | None:
    """Return the year from which a level rose whose change this is: 从2015年的56亿元增长到77亿元，累计增长38%."""
    if not this.kind.startswith("change") or years.last is None:
        return None
    before = this.previous
    if before and before.since and this.inherited and _AVERAGE.search(plain, this.start, this.quantity.start):
        return before.since  # 比1978年增长32%，年均增长7%
    if not this.of:
        return None
    level, base = readings[this.of], readings[this.of - 1]
    if not base.base or base.rule is not level.rule or _YEARLY.search(plain, this.start, this.quantity.start):
        return None
    head = plain[base.start : base.quantity.start]
    year = _base_year(plain, base, readings, head, years, place).first
    return year if year is not None and year < years.last - 1 else None


def _continued(plain: str, this: Reading) -> int | None:
    """Return the year that the change before is counted from, where nothing new is said: 比2015年甲增长5%，乙增长3%."""
    before = this.previous
    if before is not None and not before.kind.startswith("change"):
        before = before.previous
    if before is None or before.since is None or not before.kind.startswith("change"):
        return None
    return None if _NEW_TIME.search(plain, before.quantity.end, this.quantity.start) else before.since


def _base_year(
    plain: str, this: Reading, readings: Sequence[Reading], head: str, years: Years, place: SentenceContext
) -> Years:
    """Return the year in which a change from one level to another starts, and whether the report states it."""
    first, last = years.first, years.last
    if years.stated and first == last and len(this.rule.reads) == 1:
        return years
    stated = _BASE_YEAR.search(head) or _FROM_LAST_YEAR.search(head)
    if stated and place.this_year is not None:
        of = stated.group("of")
        return _one_year(int(of[:4]) if of[0].isdigit() else (last or 0) - 1)
    named = _NAMED_YEAR.search(head)
    if not named:
        before = this.previous
        if before is not None and before.base and before.rule is this.rule:
            named = _NAMED_YEAR.search(plain[before.start : before.quantity.start])
    if named:
        return _one_year(int(named.group(1)))
    found = list(_COUNTED_FROM.finditer(plain, place.start, this.quantity.start))
    if found:  # 2020年到2025年, 甲从17%升到35%; 甲从2020年的9升至10，乙从98升至178
        return _one_year(int(found[-1].group(1) or found[-1].group(2)))
    before_span = (first if first is not None else last or 0) - 1
    if _END_OF_PLAN.search(head):
        return _one_year((first or last or 0) - 1)
    return Years(before_span, before_span)


def _one_year(year: int) -> Years:
    return Years(year, year, True)


def is_stock(plain: str, this: Reading) -> bool:
    """Return whether a number states what there is at a time, and not what was done up to then."""
    return _STOCK.search(plain, this.start, this.quantity.start) is not None and not _is_flow(plain, this)


def _is_flow(plain: str, this: Reading) -> bool:
    """Return whether a level is work done over the years (新增83家) rather than a state at their end."""
    head = plain[this.start : this.quantity.start]
    if plain.startswith("的", this.quantity.end):
        return False  # 投资4亿元的项目: a size
    if plain[this.quantity.start - 1] == "在":
        return False  # 在1万多个项目中: what there is
    if _RESULT_OF_DEED.search(head):
        return True
    if _STOCK.search(head) and not _DONE_SO_FAR.search(head):
        summed = "累计" in head
        return summed and any(_SPENDING.search(plain, a, b) or _DONE_INSIDE.search(plain, a, b) for a, b in this.spans)
    verb = this.parts.get("verb")
    if verb and _KEEPS.match(plain, *verb[0]):
        return False
    if verb or "step" in this.parts or "deed" in this.parts or this.quantity.unit == "次":
        return True  # 造林绿化10万亩: 绿化 is the step of a case
    if not this.spans:
        return False
    start, end = this.spans[0]
    if plain.startswith("年", start) and not plain.startswith("年均", start):
        return False  # 年接待游客: of one year
    if _DONE_INSIDE.search(_REACHED.sub("", head)) or any(_DONE_INSIDE.search(plain, a, b) for a, b in this.spans):
        return True
    if _VERB_LEAD.match(plain, start, end) or plain.startswith(("新", "净增"), start):
        return True
    if _ACTS.search(plain, start, end) or (_FLOW_NOUN.search(plain, start, end) and _FLOW_LEAD.search(head)):
        return True
    return _is_done(plain, this)


def _names_figure(plain: str, this: Reading) -> bool:
    """Return whether the subject is a figure of one year or of its end, as 产值 and 人口 are."""
    return any(_YEARLY_FIGURE.search(plain, a, b) for a, b in this.spans)


def _is_done(plain: str, this: Reading) -> bool:
    """Return whether the words around a number say that something was done: 生态补水33亿立方米, 20所高校入选."""
    if _names_figure(plain, this) or _RANKED.match(plain, this.quantity.end):
        return False
    if this.stated_as == "total" or this.quantity.end <= this.spans[-1][0]:
        return True
    return any(_DEED_FIRST.match(plain, a, b) or _DEED_LAST.search(plain[a:b]) for a, b in this.spans)
