"""The reports of one batch, validated together: the tables of a piece, and what was turned away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.tables.rejects import Reject, reject_rows
from nianbao.tables.rows import ReportRows, RowTuple
from nianbao.tables.validation import validate_rows
from schemas.cells import Cells
from schemas.documents import Documents
from schemas.findings import Findings
from schemas.observations import Observations
from schemas.reports import Reports
from schemas.sections import Sections
from schemas.table import Table, arrow_schema
from schemas.unmatched import Unmatched

# The columns that decide a report's place among its like; they stand in a piece's `reports` and in no published table.
ASSIGNMENT_COLUMNS = (arrow.field("text_sha256", arrow.string()), arrow.field("dated", arrow.date32()))


def validate_reports(reports: Sequence[ReportRows]) -> tuple[dict[str, arrow.Table], list[Reject]]:
    """The tables of a piece, and its rejects apart. A report whose own row fails goes with all that is its."""
    columns = arrow_schema(Reports).names
    id_at, url_at, path_at = (columns.index(name) for name in ("report_id", "source_url", "raw_path"))
    checked = validate_rows(Reports, [seen.report for seen in reports])
    # Such a report has no id to go by: its provisional one means nothing to a reader.
    rejects = [replace(line, report_id=None) for line in reject_rows("reports", checked)]
    good = set(checked.table["report_id"].to_pylist())
    kept = [seen for seen in reports if seen.report[id_at] in good]
    origin = {seen.report[id_at]: (seen.report[url_at], seen.report[path_at]) for seen in kept}
    # Not TABLES: the model of the wide table reads the catalog, on which reading must not depend.
    models: tuple[type[Table], ...] = (Documents, Sections, Observations, Unmatched, Cells, Findings)
    rows: dict[str, list[RowTuple]] = {
        "documents": [seen.document for seen in kept],
        "sections": [row for seen in kept for row in seen.sections],
        "observations": [row for seen in kept for row in seen.observations],
        "unmatched": [row for seen in kept for row in seen.unmatched],
        "cells": [row for seen in kept for row in seen.cells],
        "findings": [row for seen in kept for row in seen.findings],
    }
    tables: dict[str, arrow.Table] = {}
    for model, (name, made) in zip(models, rows.items(), strict=True):
        validated = validate_rows(model, made)
        tables[name] = validated.table
        for line in reject_rows(name, validated):
            url, path = origin[str(line.report_id)]
            rejects.append(replace(line, source_url=url, raw_path=path))
    for name in ("observations", "unmatched"):
        tables[name] = _without_dangling(tables[name], "section_id", tables["sections"]["section_id"])
    tables["observations"] = _without_dangling(
        tables["observations"], "relates_to", tables["observations"]["observation_id"]
    )
    tables["cells"] = _without_dangling(tables["cells"], "observation_id", tables["observations"]["observation_id"])
    tables["reports"] = _with_placing(_recounted(checked.table, tables), kept)
    return tables, rejects


def _without_dangling(rows: arrow.Table, column: str, there: arrow.ChunkedArray) -> arrow.Table:
    """The rows, with null where `column` names a row that was turned away: the reason stands in `rejects`."""
    found = compute.is_in(rows[column], value_set=there.combine_chunks())
    if compute.all(compute.or_(found, compute.is_null(rows[column]))).as_py() is not False:
        return rows
    at = rows.schema.get_field_index(column)
    cleared = compute.if_else(found, rows[column], arrow.scalar(None, rows.schema.field(at).type))
    return rows.set_column(at, rows.schema.field(at), cleared)


def _recounted(reports: arrow.Table, tables: dict[str, arrow.Table]) -> arrow.Table:
    """The reports with the numbers of rows that are left of them."""
    for column, table in (("n_observations", "observations"), ("n_sections", "sections")):
        counts = Counter(tables[table]["report_id"].to_pylist())
        at = reports.schema.get_field_index(column)
        field = reports.schema.field(at)
        left = arrow.array([counts[name] for name in reports["report_id"].to_pylist()], field.type)
        reports = reports.set_column(at, field, left)
    return reports


def _with_placing(reports: arrow.Table, kept: Sequence[ReportRows]) -> arrow.Table:
    for field in ASSIGNMENT_COLUMNS:
        reports = reports.append_column(field, arrow.array([getattr(seen, field.name) for seen in kept], field.type))
    return reports
