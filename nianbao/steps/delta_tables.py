"""Write all tables of a version as Delta tables: the files of what changed first, then one commit per table."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nianbao.fingerprint import tables_version
from nianbao.io.files import write_atomically
from nianbao.io.layout import DELTA, DELTA_VERSIONS, UNFINISHED
from nianbao.options import Executor
from nianbao.publishing.delta import (
    WHOLE,
    DataFile,
    active_files,
    commit_files,
    is_intact,
    table_folder,
    unit_name,
)
from nianbao.steps.delta_comparisons import TABLE as COMPARISONS
from nianbao.steps.delta_comparisons import comparison_files
from nianbao.steps.write import write_data_package
from nianbao.steps.write_delta import ReportEntry, Unit, WriteUnits, make_jobs, units_of, write_units
from schemas import TABLES

# Tables that are the same in every run of this code.
_STATIC = ("places", "place_changes")
# Tables whose rows are not those of the cache entries one by one; of the others none may be lost.
_DERIVED = (*WHOLE, "comparisons_wide")
_SLOWEST = ("comparisons_wide", "observations", "documents")
_SLOWEST_FIRST = (*_SLOWEST, *(name for name in TABLES if name not in (*_SLOWEST, COMPARISONS)))


@dataclass(frozen=True, slots=True)
class DeltaTables:
    """All tables of a version: their numbers of rows, a hash of their content, and all files below the folder."""

    n_rows: dict[str, int]
    content: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeltaRun:
    """What a run writes: where, from which entries, and how.

    Attributes:
        curated: The folder of published tables.
        cache: The folder of cache entries.
        entries: The entries of compared reports, in order.
        unassigned: The path of the entry with the rejects that belong to no report.
        executor: Runs the jobs that write files.
        compare_bytes: Whether to compare the bytes of existing files with their names before keeping them.
    """

    curated: Path
    cache: Path
    entries: Sequence[ReportEntry]
    unassigned: str
    executor: Executor
    compare_bytes: bool = False


def write_delta_tables(run: DeltaRun, folder: Path, on_table: Callable[[int], None]) -> DeltaTables:
    """Bring all Delta tables up to date, and write into `folder` the file that names their versions.

    Nothing is visible to readers who follow the manifest before that file is published. Raises OSError.
    """
    _remove_unfinished(run.curated)
    plans = {name: _plan(run, name) for name in TABLES if name != COMPARISONS}
    jobs = [job for name in _SLOWEST_FIRST for job in plans[name].jobs(run)]
    results = run.executor(write_units, jobs) if jobs else ()
    files = {COMPARISONS: _comparison_files(run)}  # meanwhile, if other processes run the jobs
    for n, written in enumerate(results, start=1):
        plans[written.table].files |= {file.unit: file for file in written.files}
        on_table(1 + n * (len(TABLES) - 1) // len(jobs))
    files |= {name: [plan.files[unit.name] for unit in plan.units] for name, plan in plans.items()}
    for name in TABLES:
        _check_count(run, name, files[name])
    on_table(len(TABLES))
    versions = {name: commit_files(table_folder(run.curated, name), TABLES[name], files[name]) for name in TABLES}
    lines = sorted(f"{name} {file.path}" for name in TABLES for file in files[name])
    content = sha256("\n".join(lines).encode()).hexdigest()
    write_atomically(folder / DELTA_VERSIONS, json.dumps({"content": content, "tables": versions}, indent=1).encode())
    write_data_package(folder, [entry.path for entry in run.entries])
    paths = [table_folder(Path(), name) / file.path for name in TABLES for file in files[name]]
    paths += [table_folder(Path(), name) / "_delta_log" / f"{version:020}.json" for name, version in versions.items()]
    n_rows_by_table = {name: sum(file.n_rows for file in files[name]) for name in TABLES}
    return DeltaTables(n_rows_by_table, content, tuple(path.as_posix() for path in paths))


def _remove_unfinished(curated: Path) -> None:
    """Remove the files that a killed run was writing."""
    for path in (curated / DELTA).glob(f"*/{UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)


@dataclass(slots=True)
class _Plan:
    """The units of a table, and the files that exist already, by unit."""

    table: str
    units: Sequence[Unit]
    files: dict[str, DataFile]

    def jobs(self, run: DeltaRun) -> Iterable[WriteUnits]:
        """Return the jobs that write the other files."""
        missing = [unit for unit in self.units if unit.name not in self.files]
        return make_jobs(self.table, table_folder(run.curated, self.table), missing, run.unassigned)


def _plan(run: DeltaRun, table: str) -> _Plan:
    folder = table_folder(run.curated, table)
    if table in WHOLE:
        units = [Unit(_whole_unit(table), (), tuple(entry.path for entry in run.entries))]
    else:
        units = units_of(table, run.entries)
    # The unit of a table of one file says nothing about its rows: only its bytes tell whether they changed.
    may_exist = [] if table in WHOLE and table not in _STATIC else units
    active = _active(folder, table) if may_exist else {}
    files = {
        unit.name: active[unit.name]
        for unit in may_exist
        if unit.name in active and is_intact(folder, active[unit.name], compare_bytes=run.compare_bytes)
    }
    return _Plan(table, units, files)


def _comparison_files(run: DeltaRun) -> list[DataFile]:
    folder = table_folder(run.curated, COMPARISONS)
    active = _active(folder, COMPARISONS)
    return comparison_files(folder, run.cache, run.entries, active, compare_bytes=run.compare_bytes)


def _active(folder: Path, table: str) -> dict[str, DataFile]:
    return {file.unit: file for file in active_files(folder, table) if file.unit}


def _check_count(run: DeltaRun, table: str, files: Sequence[DataFile]) -> None:
    """Raise OSError if rows of cache entries are missing in the files of a table."""
    n_rows = sum(file.n_rows for file in files)
    expected = sum(entry.rows.get(table, 0) for entry in run.entries)
    if table not in _DERIVED and n_rows != expected:
        raise OSError(f"{table}: {n_rows} rows instead of {expected}; remove its Delta table and run again")


def _whole_unit(table: str) -> str:
    """Return the unit of a table of one file. What it depends on is everything, so that its bytes alone tell."""
    return unit_name(table, tables_version())
