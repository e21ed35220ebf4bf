"""The table `comparisons`: each year of a series paired with the year before, their change, and why it is withheld.

Nothing is corrected: the growth that a report states and the growth that its levels give are both published.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nianbao.comparison.contradictions import contradiction
from nianbao.comparison.intervals import agree, growth, minus, per_cent
from nianbao.comparison.measures import counts_what_is_new
from nianbao.comparison.points import BASE_UNKNOWN, PERIOD_MISMATCH, STOCK_AND_FLOW, Point
from nianbao.comparison.promises import Outcome, promise_outcome
from nianbao.comparison.series import Series, SeriesYear
from nianbao.comparison.territory import renaming_note, territory_note
from nianbao.indicators.catalog import Catalog, Indicator
from schemas.finding import FAIL, NOT_ASSESSABLE, UNCERTAIN
from schemas.rows import ComparisonRow

COMPARABLE, NO_PREVIOUS, GAP = "comparable", "no_previous", "gap"
UNIT_CHANGED, DEFINITION_CHANGED, BASIS_CHANGED = "unit_changed", "definition_changed", "basis_changed"
BOUND, ZERO_BASE, PART_OF_WHOLE, CONTRADICTED = "bound", "zero_base", "part_of_whole", "contradicted"
TERRITORY_CHANGED = "territory_changed"
# Why a year has no value although the form has a cell for it, by the state of the cell.
_UNFILLED = {
    "empty": "the cell is empty",
    "not_applicable": "the cell says that it does not apply",
    "unreadable": "the cell holds no number that can be read",
    "no_unit": "the cell names no unit",
    "absent": "the report leaves the cell out",
}
# Why a year has no value although its report has a figure that names it.
_LEFT_OUT = {
    PERIOD_MISMATCH: "the report gives this figure for another period than the year",
    STOCK_AND_FLOW: "the report gives a state where this counts what was done in a year, or the reverse",
    BASE_UNKNOWN: "the report does not say of which year the figure is",
}
# Two acts that are worded differently and differ by more than this factor are probably not the same.
_OTHER_WORDS = 2.0
_LEAST_SURE = "C"
# Two figures of one report up to this factor apart are of one thing, and one of them is wrong.
_CLOSE = 1.1


class PreviousYear(NamedTuple):
    """The year that a year is compared with, if there is one, whether the two are comparable, and why not."""

    comparability: str
    cell: SeriesYear | None = None
    note: str | None = None


class YearPair(NamedTuple):
    """A year of a series and the one before it, whether the stated growth agrees with the levels, and its promise."""

    series: Series
    cell: SeriesYear
    indicator: Indicator
    before: PreviousYear
    agrees: str | None
    outcome: Outcome | None


def pair_years(series: Iterable[Series], catalog: Catalog) -> list[YearPair]:
    """Pair every year of every series with the last year before it that has a value, in order of series and years."""
    pairs: list[YearPair] = []
    for item in series:
        indicator = catalog[item.key.indicator_id]
        last: SeriesYear | None = None
        for cell in item.cells.values():  # in the order of their years
            before = _before(item, cell, last, indicator, catalog)
            agrees, outcome = agreement(cell, before, indicator), promise_outcome(cell, indicator)
            pairs.append(YearPair(item, cell, indicator, before, agrees, outcome))
            if base(cell, indicator) is not None:
                last = cell
    return pairs


def comparison_rows(pairs: Iterable[YearPair]) -> list[ComparisonRow]:
    """Return the rows of `comparisons`, without ranks."""
    return [_row(pair) for pair in pairs]


def _row(pair: YearPair) -> ComparisonRow:
    cell, indicator, before = pair.cell, pair.indicator, pair.before
    key, year = pair.series.key, cell.year
    reporter = pair.series.reporter(year)
    value = shown(cell, indicator)
    previous = base(before.cell, indicator) if before.cell else None
    compares = before.comparability == COMPARABLE and value is not None and previous is not None
    in_per_cent = key.unit == "%"
    difference = minus(value.value, previous.value) if compares and value and previous else None
    ratio = per_cent(difference, previous.value) if difference is not None and previous and not in_per_cent else None
    target = cell.target
    return {
        "family": key.family,
        "jurisdiction_code": reporter.jurisdiction_code,
        "jurisdiction_name": reporter.jurisdiction_name,
        "body_id": reporter.body_id,
        "body_name": reporter.body_name,
        "body_kind": reporter.body_kind,
        "series_code": reporter.series_code,
        "indicator_id": key.indicator_id,
        "indicator_name_zh": indicator.name_zh,
        "scope": key.scope,
        "year": year,
        "value": value.value if value else None,
        "unit": key.unit,
        "qualifier": value.qualifier if value else None,
        "previous_year": before.cell.year if before.cell else None,
        "previous_value": previous.value if previous else None,
        "change_abs": None if in_per_cent else difference,
        "change_pct": ratio,
        "change_pp": difference if in_per_cent else None,
        "reported_change_pct": cell.growth.value if cell.growth else None,
        "reported_change_agrees": pair.agrees,
        "comparability": before.comparability,
        "comparability_note": before.note,
        "grade": max((p.grade for p in (value, previous) if p is not None), default=None) if value else None,
        "definition_version": indicator.version_in(year),
        "latest_value": cell.latest.value if cell.latest else None,
        "latest_report_id": cell.latest.report_id if cell.latest else None,
        "target_kind": target.kind if target else None,
        "target_value": target.value if target else None,
        "target_value_high": target.high if target else None,
        "target_qualifier": target.qualifier if target else None,
        "target_met": pair.outcome.met if pair.outcome else None,
        "rank_in_year": None,
        "n_ranked": None,
        "observation_id": value.observation_id if value else None,
        "previous_observation_id": previous.observation_id if previous else None,
        "reported_change_observation_id": cell.growth.observation_id if cell.growth else None,
        "target_observation_id": target.observation_id if target else None,
        "latest_observation_id": cell.latest.observation_id if cell.latest else None,
        "quote": value.quote if value else None,
    }


def shown(cell: SeriesYear, indicator: Indicator) -> Point | None:
    """Return the figure of the year's own report: the value, or the change if that is what the indicator measures."""
    return cell.growth if indicator.kind == "change_pct" else cell.value


