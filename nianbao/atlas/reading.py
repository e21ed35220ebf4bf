"""The published tables as the pages need them: a few columns, a few governments or reports at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as compute
import pyarrow.parquet as parquet

Row = dict[str, Any]

# How many governments, indicators and reports are held at once.
JURISDICTIONS_AT_ONCE = 24
INDICATORS_AT_ONCE = 64
REPORTS_AT_ONCE = 64

_REPORT = (
    "report_id family jurisdiction_code jurisdiction_name jurisdiction_level province_name issuer report_year "
    "covers_from title document_number issued_on published_at source_url n_characters n_observations"
).split()
_INDICATOR = (
    "indicator_id family category name_zh name_en definition unit kind nature higher_is growth definition_version "
    "definition_began breaks aliases n_observations n_jurisdictions first_year last_year"
).split()
_YEAR = (
    "family jurisdiction_code jurisdiction_name indicator_id indicator_name_zh scope year value unit qualifier "
    "change_abs change_pct change_pp reported_change_pct reported_change_agrees comparability comparability_note "
    "latest_value restated_in target_kind target_value target_value_high target_qualifier target_met rank_in_year "
    "n_in_year observation_id reported_change_observation_id target_observation_id previous_year previous_value"
).split()
_RANKED = (
    "family jurisdiction_code jurisdiction_name indicator_id scope year value unit qualifier comparability change_pct "
    "change_pp rank_in_year n_in_year observation_id"
).split()
_PROMISE = (
    "jurisdiction_code indicator_id scope year target_kind target_value target_quote unit actual_value actual_quote "
    "target_met target_observation_id actual_observation_id"
).split()
_FINDING = (
    "finding_id check severity status report_id family jurisdiction_code jurisdiction_name report_year indicator_id "
    "left_text right_text message_zh message_en observation_id other_observation_id"
).split()
_NUMBER = (
    "observation_id report_id subject scope indicator_id kind modality direction qualifier period_start period_end "
    "quote sentence char_start char_end"
).split()


class Tables:
    """The tables in one folder of one state."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def reports(self) -> list[Row]:
        """All reports, in the order of their ids, without their text."""
        return self._read("reports", _REPORT)

    def indicators(self) -> list[Row]:
        """All indicators of the catalog."""
        return self._read("indicators", _INDICATOR)

    def series_there_are(self) -> set[tuple[str, str]]:
        """Government and indicator of every series in `comparisons`."""
        pairs = parquet.read_table(self._path("comparisons"), columns=["jurisdiction_code", "indicator_id"])
        pairs = pairs.group_by(["jurisdiction_code", "indicator_id"]).aggregate([])
        return set(zip(*(pairs[name].to_pylist() for name in ("jurisdiction_code", "indicator_id")), strict=True))

    def of_jurisdictions(self, codes: Sequence[str]) -> Iterator[tuple[str, dict[str, list[Row]]]]:
        """Each government's rows of `comparisons`, `promises` and `findings`, a few governments at a time."""
        columns = {"comparisons": _YEAR, "promises": _PROMISE, "findings": _FINDING}
        for some in _batches(codes, JURISDICTIONS_AT_ONCE):
            wanted = compute.field("jurisdiction_code").isin(some)
            grouped = {
                table: _by(self._read(table, names, wanted), "jurisdiction_code") for table, names in columns.items()
            }
            for code in some:
                yield code, {table: rows.get(code, []) for table, rows in grouped.items()}

    def of_indicators(self, ids: Sequence[str]) -> Iterator[tuple[str, list[Row]]]:
        """Each indicator's rows of `comparisons`, a few indicators at a time."""
        for some in _batches(ids, INDICATORS_AT_ONCE):
            rows = _by(self._read("comparisons", _RANKED, compute.field("indicator_id").isin(some)), "indicator_id")
            for indicator_id in some:
                yield indicator_id, rows.get(indicator_id, [])

    def of_reports(self, ids: Sequence[str]) -> Iterator[tuple[str, str, dict[str, list[Row]]]]:
        """Each report's text and its rows of `observations`, `unmatched`, `sections` and `findings`; `ids` in order."""
        columns = {
            "observations": _NUMBER,
            "unmatched": ["report_id", "char_start", "char_end", "quote", "reason"],
            "sections": ["report_id", "section_id", "level", "path", "heading", "char_start", "char_end"],
            "findings": _FINDING,
        }
        for some in _batches(ids, REPORTS_AT_ONCE):
            # The tables are sorted by report: a range leaves whole row groups unread.
            wanted = (compute.field("report_id") >= some[0]) & (compute.field("report_id") <= some[-1])
            texts = {row["report_id"]: row["text"] for row in self._read("documents", ["report_id", "text"], wanted)}
            grouped = {table: _by(self._read(table, names, wanted), "report_id") for table, names in columns.items()}
            for report_id in some:
                yield report_id, texts[report_id], {table: rows.get(report_id, []) for table, rows in grouped.items()}

    def largest_changes(self, year: int, n: int) -> list[Row]:
        """The rows of a year that changed most, of an indicator the one that did."""
        wanted = (compute.field("year") == year) & (compute.field("comparability") == "comparable")
        rows = self._read("comparisons", _YEAR, wanted & compute.field("change_pct").is_valid())
        rows.sort(key=lambda row: -abs(row["change_pct"]))
        first = {row["indicator_id"]: row for row in reversed(rows)}
        return sorted(first.values(), key=lambda row: -abs(row["change_pct"]))[:n]

    def newest_findings(self, n: int) -> list[Row]:
        """What fails in the newest reports."""
        rows = self._read("findings", _FINDING, compute.field("status") == "fail")
        order = {"error": 0, "warning": 1, "info": 2}
        rows.sort(key=lambda row: (-(row["report_year"] or 0), order[row["severity"]], row["finding_id"]))
        return rows[:n]

    def _read(self, table: str, columns: list[str], wanted: compute.Expression | None = None) -> list[Row]:
        rows: list[Row] = parquet.read_table(self._path(table), columns=columns, filters=wanted).to_pylist()
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
