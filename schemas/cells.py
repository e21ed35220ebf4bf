"""The table `cells`: every cell of the form that a report must keep to, with its number or why it holds none."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Double, Int16, Int32, Table, TableSpec, Text, column, foreign_key, passes_or_null
from schemas.vocabulary import (
    CELL_STATES,
    FAMILIES,
    FIRST_YEAR,
    INDICATOR_ID,
    JURISDICTION_CODE,
    LAST_YEAR,
    MATCH_METHODS,
)


class Cells(Table):
    """One row a cell of a nationally set form in one report: where it stands there, what it holds, and which
    observation that is. Empty, not applicable, unreadable and absent are told apart from 0, and none is filled."""

    cell_id: Series[Text] = column("`report_id!indicator_id`, with `~2` for a cell that the report prints twice")
    report_id: Series[Text] = column("the report")
    family: Series[Text] = column("the report's series", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("its government in GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("the government's name")
    report_year: Series[Int16] = column("the report's year", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    indicator_id: Series[Text] = column("the cell of the form, as an indicator", str_matches=INDICATOR_ID)
    state: Series[Text] = column(
        "`number`; `empty`; `not_applicable` (/ — 不适用); `unreadable`; `no_unit`: an amount of which neither form "
        "nor report says the unit; `absent`: the report leaves it out",
        one_of=CELL_STATES,
    )
    observation_id: Series[Text] = column(
        "the observation that it is; null where it holds no number, or that was corrected away", nullable=True
    )
    match_method: Series[Text] = column(
        "`form`: found by its headings; `form_position`: by its place; `none` where it is absent", one_of=MATCH_METHODS
    )
    match_score: Series[Double] = column(
        "how sure that is, 0 to 1; null where it is absent", unit="1", nullable=True, ge=0, le=1
    )
    table_number: Series[Int16] = column("which table of the report, from 1", unit="table", nullable=True, ge=1)
    row_number: Series[Int32] = column(
        "its row there, from 1; of a merged cell the first", unit="row", nullable=True, ge=1
    )
    column_number: Series[Int16] = column(
        "its column, from 1; of a merged cell the first", unit="column", nullable=True, ge=1
    )
    row_path: Series[Text] = column(
        "the headings before it in its row, from the outermost in, `/` between", nullable=True
    )
    column_path: Series[Text] = column("the headings over it, from the outermost in, `/` between", nullable=True)
    text: Series[Text] = column("its characters: `text[char_start:char_end]`; null where it is absent", nullable=True)
    char_start: Series[Int32] = column(
        "where it begins in `documents.text`; null where it is absent", unit="characters", nullable=True, ge=0
    )
    char_end: Series[Int32] = column("where it ends, half-open", unit="characters", nullable=True, ge=0)

    class Config(Table.Config):
        name = "cells"
        metadata: ClassVar[TableSpec] = {
            "title": "表格单元格",
            "primary_key": ["cell_id"],
            "sort_by": ["report_id", "char_start", "cell_id"],
            "foreign_keys": [
                foreign_key("report_id", "reports"),
                foreign_key("indicator_id", "indicators"),
                foreign_key("observation_id", "observations"),
            ],
        }

    @pa.dataframe_check(description="the text is not as long as its span")
    def text_fills_its_span(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        return passes_or_null(frame["text"].str.len() == frame["char_end"] - frame["char_start"])

    @pa.dataframe_check(description="a cell has a place, or it is absent")
    def absent_has_no_place(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        absent = frame["state"] == "absent"
        parts = ("match_score", "table_number", "row_number", "column_number", "text", "char_start", "char_end")
        placed = [frame[name].isna() == absent for name in parts]
        return passes_or_null(pd.concat(placed, axis=1).all(axis=1) & (absent == (frame["match_method"] == "none")))

    @pa.dataframe_check(description="only a number is an observation")
    def observation_is_a_number(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        return passes_or_null(frame["observation_id"].isna() | (frame["state"] == "number"))
