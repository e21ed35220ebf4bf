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
Piece = tuple[str, int, int]  # a sign and where its word begins and ends


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
def cut_words(text: str) -> tuple[Piece, ...]:
    """The typed words of a text in their order; what is no typed word is a noun, and nouns that touch are one.

    >>> [text for sign, start, end in cut_words("占地区生产总值") for text in ["占地区生产总值"[start:end]]]
    ['占', '地区生产总值']
    """
    signs, _, lengths, single = _dictionary()
    size = len(text)
    starts = [lengths.get(pair) for pair in map(add, text, text[1:])]
    starts.append(None)
    pieces: list[Piece] = []
    at = noun = 0
    while at < size:
        choices = starts[at]
        reach = 0
        for length in choices or ():
            if text[at : at + length] in signs and at + length <= size:
                reach = at + length
                break
        if not reach:
            sign = single.get(text[at])
            at += 1
            if sign:
                if noun < at - 1:
                    pieces.append((NOUN, noun, at - 1))
                pieces.append((sign, at - 1, at))
                noun = at
            continue
        crossing = _reach_of_crossing(text, at, reach, starts)
        if crossing > reach:
            cut, at = _best_path(text, at, crossing, starts), crossing
        else:
            cut, at = [(at, reach)], reach
        for begin, stop in cut:
            sign = signs.get(text[begin:stop], NOUN)
            if sign == NOUN or (sign in ACTIONS and text[stop : stop + 1] == "率"):
                continue  # 创建率 is a noun
            if sign in ACTIONS and noun == begin - 1 and text[noun] == "新":
                begin = noun  # 新开工
            if noun < begin:
                pieces.append((NOUN, noun, begin))
            pieces.append((sign, begin, stop))
            noun = stop
    if noun < size:
        pieces.append((NOUN, noun, size))
    return tuple(pieces)


_Starts = Sequence[tuple[int, ...] | None]


def _reach_of_crossing(text: str, start: int, reach: int, starts: _Starts) -> int:
    """How far words that begin inside `text[start:reach]` reach beyond it, and those that begin inside these."""
    signs = _dictionary().signs
    at = start + 1
    while at < reach:
        for length in starts[at] or ():
            if at + length <= reach:
                break
            if at + length <= len(text) and text[at : at + length] in signs:
                reach = at + length
                break
        at += 1
    return reach


def _best_path(text: str, start: int, end: int, starts: _Starts) -> list[tuple[int, int]]:
    """The cheapest way to cut a stretch in which words cross; a word costs the more the rarer it is."""
    signs, costs, _, single = _dictionary()
    best: list[tuple[float, int]] = [(0.0, start)] + [(math.inf, start)] * (end - start)
    for at in range(start, end):
        cost = best[at - start][0]
        step = cost + (_TYPED if text[at] in single else _UNKNOWN)
        if step < best[at + 1 - start][0]:
            best[at + 1 - start] = (step, at)
        for length in starts[at] or ():
            word = text[at : at + length]
            if at + length <= end and word in signs:
                step = cost + costs.get(word, _TYPED)
                if step < best[at + length - start][0]:
                    best[at + length - start] = (step, at)
    path: list[tuple[int, int]] = []
    at = end
    while at > start:
        before = best[at - start][1]
        path.append((before, at))
        at = before
    return path[::-1]
