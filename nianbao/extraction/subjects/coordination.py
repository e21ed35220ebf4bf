"""Distributive lists: A、B分别增长x、y gives each number its own member of the list before it."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.subjects.resolved import ResolvedNumber
from nianbao.extraction.syntax.clauses import CLAUSE, ITEM, Span
from nianbao.extraction.syntax.patterns import FRONTS, LIST_MARK, RELATIONAL, TAILS, VERB_LEAD

_WORDS = words("words")
_PAIRED = frozenset(_WORDS["paired"])
_LISTED_TAIL = re.compile(rf"(?:{trie_pattern(_WORDS['tails'])})$")
_INDUSTRY = r"(?![\u4e00-\u9fff][产企])[\u4e00-\u9fff]{2}业"
_SHARED = re.compile(rf"{trie_pattern(_WORDS['shared'])}|{_INDUSTRY}")
_PARALLEL = re.compile(rf"{trie_pattern((*_WORDS['shared'], *_WORDS['parallel']))}|{_INDUSTRY}")
_SHARE = re.compile(rf"(?:{trie_pattern(_WORDS['tails'])})?占")
_WHOLE = re.compile(rf"(?:{trie_pattern(_WORDS['whole'])})$")
_TAIL_WORDS = frozenset(_WORDS["tails"])
_PARTS = frozenset(("占比", "比重", "比例"))  # these follow other ends (工业投资、房地产投资|占比)
_SECTOR_LIST = re.compile("(?:第?一、)?第?二(?:、第?三|(?=产|次产))(?P<of>(?:次)?产业?[^、，。；]*)")


def distribute(plain: str, named: list[ResolvedNumber]) -> None:
    """Find the runs of numbers that have no words of their own between them, and share the list before them out."""
    index = 0
    while index < len(named) - 1:
        last, apart = index, plain.find("分别", *named[index].slot.head) >= 0
        while (
            last + 1 < len(named)
            and (_bare(named[last + 1]) or (apart and _goes_on(named[last + 1])))
            and _alike(named[index], named[last + 1])
        ):
            last += 1
        if last > index:
            _share_out(plain, named, index, last + 1)
        index = last + 1


def _counts(member: ResolvedNumber) -> bool:
    """Whether words behind a number say what it counts, so that it has no part in the list before it."""
    return bool(member.spans) and member.spans[-1][0] >= member.slot.quantity.end


def _bare(this: ResolvedNumber) -> bool:
    return this.slot.join == ITEM and this.slot.head[0] == this.slot.head[1]


def _has_verb(this: ResolvedNumber) -> bool:
    return this.slot.head[0] < this.slot.head[1]


def _goes_on(this: ResolvedNumber) -> bool:
    """Whether a number behind 分别 is a member with a verb of its own (增长8%、下降2%), or behind a comma (3%，4%)."""
    start, end = this.head.core
    turns = this.slot.join == ITEM and start == end and this.head.direction is not None
    return turns or (this.slot.join == CLAUSE and not this.slot.fresh and this.slot.head[0] == this.slot.head[1])


def _alike(first: ResolvedNumber, other: ResolvedNumber) -> bool:
    """Whether two numbers may stand in one list; one without a unit borrows the last one's (44.1、21.6和11.8亿元)."""
    a, b = first.slot.quantity, other.slot.quantity
    return a.unit_class == b.unit_class or "none" in (a.unit_class, b.unit_class) or _short_points(a, b)


def _short_points(a: Quantity, b: Quantity) -> bool:
    """0.5个和2.0个百分点."""
    return a.unit == "个" and b.unit == "个百分点"


