"""Read random, mutated and damaged inputs and report every fault: `python -m benchmarks.fuzz`, `make fuzz`.

A fault is an exception other than a refusal, a span that is not in the text, a number that is in no list, an input that
takes over a second, work that grows faster than the input, a run that stops, or damage that nothing reports. The same
seed makes the same inputs.
"""

from __future__ import annotations

import math
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pyarrow import parquet

from benchmarks.fuzz_inputs import bases, mutate, random_text, repeats, wrong_sidecars
from nianbao import pipeline
from nianbao.documents.model import Document, Family, Metadata, UnreadableDocument
from nianbao.documents.outline import outline
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.snapshots.store import InvalidSnapshot, sidecar_from_json
from nianbao.sources.browser_saves import NotAPage, unpack_mhtml
from tests.conftest import add_report_file, report_text

MAX_SECONDS = 1.0  # of processor time, for one input
# Work may grow by this factor when the input doubles: twice, and what a busy machine adds.
MAX_GROWTH = 3.2
# Too little work says nothing about growth.
MIN_SECONDS_FOR_GROWTH = 0.15
REPEATED_CHARACTERS = (8_000, 16_000)
KINDS = ("html", "txt", "docx", "mhtml")
MAX_FAULTS_SHOWN = 20
FLIPPED_AT_ONCE = 50


@dataclass
class Report:
    """What a part of the fuzz found: the number of inputs, the faults with the seed of their input, the slowest one."""

    name: str
    n_inputs: int = 0
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def fault(self, seed: object, message: str) -> None:
        """Record a fault, and show it at once."""
        if len(self.faults) < MAX_FAULTS_SHOWN:
            print(f"  {self.name} {seed}: {message}", flush=True)
        self.faults.append(f"{self.name} {seed}: {message}")

    def check(self, seed: object, work: Callable[[], object], max_seconds: float = MAX_SECONDS) -> None:
        """Do the work of one input; whatever it raises is a fault, and so is taking too long."""
        self.n_inputs += 1
        started = _processor_time()
        try:
            work()
        except Exception as error:  # noqa: BLE001  any exception is a fault
            self.fault(seed, f"{type(error).__name__}: {str(error)[:200]}")
        seconds = _processor_time() - started
        self.slowest = max(self.slowest, seconds)
        if seconds > max_seconds:
            self.fault(seed, f"takes {seconds:.1f} s")


