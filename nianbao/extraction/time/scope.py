"""Which part of a report a line stands in: a review of one year or of several, or a plan, and the years it tells."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nianbao.documents.model import Document, Family, Section

ACTUAL, TARGET = "actual", "target"
# The years of the five-year plans, by their names.
PLANS = {
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

_PLAN_HEADING = re.compile(
    r"(?P<year>(?:19|20)\d\d)?年?[^，。]{0,16}?(?:工作(?:安排|思路|计划|打算|任务|部署|要点|重点|目标|设想|建议|展望|措施)|主要任务|重点工作|总体要求|奋斗目标|预期目标|发展目标|目标任务|工作总体|下一步|下阶段|下一阶段|初步设想|努力方向|工作打算|展望|重点任务|(?:主要|总体|基本|发展|工作)思路)"
    r"|(?:今年|明年|未来(?=[一二三四五几\d]年|的?(?:工作|发展|目标))|今后|下步|下一步|下一年度|来年)|(?P<future>(?:今后|未来|今後)[一二三四五]?年?)"
)
_REVIEW_HEADING = re.compile(
    r"回顾|总结|主要情况|工作情况|完成情况|取得|成效|成绩|成就|过去|进展|落实情况|开展情况|以来|存在的?问题|不足|新进步|主要做法|工作开展|主要举措"
)
_TASK_HEADING = re.compile(r"民生实事|项目计划|重点项目|任务分解|责任分工|工作任务|目标分解")
_DONE_HEADING = re.compile(r"完成情况|落实情况|办理情况|执行情况|进展情况")
_NEXT = re.compile(
    r"(?=[今12做明未])(?:(?:今年|(?:19|20)\d\d年)(?:我[市区县省国])?(?:全?[市区县省]?)?(?:经济社会发展|政府工作)?[^，。；]{0,12}(?:主要)?(?:预期|工作)?(?:目标|任务|总体要求|总体思路|安排)[^，。]{0,14}(?:是|为|：|:)"
    r"|做好(?:今年|明年|新一年|(?:19|20)\d\d年)[^，。]{0,16}工作|(?:今年|明年)[，,]?(?:我们)?(?:将|要)(?:重点|着力|突出|切实|抓好)|(?:今后|未来)[一二三四五]年[^。]{0,20}(?:目标|任务|要求|思路|奋斗))"
)
_SPAN_TOPIC = re.compile(
    r"(?:过去|近|这|本届[^，。]{0,6}?)?(?P<five>(?<![\d十])[五5])年(?:来|间|多来)|过去(?P<five2>[五5])年|(?P<these>这[五5]年)|“?(?P<plan>十五|十[一二三四]五|[九八七]五)”?(?P<when>期间|时期|以来|规划期|五年)|本届政府(?P<term>任期|以来|五年|成立以来|[^，。]{0,8}?五年)|(?:人大|人代会)一次会议以来(?P<since>)"
)
_ADDRESS = re.compile(
    r"^[\s\u3000]*(?:各位代表|同志们|各位委员)?[！!，,：:、]*(?:（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、)?(?:刚刚过去的|过去的|即将过去的)?"
)
_YEAR_TOPIC = re.compile(r"(?:(?P<year>(?:19|20)\d\d)年|(?P<last>去年|过去(?:的)?一年|一年来|过去一年))")


@dataclass(frozen=True, slots=True)
class Passage:
    """What holds for a stretch of text unless a sentence says otherwise: modality, first and last year."""

    start: int
    modality: str
    first: int | None
    last: int | None
    future_span: bool = False


def find_passages(document: Document, plain: str) -> list[Passage]:
    """The passages of a document in their order, the first from offset 0; each holds until the next begins."""
    metadata = document.metadata
    year, first = metadata.report_year, metadata.covers_from
    several = year is not None and first is not None and first < year
    here = Passage(0, ACTUAL, year, year)
    wide = Passage(0, ACTUAL, first, year)
    passages = [here]
    headings = _headings(document.sections)
    planning_level = 0
    in_several = False
    position = 0
    for line in plain.splitlines(keepends=True):
        start, position = position, position + len(line)
        section = headings.get(start)
        current = passages[-1]
        if section is not None:
            verdict = _heading_verdict(section, year, planning_level)
            if verdict == TARGET:
                planning_level = section.level
                here = _plan_passage(section.heading, start, year)
                in_several = False
                passages.append(here)
                continue
            if verdict == ACTUAL:
                planning_level = 0
                in_several = bool(several and _tells_several(section.heading))
                passages.append(replace(wide if in_several else Passage(0, ACTUAL, year, year), start=start))
                continue
        if current.modality == ACTUAL:
            if (
                year is not None
                and not (section is None and len(line) < 12)
                and _turns_to_plan(line, year)
                and not re.search(r"完成|回顾|实现了", line[:30])
            ):
                passages.append(_plan_passage(line[:60], start, year))
                planning_level = planning_level or 1
                continue
            if several:
                turn = _line_verdict(line, year, in_several)
                if turn is not None and turn != in_several:
                    in_several = turn
                    passages.append(replace(wide if turn else Passage(0, ACTUAL, year, year), start=start))
        elif year is not None:
            opening = line[:40]
            if (
                re.match(r"[^，。]{0,6}(?:未来|今后)(?:[三五5]|几)年|“十[一二三四五]五”(?:时期|期间)", opening)
                and not current.future_span
            ):
                passages.append(Passage(start, TARGET, year + 1, year + 5, True))
            elif (
                re.search(r"今年|20\d\d年", opening)
                and current.future_span
                and re.search(
                    r"做好今年|今年(?:是|的)?[^，。]{0,14}(?:工作|目标|任务|要)|20\d\d年[^，。]{0,10}(?:工作|目标|任务)",
                    opening,
                )
            ):
                passages.append(Passage(start, TARGET, year + 1, year + 1))
    return passages


def passage_at(passages: Sequence[Passage], starts: Sequence[int], offset: int) -> Passage:
    """The passage that `offset` stands in; `starts` are the passages' starts."""
    return passages[bisect_right(starts, offset) - 1]


