"""What every table's model shares: column types, the column's specification, keys, and the Arrow schema they make.

A table is one pandera model. Its annotations are Arrow types, its fields carry description, unit and checks, its
Config the keys and the order of rows; the Arrow schema here, and the dictionary in `nianbao.tables.dictionary`, read
only that.
"""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, NotRequired, TypedDict, cast

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow

Text = Annotated[pd.ArrowDtype, arrow.string()]
Int16 = Annotated[pd.ArrowDtype, arrow.int16()]
Int32 = Annotated[pd.ArrowDtype, arrow.int32()]
Int64 = Annotated[pd.ArrowDtype, arrow.int64()]
Double = Annotated[pd.ArrowDtype, arrow.float64()]
Bool = Annotated[pd.ArrowDtype, arrow.bool_()]
Date = Annotated[pd.ArrowDtype, arrow.date32()]
Instant = Annotated[pd.ArrowDtype, arrow.timestamp("us", tz="UTC")]


class ForeignKey(TypedDict):
    """Columns of this table that name a row of another."""

    columns: list[str]
    table: str
    references: list[str]


class TableSpec(TypedDict):
    """What `Config.metadata` of a table holds. `sort_by` is the order of rows, and decides it wholly."""

    title: str
    primary_key: list[str]
    sort_by: list[str]
    foreign_keys: NotRequired[list[ForeignKey]]


def column(description: str, *, unit: str | None = None, one_of: Iterable[str] | None = None, **checks: Any) -> Any:
    """One column: what it means, the unit of its numbers (None where it has none) and what its values must satisfy."""
    if one_of is not None:
        checks["isin"] = list(one_of)
    return pa.Field(description=description, metadata={"unit": unit} if unit else {}, **checks)


def foreign_key(column_name: str, table: str, references: str | None = None) -> ForeignKey:
    """A key of one column; it references the column of the same name where no other is named."""
    return {"columns": [column_name], "table": table, "references": [references or column_name]}


class Table(pa.DataFrameModel):
    """The base of all tables: exactly these columns, in this order, under a key that is never given twice."""

    class Config:
        strict: ClassVar[bool] = True
        ordered: ClassVar[bool] = True
        metadata: ClassVar[TableSpec]

    @pa.dataframe_check(description="another row above it has the same key")
    def primary_key_is_unique(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        return ~frame.duplicated(subset=table_spec(cast(type[Table], cls))["primary_key"])


def passes_or_null(condition: Any) -> "pd.Series[bool]":
    """A row check's answer as plain bools; where a null leaves it open, the row passes."""
    return cast("pd.Series[bool]", condition.fillna(True).astype(bool))


def table_spec(model: type[Table]) -> TableSpec:
    """The keys and order of a table."""
    return model.Config.metadata


def arrow_schema(model: type[Table]) -> arrow.Schema:
    """The Arrow schema of a table; every field carries `description` and, where there is one, `unit`."""
    schema = model.to_schema()
    fields = []
    for name, specification in schema.columns.items():
        metadata = {"description": str(specification.description), **(specification.metadata or {})}
        kind = specification.dtype.type.pyarrow_dtype
        fields.append(arrow.field(name, kind, nullable=specification.nullable, metadata=metadata))
    about = table_spec(model)
    return arrow.schema(
        fields,
        metadata={
            "table": schema.name,
            "title": about["title"],
            "description": describe(model),
            "primary_key": ",".join(about["primary_key"]),
        },
    )


def describe(model: type[Table]) -> str:
    """The table's own words for itself: its docstring on one line."""
    return " ".join((model.__doc__ or "").split())
