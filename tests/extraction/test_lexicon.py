"""Word lists are data: they load, they are validated, and patterns made of them match the longest word."""

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
from nianbao.extraction.lexicon import LexiconError, trie_pattern, words
from tests.extraction.sentences import STEADY

_NAMES = sorted(
    path.name.removesuffix(".yaml")
    for path in resources.files("nianbao.extraction").joinpath("lexicon").iterdir()
    if path.name.endswith(".yaml")
)


@pytest.mark.parametrize("name", _NAMES)
def test_every_list_loads(name: str) -> None:
    """Every word list of the package is valid and not empty."""
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
def test_an_invalid_word_list_names_the_file_and_the_fix(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, text: str, complaint: str
) -> None:
    """A repeated, empty or non-text entry is an error with file, key and advice."""

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
    """A pattern made of words matches each of them, and always the longest that fits."""
    pattern = re.compile(trie_pattern(choices))
    for word in choices:
        match = pattern.match(word)
        assert match is not None
        assert match.group() == max((c for c in choices if word.startswith(c)), key=len)


def test_the_examples_in_the_code_are_correct() -> None:
    """All doctests of the extraction modules pass."""
    for module in pkgutil.walk_packages(nianbao.extraction.__path__, "nianbao.extraction."):
        assert doctest.testmod(importlib.import_module(module.name)).failed == 0, module.name


def test_a_pattern_of_many_words_matches_whole_words_only() -> None:
    """The pattern of the flow verbs matches each verb completely, and nothing else."""
    verbs = words("verbs")["flow"]
    pattern = re.compile(trie_pattern(verbs))
    assert [verb for verb in verbs if not pattern.fullmatch(verb)] == []
    assert not pattern.fullmatch("建成的")
    assert not pattern.match("茶园")


@pytest.mark.parametrize(
    ("module", "pattern"),
    [
        ("time.adverbs", "ADVERB"),
    ],
)
def test_a_lookahead_accepts_every_start_of_its_pattern(module: str, pattern: str) -> None:
    """The lookahead that makes a pattern fast never excludes a text that the pattern matches."""
    found = re.sub(r"\s", "", getattr(importlib.import_module(f"nianbao.extraction.{module}"), pattern).pattern)
    look, rest = re.fullmatch(r"(\(\?=\[.*?[^\\]\]\))(.*)", found, re.DOTALL).groups()  # type: ignore[union-attr]
    listed = (word for name in _NAMES for choices in words(name).values() for word in choices)
    written = re.findall(r"[^\x00-\x7f]+", rest)
    texts = {
        text + behind for text in (*listed, *written, "2019年", "12月", "3.") for behind in ("", "完成", "茶园年均")
    }
    pattern_alone = re.compile(rest)
    assert [text for text in texts if pattern_alone.match(text) and not re.match(look, text)] == []
