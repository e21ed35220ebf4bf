"""A number with what it measures, while its sentence is read; and which kind of figure it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.syntax.clauses import NumberContext, Span
from nianbao.extraction.syntax.left_context import LeftContext

_VERBS = words("verbs")
_FALLING = re.compile(rf"(?:{trie_pattern(_VERBS['falling'])}|减(?!税|免|负|排|灾|贫|量|费|租|持))")
_CHANGED = re.compile(rf"(?:{trie_pattern(_VERBS['cutting'])}|(?P<up>{trie_pattern(_VERBS['raising'])}))")
_RATE = re.compile(r"率|比重|占比|比例|占|程度|满意度|面$")


@dataclass(slots=True)
class ResolvedNumber:
    """A number with its subject, as spans of the text, and the number (by index) that it belongs to."""

    slot: NumberContext
    head: LeftContext
    kind: str = "level"
    spans: tuple[Span, ...] = ()
    noun: tuple[Span, ...] = ()
    verb: Span | None = None
    of: int | None = None
    inherited: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """The last thing a sentence spoke of; `index` is its number, None where it had none."""

    spans: tuple[Span, ...]
    noun: tuple[Span, ...]
    index: int | None


def kind_of(quantity: Quantity, head: LeftContext, plain: str) -> str:
    """level, share, change_pct, change_abs, change_pp, ratio or rank, from the unit and the words before it."""
    unit_class = quantity.unit_class
    if unit_class == "rank":
        return "rank"
    if quantity.unit == "倍":
        return "ratio"
    if quantity.hint == "fold":
        return "change_pct"
    start, end = head.core
    if unit_class == "percent":
        if "点" in quantity.unit:
            return "change_pp"
        if not head.direction and start < end and not head.arrived:
            lead = _CHANGED.match(plain, start, end)
            if lead and not _RATE.search(plain, start, end):
                head.direction = "up" if lead.group("up") else "down"
        return "change_pct" if head.direction else "share"
    if head.direction and not head.noun_of_change:
        return "change_abs"
    if unit_class != "span" and start < end and _FALLING.match(plain, start, end):
        head.direction = "down"
        return "change_abs"
    return "level"
