"""Remove boilerplate: lines that a web page puts around a report, such as breadcrumbs, counters and lists of links.

`boilerplate.yaml` lists what they look like. Only whole lines are removed, never a part of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_TOP_LINES = 30  # the most lines that boilerplate above a report takes
_MAX_SHORT_LENGTH = 60
_MIN_SENTENCE_LINES = 3  # this many lines with sentences begin a report, however short they are
_ATTACHMENT = re.compile("附件[:：]?")
_SENTENCE = re.compile("[。！？；]")
_POSITIONS = ("any", "link", "top", "tail")


@dataclass(frozen=True, slots=True)
class BoilerplateLine:
    """One kind of boilerplate.

    Attributes:
        where: `any`, `link`, `top` (above the report) or `tail` (below it).
        pattern: A pattern of the whole line, with `re.VERBOSE`.
        example: A line that the pattern matches.
    """

    where: str
    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """The patterns of `boilerplate.yaml`, joined by position."""

    max_length: int
    anywhere: re.Pattern[str]
    link: re.Pattern[str]
    top: re.Pattern[str]
    tail: re.Pattern[str]

    def kind_of(self, line: str) -> str | None:
        """Return `link` or `any` for boilerplate that may be anywhere; None for a line of the report."""
        return "link" if self.link.fullmatch(line) else "any" if self.anywhere.fullmatch(line) else None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The lines of a report, and the boilerplate above it (which may hold the day of posting)."""

    lines: list[str]
    above: list[str]


@cache
def boilerplate_lines() -> tuple[BoilerplateLine, ...]:
    """Return the entries of `boilerplate.yaml`.

    Raises:
        ValueError: An entry is malformed, or its pattern does not match its example.
    """
    kinds = []
    for entry in _data()["lines"]:
        kind = BoilerplateLine(**entry)
        if kind.where not in _POSITIONS or not re.fullmatch(kind.pattern, kind.example, re.VERBOSE):
            raise ValueError(
                f"boilerplate.yaml: {kind.pattern!r} ({kind.where}) does not match its example {kind.example!r}; fix "
                "the pattern"
            )
        kinds.append(kind)
    return tuple(kinds)


def remove_boilerplate(lines: Sequence[str]) -> Cleaned:
    """Remove the boilerplate from lines with normalized spaces; a line with a sentence of the report always stays."""
    rules = _rules()
    kept: list[str] = []
    above: list[str] = []
    in_top, n_short_sentence_lines = True, 0
    kinds: dict[str, str | None] = {}  # a cache: short lines recur, above all in tables
    for index, line in enumerate(lines):
        if len(line) <= rules.max_length:
            if in_top and index < _TOP_LINES and rules.top.fullmatch(line):
                above.extend((*kept, line))
                kept.clear()
                continue
            kind = kinds.get(line, "")
            if kind == "":
                kind = kinds[line] = rules.kind_of(line)
            if kind == "link":
                if kept and _ATTACHMENT.fullmatch(kept[-1]):
                    kept.pop()
                continue
            if kind == "any":
                if in_top:
                    above.append(line)
                continue
        if _SENTENCE.search(line):
            n_short_sentence_lines += 1
            in_top = in_top and len(line) <= _MAX_SHORT_LENGTH and n_short_sentence_lines < _MIN_SENTENCE_LINES
        kept.append(line)
    return Cleaned(_cut_tail(kept, rules), above)


def _cut_tail(lines: list[str], rules: _Rules) -> list[str]:
    """Remove the short lines below the report, from the first that is boilerplate."""
    end = len(lines)
    while end and len(lines[end - 1]) <= _MAX_SHORT_LENGTH and not _SENTENCE.search(lines[end - 1]):
        end -= 1
    first = next((index for index in range(end, len(lines)) if rules.tail.fullmatch(lines[index])), len(lines))
    return lines[:first]


@cache
def _rules() -> _Rules:
    kinds = boilerplate_lines()

    def any_of(where: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{kind.pattern})" for kind in kinds if kind.where == where), re.VERBOSE)

    return _Rules(int(_data()["max_length"]), any_of("any"), any_of("link"), any_of("top"), any_of("tail"))


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("boilerplate.yaml").read_text(encoding="utf-8"))
    return loaded
