"""The table `comparisons`: indicators of governments, each year next to the previous year."""

from typing import Any, ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Double, Int16, Int32, Table, TableSpec, Text, column, foreign_key, passes_or_null
from schemas.vocabulary import (
    BODY_ID,
    BODY_KINDS,
    FAMILIES,
    FIRST_YEAR,
    GRADES,
    INDICATOR_ID,
    JURISDICTION_CODE,
    LARGEST_NUMBER,
    LAST_YEAR,
    QUALIFIERS,
    SERIES_CODE,
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
    "territory_changed",
    "part_of_whole",
    "stock_and_flow",
    "base_unknown",
    "basis_changed",
    "contradicted",
    "unlikely",
)
TARGET_KINDS = ("level", "share", "change_pct", "rank")
TARGET_MET = ("yes", "no", "uncertain")
SAME_AS_UNIT = "as `unit` says"


def number(description: str, unit: str = SAME_AS_UNIT) -> Any:
    """Declare a nullable column of numbers."""
    return column(description, unit=unit, nullable=True, ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)


# A code that was given to another place has two series, even in one year, as reports state earlier years.
_KEY = ["family", "jurisdiction_code", "body_id", "series_code", "indicator_id", "scope", "unit", "year"]


class Comparisons(Table):
    """One row per indicator, government, scope, unit and year.

    It has the figure of the year, the previous figure, the change of the levels, the change that the report states, the
    target, and the reason why a figure is missing.
    """

    family: Series[Text] = column("family of the reports", one_of=FAMILIES)
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
    scope: Series[Text] = column(
        "population or part that is a separate series (规模以上, 城镇居民, 前海); empty for the whole"
    )
    year: Series[Int16] = column("the year that the figures refer to", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    value: Series[Double] = number("figure in the report on this year; null if it states none")
    unit: Series[Text] = column("unit of the values; empty if none")
    qualifier: Series[Text] = column(
        "whether the value is exact, approximate or a bound; null without a value", nullable=True, one_of=QUALIFIERS
    )
    previous_year: Series[Int16] = column(
        "year of `previous_value`: the year before, or the last year with a figure before a gap; null if none",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    previous_value: Series[Double] = number(
        "figure for `previous_year` in the report on it, or in a later report if that states none"
    )
    change_abs: Series[Double] = number("value minus previous value; null unless comparable, and for shares")
    change_pct: Series[Double] = number("change of the levels in per cent; null unless comparable", "%")
    change_pp: Series[Double] = number("change of a share in percentage points; null unless comparable", "个百分点")
    reported_change_pct: Series[Double] = number("change that the report states, with its sign", "%")
    reported_change_agrees: Series[Text] = column(
        "whether the stated change and the levels agree within their rounding; null if none is stated",
        nullable=True,
        one_of=STATUSES,
    )
    comparability: Series[Text] = column(
        "whether value and previous value are comparable, and if not, why", one_of=COMPARABILITY
    )
    comparability_note: Series[Text] = column(
        "the reason in words, and how the place changed since the previous year; null if there is nothing to add",
        nullable=True,
    )
    grade: Series[Text] = column(
        "how sure the reading is: the lower grade of value and previous value, `A`, `B` or `C`; null without a value",
        nullable=True,
        one_of=GRADES,
    )
    definition_version: Series[Int16] = column(
        "number of the definition that applies in this year, from 1", unit="1", ge=1
    )
    latest_value: Series[Double] = number("figure for this year in the most recent later report that states one")
    latest_report_id: Series[Text] = column("the later report that states `latest_value`; null if none", nullable=True)
    target_kind: Series[Text] = column(
        "what the previous report promised for this year: a level, a share or a growth; null if nothing",
        nullable=True,
        one_of=TARGET_KINDS,
    )
    target_value: Series[Double] = number("the target: per cent for a growth; the low end of a range")
    target_value_high: Series[Double] = number("high end of a range")
    target_qualifier: Series[Text] = column("不低于, 左右, …; null without a target", nullable=True, one_of=QUALIFIERS)
    target_met: Series[Text] = column(
        "whether the target was met; null without a target or a result",
        nullable=True,
        one_of=TARGET_MET,
    )
    rank_in_year: Series[Int32] = column(
        "rank among bodies of the same kind and level, in scope and unit; departments by `body_id`; 1 is the largest, "
        "or the smallest if less is better; null for a bound",
        unit="place",
        nullable=True,
        ge=1,
    )
    n_ranked: Series[Int32] = column("number of bodies ranked", unit="bodies", nullable=True, ge=1)
    observation_id: Series[Text] = column("observation of the value", nullable=True)
    previous_observation_id: Series[Text] = column("observation of the previous value", nullable=True)
    reported_change_observation_id: Series[Text] = column("observation of the stated change", nullable=True)
    target_observation_id: Series[Text] = column("observation of the target", nullable=True)
    latest_observation_id: Series[Text] = column("observation of the later report's figure", nullable=True)
    quote: Series[Text] = column("characters of the value", nullable=True)

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "comparisons"
        metadata: ClassVar[TableSpec] = {
            "title": "同比",
            "primary_key": _KEY,
            "sort_by": _KEY,
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

    @pa.dataframe_check(description="only comparable values have a change")
    def changes_only_where_comparable(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Allow changes only between comparable values."""
        has_change = frame[["change_abs", "change_pct", "change_pp"]].notna().any(axis=1)
        return passes_or_null(~has_change | (frame["comparability"] == "comparable"))

    @pa.dataframe_check(description="value, qualifier, observation and quote must all be present or all be null")
    def value_is_complete(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require qualifier, observation and quote exactly with a value."""
        has_value = frame["value"].notna()
        parts = [frame[name].notna() == has_value for name in ("qualifier", "observation_id", "quote")]
        return parts[0] & parts[1] & parts[2]

    @pa.dataframe_check(description="`previous_year` is not before `year`")
    def previous_is_before(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require the previous year to be earlier."""
        return passes_or_null(frame["previous_year"] < frame["year"])
