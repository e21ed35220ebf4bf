"""Spans wider than any table: the cell covers all columns, and no other cell changes."""

from __future__ import annotations

import pytest

from tests.documents.test_tables import only_table, texts

BODY = "<tr><td>事项</td><td>数量</td><td>比例</td></tr><tr><td>许可</td><td>12</td><td>3%</td></tr>"


@pytest.mark.parametrize(
    "span", ["201", "250", "255", "999", "1000", "1001", "5000", "65535", "999;", "300px", "1e9999"]
)
@pytest.mark.parametrize("row", [0, 1])
def test_a_span_wider_than_the_table_covers_all_columns(span: str, row: int) -> None:
    """A heading or a note with an absurd colspan leaves the cells of the table as they are."""
    wide = f"<tr><td colspan='{span}'>办理情况</td></tr>"
    table = only_table(f"<table>{wide}{BODY}</table>" if row == 0 else f"<table>{BODY}{wide}</table>")
    rows = texts(table)
    assert [line for line in rows if line[0] != "办理情况"] == [["事项", "数量", "比例"], ["许可", "12", "3%"]]
    if span != "1e9999":  # HTML reads 1
        assert ["办理情况"] * 3 in rows
