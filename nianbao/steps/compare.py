"""The second step: the rows of whole governments are matched, compared and checked, and kept as derived pieces."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.cache.entries import DERIVED, CacheEntry, entry_name, write_entry
from nianbao.comparison.corrections import Correction
from nianbao.comparison.governments import compare_governments
from nianbao.comparison.indicators_table import count_indicators, indicator_rows
from nianbao.comparison.points import UnfilledCell
from nianbao.comparison.wide import wide_cells
from nianbao.extraction.forms.values import NUMBER
from nianbao.fingerprint import catalog_version, comparison_version
from nianbao.indicators.catalog import load_catalog
from nianbao.steps.partitions import load_partition
from nianbao.tables.integrity import null_dangling_keys, recount, validate_derived
from nianbao.tables.rejects import Reject, rejects_of_table, rejects_table
from nianbao.tables.report_findings import duplicate_text
from nianbao.tables.validation import sort_rows, valid_rows
from schemas import TABLES, Cells, Findings, Indicators, arrow_schema

# The tables whose rows belong to one report each; `findings` gets more.
READ_TABLES = ("reports", "documents", "sections", "observations", "unmatched", "cells", "findings")
DERIVED_TABLES = ("observations", "comparisons", "promises", "corrections", "findings")
# What comparing needs to know of a cell without a number.
UNFILLED_CELLS = list(UnfilledCell.__annotations__)

_COUNTED = arrow.schema(
    [
        ("indicator_id", arrow.string()),
        ("jurisdiction_code", arrow.string()),
        ("n", arrow.int64()),
        ("first_year", arrow.int16()),
        ("last_year", arrow.int16()),
    ]
)
_WIDE = arrow.schema(
    [
        ("family", arrow.string()),
        ("jurisdiction_code", arrow.string()),
        ("jurisdiction_name", arrow.string()),
        ("year", arrow.int16()),
        ("indicator_id", arrow.string()),
        ("value", arrow.float64()),
    ]
)
_MATCHED = arrow.schema([("family", arrow.string()), ("with_id", arrow.int64()), ("of", arrow.int64())])


@dataclass(frozen=True, slots=True)
class PartitionMember:
    """A report of a group: its final id, its provisional one, the key of its rows and the piece that has them."""

    report_id: str
    provisional_id: str
    key: str
    piece: str


@dataclass(frozen=True, slots=True)
class DuplicateText:
    """A text that came twice: the report that stands for it, and the two addresses."""

    report_id: str
    jurisdiction_name: str
    kept_url: str
    left_out_url: str


@dataclass(frozen=True, slots=True)
class Partition:
    """Whole governments' reports with all that their derived rows follow from."""

    members: tuple[PartitionMember, ...]
    left_out: tuple[DuplicateText, ...]
    corrections: tuple[Correction, ...]
    weight: int = 0

    @property
    def name(self) -> str:
        """The name of its piece: the same where everything that it follows from is the same."""
        told = [f"{seen.report_id} {seen.key}" for seen in self.members]
        told += [repr(seen) for seen in (*self.left_out, *self.corrections)]
        return entry_name(DERIVED, [catalog_version(), comparison_version(), *told])


@dataclass(frozen=True, slots=True)
class ComparePartitions:
    """Groups to derive one after another, and the folder of pieces to put them."""

    pieces: str
    groups: tuple[Partition, ...]


def compare_partitions(job: ComparePartitions) -> int:
    """Make the derived pieces of some groups; returns the number of their reports. Raises CorrectionError."""
    with _no_cycles():
        for group in job.groups:
            write_entry(Path(job.pieces), group.name, compare_partition(group))
    return sum(len(group.members) for group in job.groups)


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Rows make no cycles, and the collector would walk all of them again and again, a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compare_partition(group: Partition) -> dict[str, arrow.Table]:
    """All tables of a group: those that are published, and what the tables of all governments are counted from."""
    catalog = load_catalog()
    read = load_partition([(seen.report_id, seen.provisional_id, seen.piece) for seen in group.members], READ_TABLES)
    unfilled = read["cells"].filter(compute.field("state") != NUMBER).select(UNFILLED_CELLS).to_pylist()
    derived = compare_governments(read["observations"].to_pylist(), group.corrections, catalog, unfilled)
    checked = validate_derived(derived.tables, [TABLES[name] for name in DERIVED_TABLES], _rejected_indicators())
    tables = {**read, **{name: sort_rows(TABLES[name], rows) for name, rows in checked.tables.items()}}
    observations = tables["observations"]
    compared = tables["comparisons"]
    tables["reports"] = recount(read["reports"], "n_observations", observations)
    cells = null_dangling_keys(read["cells"], "observation_id", observations["observation_id"])
    tables["cells"] = sort_rows(Cells, cells)
    tables["findings"] = _findings(read["findings"], checked.tables["findings"], group.left_out)
    tables["rejects"] = rejects_table([*_read_rejects(group.members), *_with_urls(checked.rejects, read["reports"])])
    stated = observations.select(["indicator_id", "jurisdiction_code", "modality", "period_end"]).to_pylist()
    tables["counted"] = _table(count_indicators(stated), _COUNTED)
    columns = ["family", "jurisdiction_code", "jurisdiction_name", "year", "indicator_id", "scope", "unit", "value"]
    tables["wide"] = _table(wide_cells(compared.select(columns).to_pylist(), catalog), _WIDE)
    tables["matched"] = _table([(family, *counts) for family, counts in derived.match_counts.items()], _MATCHED)
    return tables


@cache
def _rejected_indicators() -> dict[str, set[str]]:
    """The indicators of the catalog that have no valid row, so that no row may name them; `indicators` tells why."""
    rows = indicator_rows((), load_catalog())
    checked = validate_derived({"indicators": rows}, [Indicators])
    return {"indicators": {row["indicator_id"] for row in rows} - set(checked.tables["indicators"][0].to_pylist())}


def _findings(read: arrow.Table, seen: arrow.Table, left_out: Sequence[DuplicateText]) -> arrow.Table:
    duplicates = [
        duplicate_text(text.report_id, text.jurisdiction_name, text.kept_url, text.left_out_url) for text in left_out
    ]
    schema = arrow_schema(Findings)
    parts = [read, seen, valid_rows(Findings, [finding.as_row() for finding in duplicates])]
    return sort_rows(Findings, arrow.concat_tables([part.cast(schema) for part in parts]).combine_chunks())


def _read_rejects(members: Sequence[PartitionMember]) -> list[Reject]:
    """What reading turned away of these reports, under their final ids."""
    names = {seen.provisional_id: seen.report_id for seen in members}
    rejects = []
    for piece in dict.fromkeys(seen.piece for seen in members):
        for line in rejects_of_table(CacheEntry(piece).table("rejects")):
            if line.report_id in names:
                rejects.append(line.with_report_id(names[line.report_id]))
    return rejects


def _with_urls(rejects: Sequence[Reject], reports: arrow.Table) -> list[Reject]:
    urls = dict(zip(reports["report_id"].to_pylist(), reports["source_url"].to_pylist(), strict=True))
    return [line.with_source_url(urls.get(str(line.report_id))) for line in rejects]


def _table(rows: Sequence[tuple[object, ...]], schema: arrow.Schema) -> arrow.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return arrow.Table.from_arrays(arrays, schema=schema)
