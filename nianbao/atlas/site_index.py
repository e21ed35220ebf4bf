"""What all pages know: the reports by government, the indicators by category, and which links lead somewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from nianbao.atlas import urls

Row = dict[str, Any]
# More indicators of a category are shown on further pages.
INDICATORS_ON_PAGE = 48
FAMILIES = ("rule_of_law", "work_report", "info_disclosure")


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A government and its reports in the order of family and year."""

    code: str
    name: str
    level: str
    province: str | None
    reports: tuple[Row, ...]

    @property
    def years(self) -> list[int]:
        """The years of its reports, each once."""
        return sorted({row["report_year"] for row in self.reports})

    def cells(self) -> dict[tuple[str, int], list[Row]]:
        """Its reports by family and year."""
        grouped: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in self.reports:
            grouped[row["family"], row["report_year"]].append(row)
        return dict(grouped)


@dataclass(frozen=True, slots=True)
class Atlas:
    """The frame that every page is drawn in."""

    reports: dict[str, Row]
    jurisdictions: dict[str, Jurisdiction]
    indicators: dict[str, Row]
    categories: dict[tuple[str, str], tuple[str, str]]
    # By government and indicator of each series: on which page of its category it stands.
    parts: dict[tuple[str, str], int] = field(default_factory=dict)

    def stated(self) -> list[Row]:
        """The indicators that some report states."""
        return [row for row in self.indicators.values() if row["n_observations"]]

    def leads_to(self, code: str, indicator_id: str | None) -> str | None:
        """Where a number of this indicator in a report of this government leads: its series, or else the indicator."""
        if indicator_id not in self.indicators or indicator_id is None:
            return None
        part = self.parts.get((code, indicator_id))
        if part is not None:
            about = self.indicators[indicator_id]
            return urls.card_url(code, about["family"], about["category"], part, indicator_id)
        if self.indicators[indicator_id]["n_observations"]:
            return urls.indicator_page(indicator_id)
        return None

    def number(self, observation_id: str | None) -> str | None:
        """Where a number stands; None for a report that is not there."""
        if observation_id is None or observation_id.rsplit("#", 1)[0] not in self.reports:
            return None
        return urls.number_url(observation_id)


def make_atlas(
    reports: Sequence[Row],
    indicators: Sequence[Row],
    categories: dict[tuple[str, str], tuple[str, str]],
    series: set[tuple[str, str]],
) -> Atlas:
    """Everything in the order in which it is shown: governments by code, indicators by family and category."""
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in reports:
        grouped[row["jurisdiction_code"]].append(row)
    jurisdictions = {
        code: Jurisdiction(
            code, rows[-1]["jurisdiction_name"], rows[-1]["jurisdiction_level"], rows[-1]["province_name"], tuple(rows)
        )
        for code, rows in sorted(grouped.items())
    }
    place = {key: n for n, key in enumerate(categories)}
    ordered = sorted(
        indicators, key=lambda row: (place.get((row["family"], row["category"]), len(place)), row["indicator_id"])
    )
    return Atlas(
        {row["report_id"]: row for row in reports},
        jurisdictions,
        {row["indicator_id"]: row for row in ordered},
        categories,
        _parts(series, ordered),
    )


def _parts(series: set[tuple[str, str]], ordered: Sequence[Row]) -> dict[tuple[str, str], int]:
    """The page of each series: those of a government and category in the order of the catalog, so many a page."""
    category = {row["indicator_id"]: (n, row["family"], row["category"]) for n, row in enumerate(ordered)}
    seen: Counter[tuple[str, str, str]] = Counter()
    parts = {}
    for code, indicator_id in sorted(series, key=lambda one: (one[0], category.get(one[1], (0,))[0])):
        if indicator_id in category:
            key = (code, *category[indicator_id][1:])
            parts[code, indicator_id] = 1 + seen[key] // INDICATORS_ON_PAGE
            seen[key] += 1
    return parts


def load_categories(texts: Sequence[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Names of the categories in both languages, by family and id, in the catalog's order."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for text in texts:
        head = text.partition("\nindicators:\n")[0]  # what follows is most of it, and read elsewhere
        catalog = yaml.load(head, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for entry in catalog.get("categories", []):
            found[catalog["family"], entry["id"]] = (entry["name_zh"], entry["name_en"])
    return found
