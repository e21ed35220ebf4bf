"""The table `places`: administrative units, development zones, towns and subdistricts, and when they were so called."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Bool, Int16, Table, TableSpec, Text, column, passes_or_null
from schemas.vocabulary import FIRST_YEAR, JURISDICTION_CODE, LAST_YEAR, SERIES_CODE

PLACE_KINDS = ("country", "province", "city", "county", "zone", "township")


class Places(Table):
    """One row per place and name; a code that was reassigned to another place has two rows.

    Units of GB/T 2260 have the years of their code and name, development zones the government above them; towns and
    subdistricts are those of 2023.
    """

    place_id: Series[Text] = column("`code/name`; of a zone or a town `parent_code/name`")
    code: Series[Text] = column(
        "its code in GB/T 2260; null for zones and towns, which have none", nullable=True, str_matches=JURISDICTION_CODE
    )
    name: Series[Text] = column("its name in full")
    kind: Series[Text] = column("its level, or `zone`, or `township` (subdistricts too)", one_of=PLACE_KINDS)
    parent_code: Series[Text] = column(
        "the unit above it; null for the country", nullable=True, str_matches=JURISDICTION_CODE
    )
    province_name: Series[Text] = column("its province; null for the country", nullable=True)
    first_year: Series[Int16] = column(
        "the first year of this code and name; null where it is before 1980 or not known",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    last_year: Series[Int16] = column(
        "the last year of this code and name; null if it is still in use",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    series_code: Series[Text] = column(
        "the code that it has today, or had last, through renames, upgrades and recodes; `-` and the last year where "
        "that code now belongs to another place; for zones and towns that of the unit above",
        str_matches=SERIES_CODE,
    )
    invented: Series[Bool] = column("whether it serves the bundled examples and does not exist")

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "places"
        metadata: ClassVar[TableSpec] = {"title": "地方", "primary_key": ["place_id"], "sort_by": ["place_id"]}

    @pa.dataframe_check(description="a place does not end before it begins")
    def begins_before_it_ends(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require the first year not to be after the last."""
        return passes_or_null(frame["first_year"] <= frame["last_year"])

    @pa.dataframe_check(description="units have a code, zones and towns have none")
    def only_units_have_a_code(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require a code exactly for administrative units."""
        return passes_or_null(frame["code"].isna() == frame["kind"].isin(["zone", "township"]))
