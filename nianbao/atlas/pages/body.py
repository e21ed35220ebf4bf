"""The pages of a reporting body: its indicators, its charts by category, promises and findings. Pure.

The first page has one row per indicator, the findings of the newest year and the promises of one year. Everything else
has its own pages, so that none grows with the number of years.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, zip_longest
from typing import Any, TypeVar

from markupsafe import Markup

from nianbao.atlas import urls
from nianbao.atlas.charts import line_chart, spark
from nianbao.atlas.form_cells import is_in_form, is_total
from nianbao.atlas.history import PlaceEvent
from nianbao.atlas.numbers import Scale, scale_for
from nianbao.atlas.pages.form import FormTable, form_pages
from nianbao.atlas.queries import BodyRows
from nianbao.atlas.series_points import is_doubtful, series_points, starts_at_zero
from nianbao.atlas.site_index import Atlas, ReportingBody
from schemas.rows import ComparisonRow, FindingRow, IndicatorRow, PromiseRow

# The most findings of a list, and promises, that the first page shows.
MAX_FINDINGS, MAX_PROMISES = 10, 24
PROMISES_PER_PAGE = 300

# The outcomes of a promise in the order in which they are shown; the first three are verdicts.
OUTCOMES = ("no", "uncertain", "yes", "silent", "no_report")
VERDICTS = OUTCOMES[:3]

_Row = TypeVar("_Row", bound=Mapping[str, Any])


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """One series with its charts.

    Attributes:
        indicator: The indicator.
        anchor: Anchor of the card on its page.
        family: Family of the reports that state the series.
        scope: Scope of the values; empty for the whole.
        unit: Unit of the values.
        scale: Scale in which the values are shown.
        chart: Line chart; None for fewer than three values.
        spark: Sparkline; None for fewer than three values.
        latest: The newest row with a value whose reading is not doubtful.
        years: The rows, newest first.
        columns: The optional columns of the table that have content.
        changes: By year, what happened to the place since the row before it.
    """

    indicator: IndicatorRow
    anchor: str
    family: str
    scope: str
    unit: str
    scale: Scale
    chart: Markup | None
    spark: Markup | None
    latest: ComparisonRow | None
    years: tuple[ComparisonRow, ...]
    columns: frozenset[str]
    changes: dict[int, tuple[PlaceEvent, ...]]


@dataclass(frozen=True, slots=True)
class CategoryGroup:
    """The cards of a category by page, and the first card of each indicator with the number of further cards.

    The cells of a national form are in `form`, its tables by page. Only totals among them are lines; `cells` are the
    others.
    """

    family: str
    category: str
    names: tuple[str, str]
    pages: tuple[tuple[SeriesCard, ...], ...]
    lines: tuple[tuple[SeriesCard, int], ...]
    form: tuple[tuple[FormTable, ...], ...] = ()
    cells: tuple[str, ...] = ()

    @property
    def n_pages(self) -> int:
        """The number of pages."""
        return max(len(self.pages), len(self.form))

    @property
    def drawn(self) -> tuple[tuple[SeriesCard, int], ...]:
        """The lines with a sparkline."""
        return tuple(line for line in self.lines if line[0].spark)

    @property
    def short(self) -> tuple[tuple[SeriesCard, int], ...]:
        """The lines with too few years for a sparkline, which the first page only names."""
        return tuple(line for line in self.lines if not line[0].spark)


class PromiseOutcome(PromiseRow):
    """A promise with its outcome, one of `OUTCOMES`."""

    outcome: str


@dataclass(frozen=True, slots=True)
class PromiseYear:
    """The promises for a year with their outcomes, and the number of each outcome."""

    year: int
    rows: tuple[PromiseOutcome, ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def has_verdict(self) -> bool:
        """Whether at least one of the promises can be judged."""
        return any(outcome in VERDICTS for outcome, _ in self.counts)


@dataclass(frozen=True, slots=True)
class BodyView:
    """The first page of a reporting body.

    Attributes:
        place: The reporting body.
        government: The government of its place, if that has reports; itself for a government.
        bodies: The departments, towns and other bodies of a government that have reports, by kind.
        linked: The series codes of the places that have a page.
        groups: Its series by category.
        findings: The findings of the newest year.
        max_findings: How many of each list are shown.
        n_findings: Number of findings of all years.
        promise_year: The promises of the year to show.
        max_promises: How many of these are shown.
        n_promises: Number of promises of all years.
    """

    place: ReportingBody
    government: ReportingBody | None
    bodies: list[tuple[str, list[ReportingBody]]]
    linked: frozenset[str]
    groups: list[CategoryGroup]
    findings: list[tuple[int, list[FindingRow]]]
    max_findings: int
    n_findings: int
    promise_year: PromiseYear | None
    max_promises: int
    n_promises: int


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A page with the cards of one category of a reporting body, and the tables of its form."""

    place: ReportingBody
    groups: list[CategoryGroup]
    group: CategoryGroup
    page_number: int
    cards: tuple[SeriesCard, ...]
    tables: tuple[FormTable, ...]


