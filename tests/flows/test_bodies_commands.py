"""`compare` and `export` on the bundled reports: departments, a zone, and a county that became a district."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from typer.testing import CliRunner, Result

from flows.cli.app import app


def nianbao(checkout: Path, *words: str) -> Result:
    """Run a command on the tables of the bundled reports."""
    return CliRunner().invoke(app, [*words, "--curated", str(checkout / "data" / "curated")])


def test_compare_shows_governments_and_says_how_to_see_bodies(checkout: Path) -> None:
    """`compare` leaves out departments and says how to show them."""
    result = nianbao(checkout, "compare", "--jurisdiction", "云汀市", "--indicator", "法律援助")
    assert "云汀市司法局" not in result.stdout.replace("--body 司法局", "")
    assert "not shown: " in result.stdout


def test_a_county_that_became_a_district_is_one_series(checkout: Path) -> None:
    """`compare` shows values under both codes, computes the change across them and names both places."""
    words = ("compare", "--jurisdiction", "清溪区", "--indicator", "reconsideration_accepted")
    rows = [json.loads(line) for line in nianbao(checkout, *words, "--json").stdout.splitlines()]
    stated = [(row["jurisdiction_name"], row["year"], row["value"]) for row in rows if row["value"] is not None]
    assert sorted(stated) == [("清溪区", 2022, 25), ("清溪区", 2023, 29), ("清溪县", 2020, 17), ("清溪县", 2021, 20)]
    assert {row["change_pct"] for row in rows if row["year"] == 2022} == {25.0}
    shown = nianbao(checkout, *words).stdout
    assert "清溪县 990122" in shown
    assert "清溪区 990102" in shown


def test_a_workbook_of_bodies_has_a_sheet_for_each(checkout: Path, tmp_path: Path) -> None:
    """`export --body all` writes one sheet per department and none for the government."""
    file = tmp_path / "bodies.xlsx"
    assert nianbao(checkout, "export", str(file), "--body", "all").exit_code == 0
    names = openpyxl.load_workbook(file, read_only=True).sheetnames
    assert {"云汀市司法局", "云汀市乡村振兴局"} <= set(names)
    assert "云汀市" not in names


def test_check_shows_the_findings_of_one_body(checkout: Path) -> None:
    """`check --body` filters the findings, and an unknown body is an error that lists the known ones."""
    everything = [json.loads(line) for line in nianbao(checkout, "check", "--json").stdout.splitlines()]
    bodies = [json.loads(line) for line in nianbao(checkout, "check", "--body", "all", "--json").stdout.splitlines()]
    assert bodies == [row for row in everything if row["body_id"]]
    bureau = nianbao(checkout, "check", "--body", "司法局", "--json")
    assert bureau.exit_code == 0
    assert {json.loads(line)["body_id"] for line in bureau.stdout.splitlines()} <= {"sfj"}
    unknown = nianbao(checkout, "check", "--body", "渔业局")
    assert unknown.exit_code == 1
    assert "there are" in unknown.output
