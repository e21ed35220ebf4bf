"""The table `indicators`: what is measured, one id across years, governments and wordings."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Int16, Int32, Table, TableSpec, Text, column
from schemas.vocabulary import (
    FAMILIES,
    FIRST_YEAR,
    GROWTH,
    HIGHER_IS,
    IDENTIFIER_WORD,
    INDICATOR_ID,
    LAST_YEAR,
    MEASURED_AS,
    NATURES,
)


class Indicators(Table):
    """One row per indicator of the catalog, whether or not a report states it, and how often reports do."""

    indicator_id: Series[Text] = column("id of the indicator in all tables", str_matches=INDICATOR_ID)
    family: Series[Text] = column("family whose catalog defines it", one_of=FAMILIES)
    category: Series[Text] = column("category in that catalog", str_matches=IDENTIFIER_WORD)
    name_zh: Series[Text] = column("name in Chinese", str_length={"min_value": 1})
    name_en: Series[Text] = column("name in English", str_length={"min_value": 1})
    definition: Series[Text] = column("what it counts or measures", str_length={"min_value": 1})
    definition_zh: Series[Text] = column("the same in Chinese", str_length={"min_value": 1})
    unit: Series[Text] = column("unit of its values; empty if none")
    other_units: Series[Text] = column("units that are never converted into `unit` (美元), separated by `；`; or empty")
    dimension: Series[Text] = column("kind of quantity of `unit`", str_matches=IDENTIFIER_WORD)
    kind: Series[Text] = column("level, share, change or rank", one_of=MEASURED_AS)
    nature: Series[Text] = column(
        "`yearly`: a statistic of a year; `flow`: acts that add up over years; `stock`: a state at a date; `rate`",
        one_of=NATURES,
    )
    higher_is: Series[Text] = column("whether a higher value is better", one_of=HIGHER_IS)
    growth: Series[Text] = column(
        "`real`: its stated growth is at comparable prices, so the levels do not give it", one_of=GROWTH
    )
    scopes: Series[Text] = column("populations that are separate series (规模以上), separated by `；`; or empty")
    definition_version: Series[Int16] = column("number of definitions so far", unit="definitions", ge=1)
    definition_began: Series[Int16] = column(
        "first year of the present definition; null if it never changed",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    breaks: Series[Text] = column(
        "years whose levels are not comparable with earlier ones, separated by `；`; or empty"
    )
    breaks_zh: Series[Text] = column("`breaks` in Chinese")
    aliases: Series[Text] = column("wordings of the indicator, separated by `；`")
    n_observations: Series[Int32] = column(
        "number of its observations, those shared with other indicators included", unit="observations", ge=0
    )
    n_jurisdictions: Series[Int32] = column("number of governments that state it", unit="governments", ge=0)
    first_year: Series[Int16] = column(
        "first year with a figure; null if none", unit="year", nullable=True, ge=FIRST_YEAR, le=LAST_YEAR
    )
    last_year: Series[Int16] = column(
        "last year with a figure; null if none", unit="year", nullable=True, ge=FIRST_YEAR, le=LAST_YEAR
    )

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "indicators"
        metadata: ClassVar[TableSpec] = {
            "title": "指标",
            "primary_key": ["indicator_id"],
            "sort_by": ["indicator_id"],
        }
