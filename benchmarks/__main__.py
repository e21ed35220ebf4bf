"""Speed of extraction, reading and comparison, and memory: `python -m benchmarks`, part of `make bench`."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bs4 import BeautifulSoup

from benchmarks.measuring import CORPUS, HTML_PAGES, REPO_ROOT, fastest, report
from nianbao.comparison.governments import compare_governments
from nianbao.documents.identity import Unidentified, identify
from nianbao.documents.model import Document, Family, Hints, UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.fingerprint import reader_version
from nianbao.indicators.catalog import load_catalog
from nianbao.snapshots.store import Snapshot
from nianbao.steps.compare import gc_disabled
from nianbao.tables.integrity import validate_reports
from nianbao.tables.rows import ReportRows, make_rows
from schemas.rows import ObservationRow

MIN_CHARACTERS_PER_SECOND = 1_000_000
MAX_RATIO_TO_BEAUTIFULSOUP = 1.5
MAX_MEGABYTES = 600
N_COMPARED, MAX_SECONDS_COMPARING = 100_000, 10
# Makes a page that is not a report take the whole path too.
AS_REPORT = Hints(family=Family("rule_of_law"), jurisdiction="440300", year=2020)
FETCHED = datetime(2024, 1, 1, tzinfo=UTC)


def load_documents() -> list[Document]:
    """Return the real reports if they are available, else the bundled ones, several times over."""
    folder = CORPUS if CORPUS.is_dir() else REPO_ROOT / "data" / "raw"
    paths = sorted(folder.rglob("*.txt"))
    documents = [read_document(path.read_bytes(), media_type="text/plain", name=path.name) for path in paths]
    return documents if CORPUS.is_dir() else documents * 20


def load_real_pages() -> list[bytes]:
    """Return real government pages with an article, if they are available; most are not reports."""
    manifest = HTML_PAGES / "manifest.jsonl"
    if not manifest.is_file():
        return []
    rows = map(json.loads, manifest.read_text(encoding="utf-8").splitlines())
    return [(manifest.parent / row["file"]).read_bytes() for row in rows if row["kind"] == "article"]


def measure_extraction(documents: Sequence[Document]) -> bool:
    """Measure the characters per second of extraction alone, on one core."""
    n_characters = sum(len(document.text) for document in documents)
    speed = n_characters / fastest(lambda: [extract_observations(document) for document in documents])
    figures = f"{len(documents)} reports, {speed / 1e6:.2f} M characters per second"
    return report("extraction alone", figures, speed >= MIN_CHARACTERS_PER_SECOND)


def rows_of_page(page: bytes, number: int, hints: Hints | None = None) -> ReportRows | None:
    """Return the rows of a page, or None if it is not a report."""
    try:
        document = read_document(page, media_type="text/html", hints=hints)
    except UnreadableDocument:
        return None
    return rows_of_document(document, sha256(page).hexdigest(), number)


def rows_of_document(document: Document, digest: str, number: int = 0) -> ReportRows | None:
    """Return the rows of a document under an id made from `digest`, or None if it cannot be identified."""
    identity = identify(document)
    if isinstance(identity, Unidentified):
        return None
    snapshot = Snapshot(
        path=f"rule_of_law/000000/2020/{digest[:12]}.html",
        url=f"https://example.invalid/{number}",
        name=f"{number}.html",
        sha256=digest,
        media_type="text/html",
        n_bytes=0,
        fetched_at=FETCHED,
        found_by="benchmark",
    )
    return make_rows(snapshot, document, extract_observations(document), identity, reader_version())


def measure_reading(name: str, pages: Sequence[bytes], hints: Hints | None = None) -> bool:
    """Measure pages per second from bytes to validated rows, relative to BeautifulSoup's `get_text` alone."""

    def read_all() -> list[ReportRows]:
        return [rows for number, page in enumerate(pages) if (rows := rows_of_page(page, number, hints)) is not None]

    n_reports = len(read_all())
    ours = fastest(lambda: validate_reports(read_all()))
    soup = fastest(lambda: [BeautifulSoup(page, "lxml").get_text() for page in pages])
    figures = (
        f"{len(pages)} pages ({n_reports} become rows), {len(pages) / ours:.0f} per second from bytes to validated "
        f"rows, {ours / soup:.2f} x the time of BeautifulSoup.get_text alone"
    )
    return report(name, figures, ours <= MAX_RATIO_TO_BEAUTIFULSOUP * soup)


def measure_comparison(documents: Sequence[Document]) -> bool:
    """Measure matching and comparing many observations, without the garbage collector, as a run does it."""
    rows: list[ObservationRow] = []
    copy = 0
    while len(rows) < N_COMPARED:
        for number, document in enumerate(documents):
            digest = f"{copy * 1000 + number:012x}".ljust(64, "0")  # ids are made from the beginning of a digest
            made = rows_of_document(document, digest)
            if made is not None:
                rows.extend(made.observations)
        copy += 1
    rows = sorted(rows[:N_COMPARED], key=lambda row: (row["report_id"], row["char_start"]))
    catalog = load_catalog()
    with gc_disabled():
        seconds = fastest(lambda: compare_governments(rows, (), catalog, ()), rounds=1)
    return report(
        f"matching and comparing {len(rows)} observations", f"{seconds:.1f} s", seconds < MAX_SECONDS_COMPARING
    )


def measure_memory() -> bool:
    """Measure the largest process of an ingest and a run over the real reports."""
    is_real = CORPUS.is_dir()
    source = CORPUS if is_real else REPO_ROOT / "data" / "raw"
    with tempfile.TemporaryDirectory() as folder:
        raw, curated = f"{folder}/raw", f"{folder}/curated"
        manifest = ["--manifest", str(CORPUS / "manifest.csv")] if is_real else []
        command = [str(Path(sys.executable).parent / "nianbao")]
        steps = (
            ["ingest", str(source), *manifest, "--raw", raw],
            ["run", "--raw", raw, "--curated", curated, "--direct"],
        )
        for step in steps:
            subprocess.run([*command, *step], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return report("largest process of ingest and run", f"{megabytes:.0f} MB", megabytes < MAX_MEGABYTES)


def main() -> int:
    """Run all measurements; return 1 if a limit is exceeded."""
    argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__).parse_args()
    documents = load_documents()
    bundled = [path.read_bytes() for path in sorted((REPO_ROOT / "data" / "raw").rglob("*.html"))]
    results = [measure_extraction(documents), measure_reading("bundled pages", bundled)]
    real = load_real_pages()
    if real:
        results.append(measure_reading("real pages", real, AS_REPORT))
    results += [measure_comparison(documents), measure_memory()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
