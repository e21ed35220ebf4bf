"""Report what could not be fetched: one reject for each missing report and each broken list."""

from __future__ import annotations

from pathlib import Path

from nianbao.snapshots.store import InvalidSnapshot, read_sidecar, sidecar_paths
from nianbao.sources.crawl_state import CrawlState, load_all
from nianbao.tables.rejects import Reject
from nianbao.tables.validation import row_as_json


def fetch_rejects(raw: Path) -> list[Reject]:
    """Return a reject for each report and each list that could not be fetched.

    A page that was stored with an exclusion (a challenge, say) is left out: reading it yields its own reject.
    """
    states = [(source_id, state) for source_id, state in load_all(raw) if state.failure or state.pending]
    stored = _stored_addresses(raw) if states else frozenset()
    return [reject for source_id, state in states for reject in _rejects_of(source_id, state, stored)]


def _rejects_of(source_id: str, state: CrawlState, stored: frozenset[str]) -> list[Reject]:
    rejects = []
    if state.failure and state.failed_url not in stored:
        rejects.append(_reject("list_not_fetched", state.failed_url, f"{source_id}: {state.failure}", ""))
    for report in state.pending:
        url = report.row.url
        if url != state.failed_url and (report.partial or url not in stored):
            hints = row_as_json(dict(report.hints))
            rejects.append(_reject("report_not_fetched", url, f"{source_id}: {report.reason}", hints))
    return rejects


def _reject(check: str, url: str, reason: str, row: str) -> Reject:
    return Reject(
        stage="fetch",
        source_url=url or None,
        raw_path=None,
        report_id=None,
        table=None,
        column=None,
        check=check,
        reason=reason,
        row=row,
    )


def _stored_addresses(raw: Path) -> frozenset[str]:
    addresses = set()
    for path in sidecar_paths(raw):
        try:
            addresses.add(read_sidecar(raw, path).address)
        except InvalidSnapshot:
            continue  # the next run reports it
    return frozenset(addresses)
