"""The third step for Delta tables: write the files of what changed; one commit per table then makes them the table.

A file has the rows of one cache entry in one family and province, so that a new report replaces the files of its own
entry. Tables of another shape have other files: `comparisons` one per family and year, `comparisons_wide` one per
family and province, tables about no single government one in all.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.cache.entries import CacheEntry
from nianbao.fingerprint import tables_version
from nianbao.io.files import FILE_MODE, hash_file, sync_file, sync_folder
from nianbao.io.layout import UNFINISHED
from nianbao.publishing.delta import (
    FAMILY,
    DataFile,
    file_path,
    file_stats,
    partition_columns,
    place_partition,
    stats_columns,
    unit_name,
)
from nianbao.publishing.publish import TableWriter
from nianbao.steps.partitions import Partition, government_of
from nianbao.steps.write import WriteTable, table_parts
from schemas import TABLES

# How many units of a table one job writes; those with a thousand columns take longer.
UNITS_PER_JOB, WIDE_UNITS_PER_JOB = 40, 8
_WIDE = "comparisons_wide"
_WIDE_ROWS = "wide"
# Columns that name the report of a row; other tables have a family and a code.
_REPORT_COLUMNS = ("report_id", "target_report_id")

PlacePartition = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """A cache entry of compared reports.

    Attributes:
        path: Its path.
        partitions: The families and provinces of its rows.
        governments: The governments of its rows.
        rows: The number of rows of each table.
    """

    path: str
    partitions: tuple[PlacePartition, ...]
    governments: tuple[str, ...]
    rows: Mapping[str, int]

    @property
    def name(self) -> str:
        """The name of the entry, which changes with anything that its rows depend on."""
        return Path(self.path).name


@dataclass(frozen=True, slots=True)
class Unit:
    """What one file is to hold: its name, its partition, and the entries that have its rows."""

    name: str
    partition: PlacePartition
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteUnits:
    """A job: the table, the folder of its Delta table, the units to write, and the entry of rejects of no report."""

    table: str
    folder: str
    units: tuple[Unit, ...]
    unassigned: str | None = None


def report_entries(partitions: Iterable[Partition], cache: Path) -> list[ReportEntry]:
    """Return the cache entries of all partitions with the places that they are about."""
    entries = []
    for partition in partitions:
        ids = [member.report_id for member in partition.members]
        places = tuple(sorted({place_partition(report_id) for report_id in ids}))
        entry = CacheEntry(cache / partition.name)
        governments = tuple(sorted(set(map(government_of, ids))))
        entries.append(ReportEntry(str(entry.path), places, governments, entry.rows))
    return entries


def units_of(table: str, entries: Sequence[ReportEntry]) -> list[Unit]:
    """Return the units of a table that is partitioned by family and province."""
    if table == _WIDE:
        return _wide_units(entries)
    return [
        Unit(unit_name(table, tables_version(), entry.name, *place), place, (entry.path,))
        for entry in entries
        if entry.rows.get(table, 0)
        for place in entry.partitions
    ]


def _wide_units(entries: Sequence[ReportEntry]) -> list[Unit]:
    """Return one unit per family and province: a thousand columns take as long for ten rows as for hundreds."""
    by_place: dict[PlacePartition, list[ReportEntry]] = {}
    for entry in entries:
        if entry.rows.get(_WIDE_ROWS, 0):
            for place in entry.partitions:
                by_place.setdefault(place, []).append(entry)
    return [
        Unit(
            unit_name(_WIDE, tables_version(), *place, *(entry.name for entry in of_place)),
            place,
            tuple(entry.path for entry in of_place),
        )
        for place, of_place in by_place.items()
    ]


@dataclass(frozen=True, slots=True)
class WrittenUnits:
    """The table, and the files of a job in the order of its units."""

    table: str
    files: tuple[DataFile, ...]


def write_units(job: WriteUnits) -> WrittenUnits:
    """Write the files of some units. They belong to no table until they are committed."""
    files = []
    for unit in job.units:
        parts = table_parts(WriteTable(job.table, unit.entries, job.folder, job.unassigned))
        if unit.partition:
            parts = (rows_of_place(rows, unit.partition) for rows in parts)
        files.append(write_file(job.table, Path(job.folder), unit.name, unit.partition, parts))
    return WrittenUnits(job.table, tuple(files))


def rows_of_place(rows: arrow.Table, place: PlacePartition) -> arrow.Table:
    """Return the rows of a family and province."""
    family, province = place
    column = next((name for name in _REPORT_COLUMNS if name in rows.column_names), None)
    if column is not None:
        return rows.filter(compute.starts_with(rows[column], f"{family}/{province}"))
    of_family = compute.equal(rows[FAMILY], family)
    return rows.filter(compute.and_(of_family, compute.starts_with(rows["jurisdiction_code"], province)))


def write_file(
    table: str, folder: Path, unit: str, partition: PlacePartition, parts: Iterable[arrow.Table]
) -> DataFile:
    """Write one file of a Delta table, without the columns that its path says; it is complete or missing."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder, prefix=UNFINISHED))
    bounds: dict[str, tuple[object, object]] = {}
    try:
        without = partition_columns(table)
        with TableWriter(TABLES[table], unfinished, without) as writer:
            for rows in parts:
                _widen(bounds, rows, stats_columns(table))
                writer.write(rows.select(writer.schema.names))
        path = file_path(table, partition, unit, hash_file(writer.path))
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        writer.path.chmod(FILE_MODE)
        sync_file(writer.path)
        writer.path.replace(target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return DataFile(path, target.stat().st_size, partition, writer.n_rows, file_stats(writer.n_rows, bounds))


def _widen(bounds: dict[str, tuple[object, object]], rows: arrow.Table, columns: Iterable[str]) -> None:
    """Widen the smallest and largest values of some columns by those of more rows."""
    for name in columns:
        pair = compute.min_max(rows[name]).as_py()
        smallest, largest = pair["min"], pair["max"]
        if smallest is None:
            continue
        known = bounds.get(name, (smallest, largest))
        bounds[name] = (min(known[0], smallest), max(known[1], largest))


def make_jobs(table: str, folder: Path, units: Sequence[Unit], unassigned: str | None) -> Iterator[WriteUnits]:
    """Yield jobs that write these units."""
    size = WIDE_UNITS_PER_JOB if table == _WIDE else UNITS_PER_JOB
    for start in range(0, len(units), size):
        yield WriteUnits(table, str(folder), tuple(units[start : start + size]), unassigned)
