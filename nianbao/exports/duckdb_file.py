"""All tables of a version with the named views as one DuckDB file, which opens from any folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nianbao.exports.errors import ExportError
from nianbao.exports.views import views_over_names
from nianbao.publishing.read_tables import is_delta, read_table
from schemas.descriptions import table_descriptions

# The oldest DuckDB that opens the file: drivers of BI tools are some versions behind.
_OLDEST_DUCKDB = "v1.2.0"


def write_duckdb(version_folder: Path, file: Path) -> dict[str, int]:
    """Write the tables and views of a version as a DuckDB file; return the number of rows of each table.

    Rows, their order and the types of columns are those of the Parquet files; descriptions are comments.

    Args:
        version_folder: Folder of the tables.
        file: File to write; it is replaced when the new one is complete.

    Raises:
        ExportError: DuckDB is not installed.
        OSError: A table cannot be read, or the file cannot be written.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ExportError(f"{file}: DuckDB is missing; install it with: pip install 'nianbao[duckdb]'") from error
    n_rows: dict[str, int] = {}
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".nianbao-") as folder:
        unfinished = Path(folder) / file.name
        try:
            with duckdb.connect(str(unfinished), config={"storage_compatibility_version": _OLDEST_DUCKDB}) as database:
                for name, table in table_descriptions().items():
                    if is_delta(version_folder):
                        source = "rows_of_table"
                        database.register(source, read_table(version_folder, name))
                    else:
                        source = f"read_parquet({_quoted((version_folder / f'{name}.parquet').as_posix())})"
                    database.execute(f"CREATE TABLE {name} AS FROM {source}")
                    database.execute(f"COMMENT ON TABLE {name} IS {_quoted(table['description'])}")
                    ((n_rows[name],),) = database.execute(f"SELECT count(*) FROM {name}").fetchall()
                database.execute(views_over_names())
        except duckdb.IOException as error:
            raise OSError(str(error)) from error
        unfinished.replace(file)
    return n_rows


def _quoted(text: str) -> str:
    """Return a string of SQL, which doubles a quote within it."""
    return "'" + text.replace("'", "''") + "'"
