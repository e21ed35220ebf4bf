"""The table `corrections`: what manual corrections changed, and why."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Table, TableSpec, Text, column, foreign_key

ACTIONS = ("confirm", "drop", "override", "scale", "rename")


class Corrections(Table):
    """One row per field of an observation that a manual correction changed; if dropped or confirmed, its value."""

    correction_id: Series[Text] = column("`observation_id!field`, `-2` for the second change of it")
    report_id: Series[Text] = column("the report")
    observation_id: Series[Text] = column("the observation; no longer in its table if `action` is `drop`")
    action: Series[Text] = column("what the correction did", one_of=ACTIONS)
    field: Series[Text] = column("the changed column")
    old_value: Series[Text] = column("previous value as text; null if none", nullable=True)
    new_value: Series[Text] = column("new value as text; null if dropped, the old one if confirmed", nullable=True)
    quote: Series[Text] = column("characters of the corrected number")
    reason: Series[Text] = column("why the correction was made", str_length={"min_value": 1})
    corrected_by: Series[Text] = column("who made it", str_length={"min_value": 1})
    source: Series[Text] = column("file and line of the correction")

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "corrections"
        metadata: ClassVar[TableSpec] = {
            "title": "更正",
            "primary_key": ["correction_id"],
            "sort_by": ["correction_id"],
            "foreign_keys": [foreign_key("report_id", "reports")],
        }
