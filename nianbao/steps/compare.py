"""The second step: match, compare and check the rows of whole governments, and keep them in the cache."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.cache.entries import CacheEntry, write_entry
from nianbao.comparison.governments import GovernmentTables, MatchCount, compare_governments, count_matches
from nianbao.comparison.indicators_table import count_indicators, indicator_rows
from nianbao.comparison.points import UnfilledCell
from nianbao.comparison.wide import ComparedValue, wide_cells
from nianbao.extraction.forms.values import NUMBER
from nianbao.indicators.catalog import load_catalog
from nianbao.steps.partitions import (
    DuplicateText,
    Partition,
    PartitionMember,
    government_of,
    load_partition,
    own_rows,
)
from nianbao.tables.integrity import null_dangling_keys, recount, validate_derived
from nianbao.tables.rejects import Reject, rejects_of_table, rejects_table
from nianbao.tables.report_findings import duplicate_text
from nianbao.tables.validation import sort_rows, valid_rows
from schemas import TABLES, Cells, Findings, Indicators, arrow_schema

# Tables with rows that belong to one report each; comparing adds to `findings`.
READ_TABLES = ("reports", "documents", "sections", "observations", "unmatched", "cells", "findings")
COMPARED_TABLES = ("observations", "comparisons", "promises", "corrections", "findings")
# Columns of a cell without a number that comparing needs.
UNFILLED_CELLS = list(UnfilledCell.__annotations__)

# Columns of an observation that counting needs.
_STATED = ["observation_id", "indicator_id", "series_code", "body_id", "modality", "period_end"]
_WIDE_SOURCE = list(ComparedValue.__annotations__)
# Tables of the cache from which tables of all governments are made.
_COUNTED = arrow.schema(
    [
        ("indicator_id", arrow.string()),
        ("government", arrow.string()),
        ("n", arrow.int64()),
        ("first_year", arrow.int16()),
        ("last_year", arrow.int16()),
    ]
)
_WIDE = arrow.schema(
    [
        ("family", arrow.string()),
        ("jurisdiction_code", arrow.string()),
        ("body_id", arrow.string()),
        ("series_code", arrow.string()),
        ("jurisdiction_name", arrow.string()),
        ("body_name", arrow.string()),
        ("body_kind", arrow.string()),
        ("year", arrow.int16()),
        ("indicator_id", arrow.string()),
        ("value", arrow.float64()),
    ]
)
_MATCHED = arrow.schema([("family", arrow.string()), ("with_id", arrow.int64()), ("of", arrow.int64())])


@dataclass(frozen=True, slots=True)
class ComparePartitions:
    """A job: the cache folder, and the partitions to compare one after another."""

    cache: str
    partitions: tuple[Partition, ...]


def compare_partitions(job: ComparePartitions) -> int:
    """Write the cache entries of some partitions; returns the number of their reports. Raises CorrectionError."""
    with gc_disabled():
        for partition in job.partitions:
            write_entry(Path(job.cache), partition.name, compare_partition(partition))
    return sum(len(partition.members) for partition in job.partitions)


@contextmanager
def gc_disabled() -> Iterator[None]:
    """Turn the garbage collector off: rows form no cycles, and walking them repeatedly takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def compare_partition(partition: Partition) -> dict[str, arrow.Table]:
    """Return all tables of a partition: those to publish, and those from which tables of all governments are made."""
    catalog = load_catalog()
    read = load_partition(partition, READ_TABLES)
    unfilled = read["cells"].filter(compute.field("state") != NUMBER).select(UNFILLED_CELLS).to_pylist()
    compared = compare_governments(read["observations"].to_pylist(), partition.corrections, catalog, unfilled)
    models = [TABLES[name] for name in COMPARED_TABLES]
    validated = validate_derived(compared.tables, models, _rejected_indicators())
    tables = {**read, **{name: sort_rows(TABLES[name], rows) for name, rows in validated.tables.items()}}
    observations = tables["observations"]
    tables["reports"] = recount(read["reports"], "n_observations", observations)
    cells = null_dangling_keys(read["cells"], "observation_id", observations["observation_id"])
    tables["cells"] = sort_rows(Cells, cells)
    tables["findings"] = _findings(read["findings"], validated.tables["findings"], partition.duplicates)
    wide = wide_cells(tables["comparisons"].select(_WIDE_SOURCE).to_pylist(), catalog)
    tables["wide"] = _table(wide, _WIDE)
    tables = own_rows(partition, tables)
    rejects = [*_read_rejects(partition.members), *_with_urls(validated.rejects, read["reports"])]
    tables["rejects"] = rejects_table([reject for reject in rejects if _is_own(reject, partition)])
    stated = tables["observations"].select(_STATED).to_pylist()
    tables["counted"] = _table(count_indicators(stated, compared.also), _COUNTED)
    matched = _match_counts(compared, partition)
    tables["matched"] = _table([(family, *counts) for family, counts in matched.items()], _MATCHED)
    return tables


