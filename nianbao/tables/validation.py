"""Validate rows against the model of their table: an Arrow table of the valid rows, and the invalid ones with reasons.

An invalid row is rejected whole, with every check that it fails; a valid one never is. Values are neither cast nor
filled in, because Arrow on its own would read 1.5 as the integer 1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow

from nianbao.tables.fast_checks import all_rows_valid
from schemas.table import Table, arrow_schema, table_spec

# A row of any table; `schemas.rows` has a TypedDict for each.
Row = Mapping[str, object]


class SchemaMismatch(Exception):
    """The rows do not have the columns of the table: a fault of the program, not of a report."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that a row fails; `row` is its index, and `column` is None for a check of the whole row."""

    row: int
    column: str | None
    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class Validated:
    """The valid rows in the order given, and each invalid row with the checks that it fails."""

    table: arrow.Table
    rejected: tuple[tuple[Row, tuple[Failure, ...]], ...]


def validate_rows(model: type[Table], rows: Sequence[Row]) -> Validated:
    """Validate rows; raises SchemaMismatch if one has other columns than the table."""
    schema = arrow_schema(model)
    columns = _columns(model, schema.names, rows)
    failures = [failure for field, column in zip(schema, columns, strict=True) for failure in _mistyped(field, column)]
    mistyped = {failure.row for failure in failures}
    if mistyped:
        columns = [[value for n, value in enumerate(column) if n not in mistyped] for column in columns]
    arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    indices = [n for n in range(len(rows)) if n not in mistyped]
    table = arrow.Table.from_arrays(arrays, schema=schema)
    failed = _check(model, table)
    failures.extend(Failure(indices[f.row], f.column, f.check, f.reason) for f in failed)
    return Validated(_without(table, {f.row for f in failed}), _rejected(rows, failures))


def _columns(model: type[Table], names: Sequence[str], rows: Sequence[Row]) -> list[list[Any]]:
    """Return the values of rows by column, in the order of the table."""
    for row in rows:
        if len(row) != len(names):
            unknown = sorted(set(row) ^ set(names))
            raise SchemaMismatch(f"{model.__name__}: a row has other columns than the table: {', '.join(unknown)}")
    try:
        return [[row[name] for row in rows] for name in names]
    except KeyError as error:
        raise SchemaMismatch(f"{model.__name__}: a row has no column {error}") from error


def valid_rows(model: type[Table], rows: Sequence[Row]) -> arrow.Table:
    """Return rows that the program itself made as a table; raises SchemaMismatch if one is invalid."""
    validated = validate_rows(model, rows)
    if validated.rejected:
        row, failures = validated.rejected[0]
        raise SchemaMismatch(f"{model.__name__}: {failures[0].reason}: {row_as_json(row)}")
    return validated.table


def sort_rows(model: type[Table], table: arrow.Table) -> arrow.Table:
    """Return the rows in the order of the table."""
    return table.sort_by([(name, "ascending") for name in table_spec(model)["sort_by"]])


def row_as_json(row: Row) -> str:
    """Return a row as one line of JSON, whatever its values are."""
    return json.dumps(row, ensure_ascii=False, default=_as_text)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else repr(value)


_BITS = {arrow.int16(): 16, arrow.int32(): 32, arrow.int64(): 64}

# A column that holds only these Python types has its Arrow type if Arrow accepts it at all.
_EXACT: dict[arrow.DataType, set[type]] = {
    arrow.string(): {str, type(None)},
    **{kind: {int, type(None)} for kind in _BITS},
    arrow.float64(): {float, type(None)},
    arrow.bool_(): {bool, type(None)},
    arrow.date32(): {date, type(None)},
}


def _mistyped(field: arrow.Field, column: list[Any]) -> list[Failure]:
    """Return a failure for each value that is not of the type of its column."""
    # The set of types settles nearly every column; only the others are checked value by value.
    if set(map(type, column)) <= _EXACT.get(field.type, set()) and _is_accepted(field.type, column):
        return []
    wrong = [n for n, value in enumerate(column) if value is not None and not _is_of(field.type, value)]
    return [Failure(n, field.name, "type", f"{field.name}: {column[n]!r} is no {field.type}") for n in wrong]


def _is_accepted(kind: arrow.DataType, column: list[Any]) -> bool:
    """Return whether every number fits its width and no text holds a lone surrogate."""
    try:
        arrow.array(column, kind)
    except (arrow.ArrowInvalid, UnicodeEncodeError, OverflowError):
        return False
    return True


def _is_of(kind: arrow.DataType, value: object) -> bool:
    if kind == arrow.string():
        return isinstance(value, str) and _is_accepted(kind, [value])
    if kind in _BITS:
        limit = 1 << (_BITS[kind] - 1)
        return type(value) is int and -limit <= value < limit
    if kind == arrow.float64():
        return isinstance(value, float) or (type(value) is int and abs(value) <= 1 << 53)
    if kind == arrow.bool_():
        return type(value) is bool
    if kind == arrow.date32():
        return isinstance(value, date) and not isinstance(value, datetime)
    if arrow.types.is_timestamp(kind):
        return isinstance(value, datetime) and value.tzinfo is not None
    raise SchemaMismatch(f"no table may have a column of type {kind}")


def _check(model: type[Table], table: arrow.Table) -> list[Failure]:
    """Return the failures that pandera finds in a table with the right types."""
    if table.num_rows == 0 or all_rows_valid(model, table):
        return []
    frame = table.to_pandas(types_mapper=pd.ArrowDtype).reset_index(drop=True)
    try:
        model.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        structural = cases[cases["index"].isna()]
        if len(structural):
            raise SchemaMismatch(f"{model.__name__}: {structural.to_dict('records')[:3]}") from errors
        return _explain(model, cases)
    return []


def _explain(model: type[Table], cases: pd.DataFrame) -> list[Failure]:
    schema = model.to_schema()
    rules = {check.name: str(check.description) for check in schema.checks}
    found: dict[tuple[int, str | None, str], Failure] = {}
    for case in cases.to_dict("records"):
        row, check = int(case["index"]), str(case["check"])
        whole_row = case["schema_context"] == "DataFrameSchema"
        column = None if whole_row else str(case["column"])
        reason = rules.get(check, check) if whole_row else f"{column}: {case['failure_case']!r} fails {check}"
        found.setdefault((row, column, check), Failure(row, column, check.split("(")[0], reason))
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or "", key[2]))]


def _without(table: arrow.Table, rows: set[int]) -> arrow.Table:
    if not rows:
        return table
    keep = np.full(table.num_rows, True)
    keep[sorted(rows)] = False
    return table.filter(arrow.array(keep))


def _rejected(rows: Sequence[Row], failures: list[Failure]) -> tuple[tuple[Row, tuple[Failure, ...]], ...]:
    by_row: dict[int, list[Failure]] = {}
    for failure in failures:
        by_row.setdefault(failure.row, []).append(failure)
    return tuple((rows[n], tuple(by_row[n])) for n in sorted(by_row))
