"""Write reports as snapshots with sidecars, and their truth as JSON lines.

The files are written directly in the layout of `nianbao.snapshots.store`: sending 20,000 reports through
`nianbao ingest` would take too long.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nianbao.documents.media_types import extension_of
from nianbao.snapshots.store import Snapshot, SnapshotPath, sidecar_as_json
from tests.synthetic.generator import pages
from tests.synthetic.generator.forms import CellTruth, FormPlan, write_form
from tests.synthetic.generator.plan import GovernmentPlan
from tests.synthetic.generator.render import DOCX, FORM_SYSTEMS, SYSTEMS, RenderedFile, render_form, render_report
from tests.synthetic.generator.report import write_report
from tests.synthetic.generator.truth import GeneratedReport

RECEIVED = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RawReport:
    """A report with its file; `cells` are the cells of its form, if it has one."""

    report: GeneratedReport
    system: str
    file: RenderedFile
    cells: Mapping[str, CellTruth] = field(default_factory=dict)


def reports(
    plans: Iterable[GovernmentPlan],
    *,
    style: str = "full",
    systems: Sequence[str] = SYSTEMS,
    twice: bool = False,
    wide: float = 0.0,
) -> Iterator[RawReport]:
    """Yield the reports of plans, cycling through `systems`; `twice` repeats the text of every tenth."""
    n = 0
    for plan in plans:
        for year in plan.years:
            if year in plan.missing:
                continue
            report = write_report(plan, year, style, wide=wide)
            system = systems[n % len(systems)]
            yield RawReport(report, system, render_report(report, system, twice=twice and n % 10 == 9))
            n += 1


def form_reports(plans: Iterable[FormPlan], *, systems: Sequence[str] = FORM_SYSTEMS) -> Iterator[RawReport]:
    """Yield the reports with tables of plans, cycling through `systems`."""
    n = 0
    for plan in plans:
        for year in plan.years:
            form_report = write_form(plan, year)
            system = systems[n % len(systems)]
            yield RawReport(form_report.report, system, render_form(form_report, system), form_report.cells)
            n += 1


def write_raw(raw: Path, raw_reports: Iterable[RawReport], truth: Path | None = None) -> int:
    """Write reports as snapshots, and their truth as JSON lines to a file; return the number of reports."""
    n = 0
    lines = truth.open("w", encoding="utf-8") if truth else None
    try:
        for raw_report in raw_reports:
            write_file(raw, raw_report.file, snapshot_path_of(raw_report.report))
            if lines:
                lines.write(truth_as_json(raw_report) + "\n")
            n += 1
    finally:
        if lines:
            lines.close()
    return n


def snapshot_path_of(report: GeneratedReport) -> SnapshotPath:
    """Return the place of a report in the folder of snapshots."""
    return SnapshotPath(report.family, report.government.code, report.government.name, report.year)


def write_file(raw: Path, file: RenderedFile, place: SnapshotPath) -> Path:
    """Write a file with its sidecar and return its path; without fsync, because it can be generated again."""
    sha256 = hashlib.sha256(file.data).hexdigest()
    path = f"{place.folder}/{sha256[:12]}{extension_of(file.media_type)}"
    snapshot = Snapshot(
        path=path,
        url=file.url,
        name=file.name,
        sha256=sha256,
        media_type=file.media_type,
        n_bytes=len(file.data),
        fetched_at=RECEIVED,
        found_by="synthetic",
    )
    target = raw / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(file.data)
    target.with_suffix(".json").write_text(sidecar_as_json(snapshot), "utf-8")
    return target


def write_faulty_files(raw: Path) -> dict[str, Path]:
    """Write a damaged file and a page of links; return their paths by the kind of fault."""
    nonsense = b"PK\x03\x04" + bytes(range(256)) * 8 + b"word/document.xml"
    damaged = RenderedFile(nonsense, DOCX, "damaged.docx", "https://example.invalid/d.docx")
    links = pages.navigation("云汀市", "990100").encode()
    page = RenderedFile(links, "text/html", "index.html", "https://example.invalid/index.html")
    return {"damaged": write_file(raw, damaged, SnapshotPath()), "navigation": write_file(raw, page, SnapshotPath())}


def truth_as_json(raw_report: RawReport) -> str:
    """Return one line of JSON with the id and text of a report, its mentions and its cells."""
    report = raw_report.report
    truth = {
        "report_id": report.report_id,
        "title": report.title,
        "text": report.text,
        "mentions": [asdict(mention) for mention in report.mentions],
        "cells": {name: asdict(cell) for name, cell in raw_report.cells.items()},
    }
    return json.dumps(truth, ensure_ascii=False)
