"""Determine which years a report reviews: the first, the last, and whether it also reviews part of the next.

Rules on headings, first sentences, five-year plans and congress wording, the most reliable first. `years.yaml` holds
the words. A hinted year is used only if the document has no reliable evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml

from nianbao.documents.model import Family, Section

_YEAR = re.compile(r"(?<![\d到至—－-])((?:19|20)\d\d)(?=年)(?!年(?:远景|愿景|前))")
_TITLE_IN_TITLE = re.compile("《[^》]*》")
# Years in Chinese digits (一九九三年) and full-width digits; each character is one digit.
_CN_YEAR = re.compile("[一二][九〇○零][一二三四五六七八九〇○零]{2}(?=年)")
_CN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_WIDE = re.compile("[０-９]")
_PLAN = r"[“\"”']?(十[一二三四五六]?|[一二三四五六七八九])五[”\"“']?"
_PLAN_NAMED = re.compile(rf"[“\"”](十[一二三四五六]?|[一二三四五六七八九])五[”\"“]|{_PLAN}(?=时期|期间|规划|计划)")
_PLAN_IN_FULL = re.compile("第([一二三四五六七八九十]+)个五年计划(?=时期|期间|的第一年)")
_OPENING_YEAR = re.compile(  # 过去的2019年，我市
    r"""
    (?:^|\n) (?:各位代表[，,！!：:]?)? (?:刚刚)?(?:过去的)?
    ((?:19|20)\d\d)年(?:度)?(?:以来)?[，,]?
    (?: 是 | 我[市区县省国州镇们] | 全[市区县省国州] )
    """,
    re.VERBOSE,
)
_THIS_YEAR_IS = re.compile(r"((?:19|20)\d\d)年是[^。]{0,60}?(?:开局|起步|关键|开启|第一)")
_PLAN_OPENS = re.compile(
    rf"{_PLAN}(?:规划)?(?:实现|取得|迎来)?(?:了)?(?:良好|精彩|顺利|高质量)?(?:的)?(?:开局|起步|开篇|开好局)"
)
_FROM_TO = re.compile(  # 由2016年的1.2万元增加到2020年
    r"""
    [由从比]((?:19|20)\d\d)年(?:底|末)?的? [^，。；\n]{0,20}?
    (?:增|提|升|扩|发展|上升|增长|提高|下降|降)?[长高升加大]? [到至]((?:19|20)\d\d)年
    """,
    re.VERBOSE,
)
_TO_YEAR_END = re.compile(r"(?:预计|截至|截止)(?:到)?((?:19|20)\d\d)年(?:年)?底")
_IN_THIS_YEAR = re.compile(
    r"""
    今年(?: 以来 | 上半年 | 前?[一二三四五六七八九十\d]+[—\-－至个]{0,2}\d{0,2}月 | 有望 | 我们经历 )
  | (?:19|20)\d\d年(?: 1[—\-－至]\d{1,2}月 | 上半年 )
    """,
    re.VERBOSE,
)
_FIVE_YEARS_REVIEWED = r"""
    (?: ^ | \n | [。！] | 代表[，,！] | [—\-]{2} )
    (?:回顾|回首|经过|在)?
    (?: 过去(?:的)?[五5]年 | 这[五5]年 | (?<!\d)[五5]年来 | %s(?:时期|期间|末|规划实施) )
    (?!规划纲要) [^\n]{0,400}? (?: \d | 的五年 )
"""
_FIVE_YEARS_HEADING = re.compile("[五5]年")
_REVIEW_OF = re.compile(
    r"((?:19|20)\d\d)年度?(?:政府|主要)?工作(?:的)?(?:回顾|总结|情况)|[（(]((?:19|20)\d\d)年度[)）]"
)
_NEW_CONGRESS = re.compile("一次会议|本届政府|上届政府")
_STATISTICS = re.compile(r"((?:19|20)\d\d)年1月1日(?:起)?[至到](?:((?:19|20)\d\d)年)?12月31日")
_ANNUAL_OPENING = re.compile(
    r"((?:19|20)\d\d)年(?:度)?(?:以来|来)?[，,]?(?:我[市区县省局厅委]|全[市区县省]|.{2,12}(?:政府|市|区|县|局|厅))"
)

_HEAD_LENGTH = 3000  # characters of an annual report that may state its year
_OPENING_LENGTH = 6000  # characters of a review in which its first sentence is looked for
_OUTLOOK_LENGTH = 6000
_NO_EVIDENCE = "no evidence"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The years that a report reviews.

    Attributes:
        report_year: The last year that it reviews in full; None if unknown.
        covers_from: The first year that it reviews.
        covers_beyond: It also reviews months after `report_year`.
        evidence: The words that state it.
    """

    report_year: int | None
    covers_from: int | None
    covers_beyond: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The rules of `years.yaml`."""

    plans: dict[str, int]
    plan: re.Pattern[str]
    review: re.Pattern[str]
    term: re.Pattern[str]
    government: re.Pattern[str]
    beyond: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Review:
    """The part of a report that looks back.

    Attributes:
        heading: Its heading.
        second_heading: The next heading of the same level.
        text: The text up to the part that looks forward.
        outlook: The beginning of the part that looks forward.
    """

    heading: str
    second_heading: str
    text: str
    outlook: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is known besides the text: the title, the day of signature, and the hinted year of delivery."""

    title: str | None
    issued_on: date | None
    delivered: int | None


