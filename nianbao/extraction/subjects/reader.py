"""From the tokens of a sentence to readings: the rules of the grammar in turn, with registers of what was spoken of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nianbao.extraction.lexicon import words
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.subjects.conditions import conditions_hold, is_known
from nianbao.extraction.subjects.coordination import (
    borrow_units,
    pair_out,
    share_out,
    shared_front,
    split_topic,
)
from nianbao.extraction.subjects.readings import DOWN, GAINS, KINDS, STATED_AS, STATING, TURNS, Reading, Topic
from nianbao.extraction.subjects.registers import NEEDED, Registers
from nianbao.extraction.syntax.notation import END
from nianbao.extraction.syntax.rules import REGISTERS, Grammar, Rule, Source
from nianbao.extraction.syntax.spans import Span, Spans, length_of, words_of
from nianbao.extraction.syntax.tokens import Tokens
from nianbao.extraction.syntax.types import ACTIONS, NUMBERS, SIGNS

_SCOPE, _SHARE, _FROM, _OF_WHICH, _LIST, _MONEY, _EXAMPLES, _WON, _BARE_NUMBER = (
    SIGNS[name] for name in ("scope", "share", "from", "of_which", "list", "money", "examples", "won", "bare")
)
_LEADING = frozenset(SIGNS[name] for name in ("adverb", "time", "success", "total", "scope", "comma", "mark"))
_SAID = frozenset(SIGNS[name] for name in ("said", "up", "down", "adverb", "aside"))
_CASE = re.compile(r"(?:案件|申请|诉讼|复议|投诉|诉求|信访|纠纷|事项|举报|案|信访件|交办件|来信|建议|提案|线索|工单)$")
_FIGURE = re.compile(
    r"""(?:[年户亩人地][均度]?|平均|集体|可支配|营业|销售|纯|总|完成)*(?:收入|产值|产量|产能|增加值|投资|面积|规模|税收|营收|利润|里程
    |长度|浓度|比例|占比|比重|余额|支出|[\u4e00-\u9fff]{2}[率额])$""",
    re.VERBOSE,
)
_PROJECT = re.compile("(?:项目|工程|厂|园|区|中心|基地|线)$")
_LISTED_PROJECT = re.compile(r"(?:、[^，。；、：的和及与等\d]{1,20}?){1,6}(?:项目|工程)(?![、和及与])")
_SETTING = re.compile(f"{SIGNS['comma']}?{SIGNS['manner']}")
_PREDICATE = re.compile(
    f"{SIGNS['comma']}[{''.join(SIGNS[name] for name in ('adverb', 'time', 'respectively'))}]*"
    f"[{''.join(SIGNS[name] for name in ('arrival', 'reach', 'copula', 'up', 'down'))}]"
)
_NUMBER = re.compile(f"[{''.join(sorted(NUMBERS))}]")
# A figure of its own, which another of `amounts` replaces.
_COUNTED_BY = re.compile(
    r"""(?:播种|种植|栽培|养殖)面积$|(?<!人)[户件]数$|[出存]栏$
    |(?:(?:主营业务|营业|销售)总?收入|营业额|销售额|总?产值|增加值)$""",
    re.VERBOSE,
)
_AMOUNTS = frozenset(words("words")["amounts"])
_BARE = frozenset(words("words")["bare"])
_SIDE_BY_SIDE = [listed for name, listed in words("words").items() if name.startswith("side_by_side.")]
_TRADE = re.compile("(?:业|医药|产业链|集群)$")
_TRADED = re.compile("(?:销售收入|主营业务收入|营业收入|总?产值|增加值)$")
_SIZE = re.compile(r"[\d.]+[万亿]*元以[上下]")
_INVESTMENT = ("投资", "投资额")
_PRICE_LEVELS = ("价格水平", "价格总水平", "物价水平", "物价总水平", "消费价格", "零售价格")
_FRAME = "方面"  # 天然气方面，加快增产，产量达到3亿立方米: what all that follows speaks of
_LONGEST_TOPIC, _SHORT, _PAIR, _LONGEST_NAMES, _SHORTEST_FRAME = 40, 4, 2, 40, 5
# No rule fits more tokens than this before a number, or in all; it keeps the work of a sentence linear.
LONGEST = 100


class _Match(NamedTuple):
    """A rule that fits at a place of a sentence, with the words of its parts."""

    rule: Rule
    match: re.Match[str]
    start: int
    parts: dict[str, Spans]


class Sentence:
    """One sentence and what is read of it so far."""

    def __init__(self, plain: str, tokens: Tokens, carried: Topic | None = None, case: Topic | None = None) -> None:
        """Begin with what the sentence before spoke of, and its kind of case."""
        self.plain = plain
        self.tokens = tokens
        self.signs, self.starts, self.ends, self.data = tokens
        self.readings: list[Reading] = []
        self.here = Registers(plain, self.readings, carried=carried, case=case)

    def read(self, grammar: Grammar) -> None:
        """Apply at each place the first rule that fits, up to the last number."""
        signs, offset, number, fitting = self.signs, 0, -1, grammar.choice.candidates
        closed = signs + END
        while True:
            if number < offset:
                ahead = _NUMBER.search(signs, offset)
                if not ahead:
                    break
                number = ahead.start()
                offset = max(offset, number - LONGEST)
            stop = min(offset + LONGEST, len(signs))
            for rule, match_at in fitting(closed[offset : number + 2]):
                match = match_at(signs, offset, stop)
                if match and match.end() == stop < len(signs):
                    continue  # cut off: what looks like the end of the sentence is none
                if match and match.end() > offset and self._apply(rule, match):
                    offset = match.end()
                    break
            else:
                offset += 1
        self._add_actors()

    def _add_actors(self) -> None:
        """Give two equal subjects their actors (区委聘请12家，各单位聘请34家)."""
        acted = [reading for reading in self.readings if "actor" in reading.parts]
        for place, reading in enumerate(acted[1:], 1):
            words = [self.plain[a:b] for a, b in reading.spans]
            for other in acted[:place]:
                if other.kind == reading.kind and words == [self.plain[a:b] for a, b in other.spans]:
                    for each in (other, reading):
                        each.spans = (*each.parts["actor"], *each.spans)
                    break

    def carried(self) -> tuple[Topic | None, Topic | None]:
        """Return the topic that the next sentence may continue, and its kind of case."""
        here = self.here
        topic, case = here.topics[0] or here.before or here.carried, here.case
        return topic and Topic(topic.spans, topic.noun), case and Topic(case.spans, case.noun)

    def _apply(self, rule: Rule, match: re.Match[str]) -> bool:
        """Read the numbers of a match, or remember what it says; False where the rule does not fit after all."""
        if not rule.reads:
            self._remember(rule, match)
            return True
        if rule.conditional and not conditions_hold(rule, match, self.tokens, self.here):
            return False
        found = _Match(rule, match, match.start(), {})
        for name in rule.parts:
            begin, end = match.span(name)
            if begin < end:
                found.parts[name] = words_of(self.tokens, begin, end, name)
        if rule.names_share:
            place = self.signs.index(_SHARE, found.start)
            found.parts["share"] = ((self.starts[place], self.ends[place]),)
        if rule.known and not is_known(found.parts["figure"], self.here):
            return False
        whole = found.parts.get("counted", ())
        if rule.ends_before_figure and not self._end_before_figure(found):
            return False
        composed = {}
        for name, source in rule.reads.items():
            for choice in source.choices:
                composed[name] = self._compose(choice, found.parts)
                if composed[name][0]:
                    break
            else:
                return False
        self._read_parts(found, composed)
        if rule.ends_before_figure:  # the next number is one of the figure
            self.here.keep(Topic(whole, whole, None))
            self.here.latest[-1] = None
        return True

    def _read_parts(self, found: _Match, composed: Mapping[str, tuple[Spans, Spans, bool]]) -> None:
        """Read the numbers of each part that the rule names."""
        for name, source in found.rule.reads.items():
            first, last = found.match.span(name)
            places = (
                (first,)
                if last == first + 1
                else [index for index in range(first, last) if self.signs[index] in NUMBERS]
            )
            if source.sectors:
                self._read_sectors(found, source, places)
            elif source.each:
                self._read_list(found, name, source, places)
            else:
                for place in places:
                    self._read_number(found, name, place, composed[name])

    def _end_before_figure(self, found: _Match) -> bool:
        """Cut the figure off what is counted (12项工程|投资200亿元); False if there is none."""
        start, end = found.parts["counted"][0][0], found.parts["counted"][-1][1]
        figure = _FIGURE.search(self.plain, start + _PAIR, end)
        if figure:
            found.parts["counted"] = ((start, figure.start()),)
        return figure is not None

    def _remember(self, rule: Rule, match: re.Match[str]) -> None:
        """Update the registers by a rule without numbers."""
        here = self.here
        if rule.does == "open":
            here.topics.append(here.topics[-1] or here.stated)
            here.latest.append(here.latest[-1])
        elif rule.does == "close":
            if len(here.topics) > 1:
                here.topics.pop()
                here.latest.pop()
        elif rule.does == "part":
            here.before = here.topics[-1] or self._measured_clause() or here.before
            here.topics[-1], here.stated, here.acting, here.clause = None, None, (), -1
            here.recent.clear()
            here.latest[-1] = None
            here.frame, here.framed = (), False
        elif rule.does == "state":
            spans = self._stated(*match.span("stated"))
            if here.stated and _SETTING.match(self.signs, match.start()) and _PREDICATE.match(self.signs, match.end()):
                return  # 亩产，在三种地区，分别达到400斤: where it holds is not what is spoken of
            framing = bool(spans) and self.plain.endswith(_FRAME, *spans[-1])
            if framing:
                spans = (*spans[:-1], (spans[-1][0], spans[-1][1] - len(_FRAME)))
            of_frame = bool(spans) and here.framed and not framing and not _FIGURE.search(self.plain, *spans[-1])
            if spans and length_of(spans) <= _LONGEST_TOPIC and not of_frame:
                here.stated, here.acting = Topic(spans, self._noun_of(match, spans)), ()
                here.framed = framing
                acts = framing or self._opens_with_act(match, spans)
                here.frame = here.stated.noun if acts and length_of(here.stated.noun) >= _SHORTEST_FRAME else ()
            here.clause = self.starts[match.start()]
            here.latest[-1] = None

    def _measured_clause(self) -> Topic | None:
        """Return what a clause without a number stated, if the last number measured it."""
        stated = self.here.stated
        last = self.readings[-1].spans if self.readings else ()
        return stated if stated and last[: len(stated.spans)] == stated.spans else None

    def _opens_with_act(self, match: re.Match[str], spans: Spans) -> bool:
        """Return whether a clause is an act on something: 推进茶园综合治理, and not 上下齐心协力."""
        acts = ACTIONS - {_WON}
        return any(self.starts[a] == spans[0][0] and self.signs[a] in acts for a in range(*match.span()))

    def _stated(self, start: int, end: int) -> Spans:
        """Return the subject of a clause without a number: the words before its predicate."""
        for index in range(start + 1, end):
            predicate = self.signs[index] in _SAID or self.plain[self.starts[index]] == "是"
            if predicate and not ACTIONS.issuperset(self.signs[start:index]):
                end = index
                break
        return words_of(self.tokens, start, end)

    def _figure_before(self, spans: Spans, place: int) -> Spans:
        """Return the figure that a trade lacks and the one before it has: 食品业产值达到3亿元，医药业达到2亿元."""
        if self.signs[place] != _MONEY or not self.readings or not _TRADE.search(self.plain, *spans[-1]):
            return ()
        last = self.readings[-1]
        figure = _TRADED.search(self.plain, *last.spans[-1]) if last.kind == "level" and last.spans else None
        return (figure.span(),) if figure else ()

    def _noun_of(self, match: re.Match[str], spans: Spans) -> Spans:
        """Return the words of a clause after its initial verb."""
        for index in range(*match.span()):
            begin = self.starts[index]
            if begin >= spans[0][0] and self.signs[index] not in ACTIONS and self.plain[begin] != "了":
                return tuple([(max(start, begin), end) for start, end in spans if end > begin]) or spans
        return spans

    def _compose(self, choice: Sequence[str], parts: dict[str, Spans]) -> tuple[Spans, Spans, bool]:
        """Return the words of a choice, those that name the thing, and whether they include a topic."""
        spans: Spans = ()
        noun: Spans = ()
        inherited = False
        for word in choice:
            if word in REGISTERS:
                topic = self.here.look_up(word)
                if (word == "same_verb" and not self.here.acting) or (topic is None and word in NEEDED):
                    return (), (), False
                if topic:
                    if word == "topic_noun" and self._is_of_new(topic, parts.get("figure", ())):
                        topic = topic._replace(noun=(newly := self.here.topic() or topic).spans, spans=newly.spans)
                    again = spans and self.here.words(spans) == self.here.words(topic.spans)
                    spans = topic.spans if again else (*spans, *topic.spans)
                    if word not in ("acting", "same_verb"):
                        noun, inherited = (*noun, *topic.noun), True
            elif part := parts.get(word):
                if word == "whole":
                    part = self._with_list(part, parts.get("names", ()))
                spans = (*self._without_ending(spans, part), *part)
                if word in ("object", "counted", "subject", "front") or (word == "figure" and not noun):
                    noun = (*noun, *part)
        return spans, noun or spans, inherited

    def _is_of_new(self, topic: Topic, figure: Spans) -> bool:
        """Return whether a figure of investment is of what was newly begun: 新上茶厂8家，总投资3亿元."""
        newest = self.here.topic()
        return (
            newest is not None
            and newest.noun == topic.noun
            and self.plain[newest.spans[0][0]] == "新"
            and self.here.words(figure).endswith(_INVESTMENT)
        )

    def _with_list(self, part: Spans, names: Spans) -> Spans:
        """Extend a whole to the list that it ends, A、B等|项目, or that it begins: A|、B扩建项目."""
        if names and self.here.words(part) in _BARE:
            return ((names[0][0], part[-1][1]),)
        listed = _LISTED_PROJECT.match(self.plain, part[-1][1])
        if not listed or _PROJECT.search(self.plain, *part[-1]):
            return part
        return (*part[:-1], (part[-1][0], listed.end()))

    def _without_ending(self, spans: Spans, part: Spans) -> Spans:
        """Drop what the part repeats (牲畜总增 + 总增率) or replaces (粮食播种面积 + 产量) of the preceding words."""
        if not spans or not part:
            return spans
        start, end = spans[-1]
        figure = self.plain[part[0][0] : part[0][1]]
        for listed in _SIDE_BY_SIDE:
            if figure in listed and self.plain.endswith(listed, start, end):
                whole = end - max(len(other) for other in listed if self.plain.endswith(other, start, end))
                return (*spans[:-1], (start, whole)) if whole > start else spans[:-1]  # 占地3亩，建筑面积5亩
        counted = _COUNTED_BY.search(self.plain, start + _PAIR, end) if end - start > _PAIR else None
        if figure in _AMOUNTS:
            if counted:
                return (*spans[:-1], (start, counted.start()))
            if _COUNTED_BY.fullmatch(self.plain, start, end):
                return spans[:-1]  # 营业收入16亿元、利润2亿元
        begin = self.plain[part[0][0] : part[0][0] + 2]
        overlap = self.plain.rfind(begin, start + 1, end) if len(begin) == _PAIR else -1
        if overlap > 0 and end - overlap > _PAIR and self.plain.startswith(self.plain[overlap:end], part[0][0]):
            return (*spans[:-1], (start, overlap))  # 新能源装机容量 + 装机容量
        if end - start >= len(begin) and len(begin) == 2 and self.plain.endswith(begin, start, end):
            return (*spans[:-1], (start, end - 2)) if end - start > 2 else spans[:-1]
        return spans

    def _read_number(self, found: _Match, name: str, place: int, composed: tuple[Spans, Spans, bool]) -> None:
        here, rule, (spans, noun, inherited) = self.here, found.rule, composed
        base = rule.base == name
        kind = KINDS["level" if base and rule.kind == "change" else rule.kind][self.signs[place]]
        topic = here.topic()
        index = len(self.readings)
        if not inherited:
            spans = self._completed(found, kind, place, spans, noun)
        reading = self._reading(found, place, kind, spans, noun)
        reading.inherited, reading.base = inherited, base
        if len(rule.reads) > 1:  # the other numbers of the rule have words of their own
            others = rule.words_of_others[name]
            reading.parts = {part: its for part, its in found.parts.items() if part not in others}
        kind = reading.kind
        if inherited and topic:
            reading.far = not (here.topics[-1] or here.stated)
            reading.named_by_clause = topic is here.stated
            latest = here.latest[-1] if rule.reads[name].latest else None
            reading.of = here.level_of(rule, kind, spans, latest or topic, found.parts.get("figure", ()))
        elif kind == "share":
            reading.of = here.level_of_rate(spans)
        self.readings.append(reading)
        if "verb" in found.parts:
            here.acting = found.parts["verb"]
        elif kind == "level" and not inherited and "acting" not in rule.reads[name].choices[0]:
            here.acting = ()
        level = Topic(spans, noun, index) if kind == "level" else None
        if not base and not (inherited and kind != "level"):
            here.latest[-1] = level
        if base or (rule.keeps and topic):
            if level and not base:
                here.recent.append(level)
            if base and not inherited and len(rule.reads) == 1:  # a start alone says what is spoken of
                here.keep(Topic(spans, noun, None))
            return
        if level or (kind == "share" and not inherited):
            here.keep(level or Topic(spans, noun, index))
            if _CASE.search(self.plain, *noun[-1]):
                here.case = here.topics[-1]
        elif not inherited:
            here.keep(Topic(spans, noun, None))

    def _with_whole(self, found: _Match, kind: str, place: int, spans: Spans, topic: Topic | None) -> Spans:
        """Add the words of the whole to a part: in brackets, after 其中, or with a shared prefix (万元GDP)."""
        here = self.here
        if kind in ("level", "share"):
            short = topic is not None and length_of(spans) <= _SHORT
            if short and len(here.topics) > 1 and here.topics[-2]:
                return (*here.topics[-2].noun, *spans)
            if short and topic and _OF_WHICH in self.signs[found.start : place]:
                return (*topic.noun, *spans)
        if self.readings and self.signs[found.start] == _LIST:
            front = shared_front(self.plain, self.readings[-1].spans, spans)
            per_unit = bool(front) and self.plain[front[0][0]] in "万单每地"  # 万元GDP, but not 规上工业
            return (*front, *spans) if per_unit or not kind.startswith(("level", "share")) else spans
        return spans

    def _completed(self, found: _Match, kind: str, place: int, spans: Spans, noun: Spans) -> Spans:
        """Add to words of a clause what they leave to the words before them: a whole, a figure or names."""
        spans = self._with_whole(found, kind, place, spans, self.here.topic())
        if kind == "level" and (figure := self._figure_before(spans, place)):
            spans = (*spans, *figure)
        if kind in ("level", "share") and _SIZE.match(self.plain, *spans[0]):
            return self._with_owner(spans)
        return self._with_names(found, spans, noun) if self.here.words(noun) in _BARE else spans

    def _with_owner(self, spans: Spans) -> Spans:
        """Say what has a size of so much and more: 村集体收入达到10万元，50万元以上|的村占20%."""
        sized = (topic for topic in reversed(self.here.recent) if not _SIZE.match(self.plain, *topic.noun[0]))
        owner = next(sized, None)
        if owner is None or self.here.words(spans).endswith(self.here.words(owner.noun)[-_PAIR:]):
            return spans
        return (*owner.noun, *spans) if _FIGURE.search(self.plain, *owner.noun[-1]) else spans

    def _with_names(self, found: _Match, spans: Spans, noun: Spans) -> Spans:
        """Say which: A、B等|项目 by its examples, 实施|项目 by the act that the clause before states."""
        start = noun[0][0]
        before = bisect_right(self.starts, start) - 2
        before -= before > found.start and self.signs[before] in NUMBERS
        if before > found.start and self.signs[before] == _EXAMPLES:
            first = next((a for a in range(found.start, before) if self.signs[a] not in ACTIONS | _LEADING), before)
            names = (self.starts[first], self.ends[before])
            return (
                (*(span for span in spans if span[1] <= names[0]), names, *noun)
                if (names[1] - names[0] <= _LONGEST_NAMES)
                else spans
            )
        topic = self.here.topics[-1]
        frame = self.here.frame
        if topic and self.plain.endswith("资金", *topic.noun[-1]) and length_of(spans) <= _SHORT:
            frame = topic.noun if length_of(topic.noun) >= _SHORT else topic.spans  # 投入衔接资金3亿元，安排|项目
        return (*frame, *spans) if frame and "verb" in found.parts else spans

    def _kind_of_words(self, kind: str, sign: str, last: Span) -> tuple[str, str | None]:
        """Return the kind that the last words of a subject give to a level or share, and its direction."""
        ending = self.plain[last[1] - 2 : last[1]]
        if kind == "level" and sign == _MONEY and ending in GAINS:
            return "change_abs", GAINS[ending]
        if kind == "level" and sign == _BARE_NUMBER and self.plain.endswith("收入比", *last):
            return "ratio", None  # 城乡收入比缩小至2.5
        if kind == "share" and self.plain.endswith(_PRICE_LEVELS, *last):
            return "change_pct", "up"  # 居民消费价格总水平控制在4%左右
        return kind, None

    def _reading(
        self, found: _Match, place: int, kind: str, spans: Spans, noun: Spans, quantity: Quantity | None = None
    ) -> Reading:
        quantity = quantity or self.data[place]
        direction = None
        if kind.startswith("change"):  # the last word of change before the number says which way
            turn = next((sign for sign in reversed(self.signs[found.start : place]) if sign in TURNS), "")
            direction = "down" if turn in DOWN else "up"
            if not turn and found.rule.after and self.readings:
                direction = self.readings[-1].direction  # 减少20人，即5%
        if spans and not direction:
            kind, direction = self._kind_of_words(kind, self.signs[place], spans[-1])
        start = self.starts[found.start]
        clause = self.here.clause if 0 <= self.here.clause < start else start
        scoped = self.signs.find(_SCOPE, found.start, place)
        scope = ((self.starts[scoped], self.ends[scoped]),) if scoped >= 0 else ()
        reading = Reading(
            quantity, kind, direction, spans, noun, found.rule, start, clause, parts=found.parts, scope=scope
        )
        before = self.signs[found.start : place]
        if (kind == "level" or kind == "share") and not STATING.isdisjoint(before):
            reading.stated_as = next((name for sign, name in STATED_AS if sign in before), "")
        return reading

    def _read_list(self, found: _Match, name: str, source: Source, places: Sequence[int]) -> None:
        """Several numbers with a list before them: each has its own member."""
        here, rule = self.here, found.rule
        rest = tuple(span for word in source.choices[0][1:] for span in found.parts.get(word, ()))
        members, known = self._members(found, source, places)
        quantities = borrow_units(self.plain, [self.data[place] for place in places])
        for place, quantity, (topic, label) in zip(places, quantities, members, strict=True):
            sign = self.signs[places[-1]] if quantity is not self.data[place] else self.signs[place]
            base = rule.base == name
            kind = KINDS["level" if base else rule.kind][sign]
            lacks = kind == "level" and topic.spans and not rest
            lacking = self._figure_before(topic.spans, place) if lacks else ()
            spans, noun = (*topic.spans, *rest, *lacking), (*topic.noun, *rest)
            reading = self._reading(found, place, kind, spans, noun, quantity)
            reading.label, reading.base = label, base
            if source.each in found.parts:
                reading.parts = {**found.parts, source.each: topic.spans}
            if known and kind != "rank":
                reading.of, reading.inherited = topic.level, True
            self.readings.append(reading)
            if kind == "level" and not base:
                here.latest[-1] = Topic(spans, noun, len(self.readings) - 1)
            if not base and (kind == "level" or not known):
                here.keep(Topic(spans, spans, len(self.readings) - 1 if kind == "level" else None))

    def _members(self, found: _Match, source: Source, places: Sequence[int]) -> tuple[list[tuple[Topic, str]], bool]:
        """Return the topic and label of each number of a list, and whether the topics were already known."""
        here, count = self.here, len(places)
        if source.each == "topic" and len(here.recent) >= count and not self._in_two_places(places):
            labels = ["" if t.level is None else self.readings[t.level].label for t in here.recent[-count:]]
            return list(zip(here.recent[-count:], labels, strict=True)), True
        topic = here.topic()
        whole = found.parts.get(source.each) or (topic.spans if topic else ())
        shared = (split_topic if source.each == "topic" else share_out)(self.plain, whole, count)
        if not shared:
            labels = pair_out(self.plain, whole) if count == _PAIR else ["", ""]
            return [(Topic(whole, whole), labels[index % _PAIR]) for index in range(count)], False
        return [(Topic(member.spans, member.spans), member.label) for member in shared], False

    def _in_two_places(self, places: Sequence[int]) -> bool:
        """总量全市第一、全省第二: one thing ranked in two places."""
        further = [self.data[place] for place in places[1:]]
        return any(quantity.hint == "rank" and quantity.start < quantity.digits for quantity in further)

    def _read_sectors(self, found: _Match, source: Source, places: Sequence[int]) -> None:
        """Read the shares of the sectors; two numbers begin with the first sector only if the words say so."""
        topic = self.here.topic()
        spans = found.parts.get(source.sectors) or (topic.spans if topic else ())
        words = "".join(self.plain[start:end] for start, end in spans)
        names = "一二三" if len(places) == 3 or "一二" in words or "一、二" in words else "二三"
        for name, place in zip(names, places, strict=False):
            reading = self._reading(found, place, "share", spans, spans)
            reading.label, reading.base = f"第{name}产业", _FROM in found.match.group()
            self.readings.append(reading)
        self.here.topics[-1] = Topic(spans, spans, None)
