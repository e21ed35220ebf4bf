"""Whether a table passes every check of its model, by whole columns at once.

pandera is the judge of what fails and why; but it takes several milliseconds a column to find that nothing does, which
is nearly always so. The checks are the model's own, read from it: one that is not known here is left to pandera.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from schemas.table import Table

_Check = Callable[[arrow.ChunkedArray], bool]


def all_rows_valid(model: type[Table], table: arrow.Table) -> bool:
    """Whether all rows of a table of the model's columns and types are good; False also where that is not sure."""
    rules = _rules(model)
    if rules is None:
        return False
    for name, (nullable, holds) in rules.items():
        column = table[name]
        if (not nullable and column.null_count) or not all(rule(column) for rule in holds):
            return False
    checks = model.to_schema().checks
    if not checks:
        return True
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return all(bool(getattr(model, str(check.name))(frame).all()) for check in checks)


@cache
def _rules(model: type[Table]) -> dict[str, tuple[bool, tuple[_Check, ...]]] | None:
    """By column: whether it may have nulls, and what must hold; None where a check of the model is not known here."""
    schema = model.to_schema()
    if not all(callable(getattr(model, str(check.name), None)) for check in schema.checks):
        return None
    rules = {}
    for name, specification in schema.columns.items():
        made = [_rule(str(check.name), check.statistics or {}) for check in specification.checks]
        if specification.unique or None in made:
            return None
        rules[name] = (bool(specification.nullable), tuple(rule for rule in made if rule is not None))
    return rules


def _rule(check: str, told: dict[str, Any]) -> _Check | None:
    if check == "isin":
        allowed = arrow.array(list(told["allowed_values"]))
        return lambda column: _all(compute.is_in(column.unique().drop_null(), value_set=allowed))
    if check == "str_matches":
        pattern = getattr(told["pattern"], "pattern", told["pattern"])
        # As pandas does it for Arrow's strings: a match begins where the text does.
        anchored = pattern if pattern.startswith("^") else f"^{pattern}"
        return lambda column: _all(compute.match_substring_regex(column.unique(), anchored))
    if check == "str_length":
        least, most = told.get("min_value"), told.get("max_value")
        return None if most is not None else lambda column: _all(compute.utf8_length(column), "greater_equal", least)
    if check in _BOUNDS:
        key, comparison = _BOUNDS[check]
        bound = told[key]
        return lambda column: _all(column, comparison, bound)
    return None


_BOUNDS = {
    "greater_than_or_equal_to": ("min_value", "greater_equal"),
    "greater_than": ("min_value", "greater"),
    "less_than_or_equal_to": ("max_value", "less_equal"),
    "less_than": ("max_value", "less"),
}


def _all(values: Any, comparison: str | None = None, bound: Any = None) -> bool:
    """Whether all that is not null is true, or compares so with a bound."""
    if comparison is not None:
        values = compute.call_function(comparison, [values, arrow.scalar(bound)])
    return compute.all(values, min_count=0).as_py() is not False
