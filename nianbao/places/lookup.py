"""Find the place that a name means, or its candidates.

The words before a name must be the names of the units above it (深圳市龙华区), and a bare name counts only if no other
place had it at the time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from nianbao.places.history import latest
from nianbao.places.units import COUNTRY_CODE, Place, index, parent_names, parents, short_name

COUNTRY_NAMES = ("全国", "国务院", "中华人民共和国国务院", "中华人民共和国", "国家", "中央", "中央人民政府")
ORDINARY = frozenset(("城区", "郊区", "矿区", "市区", "新区"))  # names of units that are words as well
_OFTEN = 10  # the least number of times that a report says the short name of its own place
_INSIDE_WORD = re.compile("(?![在我向由与和及到从对把为是使让将省市县州])[\u4e00-\u9fff]")  # what a name cannot follow
_TAIL = re.compile(
    r"(?:人民政府(?:办公厅|办公室)?|政府(?:办公厅|办公室)?|人民代表大会(?:常务委员会)?|人大|各级人民政府)$"
)
_LEAD = re.compile(r"(?:中共|中国共产党|中国|中华人民共和国|关于|印发|转发|代表|[在向由和与及的]|[^\u4e00-\u9fff])$")


class Candidate(NamedTuple):
    """A place that a name may mean, and the years in which it was called so (`1987-2012`, `1987-`)."""

    code: str
    name: str
    years: str


class Found(NamedTuple):
    """What a name means: the place, or None and the candidates among which nothing decides."""

    place: Place | None
    candidates: tuple[Place, ...]


def find_place(name: str, nearby: str = "", year: int | None = None) -> Place | None:
    """Return the place that `name` means: a code, a name, a name after its parents' (深圳市龙华区), or 国务院.

    If several places share the name, choose the one with parents named in `nearby`, or the one that had it in `year`.
    Return None if that does not decide, or if the place is unknown.

    >>> find_place("深圳市龙华区").code, find_place("国务院").name, find_place("441800").name
    ('440309', '全国', '清远市')
    >>> find_place("鼓楼区") is None, find_place("鼓楼区", nearby="南京市委市政府").province_name
    (True, '江苏省')
    >>> find_place("成都高新区") is None
    True
    """
    return look_up(name, nearby, year).place


def look_up(name: str, nearby: str = "", year: int | None = None) -> Found:
    """Return what a name means as `find_place` does, with the candidates where nothing decides."""
    name = _TAIL.sub("", "".join(name.split()))
    units = index()
    if name.isdecimal():
        known = units.by_code.get(name, [])
        if year is not None:
            known = [place for place in known if place.existed(year)] or known
        return Found(known[0] if known else None, tuple(known[:1]))
    if name in COUNTRY_NAMES:
        country = units.by_code[COUNTRY_CODE][0]
        return Found(country, (country,))
    is_cut = False  # a name was found behind words that are no parents of it: 市郊区 in 阳泉市郊区
    for start in range(len(name) - 1):
        word = name[start:]
        places = units.by_name.get(word) or units.by_alias.get(word)
        if places:
            before = name[:start]
            fitting = [place for place in places if agrees(place, before)]
            if fitting:
                return choose(fitting, before, nearby, year)
            if is_cut or not _LEAD.search(before) or word in ORDINARY:
                is_cut = True
                continue
            return choose(places, "", nearby, year)
    return Found(None, ())


def similar_names(name: str, number: int = 5) -> list[str]:
    """Return names of current places that resemble an unknown one, as suggestions in an error.

    >>> similar_names("清远是")[0]
    '广东省清远市'
    """
    today = [place for place in index().rows if place.last_year is None]
    word = re.sub("(?:人民)?政府$", "", name)
    near = get_close_matches(word, sorted({place.name for place in today}), number, cutoff=0.5)
    return [candidate.name for near_name in near for candidate in candidates_of(_current(near_name))][:number]


def _current(name: str) -> list[Place]:
    """Return the places of today that have a name."""
    return [place for place in index().by_name.get(name, ()) if place.last_year is None]


def agrees(place: Place, before: str) -> bool:
    """Return whether the words before a place's name are the names of units above it, in full or in short.

    >>> yanjiang = find_place("441881")
    >>> agrees(yanjiang, "广东省清远市"), agrees(yanjiang, "清远"), agrees(yanjiang, "佛山市")
    (True, True, False)
    """
    before = re.sub("^(?:中共|中国共产党|中国|关于)", "", before)
    if not before:
        return True
    names = sorted(parent_names(place), key=len, reverse=True)
    while before:
        word = next((name for name in names if before.endswith(name)), None)
        if word is None:
            return False
        before = before.removesuffix(word)
    return True


def choose(places: Sequence[Place], before: str = "", nearby: str = "", year: int | None = None) -> Found:
    """Return the place that the year and the surrounding words select from those that share a name."""
    remaining = of_year(places, year)
    for words in (before, nearby):
        if len(remaining) > 1 and words:
            remaining = best_named(remaining, words)
    if len(remaining) > 1:
        remaining = _still_there(_last_of_each(remaining))
    if len({(place.name, place.parent_code) for place in remaining}) == 1:
        remaining = remaining[:1]  # one place that two lists give different codes
    decided = len({place.code for place in remaining}) == 1
    return Found(remaining[0] if decided else None, tuple(remaining))


def of_year(places: Sequence[Place], year: int | None) -> list[Place]:
    """Return the places that existed in a year, else in the years around it, else all; by default current ones."""
    if year is None:
        return [place for place in places if place.last_year is None] or list(places)
    for slack in (0, 1, 3):
        then = [place for place in places if place.existed(year, slack)]
        if then:
            return then
    return list(places)


def best_named(places: Sequence[Place], words: str) -> list[Place]:
    """Return the places with the parents that the words name most often; all if the words name none."""
    scores = [_belongs(place, words) for place in places]
    best = max(scores)
    return [place for place, score in zip(places, scores, strict=True) if score == best] if best else list(places)


def _belongs(place: Place, words: str) -> int:
    """Return how often the words name a place's parents: a full name counts ten, a short name one."""
    names = [(row.name, 2) for row in index().by_code.get(place.parent_code, [])] + [(place.province_name or "", 1)]
    score = 0
    for name, weight in names:
        if name and name != place.name:
            score += weight * (10 * words.count(name) or words.count(short_name(name)))
    return score


