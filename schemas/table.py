"""The base of all table models: column types, column specifications, keys, and the Arrow schema derived from them.

A table is one pandera model. Its annotations are Arrow types; its fields have a description, unit and checks; its
Config has the keys and the order of rows. The Arrow schema and the data dictionary are derived from the model alone.
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
    """Columns of this table that identify a row of another."""

    columns: list[str]
    table: str
    references: list[str]


class TableSpec(TypedDict):
    """The content of `Config.metadata` of a table. `sort_by` must determine the order of rows completely."""

    title: str
    primary_key: list[str]
    sort_by: list[str]
    foreign_keys: NotRequired[list[ForeignKey]]


def column(description: str, *, unit: str | None = None, one_of: Iterable[str] | None = None, **checks: Any) -> Any:
    """Declare a column: its meaning, the unit of its numbers if any, and the checks on its values."""
    if one_of is not None:
        checks["isin"] = list(one_of)
    return pa.Field(description=description, metadata={"unit": unit} if unit else {}, **checks)


def foreign_key(column_name: str, table: str, references: str | None = None) -> ForeignKey:
    """Declare a foreign key of one column, by default to the column of the same name."""
    return {"columns": [column_name], "table": table, "references": [references or column_name]}


class Table(pa.DataFrameModel):
    """The base of all tables: exactly the declared columns, in order, and a unique primary key."""

    class Config:
        """Settings that all tables share."""

        strict: ClassVar[bool] = True
        ordered: ClassVar[bool] = True
        metadata: ClassVar[TableSpec]

    @pa.dataframe_check(description="an earlier row has the same key")
    def primary_key_is_unique(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Reject rows with a key that occurred before."""
        return ~frame.duplicated(subset=table_spec(cast(type[Table], cls))["primary_key"])


def passes_or_null(condition: Any) -> "pd.Series[bool]":
    """Return the result of a row check as plain bools; rows where it is null pass."""
    return cast("pd.Series[bool]", condition.fillna(True).astype(bool))


def table_spec(model: type[Table]) -> TableSpec:
    """Return the keys and the row order of a table."""
    return model.Config.metadata


def arrow_schema(model: type[Table]) -> arrow.Schema:
    """Return the Arrow schema of a table; the metadata of each field has `description` and, if any, `unit`."""
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
    """Return the description of a table: its docstring on one line."""
    return " ".join((model.__doc__ or "").split())
