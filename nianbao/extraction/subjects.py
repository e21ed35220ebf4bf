"""Naming what each number of a sentence measures: from its own clause, else from the clause before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .clauses import ADJACENT, CLAUSE, ITEM, RATIO, RISEN, Slot, Span
from .grammar import FLOW, FRONTS, LEAD, LIST_MARK, RELATIONAL, SHARE_OF, TAILS, VERB_LEAD, VERB_ONLY
from .heads import Head, read_head
from .quantities import Quantity

_LONG = 16
_EMPTY_SUBJECT: tuple[Span, ...] = ()
_STRONG_VERB = re.compile(
    r"(?:新增|新建|建成|开展|完成|引进|培育|发放|举办|查处|受理|办结|化解|培训|新开工|开工建设|打造|拆除|整治|改造|提供|组织|实施|惠及|服务|覆盖|促成|带动|吸引|引入|培养|新引进|新认定|签约|推出|设立|组建|投入|安排|筹集|供应|开通|打通|审查|印发|制定|出台|清理|取消|调解|排查|检查|抽查|处置|处理|破获|抓获|接待|受益|帮助|资助|扶持|发布|建设|推广|推动|解决|创建|获评|荣获|获得|入选|新设|超额完成|布局|落地|投放|种植|修复|修缮|安装|更新|治理|减免|释放|整备|盘活|争取|达成|实现)(?=[\u4e00-\u9fff“《A-Z])"
)
_AGENT = re.compile(rf"^(?:[^，、]{{1,12}}?(?:全年|共|累计|已|先后|分别|年内)+)(?=(?:{FLOW}))")
_ENUMERATION = re.compile(r"(?<=[^，。])等(?:重点|重大|一批|多个|各类)?$")
_TAIL_OPEN = re.compile(r"[的之](?!前|后|间|内|中)")
_NO_TAIL = re.compile(r"(?:\(|（|和|与|及|以及|并|但|而|,|，|为|用于|比|较|左右|。|以来|时|后|前|中|内|“?$|同比|不等|/|-|其中)")
_MEASURED_CLASSES = frozenset(["percent", "money", "measure", "span", "rank"])
_DOWN_COUNT = re.compile(r"(?:减少|精简|压减|裁减|核减|缩减|削减|压缩|净减少?|减)")
_BOTH = re.compile(r"均|都|双双|皆")
_PART = re.compile(r"其中[，,:：]?")
_SHORT_PART = 4


@dataclass(slots=True)
class Named:
    """A number with its subject, as spans of the text, and the number (by index) that it belongs to."""

    slot: Slot
    head: Head
    spans: tuple[Span, ...] = _EMPTY_SUBJECT
    noun: tuple[Span, ...] = _EMPTY_SUBJECT
    verb: Span | None = None
    of: int | None = None
    inherited: bool = False
    kind: str = "level"
    items: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class _Topic:
    """The last thing a sentence spoke of; `index` is its number, None where it had none."""

    spans: tuple[Span, ...]
    noun: tuple[Span, ...]
    index: int | None


def kind_of(quantity: Quantity, head: Head, plain: str) -> str:
    """level, share, change_pct, change_abs, change_pp, ratio or rank, from the unit and the words before it."""
    unit_class = quantity.unit_class
    if unit_class == "rank":
        return "rank"
    if quantity.unit == "倍":
        return "ratio"
    if quantity.kind_hint == "fold":
        return "change_pct"
    if unit_class == "percent":
        if "点" in quantity.unit:
            return "change_pp"
        return "change_pct" if head.direction else "share"
    if head.direction and not head.noun_of_change:
        return "change_abs"
    start, end = head.core
    if unit_class in ("count", "person", "money", "measure", "none") and _DOWN_COUNT.match(plain, start, end):
        head.direction = "down"
        return "change_abs"
    return "level"


def name_subjects(plain: str, slots: list[Slot], carried: _Topic | None) -> tuple[list[Named], _Topic | None]:
    """The numbers of one sentence with their subjects, and what the next sentence of the paragraph may inherit."""
    named: list[Named] = []
    topics: list[_Topic | None] = [None]
    verb: Span | None = None
    for index, slot in enumerate(slots):
        while len(topics) <= slot.depth:
            topics.append(topics[-1])
        while len(topics) > slot.depth + 1:
            topics.pop()
        if slot.fresh and slot.depth == 0:
            topics[-1] = None
        head = read_head(plain, slot.head, slot.quantity.kind_hint == "fold" and "fold" or slot.quantity.unit_class)
        this = Named(slot, head)
        this.kind = kind_of(slot.quantity, head, plain)
        named.append(this)
        topic = topics[-1]
        if slot.join == RISEN and index:
            _take_over(this, named[index - 1])
            named[index - 1].head.base = True
        elif slot.join == RATIO and index:
            this.kind = "share"
            named[index - 1].kind = "share" if named[index - 1].kind == "level" else named[index - 1].kind
            _take_over(this, named[index - 1])
        else:
            if slot.join == CLAUSE:
                verb = None
            _name(plain, named, index, topic, carried, verb)
        if this.verb is not None:
            verb = this.verb
        if this.kind in ("level", "share") and this.spans and not (this.inherited and topic and this.kind == "share" and topic.index is not None and named[topic.index].kind == "level"):
            topics[-1] = _Topic(this.spans, this.noun or this.spans, index)
        elif this.spans and not this.inherited and this.kind != "rank":
            topics[-1] = _Topic(this.spans, this.noun or this.spans, index if this.kind == "change_abs" else None)
    _share_lists(plain, named)
    last = topics[0]
    return named, _Topic(last.spans, last.noun, None) if last else None


def _take_over(this: Named, other: Named) -> None:
    """`this` measures what `other` measures."""
    this.spans, this.noun, this.verb, this.inherited = other.spans, other.noun, other.verb, True
    if other.kind in ("share", "change_pct", "level") and this.kind in ("level", "share"):
        if this.slot.quantity.unit_class == "percent":
            this.kind = "share" if other.kind == "level" else other.kind
        if other.kind in ("change_pct", "change_pp"):
            this.head.direction = other.head.direction


def _name(plain: str, named: list[Named], index: int, topic: _Topic | None, carried: _Topic | None, verb: Span | None) -> None:
    """Name one number from its head and tail, its clause's verb, or the topic."""
    this = named[index]
    slot, head, quantity = this.slot, this.head, this.slot.quantity
    start, end = head.core
    tail = _tail_words(plain, slot, this.kind, start < end)
    fallback = topic or _text_topic(plain, slot) or carried
    if this.kind == "change_pct" or this.kind == "change_pp" or this.kind == "ratio" or this.kind == "rank" or (this.kind == "change_abs" and start == end):
        _name_change(plain, this, fallback, tail)
        return
    if start == end:
        if tail:
            if slot.join in (ITEM, ADJACENT) and verb is not None:
                this.spans, this.noun, this.verb = (verb, tail), (tail,), verb
            else:
                this.spans = this.noun = (tail,)
        elif slot.join in (ITEM, ADJACENT) and index and named[index - 1].spans:
            before = named[index - 1]
            this.spans, this.noun, this.inherited = before.spans, before.noun, True
            if before.kind != this.kind and before.kind in ("level",) and this.kind == "share":
                this.of = index - 1
        elif fallback:
            this.spans, this.noun, this.of, this.inherited = fallback.spans, fallback.noun, _if_linked(this, fallback), True
        return
    if this.kind == "share" and SHARE_OF.match(plain, start, end) and fallback:
        this.spans = (*fallback.spans, (start, end))
        this.noun, this.of, this.inherited = this.spans, fallback.index, True
        return
    if RELATIONAL.fullmatch(plain, start, end) and fallback and not (tail and quantity.unit_class == "count" and slot.join == ITEM):
        this.spans = (*fallback.noun, (start, end))
        this.noun, this.inherited = this.spans, True
        if this.kind == "share":
            this.of = fallback.index
        return
    if VERB_ONLY.fullmatch(plain, start, end):
        this.verb = (start, end)
        if tail:
            this.spans, this.noun = ((start, end), tail), (tail,)
        elif fallback:
            this.spans, this.noun, this.inherited = ((start, end), *fallback.noun), fallback.noun, True
        else:
            this.spans = this.noun = ((start, end),)
        return
    _name_own(plain, this, tail, verb, fallback)


