"""The registers: what a sentence spoke of so far, which later clauses continue."""

from __future__ import annotations

from dataclasses import dataclass, field

from nianbao.extraction.subjects.readings import Reading, Topic
from nianbao.extraction.syntax.rules import Rule
from nianbao.extraction.syntax.spans import Spans

_NOUN_STEPS = ("投入", "服务", "培训", "供应", "申请")  # what these name stays the topic: 研发投入3亿元，总量居第一
NEEDED = ("measured_noun", "things", "stated")  # a subject with these registers is none without them


@dataclass(slots=True)
class Registers:
    """What the rules remember within a sentence, the text of which is `plain`."""

    plain: str
    readings: list[Reading]
    topics: list[Topic | None] = field(default_factory=lambda: [None])  # one for each open bracket
    stated: Topic | None = None  # by a clause without a number
    before: Topic | None = None  # by the part before a semicolon
    carried: Topic | None = None  # by the sentence before
    acting: Spans = ()  # the verb whose objects a list goes on with
    latest: list[Topic | None] = field(default_factory=lambda: [None])  # the last level, one for each open bracket
    recent: list[Topic] = field(default_factory=list)  # the levels so far, for 分别
    frame: Spans = ()  # what the last clause without a number acts on
    framed: bool = False  # it says what all that follows speaks of (天然气方面)
    clause: int = -1
    case: Topic | None = None  # the last kind of case

    def level(self) -> int | None:
        """Return the index of the last level inside or around this bracket."""
        return next((topic.level for topic in reversed(self.latest) if topic), None)

    def keep(self, topic: Topic) -> None:
        """Set the topic and add it to the recent topics."""
        if topic.noun and self.stated and topic.noun[0] != self.stated.noun[0]:
            self.frame = ()  # something else is spoken of
        self.topics[-1] = topic
        if len(self.topics) == 1:
            self.stated = None
        self.recent.append(topic)

    def topic(self) -> Topic | None:
        """Return the topic that a clause without a subject continues."""
        return self.topics[-1] or self.stated or self.before or self.carried

    def look_up(self, word: str) -> Topic | None:
        """Return the topic in a register, or only its noun, as the name of the register says."""
        if word in ("acting", "same_verb"):
            return Topic(self.acting, ())
        if word in ("rate", "named_rate"):
            last = self.readings[-1] if self.readings else None
            is_rate = last and last.kind == "share" and (word == "rate" or self._names_a_rate(last.spans))
            return Topic(last.spans, last.noun) if last and is_rate else None
        if word == "latest" and self.latest[-1]:
            return self.latest[-1]
        topic = (word == "stated" and self.stated) or self.topics[-1] or self.stated or self.before
        if word == "things":
            level = self.readings[topic.level] if topic and topic.level is not None else None
            counted = level is not None and level.quantity.unit_class == "count"
            return Topic(topic.noun, topic.noun) if topic and counted else None
        if word == "case_noun":
            topic = self.case or topic or self.carried
        elif word in ("topic", "latest", "stock"):
            topic = topic or self.carried
        if topic is None or (word in ("measured", "measured_noun") and topic.level is None):
            return None
        if word == "stock":
            return Topic(topic.noun, topic.noun, topic.level)
        parts: dict[str, Spans] = {} if topic.level is None else self.readings[topic.level].parts
        step, figure = parts.get("step", ()), parts.get("figure", ())
        stepped = bool(step) and self.words(step) not in _NOUN_STEPS  # 保障房开工5套、竣工3套
        # 项目8个，总投资88亿元，计划投资15亿元: the second figure is not one of the first
        figured = bool(figure) and topic.noun != figure and word in ("topic_noun", "stated")
        whole = word in ("topic", "latest", "measured", "stated") or (
            word == "topic_noun" and not stepped and topic.spans[: len(topic.noun)] == topic.noun
        )
        whole = whole and not figured
        return Topic(topic.spans, topic.noun, topic.level) if whole else Topic(topic.noun, topic.noun)

    def words(self, spans: Spans) -> str:
        """Return the words of the spans, joined."""
        return "".join([self.plain[start:end] for start, end in spans])

    def _names_a_rate(self, spans: Spans) -> bool:
        return bool(spans) and self.plain[spans[-1][1] - 1] == "率"

    def _counted_in(self, figure: Spans) -> int | None:
        """Return the level that a figure (受理数) refers to: the last level with its verb (受理39件)."""
        start, end = figure[0]
        stem = self.plain[start : end - 1]
        levels = (index for index in range(len(self.readings) - 1, -1, -1) if self.readings[index].kind == "level")
        return next((index for index in levels if self.plain.startswith(stem, self.readings[index].spans[0][0])), None)

    def level_of(self, rule: Rule, kind: str, spans: Spans, topic: Topic, figure: Spans) -> int | None:
        """Return the index of the reading that a change, share or ratio of the topic belongs to."""
        last = len(self.readings) - 1
        if last >= 0 and self.readings[last].kind == "share" and spans == self.readings[last].spans:
            return last
        if rule.of == "level" and kind not in ("rank", "level"):
            return self._counted_in(figure) if figure else topic.level
        return self.level() if rule.of == "rate" and kind == "share" else None

    def level_of_rate(self, spans: Spans) -> int | None:
        """Return the level that a rate refers to by its words (办结4万件，按期办结率98%)."""
        end = spans[-1][1]
        level = self.level()
        if self.plain[end - 1] != "率" or level is None:
            return None
        reading = self.readings[level]
        return (
            level
            if self.plain.find(self.plain[end - 3 : end - 1], reading.start, reading.quantity.start) >= 0
            else None
        )
