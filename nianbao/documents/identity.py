"""Identify a report by its family, jurisdiction and year, and derive its id."""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.documents.model import Document, Family, Jurisdiction


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a report: its family, the government that reports, and the year that it reviews."""

    family: Family
    jurisdiction: Jurisdiction
    report_year: int

    def report_id(self, ordinal: int = 1) -> str:
        """Return the id of the report; the second report with the same identity ends in `-2`."""
        return f"{self.family}/{self.jurisdiction.code}/{self.report_year}" + (f"-{ordinal}" if ordinal > 1 else "")

    def provisional_id(self, sha256: str) -> str:
        """Return an id in the format of a report id that no other snapshot has."""
        return self.report_id(int(sha256[:15], 16) + 2)


@dataclass(frozen=True, slots=True)
class Unidentified:
    """What is missing to identify a document: the name of the check, and the reason with the fix."""

    check: str
    reason: str


def identify(document: Document) -> Identity | Unidentified:
    """Return the identity of a document, or what is missing."""
    metadata = document.metadata
    if metadata.family is None:
        return Unidentified(
            "family_unknown",
            "the document does not state its family; set it with `nianbao ingest FILE --family work_report` or in the "
            "column `family` of a manifest",
        )
    if metadata.jurisdiction is None:
        return Unidentified(
            "jurisdiction_unknown",
            "the document does not state its government; set it with `nianbao ingest FILE --jurisdiction 深圳市` or in "
            "the column `jurisdiction` of a manifest",
        )
    if metadata.report_year is None:
        return Unidentified(
            "report_year_unknown",
            "the document does not state its year; set it with `nianbao ingest FILE --year 2019` or in the column "
            "`delivered` of a manifest",
        )
    return Identity(metadata.family, metadata.jurisdiction, metadata.report_year)
