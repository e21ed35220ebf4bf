"""Names of places and bodies in English: official English words where there are any, pinyin for the rest. Pure."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from nianbao.atlas.data_files import load_data
from nianbao.places.pinyin import syllables

_VOWELS = "aeo"


class _Names(NamedTuple):
    """Content of `english_names.yaml`."""

    places: dict[str, str]
    kinds: dict[str, str]
    bodies: dict[str, str]


@cache
def _names() -> _Names:
    return _Names(**load_data("english_names.yaml"))


@cache
def name_in_english(name: str, body_name: str = "") -> str:
    """Return the name of a place in English, or that of one of its bodies with the name of the place before it.

    >>> name_in_english("深圳市"), name_in_english("罗湖区"), name_in_english("西安市")
    ('Shenzhen', 'Luohu District', "Xi'an")
    >>> name_in_english("云汀市", "司法局")
    'Yunting Justice Bureau'
    """
    place = _place(name)
    if not body_name:
        return place
    return f"{place} {body_in_english(body_name.removeprefix(name))}"


@cache
def body_in_english(name: str) -> str:
    """Return the name of a department, town or zone in English.

    >>> body_in_english("司法局"), body_in_english("沙头街道")
    ('Justice Bureau', 'Shatou Subdistrict')
    """
    words = _names().bodies
    if name in words:
        return words[name]
    endings = sorted((ending for ending in words if name.endswith(ending)), key=len)
    if endings:
        return f"{_spelled(name[: -len(endings[-1])])} {words[endings[-1]]}"
    return _place(name)


def _place(name: str) -> str:
    places, kinds = _names().places, _names().kinds
    if name in places:
        return places[name]
    for kind, word in kinds.items():
        if name.endswith(kind) and len(name) > len(kind) + (len(kind) == 1):
            stem = name[: -len(kind)]
            return f"{places.get(stem) or _spelled(stem)} {word}".strip()
    return places.get(name) or _spelled(name)


def _spelled(name: str) -> str:
    """Return a name in pinyin as one word, with an apostrophe before a syllable that starts with a vowel.

    A name with characters that have no reading stays as it is.
    """
    spoken = syllables(name)
    if len(spoken) < len(name):
        return name
    joined = "".join(f"'{syllable}" if n and syllable[0] in _VOWELS else syllable for n, syllable in enumerate(spoken))
    return joined.capitalize()
