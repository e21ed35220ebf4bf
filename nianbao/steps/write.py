"""The third step: write one table of the new version, streamed from the cache entries of compared partitions.

Entries are in the order of family and government, and so are nearly all tables: they are written one entry after
another. What is counted or ranked over all governments is collected first, as a few numbers per row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypedDict

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute
from numpy.typing import NDArray

from nianbao.cache.collected import Collected, collect
from nianbao.cache.entries import CacheEntry
from nianbao.comparison.coverage import REJECT_COLUMNS, REPORT_COLUMNS, KnownReport, coverage_rows
from nianbao.comparison.indicators_table import IndicatorCount, indicator_rows
from nianbao.comparison.intervals import BOUNDS
from nianbao.comparison.likelihood import ComparedChange, unlikely_changes
from nianbao.comparison.ranks import peers_of, rank
from nianbao.indicators.catalog import load_catalog
from nianbao.places.rows import changes_table, places_table
from nianbao.publishing.publish import TableWriter
from nianbao.tables.dictionary import datapackage_json
from nianbao.tables.integrity import validate_derived
from nianbao.tables.rejects import Reject, reject_rows, rejects_of_table
from nianbao.tables.validation import sort_rows, valid_rows
from schemas import TABLES, ComparisonsWide, Coverage, Indicators, Rejects, arrow_schema

Int32s = NDArray[np.int32]
Float64s = NDArray[np.float64]

# About how many rows of the wide table, of a thousand columns each, are made at once.
WIDE_ROWS = 500
# The key of a row of the wide table.
_WIDE_KEY = ["family", "jurisdiction_code", "body_id", "series_code", "year"]
# Columns that describe the government of a row of the wide table.
_WIDE_NAMES = ["jurisdiction_name", "body_name", "body_kind"]
# Values are ranked among those of bodies of one kind, and with the same of these columns.
_PEER_COLUMNS = ("jurisdiction_code", "body_kind", "body_id")
# Columns of `comparisons` that decide whether a change is likely.
_CHANGE_COLUMNS = list(ComparedChange.__annotations__)
UNLIKELY = "unlikely"
_CHANGES = ("change_abs", "change_pct", "change_pp")
_WITHHELD_COLUMNS = ("comparability", "comparability_note", *_CHANGES)
# The columns of `IndicatorCount`, as comparing writes them.
_COUNTED = arrow.schema(
    [
        ("indicator_id", arrow.string()),
        ("government", arrow.string()),
        ("n", arrow.int64()),
        ("first_year", arrow.int16()),
        ("last_year", arrow.int16()),
    ]
)
_MATCHED = arrow.schema([("family", arrow.string()), ("with_id", arrow.int64()), ("of", arrow.int64())])
# Columns of `reports` that the data package and `coverage` need.
_REPORT_COLUMNS = (*REPORT_COLUMNS, "fetched_at")
_RANK_GROUP = ("family", "indicator_id", "scope", "unit", "year")


@dataclass(frozen=True, slots=True)
class WriteTable:
    """A job: a table to write.

    Attributes:
        name: The name of the table.
        entries: The paths of the cache entries that have its rows, in their order.
        folder: The folder of the new version.
        unassigned: The path of the entry with the rejects that belong to no report, if there are any.
    """

    name: str
    entries: tuple[str, ...]
    folder: str
    unassigned: str | None = None


class MatchedRow(TypedDict):
    """How many levels and shares of a family in an entry have an indicator, and how many there are."""

    family: str
    with_id: int
    of: int


@dataclass(frozen=True, slots=True)
class Written:
    """The name of a table that was written, and its number of rows."""

    name: str
    n_rows: int


def write_table(job: WriteTable) -> Written:
    """Write one table of the new version."""
    with TableWriter(TABLES[job.name], Path(job.folder)) as writer:
        for rows in table_parts(job):
            writer.write(rows)
    return Written(job.name, writer.n_rows)


def table_parts(job: WriteTable) -> Iterator[arrow.Table]:
    """Return the rows of a table in parts, in their order."""
    return _PARTS.get(job.name, _rows_of_entries)(job)


def write_data_package(folder: Path, entries: Sequence[str]) -> None:
    """Write `datapackage.json` next to the tables of `folder`, dated as the newest report was received."""
    received = _collected(entries, "reports", _REPORT_COLUMNS).rows["fetched_at"]
    created: datetime | None = compute.max(received).as_py()
    (folder / "datapackage.json").write_text(datapackage_json(created), "utf-8")


def _rows_of_entries(job: WriteTable) -> Iterator[arrow.Table]:
    columns = arrow_schema(TABLES[job.name]).names
    for entry in job.entries:
        rows = CacheEntry(entry).table(job.name)
        if rows is not None:
            yield rows.select(columns)


def _comparisons(job: WriteTable) -> Iterator[arrow.Table]:
    """Yield the rows of `comparisons` with their ranks among all governments, unlikely changes withheld."""
    ranks, sizes = _ranks(job.entries)
    unlikely = unlikely_notes(job.entries)
    start = 0
    for rows in _rows_of_entries(job):
        stop = start + rows.num_rows
        notes = {index - start: unlikely[index] for index in range(start, stop) if index in unlikely}
        if notes:
            rows = withheld(rows, notes)
        yield _set_ranks(rows, ranks[start:stop], sizes[start:stop])
        start = stop


def unlikely_notes(entries: Sequence[str]) -> dict[int, str]:
    """Return the notes of unlikely changes by the position of their row of `comparisons`, in the order of entries."""
    compared = _collected(entries, "comparisons", _CHANGE_COLUMNS).rows
    corrected = set(_collected(entries, "corrections", ["observation_id"]).rows["observation_id"].to_pylist())
    return {change.position: change.note for change in unlikely_changes(compared, corrected, load_catalog())}


def _collected(entries: Sequence[str], table: str, columns: Sequence[str]) -> Collected:
    """Return columns of a table of all entries."""
    schema = arrow.schema([arrow_schema(TABLES[table]).field(name).remove_metadata() for name in columns])
    return collect(_cache_of(entries), entries, table, schema) if entries else Collected(schema.empty_table(), [])


def _cache_of(entries: Sequence[str]) -> Path:
    return Path(entries[0]).parent


def match_counts(entries: Sequence[str]) -> list[MatchedRow]:
    """Return how many observations have an indicator, by entry and family."""
    rows: list[MatchedRow] = []
    if entries:
        rows = collect(_cache_of(entries), entries, "matched", _MATCHED).rows.to_pylist()
    return rows


def withheld(rows: arrow.Table, notes: Mapping[int, str]) -> arrow.Table:
    """Return rows of `comparisons` without the changes at these positions, each with its note."""
    columns = {name: rows[name].to_pylist() for name in _WITHHELD_COLUMNS}
    for position, note in notes.items():
        former = columns["comparability_note"][position]
        columns["comparability"][position] = UNLIKELY
        columns["comparability_note"][position] = note if former is None else f"{former}; {note}"
        for name in _CHANGES:
            columns[name][position] = None
    for name, values in columns.items():
        n = rows.schema.get_field_index(name)
        rows = rows.set_column(n, rows.schema.field(n), arrow.array(values, rows.schema.field(n).type))
    return rows


def _ranks(entries: Sequence[str]) -> tuple[Int32s, Int32s]:
    """Return for each row of `comparisons`, in the order of the entries, its rank and how many are ranked.

    Both are 0 for a row without a rank: one without a value, or with a bound. 1 is the largest value, or the smallest
    of an indicator of which less is better.
    """
    group_numbers: dict[str, int] = {}
    n_rows = sum(CacheEntry(entry).rows.get("comparisons", 0) for entry in entries)
    groups, values = np.full(n_rows, -1, np.int32), np.zeros(n_rows)
    start = 0
    for entry in entries:
        rows = CacheEntry(entry).table("comparisons", [*_RANK_GROUP, *_PEER_COLUMNS, "value", "qualifier"])
        if rows is None:
            continue
        part = slice(start, start + rows.num_rows)
        start += rows.num_rows
        groups[part], values[part] = _ranked_values(rows, group_numbers)
    return _ranks_of(groups, values)


def with_ranks(rows: arrow.Table) -> arrow.Table:
    """Return rows of `comparisons` with their ranks among each other; all rows of a family and year are needed."""
    return _set_ranks(rows, *_ranks_of(*_ranked_values(rows, {})))


def _set_ranks(rows: arrow.Table, ranks: Int32s, sizes: Int32s) -> arrow.Table:
    for name, numbers in (("rank_in_year", ranks), ("n_ranked", sizes)):
        n = rows.schema.get_field_index(name)
        rows = rows.set_column(n, rows.schema.field(n), arrow.array(numbers, arrow.int32(), mask=numbers == 0))
    return rows


def _ranked_values(rows: arrow.Table, group_numbers: dict[str, int]) -> tuple[Int32s, Float64s]:
    """Return the group in which each row is ranked, -1 for none, and the value by which, the first rank smallest."""
    is_bound = compute.is_in(rows["qualifier"], value_set=arrow.array(sorted(BOUNDS)))
    has_rank = compute.and_(compute.is_valid(rows["value"]), compute.invert(is_bound)).to_numpy()
    value = compute.fill_null(rows["value"], 0.0).to_numpy()
    values = np.where(compute.is_in(rows["indicator_id"], value_set=_least_first()).to_numpy(), value, -value)
    return np.where(has_rank, _rank_groups(rows, group_numbers), np.int32(-1)), values


def _ranks_of(groups: Int32s, values: Float64s) -> tuple[Int32s, Int32s]:
    has_rank = groups >= 0
    ranks, sizes = np.zeros(len(groups), np.int32), np.zeros(len(groups), np.int32)
    ranks[has_rank], sizes[has_rank] = rank(groups[has_rank], values[has_rank])
    return ranks, sizes


@cache
def _least_first() -> arrow.Array:
    """Return the indicators of which less is better."""
    indicators = load_catalog().indicators
    return arrow.array([name for name, indicator in indicators.items() if indicator.higher_is == "worse"])


def _rank_groups(rows: arrow.Table, group_numbers: dict[str, int]) -> Int32s:
    """Return the number of the group in which each row is ranked; new groups are added to `group_numbers`."""
    bodies = compute.binary_join_element_wise(*(rows[name].combine_chunks() for name in _PEER_COLUMNS), "\n")
    encoded = bodies.dictionary_encode()
    peers = [peers_of(*key.split("\n")) for key in encoded.dictionary.to_pylist()]
    parts = [
        arrow.array(peers, arrow.string()).take(encoded.indices),
        *(rows[name].cast(arrow.string()).combine_chunks() for name in _RANK_GROUP),
    ]
    keys = compute.binary_join_element_wise(*parts, "\n").dictionary_encode()
    numbers = [group_numbers.setdefault(key, len(group_numbers)) for key in keys.dictionary.to_pylist()]
    groups: Int32s = np.array(numbers, np.int32)[keys.indices.to_numpy()]
    return groups


def _comparisons_wide(job: WriteTable) -> Iterator[arrow.Table]:
    schema = arrow_schema(ComparisonsWide)
    for cells in _wide_cells(job.entries):
        keys = cells.group_by(_WIDE_KEY, use_threads=False).aggregate([(name, "min") for name in _WIDE_NAMES])
        keys = keys.sort_by([(name, "ascending") for name in _WIDE_KEY])
        row_by_key = {key: n for n, key in enumerate(_key_tuples(keys))}
        row_numbers = np.array([row_by_key[key] for key in _key_tuples(cells)])
        column_numbers = compute.index_in(cells["indicator_id"], value_set=arrow.array(schema.names)).to_numpy()
        values = np.full((len(schema.names), keys.num_rows), np.nan)
        values[column_numbers, row_numbers] = cells["value"].to_numpy()
        key_columns = {name: keys[name] for name in _WIDE_KEY} | {name: keys[f"{name}_min"] for name in _WIDE_NAMES}
        columns = [
            key_columns[field.name].cast(field.type)
            if field.name in key_columns
            else arrow.array(values[n], from_pandas=True)
            for n, field in enumerate(schema)
        ]
        yield arrow.Table.from_arrays(columns, schema=schema)


def _key_tuples(table: arrow.Table) -> Iterator[tuple[object, ...]]:
    return zip(*(table[name].to_pylist() for name in _WIDE_KEY), strict=True)


def _wide_cells(entries: Iterable[str]) -> Iterator[arrow.Table]:
    """Yield the values of several entries at once, of about `WIDE_ROWS` rows.

    A thousand columns take as long for ten rows as for hundreds. The rows of a government are all in one entry.
    """
    pending: list[arrow.Table] = []
    n_rows = 0
    for entry in entries:
        cells = CacheEntry(entry).table("wide")
        if cells is None:
            continue
        pending.append(cells)
        n_rows += cells.group_by(_WIDE_KEY, use_threads=False).aggregate([]).num_rows
        if n_rows >= WIDE_ROWS:
            yield arrow.concat_tables(pending).combine_chunks()
            pending, n_rows = [], 0
    if pending:
        yield arrow.concat_tables(pending).combine_chunks()


def _indicators(job: WriteTable) -> Iterator[arrow.Table]:
    rows = indicator_rows(_counted(job.entries), load_catalog())
    validated = validate_derived({job.name: rows}, [Indicators])
    yield sort_rows(Indicators, validated.tables[job.name])


def _counted(entries: Sequence[str]) -> Iterator[IndicatorCount]:
    if entries:
        rows = collect(_cache_of(entries), entries, "counted", _COUNTED).rows
        columns = (rows[name].to_pylist() for name in IndicatorCount._fields)
        yield from map(IndicatorCount._make, zip(*columns, strict=True))


def _rejects(job: WriteTable) -> Iterator[arrow.Table]:
    """Yield all rejects at once, because they are not ordered by government."""
    rejects: list[Reject] = []
    for entry in (*job.entries, *([job.unassigned] if job.unassigned else [])):
        rejects += rejects_of_table(CacheEntry(entry).table("rejects"))
    rejects += _catalog_rejects()
    yield sort_rows(Rejects, valid_rows(Rejects, reject_rows(rejects)))


@cache
def _catalog_rejects() -> tuple[Reject, ...]:
    """Return the rejects of the catalog itself, which are the same in every run."""
    return tuple(validate_derived({"indicators": indicator_rows((), load_catalog())}, [Indicators]).rejects)


def _coverage(job: WriteTable) -> Iterator[arrow.Table]:
    """Yield `coverage`, made from some columns of this version's reports and rejects."""
    reports: list[KnownReport] = (
        _collected(job.entries, "reports", _REPORT_COLUMNS).rows.select(list(REPORT_COLUMNS)).to_pylist()
    )
    rejects = [row for rows in _rejects(job) for row in rows.select(list(REJECT_COLUMNS)).to_pylist()]
    yield valid_rows(Coverage, coverage_rows(reports, rejects))


@cache
def static_table(name: str) -> arrow.Table:
    """Return a table that is the same in every run; a test validates it."""
    return _STATIC_TABLES[name](arrow_schema(TABLES[name]))


_STATIC_TABLES: dict[str, Callable[[arrow.Schema], arrow.Table]] = {
    "places": places_table,
    "place_changes": changes_table,
}


def _static(job: WriteTable) -> Iterator[arrow.Table]:
    yield static_table(job.name)


_PARTS: dict[str, Callable[[WriteTable], Iterator[arrow.Table]]] = {
    "comparisons": _comparisons,
    "comparisons_wide": _comparisons_wide,
    "coverage": _coverage,
    "indicators": _indicators,
    "place_changes": _static,
    "places": _static,
    "rejects": _rejects,
}
