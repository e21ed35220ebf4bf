"""Named SQL views over the published tables (`views.sql`)."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

VIEWS = resources.files(__package__).joinpath("views.sql").read_text("utf-8")
_FILE_OF_TABLE = re.compile(r"'\{curated\}/(\w+)\.parquet'")
NAMES = tuple(re.findall(r"^CREATE OR REPLACE VIEW (\w+)", VIEWS, re.M))


def views_over_names() -> str:
    """Return the statements that create the views over tables of these names, wherever their rows are."""
    return _FILE_OF_TABLE.sub(r"\1", VIEWS)


def views_sql(curated: Path | str) -> str:
    """Return the statements that create the views over the tables in `curated`.

    Args:
        curated: A folder or a URL (`s3://…`, which DuckDB reads with its extension httpfs). It is written into the
            statements as it is.
    """
    location = curated if isinstance(curated, str) else curated.as_posix()
    # SQL doubles a quote within a string.
    return VIEWS.replace("{curated}", location.replace("'", "''"))