def _share_out(plain: str, named: list[ResolvedNumber], first: int, beyond: int) -> None:
    run = named[first:beyond]
    leader, count = run[0], beyond - first
    _borrow_units(plain, run)
    for member in run[1:]:
        if leader.head.direction and not _has_verb(member) and leader.kind in ("change_pct", "change_abs", "change_pp"):
            member.kind, member.head.direction = leader.kind, leader.head.direction
        member.head.compared_with = leader.head.compared_with
    if any(_counts(member) for member in run):
        return
    start, end = leader.head.core
    apart = plain.find("分别", start, end)
    if start < apart:
        members = split_list(plain, start, apart)
        if len(members) == count:
            _assign(plain, run, members)
            for member in run:
                member.spans = (*member.spans, (apart + 2, end))
            return
    members = _members(plain, leader, named, first, count)
    if members:
        _assign(plain, run, members)
        return
    topic = leader.slot.topic
    if topic and start < end and RELATIONAL.fullmatch(plain, start, end):
        # 蔬菜、林果等发展迅猛，产量分别增长3%、4%: the list stands in the clause before
        stop = plain.find("等", *topic)
        members = split_list(plain, topic[0], stop if stop > 0 else topic[1])
        if len(members) == count:
            _assign(plain, run, members)
            for member in run:
                member.spans = (*member.spans, (start, end))
            return
    if leader.kind == "rank" and any(m.slot.quantity.start < m.slot.quantity.digits for m in run[1:]):
        # 总量全市第一、全省第二: one thing in two places
        for member in run[1:]:
            member.spans, member.noun = leader.spans, leader.noun
        return
    last = named[first - 1] if first > 1 else leader
    if leader.kind == "rank" and last.kind.startswith("change") and last.of == first - 2:
        # 收入9亿元，增长4%，分居全省第四、第三: the amount's rank and the rise's
        for member in run:
            member.spans, member.noun, member.inherited = last.spans, last.noun, True
        return
    if start == end or leader.inherited:
        levels = [i for i in range(first) if named[i].kind in ("level", "share") and named[i].spans]
        if len(levels) >= count:
            for member, level in zip(run, levels[-count:], strict=True):
                member.spans, member.noun, member.label, member.inherited = (
                    named[level].spans,
                    named[level].noun,
                    named[level].label,
                    True,
                )
                member.of = level if member.kind != "rank" else None
                if member.kind == "rank" and start < end:
                    member.spans, member.label = (*member.spans, (start, end)), ""
            return
    for member in run[1:]:
        member.spans, member.noun, member.of = leader.spans, leader.noun, leader.of


def _members(plain: str, leader: ResolvedNumber, named: list[ResolvedNumber], first: int, count: int) -> list[Span]:
    """The list with as many members as there are numbers: in the head, in the clause before, or in the last subject."""
    start, end = leader.head.core
    places: list[Span] = [(start, end)] if start < end else []
    if not places:
        if leader.slot.topic is not None:
            places.append(leader.slot.topic)
        if first and not named[first - 1].inherited and len(named[first - 1].spans) == 1 and leader.kind == "level":
            places.append(named[first - 1].spans[0])
    for place in places:
        for members in (split_list(plain, *place), _split_marks(plain, *place)):
            if len(members) == count:
                return members
    return []


def split_list(plain: str, start: int, end: int) -> list[Span]:
    """The members of a list joined by 、 和 与 及, as spans.

    A 和 inside a name splits it too: the caller compares the number of members with what it expects.
    """
    members: list[Span] = []
    at = start
    for mark in LIST_MARK.finditer(plain, start, end):
        if plain.rfind("“", at, mark.start()) > plain.rfind("”", at, mark.start()):
            continue  # in a quoted name
        if mark.start() > at:
            members.append((at, mark.start()))
        at = mark.end()
    if at < end:
        members.append((at, end))
    return members


def _split_marks(plain: str, start: int, end: int) -> list[Span]:
    """Split by 、 only: 文化、体育和旅游产业、金融业."""
    members, at = [], start
    for position in range(start, end):
        if plain[position] == "、":
            members.append((at, position))
            at = position + 1
    members.append((at, end))
    return [span for span in members if span[0] < span[1]]


