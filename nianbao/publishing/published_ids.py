"""Look up the ids under which reports were published, so that a run keeps them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.read_tables import read_table

_COLUMNS = ["report_id", "raw_sha256", "source_url"]


class PublishedReport(NamedTuple):
    """A published report: its id, and what recognizes it in the next run."""

    report_id: str
    raw_sha256: str
    source_url: str


def published_reports(curated: Path, stems: Collection[str]) -> list[PublishedReport]:
    """Return the published reports of which several have one of these ids, or that have an ordinal.

    The others keep their ids in any case. There are none if nothing was published.

    A table that is missing or damaged counts as nothing published; the run replaces it.
    """
    manifest = read_manifest(curated)
    if manifest is None:
        return []
    try:
        table = read_table(curated / manifest["folder"], "reports", _COLUMNS)
    except (OSError, KeyError, arrow.ArrowException):
        return []
    found = compute.replace_substring_regex(table["report_id"], r"(/\d{4})-\d+$", r"\1")
    several = compute.is_in(found, value_set=arrow.array(sorted(stems), arrow.string()))
    table = table.filter(compute.or_(several, compute.not_equal(found, table["report_id"])))
    return [PublishedReport(*row) for row in zip(*(table[name].to_pylist() for name in _COLUMNS), strict=True)]
