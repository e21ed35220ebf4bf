"""Identify a report by its family, jurisdiction and year, and derive its id."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from nianbao.documents.model import GOVERNMENT, Body, Document, Family, Jurisdiction
from nianbao.places.history import series_code


class Reporter(NamedTuple):
    """The columns of a table that identify who reports, in their order."""

    jurisdiction_code: str
    jurisdiction_name: str
    body_id: str
    body_name: str
    body_kind: str
    series_code: str


@dataclass(frozen=True)
class Identity:
    """What identifies a report: its family, the jurisdiction and who reports there, and the year that it reviews."""

    family: Family
    jurisdiction: Jurisdiction
    report_year: int
    body: Body = GOVERNMENT

    @cached_property
    def reporter(self) -> Reporter:
        """Who reports, as the tables have it."""
        code, name, body = self.jurisdiction.code, self.jurisdiction.name, self.body
        return Reporter(code, name, body.slug, body.name, body.kind, series_code(code, name, self.report_year))

    def report_id(self, ordinal: int = 1) -> str:
        """Return the id of the report; the second report with the same identity ends in `-2`."""
        body = f".{self.body.slug}" if self.body.slug else ""
        stem = f"{self.family}/{self.jurisdiction.code}{body}/{self.report_year}"
        return f"{stem}-{ordinal}" if ordinal > 1 else stem

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
    if metadata.problem is not None:
        return Unidentified(*metadata.problem)
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
    return Identity(metadata.family, metadata.jurisdiction, metadata.report_year, metadata.body)
