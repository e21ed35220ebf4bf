"""The steps of the way in their order, as plain functions: flows wrap them, `--direct` calls them one after another.

    fetch (where sources are enabled)
    list_batches -> read_batch (once a batch, in any process) -> publish_pieces (derive: match, compare, check)

Between steps travel paths: a batch becomes a piece on disk, the pieces become the tables of a new state.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet
from filelock import FileLock, Timeout

from nianbao.comparison.corrections import Correction, load_corrections
from nianbao.comparison.coverage import REJECT_COLUMNS, REPORT_COLUMNS, coverage_rows
from nianbao.comparison.derive import Derived, derive
from nianbao.documents.model import Document, UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.extraction.cell_values import NUMBER
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction
from nianbao.indicators.catalog import load_catalog
from nianbao.sources.owed import fetch_rejects
from nianbao.storage import dictionary, publish, staging
from nianbao.storage.batch import validate_batch
from nianbao.storage.derived import DerivedTables, recount, unlink, validate_derived
from nianbao.storage.finding_rows import same_text
from nianbao.storage.identity import Unidentified, identify
from nianbao.storage.rejects import Reject, number_rejects
from nianbao.storage.rows import ReportRows, make_rows
from nianbao.storage.snapshots import BadSnapshot, given_of, read_snapshot, standing_paths
from nianbao.storage.staging import Placement
from nianbao.storage.tables import row_as_json, sort_rows, valid_rows
from nianbao.version import reader_version
from schemas import TABLES, Coverage, Findings, Rejects, Table, arrow_schema

if TYPE_CHECKING:
    from nianbao.sources.report import Told

Reader = Callable[..., Document]
Extractor = Callable[[Document], Extraction]

# Arrow's own allocator keeps what it once had; the system's gives it back: a peak of 350 MB, not 460, on 107 reports.
arrow.set_memory_pool(arrow.system_memory_pool())

BATCH_BYTES = 2_000_000
STAGING = "_staging"
# The tables whose rows belong to one report each and travel through pieces.
REPORT_TABLES = ("reports", "documents", "sections", "unmatched", "cells")
# The tables that rest on the observations of all reports together; `findings` has rows of both kinds.
DERIVED_TABLES = ("observations", "indicators", "comparisons", "comparisons_wide", "promises", "corrections")
# What comparing needs to know of a cell without a number.
UNFILLED = ("report_id", "family", "jurisdiction_code", "jurisdiction_name", "report_year", "indicator_id", "state")


class AnotherRun(Exception):
    """Another run is at work on the same curated folder."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run published: rows by table, whether anything differs from before, by family how many of the levels
    and shares have an indicator, and how many there are, and how many corrections by hand went in."""

    run: str
    changed: bool
    n_rows: dict[str, int]
    matched: dict[str, tuple[int, int]]
    n_corrections: int


@contextmanager
def only_run(curated: Path) -> Iterator[Path]:
    """Hold the curated folder for one run; yields a staging folder that is gone afterwards. Raises AnotherRun."""
    curated.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(curated / ".lock", timeout=0):
            pieces = curated / STAGING
            shutil.rmtree(pieces, ignore_errors=True)
            pieces.mkdir()
            try:
                yield pieces
            finally:
                shutil.rmtree(pieces, ignore_errors=True)
    except Timeout as error:
        raise AnotherRun(f"{curated}: another run is publishing there; wait for it and run again") from error


def run(
    raw: Path,
    curated: Path,
    *,
    corrections: Path | None = None,
    on_batch: Callable[[int, int], None] | None = None,
    fetch_first: bool = False,
    on_told: Callable[[Told], None] | None = None,
) -> Outcome:
    """All steps in this process. `corrections`: their folder, where it is not the usual one; `on_batch` is told the
    number of snapshots read and of all.

    `fetch_first`: the enabled sources are asked before, and `on_told` hears of every page.
    """
    if fetch_first:
        fetch(raw, on_told)
    with only_run(curated) as folder:
        batches = list_batches(raw)
        total, done = sum(map(len, batches)), 0
        pieces = []
        for n, batch in enumerate(batches):
            pieces.append(read_batch(raw, batch, folder / f"{n:06}"))
            done += len(batch)
            if on_batch:
                on_batch(done, total)
        pieces.append(write_owed(raw, folder / "owed"))
        return publish_pieces(pieces, curated, corrections)


def fetch(raw: Path, on_told: Callable[[Told], None] | None = None, **wanted: Any) -> Counter[str]:
    """Ask the enabled sources for what is new; returns how many pages had which outcome. With none enabled, nothing.

    `wanted` narrows it, as `nianbao.sources.fetch.fetch` says: `years=…, jurisdictions=…, families=…, missing_only=…`.
    Raises MarkedError (a source, a setting, nobody says who asks), AnotherRun, OSError.
    """
    from nianbao.sources.fetch import AnotherFetch, order  # with an HTTP client, which no process that reads needs
    from nianbao.sources.fetch import fetch as ask

    outcomes: Counter[str] = Counter()
    placed = order()
    if placed is None:
        return outcomes
    try:
        for told in ask(placed, raw, **wanted):
            outcomes[told.outcome] += 1
            if on_told:
                on_told(told)
    except AnotherFetch as error:
        raise AnotherRun(str(error)) from error
    return outcomes


def write_owed(raw: Path, piece: Path) -> str:
    """What the sites owe, with its reasons, as a piece that has rejects and nothing else; returns its path."""
    tables, _ = validate_batch([])
    staging.write_piece(piece, tables, fetch_rejects(raw))
    return str(piece)


def list_batches(raw: Path, max_bytes: int = BATCH_BYTES) -> list[list[str]]:
    """The paths of the snapshots that count, in a fixed order, in batches of about `max_bytes`; a larger is alone."""
    batches: list[list[str]] = []
    size = 0
    for path in standing_paths(raw):
        try:
            length = (raw / path).stat().st_size
        except OSError:
            length = 0  # it vanished since it was listed; reading it will say so in `rejects`
        if not batches or size + length > max_bytes:
            batches.append([])
            size = 0
        batches[-1].append(path)
        size += length
    return batches


def read_batch(
    raw: Path,
    paths: Sequence[str],
    piece: Path,
    *,
    read: Reader = read_document,
    extract: Extractor = extract_observations,
) -> str:
    """Read, extract and validate the snapshots of one batch into the piece `piece`; returns its path.

    A snapshot that cannot be read costs itself one line of `rejects`, whatever was raised.
    """
    version = reader_version()
    reports: list[ReportRows] = []
    rejects: list[Reject] = []
    for path in paths:
        result = _read_one(raw, path, read, extract, version)
        if isinstance(result, ReportRows):
            reports.append(result)
        else:
            rejects.append(result)
    tables, turned_away = validate_batch(reports)
    staging.write_piece(piece, tables, rejects + turned_away)
    return str(piece)


def _read_one(raw: Path, path: str, read: Reader, extract: Extractor, version: str) -> ReportRows | Reject:
    """One snapshot's rows, or the line that says why there are none."""
    stage, url, told = "read", None, ""

    def reject(stage: str, check: str, reason: str) -> Reject:
        return Reject(stage, url, path, None, None, None, check, reason, told)

    try:
        snapshot, data = read_snapshot(raw, path)
        url, told = snapshot.url, row_as_json(dict(snapshot.given))
        if snapshot.mark is not None:
            return reject("ingest", snapshot.mark.check, f"{path}: {snapshot.mark.reason}")
        document = read(data, media_type=snapshot.media_type, name=snapshot.name, given=given_of(snapshot))
        del data
        identity = identify(document)
        if isinstance(identity, Unidentified):
            return reject("read", identity.check, f"{path}: {identity.reason}")
        stage = "extract"
        extraction = extract(document)
        return make_rows(snapshot, document, extraction, identity, version)
    except BadSnapshot as error:
        return reject("ingest", "snapshot", str(error))
    except UnreadableDocument as error:
        return reject("read", "unreadable", f"{path}: {error}")
    except Exception as error:  # noqa: BLE001  a fault in reading one report must not cost the others theirs
        what = f"{path}: {type(error).__name__}: {error}; this is a fault in the program, please report it"
        return reject(stage, type(error).__name__, what)


