"""From the tokens of a sentence to readings: the rules of the grammar in turn, with registers of what was spoken of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nianbao.extraction.lexicon import words
from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.subjects.coordination import (
    borrow_units,
    pair_out,
    share_out,
    shared_front,
    split_list,
    split_topic,
)
from nianbao.extraction.syntax.notation import END
from nianbao.extraction.syntax.rules import REGISTERS, Grammar, Rule, Source
from nianbao.extraction.syntax.spans import Spans, length_of, words_of
from nianbao.extraction.syntax.tokens import Tokens
from nianbao.extraction.syntax.types import ACTIONS, NUMBERS, SIGNS

_LEVEL = {
    "things": "level",
    "money": "level",
    "bare": "level",
    "percent": "share",
    "fold": "ratio",
    "rank": "rank",
    "points": "change_pp",
}
_CHANGE = {
    "things": "change_abs",
    "money": "change_abs",
    "bare": "change_abs",
    "percent": "change_pct",
    "fold": "change_pct",
    "points": "change_pp",
}
_KINDS = {
    kind: {SIGNS[name]: table.get(name, "change_pct") for name in (*_LEVEL, "doubled")}
    for kind, table in (("level", _LEVEL), ("share", _LEVEL), ("ratio", _LEVEL), ("change", _CHANGE))
}
_KINDS["ratio"] = dict.fromkeys(_KINDS["level"], "ratio")
_UP = frozenset(SIGNS[name] for name in ("up", "up_noun", "more", "gap"))
_DOWN = frozenset(SIGNS[name] for name in ("down", "down_noun", "less", "below"))
_TURNS = _UP | _DOWN
_SCOPE, _SHARE, _FROM, _OF_WHICH, _LIST = (SIGNS[name] for name in ("scope", "share", "from", "of_which", "list"))
# Words that say what a level is, in the order in which they count: a part, an example, a sum so far, a new state.
_STATED_AS = tuple((SIGNS[name], name) for name in ("of_which", "examples", "total", "arrival"))
_STATING = frozenset(sign for sign, _ in _STATED_AS)
_SAID = frozenset(SIGNS[name] for name in ("said", "up", "down", "adverb", "aside"))
_CASE = re.compile(r"(?:案件|申请|诉讼|复议|投诉|诉求|信访|纠纷|事项|举报|案|信访件|交办件|来信|建议|提案|线索|工单)$")
_FIGURE = re.compile(
    r"""(?:[年户亩人地][均度]?|平均|集体|可支配|营业|销售|纯|总|完成)*(?:收入|产值|产量|产能|增加值|投资|面积|规模|税收|营收|利润|里程
    |长度|浓度|比例|占比|比重|余额|支出|[\u4e00-\u9fff]{2}[率额])$""",
    re.VERBOSE,
)
_NUMBER = re.compile(f"[{''.join(sorted(NUMBERS))}]")
_LONGEST_TOPIC = 40
_NOUN_STEPS = ("投入", "服务", "培训", "供应", "申请")  # what these name stays the topic: 研发投入3亿元，总量居第一
# No rule fits more tokens than this before a number, or in all; it keeps the work of a sentence linear.
LONGEST = 100
_NEEDED = ("measured_noun", "things", "stated")  # a subject with these registers is none without them
_SHORT, _LONG, _PAIR = 4, 14, 2


class Topic(NamedTuple):
    """A topic: its words, those of them that name the thing, and the level that introduced it."""

    spans: Spans
    noun: Spans
    level: int | None = None


@dataclass(slots=True)
class Reading:
    """A number with the words that its rule makes its subject, before years and modality are known."""

    quantity: Quantity
    kind: str
    direction: str | None
    spans: Spans
    noun: Spans
    rule: Rule
    start: int  # where the words of the rule begin
    clause: int  # where the clause before begins, if that only says what is spoken of
    of: int | None = None
    inherited: bool = False
    base: bool = False
    since: int | None = None  # the year that a change starts from, where another clause names it
    far: bool = False  # it continues what precedes a semicolon or a full stop
    parts: dict[str, Spans] = field(default_factory=dict)
    scope: Spans = ()
    label: str = ""
    stated_as: str = ""  # the word that says what a level is: of_which, examples, total, arrival

    @property
    def continues_act(self) -> bool:
        """Whether the number goes on with the objects of the verb before it."""
        return any("acting" in choice for source in self.rule.reads.values() for choice in source.choices)


@dataclass(slots=True)
class _Registers:
    """What the rules remember within a sentence."""

    topics: list[Topic | None] = field(default_factory=lambda: [None])  # one for each open bracket
    stated: Topic | None = None  # by a clause without a number
    before: Topic | None = None  # by the part before a semicolon
    carried: Topic | None = None  # by the sentence before
    acting: Spans = ()  # the verb whose objects a list goes on with
    latest: list[Topic | None] = field(default_factory=lambda: [None])  # the last level, one for each open bracket
    recent: list[Topic] = field(default_factory=list)  # the levels so far, for 分别
    clause: int = -1
    case: Topic | None = None  # the last kind of case

    def level(self) -> int | None:
        """Return the index of the last level inside or around this bracket."""
        return next((topic.level for topic in reversed(self.latest) if topic), None)

    def keep(self, topic: Topic) -> None:
        """Set the topic and add it to the recent topics."""
        self.topics[-1] = topic
        if len(self.topics) == 1:
            self.stated = None
        self.recent.append(topic)

    def topic(self) -> Topic | None:
        """Return the topic that a clause without a subject continues."""
        return self.topics[-1] or self.stated or self.before or self.carried


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
        self.here = _Registers(carried=carried, case=case)

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
        if rule.conditional and not self._holds(rule, match):
            return False
        found = _Match(rule, match, match.start(), {})
        for name in rule.parts:
            begin, end = match.span(name)
            if begin < end:
                found.parts[name] = words_of(self.tokens, begin, end, name)
        if rule.names_share:
            place = self.signs.index(_SHARE, found.start)
            found.parts["share"] = ((self.starts[place], self.ends[place]),)
        if rule.known and not self._is_known(found.parts["figure"]):
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

    def _holds(self, rule: Rule, match: re.Match[str]) -> bool:
        """Return whether the conditions of a rule that no pattern states hold."""
        if rule.after and not (self.readings and self.readings[-1].kind.startswith(rule.after)):
            return False
        if any(source.sectors == "topic" for source in rule.reads.values()):
            topic = self.here.topic()
            if topic is None or not any("产" in self.plain[start:end] for start, end in topic.spans):
                return False
        if rule.opens and (self.here.topics[-1] or self.here.stated):
            return False
        if rule.figure:
            start, end = match.span("figure")
            return self.plain[self.starts[start] : self.ends[end - 1]] in words("words")[rule.figure]
        places = [index for name in rule.reads for index in range(*match.span(name)) if self.signs[index] in NUMBERS]
        first = next((self.data[place] for place in range(*match.span()) if place in self.data), None)
        if rule.qualifier and (first is None or (first.qualifier == "exact") != (rule.qualifier == "exact")):
            return False
        if rule.members:
            start, end = match.span("object")
            members = split_list(self.plain, self.starts[start], self.ends[end - 1])
            return first is not None and len(members) == first.value
        if rule.long:
            return self.starts[places[0]] - self.starts[match.start()] > _LONG
        if rule.units == "topic":
            level = topic.level if (topic := self.here.topic()) else None
            return level is not None and first is not None and self.readings[level].quantity.unit == first.unit
        if rule.units:
            units = [self.data[place].unit for place in places[:2]]
            return (units[0] == units[1]) == (rule.units == "same")
        if rule.exact:
            source = next(iter(rule.reads.values()))
            start, end = match.span(source.each)
            whole = ((self.starts[start], self.ends[end - 1]),)
            return bool(share_out(self.plain, whole, len(places)))
        return True

    def _is_known(self, figure: Spans) -> bool:
        """Return whether a short name of a figure (上线率) is made of words of the topic (本科上线)."""
        topic = self.here.topics[-1]
        if not topic or not figure or length_of(figure) > _SHORT:
            return False
        start, end = figure[0]
        topic_words = "".join(self.plain[a:b] for a, b in topic.spans)
        return end - start >= 3 and self.plain[end - 1] in "率数量额" and self.plain[start : start + 2] in topic_words

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
            here.before = here.topics[-1] or here.before
            here.topics[-1], here.stated, here.acting, here.clause = None, None, (), -1
            here.recent.clear()
            here.latest[-1] = None
        elif rule.does == "state":
            spans = self._stated(*match.span("stated"))
            if spans and length_of(spans) <= _LONGEST_TOPIC:
                here.stated, here.acting = Topic(spans, self._noun_of(match, spans)), ()
            here.clause = self.starts[match.start()]
            here.latest[-1] = None

    def _stated(self, start: int, end: int) -> Spans:
        """Return the subject of a clause without a number: the words before its predicate."""
        for index in range(start + 1, end):
            predicate = self.signs[index] in _SAID or self.plain[self.starts[index]] == "是"
            if predicate and not ACTIONS.issuperset(self.signs[start:index]):
                end = index
                break
        return words_of(self.tokens, start, end)

    def _noun_of(self, match: re.Match[str], spans: Spans) -> Spans:
        """Return the words of a clause after its initial verb."""
        for index in range(*match.span()):
            begin = self.starts[index]
            if begin >= spans[0][0] and self.signs[index] not in ACTIONS:
                return tuple([(max(start, begin), end) for start, end in spans if end > begin]) or spans
        return spans

    def _compose(self, choice: Sequence[str], parts: dict[str, Spans]) -> tuple[Spans, Spans, bool]:
        """Return the words of a choice, those that name the thing, and whether they include a topic."""
        spans: Spans = ()
        noun: Spans = ()
        inherited = False
        for word in choice:
            if word in REGISTERS:
                topic = self._register(word)
                if (word == "same_verb" and not self.here.acting) or (topic is None and word in _NEEDED):
                    return (), (), False
                if topic:
                    again = spans and self._words(spans) == self._words(topic.spans)
                    spans = topic.spans if again else (*spans, *topic.spans)
                    if word not in ("acting", "same_verb"):
                        noun, inherited = (*noun, *topic.noun), True
            elif part := parts.get(word):
                spans = (*self._without_ending(spans, part), *part)
                if word in ("object", "counted", "subject", "front") or (word == "figure" and not noun):
                    noun = (*noun, *part)
        return spans, noun or spans, inherited

    def _register(self, word: str) -> Topic | None:
        """Return the topic in a register, or only its noun, as the name of the register says."""
        here = self.here
        if word in ("acting", "same_verb"):
            return Topic(here.acting, ())
        if word in ("rate", "named_rate"):
            last = self.readings[-1] if self.readings else None
            is_rate = last and last.kind == "share" and (word == "rate" or self._names_a_rate(last.spans))
            return Topic(last.spans, last.noun) if last and is_rate else None
        if word == "latest" and here.latest[-1]:
            return here.latest[-1]
        topic = (word == "stated" and here.stated) or here.topics[-1] or here.stated or here.before
        if word == "things":
            level = self.readings[topic.level] if topic and topic.level is not None else None
            counted = level is not None and level.quantity.unit_class == "count"
            return Topic(topic.noun, topic.noun) if topic and counted else None
        if word == "case_noun":
            topic = here.case or topic or here.carried
        elif word in ("topic", "latest", "stock"):
            topic = topic or here.carried
        if topic is None or (word in ("measured", "measured_noun") and topic.level is None):
            return None
        if word == "stock":
            return Topic(topic.noun, topic.noun, topic.level)
        parts: dict[str, Spans] = {} if topic.level is None else self.readings[topic.level].parts
        step, figure = parts.get("step", ()), parts.get("figure", ())
        stepped = bool(step) and self._words(step) not in _NOUN_STEPS  # 保障房开工5套、竣工3套
        # 项目8个，总投资88亿元，计划投资15亿元: the second figure is not one of the first
        figured = bool(figure) and topic.noun != figure and word in ("topic_noun", "stated")
        whole = word in ("topic", "latest", "measured", "stated") or (
            word == "topic_noun" and not stepped and topic.spans[: len(topic.noun)] == topic.noun
        )
        whole = whole and not figured
        return Topic(topic.spans, topic.noun, topic.level) if whole else Topic(topic.noun, topic.noun)

    def _words(self, spans: Spans) -> str:
        return "".join([self.plain[start:end] for start, end in spans])

    def _without_ending(self, spans: Spans, part: Spans) -> Spans:
        """Drop the end of the preceding words if the part repeats it (牲畜总增 + 总增率)."""
        if not spans or not part:
            return spans
        start, end = spans[-1]
        begin = self.plain[part[0][0] : part[0][0] + 2]
        if end - start >= len(begin) and len(begin) == 2 and self.plain.endswith(begin, start, end):
            return (*spans[:-1], (start, end - 2)) if end - start > 2 else spans[:-1]
        return spans

    def _names_a_rate(self, spans: Spans) -> bool:
        return bool(spans) and self.plain[spans[-1][1] - 1] == "率"

    def _read_number(self, found: _Match, name: str, place: int, composed: tuple[Spans, Spans, bool]) -> None:
        here, rule, (spans, noun, inherited) = self.here, found.rule, composed
        base = rule.base == name
        kind = _KINDS["level" if base and rule.kind == "change" else rule.kind][self.signs[place]]
        topic = here.topic()
        index = len(self.readings)
        if not inherited:
            spans = self._with_whole(found, kind, place, spans, topic)
        reading = self._reading(found, place, kind, spans, noun)
        reading.inherited, reading.base = inherited, base
        if len(rule.reads) > 1:  # the other numbers of the rule have words of their own
            own = {word for choice in rule.reads[name].choices for word in choice}
            others = {word for source in rule.reads.values() for choice in source.choices for word in choice} - own
            reading.parts = {part: its for part, its in found.parts.items() if part not in others}
        if inherited and topic:
            reading.far = not (here.topics[-1] or here.stated)
            latest = here.latest[-1] if rule.reads[name].latest else None
            reading.of = self._level_of(rule, kind, spans, latest or topic, found.parts.get("figure", ()))
        elif kind == "share":
            reading.of = self._level_of_rate(spans)
        self.readings.append(reading)
        if "verb" in found.parts:
            here.acting = found.parts["verb"]
        elif kind == "level" and not inherited and "acting" not in rule.reads[name].choices[0]:
            here.acting = ()
        if not base and not (inherited and kind != "level"):
            here.latest[-1] = Topic(spans, noun, index) if kind == "level" else None
        if base or (rule.keeps and topic):
            if kind == "level" and not base:
                here.recent.append(Topic(spans, noun, index))
            if base and not inherited and len(rule.reads) == 1:  # a start alone says what is spoken of
                here.keep(Topic(spans, noun, None))
            return
        if kind == "level" or (kind == "share" and not inherited):
            here.keep(Topic(spans, noun, index))
            if _CASE.search(self.plain, *noun[-1]):
                here.case = here.topics[-1]
        elif not inherited:
            here.keep(Topic(spans, noun, None))

    def _counted_in(self, figure: Spans) -> int | None:
        """Return the level that a figure (受理数) refers to: the last level with its verb (受理39件)."""
        start, end = figure[0]
        stem = self.plain[start : end - 1]
        levels = (index for index in range(len(self.readings) - 1, -1, -1) if self.readings[index].kind == "level")
        return next((index for index in levels if self.plain.startswith(stem, self.readings[index].spans[0][0])), None)

    def _level_of(self, rule: Rule, kind: str, spans: Spans, topic: Topic, figure: Spans) -> int | None:
        """Return the index of the reading that a change, share or ratio of the topic belongs to."""
        last = len(self.readings) - 1
        if last >= 0 and self.readings[last].kind == "share" and spans == self.readings[last].spans:
            return last
        if rule.of == "level" and kind not in ("rank", "level"):
            return self._counted_in(figure) if figure else topic.level
        return self.here.level() if rule.of == "rate" and kind == "share" else None

    def _level_of_rate(self, spans: Spans) -> int | None:
        """Return the level that a rate refers to by its words (办结4万件，按期办结率98%)."""
        end = spans[-1][1]
        level = self.here.level()
        if self.plain[end - 1] != "率" or level is None:
            return None
        reading = self.readings[level]
        return (
            level
            if self.plain.find(self.plain[end - 3 : end - 1], reading.start, reading.quantity.start) >= 0
            else None
        )

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
            return (*shared_front(self.plain, self.readings[-1].spans, spans), *spans)
        return spans

    def _reading(
        self, found: _Match, place: int, kind: str, spans: Spans, noun: Spans, quantity: Quantity | None = None
    ) -> Reading:
        quantity = quantity or self.data[place]
        direction = None
        if kind.startswith("change"):  # the last word of change before the number says which way
            turn = next((sign for sign in reversed(self.signs[found.start : place]) if sign in _TURNS), "")
            direction = "down" if turn in _DOWN else "up"
        start = self.starts[found.start]
        clause = self.here.clause if 0 <= self.here.clause < start else start
        scoped = self.signs.find(_SCOPE, found.start, place)
        scope = ((self.starts[scoped], self.ends[scoped]),) if scoped >= 0 else ()
        reading = Reading(
            quantity, kind, direction, spans, noun, found.rule, start, clause, parts=found.parts, scope=scope
        )
        before = self.signs[found.start : place]
        if (kind == "level" or kind == "share") and not _STATING.isdisjoint(before):
            reading.stated_as = next((name for sign, name in _STATED_AS if sign in before), "")
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
            kind = _KINDS["level" if base else rule.kind][sign]
            spans, noun = (*topic.spans, *rest), (*topic.noun, *rest)
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
