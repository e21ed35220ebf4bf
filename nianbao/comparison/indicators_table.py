"""The table `indicators`: the catalog, with how often the reports state what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nianbao.indicators.catalog import Catalog, Indicator
from nianbao.indicators.match_types import Row

_AND = "；"


def indicator_rows(rows: Sequence[Row], catalog: Catalog) -> list[dict[str, Any]]:
    """The rows of `indicators`, for rows of `observations` that have their ids."""
    seen: dict[str, list[Row]] = {}
    for row in rows:
        if row["indicator_id"] is not None:
            seen.setdefault(row["indicator_id"], []).append(row)
    return [_indicator(catalog[name], seen.get(name, [])) for name in sorted(catalog.indicators)]


def _indicator(indicator: Indicator, rows: Sequence[Row]) -> dict[str, Any]:
    actual = [row for row in rows if row["modality"] == "actual" and row["period_end"] is not None]
    years = [row["period_end"] for row in actual]
    return {
        "indicator_id": indicator.id,
        "family": indicator.family,
        "category": indicator.category,
        "name_zh": indicator.name_zh,
        "name_en": indicator.name_en,
        "definition": indicator.definition,
        "unit": indicator.unit,
        "other_units": _AND.join(dimension.canonical for dimension in indicator.dimensions[1:]),
        "dimension": indicator.dimensions[0].name,
        "kind": indicator.kind,
        "nature": indicator.nature,
        "higher_is": indicator.higher_is,
        "growth": indicator.growth,
        "scopes": _AND.join(scope.name for scope in indicator.scopes),
        "definition_version": max(1, len(indicator.versions)),
        "definition_began": indicator.versions[-1].begins if indicator.versions else None,
        "breaks": _AND.join(f"{b.year} {b.because}" for b in indicator.breaks),
        "aliases": _AND.join(wording.text for wording in indicator.wordings),
        "n_observations": len(rows),
        "n_jurisdictions": len({row["jurisdiction_code"] for row in rows}),
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
    }
