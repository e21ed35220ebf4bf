"""Pieces: what one batch of snapshots became, on disk between two steps, so that only paths travel between processes.

A piece is a folder with one Parquet file a table, rows validated but under provisional report ids, each report's rows
together and in their final order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from nianbao.storage.rejects import Reject, writable

# The columns that decide a report's place among its like; they stand in a piece's `reports` and in no published table.
PLACING = (arrow.field("text_sha256", arrow.string()), arrow.field("dated", arrow.date32()))

# The columns that hold a report's id or an id that begins with it.
ID_COLUMNS = (
    "report_id",
    "section_id",
    "observation_id",
    "other_observation_id",
    "relates_to",
    "finding_id",
    "cell_id",
)

PIECES_IN_MEMORY = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report in a piece, with what decides its final id and whether it is the same text as another."""

    piece: str
    provisional_id: str
    stem: str
    text_sha256: str
    jurisdiction_name: str
    covers_beyond: bool
    dated: date | None
    source_url: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate with its final id."""

    report_id: str
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Placement:
    """All reports in the order of their ids, and each text that came twice: what is left out, what stands for it."""

    reports: tuple[Placed, ...]
    duplicates: tuple[tuple[Candidate, Placed], ...]


def write_piece(folder: Path, tables: Mapping[str, arrow.Table], rejects: Sequence[Reject]) -> None:
    """Write a piece; it is throw-away work, so nothing waits for the disk."""
    tables = {**tables, "rejects": _rejects_table(rejects)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        parquet.write_table(table, folder / f"{name}.parquet", compression="snappy")


def read_candidates(piece: Path) -> list[Candidate]:
    """The reports of one piece."""
    columns = ["report_id", "text_sha256", "jurisdiction_name", "covers_beyond", "dated", "source_url"]
    rows = parquet.read_table(piece / "reports.parquet", columns=columns).to_pylist()
    return [
        Candidate(
            piece=str(piece),
            provisional_id=row["report_id"],
            stem=row["report_id"].rsplit("-", 1)[0],
            text_sha256=row["text_sha256"],
            jurisdiction_name=row["jurisdiction_name"],
            covers_beyond=row["covers_beyond"],
            dated=row["dated"],
            source_url=row["source_url"],
        )
        for row in rows
    ]


def place_candidates(candidates: Sequence[Candidate]) -> Placement:
    """Give every report its id: one text is one report, and among reports of one government, family and year the first
    is the one that tells nothing of the next year, then the earlier, then the one whose address comes first."""
    ordered = sorted(
        candidates,
        key=lambda seen: (seen.stem, seen.covers_beyond, seen.dated or date.max, seen.source_url, seen.provisional_id),
    )
    placed: list[Placed] = []
    duplicates: list[tuple[Candidate, Placed]] = []
    by_text: dict[str, Placed] = {}
    times: dict[str, int] = {}
    for candidate in ordered:
        first = by_text.get(candidate.text_sha256)
        if first is not None:
            duplicates.append((candidate, first))
            continue
        times[candidate.stem] = nth = times.get(candidate.stem, 0) + 1
        report = Placed(candidate.stem + (f"-{nth}" if nth > 1 else ""), candidate)
        by_text[candidate.text_sha256] = report
        placed.append(report)
    return Placement(tuple(sorted(placed, key=lambda seen: seen.report_id)), tuple(duplicates))


def rows_of_reports(table: str, placed: Sequence[Placed], columns: Sequence[str]) -> Iterator[arrow.Table]:
    """The rows of a table, report after report in the order given, under their final ids."""
    load = lru_cache(maxsize=PIECES_IN_MEMORY)(_load)
    for report in placed:
        rows, spans = load(report.candidate.piece, table)
        start, length = spans.get(report.candidate.provisional_id, (0, 0))
        if length:
            yield rename_report(rows.slice(start, length).select(columns), report)


def rename_report(rows: arrow.Table, report: Placed) -> arrow.Table:
    """The rows with the final id wherever the provisional one stands."""
    provisional = report.candidate.provisional_id
    for n, field in enumerate(rows.schema):
        if field.name in ID_COLUMNS:
            renamed = compute.replace_substring(rows.column(n), provisional, report.report_id)
            rows = rows.set_column(n, field, renamed)
    return rows


def read_rejects(piece: Path, placement: Placement) -> list[Reject]:
    """The rejects of one piece under the final ids; those of a report that is left out as a duplicate are left out."""
    names = {seen.candidate.provisional_id: seen.report_id for seen in placement.reports}
    left_out = {candidate.provisional_id for candidate, _ in placement.duplicates}
    rejects = []
    for values in parquet.read_table(piece / "rejects.parquet").to_pylist():
        seen = Reject(**values)
        if seen.report_id in left_out:
            continue
        if seen.report_id in names:
            provisional, final = seen.report_id, names[seen.report_id]
            seen = replace(seen, report_id=final, row=seen.row.replace(provisional, final))
        rejects.append(seen)
    return rejects


def _rejects_table(rejects: Sequence[Reject]) -> arrow.Table:
    """Rejects as text columns; they are numbered and validated only under their final ids."""
    columns = [field.name for field in fields(Reject)]
    values = [[writable(getattr(seen, name)) for seen in rejects] for name in columns]
    return arrow.table(
        {name: arrow.array(column, arrow.string()) for name, column in zip(columns, values, strict=True)}
    )


def _load(piece: str, table: str) -> tuple[arrow.Table, dict[str, tuple[int, int]]]:
    rows = parquet.read_table(Path(piece) / f"{table}.parquet")
    spans: dict[str, tuple[int, int]] = {}
    start = 0
    ids = rows["report_id"].combine_chunks()
    if len(ids):
        runs = compute.run_end_encode(ids)
        runs = runs.chunk(0) if isinstance(runs, arrow.ChunkedArray) else runs
        for report_id, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            spans[report_id] = (start, end - start)
            start = end
    return rows, spans
