"""Index of the site: reports by jurisdiction, indicators by category, and which links have a target."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nianbao.atlas import urls
from nianbao.atlas.data_files import parse_yaml
from schemas.rows import IndicatorRow, ReportRow

# A category with more indicators continues on further pages.
INDICATORS_PER_PAGE = 48

# By family and category id: the names in Chinese and English.
CategoryNames = Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A jurisdiction and its reports, ordered by family and year."""

    code: str
    name: str
    level: str
    province: str | None
    reports: tuple[ReportRow, ...]

    def reports_by_year(self) -> dict[tuple[str, int], list[ReportRow]]:
        """Return its reports by family and year."""
        grouped: defaultdict[tuple[str, int], list[ReportRow]] = defaultdict(list)
        for row in self.reports:
            grouped[row["family"], row["report_year"]].append(row)
        return dict(grouped)


@dataclass(frozen=True, slots=True)
class Atlas:
    """What every page may refer to.

    Attributes:
        reports: Reports by id.
        jurisdictions: Jurisdictions by code, in that order.
        indicators: Indicators by id, in the order of the catalog.
        categories: Names of the categories in Chinese and English.
        series_pages: By jurisdiction code and indicator id, the number of the category page that has the series.
    """

    reports: dict[str, ReportRow]
    jurisdictions: dict[str, Jurisdiction]
    indicators: dict[str, IndicatorRow]
    categories: CategoryNames
    series_pages: dict[tuple[str, str], int] = field(default_factory=dict)

    def stated_indicators(self) -> list[IndicatorRow]:
        """Return the indicators that at least one report states."""
        return [row for row in self.indicators.values() if row["n_observations"]]

    def category_names(self, family: str, category: str) -> tuple[str, str]:
        """Return the names of a category in Chinese and English; its id if the catalog names none."""
        return self.categories.get((family, category), (category, category))

    def series_url(self, code: str, indicator_id: str | None) -> str | None:
        """Return the URL of a jurisdiction's series, or of the indicator if it has none; None if neither has a page."""
        if indicator_id is None or indicator_id not in self.indicators:
            return None
        indicator = self.indicators[indicator_id]
        page = self.series_pages.get((code, indicator_id))
        if page is not None:
            return urls.card_url(code, indicator["family"], indicator["category"], page, indicator_id)
        return urls.indicator_page(indicator_id) if indicator["n_observations"] else None

    def number_url(self, observation_id: str | None) -> str | None:
        """Return the URL of an observation in its report; None if the atlas does not have the report."""
        if observation_id is None or observation_id.rsplit("#", 1)[0] not in self.reports:
            return None
        return urls.number_url(observation_id)


def make_atlas(
    reports: Sequence[ReportRow],
    indicators: Sequence[IndicatorRow],
    categories: CategoryNames,
    series: set[tuple[str, str]],
) -> Atlas:
    """Return the index with jurisdictions ordered by code, and indicators by family and category.

    Args:
        reports: All reports.
        indicators: All indicators of the catalog.
        categories: Names of the categories, in the order in which they are shown.
        series: Jurisdiction code and indicator id of every series.
    """
    grouped: defaultdict[str, list[ReportRow]] = defaultdict(list)
    for row in reports:
        grouped[row["jurisdiction_code"]].append(row)
    jurisdictions = {
        code: Jurisdiction(
            code, rows[-1]["jurisdiction_name"], rows[-1]["jurisdiction_level"], rows[-1]["province_name"], tuple(rows)
        )
        for code, rows in sorted(grouped.items())
    }
    position = {key: n for n, key in enumerate(categories)}
    ordered = sorted(
        indicators, key=lambda row: (position.get((row["family"], row["category"]), len(position)), row["indicator_id"])
    )
    return Atlas(
        {row["report_id"]: row for row in reports},
        jurisdictions,
        {row["indicator_id"]: row for row in ordered},
        categories,
        _series_pages(series, ordered),
    )


def _series_pages(series: set[tuple[str, str]], ordered: Sequence[IndicatorRow]) -> dict[tuple[str, str], int]:
    """Spread the series of each jurisdiction and category over pages, in the order of the catalog."""
    position = {row["indicator_id"]: n for n, row in enumerate(ordered)}
    n_series: Counter[tuple[str, str, str]] = Counter()
    pages = {}
    for code, indicator_id in sorted(series, key=lambda pair: (pair[0], position.get(pair[1], 0))):
        if indicator_id in position:
            indicator = ordered[position[indicator_id]]
            key = (code, indicator["family"], indicator["category"])
            pages[code, indicator_id] = 1 + n_series[key] // INDICATORS_PER_PAGE
            n_series[key] += 1
    return pages


def load_categories(texts: Sequence[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the names of the categories in both languages, in the order of the catalog files `texts`."""
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for text in texts:
        head = text.partition("\nindicators:\n")[0]  # the rest is most of the file and not needed
        catalog = parse_yaml(head)
        for category in catalog.get("categories", []):
            names[catalog["family"], category["id"]] = (category["name_zh"], category["name_en"])
    return names
