"""Make the rows of all tables for one report from its document and what was extracted from it.

Which of two reports of one government, family and year is the first is known only when all are read. So the rows are
made under a provisional `report_id` and get the final one when the reports of a government are compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from nianbao.documents.dates import CHINA
from nianbao.documents.identity import Identity
from nianbao.documents.model import Document, Section
from nianbao.extraction.forms.values import NUMBER
from nianbao.extraction.model import Extraction, FormCellValue, Observation, Unmatched
from nianbao.extraction.time.scope import REVIEW
from nianbao.snapshots.store import Snapshot
from nianbao.tables.report_findings import (
    container_guessed,
    form_not_found,
    hint_conflict,
    recognized_in_images,
    undecoded_characters,
    unread_pages,
)
from schemas.forms import load_form
from schemas.rows import CellRow, DocumentRow, FindingRow, ObservationRow, ReportRow, SectionRow, UnmatchedRow


@dataclass(frozen=True, slots=True)
class ReportRows:
    """All rows of one report under its provisional id, and what orders it among reports of the same identity.

    Attributes:
        text_sha256: Hash of the text without white space: the same text is the same report.
        dated: The day by which reports of one identity are ordered.
    """

    report: ReportRow
    document: DocumentRow
    sections: list[SectionRow]
    observations: list[ObservationRow]
    unmatched: list[UnmatchedRow]
    cells: list[CellRow]
    findings: list[FindingRow]
    text_sha256: str
    dated: date | None


# Below this confidence of a character a recognized figure is not taken as a fact.
SURE_CONFIDENCE = 0.95


class _Context(NamedTuple):
    """What all rows of a report share."""

    report_id: str
    identity: Identity
    text: str
    confidences: tuple[float, ...]


def make_rows(
    snapshot: Snapshot, document: Document, extraction: Extraction, identity: Identity, reader_version: str
) -> ReportRows:
    """Return the rows of one report; quotes and sentences are slices of its text."""
    report_id = identity.provisional_id(snapshot.sha256)
    text = document.text
    context = _Context(report_id, identity, text, document.confidences)
    roles = dict(zip(document.sections, extraction.section_roles, strict=False))
    ordered = sorted(document.sections, key=lambda section: (section.start, section.level))
    ids = section_ids(report_id, ordered)
    unmatched = sorted(extraction.unmatched, key=_span)
    rows = observation_rows(document, extraction, identity, report_id)
    finder = _SectionFinder(ordered, ids)
    unmatched_rows = [_unmatched_row(context, number, finder.innermost(number.start)) for number in unmatched]
    return ReportRows(
        report=_report_row(context, snapshot, document, len(rows), reader_version),
        document={"report_id": report_id, "text": text},
        sections=[
            _section_row(report_id, section_id, section, roles.get(section, REVIEW))
            for section_id, section in zip(ids, ordered, strict=True)
        ],
        observations=rows,
        unmatched=unmatched_rows,
        cells=_cell_rows(context, extraction.cells),
        findings=_finding_rows(report_id, document, extraction, identity),
        text_sha256=hashlib.sha256("".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest(),
        dated=_dated(document, snapshot),
    )


def observation_rows(
    document: Document, extraction: Extraction, identity: Identity, report_id: str
) -> list[ObservationRow]:
    """Return the rows of `observations` of one report, in the order of the text, before indicators are assigned."""
    ordered = sorted(document.sections, key=lambda section: (section.start, section.level))
    finder = _SectionFinder(ordered, section_ids(report_id, ordered))
    context = _Context(report_id, identity, document.text, document.confidences)
    numbers = sorted(extraction.observations, key=_span)
    return [_observation_row(context, number, finder.innermost(number.start)) for number in numbers]


def _span(number: Observation | Unmatched) -> tuple[int, int]:
    return number.start, number.end


def section_ids(report_id: str, sections: Sequence[Section]) -> list[str]:
    """Return an id for each section: its path, and `~2` for the second section with the same path."""
    counts: dict[str, int] = {}
    ids = []
    for section in sections:
        counts[section.path] = ordinal = counts.get(section.path, 0) + 1
        ids.append(f"{report_id}/§{section.path}" + (f"~{ordinal}" if ordinal > 1 else ""))
    return ids


class _SectionFinder:
    """Finds the innermost section at an offset, for offsets in rising order."""

    def __init__(self, sections: Sequence[Section], ids: list[str]) -> None:
        self._pending = sorted(zip(sections, ids, strict=True), key=lambda pair: (-pair[0].start, pair[0].end))
        self._open: list[tuple[Section, str]] = []

    def innermost(self, offset: int) -> str | None:
        while self._pending and self._pending[-1][0].start <= offset:
            self._open.append(self._pending.pop())
        while self._open and self._open[-1][0].end <= offset:
            self._open.pop()
        return next((section_id for section, section_id in reversed(self._open) if section.end > offset), None)


def _section_row(report_id: str, section_id: str, section: Section, role: str) -> SectionRow:
    return {
        "report_id": report_id,
        "section_id": section_id,
        "path": section.path,
        "level": section.level,
        "heading": section.heading,
        "char_start": section.start,
        "char_end": section.end,
        "role": role,
    }


def _observation_row(context: _Context, number: Observation, section_id: str | None) -> ObservationRow:
    report_id, identity, text, confidences = context
    confidence = min(confidences[number.start : number.end], default=None)
    cell = number.cell
    return {
        "observation_id": f"{report_id}#{number.start}",
        "report_id": report_id,
        "family": identity.family.value,
        "jurisdiction_code": identity.jurisdiction.code,
        "jurisdiction_name": identity.jurisdiction.name,
        "body_id": identity.reporter.body_id,
        "body_name": identity.reporter.body_name,
        "body_kind": identity.reporter.body_kind,
        "series_code": identity.reporter.series_code,
        "report_year": identity.report_year,
        "period_start": number.period_start,
        "period_end": number.period_end,
        "modality": number.modality,
        "subject": number.subject,
        "scope": number.scope,
        "indicator_id": cell.id if cell else None,
        "match_method": cell.method if cell else "none",
        "match_score": cell.score if cell else None,
        "kind": number.kind,
        "value": number.value,
        "value_high": number.value_high,
        "rounding": number.rounding,
        "unit": number.unit,
        "qualifier": number.qualifier,
        "direction": number.direction,
        "compared_with": number.compared_with,
        "relates_to": None if number.relates_to is None else f"{report_id}#{number.relates_to}",
        "quote": text[number.start : number.end],
        "sentence": text[number.sentence_start : number.sentence_end],
        "char_start": number.start,
        "char_end": number.end,
        "section_id": section_id,
        "period_type": number.period_type,
        "base_start": number.base_start,
        "base_end": number.base_end,
        "stated_as": number.stated_as,
        "action": number.action,
        "head": number.head,
        "whole": number.whole,
        "part": number.part,
        "population": number.population,
        "area": number.area,
        "actor": number.actor,
        "read_by": number.read_by,
        "grade": number.grade if confidence is None else grade_of_scan(number.grade, confidence),
        "reading": "text" if confidence is None else "ocr",
        "confidence": confidence,
    }


def grade_of_scan(grade: str, confidence: float) -> str:
    """Return the grade of a figure that was recognized in an image: never A, and C below the confidence of a fact."""
    return "C" if confidence < SURE_CONFIDENCE else max(grade, "B")


def _unmatched_row(context: _Context, number: Unmatched, section_id: str | None) -> UnmatchedRow:
    return {
        "report_id": context.report_id,
        "char_start": number.start,
        "char_end": number.end,
        "quote": context.text[number.start : number.end],
        "reason": number.reason,
        "sentence": context.text[number.sentence_start : number.sentence_end],
        "section_id": section_id,
    }


def _finding_rows(report_id: str, document: Document, extraction: Extraction, identity: Identity) -> list[FindingRow]:
    findings = [hint_conflict(report_id, identity, conflict) for conflict in document.hint_conflicts]
    if document.container_guessed:
        findings.append(container_guessed(report_id, identity))
    if document.n_undecoded:
        findings.append(undecoded_characters(report_id, identity, document))
    if document.confidences:
        findings.append(recognized_in_images(report_id, identity, document))
    if document.n_unread_pages:
        findings.append(unread_pages(report_id, identity, document.n_unread_pages))
    form = load_form(identity.family)
    if form is not None and not extraction.cells and identity.report_year >= form.editions[0].first:
        findings.append(form_not_found(report_id, identity))
    return [finding.as_row() for finding in findings]


def _cell_rows(context: _Context, cells: Sequence[FormCellValue]) -> list[CellRow]:
    """Return the cells of the report's form; the second of one that is printed twice gets `~2`."""
    counts: dict[str, int] = {}
    rows: list[CellRow] = []
    for cell in cells:
        counts[cell.id] = ordinal = counts.get(cell.id, 0) + 1
        rows.append(_cell_row(context, cell, f"~{ordinal}" if ordinal > 1 else ""))
    return rows


