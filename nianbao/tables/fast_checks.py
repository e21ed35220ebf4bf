"""Check whole columns at once for whether a table passes every check of its model.

pandera decides what fails and why, but takes several milliseconds per column to find that nothing does, which is nearly
always so. The checks are read from the model; one that is unknown here is left to pandera.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from schemas.table import Table, column_specs

_Check = Callable[[arrow.ChunkedArray], bool]


def all_rows_valid(model: type[Table], table: arrow.Table) -> bool:
    """Return whether all rows are valid; False means that pandera has to decide."""
    rules = _rules(model)
    if rules is None:
        return False
    for name, (nullable, checks) in rules.items():
        column = table[name]
        if (not nullable and column.null_count) or not all(rule(column) for rule in checks):
            return False
    row_checks = model.__root_checks__
    if not row_checks:
        return True
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return all(bool(getattr(model, str(check.name))(frame).all()) for check in row_checks)


@cache
def _rules(model: type[Table]) -> dict[str, tuple[bool, tuple[_Check, ...]]] | None:
    """Return by column whether it may have nulls, and its checks; None if a check of the model is unknown here."""
    if not all(callable(getattr(model, str(check.name), None)) for check in model.__root_checks__):
        return None
    rules = {}
    for name, specification in column_specs(model).items():
        column_rules = [_rule(str(check.name), check.statistics or {}) for check in specification.checks]
        if None in column_rules:
            return None
        rules[name] = (specification.nullable, tuple(rule for rule in column_rules if rule is not None))
    return rules


def _rule(check: str, statistics: dict[str, Any]) -> _Check | None:
    if check == "isin":
        allowed = arrow.array(list(statistics["allowed_values"]))
        return lambda column: _all(compute.is_in(column.unique().drop_null(), value_set=allowed))
    if check == "str_matches":
        pattern = getattr(statistics["pattern"], "pattern", statistics["pattern"])
        # Like pandas for strings of Arrow, which matches from the start of the text.
        anchored = pattern if pattern.startswith("^") else f"^{pattern}"
        return lambda column: _all(compute.match_substring_regex(column.unique(), anchored))
    if check == "str_length":
        least, most = statistics.get("min_value"), statistics.get("max_value")
        return None if most is not None else lambda column: _all(compute.utf8_length(column), "greater_equal", least)
    if check in _BOUNDS:
        key, comparison = _BOUNDS[check]
        bound = statistics[key]
        return lambda column: _all(column, comparison, bound)
    return None


_BOUNDS = {
    "greater_than_or_equal_to": ("min_value", "greater_equal"),
    "greater_than": ("min_value", "greater"),
    "less_than_or_equal_to": ("max_value", "less_equal"),
    "less_than": ("max_value", "less"),
}


def _all(values: Any, comparison: str | None = None, bound: Any = None) -> bool:
    """Return whether all values but nulls are true, or hold `comparison` with `bound`."""
    if comparison is not None:
        values = compute.call_function(comparison, [values, arrow.scalar(bound)])
    return compute.all(values, min_count=0).as_py() is not False
