"""Assign report ids once all reports are read: one text is one report, and reports of one identity are ordered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nianbao.documents.identity import Reporter


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report in the cache, with what decides its final id and whether it duplicates another.

    Attributes:
        entry: The path of the cache entry that has its rows.
        key: The key of its snapshot.
        provisional_id: The id that its rows have in the entry.
        stem: The id of the first report of its family, jurisdiction and year.
        weight: A measure of how much there is to compare.
    """

    entry: str
    key: str
    provisional_id: str
    stem: str
    text_sha256: str
    reporter: Reporter
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
    """All reports in the order of their ids, and each duplicate with the report that is kept for it."""

    reports: tuple[AssignedReport, ...]
    duplicates: tuple[tuple[Candidate, AssignedReport], ...]


def assign_ids(candidates: Sequence[Candidate]) -> Assignment:
    """Give every report its id; the same text is the same report.

    Of reports of one government, family and year the first is the one that does not cover the next year, then the
    earlier one, then the one whose URL sorts first.
    """
    ordered = sorted(
        candidates,
        key=lambda report: (
            report.stem,
            report.covers_beyond,
            report.dated or date.max,
            report.source_url,
            report.provisional_id,
        ),
    )
    assigned: list[AssignedReport] = []
    duplicates: list[tuple[Candidate, AssignedReport]] = []
    by_text: dict[str, AssignedReport] = {}
    counts: dict[str, int] = {}
    for candidate in ordered:
        first = by_text.get(candidate.text_sha256)
        if first is not None:
            duplicates.append((candidate, first))
            continue
        counts[candidate.stem] = ordinal = counts.get(candidate.stem, 0) + 1
        report = AssignedReport(candidate.stem + (f"-{ordinal}" if ordinal > 1 else ""), candidate)
        by_text[candidate.text_sha256] = report
        assigned.append(report)
    return Assignment(tuple(sorted(assigned, key=lambda report: report.report_id)), tuple(duplicates))
