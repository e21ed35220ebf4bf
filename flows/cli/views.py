"""The command `views`: print SQL views over the published tables."""

from __future__ import annotations

import sys
from pathlib import Path

from flows.cli.options import CURATED, Curated
from nianbao.exports.views import views_over_names, views_sql
from nianbao.io.layout import DELTA_VERSIONS
from nianbao.publishing.object_storage import is_remote


def views(curated: Curated = CURATED) -> None:
    """Print SQL views over the tables, for DuckDB.

    Over Delta tables the views use the names of the tables, which you register in DuckDB first.
    """
    if not is_remote(curated) and (Path(curated) / DELTA_VERSIONS).is_file():
        sys.stdout.write(views_over_names())
        return
    sys.stdout.write(views_sql(curated.rstrip("/") if is_remote(curated) else Path(curated).as_posix()))
