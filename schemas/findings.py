"""The table `findings`: what the reports say that does not add up, with both sides."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Double, Int16, Table, TableSpec, Text, column, foreign_key
from schemas.vocabulary import (
    FAMILIES,
    FIRST_YEAR,
    IDENTIFIER_WORD,
    INDICATOR_ID,
    JURISDICTION_CODE,
    LARGEST_NUMBER,
    LAST_YEAR,
    SEVERITIES,
    STATUSES,
)

UNIT_OF_VALUES = "of the compared values"


class Findings(Table):
    """One row a check that saw something: both sides as stated, their difference, the interval that rounding
    allows, and the verdict."""

    finding_id: Series[Text] = column("`report_id!check:what`, the same in every run")
    check: Series[Text] = column("the check's name", str_matches=IDENTIFIER_WORD)
    severity: Series[Text] = column("how much it matters", one_of=SEVERITIES)
    status: Series[Text] = column("the verdict", one_of=STATUSES)
    report_id: Series[Text] = column("the report that it is about", nullable=True)
    family: Series[Text] = column("the report's series", nullable=True, one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column(
        "its government in GB/T 2260", nullable=True, str_matches=JURISDICTION_CODE
    )
    jurisdiction_name: Series[Text] = column("the government's name", nullable=True)
    report_year: Series[Int16] = column("the report's year", unit="year", nullable=True, ge=FIRST_YEAR, le=LAST_YEAR)
    indicator_id: Series[Text] = column(
        "the indicator that it is about; null where it is about none", nullable=True, str_matches=INDICATOR_ID
    )
    left_label: Series[Text] = column("what the first side is", nullable=True)
    left_text: Series[Text] = column("the first side as stated", nullable=True)
    left_value: Series[Double] = column(
        "the first side's number; null where it is words",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    right_label: Series[Text] = column("what the second side is", nullable=True)
    right_text: Series[Text] = column("the second side as stated", nullable=True)
    right_value: Series[Double] = column(
        "the second side's number; null where it is words",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    difference: Series[Double] = column(
        "left minus right; null where there are no numbers",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    interval_low: Series[Double] = column(
        "the least that the rounding of both sides allows",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    interval_high: Series[Double] = column(
        "the most that the rounding of both sides allows",
        unit=UNIT_OF_VALUES,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    message_zh: Series[Text] = column("what was found, in Chinese", str_length={"min_value": 1})
    message_en: Series[Text] = column("what was found, in English", str_length={"min_value": 1})
    observation_id: Series[Text] = column("the observation that it stands on; null where none", nullable=True)
    other_observation_id: Series[Text] = column("the observation on the other side; null where none", nullable=True)

    class Config(Table.Config):
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
