"""From observations to observations with indicators: the one function that the pipeline calls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from nianbao.indicators.catalog import Catalog, load_catalog
from nianbao.indicators.match import Match, Matcher, Row, inherited


@cache
def default_matcher() -> Matcher:
    """The matcher of the project's own catalog; built once a process."""
    return Matcher(load_catalog())


def match_indicators(rows: Sequence[Row], catalog: Catalog | None = None) -> list[Match | None]:
    """The indicator of every row of `observations`, in their order; None where there is none.

    A row needs `observation_id`, `family`, `jurisdiction_name`, `subject`, `scope`, `unit`, `kind` and `relates_to`.
    """
    matcher = default_matcher() if catalog is None else Matcher(catalog)
    matches = [matcher.match(row) for row in rows]
    at = {row["observation_id"]: n for n, row in enumerate(rows)}
    for n, row in enumerate(rows):
        whole = at.get(row["relates_to"])
        if matches[n] is None and whole is not None:
            matches[n] = inherited(row, rows[whole], matches[whole])
    return matches


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
