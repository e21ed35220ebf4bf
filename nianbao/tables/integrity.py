"""Rows that rest on many reports to validated tables: a bad one goes to `rejects`, and nothing names it any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import pyarrow as arrow

from nianbao.tables.rejects import Reject, reject_rows
from nianbao.tables.validation import row_as_json, validate_rows
from schemas import TABLES, Table, arrow_schema, table_spec

RowMapping = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DerivedTables:
    """The valid tables by name, in the order of their rows as given, and what was turned away from them."""

    tables: dict[str, arrow.Table]
    rejects: list[Reject]


def validate_derived(
    derived: Mapping[str, Sequence[RowMapping]], names: Iterable[str], gone: Mapping[str, set[str]] | None = None
) -> DerivedTables:
    """Validate the tables `names`, of which each refers only to itself and to those before it. `gone` are the keys of
    rows of other tables that were turned away.

    What names a row that was turned away becomes null; where the column must not be null, that row goes too.
    """
    tables: dict[str, arrow.Table] = {}
    rejects: list[Reject] = []
    gone = dict(gone or {})
    for name in names:
        model = TABLES[name]
        rows, dangling = _without_dangling(name, derived[name], gone)
        validated = validate_rows(model, list(map(itemgetter(*arrow_schema(model).names), rows)))
        tables[name] = validated.table
        rejects += dangling + reject_rows(name, validated)
        key = table_spec(model)["primary_key"][0]
        # Of two rows with one key the first is still there to be named.
        gone[name] = {str(row[key]) for row, _ in validated.rejected} - set(validated.table[key].to_pylist())
        if gone[name]:
            tables[name] = _without_own(model, tables[name], gone[name])
    return DerivedTables(tables, rejects)


def recount(reports: arrow.Table, observations: arrow.Table) -> arrow.Table:
    """The rows of `reports` with the number of observations that are left of each: a correction may drop one, a check
    turn one away."""
    counted = observations["report_id"].value_counts()
    left = dict(zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True))
    at = reports.schema.get_field_index("n_observations")
    field = reports.schema.field(at)
    return reports.set_column(
        at, field, arrow.array([left.get(name, 0) for name in reports["report_id"].to_pylist()], field.type)
    )


def null_dangling_keys(rows: arrow.Table, column: str, there: set[str]) -> arrow.Table:
    """The rows with null in `column` where it names nothing that is `there`."""
    at = rows.schema.get_field_index(column)
    field = rows.schema.field(at)
    kept = [value if value in there else None for value in rows[column].to_pylist()]
    return rows.set_column(at, field, arrow.array(kept, field.type))


def _without_dangling(
    name: str, rows: Sequence[RowMapping], gone: Mapping[str, set[str]]
) -> tuple[list[RowMapping], list[Reject]]:
    """The rows with no key to a row of a table before that was turned away, and the rows that cannot be without one."""
    model = TABLES[name]
    schema = arrow_schema(model)
    foreign = [(key["columns"][0], key["table"]) for key in table_spec(model).get("foreign_keys", [])]
    at_stake = [(column, gone[table]) for column, table in foreign if gone.get(table)]
    if not at_stake:
        return list(rows), []
    kept: list[RowMapping] = []
    rejects: list[Reject] = []
    for row in rows:
        lost = [column for column, missing in at_stake if row[column] in missing]
        needed = [column for column in lost if not schema.field(column).nullable]
        if needed:
            rejects.append(_dangling(name, needed[0], row))
        else:
            kept.append({**row, **dict.fromkeys(lost)} if lost else row)
    return kept, rejects


def _dangling(name: str, column: str, row: RowMapping) -> Reject:
    return Reject(
        stage="validate",
        source_url=None,
        raw_path=None,
        report_id=row.get("report_id"),
        table=name,
        column=column,
        check="foreign_key",
        reason=f"{column}: {row[column]!r} was turned away itself; its own line here says why",
        row=row_as_json(dict(row)),
    )


def _without_own(model: type[Table], table: arrow.Table, gone: set[str]) -> arrow.Table:
    """The table with null where one of its rows names another of its rows that was turned away."""
    own = str(model.to_schema().name)
    for key in table_spec(model).get("foreign_keys", []):
        if key["table"] == own:
            at = table.schema.get_field_index(key["columns"][0])
            field = table.schema.field(at)
            values = [None if value in gone else value for value in table.column(at).to_pylist()]
            table = table.set_column(at, field, arrow.array(values, field.type))
    return table
