"""Which numbers measure nothing, and why: the rules of `numbers/exclusions.yaml`, tried in order on each number.

The finder yields every number of a text; only this layer decides that one names, orders, dates or selects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

from nianbao.extraction.lexicon import LexiconError, trie_pattern, words
from nianbao.extraction.numbers.quantity import class_of

_KEYS = frozenset(
    ("name", "reason", "script", "form", "units", "multiplier", "vague", "bounded", "after", "number", "left", "right",
     "last", "before", "behind", "unless_before", "unless_behind", "reach", "takes", "example", "text")
)  # fmt: skip
_REACH = 14


class ExclusionRule(NamedTuple):
    """A rule of the layer; a condition that is None holds for every number."""

    name: str
    reason: str  # empty where the rule says that the number counts
    script: str | None
    form: frozenset[str] | None
    units: frozenset[str] | None
    multiplier: bool | None
    vague: bool | None
    bounded: bool | None
    after: bool | None
    left: re.Pattern[str] | None
    right: re.Pattern[str] | None
    last: re.Pattern[str] | None
    number: re.Pattern[str] | None
    before: re.Pattern[str] | None
    behind: re.Pattern[str] | None
    unless_before: re.Pattern[str] | None
    unless_behind: re.Pattern[str] | None
    reach: int
    item: bool
    example: str
    text: str


@cache
def load_rules() -> tuple[ExclusionRule, ...]:
    """Return the rules in order; raises LexiconError where one is not as the layer reads it."""
    source = resources.files("nianbao.extraction").joinpath("numbers/exclusions.yaml")
    loaded = yaml.load(source.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    lists = {name: trie_pattern(listed) for name, listed in words("exclusions").items()}
    lists["flow"] = trie_pattern(words("verbs")["flow"])
    for name, phrase in loaded["phrases"].items():
        lists[name] = _filled(phrase, lists)
    return tuple(_rule(entry, lists) for entry in loaded["rules"])


def _filled(pattern: str, lists: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda match: lists[match.group(1)], pattern)


def _rule(entry: dict[str, Any], lists: dict[str, str]) -> ExclusionRule:
    unknown = set(entry) - _KEYS
    if unknown or "name" not in entry:
        raise LexiconError(f"numbers/exclusions.yaml: {entry.get('name', entry)} has no key {'、'.join(unknown)}")

    def pattern(key: str, ending: str = "") -> re.Pattern[str] | None:
        return re.compile(f"(?:{_filled(entry[key], lists)}){ending}") if key in entry else None

    units = entry.get("units")
    if isinstance(units, str):
        units = words("exclusions")[units.strip("{}")]
    return ExclusionRule(
        name=entry["name"],
        reason=entry.get("reason", ""),
        script=entry.get("script"),
        form=frozenset(entry["form"]) if "form" in entry else None,
        units=None if units is None else frozenset(units),
        multiplier=entry.get("multiplier"),
        vague=entry.get("vague"),
        bounded=entry.get("bounded"),
        after=entry.get("after"),
        left=pattern("left"),
        right=pattern("right"),
        last=pattern("last"),
        number=pattern("number"),
        before=pattern("before", "$"),
        behind=pattern("behind"),
        unless_before=pattern("unless_before", "$"),
        unless_behind=pattern("unless_behind"),
        reach=entry.get("reach", _REACH),
        item=entry.get("takes") == "item",
        example=entry.get("example", ""),
        text=entry.get("text", ""),
    )


class _Signs(dict[str, frozenset[str]]):
    """A character to those of some patterns that match it; equal sets are one object, so that they compare fast."""

    def __init__(self, patterns: Iterable[re.Pattern[str] | None]) -> None:
        super().__init__()
        self._patterns = {pattern.pattern: pattern for pattern in patterns if pattern is not None}
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    def __missing__(self, sign: str) -> frozenset[str]:
        matching = frozenset(name for name, pattern in self._patterns.items() if pattern.match(sign))
        self[sign] = matching = self._sets.setdefault(matching, matching)
        return matching


_RULES = load_rules()
_LEFT, _RIGHT = (_Signs(getattr(rule, side) for rule in _RULES) for side in ("left", "right"))


class Form:
    """What numbers are like by themselves: their form, unit and bounds; with the rules that may decide on them."""

    __slots__ = ("_by_sides", "_rules", "unit_class")

    def __init__(self, script: str, form: str, unit: str | None, marks: tuple[bool, bool, bool, bool]) -> None:
        """Choose the rules for such numbers."""
        multiplier, vague, bounded, after = marks
        self.unit_class = class_of(unit)
        self._by_sides: dict[tuple[frozenset[str], frozenset[str]], tuple[ExclusionRule, ...]] = {}
        self._rules = tuple(
            rule
            for rule in _RULES
            if rule.script in (None, script)
            and (rule.form is None or form in rule.form)
            and (rule.units is None or (unit or "none") in rule.units or self.unit_class in rule.units)
            and rule.multiplier in (None, multiplier)
            and rule.vague in (None, vague)
            and rule.bounded in (None, bounded)
            and rule.after in (None, after)
            and (rule.last is None or after)
        )

    def rules_between(self, left: str, right: str) -> tuple[ExclusionRule, ...]:
        """Return the rules that may decide on such a number between these characters, in order.

        They are the same for many numbers, so that most numbers need no further look at the rules.
        """
        sides = _LEFT[left], _RIGHT[right]
        found = self._by_sides.get(sides)
        if found is None:
            found = self._by_sides[sides] = self._between(*sides)
        return found

    def _between(self, left: frozenset[str], right: frozenset[str]) -> tuple[ExclusionRule, ...]:
        found = []
        for rule in self._rules:
            if (rule.left is None or rule.left.pattern in left) and (rule.right is None or rule.right.pattern in right):
                found.append(rule)
                if not any((rule.number, rule.last, rule.before, rule.behind, rule.unless_before, rule.unless_behind)):
                    break  # it fits every number that comes so far
        return tuple(found)


@lru_cache(maxsize=1 << 13)
def form_of(script: str, form: str, unit: str | None, marks: tuple[bool, bool, bool, bool]) -> Form:
    """Return the form of numbers; `marks` says whether 万 or 亿, 多 or 几, a bound before and one behind are there."""
    return Form(script, form, unit, marks)


def exclusion_of(plain: str, start: int, end: int, number: str, form: Form) -> ExclusionRule | None:
    """Return the rule that excludes the number `plain[start:end]`, or None if the number counts."""
    rules = form.rules_between(plain[start - 1] if start else "\n", plain[end : end + 1] or "\n")
    return first_exclusion(rules, plain, start, end, number)


def first_exclusion(
    rules: Sequence[ExclusionRule], plain: str, start: int, end: int, number: str
) -> ExclusionRule | None:
    """Return the first of the rules that fits a number, or None if that rule says that it counts."""
    for rule in rules:
        if (
            (rule.number is None or rule.number.fullmatch(number))
            and (rule.last is None or rule.last.match(plain[end - 1]))
            and (rule.behind is None or rule.behind.match(plain, end))
            and (rule.before is None or rule.before.search(plain, max(0, start - rule.reach), start))
            and (rule.unless_behind is None or not rule.unless_behind.match(plain, end))
            and (rule.unless_before is None or not rule.unless_before.search(plain, max(0, start - rule.reach), start))
        ):
            return rule if rule.reason else None
    return None
