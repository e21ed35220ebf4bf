"""The third step: one table of the new state, streamed from the derived pieces in their order.

The pieces are in the order of family and government, and so are nearly all tables: they are written one piece after
another. What is counted or ranked over all governments is gathered first, in a few numbers a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute
from numpy.typing import NDArray

from nianbao.cache.entries import CacheEntry
from nianbao.comparison.coverage import REJECT_COLUMNS, REPORT_COLUMNS, coverage_rows
from nianbao.comparison.indicators_table import IndicatorCount, indicator_rows
from nianbao.comparison.intervals import BOUNDS
from nianbao.comparison.ranks import level_of, rank
from nianbao.indicators.catalog import load_catalog
from nianbao.publishing.publish import TableWriter
from nianbao.tables.integrity import validate_derived
from nianbao.tables.rejects import Reject, reject_rows, rejects_of_table
from nianbao.tables.validation import sort_rows, valid_rows
from schemas import TABLES, ComparisonsWide, Coverage, Indicators, Rejects, arrow_schema
from schemas.rows import ReportRow

Int32s = NDArray[np.int32]
# So many rows of the wide table are made at once, of a thousand columns each.
WIDE_ROWS = 500


@dataclass(frozen=True, slots=True)
class WriteTable:
    """The name of a table, the pieces that have its rows in their order, the folder of the new state; and the piece of
    what is no report's (rejects of snapshots that are none), if there is any."""

    name: str
    pieces: tuple[str, ...]
    made: str
    loose: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A table that was written, and its rows."""

    name: str
    n_rows: int


def write_table(job: WriteTable) -> Written:
    """Write one table of the new state."""
    model = TABLES[job.name]
    parts = _PARTS.get(job.name, _as_they_are)(job)
    with TableWriter(model, Path(job.made)) as writer:
        for rows in parts:
            writer.write(rows)
    return Written(job.name, writer.n_rows)


def _as_they_are(job: WriteTable) -> Iterator[arrow.Table]:
    columns = arrow_schema(TABLES[job.name]).names
    for piece in job.pieces:
        rows = CacheEntry(piece).table(job.name)
        if rows is not None:
            yield rows.select(columns)


def _comparisons(job: WriteTable) -> Iterator[arrow.Table]:
    """Rows of `comparisons` with their places among all governments."""
    places, sizes = _ranks(job.pieces)
    at = 0
    for rows in _as_they_are(job):
        for name, numbers in (("rank_in_year", places), ("n_ranked", sizes)):
            part = numbers[at : at + rows.num_rows]
            n = rows.schema.get_field_index(name)
            rows = rows.set_column(n, rows.schema.field(n), arrow.array(part, arrow.int32(), mask=part == 0))
        at += rows.num_rows
        yield rows


def _ranks(pieces: Sequence[str]) -> tuple[Int32s, Int32s]:
    """For every row of `comparisons` in the order of the pieces: its place and how many have one; 0 where none has."""
    indicators = load_catalog().indicators
    upwards = arrow.array([name for name, indicator in indicators.items() if indicator.higher_is == "worse"])
    numbers: dict[str, int] = {}
    n_rows = sum(CacheEntry(piece).rows.get("comparisons", 0) for piece in pieces)
    cells, values = np.full(n_rows, -1, np.int32), np.zeros(n_rows)
    at = 0
    for piece in pieces:
        rows = CacheEntry(piece).table("comparisons", [*_CELL, "jurisdiction_code", "value", "qualifier"])
        if rows is None:
            continue
        here = slice(at, at + rows.num_rows)
        at += rows.num_rows
        bound = compute.is_in(rows["qualifier"], value_set=arrow.array(sorted(BOUNDS)))
        ranked = compute.and_(compute.is_valid(rows["value"]), compute.invert(bound)).to_numpy()
        value = compute.fill_null(rows["value"], 0.0).to_numpy()
        values[here] = np.where(compute.is_in(rows["indicator_id"], value_set=upwards).to_numpy(), value, -value)
        cells[here] = np.where(ranked, _numbered(rows, numbers), -1)
    ranked = cells >= 0
    places, sizes = np.zeros(n_rows, np.int32), np.zeros(n_rows, np.int32)
    places[ranked], sizes[ranked] = rank(cells[ranked], values[ranked])
    return places, sizes


_CELL = ("family", "indicator_id", "scope", "unit", "year")


def _numbered(rows: arrow.Table, numbers: dict[str, int]) -> Int32s:
    """The number of each row's cell: what its value is ranked among. New cells get the next numbers."""
    codes = rows["jurisdiction_code"].combine_chunks().dictionary_encode()
    levels = arrow.array([level_of(code) for code in codes.dictionary.to_pylist()], arrow.string()).take(codes.indices)
    parts = [levels, *(rows[name].cast(arrow.string()).combine_chunks() for name in _CELL)]
    named = compute.binary_join_element_wise(*parts, "\n").dictionary_encode()
    known = [numbers.setdefault(name, len(numbers)) for name in named.dictionary.to_pylist()]
    numbered: Int32s = np.array(known, np.int32)[named.indices.to_numpy()]
    return numbered


