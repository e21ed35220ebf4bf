"""What makes a document a report: whose it is, of which series, on which year; and the id that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.documents.model import Document, Family, Jurisdiction


@dataclass(frozen=True, slots=True)
class Identity:
    """What a report must be known by to be one: whose it is, of which series, on which year."""

    family: Family
    jurisdiction: Jurisdiction
    report_year: int

    def report_id(self, ordinal: int = 1) -> str:
        """The report's id; the second of the same identity ends in `-2`."""
        return f"{self.family}/{self.jurisdiction.code}/{self.report_year}" + (f"-{ordinal}" if ordinal > 1 else "")

    def provisional_id(self, sha256: str) -> str:
        """An id that no other snapshot has and that is of the form of a report's id."""
        return self.report_id(int(sha256[:15], 16) + 2)


@dataclass(frozen=True, slots=True)
class Unidentified:
    """What is missing for a document to be a report: a check's name, and words with the mend."""

    check: str
    reason: str


def identify(document: Document) -> Identity | Unidentified:
    """Whose report a document is, or what is missing to say so."""
    about = document.metadata
    if about.family is None:
        return Unidentified(
            "family_unknown",
            "the document does not show which series it is of; give it: `nianbao ingest FILE --family work_report`, or "
            "the column `family` of a manifest",
        )
    if about.jurisdiction is None:
        return Unidentified(
            "jurisdiction_unknown",
            "the document does not show whose report it is; give it: `nianbao ingest FILE --jurisdiction 深圳市`, "
            "or the column `jurisdiction` of a manifest",
        )
    if about.report_year is None:
        return Unidentified(
            "report_year_unknown",
            "the document does not show which year it reports on; give it: `nianbao ingest FILE --year 2019`, or the "
            "column `delivered` of a manifest",
        )
    return Identity(about.family, about.jurisdiction, about.report_year)
