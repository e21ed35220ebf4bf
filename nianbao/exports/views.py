"""The semantic layer: named views in SQL over the published tables (`views.sql`), for one folder of tables."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

VIEWS = resources.files(__package__).joinpath("views.sql").read_text("utf-8")
NAMES = tuple(re.findall(r"^CREATE OR REPLACE VIEW (\w+)", VIEWS, re.M))


def views_sql(curated: Path | str) -> str:
    """The statements that make the views over the tables in `curated`, a folder or the address of one (`s3://…`, which
    DuckDB reads with its extension httpfs). It is named as it is given."""
    place = curated if isinstance(curated, str) else curated.as_posix()
    # A quote in the name of a folder is written twice in SQL; the braces stand in the file and nowhere else.
    return VIEWS.replace("{curated}", place.replace("'", "''"))
