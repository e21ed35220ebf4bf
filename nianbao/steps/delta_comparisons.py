"""The files of the Delta table `comparisons`, one per family and year, because ranks are among all of a year.

A file is made anew from the file before it: rows of cache entries that did not change are taken from there, the others
from the cache. What each file was made of is kept in the cache folder; without it, everything is taken from the cache.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from nianbao.cache.entries import CacheEntry
from nianbao.fingerprint import tables_version
from nianbao.io.files import write_atomically
from nianbao.io.layout import UNFINISHED
from nianbao.publishing.delta import FAMILY, YEAR, DataFile, is_intact, unit_name
from nianbao.steps.write import unlikely_notes, with_ranks, withheld
from nianbao.steps.write_delta import ReportEntry, write_file
from nianbao.tables.validation import sort_rows
from schemas import TABLES, arrow_schema

TABLE = "comparisons"
STATE = "delta-comparisons.json"
_HASH_DIGITS = 16

# The family and the year.
YearPartition = tuple[str, str]


@dataclass(slots=True)
class _State:
    """What is known from the last run.

    Attributes:
        digests: By entry, the number and a hash of its rows of each family and year, before notes and ranks.
        units: By unit, the number and a hash of the rows that each entry contributed to the file.
    """

    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _YearUnit:
    """One file to be: its unit, its partition, and a hash of what each entry contributes."""

    name: str
    partition: YearPartition
    made_of: dict[str, str]


def comparison_files(
    folder: Path, cache: Path, entries: Sequence[ReportEntry], active: Mapping[str, DataFile], *, compare_bytes: bool
) -> list[DataFile]:
    """Return all files of the table; those that changed are written.

    Args:
        folder: The folder of the Delta table.
        cache: The cache folder.
        entries: All entries, in order.
        active: The files of the newest version of the table, by unit.
        compare_bytes: Whether to trust the bytes of files that exist.
    """
    compared = [entry for entry in entries if entry.rows.get(TABLE, 0)]
    state = _read_state(cache / STATE)
    notes = _notes_by_entry(compared)
    spill = Path(tempfile.mkdtemp(dir=cache, prefix=UNFINISHED))
    try:
        source = _Rows(compared, notes, spill)
        for entry in compared:
            if entry.name not in state.digests:
                state.digests[entry.name] = source.read(entry)
        units = _units(compared, state.digests, source)
        files = []
        by_partition = {file.partition: file for file in active.values()}
        for unit in units:
            file = active.get(unit.name)
            if file is None or not is_intact(folder, file, compare_bytes=compare_bytes):
                former = by_partition.get(unit.partition)
                file = _write(folder, unit, source, former, state.units)
            files.append(file)
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    names = {entry.name for entry in compared}
    digests = {name: digest for name, digest in state.digests.items() if name in names}
    _write_state(cache / STATE, _State(digests, {unit.name: unit.made_of for unit in units}))
    return files


class _Rows:
    """The rows of the entries, read from the cache once and kept on the disk by family and year."""

    def __init__(self, entries: Sequence[ReportEntry], notes: Mapping[str, Mapping[int, str]], folder: Path) -> None:
        """Keep rows below `folder`; `notes` are those of unlikely changes, by entry and position."""
        self.entries = {entry.name: entry for entry in entries}
        self.notes, self.folder = notes, folder
        self._read: set[str] = set()

    def read(self, entry: ReportEntry) -> dict[str, str]:
        """Read the rows of an entry; returns a hash of those of each family and year, before notes."""
        digests = {}
        folder, notes = self.folder / entry.name, self.notes_of(entry)
        folder.mkdir(exist_ok=True)
        for partition, rows, positions in _by_year(CacheEntry(entry.path).table(TABLE)):
            key = "/".join(partition)
            path = folder / f"{'-'.join(partition)}.arrow"
            digests[key] = _digest(rows)
            of_part = {n: notes[k] for n, k in enumerate(positions) if k in notes}
            with arrow.OSFile(str(path), "wb") as sink, arrow.ipc.new_file(sink, rows.schema) as writer:
                writer.write_table(withheld(rows, of_part) if of_part else rows)
        self._read.add(entry.name)
        return digests

    def notes_of(self, entry: ReportEntry) -> Mapping[int, str]:
        """Return the notes of an entry by position."""
        return self.notes.get(entry.name, {})

    def part(self, name: str, partition: YearPartition) -> arrow.Table:
        """Return the rows of an entry of a family and year, unlikely changes withheld."""
        if name not in self._read:
            self.read(self.entries[name])
        with arrow.memory_map(str(self.folder / name / f"{'-'.join(partition)}.arrow")) as source:
            return arrow.ipc.open_file(source).read_all()


def _by_year(rows: arrow.Table | None) -> Iterator[tuple[YearPartition, arrow.Table, list[int]]]:
    """Yield the rows of each family and year with their positions."""
    if rows is None:
        return
    rows = rows.select(arrow_schema(TABLES[TABLE]).names)
    keys = compute.binary_join_element_wise(
        rows[FAMILY].combine_chunks(), rows[YEAR].cast(arrow.string()).combine_chunks(), "/"
    )
    for key in sorted(compute.unique(keys).to_pylist()):
        positions = compute.indices_nonzero(compute.equal(keys, key))
        family, _, year = key.partition("/")
        yield (family, year), rows.take(positions).combine_chunks(), positions.to_pylist()


def _digest(rows: arrow.Table) -> str:
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return f"{rows.num_rows}:{sha256(sink.getvalue()).hexdigest()[:_HASH_DIGITS]}"


def _notes_by_entry(entries: Sequence[ReportEntry]) -> dict[str, dict[int, str]]:
    """Return the notes of unlikely changes by entry and by the position of the row in it."""
    notes = unlikely_notes([entry.path for entry in entries])
    found: dict[str, dict[int, str]] = {}
    start = 0
    for entry in entries:
        stop = start + entry.rows[TABLE]
        of_entry = {n - start: notes[n] for n in range(start, stop) if n in notes}
        if of_entry:
            found[entry.name] = of_entry
        start = stop
    return found


def _units(entries: Iterable[ReportEntry], digests: Mapping[str, Mapping[str, str]], source: _Rows) -> list[_YearUnit]:
    made_of: dict[str, dict[str, str]] = {}
    for entry in entries:
        noted = _notes_by_part(entry, source)
        for key, digest in digests[entry.name].items():
            n_rows, _, content = digest.partition(":")
            with_notes = unit_name(content, *noted.get(key, ()))[:_HASH_DIGITS]
            made_of.setdefault(key, {})[entry.name] = f"{n_rows}:{with_notes}"
    units = []
    for key, parts in sorted(made_of.items()):
        family, _, year = key.partition("/")
        # Entries are named anew with any of their rows, and rows are sorted: neither names nor their order count here.
        name = unit_name(TABLE, tables_version(), key, *sorted(parts.values()))
        units.append(_YearUnit(name, (family, year), parts))
    return units


def _notes_by_part(entry: ReportEntry, source: _Rows) -> dict[str, list[str]]:
    notes = source.notes_of(entry)
    found: dict[str, list[str]] = {}
    if notes:
        columns = CacheEntry(entry.path).table(TABLE, [FAMILY, YEAR])
        families, years = (columns[name].to_pylist() if columns is not None else [] for name in (FAMILY, YEAR))
        for position, note in sorted(notes.items()):
            found.setdefault(f"{families[position]}/{years[position]}", []).append(f"{position} {note}")
    return found


def _write(
    folder: Path, unit: _YearUnit, source: _Rows, former: DataFile | None, units: Mapping[str, Mapping[str, str]]
) -> DataFile:
    """Write the file of a unit, with the rows of the former file of its partition that are the same."""
    made_of = units.get(former.unit, {}) if former is not None else {}
    kept = {name for name, digest in unit.made_of.items() if made_of.get(name) == digest}
    parts: list[arrow.Table] = []
    if former is not None and kept and is_intact(folder, former):
        governments = [government for name in kept for government in source.entries[name].governments]
        parts.append(_kept_rows(folder / former.path, unit.partition, governments))
    if not parts or parts[0].num_rows != sum(_n_rows(unit.made_of[name]) for name in kept):
        parts, kept = [], set()
    schema = arrow_schema(TABLES[TABLE])
    parts += [source.part(name, unit.partition).cast(schema) for name in unit.made_of if name not in kept]
    rows = sort_rows(TABLES[TABLE], arrow.concat_tables(parts).combine_chunks())
    return write_file(TABLE, folder, unit.name, unit.partition, [with_ranks(rows)])


def _n_rows(digest: str) -> int:
    return int(digest.partition(":")[0])


def _kept_rows(path: Path, partition: YearPartition, governments: Sequence[str]) -> arrow.Table:
    """Return the rows of some governments in a file, with the columns that its path says."""
    schema = arrow_schema(TABLES[TABLE])
    with parquet.ParquetFile(path) as file:
        rows = file.read()
    family, year = partition
    columns = {FAMILY: family, YEAR: int(year)}
    rows = arrow.table(
        [
            arrow.repeat(arrow.scalar(columns[item.name], item.type), rows.num_rows)
            if item.name in columns
            else rows[item.name]
            for item in schema
        ],
        schema=schema,
    )
    codes = compute.binary_join_element_wise(family, rows["jurisdiction_code"].combine_chunks(), "/")
    return rows.filter(compute.is_in(codes, value_set=arrow.array(governments, arrow.string())))


def _read_state(path: Path) -> _State:
    try:
        state = json.loads(path.read_text("utf-8"))
        if state["version"] == tables_version():
            return _State(dict(state["digests"]), dict(state["units"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # everything is read from the cache once more
    return _State()


def _write_state(path: Path, state: _State) -> None:
    content = {"version": tables_version(), "digests": state.digests, "units": state.units}
    write_atomically(path, json.dumps(content).encode())