def _processor_time() -> float:
    """Return the processor time of this process and of the processes that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class WrongSpan(AssertionError):
    """A span that is outside of its text, or a number that is not in exactly one list."""


def check_document(document: Document) -> None:
    """Extract a document; raise WrongSpan if an offset of the document or of an observation is wrong."""
    text = document.text
    if any(char < "\t" or "\ud800" <= char <= "\udfff" for char in text):
        raise WrongSpan("the text holds characters that no table can hold")
    for section in document.sections:
        if not 0 <= section.start <= section.end <= len(text) or section.heading not in text:
            raise WrongSpan(f"section {section.path}")
    for table in document.tables:
        for cell in table.cells:
            if not 0 <= cell.start <= cell.end <= len(text):
                raise WrongSpan(f"cell {cell}")
    extraction = extract_observations(document)
    spans = sorted(
        [(row.start, row.end) for row in extraction.observations]
        + [(row.start, row.end) for row in extraction.unmatched]
    )
    for start, end in spans:
        if not 0 <= start < end <= len(text) or "\n" in text[start:end]:
            raise WrongSpan(f"{start}:{end} {text[start:end]!r}")
    for row in extraction.observations:
        if not math.isfinite(row.value) or not row.sentence_start <= row.start < row.end <= row.sentence_end:
            raise WrongSpan(f"{text[row.start : row.end]!r} = {row.value} in {row.sentence_start}:{row.sentence_end}")
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\1" * (end - start)
    missed = [char for offset, char in enumerate(text) if "0" <= char <= "9" and not covered[offset]]
    if missed:
        raise WrongSpan(f"the digits {''.join(missed)[:20]} are in no list")


def document_of(text: str, year: int = 2020) -> Document:
    """Return a document with the text, without reading a file."""
    return Document(text, outline(text), Metadata(Family("work_report"), report_year=year), "utf-8", "text/plain")


def read_mutated(kind: str, data: bytes) -> None:
    """Read and check a document of a kind; a refusal is not a fault."""
    try:
        if kind == "mhtml":
            data = unpack_mhtml(data).data
        media_type = {"html": "text/html", "mhtml": "text/html", "txt": "text/plain"}.get(kind)
        document = read_document(data, media_type=media_type, name=f"a.{kind}")
    except (UnreadableDocument, NotAPage):
        return
    check_document(document)


def fuzz_texts(n: int, seed: int) -> Report:
    """Extract random texts."""
    report = Report("texts")
    check_document(document_of(report_text(2019)))  # loads the grammar, which is no work of an input
    for number in range(n):
        text = random_text(random.Random(f"{seed} text {number}"))
        text = "".join(char for char in text if char >= " " or char in "\t\n")  # reading removes controls
        report.check(number, partial(check_document, document_of(text)))
    return report


def fuzz_documents(n: int, seed: int, kinds: tuple[str, ...] = KINDS) -> Report:
    """Read and extract mutated documents, in turn one of each kind."""
    report = Report("+".join(kinds))
    check_document(document_of(report_text(2019)))  # loads the grammar, which is no work of an input
    unharmed = {kind: bases(kind) for kind in kinds}
    for number in range(n):
        kind = kinds[number % len(kinds)]
        choose = random.Random(f"{seed} {kind} {number}")
        data = mutate(choose, kind, choose.choice(unharmed[kind]))
        report.check(f"{kind} {number}", partial(read_mutated, kind, data))
    return report


def repeated(kind: str, unit: str, n_characters: int) -> bytes:
    """Return a report with a unit repeated in it up to a number of characters."""
    start, end = report_text(2019).split("全年办理")
    middle = f"全年办理{unit * (n_characters // len(unit))}行政许可12件。"
    if kind == "text":
        return f"{start}{middle}{end}".encode("utf-8", "replace")
    lines = "</p><p>".join((start + "\0" + end).split("\n")).replace("\0", middle)
    return f"<html><body><div id='zoom'><p>{lines}</p></div></body></html>".encode()


def fuzz_repeats(limit: int | None = None) -> Report:
    """Read repeats of every unit at two lengths and compare the processor time."""
    report = Report("repeats")
    check_document(document_of(report_text(2019)))  # loads the grammar, which is no work of an input
    for kind, unit in list(repeats())[:limit]:
        report.n_inputs += 1
        seconds = [_seconds(kind, repeated(kind, unit, n)) for n in REPEATED_CHARACTERS]
        if seconds[1] > MIN_SECONDS_FOR_GROWTH and seconds[1] > MAX_GROWTH * seconds[0]:  # once more: others work here
            seconds = [min(_seconds(kind, repeated(kind, unit, n)) for _ in range(3)) for n in REPEATED_CHARACTERS]
        report.slowest = max(report.slowest, *seconds)
        if seconds[1] > MIN_SECONDS_FOR_GROWTH and seconds[1] > MAX_GROWTH * seconds[0]:
            report.fault(repr(unit), f"{seconds[0]:.2f} s, and {seconds[1]:.2f} s at twice the length")
        elif seconds[1] > MAX_SECONDS:
            report.fault(repr(unit), f"takes {seconds[1]:.1f} s")
    return report


def _seconds(kind: str, data: bytes) -> float:
    started = time.process_time()
    read_mutated("html" if kind == "html" else "txt", data)
    return time.process_time() - started


def damaged_folders(raw: Path) -> Iterator[str]:
    """Damage a raw folder of three reports in one way after another; yield the name of each way while it lasts."""
    path = raw / add_report_file(raw, report_text(2021), "c.txt").snapshot.path
    sidecar = path.with_suffix(".json")
    data, note = path.read_bytes(), sidecar.read_bytes()
    for name, content in wrong_sidecars(note):
        sidecar.write_bytes(content)
        yield f"sidecar {name}"
    sidecar.write_bytes(note)
    for name, content in (("empty", b""), ("cut", data[:50]), ("longer", data + b"x"), ("zeros", b"\0" * len(data))):
        path.write_bytes(content)
        yield f"file {name}"
    path.unlink()
    yield "file missing"
    path.mkdir()
    yield "folder instead of the file"
    path.rmdir()
    path.symlink_to(path.name)
    yield "file is a link to itself"
    path.unlink()
    path.write_bytes(data)
    sidecar.unlink()
    yield "sidecar missing"
    sidecar.mkdir()
    yield "folder instead of the sidecar"
    sidecar.rmdir()
    sidecar.symlink_to(sidecar.name)
    yield "sidecar is a link to itself"
    sidecar.unlink()
    sidecar.write_bytes(note)


def fuzz_damage(limit: int | None = None) -> Report:
    """Run over folders with one damaged snapshot; the others must be published, and the damage reported."""
    report = Report("damage")
    folder = Path(tempfile.mkdtemp(prefix="nianbao-fuzz-"))
    raw, curated = folder / "raw", folder / "curated"
    raw.mkdir()
    for year in (2019, 2020):
        add_report_file(raw, report_text(year), f"{year}.txt")

    def run() -> None:
        n_rows = pipeline.run(raw, curated).n_rows
        if n_rows["reports"] != 2 or n_rows["rejects"] < 1:
            raise AssertionError(f"{n_rows['reports']} reports and {n_rows['rejects']} rejects")

    for number, name in enumerate(damaged_folders(raw)):
        if limit is None or number < limit:
            report.check(name, run, 10 * MAX_SECONDS)  # a whole run
    shutil.rmtree(folder)
    return report


def fuzz_flips(n: int, seed: int) -> Report:
    """Flip single bits of snapshots and sidecars, one in each of FLIPPED_AT_ONCE reports, and run.

    A flip in the bytes must be rejected. A flip in a sidecar must be rejected, or be another valid sidecar whose report
    is published. No other report may be affected.
    """
    report = Report("bit flips")
    folder = Path(tempfile.mkdtemp(prefix="nianbao-fuzz-"))
    for start in range(0, n, FLIPPED_AT_ONCE):
        raw, curated = folder / f"raw{start}", folder / f"curated{start}"
        raw.mkdir()
        damages: dict[str, bool] = {}
        for number in range(start, min(n, start + FLIPPED_AT_ONCE)):
            choose = random.Random(f"{seed} flip {number}")
            text = report_text(2019, permits=1000 + number)
            path = add_report_file(raw, text, f"{number}.txt", year="2019").snapshot.path
            damages[path] = _flip(choose, raw / path if number % 2 else (raw / path).with_suffix(".json"))
        report.n_inputs += len(damages) - 1
        report.check(f"from {start}", partial(_run_flipped, raw, curated, damages), MAX_SECONDS * len(damages))
        shutil.rmtree(raw)
        shutil.rmtree(curated, ignore_errors=True)
    shutil.rmtree(folder)
    return report


def _flip(choose: random.Random, file: Path) -> bool:
    """Flip a bit of a file; return whether that must be reported."""
    changed = bytearray(file.read_bytes())
    bit = choose.randrange(8 * len(changed))
    changed[bit // 8] ^= 1 << bit % 8
    file.write_bytes(changed)
    if file.suffix != ".json":
        return True
    try:
        sidecar_from_json(file.name, bytes(changed))
    except InvalidSnapshot:
        return True
    return False


def _run_flipped(raw: Path, curated: Path, damages: Mapping[str, bool]) -> None:
    pipeline.run(raw, curated)
    rejected = set(parquet.read_table(curated / "rejects.parquet")["raw_path"].to_pylist())
    published = set(parquet.read_table(curated / "reports.parquet")["raw_path"].to_pylist())
    silent = [
        path for path, is_damaged in damages.items() if path not in rejected and (is_damaged or path not in published)
    ]
    if silent:
        raise AssertionError(f"nothing reports the damage of {silent}")


def fuzz(
    texts: Annotated[int, typer.Option(help="Random texts.")] = 200_000,
    documents: Annotated[int, typer.Option(help="Mutated HTML, TXT, DOCX and MHTML files.")] = 20_000,
    pdfs: Annotated[int, typer.Option(help="Mutated PDF files.")] = 500,
    flips: Annotated[int, typer.Option(help="Single bits flipped.")] = 5_000,
    others: Annotated[int, typer.Option(help="Repeats, and malformed sidecars and files, of each at most.")] = 1_000,
    seed: Annotated[int, typer.Option(help="The seed of all inputs.")] = 19,
) -> None:
    """Print what each part found; exit with 1 if there is a fault."""
    parts: tuple[Callable[[], Report], ...] = (
        partial(fuzz_texts, texts, seed),
        partial(fuzz_documents, documents, seed),
        partial(fuzz_documents, pdfs, seed, ("pdf",)),
        partial(fuzz_repeats, others),
        partial(fuzz_damage, others),
        partial(fuzz_flips, flips, seed),
    )
    n_faults = 0
    for part in parts:
        report = part()
        if not report.n_inputs:
            continue
        n_faults += len(report.faults)
        figures = f"{report.n_inputs} inputs, {len(report.faults)} faults, slowest {report.slowest:.2f} s"
        print(f"{report.name}: {figures}", flush=True)
    sys.exit(bool(n_faults))


if __name__ == "__main__":
    typer.run(fuzz)
