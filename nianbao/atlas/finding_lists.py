"""Findings in three lists: contradictions, revisions by later reports, and missed targets. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.rows import FindingRow

# The lists in the order in which they are shown. A revised figure or a missed target is no contradiction.
LISTS = ("contradictions", "revisions", "missed_targets")
_LIST_OF_CHECK = {"restatement": "revisions", "target_missed": "missed_targets"}
# The word before a finding of these lists, instead of its verdict.
_VERDICTS = {"revisions": "revised", "missed_targets": "no"}


@dataclass(frozen=True, slots=True)
class FindingList:
    """One of the lists: its name, a text key, and its findings."""

    name: str
    rows: tuple[FindingRow, ...]


def list_of(row: FindingRow) -> str:
    """Return the name of the list that has a finding."""
    return _LIST_OF_CHECK.get(row["check"], LISTS[0])


def verdict_of(row: FindingRow) -> str:
    """Return the word before a finding: its verdict, `revised`, or `no` for a target that was not met."""
    word = _VERDICTS.get(list_of(row))
    return word if word and row["status"] == "fail" else row["status"]


def finding_lists(rows: Sequence[FindingRow], limit: int | None = None) -> tuple[FindingList, ...]:
    """Return the lists that have findings, each with at most `limit` of them."""
    found = [FindingList(name, tuple(row for row in rows if list_of(row) == name)[:limit]) for name in LISTS]
    return tuple(each for each in found if each.rows)
