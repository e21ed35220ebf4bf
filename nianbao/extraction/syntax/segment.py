"""Cutting a stretch of text into typed words: the longest at each place, the best path where words cross."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from operator import add
from typing import NamedTuple

from nianbao.extraction.lexicon import words
from nianbao.extraction.syntax.types import ACTIONS, NOUN, PUNCTUATION, SIGNS, WORD_TYPES

_TOTAL = 60_000_000  # the words that the dictionary's frequencies were counted in
_UNKNOWN, _TYPED = 12.0, 9.0  # the cost of a character that begins no word, and of a typed word without a frequency
# What may stand behind a word of one character that else is part of a name; nothing does at the end of a stretch.
_BEHIND = {"达": "全历近超约平年人户亩每国省市县区到了，。；：、（(“"}  # 增速达全市平均的2倍
TypedWord = tuple[str, int, int]  # a sign and where its word begins and ends
# The sign of two characters, None where they are no word; and the lengths of longer words that they begin, by the third
# character, longest first.
_Opening = tuple[str | None, dict[str, tuple[int, ...]]]


class _Dictionary(NamedTuple):
    signs: dict[str, str]  # of every word
    costs: dict[str, float]
    openings: dict[str, _Opening]  # by the first two characters of a word
    single: dict[str, str]  # the signs of words of one character


@cache
def _dictionary() -> _Dictionary:
    signs: dict[str, str] = {}
    costs: dict[str, float] = {}
    listed = words("types")
    for name in WORD_TYPES:
        for word in listed[name]:
            signs.setdefault(word, SIGNS[name])
    for word in listed["protected"]:
        signs.setdefault(word, NOUN)
    source = resources.files("nianbao.extraction").joinpath("lexicon/dictionary.csv")
    for line in source.read_text(encoding="utf-8").splitlines()[1:]:
        word, frequency = line.split(",")
        signs.setdefault(word, NOUN)
        costs[word] = math.log(_TOTAL / int(frequency))
    for name, marks in PUNCTUATION.items():
        for mark in marks:
            signs[mark] = SIGNS[name]
    openings: dict[str, _Opening] = {}
    for word in sorted(signs, key=len, reverse=True):
        if len(word) > 2:
            _, longer = openings.setdefault(word[:2], (signs.get(word[:2]), {}))
            lengths = longer.get(word[2], ())
            longer[word[2]] = lengths if len(word) in lengths else (*lengths, len(word))
        elif len(word) == 2:
            openings.setdefault(word, (signs[word], {}))
    return _Dictionary(signs, costs, openings, {word: sign for word, sign in signs.items() if len(word) == 1})


def cut_words(text: str) -> list[TypedWord]:
    """Return the typed words of a text in order; the text between them is nouns.

    >>> text = "占地区生产总值"
    >>> [text[start:end] for sign, start, end in cut_words(text)]
    ['占']
    """
    signs, _, openings, single = _dictionary()
    sign_of, single_of, size = signs.get, single.get, len(text)
    opening = [*map(openings.get, map(add, text, text[1:])), None]
    found: list[TypedWord] = []
    offset = noun = 0
    words: Sequence[TypedWord]
    while offset < size:
        sign, stop = None, offset + 2
        if here := opening[offset]:
            sign, longer = here
            if longer and (lengths := longer.get(text[stop : stop + 1])):
                for length in lengths:
                    if offset + length <= size and (word := sign_of(text[offset : offset + length])):
                        sign, stop = word, offset + length
                        break
        if sign is None:
            behind = text[stop - 1 : stop]
            in_name = behind not in _BEHIND.get(text[offset], behind)  # 祥达嘉园, 报免比达95%
            if (sign := single_of(text[offset])) and behind != "率" and not in_name:  # 保有率 is a noun
                found.append((sign, offset, offset + 1))
                noun = offset + 1
            offset += 1
            continue
        if opening[offset + 1] or (stop - offset > 2 and any(opening[offset + 2 : stop])):
            crossing = _reach_of_crossing(text, offset, stop, opening)
            words = _best_path(text, offset, crossing, opening) if crossing > stop else ((sign, offset, stop),)
            offset = crossing
        elif sign == NOUN:
            offset = stop
            continue
        else:
            words, offset = ((sign, offset, stop),), stop
        for sign, begin, stop in words:
            if sign == NOUN or (sign in ACTIONS and text[stop : stop + 1] == "率"):
                continue  # 创建率 is a noun
            if sign in ACTIONS and noun == begin - 1 and text[noun] == "新":
                begin = noun  # 新开工
            found.append((sign, begin, stop))
            noun = stop
    return found


_NO_WORD: _Opening = (None, {})
_Openings = Sequence[_Opening | None]


def _words_at(text: str, offset: int, end: int, opening: _Openings) -> Iterator[tuple[str, int]]:
    """Yield the words of two or more characters that begin at a place and end at `end` at most, the longest first."""
    pair, longer = opening[offset] or _NO_WORD
    signs = _dictionary().signs
    for length in longer.get(text[offset + 2 : offset + 3], ()):
        if offset + length <= end and (word := text[offset : offset + length]) in signs:
            yield word, offset + length
    if pair and offset + 2 <= end:
        yield text[offset : offset + 2], offset + 2


def _reach_of_crossing(text: str, start: int, reach: int, opening: _Openings) -> int:
    """Return the end of the words that overlap `text[start:reach]`, directly or through one another."""
    offset = start + 1
    while offset < reach:
        if opening[offset]:
            reach = max(reach, next((stop for _, stop in _words_at(text, offset, len(text), opening)), reach))
        offset += 1
    return reach


def _best_path(text: str, start: int, end: int, opening: _Openings) -> list[TypedWord]:
    """Return the cheapest segmentation of overlapping words; rare words cost more."""
    signs, costs, _, single = _dictionary()
    best: list[tuple[float, int]] = [(0.0, start)] + [(math.inf, start)] * (end - start)
    for offset in range(start, end):
        cost = best[offset - start][0]
        step = cost + (_TYPED if text[offset] in single else _UNKNOWN)
        if step < best[offset + 1 - start][0]:
            best[offset + 1 - start] = (step, offset)
        for word, stop in _words_at(text, offset, end, opening):
            step = cost + costs.get(word, _TYPED)
            if step < best[stop - start][0]:
                best[stop - start] = (step, offset)
    path: list[TypedWord] = []
    while end > start:
        before = best[end - start][1]
        path.append((signs.get(text[before:end], NOUN), before, end))
        end = before
    return path[::-1]
