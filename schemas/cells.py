"""The table `cells`: the cells of prescribed forms, each with its number or the reason why it has none."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Double, Int16, Int32, Table, TableSpec, Text, column, foreign_key, passes_or_null
from schemas.vocabulary import (
    BODY_ID,
    BODY_KINDS,
    CELL_STATES,
    FAMILIES,
    FIRST_YEAR,
    INDICATOR_ID,
    JURISDICTION_CODE,
    LAST_YEAR,
    MATCH_METHODS,
    SERIES_CODE,
)


class Cells(Table):
    """One row per cell of a prescribed form in one report: its position, its content, and its observation.

    Empty, not applicable, unreadable and absent cells are distinguished from 0. None is filled in.
    """

    cell_id: Series[Text] = column("`report_id!indicator_id`, with `~2` for a cell that the report prints twice")
    report_id: Series[Text] = column("the report")
    family: Series[Text] = column("family of the report", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("its government, as a code of GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("the government's name")
    body_id: Series[Text] = column("the body that reports; empty for the government itself", str_matches=BODY_ID)
    body_name: Series[Text] = column("its name; empty for the government")
    body_kind: Series[Text] = column("its kind", one_of=BODY_KINDS)
    series_code: Series[Text] = column(
        "code of the place through all renames, upgrades and recodes; see `places`", str_matches=SERIES_CODE
    )
    report_year: Series[Int16] = column("year of the report", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    indicator_id: Series[Text] = column("the cell of the form, as an indicator", str_matches=INDICATOR_ID)
    state: Series[Text] = column(
        "`number`; `empty`; `not_applicable` (/ — 不适用); `unreadable`; `no_unit`: an amount of money whose "
        "unit neither the form nor the report states; `absent`: the report omits the cell",
        one_of=CELL_STATES,
    )
    observation_id: Series[Text] = column(
        "the observation of the number; null if the cell contains none, or a correction dropped it", nullable=True
    )
    match_method: Series[Text] = column(
        "`form`: found by its headings; `form_position`: by its position; `none` if absent", one_of=MATCH_METHODS
    )
    match_score: Series[Double] = column(
        "confidence of the match, 0 to 1; null if absent", unit="1", nullable=True, ge=0, le=1
    )
    table_number: Series[Int16] = column("number of the table in the report, from 1", unit="table", nullable=True, ge=1)
    row_number: Series[Int32] = column(
        "row in that table, from 1; the first row of a merged cell", unit="row", nullable=True, ge=1
    )
    column_number: Series[Int16] = column(
        "column in that table, from 1; the first column of a merged cell", unit="column", nullable=True, ge=1
    )
    row_path: Series[Text] = column("headings to the left, outermost first, separated by `/`", nullable=True)
    column_path: Series[Text] = column("headings above, outermost first, separated by `/`", nullable=True)
    text: Series[Text] = column("characters of the cell: `text[char_start:char_end]`; null if absent", nullable=True)
    char_start: Series[Int32] = column(
        "start in `documents.text`; null if absent", unit="characters", nullable=True, ge=0
    )
    char_end: Series[Int32] = column("end, exclusive", unit="characters", nullable=True, ge=0)

    class Config(Table.Config):
        """Name, keys and row order of the table."""

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

    @pa.dataframe_check(description="the length of the text differs from that of its span")
    def text_fills_its_span(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require a text of the length of its span."""
        return passes_or_null(frame["text"].str.len() == frame["char_end"] - frame["char_start"])

    @pa.dataframe_check(description="only an absent cell lacks a position")
    def absent_has_no_place(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require a position for every cell but an absent one."""
        absent = frame["state"] == "absent"
        parts = ("match_score", "table_number", "row_number", "column_number", "text", "char_start", "char_end")
        conditions = [frame[name].isna() == absent for name in parts]
        return passes_or_null(pd.concat(conditions, axis=1).all(axis=1) & (absent == (frame["match_method"] == "none")))

    @pa.dataframe_check(description="only a cell with a number has an observation")
    def observation_is_a_number(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Allow an observation only for a cell with a number."""
        return passes_or_null(frame["observation_id"].isna() | (frame["state"] == "number"))
