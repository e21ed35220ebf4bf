"""Match the observations of reports to indicators, with the context of their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nianbao.indicators.catalog import Catalog, load_catalog
from nianbao.indicators.match import HEAD_SCORE, Matcher, inherited
from nianbao.indicators.subject import COUNTED, area_of, core_of
from nianbao.indicators.types import BY_FORM, BY_HAND, RULE, Match
from schemas.rows import ObservationRow

# A subject up to this length (出口) can be a part of the subject before it.
_SHORT = 2
# A subject up to this length (常住人口) can be that of the centre named before it.
_BARE = 4
# How rows are matched whose indicator is given.
_NAMED = frozenset({BY_HAND, *BY_FORM})
_matchers: dict[int, tuple[Catalog, Matcher]] = {}


def matcher_of(catalog: Catalog) -> Matcher:
    """Return the matcher of a catalog; built once per process, because it caches the subjects that it has matched."""
    known = _matchers.get(id(catalog))
    if known is None or known[0] is not catalog:
        known = _matchers[id(catalog)] = (catalog, Matcher(catalog))
    return known[1]


def match_indicators(rows: Sequence[ObservationRow], catalog: Catalog | None = None) -> list[Match | None]:
    """Return the match of every row of `observations`, in their order; None for a row without indicator.

    The rows are in the order of reports and of their texts. The matches of a report do not depend on other reports.
    """
    matcher = matcher_of(catalog or load_catalog())
    areas = _other_areas(rows, matcher)
    matches: list[Match | None] = []
    for n, row in enumerate(rows):
        if row["match_method"] in _NAMED:
            matches.append(matcher.named(row))
            continue
        match = matcher.match(row, rows[n - 1] if n and rows[n - 1]["report_id"] == row["report_id"] else None)
        matches.append(_in_area(match, areas[n]) if n in areas else match)
    for n, match in enumerate(matches):
        if match is None or match.method != RULE:
            continue
        is_unsure = _is_ambiguous(n, rows, matches, matcher) or _is_within_a_part(n, rows, matches, matcher)
        if is_unsure or matcher.is_of_topic(rows[n], match):
            matches[n] = None
    for n in _stated_more_exactly(rows, matches, matcher):
        matches[n] = None
    numbers = {row["observation_id"]: n for n, row in enumerate(rows)}
    for n, row in enumerate(rows):
        if row["relates_to"] is not None and (related := numbers.get(row["relates_to"])) is not None:
            matches[n] = inherited(row, rows[related], matches[n], matches[related])
    return matches


def _is_ambiguous(n: int, rows: Sequence[ObservationRow], matches: Sequence[Match | None], matcher: Matcher) -> bool:
    """Return whether a subject of two characters follows an unmatched number, and so may be a part of that.

    `软件业实现产值291亿元，出口5.9亿美元` does not state the exports of the jurisdiction.
    """
    row = rows[n]
    if not n or rows[n - 1]["sentence"] != row["sentence"] or len(matcher.normalise(row["subject"] or "")) > _SHORT:
        return False
    for before in range(n - 1, -1, -1):
        if (rows[before]["report_id"], rows[before]["sentence"]) != (row["report_id"], row["sentence"]):
            return False
        if rows[before]["kind"] not in ("rank", "ratio"):
            match = matches[before]
            return match is None or not matcher.names_scope(match)
    return False


def _is_within_a_part(
    n: int, rows: Sequence[ObservationRow], matches: Sequence[Match | None], matcher: Matcher
) -> bool:
    """Return whether a count with 其中 is one of a part.

    In 入园企业132家，其中规上工业企业59家 the 59 are in the park.
    """
    row, before = rows[n], rows[n - 1] if n else None
    if before is None or row["stated_as"] != "part" or row["kind"] != "level" or before["kind"] != "level":
        return False
    if (before["report_id"], before["sentence"], before["unit"]) != (row["report_id"], row["sentence"], row["unit"]):
        return False
    whole = matches[n - 1]
    is_count = row["unit"] in COUNTED and matcher.is_stock(matches[n])
    return is_count and (whole is None or whole.score == HEAD_SCORE or not matcher.names_scope(whole))


def _stated_more_exactly(
    rows: Sequence[ObservationRow], matches: Sequence[Match | None], matcher: Matcher
) -> list[int]:
    """Return the numbers of the rows with a general wording in reports that state the indicator by an exact one.

    财政收入 is not 一般公共预算收入 in a report that has both.
    """
    general: dict[tuple[str, str], list[int]] = {}
    exact: set[tuple[str, str]] = set()
    for n, (row, match) in enumerate(zip(rows, matches, strict=True)):
        if match is None or match.method != RULE:
            continue
        wording = matcher.is_general(row["subject"] or "", match.indicator_id)
        if wording is not None:
            key = (row["report_id"], match.indicator_id)
            if wording:
                general.setdefault(key, []).append(n)
            else:
                exact.add(key)
    return [n for key in exact & general.keys() for n in general[key]]


def _in_area(match: Match | None, area: str) -> Match | None:
    """Return the match of a figure of a part of the territory: a separate series, named after the part."""
    if match is None:
        return None
    scope = match.scope if match.scope.startswith(area) else area + match.scope
    return replace(match, scope=scope, also=() if scope != match.scope else match.also, area=area)


def _other_areas(rows: Sequence[ObservationRow], matcher: Matcher) -> dict[int, str]:
    """Return by the number of a row the part of the territory that its sentence is about.

    In `X合作区地区生产总值增长10%，规上工业增加值增长26%` both are the zone's. The zone holds up to the end of the
    sentence, to a semicolon, or to a subject that names its own area (全市…). The centre of a place holds only for bare
    subjects (常住人口).
    """
    areas: dict[int, str] = {}
    sentence, inside, core, end = None, "", "", 0
    for n, row in enumerate(rows):
        key = (row["report_id"], row["sentence"])
        if key != sentence:
            sentence, inside, core = key, "", ""
        subject = row["subject"] or ""
        area = area_of(subject)
        if area is not None:
            inside = "" if matcher.is_own_area(area, row) else area
        elif (inside or core) and (row["scope"] or _ends_before(row, end)):
            inside = core = ""
        core = core_of(subject) or core
        if inside:
            areas[n] = inside
        elif core and len(subject) <= _BARE:
            areas[n] = core
        end = row["char_end"]
    return areas


def _ends_before(row: ObservationRow, end: int) -> bool:
    """Return whether there is a semicolon between the number before, which ends at `end`, and this one."""
    sentence, quote = row["sentence"] or "", row["quote"] or ""
    gap, start = row["char_start"] - end, sentence.find(quote)
    return start > 0 and gap > 0 and any(sign in sentence[max(0, start - gap) : start] for sign in "；;")


def with_matches(rows: Sequence[ObservationRow], matches: Sequence[Match | None]) -> list[ObservationRow]:
    """Return the rows of `observations` completed by the results of `match_indicators`.

    A row of a part of its indicator says so: a part that only the matching has found is written to `area` and `part`.
    """
    return [
        {
            **row,
            "indicator_id": match.indicator_id if match else None,
            "match_method": match.method if match else "none",
            "match_score": match.score if match else None,
            "area": (match and match.area) or row["area"],
            "part": _part_of(row, match) if match else row["part"],
        }
        for row, match in zip(rows, matches, strict=True)
    ]


def _part_of(row: ObservationRow, match: Match) -> str | None:
    """Return the part that a row measures: what its match found, unless a column of the row says it already."""
    part = match.scope.removeprefix(match.area)
    columns = (row["part"], row["whole"], row["population"], row["area"], row["scope"], row["actor"])
    return row["part"] if not part or row["part"] or any(text and part in text for text in columns) else part