@dataclass(frozen=True, slots=True)
class FindingsView:
    """All findings of a reporting body by year, newest first."""

    place: ReportingBody
    findings: list[tuple[int, list[FindingRow]]]


@dataclass(frozen=True, slots=True)
class PromisesView:
    """A page of the promises of a reporting body, newest first; the year `shown` is open, `parts` is how many pages."""

    place: ReportingBody
    promises: list[PromiseYear]
    shown: PromiseYear | None
    page_number: int
    parts: int


@dataclass(frozen=True, slots=True)
class MovedView:
    """The page under a former code, which leads to the page that has the whole series."""

    place: ReportingBody


BodyPageView = BodyView | CategoryView | FindingsView | PromisesView


def body_pages(atlas: Atlas, place: ReportingBody, tables: BodyRows) -> Iterator[tuple[str, str, BodyPageView]]:
    """Yield the path, the template and the view of each page of a reporting body."""
    groups = _category_groups(atlas, place, tables.comparisons)
    findings = _group_by_year(tables.findings, "report_year")
    promises = [_promise_year(place, year, rows) for year, rows in _group_by_year(tables.promises, "year")]
    shown = _year_to_show(promises)
    yield (
        urls.body_page(place.key),
        "body",
        BodyView(
            place=place,
            government=atlas.bodies.get(place.series_code),
            bodies=_bodies_by_kind(atlas, place),
            linked=frozenset(body.series_code for body in atlas.governments()),
            groups=groups,
            findings=findings[:1],
            max_findings=MAX_FINDINGS,
            n_findings=sum(len(rows) for _, rows in findings),
            promise_year=shown,
            max_promises=MAX_PROMISES,
            n_promises=sum(len(year.rows) for year in promises),
        ),
    )
    for group in groups:
        for number, (cards, form) in enumerate(zip_longest(group.pages, group.form), start=1):
            page = urls.category_page(place.key, group.family, group.category, number)
            yield page, "category", CategoryView(place, groups, group, number, cards or (), form or ())
    if findings:
        yield urls.findings_page(place.key), "findings", FindingsView(place, findings)
    parts = _promise_pages(promises)
    for number, years in enumerate(parts, start=1):
        yield urls.promises_page(place.key, number), "promises", PromisesView(place, years, shown, number, len(parts))


def _promise_pages(promises: Sequence[PromiseYear]) -> list[list[PromiseYear]]:
    """Spread the years over pages of at most `PROMISES_PER_PAGE`; a year is never divided."""
    pages: list[list[PromiseYear]] = []
    n = PROMISES_PER_PAGE
    for year in promises:
        if n + len(year.rows) > PROMISES_PER_PAGE:
            pages.append([])
            n = 0
        pages[-1].append(year)
        n += len(year.rows)
    return pages


