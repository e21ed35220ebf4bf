"""Judged comparisons against published tables: `python -m benchmarks.judged JUDGED.jsonl CURATED ...`.

A judged row names a jurisdiction, an indicator and a year, the two values that were compared, and a verdict. A row
judged wrong should be withheld or have other values; a row judged right should stay. Exceptions are listed with the
reason that the tables give. `python -m benchmarks.judged --draw SEED CURATED ...` draws rows to judge.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as parquet

from benchmarks.drawn import draw

_COLUMNS = ["jurisdiction_name", "indicator_id", "year", "value", "previous_value", "comparability"]
_COLUMNS += ["comparability_note"]


class Judged(NamedTuple):
    """A comparison that a person has judged."""

    place: str
    indicator_id: str
    year: int
    value: float | None
    previous: float | None
    verdict: str


class Published(NamedTuple):
    """A row of `comparisons`."""

    value: float | None
    previous: float | None
    comparability: str
    note: str | None


def read_judged(path: Path) -> list[Judged]:
    """Return the rows of a file that were comparable when they were judged."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Judged(
            row["jurisdiction"],
            row["indicator_id"],
            int(row["year"]),
            row["value"],
            row.get("previous_value", row.get("previous")),
            row["verdict"],
        )
        for row in rows
        if row.get("comparability", "comparable") == "comparable"
    ]


def read_published(folders: list[Path]) -> dict[tuple[str, str, int], list[Published]]:
    """Return the comparisons of some curated folders by place, indicator and year."""
    found: dict[tuple[str, str, int], list[Published]] = {}
    for folder in folders:
        for row in parquet.read_table(folder / "comparisons.parquet", columns=_COLUMNS).to_pylist():
            place, indicator_id, year, *rest = (row[name] for name in _COLUMNS)
            found.setdefault((place, indicator_id, year), []).append(Published(*rest))
    return found


def outcome(judged: Judged, rows: list[Published]) -> str:
    """Return what became of a judged row: `same`, `other values`, the reason why it is withheld, or `gone`."""
    compared = [row for row in rows if row.comparability == "comparable"]
    if any(_close(row.value, judged.value) and _close(row.previous, judged.previous) for row in compared):
        return "same"
    if compared:
        return "other values"
    return next((row.comparability for row in rows if row.value is not None), "gone")


def _close(first: float | None, second: float | None) -> bool:
    return first is not None and second is not None and math.isclose(first, second, rel_tol=1e-6)


def main() -> None:
    """Print how many rows of each verdict have which outcome, then the exceptions; or draw rows."""
    if sys.argv[1] == "--draw":
        for row in draw([Path(folder) for folder in sys.argv[3:]], int(sys.argv[2])):
            print(json.dumps(row, ensure_ascii=False))
        return
    published = read_published([Path(folder) for folder in sys.argv[2:]])
    counts: Counter[tuple[str, str]] = Counter()
    exceptions: list[str] = []
    for judged in read_judged(Path(sys.argv[1])):
        rows = published.get(judged[:3], [])
        what = outcome(judged, rows)
        counts[judged.verdict, what] += 1
        if (judged.verdict == "right") != (what == "same"):
            note = next((row.note for row in rows if row.comparability == what), None)
            exceptions.append(f"{judged.verdict:8}  {what:18}  {' '.join(map(str, judged[:5]))}  {note or ''}")
    for (verdict, what), count in sorted(counts.items()):
        print(f"{verdict:8}  {what:18}  {count:4d}")
    print("\n".join(sorted(exceptions)))


if __name__ == "__main__":
    main()
