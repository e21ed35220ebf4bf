"""Recognise the body in the words after a place's name: 司法局, 人民政府办公室, 金龙街道办事处.

All words are data in `bodies.yaml`. A body has a kind, a name written out, and a slug that outlasts reforms.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from nianbao.places.pinyin import full

SURE, LIKELY, POSSIBLE = 3, 2, 1
_LONGEST_SLUG = 40
_BRACKETS = re.compile(r"\([^()]*\)")


# The words after the first 清远市 in 中共清远市委、清远市人民政府; then committees of villages and of residents.
_PARTY_AND_GOVERNMENT = re.compile("[省市县区州旗盟]?委(?:员会)?[、和]?.{0,10}?政府")
_BOTH_OFFICES = re.compile(
    "[省市县区州旗盟]?委(?:员会)?办(?:公厅|公室)?.{0,10}?(?P<office>(?:人民)?政府办(?:公厅|公室)?)"
)
_OLD_SUBDISTRICT = re.compile(
    "(?!街道)(?P<own>[\u4e00-\u9fff]{2,6})(?:办事处|(?<!街)街(?:办事处)?)"
)  # 淮河路办事处, 佳荣里街
_BEFORE_TOWN = re.compile("^(?:人民政府|政府)(?=.{2,})")
_NO_BODIES = re.compile("(?:村民委员会|居民委员会|村委会|居委会)$")


class Body(NamedTuple):
    """A body of a place: its kind, its name, its slug, and how certain it is that the words name a body (1 to 3)."""

    kind: str
    name: str
    slug: str
    sure: int


GOVERNMENT = Body("government", "", "", SURE)


class Department(NamedTuple):
    """A department that most places have: its slug, and the one that took it over after a year."""

    slug: str
    name: str
    until: int | None
    into: str | None


@cache
def words() -> Mapping[str, Any]:
    """Return the word lists of bodies.yaml."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with files("nianbao.places").joinpath("bodies.yaml").open(encoding="utf-8") as lines:
        loaded: dict[str, Any] = yaml.load(lines, Loader=loader)  # a safe loader
    return loaded


@cache
def departments() -> Mapping[str, Department]:
    """Return the departments by their names without a rank, full and short."""
    table: dict[str, Department] = {}
    for slug, row in words()["departments"].items():
        for name in row["names"]:
            table[name] = Department(slug, name, row.get("until"), row.get("into"))
        for short, name in row.get("short", {}).items():
            table.setdefault(short, Department(slug, name, row.get("until"), row.get("into")))
    return table


@cache
def _endings(kind: str) -> re.Pattern[str]:
    """Return a pattern of the endings of a kind, the longest first."""
    endings = sorted(words()[kind]["endings"], key=len, reverse=True)
    return re.compile("(?:" + "|".join(map(re.escape, endings)) + ")$")


@cache
def _acts() -> re.Pattern[str]:
    """Return a pattern of the offices that report on behalf of the government."""
    return re.compile("|".join(words()["act_for_government"]))


@cache
def _party_starts() -> re.Pattern[str]:
    """Return a pattern of how the names of party bodies begin."""
    return re.compile("|".join(words()["party"]["starts"]))


def acts_for_government(name: str) -> bool:
    """Return whether a body is the office that writes the report of the whole government.

    >>> acts_for_government("市委全面依法治市委员会办公室"), acts_for_government("司法局")
    (True, False)
    """
    return bool(_acts().search(name))


def read_body(rest: str, year: int | None = None) -> Body | None:
    """Return the body that the words after a place's name mean; None if they do not name a body.

    >>> read_body("司法局"), read_body("环保局").name, read_body("工商局", 2015).slug, read_body("工商局", 2020).slug
    (Body(kind='department', name='司法局', slug='sfj', sure=3), '环境保护局', 'gsj', 'scjgj')
    >>> read_body("人民政府办公室").kind, read_body("中级人民法院").kind, read_body("税务局").kind, read_body("某某")
    ('office', 'judicial', 'vertical', None)
    """
    if not rest or rest in words()["government"]:
        return GOVERNMENT
    bare = _BRACKETS.sub("", rest)
    if not bare:
        return GOVERNMENT
    if _PARTY_AND_GOVERNMENT.fullmatch(bare):
        return GOVERNMENT
    if _NO_BODIES.search(bare):
        return None
    for read in (_office, _party, _judicial, _vertical, _institution):
        body = read(bare)
        if body is not None:
            return body
    return _department(bare, year)


def _office(rest: str) -> Body | None:
    """Return the general office of a government, or that of the party and the government together."""
    section = words()["offices"]
    if both := _BOTH_OFFICES.fullmatch(rest):
        rest = both["office"]
    if rest in section["endings"]:
        return Body("office", section["expand"].get(rest, rest), section["slug"], SURE)
    return None