def _bodies_by_kind(atlas: Atlas, place: ReportingBody) -> list[tuple[str, list[ReportingBody]]]:
    """Return the bodies of a government by kind; nothing for other bodies."""
    bodies = atlas.bodies_of(place.series_code) if not place.body_id else []
    return [(kind, list(group)) for kind, group in groupby(bodies, lambda body: body.kind)]


def _category_groups(atlas: Atlas, place: ReportingBody, rows: Sequence[ComparisonRow]) -> list[CategoryGroup]:
    """Return the series in the order of the catalog; the first of an indicator has the indicator's anchor."""
    by_indicator: defaultdict[str, list[ComparisonRow]] = defaultdict(list)
    for row in rows:
        by_indicator[row["indicator_id"]].append(row)
    pages: defaultdict[tuple[str, str], defaultdict[int, list[SeriesCard]]] = defaultdict(lambda: defaultdict(list))
    lines: defaultdict[tuple[str, str], list[tuple[SeriesCard, int]]] = defaultdict(list)
    form_rows: defaultdict[tuple[str, str], list[ComparisonRow]] = defaultdict(list)
    for indicator_id, indicator in atlas.indicators.items():
        if indicator_id not in by_indicator:
            continue
        category = (indicator["family"], indicator["category"])
        cards, of_form = _cards(place, indicator, by_indicator[indicator_id])
        form_rows[category] += of_form
        in_form = [card for card in cards if _is_cell(card)]
        others = [card for card in cards if not _is_cell(card)]
        if others:
            pages[category][atlas.series_pages[place.key, indicator_id]] += others
        shown = [card for card in in_form if is_total(indicator_id, card.family) and _has_numbers(card)] + others
        if shown:
            lines[category].append((shown[0], len(shown) - 1))
    return [
        CategoryGroup(
            family,
            category,
            atlas.category_names(family, category),
            tuple(tuple(sorted(cards, key=_card_order)) for cards in pages[family, category].values()),
            tuple(sorted(lines[family, category], key=lambda line: _card_order(line[0]))),
            form_pages(family, category, rows),
            _other_cells(rows, [card for card, _ in lines[family, category]]),
        )
        for (family, category), rows in form_rows.items()
    ]


def _other_cells(rows: Sequence[ComparisonRow], shown: Sequence[SeriesCard]) -> tuple[str, ...]:
    """Return the indicators of the cells of a form that have a figure and are not shown as lines."""
    anchors = {card.anchor for card in shown}
    cells = dict.fromkeys(row["indicator_id"] for row in rows if row["value"] is not None)
    return tuple(cell for cell in cells if cell not in anchors)


def _cards(
    place: ReportingBody, indicator: IndicatorRow, rows: Sequence[ComparisonRow]
) -> tuple[list[SeriesCard], list[ComparisonRow]]:
    """Return the cards of an indicator, the first with its anchor, and those of its rows that are cells of a form."""
    indicator_id = indicator["indicator_id"]
    series = sorted(_split_series(rows), key=_series_order)
    cards = [
        _card(place, indicator, indicator_id if n == 0 else f"{indicator_id}-{n + 1}", years)
        for n, years in enumerate(series)
    ]
    return cards, [row for row in rows if is_in_form(row)]


def _is_cell(card: SeriesCard) -> bool:
    """Return whether a series is shown in its form: one without a figure has no place there."""
    return is_in_form(card.years[0]) and any(row["value"] is not None for row in card.years)


def _has_numbers(card: SeriesCard) -> bool:
    """Return whether any figure of a series is not zero."""
    return any(row["value"] for row in card.years)


def _series_order(years: Sequence[ComparisonRow]) -> tuple[bool, bool, int]:
    """Return the sort key of a series: a cell of a form, the whole before its parts, those with most figures first."""
    return not is_in_form(years[0]), years[0]["scope"] != "", -sum(row["value"] is not None for row in years)


