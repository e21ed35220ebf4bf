"""Read from published tables what the queue needs, only the columns and rows of its items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.indicators.catalog import Catalog
from nianbao.indicators.suggest import suggest_indicators
from nianbao.publishing.read_tables import has_table, read_table
from nianbao.review.items import Item, ItemKind
from nianbao.review.queue import (
    PublishedRows,
    comparison_items,
    moved_items,
    quotes_by_report,
    unsure_items,
    wording_items,
)

_COMPARED_IDS = ("observation_id", "previous_observation_id", "reported_change_observation_id")
# Proposals for the catalog need this many bodies, and are of these kinds of figures.
_LEAST_BODIES = 2
_COUNTED = ["level", "share"]
_SUGGESTED = [
    *("report_id", "family", "series_code", "body_id", "jurisdiction_name", "indicator_id", "kind", "grade"),
    *("subject", "unit", "quote", "sentence"),
]


class PublishedQueue:
    """The items of one published version. Nothing of it changes while it is reviewed."""

    def __init__(self, version: Path, before: Path | None, catalog: Catalog) -> None:
        """Prepare the items of the tables in `version`; moved ids are those that differ in `before`."""
        self._version, self._before, self._catalog = version, before, catalog

    def items(self, kind: ItemKind) -> list[Item]:
        """Return the items of a kind, in the order of review."""
        if kind is ItemKind.WORDING:
            return self._wordings
        return [item for item in self._of_readings if item.kind is kind]

    def find(self, item_id: str) -> Item | None:
        """Return the item with an id; None if there is none."""
        found = next((item for item in self._of_readings if item.item_id == item_id), None)
        return found or next((item for item in self._wordings if item.item_id == item_id), None)

    @cached_property
    def applied(self) -> dict[str, set[str]]:
        """The actions of the corrections of these tables, by observation."""
        actions: defaultdict[str, set[str]] = defaultdict(set)
        for row in self._read("corrections", ["observation_id", "action"]).to_pylist():
            actions[row["observation_id"]].add(row["action"])
        return dict(actions)

    def text(self, report_id: str) -> str:
        """Return the text of a report; empty if it is not published."""
        rows = self._read("documents", ["text"], compute.field("report_id") == report_id)
        return rows["text"][0].as_py() if rows.num_rows else ""

    @cached_property
    def _wordings(self) -> list[Item]:
        """Grouping the subjects of all reports takes seconds, so it waits until somebody asks."""
        unmatched = compute.field("indicator_id").is_null() & compute.field("kind").isin(_COUNTED)
        rows: list[Any] = self._read("observations", _SUGGESTED, unmatched).to_pylist()
        return wording_items(suggest_indicators(rows, self._catalog, at_least=_LEAST_BODIES))

    @cached_property
    def _of_readings(self) -> list[Item]:
        withheld = compute.field("comparability").isin([ItemKind.UNLIKELY.value, ItemKind.CONTRADICTED.value])
        compared: list[Any] = self._read("comparisons", None, withheld).to_pylist()
        unsure = (compute.field("grade") == "C") & compute.field("indicator_id").is_valid()
        unsure_rows: list[Any] = self._read("observations", None, unsure).to_pylist()
        moved = self._moved()
        wanted = {row[name] for row in compared for name in _COMPARED_IDS} | set(moved)
        published = self._published(wanted - {None}, unsure_rows)
        items = comparison_items(compared, published)
        return [*items, *moved_items(moved, published), *unsure_items(unsure_rows, published)]

    def _published(self, wanted: Collection[str], known: list[Any]) -> PublishedRows:
        rows = self._read("observations", None, compute.field("observation_id").isin(_texts(wanted))).to_pylist()
        in_reports = compute.field("report_id").isin(_texts({row["report_id"] for row in [*rows, *known]}))
        quotes = self._read("observations", ["report_id", "quote", "sentence"], in_reports)
        urls = self._read("reports", ["report_id", "source_url"], in_reports).to_pylist()
        indicators: list[Any] = self._read("indicators", None).to_pylist()
        columns = (quotes[name].to_pylist() for name in ("report_id", "quote", "sentence"))
        return PublishedRows(
            observations={row["observation_id"]: row for row in rows},
            quotes=quotes_by_report(
                (report, quote, sentence or "") for report, quote, sentence in zip(*columns, strict=True)
            ),
            indicators={row["indicator_id"]: row for row in indicators},
            source_urls={row["report_id"]: row["source_url"] or "" for row in urls},
        )

    def _moved(self) -> dict[str, str]:
        """Return the indicator before of each observation that has another now, or none."""
        if self._before is None or not has_table(self._before, "observations"):
            return {}
        columns = ["observation_id", "indicator_id"]
        old = read_table(self._before, "observations", columns, compute.field("indicator_id").is_valid())
        before = dict(zip(*(old[name].to_pylist() for name in columns), strict=True))
        new = self._read("observations", columns)
        pairs = zip(*(new[name].to_pylist() for name in columns), strict=True)
        return {key: before[key] for key, now in pairs if key in before and before[key] != now}

    def _read(self, table: str, columns: list[str] | None, filters: compute.Expression | None = None) -> arrow.Table:
        return read_table(self._version, table, columns, filters)


def _texts(values: Collection[str]) -> arrow.Array:
    """Return values for `isin`, with a type even if there are none."""
    return arrow.array(sorted(values), arrow.string())