def coverage(
    text: str,
    sections: Sequence[Section],
    family: Family | None,
    title: str | None = None,
    issued_on: date | None = None,
    delivered: int | None = None,
) -> Coverage:
    """Return the years that a report reviews.

    Args:
        text: The text of the document.
        sections: Its sections.
        family: Its family.
        title: Its title.
        issued_on: The day of signature.
        delivered: A hint: the year of delivery. It is used if the report itself says nothing.
    """
    text = normalize_years(text)
    evidence = _Evidence(title, issued_on, delivered)
    if family is not None and not family.profile.spoken:
        year, words = _year_of_annual_report(text, sections, evidence)
        return Coverage(year, year, False, words)
    return _coverage_of_work_report(text, sections, evidence)


def _year_of_annual_report(text: str, sections: Sequence[Section], evidence: _Evidence) -> tuple[int | None, str]:
    """Return the year of a report on one year, and the words that state it.

    In this order: title, statistics clause, headings, opening words, day of signature, hint.
    """
    head = text[:_HEAD_LENGTH]
    if evidence.title and (years := _years_in(evidence.title)):
        return years[0], f"title {evidence.title}"
    if statistics := _STATISTICS.search(head):
        return int(statistics.group(2) or statistics.group(1)), statistics.group()
    words = _words()
    for section in sections:
        years = _years_in(section.heading) if section.level == 1 else []
        if years:
            is_plan = words.plan.search(section.heading) and not words.review.search(section.heading)
            return (max(years) - 1 if is_plan else max(years)), f"heading {section.heading}"
    if opening := _ANNUAL_OPENING.search(head):
        return int(opening.group(1)), opening.group()
    if issued_on := evidence.issued_on:
        return (issued_on.year if issued_on.month >= 10 else issued_on.year - 1), f"signed {issued_on}"
    if evidence.delivered:
        return evidence.delivered - 1, f"delivered {evidence.delivered}"
    return None, _NO_EVIDENCE


def _coverage_of_work_report(text: str, sections: Sequence[Section], evidence: _Evidence) -> Coverage:
    words = _words()
    review = _review_part(text, sections, words)
    is_term = bool(words.term.search(review.heading))
    year, source = next(_reviewed_years(review, words, evidence, is_term), (None, _NO_EVIDENCE))
    if year is None:
        return Coverage(None, None, False, source)
    beyond = bool(words.beyond.search(review.heading))
    first = year
    plans = [words.plans[name] for name in (*_plans_in(review.heading), *_PLAN_IN_FULL.findall(review.heading))]
    second = review.second_heading.split("和")[0]
    if second and words.review.search(second):
        plans += [words.plans[name] for name in _plans_in(second)]
    reviewed_plans = [start for start in plans if start + 4 == year or start <= year < start + 4]
    if reviewed_plans:
        before = [start for start in plans if start + 5 in reviewed_plans]
        first = min(reviewed_plans + before)
    elif is_term:
        beyond = beyond or _covers_part_of(year + 1, review, words, evidence.title)
        first = _first_year_of_term(year, review, words, beyond)
    elif year % 5 == 0 and year - 4 in words.plans.values():
        name = next(name for name, start in words.plans.items() if start == year - 4)
        plan = rf"[“\"”']?{name}五[”\"“']?"
        if re.search(_FIVE_YEARS_REVIEWED % plan, review.text, re.VERBOSE):
            first = year - 4
    return Coverage(year, first, beyond, source)


