"""Verify published tables: hashes, schemas, keys, and that every quote is the text at its offsets.

Nothing is changed. Every problem names its file, its location in it, and the command that repairs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet

from nianbao.io.files import hash_file
from nianbao.io.layout import MANIFEST
from nianbao.publishing.delta import active_files, is_intact, table_folder
from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.read_tables import is_delta, iter_batches, pinned_versions, read_table
from schemas import TABLES, arrow_schema
from schemas.table import table_spec

REPAIR = "repair it with `nianbao backfill --force`"
# Offsets into `documents.text`, and the column that holds the text between them.
_START, _END, _QUOTE = "char_start", "char_end", "quote"
_BATCH_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with published tables; `location` is empty if it is the file as a whole."""

    file: str
    location: str
    message: str
    fix: str = REPAIR

    def __str__(self) -> str:
        """Return the problem as one line."""
        where = f"{self.file}, {self.location}" if self.location else self.file
        return f"{where}: {self.message}; {self.fix}"


def verify(curated: Path) -> Iterator[Problem]:
    """Yield the problems of the published version; raises FileNotFoundError if nothing is published."""
    if not curated.is_dir() or not any(curated.iterdir()):
        raise FileNotFoundError(f"{curated}: nothing is published there; publish with `nianbao run`")
    manifest = read_manifest(curated)
    if manifest is None:
        yield Problem(MANIFEST, "", "it is missing or damaged")
        return
    damaged = set()
    for problem in verify_files(curated, manifest):
        damaged.add(Path(problem.file).name)
        yield problem
    folder = curated / manifest["folder"]
    readable = []
    if is_delta(folder):
        for problem in verify_data_files(curated, folder):
            damaged.add(problem.location)
            yield problem
    for name, model in TABLES.items():
        path = f"{manifest['folder']}/{name}.parquet"
        if not is_delta(folder) and f"{name}.parquet" not in manifest["files"]:
            yield Problem(path, "", "the manifest does not name this table")
            continue
        try:
            problem_of_table = _verify_table(folder, name, path, arrow_schema(model), manifest.get("rows", {}))
        except (OSError, arrow.ArrowException) as error:
            if not {f"{name}.parquet", name} & damaged:
                yield Problem(path, "", f"it cannot be read ({_first_line(error)})")
            continue
        if problem_of_table is not None:
            yield problem_of_table
            continue
        readable.append(name)
    try:
        yield from _verify_keys(folder, manifest["folder"], readable)
        yield from _verify_quotes(folder, manifest["folder"], readable)
    except (OSError, arrow.ArrowException) as error:
        if not damaged:
            yield Problem(manifest["folder"], "", f"it cannot be read ({_first_line(error)})")


