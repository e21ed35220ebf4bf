"""The subject to look up for an observation: its own, completed by what its sentence implies."""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.rows import ObservationRow

# 占…比重 without a subject: `研发投入1880亿元、增长11.8%，占地区生产总值比重5.81%`
_BARE_SHARE = re.compile(r"(?:[一二三四五六七八九十两]年前|去年|上年|同期)?((?:总量|规模|比重|仅|约)?占(?!比|用)|比重)")
# A stock stated after the flow that it includes: `新增商事主体56万户，累计达265万户`
_NEW = re.compile(r"新增(?:加)?|新登记(?:注册)?|新认定|新引进|净增")
_STOCK_ADVERB = re.compile(r"(?:累计|总量|总数|总计)[^，。；、0-9]{0,6}$")
# 新增企业70家，达420家
_THEN_TOTAL = re.compile(r"[0-9余多万亿][家个户所名人件项座处条张][，、](?:已|共)?达到?$")
# The increment stated before the level: `预算收入一年净增157亿元，达658亿元`
_MORE = ("净增", "增加", "新增")
_INCREMENT = re.compile(r"(?:[一二两三四五]年)?(?:净增|增加|新增)$")
_VERB = re.compile(r"新|净增|引进|引入|建成|完成|培育|累计|总|获|实现")
# The size of a project, not what was invested in it this year: `投资10亿元的电子产业园`
_INVESTED = re.compile(r"(?<!总)(?<!完成)投资$")
_AMOUNT = "投资"
_SPENT = re.compile(r"^(?:[①-⑳]|[一二三四五六七八九十]是)?投资$")
# 改造道路16条，总长100公里: how long those 16 are
_LENGTH = re.compile(r"[0-9][余多]?条[，、]?(?:总长|总里程|总长度)[^，。；0-9]{0,3}$")
# 产业项目44个，投资2200亿元: the amount belongs to the projects counted just before.
_COUNTED = re.compile(r"[0-9][个项家处条所座][，、]$")
# 加快推动600个项目建设 and 加快A等3个停车场建设 count works under way, not what was built.
_PUSHED = re.compile(r"(?:加快|推动|推进|加速)(?:[^，。；：]{0,40}等)?$")
_BUILT = "建设"
_BUILDING = re.compile(r"^(?!.*(?:推进|推动|加快|开工|在建|改建|扩建))(.+)建设$")
_OF = re.compile(r"(?:左右|以上|多)?的")
# 59项民生实事完成57项: 59 were to be done.
_DONE_OF_THEM = re.compile(r"[^，。；、：,;:0-9\s]{1,12}(?:已|共)?(?:完成|办结|建成|竣工|办复|落实)[0-9]")
_DONE_WORDS = ("完成", "办结", "建成", "竣工", "办复", "落实")
# One number for each of several subjects: `固定资产投资、社会消费品零售总额均超过1万亿元`
_EACH = re.compile(r"(?:均|都|皆|各)[^，。；、0-9]{0,6}$")
_AND = re.compile(r"[、和与及]")
# A part of the territory that a sentence names: `X合作区地区生产总值增长10%，规上工业增加值增长26%`
_AREA = re.compile(
    r"[一-鿿]{1,8}?(?:合作区|开发区|高新区|新区|自贸区|自贸试验区|示范区|保税区|综保区|保税港区|片区|园区|科学城|街道|特区)"
)
# 中心城区达到10.96平方公里，常住人口达到10万人: the population is that of the centre.
_CORE = re.compile(r"(?:中心|主)?城区|县城|建成区|镇区")
# Not the name of an area: 新增街道长者服务中心 is a kind of centre, 完成工业园区转供电改造 of works, 原特区外 no zone.
_NO_NAME = re.compile(
    r"(?:(?:新增|新建|建成|完成|实施|推进|建设|打造|工业|产业|各|全部|社区|企业|科技|物流|级|个|重点|老旧|示范性|和|、)+"
    r"(?:街道|园区|片区|示范区)$)|特区$"
)
# Verbs, numbers and kinds: 建成主题园区 and 试点打造生态工业园区 name no area, and neither does 老旧工业园区.
_NO_PROPER_NAME = re.compile(
    r"[0-9一二两三四五六七八九十]个|新设|新增|新建|建成|开展|完成|实施|推进|推动|建设|打造|创建|试点|引进|培育|改造|整治|启动|纳入|获批|升级|提升|入选|覆盖"
    r"|老旧|主题|工业园区$|产业园区$|科技园区$|农业园区$|物流园区$|示范|重点|省级|国家级|市级|计划|规划|加快|支持|设立|成立"
    r"|开通|修建|出台|举措|组建|每个|选择|硬化|率先|蝉联|完善|优化|首|全部|其他|各|等|和|与|、"
)
# The start of a list that counts only new things: `新认定科技园5个，市级孵化器3个以上`
_NEW_IN_LIST = re.compile(
    r"^(?:[^，、；。]{0,8}?)(?:新增|新认定|新引进|新培育|新获批|新评定|新创建|新建|新设|培育|引进|引育|创建|认定)"
)
# The start of a list that counts what something else was done to: `谋划亿元以上项目20个，5亿元以上项目10个`
_OWN_STATE = re.compile(r"在建|现有|已有|拥有|共有|实有")
_DONE_IN_LIST = re.compile(r"^[^，、；。]{0,6}?(?:谋划|签约|开工|储备|落地|申报|争取|实施|推进)")
# Words that state a total: a number after one of them is not part of such a list.
_AMOUNTS_TO = re.compile(r"达|增至|增加到|累计|总|突破|由|从|拥有|共有|已有|现有|保有|均|升至|提高|第|为")
_LIST = re.compile(r"[，、]")
_CLAUSE = re.compile(r"[，。；、：;:（）()\n]")
# Words that say that a number before its noun is a stock: 现有 9 家, 总计 9 家
_EXISTS = re.compile(r"(?:有|共|达|达到|至|为|超过|突破|近|超|计|是|剩|余|设)[^，。；、]{0,2}$")
_ATTRIBUTE = re.compile(r"元(?:以上)?的[^的]{0,10}$")
# Units of what is counted one by one.
COUNTED = frozenset("家户个人名所项件条座")
# The same subjects recur in report after report.
_CACHE_SIZE = 40_000
# The end of a noun: how much of a subject is looked up in its sentence.
_NOUN = 2
_COUNT = re.compile(r"[0-9０-９][^0-9０-９元%％‰率]*$")