def _if_linked(this: Named, topic: _Topic) -> int | None:
    return topic.index if this.kind == "share" else None


def _name_own(plain: str, this: Named, tail: Span | None, verb: Span | None, topic: _Topic | None) -> None:
    """The head names the subject itself, with the counted noun behind the number where there is one."""
    slot = this.slot
    start, end = this.head.core
    listed = _ENUMERATION.search(plain, start, end)
    lead = VERB_LEAD.match(plain, start, end)
    if listed and tail:
        # 建设甲、乙等5个项目: the names are examples of what is counted
        first = lead.end() if lead else start
        this.verb = (start, first) if lead else None
        this.spans = ((start, first), tail) if lead else (tail,)
        this.noun = (tail,)
        return
    if end - start > _LONG:
        start = _shorten(plain, start, end)
        lead = VERB_LEAD.match(plain, start, end)
    if lead and lead.end() < end:
        this.verb = (start, lead.end())
        this.noun = ((lead.end(), end),)
    else:
        this.noun = ((start, end),)
    own: tuple[Span, ...] = ((start, end),)
    if slot.join == ITEM and lead is None and verb is not None and this.kind == "level":
        own = (verb, (start, end))
        this.verb = verb
    elif slot.depth and slot.parent is not None and topic is not None and end - start <= _SHORT_PART and this.kind == "level":
        own = (*topic.noun, (start, end))
        this.inherited = True
    elif topic is not None and end - start <= _SHORT_PART and _PART.search(plain, slot.head[0], start):
        own = (*topic.noun, (start, end))
    if tail:
        own = (*own, tail)
        this.noun = (*this.noun, tail)
    this.spans = own