def _card_order(card: SeriesCard) -> int:
    """Return the sort key of a card: those with most figures first, those with only targets last."""
    return -sum(row["value"] is not None for row in card.years)


def _split_series(rows: Sequence[ComparisonRow]) -> list[list[ComparisonRow]]:
    """Split the rows of an indicator into series, each in the order of its years."""

    def key(row: ComparisonRow) -> tuple[str, str, str]:
        return row["family"], row["scope"], row["unit"]

    return [list(years) for _, years in groupby(sorted(rows, key=lambda row: (*key(row), row["year"])), key)]


def _card(place: ReportingBody, indicator: IndicatorRow, anchor: str, years: Sequence[ComparisonRow]) -> SeriesCard:
    first = years[0]
    scale = scale_for([row["value"] for row in years if row["value"] is not None], first["unit"])
    points = series_points(years, scale, first["unit"])
    from_zero = starts_at_zero(first["unit"])
    return SeriesCard(
        indicator=indicator,
        anchor=anchor,
        family=first["family"],
        scope=first["scope"],
        unit=first["unit"],
        scale=scale,
        chart=line_chart(points, scale, from_zero=from_zero),
        spark=spark(points, from_zero=from_zero),
        latest=next((row for row in reversed(years) if row["value"] is not None and not is_doubtful(row)), None),
        years=tuple(reversed(years)),
        columns=frozenset(name for name, has in _OPTIONAL_COLUMNS.items() if any(map(has, years))),
        changes=_changes(place, years),
    )


def _changes(place: ReportingBody, years: Sequence[ComparisonRow]) -> dict[int, tuple[PlaceEvent, ...]]:
    """Return by year what happened to the place since the row before it, where anything did."""
    pairs = pairwise(row["year"] for row in years)
    changes = {later: place.history.changes_between(earlier, later) for earlier, later in pairs}
    return {year: events for year, events in changes.items() if events}


# The columns of a card's table that are shown only if at least one year has content in them.
_OPTIONAL_COLUMNS: dict[str, Callable[[ComparisonRow], bool]] = {
    "grade": lambda row: row["grade"] in ("B", "C"),
    "change": lambda row: row["change_pct"] is not None or row["change_pp"] is not None,
    "stated": lambda row: row["reported_change_pct"] is not None,
    "promised": lambda row: row["target_value"] is not None,
    "later": lambda row: row["latest_value"] is not None and row["latest_value"] != row["value"],
}


def _promise_year(place: ReportingBody, year: int, rows: Sequence[PromiseRow]) -> PromiseYear:
    promises: list[PromiseOutcome] = [{**row, "outcome": _outcome(place, row)} for row in rows]
    outcomes = [row["outcome"] for row in promises]
    counts = tuple((outcome, outcomes.count(outcome)) for outcome in OUTCOMES if outcome in outcomes)
    return PromiseYear(year, tuple(sorted(promises, key=lambda row: OUTCOMES.index(row["outcome"]))), counts)


def _outcome(place: ReportingBody, row: PromiseRow) -> str:
    """Return the verdict on a promise, or why there is none: its report does not mention it, or does not exist."""
    if row["target_met"]:
        return row["target_met"]
    family = row["target_observation_id"].split("/")[0]
    has_report = any(report["family"] == family and report["report_year"] == row["year"] for report in place.reports)
    return "silent" if has_report else "no_report"


def _year_to_show(promises: Sequence[PromiseYear]) -> PromiseYear | None:
    """Return the newest year with a verdict, else the newest year."""
    return next((year for year in promises if year.has_verdict), promises[0] if promises else None)


def _group_by_year(rows: Sequence[_Row], column: str) -> list[tuple[int, list[_Row]]]:
    """Group the rows by the year in a column, newest first; rows without a year are left out."""
    grouped: defaultdict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            grouped[row[column]].append(row)
    return sorted(grouped.items(), reverse=True)
