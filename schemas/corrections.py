"""The table `corrections`: what a hand-written correction changed, and why."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Table, TableSpec, Text, column, foreign_key

ACTIONS = ("drop", "override", "scale", "rename")


class Corrections(Table):
    """One row a field that `config/corrections/*.yaml` changed in an observation; of a dropped one, its value."""

    correction_id: Series[Text] = column("`observation_id!field`")
    report_id: Series[Text] = column("the report")
    observation_id: Series[Text] = column("the observation; no longer in its table where `action` is `drop`")
    action: Series[Text] = column("what was done", one_of=ACTIONS)
    field: Series[Text] = column("the column that changed")
    old_value: Series[Text] = column("what stood there, as text; null where nothing", nullable=True)
    new_value: Series[Text] = column("what stands there now, as text; null where dropped", nullable=True)
    quote: Series[Text] = column("the characters that the correction is about")
    reason: Series[Text] = column("why it was made", str_length={"min_value": 1})
    corrected_by: Series[Text] = column("who made it", str_length={"min_value": 1})
    source: Series[Text] = column("the file and line of the correction")

    class Config(Table.Config):
        name = "corrections"
        metadata: ClassVar[TableSpec] = {
            "title": "更正",
            "primary_key": ["correction_id"],
            "sort_by": ["correction_id"],
            "foreign_keys": [foreign_key("report_id", "reports")],
        }
