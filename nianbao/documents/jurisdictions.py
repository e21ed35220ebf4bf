"""Which government a name means: the units of GB/T 2260, found by name, full name (深圳市龙华区) or code.

The units stand in `jurisdictions.csv` (origin: docs/explanation/decisions/); those that were dissolved carry the
last year in which they were listed, so that old reports find theirs. Rows marked `invented` serve the bundled examples.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nianbao.documents.model import Jurisdiction

COUNTRY = Jurisdiction("000000", "全国", "country", None)
_COUNTRY_NAMES = ("全国", "国务院", "中华人民共和国国务院", "中华人民共和国", "国家", "中央", "中央人民政府")
_LEVELS = ("country", "province", "city", "county")
_ORDINARY = frozenset(("城区", "郊区", "矿区", "市区", "新区"))  # names of units that are words as well
_OFTEN = 10  # how often a report says the short name of its own place at least
_INSIDE_WORD = re.compile("(?![在我向由与和及到从对把为是使让将省市县州])[\u4e00-\u9fff]")  # what a name cannot follow
_TAIL = re.compile(
    r"(?:人民政府(?:办公厅|办公室)?|政府(?:办公厅|办公室)?|人民代表大会(?:常务委员会)?|人大|各级人民政府)$"
)
_SHORT_END = re.compile(r"(?:特别行政区|地区|林区|特区|[省市区县旗盟州])$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the list: the unit, what it belongs to, and the last year that listed it (None: still there)."""

    jurisdiction: Jurisdiction
    parent: str
    until: int | None
    invented: bool


def find_jurisdiction(name: str, nearby: str = "", year: int | None = None) -> Jurisdiction | None:
    """The unit that `name` means: a code, a name, a name after its parents' (深圳市龙华区), or 国务院.

    Where several units share the name, the one is meant whose parents are named in `nearby`, or that `year` still knew.
    None where that does not decide, or where no such unit is known.

    >>> find_jurisdiction("深圳市龙华区").code, find_jurisdiction("国务院").name, find_jurisdiction("441800").name
    ('440309', '全国', '清远市')
    >>> find_jurisdiction("鼓楼区") is None, find_jurisdiction("鼓楼区", nearby="南京市委市政府").province_name
    (True, '江苏省')
    """
    name = _TAIL.sub("", "".join(name.split()))
    units = _units()
    if name.isdecimal():
        known = units.by_code.get(name)
        return known[0].jurisdiction if known else None
    if name in _COUNTRY_NAMES:
        return COUNTRY
    for start in range(len(name) - 1):
        found = units.by_name.get(name[start:])
        if found:
            return _decide(found, name[:start], nearby, year)
    return None


def most_named(text: str, ending: str) -> str | None:
    """The unit whose name, ending in 区, 县, 市, 州 or 省, a text says most; None where none stands out.

    The short name alone (青穗 for 青穗县) counts three: the full one may be part of another word (滨海城区).

    >>> most_named("青穗县稳步发展。今年青穗完成3件实事，云汀市肯定了青穗。", "县")
    '青穗县'
    """
    by_name = _units().by_name
    full: Counter[str] = Counter()
    apart: set[str] = set()  # names that stand somewhere as words of their own
    at = text.find(ending)
    while at >= 0:
        start = next((start for start in range(max(0, at - 8), at) if text[start : at + 1] in by_name), at)
        name = text[start : at + 1]
        if start < at and name not in _ORDINARY:
            full[name] += 1
            if not _INSIDE_WORD.match(text[max(0, start - 1) : start]):
                apart.add(name)
        at = text.find(ending, at + 1)
    counted: Counter[str] = Counter()
    for name, times in full.items():
        short = short_name(name)
        alone = text.count(short) - times if len(short) < len(name) else 0
        if alone >= _OFTEN or name in apart:
            counted[name] = times + 3 * alone
    ranked = counted.most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) == 2 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]