def _assign(plain: str, run: list[ResolvedNumber], members: list[Span]) -> None:
    """Members of a list to the numbers behind it; a front or a tail that they share goes to each."""
    tail = _LISTED_TAIL.search(plain, *members[-1]) or TAILS.search(plain, *members[-1])
    ending = tail.span() if tail and tail.start() > members[-1][0] + 1 else None
    share = _SHARE.search(plain, members[-1][0] + 2, ending[0]) if ending else None
    if share and ending:
        ending = share.start(), ending[1]  # 住宅、公寓占供应量的比例
    front = FRONTS.match(plain, *members[0])
    verb = VERB_LEAD.match(plain, *members[0])
    aligned = _aligned_ending(plain, members)
    sectors = _SECTOR_LIST.fullmatch(plain, members[0][0], members[-1][1])
    for place, (this, span) in enumerate(zip(run, members, strict=True)):
        spans: tuple[Span, ...] = (span,)
        if sectors:
            # 一、二、三产业增加值
            sign = plain[span[0] + (plain[span[0]] == "第")]
            this.label = f"第{sign}{sectors.group('of')}"
        if aligned:
            spans = (span, aligned) if place < len(run) - 1 else (span,)
        elif front and place and not FRONTS.match(plain, *span):
            spans = (front.span(), span)
        elif verb and place and verb.end() < members[0][1] and not VERB_LEAD.match(plain, *span):
            spans = (verb.span(), span)
        if ending and not aligned and place < len(run) - 1:
            if not TAILS.search(plain, *span) and not _WHOLE.search(plain, *span):
                spans = (*spans, _shared_ending(plain, span, members[-1], ending))
            elif share:
                if plain.find("占", *span) < 0:
                    spans = (*spans, (share.end() - 1, ending[1]))
            elif plain[ending[0] : ending[1]] in _PARTS:
                spans = (*spans, ending)
        this.spans = this.noun = spans
        this.inherited, this.of = False, None


def _aligned_ending(plain: str, members: list[Span]) -> Span | None:
    """What stands behind as many signs of the last member as the others have: 水、电、气|价格."""
    (start, end), size = members[-1], members[0][1] - members[0][0]
    if end - start <= size or any(b - a != size for a, b in members[:-1]):
        return None
    if size == 1 or (len(members) > 2 and plain[start + size : end] in _TAIL_WORDS):
        return start + size, end
    return None


def _shared_ending(plain: str, member: Span, last: Span, ending: Span) -> Span:
    """What a member shares of the last one's end.

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


def _borrow_units(plain: str, run: list[ResolvedNumber]) -> None:
    """44.1、21.6和11.8亿元: the numbers without a unit have the multiplier and unit of the last."""
    last = run[-1].slot.quantity
    if not last.unit:
        return
    factor = _factor(plain, last)
    for member in run[:-1]:
        quantity = member.slot.quantity
        if _short_points(quantity, last):
            member.slot.quantity = quantity._replace(unit=last.unit, unit_class=last.unit_class)
            member.kind = "change_pp"
            continue
        if (
            quantity.unit
            or quantity.unit_class != "none"
            or plain[quantity.numeral_end : quantity.numeral_end + 1] in "万亿"
        ):
            continue
        member.slot.quantity = quantity._replace(
            value=round(quantity.value * factor, 6) if factor != 1 else quantity.value,
            high=None if quantity.high is None else quantity.high * factor,
            rounding=None if quantity.rounding is None else quantity.rounding * factor,
            unit=last.unit,
            unit_class=last.unit_class,
        )
        if member.kind == "level" and run[-1].kind != "level":
            member.kind, member.head.direction = run[-1].kind, run[-1].head.direction
        elif member.kind == "change_abs" and last.unit_class == "percent":
            member.kind = "change_pp" if "点" in last.unit else "change_pct"


def _factor(plain: str, quantity: Quantity) -> float:
    """The multiplier printed behind a numeral."""
    signs = plain[quantity.numeral_end : quantity.end]
    factor = 1.0
    for sign in signs:
        if sign in "万亿":
            factor *= 1e4 if sign == "万" else 1e8
        elif sign not in "多余几":
            break
    return factor
