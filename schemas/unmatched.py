"""The table `unmatched`: numbers of a report that are not observations, with the rule that excluded them."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Int32, Table, TableSpec, Text, column, foreign_key, passes_or_null
from schemas.vocabulary import IDENTIFIER_WORD


class Unmatched(Table):
    """One row per number that was not taken: a year, a date, a name, or a number that no rule recognised."""

    report_id: Series[Text] = column("the report")
    char_start: Series[Int32] = column("start in `documents.text`", unit="characters", ge=0)
    char_end: Series[Int32] = column("end, exclusive", unit="characters", ge=0)
    quote: Series[Text] = column("characters of the number: `text[char_start:char_end]`", str_length={"min_value": 1})
    reason: Series[Text] = column("the rule that excluded the number", str_matches=IDENTIFIER_WORD)
    sentence: Series[Text] = column("the sentence of the number")
    section_id: Series[Text] = column("innermost section of the number; null before the first section", nullable=True)

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "unmatched"
        metadata: ClassVar[TableSpec] = {
            "title": "未采用的数字",
            "primary_key": ["report_id", "char_start"],
            "sort_by": ["report_id", "char_start", "char_end"],
            "foreign_keys": [foreign_key("report_id", "reports"), foreign_key("section_id", "sections")],
        }

    @pa.dataframe_check(description="`char_end` is not after `char_start`")
    def span_is_not_empty(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require the end of a span to be after its start."""
        return passes_or_null(frame["char_end"] > frame["char_start"])

    @pa.dataframe_check(description="the length of the quote differs from that of its span")
    def quote_fills_its_span(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require a quote of the length of its span."""
        return passes_or_null(frame["quote"].str.len() == frame["char_end"] - frame["char_start"])
