"""What a cell of an ordinary table holds: a number with its sign, unit and bounds, a year, or words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.quantity import AFTER, ASCII_UNIT, BOUND_AFTER, UNIT, plain_text

VALUE, YEAR, EMPTY, TEXT = "value", "year", "empty", "text"
_WORDS, _BOUNDS = words("tables"), words("bounds")
_BEFORE = {word: key.removeprefix("before.") for key in _BOUNDS if key[:7] == "before." for word in _BOUNDS[key]}
_BEFORE |= {"≥": "at_least", "≤": "at_most", ">": "more_than", "<": "less_than"}
_UP, _DOWN = frozenset(_WORDS["up"]), frozenset(_WORDS["down"])
_FULL_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_TIMES = r"万亿|[十百千]?[万亿]"
_CELL = re.compile(
    rf"""(?P<before>{trie_pattern(_BEFORE)})?(?P<sign>{trie_pattern(_UP | _DOWN)})?
    (?P<number>{_NUMBER})(?:%?[-~至到](?P<high>{_NUMBER}))?
    (?P<times>{_TIMES})?(?P<unit>{UNIT}(?:/{UNIT})?|{ASCII_UNIT})?(?P<after>{BOUND_AFTER})?""",
    re.VERBOSE,
)
_YEAR_CELL = re.compile(r"(?:19|20)\d\d年?(?:度|末|底)?")
_YEAR_ENDS = ("年", "年度", "年末", "年底")
_UNIT_TIMES = re.compile(rf"(?P<times>{_TIMES}|[百千](?=[元人户件]))(?P<unit>[^\d].*)")
_LONGEST_NUMBER = 15  # digits; more is a code


class CellNumber(NamedTuple):
    """The number of a cell before its headings say its unit: `sign` is `up`, `down` or None."""

    number: str
    high: str | None
    times: str
    unit: str
    sign: str | None
    word: bool
    qualifier: str


@lru_cache(maxsize=8192)
def sort_of(text: str) -> str:
    """Return whether a cell holds a value, a year, nothing or words.

    >>> [sort_of(text) for text in ("1,234.5", "-14.6", "2019年", "2019", "市公安局", "增长8.5%左右")]
    ['value', 'value', 'year', 'year', 'text', 'value']
    """
    plain = _plain(text)
    if not plain:
        return EMPTY
    if _YEAR_CELL.fullmatch(plain):
        return YEAR
    return VALUE if number_in(text) is not None else TEXT


@lru_cache(maxsize=8192)
def number_in(text: str) -> CellNumber | None:
    """Return the number of a cell, or None if it holds no number, or something in addition to one."""
    plain = _plain(text)
    found = _CELL.fullmatch(plain)
    if plain.endswith(_YEAR_ENDS) and _YEAR_CELL.fullmatch(plain):
        return None  # 2019年 is no amount, whatever the heading is
    if not found or sum(map(str.isdigit, found["number"])) > _LONGEST_NUMBER:
        return None
    before, sign, after = found["before"], found["sign"], found["after"]
    return CellNumber(
        number=found["number"],
        high=found["high"],
        times=found["times"] or "",
        unit=found["unit"] or "",
        sign="up" if sign in _UP else "down" if sign in _DOWN else None,
        word=sign is not None and sign not in "+-",
        qualifier=_BEFORE[before] if before else AFTER[after] if after else "exact",
    )


def split_unit(unit: str) -> tuple[str, str]:
    """Return the multiplier and the unit of a printed unit: 万元 as 万 and 元."""
    found = _UNIT_TIMES.fullmatch(plain_text(unit))
    return (found["times"], found["unit"]) if found else ("", plain_text(unit))


def _plain(text: str) -> str:
    return _FULL_COMMA.sub(",", plain_text(text).strip())
