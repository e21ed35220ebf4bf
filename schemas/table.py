"""The base of all table models: column types, column specifications, keys, and the Arrow schema derived from them.

A table is one pandera model. Its annotations are Arrow types; its fields have a description, unit and checks; its
Config has the keys and the order of rows. The Arrow schema and the data dictionary are derived from the model alone.
"""

from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, NotRequired, TypedDict, cast, get_args, get_type_hints

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
from pandera.api.dataframe.model_components import FieldInfo

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

        name: ClassVar[str]
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


class ColumnSpec(NamedTuple):
    """A column as its model declares it."""

    type: arrow.DataType
    nullable: bool
    checks: tuple[pa.Check, ...]
    metadata: dict[str, str]


@cache
def column_specs(model: type[Table]) -> dict[str, ColumnSpec]:
    """Return the columns of a table by name, in order.

    They are read from the declarations, because `model.to_schema()` takes a second for the wide table and imports Dask;
    only a table with invalid rows needs it.
    """
    declared = {
        name: field
        for ancestor in reversed(model.__mro__)
        for name, field in vars(ancestor).items()
        if isinstance(field, FieldInfo)
    }
    hints = get_type_hints(model, include_extras=True)
    specs = {}
    for name in (name for name in hints if name in declared):
        (annotated,) = get_args(hints[name])
        field = declared[name]
        checks = field.checks if isinstance(field.checks, list) else [field.checks]
        metadata = {"description": str(field.description), **(field.metadata or {})}
        specs[field.alias or name] = ColumnSpec(
            annotated.__metadata__[0], bool(field.nullable), tuple(checks), metadata
        )
    return specs


def table_name(model: type[Table]) -> str:
    """Return the name of a table, which is also that of its file."""
    return model.Config.name


def table_spec(model: type[Table]) -> TableSpec:
    """Return the keys and the row order of a table."""
    return model.Config.metadata


@cache
def arrow_schema(model: type[Table]) -> arrow.Schema:
    """Return the Arrow schema of a table; the metadata of each field has `description` and, if any, `unit`."""
    fields = [
        arrow.field(name, column.type, nullable=column.nullable, metadata=column.metadata)
        for name, column in column_specs(model).items()
    ]
    about = table_spec(model)
    return arrow.schema(
        fields,
        metadata={
            "table": table_name(model),
            "title": about["title"],
            "description": describe(model),
            "primary_key": ",".join(about["primary_key"]),
        },
    )


def describe(model: type[Table]) -> str:
    """Return the description of a table: its docstring on one line, which `python -OO` leaves out."""
    if model.__doc__ is None:
        from schemas.descriptions import table_descriptions

        return table_descriptions()[table_name(model)]["description"]
    return " ".join(model.__doc__.split())
