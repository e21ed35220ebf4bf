"""`make bench`: extraction alone, the way from page to validated rows beside BeautifulSoup, comparing, and memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bs4 import BeautifulSoup

from nianbao.comparison.governments import compare_governments
from nianbao.documents.identity import Unidentified, identify
from nianbao.documents.model import Document, Family, Hints, UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.fingerprint import reader_version
from nianbao.indicators.catalog import load_catalog
from nianbao.snapshots.store import Snapshot
from nianbao.tables.integrity import validate_reports
from nianbao.tables.rows import ReportRows, make_rows
from schemas import Observations, arrow_schema

HOUSE = Path(__file__).parent.parent
# What is beside the repository: real reports and real pages.
SHARED = Path(os.environ.get("NIANBAO_CORPUS", HOUSE.parent / "shared" / "corpus")).parent
ROUNDS = 5
LEAST_CHARACTERS_A_SECOND = 1_000_000
MOST_TIMES_BEAUTIFULSOUP = 1.5
MOST_MEGABYTES = 600
COMPARED, MOST_SECONDS_COMPARING = 100_000, 10
AS_REPORT = Hints(family=Family("rule_of_law"), jurisdiction="440300", year=2020)


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of several rounds in seconds, after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def verdict(good: bool) -> str:
    return "ok" if good else "TOO SLOW OR TOO LARGE"


def documents() -> list[Document]:
    """The real reports where they are, else the bundled ones."""
    corpus = SHARED / "corpus"
    paths = sorted(corpus.rglob("*.txt")) if corpus.is_dir() else sorted((HOUSE / "data" / "raw").rglob("*.txt"))
    read = [read_document(path.read_bytes(), media_type="text/plain", name=path.name) for path in paths]
    return read if corpus.is_dir() else read * 20


def time_extraction(read: Sequence[Document]) -> bool:
    """Characters a second of extraction alone, on one core."""
    characters = sum(len(document.text) for document in read)
    seconds = best(lambda: [extract_observations(document) for document in read])
    speed = characters / seconds
    good = speed >= LEAST_CHARACTERS_A_SECOND
    print(f"extraction alone: {len(read)} reports, {speed / 1e6:.2f} M characters a second ({verdict(good)})")
    return good


def real_pages() -> list[bytes]:
    """Real government pages that hold an article, where they are beside the repository; most are no reports."""
    manifest = SHARED / "html" / "manifest.jsonl"
    if not manifest.is_file():
        return []
    rows = map(json.loads, manifest.read_text(encoding="utf-8").splitlines())
    return [(manifest.parent / row["file"]).read_bytes() for row in rows if row["kind"] == "article"]


def rows_of(page: bytes, number: int, given: Hints | None = None) -> ReportRows | None:
    """The way of one page: bytes to rows; None where the page is no report that the project knows."""
    try:
        document = read_document(page, media_type="text/html", hints=given)
    except UnreadableDocument:
        return None
    identity = identify(document)
    if isinstance(identity, Unidentified):
        return None
    digest = sha256(page).hexdigest()
    snapshot = Snapshot(
        path=f"rule_of_law/000000/2020/{digest[:12]}.html",
        url=f"https://example.invalid/{number}",
        name=f"{number}.html",
        sha256=digest,
        media_type="text/html",
        n_bytes=len(page),
        fetched_at=datetime(2024, 1, 1, tzinfo=UTC),
        found_by="benchmark",
    )
    return make_rows(snapshot, document, extract_observations(document), identity, reader_version())


def time_whole_way(name: str, pages: Sequence[bytes], given: Hints | None = None) -> bool:
    """Pages a second from bytes to validated rows, beside BeautifulSoup's `get_text` on the same pages.

    `given` makes pages that are no reports go the whole way too.
    """

    def read_all() -> list[ReportRows]:
        return [rows for number, page in enumerate(pages) if (rows := rows_of(page, number, given)) is not None]

    def whole_way() -> None:
        validate_reports(read_all())

    n_reports = len(read_all())
    ours = best(whole_way)
    soup = best(lambda: [BeautifulSoup(page, "lxml").get_text() for page in pages])
    good = ours <= MOST_TIMES_BEAUTIFULSOUP * soup
    print(
        f"{name}: {len(pages)} pages ({n_reports} become rows), {len(pages) / ours:.0f} a second from bytes to "
        f"validated rows, {ours / soup:.2f} x BeautifulSoup.get_text alone ({verdict(good)})"
    )
    return good


def time_comparing(read: Sequence[Document]) -> bool:
    """Matching and comparing many observations."""
    names = arrow_schema(Observations).names
    rows: list[dict[str, object]] = []
    year = 0
    while len(rows) < COMPARED:
        for number, document in enumerate(read):
            made = rows_of_document(document, number, year)
            if made is not None:
                rows.extend(dict(zip(names, row, strict=True)) for row in made)
        year += 1
    rows = sorted(rows[:COMPARED], key=lambda row: (str(row["report_id"]), row["char_start"]))
    seconds = best(lambda: compare_governments(rows, (), load_catalog(), ()), rounds=1)
    good = seconds < MOST_SECONDS_COMPARING
    print(f"matching and comparing {len(rows)} observations: {seconds:.1f} s ({verdict(good)})")
    return good


def rows_of_document(document: Document, number: int, turn: int) -> Sequence[tuple[object, ...]] | None:
    """The rows of `observations` of a document that was read, under an id of this turn."""
    identity = identify(document)
    if isinstance(identity, Unidentified):
        return None
    digest = f"{turn * 1000 + number:012x}".ljust(64, "0")  # ids are made from how a digest begins
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    snapshot = Snapshot("x.txt", "https://example.invalid", "x.txt", digest, "text/plain", 0, moment, "benchmark")
    return make_rows(snapshot, document, extract_observations(document), identity, "0").observations


def measure_memory() -> bool:
    """The largest process of an ingest and a whole run over the real reports, in megabytes."""
    corpus = SHARED / "corpus"
    source = corpus if corpus.is_dir() else HOUSE / "data" / "raw"
    with tempfile.TemporaryDirectory() as folder:
        raw, curated = f"{folder}/raw", f"{folder}/curated"
        manifest = ["--manifest", str(corpus / "manifest.csv")] if corpus.is_dir() else []
        command = [str(Path(sys.executable).parent / "nianbao")]
        steps = (
            ["ingest", str(source), *manifest, "--raw", raw],
            ["run", "--raw", raw, "--curated", curated, "--direct"],
        )
        for step in steps:
            subprocess.run([*command, *step], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    good = megabytes < MOST_MEGABYTES
    print(f"memory of the largest process of ingest and run: {megabytes:.0f} MB ({verdict(good)})")
    return good


def main() -> int:
    read = documents()
    bundled = [path.read_bytes() for path in sorted((HOUSE / "data" / "raw").rglob("*.html"))]
    good = [time_extraction(read), time_whole_way("bundled pages", bundled)]
    real = real_pages()
    if real:
        good.append(time_whole_way("real pages", real, AS_REPORT))
    good += [time_comparing(read), measure_memory()]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
