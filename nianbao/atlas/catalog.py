"""What all pages know: the reports by government, the indicators by category, and which links lead somewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from nianbao.atlas import places

Row = dict[str, Any]
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
    series: frozenset[tuple[str, str]] = field(default=frozenset())

    def stated(self) -> list[Row]:
        """The indicators that some report states."""
        return [row for row in self.indicators.values() if row["n_observations"]]

    def leads_to(self, code: str, indicator_id: str | None) -> str | None:
        """Where a number of this indicator in a report of this government leads: its series, or else the indicator."""
        if indicator_id not in self.indicators or indicator_id is None:
            return None
        if (code, indicator_id) in self.series:
            return places.series_place(code, indicator_id)
        if self.indicators[indicator_id]["n_observations"]:
            return places.indicator_page(indicator_id)
        return None

    def number(self, observation_id: str | None) -> str | None:
        """Where a number stands; None for a report that is not there."""
        if observation_id is None or observation_id.rsplit("#", 1)[0] not in self.reports:
            return None
        return places.number_place(observation_id)


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
        frozenset(series),
    )


def load_categories(texts: Sequence[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Names of the categories in both languages, by family and id, in the catalog's order."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for text in texts:
        catalog = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for entry in catalog.get("categories", []):
            found[catalog["family"], entry["id"]] = (entry["name_zh"], entry["name_en"])
    return found
