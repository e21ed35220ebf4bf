"""Rows of the table `rejects`: snapshots and rows that cannot be published, each with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace

import pyarrow as arrow

from nianbao.tables.validation import Validated, row_as_json
from schemas.rows import RejectRow


@dataclass(frozen=True, slots=True)
class Reject:
    """A row of `rejects` without its id; each field means what the column of its name does."""

    stage: str
    source_url: str | None
    raw_path: str | None
    report_id: str | None
    table: str | None
    column: str | None
    check: str
    reason: str
    row: str = ""

    def with_report_id(self, report_id: str) -> Reject:
        """Return a copy with another id of its report, also in `row`."""
        row = self.row.replace(self.report_id, report_id) if self.report_id else self.row
        return replace(self, report_id=report_id, row=row)

    def with_source_url(self, url: str | None) -> Reject:
        """Return a copy with the URL of its report."""
        return replace(self, source_url=url)


def rejects_of_validation(table: str, validated: Validated) -> list[Reject]:
    """Return a reject for each invalid row; its first failing check names the column."""
    rejects = []
    for row, failures in validated.rejected:
        first = failures[0]
        rejects.append(
            Reject(
                stage="validate",
                source_url=_text(row.get("source_url")),
                raw_path=_text(row.get("raw_path")),
                report_id=_text(row.get("report_id")),
                table=table,
                column=first.column,
                check=first.check,
                reason="; ".join(failure.reason for failure in failures),
                row=row_as_json(row),
            )
        )
    return rejects


def _text(value: object) -> str | None:
    """Return a value of an invalid row, which may be of any type, as text."""
    return value if value is None or isinstance(value, str) else repr(value)


def reject_rows(rejects: Sequence[Reject]) -> list[RejectRow]:
    """Return rows of `rejects`: the id is a hash of the content; the second of two equal rows gets `-2`."""
    counts: dict[str, int] = {}
    rows: list[RejectRow] = []
    for reject in rejects:
        values = tuple(encodable(value) for value in astuple(reject))
        digest = hashlib.sha256(repr(values).encode()).hexdigest()[:16]
        counts[digest] = ordinal = counts.get(digest, 0) + 1
        rows.append(
            {
                "reject_id": digest + (f"-{ordinal}" if ordinal > 1 else ""),
                "stage": str(encodable(reject.stage)),
                "source_url": encodable(reject.source_url),
                "raw_path": encodable(reject.raw_path),
                "report_id": encodable(reject.report_id),
                "table": encodable(reject.table),
                "column": encodable(reject.column),
                "check": str(encodable(reject.check)),
                "reason": str(encodable(reject.reason)),
                "row": str(encodable(reject.row)),
            }
        )
    return rows


def rejects_table(rejects: Sequence[Reject]) -> arrow.Table:
    """Return rejects as a table of text columns for the cache; ids are given when all rejects are known."""
    columns = [field.name for field in fields(Reject)]
    return arrow.table(
        {
            name: arrow.array([encodable(getattr(reject, name)) for reject in rejects], arrow.string())
            for name in columns
        }
    )


def rejects_of_table(table: arrow.Table | None) -> list[Reject]:
    """Return the rejects in a table that `rejects_table` made."""
    columns = [field.name for field in fields(Reject)]
    return [] if table is None else [Reject(**row) for row in table.select(columns).to_pylist()]


def encodable(value: str | None) -> str | None:
    """Replace lone surrogates, which a message about a broken file may hold and no table can, by question marks."""
    return None if value is None else value.encode("utf-8", "replace").decode("utf-8")