def _review_part(text: str, sections: Sequence[Section], words: _Words) -> _Review:
    """Return the first top-level section, with the text up to the first heading that looks forward."""
    top = [section for section in sections if "/" not in section.path and section.path[:2] not in ("附件", "附表")]
    if not top:
        return _Review("", "", text[: len(text) // 2], "")
    candidates = top[1:] if top[0].path[0] not in "二三四五" else top
    outlook = next((section for section in candidates if _looks_forward(section.heading, words)), None)
    end = outlook.start if outlook else top[0].end
    heading = top[0].heading if outlook is not top[0] else ""
    second = next((section.heading for section in top[1:] if not heading or section is not outlook), "")
    return _Review(heading, second, text[:end], text[end : end + _OUTLOOK_LENGTH])


def _looks_forward(heading: str, words: _Words) -> bool:
    return (
        words.plan.search(heading) is not None
        and not words.review.search(heading.split("和")[0])
        and not words.term.search(heading)
    )


def _reviewed_years(review: _Review, words: _Words, evidence: _Evidence, is_term: bool) -> Iterator[tuple[int, str]]:
    """Yield the year that is reviewed and its evidence, the most reliable evidence first."""
    looks_back = re.split("[和及与暨]", review.heading)[0]  # 1993年工作的回顾和1994年的方针
    if (years := _years_in(looks_back)) and words.review.search(looks_back):
        yield max(years), f"heading {review.heading}"
    if years := _years_in(review.heading):
        yield max(years), f"heading {review.heading}"
    outlook_heading = review.outlook[:80].split("\n")[0]
    if years := _years_in(outlook_heading):
        yield min(years) - 1, f"heading {outlook_heading}"
    opening = _OPENING_YEAR.search(review.text[:_OPENING_LENGTH])
    if opening and (not is_term or "一年" in review.heading):
        yield int(opening.group(1)), opening.group().strip()
    plan_ends = [words.plans[name] + 4 for name in _plans_in(review.heading)]
    if plan_ends:
        yield max(plan_ends), f"heading {review.heading}"
    if is_term and (plan_start := _PLAN_OPENS.search(review.text)):
        yield words.plans[plan_start.group(1)] - 1, plan_start.group()
    if is_term:
        ends = Counter(int(end) for _, end in _FROM_TO.findall(review.text))
        if ends:
            yield ends.most_common(1)[0][0], f"from … to {ends.most_common(1)[0][0]}"
    title = evidence.title
    if title and (named := _REVIEW_OF.search(normalize_years(title))):
        yield int(named.group(1) or named.group(2)), f"title {title}"
    if evidence.delivered:
        yield evidence.delivered - 1, f"delivered in {evidence.delivered}"
    if title and (years := _years_in(title)):
        yield max(years) - 1, f"title {title}"
    if evidence.issued_on:
        yield evidence.issued_on.year - 1, f"signed {evidence.issued_on}"
    if this_year := _THIS_YEAR_IS.search(review.outlook):
        yield int(this_year.group(1)) - 1, this_year.group()
    if years := _years_in(review.text):
        yield max(years), f"latest year in the text is {max(years)}"


def _covers_part_of(year: int, review: _Review, words: _Words, title: str | None) -> bool:
    """Return whether the review of a term continues into `year`: by a new plan, its months, or the end of the term."""
    if any(words.plans[name] == year for name in _PLAN_OPENS.findall(review.text)):
        return True
    if any(int(end) == year for end in _TO_YEAR_END.findall(review.text)):
        return True
    if _IN_THIS_YEAR.search(review.text):
        return True
    if year - 1 in _years_in(review.heading):
        return False
    # County congresses are elected in the second half of the first year of a five-year plan.
    opening = f"{title or ''} {review.heading} {review.text[:400]}"
    return year % 5 == 1 and bool(_NEW_CONGRESS.search(opening))


def _first_year_of_term(year: int, review: _Review, words: _Words, beyond: bool) -> int:
    # 过去五年 with 由1978年增加到1982年: the first of the five years, and not the year before them
    spans = (5,) if not beyond and _FIVE_YEARS_HEADING.search(review.heading) else (4, 5)
    base_years = Counter(int(base) for base, end in _FROM_TO.findall(review.text) if int(end) - int(base) in spans)
    if base_years:
        return base_years.most_common(1)[0][0] + 1
    to_year_end = beyond and any(int(end) == year + 1 for end in _TO_YEAR_END.findall(review.text))
    of_government = beyond and words.government.search(review.heading)
    return year - 3 if to_year_end or of_government else year - 4


def _years_in(text: str) -> list[int]:
    """Return the years that a heading or sentence names, except those of spans, of titles in 《》, and of the future.

    >>> _years_in("贯彻《纲要（2021—2025年）》暨2022年工作"), _years_in("二、2021—2025年目标"), _years_in("一九九三年")
    ([2022], [], [1993])
    """
    return [int(year) for year in _YEAR.findall(normalize_years(_TITLE_IN_TITLE.sub("", text)))]


def normalize_years(text: str) -> str:
    """Replace the digits of years by ASCII digits, one character by one."""
    if _WIDE.search(text):
        text = text.translate(_WIDE_DIGITS)
    return _CN_YEAR.sub(lambda match: match.group().translate(_CN_DIGITS), text)


def _plans_in(text: str) -> list[str]:
    return [match.group(1) or match.group(2) for match in _PLAN_NAMED.finditer(text)]


@cache
def _words() -> _Words:
    """Load the rules of `years.yaml`; raise ValueError if a pattern does not match its example."""
    data = yaml.safe_load(files(__package__).joinpath("years.yaml").read_text(encoding="utf-8"))
    compiled = {}
    for name in ("plan_heading", "review_heading", "term_heading", "term_of_government", "beyond_heading"):
        pattern = re.compile(data[name]["pattern"], re.VERBOSE)
        if not pattern.search(data[name]["example"]):
            raise ValueError(f"years.yaml: {name} does not match its example {data[name]['example']!r}; fix it")
        compiled[name] = pattern
    return _Words(
        plans={str(name): int(start) for name, start in data["five_year_plans"].items()},
        plan=compiled["plan_heading"],
        review=compiled["review_heading"],
        term=compiled["term_heading"],
        government=compiled["term_of_government"],
        beyond=compiled["beyond_heading"],
    )
