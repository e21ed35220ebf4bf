"""The table `promises`: what a report set for the next year, beside what the next report says was reached."""

from typing import ClassVar

from pandera.typing import Series

from schemas.comparisons import SAME_AS_UNIT, TARGET_KINDS, TARGET_MET, number
from schemas.table import Double, Int16, Table, TableSpec, Text, column, foreign_key
from schemas.vocabulary import (
    FAMILIES,
    FIRST_YEAR,
    INDICATOR_ID,
    JURISDICTION_CODE,
    LARGEST_NUMBER,
    LAST_YEAR,
    QUALIFIERS,
)


class Promises(Table):
    """One row a target that a report sets for the year after the one it reviews; the one that
    `comparisons` carries too."""

    promise_id: Series[Text] = column("`observation_id!indicator_id` of the promise")
    family: Series[Text] = column("the series of the report", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("the government in GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("its name")
    indicator_id: Series[Text] = column("the indicator", str_matches=INDICATOR_ID)
    indicator_name_zh: Series[Text] = column("its name in Chinese")
    scope: Series[Text] = column("the population that is a series of its own; empty where none is said")
    year: Series[Int16] = column("the year that the promise is for", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    target_kind: Series[Text] = column("a level, a share or a growth", one_of=TARGET_KINDS)
    target_value: Series[Double] = column(
        "the promise; of a range, its low end", unit=SAME_AS_UNIT, ge=-LARGEST_NUMBER, le=LARGEST_NUMBER
    )
    target_value_high: Series[Double] = number("of a range, its high end")
    target_qualifier: Series[Text] = column("不低于, 左右, …", one_of=QUALIFIERS)
    target_quote: Series[Text] = column("the characters of the promise")
    unit: Series[Text] = column("the unit of target and actual value: `%` for a growth; empty where there is none")
    actual_value: Series[Double] = number("what the year's own report states; null where it is silent")
    actual_qualifier: Series[Text] = column("how that bounds the truth", nullable=True, one_of=QUALIFIERS)
    actual_quote: Series[Text] = column("the characters of the actual value", nullable=True)
    target_met: Series[Text] = column(
        "whether the promise was kept; null where the year's report is silent", nullable=True, one_of=TARGET_MET
    )
    target_report_id: Series[Text] = column("the report that promised")
    actual_report_id: Series[Text] = column("the report that states the actual value", nullable=True)
    target_observation_id: Series[Text] = column("where the promise stands")
    actual_observation_id: Series[Text] = column("where the actual value stands", nullable=True)

    class Config(Table.Config):
        name = "promises"
        metadata: ClassVar[TableSpec] = {
            "title": "目标",
            "primary_key": ["promise_id"],
            "sort_by": ["promise_id"],
            "foreign_keys": [
                foreign_key("indicator_id", "indicators"),
                foreign_key("target_report_id", "reports", "report_id"),
                foreign_key("actual_report_id", "reports", "report_id"),
                foreign_key("target_observation_id", "observations", "observation_id"),
                foreign_key("actual_observation_id", "observations", "observation_id"),
            ],
        }
