"""Partition reports by government, so that whole governments are compared together and fit into memory.

Every table but `indicators` and `rejects` is ordered by family and code of the government first, so any cut between two
codes gives the same tables. Only reports of one family and one place are compared. A place that got another
code has reports in several parts: each of these parts compares all of them, and keeps its own rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.cache.entries import COMPARED, CacheEntry, entry_name
from nianbao.comparison.corrections import Correction
from nianbao.documents.identity import Reporter
from nianbao.fingerprint import catalog_version, comparison_version
from nianbao.steps.report_ids import AssignedReport
from nianbao.tables.validation import sort_rows
from schemas import TABLES, arrow_schema

# Columns that hold ids that start with the id of a report.
ID_COLUMNS = ("section_id", "observation_id", "relates_to", "finding_id", "cell_id")
# The column that names the report to which a row belongs; without one, a row belongs to a government.
_REPORT_COLUMNS = ("report_id", "target_report_id")
# The provisional report id at the start of such an id: see `Identity.provisional_id`.
_PROVISIONAL = r"^[a-z_]+/\d{6}(\.[a-z0-9-]+)?/\d{4}-\d+"


@dataclass(frozen=True, slots=True)
class PartitionMember:
    """A report of a partition: its final and its provisional id, the key of its snapshot, the entry with its rows."""

    report_id: str
    provisional_id: str
    key: str
    entry: str


@dataclass(frozen=True, slots=True)
class DuplicateText:
    """A text that was stored twice: the report that is kept for it, and both URLs."""

    report_id: str
    reporter: Reporter
    kept_url: str
    left_out_url: str


@dataclass(frozen=True, slots=True)
class Partition:
    """The reports of whole governments, with everything that their compared rows depend on.

    Attributes:
        members: The reports for which the partition makes rows.
        duplicates: Texts of members that were stored twice.
        corrections: Corrections of members and of context.
        weight: A measure of how much there is to compare.
        context: Reports under another code that belong to series of members; their rows are made elsewhere.
    """

    members: tuple[PartitionMember, ...]
    duplicates: tuple[DuplicateText, ...]
    corrections: tuple[Correction, ...]
    weight: int = 0
    context: tuple[PartitionMember, ...] = ()

    @property
    def compared(self) -> tuple[PartitionMember, ...]:
        """All reports that are compared with each other."""
        return self.members + self.context

    @property
    def name(self) -> str:
        """The name of its cache entry, which changes with anything that the entry depends on."""
        keys = [f"{member.report_id} {member.key}" for member in self.members]
        keys += [f"context {member.report_id} {member.key}" for member in self.context]
        keys += [repr(item) for item in (*self.duplicates, *self.corrections)]
        return entry_name(COMPARED, [catalog_version(), comparison_version(), *keys])


def partition_reports(reports: Sequence[AssignedReport], max_weight: int) -> list[Sequence[AssignedReport]]:
    """Divide reports, in the order of their ids, into parts of at most `max_weight`; one government's may weigh more.

    All are one part if they fit, else those of a family, of a province, of a city: every prefix of `family/code` that
    is still too heavy is divided by the next longer ones. So a new report changes its own part and no other.
    """
    return list(_cut(reports, 0, max_weight))


def government_of(report_id: str) -> str:
    """Return the family and jurisdiction of a report id; all bodies of a jurisdiction go together."""
    return report_id.rpartition("/")[0].partition(".")[0]


def _cut(reports: Sequence[AssignedReport], prefix: int, max_weight: int) -> Iterator[Sequence[AssignedReport]]:
    if not reports:
        return
    first, last = government_of(reports[0].report_id), government_of(reports[-1].report_id)
    if first == last or sum(report.candidate.weight for report in reports) <= max_weight:
        yield reports
        return
    start = 0
    for _, same in groupby(reports, key=lambda report: government_of(report.report_id)[: prefix + 1]):
        stop = start + sum(1 for _ in same)
        yield from _cut(reports[start:stop], prefix + 1, max_weight)
        start = stop


def load_partition(partition: Partition, tables: Sequence[str]) -> dict[str, arrow.Table]:
    """Load the rows of all compared reports from the cache, under their final ids, in the order of each table."""
    by_entry: dict[str, tuple[list[str], list[str]]] = {}
    for member in partition.compared:
        provisional, final = by_entry.setdefault(member.entry, ([], []))
        provisional.append(member.provisional_id)
        final.append(member.report_id)
    loaded: dict[str, arrow.Table] = {}
    for name in tables:
        model = TABLES[name]
        schema = arrow_schema(model)
        parts = []
        for path, (provisional, final) in by_entry.items():
            rows = CacheEntry(path).table(name)
            rows = None if rows is None else _renamed(rows, arrow.array(provisional), arrow.array(final))
            if rows is not None and rows.num_rows:
                parts.append(rows.select(schema.names))
        table = arrow.concat_tables(parts).combine_chunks() if parts else schema.empty_table()
        loaded[name] = sort_rows(model, table.cast(schema))
    return loaded


def own_rows(partition: Partition, tables: Mapping[str, arrow.Table]) -> dict[str, arrow.Table]:
    """Return the rows of a partition's members, without those of its context."""
    if not partition.context:
        return dict(tables)
    report_ids = arrow.array([member.report_id for member in partition.members])
    governments = compute.unique(arrow.array([government_of(member.report_id) for member in partition.members]))
    own: dict[str, arrow.Table] = {}
    for name, rows in tables.items():
        column = next((column for column in _REPORT_COLUMNS if column in rows.column_names), None)
        if column is not None:
            own[name] = rows.filter(compute.is_in(rows[column], value_set=report_ids))
        else:
            government = compute.binary_join_element_wise(rows["family"], rows["jurisdiction_code"], "/")
            own[name] = rows.filter(compute.is_in(government, value_set=governments))
    return own


def _renamed(rows: arrow.Table, provisional: arrow.Array, final: arrow.Array) -> arrow.Table:
    """Return the rows of reports with these provisional ids, with the final ids in all columns of ids."""
    indices = compute.index_in(rows["report_id"], value_set=provisional)
    selected = compute.is_valid(indices)
    rows, indices = rows.filter(selected), indices.filter(selected)
    if not rows.num_rows:
        return rows
    report_ids = final.take(indices.combine_chunks())
    for n, field in enumerate(rows.schema):
        if field.name == "report_id":
            rows = rows.set_column(n, field, report_ids)
        elif field.name in ID_COLUMNS:
            suffixes = compute.replace_substring_regex(rows.column(n).combine_chunks(), _PROVISIONAL, "")
            rows = rows.set_column(n, field, compute.binary_join_element_wise(report_ids, suffixes, ""))
    return rows
