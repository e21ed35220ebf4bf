"""The rules of the grammar: loads and checks `grammar.yaml`, and says which rules may fit at a place of a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from nianbao.extraction.syntax.notation import END, Notation, NotationError, Pattern, Signs
from nianbao.extraction.syntax.types import NAMES

REGISTERS = frozenset(
    (
        "topic",
        "topic_noun",
        "measured",
        "measured_noun",
        "stated",
        "case_noun",
        "acting",
        "latest",
        "stock",
        "rate",
        "named_rate",
        "things",
        "same_verb",
    )
)
_CONDITIONS = frozenset(("long", "after", "exact", "units", "members", "qualifier", "figure", "opens"))
_KINDS = ("level", "change", "share", "ratio")
_EFFECTS = ("", "open", "close", "part", "state", "keep", "case")
_KEYS = frozenset(
    (
        "name",
        "pattern",
        "reads",
        "kind",
        "of",
        "does",
        "base",
        "long",
        "after",
        "exact",
        "known",
        "figure",
        "opens",
        "ends_before_figure",
        "members",
        "qualifier",
        "units",
        "grade",
        "examples",
    )
)


class GrammarError(ValueError):
    """A rule is not as the reader wants it; the message names the rule."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and the complete reading that is expected of it: `quote kind subject`, one a number."""

    text: str
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """How the subject of a number is made: the first choice that yields words; each is parts and registers in order.

    `each`: the part (or `topic`) is a list, of which every number takes one member. `sectors`: the numbers are those of
    the first, second and third sector.
    """

    choices: tuple[tuple[str, ...], ...]
    each: str = ""
    sectors: str = ""
    latest: bool = False  # it may continue the preceding level


@dataclass(frozen=True, slots=True)
class Rule:
    """A construction of the language; the fields are the keys of an entry of `grammar.yaml`."""

    name: str
    pattern: Pattern
    reads: Mapping[str, Source]
    kind: str
    of: str
    does: str
    base: str
    long: bool  # fits only where many characters stand before its number
    after: str  # fits only behind a reading of this kind
    exact: bool  # fits only a list of as many members as there are numbers
    members: bool  # fits only as many members of its object as its number says
    qualifier: str  # fits only a first number without a bound (`exact`), or with one (`bound`)
    known: bool  # fits only a figure whose name the topic holds
    figure: str  # fits only a figure that is a word of this list of `words.yaml`
    opens: bool  # fits only where nothing has been spoken of in this part of the sentence
    ends_before_figure: (
        bool  # the figure at the end of what is counted is that of the next number; fits only such words
    )
    units: str  # fits only two numbers whose units are the `same` or `differ`, or one with that of the `topic`
    grade: str  # how sure its readings are: A, B or C
    examples: tuple[Example, ...]
    words_of_others: Mapping[str, frozenset[str]]  # by number: the parts of the subjects of the other numbers
    parts: tuple[str, ...]  # the named parts of the pattern that are words
    keeps: bool  # what was spoken of stays
    conditional: bool  # it has conditions that no pattern states
    names_share: bool  # the word of the share is part of a subject


_BITS = {sign: 1 << index for index, sign in enumerate((*NAMES, END))}
_MatchAt = Callable[[str, int, int], "re.Match[str] | None"]


class _Candidate(NamedTuple):
    """A rule that may fit, with its `match`; sets of types are the bits of a number, 0 where any type will do.

    `opens`: what it may begin with, or, where it is `led`, what may stand behind the words that lead a clause. Of each
    set of `needed`, one must stand before the number; `fits` matches what leads up to the number and the number itself.
    """

    opens: int
    led: bool
    needed: tuple[int, ...]
    fits: Callable[[str], re.Match[str] | None] | None
    tried: tuple[Rule, _MatchAt]


class Choice:
    """Which rules may fit, by the types up to the next number and those that a clause begins with."""

    def __init__(self, rules: Sequence[Rule], leading: Pattern) -> None:
        """Choose among these rules; `leading` matches the words that lead a clause."""
        self._rules = tuple(rules)
        self._lead = leading.compiled
        self.candidates = lru_cache(maxsize=1 << 16)(self._candidates)
        self._opening = lru_cache(maxsize=1 << 14)(self._open)
        self._reading = lru_cache(maxsize=1 << 10)(self._read)

    def _candidates(self, window: str) -> tuple[tuple[Rule, _MatchAt], ...]:
        """Return the candidate rules for a window of signs whose last but one is the next number."""
        lead = self._lead.match(window)
        head = _bits(frozenset(window[: (lead.end() if lead else 0) + 1]))
        present = _bits(frozenset(window[:-2]))
        chosen = []
        for candidate in self._opening(_BITS[window[0]], head, window[-2], window[-1]):
            for types in candidate.needed:
                if not types & present:
                    break
            else:
                if candidate.fits is None or candidate.fits(window[:-1]):
                    chosen.append(candidate.tried)
        return tuple(chosen)

    def _open(self, first: int, head: int, number: str, behind: str) -> tuple[_Candidate, ...]:
        """Return the rules that may open with `first`, or behind what leads with one of `head`, and have the number."""
        return tuple(
            candidate
            for candidate in self._reading(number, behind)
            if not candidate.opens or candidate.opens & (head if candidate.led else first)
        )

    def _read(self, number: str, behind: str) -> tuple[_Candidate, ...]:
        """Return the rules that may match this number and what follows it."""
        found = []
        for rule in self._rules:
            node, after = rule.pattern.node, rule.pattern.after_lead
            if node.number is not None and number not in node.number:
                continue
            if node.behind is not None and behind not in node.behind:
                continue
            led = after is not None
            opens = _bits(after) if after is not None else 0 if node.empty else _bits(node.first)
            needed = tuple(map(_bits, node.needed)) if node.number is not None else ()
            fits = rule.pattern.opening.fullmatch if node.number is not None else None
            found.append(_Candidate(opens, led, needed, fits, (rule, rule.pattern.compiled.match)))
        return tuple(found)


