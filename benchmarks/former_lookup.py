"""The lookup of administrative units before `nianbao.places`, kept to measure the present one against it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nianbao.documents.model import Jurisdiction

COUNTRY = Jurisdiction("000000", "全国", "country", None)
_COUNTRY_NAMES = ("全国", "国务院", "中华人民共和国国务院", "中华人民共和国", "国家", "中央", "中央人民政府")
_LEVELS = ("country", "province", "city", "county")
_ORDINARY = frozenset(("城区", "郊区", "矿区", "市区", "新区"))  # names of units that are also common nouns
_MIN_SHORT_NAMES = 10  # the least number of times that a report uses the short name of its jurisdiction
_INSIDE_WORD = re.compile(
    "(?![在我向由与和及到从对把为是使让将省市县州])[\u4e00-\u9fff]"
)  # before a name that is part of a word
_TAIL = re.compile(
    r"(?:人民政府(?:办公厅|办公室)?|政府(?:办公厅|办公室)?|人民代表大会(?:常务委员会)?|人大|各级人民政府)$"
)
_SHORT_END = re.compile(r"(?:特别行政区|地区|林区|特区|[省市区县旗盟州])$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the list: the unit, the code of its parent, and the last year that listed it (None: still listed)."""

    jurisdiction: Jurisdiction
    parent: str
    until: int | None
    invented: bool


def find_jurisdiction(name: str, nearby: str = "", year: int | None = None) -> Jurisdiction | None:
    """Return the unit with a code or name, with or without the names of its parents (深圳市龙华区, 国务院).

    Of several units with the name, choose the one with parents named in `nearby`, or that was listed in `year`.
    Return None if that does not decide, or if no such unit is known.

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
        candidates = units.by_name.get(name[start:])
        if candidates:
            return _choose(candidates, name[:start], nearby, year)
    return None


def most_named(text: str, ending: str) -> str | None:
    """Return the unit name with this ending (区, 县, 市, 州, 省) that a text uses most; None if none is clearly first.

    The short name (青穗 for 青穗县) counts three times, because the full name may be part of a word (滨海城区).

    >>> most_named("青穗县稳步发展。今年青穗完成3件实事，云汀市肯定了青穗。", "县")
    '青穗县'
    """
    by_name = _units().by_name
    full_names: Counter[str] = Counter()
    separate: set[str] = set()  # names that occur as separate words
    end = text.find(ending)
    while end >= 0:
        start = next((start for start in range(max(0, end - 8), end) if text[start : end + 1] in by_name), end)
        name = text[start : end + 1]
        if start < end and name not in _ORDINARY:
            full_names[name] += 1
            if not _INSIDE_WORD.match(text[max(0, start - 1) : start]):
                separate.add(name)
        end = text.find(ending, end + 1)
    scores: Counter[str] = Counter()
    for name, n_full in full_names.items():
        short = short_name(name)
        n_short = text.count(short) - n_full if len(short) < len(name) else 0
        if n_short >= _MIN_SHORT_NAMES or name in separate:
            scores[name] = n_full + 3 * n_short
    ranked = scores.most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) == 2 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]


def short_name(name: str) -> str:
    """Return the name without its ending (清远 for 清远市); names of two characters (蓟县) stay unchanged.

    >>> short_name("清远市"), short_name("蓟县"), short_name("广西壮族自治区")
    ('清远', '蓟县', '广西')
    """
    short = _AUTONOMOUS.sub("", name) or name
    short = _SHORT_END.sub("", short)
    return short if len(short) >= 2 else name


def all_units() -> tuple[Unit, ...]:
    """Return every unit of the list, ordered by code."""
    return _units().rows


@dataclass(frozen=True, slots=True)
class _Units:
    """The list, indexed by code and by name; current units come before dissolved ones."""

    rows: tuple[Unit, ...]
    by_code: dict[str, list[Unit]]
    by_name: dict[str, list[Unit]]


_AUTONOMOUS = re.compile(
    r"(?:壮族|回族|维吾尔|蒙古族|藏族|苗族|彝族|侗族|布依族|土家族|傣族|景颇族|哈尼族|白族|朝鲜族|羌族|黎族|瑶族|畲族|满族|"
    r"哈萨克|柯尔克孜|蒙古|傈僳族|水族|仡佬族|佤族|拉祜族|纳西族|毛南族|仫佬族|东乡族|保安族|撒拉族|土族|裕固族|锡伯族|达斡尔族|"
    r"鄂温克族|鄂伦春|塔吉克|独龙族|怒族|普米族|各族|布朗族)*自治[区州县旗]$"
)


def _choose(units: list[Unit], before: str, nearby: str, year: int | None) -> Jurisdiction | None:
    """Choose one of the units with the same name, by the names of its parents in the text."""
    candidates = [unit for unit in units if unit.until is None] or units
    if year is not None:
        listed = [unit for unit in units if unit.until is None or unit.until >= year]
        candidates = listed or candidates
    for words in (before, nearby):
        if len(candidates) == 1 or not words:
            continue
        scores = Counter({index: _parent_score(unit, words) for index, unit in enumerate(candidates)})
        ranked = scores.most_common(2)
        if ranked[0][1] > 0:
            best = [candidates[index] for index, score in scores.items() if score == ranked[0][1]]
            candidates = best
    codes = {unit.jurisdiction.code for unit in candidates}
    if len(codes) == 1:
        return candidates[0].jurisdiction
    current = [unit for unit in candidates if unit.until is None]
    return current[0].jurisdiction if len(current) == 1 else None


def _parent_score(unit: Unit, words: str) -> int:
    """Score how often a text names the parents of a unit: ten per full name, one per short name."""
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
    """Load the list; raise ValueError if a row of the CSV is invalid."""
    rows: list[Unit] = []
    by_code: dict[str, list[Unit]] = {}
    by_name: dict[str, list[Unit]] = {}
    with (Path(__file__).parent.parent / "data_tools" / "jurisdictions.csv").open(encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            if row["level"] not in _LEVELS or not re.fullmatch(r"\d{6}", row["code"]) or not row["name"]:
                raise ValueError(f"jurisdictions.csv, line {number}: invalid code, name or level in {row}")
            unit = Unit(
                Jurisdiction(row["code"], row["name"], row["level"], row["province_name"] or None),
                row["parent_code"],
                int(row["until"]) if row["until"] else None,
                row["invented"] == "yes",
            )
            rows.append(unit)
            # Current units come before dissolved ones.
            index = 0 if unit.until is None else 1 << 30
            by_code.setdefault(unit.jurisdiction.code, []).insert(index, unit)
            by_name.setdefault(unit.jurisdiction.name, []).insert(index, unit)
    return _Units(tuple(rows), by_code, by_name)
