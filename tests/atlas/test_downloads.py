"""Downloads of each page: CSV and JSON with the values of the tables, and a feed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
from lxml import etree


def table(version: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a published table."""
    rows: list[dict[str, Any]] = parquet.read_table(version / f"{name}.parquet").to_pylist()
    return rows


def json_rows(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the rows of a table in a JSON file by column."""
    return [dict(zip(content[name]["columns"], row, strict=True)) for row in content[name]["rows"]]


def test_the_csv_of_an_indicator_has_the_rows_of_comparisons(site: Path, bundled_version: Path) -> None:
    """The CSV has every row of the indicator with its value and the reason why it is not comparable."""
    rows = list(csv.DictReader(io.StringIO((site / "i" / "gdp.csv").read_text("utf-8-sig"))))
    expected = [row for row in table(bundled_version, "comparisons") if row["indicator_id"] == "gdp"]
    assert [(row["series_code"], row["year"], row["comparability"]) for row in rows] == [
        (row["series_code"], str(row["year"]), row["comparability"]) for row in expected
    ]
    assert [row["value"] for row in rows] == ["" if row["value"] is None else str(row["value"]) for row in expected]


def test_the_json_of_a_government_can_be_cited(site: Path, bundled_version: Path) -> None:
    """Each figure has its sentence, the report with source and hash, and a page that exists."""
    content = json.loads((site / "j" / "990100.json").read_text("utf-8"))
    reports = {row["report_id"]: row for row in json_rows(content, "reports")}
    stated = [row for row in json_rows(content, "figures") if row["value"] is not None]
    assert stated
    for row in stated:
        assert row["quote"] in row["sentence"]
        assert reports[row["report_id"]]["raw_sha256"]
        assert (site / row["page"].partition("#")[0]).is_file()
    assert content["version"] == bundled_version.name
    assert {row["definition"] for row in json_rows(content, "indicators")}


def test_a_report_and_the_findings_of_a_government_have_files(site: Path, bundled_version: Path) -> None:
    """The JSON of a report has all its observations; the CSV of findings has those of the government."""
    (file,) = (site / "r").glob("rule_of_law-990100-2023.json")
    observations = [
        row for row in table(bundled_version, "observations") if row["report_id"] == "rule_of_law/990100/2023"
    ]
    content = json.loads(file.read_text("utf-8"))
    read = json_rows(content, "observations")
    assert [content["sentences"][row["sentence_number"]] for row in read] == [row["sentence"] for row in observations]
    rows = list(csv.DictReader(io.StringIO((site / "j" / "990100-findings.csv").read_text("utf-8-sig"))))
    assert rows
    assert {row["jurisdiction_name"] for row in rows} == {"云汀市"}


def test_the_feed_lists_reports_and_findings(site: Path, bundled_version: Path) -> None:
    """The feed is well-formed, and each of its entries has its own id and leads to a page."""
    feed = etree.parse(str(site / "feed.xml"))
    links = [str(link.get("href")) for link in feed.iterfind(".//{*}entry/{*}link")]
    ids = [str(entry.text) for entry in feed.iterfind(".//{*}entry/{*}id")]
    assert len(set(ids)) == len(ids) == len(links)
    assert sum(":report:" in entry_id for entry_id in ids) == len(table(bundled_version, "reports"))
    failed = {
        f"urn:nianbao:finding:{r['finding_id']}" for r in table(bundled_version, "findings") if r["status"] == "fail"
    }
    assert {entry_id for entry_id in ids if ":finding:" in entry_id} <= failed
    assert any(":finding:" in entry_id for entry_id in ids)
    assert all((site / link.partition("#")[0]).is_file() for link in links)
