"""The table `promises`: targets for the next year, with the result from the next report."""

from typing import ClassVar

from pandera.typing import Series

from schemas.comparisons import SAME_AS_UNIT, TARGET_KINDS, TARGET_MET, number
from schemas.table import Double, Int16, Table, TableSpec, Text, column, foreign_key
from schemas.vocabulary import (
    BODY_ID,
    BODY_KINDS,
    FAMILIES,
    FIRST_YEAR,
    INDICATOR_ID,
    JURISDICTION_CODE,
    LARGEST_NUMBER,
    LAST_YEAR,
    QUALIFIERS,
    SERIES_CODE,
)


class Promises(Table):
    """One row per target that a report sets for the year after the one it reviews, as in `comparisons`."""

    promise_id: Series[Text] = column("`observation_id!indicator_id` of the promise")
    family: Series[Text] = column("family of the report", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("the government, as a code of GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("its name")
    body_id: Series[Text] = column("the body that reports; empty for the government itself", str_matches=BODY_ID)
    body_name: Series[Text] = column("its name; empty for the government")
    body_kind: Series[Text] = column("its kind", one_of=BODY_KINDS)
    series_code: Series[Text] = column(
        "the code of the place through all renames, upgrades and recodes; see `places`", str_matches=SERIES_CODE
    )
    indicator_id: Series[Text] = column("the indicator", str_matches=INDICATOR_ID)
    indicator_name_zh: Series[Text] = column("its name in Chinese")
    scope: Series[Text] = column("population or part that is a separate series; empty for the whole")
    year: Series[Int16] = column("the year of the target", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    target_kind: Series[Text] = column("level, share or growth", one_of=TARGET_KINDS)
    target_value: Series[Double] = column(
        "the target; the low end of a range", unit=SAME_AS_UNIT, ge=-LARGEST_NUMBER, le=LARGEST_NUMBER
    )
    target_value_high: Series[Double] = number("high end of a range")
    target_qualifier: Series[Text] = column("不低于, 左右, …", one_of=QUALIFIERS)
    target_quote: Series[Text] = column("characters of the target")
    unit: Series[Text] = column("unit of target and actual value: `%` for a growth; empty if none")
    actual_value: Series[Double] = number("what the year's own report states; null where it is silent")
    actual_qualifier: Series[Text] = column(
        "whether the actual value is exact, approximate or a bound", nullable=True, one_of=QUALIFIERS
    )
    actual_quote: Series[Text] = column("characters of the actual value", nullable=True)
    target_met: Series[Text] = column(
        "whether the target was met; null if the report on that year does not say", nullable=True, one_of=TARGET_MET
    )
    target_report_id: Series[Text] = column("the report that sets the target")
    actual_report_id: Series[Text] = column("the report that states the actual value", nullable=True)
    target_observation_id: Series[Text] = column("observation of the target")
    actual_observation_id: Series[Text] = column("observation of the actual value", nullable=True)

    class Config(Table.Config):
        """Name, keys and row order of the table."""

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
