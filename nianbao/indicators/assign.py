"""From observations to observations with indicators: the one function that the pipeline calls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from nianbao.indicators.catalog import Catalog, load_catalog
from nianbao.indicators.match import Matcher, inherited
from nianbao.indicators.match_types import Match, Row
from nianbao.indicators.subject import area_of


@cache
def default_matcher() -> Matcher:
    """The matcher of the project's own catalog; built once a process."""
    return Matcher(load_catalog())


def match_indicators(rows: Sequence[Row], catalog: Catalog | None = None) -> list[Match | None]:
    """The indicator of every row of `observations`, in their order; None where there is none.

    The rows stand in the order of reports and of their texts. Read are `observation_id`, `family`, `jurisdiction_name`,
    `subject`, `scope`, `unit`, `kind`, `relates_to`, `sentence` and `quote`.
    """
    matcher = default_matcher() if catalog is None else Matcher(catalog)
    elsewhere = _of_other_areas(rows, matcher)
    matches = [
        None if n in elsewhere else matcher.match(row, rows[n - 1] if n else None) for n, row in enumerate(rows)
    ]
    for n, row in enumerate(rows):
        if matches[n] is not None and _is_ambiguous(n, rows, matches, matcher):
            matches[n] = None
    at = {row["observation_id"]: n for n, row in enumerate(rows)}
    for n, row in enumerate(rows):
        whole = at.get(row["relates_to"])
        if matches[n] is None and whole is not None:
            matches[n] = inherited(row, rows[whole], matches[whole])
    return matches


def _is_ambiguous(n: int, rows: Sequence[Row], matches: Sequence[Match | None], matcher: Matcher) -> bool:
    """Whether a subject of two characters stands after something that is no indicator, and so may be a part of that.

    `软件业实现产值291亿元，出口5.9亿美元`: not the jurisdiction's exports.
    """
    row = rows[n]
    if n == 0 or len(matcher.normalise(row["subject"] or "")) > 2:
        return False
    return matches[n - 1] is None and rows[n - 1]["sentence"] == row["sentence"]


def _of_other_areas(rows: Sequence[Row], matcher: Matcher) -> set[int]:
    """The rows that speak of a part of the territory because their sentence has begun to.

    `X合作区地区生产总值增长10%，规上工业增加值增长26%`: both are the zone's, up to the end of the sentence or to a subject
    that names its own area (全市…).
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


def add_indicators(rows: Sequence[Row], catalog: Catalog | None = None) -> list[dict[str, Any]]:
    """The rows of `observations` with `indicator_id`, `match_method` and `match_score` filled.

    A row that a correction has already named (`match_method` is `correction`) keeps its name.
    """
    found = []
    for row, match in zip(rows, match_indicators(rows, catalog), strict=True):
        filled = dict(row)
        if row.get("match_method") != "correction":
            filled["indicator_id"] = match.indicator_id if match else None
            filled["match_method"] = match.method if match else "none"
            filled["match_score"] = match.score if match else None
        found.append(filled)
    return found
