"""The table `sections`: the numbered parts of each report."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Int16, Int32, Table, TableSpec, Text, column, foreign_key, passes_or_null
from schemas.vocabulary import SECTION_ROLES


class Sections(Table):
    """One row per numbered part of a report; a part contains its sub-parts, so spans nest."""

    report_id: Series[Text] = column("the report")
    section_id: Series[Text] = column("`report_id/§path`, with `~2` for a second section with the same path")
    path: Series[Text] = column("numbers from the outermost section, `一/（二）/三是`", str_length={"min_value": 1})
    level: Series[Int16] = column("depth of the path", unit="steps", ge=1)
    heading: Series[Text] = column("heading without the number; empty if none")
    char_start: Series[Int32] = column("start in `documents.text`", unit="characters", ge=0)
    char_end: Series[Int32] = column("end, exclusive", unit="characters", ge=0)
    role: Series[Text] = column(
        "what it does: `review` one year, `review_of_years` several, `plan` the next year, set `goals` for years to "
        "come, explain terms (`glossary`), list tasks (`task_list`) or their results (`done_list`), or stand behind",
        one_of=SECTION_ROLES,
    )

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "sections"
        metadata: ClassVar[TableSpec] = {
            "title": "章节",
            "primary_key": ["section_id"],
            "sort_by": ["report_id", "char_start", "level", "section_id"],
            "foreign_keys": [foreign_key("report_id", "reports")],
        }

    @pa.dataframe_check(description="`char_end` is not after `char_start`")
    def span_is_not_empty(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require the end of a span to be after its start."""
        return passes_or_null(frame["char_end"] > frame["char_start"])
