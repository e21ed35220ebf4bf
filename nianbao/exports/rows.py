"""The rows that go into a workbook: figures with their indicator's names and the sentence and report behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WorkbookRows:
    """Rows of `comparisons` (with `name_en`, `sentence`, `report_id`, `title` and `source_url` added), of `promises`
    and of `findings`, and the category of each indicator."""

    compared: list[Row]
    promises: list[Row]
    doubts: list[Row]
    categories: Mapping[str, str]


def read_rows(state: Path, jurisdictions: Collection[str] = ()) -> WorkbookRows:
    """The rows of the tables in `state`, of some `jurisdictions` (codes) only. Raises OSError."""
    chosen = [("jurisdiction_code", "in", sorted(jurisdictions))] if jurisdictions else None
    compared = parquet.read_table(state / "comparisons.parquet", filters=chosen)
    indicators = parquet.read_table(state / "indicators.parquet", columns=["indicator_id", "category", "name_en"])
    about = {row["indicator_id"]: row for row in indicators.to_pylist()}
    said = _evidence(state, compared["observation_id"], chosen)
    reports = parquet.read_table(state / "reports.parquet", columns=["report_id", "title", "source_url"]).to_pylist()
    sources = {row["report_id"]: row for row in reports}
    nowhere = dict.fromkeys(("sentence", "report_id", "title", "source_url"))
    rows: list[Row] = []
    for row in compared.to_pylist():
        stands = said.get(row["observation_id"])
        behind = {**stands, **sources[stands["report_id"]]} if stands else nowhere
        rows.append({**behind, **row, "name_en": about[row["indicator_id"]]["name_en"]})
    return WorkbookRows(
        rows,
        parquet.read_table(state / "promises.parquet", filters=chosen).to_pylist(),
        parquet.read_table(state / "findings.parquet", filters=chosen).to_pylist(),
        {name: row["category"] for name, row in about.items()},
    )


def _evidence(state: Path, wanted: arrow.ChunkedArray, chosen: list[Any] | None) -> dict[str, dict[str, Any]]:
    columns = ["observation_id", "report_id", "sentence"]
    table = parquet.read_table(state / "observations.parquet", columns=columns, filters=chosen)
    table = table.filter(compute.is_in(table["observation_id"], value_set=wanted.drop_null().combine_chunks()))
    return {row["observation_id"]: row for row in table.to_pylist()}
