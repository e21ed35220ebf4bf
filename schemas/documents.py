"""The table `documents`: the text of each report, the one that all offsets count in."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Table, TableSpec, Text, column, foreign_key


class Documents(Table):
    """Every character of the report's own text: white space normalised, page chrome gone, nothing else changed."""

    report_id: Series[Text] = column("the report")
    text: Series[Text] = column("the text; paragraphs are lines; all offsets count its Unicode characters")

    class Config(Table.Config):
        name = "documents"
        metadata: ClassVar[TableSpec] = {
            "title": "正文",
            "primary_key": ["report_id"],
            "sort_by": ["report_id"],
            "foreign_keys": [foreign_key("report_id", "reports")],
        }
