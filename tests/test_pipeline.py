"""From snapshots to tables in this process: the guarantees of the result, and the effect of each fault."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as parquet
import pytest

import nianbao
from nianbao import pipeline
from nianbao.documents.model import Document
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction, Observation
from nianbao.steps import planning, write
from schemas import TABLES, arrow_schema
from tests.conftest import AddReport, report_text


def table(curated: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a published table."""
    rows: list[dict[str, Any]] = parquet.read_table(curated / f"{name}.parquet").to_pylist()
    return rows


def run_with(raw: Path, curated: Path, **steps: Any) -> pipeline.RunResult:
    """Run the pipeline with another reader or extractor."""

    def each(step: pipeline.Step, jobs: Sequence[Any]) -> Iterator[Any]:
        return map(partial(step, **steps) if step is pipeline.read_batch else step, jobs)

    return pipeline.run(raw, curated, pipeline.RunOptions(executor=each))


def backwards(step: pipeline.Step, jobs: Sequence[Any]) -> Iterator[Any]:
    """Run the jobs in reverse order."""
    return map(step, reversed(jobs))


def test_numbers_lead_back_to_their_characters(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Every published quote equals the characters at its offsets, and values, relations and targets are right."""
    add_report(report_text(2019))
    outcome = pipeline.run(raw, tmp_path / "c")
    assert outcome.n_rows["reports"] == 1
    (report,) = table(tmp_path / "c", "reports")
    assert report["report_id"] == "rule_of_law/990100/2019"
    text = table(tmp_path / "c", "documents")[0]["text"]
    observations = {row["quote"]: row for row in table(tmp_path / "c", "observations")}
    assert observations["1234件"]["value"] == 1234
    assert observations["7.2%"]["relates_to"] == observations["1234件"]["observation_id"]
    assert observations["95%以上"]["modality"] == "target"
    for row in [*observations.values(), *table(tmp_path / "c", "unmatched")]:
        assert text[row["char_start"] : row["char_end"]] == row["quote"]
    assert report["n_observations"] == len(observations)
    assert report["n_characters"] == len(text)


def test_every_table_has_its_schema_and_every_key_leads_somewhere(
    raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """Published tables match their schemas and data package, and every foreign key refers to an existing row."""
    add_report(report_text(2019))
    add_report(report_text(2020), "b.txt")
    pipeline.run(raw, tmp_path / "c")
    for name, model in TABLES.items():
        found = parquet.read_schema(tmp_path / "c" / f"{name}.parquet")
        assert found.equals(arrow_schema(model), check_metadata=True)
    package = json.loads((tmp_path / "c" / "datapackage.json").read_text())
    received = max(row["fetched_at"] for row in table(tmp_path / "c", "reports"))
    assert datetime.fromisoformat(package["created"]) == received.replace(microsecond=0)
    assert (package["version"], package["licenses"][0]["name"]) == (nianbao.__version__, "other-pd")
    assert package["sources"][0]["title"]
    published = {path.name for path in (tmp_path / "c").glob("*.parquet")}
    assert {resource["path"] for resource in package["resources"]} == published
    for resource in package["resources"]:
        assert resource["schema"]["missingValues"] == []  # an empty text is a value
        columns = [field["name"] for field in resource["schema"]["fields"]]
        assert columns == parquet.read_schema(tmp_path / "c" / resource["path"]).names
        for key in resource["schema"].get("foreignKeys", []):
            target = key["reference"]["resource"] or resource["name"]
            (column,), (referenced,) = key["fields"], key["reference"]["fields"]
            there = {row[referenced] for row in table(tmp_path / "c", target)}
            assert {row[column] for row in table(tmp_path / "c", resource["name"])} - {None} <= there


def test_running_twice_changes_nothing_byte_for_byte(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """A second run changes no byte, and a run into another folder gives the same version."""
    add_report(report_text(2019))
    add_report(b"", "empty.txt")
    first = pipeline.run(raw, tmp_path / "c")
    before = {path.name: path.read_bytes() for path in (tmp_path / "c").iterdir() if path.is_file()}
    again = pipeline.run(raw, tmp_path / "c")
    assert (again.run, again.changed) == (first.run, False)
    assert {path.name: path.read_bytes() for path in (tmp_path / "c").iterdir() if path.is_file()} == before
    other = pipeline.run(raw, tmp_path / "elsewhere")
    assert other.run == first.run


def test_the_result_does_not_depend_on_how_the_work_was_cut(
    raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any batches, groups and order of work give byte-identical tables."""
    for year in range(2015, 2020):
        add_report(report_text(year), f"{year}.txt")
    add_report(report_text(2019, "青穗县"), "another.txt")
    whole = pipeline.run(raw, tmp_path / "a")
    assert len(pipeline.list_batches(raw, tmp_path / "b", batch_bytes=1)) == 6
    monkeypatch.setattr(write, "WIDE_ROWS", 1)
    monkeypatch.setattr(planning, "PARTITION_WEIGHT", 1)
    cut = pipeline.run(raw, tmp_path / "b", pipeline.RunOptions(batch_bytes=1, executor=backwards))
    assert cut.run == whole.run
    for path in sorted((tmp_path / "a").glob("*.parquet")):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_batches_are_cut_by_bytes(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Batches hold as many snapshots as fit into the size, in sorted order."""
    for year in range(2015, 2020):
        add_report(report_text(year), f"{year}.txt")
    size = len(report_text(2015).encode())
    batches = pipeline.list_batches(raw, tmp_path / "c", batch_bytes=2 * size + 10)
    assert [len(batch.snapshots) for batch in batches] == [2, 2, 1]
    paths = [snapshot.path for batch in batches for snapshot in batch.snapshots]
    assert paths == sorted(paths)


def test_two_reports_on_one_year_are_two_and_one_text_twice_is_one(
    raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """Two texts on one year are two reports, and the same text twice is one report with a finding."""
    add_report(report_text(2019), "a.txt")
    add_report(report_text(2019) + "\n", "same-text.txt")
    add_report(report_text(2019, permits=4321), "second.txt")
    pipeline.run(raw, tmp_path / "c")
    reports = {row["source_url"]: row["report_id"] for row in table(tmp_path / "c", "reports")}
    assert reports == {"file:a.txt": "rule_of_law/990100/2019", "file:second.txt": "rule_of_law/990100/2019-2"}
    for row in table(tmp_path / "c", "observations"):
        assert row["observation_id"].startswith(row["report_id"] + "#")
    (finding,) = table(tmp_path / "c", "findings")
    assert (finding["check"], finding["left_text"], finding["right_text"]) == (
        "same_text",
        "file:a.txt",
        "file:same-text.txt",
    )


def test_a_conflict_with_the_manifest_is_a_finding(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """If manifest and report disagree on the place, the report wins and a warning shows both."""
    add_report(report_text(2019), jurisdiction="青穗县")
    pipeline.run(raw, tmp_path / "c")
    (report,) = table(tmp_path / "c", "reports")
    assert report["jurisdiction_name"] == "云汀市"
    finding = next(row for row in table(tmp_path / "c", "findings") if "jurisdiction" in row["finding_id"])
    assert (finding["check"], finding["severity"]) == ("metadata_disagreement", "warning")
    assert "青穗县" in finding["left_text"]
    assert "云汀市" in finding["right_text"]


@pytest.mark.parametrize(
    ("data", "check"),
    [
        (b"", "unreadable"),
        (bytes(range(256)) * 40, "unreadable"),
        ("首页 > 政务公开 > 列表\n上一页 下一页\n".encode(), "unreadable"),
        ("今年工作有序推进。各项任务顺利完成，群众满意度稳步提高。\n".encode() * 30, "family_unknown"),
    ],
)
def test_a_file_that_is_not_a_report_is_one_reject(
    raw: Path, tmp_path: Path, add_report: AddReport, data: bytes, check: str
) -> None:
    """A file that is not a report becomes one reject with reason and path, and the report is published."""
    add_report(report_text(2019))
    add_report(data, "bad.txt")
    outcome = pipeline.run(raw, tmp_path / "c")
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (1, 1)
    (line,) = table(tmp_path / "c", "rejects")
    assert (line["stage"], line["check"], line["source_url"]) == ("read", check, "file:bad.txt")
    assert line["raw_path"] in line["reason"]


def test_a_reader_that_raises_rejects_one_report(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Of twenty-one reports, the one on which the reader fails is rejected and twenty are published."""
    for year in range(2000, 2021):
        add_report(report_text(year), f"{year}.txt")

    def read(data: bytes, **about: Any) -> Document:
        if about["name"] == "2007.txt":
            raise ZeroDivisionError("seven")
        return read_document(data, **about)

    outcome = run_with(raw, tmp_path / "c", read=read)
    assert outcome.n_rows["reports"] == 20
    (line,) = table(tmp_path / "c", "rejects")
    assert (line["stage"], line["check"], line["source_url"]) == ("read", "ZeroDivisionError", "file:2007.txt")
    assert "ZeroDivisionError: seven" in line["reason"]


def test_an_extractor_that_raises_rejects_one_report(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """A report on which extraction fails is rejected, and the other one is published."""
    add_report(report_text(2019))
    add_report(report_text(2020), "b.txt")

    def extract(document: Document) -> Extraction:
        if document.metadata.report_year == 2020:
            raise RecursionError("deep")
        return extract_observations(document)

    outcome = run_with(raw, tmp_path / "c", extract=extract)
    assert outcome.n_rows["reports"] == 1
    (line,) = table(tmp_path / "c", "rejects")
    assert (line["stage"], line["check"]) == ("extract", "RecursionError")


def test_an_invalid_row_is_rejected_and_no_row_refers_to_it(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """An invalid observation is a reject, no row refers to it, and the counts are right."""
    add_report(report_text(2019))
    bad: list[Observation] = []

    def extract(document: Document) -> Extraction:
        good = extract_observations(document)
        level = next(found for found in good.observations if document.text[found.start : found.end] == "1234件")
        bad.append(level)
        changed = tuple(level._replace(kind="amount") if found is level else found for found in good.observations)
        return Extraction(changed, good.unmatched)

    run_with(raw, tmp_path / "c", extract=extract)
    (line,) = table(tmp_path / "c", "rejects")
    assert (line["stage"], line["table"], line["column"], line["check"]) == ("validate", "observations", "kind", "isin")
    row = json.loads(line["row"])
    assert row["observation_id"] == f"rule_of_law/990100/2019#{bad[0].start}"
    observations = {row["quote"]: row for row in table(tmp_path / "c", "observations")}
    assert "1234件" not in observations
    assert observations["7.2%"]["relates_to"] is None
    assert table(tmp_path / "c", "reports")[0]["n_observations"] == len(observations)


def test_a_correction_that_makes_a_row_invalid_rejects_only_that_row(
    raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A correction to an impossible value rejects that row with its source, and the run succeeds."""
    add_report(report_text(2019))
    folder = correct(tmp_path, "action: override\n    set: {kind: amount}")
    outcome = pipeline.run(raw, tmp_path / "c", pipeline.RunOptions(corrections=folder))
    (line,) = table(tmp_path / "c", "rejects")
    assert outcome.n_rows["rejects"] == 1
    assert (line["stage"], line["table"], line["column"], line["check"]) == ("validate", "observations", "kind", "isin")
    assert (line["report_id"], line["source_url"]) == ("rule_of_law/990100/2019", "file:a.txt")
    gone = json.loads(line["row"])["observation_id"]
    observations = {row["quote"]: row for row in table(tmp_path / "c", "observations")}
    assert gone not in {row["observation_id"] for row in observations.values()}
    assert observations["7.2%"]["relates_to"] is None
    assert table(tmp_path / "c", "reports")[0]["n_observations"] == len(observations)


def test_a_dropped_observation_is_not_counted(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """An observation dropped by a correction is recorded and no longer counted in its report."""
    add_report(report_text(2019))
    whole = pipeline.run(raw, tmp_path / "a").n_rows["observations"]
    options = pipeline.RunOptions(corrections=correct(tmp_path, "action: drop"))
    outcome = pipeline.run(raw, tmp_path / "c", options)
    assert outcome.n_corrections == 1
    assert table(tmp_path / "c", "reports")[0]["n_observations"] == whole - 1
    (line,) = table(tmp_path / "c", "corrections")
    assert (line["action"], line["old_value"], line["new_value"]) == ("drop", "1234", None)


def correct(tmp_path: Path, action: str) -> Path:
    """Return a folder with one correction of the permits of 2019."""
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / "a.yaml").write_text(
        "corrections:\n  - report: rule_of_law/990100/2019\n    quote: 1234件\n    expect: 1234\n"
        f"    {action}\n    reason: a test\n    by: a name\n",
        "utf-8",
    )
    return folder


def test_a_report_with_an_invalid_row_is_rejected_as_a_whole(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """A report whose own row is invalid is rejected with all its rows."""
    add_report(report_text(2019))
    path = add_report(report_text(2020), "b.txt").snapshot.path

    def read(data: bytes, **about: Any) -> Document:
        made = read_document(data, **about)
        if made.metadata.report_year == 2020:
            return Document(made.text, made.sections, made.metadata, made.encoding, "text/rtf")
        return made

    outcome = run_with(raw, tmp_path / "c", read=read)
    assert outcome.n_rows["reports"] == outcome.n_rows["documents"] == 1
    (line,) = table(tmp_path / "c", "rejects")
    assert (line["table"], line["column"], line["raw_path"], line["report_id"]) == ("reports", "media_type", path, None)


def test_a_missing_or_damaged_snapshot_is_a_reject(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Missing, changed and undescribed raw files are rejects with reasons, and the intact report is published."""
    add_report(report_text(2018))
    (raw / add_report(report_text(2019), "gone.txt").snapshot.path).unlink()
    (raw / add_report(report_text(2020), "other.txt").snapshot.path).write_bytes(b"other bytes")
    (raw / "_unplaced").mkdir()
    (raw / "_unplaced" / "stray.txt").write_text(report_text(2021))
    outcome = pipeline.run(raw, tmp_path / "c")
    assert outcome.n_rows["reports"] == 1
    reasons = " ".join(line["reason"] for line in table(tmp_path / "c", "rejects"))
    assert {line["stage"] for line in table(tmp_path / "c", "rejects")} == {"ingest"}
    for words in ("the file that this note is about is missing", "its hash is", "the note is missing"):
        assert words in reasons


@pytest.mark.parametrize("megabytes", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_megabytes_on_one_line_are_rejected(megabytes: int, raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """A file of megabytes of digits on one line is one reject with a short reason."""
    add_report(report_text(2019))
    add_report(b"1234567890 " * (megabytes * 100_000), "long.txt")
    outcome = pipeline.run(raw, tmp_path / "c")
    assert outcome.n_rows["reports"] == 1
    assert outcome.n_rows["rejects"] == 1
    assert len(table(tmp_path / "c", "rejects")[0]["reason"]) < 1000


def test_no_snapshots_are_empty_tables(raw: Path, tmp_path: Path) -> None:
    """Without snapshots, all tables are published, empty except for indicators and places."""
    outcome = pipeline.run(raw, tmp_path / "c")
    for name in ("indicators", "places", "place_changes"):
        assert outcome.n_rows.pop(name) > 0  # the catalog and the places are there without reports
    assert set(outcome.n_rows.values()) == {0}
    assert table(tmp_path / "c", "observations") == []


def test_a_second_run_at_the_same_time_is_refused(raw: Path, tmp_path: Path) -> None:
    """A run into a folder where another run is publishing raises an error."""
    with pipeline.run_lock(tmp_path / "c"), pytest.raises(pipeline.RunInProgress, match="another run"):
        pipeline.run(raw, tmp_path / "c")


def test_duckdb_reads_types_and_nulls(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """DuckDB reads the published table with narrow types and nulls."""
    add_report(report_text(2019))
    pipeline.run(raw, tmp_path / "c")
    file = tmp_path / "c" / "observations.parquet"
    types = dict(duckdb.execute(f"select column_name, column_type from (describe select * from '{file}')").fetchall())
    assert (types["value"], types["report_year"], types["char_start"], types["subject"]) == (
        "DOUBLE",
        "SMALLINT",
        "INTEGER",
        "VARCHAR",
    )
    counted = duckdb.execute(f"select count(*), count(relates_to) from '{file}'").fetchone()
    assert counted is not None
    assert counted[0] > 5
    assert 0 < counted[1] < counted[0]


@pytest.mark.slow
def test_real_reports_are_read_and_every_quote_is_at_its_offsets(corpus: Path, tmp_path: Path) -> None:
    """All 109 real reports are published, and every quote equals the text at its offsets."""
    from nianbao.sources.local import ingest, list_files
    from nianbao.sources.manifest import read_manifest

    manifest = corpus / "manifest.csv"
    taken = list(ingest(list_files([corpus], manifest), tmp_path / "raw", rows=read_manifest(manifest)))
    assert len(taken) == 109
    outcome = pipeline.run(tmp_path / "raw", tmp_path / "c")
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (109, 0)
    assert {row["media_type"] for row in table(tmp_path / "c", "reports")} == {"text/plain", "application/pdf"}
    texts = {row["report_id"]: row["text"] for row in table(tmp_path / "c", "documents")}
    for name in ("observations", "unmatched"):
        for row in table(tmp_path / "c", name):
            assert texts[row["report_id"]][row["char_start"] : row["char_end"]] == row["quote"]
