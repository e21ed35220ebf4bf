"""The generator: same bytes for the same seed, truth that matches the text, consistent figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.snapshots.store import read_snapshot, snapshot_paths
from tests.synthetic.generator import SYSTEMS, plan, render_report, reports, write_faulty_files, write_raw, write_report
from tests.synthetic.generator.plan import CHECKS, plantable

YEARS = range(2020, 2024)


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others() -> None:
    """A seed determines the generated files, and another seed gives other files."""

    def data(seed: int) -> list[bytes]:
        return [report.file.data for report in reports(plan(seed, 3, YEARS, contradictions=0.3, missing=0.1))]

    assert data(1) == data(1)
    assert data(1) != data(2)


@pytest.mark.parametrize("style", ["full", "small"])
def test_every_mention_has_the_offsets_of_its_quote(style: str) -> None:
    """The offsets of the generated truth select the quotes, in order, with valid relations."""
    for government in plan(3, 4, YEARS, contradictions=0.5):
        for year in YEARS:
            report = write_report(government, year, style, wide=0.2)
            assert all(report.text[m.start : m.end] == m.quote for m in report.mentions)
            starts = [m.start for m in report.mentions]
            assert starts == sorted(starts)
            assert all(m.relates_to in starts for m in report.mentions if m.relates_to is not None)


def test_every_text_says_that_it_is_invented() -> None:
    """Each generated text says that it is invented."""
    for report in reports(plan(1, 4, (2021,)), style="small"):
        assert "虚构" in report.report.text


def test_the_values_of_a_plan_are_consistent() -> None:
    """In a generated plan, closed, accepted and filed cases are consistent with the rate."""
    for government in plan(5, 3, YEARS, ("rule_of_law",)):
        for year in YEARS:
            closed, accepted, applications, rate = (
                government.values[name][year] for name in ("closed", "accepted", "applications", "closed_rate")
            )
            assert closed <= accepted <= applications
            assert rate == pytest.approx(100 * closed / accepted)


@pytest.mark.parametrize("family", ["rule_of_law", "work_report"])
def test_every_check_has_a_sentence_to_plant_an_error_in(family: str) -> None:
    """Each check has a sentence in both families in which an error can be planted."""
    assert set(plantable(family)) == set(CHECKS)
    assert all(plantable(family).values())


def test_generated_snapshots_are_readable(tmp_path: Path) -> None:
    """All generated reports and faulty files are valid snapshots, and the truth has one line per report."""
    raw = tmp_path / "raw"
    n = write_raw(raw, reports(plan(1, 2, YEARS), style="small"), tmp_path / "truth.jsonl")
    write_faulty_files(raw)
    paths = list(snapshot_paths(raw))
    assert len(paths) == n + 2 == 2 * 2 * 4 + 2
    assert all(read_snapshot(raw, path)[0].n_bytes for path in paths)
    assert len((tmp_path / "truth.jsonl").read_text("utf-8").splitlines()) == n


def test_a_report_has_a_different_file_in_each_system() -> None:
    """The same report differs as a file, and nearly always in its URL, between content systems."""
    report = write_report(next(plan(1, 1, YEARS)), 2021, "small")
    files = {system: render_report(report, system) for system in SYSTEMS}
    assert len({file.data for file in files.values()}) == len(SYSTEMS)
    assert len({file.url for file in files.values()}) >= len(SYSTEMS) - 1  # the two plain texts share a URL