def publish_pieces(pieces: Sequence[str], curated: Path, corrections: Path | None = None) -> Outcome:
    """Give every report its id, write the tables of the new state in their order, and put them in place of the old."""
    by_hand = load_corrections(corrections, load_catalog())
    placement = staging.place_candidates([seen for piece in pieces for seen in staging.read_candidates(Path(piece))])
    made = publish.begin(curated)
    derived = _derive(placement, by_hand)
    matched = derived.matched
    checked = validate_derived(derived.tables, (*DERIVED_TABLES, "findings"))
    del derived  # as Python objects its rows are the largest thing there is
    n_rows = {name: _write_report_table(name, placement, checked, made) for name in REPORT_TABLES}
    n_rows |= {name: _write_derived(name, checked, made) for name in DERIVED_TABLES}
    n_rows["findings"] = _write_findings(placement, checked, made)
    n_rows["rejects"] = _write_rejects(pieces, placement, checked, made)
    n_rows["coverage"] = _write_coverage(made)
    (made / "datapackage.json").write_text(dictionary.datapackage_json(), "utf-8")
    about = {"reader_version": reader_version(), "rows": {name: n_rows[name] for name in TABLES}}
    published = publish.publish(curated, made, about)
    return Outcome(published.run, published.changed, n_rows, matched, len(by_hand))