def _shorten(plain: str, start: int, end: int) -> int:
    """Where the last strong verb of a long head begins, so that the purpose before it is left out."""
    best = start
    for match in _STRONG_VERB.finditer(plain, start, end):
        if match.start() > start and end - match.end() >= 3 and plain[match.start() - 1] not in "的和与、等":
            best = match.start()
    return best


def _name_change(plain: str, this: Named, topic: _Topic | None, tail: Span | None) -> None:
    """A change, ratio or rank names its own subject or belongs to the last level."""
    start, end = this.head.core
    lead = VERB_LEAD.match(plain, start, end)
    if start < end and not RELATIONAL.fullmatch(plain, start, end) and plain[start:end] not in ("是", "为", "增", "相当于"):
        if this.kind == "ratio":
            start, end = _before_base(plain, start, end)
            if start == end and topic:
                this.spans, this.noun, this.of, this.inherited = topic.spans, topic.noun, topic.index, True
                return
        if this.kind in ("change_pct", "change_pp") and SHARE_OF.match(plain, start, end) and topic:
            this.spans = (*topic.spans, (start, end))
            this.noun, this.of, this.inherited = this.spans, topic.index, True
            return
        if VERB_ONLY.fullmatch(plain, start, end) and topic:
            this.spans, this.noun, this.inherited = ((start, end), *topic.noun), topic.noun, True
            this.of = None
            return
        if end - start > _LONG:
            start = _shorten(plain, start, end)
        this.spans = this.noun = ((start, end),)
        if lead and lead.end() < end:
            this.noun = ((lead.end(), end),)
        return
    if topic:
        own: tuple[Span, ...] = topic.spans
        if start < end and plain[start:end] not in ("是", "为", "增", "相当于"):
            own = (*topic.noun, (start, end))
        this.spans, this.noun, this.of, this.inherited = own, topic.noun, topic.index, True
        if this.kind == "rank":
            this.of = None
        return
    if tail:
        this.spans = this.noun = (tail,)


_BASE_OF_RATIO = re.compile(r"(?:相当于|达到|达|约)?(?:是|为|相当于)(?P<base>[^，、]{1,22}?的?)$")


def _before_base(plain: str, start: int, end: int) -> Span:
    """Leave out the base of a ratio (是2010年的2.6倍)."""
    base = _BASE_OF_RATIO.search(plain, start, end)
    return (start, base.start()) if base else (start, end)


def _text_topic(plain: str, slot: Slot) -> _Topic | None:
    """The clause without a number before this one, as a topic."""
    if slot.topic is None:
        return None
    start, end = slot.topic
    lead = LEAD.match(plain, start, end)
    if lead:
        start = lead.end()
    if end - start < 2 or end - start > 40:
        return None
    verb = VERB_LEAD.match(plain, start, end)
    noun = (verb.end(), end) if verb and verb.end() < end else (start, end)
    if end - start > _LONG:
        cut = _shorten(plain, start, end)
        return _Topic(((cut, end),), ((cut, end),), None)
    return _Topic(((start, end),), (noun,), None)


