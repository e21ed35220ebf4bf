"""The command `views`: print SQL views over the published tables."""

from __future__ import annotations

import sys
from pathlib import Path

from flows.cli.options import CURATED, Curated
from nianbao.exports.views import views_sql
from nianbao.publishing.object_storage import is_remote


def views(curated: Curated = CURATED) -> None:
    """Print SQL views over the tables, for DuckDB."""
    sys.stdout.write(views_sql(curated.rstrip("/") if is_remote(curated) else Path(curated).as_posix()))