def _bits(signs: Signs) -> int:
    """Return a set of signs as the bits of a number."""
    return sum(map(_BITS.__getitem__, signs))


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """The rules in the order in which they are tried, with the notation that they are written in."""

    notation: Notation
    rules: tuple[Rule, ...]
    leading: Pattern
    choice: Choice


@cache
def load_grammar(*further: Path) -> Grammar:
    """Return the grammar of the package; rules of `further` files are tried first.

    Raises GrammarError where a rule cannot be read.
    """
    text = resources.files("nianbao.extraction").joinpath("grammar.yaml").read_text(encoding="utf-8")
    loaded = _load(text)
    notation = Notation.of(loaded["sets"], loaded["phrases"])
    raw = [entry for path in further for entry in _load(path.read_text(encoding="utf-8"))["rules"]]
    rules = tuple(_rule(entry, notation) for entry in [*raw, *loaded["rules"]])
    twice = {rule.name for rule in rules if sum(other.name == rule.name for other in rules) > 1}
    if twice:
        raise GrammarError(f"two rules have one name: {', '.join(sorted(twice))}")
    leading = notation.compile("(time of|leading|total|quality|success)*")
    return Grammar(notation, rules, leading, Choice(rules, leading))


def _load(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _rule(raw: Mapping[str, Any], notation: Notation) -> Rule:
    name = str(raw.get("name", "?"))
    unknown = set(raw) - _KEYS
    if unknown:
        raise GrammarError(f"rule {name}: no key is named {', '.join(sorted(unknown))}")
    kind, does = raw.get("kind", "level"), raw.get("does", "")
    if kind not in _KINDS or does not in _EFFECTS:
        raise GrammarError(f"rule {name}: kind is one of {_KINDS}, does one of {_EFFECTS}")
    try:
        pattern = notation.compile(raw["pattern"])
    except NotationError as error:
        raise GrammarError(f"rule {name}: {error}") from error
    reads = {part: _source(str(how)) for part, how in raw.get("reads", {}).items()}
    named = set(pattern.compiled.groupindex)
    makes = {part: frozenset(word for choice in source.choices for word in choice) for part, source in reads.items()}
    used = frozenset[str]().union(*makes.values())
    missing = (set(reads) | used) - named - REGISTERS - {"share"}
    if missing:
        raise GrammarError(f"rule {name}: its pattern has no part named {', '.join(sorted(missing))}")
    examples = tuple(Example(e["text"], tuple(e["expect"])) for e in raw.get("examples", ()))
    parts = tuple(part for part in pattern.compiled.groupindex if part not in reads)
    sectors = any(source.sectors == "topic" for source in reads.values())
    return Rule(
        name=name,
        pattern=pattern,
        reads=reads,
        kind=kind,
        of=raw.get("of", ""),
        does=does,
        base=raw.get("base", ""),
        long=bool(raw.get("long")),
        after=raw.get("after", ""),
        exact=bool(raw.get("exact")),
        members=bool(raw.get("members")),
        qualifier=raw.get("qualifier", ""),
        known=bool(raw.get("known")),
        figure=raw.get("figure", ""),
        opens=bool(raw.get("opens")),
        ends_before_figure=bool(raw.get("ends_before_figure")),
        units=raw.get("units", ""),
        grade=raw.get("grade", "A"),
        examples=examples,
        words_of_others={part: used - own for part, own in makes.items()},
        parts=parts,
        keeps=does in ("keep", "case"),
        conditional=sectors or not _CONDITIONS.isdisjoint(raw),
        names_share="share" in used,
    )


def _source(how: str) -> Source:
    choices = tuple(tuple(word.strip() for word in choice.split("+")) for choice in how.split(" or "))
    first = choices[0][0].split()
    if first[0] in ("each", "sectors"):
        choices = ((first[1], *choices[0][1:]), *choices[1:])
        each, sectors = (first[1] if first[0] == name else "" for name in ("each", "sectors"))
        return Source(choices, each, sectors)
    return Source(choices, latest="latest" in how)
