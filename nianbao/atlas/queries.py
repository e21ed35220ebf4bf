"""The published tables as the pages need them: a few columns, a few governments or reports at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.compute as compute
import pyarrow.parquet as parquet
import yaml

Row = dict[str, Any]

# How many governments, indicators and reports are held at once.
JURISDICTIONS_AT_ONCE = 24
INDICATORS_AT_ONCE = 64
REPORTS_AT_ONCE = 64


@cache
def _columns() -> dict[str, list[str]]:
    columns: dict[str, list[str]] = yaml.load(
        files(__package__).joinpath("columns.yaml").read_text("utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
    )
    return columns


class Tables:
    """The tables in one folder of one state."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def reports(self) -> list[Row]:
        """All reports, in the order of their ids, without their text."""
        return self._read("reports")

    def coverage(self) -> list[Row]:
        """Which reports are there, late, missing or held back: a row a series and year."""
        return self._read("coverage")

    def indicators(self) -> list[Row]:
        """All indicators of the catalog."""
        return self._read("indicators")

    def series_there_are(self) -> set[tuple[str, str]]:
        """Government and indicator of every series in `comparisons`."""
        pairs = parquet.read_table(self._path("comparisons"), columns=["jurisdiction_code", "indicator_id"])
        pairs = pairs.group_by(["jurisdiction_code", "indicator_id"]).aggregate([])
        return set(zip(*(pairs[name].to_pylist() for name in ("jurisdiction_code", "indicator_id")), strict=True))

    def of_jurisdictions(self, codes: Sequence[str]) -> Iterator[tuple[str, dict[str, list[Row]]]]:
        """Each government's rows of `comparisons`, `promises` and `findings`, a few governments at a time."""
        tables = ("comparisons", "promises", "findings")
        for some in _batches(codes, JURISDICTIONS_AT_ONCE):
            wanted = compute.field("jurisdiction_code").isin(some)
            grouped = {table: _by(self._read(table, wanted), "jurisdiction_code") for table in tables}
            for code in some:
                yield code, {table: rows.get(code, []) for table, rows in grouped.items()}

    def of_indicators(self, ids: Sequence[str]) -> Iterator[tuple[str, list[Row]]]:
        """Each indicator's rows of `comparisons`, a few indicators at a time."""
        for some in _batches(ids, INDICATORS_AT_ONCE):
            rows = _by(self._read("comparisons", compute.field("indicator_id").isin(some), "ranked"), "indicator_id")
            for indicator_id in some:
                yield indicator_id, rows.get(indicator_id, [])

    def of_reports(self, ids: Sequence[str]) -> Iterator[tuple[str, str, dict[str, list[Row]]]]:
        """Each report's text and its rows of five tables, as `report_view` shows them; `ids` in order."""
        tables = ("observations", "unmatched", "sections", "findings", "cells")
        for some in _batches(ids, REPORTS_AT_ONCE):
            # The tables are sorted by report: a range leaves whole row groups unread.
            wanted = (compute.field("report_id") >= some[0]) & (compute.field("report_id") <= some[-1])
            texts = {row["report_id"]: row["text"] for row in self._read("documents", wanted)}
            grouped = {table: _by(self._read(table, wanted), "report_id") for table in tables}
            for report_id in some:
                yield report_id, texts[report_id], {table: rows.get(report_id, []) for table, rows in grouped.items()}

    def largest_changes(self, year: int, n: int) -> list[Row]:
        """The rows of a year that changed most, of an indicator the one that did."""
        wanted = (compute.field("year") == year) & (compute.field("comparability") == "comparable")
        rows = self._read("comparisons", wanted & compute.field("change_pct").is_valid())
        rows.sort(key=lambda row: -abs(row["change_pct"]))
        first = {row["indicator_id"]: row for row in reversed(rows)}
        return sorted(first.values(), key=lambda row: -abs(row["change_pct"]))[:n]

    def newest_findings(self, n: int) -> list[Row]:
        """What fails in the newest reports."""
        rows = self._read("findings", compute.field("status") == "fail")
        order = {"error": 0, "warning": 1, "info": 2}
        rows.sort(key=lambda row: (-(row["report_year"] or 0), order[row["severity"]], row["finding_id"]))
        return rows[:n]

    def _read(self, table: str, wanted: compute.Expression | None = None, columns: str = "") -> list[Row]:
        """Rows of a table with the columns that `columns.yaml` names for it, or under the name `columns`."""
        names = _columns()[columns or table]
        rows: list[Row] = parquet.read_table(self._path(table), columns=names, filters=wanted).to_pylist()
        return rows

    def _path(self, table: str) -> Path:
        return self._state / f"{table}.parquet"


def _batches(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (names[start : start + size] for start in range(0, len(names), size))


def _by(rows: list[Row], column: str) -> dict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[column]].append(row)
    return grouped
