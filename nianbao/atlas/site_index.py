"""Index of the site: reports by reporting body, indicators by category, and which links have a target."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nianbao.atlas import urls
from nianbao.atlas.data_files import parse_yaml
from nianbao.atlas.form_cells import form_cells
from nianbao.atlas.history import NO_HISTORY, PlaceHistory
from nianbao.atlas.romanize import name_in_english
from nianbao.places.names import reporter_name
from schemas.rows import IndicatorRow, ReportRow
from schemas.vocabulary import BODY_KINDS

# A category with more indicators continues on further pages.
INDICATORS_PER_PAGE = 48

# By family and category id: the names in Chinese and English.
CategoryNames = Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ReportingBody:
    """A government, or one of its departments, towns or zones, with its reports ordered by family and year.

    Attributes:
        key: What names its pages: `990100`, `990100.sfj`.
        series_code: Code of its place through all renames, upgrades and recodes.
        body_id: What identifies it within the place; empty for the government.
        code: Code of the place in its newest report.
        name: Its full name in its newest report: 云汀市, 云汀市司法局.
        level: Level of the place.
        province: Name of the province.
        kind: Kind of the body, `government` or `department`.
        reports: Its reports.
        history: What happened to its place.
    """

    key: str
    series_code: str
    body_id: str
    code: str
    name: str
    level: str
    province: str | None
    kind: str
    reports: tuple[ReportRow, ...]
    history: PlaceHistory

    @property
    def name_en(self) -> str:
        """Its full name in English: official words where there are any, else pinyin."""
        newest = max(self.reports, key=lambda row: row["report_year"])
        return name_in_english(newest["jurisdiction_name"], newest["body_name"])

    @property
    def short_name(self) -> str:
        """Its name without that of the place; that of the place for a government."""
        newest = max(self.reports, key=lambda row: row["report_year"])
        return newest["body_name"] or self.name

    @property
    def former_names(self) -> tuple[str, ...]:
        """Its other names, in reports or from the time before its place was renamed."""
        own = [reporter_name(row["jurisdiction_name"], row["body_name"]) for row in self.reports]
        names = self.history.names if not self.body_id else ()
        return tuple(name for name in dict.fromkeys([*own, *names]) if name != self.name)

    @property
    def former_codes(self) -> tuple[str, ...]:
        """The codes of the place in its reports, except that of its pages."""
        return tuple(sorted({row["jurisdiction_code"] for row in self.reports} - {self.series_code}))

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
        bodies: Governments, departments and other reporting bodies by page key, in that order.
        indicators: Indicators by id, in the order of the catalog.
        categories: Names of the categories in Chinese and English.
        stated: The indicators that have an observation or a series, and so a page.
        version: The published version that the atlas shows.
        series_pages: By page key and indicator id, the number of the category page that has the series.
    """

    reports: dict[str, ReportRow]
    bodies: dict[str, ReportingBody]
    indicators: dict[str, IndicatorRow]
    categories: CategoryNames
    series_pages: dict[tuple[str, str], int] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()
    version: str = ""

    def governments(self) -> list[ReportingBody]:
        """Return the governments that have reports."""
        return [body for body in self.bodies.values() if not body.body_id]

    def bodies_of(self, series_code: str) -> list[ReportingBody]:
        """Return the departments, towns and other bodies of a place, by kind and key."""
        found = [body for body in self.bodies.values() if body.body_id and body.series_code == series_code]
        return sorted(found, key=lambda body: (BODY_KINDS.index(body.kind), body.key))

    def stated_indicators(self) -> list[IndicatorRow]:
        """Return the indicators that at least one report states, alone or together with another (A和B达到50%)."""
        return [row for row in self.indicators.values() if row["indicator_id"] in self.stated]

    def category_names(self, family: str, category: str) -> tuple[str, str]:
        """Return the names of a category in Chinese and English; its id if the catalog names none."""
        return self.categories.get((family, category), (category, category))

    def series_url(self, key: str, indicator_id: str | None) -> str | None:
        """Return the URL of a body's series, or of the indicator if it has none; None if neither has a page."""
        if indicator_id is None or indicator_id not in self.indicators:
            return None
        indicator = self.indicators[indicator_id]
        page = self.series_pages.get((key, indicator_id))
        if page is not None:
            return urls.card_url(key, indicator["family"], indicator["category"], page, indicator_id)
        return urls.indicator_page(indicator_id) if indicator_id in self.stated else None

    def permanent_url(self, key: str, indicator_id: str) -> str:
        """Return the permanent URL of a body's series: its row on the page of the body, or its cell in a form."""
        indicator = self.indicators.get(indicator_id)
        if indicator is None or indicator_id not in form_cells(indicator["family"]):
            return urls.series_url(key, indicator_id)
        return urls.card_url(key, indicator["family"], indicator["category"], 1, indicator_id)

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
    history: Mapping[str, PlaceHistory] | None = None,
) -> Atlas:
    """Return the index with reporting bodies ordered by key, and indicators by family and category.

    Args:
        reports: All reports.
        indicators: All indicators of the catalog.
        categories: Names of the categories, in the order in which they are shown.
        series: Page key and indicator id of every series.
        history: What happened to the places, by series code.
    """
    grouped: defaultdict[str, list[ReportRow]] = defaultdict(list)
    for row in reports:
        grouped[urls.page_key(row["series_code"], row["body_id"])].append(row)
    bodies = {key: _body(key, rows, history or {}) for key, rows in sorted(grouped.items())}
    position = {key: n for n, key in enumerate(categories)}
    ordered = sorted(
        indicators, key=lambda row: (position.get((row["family"], row["category"]), len(position)), row["indicator_id"])
    )
    return Atlas(
        {row["report_id"]: row for row in reports},
        bodies,
        {row["indicator_id"]: row for row in ordered},
        categories,
        _series_pages(series, ordered),
        frozenset(row["indicator_id"] for row in ordered if row["n_observations"]) | {name for _, name in series},
    )


def _body(key: str, rows: Sequence[ReportRow], history: Mapping[str, PlaceHistory]) -> ReportingBody:
    ordered = tuple(sorted(rows, key=lambda row: (row["family"], row["report_year"], row["report_id"])))
    newest = max(rows, key=lambda row: row["report_year"])
    series_code = newest["series_code"]
    return ReportingBody(
        key=key,
        series_code=series_code,
        body_id=newest["body_id"],
        code=newest["jurisdiction_code"],
        name=reporter_name(newest["jurisdiction_name"], newest["body_name"]),
        level=newest["jurisdiction_level"],
        province=newest["province_name"],
        kind=newest["body_kind"],
        reports=ordered,
        history=history.get(series_code, NO_HISTORY),
    )


def _series_pages(series: set[tuple[str, str]], ordered: Sequence[IndicatorRow]) -> dict[tuple[str, str], int]:
    """Spread the series of each body and category over pages, in the order of the catalog.

    The first page of a form has all its cells.
    """
    position = {row["indicator_id"]: n for n, row in enumerate(ordered)}
    n_series: Counter[tuple[str, str, str]] = Counter()
    pages = {}
    for body, indicator_id in sorted(series, key=lambda pair: (pair[0], position.get(pair[1], 0))):
        if indicator_id in position:
            indicator = ordered[position[indicator_id]]
            if indicator_id in form_cells(indicator["family"]):
                pages[body, indicator_id] = 1
                continue
            key = (body, indicator["family"], indicator["category"])
            pages[body, indicator_id] = 1 + n_series[key] // INDICATORS_PER_PAGE
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
