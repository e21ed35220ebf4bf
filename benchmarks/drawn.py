"""Draw rows for a person to judge: `python -m benchmarks.judged --draw SEED CURATED ... > ROWS.jsonl`.

A seed always draws the same rows from the same tables, so that anyone can repeat a judgement. Each row carries its
figures and the sentences of both. The largest changes are ranked by the absolute value of `change_pct` over
all families; a row with grade C is never among them.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TypedDict, TypeVar, cast

import pyarrow.parquet as parquet

from schemas.rows import ComparisonRow, FindingRow, ObservationRow, PromiseRow

COMPARISONS, LARGEST, PROMISES, FAILS, UNCERTAIN = 150, 60, 60, 60, 40
_T = TypeVar("_T")
_SUBJECT_AND_SENTENCE = ("observation_id", "subject", "sentence")


class Drawn(TypedDict):
    """A row to judge: what it says, and the sentences of its two figures. `verdict` is for the reader."""

    sort: str
    n: int
    place: str
    indicator_id: str
    year: int
    says: str
    first_id: str | None
    first: str
    second_id: str | None
    second: str
    verdict: str | None


class _Tables:
    """The tables of some curated folders that a draw needs."""

    def __init__(self, folders: list[Path]) -> None:
        self.comparisons = cast("list[ComparisonRow]", _rows(folders, "comparisons"))
        self.promises = cast("list[PromiseRow]", _rows(folders, "promises"))
        self.findings = cast("list[FindingRow]", _rows(folders, "findings"))
        observations = cast("list[ObservationRow]", _rows(folders, "observations", list(_SUBJECT_AND_SENTENCE)))
        self._by_id = {row["observation_id"]: row for row in observations}

    def sentence(self, observation_id: str | None) -> str:
        """Return the subject and the sentence of an observation."""
        row = self._by_id.get(observation_id or "")
        return f"《{row['subject']}》 {row['sentence']}" if row else ""


def _rows(folders: list[Path], table: str, columns: list[str] | None = None) -> list[object]:
    return [
        row
        for folder in folders
        for row in parquet.read_table(folder / f"{table}.parquet", columns=columns).to_pylist()
    ]


def draw(folders: list[Path], seed: int) -> list[Drawn]:
    """Return the rows of all sorts, each sort drawn on its own."""
    tables = _Tables(folders)
    compared = [row for row in tables.comparisons if row["comparability"] == "comparable"]
    large = sorted(
        (row for row in compared if row["change_pct"] is not None and (row["grade"] or "C") < "C"),
        key=lambda row: (-abs(row["change_pct"] or 0), str(row["observation_id"])),
    )
    judged = [row for row in tables.promises if row["target_met"] is not None]
    by_status = {s: [row for row in tables.findings if row["status"] == s] for s in ("fail", "uncertain")}
    return [
        *(_comparison("comparison", n, row, tables) for n, row in enumerate(_some(compared, COMPARISONS, seed))),
        *(_comparison("largest", n, row, tables) for n, row in enumerate(large[:LARGEST])),
        *(_promise(n, row, tables) for n, row in enumerate(_some(judged, PROMISES, seed))),
        *(_finding(n, row, tables) for n, row in enumerate(_some(by_status["fail"], FAILS, seed))),
        *(_finding(n, row, tables) for n, row in enumerate(_some(by_status["uncertain"], UNCERTAIN, seed))),
    ]


def _some(rows: list[_T], count: int, seed: int) -> list[_T]:
    return random.Random(seed).sample(rows, min(count, len(rows)))


def _comparison(sort: str, n: int, row: ComparisonRow, tables: _Tables) -> Drawn:
    change = f"{row['change_pct']:+.4g}%" if row["change_pct"] is not None else f"{row['change_pp']}"
    says = (
        f"{row['previous_value']:g} → {row['value']:g} {row['unit']} ({change}; grade {row['grade']}; {row['scope']})"
    )
    ids = (row["observation_id"], row["previous_observation_id"])
    return _drawn(sort, n, (row["jurisdiction_name"], row["indicator_id"], row["year"]), says, ids, tables)


def _promise(n: int, row: PromiseRow, tables: _Tables) -> Drawn:
    says = f"target {row['target_quote']}, actual {row['actual_quote']}: {row['target_met']}"
    ids = (row["actual_observation_id"], row["target_observation_id"])
    return _drawn("promise", n, (row["jurisdiction_name"] or "", row["indicator_id"], row["year"]), says, ids, tables)


def _finding(n: int, row: FindingRow, tables: _Tables) -> Drawn:
    says = f"{row['check']}: {row['message_zh']}"
    ids = (row["observation_id"], row["other_observation_id"])
    named = (row["jurisdiction_name"] or "", row["indicator_id"] or "", row["report_year"] or 0)
    return _drawn(row["status"], n, named, says, ids, tables)


def _drawn(
    sort: str, n: int, named: tuple[str, str, int], says: str, ids: tuple[str | None, str | None], tables: _Tables
) -> Drawn:
    place, indicator_id, year = named
    return {
        "sort": sort,
        "n": n,
        "place": place,
        "indicator_id": indicator_id,
        "year": year,
        "says": says,
        "first_id": ids[0],
        "first": tables.sentence(ids[0]),
        "second_id": ids[1],
        "second": tables.sentence(ids[1]),
        "verdict": None,
    }
