"""What a source's last walk saw, and what it still owes, a small file a source: the next run goes on from there.

It lies in `<raw>/.fetch/`, beside the cache of answers; without it a walk only takes longer.
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

FOLDER = ".fetch"
MAX_ROWS = 2000


@dataclass(frozen=True, slots=True)
class PendingReport:
    """A wanted row that could not be had, and why.

    `partly`: its page could, and an attachment of it could not. `given`: the family, jurisdiction and year that it
    would have been of, as a snapshot's note has them.
    """

    row: Row
    why: str
    partly: bool = False
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrawlState:
    """Addresses of rows that a whole walk has seen, newest first; what is owed; and, where the last walk did not come
    to its end, the address at which it ended, and why."""

    seen: tuple[str, ...] = ()
    owed: tuple[PendingReport, ...] = ()
    ended_at: str = ""
    ended_why: str = ""


def load(raw: Path, source_id: str) -> CrawlState:
    """What is remembered of a source; nothing where the file is missing or damaged (the walk is whole then)."""
    return _read(_path(raw, source_id)) or CrawlState()


def load_all(raw: Path) -> Iterator[tuple[str, CrawlState]]:
    """What is remembered of every source, by its id, in a fixed order."""
    for path in sorted((raw / FOLDER).glob("*.json")):
        if memory := _read(path):
            yield path.stem, memory


def save(raw: Path, source_id: str, memory: CrawlState) -> None:
    """Put what was seen and what is owed in place of what was remembered, whole or not at all."""
    owed = {one.row.url: one for one in memory.owed}
    told = {
        "seen": list(dict.fromkeys(memory.seen))[:MAX_ROWS],
        "owed": [
            {
                "title": one.row.title,
                "url": url,
                "day": one.row.day.isoformat() if one.row.day else None,
                "why": one.why,
                "partly": one.partly,
                "given": dict(one.given),
            }
            for url, one in owed.items()
        ],
        "ended_at": memory.ended_at,
        "ended_why": memory.ended_why,
    }
    write_atomically(_path(raw, source_id), (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())


def _read(path: Path) -> CrawlState | None:
    try:
        told = json.loads(path.read_text("utf-8"))
        owed = tuple(map(_owed, told["owed"]))
        ended = str(told.get("ended_at", "")), str(told.get("ended_why", ""))
        return CrawlState(tuple(map(str, told["seen"])), owed, *ended)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _owed(told: dict[str, Any]) -> PendingReport:
    day = date.fromisoformat(told["day"]) if told["day"] else None
    row = Row(str(told["title"]), str(told["url"]), day)
    given = {str(name): str(value) for name, value in told.get("given", {}).items()}
    return PendingReport(row, str(told.get("why", "")), told.get("partly") is True, given)


def _path(raw: Path, source_id: str) -> Path:
    return raw / FOLDER / f"{source_id}.json"
