"""Changes that are outside what their indicator does elsewhere are withheld until something confirms the figures."""

from __future__ import annotations

from typing import Any

import pyarrow as arrow
import pytest

from nianbao.comparison.likelihood import ComparedChange, unlikely_changes
from nianbao.indicators.catalog import load_catalog
from schemas import Comparisons, arrow_schema


def change(value: float, previous: float, place: str = "440100", **more: Any) -> ComparedChange:
    """Return a comparable row of `comparisons`."""
    found: ComparedChange = {
        "series_code": place,
        "body_id": "",
        "indicator_id": "gdp",
        "unit": "元",
        "comparability": "comparable",
        "value": value,
        "previous_value": previous,
        "reported_change_pct": None,
        "latest_value": None,
        "observation_id": f"{place}#now",
        "previous_observation_id": f"{place}#before",
    }
    found.update(more)  # type: ignore[typeddict-item]
    return found


def positions(rows: list[ComparedChange], corrected: frozenset[str] = frozenset()) -> list[int]:
    """Return the positions of the rows with an unlikely change."""
    table = arrow.Table.from_pylist(rows, arrow_schema(Comparisons).remove_metadata()).select(list(rows[0]))
    return [found.position for found in unlikely_changes(table, corrected, load_catalog())]


def test_a_change_beyond_the_limit_of_its_nature_is_unlikely() -> None:
    """Without figures of other governments the limit of its nature counts: nothing yearly grows fourfold."""
    assert positions([change(400, 100), change(200, 100, "440200")]) == [0]


def test_a_change_beyond_what_others_show_is_unlikely() -> None:
    """Where other governments change by a few per cent, a doubling is unlikely."""
    others = [change(100 + n, 100, f"4403{n:02}") for n in range(3, 13)]
    assert positions([change(200, 100), *others]) == [0]
    assert positions([change(130, 100), *others]) == []


@pytest.mark.parametrize("more", [{"reported_change_pct": 300.0}, {"comparability": "bound"}])
def test_stated_growth_confirms_a_change(more: dict[str, Any]) -> None:
    """A row with a stated growth keeps its change, and a row without a change is not judged."""
    assert positions([change(400, 100, **more)]) == []


def test_later_reports_and_corrections_confirm_a_change() -> None:
    """Both figures must be stated again, or read by a person: one of them also belongs to another year's change."""
    before = change(100, 98, observation_id="440100#before", previous_observation_id=None, latest_value=100.0)
    assert positions([before, change(400, 100, latest_value=400.0)]) == []
    assert positions([change(400, 100, latest_value=400.0)]) == [0]
    assert positions([change(400, 100)], frozenset({"440100#now"})) == [0]
    assert positions([change(400, 100)], frozenset({"440100#now", "440100#before"})) == []
