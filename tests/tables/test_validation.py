"""Validation: valid rows are kept as they are, invalid ones are rejected with every reason, wrong columns raise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.tables.rejects import reject_rows, rejects_of_validation
from nianbao.tables.validation import SchemaMismatch, sort_rows, valid_rows, validate_rows
from schemas import Observations, Sections, Unmatched

UNMATCHED = {
    "report_id": "rule_of_law/990100/2019",
    "char_start": 3,
    "char_end": 7,
    "quote": "2019",
    "reason": "year",
    "sentence": "在2019年。",
    "section_id": None,
}


def unmatched(start: int, **wrong: Any) -> dict[str, Any]:
    """Return a row of `unmatched` with the given faults."""
    return {**UNMATCHED, "char_start": start, "char_end": start + 4, **wrong}


def test_only_the_invalid_rows_are_rejected() -> None:
    """Invalid rows are rejected, and the valid rows around them are kept in order."""
    rows = [unmatched(3), unmatched(10, reason="Not A Word"), unmatched(20), unmatched(30, quote=5), unmatched(40)]
    validated = validate_rows(Unmatched, rows)
    assert validated.table["char_start"].to_pylist() == [3, 20, 40]
    assert [row["char_start"] for row, _ in validated.rejected] == [10, 30]


def test_a_row_with_two_faults_is_one_reject_with_both_reasons() -> None:
    """A row with two faults becomes one reject with both reasons and the whole row."""
    validated = validate_rows(Unmatched, [unmatched(3, reason="A B", char_end=4)])
    (line,) = rejects_of_validation("unmatched", validated)
    assert "reason: 'A B' fails" in line.reason
    assert "the length of the quote differs from that of its span" in line.reason
    assert json.loads(line.row)["reason"] == "A B"


def test_of_two_rows_with_one_key_the_second_is_rejected() -> None:
    """The second row with the same key is rejected, and the first is kept."""
    validated = validate_rows(Unmatched, [unmatched(3), unmatched(3, reason="other")])
    assert validated.table["reason"].to_pylist() == ["year"]
    (failures,) = [failures for _, failures in validated.rejected]
    assert failures[0].reason == "an earlier row has the same key"


def test_null_stays_null_and_nothing_is_filled() -> None:
    """Missing values stay null in the validated table."""
    table = validate_rows(Unmatched, [unmatched(3), unmatched(9, section_id="x/§一")]).table
    assert table["section_id"].to_pylist() == [None, "x/§一"]
    assert table["section_id"].null_count == 1


def test_no_rows_are_an_empty_table() -> None:
    """No rows give an empty table with the right types."""
    table = validate_rows(Observations, []).table
    assert table.num_rows == 0
    assert table.schema.field("value").type == "double"


@pytest.mark.parametrize("columns", [{"report_id", "quote"}, {*UNMATCHED, "other"}, {*UNMATCHED, "other"} - {"quote"}])
def test_rows_with_other_columns_are_a_programming_error(columns: set[str]) -> None:
    """Missing or unknown columns raise an error that names them."""
    with pytest.raises(SchemaMismatch, match=r"quote|other"):
        validate_rows(Unmatched, [dict.fromkeys(columns)])


def test_rows_made_by_the_program_must_be_valid() -> None:
    """For rows that must be valid, an invalid one raises an error."""
    with pytest.raises(SchemaMismatch, match="the length of the quote differs from that of its span"):
        valid_rows(Unmatched, [unmatched(3, char_end=9)])


def test_sorted_as_the_table_says() -> None:
    """Rows are sorted by the columns that the table declares."""
    rows = [
        ("r", "r/§二", "二", 1, "", 10, 20, "plan"),
        ("r", "r/§一/（一）", "一/（一）", 2, "", 0, 5, "review"),
        ("r", "r/§一", "一", 1, "", 0, 10, "review"),
    ]
    names = ("report_id", "section_id", "path", "level", "heading", "char_start", "char_end", "role")
    table = sort_rows(Sections, valid_rows(Sections, [dict(zip(names, row, strict=True)) for row in rows]))
    assert table["path"].to_pylist() == ["一", "一/（一）", "二"]


def test_equal_rejects_have_different_ids() -> None:
    """Two equal rejects get different ids."""
    lines = rejects_of_validation("unmatched", validate_rows(Unmatched, [unmatched(3, reason="A B")])) * 2
    first, second = (row["reject_id"] for row in reject_rows(lines))
    assert second == f"{first}-2"


values = st.one_of(st.none(), st.text(max_size=5), st.integers(), st.floats(), st.booleans(), st.binary(max_size=3))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(UNMATCHED, values)), max_size=4))
def test_every_row_is_kept_or_rejected(rows: list[dict[str, Any]]) -> None:
    """Rows of any values are kept or rejected, never lost, and each reject is valid JSON."""
    validated = validate_rows(Unmatched, rows)
    assert validated.table.num_rows + len(validated.rejected) == len(rows)
    for line in rejects_of_validation("unmatched", validated):
        json.loads(line.row)
