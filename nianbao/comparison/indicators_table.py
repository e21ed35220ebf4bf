"""The table `indicators`: the catalog, with how often reports state each indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from nianbao.indicators.catalog import Catalog, Indicator
from schemas.rows import IndicatorRow, ObservationRow

_SEPARATOR = "；"


class IndicatorCount(NamedTuple):
    """How often reports of one government state an indicator, and the first and last year that they state it for.

    `government` is its series code, and empty for the reports of all bodies of governments.
    """

    indicator_id: str
    government: str
    n: int
    first_year: int | None
    last_year: int | None


def count_indicators(rows: Iterable[ObservationRow], also: Mapping[str, tuple[str, ...]]) -> list[IndicatorCount]:
    """Count matched rows of `observations` by indicator and government.

    Args:
        rows: Rows of `observations`.
        also: Further indicators with the same number, by observation.
    """
    counts: dict[tuple[str, str], int] = {}
    years: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row["indicator_id"] is None:
            continue
        for indicator_id in (row["indicator_id"], *also.get(row["observation_id"], ())):
            key = (indicator_id, "" if row["body_id"] else row["series_code"])
            counts[key] = counts.get(key, 0) + 1
            if row["modality"] == "actual" and row["period_end"] is not None:
                years.setdefault(key, []).append(row["period_end"])
    return [
        IndicatorCount(*key, counts[key], min(years.get(key, []), default=None), max(years.get(key, []), default=None))
        for key in sorted(counts)
    ]


def indicator_rows(counts: Iterable[IndicatorCount], catalog: Catalog) -> list[IndicatorRow]:
    """Return the rows of `indicators`, from counts of any parts of the reports in any order."""
    totals: dict[str, int] = {}
    jurisdictions: dict[str, set[str]] = {}
    years: dict[str, list[int]] = {}
    for count in counts:
        name = count.indicator_id
        totals[name] = totals.get(name, 0) + count.n
        jurisdictions.setdefault(name, set()).update([count.government] if count.government else [])
        ends = [year for year in (*years.get(name, ()), count.first_year, count.last_year) if year is not None]
        years[name] = [min(ends), max(ends)] if ends else []
    return [
        _indicator(catalog[name], totals.get(name, 0), len(jurisdictions.get(name, ())), years.get(name, []))
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
        "definition_zh": indicator.definition_zh,
        "unit": indicator.unit,
        "other_units": _SEPARATOR.join(dimension.canonical for dimension in indicator.dimensions[1:]),
        "dimension": indicator.dimensions[0].name,
        "kind": indicator.kind,
        "nature": indicator.nature,
        "higher_is": indicator.higher_is,
        "growth": indicator.growth,
        "scopes": _SEPARATOR.join(scope.name for scope in indicator.scopes if scope.name),
        "definition_version": max(1, len(indicator.versions)),
        "definition_began": indicator.versions[-1].begins if indicator.versions else None,
        "breaks": _SEPARATOR.join(f"{b.year} {b.because}" for b in indicator.breaks),
        "breaks_zh": _SEPARATOR.join(f"{b.year}年{b.because_zh}" for b in indicator.breaks),
        "aliases": _SEPARATOR.join(wording.text for wording in indicator.wordings),
        "n_observations": n,
        "n_jurisdictions": n_jurisdictions,
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
    }
