"""Cutting a sentence around its numbers: the words before and behind each, and how the numbers are joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.syntax.patterns import LEAD, RISE, VERB_INSIDE, VERB_ONLY

Span = tuple[int, int]

CLAUSE = "clause"  # first number after a comma or a stronger mark
ITEM = "item"  # joined to the number before by 、 和 与 及
ADJACENT = "adjacent"  # in one clause with the number before, no mark between
RISEN = "risen"  # 由A增至B: where the number before arrived
RATIO = "ratio"  # A∶B

# Quoted names and short brackets without a number are parts of the words around them; all else here marks, which the
# empty group says. The pattern opens with the set of first signs, which lets `re` skip to them.
_MARK = re.compile(
    r"[《“\"，,、；;：:()\[\]\t](?:(?<=《)[^》\n]*》|(?<=“)[^”\n]*”|(?<=\")[^\"\n]*\""
    r"|(?<=\()(?!其中|含[^()]*\d)[^()，,。；;\n]{0,24}\)|(?<=[，,、；;：:()\[\]\t])())"
)
_JOINED = re.compile(r"\s*(?:和|与|及|以及|或|并|至|、)\s*$")
_JOIN_END = re.compile(r"(?:和|与|及|以及|并|、)$")
_JOIN_INSIDE = re.compile(r"(?:和|与|以及)(?=[\u4e00-\u9fff]{2})")
_LAST_JOINED = re.compile(r"(?:和|与|以及)$")
_JOIN_START = re.compile(r"(?:和|与|及|以及|并)")
_HOW = re.compile(rf"(?:{trie_pattern(words('verbs')['how'])})+$")
_LONGEST_TAIL = 30


@dataclass(slots=True)
class NumberContext:
    """One number of a sentence in its place: the words before it (`head`) and behind it (`tail`), as spans."""

    quantity: Quantity
    head: Span
    tail: Span
    join: str
    depth: int
    parent: int | None
    topic: Span | None
    fresh: bool  # a semicolon stands between this number and the one before


def cut_sentence(plain: str, start: int, end: int, quantities: Sequence[Quantity]) -> list[NumberContext]:
    """The slots of the numbers of `plain[start:end]`, in order; `parent` is the number that a bracket belongs to."""
    slots: list[NumberContext] = []
    parents: list[int | None] = []
    left = start
    for index, quantity in enumerate(quantities):
        slots.append(_open_slot(plain, left, quantity, index, slots, parents))
        left = quantity.end
    if slots:
        slots[-1].tail = _last_tail(plain, left, end)
    return slots


def _open_slot(
    plain: str, left: int, quantity: Quantity, index: int, slots: list[NumberContext], parents: list[int | None]
) -> NumberContext:
    """Divide the words between the last number and this one into a tail, clauses without a number, and a head."""
    right = quantity.start
    head_start, first_mark, first_hard, first_item = left, -1, -1, -1
    topic: Span | None = None
    fresh = False
    hard = index == 0
    for match in _MARK.finditer(plain, left, right):
        if match.lastindex is None:
            continue
        mark, at = match.group(), match.start()
        if mark == ":" and index and at == left and right == at + 1:
            slots[-1].tail = (left, left)
            return NumberContext(
                quantity,
                (right, right),
                (right, right),
                RATIO,
                len(parents),
                parents[-1] if parents else None,
                None,
                False,
            )
        if first_mark < 0:
            first_mark = at
        if mark == "、":
            if first_item < 0 and not hard:
                first_item = at
            continue
        if mark in "([":
            parents.append(index - 1 if index else None)
        elif mark in ")]":
            if parents:
                parents.pop()
        elif mark in "；;":
            fresh = True
        if at > head_start and (hard or head_start != left) and _says_something(plain, head_start, at):
            topic = (head_start, at)
        if first_hard < 0:
            first_hard = at
        hard, head_start = True, at + 1
    depth, parent = len(parents), parents[-1] if parents else None
    if index == 0:
        return NumberContext(quantity, (head_start, right), (right, right), CLAUSE, depth, parent, topic, True)
    before = slots[-1]
    if hard:
        before.tail = (left, first_hard if first_hard - left <= _LONGEST_TAIL else first_mark)
        return NumberContext(quantity, (head_start, right), (right, right), CLAUSE, depth, parent, topic, fresh)
    if first_item >= 0:
        if VERB_ONLY.fullmatch(plain, left, first_item):
            before.tail = (left, left)
            return NumberContext(quantity, (left, right), (right, right), ADJACENT, depth, parent, None, False)
        closing = _LAST_JOINED.search(plain, first_item, right) if first_item > left else None
        if closing:
            # 26个市、县(区)和12个部门: the list is the first number's
            before.tail = (left, closing.start())
            return NumberContext(quantity, (right, right), (right, right), ITEM, depth, parent, None, False)
        joined = _JOIN_INSIDE.search(plain, left, first_item)
        cut, resume = (
            (joined.start(), joined.end()) if joined and joined.start() > left else (first_item, first_item + 1)
        )
        before.tail = (left, cut)
        return NumberContext(quantity, (resume, right), (right, right), ITEM, depth, parent, None, False)
    return _joined_slot(plain, left, quantity, before, depth, parent)


def _says_something(plain: str, start: int, end: int) -> bool:
    """Whether a clause without a number holds more than adverbs of time and place."""
    lead = LEAD.match(plain, start, end)
    return end - (lead.end() if lead else start) >= 2


def _joined_slot(
    plain: str, left: int, quantity: Quantity, before: NumberContext, depth: int, parent: int | None
) -> NumberContext:
    """No mark between two numbers: joined by 和, one rose to the other, or they share the words between."""
    right = quantity.start
    between = plain[left:right]
    before.tail = (left, left)
    empty = (right, right)
    if not between or _JOINED.match(between):
        join = ITEM if between else ADJACENT
        return NumberContext(quantity, empty, empty, join, depth, parent, None, False)
    if RISE.match(between):
        return NumberContext(quantity, empty, empty, RISEN, depth, parent, None, False)
    ending = _JOIN_END.search(between)
    if ending:
        before.tail = (left, left + ending.start())
        return NumberContext(quantity, empty, empty, ITEM, depth, parent, None, False)
    starting = _JOIN_START.match(between)
    if starting:
        return NumberContext(quantity, (left + starting.end(), right), empty, ITEM, depth, parent, None, False)
    verb = VERB_INSIDE.search(between)
    if verb is None:
        before.tail = (left, right)
        return NumberContext(quantity, empty, empty, ADJACENT, depth, parent, None, False)
    how = _HOW.search(between, 0, verb.start())
    cut = left + (how.start() if how else verb.start())
    before.tail = (left, cut)
    return NumberContext(quantity, (cut, right), empty, ADJACENT, depth, parent, None, False)


def _last_tail(plain: str, left: int, end: int) -> Span:
    """The words behind the last number, to the end of its clause; a list of 、 stays whole while it is short."""
    listed = -1
    for match in _MARK.finditer(plain, left, end):
        if match.lastindex is None:
            continue
        if match.group() == "、":
            listed = match.start() if listed < 0 else listed
            continue
        end = match.start()
        break
    if listed >= 0 and end - left > _LONGEST_TAIL:
        end = listed
    return left, end
