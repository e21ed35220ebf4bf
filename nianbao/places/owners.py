"""Read the owner in a title as a chain of places and a body: 杭州市 / 西湖区 / 人民政府.

Words are often readable in more than one way (吉林市教育局: of 吉林市, or 吉林 and 市教育局). Every reading
gets a score; the best has the most certain body, then the places that cover most of the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from nianbao.places.bodies import LIKELY, POSSIBLE, SURE, Body, read_body, read_town, slug_of, words
from nianbao.places.units import Place, counties_by_town, index, parent_names, towns_by_county
from nianbao.places.zones import ZoneWords, organ_name, read_zone

_LONGEST = 15
_GENERIC = re.compile("^(?:本级|本|我|全)?(?P<kind>自治区|自治州|自治县|[省市区县州旗盟])(?=[\u4e00-\u9fff]|$)")
_PARTY_LEAD = re.compile("^(?:中共|中国共产党)")
_CORPS = re.compile("^(?:(?:新疆生产建设)?兵团)?(?P<division>第[一二三四五六七八九十]{1,2}师)")
_BRANCH = re.compile(
    "^(?P<office>.{2,}?(?:局|委员会|委|厅|支队))(?P<place>.{2,}?)(?:分局|管理局|大队|管理处|监督管理局|分院)$"
)


class Reading(NamedTuple):
    """One way to read an owner: the places that the last name of the chain may mean, the body, and the score.

    `generic` is the kind of unit that replaces a name (市司法局), `chain` the names read, `short` whether the last of
    them lacks its kind of unit.
    """

    places: tuple[Place, ...]
    chain: tuple[str, ...]
    body: Body
    zone: ZoneWords | None = None
    generic: str = ""
    short: bool = False
    country: bool = False
    score: float = 0


class Chain(NamedTuple):
    """Names of places one after another, each within the one before, and where they end."""

    places: tuple[Place, ...]
    names: tuple[str, ...]
    end: int
    short: bool


def chains(text: str, start: int = 0, before: Chain | None = None) -> Iterator[Chain]:
    """Yield every chain of places that a text begins with, down to the empty one."""
    yield before or Chain((), (), start, False)
    for length in range(min(_LONGEST, len(text) - start), 1, -1):
        word = text[start : start + length]
        for places, short in _named(word):
            within = places
            if before and before.names:
                within = tuple(place for place in places if before.names[-1] in parent_names(place))
            if within:
                names = (*(before.names if before else ()), word)
                yield from chains(text, start + length, Chain(within, names, start + length, short))


def _named(word: str) -> Iterator[tuple[tuple[Place, ...], bool]]:
    """Yield the places of a name: in full (or 海南州 for 海南藏族自治州), and by its short form."""
    units = index()
    full = [*units.by_name.get(word, ()), *units.by_alias.get(word, ())]
    real = tuple(place for place in full if not "71" <= place.code[4:] <= "79" and place.kind != "country")
    if real:
        yield real, False
    short = units.by_short.get(word)
    if short and not real:
        yield tuple(short), True


@lru_cache(maxsize=4096)
def read_owner(text: str, year: int | None = None) -> tuple[Reading, ...]:
    """Return the readings of an owner, the best first; the same owners recur from report to report.

    >>> best = read_owner("重庆市公安局渝中区分局")[0]
    >>> best.places[0].name, best.body.name
    ('渝中区', '公安局渝中区分局')
    """
    text = _BRACKET_ALIAS.sub("", text)
    text, vertical = without_parent(text)
    if not vertical and (country := read_country(text)):
        return (country,)
    if school := _school(text):
        return (school,)
    if _PLACEHOLDER.search(text):
        return ()
    if text.startswith(_LEAGUE):
        return tuple(_of_league(text, year))
    text = _FREE_TRADE.sub(r"\g<place>\g<name>", text)
    found = list(_readings(text, year, strict=not vertical))
    first = text.partition("、")[0]
    if not found and first != text:  # 黄埔区、广州开发区: run as one
        found = list(_readings(first, year, strict=not vertical))
    if vertical:
        found = [_as_vertical(reading) for reading in found if reading.body.kind in ("vertical", "department")]
    return tuple(sorted(found, key=lambda reading: -reading.score))


_PLACEHOLDER = re.compile("[Xx×*○□△]{1,3}(?=[省市区县州旗镇乡街局])|[某](?=.{0,3}[省市区县州旗镇乡街局])")
_FREE_TRADE = re.compile(r"^中国\((?P<place>[^()]{2,8})\)(?P<name>自由贸易试验区|自贸试验区|自贸区)")
_BRACKET_ALIAS = re.compile(r"\((?:以下|简称|下称|本级|试行|汇总|含)[^()]*\)")


_LEAGUE = "共青团"


def _of_league(text: str, year: int | None) -> list[Reading]:
    """Return the readings of a committee of the youth league: 共青团清远市委员会."""
    found = read_owner(text.removeprefix(_LEAGUE), year)
    body = Body("institution", text, slug_of("团委"), SURE)
    return [reading._replace(body=body) for reading in found if reading.chain]


def read_country(text: str) -> Reading | None:
    """Return the reading of an owner that is a body of the State Council or a school under one."""
    lists = words()["country"]
    kind = ""
    if text in lists["government"]:
        return Reading((), (), Body("government", "", "", SURE), country=True, score=9)
    if text in lists["office"]:
        kind = "office"
    elif text in lists["departments"] or re.fullmatch(lists["pattern"], text):
        kind = "department"
    elif text in lists["schools"]:
        kind = "institution"
    if not kind:
        return None
    if (judicial := read_body(text)) and judicial.kind == "judicial":
        kind = "judicial"
    if kind == "department" and any(text.startswith(parent) and text != parent for parent in _central()):
        kind = "vertical"
    body = read_body(re.sub("^(?:国家|中国)(?=.{3})", "", text))
    slug = body.slug if body and body.slug and kind != "institution" else slug_of(text)
    return Reading((), (), Body(kind, text, "bgs" if kind == "office" else slug, SURE), country=True, score=9)


def _school(text: str) -> Reading | None:
    """Return the reading of a university that belongs to a province without being named after it."""
    for code, names in words()["schools"].items():
        if text in names:
            body = Body("institution", text, slug_of(text), SURE)
            place = index().by_code[code][0]
            return Reading((place,), (place.name,), body, score=9)
    return None


@cache
def _central() -> tuple[str, ...]:
    """Return the central authorities that have local bodies, the longest first."""
    return tuple(sorted(words()["vertical"]["parents"], key=len, reverse=True))


def without_parent(text: str) -> tuple[str, bool]:
    """Return an owner without a leading central authority, and whether there was one."""
    for parent in _central():
        if text.startswith(parent) and len(text) > len(parent) + 2:
            rest = text.removeprefix(parent)
            named = any(chain.names for chain in chains(rest))
            if named or rest.startswith("驻"):
                return rest.removeprefix("驻"), True
    return text, False


def _as_vertical(reading: Reading) -> Reading:
    """Return a reading as that of a local body of a central authority."""
    return reading._replace(body=reading.body._replace(kind="vertical", sure=SURE), score=reading.score + 1)


def _readings(text: str, year: int | None, *, strict: bool) -> Iterator[Reading]:
    """Yield every reading of an owner; unless `strict`, places may go without their kind of unit."""
    text = _PARTY_LEAD.sub("", text) if _PARTY_LEAD.match(text) else text
    corps = _CORPS.match(text)
    if corps:
        yield from _of_corps(text, corps, year)
        return
    for chain in chains(text):
        rest = text[chain.end :].lstrip("、,，")
        yield from _behind(chain if strict else chain._replace(short=False), rest, len(text), year)
    if bracket := re.search(r"\(([^()]{2,8}?区)\)(?=人民政府)", text):  # 高新区(新市区)人民政府: run as one
        for chain in chains(bracket[1]):
            if chain.end == len(bracket[1]):
                yield from _behind(chain, text[bracket.end() :], len(text), year)


def _of_corps(text: str, corps: re.Match[str], year: int | None) -> Iterator[Reading]:
    """Yield the readings of an owner that names a division of the Production and Construction Corps."""
    rest = text[corps.end() :]
    for chain in chains(rest):
        if chain.names:
            yield from _behind(chain, rest[chain.end :], len(text), year)
    code = words()["corps"].get(corps["division"])
    if code:
        place = index().by_code[code][0]
        yield from _behind(Chain((place,), (place.name,), 0, False), rest, len(text), year)


def _behind(chain: Chain, rest: str, length: int, year: int | None) -> Iterator[Reading]:
    """Yield the possible meanings of the words after a chain of places."""
    taken = (length - len(rest)) / max(length, 1)
    generic = "" if chain.names else _generic(rest)
    body = read_body(rest.removeprefix(generic), year) if rest or chain.names else None
    if body is not None and (chain.names or generic or rest) and _may_be_short(chain, body, rest):
        body = _whole_name(body, chain)
        if chain.names and chain.places[0].kind == "province" and body.name in words()["vertical"]["of_provinces"]:
            body = body._replace(kind="vertical")
        yield _scored(Reading(chain.places, chain.names, body, generic=generic, short=chain.short), body.sure, taken)
    if chain.names and (branch := _branch(chain, rest)):
        yield branch
    town = read_town(rest)
    if town is not None and not (chain.names and chain.short and chain.places[0].kind == "county"):
        yield from _towns(chain, town, taken)
    zone = read_zone(rest) if rest else None
    if zone is not None:
        yield from _zones(chain, zone, taken, year)


def _whole_name(body: Body, chain: Chain) -> Body:
    """Return a body with its whole name if it includes the place: 安徽师范大学 after 安徽, 县委办公室 after 清新县."""
    if body.kind == "institution" and chain.short:
        name = chain.names[-1] + body.name
    elif body.kind == "party" and chain.names and body.name.startswith("委"):
        name = chain.names[-1][-1] + body.name
    else:
        return body
    return body._replace(name=name, slug=slug_of(name))


def _generic(rest: str) -> str:
    """Return the kind of unit that replaces a name: 市 in 市司法局, but not in 市场监督管理局."""
    found = _GENERIC.match(rest)
    read = read_body(rest)
    whole = read is not None and read.kind != "government" and read.sure == SURE
    return found[0] if found and not whole else ""


def _may_be_short(chain: Chain, body: Body, rest: str) -> bool:
    """Return whether a name may precede a body without its kind of unit: 南京 for 南京市, but not 平安 for 平安区.

    义乌市场监管局 belongs to 义乌市, although its 市 is part of both words.
    """
    if not chain.short:
        return True
    if body.sure == SURE and any(place.name == chain.names[-1] + rest[:1] for place in chain.places):
        return True
    if body.kind == "government":
        return not rest and all(place.kind != "county" or place.last_year is not None for place in chain.places)
    if chain.places[0].kind == "county":
        return body.kind == "vertical" and body.sure == SURE
    return body.sure >= LIKELY


def _scored(reading: Reading, sure: float, taken: float) -> Reading:
    """Return a reading with its score: the certainty of the body, then the share of the words that places cover."""
    named = 0.5 if reading.chain else 0
    return reading._replace(score=sure + named + taken - (0.3 if reading.short else 0))


def _branch(chain: Chain, rest: str) -> Reading | None:
    """Return the reading of a department's branch in a district: 公安局渝中区分局 after 重庆市."""
    found = _BRANCH.match(rest)
    if not found:
        return None
    for places, short in _named(found["place"]):
        within = tuple(place for place in places if set(chain.names) & parent_names(place))
        if within:
            body = read_body(found["office"])
            slug = body.slug if body else ""
            kind = "vertical" if body and body.kind == "vertical" else "department"
            branch = Body(kind, rest, slug, SURE)
            return Reading(within, (*chain.names, found["place"]), branch, short=short, score=SURE + 1.6)
    return None


