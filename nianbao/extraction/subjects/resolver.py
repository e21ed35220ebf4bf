"""Naming what each number of a sentence measures: from its own clause, else from the clause before it."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.subjects.coordination import distribute
from nianbao.extraction.subjects.relations import (
    copy_subject,
    counted_before,
    is_rate_of,
    share_in_proportion,
    tells_of,
)
from nianbao.extraction.subjects.resolved import ResolvedNumber, Topic, kind_of
from nianbao.extraction.syntax.clauses import ADJACENT, CLAUSE, ITEM, RATIO, RISEN, NumberContext, Span
from nianbao.extraction.syntax.left_context import read_left_context
from nianbao.extraction.syntax.patterns import (
    BARE_BASE,
    BY_SCOPE,
    CHANGE_BEHIND,
    FRONTS,
    RELATIONAL,
    SHARE_OF,
    VERB_INSIDE,
    VERB_LEAD,
    VERB_ONLY,
)
from nianbao.extraction.syntax.phrases import (
    USED_FOR,
    WHILE,
    action_of,
    end_of_last,
    last_action,
    object_of,
    stated_topic,
    tail_words,
    without_ending,
)

_WORDS, _VERBS = words("words"), words("verbs")
_SHORT_PART = 4
_EXAMPLES = re.compile(r"等(?:一批|重点|重大|多个|各类|共|共计|合计|累计)?$")
_EXAMPLES_INSIDE = re.compile(r"(?:》|”|、[^、等]{1,16})等(?:(?:方面|领域|行业)的)?(?=[\u4e00-\u9fff]{2})")
_PART = re.compile(r"其中[，,:：]?")
_QUALIFIER = re.compile(
    rf"(?:[^，、]{{0,6}}(?:级|类|以上|以下|性|型|龄|籍|营|别))$|(?:{trie_pattern(_WORDS['qualifiers'])})$"
)
_SPENDING = re.compile(rf"(?:{trie_pattern(_VERBS['spending'])})$")
_SPENT = re.compile(r"(?:总|累计|共)?投资")
_BASE_OF_RATIO = re.compile(r"(?:相当于|达到|达|约)*(?:是|为|相当于)(?P<base>[^，、；]{1,24}?)的?$")
_COMPARED_BEFORE = re.compile(
    r"[与和同跟]?(?:相?比|较)?(?:(?P<year>(?:19|20)\d\d)年|上年|去年)(?:同期|底|末)?(?:相比|比较)"
)
_TOTAL = re.compile(r"累计|总数|总量|合计")
_COUNTED_WORD = re.compile(r"[^，、；。]{2,3}[量数]")
_GOES_ON = ("以及", "及", "和")
_CASEWORK = re.compile(rf"(?:{trie_pattern(_VERBS['casework'])}|[被及或者和、])+")
_COMPLETE = frozenset(_VERBS["complete"])
_OWN_RATE = re.compile(r"[\u4e00-\u9fff]{2}率$")
_NET = frozenset(("净增", "净增加", "净增长"))
_CASE = re.compile(r"(?:案件|申请|诉讼|复议|投诉|诉求|信访|纠纷|事项|举报|案)$")
_NEW_END = re.compile(r"(?:新开工|开工|竣工|新增|净增|增加|新建|累计|新引进|维持|撤销|驳回|终止|审结|办结|败诉|胜诉)$")
_OWN_NAME = re.compile(r"(?:我|全|本)?[^，、；。]{0,4}[市县区省州](?:政府)?")
_FRONTED = re.compile(trie_pattern(_WORDS["fronted"]))
_COPULAS_ONLY = frozenset(["是", "为", "增", "相当于"])


def resolve_subjects(
    plain: str, slots: list[NumberContext], carried: Topic | None
) -> tuple[list[ResolvedNumber], Topic | None]:
    """The numbers of one sentence with their subjects, and what the next sentence of the paragraph may inherit."""
    namer = _SubjectResolver(plain, slots, carried)
    for index in range(len(slots)):
        namer.name(index)
    distribute(plain, namer.named)
    last = namer.topics[0]
    return namer.named, Topic(last.spans, last.noun, None) if last else None


class _SubjectResolver:
    """Goes through the numbers of one sentence and keeps what was spoken of last, for every depth of brackets."""

    def __init__(self, plain: str, slots: list[NumberContext], carried: Topic | None) -> None:
        self.plain, self.slots, self.carried = plain, slots, carried
        self.before = carried  # of the sentence before: only the steps of a case go on with it
        self.named: list[ResolvedNumber] = []
        self.topics: list[Topic | None] = [None]
        self.verb: Span | None = None
        self.case: Topic | None = None  # the last kind of case that was spoken of

    def name(self, index: int) -> None:
        slot, plain = self.slots[index], self.plain
        while len(self.topics) <= slot.depth:
            self.topics.append(self.topics[-1])
        del self.topics[slot.depth + 1 :]
        if slot.fresh and slot.depth == 0 and index:
            self.carried = self.topics[-1] or self.carried
            self.topics[-1] = None
        quantity = slot.quantity
        unit_class = "fold" if quantity.hint == "fold" else quantity.unit_class
        head = read_left_context(plain, slot.head, unit_class, "点" in quantity.unit)
        this = ResolvedNumber(slot, head, kind_of(quantity, head, plain))
        if (
            this.kind == "change_abs"
            and head.direction == "up"
            and head.verb_end > 0
            and tail_words(plain, slot, "level", True)
        ):
            # 提升11个项目: the verb has an object, nothing rose by eleven
            this.kind, head.direction = "level", None
            head.core = (head.core[0], head.verb_end)
        if head.direction and head.compared_with is None and slot.topic is not None:
            base = _COMPARED_BEFORE.fullmatch(plain, *slot.topic)
            if base:
                head.compared_with = base.group("year") or "previous_year"
        if this.kind == "level" and not head.base and plain.endswith("年", *slot.head):
            base = BARE_BASE.search(plain, *slot.head)
            if base and CHANGE_BEHIND.match(plain, quantity.end):
                # 较2022年|558件|增加了555件: the amount of that year
                head.base, head.compared_with = True, base.group("year") or "previous_year"
                head.core = (head.core[0], max(head.core[0], min(head.core[1], base.start())))
        if plain.startswith("在", *head.core) and WHILE.match(plain, quantity.end):
            head.core = (head.core[0] + 1, head.core[1])
        self.named.append(this)
        if slot.join == RISEN and index:
            self.named[index - 1].head.base = True
            copy_subject(this, self.named[index - 1])
        elif slot.join == RATIO and index:
            share_in_proportion(plain, self.named, index)
        else:
            if slot.join == CLAUSE and not plain.startswith(_GOES_ON, *slot.head):
                self.verb = None
            self._name_by_words(this, index)
        self.verb = this.verb or self.verb
        self._remember(this, index)

    def _remember(self, this: ResolvedNumber, index: int) -> None:
        topic = self.topics[-1]
        if not this.spans or this.kind == "rank" or (this.head.base and this.inherited and this.head.compared_with):
            return
        if this.kind in ("level", "share"):
            level = topic.index if topic is not None and this.inherited and this.kind == "share" else None
            if level is None or self.named[level].kind != "level":
                self.topics[-1] = Topic(this.spans, this.noun or this.spans, index)
                if _CASE.search(self.plain, *(this.noun or this.spans)[-1]):
                    self.case = self.topics[-1]
        elif not this.inherited or topic is None:
            self.topics[-1] = Topic(this.spans, this.noun or this.spans, index if this.kind == "change_abs" else None)

    def _name_by_words(self, this: ResolvedNumber, index: int) -> None:
        """Name one number from its head and tail, its clause's verb, or the topic."""
        plain, slot = self.plain, this.slot
        start, end = this.head.core
        topic = self.topics[-1]
        unnamed = this.kind == "level" and start == end and not slot.depth
        stated = stated_topic(plain, slot) if topic is None or unnamed else None
        tail = tail_words(plain, slot, this.kind, start < end) or self._borrowed_tail(index)
        fallback = (stated if unnamed else None) or topic or stated or self.carried
        whole = (self.topics[slot.depth - 1] if slot.depth else None) or fallback
        if this.kind in ("change_pct", "change_pp", "ratio", "rank") or (
            this.kind == "change_abs" and (start == end or _COUNTED_WORD.fullmatch(plain, start, end))
        ):
            self._name_change(this, index, topic or stated or self.carried, tail)
        elif start == end:
            self._name_bare(this, index, fallback, tail)
        elif this.kind == "share" and SHARE_OF.match(plain, start, end) and fallback:
            this.spans = this.noun = (*fallback.spans, (start, end))
            this.of, this.inherited = fallback.index, True
        elif (
            this.kind == "share"
            and tail is None
            and topic
            and topic.index is not None
            and is_rate_of(plain, self.named, this, topic)
        ):
            this.spans = this.noun = (*without_ending(plain, topic.noun, plain[start : start + 2]), (start, end))
            this.of, this.inherited = topic.index, True
        elif (
            slot.quantity.unit_class == "money"
            and _SPENT.fullmatch(plain, start, end)
            and VERB_LEAD.match(plain, *slot.tail)
        ):
            # 整合资源，投资5万元建成茶厂: what was spent on, not the clause before
            this.spans = this.noun = ((start, end),)
        elif tail is None and RELATIONAL.fullmatch(plain, start, end) and fallback:
            this.spans = this.noun = (*fallback.noun, (start, end))
            this.inherited = True
            this.of = fallback.index if this.kind == "share" else None
        elif this.kind == "level" and tail is None and topic and BY_SCOPE.fullmatch(plain, start, end):
            # 预算收入3.5亿元，同口径完成3.6亿元
            this.spans, this.noun, this.inherited = (*topic.noun, (start, end)), topic.noun, True
        elif VERB_ONLY.fullmatch(plain, start, end):
            this.verb = (start, end)
            if self.case and whole and not tail and _CASEWORK.fullmatch(plain, start, end):
                # 办理应诉案件425宗，负责人出庭388宗；败诉35宗: a case is lost, not an appearance
                whole = whole if _CASE.search(plain, *whole.noun[-1]) else self.case
            if plain[start:end] in _NET and topic and topic.index is not None and not tail:
                # 达到417亿元，净增110亿元: what the level before rose by
                this.kind, this.head.direction, this.verb = "change_abs", "up", None
                this.spans, this.noun, this.of, this.inherited = topic.spans, topic.noun, topic.index, True
            elif plain[start:end] == "成功" and whole and not tail:
                this.spans, this.noun, this.inherited = (*whole.spans, (start, end)), whole.noun, True
            elif tail:
                this.spans, this.noun = ((start, end), tail), (tail,)
            elif (
                whole
                and plain[start:end] not in _COMPLETE
                and (whole is not self.before or _CASEWORK.fullmatch(plain, start, end))
            ):
                this.spans, this.noun, this.inherited = ((start, end), *whole.noun), whole.noun, True
            else:
                # 收到|申请: the case that one verb of the two names
                case = _CASE.search(plain, start + 1, end)
                this.spans, this.noun = ((start, end),), ((case.start() if case else start, end),)
        else:
            self._name_own(this, tail, whole)
            part = plain.find("占", start, end) if this.kind == "share" and topic and topic.index is not None else -1
            if (
                part - start >= 2
                and topic
                and (
                    any(plain.find(plain[start:part], *span) >= 0 for span in topic.spans)
                    or _PART.search(plain, slot.head[0], start + 2)
                )
            ):
                this.of = topic.index

    def _borrowed_tail(self, index: int) -> Span | None:
        """859个和3019个监控点: the noun is the first number's too; 投入3亿元新建学校20所: what the money is for."""
        if index + 1 >= len(self.slots):
            return None
        slot, following = self.slots[index], self.slots[index + 1]
        begin, end = following.head
        if following.join == ITEM and begin == end and slot.tail[0] == slot.tail[1]:
            counted = following.quantity.unit_class == slot.quantity.unit_class == "count"
            return tail_words(self.plain, following, "level", False) if counted else None
        spent = slot.quantity.unit_class == "money" and _SPENDING.search(self.plain, *slot.head)
        return following.head if spent and following.join == ADJACENT and slot.quantity.end == begin < end else None

    def _name_bare(self, this: ResolvedNumber, index: int, fallback: Topic | None, tail: Span | None) -> None:
        """Nothing names the subject before the number: the noun behind it does, or what was spoken of."""
        plain, slot = self.plain, this.slot
        before = self.named[index - 1] if index else None
        if tail:
            if (
                slot.join == ADJACENT
                and before
                and before.spans
                and slot.head[0] == slot.head[1]
                and slot.quantity.start == before.slot.quantity.end
            ):
                this.spans, this.noun = (*before.spans, tail), (*before.noun, tail)
            elif slot.join in (ITEM, ADJACENT) and self.verb is not None:
                this.spans, this.noun, this.verb = (self.verb, tail), (tail,), self.verb
            elif fallback and _PART.search(plain, *slot.head) and VERB_LEAD.match(plain, *tail):
                this.spans, this.noun, this.inherited = (*fallback.noun, tail), fallback.noun, True
            elif (this.kind == "share" and fallback and USED_FOR.match(plain, *tail)) or (
                VERB_ONLY.fullmatch(plain, *tail) and fallback
            ):
                this.spans = this.noun = (*fallback.noun, tail)
                this.inherited = True
            else:
                this.spans = this.noun = (tail,)
        elif slot.join in (ITEM, ADJACENT) and before and before.spans:
            this.spans, this.noun, this.inherited = before.spans, before.noun, True
            if before.kind == "level" and this.kind == "share":
                this.of = index - 1
        elif fallback:
            this.spans, this.noun, this.inherited = fallback.spans, fallback.noun, True
            this.of = fallback.index if this.kind == "share" else None
            total = _TOTAL.search(plain, *slot.head) if this.kind == "level" else None
            if total:
                this.spans = (*fallback.noun, total.span())

    def _name_own(self, this: ResolvedNumber, tail: Span | None, whole: Topic | None) -> None:
        """The head names the subject itself, with the counted noun behind the number where there is one."""
        plain, slot = self.plain, this.slot
        start, end = this.head.core
        lead = VERB_LEAD.match(plain, start, end)
        examples = _EXAMPLES.search(plain, start, end)
        if examples and tail:
            # 建设甲、乙等5个项目: the names are examples of what is counted
            self._name_after_examples(this, lead.end() if lead else start, start, tail, bool(lead))
            return
        inside = end_of_last(_EXAMPLES_INSIDE, plain, start, end) if plain.find("等", start, end) > 0 else None
        if inside is not None and tail is None and (lead or plain[start] in "《“"):
            self._name_after_examples(this, lead.end() if lead else start, start, (inside, end), bool(lead))
            return
        if examples:
            end = examples.start()
        action = action_of(plain, start, end)
        if tail:
            action = last_action(plain, action, end)
        if action > start:
            start, lead = action, VERB_LEAD.match(plain, action, end)
        own: tuple[Span, ...] = ((start, end),)
        if lead and lead.end() < end:
            this.verb, this.noun = (start, lead.end()), ((lead.end(), end),)
        else:
            this.noun = ((object_of(plain, start, end), end),)
        ending = _NEW_END.search(plain, start, end)
        if ending and ending.start() > start and not tail:
            this.noun = ((this.noun[0][0], ending.start()),)
        if slot.join == ITEM and lead is None and this.kind == "level":
            own = self._with_clause(this, start, end, own)
        elif whole is not None and end - start <= _SHORT_PART and this.kind == "level":
            part = slot.depth or _PART.search(plain, slot.head[0], start)
            if part and plain[start:end] not in ("出口", "进口", "企业"):
                own = (*whole.noun, (start, end))
        if tail and not (slot.quantity.unit_class in ("percent", "money") and not _takes_tail(plain, this, tail)):
            own, this.noun = (*own, tail), (*this.noun, tail)
        this.spans = own

    def _with_clause(self, this: ResolvedNumber, start: int, end: int, own: tuple[Span, ...]) -> tuple[Span, ...]:
        """A later member of a list has the verb of the first, its front (每平方公里), or its noun (市级以上)."""
        plain, topic = self.plain, self.topics[-1]
        front = self._front(start, end)
        if front:
            own = (front, *own)
        if topic and _QUALIFIER.fullmatch(plain, start, end):
            own = (*own, *topic.noun)
        if self.verb is not None:
            this.verb = self.verb
            own = (self.verb, *own)
        return own

    def _front(self, start: int, end: int) -> Span | None:
        """The front that the member before this one of the list begins with (单位国内生产总值能耗、二氧化碳排放)."""
        if len(self.named) < 2 or FRONTS.match(self.plain, start, end):
            return None
        before = self.named[-2]
        if not before.spans:
            return None
        found = FRONTS.match(self.plain, *before.spans[0])
        if not found:
            return None
        if not _FRONTED.search(self.plain, start, end):
            return None
        return found.span()

    def _name_after_examples(self, this: ResolvedNumber, cut: int, start: int, noun: Span, has_verb: bool) -> None:
        if has_verb:
            this.verb = (start, cut)
            this.spans = ((start, cut), noun)
        else:
            this.spans = (noun,)
        this.noun = (noun,)

    def _name_change(self, this: ResolvedNumber, index: int, topic: Topic | None, tail: Span | None) -> None:
        """A change, ratio or rank names its own subject or belongs to the last level."""
        plain = self.plain
        start, end = this.head.core
        if this.kind == "ratio":
            base = _BASE_OF_RATIO.search(plain, this.slot.head[0], this.slot.quantity.start)
            if base:
                end = min(end, base.start())
                start = min(start, end)
                this.head.core = (start, end)
        bare = start >= end or plain[start:end] in _COPULAS_ONLY
        if this.kind == "rank" and topic and _OWN_NAME.fullmatch(plain, start, end):
            bare = this.head.setting is None or this.head.setting[1] <= end + 2
            start, end = (start, end) if bare else this.head.setting  # type: ignore[misc]
        before = self.named[index - 1] if index else None
        of_rate = this.kind == "change_pp" or (
            this.kind == "change_pct" and before is not None and _OWN_RATE.search(plain, *before.head.core) is not None
        )
        if of_rate and bare and before and before.kind == "share" and before.spans:
            this.spans, this.noun, this.of, this.inherited = before.spans, before.noun, index - 1, True
            return
        if not bare and _COUNTED_WORD.fullmatch(plain, start, end):
            stem, of = plain[start : end - 1], topic.index if topic else None
            told = topic is not None and tells_of(plain, stem, topic.spans)
            if not told or of is None:
                of = counted_before(plain, self.named, start, end - 1, index)
            if of is not None:
                noun = self.named[of].noun
                repeated = plain.endswith(plain[start:end], *noun[-1])
                this.spans, this.noun = noun if repeated else (*noun, (start, end)), noun
                this.of, this.inherited = of, True
                return
        if not bare and topic and (BY_SCOPE.fullmatch(plain, start, end) or RELATIONAL.fullmatch(plain, start, end)):
            this.spans, this.noun, this.of, this.inherited = (*topic.noun, (start, end)), topic.noun, topic.index, True
        elif not bare and topic and SHARE_OF.match(plain, start, end) and this.kind in ("change_pct", "change_pp"):
            this.spans = this.noun = (*topic.spans, (start, end))
            this.of, this.inherited = topic.index, True
        elif not bare and topic and VERB_ONLY.fullmatch(plain, start, end):
            this.spans, this.noun, this.inherited = ((start, end), *topic.noun), topic.noun, True
        elif not bare:
            start = action_of(plain, start, end)
            lead = VERB_LEAD.match(plain, start, end)
            own: tuple[Span, ...] = ((start, end),)
            this.noun = ((lead.end(), end),) if lead and lead.end() < end else own
            front = self._front(start, end) if this.slot.join == ITEM else None
            this.spans = (front, *own) if front else own
        elif topic:
            this.spans, this.noun, this.inherited = topic.spans, topic.noun, True
            this.of = None if this.kind == "rank" else topic.index
        elif tail or this.head.setting:
            this.spans = this.noun = (tail or this.head.setting,)  # type: ignore[assignment]


def _takes_tail(plain: str, this: ResolvedNumber, tail: Span) -> bool:
    """Whether the words behind an amount or a share say what it is of (安排1000亿元奖补资金, 支出的70%用于民生)."""
    if this.slot.quantity.unit_class == "percent":
        return plain[tail[0] - 1] in "的之" or bool(USED_FOR.match(plain, *tail))
    return plain[tail[0] - 1] in "的之" or (not VERB_INSIDE.match(plain, *tail) and tail[1] - tail[0] <= 12)
