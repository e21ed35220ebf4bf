"""Identify the place of a government's web site by its address: www.longyou.gov.cn, xh.hz.gov.cn.

Sites are named after the place in pinyin, in full or by initials, often with the name of the province or city before it
(www.cqwx.gov.cn).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from nianbao.places.pinyin import full, initials, long_initials, syllables
from nianbao.places.units import Place, index, parents, short_name

_GOVERNMENT = re.compile(r"([a-z0-9.-]+)\.gov\.cn\b")
_NO_NAMES = frozenset(
    ("www", "xxgk", "zwgk", "zfxxgk", "zfxxgkml", "zfgk", "gk", "zf", "gov", "portal", "wap", "public")
)
# The second-level domains of the provinces, where they are not the pinyin of the name.
_PROVINCES = {
    "110000": "bj", "120000": "tj", "130000": "he hebei", "140000": "sx", "150000": "nm nmg", "210000": "ln",
    "220000": "jl", "230000": "hl hlj", "310000": "sh", "320000": "js", "330000": "zj", "340000": "ah",
    "350000": "fj", "360000": "jx", "370000": "sd", "410000": "ha", "420000": "hb", "430000": "hn", "440000": "gd",
    "450000": "gx gxzf", "460000": "hi hainan", "500000": "cq", "510000": "sc", "520000": "gz", "530000": "yn",
    "540000": "xz", "610000": "sn shaanxi", "620000": "gs gansu", "630000": "qh", "640000": "nx",
    "650000": "xj xinjiang",
}  # fmt: skip
_FULL, _COMBINED, _INITIALS = 4, 3, 1


def labels(site: str) -> tuple[str, ...]:
    """Return the parts of a government's address that may be names, the outermost first.

    >>> labels("http://mzj.jinhua.gov.cn/x"), labels("www.xx.com")
    (('mzj', 'jinhua'), ())
    """
    found = _GOVERNMENT.search(site.lower())
    return tuple(part for part in found[1].split(".") if part not in _NO_NAMES) if found else ()


@cache
def _own(place: Place) -> tuple[frozenset[str], frozenset[str]]:
    """Return how a place is written in full, and by initials."""
    spoken = syllables(short_name(place.name))
    end = syllables(place.name[-1])
    whole, whole_end = "".join(spoken), "".join(end)
    spoken = tuple(syllable.replace("lv", "lu").replace("nv", "nu") for syllable in spoken) if "v" in whole else spoken
    fulls = {whole, whole + whole_end, whole + end[0][0]} if end else {whole}
    if len(spoken) > 1:
        fulls |= {spoken[0] + initials(spoken[1:])} if len(spoken[0]) > 2 else set()
    short = {initials(spoken), long_initials(spoken)}
    short |= {word + whole_end for word in short} | {word + (end[0][0] if end else "") for word in short}
    return frozenset(fulls), frozenset(word for word in short if len(word) > 1)


@cache
def _above(place: Place) -> frozenset[str]:
    """Return how the units above a place are written, in full and by initials."""
    written: set[str] = set()
    for parent in parents(place):
        spoken = syllables(short_name(parent.name))
        written |= {"".join(spoken), initials(spoken), long_initials(spoken), "".join(spoken) + "shi"}
        written |= set(_PROVINCES.get(parent.code, "").split())
    return frozenset(written)


def strength(place: Place, site_labels: Sequence[str]) -> int:
    """Return how well an address matches a place: 0 not at all, 1 by initials only, 3 or more by its name."""
    fulls, short = _own(place)
    above = _above(place)
    best = 0
    for position, label in enumerate(site_labels):
        if label in fulls:
            best = max(best, _FULL + any(other in above for other in site_labels[position + 1 :]))
        elif _joined(label, above, fulls):
            best = max(best, _FULL + 1)
        elif _joined(label, above, short) or (label in short and any(o in above for o in site_labels[position + 1 :])):
            best = max(best, _COMBINED)
        elif label in short:
            best = max(best, _INITIALS)
    return best


def _joined(label: str, above: Iterable[str], own: frozenset[str]) -> bool:
    """Return whether a label is the name of a unit above a place and its own."""
    return any(label.startswith(word) and label[len(word) :] in own for word in above if len(word) < len(label))


def best_for_site(places: Sequence[Place], site: str) -> list[Place]:
    """Return the places that an address matches best; all if it matches none."""
    parts = labels(site)
    if not parts or len(places) < 2:
        return list(places)
    scores = [strength(place, parts) for place in places]
    best = max(scores)
    many = len(places) > 5  # among so many, initials match by chance
    if best == 0 or (best == _INITIALS and many):
        return list(places)
    return [place for place, score in zip(places, scores, strict=True) if score == best]


@cache
def _by_pinyin() -> dict[str, list[Place]]:
    """Return the places of today by their names in pinyin, in full."""
    table: dict[str, list[Place]] = {}
    for place in index().rows:
        if place.last_year is None and place.kind != "country" and not place.invented:
            whole = full(short_name(place.name))
            for word in {whole, whole + full(place.name[-1])}:
                table.setdefault(word, []).append(place)
            for word in _PROVINCES.get(place.code, "").split():
                table.setdefault(word, []).append(place)
    return table


def place_of_site(site: str, endings: str = "") -> Place | None:
    """Return the place of a web address if it names only one place, or only one with such an ending.

    >>> place_of_site("zwgk.changchun.gov.cn").name, place_of_site("www.qingshan.gov.cn")
    ('长春市', None)
    """
    parts = labels(site)
    for label in reversed(parts):
        found = [place for place in _by_pinyin().get(label, []) if not endings or place.name[-1] in endings]
        if len(found) == 1:
            return found[0]
        if found:
            narrowed = best_for_site(found, site)
            return narrowed[0] if len(narrowed) == 1 else None
    return _by_initials(parts, endings)


def _by_initials(parts: tuple[str, ...], endings: str) -> Place | None:
    """Return the only place with initials that follow those of a unit above it: 高平 of 山西 for sxgp."""
    if not any(len(part) >= 4 for part in parts):
        return None
    today = (place for place in index().rows if place.last_year is None and place.kind in ("city", "county"))
    fitting = [place for place in today if not endings or place.name[-1] in endings]
    found = [place for place in fitting if strength(place, parts) >= _COMBINED]
    return found[0] if len(found) == 1 else None
