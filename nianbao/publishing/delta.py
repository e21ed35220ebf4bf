"""Delta tables: where they lie, how they are partitioned, and the one commit with which a run changes each.

    <curated>/delta/<table>/family=…/province=…/<unit>-<hash>.parquet     some rows of a table; never changed
    <curated>/delta/<table>/_delta_log/                                   which files are the table, version by version

A unit is what is written and replaced as a whole. Its name is a hash of all that its rows depend on, so that a run
knows from names alone what it has to write. The second hash is of the bytes of the file.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pyarrow as arrow

from nianbao.io.files import hash_file, sync_file, sync_folder
from nianbao.io.layout import DELTA
from schemas.config_error import ConfigError
from schemas.descriptions import table_descriptions

if TYPE_CHECKING:
    from schemas.table import Table

# Tables about no single government: each is one file.
WHOLE = ("indicators", "coverage", "places", "place_changes", "rejects")
# Ranks are among all governments in one year: one new report changes those of its year and of no other.
BY_YEAR = ("comparisons",)
FAMILY, PROVINCE, YEAR = "family", "province", "year"
# How many digits of a jurisdiction code name the province.
_PROVINCE_DIGITS = 2
_HASH_DIGITS = 20
_LOG = "_delta_log"
# Columns whose smallest and largest value per file the log has, so that readers skip files.
_STATS_COLUMNS = ("report_id", "jurisdiction_code", "series_code")
_Item = TypeVar("_Item")


class DataFile(NamedTuple):
    """A file of a Delta table: its path in the table, its size, its partition values, and its number of rows."""

    path: str
    n_bytes: int
    partition: tuple[str, ...]
    n_rows: int
    # The smallest and largest values of some columns, as the JSON that the log has.
    stats: str = ""

    @property
    def unit(self) -> str:
        """The unit that the file holds; empty for a file that nianbao did not write."""
        name = self.path.rpartition("/")[2].removesuffix(".parquet")
        return name.partition("-")[0] if name.count("-") == 1 else ""

    @property
    def sha(self) -> str:
        """The beginning of the hash of its bytes."""
        return self.path.rpartition("-")[2].removesuffix(".parquet")


def require_deltalake() -> None:
    """Raise ConfigError if the library is not installed."""
    try:
        import deltalake  # noqa: F401
    except ImportError as error:
        raise ConfigError("Delta tables need the library deltalake: pip install 'nianbao[delta]'") from error


def partition_columns(table: str) -> tuple[str, ...]:
    """Return the columns by which a table is partitioned."""
    if table in WHOLE:
        return ()
    return (FAMILY, YEAR) if table in BY_YEAR else (FAMILY, PROVINCE)


def province_of(jurisdiction_code: str) -> str:
    """Return the first digits of a code, which name the province."""
    return jurisdiction_code[:_PROVINCE_DIGITS]


def place_partition(report_id: str) -> tuple[str, str]:
    """Return the family and the province of a report id.

    >>> place_partition("rule_of_law/441800/2019")
    ('rule_of_law', '44')
    """
    family, _, rest = report_id.partition("/")
    return family, province_of(rest)


def unit_name(*parts: str) -> str:
    """Return the name of a unit: a hash of what its rows depend on."""
    return sha256("\n".join(parts).encode()).hexdigest()[:_HASH_DIGITS]


def table_folder(curated: Path, table: str) -> Path:
    """Return the folder of a Delta table."""
    return curated / DELTA / table


def file_path(table: str, partition: Sequence[str], unit: str, digest: str) -> str:
    """Return the path of a file in its table."""
    folders = [f"{name}={value}" for name, value in zip(partition_columns(table), partition, strict=True)]
    return "/".join([*folders, f"{unit}-{digest[:_HASH_DIGITS]}.parquet"])


def is_intact(folder: Path, file: DataFile, *, compare_bytes: bool = False) -> bool:
    """Return whether a file has its size on the disk and, if `compare_bytes`, the bytes that its name says."""
    path = folder / file.path
    try:
        same_size = path.stat().st_size == file.n_bytes
    except OSError:
        return False
    return same_size and not (compare_bytes and not hash_file(path).startswith(file.sha))


def delta_schema(model: type[Table]) -> arrow.Schema:
    """Return the columns of a Delta table: those of the table, and the ones that only partition it."""
    from schemas.table import arrow_schema  # imports pandera, which readers do not need

    schema = arrow_schema(model)
    name = table_name(model)
    extra = [column for column in partition_columns(name) if column not in schema.names]
    return arrow.schema([*schema, *(arrow.field(column, arrow.string(), nullable=False) for column in extra)])


def table_name(model: type[Table]) -> str:
    """Return the name of a table."""
    from schemas.table import arrow_schema

    name: str = arrow_schema(model).metadata[b"table"].decode()
    return name


def open_table(folder: Path, version: int | None = None) -> Any:
    """Open a Delta table at a version, by default the newest. Raises FileNotFoundError if there is none."""
    require_deltalake()
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    try:
        return DeltaTable(str(folder), version=version)
    except TableNotFoundError as error:
        raise FileNotFoundError(2, "there is no Delta table", str(folder)) from error
    except DeltaError as error:
        raise OSError(f"{folder}: the Delta table cannot be read ({error})") from error


def active_files(folder: Path, table: str, version: int | None = None) -> list[DataFile]:
    """Return the files of a version of a Delta table; none if there is no table."""
    try:
        return _files_of(open_table(folder, version), table)
    except FileNotFoundError:
        return []


def _files_of(delta: Any, table: str) -> list[DataFile]:
    actions = arrow.table(delta.get_add_actions(flatten=True))
    columns = ["path", "size_bytes", "num_records", *(f"partition.{name}" for name in partition_columns(table))]
    values = [actions[name].to_pylist() if name in actions.column_names else [] for name in columns]
    return [
        DataFile(path, n_bytes, tuple(map(str, partition)), n_rows or 0)
        for path, n_bytes, n_rows, *partition in zip(*values, strict=True)
    ]


def commit_files(folder: Path, model: type[Table], files: Sequence[DataFile]) -> int:
    """Make these the files of a Delta table, by one commit unless it has exactly these; returns its version.

    Raises OSError if another run changed the same files meanwhile, or the log cannot be written.
    """
    require_deltalake()
    from deltalake import DeltaTable, PostCommitHookProperties, Schema
    from deltalake.exceptions import DeltaError
    from deltalake.transaction import RemoveAction

    name, schema = table_name(model), Schema.from_arrow(delta_schema(model))
    columns = list(partition_columns(name))
    try:
        if DeltaTable.is_deltatable(str(folder)):
            delta = DeltaTable(str(folder))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            delta = DeltaTable.create(
                str(folder),
                schema,
                partition_by=columns,
                name=name,
                description=table_descriptions()[name]["description"],
                configuration=_configuration(name),
            )
        active = {file.path: file for file in _files_of(delta, name)}
        wanted = {file.path for file in files}
        moment = int(time.time() * 1000)
        actions: list[Any] = [_add_action(file, columns, moment) for file in files if file.path not in active]
        mode = "append"
        if delta.schema() == schema:
            actions += [
                RemoveAction(path, True, moment, file.n_bytes, dict(zip(columns, file.partition, strict=True)))
                for path, file in active.items()
                if path not in wanted
            ]
            if not actions:
                return int(delta.version())
        else:  # columns changed: nothing of the former table stays
            mode, actions = "overwrite", [_add_action(file, columns, moment) for file in files]
        delta.create_write_transaction(
            actions,
            mode,
            schema,
            partition_by=columns,
            post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
        )
    except DeltaError as error:
        raise OSError(f"{folder}: the Delta table cannot be changed ({error})") from error
    delta.update_incremental()
    log = folder / _LOG
    version = int(delta.version())
    sync_file(log / f"{version:020}.json")
    sync_folder(log)
    return version


def _add_action(file: DataFile, columns: Sequence[str], moment: int) -> Any:
    from deltalake.transaction import AddAction

    stats = file.stats or json.dumps({"numRecords": file.n_rows})
    return AddAction(file.path, file.n_bytes, dict(zip(columns, file.partition, strict=True)), moment, True, stats)


def vacuum(folder: Path, keep_versions: Iterable[int]) -> int:
    """Delete the files of a Delta table that neither its newest version nor one of these has; returns how many."""
    delta = open_table(folder)
    removed: list[str] = delta.vacuum(
        retention_hours=0,
        dry_run=False,
        enforce_retention_duration=False,
        full=True,
        keep_versions=sorted(set(keep_versions)),
    )
    return len(removed)


@cache
def stats_columns(table: str) -> tuple[str, ...]:
    """Return the columns whose smallest and largest value per file the log has.

    A reader may take a column with such values for one without nulls, and a column without them for one without any
    value, so these are columns that are never null, and the table says which they are.
    """
    columns = table_descriptions()[table]["columns"]
    return tuple(item["name"] for item in columns if item["name"] in _STATS_COLUMNS and not item["nullable"])


def _configuration(table: str) -> dict[str, str | None]:
    columns = stats_columns(table)
    skipping = {"delta.dataSkippingStatsColumns": ",".join(columns)} if columns else {}
    # The history that a version needs must never expire: versions are removed by `prune` and by nothing else.
    return {
        "delta.logRetentionDuration": "interval 36500 days",
        **(skipping or {"delta.dataSkippingNumIndexedCols": "0"}),
    }


def file_stats(n_rows: int, bounds: Mapping[str, tuple[object, object]]) -> str:
    """Return the statistics of a file as the log has them."""
    smallest = {name: pair[0] for name, pair in bounds.items()}
    largest = {name: pair[1] for name, pair in bounds.items()}
    return json.dumps({"numRecords": n_rows, "minValues": smallest, "maxValues": largest}, ensure_ascii=False)