def base(cell: SeriesYear, indicator: Indicator) -> Point | None:
    """Return the figure that the next year is compared with: the year's own, else that of the latest report."""
    return shown(cell, indicator) or cell.latest


def _before(
    series: Series, cell: SeriesYear, last: SeriesYear | None, indicator: Indicator, catalog: Catalog
) -> PreviousYear:
    """Return what a year of a series is compared with; `last` is the last year before it that has a figure.

    A note names each change of the place since then. A change of its territory since the year before withholds the
    comparison; another name or code does not.
    """
    before, year = _before_in_one_place(series, cell, last, indicator, catalog), cell.year
    if shown(cell, indicator) is None:
        notes = [note for note in (before.note, cell.territory) if note is not None]
        return before._replace(note="; ".join(notes) or None)
    since = before.cell.year if before.cell is not None else year - 1
    territory = cell.territory if since == year - 1 else territory_note(series.reporters, since + 1, year)
    renaming = renaming_note(series.reporter(since), series.reporter(year))
    if territory is not None and before.cell is not None and since == year - 1:
        before = PreviousYear(TERRITORY_CHANGED, before.cell)
    notes = [note for note in (before.note, territory, renaming) if note is not None]
    return before._replace(note="; ".join(notes) or None)


def _before_in_one_place(
    series: Series, cell: SeriesYear, last: SeriesYear | None, indicator: Indicator, catalog: Catalog
) -> PreviousYear:
    """Return what a year is compared with if the place has not changed."""
    year = cell.year
    if shown(cell, indicator) is None:
        return _without_value(cell, last)
    if last is None or last.year < year - 1:
        return _without_previous(series, cell, last, indicator, catalog)
    broken = indicator.break_between(last.year, year)
    if broken is not None:
        return PreviousYear(DEFINITION_CHANGED, last, broken.because)
    withheld = _other_measure(cell, last, indicator)
    if withheld is None:
        withheld = _without_ratio(series, cell, last, indicator) or contradiction(cell, last, indicator)
    return PreviousYear(COMPARABLE, last) if withheld is None else PreviousYear(withheld[0], last, withheld[1])


def _without_value(cell: SeriesYear, last: SeriesYear | None) -> PreviousYear:
    """Return why a year has no value."""
    if cell.left_out is not None:
        return PreviousYear(cell.left_out, last, _LEFT_OUT[cell.left_out])
    if cell.unfilled is not None:
        return PreviousYear(GAP, last, _UNFILLED[cell.unfilled])
    return PreviousYear(GAP, last, "no report gives this figure for the year") if last else PreviousYear(NO_PREVIOUS)


def _without_previous(
    series: Series, cell: SeriesYear, last: SeriesYear | None, indicator: Indicator, catalog: Catalog
) -> PreviousYear:
    """Return why the year before has no figure."""
    before_year = cell.year - 1
    other = _in_siblings(series, before_year, indicator, catalog)
    if other is not None:
        return other
    left_out = series.left_out.get(before_year)
    if left_out is not None:
        return PreviousYear(left_out, last, f"{before_year}: {_LEFT_OUT[left_out]}")
    if last is None:
        return PreviousYear(NO_PREVIOUS)
    before = series.cells.get(before_year)
    if before is not None and before.unfilled is not None:
        return PreviousYear(GAP, last, f"{before_year}: {_UNFILLED[before.unfilled]}")
    return PreviousYear(GAP, last, f"no report gives this figure for {before_year}")


