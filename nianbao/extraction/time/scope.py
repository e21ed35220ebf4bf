"""Passages of a report: a review of one year or of several, or a plan, with the years that each is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nianbao.documents.model import Document, Family, Section
from nianbao.documents.years import normalize_years
from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.quantity import quote_plans
from schemas.vocabulary import SECTION_ROLES

ACTUAL, TARGET = "actual", "target"
# The years of the five-year plans, by their names.
PLANS = {
    "一五": (1953, 1957),
    "二五": (1958, 1962),
    "三五": (1966, 1970),
    "四五": (1971, 1975),
    "五五": (1976, 1980),
    "六五": (1981, 1985),
    "七五": (1986, 1990),
    "八五": (1991, 1995),
    "九五": (1996, 2000),
    "十五": (2001, 2005),
    "十一五": (2006, 2010),
    "十二五": (2011, 2015),
    "十三五": (2016, 2020),
    "十四五": (2021, 2025),
    "十五五": (2026, 2030),
}
_PLAN_BY_NUMBER = re.compile(r"第(十[一二三四]?|[一二三四五六七八九])个五年")

_ROLES = words("roles")
_PLAN_HEADING, _REVIEW_HEADING, _TASK_HEADING, _DONE_HEADING = (
    re.compile(trie_pattern(_ROLES[key])) for key in ("plan", "review", "task_list", "done_list")
)
_COMING = re.compile(r"未来(?=[一二三四五几\d]年|的?(?:工作|发展|目标))")
_GLOSSARY_HEADING = re.compile(
    rf"{trie_pattern(_ROLES['glossary'])}|^[※*【\[（(]*(?:{trie_pattern(_ROLES['glossary_line'])})[※*】\]）)]*[:：]?$"
)
_SIGNATURE = re.compile(rf"[（(]?{trie_pattern(_ROLES['signature'])}")
_NEXT = re.compile(
    r"""(?:今年|(?:19|20)\d\d年)(?:我[市区县省国])?(?:全?[市区县省]?)?(?:经济社会发展|政府工作)?[^，。；]{0,12}
        (?:主要)?(?:预期|工作)?(?:目标|任务|总体要求|总体思路|安排)[^，。]{0,14}(?:是|为|：|:)
    |做好(?:今年|明年|新一年|(?:19|20)\d\d年)[^，。]{0,16}工作
    |(?:今年|明年)[，,]?(?:我们)?(?:将|要)(?:重点|着力|突出|切实|抓好)
    |(?:今后|未来)[一二三四五]年[^。]{0,20}(?:目标|任务|要求|思路|奋斗)""",
    re.VERBOSE,
)
_PLAN = r"“?(?:十[一二三四]?五|[九八七]五)”?"
_SPAN_TOPIC = re.compile(
    rf"""(?:过去|近|这|本届[^，。]{{0,6}}?)?(?<![\d十])[五5]年(?:来|间|多来)|(?:过去|这)[五5]年
    |{_PLAN}(?:期间|时期|以来|规划期|五年)|这是[^，。；]{{2,24}}的五年|本届政府(?:任期|以来|五年|成立以来|[^，。]{{0,8}}?五年)|(?:人大|人代会)一次会议以来""",
    re.VERBOSE,
)
# “十三五”目标任务圆满完成, “十三五”规划圆满收官: what follows sums the plan up
_PLAN_CLOSED = re.compile(
    r"""“?(?P<plan>十[一二三四]?五|[九八七]五)”?(?:规划)?(?:确定的?)?(?:
        (?:主要|各项)?(?:目标|任务|指标)[^，。]{0,10}(?:完成|实现)|(?:规划)?(?:圆满|胜利|顺利|完美|高质量)收官)""",
    re.VERBOSE,
)
_MARKS_END = "标志着"
# “十五五”时期是…, 根据…第十五个五年规划的建议: what follows is planned
_COMING_PLAN = re.compile(
    r"""(?:各位代表[，,！!])?(?:“(?P<name>十[一二三四五]?五|[九八七]五)”(?:时期|期间)
    |根据[^。；]{0,50}第(?P<number>十[一二三四五]?|[九八七])个五年(?:规划|计划))""",
    re.VERBOSE,
)
_PAST_PLAN = re.compile(r"(?:各位代表[，,！!])?“(?P<name>十[一二三四]?五|[九八七]五)”(?:时期|期间|以来)")
_HEADED_BY_PLAN = re.compile(
    r"[^，。]{0,4}(?:“(?P<name>十[一二三四五]?五|[九八七]五)”(?:时期|期间|规划|发展|主要|的)|(?:今后|未来)[五5]年)"
)
# …作关于发展国民经济的第一个五年计划的报告
_REPORT_ON_PLAN = re.compile(
    r"作关于[^，。；]{0,12}第(十[一二三四]?|[一二三四五六七八九])个五年[计规]划[^，。；]{0,6}的报告"
)
_PAST_FIVE = re.compile(r"[\s\u3000]*(?:在?过去(?:的)?五年|五年来)")
_ADDRESS = re.compile(
    r"""^[\s\u3000—\-]*(?:各位代表|同志们|各位委员)?[！!，,：:、]*(?:（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、)?
    (?:刚刚过去的|过去的|即将过去的)?""",
    re.VERBOSE,
)
_YEAR_TOPIC = re.compile(r"(?:(?P<year>(?:19|20)\d\d)年|去年|过去(?:的)?一年|一年来|这一年|一年(?=，))")
_THIS_ONE_YEAR = re.compile(r"(?:^|[。；！])[^，。；！]{0,8}这一年，")
_JUST_PAST = re.compile(r"(?:刚刚|即将)过去的(?:一年|(?:19|20)\d\d年)")
_SEVERAL_HEADING = re.compile(rf"{trie_pattern(_ROLES['several'])}|(?<!\d)5年")
_FIVE_TO_COME = re.compile(
    r"(?:今后|未来)(?:[三五5]|几)?年|十[一二三四五]五|“(?:十五|[七八九]五)”|(?:十五|[七八九]五)(?=时期|期间|计划|规划)|下一个五年|本届政府"
)
_ONE_TO_COME = re.compile(r"20\d\d年(?!至)|今年")
_NEXT_YEARS = re.compile(r"[^，。]{0,6}(?:未来|今后)(?:[三五5]|几)年|“(?:十[一二三四五]?五|[七八九]五)”(?:时期|期间)")
_YEAR_OF_PLAN = re.compile(
    r"做好今年|今年(?:是|的)?[^，。]{0,14}(?:工作|目标|任务|要)|(?P<year>20\d\d)年[^，。]{0,10}(?:工作|目标|任务)"
    r"|(?:今年|(?P<opening>20\d\d)年)是[^，。]{0,24}(?:之年|第一年|关键一?年)"
)
_LATER_HEADING = re.compile(r"下一步|今后|未来(?=[一二三四五几\d]年|的?工作)|下阶段|[^，]{0,4}今年|明年")
_REVIEWED = re.compile(r"完成|回顾|实现了")
_DIGIT = re.compile(r"\d")
_SHORT_LINE, _OPENING, _INTRODUCES, _LONGEST_HEADING = 12, 46, 160, 30
_LONG_INTRODUCTION = 400
_INTRODUCED = 600  # characters that say what a report is about
_ANNEXES = 0.4  # of a text

REVIEW, REVIEW_OF_YEARS, PLAN_ROLE, GOALS, GLOSSARY, ANNEX, DONE_LIST, TASK_LIST, SIGNATURE = SECTION_ROLES


@dataclass(frozen=True, slots=True)
class Passage:
    """What holds for a stretch of text unless a sentence says otherwise: modality, first and last year."""

    start: int
    modality: str
    first: int | None
    last: int | None
    future_span: bool = False
    role: str = REVIEW


def find_passages(document: Document, plain: str) -> list[Passage]:
    """Return the passages of a document in order from offset 0; each ends where the next begins."""
    metadata = document.metadata
    finder = _Finder(metadata.report_year, metadata.covers_from, len(plain))
    finder.open(plain[:_INTRODUCED])
    headings = _headings(document.sections)
    position = 0
    for line in plain.splitlines(keepends=True):
        finder.take(line, position, headings.get(position))
        position += len(line)
    return finder.passages


class _Finder:
    """Goes through the lines of a document and keeps what holds for them."""

    def __init__(self, year: int | None, first: int | None, size: int) -> None:
        self.year = year
        several = year is not None and first is not None and first < year
        self.first = first if several else None  # the first year of a report on several
        self.passages = [Passage(0, ACTUAL, year, year)]
        self.plan: Passage | None = None  # of the whole report, where it is one on a plan
        self.planning_level = 0
        self.goals_by_line = False  # a line and no heading began to tell of goals
        self.annexes = size * _ANNEXES  # no glossary begins before

    def open(self, introduction: str) -> None:
        """Begin with the years of a plan, where a report is one on a plan of five years."""
        named = _REPORT_ON_PLAN.search(introduction)
        first, last = PLANS[f"{named.group(1)}五"] if named else (0, 0)
        if self.year is not None and first <= self.year < last:
            self.plan = Passage(0, TARGET, first, last, True, role=GOALS)
            self.passages, self.planning_level = [self.plan], 1

    def take(self, line: str, start: int, section: Section | None) -> None:
        """Read one line, which begins a section or none."""
        if self.year is None:
            return
        if start > self.annexes and len(line) < _LONGEST_HEADING and _GLOSSARY_HEADING.search(line.strip()):
            self.passages.append(Passage(start, ACTUAL, self.year, self.year, role=GLOSSARY))
            return
        if section is not None and self._by_heading(section, start):
            return
        if self.passages[-1].role == GLOSSARY:
            return
        if section is not None and section.level == 1 and section.path.startswith("附"):
            self.passages.append(replace(self.passages[-1], start=start, role=ANNEX))
        elif len(line) < _LONGEST_HEADING and _SIGNATURE.match(line):
            self.passages.append(replace(self.passages[-1], start=start, role=SIGNATURE))
        if self.passages[-1].modality == TARGET:
            self._within_plan(line, start, self.year)
        elif _opens_coming_plan(_COMING_PLAN, line, self.year):
            self.passages.append(Passage(start, TARGET, self.year + 1, self.year + 5, True, role=GOALS))
            self.planning_level, self.goals_by_line = self.planning_level or 1, True
        elif not (section is None and len(line) < _SHORT_LINE) and _turns_to_plan(line, self.year):
            self.passages.append(_plan_passage(line[:60], start, self.year))
            self.planning_level = self.planning_level or 1
        else:
            self._within_review(line, start, self.year)

    def _by_heading(self, section: Section, start: int) -> bool:
        """Return whether a heading says what follows it."""
        heading = quote_plans(section.heading)
        if self.passages[-1].role == GLOSSARY and section.level > 1:
            return False
        verdict = _heading_verdict(section, self.year, self.planning_level)
        if verdict is not None:
            self.goals_by_line = False
        if verdict == TARGET:
            self.planning_level = section.level
            plan = self.plan
            self.passages.append(replace(plan, start=start) if plan else _plan_passage(heading, start, self.year))
            if _TASK_HEADING.search(heading) and not _COMING.search(heading):
                self.passages[-1] = replace(self.passages[-1], role=TASK_LIST)
        elif verdict == ACTUAL:
            self.planning_level = 0
            several = self.first is not None and _tells_several(heading)
            self._turn(start, self.first if several else None)
            if _DONE_HEADING.search(heading):
                self.passages[-1] = replace(self.passages[-1], role=DONE_LIST)
        return verdict is not None

    def _turn(self, start: int, first: int | None) -> None:
        """Begin a review: of several years from `first` on, or of the last one."""
        role = REVIEW if first is None else REVIEW_OF_YEARS
        self.passages.append(Passage(start, ACTUAL, self.year if first is None else first, self.year, role=role))

    def _within_plan(self, line: str, start: int, year: int) -> None:
        opening, here = line[:40], self.passages[-1]
        if _NEXT_YEARS.match(opening) and not here.future_span:
            self.passages.append(Passage(start, TARGET, year + 1, year + 5, True, role=GOALS))
        elif here.future_span and _turns_to_one_year(opening, year):
            self.passages.append(Passage(start, TARGET, year + 1, year + 1, role=PLAN_ROLE))
        elif here.future_span and self.plan is None and _PAST_FIVE.match(opening):
            self._turn(start, year - 4)  # for this paragraph
            self.passages.append(replace(here, start=start + len(line)))
        elif self.goals_by_line and (past := _PAST_PLAN.match(opening)) and PLANS[past["name"]][1] == year:
            self.goals_by_line, self.planning_level = False, 0
            self._turn(start, PLANS[past["name"]][0])

    def _within_review(self, line: str, start: int, year: int) -> None:
        """Turn to several years or back to one, where a line says so."""
        in_several = self.passages[-1].role == REVIEW_OF_YEARS
        limit = _LONG_INTRODUCTION if _MARKS_END in line else _INTRODUCES
        closed = _PLAN_CLOSED.search(line) if len(line) < limit else None
        if closed and PLANS[closed.group("plan")][1] == year and not _DIGIT.search(line, closed.end()):
            self._turn(start + len(line), self.first or PLANS[closed.group("plan")][0])
            return
        if self.first is None and not in_several:
            topic = _SPAN_TOPIC.match(line, _ADDRESS.match(line).end())  # type: ignore[union-attr]
            if topic and _ends_in(topic.group(), year):
                self._turn(start, year - 4)  # for this paragraph
                self._turn(start + len(line), None)
            return
        turn = _line_verdict(line, year, self.passages[-1].first)
        one_year = _THIS_ONE_YEAR.search(line) or _JUST_PAST.search(line, 0, _OPENING)
        if in_several and turn is None and one_year:
            first = self.passages[-1].first
            self._turn(start, None)  # for this paragraph
            self._turn(start + len(line), first)
            return
        if turn is not None and turn != in_several:
            self._turn(start, (self.first or year - 4) if turn else None)


def section_roles(sections: Sequence[Section], passages: Sequence[Passage], plain: str) -> tuple[str, ...]:
    """Return the role of each section: that of the passage behind its heading, or of its first line if it has text."""
    starts = [passage.start for passage in passages]
    roles = []
    for section in sections:
        end = plain.find("\n", section.start, section.start + _LONGEST_HEADING * 2)
        behind = min(end + 1, section.end - 1) if end >= 0 else section.start
        roles.append(passage_at(passages, starts, max(section.start, behind)).role)
    return tuple(roles)


def passage_at(passages: Sequence[Passage], starts: Sequence[int], offset: int) -> Passage:
    """Return the passage that contains `offset`; `starts` are the start offsets of the passages."""
    return passages[bisect_right(starts, offset) - 1]


def plan_of(plain: str, offset: int, year: int) -> tuple[int, int] | None:
    """Return the years of the five-year plan by number that the text before `offset` names last."""
    named = [PLANS[f"{plan.group(1)}五"] for plan in _PLAN_BY_NUMBER.finditer(plain, 0, offset)]
    return named[-1] if named and named[-1][0] <= year else None


def _turns_to_plan(line: str, year: int) -> bool:
    """Return whether a line begins to speak of plans, not in the title of a document or of a past year."""
    if _REVIEWED.search(line[:30]):
        return False
    for found in _NEXT.finditer(line, 0, 90):
        named = [int(y) for y in re.findall(r"(?:19|20)\d\d(?=年)", found.group())]
        in_title = line.rfind("《", 0, found.start()) > line.rfind("》", 0, found.start())
        if not in_title and not (named and max(named) <= year):
            return True
    return False


def _headings(sections: Sequence[Section]) -> dict[int, Section]:
    """Return the section that begins at each offset, the highest level where several do."""
    found: dict[int, Section] = {}
    for section in sections:
        if section.start not in found or section.level < found[section.start].level:
            found[section.start] = section
    return found


def _heading_verdict(section: Section, year: int | None, planning_level: int) -> str | None:
    """TARGET where the heading opens a plan, ACTUAL where it opens a review, None where what held goes on."""
    heading = quote_plans(section.heading)
    if year is None:
        return None
    named = [int(y) for y in re.findall(r"((?:19|20)\d\d)年?", normalize_years(heading))]
    if _DONE_HEADING.search(heading):
        return ACTUAL
    if planning_level and section.level > planning_level:
        return None
    if named and min(named) > year and not _REVIEW_HEADING.search(heading):
        return TARGET
    if _REVIEW_HEADING.search(heading) and not re.search(r"下一步|今后|未来", heading):
        if section.level == 1:
            return ACTUAL
        return ACTUAL if planning_level == 0 and (named or _tells_several(heading)) else None
    planned = _PLAN_HEADING.search(heading) or _COMING.search(heading)
    if section.level == 1 and planned and not (named and max(named) <= year):
        return TARGET
    if section.level == 1 and _opens_coming_plan(_HEADED_BY_PLAN, heading, year):
        return TARGET
    if section.level == 2 and _LATER_HEADING.match(heading) and planned:
        return TARGET
    if section.level == 1 and _TASK_HEADING.search(heading) and not (named and max(named) <= year):
        return TARGET
    return None


def _ends_in(topic: str, year: int) -> bool:
    """Return whether a topic of five years is of those up to the year."""
    name = topic.strip("“”期间时以来规划五年") + "五"
    return PLANS[name][1] == year if name in PLANS and "五" in topic[:4] and "五年" not in topic else True


def _turns_to_one_year(opening: str, year: int) -> bool:
    """Return whether a line among goals of several years turns to the next year (but 2035年远景目标)."""
    found = _YEAR_OF_PLAN.search(opening)
    named = found and (found["year"] or found["opening"])
    return found is not None and (not named or int(named) == year + 1)


def _opens_coming_plan(pattern: re.Pattern[str], text: str, year: int) -> bool:
    """Return whether a heading or line opens with the plan of five years that begins after the year."""
    found = pattern.match(text)
    if not found:
        return False
    named = found.groupdict()
    name = named["name"] or (f"{named.get('number') or ''}五")
    return name not in PLANS or PLANS[name][0] > year


def _plan_passage(heading: str, start: int, year: int | None) -> Passage:
    if year is None:
        return Passage(start, TARGET, None, None, role=PLAN_ROLE)
    headed = _opens_coming_plan(_HEADED_BY_PLAN, heading, year)
    if headed or (_FIVE_TO_COME.search(heading) and not _ONE_TO_COME.search(heading)):
        return Passage(start, TARGET, year + 1, year + 5, True, role=GOALS)
    return Passage(start, TARGET, year + 1, year + 1, role=PLAN_ROLE)


def _tells_several(heading: str) -> bool:
    """Return whether a heading of a review opens a passage on several years and not on the last one alone."""
    return bool(_SEVERAL_HEADING.search(heading)) and not re.match(r"(?:关于)?(?:19|20)\d\d年(?!以来)", heading)


def _line_verdict(line: str, year: int, first: int | None) -> bool | None:
    """Return True if a line turns to several years, False if to the last year, None if it continues.

    2025年占比较2020年提高14个百分点 stays within the years from 2021 on.
    """
    opening = line[:_OPENING]
    if _SPAN_TOPIC.search(opening):
        return True
    single = _YEAR_TOPIC.match(_ADDRESS.sub("", opening))
    if single and (single.group("year") is None or int(single.group("year")) == year):
        since = f"{(first or year) - 1}年"
        return None if (first != year and f"较{since}" in line[:60]) or f"比{since}" in line[:60] else False
    return None


def is_work_report(family: Family | None) -> bool:
    """Return whether `this year` in a report means the year after the one it reviews."""
    return family is None or family.profile.this_year_is_next
