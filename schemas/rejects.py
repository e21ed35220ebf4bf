"""The table `rejects`: what could not become a row of another table, whole, with the reason."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Table, TableSpec, Text, column
from schemas.vocabulary import STAGES


class Rejects(Table):
    """One row a thing that was turned away, a whole snapshot or a single row, with the reason and, where there is one,
    what would mend it."""

    reject_id: Series[Text] = column("a hash of what is in the row", str_matches=r"^[0-9a-f]{16}(-\d+)?$")
    stage: Series[Text] = column("the step that turned it away", one_of=STAGES)
    source_url: Series[Text] = column("where the report came from; null where it is not known", nullable=True)
    raw_path: Series[Text] = column("the snapshot's path below the folder of raw files", nullable=True)
    report_id: Series[Text] = column("the report that the row was of; null where there is no report", nullable=True)
    table: Series[Text] = column("the table that the row was for; null for a whole snapshot", nullable=True)
    column_: Series[Text] = column(
        "the column that fails; null where it is the whole row", nullable=True, alias="column"
    )
    check: Series[Text] = column("the check that fails: a word", str_matches=r"^\S+$")
    reason: Series[Text] = column("what was seen and what would mend it", str_length={"min_value": 1})
    row: Series[Text] = column("the row as JSON; of a whole snapshot, what was given with it")

    class Config(Table.Config):
        name = "rejects"
        metadata: ClassVar[TableSpec] = {
            "title": "拒收",
            "primary_key": ["reject_id"],
            "sort_by": ["stage", "source_url", "reject_id"],
        }
