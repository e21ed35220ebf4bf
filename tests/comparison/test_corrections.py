"""Manual corrections: what they change, and the errors when they no longer apply."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nianbao.comparison.corrections import CorrectionError, apply_corrections, load_corrections
from nianbao.indicators.catalog import load_catalog
from schemas.config_error import ConfigError
from schemas.rows import ObservationRow
from tests.comparison.compare_factory import compare_rows
from tests.indicators.observation_factory import row

CORRECTION = """
corrections:
  - report: work_report/440100/2019
    quote: 32亿元
    expect: 3200000000
    {action}
    reason: the report lost a 万
    by: a reader
"""


def rows() -> list[ObservationRow]:
    """Return a revenue and its growth rate, which relates to it."""
    level = row("财政收入", "32亿元", 32e8, "元", rounding=1e8)
    change = row("财政收入", "7%", 7, "%", kind="change_pct", char_start=9, relates_to=level["observation_id"])
    return [level, change]


def apply(tmp_path: Path, action: str, text: str = CORRECTION, on: list[ObservationRow] | None = None) -> Any:
    """Write a corrections file with the given action and apply it."""
    (tmp_path / "云汀.yaml").write_text(text.replace("{action}", action), "utf-8")
    return apply_corrections(on or rows(), load_corrections(tmp_path, load_catalog()))


def test_a_scale_changes_value_and_rounding_and_is_recorded(tmp_path: Path) -> None:
    """Scaling changes value and rounding, and records both with old value, new value, file and line."""
    done = apply(tmp_path, "action: scale\n    factor: 0.1")
    assert (done.rows[0]["value"], done.rows[0]["rounding"]) == (pytest.approx(3.2e8), pytest.approx(1e7))
    assert [(row["field"], row["old_value"], row["new_value"]) for row in done.applied] == [
        ("value", "3.2e+09", "3.2e+08"),
        ("rounding", "1e+08", "1e+07"),
    ]
    assert done.applied[0]["source"] == "云汀.yaml:3"


def test_dropping_an_observation_clears_references_to_it(tmp_path: Path) -> None:
    """The growth rate of a dropped revenue no longer refers to it."""
    done = apply(tmp_path, "action: drop")
    assert [(r["quote"], r["relates_to"]) for r in done.rows] == [("7%", None)]
    assert done.applied[0]["new_value"] is None


def test_an_override_sets_columns(tmp_path: Path) -> None:
    """An override replaces the named columns of the observation."""
    done = apply(tmp_path, "action: override\n    set: {period_start: 2018, period_end: 2018, qualifier: approx}")
    assert (done.rows[0]["period_end"], done.rows[0]["qualifier"]) == (2018, "approx")


def test_a_corrected_indicator_takes_precedence_over_matching(tmp_path: Path) -> None:
    """An indicator given by a correction is kept by matching, used in comparisons, and recorded."""
    (tmp_path / "a.yaml").write_text(
        CORRECTION.replace("{action}", "action: rename\n    indicator_id: tax_revenue"), "utf-8"
    )
    derived = compare_rows(rows(), load_corrections(tmp_path, load_catalog()))
    named = derived.observations[0]
    assert (named["indicator_id"], named["match_method"]) == ("tax_revenue", "correction")
    assert derived.comparisons[0]["indicator_id"] == "tax_revenue"
    assert [row["field"] for row in derived.corrections] == ["indicator_id", "match_method", "match_score"]


def test_a_confirmation_keeps_the_figure_and_is_recorded(tmp_path: Path) -> None:
    """A confirmed reading keeps its value, gets the surest grade, and is recorded with the confirmed figure."""
    level = {**rows()[0], "grade": "C"}
    done = apply(tmp_path, "action: confirm\n    date: 2026-03-01", on=[level])  # type: ignore[list-item]
    assert (done.rows[0]["value"], done.rows[0]["grade"]) == (32e8, "A")
    assert [(row["field"], row["old_value"], row["new_value"]) for row in done.applied] == [
        ("value", "3.2e+09", "3.2e+09"),
        ("grade", "C", "A"),
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (CORRECTION.replace("32亿元", "33亿元"), "matches no observation"),
        (CORRECTION.replace("3200000000", "3300000000"), "has the value 3.2e.09, not 3.3e.09 as expected"),
        (CORRECTION.replace("/2019", "/2018"), "matches no observation"),
    ],
)
def test_a_correction_that_no_longer_fits_fails(tmp_path: Path, text: str, what: str) -> None:
    """A correction whose quote, report or expected value is not found stops the run with an error that names it."""
    with pytest.raises(CorrectionError, match=what):
        apply(tmp_path, "action: drop", text)


def test_a_quote_that_occurs_twice_needs_words_of_its_sentence(tmp_path: Path) -> None:
    """An ambiguous quote is an error, and words of the sentence select the right observation."""
    twice = [*rows(), row("税收", "32亿元", 32e8, "元", char_start=50)]
    with pytest.raises(CorrectionError, match="occurs 2 times"):
        apply(tmp_path, "action: drop", on=twice)
    done = apply(tmp_path, "action: drop\n    sentence: 税收32", on=twice)
    assert [r["subject"] for r in done.rows] == ["财政收入", "财政收入"]


def test_two_corrections_of_one_column_have_two_rows(tmp_path: Path) -> None:
    """A figure that was confirmed and then corrected has a row for each, with ids of their own."""
    both = CORRECTION.replace("{action}", "action: confirm") + CORRECTION.split("corrections:")[1].strip("\n")
    done = apply(tmp_path, "action: scale\n    factor: 0.1", text=both)
    ids = [row["correction_id"].partition("!")[2] for row in done.applied if row["field"] == "value"]
    assert ids == ["value", "value-2"]


def test_a_quote_that_occurs_twice_in_a_sentence_needs_its_place(tmp_path: Path) -> None:
    """Where words of the sentence cannot tell, the place of the quote in the text selects the observation."""
    twice = [*rows(), {**row("税收", "32亿元", 32e8, "元", char_start=50), "sentence": rows()[0]["sentence"]}]
    with pytest.raises(CorrectionError, match="or its place under 'char_start'"):
        apply(tmp_path, "action: drop", on=twice)  # type: ignore[arg-type]
    done = apply(tmp_path, "action: drop\n    char_start: 50", on=twice)  # type: ignore[arg-type]
    assert [r["subject"] for r in done.rows] == ["财政收入", "财政收入"]


@pytest.mark.parametrize(
    ("action", "line", "what"),
    [
        ("action: burn", 6, "must be one of"),
        ("action: drop\n    date: yesterday", 7, "must be a date"),
        ("action: scale", 6, "'scale' needs factor"),
        ("action: drop\n    factor: 2", 7, "'factor' does not belong to 'drop'"),
        ("action: rename\n    indicator_id: teapots", 7, "'teapots' is no indicator"),
        ("action: override\n    set: {colour: red}", 7, "unknown key 'colour'"),
    ],
)
def test_a_wrong_correction_names_file_and_line(tmp_path: Path, action: str, line: int, what: str) -> None:
    """A mistake in a corrections file is reported with its file, line and reason."""
    with pytest.raises(ConfigError, match=what) as error:
        apply(tmp_path, action)
    assert f"云汀.yaml:{line}: " in str(error.value)


def test_no_corrections_change_nothing(tmp_path: Path) -> None:
    """Without corrections, the rows are unchanged."""
    assert apply_corrections(rows(), load_corrections(tmp_path, load_catalog())).rows == rows()
