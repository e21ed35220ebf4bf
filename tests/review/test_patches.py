"""Patches of YAML: what is meant is added, nothing else changes, and undoing restores every byte."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nianbao.review.patches import ListTarget, PatchRefused, add_to_list, append_entries, undo

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
COMMENTS = st.lists(st.sampled_from(["# by hand", "", "   # indented", "#"]), max_size=3)
ENTRIES = st.fixed_dictionaries(
    {
        "report": TEXTS,
        "quote": TEXTS,
        "expect": st.one_of(st.integers(-(10**14), 10**14), st.floats(allow_nan=False, allow_infinity=False)),
        "set": st.dictionaries(st.sampled_from(["value", "unit"]), TEXTS, max_size=2),
        "date": st.dates(),
    }
)


def file_of(entries: list[dict[str, Any]], comments: list[str], indent: str, newline: str) -> str:
    """Return a file of corrections as a person may have laid it out."""
    if not entries:
        return "".join(f"{line}{newline}" for line in comments if not line.startswith(" "))
    dumped = yaml.safe_dump(entries, allow_unicode=True, width=40)
    lines = ["# Ours", "corrections:", *(indent + line for line in dumped.splitlines() if line), *comments]
    return newline.join(lines) + newline


FILES = st.builds(
    file_of,
    st.lists(ENTRIES, max_size=3),
    COMMENTS,
    st.sampled_from(["", "  ", "    "]),
    st.sampled_from(["\n", "\r\n"]),
)


@given(FILES, st.lists(ENTRIES, min_size=1, max_size=2), st.lists(ENTRIES, min_size=1, max_size=2))
def test_entries_are_added_at_the_end_and_undone_to_the_byte(
    text: str, mine: list[dict[str, Any]], theirs: list[dict[str, Any]]
) -> None:
    """An edit keeps all that was there, undoing restores the bytes, and what others added since stays."""
    after = append_entries(text, "corrections", mine)
    assert after.startswith(text)
    before = (yaml.safe_load(text) or {}).get("corrections", [])
    assert yaml.safe_load(after)["corrections"] == [*before, *mine]
    assert undo(after, text, after) == text
    both = append_entries(after, "corrections", theirs)
    if before:
        assert undo(both, text, after) == append_entries(text, "corrections", theirs)
        assert undo(both, after, both) == after


CATALOG = """\
# Indicators of 财政.
category: finance
indicators:
  - id: gdp   # the first
    wordings: [生产总值, "地区：总值"]  # keep
    unit: 元
  - id: revenue
    wordings:
      [
        财政收入,
        税收,
      ]
    around: []
  - id: spending
    wordings:
    - 支出 # a block
    - 财政支出
    unit: 元
nouns:
  - {noun: road, name_zh: 道路, acts: [new], unit: 公里}
"""
TARGETS = [
    ListTarget("id", "gdp", "wordings"),
    ListTarget("id", "gdp", "without"),
    ListTarget("id", "revenue", "wordings"),
    ListTarget("id", "revenue", "around"),
    ListTarget("id", "spending", "wordings"),
    ListTarget("id", "spending", "without"),
    ListTarget("noun", "road", "acts"),
]
WORDS = st.one_of(TEXTS.filter(bool), st.sampled_from(["a: b", "[x]", "是，否", "yes", "12", "#", "'", "a, b"]))


@given(st.sampled_from(TARGETS), WORDS, st.sampled_from(["\n", "\r\n"]))
def test_a_word_is_added_to_its_list_and_undone_to_the_byte(target: ListTarget, word: str, newline: str) -> None:
    """Whatever the layout of a list, the word is added to it alone, comments stay, and undoing restores the bytes."""
    text = CATALOG.replace("\n", newline)
    after = add_to_list(text, target, word, "2026-03-01 a reader: why")
    expected = yaml.safe_load(text)
    entries = [*expected["indicators"], *expected["nouns"]]
    entry = next(e for e in entries if e.get(target.id_key) == target.name)
    entry.setdefault(target.key, []).append(word)
    assert yaml.safe_load(after) == expected
    assert all(comment in after for comment in ("# the first", "# keep", "# a block", "# 2026-03-01 a reader: why"))
    assert undo(after, text, after) == text


def test_two_words_of_two_reviewers_are_undone_one_by_one() -> None:
    """Undoing the first of two edits of a file keeps the second."""
    first = add_to_list(CATALOG, TARGETS[0], "经济总量", "one")
    both = add_to_list(first, TARGETS[4], "总支出", "two")
    assert undo(both, CATALOG, first) == add_to_list(CATALOG, TARGETS[4], "总支出", "two")


def test_lines_that_others_changed_are_not_undone() -> None:
    """Where another reviewer changed the same line, undoing is refused."""
    first = add_to_list(CATALOG, TARGETS[0], "经济总量", "one")
    both = add_to_list(first, TARGETS[0], "总量", "two")
    with pytest.raises(PatchRefused, match="changed since"):
        undo(both, CATALOG, first)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("corrections: [{quote: 1}]\n", "one entry under another"),
        ("corrections:\n  - a: 1\nmore: 2\n", "one entry under another"),
        ("- a\n", "must be one mapping"),
        ("corrections: [\n", "not valid YAML"),
        ("corrections:\n  - a: 1\n---\nb: 2\n", "must be one mapping"),
        ("corrections:\n  - a: 1\n...\n", "allow this edit|not be valid|one mapping"),
    ],
)
def test_a_file_that_cannot_be_edited_safely_is_refused(text: str, what: str) -> None:
    """A layout in which the end of the list is not the end of the file is left to a person."""
    with pytest.raises(PatchRefused, match=what):
        append_entries(text, "corrections", [{"quote": "32亿元", "date": date(2026, 3, 1)}])


@pytest.mark.parametrize(
    ("target", "what"),
    [
        (ListTarget("id", "teapots", "wordings"), "no entry has id: teapots"),
        (ListTarget("noun", "road", "words"), "one line"),
        (ListTarget("id", "gdp", "unit"), "is no list"),
    ],
)
def test_a_list_that_cannot_be_found_is_refused(target: ListTarget, what: str) -> None:
    """An unknown entry, a value that is no list and an entry in one line are named."""
    with pytest.raises(PatchRefused, match=what):
        add_to_list(CATALOG, target, "x", "why")


def test_a_word_is_not_added_twice() -> None:
    """A word that the list has already is refused."""
    with pytest.raises(PatchRefused, match="has 生产总值 already"):
        add_to_list(CATALOG, TARGETS[0], "生产总值", "why")
