"""How many of the levels and shares of the bundled reports have an indicator: a floor, so that no change loses them."""

from __future__ import annotations

from pathlib import Path

from nianbao.pipeline import run


def test_most_of_what_the_bundled_reports_count_has_an_id(checkout: Path) -> None:
    matched = run(checkout / "data" / "raw", checkout / "data" / "curated").matched
    floors = {"rule_of_law": 0.65, "work_report": 0.75}
    shares = {family: with_id / of for family, (with_id, of) in matched.items()}
    assert {family: shares[family] for family in floors if shares[family] < floors[family]} == {}
