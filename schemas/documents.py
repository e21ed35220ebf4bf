"""The table `documents`: the text of each report, to which all offsets refer."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Table, TableSpec, Text, column, foreign_key


class Documents(Table):
    """The own text of each report: white space is normalised, boilerplate is removed, nothing else is changed."""

    report_id: Series[Text] = column("the report")
    text: Series[Text] = column("the text; each paragraph is a line; all offsets count its Unicode characters")

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "documents"
        metadata: ClassVar[TableSpec] = {
            "title": "正文",
            "primary_key": ["report_id"],
            "sort_by": ["report_id"],
            "foreign_keys": [foreign_key("report_id", "reports")],
        }
