"""The words around a number: its tail, the last action of a long clause, the topic that a clause states."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import first_char_lookahead, trie_pattern, words
from nianbao.extraction.subjects.resolved import Topic
from nianbao.extraction.syntax.clauses import NumberContext, Span
from nianbao.extraction.syntax.patterns import FLOW, LEAD, VERB_LEAD, VERB_ONLY

LONG = 16  # a head longer than this is cut to its last action
_LONGEST_TOPIC = 40
_LONGEST_MEASURED = 12  # words behind a measured length or area that may still name it
_STRONG_OPENING = first_char_lookahead(words("verbs")["strong"], "《“供办服")
_STRONG_VERB = re.compile(
    rf"{_STRONG_OPENING}(?:《[^》]*》|“[^”]*”|(?<!城市)(?<!土地)(?<![党法])(?P<verb>{trie_pattern(words('verbs')['strong'])}|供应(?!链)"
    rf"|办理(?!{trie_pattern(words('verbs')['not_handled'])})"
    rf"|(?<!政务)(?<!公共)服务(?!{trie_pattern(words('verbs')['not_served'])}))(?![组员队局率费的])(?=[\u4e00-\u9fff“《A-Z]))"
)
_HELD = frozenset(words("verbs")["holding"])
_SAID = re.compile(trie_pattern(words("words")["said"]))
USED_FOR = re.compile(trie_pattern(words("words")["used_for"]))
_OPENED = re.compile(r"[的之](?!前|后|间|内|中)")
_NO_TAIL = re.compile(
    r"(?:[(（,，。/-]|和|与|及|以及|并|但|而|(?:同时|基础上|情况下|前提下|背景下)|为(?!民)|比|较|左右|以来|中(?:[仍共已]?有|直接)|(?:时|后|前|中|内|以上)(?=[，,。；;、]|$)|“?$|同比|不等|其中|的$)"
)
_TAIL_END = re.compile(r"等(?=[一多重各\d，。、]|$)")
# 在|收入增长4%|的同时: what holds while something else is told
WHILE = re.compile(r"的?(?:同时|基础上|情况下|前提下|背景下)")
_OF_TOPIC = re.compile("工程量|工作量|任务|进度|目标|计划|总?投资")
_MARKS = frozenset("，。；、,;\n")
_ADVERB_END = re.compile(
    rf"(?:{trie_pattern(words('words')['of_the_next'])}"
    r"|(?<!公)共|(?<![人户地亩平])均|(?<![反面相针应核])对|[中里]?[仍还现已]?有)+$"
)
_PUBLISHED = re.compile("发布|推送|推出")
_CHANNEL = re.compile(rf"(?:{trie_pattern(words('words')['channels'])})”?$")
_MANNER = re.compile(rf"(?!在[建校册岗线职押园库]){trie_pattern(words('words')['manner'])}")
_CIRCUMSTANCE = re.compile(r"(?:基础上|[中下内里时后])$")
_SPENT = re.compile(
    rf"(?:{FLOW})(?:了|约|近|超过?|超)?(?:全[国省市区县])?(?:第[一二三四五][批期]|首[批个期条座家支])?$"
)


def last_strong_verb(plain: str, start: int, end: int, least: int = 3) -> int:
    """Where the last strong verb of a head begins, `least` characters before its end: its purpose is left out."""
    best = start
    for match in _STRONG_VERB.finditer(plain, start, end):
        at = match.start()
        if not match.group("verb") or at <= start or end - match.end() < least:
            continue
        if _PUBLISHED.match(plain, at) and _CHANNEL.search(plain, max(start, at - 4), at):
            continue
        if plain[at - 1] not in "的和与、等及" or (plain[at - 1] == "等" and match.group("verb") in _HELD):
            best = at
    return best


def action_of(plain: str, start: int, end: int) -> int:
    """Where the action begins that a head tells: the last of a long one, or of one that begins with how it was done."""
    if end - start > LONG:
        return last_strong_verb(plain, start, end)
    if _MANNER.match(plain, start, end) and not _CIRCUMSTANCE.search(plain, start, end):
        return last_strong_verb(plain, start, end, 2)
    return start


def object_of(plain: str, start: int, end: int) -> int:
    """Where the object begins in what someone did (法院受理|一审案件); `start` where nobody did anything."""
    for match in _STRONG_VERB.finditer(plain, start + 2, end):
        if match.group("verb") and end - match.end() >= 4 and plain[match.start() - 1] not in "的和与、等及":
            return match.end()
    return start


def without_ending(plain: str, spans: tuple[Span, ...], ending: str) -> tuple[Span, ...]:
    """The spans without `ending` where the last one has it (行政机关败诉 + 败诉率)."""
    start, end = spans[-1]
    if end - start > len(ending) and plain.endswith(ending, start, end):
        return (*spans[:-1], (start, end - len(ending)))
    return spans


def last_action(plain: str, start: int, end: int) -> int:
    """Of several actions before a number (降低电价、清理收费、撤销|7个收费站), where the last begins."""
    mark = plain.rfind("、", start, end)
    if mark > 0 and VERB_ONLY.fullmatch(plain, mark + 1, end) and not VERB_ONLY.fullmatch(plain, start, mark):
        return mark + 1
    return start


def end_of_last(pattern: re.Pattern[str], plain: str, start: int, end: int) -> int | None:
    """Where the last match of `pattern` ends."""
    place = None
    for match in pattern.finditer(plain, start, end):
        place = match.end()
    return place


def stated_topic(plain: str, slot: NumberContext) -> Topic | None:
    """The clause without a number before this one, as a topic: its noun up to what is said of it."""
    if slot.topic is None:
        return None
    start, end = slot.topic
    lead = LEAD.match(plain, start, end)
    if lead:
        start = lead.end()
    stop = _SAID.search(plain, start + 2, end)
    if stop:
        end = stop.start()
    if not 2 <= end - start <= _LONGEST_TOPIC:
        return None
    start = action_of(plain, start, end)
    verb = VERB_LEAD.match(plain, start, end)
    noun = (verb.end(), end) if verb and verb.end() < end else (start, end)
    return Topic(((start, end),), (noun,), None)


def tail_words(plain: str, slot: NumberContext, kind: str, has_head: bool) -> Span | None:
    """The counted noun (and its predicate) behind the number, where there is one."""
    start, end = slot.tail
    while start < end and plain[start] in " \t":
        start += 1
    if start >= end or _NO_TAIL.match(plain, start, end):
        return None
    unit_class = slot.quantity.unit_class
    opened = _OPENED.match(plain, start, end)
    if opened:
        start = opened.end()
        if WHILE.match(plain, start, end):
            return None
    elif not _may_name(plain, slot, kind, has_head, start, end):
        return None
    stop = _TAIL_END.search(plain, start, end)
    if stop:
        end = stop.start()
    if (
        unit_class == "measure"
        and has_head
        and not opened
        and end - start > _LONGEST_MEASURED
        and not _SPENT.fullmatch(plain, *slot.head)
    ):
        return None
    while start < end and plain[end - 1] in " \t\n":
        end -= 1
    cut = plain[end : end + 1] not in _MARKS  # before another number or its verb
    adverb = _ADVERB_END.search(plain, max(start, end - 6), end) if cut else None
    if adverb and adverb.start() > start + 1:
        end = adverb.start()
    return (start, end) if start < end else None


def _may_name(plain: str, slot: NumberContext, kind: str, has_head: bool, start: int, end: int) -> bool:
    """Whether words that directly follow a number may say what it counts: of an amount only where it was spent."""
    if kind != "level":
        # 完成|40%|危房改造
        of_topic = _OF_TOPIC.match(plain, start, end) or VERB_ONLY.fullmatch(plain, start, end)
        named = has_head and (of_topic or not VERB_ONLY.fullmatch(plain, *slot.head))
        return kind == "share" and (not named or USED_FOR.match(plain, start, end) is not None)
    if not has_head:
        return True
    unit_class = slot.quantity.unit_class
    return unit_class != "span" and (unit_class != "money" or _SPENT.search(plain, *slot.head) is not None)
