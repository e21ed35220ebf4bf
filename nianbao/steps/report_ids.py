"""Which id every report gets, once all are read: one text is one report, of two on one year one is the first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report in a piece, with what decides its final id and whether it is the same text as another."""

    piece: str
    key: str
    provisional_id: str
    stem: str
    text_sha256: str
    jurisdiction_name: str
    covers_beyond: bool
    dated: date | None
    source_url: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class AssignedReport:
    """A candidate with its final id."""

    report_id: str
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Assignment:
    """All reports in the order of their ids, and each text that came twice: what is left out, what stands for it."""

    reports: tuple[AssignedReport, ...]
    duplicates: tuple[tuple[Candidate, AssignedReport], ...]


def assign_ids(candidates: Sequence[Candidate]) -> Assignment:
    """Give every report its id: one text is one report, and among reports of one government, family and year the first
    is the one that tells nothing of the next year, then the earlier, then the one whose address comes first."""
    ordered = sorted(
        candidates,
        key=lambda seen: (seen.stem, seen.covers_beyond, seen.dated or date.max, seen.source_url, seen.provisional_id),
    )
    placed: list[AssignedReport] = []
    duplicates: list[tuple[Candidate, AssignedReport]] = []
    by_text: dict[str, AssignedReport] = {}
    times: dict[str, int] = {}
    for candidate in ordered:
        first = by_text.get(candidate.text_sha256)
        if first is not None:
            duplicates.append((candidate, first))
            continue
        times[candidate.stem] = nth = times.get(candidate.stem, 0) + 1
        report = AssignedReport(candidate.stem + (f"-{nth}" if nth > 1 else ""), candidate)
        by_text[candidate.text_sha256] = report
        placed.append(report)
    return Assignment(tuple(sorted(placed, key=lambda seen: seen.report_id)), tuple(duplicates))
