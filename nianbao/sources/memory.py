"""What a source's last walk saw, and what it still owes, a small file a source: the next run goes on from there.

It lies in `<raw>/.fetch/`, beside the cache of answers; without it a walk only takes longer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nianbao.sources.discovery.rows import Row
from nianbao.storage.files import write_whole

FOLDER = ".fetch"
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Memory:
    """Addresses of rows that a whole walk has seen, newest first, and wanted rows that could not be fetched."""

    seen: tuple[str, ...] = ()
    owed: tuple[Row, ...] = ()


def recall(raw: Path, source_id: str) -> Memory:
    """What is remembered of a source; nothing where the file is missing or damaged (the walk is whole then)."""
    try:
        told = json.loads(_path(raw, source_id).read_text("utf-8"))
        owed = tuple(
            Row(row["title"], row["url"], date.fromisoformat(row["day"]) if row["day"] else None)
            for row in told["owed"]
        )
        return Memory(tuple(map(str, told["seen"])), owed)
    except (OSError, ValueError, KeyError, TypeError):
        return Memory()


def remember(raw: Path, source_id: str, memory: Memory) -> None:
    """Put what was seen and what is owed in place of what was remembered, whole or not at all."""
    told = {
        "seen": list(dict.fromkeys(memory.seen))[:MOST_ROWS],
        "owed": [
            {"title": row.title, "url": row.url, "day": row.day.isoformat() if row.day else None}
            for row in dict.fromkeys(memory.owed)
        ],
    }
    write_whole(_path(raw, source_id), (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())


def _path(raw: Path, source_id: str) -> Path:
    return raw / FOLDER / f"{source_id}.json"
