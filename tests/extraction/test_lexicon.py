"""The words are data: they load, they are checked, and patterns made of them match the longest."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nianbao.extraction
from nianbao.extraction.lexicon import LexiconError, alternation, words
from tests.extraction.sentences import STEADY

_NAMES = sorted(
    path.name.removesuffix(".yaml")
    for path in resources.files("nianbao.extraction").joinpath("lexicon").iterdir()
    if path.name.endswith(".yaml")
)


@pytest.mark.parametrize("name", _NAMES)
def test_every_list_loads(name: str) -> None:
    assert words(name)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("up: [增长, 增长]", "lexicon/broken.yaml: up has 增长 more than once; keep one"),
        ("up: 7", "lexicon/broken.yaml: up is no list of words"),
        ("up: [5]", "lexicon/broken.yaml: up has 5, which is no word; put it in quotes"),
        ("before:\n  up: [超, 超]", "lexicon/broken.yaml: before.up has 超 more than once; keep one"),
        ("up:", "lexicon/broken.yaml: up is no list of words"),
        ("up: [增长, '']", "lexicon/broken.yaml: up has '', which is no word; put it in quotes"),
        ("up: []", "lexicon/broken.yaml: up is no list of words"),
    ],
)
def test_a_broken_list_names_the_file_and_the_mend(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, text: str, complaint: str
) -> None:
    class Files:
        def joinpath(self, _: str) -> Files:
            return self

        def read_text(self, encoding: str) -> str:
            return text

    monkeypatch.setattr("nianbao.extraction.lexicon.resources.files", lambda _: Files())
    with pytest.raises(LexiconError, match=re.escape(complaint)):
        words.__wrapped__("broken")


@STEADY
@given(st.lists(st.text(alphabet="增长提高升至.+", min_size=1, max_size=5), min_size=1, max_size=12, unique=True))
def test_an_alternation_matches_its_words_and_of_two_the_longer(choices: list[str]) -> None:
    pattern = re.compile(alternation(choices))
    for word in choices:
        match = pattern.match(word)
        assert match is not None
        assert match.group() == max((c for c in choices if word.startswith(c)), key=len)


def test_the_examples_in_the_code_hold() -> None:
    for module in pkgutil.iter_modules(nianbao.extraction.__path__, "nianbao.extraction."):
        assert doctest.testmod(importlib.import_module(module.name)).failed == 0, module.name
