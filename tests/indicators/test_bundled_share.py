"""How many of the levels and shares of the bundled reports have an indicator: a floor, so that no change loses them."""

from __future__ import annotations

from pathlib import Path

from nianbao.pipeline import run


def test_most_observations_of_bundled_reports_have_an_indicator(checkout: Path) -> None:
    """At least 65% (rule of law) and 75% (work reports) of levels and shares are matched."""
    matched = run(checkout / "data" / "raw", checkout / "data" / "curated").matched
    floors = {"rule_of_law": 0.65, "work_report": 0.75}
    shares = {family: with_id / of for family, (with_id, of) in matched.items()}
    assert {family: shares[family] for family in floors if shares[family] < floors[family]} == {}
