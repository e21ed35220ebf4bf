"""The tables as models: types that every tool reads, a description of every column, and effective checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as arrow
import pytest

from nianbao.tables.dictionary import datapackage, tables_markdown
from nianbao.tables.validation import validate_rows
from schemas import TABLES, Observations, Reports, arrow_schema, table_spec
from schemas.descriptions import DESCRIPTIONS, describe_models, descriptions_json, table_descriptions
from schemas.table import column_specs
from tests.conftest import RECEIVED, REPO_ROOT

PLAIN_TYPES = {
    arrow.string(),
    arrow.int16(),
    arrow.int32(),
    arrow.int64(),
    arrow.float64(),
    arrow.bool_(),
    arrow.date32(),
    arrow.timestamp("us", tz="UTC"),
}

OBSERVATION: dict[str, Any] = {
    "observation_id": "rule_of_law/990100/2019#8",
    "report_id": "rule_of_law/990100/2019",
    "family": "rule_of_law",
    "jurisdiction_code": "990100",
    "jurisdiction_name": "云汀市",
    "body_id": "",
    "body_name": "",
    "body_kind": "government",
    "series_code": "990100",
    "report_year": 2019,
    "period_start": 2019,
    "period_end": 2019,
    "modality": "actual",
    "subject": "办理行政许可",
    "scope": None,
    "indicator_id": None,
    "match_method": "none",
    "match_score": None,
    "kind": "level",
    "value": 1234.0,
    "value_high": None,
    "rounding": 1.0,
    "unit": "件",
    "qualifier": "exact",
    "direction": None,
    "compared_with": None,
    "relates_to": None,
    "quote": "1234件",
    "sentence": "全年办理行政许可1234件。",
    "char_start": 8,
    "char_end": 13,
    "section_id": None,
    "period_type": "year",
    "base_start": None,
    "base_end": None,
    "stated_as": None,
    "action": None,
    "head": "许可",
    "whole": None,
    "part": None,
    "population": None,
    "area": None,
    "actor": None,
    "read_by": "something is so much",
    "grade": "A",
    "reading": "text",
    "confidence": None,
}

REPORT: dict[str, Any] = {
    "report_id": "rule_of_law/990100/2019",
    "family": "rule_of_law",
    "jurisdiction_code": "990100",
    "jurisdiction_name": "云汀市",
    "jurisdiction_level": "city",
    "province_name": "示例省",
    "body_id": "",
    "body_name": "",
    "body_kind": "government",
    "series_code": "990100",
    "issuer": None,
    "report_year": 2019,
    "covers_from": 2019,
    "covers_beyond": False,
    "title": None,
    "document_number": None,
    "issued_on": None,
    "published_at": None,
    "source_url": "file:a.txt",
    "raw_path": "a/b.txt",
    "raw_sha256": "0" * 64,
    "media_type": "text/plain",
    "encoding": "utf-8",
    "fetched_at": RECEIVED,
    "n_characters": 100,
    "n_sections": 1,
    "n_observations": 1,
    "reader_version": "abc",
}


def failing_checks(model: Any, row: dict[str, Any]) -> list[str]:
    """Return the names of the checks that a single row fails."""
    validated = validate_rows(model, [row])
    return [failure.check for _, failures in validated.rejected for failure in failures]


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_plain_types_and_descriptions(name: str) -> None:
    """Every column has a type that common tools read and a description."""
    for field in arrow_schema(TABLES[name]):
        assert field.type in PLAIN_TYPES, field
        assert len(field.metadata[b"description"].decode()) > 5, field


@pytest.mark.parametrize("name", TABLES)
def test_the_declarations_are_what_pandera_validates(name: str) -> None:
    """Types, nullability, checks and metadata read from the declarations are those of the schema of pandera."""
    schema = TABLES[name].to_schema()
    expected = {
        column: (
            specification.dtype.type.pyarrow_dtype,
            bool(specification.nullable),
            specification.checks,
            {"description": specification.description, **(specification.metadata or {})},
        )
        for column, specification in schema.columns.items()
    }
    assert {column: tuple(declared) for column, declared in column_specs(TABLES[name]).items()} == {
        column: (kind, nullable, tuple(checks), metadata)
        for column, (kind, nullable, checks, metadata) in expected.items()
    }
    assert list(column_specs(TABLES[name])) == list(schema.columns)
    assert not any(specification.unique for specification in schema.columns.values())
    assert schema.name == name


@pytest.mark.parametrize("name", TABLES)
def test_numeric_columns_have_a_unit(name: str) -> None:
    """Every numeric column that is not a time has a unit in its metadata."""
    for field in arrow_schema(TABLES[name]):
        if not arrow.types.is_string(field.type) and field.type != arrow.bool_():
            is_time = arrow.types.is_temporal(field.type)
            assert is_time or field.metadata.get(b"unit"), f"{name}.{field.name} has no unit"


@pytest.mark.parametrize("name", TABLES)
def test_keys_name_columns_that_exist(name: str) -> None:
    """Primary keys, sort orders and foreign keys name existing columns of existing tables."""
    about = table_spec(TABLES[name])
    columns = set(arrow_schema(TABLES[name]).names)
    assert {*about["primary_key"], *about["sort_by"]} <= columns
    for key in about.get("foreign_keys", []):
        assert set(key["columns"]) <= columns
        assert set(key["references"]) <= set(arrow_schema(TABLES[key["table"]]).names)


def test_the_example_rows_are_valid() -> None:
    """The rows that the following tests damage have all columns and pass all checks."""
    assert list(OBSERVATION) == arrow_schema(Observations).names
    assert failing_checks(Observations, OBSERVATION) == []
    assert list(REPORT) == arrow_schema(Reports).names
    assert failing_checks(Reports, REPORT) == []


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        ({"char_end": 8}, "span_is_not_empty"),
        ({"char_end": 14}, "quote_fills_its_span"),
        ({"quote": "1235件"}, "quote_stands_in_its_sentence"),
        ({"period_start": 2020}, "period_is_in_order"),
        ({"period_start": None}, "period_is_in_order"),
        ({"value_high": 1234.0}, "range_is_in_order"),
        ({"direction": "up"}, "direction_goes_with_change"),
        ({"kind": "change_pct"}, "direction_goes_with_change"),
        ({"indicator_id": "gdp"}, "match_is_complete"),
        ({"match_method": "rule"}, "match_is_complete"),
        ({"relates_to": "rule_of_law/990100/2019#8"}, "relates_to_another"),
        ({"kind": "growth"}, "isin"),
        ({"qualifier": "about"}, "isin"),
        ({"modality": "planned"}, "isin"),
        ({"compared_with": "last_year"}, "str_matches"),
        ({"jurisdiction_code": "44180"}, "str_matches"),
        ({"value": float("nan")}, "greater_than_or_equal_to"),
        ({"value": float("inf")}, "less_than_or_equal_to"),
        ({"value": float("-inf")}, "greater_than_or_equal_to"),
        ({"rounding": 0.0}, "greater_than"),
        ({"value": None}, "not_nullable"),
        ({"value": "1234"}, "type"),
        ({"value": True}, "type"),
        ({"report_year": 2019.0}, "type"),
        ({"char_start": 2**31}, "type"),
        ({"subject": b"x"}, "type"),
        ({"subject": "\ud800"}, "type"),
    ],
)
def test_an_invalid_observation_fails_its_check(wrong: dict[str, Any], check: str) -> None:
    """Each impossible value of an observation fails the check that is responsible for it."""
    assert check in failing_checks(Observations, {**OBSERVATION, **wrong})


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        ({"covers_from": 2020}, "covers_years_in_order"),
        ({"report_year": 2020, "covers_from": 2020}, "report_id_is_of_its_parts"),
        ({"report_id": "rule_of_law/990100"}, "str_matches"),
        ({"jurisdiction_level": "village"}, "isin"),
        ({"fetched_at": RECEIVED.replace(tzinfo=None)}, "type"),
        ({"issued_on": RECEIVED}, "type"),
    ],
)
def test_an_invalid_report_fails_its_check(wrong: dict[str, Any], check: str) -> None:
    """Each impossible value of a report fails the check that is responsible for it."""
    assert check in failing_checks(Reports, {**REPORT, **wrong})


def test_docs_tables_is_in_step_with_the_models() -> None:
    """The data dictionary in the documentation equals what the models generate."""
    page = Path(REPO_ROOT / "docs" / "reference" / "tables.md").read_text("utf-8")
    assert page == tables_markdown(), "run `make tables`"


def test_descriptions_that_load_without_pandera_equal_the_models() -> None:
    """The generated descriptions of the tables equal those of the models."""
    assert table_descriptions() == describe_models(), "run `make tables`"
    assert DESCRIPTIONS.read_text("utf-8") == descriptions_json(), "run `make tables`"


def test_every_column_is_documented() -> None:
    """The data dictionary has a row for every column of every table."""
    page = tables_markdown()
    for model in TABLES.values():
        for field in arrow_schema(model):
            assert f"| `{field.name}` |" in page


def test_data_package_has_all_tables_with_keys() -> None:
    """The data package has every table with its keys, types, units and constraints."""
    resources = {entry["name"]: entry["schema"] for entry in datapackage()["resources"]}
    assert list(resources) == list(TABLES)
    observations = resources["observations"]
    assert observations["primaryKey"] == ["observation_id"]
    references = {tuple(key["fields"]): key["reference"] for key in observations["foreignKeys"]}
    assert references[("report_id",)] == {"resource": "reports", "fields": ["report_id"]}
    assert references[("relates_to",)] == {"resource": "", "fields": ["observation_id"]}
    fields = {field["name"]: field for field in observations["fields"]}
    assert fields["kind"]["constraints"]["enum"] == [
        "level",
        "share",
        "change_pct",
        "change_abs",
        "change_pp",
        "ratio",
        "rank",
    ]
    assert fields["value_high"]["missingValues"] == ["nan"]
    assert "missingValues" not in fields["value"]
    assert fields["report_year"] == {
        "name": "report_year",
        "type": "integer",
        "description": "year of the report",
        "unit": "year",
        "constraints": {"required": True, "minimum": 1900, "maximum": 2100},
    }
