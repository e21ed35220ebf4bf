"""The table `rejects`: what could not become a row of another table, with the reason."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Table, TableSpec, Text, column
from schemas.vocabulary import STAGES


class Rejects(Table):
    """One row per rejected snapshot or row, with the reason and, where possible, how to fix it."""

    reject_id: Series[Text] = column("hash of the content of the row", str_matches=r"^[0-9a-f]{16}(-\d+)?$")
    stage: Series[Text] = column("the step that rejected it", one_of=STAGES)
    source_url: Series[Text] = column("origin of the report; null if unknown", nullable=True)
    raw_path: Series[Text] = column("path of the snapshot below the raw folder", nullable=True)
    report_id: Series[Text] = column("report of the row; null if there is no report", nullable=True)
    table: Series[Text] = column("table of the row; null for a whole snapshot", nullable=True)
    column_: Series[Text] = column("the column that failed; null for the whole row", nullable=True, alias="column")
    check: Series[Text] = column("the check that failed, in one word", str_matches=r"^\S+$")
    reason: Series[Text] = column("what is wrong and how to fix it", str_length={"min_value": 1})
    row: Series[Text] = column("the row as JSON; for a whole snapshot, the hints supplied with it")

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "rejects"
        metadata: ClassVar[TableSpec] = {
            "title": "拒收",
            "primary_key": ["reject_id"],
            "sort_by": ["stage", "source_url", "reject_id"],
        }
