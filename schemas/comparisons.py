"""The table `comparisons`: one indicator of one government in one year beside the year before."""

from typing import Any, ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Double, Int16, Int32, Table, TableSpec, Text, column, foreign_key, passes_or_null
from schemas.vocabulary import (
    FAMILIES,
    FIRST_YEAR,
    INDICATOR_ID,
    JURISDICTION_CODE,
    LARGEST_NUMBER,
    LAST_YEAR,
    QUALIFIERS,
    STATUSES,
)

COMPARABILITY = (
    "comparable",
    "no_previous",
    "gap",
    "unit_changed",
    "definition_changed",
    "bound",
    "zero_base",
    "period_mismatch",
)
TARGET_KINDS = ("level", "share", "change_pct", "rank")
TARGET_MET = ("yes", "no", "uncertain")
SAME_AS_UNIT = "as `unit` says"


def number(description: str, unit: str = SAME_AS_UNIT) -> Any:
    """A column of numbers that can be missing."""
    return column(description, unit=unit, nullable=True, ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)


class Comparisons(Table):
    """One row an indicator, government, scope, unit and year: the year's own figure, the one before it, what changed by
    the levels and what the report says changed, what had been promised, and why a number is missing."""

    family: Series[Text] = column("the series of the reports that state it", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("the government in GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("its name")
    indicator_id: Series[Text] = column("the indicator", str_matches=INDICATOR_ID)
    indicator_name_zh: Series[Text] = column("its name in Chinese")
    scope: Series[Text] = column(
        "the population that is a series of its own (规模以上, 城镇居民); empty where none is said"
    )
    year: Series[Int16] = column("the year that the figures speak of", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    value: Series[Double] = number("the figure in the year's own report; null where that states none")
    unit: Series[Text] = column("the unit of the values; empty where there is none")
    qualifier: Series[Text] = column(
        "how the value bounds the truth; null without value", nullable=True, one_of=QUALIFIERS
    )
    previous_year: Series[Int16] = column(
        "the year of `previous_value`: the year before, or over a gap the last one told; null where there is none",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    previous_value: Series[Double] = number(
        "the figure of `previous_year` in its own report, or in a later one where that has none"
    )
    change_abs: Series[Double] = number("value minus previous; null unless comparable, and for shares")
    change_pct: Series[Double] = number("the change by the levels, in per cent; null unless comparable", "%")
    change_pp: Series[Double] = number(
        "of a share, the change in percentage points; null unless comparable", "个百分点"
    )
    reported_change_pct: Series[Double] = number("the change that the report states, with its sign", "%")
    reported_change_agrees: Series[Text] = column(
        "whether the stated change can be that of the levels, by their rounding; null where none is stated",
        nullable=True,
        one_of=STATUSES,
    )
    comparability: Series[Text] = column(
        "whether value and previous value compare, and if not, why not", one_of=COMPARABILITY
    )
    comparability_note: Series[Text] = column("the reason in words; null where there is nothing to say", nullable=True)
    definition_version: Series[Int16] = column(
        "which definition of the indicator holds in the year, counted from 1", unit="1", ge=1
    )
    latest_value: Series[Double] = number("the figure for this year in the last later report that states one")
    latest_report_id: Series[Text] = column("that later report; null where there is none", nullable=True)
    target_kind: Series[Text] = column(
        "what last year's report promised for this year: a level, a share or a growth; null where nothing",
        nullable=True,
        one_of=TARGET_KINDS,
    )
    target_value: Series[Double] = number("the promise: per cent for a growth; of a range, its low end")
    target_value_high: Series[Double] = number("of a range, its high end")
    target_qualifier: Series[Text] = column("不低于, 左右, …; null without promise", nullable=True, one_of=QUALIFIERS)
    target_met: Series[Text] = column(
        "whether this year's report says it was reached; null without promise, or where it is silent",
        nullable=True,
        one_of=TARGET_MET,
    )
    rank_in_year: Series[Int32] = column(
        "its place among governments of the same level with the same scope and unit; 1 is the largest, or the smallest "
        "where less is better; null for a bound",
        unit="place",
        nullable=True,
        ge=1,
    )
    n_ranked: Series[Int32] = column("how many governments that is among", unit="governments", nullable=True, ge=1)
    observation_id: Series[Text] = column("where the value stands", nullable=True)
    previous_observation_id: Series[Text] = column("where the previous value stands", nullable=True)
    reported_change_observation_id: Series[Text] = column("where the stated change stands", nullable=True)
    target_observation_id: Series[Text] = column("where the promise stands", nullable=True)
    latest_observation_id: Series[Text] = column("where the later report's figure stands", nullable=True)
    quote: Series[Text] = column("the characters of the value", nullable=True)

    class Config(Table.Config):
        name = "comparisons"
        metadata: ClassVar[TableSpec] = {
            "title": "同比",
            "primary_key": ["family", "jurisdiction_code", "indicator_id", "scope", "unit", "year"],
            "sort_by": ["family", "jurisdiction_code", "indicator_id", "scope", "unit", "year"],
            "foreign_keys": [
                foreign_key("indicator_id", "indicators"),
                foreign_key("observation_id", "observations"),
                foreign_key("previous_observation_id", "observations", "observation_id"),
                foreign_key("reported_change_observation_id", "observations", "observation_id"),
                foreign_key("target_observation_id", "observations", "observation_id"),
                foreign_key("latest_observation_id", "observations", "observation_id"),
                foreign_key("latest_report_id", "reports", "report_id"),
            ],
        }

    @pa.dataframe_check(description="a change stands where nothing compares")
    def changes_only_where_comparable(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        has_change = frame[["change_abs", "change_pct", "change_pp"]].notna().any(axis=1)
        return passes_or_null(~has_change | (frame["comparability"] == "comparable"))

    @pa.dataframe_check(description="value, qualifier, observation and quote do not go together")
    def value_is_complete(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        has_value = frame["value"].notna()
        parts = [frame[name].notna() == has_value for name in ("qualifier", "observation_id", "quote")]
        return parts[0] & parts[1] & parts[2]

    @pa.dataframe_check(description="the previous year is not before the year")
    def previous_is_before(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        return passes_or_null(frame["previous_year"] < frame["year"])
