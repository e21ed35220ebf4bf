"""Cutting a stretch of text into typed words: the longest at each place, the best path where words cross."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from operator import add
from typing import NamedTuple

from nianbao.extraction.lexicon import words
from nianbao.extraction.syntax.types import ACTIONS, NOUN, PUNCTUATION, SIGNS, WORD_TYPES

_TOTAL = 60_000_000  # the words that the dictionary's frequencies were counted in
_UNKNOWN, _TYPED = 12.0, 9.0  # the cost of a character that begins no word, and of a typed word without a frequency
TypedWord = tuple[str, int, int]  # a sign and where its word begins and ends


class _Dictionary(NamedTuple):
    signs: dict[str, str]  # of every word
    costs: dict[str, float]
    lengths: dict[str, tuple[int, ...]]  # of the words that begin with two characters, longest first
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
    lengths: dict[str, set[int]] = {}
    for word in signs:
        if len(word) > 1:
            lengths.setdefault(word[:2], set()).add(len(word))
    ordered = {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}
    return _Dictionary(signs, costs, ordered, {word: sign for word, sign in signs.items() if len(word) == 1})


@lru_cache(maxsize=1 << 14)
def cut_words(text: str) -> tuple[TypedWord, ...]:
    """Return the typed words of a text in order; all other words are nouns, and adjacent nouns are merged.

    >>> [text for sign, start, end in cut_words("占地区生产总值") for text in ["占地区生产总值"[start:end]]]
    ['占', '地区生产总值']
    """
    signs, _, lengths, single = _dictionary()
    size = len(text)
    starts = [lengths.get(pair) for pair in map(add, text, text[1:])]
    starts.append(None)
    found: list[TypedWord] = []
    offset = noun = 0
    while offset < size:
        choices = starts[offset]
        reach = 0
        for length in choices or ():
            if text[offset : offset + length] in signs and offset + length <= size:
                reach = offset + length
                break
        if not reach:
            sign = single.get(text[offset])
            offset += 1
            if sign:
                if noun < offset - 1:
                    found.append((NOUN, noun, offset - 1))
                found.append((sign, offset - 1, offset))
                noun = offset
            continue
        crossing = _reach_of_crossing(text, offset, reach, starts)
        if crossing > reach:
            cut, offset = _best_path(text, offset, crossing, starts), crossing
        else:
            cut, offset = [(offset, reach)], reach
        for begin, stop in cut:
            sign = signs.get(text[begin:stop], NOUN)
            if sign == NOUN or (sign in ACTIONS and text[stop : stop + 1] == "率"):
                continue  # 创建率 is a noun
            if sign in ACTIONS and noun == begin - 1 and text[noun] == "新":
                begin = noun  # 新开工
            if noun < begin:
                found.append((NOUN, noun, begin))
            found.append((sign, begin, stop))
            noun = stop
    if noun < size:
        found.append((NOUN, noun, size))
    return tuple(found)


_Starts = Sequence[tuple[int, ...] | None]


def _reach_of_crossing(text: str, start: int, reach: int, starts: _Starts) -> int:
    """Return the end of the words that overlap `text[start:reach]`, directly or through one another."""
    signs = _dictionary().signs
    offset = start + 1
    while offset < reach:
        for length in starts[offset] or ():
            if offset + length <= reach:
                break
            if offset + length <= len(text) and text[offset : offset + length] in signs:
                reach = offset + length
                break
        offset += 1
    return reach


def _best_path(text: str, start: int, end: int, starts: _Starts) -> list[tuple[int, int]]:
    """Return the cheapest segmentation of overlapping words; rare words cost more."""
    signs, costs, _, single = _dictionary()
    best: list[tuple[float, int]] = [(0.0, start)] + [(math.inf, start)] * (end - start)
    for offset in range(start, end):
        cost = best[offset - start][0]
        step = cost + (_TYPED if text[offset] in single else _UNKNOWN)
        if step < best[offset + 1 - start][0]:
            best[offset + 1 - start] = (step, offset)
        for length in starts[offset] or ():
            word = text[offset : offset + length]
            if offset + length <= end and word in signs:
                step = cost + costs.get(word, _TYPED)
                if step < best[offset + length - start][0]:
                    best[offset + length - start] = (step, offset)
    path: list[tuple[int, int]] = []
    offset = end
    while offset > start:
        before = best[offset - start][1]
        path.append((before, offset))
        offset = before
    return path[::-1]
