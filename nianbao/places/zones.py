"""Find the development zone in words: 万盛经开区, 四川天府新区管委会, 超山风景名胜区.

A zone is not a unit of GB/T 2260. It belongs to the government above it, which zones.csv names for the zones that are
known; for others it is the place before the zone's name.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from nianbao.places.bodies import words
from nianbao.places.history import place_of
from nianbao.places.units import Place, Zone, index, parents, short_name, zones

_BRACKETS = re.compile(r"\([^()]*\)")


class ZoneWords(NamedTuple):
    """Words that may name a zone: its name, the organ that runs it, the words after them, and the zone if known."""

    name: str
    organ: str
    rest: str
    zone: Zone | None


@cache
def _alike() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the ways to write one kind of zone, and the one to compare by."""
    table = words()["zones"]["alike"]
    return tuple((re.compile("|".join(sorted(ways, key=len, reverse=True))), word) for word, ways in table.items())


def key_of(name: str) -> str:
    """Return the form of a zone's name that is used to compare names.

    >>> key_of("天津滨海高新技术产业开发区"), key_of("万盛经济技术开发区")
    ('天津滨海高新区', '万盛经开区')
    """
    for pattern, word in _alike():
        name = pattern.sub(word, name)
    return name.replace("(", "（").replace(")", "）").replace("国家级", "").replace("国家", "")


@cache
def _kind_words() -> tuple[str, ...]:
    """Return the words that end a zone's name, the longest first."""
    return tuple(sorted(words()["zones"]["words"], key=len, reverse=True))


@cache
def _organs() -> tuple[str, ...]:
    """Return the organs that run zones, the longest first."""
    return tuple(sorted(words()["zones"]["organs"], key=len, reverse=True))


@cache
def known_zones() -> dict[str, Zone]:
    """Return the known zones by every name: their own, the others, and those without the place that they begin with."""
    table: dict[str, Zone] = {}
    shortened: dict[str, Zone | None] = {}
    for zone in zones():
        for name in (zone.name, *zone.also):
            table[key_of(name)] = zone
            place = place_of(zone.parent_code)
            for above in [place, *parents(place)] if place else []:
                for word in (above.name, short_name(above.name)):
                    if name.startswith(word):
                        less = key_of(name.removeprefix(word))
                        shortened[less] = zone if shortened.get(less, zone) is zone else None
    for less, only in shortened.items():
        if only is not None and len(less) >= 4 and _is_proper(less) and less not in index().by_name:
            table.setdefault(less, only)
    return table


def _is_proper(name: str) -> bool:
    """Return whether a zone's name has more than the words for its kind: 曲江新区, but not 高新区 or 综合保税区."""
    for word in _kind_words():
        if name.endswith(word):
            return len(name) - len(word) >= 2
    return True


def read_zone(text: str) -> ZoneWords | None:
    """Return the zone at the beginning of words, by its longest possible name; None if there is none.

    >>> read_zone("万盛经开区管委会办公室")[:3]
    ('万盛经开区', '管委会', '办公室')
    """
    ends = {start + len(word) for word in _kind_words() for start in _all(text, word)}
    ends |= {start + 2 for start in _all(text, "区)")} | {end + 1 for end in ends if text[end : end + 1] == ")"}
    if bracket := re.match(r"[^()]+区\([^()]+\)", text):
        ends.add(bracket.end())
    for end in sorted(ends, reverse=True):
        name, behind = text[:end], text[end:]
        if name.count("(") != name.count(")") or "、" in name or name.startswith("("):
            continue
        organ = next((word for word in _organs() if behind.startswith(word)), "")
        known = known_zones().get(key_of(name))
        if known or _is_proper(key_of(name)) or organ or not behind:
            return ZoneWords(name, organ, _BRACKETS.sub("", behind.removeprefix(organ)), known)
    return _known_alone(text)


def _known_alone(text: str) -> ZoneWords | None:
    """Return a known zone with a name that does not end like one: 前海管理局, 大通湖区."""
    for end in range(min(len(text), 24), 1, -1):
        zone = known_zones().get(key_of(text[:end]))
        if zone is not None:
            behind = text[end:]
            organ = next((word for word in _organs() if behind.startswith(word)), "")
            return ZoneWords(text[:end], organ, behind.removeprefix(organ), zone)
    return None


def _all(text: str, word: str) -> list[int]:
    """Return the offsets of a word in a text."""
    found, start = [], text.find(word)
    while start >= 0:
        found.append(start)
        start = text.find(word, start + 1)
    return found


def organ_name(organ: str) -> str:
    """Return the full name of the organ of a zone: 管理委员会 if none is printed."""
    return str(words()["zones"]["expand"].get(organ, organ)) or "管理委员会"


def lies_in(zone: Zone) -> Place | None:
    """Return the government above a known zone."""
    return place_of(zone.parent_code)
