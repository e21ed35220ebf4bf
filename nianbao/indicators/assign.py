"""From observations to observations with indicators: the one function that the pipeline calls."""

from __future__ import annotations

from collections.abc import Sequence

from nianbao.indicators.catalog import Catalog, load_catalog
from nianbao.indicators.match import Matcher, inherited
from nianbao.indicators.subject import area_of
from nianbao.indicators.types import BY_FORM, BY_HAND, RULE, Match
from schemas.rows import ObservationRow

# A subject of no more characters than this (出口) can be a part of what was said before.
_SHORT = 2
_matchers: dict[int, tuple[Catalog, Matcher]] = {}


def matcher_of(catalog: Catalog) -> Matcher:
    """The matcher of a catalog; built once a process, because it remembers every subject that it has seen."""
    known = _matchers.get(id(catalog))
    if known is None or known[0] is not catalog:
        known = _matchers[id(catalog)] = (catalog, Matcher(catalog))
    return known[1]


def match_indicators(rows: Sequence[ObservationRow], catalog: Catalog | None = None) -> list[Match | None]:
    """The indicator of every row of `observations`, in their order; None where there is none.

    The rows stand in the order of reports and of their texts, and no report changes what is found in another. Read are
    `report_id`, `observation_id`, `family`, `jurisdiction_name`,
    `subject`, `scope`, `unit`, `kind`, `relates_to`, `sentence` and `quote`.
    """
    matcher = matcher_of(catalog or load_catalog())
    elsewhere = _of_other_areas(rows, matcher)
    matches = [
        matcher.named(row)
        if row["match_method"] in (BY_HAND, *BY_FORM)
        else None
        if n in elsewhere
        else matcher.match(row, rows[n - 1] if n and rows[n - 1]["report_id"] == row["report_id"] else None)
        for n, row in enumerate(rows)
    ]
    for n, found in enumerate(matches):
        if found is not None and found.method == RULE and _is_ambiguous(n, rows, matches, matcher):
            matches[n] = None
    numbers = {row["observation_id"]: n for n, row in enumerate(rows)}
    for n, row in enumerate(rows):
        related = numbers.get(row["relates_to"]) if row["relates_to"] is not None else None
        if related is not None:
            matches[n] = inherited(row, rows[related], matches[n], matches[related])
    return matches


def _is_ambiguous(n: int, rows: Sequence[ObservationRow], matches: Sequence[Match | None], matcher: Matcher) -> bool:
    """Whether a subject of two characters stands after something that is no indicator, and so may be a part of that.

    `软件业实现产值291亿元，出口5.9亿美元`: not the jurisdiction's exports.
    """
    row = rows[n]
    if not n or rows[n - 1]["sentence"] != row["sentence"] or len(matcher.normalise(row["subject"] or "")) > _SHORT:
        return False
    for before in range(n - 1, -1, -1):
        if (rows[before]["report_id"], rows[before]["sentence"]) != (row["report_id"], row["sentence"]):
            return False
        if rows[before]["kind"] not in ("rank", "ratio"):
            return matches[before] is None
    return False


def _of_other_areas(rows: Sequence[ObservationRow], matcher: Matcher) -> set[int]:
    """The rows that speak of a part of the territory because their sentence has begun to.

    `X合作区地区生产总值增长10%，规上工业增加值增长26%`: both are the zone's, up to the end of the sentence or to a
    subject that names its own area (全市…).
    """
    found: set[int] = set()
    sentence, inside = None, False
    for n, row in enumerate(rows):
        place = (row["report_id"], row["sentence"])
        if place != sentence:
            sentence, inside = place, False
        area = area_of(row)
        if area is not None:
            inside = not matcher.is_own_area(area, row)
        elif row["scope"]:
            inside = False
        if inside:
            found.add(n)
    return found


def with_indicators(rows: Sequence[ObservationRow], catalog: Catalog | None = None) -> list[ObservationRow]:
    """The rows of `observations` with `indicator_id`, `match_method` and `match_score` filled."""
    return with_matches(rows, match_indicators(rows, catalog))


def with_matches(rows: Sequence[ObservationRow], matches: Sequence[Match | None]) -> list[ObservationRow]:
    """The rows of `observations` with the matches that `match_indicators` found for them."""
    return [
        {
            **row,
            "indicator_id": match.indicator_id if match else None,
            "match_method": match.method if match else "none",
            "match_score": match.score if match else None,
        }
        for row, match in zip(rows, matches, strict=True)
    ]
