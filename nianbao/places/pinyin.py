"""Read Chinese names in pinyin, for slugs and for the names of web sites.

`syllables.csv` has the reading of every character, `readings.csv` the names that are read otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from nianbao.places.units import read_rows

_DIGRAPHS = ("zh", "ch", "sh")


@cache
def _characters() -> dict[str, str]:
    """Return the usual reading of every character."""
    return {character: row["syllable"] for row in read_rows("syllables.csv") for character in row["characters"]}


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """Return the names that are not read character by character."""
    return {row["name"]: tuple(row["syllables"].split()) for row in read_rows("readings.csv")}


def syllables(name: str) -> tuple[str, ...]:
    """Return the syllables of a name, and its letters and digits; other characters are left out.

    >>> syllables("重庆市"), syllables("乐清")
    (('chong', 'qing', 'shi'), ('yue', 'qing'))
    """
    spoken: list[str] = []
    offset = 0
    while offset < len(name):
        length = next((n for n in (4, 3, 2) if name[offset : offset + n] in _readings() and offset == 0), 0)
        if length:
            spoken += _readings()[name[offset : offset + length]]
            offset += length
            continue
        character = name[offset]
        if character.isascii() and character.isalnum():
            spoken.append(character.lower())
        elif character in _characters():
            spoken.append(_characters()[character])
        offset += 1
    return tuple(spoken)


def full(name: str) -> str:
    """Return a name in pinyin without spaces.

    >>> full("清城"), full("陕西")
    ('qingcheng', 'shanxi')
    """
    return "".join(syllables(name))


def initials(spoken: Iterable[str]) -> str:
    """Return the first letters of syllables.

    >>> initials(syllables("司法局"))
    'sfj'
    """
    return "".join(syllable[0] for syllable in spoken)


def long_initials(spoken: Iterable[str]) -> str:
    """Return the initials of syllables, keeping zh, ch and sh.

    >>> long_initials(syllables("朝阳"))
    'chy'
    """
    return "".join(syllable[:2] if syllable[:2] in _DIGRAPHS else syllable[0] for syllable in spoken)
