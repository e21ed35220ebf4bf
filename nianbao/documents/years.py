"""Which years a report tells of: the last that it reviews in full, the first, and whether it tells part of the next.

Rules of language (headings, first sentences, five-year plans, congress wording) in the order of how sure they are; the
words stand in `years.yaml`. A manifest's year is used only where the document says nothing sure.
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
# Years in Chinese digits (一九九三年) and full-width digits, read one character for one.
_CN_YEAR = re.compile("[一二][九〇○零][一二三四五六七八九〇○零]{2}(?=年)")
_CN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_WIDE = re.compile("[０-９]")
_PLAN = r"[“\"”']?(十[一二三四五六]?|[一二三四五六七八九])五[”\"“']?"
_PLAN_NAMED = re.compile(rf"[“\"”](十[一二三四五六]?|[一二三四五六七八九])五[”\"“]|{_PLAN}(?=时期|期间|规划|计划)")
_OPENING_YEAR = re.compile(
    r"(?:^|\n)(?:各位代表[，,！!：:]?)?(?:刚刚)?(?:过去的)?((?:19|20)\d\d)年(?:度)?(?:以来)?[，,]?(?:是|我[市区县省国州镇们]|全[市区县省国州])"
)
_THIS_YEAR_IS = re.compile(r"((?:19|20)\d\d)年是[^。]{0,60}?(?:开局|起步|关键|开启|第一)")
_PLAN_OPENS = re.compile(
    rf"{_PLAN}(?:规划)?(?:实现|取得|迎来)?(?:了)?(?:良好|精彩|顺利|高质量)?(?:的)?(?:开局|起步|开篇|开好局)"
)
_FROM_TO = re.compile(
    r"[由从比]((?:19|20)\d\d)年(?:底|末)?的?[^，。；\n]{0,20}?(?:增|提|升|扩|发展|上升|增长|提高|下降|降)?[长高升加大]?[到至]((?:19|20)\d\d)年"
)
_TO_YEAR_END = re.compile(r"(?:预计|截至|截止)(?:到)?((?:19|20)\d\d)年(?:年)?底")
_IN_THIS_YEAR = re.compile(
    r"今年(?:以来|上半年|前?[一二三四五六七八九十\d]+[—\-－至个]{0,2}\d{0,2}月|有望|我们经历)|(?:19|20)\d\d年(?:1[—\-－至]\d{1,2}月|上半年)"
)
_FIVE_YEARS_TOLD = re.compile(
    r"(?:^|\n|[。！]|代表[，,！]|[—\-]{2})(?:回顾|回首|经过|在)?(?:过去(?:的)?[五5]年|这[五5]年|(?<!\d)[五5]年来|%s(?:时期|期间|末|规划实施))(?!规划纲要)[^\n]{0,400}?(?:\d|的五年)"
)
_REVIEW_OF = re.compile(
    r"((?:19|20)\d\d)年度?(?:政府|主要)?工作(?:的)?(?:回顾|总结|情况)|[（(]((?:19|20)\d\d)年度[)）]"
)
_NEW_CONGRESS = re.compile("一次会议|本届政府|上届政府")
_STATISTICS = re.compile(r"((?:19|20)\d\d)年1月1日(?:起)?[至到](?:((?:19|20)\d\d)年)?12月31日")
_ROL_YEAR = re.compile(
    r"((?:19|20)\d\d)年(?:度)?(?:以来|来)?[，,]?(?:我[市区县省局厅委]|全[市区县省]|.{2,12}(?:政府|市|区|县|局|厅))"
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The years that a report tells of, and the words that say so (for a reader who doubts it)."""

    report_year: int | None
    covers_from: int | None
    covers_beyond: bool
    because: str


@dataclass(frozen=True, slots=True)
class _Words:
    plans: dict[str, int]
    plan: re.Pattern[str]
    review: re.Pattern[str]
    term: re.Pattern[str]
    government: re.Pattern[str]
    beyond: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Review:
    """The part of a report that looks back: its headings, and its text up to the part that looks forward."""

    heading: str
    second: str
    text: str
    ahead: str


