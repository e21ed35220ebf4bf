"""The grade of a reading: how sure its rule is, less what makes a subject or a year doubtful."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import words
from nianbao.extraction.subjects.readings import Reading
from nianbao.extraction.time.adverbs import Years
from nianbao.extraction.time.scope import TARGET
from nianbao.extraction.time.years import SentenceContext

_WORSE = {"A": "ABCC", "B": "BCCC", "C": "CCCC"}  # a grade by the number of doubts
_LONG_SUBJECT, _SHORT_NAME, _BARE = 24, 14, 2
_WHOLE_NAMES = ("出口", "进口")  # 投资, 企业: whose, the report says elsewhere
_ONE_FIGURE = re.compile(
    r"""[^、，和与及的在对将把从被为]+(?:[率值额度]|收入|支出|投资|产量|余额|指数|浓度|面积|里程|比重|占比|吞吐量|时限|人口|寿命
    |总量|总数|企业|机构|学位|床位|用电量|财政赤字|就业)""",
    re.VERBOSE,
)
_JOINED = re.compile("[、和与及在对将把]")
_WORDED_LIKE_TODAY = 1990
_GENERIC = frozenset(words("words")["generic"])


def grade_of(plain: str, this: Reading, subject: str, years: Years, place: SentenceContext) -> str:
    """Return the grade of a reading, A, B or C, by its rule, its subject and its context.

    A short name of one figure (工业增加值) is read surely by a rule that is less sure of other subjects.
    """
    grade = this.rule.grade
    if grade == "B" and not this.inherited and len(subject) <= _SHORT_NAME and _ONE_FIGURE.fullmatch(subject):
        grade = "A"
    doubts = _of_subject(plain, this, subject, grade) + _of_context(this, years, place)
    return _WORSE[grade][min(doubts, 3)] if doubts else grade


def _of_subject(plain: str, this: Reading, subject: str, grade: str) -> int:
    """Return the number of doubts that the words of a subject raise."""
    doubts = (len(subject) > _LONG_SUBJECT) + (len(subject) <= _BARE and subject not in _WHOLE_NAMES)
    doubts += grade == "A" and len(subject) > _SHORT_NAME and _JOINED.search(subject) is not None
    doubts += "verb" in this.parts and subject[-_BARE:] in _GENERIC and _is_bare(plain, this)
    whole = this.parts.get("whole")
    return doubts + bool(whole and plain[whole[-1][1] : whole[-1][1] + 1] == "、")  # the first of a list


def _is_bare(plain: str, this: Reading) -> bool:
    """Return whether the thing of an act has a general name alone (实施|项目)."""
    start, end = (this.parts.get("counted") or this.parts.get("object") or ((0, 0),))[-1]
    return plain[start:end] in _GENERIC


def _of_context(this: Reading, years: Years, place: SentenceContext) -> int:
    """Return the number of doubts that the place of a reading raises."""
    doubts = this.far + this.named_by_clause + (place.tabular and place.passage.modality == TARGET)
    doubts += place.report_year is not None and place.report_year < _WORDED_LIKE_TODAY
    doubts += this.kind == "level" and not this.quantity.unit and this.quantity.unit_class == "none"
    of_years = place.years.first != place.years.last  # a state or a sum: 五年来…达到
    return doubts + (of_years and this.kind == "level" and years.first == years.last and not years.stated)