def _turns_to_plan(line: str, year: int) -> bool:
    """Whether a line begins to speak of what is to come: not in the title of a document, nor of a year that is over."""
    for found in _NEXT.finditer(line, 0, 90):
        named = [int(y) for y in re.findall(r"(?:19|20)\d\d(?=年)", found.group())]
        in_title = line.rfind("《", 0, found.start()) > line.rfind("》", 0, found.start())
        if not in_title and not (named and max(named) <= year):
            return True
    return False


def _headings(sections: Sequence[Section]) -> dict[int, Section]:
    """The section that begins a line, the highest one where several begin at one place."""
    found: dict[int, Section] = {}
    for section in sections:
        if section.start not in found or section.level < found[section.start].level:
            found[section.start] = section
    return found


def _heading_verdict(section: Section, year: int | None, planning_level: int) -> str | None:
    """TARGET where the heading opens a plan, ACTUAL where it opens a review, None where what held goes on."""
    heading = section.heading
    if year is None:
        return None
    named = [int(y) for y in re.findall(r"((?:19|20)\d\d)年?", heading)]
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
    if section.level == 1 and _PLAN_HEADING.search(heading) and not (named and max(named) <= year):
        return TARGET
    if (
        section.level == 2
        and re.match(r"下一步|今后|未来(?=[一二三四五几\d]年|的?工作)|下阶段|[^，]{0,4}今年|明年", heading)
        and _PLAN_HEADING.search(heading)
    ):
        return TARGET
    if section.level == 1 and _TASK_HEADING.search(heading) and not (named and max(named) <= year):
        return TARGET
    return None


def _plan_passage(heading: str, start: int, year: int | None) -> Passage:
    assert year is not None
    if re.search(r"(?:今后|未来)(?:[三五5]|几)?年|十[一二三四五]五|下一个五年|本届政府", heading) and not re.search(
        r"20\d\d年(?!至)|今年", heading
    ):
        return Passage(start, TARGET, year + 1, year + 5, True)
    return Passage(start, TARGET, year + 1, year + 1)


def _tells_several(heading: str) -> bool:
    """Whether a heading of a review opens a passage on several years and not on the last one alone."""
    return bool(re.search(r"五年|(?<!\d)5年|十[一二三四]?五|[九八七]五|本届|以来|任期", heading)) and not re.match(
        r"(?:关于)?(?:19|20)\d\d年(?!以来)", heading
    )


def _line_verdict(line: str, year: int | None, in_several: bool) -> bool | None:
    """True where a line turns to several years, False where it turns to the last year, None where it goes on."""
    opening = line[:46]
    several = _SPAN_TOPIC.search(opening)
    single = _YEAR_TOPIC.match(_ADDRESS.sub("", opening)) if not several else None
    if several:
        return True
    if single and (single.group("last") or int(single.group("year")) == year):
        return False
    return None


def is_work_report(family: Family | None) -> bool:
    """Whether `this year` in a report means the year after the one it reviews."""
    return family is None or family.profile.this_year_is_next
