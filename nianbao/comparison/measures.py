"""Decide whether two subjects name the same measure: what was done, and to what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from nianbao.indicators.match import own_names
from nianbao.indicators.wording import Language, load_language
from schemas.head_nouns import Act, load_acts
from schemas.locations import CATALOG
from schemas.yaml_config import ConfigNode, load_yaml

WORDS = Path(__file__).with_name("measures.yaml")
_CACHE_SIZE = 20_000
# An act of this nature is no more than that a value was reached.
_NO_ACT = "yearly"
# 开展率 and 覆盖率 are two rates, although the verb before 率 says nothing elsewhere.
_RATE = re.compile(r"[^占]{2}率$")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a subject counts: what was done, and the characters of the noun without that, or a rate (覆盖率) as a whole.

    Each item of `acts` is something that was done, as the acts of the catalog that its word can mean. `kinds` are words
    of the noun that name a part (公办, 社区).
    """

    acts: frozenset[frozenset[str]]
    noun: frozenset[str]
    kinds: frozenset[str]

    def does_the_same(self, other: Measure) -> bool:
        """Return whether what one names is also named by the other, in words that can mean the same."""
        return _all_met(self.acts, other.acts) and _all_met(other.acts, self.acts)

    def does_other_acts(self, other: Measure) -> bool:
        """Return whether both name acts and not the same: 新建, 新建改造."""
        return bool(self.acts) and bool(other.acts) and not self.does_the_same(other)

    def diverges_from(self, other: Measure) -> bool:
        """Return whether each names what the other does not: 森林覆盖率, 林木覆盖率; 民生领域投入, 九大类民生支出."""
        return not self.noun <= other.noun and not other.noun <= self.noun

    def is_same(self, other: Measure) -> bool:
        """Return whether both name the same acts and the same thing."""
        return self.kinds == other.kinds and self.noun == other.noun and self.does_the_same(other)

    def includes(self, other: Measure) -> bool:
        """Return whether the other is a part of this one: it names fewer acts, or the noun in more words."""
        return self.noun <= other.noun and _all_met(other.acts, self.acts) and not self.is_same(other)


def _all_met(acts: Iterable[frozenset[str]], others: frozenset[frozenset[str]]) -> bool:
    return all(any(act & other for other in others) for act in acts)


@dataclass(frozen=True, slots=True)
class _Words:
    """The patterns made of `measures.yaml` and of the acts of the catalog."""

    language: Language
    new: re.Pattern[str]
    same: re.Pattern[str]
    same_as: dict[str, str]
    at_start: re.Pattern[str]
    at_end: re.Pattern[str]
    act_of: dict[str, frozenset[frozenset[str]]]
    neutral: re.Pattern[str]
    kinds: re.Pattern[str]


@cache
def _words(path: Path = WORDS) -> _Words:
    """Load `measures.yaml` and the acts of the catalog.

    Raises:
        ConfigError: An entry is wrong; the message names file and line.
    """
    top = load_yaml(path)
    top.check_keys(["new", "same", "kinds", "neutral"])
    language = load_language()
    same = top.values["same"]
    if not isinstance(same, ConfigNode):
        top.refuse("'same' must be a mapping of a word to a list", "same")
    same_as = {word: key for key in same.values for word in same.texts(key)}
    neutral = {*language.neutral, *language.cumulative, *language.area, *top.texts("neutral")}
    act_of = _act_of(load_acts(CATALOG), neutral, language)
    either = _any_of((*act_of, *neutral)).pattern
    return _Words(
        language=language,
        new=_any_of(top.texts("new")),
        same=_any_of(same_as),
        same_as=same_as,
        at_start=re.compile(either),
        at_end=re.compile(f"(?:{_any_of((*(word for word in act_of if len(word) > 1), *neutral)).pattern})$"),
        act_of=act_of,
        neutral=_any_of(neutral),
        kinds=_any_of(top.texts("kinds")),
    )


def _act_of(acts: dict[str, Act], neutral: set[str], language: Language) -> dict[str, frozenset[frozenset[str]]]:
    """Return what each word says was done: one thing, or several (新建改造), each as the acts that it can be."""
    meanings: dict[str, set[str]] = {}
    several: dict[str, frozenset[frozenset[str]]] = {}
    for act in acts.values():
        for word in map(language.normalise, act.words if act.nature != _NO_ACT else ()):
            if word in neutral:
                continue
            if act.includes:
                several[word] = frozenset(frozenset((part,)) for part in act.includes)
            else:
                meanings.setdefault(word, set()).add(act.id)
    return {**{word: frozenset((frozenset(ids),)) for word, ids in meanings.items()}, **several}


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of any of the words, the longest first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, ordered)))


@lru_cache(_CACHE_SIZE)
def measure_of(subject: str, place: str = "") -> Measure:
    """Return what a subject counts. The names of the place that reports mean nothing in it.

    >>> measure_of("新建改造公厕") == measure_of("公厕新建、改造")
    True
    """
    words = _words()
    text = words.language.normalise(subject)
    for name in own_names(place, words.language) if place else ():
        if len(name) > 1:
            text = text.replace(name, "")
    text = words.same.sub(lambda match: words.same_as[match.group()], text)
    rate = _RATE.findall(text)
    acts: set[frozenset[str]] = set()
    while (match := words.at_start.match(text)) is not None:
        acts |= words.act_of.get(match.group(), frozenset())
        text = text[match.end() :]
    while (match := words.at_end.search(text)) is not None:
        acts |= words.act_of.get(match.group(), frozenset())
        text = text[: match.start()]
    return Measure(
        frozenset(acts), frozenset(words.neutral.sub("", text)).union(rate), frozenset(words.kinds.findall(text))
    )


@lru_cache(_CACHE_SIZE)
def counts_what_is_new(subject: str) -> bool:
    """Return whether a subject begins with a verb of adding, so that it counts what was added (增加三甲医院)."""
    return _words().new.match(subject) is not None