def _towns(chain: Chain, town: Body, taken: float) -> Iterator[Reading]:
    """Yield the readings of a town: in the county before it, or in any county with a town of that name."""
    if chain.names:
        known = [place for place in chain.places if town.name in towns_by_county().get(place.code, ())]
        below: tuple[Place, ...] = ()
        if chain.places[0].kind != "county":
            below = tuple(place for place in _counties_with(town.name) if chain.names[-1] in parent_names(place))
        places = tuple(known) or below or chain.places
        sure = SURE if known or below else LIKELY
        if sure == LIKELY and (places[0].kind != "county" or town.sure == POSSIBLE):
            return
        yield _scored(Reading(places, chain.names, town, short=chain.short), sure, taken)
    elif places := _counties_with(town.name):
        yield _scored(Reading(places, (), town), SURE, taken)
    elif town.sure > POSSIBLE:
        yield _scored(Reading((), (), town), LIKELY, taken)


@cache
def _counties_with(town: str) -> tuple[Place, ...]:
    """Return the current counties with a town of a name."""
    found = (index().by_code.get(code, [None])[0] for code in counties_by_town().get(town, ()))
    return tuple(place for place in found if place is not None)


def _zones(chain: Chain, zone: ZoneWords, taken: float, year: int | None) -> Iterator[Reading]:
    """Yield the readings of a development zone, its offices and departments."""
    places = chain.places
    if zone.zone is not None:
        above = index().by_code.get(zone.zone.parent_code, [])[:1]
        names = {name for place in above for name in (place.name, *parent_names(place))}
        if chain.names and not any(name.startswith(chain.names[-1]) or chain.names[-1] in name for name in names):
            return
        places = tuple(above)
    section = words()["zones"]
    if not zone.rest:
        body: Body | None = Body("zone", organ_name(zone.organ), "", LIKELY)
    elif zone.rest in section["office"]:
        body = Body("office", zone.organ + zone.rest, "bgs", SURE)
    else:
        town = read_town(zone.rest)
        body = town if town and town.sure == SURE else read_body(zone.rest, year) or town
    if body is None or body.kind == "government" or (body.kind == "party" and not zone.rest):
        return
    sure = max(body.sure, LIKELY) + 1 if zone.zone else min(body.sure, LIKELY) + (0.5 if zone.organ else 0)
    if not zone.zone and not zone.organ and zone.rest:
        sure = POSSIBLE
    yield _scored(Reading(places, chain.names, body, zone=zone, short=chain.short), sure, taken)