def subjects_of(row: ObservationRow, before: ObservationRow | None) -> tuple[str, ...]:
    """Return the subjects to look up for an observation; several if its number holds for each of several things.

    `before` is the observation before it in the text, if any.
    """
    subject = row["subject"] or ""
    bare = _BARE_SHARE.match(subject) if row["kind"] == "share" else None
    if bare and before is not None and before["sentence"] == row["sentence"]:
        return (f"{before['subject'] or ''}{subject[bare.start(1) :]}",)
    increment = _INCREMENT.search(subject) if subject.endswith(_MORE) else None
    if increment and before is not None and before["sentence"] == row["sentence"] and before["subject"] == subject:
        return (subject[: increment.start()],)
    listed = _shared_verb(row, before) if before is not None else ""
    if listed:
        return (f"{listed}{subject}",)
    built = _BUILDING.match(subject) if subject.endswith(_BUILT) else None
    if built and row["kind"] == "level" and _PUSHED.search(lead_of(row)):
        return (f"推进{built.group(1)}",)
    if subject.endswith(_AMOUNT) and _is_size(row):
        return (f"{subject[: -len(_AMOUNT)]}总投资",)
    new = _NEW.match(subject)
    if new and row["kind"] == "level" and _states_total(lead_of(row)):
        return (f"{subject[new.end() :]}总量",)
    if _AND.search(subject) and _EACH.search(lead_of(row)):
        parts = tuple(part for part in _AND.split(subject) if part)
        return (subject, *parts)
    return (subject,)


def scope_of(row: ObservationRow, before: ObservationRow | None) -> str:
    """Return the scope of a subject: its own, or that of the same subject just before.

    `辖区公共财政收入由351亿元增加到724亿元`: 辖区 applies to both numbers.
    """
    own = row["scope"] or ""
    if own or before is None or before["sentence"] != row["sentence"] or before["subject"] != row["subject"]:
        return own
    return before["scope"] or ""


def listed_as_new(row: ObservationRow) -> str:
    """Return 新增 if a number without that word is in a list of new things.

    `新增持牌机构2家，风投机构10家以上`: ten more, not ten in total.
    """
    return "新增" if _is_listed_after(row, _NEW_IN_LIST) else ""


def is_listed_as_done(row: ObservationRow) -> bool:
    """Return whether a count without a verb is in a list of what was begun or planned, so that it is no stock."""
    unit = row["unit"] or "\n"
    if unit not in COUNTED or _OWN_STATE.match(row["subject"] or "") or lead_of(row).count(unit) == 0:
        return False
    return _is_listed_after(row, _DONE_IN_LIST, unit)


def _is_listed_after(row: ObservationRow, start: re.Pattern[str], unit: str = "") -> bool:
    segment = re.split(r"[；;。：:（）()\n]", lead_of(row))[-1]
    *before, own = _LIST.split(segment)
    if new_verb(row["subject"] or "") or _AMOUNTS_TO.search(own) or _AMOUNTS_TO.match(row["quote"] or ""):
        return False
    for item in reversed(before):
        if not _COUNT.search(item) or not item.endswith((unit, f"{unit}以上")):
            return False
        if start.match(item):
            return not unit or _AMOUNTS_TO.search(item) is None
        if _AMOUNTS_TO.search(item):
            return False
    return False


