"""Identify who issued a report by its title, publisher and web address: the place, and the body of that place.

The title decides. If it names no place or an ambiguous one, the publisher and the site decide; if they do not either,
the place stays open and the candidates are returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nianbao.places.bodies import Body, acts_for_government, slug_of
from nianbao.places.history import names_in, series_code
from nianbao.places.lookup import ORDINARY, Candidate, best_named, candidates_of, choose, of_year
from nianbao.places.owners import Reading, chains, read_owner, without_parent
from nianbao.places.pinyin import full
from nianbao.places.sites import best_for_site, place_of_site
from nianbao.places.titles import Title, chinese_of, plain, read_title, trim
from nianbao.places.units import COUNTRY_CODE, Place, short_name, towns_by_county
from nianbao.places.zones import key_of

_PLACE_KINDS = {"township": "township", "subdistrict": "township"}
_LATER = 3  # for how many years a name is still printed that a place has no longer
_WHOLE = re.compile("[全我本][省市区县州旗盟]")
_ACTS_TOPIC = re.compile("法治|依法|政府工作报告")
_ENDS = {"省": "省区", "县": "县旗"}  # other endings of names of units of a kind


class Clues(NamedTuple):
    """What is known about a report before it is read.

    `text` is what else may name the units above an ambiguous place, `jurisdiction` the place that was given for it.
    """

    title: str
    publisher: str = ""
    site: str = ""
    year: int | None = None
    family: str | None = None
    text: str = ""
    jurisdiction: str = ""


class Identification(NamedTuple):
    """Who issued a report. `place_code` is None if that cannot be decided; `why` gives the reason in either case."""

    place_code: str | None
    place_name: str | None
    place_kind: str | None
    body_kind: str | None
    body_name: str | None
    body_id: str | None
    acts_for_government: bool
    series_code: str | None
    candidates: tuple[Candidate, ...]
    why: str


class _Decision(NamedTuple):
    """The place of a reading, or the candidates, and what decided it."""

    place: Place | None
    open: tuple[Place, ...]
    by: str


def identify(clues: Clues) -> Identification:
    """Return who issued a report.

    >>> found = identify(Clues("清远市司法局关于2019年法治政府建设情况的报告"))
    >>> found.place_code, found.body_kind, found.body_name, found.body_id
    ('441800', 'department', '司法局', 'sfj')
    >>> identify(Clues("鼓楼区人民政府2019年法治政府建设情况报告")).place_code is None
    True
    """
    title = read_title(clues.title)
    year = clues.year or title.year
    readings = read_owner(title.owner, year) if title.owner else ()
    by = "title"
    if not title.owner:
        readings, by = _from_publisher(clues, year)
    if not readings:
        problem = f"{title.owner} is no" if title.owner else "neither title nor publisher names a"
        return _undecided((), f"{problem} place or body that is known")
    reading = readings[0]
    if reading.country:
        return _of_country(reading, by)
    decision = _decide(reading, clues, year)
    if decision.place is None:
        return _undecided(decision.open, decision.by)
    return _result(reading, decision, title, clues, f"{by}: {decision.by}")


def _from_publisher(clues: Clues, year: int | None) -> tuple[tuple[Reading, ...], str]:
    """Return the readings of the publisher, else of the site's name, for a title without an owner."""
    for label, words in (("publisher", clues.publisher), ("site", chinese_of(clues.site))):
        readings = read_owner(trim(plain(words)), year) if words else ()
        if readings and (readings[0].chain or readings[0].country or label == "publisher"):
            return readings, label
    return (), ""


def _decide(reading: Reading, clues: Clues, year: int | None) -> _Decision:
    """Return the place of a reading: by its own words, else by publisher and site."""
    if reading.zone is not None and reading.zone.zone is not None and reading.places:
        return _Decision(reading.places[0], (), f"{reading.zone.name} is a known zone")
    if not reading.places:
        return _by_hints(reading, clues, year)
    wording = "".join(reading.chain) or reading.body.name
    places = _of_time(reading, year)
    if not places:
        return _Decision(None, reading.places, f"{wording} was no place in {year}")
    if not reading.chain and (decision := _other_place_of_town(reading.body, places, clues, year)):
        return decision
    if len(_codes(places)) == 1:
        if reading.zone is not None and (county := _county_of_zone(places[0], clues, year)):
            return _Decision(county, (), f"{county.name} publishes for {reading.zone.name}")
        return _Decision(places[0], (), f"{wording} was one place at the time")
    for label, words in _hints(clues):
        narrowed = _by_words(places, plain(words), year)
        if len(_codes(narrowed)) == 1:
            return _Decision(narrowed[0], (), f"{label} {words} decides which {wording}")
        places = narrowed
    narrowed = best_for_site(places, clues.site)
    if len(_codes(narrowed)) == 1:
        return _Decision(narrowed[0], (), f"site {clues.site} decides which {wording}")
    narrowed = best_named(narrowed, clues.text) if clues.text else narrowed
    if reading.short and (higher := [place for place in narrowed if place.kind != "county"]):
        narrowed = higher
    found = choose(narrowed, year=year)
    if found.place is not None:
        return _Decision(found.place, (), f"{wording} is one place")
    return _Decision(None, tuple(narrowed), f"{wording} may be {len(_codes(narrowed))} places")


