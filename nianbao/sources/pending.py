"""What the sites owe, as lines of `rejects`: reports that were looked for and could not be had, with the reason."""

from __future__ import annotations

from pathlib import Path

from nianbao.snapshots.store import InvalidSnapshot, read_sidecar, sidecar_paths
from nianbao.sources.crawl_state import load_all
from nianbao.tables.rejects import Reject
from nianbao.tables.validation import row_as_json


def fetch_rejects(raw: Path) -> list[Reject]:
    """A reject for each report and each list that could not be had.

    What came and is something else (a challenge) is kept and tells itself by its mark.
    """
    owed: list[tuple[str, str, str, bool, str, str]] = []
    for source_id, memory in load_all(raw):
        if memory.ended_why:
            owed.append(("list", source_id, memory.ended_at, False, memory.ended_why, ""))
        for one in memory.owed:
            if one.row.url != memory.ended_at:
                owed.append(("report", source_id, one.row.url, one.partly, one.why, row_as_json(dict(one.given))))
    kept = _kept_addresses(raw) if owed else frozenset()
    return [
        Reject("fetch", url or None, None, None, None, None, f"{what}_not_fetched", f"{source_id}: {why}", row)
        for what, source_id, url, partly, why, row in owed
        if partly or url not in kept
    ]


def _kept_addresses(raw: Path) -> frozenset[str]:
    addresses = set()
    for path in sidecar_paths(raw):
        try:
            addresses.add(read_sidecar(raw, path).address)
        except InvalidSnapshot:
            continue  # a run tells it
    return frozenset(addresses)
