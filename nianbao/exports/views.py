"""The semantic layer: named views in SQL over the published tables (`views.sql`), for one folder of tables."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

VIEWS = resources.files(__package__).joinpath("views.sql").read_text("utf-8")
NAMES = tuple(re.findall(r"^CREATE OR REPLACE VIEW (\w+)", VIEWS, re.M))


def views_sql(curated: Path) -> str:
    """The statements that make the views over the tables in `curated`, which is named as it is given."""
    # A quote in the name of a folder is written twice in SQL; the braces stand in the file and nowhere else.
    return VIEWS.replace("{curated}", curated.as_posix().replace("'", "''"))
