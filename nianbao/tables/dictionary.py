"""The data dictionary, derived from the schemas alone: `docs/reference/tables.md` for people, a data package for programs."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as arrow

from schemas import TABLES, Table, arrow_schema, describe, table_spec

_FRICTIONLESS_TYPES = {
    arrow.string(): {"type": "string"},
    arrow.int16(): {"type": "integer"},
    arrow.int32(): {"type": "integer"},
    arrow.int64(): {"type": "integer"},
    arrow.float64(): {"type": "number"},
    arrow.bool_(): {"type": "boolean"},
    arrow.date32(): {"type": "date"},
    arrow.timestamp("us", tz="UTC"): {"type": "datetime"},
}


def datapackage() -> dict[str, Any]:
    """The tables as a Frictionless data package, with descriptions, closed vocabularies and keys."""
    return {
        "profile": "data-package",
        "name": "nianbao",
        "title": "年报 nianbao",
        "description": "Yearly reports of Chinese governments as tables; every number leads back to its characters.",
        "resources": [_resource(name, model) for name, model in TABLES.items()],
    }


def datapackage_json() -> str:
    """The data package as it is published beside the tables."""
    return json.dumps(datapackage(), ensure_ascii=False, indent=2) + "\n"


def tables_markdown() -> str:
    """`docs/reference/tables.md`: each table with its keys, each column with type, nulls, unit, allowed values, meaning."""
    parts = [
        "# The tables",
        "",
        "Written by `nianbao tables --write docs/reference/tables.md` from the models in `schemas/`; edit those, not this page.",
        "",
        "Each table is a Parquet file in `data/curated/`. Nothing is filled with 0: a null means what its column says.",
    ]
    for name, model in TABLES.items():
        about = table_spec(model)
        parts += ["", f"## {name} · {about['title']}", "", describe(model), ""]
        parts.append(f"Key: {_listed(about['primary_key'])}. Rows in the order of {_listed(about['sort_by'])}.")
        for key in about.get("foreign_keys", []):
            parts.append(f"{_listed(key['columns'])} is {_listed(key['references'])} of `{key['table']}`.")
        parts += ["", "| column | type | null | unit | values | meaning |", "| --- | --- | --- | --- | --- | --- |"]
        specifications = model.to_schema().columns
        for field in arrow_schema(model):
            cells = [
                f"`{field.name}`",
                str(field.type).replace("[day]", "").replace("[us, tz=UTC]", "[us, UTC]"),
                "yes" if field.nullable else "",
                (field.metadata.get(b"unit") or b"").decode(),
                _allowed(specifications[field.name]),
                field.metadata[b"description"].decode(),
            ]
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(parts) + "\n"


def _resource(name: str, model: type[Table]) -> dict[str, Any]:
    about = table_spec(model)
    schema: dict[str, Any] = {
        "fields": [_field(field, model.to_schema().columns[field.name]) for field in arrow_schema(model)],
        "primaryKey": about["primary_key"],
        # An empty text is a value here (no scope, no unit); without this, programs take it for a missing one.
        "missingValues": [],
    }
    foreign = [
        # Frictionless names the table itself by an empty string.
        {
            "fields": key["columns"],
            "reference": {"resource": "" if key["table"] == name else key["table"], "fields": key["references"]},
        }
        for key in about.get("foreign_keys", [])
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "name": name,
        "title": about["title"],
        "description": describe(model),
        "path": f"{name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": schema,
    }


def _field(field: arrow.Field, specification: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": field.name, **_FRICTIONLESS_TYPES[field.type]}
    entry["description"] = field.metadata[b"description"].decode()
    if unit := (field.metadata.get(b"unit") or b"").decode():
        entry["unit"] = unit
    constraints: dict[str, Any] = {} if field.nullable else {"required": True}
    for check in specification.checks:
        told = check.statistics
        if check.name == "isin":
            constraints["enum"] = list(told["allowed_values"])
        elif check.name == "str_matches":
            constraints["pattern"] = getattr(told["pattern"], "pattern", told["pattern"])
        elif check.name == "greater_than_or_equal_to":
            constraints["minimum"] = told["min_value"]
        elif check.name == "less_than_or_equal_to":
            constraints["maximum"] = told["max_value"]
    if constraints:
        entry["constraints"] = constraints
    return entry


def _allowed(specification: Any) -> str:
    for check in specification.checks:
        if check.name == "isin":
            return ", ".join(f"`{value}`" for value in check.statistics["allowed_values"])
    return ""


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
