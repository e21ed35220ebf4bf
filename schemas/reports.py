"""The table `reports`: one row a report, with where it came from and what it covers."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Bool, Date, Instant, Int16, Int32, Table, TableSpec, Text, column, passes_or_null
from schemas.vocabulary import (
    FAMILIES,
    FIRST_YEAR,
    JURISDICTION_CODE,
    LAST_YEAR,
    LEVELS,
    MEDIA_TYPES,
    REPORT_ID,
    SHA256,
)


class Reports(Table):
    """One row a report. A text that was taken in twice is one report; a second report of the same government, family
    and year ends in `-2`."""

    report_id: Series[Text] = column("`family/jurisdiction_code/report_year`, `-2` for a second", str_matches=REPORT_ID)
    family: Series[Text] = column("the report series", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("the government's territory in GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("its name, 清远市", str_length={"min_value": 1})
    jurisdiction_level: Series[Text] = column("its level in the administrative order", one_of=LEVELS)
    province_name: Series[Text] = column("the province it lies in; null for the country", nullable=True)
    issuer: Series[Text] = column("the body that signs the report; null where the report names none", nullable=True)
    report_year: Series[Int16] = column(
        "the last calendar year that it reviews in full, not the year it was delivered",
        unit="year",
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    covers_from: Series[Int16] = column(
        "the first year that it reviews; earlier than `report_year` where a congress's whole term is reviewed",
        unit="year",
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    covers_beyond: Series[Bool] = column("whether it also tells some months of the year after `report_year`")
    title: Series[Text] = column("the report's title in one line; null where it shows none", nullable=True)
    document_number: Series[Text] = column("发文字号, 清府〔2020〕2号; null where there is none", nullable=True)
    issued_on: Series[Date] = column("the day it was signed or delivered; null where it does not say", nullable=True)
    published_at: Series[Instant] = column("when the page says it was published; null where it does not", nullable=True)
    source_url: Series[Text] = column("the address it came from; of a local file `file:` and its name")
    raw_path: Series[Text] = column("the snapshot's path below the folder of raw files")
    raw_sha256: Series[Text] = column("the SHA-256 of the snapshot's bytes", str_matches=SHA256)
    media_type: Series[Text] = column("what the bytes are", one_of=MEDIA_TYPES)
    encoding: Series[Text] = column("the character encoding that the bytes were decoded with")
    fetched_at: Series[Instant] = column("when the bytes were received")
    n_characters: Series[Int32] = column("the length of `documents.text`", unit="characters", ge=0)
    n_sections: Series[Int32] = column("its rows in `sections`", unit="rows", ge=0)
    n_observations: Series[Int32] = column("its rows in `observations`", unit="rows", ge=0)
    reader_version: Series[Text] = column("the version of the code and the lexicons that read it")

    class Config(Table.Config):
        name = "reports"
        metadata: ClassVar[TableSpec] = {
            "title": "报告",
            "primary_key": ["report_id"],
            "sort_by": ["report_id"],
        }

    @pa.dataframe_check(description="`covers_from` is after `report_year`")
    def covers_years_in_order(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        return passes_or_null(frame["covers_from"] <= frame["report_year"])

    @pa.dataframe_check(description="`report_id` does not begin with its parts")
    def report_id_is_of_its_parts(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        parts = frame["family"] + "/" + frame["jurisdiction_code"] + "/" + frame["report_year"].astype(str)
        return passes_or_null(frame["report_id"].str.replace(r"-\d+$", "", regex=True).astype(str) == parts.astype(str))
