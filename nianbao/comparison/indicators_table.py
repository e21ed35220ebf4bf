"""The table `indicators`: the catalog, with how often the reports state what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nianbao.indicators.catalog import Catalog, Indicator
from schemas.rows import IndicatorRow, ObservationRow

_AND = "；"


class Counted(NamedTuple):
    """How often some reports of one government state an indicator, and the first and last year that they do it for."""

    indicator_id: str
    jurisdiction_code: str
    n: int
    first_year: int | None
    last_year: int | None


def count_indicators(rows: Iterable[ObservationRow]) -> list[Counted]:
    """The counts of rows of `observations` that have their ids, by indicator and government."""
    counts: dict[tuple[str, str], int] = {}
    years: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row["indicator_id"] is not None:
            key = (row["indicator_id"], row["jurisdiction_code"])
            counts[key] = counts.get(key, 0) + 1
            if row["modality"] == "actual" and row["period_end"] is not None:
                years.setdefault(key, []).append(row["period_end"])
    return [
        Counted(*key, counts[key], min(years.get(key, []), default=None), max(years.get(key, []), default=None))
        for key in sorted(counts)
    ]


def indicator_rows(counted: Iterable[Counted], catalog: Catalog) -> list[IndicatorRow]:
    """The rows of `indicators`, from the counts of all reports in any order and any parts."""
    totals: dict[str, int] = {}
    where: dict[str, set[str]] = {}
    years: dict[str, list[int]] = {}
    for one in counted:
        name = one.indicator_id
        totals[name] = totals.get(name, 0) + one.n
        where.setdefault(name, set()).add(one.jurisdiction_code)
        ends = [year for year in (*years.get(name, ()), one.first_year, one.last_year) if year is not None]
        years[name] = [min(ends), max(ends)] if ends else []
    return [
        _indicator(catalog[name], totals.get(name, 0), len(where.get(name, ())), years.get(name, []))
        for name in sorted(catalog.indicators)
    ]


def _indicator(indicator: Indicator, n: int, n_jurisdictions: int, years: list[int]) -> IndicatorRow:
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
        "n_observations": n,
        "n_jurisdictions": n_jurisdictions,
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
    }
