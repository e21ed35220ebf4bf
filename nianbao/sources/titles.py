"""Titles of list pages: which of them is the report of a year, and which only speaks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml

from nianbao.documents.jurisdictions import find_jurisdiction
from nianbao.documents.model import Family
from nianbao.sources.registry import Source

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_SPAN = re.compile(r"(?:19|20)\d{2}年?\s*[-－—–~至]+\s*(?:19|20)\d{2}年")
_OWNER = re.compile(
    r"([\u4e00-\u9fff]{2,14}?[省市区县州盟旗])(?:人民)?(?:政府)?(?:关于)?(?:(?:19|20)\d{2}年|法治|依法|政府|信息)"
)
_WIDE = str.maketrans("０１２３４５６７８９（）", "0123456789()")
_CHINESE_YEAR = re.compile("[一二][九〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True, slots=True)
class _Rule:
    is_report: re.Pattern[str]
    delivered: bool


@dataclass(frozen=True, slots=True)
class _Words:
    families: dict[Family, _Rule]
    speaks_of: re.Pattern[str]
    office: re.Pattern[str]
    government: re.Pattern[str]


def reported_year(title: str, family: Family, posted: date | None = None) -> int | None:
    """The year that a title's report reviews; None for a title that is no such report, or names no year.

    A title without a year takes the one before it was posted.

    >>> reported_year("云汀市2022年度法治政府建设情况报告", Family.RULE_OF_LAW)
    2022
    >>> reported_year("关于云汀市2022年度法治政府建设情况报告的解读", Family.RULE_OF_LAW) is None
    True
    """
    words = _words()
    title = _plain(title)
    rule = words.families[family]
    if not rule.is_report.search(title) or words.speaks_of.search(title):
        return None
    if words.office.search(words.government.sub("政府", title)):
        return None
    years = [int(year) for year in _YEAR.findall(_SPAN.sub("", title))]
    if years:
        return years[0] - rule.delivered
    return posted.year - 1 if posted is not None and not _SPAN.search(title) else None


def wanted_year(title: str, source: Source, posted: date | None = None) -> int | None:
    """The year of a title that is the report of this source: of its family, its pattern, and of no other place."""
    year = reported_year(title, source.family, posted)
    if year is None or (source.title is not None and not source.title.search(title)):
        return None
    owner = _OWNER.search(_plain(title))
    place = find_jurisdiction(owner[1], nearby=source.jurisdiction.province_name or "") if owner else None
    return year if place is None or place.code == source.jurisdiction.code else None


def _plain(title: str) -> str:
    title = "".join(title.translate(_WIDE).split())
    return _CHINESE_YEAR.sub(lambda found: found.group().translate(_CHINESE), title)


@cache
def _words() -> _Words:
    """The rules of `titles.yaml`. Raises ValueError where it is not what it should be."""
    data = yaml.safe_load(files(__package__).joinpath("titles.yaml").read_text(encoding="utf-8"))
    families = {}
    for name, rule in data["families"].items():
        if rule["year"] not in ("reviewed", "delivered"):
            raise ValueError(f"titles.yaml: the year of {name} is {rule['year']!r}, not reviewed or delivered")
        families[Family(name)] = _Rule(re.compile(rule["is"]), rule["year"] == "delivered")
    if missing := set(Family) - set(families):
        raise ValueError(f"titles.yaml: no rules for {sorted(missing)}")
    return _Words(families, re.compile(data["not"]), re.compile(data["office"]), re.compile(data["government"]))
