"""The command `backfill`, without Prefect: which snapshots it reads again, and what is wrong usage."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import app
from nianbao.selection import Selection, select
from tests.conftest import AddReport, report_text


@pytest.fixture
def published(raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with raw files and tables of three years."""
    for year in (2018, 2019, 2020):
        add_report(report_text(year), f"{year}.txt")
    monkeypatch.chdir(tmp_path)
    assert nianbao("run").exit_code == 0
    return tmp_path


def nianbao(command: str, *words: str) -> Result:
    """Run a command without Prefect on the folder of the test."""
    return CliRunner().invoke(app, [command, "--direct", "--raw", "raw", "--curated", "c", *words])


def test_snapshots_that_the_current_version_read_are_read_again_only_with_force(published: Path) -> None:
    """Reports that are up to date are skipped, and `--force` reads those of the selected years again."""
    assert "0 new, 0 read again" in nianbao("backfill", "--years", "2018-2020").stdout
    forced = nianbao("backfill", "--years", "2018-2019", "--family", "rule_of_law", "--force")
    assert "0 new, 2 read again" in forced.stdout
    assert "nothing changed since" in forced.stdout


def test_other_years_are_read_by_the_next_run(raw: Path, add_report: AddReport, published: Path) -> None:
    """`backfill` reads only the selected years, and the next `run` reads the rest."""
    add_report(report_text(2016), "2016.txt")
    add_report(report_text(2012), "2012.txt")
    result = nianbao("backfill", "--years", "2015-2017", "--jurisdiction", "云汀市")
    assert "1 new" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("4 reports")
    assert (published / "c" / "atlas" / "r" / "rule_of_law-990100-2016.html").exists()
    assert nianbao("run").stdout.splitlines()[-1].startswith("5 reports")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--years", "2019-15"), "write 2020 or 2015-2024"),
        (("--years", "2019", "--jurisdiction", "鼓楼区"), "write the full name or the code"),
        (("--years", "2019", "--runner", "threads"), "--direct runs without Prefect"),
        (("--years", "2019", "--scheduler", "tcp://127.0.0.1:1"), "--direct runs without Prefect"),
        (("--years", "2019", "--runner", "dask"), "--direct runs without Prefect"),
    ],
)
def test_wrong_usage(raw: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str) -> None:
    """Wrong years, ambiguous places and options that contradict `--direct` are usage errors with advice."""
    monkeypatch.chdir(raw.parent)
    result = nianbao("backfill", *words)
    assert (result.exit_code, says in result.stderr) == (2, True), result.stderr


def test_a_selection_has_the_same_text_in_any_order() -> None:
    """Selections of the same families and places are described alike, and reversed years are refused."""
    first = select(2019, 2020, ["work_report", "rule_of_law"], ["云汀市", "990121"])
    again = select(2019, 2020, ["rule_of_law", "work_report"], ["青穗县", "990100"])
    assert first.in_words == again.in_words == "rule_of_law work_report; 990100 990121; 2019 2020"
    assert Selection().in_words == "all; all; all"
    with pytest.raises(ValueError, match="before the first"):
        select(2020, 2019)
