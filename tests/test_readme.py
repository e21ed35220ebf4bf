"""The recipes of the README run on the bundled reports, and its first table is the result of its first recipe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from tests.conftest import REPO_ROOT

README = (REPO_ROOT / "README.md").read_text("utf-8")
# Commands before the code of a recipe run in tests/docs.
RECIPES = re.findall(
    r"^\*\*(\d)\. [^\n]+\n\n(?:```console\n[^`]*```\n\n)?```(sql|python)\n(.*?)^```", README, re.M | re.S
)


def result_of(language: str, code: str) -> pd.DataFrame:
    """Return the result of a recipe in SQL or Python."""
    if language == "sql":
        return duckdb.execute(code).df()
    names: dict[str, pd.DataFrame] = {}
    exec(compile(code, "README.md", "exec"), names)
    return names["result"]


def as_markdown(frame: pd.DataFrame) -> str:
    """Return the frame as the README shows it, with sentences cut to 60 characters."""
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * len(frame.columns)]
    for row in frame.itertuples(index=False):
        cells = [f"{cell:,.15g}" if isinstance(cell, float) else str(cell) for cell in row]
        lines.append("| " + " | ".join(cell if len(cell) <= 60 else cell[:59] + "…" for cell in cells) + " |")
    return "\n".join(lines)


def test_there_are_seven_recipes() -> None:
    """The README has seven recipes, numbered in order."""
    assert [number for number, _, _ in RECIPES] == list("1234567")


@pytest.mark.parametrize(("number", "language", "code"), RECIPES, ids=[f"recipe-{recipe[0]}" for recipe in RECIPES])
def test_a_recipe_runs_and_returns_rows(
    number: str, language: str, code: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each recipe of the README runs on the bundled reports and returns rows."""
    monkeypatch.chdir(checkout)
    assert len(result_of(language, code)) > 3


def test_the_table_of_the_readme_is_the_result_of_the_first_recipe(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table that the README shows is what its first recipe returns."""
    monkeypatch.chdir(checkout)
    shown = re.search(r"<!-- result of recipe 1 -->\n(.*?)\n<!-- end -->", README, re.S)
    assert shown
    assert shown[1] == as_markdown(result_of(*RECIPES[0][1:]))


def test_a_missing_year_is_shown_as_missing(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fifth recipe shows a missing report as missing and not as zero."""
    monkeypatch.chdir(checkout)
    counts: dict[Any, Any] = result_of(*RECIPES[4][1:])[2022].to_dict()
    assert pd.isna(counts["rule_of_law", "青穗县"])
    assert counts["rule_of_law", "云汀市"] > 0


def test_the_context_of_a_number_is_from_the_text(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third recipe shows each number within exactly the characters of its report."""
    monkeypatch.chdir(checkout)
    texts: dict[Any, Any] = pd.read_parquet("data/curated/documents.parquet").set_index("report_id")["text"].to_dict()
    rows: list[dict[Any, Any]] = result_of(*RECIPES[2][1:]).to_dict("records")
    for row in rows:
        before, after = row["in_context"].split("【")[0], row["in_context"].rsplit("】", 1)[1]
        assert before + row["quote"] + after in texts[row["report_id"]]
