"""Assign report ids once all reports are read: one text is one report, and reports of one identity are ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from nianbao.documents.identity import Reporter
from nianbao.publishing.published_ids import PublishedReport

_LAST = 1 << 30


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
    raw_sha256: str
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


def assign_ids(candidates: Sequence[Candidate], published: Sequence[PublishedReport] = ()) -> Assignment:
    """Give every report its id; the same text is the same report.

    A report that was published keeps its id, whatever arrives later. Of the others of one government or body, family
    and year the first is the one that does not cover the next year, then the earlier one, then the one whose URL sorts
    first; they get the lowest ordinals that are free.
    """
    known = _known_ordinals(candidates, published)
    ordered = sorted(
        candidates,
        key=lambda report: (
            report.stem,
            known.get(report.provisional_id, _LAST),
            report.covers_beyond,
            report.dated or date.max,
            report.source_url,
            report.provisional_id,
        ),
    )
    taken: dict[str, set[int]] = {}
    for candidate in ordered:
        if candidate.provisional_id in known:
            taken.setdefault(candidate.stem, set()).add(known[candidate.provisional_id])
    assigned: list[AssignedReport] = []
    duplicates: list[tuple[Candidate, AssignedReport]] = []
    by_text: dict[str, AssignedReport] = {}
    for candidate in ordered:
        first = by_text.get(candidate.text_sha256)
        if first is not None:
            duplicates.append((candidate, first))
            continue
        ordinals = taken.setdefault(candidate.stem, set())
        ordinal = known.get(candidate.provisional_id) or next(n for n in count(1) if n not in ordinals)
        ordinals.add(ordinal)
        report = AssignedReport(candidate.stem + (f"-{ordinal}" if ordinal > 1 else ""), candidate)
        by_text[candidate.text_sha256] = report
        assigned.append(report)
    return Assignment(tuple(sorted(assigned, key=lambda report: report.report_id)), tuple(duplicates))


def _known_ordinals(candidates: Sequence[Candidate], published: Sequence[PublishedReport]) -> dict[str, int]:
    """Return the ordinals of published reports by provisional id, recognized by their bytes, else by their URL."""
    by_stem: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_stem.setdefault(candidate.stem, []).append(candidate)
    known: dict[str, int] = {}
    for field in ("raw_sha256", "source_url"):
        for report in published:
            stem, ordinal = _split(report.report_id)
            same = [
                candidate for candidate in by_stem.get(stem, ()) if getattr(candidate, field) == getattr(report, field)
            ]
            if (
                len(same) == 1
                and same[0].provisional_id not in known
                and ordinal not in _ordinals(known, by_stem[stem])
            ):
                known[same[0].provisional_id] = ordinal
    return known


def _ordinals(known: Mapping[str, int], candidates: Iterable[Candidate]) -> set[int]:
    return {known[candidate.provisional_id] for candidate in candidates if candidate.provisional_id in known}


def _split(report_id: str) -> tuple[str, int]:
    """Return the id without its ordinal, and the ordinal."""
    stem, year = report_id.rsplit("/", 1)
    year, _, ordinal = year.partition("-")
    return f"{stem}/{year}", int(ordinal or 1)