def _party(rest: str) -> Body | None:
    """Return a body of the party, the people's congress or the consultative conference."""
    started = _party_starts().match(rest)
    ended = _endings("party").search(rest)
    if not started and not ended:
        return None
    name = re.sub("^(?:中共|中国共产党)", "", rest)
    return Body("party", name, slug_of(name), SURE if started and ended else LIKELY)


def _judicial(rest: str) -> Body | None:
    """Return a court or a procuratorate."""
    found = _endings("judicial").search(rest)
    if not found:
        return None
    slug = "jcy" if "检察" in found[0] else "fy"
    exact = found.start() == 0
    return Body("judicial", rest, slug if exact else slug_of(rest), SURE if exact else LIKELY)


def _vertical(rest: str) -> Body | None:
    """Return a local body of a central authority."""
    found = _endings("vertical").search(rest)
    if not found:
        return None
    exact = found.start() == 0
    return Body("vertical", rest, slug_of(rest), SURE if exact else LIKELY)


def _institution(rest: str) -> Body | None:
    """Return an institution, a people's organisation or a company."""
    found = _endings("institution").search(rest)
    if not found:
        return None
    known = core(rest)[0] in departments()
    if known:
        return None
    return Body("institution", rest, slug_of(rest), SURE if found.start() == 0 else LIKELY)


@cache
def _ranks() -> tuple[str, ...]:
    """Return the ranks of departments, the longest first."""
    return tuple(sorted(words()["department"]["ranks"], key=len, reverse=True))


def core(name: str) -> tuple[str, str]:
    """Return a department's name without its rank, and the rank.

    >>> core("发展和改革委员会"), core("商务厅"), core("法制办")
    (('发展和改革', '委员会'), ('商务', '厅'), ('法制', '办'))
    """
    rank = next((rank for rank in _ranks() if name.endswith(rank) and len(name) > len(rank)), "")
    return name.removesuffix(rank), rank


def _department(rest: str, year: int | None) -> Body | None:
    """Return a department: one that most places have, or what ends like one."""
    stem, rank = core(rest)
    standard = departments().get(stem) if rank else None
    if standard is not None:
        rank = words()["department"]["expand"].get(rank, rank)
        slug = standard.slug
        if standard.into and standard.until and year is not None and year >= standard.until:
            slug = standard.into
        return Body("department", standard.name + rank, slug, SURE)
    found = _endings("department").search(rest)
    if not found or found.start() == 0:
        return None
    parts = re.split("[、和与]", stem)
    known = len(parts) > 1 and all(part in departments() for part in parts)
    return Body("department", rest, slug_of(stem or rest), LIKELY if known else POSSIBLE)


def slug_of(name: str, prefix: str = "d") -> str:
    """Return a slug for a name that is in no list: its pinyin; a long one is cut and made unique by a hash.

    >>> slug_of("烟草专卖局"), slug_of("永城", "t")
    ('d-yancaozhuanmaiju', 't-yongcheng')
    """
    text = full(name)
    if not text or len(text) > _LONGEST_SLUG:
        text = text[: _LONGEST_SLUG - 7] + "-" + hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{prefix}-{text.strip('-')}"


@cache
def _town_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the kinds of towns, each with the pattern of their names."""
    patterns = []
    for kind, name in (("subdistrict", "subdistricts"), ("township", "townships")):
        tails = "|".join(sorted(words()[name]["tails"], key=len, reverse=True))
        endings = "|".join(words()[name]["endings"])
        whole = f"(?P<name>(?P<own>[\u4e00-\u9fff·]{{1,12}}?)(?P<end>{endings}))(?P<tail>{tails})?"
        patterns.append((kind, re.compile(whole)))
    return tuple(patterns)


def read_town(rest: str) -> Body | None:
    """Return the town or subdistrict that words mean, with its name but without words for its office.

    >>> read_town("人民政府金龙街道办事处").name, read_town("永城镇人民政府").kind, read_town("镇人民政府")
    ('金龙街道', 'township', None)
    """
    bare = _BEFORE_TOWN.sub("", _BRACKETS.sub("", rest))
    for kind, pattern in _town_patterns():
        found = pattern.fullmatch(bare)
        if found and not (found["end"] == "地区" and not found["tail"]) and len(found["own"]) >= 1:
            name = found["name"]
            return Body(kind, name, slug_of(found["own"], "t"), SURE if found["tail"] else LIKELY)
    if old := _OLD_SUBDISTRICT.fullmatch(bare):  # sure only where the list has the subdistrict
        return Body("subdistrict", f"{old['own']}街道", slug_of(old["own"], "t"), POSSIBLE)
    return None
