"""The table `comparisons_wide`: a row a government and year, a column an indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nianbao.indicators.catalog import Catalog

Compared = Mapping[str, Any]


def widen(compared: Sequence[Compared], catalog: Catalog) -> list[dict[str, Any]]:
    """Rows of `comparisons` as rows of `comparisons_wide`: key columns and a column for every indicator of the catalog.

    Only values in the indicator's own unit go in (美元 would not add up with 元). Of several scopes a government has
    the one that most of its years state, so that a column never mixes two populations.
    """
    scopes = _scopes(compared, catalog)
    wide: dict[tuple[str, str, str, int], dict[str, Any]] = {}
    empty = dict.fromkeys(sorted(catalog.indicators))
    for row in compared:
        indicator_id = row["indicator_id"]
        home = (row["family"], row["jurisdiction_code"], indicator_id)
        if row["value"] is None or row["unit"] != catalog[indicator_id].unit or row["scope"] != scopes[home]:
            continue
        key = (row["family"], row["jurisdiction_code"], row["jurisdiction_name"], row["year"])
        if key not in wide:
            names = ("family", "jurisdiction_code", "jurisdiction_name", "year")
            wide[key] = {**dict(zip(names, key, strict=True)), **empty}
        wide[key][indicator_id] = row["value"]
    return [wide[key] for key in sorted(wide)]


def _scopes(compared: Sequence[Compared], catalog: Catalog) -> dict[tuple[str, str, str], str]:
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for row in compared:
        if row["value"] is not None and row["unit"] == catalog[row["indicator_id"]].unit:
            home = (row["family"], row["jurisdiction_code"], row["indicator_id"])
            counts.setdefault(home, Counter())[row["scope"]] += 1
    return {home: min(seen, key=lambda scope: (-seen[scope], scope)) for home, seen in counts.items()}
