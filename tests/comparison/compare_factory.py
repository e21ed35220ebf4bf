"""Compare the observations of a test as a run does, in memory or up to the published tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet

from nianbao.cache.entries import READ, entry_name, write_entry
from nianbao.comparison.corrections import Correction
from nianbao.comparison.governments import GovernmentTables, compare_governments
from nianbao.comparison.points import UnfilledCell
from nianbao.indicators.catalog import load_catalog
from nianbao.steps.compare import READ_TABLES, compare_partition
from nianbao.steps.partitions import Partition, PartitionMember
from nianbao.steps.write import WriteTable, write_table
from schemas import TABLES, arrow_schema
from schemas.rows import ObservationRow


def compare_rows(
    rows: Sequence[ObservationRow], corrections: Iterable[Correction] = (), unfilled: Iterable[UnfilledCell] = ()
) -> GovernmentTables:
    """Return the derived rows of all observations, with the shipped catalog."""
    return compare_governments(rows, corrections, load_catalog(), unfilled)


def publish_rows(folder: Path, name: str, rows: Sequence[ObservationRow]) -> list[dict[str, Any]]:
    """Return the rows of a table that the steps of a run publish from the observations."""
    entries, published = folder / "entries", folder / "published"
    entries.mkdir()
    published.mkdir()
    tables = {table: arrow_schema(TABLES[table]).empty_table() for table in READ_TABLES}
    tables["observations"] = arrow.Table.from_pylist(rows, schema=arrow_schema(TABLES["observations"]))
    read = write_entry(entries, entry_name(READ, [name]), tables)
    report_ids = dict.fromkeys(row["report_id"] for row in rows)
    members = tuple(PartitionMember(report_id, report_id, report_id, read) for report_id in report_ids)
    partition = Partition(members, (), ())
    derived = write_entry(entries, partition.name, compare_partition(partition))
    write_table(WriteTable(name, (derived,), str(published)))
    result: list[dict[str, Any]] = parquet.read_table(published / f"{name}.parquet").to_pylist()
    return result
