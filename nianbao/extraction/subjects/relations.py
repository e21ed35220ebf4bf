"""Which number of the sentence a proportion, a rate or a change belongs to, where its own words do not name it."""

from __future__ import annotations

import re

from nianbao.extraction.subjects.resolved import ResolvedNumber, Topic
from nianbao.extraction.syntax.clauses import RATIO, RISEN, Span
from nianbao.extraction.syntax.patterns import VERB_LEAD

_SECTORS = ("第一产业", "第二产业", "第三产业")
_SECTOR_HEAD = re.compile(r"(?P<two>二三产业|(?<!一、)二、三)|三次产业|三次|一二三|三产")
_OF_SECTORS = re.compile("产业(?:结构|比例?|构成)")  # three parts of it can only be the three sectors
_SHORT_RATE = re.compile(
    r"(?:按期|直接|按时|及时|准时|总体|平均|综合|总|其中)*(?P<stem>[^，、；。失]{2,5}?)(?:成功)?率"
)
_NOT_DONE = re.compile(r"[不未]予?$")


def copy_subject(this: ResolvedNumber, other: ResolvedNumber) -> None:
    """`this` measures what `other` measures."""
    this.spans, this.noun, this.verb, this.label, this.inherited = (
        other.spans,
        other.noun,
        other.verb,
        other.label,
        True,
    )
    if (
        this.slot.quantity.unit_class == "percent"
        and "点" not in this.slot.quantity.unit
        and other.kind in ("share", "change_pct")
    ):
        this.kind = other.kind
        this.head.direction = other.head.direction


def share_in_proportion(plain: str, named: list[ResolvedNumber], index: int) -> None:
    """Members of a proportion (0.1∶47.2∶52.7) are shares of what the head names, sector by sector."""
    first = index - 1
    while first and named[first].slot.join == RATIO:
        first -= 1
    head = named[first]
    sectors: tuple[str, ...] | None = None
    if head.slot.join == RISEN and first:
        # 46.2∶53.7优化为41.2∶58.8: the second proportion has the members of the first
        earlier = first - 1
        while earlier and named[earlier].slot.join == RATIO:
            named[earlier - 1].head.base = True
            earlier -= 1
        sectors = tuple(named[at].label for at in range(earlier, first))
    start, end = head.slot.head
    found = _SECTOR_HEAD.search(plain, start, end)
    if found:
        sectors = _SECTORS[1:] if found.group("two") else _SECTORS
    elif index == first + 2 and not sectors and _OF_SECTORS.search(plain, start, end):
        sectors = _SECTORS
    for place in range(first, index + 1):
        member = named[place]
        member.kind = "share"
        if place > first:
            copy_subject(member, head)
            member.kind = "share"
        if named[index].slot.quantity.value == 1 and index == first + 1:
            member.kind = "ratio"  # 2.36∶1 is so many times the other
        if sectors and place - first < len(sectors):
            member.label = sectors[place - first]


def counted_before(plain: str, named: list[ResolvedNumber], start: int, end: int, index: int) -> int | None:
    """The last amount of what a word counts: 受理39件、不予受理2件，受理量下降 leads to the 39."""
    stem = plain[start:end]
    for at in range(index - 1, -1, -1):
        earlier = named[at]
        if earlier.kind != "level" or (earlier.head.base and earlier.head.compared_with):
            continue
        if tells_of(plain, stem, earlier.spans):
            return at
    return None


def tells_of(plain: str, stem: str, spans: tuple[Span, ...]) -> bool:
    """Whether one of the spans tells what a word says, and not that it was not done (不予受理)."""
    places = (plain.find(stem, *span) for span in spans)
    return any(place >= 0 and not _NOT_DONE.search(plain, max(0, place - 2), place) for place in places)


def is_rate_of(plain: str, named: list[ResolvedNumber], this: ResolvedNumber, topic: Topic) -> bool:
    """Whether a short rate (结案率) is that of the number before it (审结149件)."""
    found = _SHORT_RATE.fullmatch(plain, *this.head.core)
    if not found or topic.index is None or named[topic.index].kind != "level":
        return False
    stem = found.group("stem")
    subject = "".join(plain[start:end] for start, end in topic.spans)
    return VERB_LEAD.fullmatch(stem) is not None or any(stem[at : at + 2] in subject for at in range(len(stem) - 1))
