"""The generator: the same seed gives the same bytes, what it says is true stands in the text, and it fits together."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.snapshots.store import read_snapshot, snapshot_paths
from tests.synthetic.generator import SYSTEMS, plan, put_faults, render_report, reports, write_raw, write_report
from tests.synthetic.generator.plan import CHECKS, plantable

YEARS = range(2020, 2024)


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others() -> None:
    def made(seed: int) -> list[bytes]:
        return [one.dressed.data for one in reports(plan(seed, 3, YEARS, contradictions=0.3, missing=0.1))]

    assert made(1) == made(1)
    assert made(1) != made(2)


@pytest.mark.parametrize("style", ["full", "small"])
def test_every_number_of_the_truth_stands_where_it_says(style: str) -> None:
    for one in plan(3, 4, YEARS, contradictions=0.5):
        for year in YEARS:
            report = write_report(one, year, style, wide=0.2)
            assert all(report.text[m.start : m.end] == m.quote for m in report.mentions)
            starts = [m.start for m in report.mentions]
            assert starts == sorted(starts)
            assert all(m.relates_to in starts for m in report.mentions if m.relates_to is not None)


def test_every_text_says_that_it_is_invented() -> None:
    for one in reports(plan(1, 4, (2021,)), style="small"):
        assert "虚构" in one.written.text


def test_levels_of_a_plan_agree_with_each_other() -> None:
    """What one report says of a year is what the next says of the year before."""
    for one in plan(5, 3, YEARS, ("rule_of_law",)):
        for year in YEARS:
            assert one.values["closed"][year] <= one.values["accepted"][year] <= one.values["applications"][year]
            rate = one.values["closed_rate"][year]
            assert rate == pytest.approx(100 * one.values["closed"][year] / one.values["accepted"][year])


@pytest.mark.parametrize("family", ["rule_of_law", "work_report"])
def test_every_check_has_something_to_be_planted_in(family: str) -> None:
    assert set(plantable(family)) == set(CHECKS)
    assert all(plantable(family).values())


def test_reports_are_snapshots_that_the_program_takes(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    n = write_raw(raw, reports(plan(1, 2, YEARS), style="small"), tmp_path / "truth.jsonl")
    put_faults(raw)
    paths = list(snapshot_paths(raw))
    assert len(paths) == n + 2 == 2 * 2 * 4 + 2
    assert all(read_snapshot(raw, path)[0].n_bytes for path in paths)
    assert len((tmp_path / "truth.jsonl").read_text("utf-8").splitlines()) == n


def test_a_report_is_dressed_as_any_system_would_hold_it() -> None:
    report = write_report(next(plan(1, 1, YEARS)), 2021, "small")
    dressed = {system: render_report(report, system) for system in SYSTEMS}
    assert len({one.data for one in dressed.values()}) == len(SYSTEMS)
    assert len({one.url for one in dressed.values()}) >= len(SYSTEMS) - 1  # the two texts are one address
