"""Queries on the published tables: the columns and rows that the pages need, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.compute as compute

from nianbao.atlas import urls
from nianbao.atlas.data_files import load_data
from nianbao.atlas.finding_lists import finding_lists, list_of
from nianbao.atlas.form_cells import is_in_form, is_total
from nianbao.atlas.series_points import DOUBTFUL
from nianbao.publishing.read_tables import read_table
from schemas.rows import (
    CellRow,
    ComparisonRow,
    CoverageRow,
    FindingRow,
    IndicatorRow,
    ObservationRow,
    PlaceChangeRow,
    PlaceRow,
    PromiseRow,
    ReportRow,
    SectionRow,
    UnmatchedRow,
)

# How many reporting bodies, indicators and reports are held in memory at a time.
BODIES_PER_BATCH = 24
INDICATORS_PER_BATCH = 64
REPORTS_PER_BATCH = 64
# A change from a smaller base is not among the largest: one case more can double it.
MIN_BASE = 10
_SEVERITY_ORDER = {"error": 0, "warning": 1, "info": 2}
_Row = TypeVar("_Row", bound=Mapping[str, Any])


@dataclass(frozen=True, slots=True)
class BodyRows:
    """The rows of one reporting body."""

    comparisons: list[ComparisonRow]
    promises: list[PromiseRow]
    findings: list[FindingRow]
    sentences: dict[str, str]


@dataclass(frozen=True, slots=True)
class IndicatorRows:
    """The rows of one indicator, and the sentences of their observations by id."""

    comparisons: list[ComparisonRow]
    sentences: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReportRows:
    """The text and the rows of one report."""

    text: str
    observations: list[ObservationRow]
    unmatched: list[UnmatchedRow]
    sections: list[SectionRow]
    findings: list[FindingRow]
    cells: list[CellRow]


@cache
def _columns() -> dict[str, list[str]]:
    columns: dict[str, list[str]] = load_data("columns.yaml")
    return columns


class Tables:
    """The published tables in the folder of one version.

    A row has the columns that `columns.yaml` lists for its table; its type names all columns of the table.
    """

    def __init__(self, version_folder: Path) -> None:
        """Read from `version_folder`, the folder that the manifest names."""
        self._folder = version_folder

    def reports(self) -> list[ReportRow]:
        """Return all reports by id, without their text."""
        return self._read("reports")

    def coverage(self) -> list[CoverageRow]:
        """Return one row per report series and year: published, late, missing or quarantined."""
        return self._read("coverage")

    def indicators(self) -> list[IndicatorRow]:
        """Return all indicators of the catalog."""
        return self._read("indicators")

    def units(self) -> list[PlaceRow]:
        """Return the names and codes of all administrative units of all years."""
        rows: list[PlaceRow] = self._read("places", compute.field("code").is_valid())
        return rows

    def place_changes(self) -> list[PlaceChangeRow]:
        """Return all renames, upgrades, mergers and so on of administrative units."""
        return self._read("place_changes")

    def series(self) -> set[tuple[str, str]]:
        """Return the page key and the indicator id of every series in `comparisons`."""
        columns = ["series_code", "body_id", "indicator_id"]
        series = read_table(self._folder, "comparisons", columns).group_by(columns).aggregate([])
        return {(page_key(row), row["indicator_id"]) for row in series.to_pylist()}

    def by_body(self, keys: Sequence[str]) -> Iterator[tuple[str, BodyRows]]:
        """Yield each reporting body's page key and rows, reading a batch of bodies at a time."""
        for batch in _batches(keys, BODIES_PER_BATCH):
            condition = compute.field("series_code").isin(sorted({key.partition(".")[0] for key in batch}))
            tables = ("comparisons", "promises", "findings")
            grouped = [_group_by_body(self._read(table, condition)) for table in tables]
            sentences = self._sentences(condition)
            for key in batch:
                comparisons, promises, findings = (rows.get(key, []) for rows in grouped)
                yield key, BodyRows(comparisons, promises, findings, sentences)

    def by_indicator(self, ids: Sequence[str]) -> Iterator[tuple[str, IndicatorRows]]:
        """Yield each indicator's id and comparisons, reading a batch of indicators at a time."""
        for batch in _batches(ids, INDICATORS_PER_BATCH):
            rows: list[ComparisonRow] = self._read("comparisons", compute.field("indicator_id").isin(batch), "ranked")
            grouped = _group(rows, "indicator_id")
            sentences = self._sentences(compute.field("indicator_id").isin(batch))
            for indicator_id in batch:
                yield indicator_id, IndicatorRows(grouped.get(indicator_id, []), sentences)

    def by_report(self, ids: Sequence[str]) -> Iterator[tuple[str, ReportRows]]:
        """Yield each report's id, text and rows, reading a batch of reports at a time; `ids` must be sorted."""
        for batch in _batches(ids, REPORTS_PER_BATCH):
            # The tables are sorted by report, so a range skips whole row groups.
            condition = (compute.field("report_id") >= batch[0]) & (compute.field("report_id") <= batch[-1])
            texts = {row["report_id"]: row["text"] for row in self._read("documents", condition)}
            tables = ("observations", "unmatched", "sections", "findings", "cells")
            grouped = [_group(self._read(table, condition), "report_id") for table in tables]
            for report_id in batch:
                yield report_id, ReportRows(texts[report_id], *(rows.get(report_id, []) for rows in grouped))

    def largest_changes(self, year: int, n: int) -> list[ComparisonRow]:
        """Return the `n` largest comparable changes of a year that governments report, at most one per indicator.

        Left out are changes from a tiny base, doubtful readings, figures that a finding is about, and cells of a form
        other than its totals.
        """
        condition = (compute.field("year") == year) & (compute.field("comparability") == "comparable")
        condition &= (compute.field("body_id") == "") & (compute.field("grade") != DOUBTFUL)
        rows = self._read("comparisons", condition & compute.field("change_pct").is_valid())
        doubted = self._doubted()
        rows = [row for row in rows if abs(row["previous_value"]) >= MIN_BASE and not doubted & _observations_of(row)]
        rows = [row for row in rows if not is_in_form(row) or is_total(row["indicator_id"], row["family"])]
        rows.sort(key=lambda row: -abs(row["change_pct"]))
        largest = {row["indicator_id"]: row for row in reversed(rows)}
        return sorted(largest.values(), key=lambda row: -abs(row["change_pct"]))[:n]

    def _doubted(self) -> set[str]:
        """Return the observations that a finding is about, other than a target that was not met."""
        rows = self._read("findings", compute.field("status").isin(["fail", "uncertain"]))
        sides = ("observation_id", "other_observation_id")
        return {row[side] for row in rows if list_of(row) != "missed_targets" for side in sides if row[side]}

    def newest_findings(self, n: int) -> list[FindingRow]:
        """Return the `n` newest findings of each list that fail, the most severe of a year first."""
        rows = self._read("findings", compute.field("status") == "fail")
        rows.sort(key=lambda row: (-(row["report_year"] or 0), _SEVERITY_ORDER[row["severity"]], row["finding_id"]))
        return [row for each in finding_lists(rows, n) for row in each.rows]

    def _sentences(self, condition: compute.Expression) -> dict[str, str]:
        """Return the sentences of the observations that have an indicator, by id."""
        rows = self._read("observations", condition & compute.field("indicator_id").is_valid(), "sentences")
        return {row["observation_id"]: row["sentence"] for row in rows}

    def _read(self, table: str, condition: compute.Expression | None = None, columns: str = "") -> list[Any]:
        """Return the rows of a table with the columns under its name, or under `columns`, in `columns.yaml`."""
        names = _columns()[columns or table]
        rows: list[Any] = read_table(self._folder, table, names, condition).to_pylist()
        return rows


def page_key(row: Mapping[str, Any]) -> str:
    """Return the page key of the reporting body of a row."""
    return urls.page_key(row["series_code"], row["body_id"])


def _observations_of(row: ComparisonRow) -> set[str | None]:
    """Return the observations of both figures of a comparison and of the growth that the report states."""
    return {row["observation_id"], row["previous_observation_id"], row["reported_change_observation_id"]}


def _group_by_body(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    grouped: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[page_key(row)].append(row)
    return grouped


def _batches(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (names[start : start + size] for start in range(0, len(names), size))


def _group(rows: Sequence[_Row], column: str) -> dict[str, list[_Row]]:
    grouped: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[row[column]].append(row)
    return grouped