def _last_of_each(places: Sequence[Place]) -> list[Place]:
    """Return the places, only the last of those that are the same place under several codes."""
    last: dict[tuple[str, str], Place] = {}
    for place in places:
        key = latest(place.code, place.name)
        if key not in last or (last[key].last_year or 9999) < (place.last_year or 9999):
            last[key] = place
    return list(last.values())


def _still_there(places: Sequence[Place]) -> list[Place]:
    """Return the only place that still exists; all if none or several exist."""
    current = [place for place in places if place.last_year is None]
    return current if len(current) == 1 else list(places)


def candidates_of(places: Iterable[Place]) -> tuple[Candidate, ...]:
    """Return the places as candidates to show, each once."""
    shown: dict[tuple[str, str], Candidate] = {}
    for place in places:
        name = "".join([*(parent.name for parent in reversed(parents(place))), place.name])
        years = f"{place.first_year or ''}-{place.last_year or ''}"
        shown[place.code, place.name] = Candidate(place.code, name, years)
    return tuple(shown.values())


def most_named(text: str, ending: str) -> str | None:
    """Return the name ending in 区, 县, 市, 州 or 省 that a text uses most often; None if there is a tie.

    The short name alone (青穗 for 青穗县) counts three: the full one may be part of another word (滨海城区).

    >>> most_named("青穗县稳步发展。今年青穗完成3件实事，云汀市肯定了青穗。", "县")
    '青穗县'
    """
    by_name = index().by_name
    full: Counter[str] = Counter()
    separate: set[str] = set()  # names that occur somewhere as separate words
    end = text.find(ending)
    while end >= 0:
        start = next((start for start in range(max(0, end - 8), end) if text[start : end + 1] in by_name), end)
        name = text[start : end + 1]
        if start < end and name not in ORDINARY:
            full[name] += 1
            if not _INSIDE_WORD.match(text[max(0, start - 1) : start]):
                separate.add(name)
        end = text.find(ending, end + 1)
    counted: Counter[str] = Counter()
    for name, times in full.items():
        short = short_name(name)
        alone = text.count(short) - times if len(short) < len(name) else 0
        if alone >= _OFTEN or name in separate:
            counted[name] = times + 3 * alone
    ranked = counted.most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) == 2 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]
