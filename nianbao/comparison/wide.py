"""The values of the table `comparisons_wide`: one row per government and year, one column per indicator."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple, TypedDict

from nianbao.indicators.catalog import Catalog

_column_key = itemgetter("family", "series_code", "body_id", "indicator_id")
_cell = itemgetter(
    "family", "jurisdiction_code", "body_id", "series_code", "jurisdiction_name", "body_name", "body_kind", "year",
    "indicator_id", "value",
)  # fmt: skip


class ComparedValue(TypedDict):
    """The columns of a row of `comparisons` that the wide table needs."""

    family: str
    jurisdiction_code: str
    jurisdiction_name: str
    body_id: str
    body_name: str
    body_kind: str
    series_code: str
    year: int
    indicator_id: str
    scope: str
    unit: str
    value: float | None


class WideCell(NamedTuple):
    """One value of the wide table with the key of its row and its column."""

    family: str
    jurisdiction_code: str
    body_id: str
    series_code: str
    jurisdiction_name: str
    body_name: str
    body_kind: str
    year: int
    indicator_id: str
    value: float


def wide_cells(compared: Sequence[ComparedValue], catalog: Catalog) -> list[WideCell]:
    """Return the values of `comparisons` that `comparisons_wide` takes, in the order of its rows.

    It takes only values in the indicator's own unit, since 美元 and 元 must not share a column, and of each government
    only the scope that most of its years state, so that a column never mixes two populations. A part that the catalog
    does not name (民营企业 of 工业增加值) is never in a column.
    """
    own_unit = [
        row
        for row in compared
        if row["value"] is not None
        and row["unit"] == catalog[row["indicator_id"]].unit
        and catalog.names_scope(row["indicator_id"], row["scope"])
    ]
    scopes = _scopes(own_unit)
    return sorted(WideCell(*_cell(row)) for row in own_unit if row["scope"] == scopes[_column_key(row)])


def _scopes(own_unit: Sequence[ComparedValue]) -> dict[tuple[str, str, str, str], str]:
    """Return by family, government and indicator the scope that most years state; on a tie the first by name."""
    scopes: dict[tuple[str, str, str, str], list[str]] = {}
    for row in own_unit:
        scopes.setdefault(_column_key(row), []).append(row["scope"])
    return {key: min(set(stated), key=lambda scope: (-stated.count(scope), scope)) for key, stated in scopes.items()}
