"""The place of a jurisdiction among those of its own level, in one year and one series."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nianbao.comparison.intervals import BOUNDS
from nianbao.indicators.catalog import Catalog


def level_of(jurisdiction_code: str) -> str:
    """`country`, `province`, `city` or `county`, read off the code: `440300` is a city's."""
    if jurisdiction_code in ("000000", "100000"):
        return "country"
    if jurisdiction_code.endswith("0000"):
        return "province"
    return "city" if jurisdiction_code.endswith("00") else "county"


def add_ranks(compared: Iterable[dict[str, Any]], catalog: Catalog) -> None:
    """Fill `rank_in_year` and `n_in_year` of rows of `comparisons`, in place; a bound has no rank.

    1 is the largest, or the smallest where less is better. Equal values share a place.
    """
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in compared:
        if row["value"] is None or row["qualifier"] in BOUNDS:
            continue
        level = level_of(row["jurisdiction_code"])
        key = (level, row["family"], row["indicator_id"], row["scope"], row["unit"], str(row["year"]))
        groups.setdefault(key, []).append(row)
    for group in groups.values():
        downwards = catalog[group[0]["indicator_id"]].higher_is != "worse"
        ordered = sorted((row["value"] for row in group), reverse=downwards)
        for row in group:
            row["rank_in_year"] = ordered.index(row["value"]) + 1
            row["n_in_year"] = len(group)
