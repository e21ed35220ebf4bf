"""The table `reports`: one row per report, with its origin and the years it covers."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Bool, Date, Instant, Int16, Int32, Table, TableSpec, Text, column, passes_or_null
from schemas.vocabulary import (
    BODY_ID,
    BODY_KINDS,
    FAMILIES,
    FIRST_YEAR,
    JURISDICTION_CODE,
    LAST_YEAR,
    LEVELS,
    MEDIA_TYPES,
    REPORT_ID,
    SERIES_CODE,
    SHA256,
)


class Reports(Table):
    """One row per report.

    A text that was imported twice is one report. The id of a second report of the same government, family and year ends
    in `-2`.
    """

    report_id: Series[Text] = column(
        "`family/jurisdiction_code/report_year`; `.body_id` after the code for a body, `-2` for a second report",
        str_matches=REPORT_ID,
    )
    family: Series[Text] = column("family of the report", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("the government, as a code of GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("name of the government, 清远市", str_length={"min_value": 1})
    jurisdiction_level: Series[Text] = column("administrative level of the government", one_of=LEVELS)
    province_name: Series[Text] = column("province of the government; null for the country", nullable=True)
    body_id: Series[Text] = column(
        "who reports within the jurisdiction: empty for its government, else a slug (`sfj`)", str_matches=BODY_ID
    )
    body_name: Series[Text] = column("its name within the jurisdiction, 司法局; empty for the government")
    body_kind: Series[Text] = column("what kind of body it is", one_of=BODY_KINDS)
    series_code: Series[Text] = column(
        "code of the place through all renames, upgrades and recodes; see `places`", str_matches=SERIES_CODE
    )
    issuer: Series[Text] = column("the body that signs the report; null if not stated", nullable=True)
    report_year: Series[Int16] = column(
        "last calendar year that the report reviews in full; not the year of delivery",
        unit="year",
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    covers_from: Series[Int16] = column(
        "first year that the report reviews; before `report_year` if a whole term is reviewed",
        unit="year",
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    covers_beyond: Series[Bool] = column("whether it also covers some months of the year after `report_year`")
    title: Series[Text] = column("title in one line; null if the report has none", nullable=True)
    document_number: Series[Text] = column("发文字号, 清府〔2020〕2号; null if none", nullable=True)
    issued_on: Series[Date] = column("date of signature or delivery; null if not stated", nullable=True)
    published_at: Series[Instant] = column("publication time according to the page; null if not stated", nullable=True)
    source_url: Series[Text] = column("address of the report; for a local file `file:` and its name")
    raw_path: Series[Text] = column("path of the snapshot below the raw folder")
    raw_sha256: Series[Text] = column("SHA-256 of the bytes of the snapshot", str_matches=SHA256)
    media_type: Series[Text] = column("media type of the bytes", one_of=MEDIA_TYPES)
    encoding: Series[Text] = column("character encoding of the bytes")
    fetched_at: Series[Instant] = column("time at which the bytes were received")
    n_characters: Series[Int32] = column("length of `documents.text`", unit="characters", ge=0)
    n_sections: Series[Int32] = column("number of its rows in `sections`", unit="rows", ge=0)
    n_observations: Series[Int32] = column("number of its rows in `observations`", unit="rows", ge=0)
    reader_version: Series[Text] = column("version of the code and data that read the report")

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "reports"
        metadata: ClassVar[TableSpec] = {
            "title": "报告",
            "primary_key": ["report_id"],
            "sort_by": ["report_id"],
        }

    @pa.dataframe_check(description="`covers_from` is after `report_year`")
    def covers_years_in_order(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require the first year covered not to be after the report year."""
        return passes_or_null(frame["covers_from"] <= frame["report_year"])

    @pa.dataframe_check(description="`report_id` does not begin with family, jurisdiction code and year")
    def report_id_is_of_its_parts(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require an id that begins with family, jurisdiction code and year."""
        body = frame["body_id"].astype(str).str.replace("^(?=.)", ".", regex=True)
        parts = frame["family"] + "/" + frame["jurisdiction_code"] + body + "/" + frame["report_year"].astype(str)
        return passes_or_null(frame["report_id"].str.replace(r"-\d+$", "", regex=True).astype(str) == parts.astype(str))
