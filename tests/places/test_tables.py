"""The rows of `places` and `place_changes` keep to their tables."""

import pandas as pd
import pyarrow as arrow
import pytest

from nianbao.places.rows import change_rows, place_rows
from schemas.place_changes import PlaceChanges
from schemas.places import Places
from schemas.table import Table, arrow_schema, table_spec


def frame_of(model: type[Table], rows: list[dict[str, object]]) -> pd.DataFrame:
    return arrow.Table.from_pylist(rows, schema=arrow_schema(model)).to_pandas(types_mapper=pd.ArrowDtype)


@pytest.mark.parametrize(("model", "rows"), [(Places, place_rows()), (PlaceChanges, change_rows())])
def test_rows_are_valid_and_in_order(model: type[Table], rows: list[dict[str, object]]) -> None:
    frame = frame_of(model, rows)
    assert len(model.validate(frame, lazy=True)) == len(rows)
    order = [tuple(row[name] for name in table_spec(model)["sort_by"]) for row in rows]
    assert order == sorted(order)  # type: ignore[type-var]


def test_places_hold_all_kinds() -> None:
    rows = {row["place_id"]: row for row in place_rows()}
    assert {row["kind"] for row in rows.values()} == {"country", "province", "city", "county", "zone", "township"}
    assert rows["441827/清新县"]["last_year"] == 2011
    assert rows["441827/清新县"]["series_code"] == "441803"
    assert rows["441900/虎门镇"]["code"] is None
    assert rows["990100/云汀市"]["invented"]
