"""The edge of the generator: reports as snapshots in a folder of raw files, with their notes, and their truth.

Written directly in the layout of `nianbao.snapshots.store`, without reading a report first: 20,000 of them need not
go through `nianbao ingest`.
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
from tests.synthetic.generator.truth import Written

RECEIVED = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A report with the file that holds it; `cells` are those of a report of tables."""

    written: Written
    system: str
    dressed: RenderedFile
    cells: Mapping[str, CellTruth] = field(default_factory=dict)


def reports(
    plans: Iterable[GovernmentPlan],
    *,
    style: str = "full",
    systems: Sequence[str] = SYSTEMS,
    twice: bool = False,
    wide: float = 0.0,
) -> Iterator[Shelved]:
    """The reports of plans, each dressed in the next of `systems`; `twice`: every tenth stands in its file twice."""
    at = 0
    for plan in plans:
        for year in plan.years:
            if year in plan.missing:
                continue
            written = write_report(plan, year, style, wide=wide)
            system = systems[at % len(systems)]
            yield Shelved(written, system, render_report(written, system, twice=twice and at % 10 == 9))
            at += 1


def form_reports(plans: Iterable[FormPlan], *, systems: Sequence[str] = FORM_SYSTEMS) -> Iterator[Shelved]:
    """The reports of tables of plans, each dressed in the next of `systems`."""
    at = 0
    for plan in plans:
        for year in plan.years:
            report = write_form(plan, year)
            system = systems[at % len(systems)]
            yield Shelved(report.written, system, render_form(report, system), report.cells)
            at += 1


def write_raw(raw: Path, shelved: Iterable[Shelved], truth: Path | None = None) -> int:
    """Write reports into a folder of raw files, and their truth as JSON lines; returns how many there are."""
    n = 0
    lines = truth.open("w", encoding="utf-8") if truth else None
    try:
        for one in shelved:
            put(raw, one.dressed, place_of(one.written))
            if lines:
                lines.write(truth_as_json(one) + "\n")
            n += 1
    finally:
        if lines:
            lines.close()
    return n


def place_of(written: Written) -> SnapshotPath:
    """The folder that a report belongs in."""
    return SnapshotPath(written.family, written.government.code, written.government.name, written.year)


def put(raw: Path, dressed: RenderedFile, place: SnapshotPath) -> Path:
    """One file with its note; without waiting for the disk, as only a folder that can be made again may be written."""
    sha256 = hashlib.sha256(dressed.data).hexdigest()
    path = f"{place.folder}/{sha256[:12]}{extension_of(dressed.media_type)}"
    snapshot = Snapshot(
        path=path,
        url=dressed.url,
        name=dressed.name,
        sha256=sha256,
        media_type=dressed.media_type,
        n_bytes=len(dressed.data),
        fetched_at=RECEIVED,
        found_by="synthetic",
    )
    target = raw / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(dressed.data)
    target.with_suffix(".json").write_text(sidecar_as_json(snapshot), "utf-8")
    return target


def put_faults(raw: Path) -> dict[str, Path]:
    """Files that are no reports, each by what is wrong with it: damaged, and nothing but navigation."""
    nonsense = b"PK\x03\x04" + bytes(range(256)) * 8 + b"word/document.xml"
    damaged = RenderedFile(nonsense, DOCX, "damaged.docx", "https://example.invalid/d.docx")
    links = pages.navigation("云汀市", "990100").encode()
    page = RenderedFile(links, "text/html", "index.html", "https://example.invalid/index.html")
    return {"damaged": put(raw, damaged, SnapshotPath()), "navigation": put(raw, page, SnapshotPath())}


def truth_as_json(shelved: Shelved) -> str:
    """One line: the report's id, its text, what every number says, and what every cell of a form holds."""
    written = shelved.written
    told = {
        "report_id": written.report_id,
        "title": written.title,
        "text": written.text,
        "mentions": [asdict(mention) for mention in written.mentions],
        "cells": {name: asdict(cell) for name, cell in shelved.cells.items()},
    }
    return json.dumps(told, ensure_ascii=False)
