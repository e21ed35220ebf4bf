"""The table `comparisons_wide`: a row a government and year, a column an indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from nianbao.indicators.catalog import Catalog

Compared = Mapping[str, Any]


_home = itemgetter("family", "jurisdiction_code", "indicator_id")
_cell = itemgetter("family", "jurisdiction_code", "jurisdiction_name", "year", "indicator_id", "value")


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
    own_unit = [
        row for row in compared if row["value"] is not None and row["unit"] == catalog[row["indicator_id"]].unit
    ]
    scopes = _scopes(own_unit)
    return sorted(WideCell(*_cell(row)) for row in own_unit if row["scope"] == scopes[_home(row)])


def _scopes(own_unit: Sequence[Compared]) -> dict[tuple[str, str, str], str]:
    """By government and indicator: the scope that most of its years state, of several such the first by name."""
    scopes: dict[tuple[str, str, str], list[str]] = {}
    for row in own_unit:
        scopes.setdefault(_home(row), []).append(row["scope"])
    return {home: min(set(seen), key=lambda scope: (-seen.count(scope), scope)) for home, seen in scopes.items()}
