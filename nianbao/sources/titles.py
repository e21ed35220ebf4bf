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
from schemas.families import load_profiles

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_SPAN = re.compile(r"(?:19|20)\d{2}年?\s*[-－—–~至]+\s*(?:19|20)\d{2}年")
_OWNER = r"([\u4e00-\u9fff]{2,14}?[省市区县州盟旗])(?:人民)?(?:政府)?(?:关于)?"
_YEAR_NAMED = r"(?:19|20)\d{2}年"
_WIDE = str.maketrans("０１２３４５６７８９（）", "0123456789()")
_CHINESE_YEAR = re.compile("[一二][九〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True, slots=True)
class _Words:
    speaks_of: re.Pattern[str]
    office: re.Pattern[str]
    government: re.Pattern[str]
    owner: re.Pattern[str]


def reported_year(title: str, family: Family, posted: date | None = None) -> int | None:
    """The year that a title's report reviews; None for a title that is no such report, or names no year.

    A title without a year takes the one before it was posted.

    >>> reported_year("云汀市2022年度法治政府建设情况报告", Family("rule_of_law"))
    2022
    >>> reported_year("关于云汀市2022年度法治政府建设情况报告的解读", Family("rule_of_law")) is None
    True
    """
    words = _words()
    title = _plain(title)
    rule = family.profile.list_titles
    if not rule.is_report.search(title) or words.speaks_of.search(title):
        return None
    if words.office.search(words.government.sub("政府", title)):
        return None
    years = [int(year) for year in _YEAR.findall(_SPAN.sub("", title))]
    if years:
        return years[0] - rule.names_delivery
    return posted.year - 1 if posted is not None and not _SPAN.search(title) else None


def wanted_year(title: str, source: Source, posted: date | None = None) -> int | None:
    """The year of a title that is the report of this source: of its family, its pattern, and of no other place."""
    year = reported_year(title, source.family, posted)
    if year is None or (source.title is not None and not source.title.search(title)):
        return None
    owner = _words().owner.search(_plain(title))
    place = find_jurisdiction(owner[1], nearby=source.jurisdiction.province_name or "") if owner else None
    return year if place is None or place.code == source.jurisdiction.code else None


def _plain(title: str) -> str:
    title = "".join(title.translate(_WIDE).split())
    return _CHINESE_YEAR.sub(lambda found: found.group().translate(_CHINESE), title)


@cache
def _words() -> _Words:
    """Return the rules of `titles.yaml`, completed by what the families put after an owner or an office."""
    data = yaml.safe_load(files(__package__).joinpath("titles.yaml").read_text(encoding="utf-8"))
    rules = [profile.list_titles for profile in load_profiles().values()]
    after_office = "|".join([_YEAR_NAMED, *(rule.after_office for rule in rules if rule.after_office)])
    after_owner = "|".join([_YEAR_NAMED, *(rule.after_owner for rule in rules)])
    return _Words(
        speaks_of=re.compile(data["not"]),
        office=re.compile(rf"{data['office']}(?:{after_office})"),
        government=re.compile(data["government"]),
        owner=re.compile(rf"{_OWNER}(?:{after_owner})"),
    )
