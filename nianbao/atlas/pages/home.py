"""The front page, the coverage page and the list of indicators. Pure except for the queries of the front page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nianbao.atlas.queries import Tables, page_key
from nianbao.atlas.romanize import name_in_english
from nianbao.atlas.site_index import Atlas
from nianbao.places.names import reporter_name
from schemas.families import Family
from schemas.rows import ComparisonRow, CoverageRow, FindingRow, IndicatorRow, ReportRow
from schemas.vocabulary import LEVELS

# With more reporting bodies, the front page shows counts per year and the grid moves to the coverage page.
MAX_ROWS_ON_FRONT = 20
N_CHANGES, N_FINDINGS, N_REPORTS = 12, 5, 10
# The statuses that are listed below the grid, and how many of them.
LISTED_STATUSES, MAX_LISTED = ("late", "quarantined"), 40


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A reporting body in the coverage grid: status and reports by family and year."""

    key: str
    name: str
    name_en: str
    status: dict[tuple[str, int], str]
    reports: dict[tuple[str, int], list[ReportRow]]


@dataclass(frozen=True, slots=True)
class CategoryIndicators:
    """A category with the indicators that at least one report states."""

    family: str
    category: str
    names: tuple[str, str]
    rows: list[IndicatorRow]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The coverage grid: one line per reporting body, one column per year.

    Attributes:
        years: The years from the first to the last, without gaps.
        lines: The reporting bodies by level and place.
        families: The families that have reports.
        statuses: Number of reports by status.
        listed: Reports that are listed below the grid because they are late or quarantined.
        n_listed: Number of such reports, of which `listed` has the first.
    """

    years: list[int]
    lines: list[CoverageLine]
    families: list[str]
    statuses: Counter[str]
    listed: list[CoverageRow]
    n_listed: int


@dataclass(frozen=True, slots=True)
class CoveragePageView:
    """The coverage page."""

    coverage: CoverageView


@dataclass(frozen=True, slots=True)
class HomeView:
    """The front page.

    Attributes:
        coverage: The coverage grid.
        has_full_grid: Whether the grid is on this page; else only the counts by year are.
        by_year: Number of published and of due reports by family and year.
        n_numbers: Number of observations.
        n_indicators: Number of indicators with observations.
        categories: The categories that have such indicators.
        changes: The largest changes of the year `newest`.
        newest: The newest year on which most governments report; None if there is no report.
        findings: The newest findings.
        reports: The newest reports.
        years: The first and the last year of the reports; None if there are none.
        by_family: Number of reports by family.
        by_level: Number of governments by level.
    """

    coverage: CoverageView
    has_full_grid: bool
    by_year: dict[tuple[str, int], tuple[int, int]]
    n_numbers: int
    n_indicators: int
    categories: list[CategoryIndicators]
    changes: list[ComparisonRow]
    newest: int | None
    findings: list[FindingRow]
    reports: list[ReportRow]
    years: tuple[int, int] | None
    by_family: list[tuple[str, int]]
    by_level: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class IndicatorsView:
    """The list of indicators by category."""

    categories: list[CategoryIndicators]


def home_view(atlas: Atlas, tables: Tables) -> HomeView:
    """Return the view of the front page."""
    newest = _year_of_most(atlas)
    coverage = tables.coverage()
    years = [row["report_year"] for row in atlas.reports.values()]
    families = Counter(row["family"] for row in atlas.reports.values())
    levels = Counter(body.level for body in atlas.governments())
    return HomeView(
        coverage=coverage_view(atlas, coverage),
        has_full_grid=len({page_key(row) for row in coverage}) <= MAX_ROWS_ON_FRONT,
        by_year=_counts_by_year(coverage),
        n_numbers=sum(row["n_observations"] for row in atlas.reports.values()),
        n_indicators=len(atlas.stated_indicators()),
        categories=_categories(atlas),
        changes=tables.largest_changes(newest, N_CHANGES) if newest is not None else [],
        newest=newest,
        findings=tables.newest_findings(N_FINDINGS),
        reports=sorted(atlas.reports.values(), key=_newest_first)[:N_REPORTS],
        years=(min(years), max(years)) if years else None,
        by_family=[(family.value, families[family.value]) for family in Family if families[family.value]],
        by_level=[(level, levels[level]) for level in LEVELS if levels[level]],
    )


def _newest_first(row: ReportRow) -> tuple[int, int, str]:
    """Return the sort key of a report: the newest year, then the latest date, first."""
    dated = row["published_at"].date() if row["published_at"] else row["issued_on"]
    return -row["report_year"], -dated.toordinal() if dated else 0, row["report_id"]


def _year_of_most(atlas: Atlas) -> int | None:
    """Return the newest year with at least half as many governments as the year with most."""
    governments = {(row["series_code"], row["report_year"]) for row in atlas.reports.values() if not row["body_id"]}
    by_year = Counter(year for _, year in governments)
    most = max(by_year.values(), default=0)
    return max((year for year, n in by_year.items() if 2 * n >= most), default=None)


def coverage_view(atlas: Atlas, rows: Sequence[CoverageRow]) -> CoverageView:
    """Return the coverage grid: one row per reporting body, ordered by level and place, one column per year."""
    years = sorted({row["year"] for row in rows})
    listed = [row for row in rows if row["status"] in LISTED_STATUSES]
    return CoverageView(
        years=list(range(years[0], years[-1] + 1)) if years else [],
        lines=sorted(_coverage_lines(atlas, rows), key=lambda line: (_level_order(atlas, line.key), line.key)),
        families=[family.value for family in Family if any(row["family"] == family for row in rows)],
        statuses=Counter(row["status"] for row in rows),
        listed=listed[:MAX_LISTED],
        n_listed=len(listed),
    )


def _coverage_lines(atlas: Atlas, rows: Sequence[CoverageRow]) -> Iterator[CoverageLine]:
    by_key: defaultdict[str, list[CoverageRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["year"]):
        by_key[page_key(row)].append(row)
    for key, group in by_key.items():
        place = atlas.bodies.get(key)
        newest = group[-1]
        status = {(row["family"], row["year"]): row["status"] for row in group}
        name = place.name if place else reporter_name(newest["jurisdiction_name"], newest["body_name"])
        name_en = place.name_en if place else name_in_english(newest["jurisdiction_name"], newest["body_name"])
        yield CoverageLine(key, name, name_en, status, place.reports_by_year() if place else {})


def _level_order(atlas: Atlas, key: str) -> int:
    """Return the sort key of a body's level; bodies without a readable report come last."""
    place = atlas.bodies.get(key)
    return LEVELS.index(place.level) if place else len(LEVELS)


def indicators_view(atlas: Atlas) -> IndicatorsView:
    """Return the stated indicators by category, those of most places first."""
    return IndicatorsView(
        [
            replace(each, rows=sorted(each.rows, key=lambda row: (-row["n_jurisdictions"], -row["n_observations"])))
            for each in _categories(atlas)
        ]
    )


def _categories(atlas: Atlas) -> list[CategoryIndicators]:
    grouped: defaultdict[tuple[str, str], list[IndicatorRow]] = defaultdict(list)
    for row in atlas.stated_indicators():
        grouped[row["family"], row["category"]].append(row)
    return [
        CategoryIndicators(family, category, atlas.category_names(family, category), rows)
        for (family, category), rows in grouped.items()
    ]


def _counts_by_year(coverage: Sequence[CoverageRow]) -> dict[tuple[str, int], tuple[int, int]]:
    """Return by family and year how many reports are published and how many are due."""
    due = Counter((row["family"], row["year"]) for row in coverage if row["status"] not in ("awaited", "dissolved"))
    published = Counter((row["family"], row["year"]) for row in coverage if row["status"] in ("published", "late"))
    return {key: (published[key], n) for key, n in due.items()}
