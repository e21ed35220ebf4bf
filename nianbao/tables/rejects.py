"""Rejects: how a snapshot or a row that cannot be taken becomes a line of the table `rejects`. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Any

import pyarrow as arrow

from nianbao.tables.validation import Validated, row_as_json

RowTuple = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """One line of `rejects` without its id; the fields mean what the columns of those names do."""

    stage: str
    source_url: str | None
    raw_path: str | None
    report_id: str | None
    table: str | None
    column: str | None
    check: str
    reason: str
    row: str = ""

    def under(self, report_id: str) -> Reject:
        """The same under another id of its report, wherever that stands."""
        row = self.row.replace(self.report_id, report_id) if self.report_id else self.row
        return replace(self, report_id=report_id, row=row)

    def of_source(self, url: str | None) -> Reject:
        """The same with the address that its report came from."""
        return replace(self, source_url=url)


def reject_rows(table: str, validated: Validated) -> list[Reject]:
    """The rows that validation turned away, one line a row; its first failing check names the column."""
    rejects = []
    for row, failures in validated.rejected:
        first = failures[0]
        rejects.append(
            Reject(
                stage="validate",
                source_url=row.get("source_url"),
                raw_path=row.get("raw_path"),
                report_id=row.get("report_id"),
                table=table,
                column=first.column,
                check=first.check,
                reason="; ".join(failure.reason for failure in failures),
                row=row_as_json(row),
            )
        )
    return rejects


def number_rejects(rejects: Sequence[Reject]) -> list[RowTuple]:
    """Rows of `rejects`: each under a hash of its content, the second of two equal ones with `-2`."""
    times: dict[str, int] = {}
    rows: list[RowTuple] = []
    for reject in rejects:
        values = tuple(encodable(value) for value in astuple(reject))
        digest = hashlib.sha256(repr(values).encode()).hexdigest()[:16]
        times[digest] = nth = times.get(digest, 0) + 1
        rows.append((digest + (f"-{nth}" if nth > 1 else ""), *values))
    return rows


def rejects_table(rejects: Sequence[Reject]) -> arrow.Table:
    """Rejects as they travel in a piece: text columns; they are numbered and validated only when all are there."""
    columns = [field.name for field in fields(Reject)]
    values = [[encodable(getattr(seen, name)) for seen in rejects] for name in columns]
    return arrow.table(
        {name: arrow.array(column, arrow.string()) for name, column in zip(columns, values, strict=True)}
    )


def rejects_of(table: arrow.Table | None) -> list[Reject]:
    """The rejects in such a table."""
    columns = [field.name for field in fields(Reject)]
    return [] if table is None else [Reject(**row) for row in table.select(columns).to_pylist()]


def encodable(value: str | None) -> str | None:
    """What is told of a broken file may hold what no table can; half a surrogate pair becomes a question mark."""
    return None if value is None else value.encode("utf-8", "replace").decode("utf-8")