def is_object(row: ObservationRow) -> bool:
    """Return whether a number precedes its noun, and so may count what something was done to.

    `高校16所` is how many there are; `争取3个国家级试点` and `16所高校入选` are not.
    """
    sentence, lead, noun = row["sentence"] or "", lead_of(row), (row["subject"] or "")[-_NOUN:]
    if not lead and not sentence.startswith(row["quote"] or "\n"):
        return False
    before = _CLAUSE.split(lead)[-1]
    after = _CLAUSE.split(sentence[len(lead) + len(row["quote"] or "") :])[0]
    if noun in before:
        # 谋划实施总投资55亿元的重点项目21个: the verb precedes the attribute.
        return _ATTRIBUTE.search(before) is not None
    return noun in after and not _EXISTS.search(before)


def new_verb(subject: str) -> str:
    """Return the 新增 that a subject begins with, or an empty string."""
    match = _NEW.match(subject)
    return match.group() if match else ""


def _shared_verb(row: ObservationRow, before: ObservationRow) -> str:
    """Return the 新增 that a sentence states once for several numbers.

    In a list: `新增单项冠军6家、上市企业5家` counts new listed companies; of a part: `新增平台22家，其中市级以上13家`.
    """
    new, subject = new_verb(before["subject"] or ""), row["subject"] or ""
    if not new or before["sentence"] != row["sentence"] or row["kind"] != before["kind"] or _VERB.match(subject):
        return ""
    gap = row["char_start"] - before["char_end"]
    between = lead_of(row)[-gap:] if gap > 0 else ""
    in_a_list = between in (f"、{subject}", f"和{subject}")
    a_part = "其中" in between and subject.startswith(before["subject"][len(new) :])
    return new if in_a_list or a_part else ""


def is_of_another(row: ObservationRow) -> bool:
    """Return whether an amount or length is not that of its subject as a whole.

    A clause that begins with 投资 is about what follows: `一是投资5万元建沼气池；二是投资9万元，实施饮水工程`.
    The length after a number of roads is theirs.
    """
    lead = lead_of(row)
    if _LENGTH.search(lead):
        return True
    clause = _CLAUSE.split(lead)[-1]
    noun = re.sub(r"(?:工程|建设|项目|完成)*投资$", "", row["subject"] or "")[-_NOUN:]
    if not noun or not _SPENT.search(clause) or _COUNTED.search(lead[: len(lead) - len(clause)]):
        return False
    sentence = row["sentence"] or ""
    return noun not in re.split("[；;。]", sentence[len(lead) :])[0]


def is_planned_number(row: ObservationRow) -> bool:
    """Return whether a number says how many were to be done, and the one after it how many were."""
    sentence, quote = row["sentence"] or "", row["quote"] or ""
    if not any(done in sentence for done in _DONE_WORDS):
        return False
    return _DONE_OF_THEM.match(sentence, len(lead_of(row)) + len(quote)) is not None


def _states_total(lead: str) -> bool:
    """Return whether the words before a number say that it is a total, after one of new things."""
    return _STOCK_ADVERB.search(lead) is not None or _THEN_TOTAL.search(lead) is not None


def _is_size(row: ObservationRow) -> bool:
    """Return whether an amount after 投资 is the size of a project: `投资` before it, and `的` with it after it."""
    sentence, quote, lead = row["sentence"] or "", row["quote"] or "", lead_of(row)
    if not _INVESTED.search(lead):
        return False
    return _OF.match(sentence, len(lead) + len(quote)) is not None


def lead_of(row: ObservationRow) -> str:
    """Return the sentence up to the number.

    A sentence may have the same number twice; the one next to the subject is meant.
    """
    sentence, quote = row["sentence"] or "", row["quote"] or ""
    start = sentence.find(quote)
    if start < 0:
        return ""
    if sentence.find(quote, start + 1) < 0:
        return sentence[:start]
    noun = (row["subject"] or "")[-_NOUN:]
    places = [match.start() for match in re.finditer(re.escape(quote), sentence)]
    whole = [place for place in places if not (sentence[place - 1 : place].isdigit() and quote[:1].isdigit())] or places
    return sentence[: min(whole, key=lambda place: _distance_to(noun, sentence, place, place + len(quote)))]


def _distance_to(noun: str, sentence: str, start: int, end: int) -> int:
    """Return how far a noun is from a number: how many characters are between them."""
    before, after = sentence.rfind(noun, 0, start), sentence.find(noun, end)
    distances = [start - before - len(noun)] if before >= 0 else []
    return min([*distances, after - end] if after >= 0 else distances, default=len(sentence))


@lru_cache(_CACHE_SIZE)
def core_of(subject: str) -> str | None:
    """Return the built-up part of a territory that a subject begins with, if any."""
    match = _CORE.match(subject)
    return match.group() if match else None


@lru_cache(_CACHE_SIZE)
def area_of(subject: str) -> str | None:
    """Return the part of a territory that a subject begins with, if any."""
    match = _AREA.match(subject)
    if match is None or _NO_NAME.match(match.group()) or _NO_PROPER_NAME.search(match.group()):
        return None
    outside = "外" if subject.startswith("外", match.end()) else ""
    return match.group() + outside