def coverage(
    text: str,
    sections: Sequence[Section],
    family: Family | None,
    title: str | None = None,
    issued_on: date | None = None,
    delivered: int | None = None,
) -> Coverage:
    """The years of a report. `delivered` is the year that a manifest gives, used where it is silent."""
    text = _plain_years(text)
    if family is not None and not family.profile.spoken:
        year, because = _year_of_annual(text, sections, title, issued_on, delivered)
        return Coverage(year, year, False, because)
    return _coverage_of_work_report(text, sections, title, issued_on, delivered)


def _year_of_annual(
    text: str, sections: Sequence[Section], title: str | None, issued_on: date | None, delivered: int | None
) -> tuple[int | None, str]:
    """The one year of a rule-of-law or disclosure report: title, statistics clause, headings, opening words, date."""
    head = text[:3000]
    if title and (named := _years_in(title)):
        return named[0], f"title {title}"
    if found_statistics := _STATISTICS.search(head):
        return int(found_statistics.group(2) or found_statistics.group(1)), found_statistics.group()
    words = _words()
    for section in sections:
        years = _years_in(section.heading) if section.level == 1 else []
        if years:
            is_plan = words.plan.search(section.heading) and not words.review.search(section.heading)
            return (max(years) - 1 if is_plan else max(years)), f"heading {section.heading}"
    if found_opening := _ROL_YEAR.search(head):
        return int(found_opening.group(1)), found_opening.group()
    if issued_on:
        return (issued_on.year if issued_on.month >= 10 else issued_on.year - 1), f"signed {issued_on}"
    return (delivered - 1, f"delivered {delivered}") if delivered else (None, "nothing says")


def _coverage_of_work_report(
    text: str, sections: Sequence[Section], title: str | None, issued_on: date | None, delivered: int | None
) -> Coverage:
    words = _words()
    review = _review_part(text, sections, words)
    told = _told_term(review, words)
    year, because = next(_years_said(review, words, title, issued_on, delivered, told), (None, "nothing says"))
    if year is None:
        return Coverage(None, None, False, because)
    beyond = bool(words.beyond.search(review.heading))
    first = year
    plans = [words.plans[name] for name in _plans_in(review.heading)]
    if review.second and words.review.search(review.second.split("和")[0]):
        plans += [words.plans[name] for name in _plans_in(review.second.split("和")[0])]
    ended = [start for start in plans if start + 4 == year or start <= year < start + 4]
    if ended:
        first = min(ended)
    elif told:
        beyond = beyond or _tells_of(year + 1, review, words, title)
        first = _first_of_term(year, review, words, beyond)
    elif year % 5 == 0 and year - 4 in words.plans.values():
        name = next(name for name, start in words.plans.items() if start == year - 4)
        own_plan = rf"[“\"”']?{name}五[”\"“']?"
        if re.search(_FIVE_YEARS_TOLD.pattern % own_plan, review.text):
            first = year - 4
    return Coverage(year, first, beyond, because)


