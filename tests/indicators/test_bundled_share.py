"""The share of levels and shares of the bundled reports with an indicator, as a floor against regressions."""

from __future__ import annotations

from pathlib import Path

from nianbao.pipeline import run


def test_most_observations_of_bundled_reports_have_an_indicator(checkout: Path) -> None:
    """At least 65% (rule of law) and 75% (work reports) of levels and shares are matched."""
    matched = run(checkout / "data" / "raw", checkout / "data" / "curated").matched
    floors = {"rule_of_law": 0.65, "work_report": 0.75}
    shares = {family: with_id / of for family, (with_id, of) in matched.items()}
    assert {family: shares[family] for family in floors if shares[family] < floors[family]} == {}
