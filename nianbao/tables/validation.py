"""Rows to a validated Arrow table and the rows that were turned away. No files: those are `publish` and `staging`.

A bad row is turned away whole, with every check it fails; a good row never is. Values are taken as they are or not at
all: nothing is cast, cut or filled, because Arrow on its own would read 1.5 as the integer 1.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow

from nianbao.tables.fast_checks import all_rows_valid
from schemas.table import Table, arrow_schema, table_spec

RowTuple = tuple[Any, ...]


class SchemaMismatch(Exception):
    """Rows or a frame that are not of the table at all: a fault in the program, not in a report."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that one row fails: the column (None for the whole row), the check's name, and what was seen."""

    row: int
    column: str | None
    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class Validated:
    """The good rows, in the order given, and for each bad row (its values by column) the checks that it fails."""

    table: arrow.Table
    rejected: tuple[tuple[dict[str, Any], tuple[Failure, ...]], ...]


def validate_rows(model: type[Table], rows: Sequence[RowTuple]) -> Validated:
    """Validate rows whose values stand in the order of the model's columns."""
    schema = arrow_schema(model)
    width = len(schema.names)
    for row in rows:
        if len(row) != width:
            raise SchemaMismatch(f"a row of {model.__name__} has {len(row)} values, the table has {width} columns")
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in schema]
    failures = [failure for field, column in zip(schema, columns, strict=True) for failure in _mistyped(field, column)]
    bad = {failure.row for failure in failures}
    if bad:
        columns = [[value for n, value in enumerate(column) if n not in bad] for column in columns]
    arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    typed = [n for n in range(len(rows)) if n not in bad]
    table = arrow.Table.from_arrays(arrays, schema=schema)
    checked = _check(model, table)
    failures.extend(Failure(typed[f.row], f.column, f.check, f.reason) for f in checked)
    good = _without(table, {f.row for f in checked})
    return Validated(good, _rejected(schema.names, rows, failures))


def valid_rows(model: type[Table], rows: Sequence[RowTuple]) -> arrow.Table:
    """Rows that the program itself made and that must all be good; raises WrongShape where one is not."""
    validated = validate_rows(model, rows)
    if validated.rejected:
        row, failures = validated.rejected[0]
        raise SchemaMismatch(f"{model.__name__}: {failures[0].reason}: {row_as_json(row)}")
    return validated.table


def sort_rows(model: type[Table], table: arrow.Table) -> arrow.Table:
    """The rows in the table's fixed order."""
    return table.sort_by([(name, "ascending") for name in table_spec(model)["sort_by"]])


def row_as_json(row: dict[str, Any]) -> str:
    """A row as one line of JSON, whatever its values are."""
    return json.dumps(row, ensure_ascii=False, default=_as_text)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else repr(value)


_BITS = {arrow.int16(): 16, arrow.int32(): 32, arrow.int64(): 64}

# Columns that hold only these Python types are of their Arrow type if Arrow takes them at all.
_EXACT: dict[arrow.DataType, set[type]] = {
    arrow.string(): {str, type(None)},
    **{kind: {int, type(None)} for kind in _BITS},
    arrow.float64(): {float, type(None)},
    arrow.bool_(): {bool, type(None)},
    arrow.date32(): {date, type(None)},
}


def _mistyped(field: arrow.Field, column: list[Any]) -> list[Failure]:
    """The cells of a column that are not of its type, as failures by row."""
    # One look at the set of types settles nearly every column; only the others are asked cell by cell.
    if set(map(type, column)) <= _EXACT.get(field.type, set()) and _is_taken(field.type, column):
        return []
    wrong = [n for n, value in enumerate(column) if value is not None and not _is_of(field.type, value)]
    return [Failure(n, field.name, "type", f"{field.name}: {column[n]!r} is no {field.type}") for n in wrong]


def _is_taken(kind: arrow.DataType, column: list[Any]) -> bool:
    """Whether every number fits its width, and no text holds half of a surrogate pair, which is no character."""
    try:
        arrow.array(column, kind)
    except (arrow.ArrowInvalid, UnicodeEncodeError, OverflowError):
        return False
    return True


def _is_of(kind: arrow.DataType, value: object) -> bool:
    if kind == arrow.string():
        return isinstance(value, str) and _is_taken(kind, [value])
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
    raise SchemaMismatch(f"no table may have a column of {kind}")


def _check(model: type[Table], table: arrow.Table) -> list[Failure]:
    """The failures that pandera sees in a table whose types are right."""
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


def _without(table: arrow.Table, bad: set[int]) -> arrow.Table:
    if not bad:
        return table
    keep = np.ones(table.num_rows, dtype=bool)
    keep[sorted(bad)] = False
    return table.filter(arrow.array(keep))


def _rejected(
    names: Sequence[str], rows: Sequence[RowTuple], failures: list[Failure]
) -> tuple[tuple[dict[str, Any], tuple[Failure, ...]], ...]:
    by_row: dict[int, list[Failure]] = {}
    for failure in failures:
        by_row.setdefault(failure.row, []).append(failure)
    return tuple((dict(zip(names, rows[n], strict=True)), tuple(by_row[n])) for n in sorted(by_row))