def _tail_words(plain: str, slot: Slot, kind: str, has_head: bool) -> Span | None:
    """The counted noun (and its predicate) behind the number, where there is one."""
    start, end = slot.tail
    while start < end and plain[start] in " \t":
        start += 1
    if start >= end or _NO_TAIL.match(plain, start, end):
        return None
    opened = _TAIL_OPEN.match(plain, start, end)
    if opened:
        start = opened.end()
    elif kind != "level" and (has_head or kind != "share"):
        return None
    elif slot.quantity.unit_class in ("money", "span") and has_head:
        return None
    elif slot.quantity.unit_class == "measure" and has_head and end - start > 12:
        return None
    if start >= end:
        return None
    while start < end and plain[end - 1] in " \t\n":
        end -= 1
    return (start, end) if start < end else None


def split_list(plain: str, start: int, end: int) -> list[Span]:
    """The members of a list joined by 、 和 与 及, as spans.

    A list with one mark only inside a name is the caller's to judge: it compares the number of members.
    """
    members: list[Span] = []
    at = start
    for mark in LIST_MARK.finditer(plain, start, end):
        if mark.start() > at:
            members.append((at, mark.start()))
        at = mark.end()
    if at < end:
        members.append((at, end))
    return members


def _share_lists(plain: str, named: list[Named]) -> None:
    """Give each number of a bare list (A、B分别增长x、y) its own member of the list before it."""
    index = 0
    while index < len(named):
        last = index
        while last + 1 < len(named) and _bare_member(named[last + 1]) and (
            named[last + 1].slot.quantity.unit_class == named[index].slot.quantity.unit_class or named[last + 1].slot.join == RATIO
        ):
            last += 1
        count = last - index + 1
        if count > 1:
            _distribute(plain, named, index, count)
        elif named[index].kind in ("change_pct", "level", "share", "rank", "ratio"):
            pass
        index = last + 1


def _bare_member(this: Named) -> bool:
    slot = this.slot
    return slot.join in (ITEM, RATIO) and slot.head[0] == slot.head[1] and slot.join != RISEN


def _distribute(plain: str, named: list[Named], index: int, count: int) -> None:
    first = named[index]
    run = named[index : index + count]
    for member in run[1:]:
        if first.head.direction and member.kind in ("share", "level") and (first.kind in ("change_pct", "change_abs", "change_pp")):
            member.kind, member.head.direction = first.kind, first.head.direction
        elif first.kind == "share" and member.kind == "share":
            pass
        member.head.compared_with = first.head.compared_with
    if any(_has_tail(plain, member) for member in run):
        return
    start, end = first.head.core
    members = split_list(plain, start, end) if start < end else []
    if len(members) != count and first.slot.topic is not None and start == end:
        members = split_list(plain, *first.slot.topic)
    if len(members) > count and start < end:
        members = [span for span in _split_marks(plain, start, end)]
    if len(members) == count:
        _assign(plain, run, members)
        return
    if start == end or first.inherited:
        levels = [i for i in range(index) if named[i].kind in ("level", "share") and named[i].spans]
        if len(levels) >= count:
            chosen = levels[-count:]
            for member, level in zip(run, chosen, strict=True):
                other = named[level]
                member.spans, member.noun, member.inherited = other.spans, other.noun, True
                member.of = level if member.kind != "rank" else None
            return
    for member in run[1:]:
        member.spans, member.noun = first.spans, first.noun


def _split_marks(plain: str, start: int, end: int) -> list[Span]:
    """Split by 、 only, the last member once more by 和: 文化、体育和旅游产业、金融业."""
    members = []
    at = start
    for position in range(start, end):
        if plain[position] == "、":
            members.append((at, position))
            at = position + 1
    members.append((at, end))
    return [m for m in members if m[0] < m[1]]


def _has_tail(plain: str, this: Named) -> bool:
    return _tail_words(plain, this.slot, this.kind, False) is not None


def _assign(plain: str, run: list[Named], members: list[Span]) -> None:
    """Members of a list to the numbers behind it; a front or a tail that they share goes to each."""
    tail = TAILS.search(plain, *members[-1])
    front = FRONTS.match(plain, *members[0])
    verb = VERB_LEAD.match(plain, *members[0])
    for place, (this, span) in enumerate(zip(run, members, strict=True)):
        spans: tuple[Span, ...] = (span,)
        if front and place and not FRONTS.match(plain, *span):
            spans = ((front.start(), front.end()), span)
        elif verb and place and verb.end() < members[0][1]:
            spans = ((verb.start(), verb.end()), span)
        if tail and tail.start() > members[-1][0] and place < len(run) - 1 and not TAILS.search(plain, *span):
            spans = (*spans, (tail.start(), tail.end()))
        this.spans = this.noun = spans
        this.inherited = False
        this.of = None