def _cell_row(context: _Context, cell: FormCellValue, suffix: str) -> CellRow:
    report_id, identity, text, _ = context
    return {
        "cell_id": f"{report_id}!{cell.id}{suffix}",
        "report_id": report_id,
        "family": identity.family.value,
        "jurisdiction_code": identity.jurisdiction.code,
        "jurisdiction_name": identity.jurisdiction.name,
        "body_id": identity.reporter.body_id,
        "body_name": identity.reporter.body_name,
        "body_kind": identity.reporter.body_kind,
        "series_code": identity.reporter.series_code,
        "report_year": identity.report_year,
        "indicator_id": cell.id,
        "state": cell.state,
        "observation_id": f"{report_id}#{cell.start}" if cell.state == NUMBER else None,
        "match_method": cell.method,
        "match_score": cell.score,
        "table_number": _one_based(cell.table),
        "row_number": _one_based(cell.row),
        "column_number": _one_based(cell.column),
        "row_path": cell.row_path,
        "column_path": cell.column_path,
        "text": None if cell.start is None else text[cell.start : cell.end],
        "char_start": cell.start,
        "char_end": cell.end,
    }


def _one_based(index: int | None) -> int | None:
    return None if index is None else index + 1


def _report_row(
    context: _Context, snapshot: Snapshot, document: Document, n_observations: int, reader_version: str
) -> ReportRow:
    metadata, identity = document.metadata, context.identity
    jurisdiction, year = identity.jurisdiction, identity.report_year
    return {
        "report_id": context.report_id,
        "family": identity.family.value,
        "jurisdiction_code": jurisdiction.code,
        "jurisdiction_name": jurisdiction.name,
        "jurisdiction_level": jurisdiction.level,
        "province_name": jurisdiction.province_name,
        "body_id": identity.reporter.body_id,
        "body_name": identity.reporter.body_name,
        "body_kind": identity.reporter.body_kind,
        "series_code": identity.reporter.series_code,
        "issuer": metadata.issuer,
        "report_year": year,
        "covers_from": metadata.covers_from if metadata.covers_from is not None else year,
        "covers_beyond": metadata.covers_beyond,
        "title": metadata.title,
        "document_number": metadata.document_number,
        "issued_on": metadata.issued_on,
        "published_at": _in_utc(metadata.published_at),
        "source_url": snapshot.url,
        "raw_path": snapshot.path,
        "raw_sha256": snapshot.sha256,
        "media_type": document.media_type,
        "encoding": document.encoding,
        "fetched_at": snapshot.fetched_at,
        "n_characters": len(document.text),
        "n_sections": len(document.sections),
        "n_observations": n_observations,
        "reader_version": reader_version,
    }


def _in_utc(moment: datetime | None) -> datetime | None:
    """Return a time in UTC; a time without a zone is China's."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(UTC)


def _dated(document: Document, snapshot: Snapshot) -> date | None:
    """Return the day that orders reports on the same year: of signing, else of publishing, else the delivery hint."""
    metadata = document.metadata
    if metadata.issued_on is not None:
        return metadata.issued_on
    published = _in_utc(metadata.published_at)
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
