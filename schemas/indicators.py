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
    """One row an indicator of the catalog, whether or not any report states it, and how often the reports do."""

    indicator_id: Series[Text] = column("the id that all tables use", str_matches=INDICATOR_ID)
    family: Series[Text] = column("the report series whose catalog it stands in", one_of=FAMILIES)
    category: Series[Text] = column("its part of that catalog", str_matches=IDENTIFIER_WORD)
    name_zh: Series[Text] = column("its name in Chinese", str_length={"min_value": 1})
    name_en: Series[Text] = column("its name in English", str_length={"min_value": 1})
    definition: Series[Text] = column("what it counts or measures", str_length={"min_value": 1})
    unit: Series[Text] = column("the unit that its values are shown in; empty where it has none")
    other_units: Series[Text] = column("units that are never converted into `unit` (美元), `；` between them; or empty")
    dimension: Series[Text] = column("what kind of quantity `unit` is", str_matches=IDENTIFIER_WORD)
    kind: Series[Text] = column("whether it is a level, a share, a change or a rank", one_of=MEASURED_AS)
    nature: Series[Text] = column(
        "`yearly` a statistic of a year, `flow` acts that add up over years, `stock` at a date, `rate`", one_of=NATURES
    )
    higher_is: Series[Text] = column("which way is better", one_of=HIGHER_IS)
    growth: Series[Text] = column(
        "what its stated growth is: `real` at comparable prices, so that levels do not give it", one_of=GROWTH
    )
    scopes: Series[Text] = column("populations that are series of their own (规模以上), `；` between them; or empty")
    definition_version: Series[Int16] = column("how many definitions it has had", unit="definitions", ge=1)
    definition_began: Series[Int16] = column(
        "the year that the present one began; null where it never changed",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    breaks: Series[Text] = column("years whose levels do not compare with those before, `；` between them; or empty")
    aliases: Series[Text] = column("the wordings that name it, `；` between them")
    n_observations: Series[Int32] = column("observations that are it", unit="observations", ge=0)
    n_jurisdictions: Series[Int32] = column("governments that state it", unit="governments", ge=0)
    first_year: Series[Int16] = column(
        "the first year that is stated; null where none is", unit="year", nullable=True, ge=FIRST_YEAR, le=LAST_YEAR
    )
    last_year: Series[Int16] = column(
        "the last year that is stated; null where none is", unit="year", nullable=True, ge=FIRST_YEAR, le=LAST_YEAR
    )

    class Config(Table.Config):
        name = "indicators"
        metadata: ClassVar[TableSpec] = {
            "title": "指标",
            "primary_key": ["indicator_id"],
            "sort_by": ["indicator_id"],
        }
