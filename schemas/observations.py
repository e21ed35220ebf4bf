"""The table `observations`: every number that a report states, what it measures, and its characters."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Double, Int16, Int32, Table, TableSpec, Text, column, foreign_key, passes_or_null
from schemas.vocabulary import (
    BODY_ID,
    BODY_KINDS,
    CHANGE_KINDS,
    COMPARED_WITH,
    DIRECTIONS,
    FAMILIES,
    FIRST_YEAR,
    GRADES,
    INDICATOR_ID,
    JURISDICTION_CODE,
    KINDS,
    LARGEST_NUMBER,
    LAST_YEAR,
    MATCH_METHODS,
    MODALITIES,
    PERIOD_TYPES,
    QUALIFIERS,
    READINGS,
    SERIES_CODE,
    STATED_AS,
)

SAME_AS_UNIT = "as `unit` says"


class Observations(Table):
    """One row per number that measures something: what, how and when, and the characters it was read from."""

    observation_id: Series[Text] = column("`report_id#char_start`")
    report_id: Series[Text] = column("the report that states the number")
    family: Series[Text] = column("family of the report", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column(
        "government of the report, as a code of GB/T 2260", str_matches=JURISDICTION_CODE
    )
    jurisdiction_name: Series[Text] = column("its name")
    body_id: Series[Text] = column("the body that reports; empty for the government itself", str_matches=BODY_ID)
    body_name: Series[Text] = column("its name; empty for the government")
    body_kind: Series[Text] = column("its kind", one_of=BODY_KINDS)
    series_code: Series[Text] = column(
        "code of the place through all renames, upgrades and recodes; see `places`", str_matches=SERIES_CODE
    )
    report_year: Series[Int16] = column("year of the report", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    period_start: Series[Int16] = column(
        "first year that the value refers to; null if unknown",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    period_end: Series[Int16] = column(
        "last year that the value refers to; null if unknown",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    modality: Series[Text] = column("`actual`: reported as a fact; `target`: planned or required", one_of=MODALITIES)
    subject: Series[Text] = column("what is measured, in the words of the report; for a change, what changed")
    scope: Series[Text] = column("restriction of the subject (全市, 其中…); null if none", nullable=True)
    indicator_id: Series[Text] = column(
        "the indicator of the catalog; null if `match_method` is `none`",
        nullable=True,
        str_matches=INDICATOR_ID,
    )
    match_method: Series[Text] = column(
        "how the indicator was found: `rule` by its words, `form` as a cell of the form (`form_position`: by "
        "its position, see `cells`), `correction` manually",
        one_of=MATCH_METHODS,
    )
    match_score: Series[Double] = column(
        "confidence of the match, 0 to 1; null if `match_method` is `none`", unit="1", nullable=True, ge=0, le=1
    )
    kind: Series[Text] = column(
        "`level` an amount, `share` a part or rate, `change_pct`, `change_abs`, `change_pp` compared with "
        "another period, `ratio` a multiple of another amount, `rank` a position in an order",
        one_of=KINDS,
    )
    value: Series[Double] = column(
        "the number with 万 and 亿 applied; the low end of a range; a change has no sign, see `direction`",
        unit=SAME_AS_UNIT,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    value_high: Series[Double] = column(
        "high end of a range; null otherwise",
        unit=SAME_AS_UNIT,
        nullable=True,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
    )
    rounding: Series[Double] = column(
        "size of the last printed digit: 1000 for 3.9万; null for numbers in words",
        unit=SAME_AS_UNIT,
        nullable=True,
        gt=0,
        le=LARGEST_NUMBER,
    )
    unit: Series[Text] = column("unit as printed, without 万 or 亿; empty if none")
    qualifier: Series[Text] = column(
        "whether the value is exact, approximate or a bound: 近 is `less_than`, 约 is `approx`", one_of=QUALIFIERS
    )
    direction: Series[Text] = column("direction of a change; null for other kinds", nullable=True, one_of=DIRECTIONS)
    compared_with: Series[Text] = column(
        "base of a change: `previous_year`, a year, `average` per year of the period, `same_scope` for 同口径; "
        "null if not stated",
        nullable=True,
        str_matches=COMPARED_WITH,
    )
    relates_to: Series[Text] = column(
        "the observation that this change, share or ratio belongs to; null if none", nullable=True
    )
    quote: Series[Text] = column("characters of the number: `text[char_start:char_end]`", str_length={"min_value": 1})
    sentence: Series[Text] = column("the sentence of the number")
    char_start: Series[Int32] = column("start of the quote in `documents.text`", unit="characters", ge=0)
    char_end: Series[Int32] = column("end of the quote, exclusive", unit="characters", ge=0)
    section_id: Series[Text] = column("innermost section of the number; null before the first section", nullable=True)
    period_type: Series[Text] = column(
        "`year` one, `years` several, `point` a state at a time, `part` some months, `open` since a year",
        nullable=True,
        one_of=PERIOD_TYPES,
    )
    base_start: Series[Int16] = column(
        "the first year that a change or ratio is measured against, or of the start of a change from one level to "
        "another; null where the report does not say",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    base_end: Series[Int16] = column(
        "the last year that it is measured against; null where the report does not say",
        unit="year",
        nullable=True,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
    )
    stated_as: Series[Text] = column(
        "of a level or share: `start` of a change from one level to another, `arrival` at a new one (增至), "
        "`total` so far (累计), `examples` (X等30条), `part` of another figure (其中); of a target: `ceiling` "
        "(控制在, 降至); null where no word says so",
        nullable=True,
        one_of=STATED_AS,
    )
    action: Series[Text] = column("act in the subject, what was done; null if none", nullable=True)
    head: Series[Text] = column("head of the subject, the thing that is measured; null in a form", nullable=True)
    whole: Series[Text] = column("whole that the subject is a part or figure of; null if none", nullable=True)
    part: Series[Text] = column(
        "part of the subject or of its indicator that is measured (工业 of 工业税收); null if it is the whole",
        nullable=True,
    )
    population: Series[Text] = column("population in the subject (农村居民); null if none is named", nullable=True)
    area: Series[Text] = column("where it was measured (全市); null if not named", nullable=True)
    actor: Series[Text] = column("who did it; null if not named", nullable=True)
    read_by: Series[Text] = column("the rule of the grammar that read it; `form` for a cell of a form")
    grade: Series[Text] = column("how sure the reading is: `A`, `B` or `C`", one_of=GRADES)
    reading: Series[Text] = column("how the characters came: `text` of the file, or `ocr` of an image", one_of=READINGS)
    confidence: Series[Double] = column(
        "of a figure that was recognized in an image, the lowest confidence of its characters, 0 to 1; null for text",
        unit="1",
        nullable=True,
        ge=0,
        le=1,
    )

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "observations"
        metadata: ClassVar[TableSpec] = {
            "title": "观测值",
            "primary_key": ["observation_id"],
            "sort_by": ["report_id", "char_start", "char_end"],
            "foreign_keys": [
                foreign_key("report_id", "reports"),
                foreign_key("section_id", "sections"),
                foreign_key("relates_to", "observations", "observation_id"),
            ],
        }

    @pa.dataframe_check(description="`char_end` is not after `char_start`")
    def span_is_not_empty(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require the end of a span to be after its start."""
        return passes_or_null(frame["char_end"] > frame["char_start"])

    @pa.dataframe_check(description="the length of the quote differs from that of its span")
    def quote_fills_its_span(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require a quote of the length of its span."""
        return passes_or_null(frame["quote"].str.len() == frame["char_end"] - frame["char_start"])

    @pa.dataframe_check(description="the sentence does not contain the quote")
    def quote_stands_in_its_sentence(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require the sentence to contain the quote."""
        pairs = zip(frame["quote"].tolist(), frame["sentence"].tolist(), strict=True)
        # A null is reported by its own column.
        found = [type(quote) is not str or type(sentence) is not str or quote in sentence for quote, sentence in pairs]
        return pd.Series(found, index=frame.index, dtype=bool)

    @pa.dataframe_check(description="the period ends before it begins, or lacks an end")
    def period_is_in_order(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require both ends of a period or none, in order."""
        both_or_none = frame["period_start"].isna() == frame["period_end"].isna()
        return both_or_none & passes_or_null(frame["period_start"] <= frame["period_end"])

    @pa.dataframe_check(description="`value_high` is not above `value`")
    def range_is_in_order(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require the upper end of a range to be above the lower."""
        return passes_or_null(frame["value_high"] > frame["value"])

    @pa.dataframe_check(description="a change must have a direction, and nothing else may have one")
    def direction_goes_with_change(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require a direction exactly for changes."""
        is_change = frame["kind"].isin(CHANGE_KINDS).astype(bool)
        return is_change == frame["direction"].notna()

    @pa.dataframe_check(description="indicator, method and score must all be present or all be missing")
    def match_is_complete(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require indicator, method and score together."""
        unmatched = passes_or_null(frame["match_method"] == "none")
        return (unmatched == frame["indicator_id"].isna()) & (unmatched == frame["match_score"].isna())

    @pa.dataframe_check(description="the row relates to itself")
    def relates_to_another(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Forbid a row to relate to itself."""
        return passes_or_null(frame["relates_to"] != frame["observation_id"])
