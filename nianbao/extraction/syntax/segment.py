"""Cutting a stretch of text into typed words: the longest at each place, the best path where words cross."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
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


def cut_words(text: str, start: int, end: int) -> list[TypedWord]:
    """Return the typed words of `text[start:end]` in order; what stands between them are nouns.

    >>> text = "占地区生产总值"
    >>> [text[begin:stop] for sign, begin, stop in cut_words(text, 0, len(text))]
    ['占']
    """
    signs, _, lengths, single = _dictionary()
    sign_of, single_of = signs.get, single.get
    starts = [*map(lengths.get, map(add, text[start:end], text[start + 1 : end])), None]
    found: list[TypedWord] = []
    offset = noun = start
    while offset < end:
        sign = None
        for length in starts[offset - start] or ():
            stop = offset + length
            if stop <= end and (sign := sign_of(text[offset:stop])):
                break
        if sign is None:
            if sign := single_of(text[offset]):
                found.append((sign, offset, offset + 1))
                noun = offset + 1
            offset += 1
            continue
        words: Sequence[TypedWord] = ((sign, offset, stop),)
        if any(starts[offset + 1 - start : stop - start]):
            overlapping = starts[offset - start :]
            crossing = _reach_of_crossing(text, offset, stop, end, overlapping)
            if crossing > stop:
                words, stop = _best_path(text, offset, crossing, overlapping), crossing
        offset = stop
        for sign, begin, stop in words:
            if sign == NOUN or (sign in ACTIONS and stop < end and text[stop] == "率"):
                continue  # 创建率 is a noun
            if sign in ACTIONS and noun == begin - 1 and text[noun] == "新":
                begin = noun  # 新开工
            found.append((sign, begin, stop))
            noun = stop
    return found


_Starts = Sequence[tuple[int, ...] | None]


def _reach_of_crossing(text: str, offset: int, reach: int, end: int, starts: _Starts) -> int:
    """Return the end of the words that overlap `text[offset:reach]`, directly or through one another.

    `starts` are the lengths of the words that may begin at each place from `offset` on, which end at `end` at most.
    """
    signs = _dictionary().signs
    for place, lengths in enumerate(starts[1:], offset + 1):
        if place >= reach:
            break
        for length in lengths or ():
            if place + length <= reach:
                break
            if place + length <= end and text[place : place + length] in signs:
                reach = place + length
                break
    return reach


def _best_path(text: str, start: int, end: int, starts: _Starts) -> list[TypedWord]:
    """Return the cheapest segmentation of overlapping words; rare words cost more."""
    signs, costs, _, single = _dictionary()
    best: list[tuple[float, int]] = [(0.0, start)] + [(math.inf, start)] * (end - start)
    for offset in range(start, end):
        cost = best[offset - start][0]
        step = cost + (_TYPED if text[offset] in single else _UNKNOWN)
        if step < best[offset + 1 - start][0]:
            best[offset + 1 - start] = (step, offset)
        for length in starts[offset - start] or ():
            word = text[offset : offset + length]
            if offset + length <= end and word in signs:
                step = cost + costs.get(word, _TYPED)
                if step < best[offset + length - start][0]:
                    best[offset + length - start] = (step, offset)
    path: list[TypedWord] = []
    offset = end
    while offset > start:
        before = best[offset - start][1]
        path.append((signs.get(text[before:offset], NOUN), before, offset))
        offset = before
    return path[::-1]
