"""Describe every table and column without loading the models, from a file that is generated from them.

pandera and pandas take seconds to import. Whatever only needs names, keys, types or descriptions reads
`descriptions.json`; `python -m schemas.descriptions` writes it, and a test compares it with the models.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from schemas.forms import catalog_columns
from schemas.vocabulary import FAMILIES, LARGEST_NUMBER

DESCRIPTIONS = Path(__file__).with_name("descriptions.json")
# The families are data. The file holds this word in place of them, so that it does not depend on `families.yaml`.
_FAMILIES = "<families>"


class Reference(TypedDict):
    """A foreign key: columns of this table that identify a row of another."""

    columns: list[str]
    table: str
    references: list[str]


class ColumnDescription(TypedDict):
    """One column: its Arrow type, whether it may be null, its unit, its meaning and the values that it allows."""

    name: str
    type: str
    nullable: bool
    unit: str
    description: str
    allowed: NotRequired[list[str]]
    pattern: NotRequired[str]
    minimum: NotRequired[float]
    maximum: NotRequired[float]


class TableDescription(TypedDict):
    """One table: its title, meaning, keys, row order and columns."""

    name: str
    title: str
    description: str
    primary_key: list[str]
    sort_by: list[str]
    foreign_keys: list[Reference]
    columns: list[ColumnDescription]


@cache
def table_keys() -> dict[str, list[str]]:
    """Return the primary key of every table by name, in the order of publication."""
    return {table["name"]: table["primary_key"] for table in _read()}


@cache
def table_descriptions() -> dict[str, TableDescription]:
    """Return the description of every table by name, in the order of publication; reads the catalog."""
    tables = {table["name"]: table for table in _read()}
    tables["comparisons_wide"]["columns"] += [
        {
            "name": indicator_id,
            "type": "double",
            "nullable": True,
            "unit": unit,
            "description": description,
            "minimum": -LARGEST_NUMBER,
            "maximum": LARGEST_NUMBER,
        }
        for indicator_id, (description, unit) in catalog_columns().items()
    ]
    return tables


def _read() -> list[TableDescription]:
    families = list(FAMILIES)
    text = DESCRIPTIONS.read_text("utf-8").replace(json.dumps([_FAMILIES]), json.dumps(families))
    tables: list[TableDescription] = json.loads(text.replace(_FAMILIES, "|".join(families)))
    return tables


def describe_models() -> dict[str, TableDescription]:
    """Return the same descriptions from the models; imports pandera."""
    from schemas.table import column_specs
    from schemas.tables import TABLES, arrow_schema, describe, table_spec

    tables: dict[str, TableDescription] = {}
    for name, model in TABLES.items():
        spec, columns = table_spec(model), column_specs(model)
        tables[name] = {
            "name": name,
            "title": spec["title"],
            "description": describe(model),
            "primary_key": spec["primary_key"],
            "sort_by": spec["sort_by"],
            "foreign_keys": [
                {"columns": key["columns"], "table": key["table"], "references": key["references"]}
                for key in spec.get("foreign_keys", [])
            ],
            "columns": [_describe_column(field, columns[field.name].checks) for field in arrow_schema(model)],
        }
    return tables


def descriptions_json() -> str:
    """Return the text of `descriptions.json`, generated from the models; the catalog is not part of it."""
    families = list(FAMILIES)
    tables = describe_models()
    wide = tables["comparisons_wide"]
    wide["columns"] = [column for column in wide["columns"] if column["name"] not in catalog_columns()]
    text = json.dumps(list(tables.values()), ensure_ascii=False)
    text = text.replace(json.dumps(families), json.dumps([_FAMILIES])).replace("|".join(families), _FAMILIES)
    # One column per line keeps diffs readable.
    return text.replace(' {"name"', '\n{"name"').replace('[{"name"', '[\n{"name"') + "\n"


def _describe_column(field: Any, checks: Any) -> ColumnDescription:
    column: ColumnDescription = {
        "name": field.name,
        "type": str(field.type),
        "nullable": field.nullable,
        "unit": (field.metadata.get(b"unit") or b"").decode(),
        "description": field.metadata[b"description"].decode(),
    }
    for check in checks:
        values = check.statistics
        if check.name == "isin":
            column["allowed"] = list(values["allowed_values"])
        elif check.name == "str_matches":
            column["pattern"] = getattr(values["pattern"], "pattern", values["pattern"])
        elif check.name == "greater_than_or_equal_to":
            column["minimum"] = values["min_value"]
        elif check.name == "less_than_or_equal_to":
            column["maximum"] = values["max_value"]
    return column


if __name__ == "__main__":
    DESCRIPTIONS.write_text(descriptions_json(), "utf-8")
    sys.stdout.write(f"{DESCRIPTIONS.name}: written\n")
