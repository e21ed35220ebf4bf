"""The lines that a web page sets around a report, cut as whole lines: breadcrumbs, font sizes, counters, link lists.

What a line of chrome looks like stands in `boilerplate.yaml`; nothing here ever cuts a part of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_TOP_LINES = 30  # how far down the furniture above a report can reach
_SHORT = 60
_BEGUN = 3  # lines with sentences, after which a report has begun, however short they are
_ATTACHMENT = re.compile("附件[:：]?")
_SENTENCE = re.compile("[。！？；]")


@dataclass(frozen=True, slots=True)
class BoilerplateLine:
    """One kind of chrome: where it stands, what it looks like, and a line that it cuts."""

    where: str
    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class _Rules:
    longest: int
    anywhere: re.Pattern[str]
    link: re.Pattern[str]
    top: re.Pattern[str]
    tail: re.Pattern[str]

    def verdict(self, line: str) -> str | None:
        """Which kind of chrome a short line is wherever it stands; None for a line of the report."""
        return "link" if self.link.fullmatch(line) else "any" if self.anywhere.fullmatch(line) else None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The report's own lines, and what stood above it and was cut (a date of posting is in there)."""

    lines: list[str]
    above: list[str]


@cache
def boilerplate_lines() -> tuple[BoilerplateLine, ...]:
    """Return the kinds of `boilerplate.yaml`. Raises ValueError if an entry is malformed or misses its example."""
    kinds = []
    for entry in _data()["lines"]:
        kind = BoilerplateLine(**entry)
        if kind.where not in ("any", "link", "top", "tail") or not re.fullmatch(kind.pattern, kind.example):
            raise ValueError(
                f"boilerplate.yaml: {kind.pattern!r} ({kind.where}) does not cut its example {kind.example!r}"
            )
        kinds.append(kind)
    return tuple(kinds)


def remove_boilerplate(lines: Sequence[str]) -> Cleaned:
    """The lines without page furniture. Lines must be squeezed; a line with a sentence of the report is never cut."""
    rules = _rules()
    kept: list[str] = []
    above: list[str] = []
    top, said = True, 0  # whether the report has not begun, and how many short lines of it had a sentence
    judged: dict[str, str | None] = {}  # short lines come again and again, in tables most of all
    for at, line in enumerate(lines):
        if len(line) <= rules.longest:
            if top and at < _TOP_LINES and rules.top.fullmatch(line):
                above.extend((*kept, line))
                kept.clear()
                continue
            verdict = judged.get(line, "")
            if verdict == "":
                verdict = judged[line] = rules.verdict(line)
            if verdict == "link":
                if kept and _ATTACHMENT.fullmatch(kept[-1]):
                    kept.pop()
                continue
            if verdict == "any":
                if top:
                    above.append(line)
                continue
        if _SENTENCE.search(line):
            said += 1
            top = top and len(line) <= _SHORT and said < _BEGUN
        kept.append(line)
    return Cleaned(_cut_tail(kept, rules), above)


def _cut_tail(lines: list[str], rules: _Rules) -> list[str]:
    """Without the short lines below the report, from the first that only a page has."""
    end = len(lines)
    while end and len(lines[end - 1]) <= _SHORT and not _SENTENCE.search(lines[end - 1]):
        end -= 1
    first = next((at for at in range(end, len(lines)) if rules.tail.fullmatch(lines[at])), len(lines))
    return lines[:first]


@cache
def _rules() -> _Rules:
    kinds = boilerplate_lines()

    def either(where: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{kind.pattern})" for kind in kinds if kind.where == where))

    return _Rules(int(_data()["longest"]), either("any"), either("link"), either("top"), either("tail"))


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("boilerplate.yaml").read_text(encoding="utf-8"))
    return loaded
