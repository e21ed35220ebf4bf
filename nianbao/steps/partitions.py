"""Groups: whole governments whose reports are matched and compared together, no more of them than fit into memory.

Nothing that is compared crosses the reports of one family of one government, and every table but `indicators` and
`rejects` is in the order of family and government first: so any cut between two of those gives the same tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.cache.entries import CacheEntry
from nianbao.steps.report_ids import AssignedReport
from nianbao.tables.validation import sort_rows
from schemas import TABLES, arrow_schema

# The columns that hold an id that begins with a report's.
ID_COLUMNS = ("section_id", "observation_id", "relates_to", "finding_id", "cell_id")
# What an id of `pieces` begins with where a report's own id belongs: see `Identity.provisional_id`.
_PROVISIONAL = r"^[a-z_]+/\d{6}/\d{4}-\d+"


def partition_reports(reports: Sequence[AssignedReport], most: int) -> list[Sequence[AssignedReport]]:
    """Reports, in the order of their ids, in groups of at most `most` weight; one government's may be more.

    All are one group if they fit, else those of a family, of a province, of a city: of every beginning of `family/code`
    that is still too heavy the next longer ones. So a new report changes its own group and no other.
    """
    return list(_cut(reports, 0, most))


def government_of(report_id: str) -> str:
    """The family and government that a report is of."""
    return report_id.rpartition("/")[0]


def _cut(reports: Sequence[AssignedReport], shared: int, most: int) -> Iterator[Sequence[AssignedReport]]:
    if not reports:
        return
    first, last = government_of(reports[0].report_id), government_of(reports[-1].report_id)
    if first == last or sum(seen.candidate.weight for seen in reports) <= most:
        yield reports
        return
    start = 0
    for _, alike in groupby(reports, key=lambda seen: government_of(seen.report_id)[: shared + 1]):
        stop = start + sum(1 for _ in alike)
        yield from _cut(reports[start:stop], shared + 1, most)
        start = stop


def load_partition(members: Sequence[tuple[str, str, str]], tables: Sequence[str]) -> dict[str, arrow.Table]:
    """The rows of some reports from their pieces, under their final ids, in the order of each table.

    A member is the final id of a report, its provisional one, and the path of its piece.
    """
    by_piece: dict[str, tuple[list[str], list[str]]] = {}
    for report_id, provisional, piece in members:
        before, after = by_piece.setdefault(piece, ([], []))
        before.append(provisional)
        after.append(report_id)
    gathered: dict[str, arrow.Table] = {}
    for name in tables:
        parts = []
        for path, (before, after) in by_piece.items():
            rows = CacheEntry(path).table(name)
            if rows is not None:
                parts.append(_renamed(rows, arrow.array(before), arrow.array(after)))
        model = TABLES[name]
        columns = arrow_schema(model).names
        found = [part.select(columns) for part in parts if part.num_rows]
        table = arrow.concat_tables(found).combine_chunks() if found else arrow_schema(model).empty_table()
        gathered[name] = sort_rows(model, table.cast(arrow_schema(model)))
    return gathered


def _renamed(rows: arrow.Table, before: arrow.Array, after: arrow.Array) -> arrow.Table:
    """The rows of the reports `before`, with the ids `after` wherever those stand."""
    at = compute.index_in(rows["report_id"], value_set=before)
    wanted = compute.is_valid(at)
    rows, at = rows.filter(wanted), at.filter(wanted)
    if not rows.num_rows:
        return rows
    final = after.take(at.combine_chunks())
    for n, field in enumerate(rows.schema):
        if field.name == "report_id":
            rows = rows.set_column(n, field, final)
        elif field.name in ID_COLUMNS:
            rest = compute.replace_substring_regex(rows.column(n).combine_chunks(), _PROVISIONAL, "")
            rows = rows.set_column(n, field, compute.binary_join_element_wise(final, rest, ""))
    return rows