def _is_own(reject: Reject, partition: Partition) -> bool:
    """Return whether a reject is of a member and not of the context; a row of no report is its government's."""
    if not partition.context:
        return True
    if reject.report_id is not None:
        return any(member.report_id == reject.report_id for member in partition.members)
    row = json.loads(reject.row)
    if "target_report_id" in row:
        return any(member.report_id == row["target_report_id"] for member in partition.members)
    government = f"{row['family']}/{row['jurisdiction_code']}"
    return any(government_of(member.report_id) == government for member in partition.members)


def _match_counts(compared: GovernmentTables, partition: Partition) -> dict[str, MatchCount]:
    """Return how many observations of the members have an indicator, by family."""
    if not partition.context:
        return compared.match_counts
    own = {member.report_id for member in partition.members}
    return count_matches(row for row in compared.observations if row["report_id"] in own)


@cache
def _rejected_indicators() -> dict[str, set[str]]:
    """Return the indicators without a valid row, to which no row may refer; `rejects` has the reasons."""
    rows = indicator_rows((), load_catalog())
    validated = validate_derived({"indicators": rows}, [Indicators])
    return {"indicators": {row["indicator_id"] for row in rows} - set(validated.tables["indicators"][0].to_pylist())}


def _findings(read: arrow.Table, checked: arrow.Table, duplicates: Sequence[DuplicateText]) -> arrow.Table:
    """Return the findings of reading and of checking, and one for each duplicate."""
    rows = [
        duplicate_text(text.report_id, text.reporter, text.kept_url, text.left_out_url).as_row() for text in duplicates
    ]
    schema = arrow_schema(Findings)
    parts = [part.cast(schema) for part in (read, checked, valid_rows(Findings, rows))]
    return sort_rows(Findings, arrow.concat_tables(parts).combine_chunks())


def _read_rejects(members: Sequence[PartitionMember]) -> list[Reject]:
    """Return the rejects of reading these reports, under their final ids."""
    final_ids = {member.provisional_id: member.report_id for member in members}
    rejects = []
    for entry in dict.fromkeys(member.entry for member in members):
        for reject in rejects_of_table(CacheEntry(entry).table("rejects")):
            if reject.report_id in final_ids:
                rejects.append(reject.with_report_id(final_ids[reject.report_id]))
    return rejects


def _with_urls(rejects: Sequence[Reject], reports: arrow.Table) -> list[Reject]:
    urls = dict(zip(reports["report_id"].to_pylist(), reports["source_url"].to_pylist(), strict=True))
    return [reject.with_source_url(urls.get(str(reject.report_id))) for reject in rejects]


def _table(rows: Sequence[tuple[object, ...]], schema: arrow.Schema) -> arrow.Table:
    """Return tuples in the order of a schema as a table."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return arrow.Table.from_arrays(arrays, schema=schema)
