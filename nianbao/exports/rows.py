"""Rows of a workbook: comparisons joined with their indicators, sentences and reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TypedDict

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.publishing.read_tables import read_table
from schemas.rows import ComparisonRow, FindingRow, PromiseRow

# The series code of a place, and the body; the body is empty for the government.
ReporterKey = tuple[str, str]


class ComparisonWithSource(ComparisonRow):
    """A row of `comparisons` with the English name of its indicator and the source of its value."""

    name_en: str
    sentence: str | None
    report_id: str | None
    title: str | None
    source_url: str | None


class _Source(TypedDict):
    """Sentence and report of an observation; all None for a row without a value."""

    sentence: str | None
    report_id: str | None
    title: str | None
    source_url: str | None


_NO_SOURCE: _Source = {"sentence": None, "report_id": None, "title": None, "source_url": None}


@dataclass(frozen=True, slots=True)
class WorkbookRows:
    """The rows of a workbook.

    Attributes:
        comparisons: Rows of `comparisons` with the name, sentence and report of each.
        promises: Rows of `promises`.
        findings: Rows of `findings`.
        categories: Category of each indicator.
    """

    comparisons: list[ComparisonWithSource]
    promises: list[PromiseRow]
    findings: list[FindingRow]
    categories: Mapping[str, str]


def read_rows(version_folder: Path, reporters: Collection[ReporterKey] | None = None) -> WorkbookRows:
    """Read the rows of a version of the tables.

    Args:
        version_folder: Folder of the tables.
        reporters: The reporting bodies to select; the governments for None.

    Raises:
        OSError: A table cannot be read.
    """
    condition = _condition(reporters)
    comparisons = read_table(version_folder, "comparisons", filters=condition)
    columns = ["indicator_id", "category", "name_en"]
    indicators = read_table(version_folder, "indicators", columns).to_pylist()
    names = {row["indicator_id"]: row["name_en"] for row in indicators}
    sources = _sources(version_folder, comparisons["observation_id"], condition)
    rows: list[ComparisonWithSource] = []
    comparison_rows: list[ComparisonRow] = comparisons.to_pylist()
    for row in comparison_rows:
        source = sources.get(row["observation_id"] or "", _NO_SOURCE)
        rows.append({**source, **row, "name_en": names[row["indicator_id"]]})
    return WorkbookRows(
        rows,
        read_table(version_folder, "promises", filters=condition).to_pylist(),
        read_table(version_folder, "findings", filters=condition).to_pylist(),
        {row["indicator_id"]: row["category"] for row in indicators},
    )


def _condition(reporters: Collection[ReporterKey] | None) -> compute.Expression:
    """Return the condition on the rows of the reporting bodies."""
    if reporters is None:
        return compute.field("body_id") == ""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for series_code, body_id in sorted(reporters):
        codes[body_id].append(series_code)
    conditions = [
        (compute.field("body_id") == body_id) & compute.field("series_code").isin(group)
        for body_id, group in codes.items()
    ]
    return reduce(or_, conditions, compute.scalar(False))


def _sources(
    version_folder: Path, observation_ids: arrow.ChunkedArray, condition: compute.Expression
) -> dict[str, _Source]:
    """Return the sentence and report of each observation."""
    columns = ["observation_id", "report_id", "sentence"]
    table = read_table(version_folder, "observations", columns, condition)
    table = table.filter(compute.is_in(table["observation_id"], value_set=observation_ids.drop_null().combine_chunks()))
    reports = read_table(version_folder, "reports", ["report_id", "title", "source_url"])
    by_id = {row["report_id"]: row for row in reports.to_pylist()}
    return {
        row["observation_id"]: {
            "sentence": row["sentence"],
            "report_id": row["report_id"],
            "title": by_id[row["report_id"]]["title"],
            "source_url": by_id[row["report_id"]]["source_url"],
        }
        for row in table.to_pylist()
    }
