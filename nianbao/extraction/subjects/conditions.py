"""The conditions of a rule that no pattern states: units, the number of members, what was spoken of."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import words
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.subjects.coordination import share_out, split_list
from nianbao.extraction.subjects.registers import Registers
from nianbao.extraction.syntax.rules import Rule
from nianbao.extraction.syntax.spans import Spans, length_of
from nianbao.extraction.syntax.tokens import Tokens
from nianbao.extraction.syntax.types import NUMBERS

_SHORT, _LONG = 4, 14
_CLASSES = ("类", "级", "期", "号")  # which kind, and not how many


def conditions_hold(rule: Rule, match: re.Match[str], tokens: Tokens, here: Registers) -> bool:
    """Return whether the conditions of a rule that no pattern states hold."""
    if rule.after and not (here.readings and here.readings[-1].kind.startswith(rule.after)):
        return False
    if any(source.sectors == "topic" for source in rule.reads.values()):
        topic = here.topic()
        if topic is None or not any("产" in here.plain[start:end] for start, end in topic.spans):
            return False
    if rule.opens and (here.topics[-1] or here.stated):
        return False
    if rule.figure:
        start, end = match.span("figure")
        return here.plain[tokens.starts[start] : tokens.ends[end - 1]] in words("words")[rule.figure]
    places = [index for name in rule.reads for index in range(*match.span(name)) if tokens.signs[index] in NUMBERS]
    first = next((tokens.data[place] for place in range(*match.span()) if place in tokens.data), None)
    if rule.qualifier and (first is None or _selects(here.plain, first) == (rule.qualifier == "exact")):
        return False
    if rule.members:
        start, end = match.span("object")
        members = split_list(here.plain, tokens.starts[start], tokens.ends[end - 1])
        return first is not None and len(members) == first.value
    if rule.long:
        return tokens.starts[places[0]] - tokens.starts[match.start()] > _LONG
    if rule.units == "topic":
        level = topic.level if (topic := here.topic()) else None
        return level is not None and first is not None and here.readings[level].quantity.unit == first.unit
    if rule.units == "counts":  # 149户338人, but not 2个1类创新药
        counts = [tokens.data[place] for place in places[:2]]
        return counts[0].unit != counts[1].unit and all(
            count.unit_class in ("count", "person") and count.unit not in _CLASSES for count in counts
        )
    if rule.units:
        units = [tokens.data[place].unit for place in places[:2]]
        return (units[0] == units[1]) == (rule.units == "same")
    if rule.exact:
        source = next(iter(rule.reads.values()))
        start, end = match.span(source.each)
        whole = ((tokens.starts[start], tokens.ends[end - 1]),)
        return bool(share_out(here.plain, whole, len(places)))
    return True


def _selects(plain: str, quantity: Quantity) -> bool:
    """Return whether a number is a threshold (超10亿元的项目), and not an approximate size (10余亿元)."""
    return quantity.qualifier not in ("exact", "approx") and plain.find("余", quantity.start, quantity.end) < 0


def is_known(figure: Spans, here: Registers) -> bool:
    """Return whether a short name of a figure (上线率) is made of words of the topic (本科上线)."""
    topic = here.topics[-1]
    if not topic or not figure or length_of(figure) > _SHORT:
        return False
    start, end = figure[0]
    topic_words = "".join(here.plain[a:b] for a, b in topic.spans)
    return end - start >= 3 and here.plain[end - 1] in "率数量额" and here.plain[start : start + 2] in topic_words
