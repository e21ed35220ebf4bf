"""Reading the words before a number: what is measured, which verb of change follows it, what it is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nianbao.extraction.syntax.clauses import Span
from nianbao.extraction.syntax.patterns import (
    ARRIVAL_END,
    AVERAGE,
    BASE_END,
    BY_SCOPE_END,
    CAUSE,
    CHANGE_END,
    CHANGE_LAST,
    CHANGE_NOUN_END,
    COMPARISON,
    COPULA_END,
    COPULA_LAST,
    DOWN,
    FOR_YEARS_END,
    FROM_END,
    GOAL_END,
    LEAD,
    LIGHT,
    LOCATIVE,
    MOST_END,
    NOT_COPULA,
    ORDINAL_END,
    POINTS_END,
    RANK_END,
    SAME_SCOPE,
    TRAILING_PLACE,
    UNIT_BEFORE,
    VERB_ONLY,
)

_RISEN_SINCE = re.compile(r"(?:净|共|又|再)*(?:新增|净增|增|多|多增)(?:加|了)?(?:约|近|超过?)?")
_AMONG_PLACES = re.compile(r"[省市区县州旗域中位](?:\([^()]*\))?$")  # 位居全国大中城市, 全省各县
_PLACE_NAME = re.compile(r"[^，、；。]{1,3}[市县区省州旗镇]")
_LEVEL_RANK = re.compile(r"[省市区县州]级排名$")
_COMPARING = frozenset("同比较多少")
_MORE_DONE = re.compile(
    r"(?:同比|[比较](?:上年|去年)(?:同期)?)?(?:(?P<up>多)|少)(?=(?:收|缴|支出|投入|征|增|安排|完成|发放|减免)[^，。；]{1,6}$)"
)
_TRAILING_YEAR = re.compile(r"(?:力争|预计|争取|确保)?(?:截至|到|至|于|在)?(?:19|20)\d\d年(?:底|末)?$")
_REACH = 26  # how far before a number its verb of change may begin


@dataclass(slots=True)
class LeftContext:
    """The words before a number, taken apart; `core` is what may name the subject, half-open."""

    core: Span
    scope: str | None
    direction: str | None  # of a change that the words state
    noun_of_change: bool  # the change is named (增速), not done (增长)
    base: bool  # 由A增至…: the number is where it came from
    compared_with: str | None
    arrived: bool  # 增至29家: the number is where a change arrived
    verb_end: int = -1  # where the verb of change ends
    setting: Span | None = None  # of a rank: in what it was reached (在全市考评中), where nothing else is said


def read_left_context(plain: str, span: Span, unit_class: str, points_of: bool = False) -> LeftContext:
    """Take the words of `span` apart; `unit_class` says whether a verb of change before the number is its change."""
    start, end = span
    scope = None
    lead = LEAD.match(plain, start, end)
    if lead:
        start, scope = lead.end(), lead.group("scope")
    light = LIGHT.match(plain, start, end)
    if light and light.end() < end:
        start = light.end()
        lead = LEAD.match(plain, start, end)
        if lead:
            start, scope = lead.end(), lead.group("scope") or scope
    if unit_class == "rank":
        ranked = RANK_END.search(plain, max(start, end - _REACH), end)
        if ranked and ranked.start() == start and ranked.group("lead") and not _AMONG_PLACES.search(plain, start, end):
            start = ranked.end("lead")  # 位居全国百强县投资潜力第3: nothing else says in what
        elif ranked:
            end = ranked.start()
        coming = FROM_END.search(plain, max(start, span[1] - 16), span[1])
        if coming:
            end = min(end, coming.start())
        lasting = FOR_YEARS_END.search(plain, start, end)
        if lasting and lasting.start() > start:
            end = lasting.start()
        level = _LEVEL_RANK.search(plain, *span) if start >= end else None
        if level:
            start, end = level.span()  # 区级排名第1
        setting = (start, end) if start < end else None
        place = TRAILING_PLACE.search(plain, start, end)
        if place and place.start() > start:
            if _PLACE_NAME.fullmatch(plain, start, place.start()):
                start, end = (
                    place.start() + 1,
                    end - (plain[end - 1] in "中里内"),
                )  # 某市在评比中列第三: in what, not who
            else:
                end = place.start()
        elif ranked and ranked.group("lead") and _PLACE_NAME.fullmatch(plain, start, end):
            start, end = ranked.end("lead"), ranked.end()  # 某区位居全国百强区第二
        if LOCATIVE.fullmatch(plain, start, end):
            end = start
        return LeftContext(
            (start, max(start, end)), scope, None, False, coming is not None, None, False, setting=setting
        )
    head = LeftContext((start, end), scope, None, False, False, None, False)
    if start == end:
        if plain.endswith("成功", span[0], end):
            head.core = (end - 2, end)  # 成功22件: an adverb elsewhere
        return head
    last = plain[end - 1]
    if last in "的期":
        base = BASE_END.search(plain, max(start, end - _REACH), end)
        if base:
            head.base, head.compared_with = True, _base_of(base.group("of"))
            head.core = (start, max(start, base.start()))
            return head
        goal = GOAL_END.search(plain, start, end) if unit_class == "percent" else None
        if goal and goal.start() == start:
            head.core = (start, end - 1)
            return head
    elif last in "米里斤升亩人户生年月次天日" and unit_class in ("money", "measure"):
        before = UNIT_BEFORE.search(plain, start, end)
        if before:
            end = before.start()
            head.core = (start, end)
            if start == end:
                return head
    near = max(start, end - _REACH)
    may_change = plain[end - 1] in CHANGE_LAST
    if unit_class in ("money", "measure") and last in "批期个条座家支":
        ordinal = ORDINAL_END.search(plain, start, end)
        end = ordinal.start() if ordinal and ordinal.start() > start else end
        last = plain[end - 1]
    named = CHANGE_NOUN_END.search(plain, near, end) if may_change and unit_class in ("percent", "fold") else None
    if named:
        head.direction = "up" if named.group("noun") else "down"
        head.noun_of_change = True
        end = named.start()
    else:
        change = CHANGE_END.search(plain, near, end) if may_change else None
        points = POINTS_END.search(plain, near, end) if points_of and not change else None
        if points:
            head.direction = "up" if points.group("more") else "down"
            end = points.start()
        elif change:
            head.direction = "down" if change.group("verb") in DOWN else "up"
            head.verb_end = change.end("verb")
            end = change.start()
        elif unit_class in ("money", "measure", "count", "person") and plain[start] in _COMPARING:
            more = _MORE_DONE.match(plain, start, end)
            if more:  # 同比多收税120万元
                head.direction = "up" if more.group("up") else "down"
                start, head.verb_end = more.end(), more.end()
    tested = plain[span[0] : span[1]]
    may_come = "由" in tested or "从" in tested
    if head.direction:
        if SAME_SCOPE.search(tested):
            head.compared_with = "same_scope"
        elif AVERAGE.search(tested):
            head.compared_with = "average"
    comparison = (
        COMPARISON.search(plain, start, span[1]) if ("比" in tested or "较" in tested or "与" in tested) else None
    )
    if comparison:
        if not head.direction and _RISEN_SINCE.fullmatch(plain, comparison.end(), span[1]):
            head.direction, end = "up", comparison.end()
        head.compared_with = head.compared_with or _base_of(comparison.group("base"))
        if comparison.start() <= start + 1:
            start, end = min(comparison.end(), end), end
            lead = LEAD.match(plain, start, end)
            if lead:
                start = lead.end()
        else:
            end = min(end, comparison.start())
    if start < end and may_come and not head.direction:
        coming = FROM_END.search(plain, max(start, end - 18), end)
        if coming:
            head.base, end = True, coming.start()
    if start < end and not head.direction:
        head.arrived = unit_class == "percent" and ARRIVAL_END.search(plain, max(start, end - 12), end) is not None
        kept = unit_class == "count" and plain.endswith("维持", start, end)  # 维持5件: upheld, not kept at five
        closed = COPULA_END.search(plain, max(near, start), end) if plain[end - 1] in COPULA_LAST and not kept else None
        if closed:
            if plain[end - 1] in "由从" and FROM_END.search(plain, max(start, end - 14), end):
                head.base = True
            rest = closed.start()
            if plain[rest - 1 : rest + 1] in NOT_COPULA:
                rest += 1
            if rest > start or not VERB_ONLY.fullmatch(plain, start, end):
                end = rest
    if start < end and may_come:
        coming = FROM_END.search(plain, max(start, end - 16), end)
        if coming:
            head.base = True
            end = coming.start()
            closed = COPULA_END.search(plain, max(start, end - 10), end)
            if closed and closed.start() > start:
                end = closed.start()
    if head.direction and start < end:
        by_scope = BY_SCOPE_END.search(plain, max(start, end - 12), end) if plain[end - 1] in "算价格径" else None
        if by_scope and by_scope.start() >= start:
            end = by_scope.start()
        closed = COPULA_END.search(plain, max(start, end - 8), end)
        if closed and plain[closed.start() : closed.end()] in (
            "分别",
            "均",
            "都",
            "各",
            "将",
            "约",
            "已",
            "也",
            "再",
            "其",
            "仍",
            "总数",
        ):
            end = closed.start()
    while start < end and plain[end - 1] in "，,、：: 的":
        end -= 1
    if start < end and plain[end - 1] in "多主":
        most = MOST_END.search(plain, start, end)
        end = most.start() if most and most.start() > start else end
    if start < end and plain[end - 1] in "年底末":
        told = _TRAILING_YEAR.search(plain, start, end)
        if told and told.start() > start:
            end = told.start()
    if start < end and plain[end - 1] == ")":
        counted_in = plain.rfind("(含", start, end)
        if counted_in > start:
            end = counted_in
    if start < end:
        lasting = FOR_YEARS_END.search(plain, start, end) if plain[end - 1] in "年届次度月" else None
        if lasting and lasting.start() > start:
            end = lasting.start()
        place = TRAILING_PLACE.search(plain, start, end) if plain.find("在", start, end) > start else None
        if place and place.start() > start:
            end = place.start()
        if LOCATIVE.fullmatch(plain, start, end):
            end = start
    caused = CAUSE.match(plain, start, end) if plain.startswith(("受", "因"), start, end) else None
    if caused:
        start = caused.end()
    if start == end and plain[max(span[0], span[1] - 2) : span[1]] == "成功":
        start, end = span[1] - 2, span[1]
    head.core = (start, max(start, end))
    return head


def _base_of(words: str) -> str:
    """`previous_year`, or the year that a comparison names."""
    for at in range(len(words) - 3):
        if words[at : at + 4].isdigit():
            return words[at : at + 4]
    return "previous_year" if any(w in words for w in ("上年", "去年", "上一年", "同期", "上期")) else "other"
