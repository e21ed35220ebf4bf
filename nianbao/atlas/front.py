"""The front page, the coverage grid and the list of indicators. Pure but for the two questions to the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from nianbao.atlas.catalog import FAMILIES, Atlas, Row
from nianbao.atlas.indicator import LEVELS
from nianbao.atlas.reading import Tables

# More governments than this have the grid on a page of its own, and years × series on the front.
ROWS_ON_FRONT = 40
CHANGES, FINDINGS = 12, 10


def front_view(atlas: Atlas, tables: Tables) -> dict[str, Any]:
    """All that the front page shows."""
    newest = max((row["report_year"] for row in atlas.reports.values()), default=None)
    return {
        **coverage_view(atlas),
        "whole_grid": len(atlas.jurisdictions) <= ROWS_ON_FRONT,
        "by_year": _by_year(atlas),
        "n_numbers": sum(row["n_observations"] for row in atlas.reports.values()),
        "n_indicators": len(atlas.stated()),
        "categories": _categories(atlas),
        "changes": tables.largest_changes(newest, CHANGES) if newest is not None else [],
        "newest": newest,
        "findings": tables.newest_findings(FINDINGS),
    }


def coverage_view(atlas: Atlas) -> dict[str, Any]:
    """The grid: a line a government, in the order of level and code; a column a year."""
    years = sorted({row["report_year"] for row in atlas.reports.values()})
    every = list(range(years[0], years[-1] + 1)) if years else []
    places = sorted(atlas.jurisdictions.values(), key=lambda place: (LEVELS.index(place.level), place.code))
    families = [name for name in FAMILIES if any(row["family"] == name for row in atlas.reports.values())]
    return {"years": every, "lines": places, "families": families}


def indicators_view(atlas: Atlas) -> dict[str, Any]:
    """All stated indicators under their categories."""
    grouped: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in atlas.stated():
        grouped[row["family"], row["category"]].append(row)
    return {
        "groups": [
            {"family": family, "category": category, "names": _names(atlas, family, category), "rows": rows}
            for (family, category), rows in grouped.items()
        ]
    }


def _categories(atlas: Atlas) -> list[dict[str, Any]]:
    counts = Counter((row["family"], row["category"]) for row in atlas.stated())
    return [
        {"family": family, "category": category, "names": _names(atlas, family, category), "n": n}
        for (family, category), n in counts.items()
    ]


def _names(atlas: Atlas, family: str, category: str) -> tuple[str, str]:
    return atlas.categories.get((family, category), (category, category))


def _by_year(atlas: Atlas) -> dict[tuple[str, int], int]:
    return dict(Counter((row["family"], row["report_year"]) for row in atlas.reports.values()))
