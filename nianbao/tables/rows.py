"""What one document and its numbers become: rows of the tables, in the order of their columns. Pure.

Which of two reports of one government, family and year is the first is known only when all are read, so the rows are
made under a provisional `report_id`, and get the final one when the reports of a government come together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from nianbao.documents.identity import Identity
from nianbao.documents.model import Document, Section
from nianbao.extraction.forms.values import NUMBER
from nianbao.extraction.model import Extraction, FormCellValue, Observation, Unmatched
from nianbao.snapshots.store import Snapshot
from nianbao.tables.report_findings import container_guessed, form_not_found, hint_conflict
from schemas.forms import load_form

RowTuple = tuple[Any, ...]

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class ReportRows:
    """All rows of one report under its provisional id, and what decides its place among its like."""

    report: RowTuple
    document: RowTuple
    sections: list[RowTuple]
    observations: list[RowTuple]
    unmatched: list[RowTuple]
    cells: list[RowTuple]
    findings: list[RowTuple]
    text_sha256: str
    dated: date | None


def make_rows(
    snapshot: Snapshot, document: Document, extraction: Extraction, identity: Identity, reader_version: str
) -> ReportRows:
    """The rows of one report. Quotes and sentences are cut from the text here, so they are of it by construction."""
    report_id = identity.provisional_id(snapshot.sha256)
    text = document.text
    ordered = sorted(document.sections, key=lambda section: (section.start, section.level))
    ids = section_ids(report_id, ordered)
    at = _SectionFinder(ordered, ids)
    shared = (identity.family.value, identity.jurisdiction.code, identity.jurisdiction.name, identity.report_year)
    observations = [
        _observation(report_id, shared, text, seen, at) for seen in sorted(extraction.observations, key=_span)
    ]
    at = _SectionFinder(ordered, ids)
    unmatched = [
        (
            report_id,
            seen.start,
            seen.end,
            text[seen.start : seen.end],
            seen.reason,
            text[seen.sentence_start : seen.sentence_end],
            at.innermost(seen.start),
        )
        for seen in sorted(extraction.unmatched, key=_span)
    ]
    sections = [
        (report_id, section_id, section.path, section.level, section.heading, section.start, section.end)
        for section_id, section in zip(ids, ordered, strict=True)
    ]
    return ReportRows(
        report=_report(report_id, snapshot, document, identity, len(observations), reader_version),
        document=(report_id, text),
        sections=sections,
        observations=observations,
        unmatched=unmatched,
        cells=_cells(report_id, shared, text, extraction.cells),
        findings=_findings(report_id, document, extraction, identity),
        text_sha256=hashlib.sha256("".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest(),
        dated=_dated(document, snapshot),
    )


def _span(seen: Observation | Unmatched) -> tuple[int, int]:
    return seen.start, seen.end


def section_ids(report_id: str, sections: Sequence[Section]) -> list[str]:
    """An id for each section: its path, and `~2` for the second that has the same."""
    times: dict[str, int] = {}
    names = []
    for section in sections:
        times[section.path] = nth = times.get(section.path, 0) + 1
        names.append(f"{report_id}/§{section.path}" + (f"~{nth}" if nth > 1 else ""))
    return names


class _SectionFinder:
    """The innermost section at an offset, for offsets that are asked for in rising order."""

    def __init__(self, sections: Sequence[Section], ids: list[str]) -> None:
        self._coming = sorted(zip(sections, ids, strict=True), key=lambda pair: (-pair[0].start, pair[0].end))
        self._open: list[tuple[Section, str]] = []

    def innermost(self, offset: int) -> str | None:
        while self._coming and self._coming[-1][0].start <= offset:
            self._open.append(self._coming.pop())
        while self._open and self._open[-1][0].end <= offset:
            self._open.pop()
        return next((name for section, name in reversed(self._open) if section.end > offset), None)


def _observation(report_id: str, shared: RowTuple, text: str, seen: Observation, at: _SectionFinder) -> RowTuple:
    return (
        f"{report_id}#{seen.start}",
        report_id,
        *shared,
        seen.period_start,
        seen.period_end,
        seen.modality,
        seen.subject,
        seen.scope,
        seen.cell.id if seen.cell else None,
        seen.cell.method if seen.cell else "none",
        seen.cell.score if seen.cell else None,
        seen.kind,
        seen.value,
        seen.value_high,
        seen.rounding,
        seen.unit,
        seen.qualifier,
        seen.direction,
        seen.compared_with,
        None if seen.relates_to is None else f"{report_id}#{seen.relates_to}",
        text[seen.start : seen.end],
        text[seen.sentence_start : seen.sentence_end],
        seen.start,
        seen.end,
        at.innermost(seen.start),
    )


def _findings(report_id: str, document: Document, extraction: Extraction, identity: Identity) -> list[RowTuple]:
    found = [hint_conflict(report_id, identity, conflict) for conflict in document.hint_conflicts]
    if document.container_guessed:
        found.append(container_guessed(report_id, identity))
    form = load_form(identity.family)
    if form is not None and not extraction.cells and identity.report_year >= form.editions[0].first:
        found.append(form_not_found(report_id, identity))
    return [tuple(finding.as_row().values()) for finding in found]


def _cells(report_id: str, shared: RowTuple, text: str, cells: Sequence[FormCellValue]) -> list[RowTuple]:
    """The cells of the report's form; of one that is printed twice the second has `~2` behind its id."""
    times: dict[str, int] = {}
    rows: list[RowTuple] = []
    for seen in cells:
        times[seen.id] = nth = times.get(seen.id, 0) + 1
        rows.append(
            (
                f"{report_id}!{seen.id}" + (f"~{nth}" if nth > 1 else ""),
                report_id,
                *shared,
                seen.id,
                seen.state,
                f"{report_id}#{seen.start}" if seen.state == NUMBER else None,
                seen.method,
                seen.score,
                *(None if place is None else place + 1 for place in (seen.table, seen.row, seen.column)),
                seen.row_path,
                seen.column_path,
                None if seen.start is None else text[seen.start : seen.end],
                seen.start,
                seen.end,
            )
        )
    return rows


def _report(
    report_id: str, snapshot: Snapshot, document: Document, identity: Identity, n_observations: int, reader_version: str
) -> RowTuple:
    about, jurisdiction = document.metadata, identity.jurisdiction
    return (
        report_id,
        identity.family.value,
        jurisdiction.code,
        jurisdiction.name,
        jurisdiction.level,
        jurisdiction.province_name,
        about.issuer,
        identity.report_year,
        about.covers_from if about.covers_from is not None else identity.report_year,
        about.covers_beyond,
        about.title,
        about.document_number,
        about.issued_on,
        _in_utc(about.published_at),
        snapshot.url,
        snapshot.path,
        snapshot.sha256,
        document.media_type,
        document.encoding,
        snapshot.fetched_at,
        len(document.text),
        len(document.sections),
        n_observations,
        reader_version,
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    """A page's time without a zone is China's."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(UTC)


def _dated(document: Document, snapshot: Snapshot) -> date | None:
    """The day that orders two reports on the same year: signed, else published, else what was given as delivered."""
    about = document.metadata
    if about.issued_on is not None:
        return about.issued_on
    published = _in_utc(about.published_at)
    if published is not None:
        return published.astimezone(CHINA).date()
    delivered = snapshot.hints.get("delivered", "")
    parts = [int(part) for part in delivered.split("-") if part.isdecimal()]
    if not parts:
        return None
    year, month, day = [*parts, 1, 1][:3]
    try:
        return date(year, month, day)
    except ValueError:
        return None
