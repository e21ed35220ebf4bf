"""Which row or column of a form a heading means, as reports print it: numbered, broken, bracketed, misspelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from schemas.forms import Line

# （二） 1. ① before a heading, more than one of them too: 三、（一）
_NUMBERING = re.compile(
    r"(?:[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．,，]?(?<![一二三四五六七八九十])|[(（]?\d{1,2}[)）.．、]+|[①-⑳][、.]?)+"
)
_ASIDE = re.compile(r"[(（][^()（）]*[)）]?")
_NOISE = re.compile(r"[^\w]+|_")
# A heading that is as like to the form's words as this is them, with a slip; so far the next best must be behind.
_ALIKE, _APART = 80.0, 8.0
_LEAST = 4  # characters of a heading that may be misspelt or have more around it
EXACT, HOLDS, LIKE = 1.0, 0.9, 0.8


class Heading(NamedTuple):
    """The line of a form that a heading means, and how sure that is."""

    line: Line
    score: float


@lru_cache(maxsize=4096)
def normalised(heading: str) -> str:
    """Return the words of a heading without numbering and notes.

    >>> normalised("（二） 部分公开（区分处理的，只计这一情形，不计其他情形）"), normalised("3.危及“三安全 一稳定”")
    ('部分公开', '危及三安全一稳定')
    >>> normalised("本年增/减"), normalised("其它 结果"), normalised("三、本年度办理结果"), normalised("三安全")
    ('本年增减', '其他结果', '本年度办理结果', '三安全')
    """
    plain = "".join(unicodedata.normalize("NFKC", heading).split())
    bare = _NUMBERING.sub("", plain, count=1) if _NUMBERING.match(plain) else plain
    words = _NOISE.sub("", _ASIDE.sub("", bare)).replace("其它", "其他")
    return words or _NOISE.sub("", bare)


def line_of(heading: str, lines: tuple[Line, ...]) -> Heading | None:
    """Return the form line that a heading names, by equality, containment or similarity, or None if unclear."""
    words = normalised(heading)
    return _line_of(words, lines) if words else None


@lru_cache(maxsize=4096)
def _line_of(words: str, lines: tuple[Line, ...]) -> Heading | None:
    wanted = [(normalised(word), line) for line in lines for word in line.words]
    exact = next((line for word, line in wanted if word == words), None)
    if exact is not None:
        return Heading(exact, EXACT)
    if len(words) < _LEAST or any(normalised(group) == words for line in lines for group in line.under):
        return None  # a heading over several lines (法人或其他组织) is none of them
    held = [(len(word), line) for word, line in wanted if len(word) >= _LEAST and word in words]
    if held and len({line.id for _, line in held}) == 1:
        return Heading(held[0][1], HOLDS)
    return _likest(words, wanted)


def _likest(words: str, wanted: Iterable[tuple[str, Line]]) -> Heading | None:
    best: dict[str, tuple[float, Line]] = {}
    for word, line in wanted:
        if len(word) >= _LEAST:
            likeness = fuzz.ratio(words, word)
            if likeness > best.get(line.id, (0.0, line))[0]:
                best[line.id] = (likeness, line)
    ranked = sorted(best.values(), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] < _ALIKE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _APART:
        return None
    return Heading(ranked[0][1], LIKE)
