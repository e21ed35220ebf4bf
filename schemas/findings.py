"""The table `findings`: statements that do not add up, with both sides."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Double, Int16, Table, TableSpec, Text, column, foreign_key
from schemas.vocabulary import (
    BODY_ID,
    BODY_KINDS,
    FAMILIES,
    FINDING_TYPES,
    FIRST_YEAR,
    IDENTIFIER_WORD,
    INDICATOR_ID,
    JURISDICTION_CODE,
    LARGEST_NUMBER,
    LAST_YEAR,
    SERIES_CODE,
    SEVERITIES,
    STATUSES,
)

UNIT_OF_VALUES = "of the compared values"


class Findings(Table):
    """One row per statement that does not add up: both sides, the interval of rounding, the verdict."""

    finding_id: Series[Text] = column("`report_id!check:what`, the same in every run")
    check: Series[Text] = column("name of the check", str_matches=IDENTIFIER_WORD)
    finding_type: Series[Text] = column(
        "`contradiction` of two figures, `revision` of an earlier report, `missed_target`, `misprint`, or about the "
        "`document` as a whole",
        one_of=FINDING_TYPES,
    )
    severity: Series[Text] = column("how much it matters", one_of=SEVERITIES)
    status: Series[Text] = column("the verdict", one_of=STATUSES)
    report_id: Series[Text] = column("the report concerned", nullable=True)
    family: Series[Text] = column("family of the report", nullable=True, one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column(
        "its government, as a code of GB/T 2260", nullable=True, str_matches=JURISDICTION_CODE
    )
    jurisdiction_name: Series[Text] = column("the government's name", nullable=True)
    body_id: Series[Text] = column("the body that reports; empty for the government itself", str_matches=BODY_ID)
    body_name: Series[Text] = column("its name; empty for the government")
    body_kind: Series[Text] = column("its kind", one_of=BODY_KINDS)
    series_code: Series[Text] = column(
        "code of the place through all renames, upgrades and recodes; see `places`", str_matches=SERIES_CODE
    )
    report_year: Series[Int16] = column("year of the report", unit="year", nullable=True, ge=FIRST_YEAR, le=LAST_YEAR)
    indicator_id: Series[Text] = column(
        "the indicator concerned; null if none", nullable=True, str_matches=INDICATOR_ID
    )
    left_label: Series[Text] = column("what the first side is", nullable=True)
    left_text: Series[Text] = column("first side as stated", nullable=True)
    left_value: Series[Double] = column(
        "number of the first side; null if it is words",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    right_label: Series[Text] = column("what the second side is", nullable=True)
    right_text: Series[Text] = column("second side as stated", nullable=True)
    right_value: Series[Double] = column(
        "number of the second side; null if it is words",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    difference: Series[Double] = column(
        "left minus right; null without numbers",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    interval_low: Series[Double] = column(
        "smallest value that the rounding of both sides allows",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    interval_high: Series[Double] = column(
        "largest value that the rounding of both sides allows",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    message_zh: Series[Text] = column("the finding in Chinese", str_length={"min_value": 1})
    message_en: Series[Text] = column("the finding in English", str_length={"min_value": 1})
    observation_id: Series[Text] = column("the observation of the first side; null if none", nullable=True)
    other_observation_id: Series[Text] = column("the observation of the second side; null if none", nullable=True)

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "findings"
        metadata: ClassVar[TableSpec] = {
            "title": "疑点",
            "primary_key": ["finding_id"],
            "sort_by": ["finding_id"],
            "foreign_keys": [
                foreign_key("report_id", "reports"),
                foreign_key("observation_id", "observations"),
                foreign_key("other_observation_id", "observations", "observation_id"),
            ],
        }