def _hints(clues: Clues) -> tuple[tuple[str, str], ...]:
    """Return the other clues that may decide a place, the most reliable first, each with its label."""
    hints = (("jurisdiction", clues.jurisdiction), ("publisher", clues.publisher), ("site", chinese_of(clues.site)))
    return tuple((label, words) for label, words in hints if words)


def _other_place_of_town(town: Body, places: Sequence[Place], clues: Clues, year: int | None) -> _Decision | None:
    """Return the county that publisher or site name for a town, if the current list has the town elsewhere."""
    codes = _codes(places)
    for label, words in _hints(clues):
        named = _places_named(plain(words), year) if words else []
        if len(named) == 1 and named[0].kind == "county" and named[0].code not in codes:
            return _Decision(named[0], (), f"{label} {words} names the place of {town.name}")
    place = place_of_site(clues.site) if clues.site else None
    if place is not None and place.kind == "county" and place.code not in codes:
        return _Decision(None, tuple(places), f"site {clues.site} is of {place.name}, which has no {town.name}")
    return None


def _county_of_zone(place: Place, clues: Clues, year: int | None) -> Place | None:
    """Return the county that publishes for a zone named after its city, if publisher or site belong to one."""
    hints = [_places_named(plain(words), year) for words in (clues.publisher, chinese_of(clues.site)) if words]
    named = [places[0] for places in hints if len(places) == 1]
    if clues.site and (found := place_of_site(clues.site)):
        named.append(found)
    below = [county for county in named if county.kind == "county" and county.parent_code == place.code]
    return below[0] if place.kind != "county" and below else None


def _of_time(reading: Reading, year: int | None) -> list[Place]:
    """Return the places of a reading that existed in the year; for a town, its counties under their names then.

    A bare name counts only in its years, or shortly after: 新区 was a district of 唐山 until 2002.
    """
    if year is None or len(reading.chain) > 1:
        return of_year(reading.places, year)
    if not reading.chain:
        return [names_in(place, year) for place in reading.places]
    slack = 0 if reading.chain[0] in ORDINARY else _LATER
    return [place for place in of_year(reading.places, year) if place.existed(year, slack)]


def _codes(places: Iterable[Place]) -> set[str]:
    return {place.code for place in places}


def _by_words(places: Sequence[Place], words: str, year: int | None) -> list[Place]:
    """Return the places that match a publisher or a site's name, which names one of them or the units above it."""
    if not words:
        return list(places)
    named = _places_named(words, year)
    same = [place for place in places if any(place.code == other.code for other in named)]
    if same and len(same) < len(places):
        return same
    return best_named(places, words)


def _places_named(words: str, year: int | None) -> list[Place]:
    """Return the places at the beginning of words, by the longest chain, as far as they are decided."""
    words, _ = without_parent(words)
    best = max(chains(words), key=lambda chain: (chain.end, not chain.short))
    return of_year(best.places, year) if best.names else []


def _by_hints(reading: Reading, clues: Clues, year: int | None) -> _Decision:
    """Return the place of a body that is named without one: that of the publisher, of the site, of its address."""
    body = reading.body
    for label, words in _hints(clues):
        named = _places_named(plain(words), year) if words else []
        fitting = [place for place in named if _fits(place, reading)]
        if fitting:
            narrowed = best_for_site(best_named(fitting, plain(clues.publisher + clues.site)), clues.site)
            if len(_codes(narrowed)) == 1:
                return _Decision(narrowed[0], (), f"{label} {words}")
            return _Decision(None, tuple(narrowed), f"{words} may be {len(narrowed)} places")
    if reading.zone is not None and not _is_named(reading):
        return _Decision(None, (), f"{reading.zone.name} has no name of its own, and no place is given")
    place = place_of_site(clues.site, _endings(reading.generic)) if clues.site else None
    if place is not None and _fits(place, reading):
        then = names_in(place, year) if year is not None else place
        return _Decision(then, (), f"site {clues.site}")
    return _Decision(None, (), f"no place is named for {body.name or body.kind}")