def _other_measure(cell: SeriesYear, last: SeriesYear, indicator: Indicator) -> tuple[str, str] | None:
    """Return why the two figures do not measure the same, with a note; None if they do as far as the reports say."""
    value, previous = shown(cell, indicator), base(last, indicator)
    for of, point in ((cell, value), (last, previous)):
        if of.rival is not None and point is of.value and point is not None:
            return _two_figures(of, point, of.rival)
    if value is None or previous is None or value.subject == previous.subject:
        return None
    if value.is_part != previous.is_part:
        part = value if value.is_part else previous
        return PART_OF_WHOLE, f"{part.quote} of {part.year} is a part or a list of examples"
    now, then = value.measure, previous.measure
    if now.is_same(then):
        return None
    note = f"{previous.year} counts {previous.subject}, {value.year} counts {value.subject}"
    if now.diverges_from(then):
        return DEFINITION_CHANGED, note
    if now.kinds != then.kinds:
        return PART_OF_WHOLE, note
    if indicator.nature != "flow":
        return None
    far = max(value.value, previous.value) > _OTHER_WORDS * min(value.value, previous.value)
    if now.does_other_acts(then) or (far and now.noun != then.noun):
        return (PART_OF_WHOLE if now.includes(then) or then.includes(now) else DEFINITION_CHANGED), note
    return None


def _two_figures(cell: SeriesYear, value: Point, rival: Point) -> tuple[str, str]:
    """Return that a report gives two figures for a year: of one thing if they are close, else of parts of it."""
    low, high = sorted((abs(value.value), abs(rival.value)))
    same = value.measure.is_same(rival.measure) and high <= low * _CLOSE
    note = f"the report on {cell.year} gives {value.quote} ({value.subject}) and {rival.quote} ({rival.subject})"
    return (CONTRADICTED if same else PART_OF_WHOLE), note


def _without_ratio(series: Series, cell: SeriesYear, last: SeriesYear, indicator: Indicator) -> tuple[str, str] | None:
    """Return why the two figures have no ratio, with a note; None if they have one."""
    value, previous = shown(cell, indicator), base(last, indicator)
    if (value is not None and value.is_bound) or (previous is not None and previous.is_bound):
        return BOUND, "one of the two is only a bound or a range"
    if previous is not None and not previous.is_dated:
        return BASE_UNKNOWN, f"the report on {previous.report_year} does not say of which year {previous.quote} is"
    if previous is not None and previous.value == 0 and series.key.unit != "%":
        return ZERO_BASE, "the earlier value is 0"
    return None


def _in_siblings(series: Series, year: int, indicator: Indicator, catalog: Catalog) -> PreviousYear | None:
    """Return why the year before is not in this series although a sibling has it: another unit or scope, or a part."""
    for same_scope, comparability in ((True, UNIT_CHANGED), (False, DEFINITION_CHANGED)):
        for other in series.siblings:
            if (other.key.scope == series.key.scope) is not same_scope:
                continue
            cell = other.cells.get(year)
            if cell is None or base(cell, indicator) is None:
                continue
            if same_scope or other.key.unit != series.key.unit:
                return PreviousYear(UNIT_CHANGED, None, f"{year} is stated in {other.key.unit}")
            scopes = (series.key.scope, other.key.scope)
            if not all(catalog.names_scope(indicator.id, scope) for scope in scopes):
                comparability = PART_OF_WHOLE
            scope = other.key.scope or "no scope said"
            return PreviousYear(comparability, None, f"{year} is stated for another scope: {scope}")
    return None


def agreement(cell: SeriesYear, before: PreviousYear, indicator: Indicator) -> str | None:
    """Return whether the stated growth agrees with the levels; None if none is stated or it is itself the value."""
    stated = cell.growth
    if stated is None or indicator.kind == "change_pct":
        return None
    previous = before.cell.value if before.cell else None
    if before.comparability not in (COMPARABLE, CONTRADICTED) or cell.value is None or previous is None:
        return NOT_ASSESSABLE
    if cell.rival is not None or (before.cell is not None and before.cell.rival is not None):
        return NOT_ASSESSABLE
    if indicator.growth == "real" or indicator.kind != "level" or stated.same_scope or stated.is_bound:
        return NOT_ASSESSABLE
    verdict = agree(stated.interval, growth(cell.value.interval, previous.interval))
    if verdict == FAIL and _LEAST_SURE in (stated.grade, cell.value.grade, previous.grade):
        return NOT_ASSESSABLE
    if verdict == FAIL and indicator.nature == "flow" and counts_what_is_new(cell.value.subject):
        return NOT_ASSESSABLE  # 新增7个，增长16.3% may be the growth of all that there are
    if verdict == FAIL and (is_hedged(stated, cell.value, previous) or is_restated(before.cell)):
        return UNCERTAIN
    return verdict


def is_hedged(*points: Point) -> bool:
    """Return whether one of the figures is approximate (约), so that a mismatch proves nothing."""
    return any(point.qualifier == "approx" for point in points)


def is_restated(cell: SeriesYear | None) -> bool:
    """Return whether a later report gives another figure for the year than its own report."""
    if cell is None or cell.value is None:
        return False
    return any(p.interval.is_bounded and not p.interval.meets(cell.value.interval) for p in cell.later)