def short_name(name: str) -> str:
    """清远 for 清远市; names of two characters (蓟县) stay as they are.

    >>> short_name("清远市"), short_name("蓟县"), short_name("广西壮族自治区")
    ('清远', '蓟县', '广西')
    """
    short = _AUTONOMOUS.sub("", name) or name
    short = _SHORT_END.sub("", short)
    return short if len(short) >= 2 else name


def all_units() -> tuple[Unit, ...]:
    """Every unit of the list, in the order of the codes."""
    return _units().rows


@dataclass(frozen=True, slots=True)
class _Units:
    rows: tuple[Unit, ...]
    by_code: dict[str, list[Unit]]
    by_name: dict[str, list[Unit]]


_AUTONOMOUS = re.compile(
    r"(?:壮族|回族|维吾尔|蒙古族|藏族|苗族|彝族|侗族|布依族|土家族|傣族|景颇族|哈尼族|白族|朝鲜族|羌族|黎族|瑶族|畲族|满族|"
    r"哈萨克|柯尔克孜|蒙古|傈僳族|水族|仡佬族|佤族|拉祜族|纳西族|毛南族|仫佬族|东乡族|保安族|撒拉族|土族|裕固族|锡伯族|达斡尔族|"
    r"鄂温克族|鄂伦春|塔吉克|独龙族|怒族|普米族|各族|布朗族)*自治[区州县旗]$"
)


def _decide(found: list[Unit], before: str, nearby: str, year: int | None) -> Jurisdiction | None:
    """The one unit of those with the same name that the words around it speak for."""
    candidates = [unit for unit in found if unit.until is None] or found
    if year is not None:
        then = [unit for unit in found if unit.until is None or unit.until >= year]
        candidates = then or candidates
    for words in (before, nearby):
        if len(candidates) == 1 or not words:
            continue
        scores = Counter({index: _belongs(unit, words) for index, unit in enumerate(candidates)})
        ranked = scores.most_common(2)
        if ranked[0][1] > 0:
            best = [candidates[index] for index, score in scores.items() if score == ranked[0][1]]
            candidates = best
    codes = {unit.jurisdiction.code for unit in candidates}
    if len(codes) == 1:
        return candidates[0].jurisdiction
    current = [unit for unit in candidates if unit.until is None]
    return current[0].jurisdiction if len(current) == 1 else None


def _belongs(unit: Unit, words: str) -> int:
    """How much the words speak of the unit's parents: ten for the full name of one, one for its short name."""
    score = 0
    parents = _units().by_code.get(unit.parent, [])
    names = [(row.jurisdiction.name, 2) for row in parents] + [(unit.jurisdiction.province_name or "", 1)]
    for name, weight in names:
        if not name or name == unit.jurisdiction.name:
            continue
        score += weight * (10 * words.count(name) or words.count(short_name(name)))
    return score


@cache
def _units() -> _Units:
    """The list. Raises ValueError where a row of the CSV is not what its columns promise."""
    rows: list[Unit] = []
    by_code: dict[str, list[Unit]] = {}
    by_name: dict[str, list[Unit]] = {}
    with files(__package__).joinpath("jurisdictions.csv").open(encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            if row["level"] not in _LEVELS or not re.fullmatch(r"\d{6}", row["code"]) or not row["name"]:
                raise ValueError(f"jurisdictions.csv, line {number}: {row} is no code, name and level")
            unit = Unit(
                Jurisdiction(row["code"], row["name"], row["level"], row["province_name"] or None),
                row["parent_code"],
                int(row["until"]) if row["until"] else None,
                row["invented"] == "yes",
            )
            rows.append(unit)
            # The current bearer of a code or name stands before the dissolved ones.
            place = 0 if unit.until is None else 1 << 30
            by_code.setdefault(unit.jurisdiction.code, []).insert(place, unit)
            by_name.setdefault(unit.jurisdiction.name, []).insert(place, unit)
    return _Units(tuple(rows), by_code, by_name)