def _write_report_table(name: str, placement: Placement, checked: DerivedTables, made: Path) -> int:
    """A table whose rows belong to one report each: already valid, so only put in order under the final ids.

    `reports` counts the observations that are published and `cells` name them: a correction may drop one, a check turn
    one away.
    """
    columns = arrow_schema(TABLES[name]).names
    published = checked.tables["observations"]
    left = Counter(published["report_id"].to_pylist()) if name == "reports" else Counter()
    there = set(published["observation_id"].to_pylist()) if name == "cells" else set()
    with publish.TableWriter(TABLES[name], made) as writer:
        for rows in staging.rows_of_reports(name, placement.reports, columns):
            if name == "reports":
                rows = recount(rows, left)
            elif name == "cells":
                rows = sort_rows(TABLES[name], unlink(rows, "observation_id", there))
            writer.write(rows)
    return writer.n_rows


def _derive(placement: Placement, by_hand: Sequence[Correction]) -> Derived:
    """Everything that rests on the observations of all reports together. Raises CorrectionError."""
    columns = arrow_schema(TABLES["observations"]).names
    tables = staging.rows_of_reports("observations", placement.reports, columns)
    rows = [row for table in tables for row in table.to_pylist()]
    cells = staging.rows_of_reports("cells", placement.reports, UNFILLED)
    unfilled = [row for table in cells for row in table.filter(compute.field("state") != NUMBER).to_pylist()]
    return derive(rows, by_hand, cells=unfilled)


def _write_derived(name: str, checked: DerivedTables, made: Path) -> int:
    model = TABLES[name]
    with publish.TableWriter(model, made) as writer:
        writer.write(sort_rows(model, checked.tables[name]))
    return writer.n_rows


def _write_findings(placement: Placement, checked: DerivedTables, made: Path) -> int:
    schema = arrow_schema(Findings)
    found = list(staging.rows_of_reports("findings", placement.reports, schema.names))
    found.append(checked.tables["findings"])
    twice = [
        same_text(
            placed.report_id, placed.candidate.jurisdiction_name, placed.candidate.source_url, left_out.source_url
        )
        for left_out, placed in placement.duplicates
    ]
    found.append(valid_rows(Findings, twice))
    with publish.TableWriter(Findings, made) as writer:
        writer.write(sort_rows(Findings, arrow.concat_tables([rows.cast(schema) for rows in found])))
    return writer.n_rows


def _write_rejects(pieces: Sequence[str], placement: Placement, checked: DerivedTables, made: Path) -> int:
    rejects = [seen for piece in pieces for seen in staging.read_rejects(Path(piece), placement)]
    urls = {seen.report_id: seen.candidate.source_url for seen in placement.reports}
    rejects += [replace(seen, source_url=urls.get(str(seen.report_id))) for seen in checked.rejects]
    with publish.TableWriter(Rejects, made) as writer:
        writer.write(sort_rows(Rejects, valid_rows(Rejects, number_rejects(rejects))))
    return writer.n_rows


def _write_coverage(made: Path) -> int:
    """From the tables of this state that are written already: of them it needs a few columns only."""
    reports = parquet.read_table(made / "reports.parquet", columns=list(REPORT_COLUMNS)).to_pylist()
    rejects = parquet.read_table(made / "rejects.parquet", columns=list(REJECT_COLUMNS)).to_pylist()
    with publish.TableWriter(Coverage, made) as writer:
        writer.write(valid_rows(Coverage, _as_tuples(Coverage, coverage_rows(reports, rejects))))
    return writer.n_rows


def _as_tuples(model: type[Table], rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    columns = arrow_schema(model).names
    return [tuple(row[column] for column in columns) for row in rows]
