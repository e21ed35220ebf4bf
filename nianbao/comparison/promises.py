"""Decide what became of a promise: the target of last year's report, and what this year's report says was reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nianbao.comparison.intervals import Interval
from nianbao.comparison.points import Point
from nianbao.comparison.series import SeriesYear
from nianbao.indicators.catalog import CEILING, Indicator
from schemas.finding import UNCERTAIN

YES, NO = "yes", "no"
_EXAMPLES = "examples"
_AT_MOST = frozenset({"at_most", "less_than"})
_AT_LEAST = frozenset({"at_least", "more_than"})
_ABOUT = 0.02
# 近1400万 is less than that by at most this share, so it may reach a target of 1300万.
_NEARLY = 0.05
_NEAR_WORDS = ("近", "接近", "将近", "逼近")


class Outcome(NamedTuple):
    """What became of the target of a year.

    `stated` is all that the year's own report states of what was promised, the likeliest result first; `met` is `yes`,
    `no` or `uncertain`, None if nothing is stated.
    """

    target: Point
    stated: tuple[Point, ...]
    met: str | None

    @property
    def actual(self) -> Point | None:
        """The result, if one is stated."""
        return self.stated[0] if self.stated else None


def promise_outcome(cell: SeriesYear, indicator: Indicator) -> Outcome | None:
    """Return what became of the target of a year, if one was set."""
    if cell.target is None:
        return None
    stated = tuple(_stated_results(cell.target, cell, indicator))
    return Outcome(cell.target, stated, _met(cell.target, stated, cell, indicator))


def _stated_results(target: Point, cell: SeriesYear, indicator: Indicator) -> list[Point]:
    """Return what the year's own report states of what was promised: the growth for a growth, else the levels.

    First comes the one in the words and the unit of the target, then the first of the report. Another thing is no
    result, and neither are acts of another kind: hospitals that were to be built or rebuilt are not met by those that
    were built.
    """
    if target.kind == "change_pct":
        own = [cell.growth] if cell.growth is not None else []
    else:
        own = [point for point in (cell.value, *cell.others) if point is not None]
    if not own or (len(own) == 1 and own[0].subject == target.subject):
        return own
    promised = target.measure
    own = [point for point in own if not point.measure.diverges_from(promised)]
    if indicator.nature == "flow":
        own = [point for point in own if not point.measure.does_other_acts(promised)]
    return sorted(own, key=lambda point: _is_less_like(point, target))


def _is_less_like(point: Point, target: Point) -> tuple[bool, bool, int]:
    return not point.measure.is_same(target.measure), point.printed_unit != target.printed_unit, point.char_start


def _met(target: Point, stated: Sequence[Point], cell: SeriesYear, indicator: Indicator) -> str | None:
    """Return `yes`, `no` or `uncertain`; None if the year's report does not state the figure.

    A ceiling (3%以内, or an indicator with a ceiling as target) is met from below, any other target from above; of a
    range the nearer end counts. 左右 allows half a printed digit or 2% of the target, whichever is more. A bound
    (突破, 不足) decides only if it clears the target, and 近 only if the target is well below it. If the report has
    another figure for it (新增学位约1.1万个, and 6000个 of kindergartens), a shortfall is uncertain. So is one of
    something else than what was promised, and a target that was set before the territory changed.
    """
    if not stated:
        return None
    actual = stated[0]
    if cell.territory is not None:
        return UNCERTAIN
    verdict = _verdict(target, actual, indicator)
    if verdict == NO and any(not actual.interval.meets(other.interval) for other in stated):
        return UNCERTAIN
    if target.is_part and not actual.is_part and actual.value != target.value:
        return UNCERTAIN  # 提速A等5个公园建设 names some, 新增公园6个 counts all
    if target.subject != actual.subject and target.measure.kinds != actual.measure.kinds:
        return UNCERTAIN
    return UNCERTAIN if verdict == NO and not promised_the_same(target, actual, indicator) else verdict


def promised_the_same(target: Point, actual: Point, indicator: Indicator) -> bool:
    """Return whether a result is of what was promised: the wordings of flows vary, and some results are only examples.

    What was started (启动18个) is no target for what was finished, 4个省级 are not all that there are, and a report
    that names some of its schools (推动A中学等27个学校的新建) may mean others than the next one.
    """
    if _EXAMPLES in (actual.stated_as, target.stated_as) or actual.is_part != target.is_part:
        return False
    if indicator.nature != "flow" or actual.subject == target.subject:
        return True
    return actual.measure.is_same(target.measure)


def _verdict(target: Point, actual: Point, indicator: Indicator) -> str:
    # The 控制在 of an item before (PM2.5控制在18以下、优良率94%以上) does not govern a floor, nor what should be high.
    is_said = target.stated_as == CEILING and indicator.higher_is != "better"
    as_ceiling = is_said or indicator.target == CEILING
    ceiling = target.qualifier in _AT_MOST or (as_ceiling and target.qualifier not in _AT_LEAST)
    aim = target.high if ceiling and target.high is not None else target.value
    low, high = actual.interval.low, actual.interval.high
    if actual.qualifier == "exact" and not actual.is_bound:
        # A government is judged by the printed figure, not by what its rounding may hide.
        low = high = actual.value
    elif actual.qualifier == "approx" and actual.high is None:
        low, high = allowed(actual).low, allowed(actual).high
    elif actual.quote.startswith(_NEAR_WORDS) and actual.value > 0:
        low = actual.value * (1 - _NEARLY)
    slack = target.value - allowed(target).low if target.qualifier == "approx" else 0.0
    if ceiling:
        low, high, aim = -high, -low, -aim
    if low >= aim:
        return YES
    if high < aim - slack:
        return NO
    return UNCERTAIN


def allowed(target: Point) -> Interval:
    """Return what counts as a figure: 左右 reaches half a printed digit or 2% of it, so that 7.4% is 7.5%左右."""
    if target.qualifier != "approx":
        return target.interval
    slack = max(float(target.rounding or 0.0) / 2, _ABOUT * abs(target.value))
    return Interval(target.value - slack, (target.high if target.high is not None else target.value) + slack)