def _comparisons_wide(job: WriteTable) -> Iterator[arrow.Table]:
    schema = arrow_schema(ComparisonsWide)
    for cells in _wide_cells(job.pieces):
        homes = cells.group_by(_HOME, use_threads=False).aggregate([("jurisdiction_name", "min")])
        homes = homes.sort_by([(name, "ascending") for name in _HOME])
        row_of = {home: n for n, home in enumerate(zip(*(homes[name].to_pylist() for name in _HOME), strict=True))}
        rows = np.array([row_of[home] for home in zip(*(cells[name].to_pylist() for name in _HOME), strict=True)])
        at = compute.index_in(cells["indicator_id"], value_set=arrow.array(schema.names)).to_numpy()
        values = np.full((len(schema.names), homes.num_rows), np.nan)
        values[at, rows] = cells["value"].to_numpy()
        keys = {**{name: homes[name] for name in _HOME}, "jurisdiction_name": homes["jurisdiction_name_min"]}
        columns = [
            keys[field.name].cast(field.type) if field.name in keys else arrow.array(values[n], from_pandas=True)
            for n, field in enumerate(schema)
        ]
        yield arrow.Table.from_arrays(columns, schema=schema)


# What makes a row of the wide table.
_HOME = ["family", "jurisdiction_code", "year"]


def _wide_cells(pieces: Iterable[str]) -> Iterator[arrow.Table]:
    """The cells of several pieces at once, of about `WIDE_ROWS` rows: a thousand columns cost the same for ten rows as
    for hundreds. The rows of a government are all in one piece."""
    waiting: list[arrow.Table] = []
    n_rows = 0
    for piece in pieces:
        cells = CacheEntry(piece).table("wide")
        if cells is None:
            continue
        waiting.append(cells)
        n_rows += cells.group_by(_HOME, use_threads=False).aggregate([]).num_rows
        if n_rows >= WIDE_ROWS:
            yield arrow.concat_tables(waiting).combine_chunks()
            waiting, n_rows = [], 0
    if waiting:
        yield arrow.concat_tables(waiting).combine_chunks()


def _indicators(job: WriteTable) -> Iterator[arrow.Table]:
    rows = indicator_rows(_counted(job.pieces), load_catalog())
    checked = validate_derived({job.name: rows}, [Indicators])
    yield sort_rows(TABLES[job.name], checked.tables[job.name])


def _counted(pieces: Iterable[str]) -> Iterator[IndicatorCount]:
    for piece in pieces:
        rows = CacheEntry(piece).table("counted")
        if rows is not None:
            for row in zip(*(rows[name].to_pylist() for name in IndicatorCount._fields), strict=True):
                yield IndicatorCount(*row)


def _rejects(job: WriteTable) -> Iterator[arrow.Table]:
    """All rejects, which stand in no order of governments: of snapshots, of reports, and of the catalog itself."""
    rejects: list[Reject] = []
    for piece in (*job.pieces, *([job.loose] if job.loose else [])):
        rejects += rejects_of_table(CacheEntry(piece).table("rejects"))
    rejects += validate_derived({"indicators": indicator_rows((), load_catalog())}, [Indicators]).rejects
    yield sort_rows(Rejects, valid_rows(Rejects, reject_rows(rejects)))


def _coverage(job: WriteTable) -> Iterator[arrow.Table]:
    """From the reports and the rejects of this state, of which it needs a few columns only."""
    reports: list[ReportRow] = []
    for piece in job.pieces:
        rows = CacheEntry(piece).table("reports", list(REPORT_COLUMNS))
        if rows is not None:
            reports += rows.to_pylist()
    rejects = [row for rows in _rejects(job) for row in rows.select(list(REJECT_COLUMNS)).to_pylist()]
    yield valid_rows(Coverage, coverage_rows(reports, rejects))


_PARTS: dict[str, Callable[[WriteTable], Iterator[arrow.Table]]] = {
    "comparisons": _comparisons,
    "comparisons_wide": _comparisons_wide,
    "coverage": _coverage,
    "indicators": _indicators,
    "rejects": _rejects,
}
