"""Decide whether two subjects name the same measure: what was done, and to what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nianbao.indicators.wording import Language, load_language
from schemas.yaml_config import load_yaml

ACTS = Path(__file__).with_name("acts.yaml")
_CACHE_SIZE = 20_000


@dataclass(frozen=True, slots=True)
class Measure:
    """What a subject counts: the kinds of acts that it names, and the characters of the noun without them."""

    acts: frozenset[str]
    noun: frozenset[str]

    def does_other_acts(self, other: Measure) -> bool:
        """Return whether both name acts and not the same: 新建, 新建改造."""
        return bool(self.acts) and bool(other.acts) and self.acts != other.acts

    def includes(self, other: Measure) -> bool:
        """Return whether the other is a part of this one: it names fewer acts, or the noun in more words."""
        return self.acts >= other.acts and self.noun <= other.noun and self != other


@dataclass(frozen=True, slots=True)
class _Words:
    """The patterns made of `acts.yaml`."""

    language: Language
    new: re.Pattern[str]
    acts: re.Pattern[str]
    act_of: dict[str, tuple[str, ...]]
    neutral: re.Pattern[str]


@cache
def _words(path: Path = ACTS) -> _Words:
    """Load `acts.yaml`. Raises ConfigError for an entry that is wrong, with file and line."""
    top = load_yaml(path)
    top.check_keys(["new", "acts", "neutral"])
    act_of: dict[str, tuple[str, ...]] = {}
    for entry in top.entries("acts"):
        entry.check_keys(["is", "words"])
        for word in entry.texts("words"):
            act_of[word] = entry.texts("is")
    language = load_language()
    neutral = {*language.neutral, *language.cumulative, *language.area, *top.texts("neutral")}
    return _Words(language, _any_of(top.texts("new")), _any_of(act_of), act_of, _any_of(neutral))


def _any_of(words: object) -> re.Pattern[str]:
    """Return a pattern of any of the words, the longest first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))  # type: ignore[call-overload]
    return re.compile("|".join(map(re.escape, ordered)))


@lru_cache(_CACHE_SIZE)
def measure_of(subject: str) -> Measure:
    """Return what a subject counts.

    >>> measure_of("新建改造公厕") == measure_of("公厕新建、改造")
    True
    """
    words = _words()
    text = words.language.normalise(subject)
    acts = frozenset(act for word in words.acts.findall(text) for act in words.act_of[word])
    noun = words.neutral.sub("", words.acts.sub("", text))
    return Measure(acts, frozenset(noun))


@lru_cache(_CACHE_SIZE)
def counts_what_is_new(subject: str) -> bool:
    """Return whether a subject begins with a verb of adding, so that it counts what was added (增加三甲医院)."""
    return _words().new.match(subject) is not None