def verify_files(curated: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the published files with another size or hash than in the manifest, at both of their paths."""
    for name, about in manifest["files"].items():
        hashes: dict[tuple[int, int], str] = {}
        for path in (f"{manifest['folder']}/{name}", name):
            try:
                stat = (curated / path).stat()
                key = (stat.st_dev, stat.st_ino)
                if key not in hashes:  # usually both paths are one file
                    hashes[key] = hash_file(curated / path)
            except FileNotFoundError:
                yield Problem(path, "", "it is missing")
            except OSError as error:
                yield Problem(path, "", f"it cannot be read ({error.strerror})")
            else:
                if hashes[key] != about["sha256"]:
                    yield Problem(path, "", "its bytes are not those that were published")


def verify_data_files(curated: Path, folder: Path) -> Iterator[Problem]:
    """Yield the files of Delta tables in a version whose bytes are not those that their names say."""
    for name, version in pinned_versions(folder).items():
        table = table_folder(curated, name)
        for file in active_files(table, name, version):
            if not is_intact(table, file, compare_bytes=True):
                path = f"{table.relative_to(curated).as_posix()}/{file.path}"
                yield Problem(path, name, "it is missing, or its bytes are not those that were published")


def _verify_table(folder: Path, name: str, path: str, schema: arrow.Schema, rows: Mapping[str, int]) -> Problem | None:
    if is_delta(folder):
        whole = read_table(folder, name)
        whole.validate(full=True)
        return _verify_columns(path, whole.schema, schema) or _verify_count(path, whole.num_rows, rows.get(name))
    with parquet.ParquetFile(folder / f"{name}.parquet", page_checksum_verification=True) as table:
        problem = _verify_columns(path, table.schema_arrow, schema)
        problem = problem or _verify_count(path, table.metadata.num_rows, rows.get(name))
        if problem is None:
            for batch in table.iter_batches(_BATCH_ROWS, use_threads=False):
                batch.validate(full=True)
        return problem


def _verify_columns(path: str, found: arrow.Schema, schema: arrow.Schema) -> Problem | None:
    for field in schema:
        index = found.get_field_index(field.name)
        if index < 0:
            return Problem(path, f"column {field.name}", "the column is missing")
        if found.field(index).type != field.type:
            return Problem(path, f"column {field.name}", f"its type is {found.field(index).type}, not {field.type}")
    extra = [name for name in found.names if schema.get_field_index(name) < 0]
    return Problem(path, f"column {extra[0]}", "no table has this column") if extra else None


def _verify_count(path: str, n_rows: int, expected: int | None) -> Problem | None:
    return None if n_rows == expected else Problem(path, "", f"it has {n_rows} rows, the manifest says {expected}")


def _verify_keys(folder: Path, path: str, names: list[str]) -> Iterator[Problem]:
    """Yield rows with a duplicate primary key, and rows that refer to a missing row."""
    keys: dict[tuple[str, tuple[str, ...]], set[tuple[Any, ...]]] = {}

    def values_of(name: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        for batch in iter_batches(folder, name, columns, _BATCH_ROWS):
            yield from zip(*(batch.column(column).to_pylist() for column in columns), strict=True)

    for name in names:
        spec = table_spec(TABLES[name])
        primary = tuple(spec["primary_key"])
        known_keys: set[tuple[Any, ...]] = set()
        for key in values_of(name, primary):
            if key in known_keys:
                yield Problem(f"{path}/{name}.parquet", _location(primary, key), "two rows have this key")
                break
            known_keys.add(key)
        keys[name, primary] = known_keys
    for name in names:
        for foreign in table_spec(TABLES[name]).get("foreign_keys", []):
            target, columns = foreign["table"], tuple(foreign["columns"])
            if target not in names:
                continue
            references = tuple(foreign["references"])
            if (target, references) not in keys:
                keys[target, references] = set(values_of(target, references))
            known = keys[target, references]
            for key in values_of(name, columns):
                if None not in key and key not in known:
                    message = f"{target} has no such row"
                    yield Problem(f"{path}/{name}.parquet", _location(columns, key), message)
                    break


def _verify_quotes(folder: Path, path: str, names: list[str]) -> Iterator[Problem]:
    """Yield the first row of each table with a quote that differs from the text at its offsets."""
    if "documents" not in names:
        return
    for name in names:
        columns = [field.name for field in arrow_schema(TABLES[name])]
        if not {"report_id", _START, _END, _QUOTE} <= set(columns) or "sort_by" not in table_spec(TABLES[name]):
            continue
        texts = _texts(folder)
        report_id, text = "", ""
        for batch in iter_batches(folder, name, ["report_id", _START, _END, _QUOTE], _BATCH_ROWS):
            problem = None
            for row in zip(*(batch.column(index).to_pylist() for index in range(4)), strict=True):
                while report_id < row[0]:  # both tables are in the order of the reports
                    report_id, text = next(texts, ("\U0010ffff", ""))
                if row[1] is None or row[3] is None:
                    continue
                if report_id != row[0] or text[row[1] : row[2]] != row[3]:
                    message = f"the text there is not {row[3]!r}"
                    location = f"{row[0]}, characters {row[1]} to {row[2]}"
                    problem = Problem(f"{path}/{name}.parquet", location, message)
                    break
            if problem is not None:
                yield problem
                break


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for batch in iter_batches(folder, "documents", ["report_id", "text"], 64):
        yield from zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)


def _location(columns: tuple[str, ...], key: tuple[Any, ...]) -> str:
    return ", ".join(f"{column} {value}" for column, value in zip(columns, key, strict=True))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
