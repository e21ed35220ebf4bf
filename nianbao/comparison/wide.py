"""The table `comparisons_wide`: a row a government and year, a column an indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from nianbao.indicators.catalog import Catalog

Compared = Mapping[str, Any]


class WideCell(NamedTuple):
    """One value of the wide table: its row's key, its column and itself."""

    family: str
    jurisdiction_code: str
    jurisdiction_name: str
    year: int
    indicator_id: str
    value: float


def wide_cells(compared: Sequence[Compared], catalog: Catalog) -> list[WideCell]:
    """The values of rows of `comparisons` that go into `comparisons_wide`, in the order of its rows.

    Only values in the indicator's own unit go in (美元 would not add up with 元). Of several scopes a government has
    the one that most of its years state, so that a column never mixes two populations.
    """
    scopes = _scopes(compared, catalog)
    cells = []
    for row in compared:
        indicator_id = row["indicator_id"]
        home = (row["family"], row["jurisdiction_code"], indicator_id)
        if row["value"] is None or row["unit"] != catalog[indicator_id].unit or row["scope"] != scopes[home]:
            continue
        names = ("family", "jurisdiction_code", "jurisdiction_name", "year", "indicator_id", "value")
        cells.append(WideCell(*(row[name] for name in names)))
    return sorted(cells)


def widen(cells: Iterable[WideCell], catalog: Catalog) -> list[dict[str, Any]]:
    """Cells as rows of `comparisons_wide`: key columns and a column for every indicator of the catalog."""
    wide: dict[tuple[str, str, int], dict[str, Any]] = {}
    empty = dict.fromkeys(sorted(catalog.indicators))
    for cell in cells:
        row = wide.get(key := (cell.family, cell.jurisdiction_code, cell.year))
        if row is None:
            row = wide[key] = {**dict(zip(WideCell._fields[:4], cell[:4], strict=True)), **empty}
        row[cell.indicator_id] = cell.value
    return [wide[key] for key in sorted(wide)]


def _scopes(compared: Sequence[Compared], catalog: Catalog) -> dict[tuple[str, str, str], str]:
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for row in compared:
        if row["value"] is not None and row["unit"] == catalog[row["indicator_id"]].unit:
            home = (row["family"], row["jurisdiction_code"], row["indicator_id"])
            counts.setdefault(home, Counter())[row["scope"]] += 1
    return {home: min(seen, key=lambda scope: (-seen[scope], scope)) for home, seen in counts.items()}