def _review_part(text: str, sections: Sequence[Section], words: _Words) -> _Review:
    """The first top section with the text up to the first heading that looks forward."""
    top = [section for section in sections if "/" not in section.path and section.path[:2] not in ("附件", "附表")]
    if not top:
        return _Review("", "", text[: len(text) // 2], "")
    later = top[1:] if top[0].path[0] not in "二三四五" else top
    ahead = next(
        (s for s in later if words.plan.search(s.heading) and not words.review.search(s.heading.split("和")[0])
         and not words.term.search(s.heading)),
        None,
    )  # fmt: skip
    end = ahead.start if ahead else top[0].end
    heading = top[0].heading if ahead is not top[0] else ""
    second = next((s.heading for s in top[1:] if not heading or s is not ahead), "")
    return _Review(heading, second, text[:end], text[end : end + 6000])


def _told_term(review: _Review, words: _Words) -> bool:
    return bool(words.term.search(review.heading))


def _years_said(
    review: _Review,
    words: _Words,
    title: str | None,
    issued_on: date | None,
    delivered: int | None,
    told_term: bool,
) -> Iterator[tuple[int, str]]:
    """The year reviewed, from the surest evidence to the weakest."""
    looks_back = re.split("[和及与暨]", review.heading)[0]  # 1993年工作的回顾和1994年的方针
    if (years := _years_in(looks_back)) and words.review.search(looks_back):
        yield max(years), f"heading {review.heading}"
    if years := _years_in(review.heading):
        yield max(years), f"heading {review.heading}"
    heading_ahead = review.ahead[:80].split("\n")[0]
    if years := _years_in(heading_ahead):
        yield min(years) - 1, f"heading {heading_ahead}"
    opening = _OPENING_YEAR.search(review.text[:6000])
    if opening and (not told_term or "一年" in review.heading):
        yield int(opening.group(1)), opening.group().strip()
    plans_done = [words.plans[name] + 4 for name in _plans_in(review.heading)]
    if plans_done:
        yield max(plans_done), f"heading {review.heading}"
    if told_term and (found := _PLAN_OPENS.search(review.text)):
        yield words.plans[found.group(1)] - 1, found.group()
    if told_term:
        ends = Counter(int(end) for _, end in _FROM_TO.findall(review.text))
        if ends:
            yield ends.most_common(1)[0][0], f"from … to {ends.most_common(1)[0][0]}"
    if title and (own := _REVIEW_OF.search(_plain_years(title))):
        yield int(own.group(1) or own.group(2)), f"title {title}"
    if delivered:
        yield delivered - 1, f"delivered in {delivered}"
    if title and (years := _years_in(title)):
        yield max(years) - 1, f"title {title}"
    if issued_on:
        yield issued_on.year - 1, f"signed {issued_on}"
    if found_now := _THIS_YEAR_IS.search(review.ahead):
        yield int(found_now.group(1)) - 1, found_now.group()
    if told := _years_in(review.text):
        yield max(told), f"latest year told is {max(told)}"


def _tells_of(year: int, review: _Review, words: _Words, title: str | None) -> bool:
    """Whether the review of a term goes on into `year`: its plan's good start, its months, or a term ending in it."""
    if any(words.plans[name] == year for name in _PLAN_OPENS.findall(review.text)):
        return True
    if any(int(end) == year for end in _TO_YEAR_END.findall(review.text)):
        return True
    if _IN_THIS_YEAR.search(review.text):
        return True
    if year - 1 in _years_in(review.heading):
        return False
    # County congresses are elected anew in the first year of a five-year plan, in its second half.
    opening = f"{title or ''} {review.heading} {review.text[:400]}"
    return year % 5 == 1 and bool(_NEW_CONGRESS.search(opening))


def _first_of_term(year: int, review: _Review, words: _Words, beyond: bool) -> int:
    bases = Counter(int(base) for base, end in _FROM_TO.findall(review.text) if 4 <= int(end) - int(base) <= 5)
    if bases:
        return bases.most_common(1)[0][0] + 1
    to_year_end = beyond and any(int(end) == year + 1 for end in _TO_YEAR_END.findall(review.text))
    of_government = beyond and words.government.search(review.heading)
    return year - 3 if to_year_end or of_government else year - 4


def _years_in(text: str) -> list[int]:
    """The years that a heading or sentence names as its own: none of a span, of a title in 《》, or of what is to come.

    >>> _years_in("贯彻《纲要（2021—2025年）》暨2022年工作"), _years_in("二、2021—2025年目标"), _years_in("一九九三年")
    ([2022], [], [1993])
    """
    return [int(year) for year in _YEAR.findall(_plain_years(_TITLE_IN_TITLE.sub("", text)))]


def _plain_years(text: str) -> str:
    """The text with years in ASCII digits, every character in its place."""
    if _WIDE.search(text):
        text = text.translate(_WIDE_DIGITS)
    return _CN_YEAR.sub(lambda found: found.group().translate(_CN_DIGITS), text)


def _plans_in(text: str) -> list[str]:
    return [found.group(1) or found.group(2) for found in _PLAN_NAMED.finditer(text)]


@cache
def _words() -> _Words:
    """The rules of `years.yaml`. Raises ValueError where a pattern does not find its own example."""
    data = yaml.safe_load(files(__package__).joinpath("years.yaml").read_text(encoding="utf-8"))
    compiled = {}
    for name in ("plan_heading", "review_heading", "term_heading", "term_of_government", "beyond_heading"):
        pattern = re.compile(data[name]["pattern"])
        if not pattern.search(data[name]["example"]):
            raise ValueError(f"years.yaml: {name} does not find its example {data[name]['example']!r}")
        compiled[name] = pattern
    return _Words(
        plans={str(name): int(start) for name, start in data["five_year_plans"].items()},
        plan=compiled["plan_heading"],
        review=compiled["review_heading"],
        term=compiled["term_heading"],
        government=compiled["term_of_government"],
        beyond=compiled["beyond_heading"],
    )
