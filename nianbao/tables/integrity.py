"""Validate rows table by table and keep the keys between tables intact: no row refers to a rejected one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.tables.rejects import Reject, rejects_of_validation
from nianbao.tables.validation import Row, row_as_json, validate_rows
from schemas.cells import Cells
from schemas.documents import Documents
from schemas.findings import Findings
from schemas.observations import Observations
from schemas.reports import Reports
from schemas.sections import Sections
from schemas.table import Table, arrow_schema, table_name, table_spec
from schemas.unmatched import Unmatched

if TYPE_CHECKING:
    from nianbao.tables.rows import ReportRows

# Columns of cached `reports` by which ids are assigned; published tables do not have them.
ASSIGNMENT_COLUMNS = (arrow.field("text_sha256", arrow.string()), arrow.field("dated", arrow.date32()))


@dataclass(frozen=True, slots=True)
class ValidatedTables:
    """The valid rows by name of their table, in the order given, and the rejects of all tables."""

    tables: dict[str, arrow.Table]
    rejects: list[Reject]


def validate_reports(reports: Sequence[ReportRows]) -> ValidatedTables:
    """Validate the rows of some reports; a report is rejected with all its rows if its own row is invalid."""
    validated = validate_rows(Reports, [rows.report for rows in reports])
    # A provisional id means nothing to a reader of `rejects`.
    rejects = [replace(reject, report_id=None) for reject in rejects_of_validation("reports", validated)]
    valid_ids = set(validated.table["report_id"].to_pylist())
    kept = [rows for rows in reports if rows.report["report_id"] in valid_ids]
    by_id = {rows.report["report_id"]: rows.report for rows in kept}
    # By model and not by TABLES: the model of the wide table reads the catalog, on which reading must not depend.
    by_model: tuple[tuple[str, type[Table], Sequence[Row]], ...] = (
        ("documents", Documents, [rows.document for rows in kept]),
        ("sections", Sections, [row for rows in kept for row in rows.sections]),
        ("observations", Observations, [row for rows in kept for row in rows.observations]),
        ("unmatched", Unmatched, [row for rows in kept for row in rows.unmatched]),
        ("cells", Cells, [row for rows in kept for row in rows.cells]),
        ("findings", Findings, [row for rows in kept for row in rows.findings]),
    )
    tables: dict[str, arrow.Table] = {}
    for name, model, rows in by_model:
        checked = validate_rows(model, rows)
        tables[name] = checked.table
        for reject in rejects_of_validation(name, checked):
            report = by_id[str(reject.report_id)]
            rejects.append(replace(reject, source_url=report["source_url"], raw_path=report["raw_path"]))
    section_ids = tables["sections"]["section_id"]
    for name in ("observations", "unmatched"):
        tables[name] = null_dangling_keys(tables[name], "section_id", section_ids)
    observation_ids = tables["observations"]["observation_id"]
    tables["observations"] = null_dangling_keys(tables["observations"], "relates_to", observation_ids)
    tables["cells"] = null_dangling_keys(tables["cells"], "observation_id", observation_ids)
    table = recount(validated.table, "n_observations", tables["observations"])
    table = recount(table, "n_sections", tables["sections"])
    for field in ASSIGNMENT_COLUMNS:
        values = [getattr(rows, field.name) for rows in kept]
        table = table.append_column(field, arrow.array(values, field.type))
    return ValidatedTables({**tables, "reports": table}, rejects)


def validate_derived(
    rows: Mapping[str, Sequence[Row]],
    models: Iterable[type[Table]],
    rejected_keys: Mapping[str, set[str]] | None = None,
) -> ValidatedTables:
    """Validate the rows of tables that rest on many reports.

    A key to a rejected row becomes null; if its column must not be null, the row is rejected too.

    Args:
        rows: The rows by name of their table.
        models: The tables to validate; each refers only to itself and to tables before it.
        rejected_keys: Keys of rejected rows of other tables, by name of the table.
    """
    tables: dict[str, arrow.Table] = {}
    rejects: list[Reject] = []
    rejected = dict(rejected_keys or {})
    for model in models:
        name = table_name(model)
        kept, dangling = _resolve_keys(model, rows[name], rejected)
        validated = validate_rows(model, kept)
        tables[name] = validated.table
        rejects += dangling + rejects_of_validation(name, validated)
        key = table_spec(model)["primary_key"][0]
        # Of two rows with one key the first is valid, so that others may refer to it.
        rejected[name] = {str(row[key]) for row, _ in validated.rejected} - set(validated.table[key].to_pylist())
        if rejected[name]:
            for column, target in _foreign_keys(model):
                if target == name:
                    tables[name] = null_dangling_keys(tables[name], column, tables[name][key])
    return ValidatedTables(tables, rejects)


def recount(reports: arrow.Table, column: str, rows: arrow.Table) -> arrow.Table:
    """Set a column of `reports` to the number of `rows` of each report: a check or a correction may remove some."""
    counted = rows["report_id"].value_counts()
    counts = dict(zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True))
    index = reports.schema.get_field_index(column)
    field = reports.schema.field(index)
    values = [counts.get(report_id, 0) for report_id in reports["report_id"].to_pylist()]
    return reports.set_column(index, field, arrow.array(values, field.type))


def null_dangling_keys(rows: arrow.Table, column: str, keys: arrow.ChunkedArray) -> arrow.Table:
    """Set `column` to null where it names none of `keys`; `rejects` has the reason."""
    found = compute.is_in(rows[column], value_set=keys.combine_chunks())
    if compute.all(compute.or_(found, compute.is_null(rows[column]))).as_py() is not False:
        return rows
    index = rows.schema.get_field_index(column)
    field = rows.schema.field(index)
    return rows.set_column(index, field, compute.if_else(found, rows[column], arrow.scalar(None, field.type)))


def _foreign_keys(model: type[Table]) -> list[tuple[str, str]]:
    """Return the columns of a table that hold keys, each with the name of the table that they refer to."""
    return [(key["columns"][0], key["table"]) for key in table_spec(model).get("foreign_keys", [])]


def _resolve_keys(
    model: type[Table], rows: Sequence[Row], rejected: Mapping[str, set[str]]
) -> tuple[list[Row], list[Reject]]:
    """Return the rows without keys to rejected rows, and a reject for each row that needs such a key."""
    schema = arrow_schema(model)
    columns = [(column, rejected[target]) for column, target in _foreign_keys(model) if rejected.get(target)]
    if not columns:
        return list(rows), []
    kept: list[Row] = []
    rejects: list[Reject] = []
    for row in rows:
        dangling = [column for column, keys in columns if row[column] in keys]
        required = [column for column in dangling if not schema.field(column).nullable]
        if required:
            rejects.append(_dangling_reject(table_name(model), required[0], row))
        else:
            kept.append({**row, **dict.fromkeys(dangling)} if dangling else row)
    return kept, rejects


def _dangling_reject(table: str, column: str, row: Row) -> Reject:
    report_id = row.get("report_id")
    return Reject(
        stage="validate",
        source_url=None,
        raw_path=None,
        report_id=None if report_id is None else str(report_id),
        table=table,
        column=column,
        check="foreign_key",
        reason=f"{column}: {row[column]!r} was turned away itself; its own line here says why",
        row=row_as_json(row),
    )
