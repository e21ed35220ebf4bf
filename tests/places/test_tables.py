"""The tables `places` and `place_changes` are valid for their models."""

from collections.abc import Callable

import pandas as pd
import pyarrow as arrow
import pytest

from nianbao.places.rows import changes_table, places_table
from schemas.place_changes import PlaceChanges
from schemas.places import Places
from schemas.table import Table, arrow_schema, table_spec


@pytest.mark.parametrize(("model", "make"), [(Places, places_table), (PlaceChanges, changes_table)])
def test_rows_are_valid_and_in_order(model: type[Table], make: Callable[[arrow.Schema], arrow.Table]) -> None:
    """The tables of places and changes are valid for their models and sorted by their keys."""
    table = make(arrow_schema(model))
    assert len(model.validate(table.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)) == table.num_rows
    order = list(zip(*(table[name].to_pylist() for name in table_spec(model)["sort_by"]), strict=True))
    assert order == sorted(order)


def test_places_hold_all_kinds() -> None:
    """The table of places has all kinds, and former and invented places have their years, series and flag."""
    rows = {row["place_id"]: row for row in places_table(arrow_schema(Places)).to_pylist()}
    assert {row["kind"] for row in rows.values()} == {"country", "province", "city", "county", "zone", "township"}
    assert rows["441827/清新县"]["last_year"] == 2011
    assert rows["441827/清新县"]["series_code"] == "441803"
    assert rows["441900/虎门镇"]["code"] is None
    assert rows["990100/云汀市"]["invented"]
