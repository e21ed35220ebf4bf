"""Tables derived from many reports: an invalid row is rejected together with the rows that refer to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nianbao.comparison.indicators_table import indicator_rows
from nianbao.indicators.catalog import load_catalog
from nianbao.tables.integrity import validate_derived
from schemas import TABLES, arrow_schema

MODELS = [TABLES[name] for name in ("observations", "indicators", "comparisons", "promises", "findings")]


def blank(table: str, **values: Any) -> dict[str, Any]:
    """Return a row of nulls except for `values`, for rows that are rejected before they are validated."""
    return {**dict.fromkeys(arrow_schema(TABLES[table]).names), **values}


@pytest.fixture(scope="module")
def catalogued() -> dict[str, list[dict[str, Any]]]:
    """Return the derived tables without any report: only the indicators of the catalog."""
    empty: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    return {**empty, "indicators": [dict(row) for row in indicator_rows((), load_catalog())]}


def test_valid_rows_are_all_kept(catalogued: dict[str, list[dict[str, Any]]]) -> None:
    """Without an invalid row, nothing is rejected."""
    checked = validate_derived(catalogued, MODELS)
    assert checked.rejects == []
    assert checked.tables["indicators"].num_rows == len(catalogued["indicators"]) > 0


def test_rows_that_refer_to_a_rejected_row_are_rejected(
    catalogued: dict[str, list[dict[str, Any]]],
) -> None:
    """A promise of a rejected indicator is rejected too, with its whole row."""
    first, *others = catalogued["indicators"]
    bad = {**first, "family": "no such series"}
    promise = blank("promises", promise_id="p", indicator_id=first["indicator_id"], target_value=5.0)
    checked = validate_derived({**catalogued, "indicators": [bad, *others], "promises": [promise]}, MODELS)
    assert checked.tables["indicators"].num_rows == len(others)
    assert checked.tables["promises"].num_rows == 0
    rejected = {(line.table, line.column, line.check) for line in checked.rejects}
    assert rejected == {("indicators", "family", "isin"), ("promises", "indicator_id", "foreign_key")}
    line = next(line for line in checked.rejects if line.table == "promises")
    assert json.loads(line.row)["indicator_id"] == first["indicator_id"]


def test_of_two_rows_with_one_key_the_first_is_kept(catalogued: dict[str, list[dict[str, Any]]]) -> None:
    """A duplicate key rejects the second row, and references to the first stay valid."""
    first = catalogued["indicators"][0]
    promise = blank("promises", promise_id="p", indicator_id=first["indicator_id"])
    doubled = {**catalogued, "indicators": [*catalogued["indicators"], first], "promises": [promise]}
    checked = validate_derived(doubled, MODELS)
    assert [line.check for line in checked.rejects if line.table == "indicators"] == ["primary_key_is_unique"]
    assert "foreign_key" not in {line.check for line in checked.rejects}
