"""The table `comparisons_wide`: one row per government and year, one column per indicator.

Its columns come from the catalog: a new indicator there is a new column here.
"""

from typing import Any, ClassVar, cast

from pandera.typing import Series

from schemas.forms import catalog_columns
from schemas.table import Double, Int16, Table, TableSpec, Text, column
from schemas.vocabulary import (
    BODY_ID,
    BODY_KINDS,
    FAMILIES,
    FIRST_YEAR,
    JURISDICTION_CODE,
    LARGEST_NUMBER,
    LAST_YEAR,
    SERIES_CODE,
)


class _Key(Table):
    """The columns before the indicators."""

    family: Series[Text] = column("family of the reports", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("the government, as a code of GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("its name")
    body_id: Series[Text] = column("the body that reports; empty for the government itself", str_matches=BODY_ID)
    body_name: Series[Text] = column("its name; empty for the government")
    body_kind: Series[Text] = column("its kind", one_of=BODY_KINDS)
    series_code: Series[Text] = column(
        "the code of the place through all renames, upgrades and recodes; see `places`", str_matches=SERIES_CODE
    )
    year: Series[Int16] = column("the year", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)


def _make() -> type[Table]:
    fields: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    for indicator_id, (description, unit) in catalog_columns().items():
        annotations[indicator_id] = Series[Double]
        fields[indicator_id] = column(description, unit=unit, nullable=True, ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "comparisons_wide"
        metadata: ClassVar[TableSpec] = {
            "title": "宽表",
            "primary_key": ["family", "jurisdiction_code", "body_id", "series_code", "year"],
            "sort_by": ["family", "jurisdiction_code", "body_id", "series_code", "year"],
        }

    body = {
        "__doc__": "One row per government, family and year; one column per indicator, null if no report states it. "
        "If an indicator has several scopes, a government has the one that it states in most years.",
        "__annotations__": annotations,
        "__module__": __name__,
        "Config": Config,
        **fields,
    }
    return cast("type[Table]", type("ComparisonsWide", (_Key,), body))


ComparisonsWide = _make()
