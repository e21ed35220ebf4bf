"""Recognize the titles of list pages that are reports, and the years that they review."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml

from nianbao.documents.model import Family
from nianbao.places.identify import Clues, identify
from nianbao.places.titles import read_title
from nianbao.sources.registry import Source
from schemas.families import load_profiles

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_SPAN = re.compile(r"(?:19|20)\d{2}年?\s*[-－—–~至]+\s*(?:19|20)\d{2}年")
_YEAR_NAMED = r"(?:19|20)\d{2}年"
_WIDE_CHARACTERS = str.maketrans("０１２３４５６７８９（）", "0123456789()")
_CN_YEAR = re.compile("[一二][九〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_CN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of `titles.yaml`, completed by those of the families."""

    about: re.Pattern[str]
    office: re.Pattern[str]
    government: re.Pattern[str]


def reported_year(title: str, family: Family, posted: date | None = None, *, of_any_body: bool = False) -> int | None:
    """Return the year that a report reviews, by its title; None if the title is not a report of the family.

    Without a year in the title, it is the year before it was posted. Reports of offices count only if `of_any_body`.

    >>> reported_year("云汀市2022年度法治政府建设情况报告", Family("rule_of_law"))
    2022
    >>> reported_year("关于云汀市2022年度法治政府建设情况报告的解读", Family("rule_of_law")) is None
    True
    """
    rules = _rules()
    title = _normalize(title)
    rule = family.profile.list_titles
    if not rule.is_report.search(title) or rules.about.search(title):
        return None
    if not of_any_body and _names_office(title):
        return None
    years = [int(year) for year in _YEAR.findall(_SPAN.sub("", title))]
    if years:
        return years[0] - rule.names_delivery
    return posted.year - 1 if posted is not None and not _SPAN.search(title) else None


def wanted_year(title: str, source: Source, posted: date | None = None) -> int | None:
    """Return the year of a report of this source; None if the title is another family's, government's or body's."""
    year = reported_year(title, source.family, posted, of_any_body=True)
    if year is None or (source.title is not None and not source.title.search(title)):
        return None
    if not read_title(title).owner:
        return year
    place = source.jurisdiction
    given = place.name if place.province_name in (None, place.name) else f"{place.province_name}{place.name}"
    found = identify(Clues(title, year=year, family=source.family.value, jurisdiction=given))
    if found.place_code is not None:
        same = found.place_code == place.code and found.body_id == source.body.slug
        return year if same else None
    return None if source.body.slug or found.candidates or _names_office(_normalize(title)) else year


def _names_office(title: str) -> bool:
    """Return whether a title is by an office, a town or a company, by how its owner ends."""
    rules = _rules()
    return bool(rules.office.search(rules.government.sub("政府", title)))


def _normalize(title: str) -> str:
    """Return a title with ASCII digits and without white space."""
    title = "".join(title.translate(_WIDE_CHARACTERS).split())
    return _CN_YEAR.sub(lambda match: match.group().translate(_CN_DIGITS), title)


@cache
def _rules() -> _Rules:
    """Load the rules of `titles.yaml`, and add what the families put after an owner or an office."""
    data = yaml.safe_load(files(__package__).joinpath("titles.yaml").read_text(encoding="utf-8"))
    family_rules = [profile.list_titles for profile in load_profiles().values()]
    after_office = "|".join([_YEAR_NAMED, *(rule.after_office for rule in family_rules if rule.after_office)])
    offices = "|".join(data["offices"])
    return _Rules(
        about=re.compile("|".join(data["about"])),
        office=re.compile(rf"(?:{offices})(?:人民政府)?(?:关于)?(?:{after_office})"),
        government=re.compile(data["government"]),
    )
