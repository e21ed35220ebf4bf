"""The front page, the coverage grid and the list of indicators. Pure but for the two questions to the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nianbao.atlas.pages.indicator import LEVELS
from nianbao.atlas.queries import Tables
from nianbao.atlas.site_index import FAMILIES, Atlas, Row

# More governments than this have the grid on a page of its own, and years × series on the front.
ROWS_ON_FRONT = 20
CHANGES, FINDINGS = 12, 10
# What of the coverage is said in words below the grid, and how many lines of it.
WANTING, WANTING_SHOWN = ("late", "quarantined"), 40


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A government in the grid: by family and year what became of the report, and the reports that there are."""

    code: str
    name: str
    status: dict[tuple[str, int], str]
    reports: dict[tuple[str, int], list[Row]]


def home_view(atlas: Atlas, tables: Tables) -> dict[str, Any]:
    """All that the front page shows."""
    newest = max((row["report_year"] for row in atlas.reports.values()), default=None)
    coverage = tables.coverage()
    return {
        **coverage_view(atlas, coverage),
        "whole_grid": len({row["jurisdiction_code"] for row in coverage}) <= ROWS_ON_FRONT,
        "by_year": _by_year(coverage),
        "n_numbers": sum(row["n_observations"] for row in atlas.reports.values()),
        "n_indicators": len(atlas.stated()),
        "categories": _categories(atlas),
        "changes": tables.largest_changes(newest, CHANGES) if newest is not None else [],
        "newest": newest,
        "findings": tables.newest_findings(FINDINGS),
    }


def coverage_view(atlas: Atlas, rows: Sequence[Row]) -> dict[str, Any]:
    """The grid as the table `coverage` tells it: a line a government, by level and code; a column a year."""
    years = sorted({row["year"] for row in rows})
    wanting = [row for row in rows if row["status"] in WANTING]
    return {
        "years": list(range(years[0], years[-1] + 1)) if years else [],
        "lines": sorted(_lines(atlas, rows), key=lambda line: (_rank(atlas, line.code), line.code)),
        "families": [name for name in FAMILIES if any(row["family"] == name for row in rows)],
        "statuses": Counter(row["status"] for row in rows),
        "wanting": wanting[:WANTING_SHOWN],
        "n_wanting": len(wanting),
    }


def _lines(atlas: Atlas, rows: Sequence[Row]) -> Iterator[CoverageLine]:
    of_place: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of_place[row["jurisdiction_code"]].append(row)
    for code, own in of_place.items():
        place = atlas.jurisdictions.get(code)
        status = {(row["family"], row["year"]): row["status"] for row in own}
        yield CoverageLine(code, own[-1]["jurisdiction_name"], status, place.cells() if place else {})


def _rank(atlas: Atlas, code: str) -> int:
    """By level; governments of which no report could be read come last."""
    place = atlas.jurisdictions.get(code)
    return LEVELS.index(place.level) if place else len(LEVELS)


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


def _by_year(coverage: Sequence[Row]) -> dict[tuple[str, int], tuple[int, int]]:
    """Of each series and year: how many reports are there, and how many there should be by now."""
    due = Counter((row["family"], row["year"]) for row in coverage if row["status"] != "awaited")
    there = Counter((row["family"], row["year"]) for row in coverage if row["status"] in ("published", "late"))
    return {key: (there[key], n) for key, n in due.items()}