def _is_named(reading: Reading) -> bool:
    """Return whether a zone has a proper name: 超山风景名胜区, but not 保税区."""
    zone = reading.zone
    return zone is not None and (bool(zone.zone) or bool(zone.organ) or len(key_of(zone.name)) >= 5)


def _fits(place: Place, reading: Reading) -> bool:
    """Return whether a place is of the kind that replaces its name (市 in 市司法局), and for a town, has towns."""
    if reading.body.kind in _PLACE_KINDS and place.kind != "county" and place.code not in towns_by_county():
        return False
    return not reading.generic or place.name[-1] in _endings(reading.generic)


def _endings(generic: str) -> str:
    """Return the endings of the names of units that a kind can replace."""
    return _ENDS.get(generic[-1:], generic[-1:])


def _of_country(reading: Reading, by: str) -> Identification:
    """Return the identification of a body of the State Council."""
    body = reading.body
    government = body.kind == "government"
    return Identification(
        COUNTRY_CODE, "全国", "country", body.kind, body.name, body.slug, government, COUNTRY_CODE, (),
        f"{by}: a body of the State Council",
    )  # fmt: skip


def _undecided(places: Sequence[Place], why: str) -> Identification:
    """Return an identification without a place, with the candidates."""
    open_places = candidates_of(places)
    listed = "、".join(f"{place.name} {place.code}" for place in open_places[:8])
    why = f"{why}: {listed}" if listed else why
    return Identification(None, None, None, None, None, None, False, None, open_places, why)


def _result(reading: Reading, decision: _Decision, title: Title, clues: Clues, why: str) -> Identification:
    """Return the identification of a reading with its place."""
    place = decision.place
    assert place is not None
    body, kind, name = reading.body, place.kind, place.name
    if reading.zone is not None:
        kind = "zone"
        name = reading.zone.zone.name if reading.zone.zone else "".join(reading.chain[-1:]) + reading.zone.name
    kind = _PLACE_KINDS.get(body.kind, kind)
    acts = _acts(body, title)
    return Identification(
        place.code, name, kind, body.kind, body.name, body_id(reading, place, name, acts=acts), acts,
        series_code(place.code, place.name), (), why,
    )  # fmt: skip


def _acts(body: Body, title: Title) -> bool:
    """Return whether a body reports on behalf of the whole government."""
    if body.kind in ("government", "zone"):
        return True
    if body.kind == "office" and (title.about or _WHOLE.search(title.about)):
        return any(chain.names for chain in chains(title.about)) or bool(_WHOLE.search(title.about))
    if title.topic.startswith("政府工作报告"):
        return True
    return bool(acts_for_government(body.name) and _ACTS_TOPIC.search(title.topic))


def body_id(reading: Reading, place: Place, name: str, *, acts: bool) -> str:
    """Return the slug of a body, unique within its place: empty for the government and bodies that report for it."""
    body = reading.body
    if reading.zone is not None:
        zone = zone_slug(name, place)
        return zone if body.kind == "zone" else f"{zone}-{body.slug.removeprefix('d-')}"
    if acts:
        return ""
    if body.kind in _PLACE_KINDS:
        return town_slug(body, place)
    return body.slug


def zone_slug(name: str, place: Place) -> str:
    """Return the slug of a zone: its name in pinyin without the name of its place."""
    for word in (place.province_name or "", short_name(place.province_name or ""), place.name, short_name(place.name)):
        if word and len(name) > len(word) + 2:
            name = name.removeprefix(word)
    name = re.sub("(?<=高新|经开)区$", "", key_of(re.sub(r"[(（][^()（）]*[)）]$", "", name)))
    return slug_of(name, "z")


def town_slug(body: Body, place: Place) -> str:
    """Return the slug of a town: its name in pinyin, with its kind if the county has two of the same name."""
    own = re.sub("(?:民族乡|街道|苏木|镇|乡)$", "", body.name)
    others = [town for town in towns_by_county().get(place.code, ()) if town != body.name]
    twin = any(full(re.sub("(?:民族乡|街道|苏木|镇|乡)$", "", town)) == full(own) for town in others)
    return slug_of(body.name if twin else own, "t")
