"""What the last crawl of a source found and what it could not fetch, one JSON file per source.

The files are in `<raw>/.fetch/`, next to the HTTP cache. Without them a crawl only takes longer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nianbao.io.files import write_atomically
from nianbao.sources.discovery.rows import Row

STATE_FOLDER = ".fetch"
MAX_ROWS = 2000


@dataclass(frozen=True, slots=True)
class PendingReport:
    """A report that could not be fetched, or not completely.

    Attributes:
        row: The row of the list that links to it.
        reason: Why it could not be fetched.
        partial: Its page was stored, but an attachment of it is missing.
        hints: Family, jurisdiction and year that it would have, as in a sidecar.
    """

    row: Row
    reason: str
    partial: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrawlState:
    """The state of a source after a crawl.

    Attributes:
        known_urls: URLs of the rows that complete walks have passed, newest first.
        pending: Reports to ask for again.
        failed_url: Where the last crawl broke off; empty if it was complete.
        failure: Why it broke off.
    """

    known_urls: tuple[str, ...] = ()
    pending: tuple[PendingReport, ...] = ()
    failed_url: str = ""
    failure: str = ""


def load(raw: Path, source_id: str) -> CrawlState:
    """Return the saved state of a source; an empty state if the file is missing or damaged."""
    return _read(_path(raw, source_id)) or CrawlState()


def load_all(raw: Path) -> Iterator[tuple[str, CrawlState]]:
    """Yield the id and the saved state of every source, ordered by id."""
    for path in sorted((raw / STATE_FOLDER).glob("*.json")):
        if state := _read(path):
            yield path.stem, state


def save(raw: Path, source_id: str, state: CrawlState) -> None:
    """Atomically replace the saved state of a source."""
    pending = {report.row.url: report for report in state.pending}
    data = {
        "seen": list(dict.fromkeys(state.known_urls))[:MAX_ROWS],
        "owed": [
            {
                "title": report.row.title,
                "url": url,
                "day": report.row.day.isoformat() if report.row.day else None,
                "why": report.reason,
                "partly": report.partial,
                "given": dict(report.hints),
            }
            for url, report in pending.items()
        ],
        "ended_at": state.failed_url,
        "ended_why": state.failure,
    }
    write_atomically(_path(raw, source_id), (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode())


def _read(path: Path) -> CrawlState | None:
    try:
        data = json.loads(path.read_text("utf-8"))
        return CrawlState(
            known_urls=tuple(map(str, data["seen"])),
            pending=tuple(map(_pending_report, data["owed"])),
            failed_url=str(data.get("ended_at", "")),
            failure=str(data.get("ended_why", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _pending_report(data: dict[str, Any]) -> PendingReport:
    day = date.fromisoformat(data["day"]) if data["day"] else None
    row = Row(str(data["title"]), str(data["url"]), day)
    hints = {str(name): str(value) for name, value in data.get("given", {}).items()}
    return PendingReport(row, str(data.get("why", "")), data.get("partly") is True, hints)


def _path(raw: Path, source_id: str) -> Path:
    return raw / STATE_FOLDER / f"{source_id}.json"
