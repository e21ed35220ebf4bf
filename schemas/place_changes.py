"""The table `place_changes`: what administrative units became, or gave to others, year by year."""

from typing import ClassVar

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.table import Bool, Int16, Table, TableSpec, Text, column, passes_or_null
from schemas.vocabulary import FIRST_YEAR, JURISDICTION_CODE, LAST_YEAR

CHANGE_KINDS = ("rename", "upgrade", "recode", "merge", "split", "part")
KEEPS_SERIES = ("rename", "upgrade", "recode")


class PlaceChanges(Table):
    """One row per change of an administrative unit.

    `rename`, `upgrade` (another rank: 县 to 区) and `recode` keep its territory and its series; `merge` (it became part
    of another), `split` (another was formed from it) and `part` do not.
    """

    from_code: Series[Text] = column("the unit's code before", str_matches=JURISDICTION_CODE)
    from_name: Series[Text] = column("the unit's name before")
    to_code: Series[Text] = column("the code of what it became or gave to", str_matches=JURISDICTION_CODE)
    to_name: Series[Text] = column("the name of what it became or gave to")
    year: Series[Int16] = column("the first year in which the change applied", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    kind: Series[Text] = column("what happened", one_of=CHANGE_KINDS)
    keeps_series: Series[Bool] = column("whether figures before and after are of one territory, and one series")

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "place_changes"
        metadata: ClassVar[TableSpec] = {
            "title": "区划变更",
            "primary_key": ["from_code", "from_name", "to_code", "to_name", "year", "kind"],
            "sort_by": ["year", "from_code", "from_name", "to_code", "to_name", "kind"],
        }

    @pa.dataframe_check(description="a unit changes to something else")
    def something_changed(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Require a code or name that differs."""
        return passes_or_null((frame["from_code"] != frame["to_code"]) | (frame["from_name"] != frame["to_name"]))

    @pa.dataframe_check(description="only renames, upgrades and recodes keep a series")
    def kind_says_whether_it_keeps(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Allow only renames, upgrades and recodes to keep a series."""
        return passes_or_null(frame["keeps_series"] == frame["kind"].isin(KEEPS_SERIES))
