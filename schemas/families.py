"""The families of reports, read from `families.yaml`: their names, how a report is recognized, and its deadlines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from schemas.config_error import ConfigError
from schemas.locations import FAMILIES_FILE
from schemas.yaml_config import ConfigNode, load_yaml

_REQUIRED = (
    *("name_zh", "name_en", "label_zh", "label_en", "report_en", "short_zh", "code", "order"),
    *("title", "title_start", "list_titles"),
)
_OPTIONAL = ("parts", "law", "spoken", "this_year_is_next", "any_scope", "catalog_order", "deadlines")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[a-z]")
_MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
# The title of a list page names the year that the report reviews, or the year after it.
_YEAR_REVIEWED, _YEAR_DELIVERED = "reviewed", "delivered"


def _registered(path: Path) -> list[str]:
    """Return the ids of the registered families in their display order."""
    entries = _read(path).mapping("families")
    return sorted(entries.values, key=lambda name: (entries.mapping(name).number("order"), name))


@cache
def _read(path: Path) -> ConfigNode:
    top = load_yaml(path)
    top.check_keys(["families"])
    return top


class Family(StrEnum):
    """A registered family of reports; the members are the entries of `families.yaml` in their display order."""

    vars().update({name.upper(): name for name in _registered(FAMILIES_FILE)})

    @property
    def profile(self) -> Profile:
        """What `families.yaml` says of this family."""
        return load_profiles()[self]


@dataclass(frozen=True, slots=True)
class Deadline:
    """By which month and day of the next year reports on the years from `from_year` on must be public.

    `day` is for bodies that govern a territory, `department_day` for all others.
    """

    from_year: int
    day: tuple[int, int]
    department_day: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ListTitles:
    """How the titles of reports read in list pages. `taken` gives the year reviewed of example titles."""

    is_report: re.Pattern[str]
    names_delivery: bool
    after_owner: str
    after_office: str
    taken: Mapping[str, int]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One entry of `families.yaml`; every field is explained there."""

    family: Family
    name_zh: str
    name_en: str
    label_zh: str
    label_en: str
    report_en: str
    short_zh: str
    code: str
    order: int
    title: re.Pattern[str]
    title_start: str
    parts: re.Pattern[str] | None
    law: re.Pattern[str] | None
    spoken: bool
    this_year_is_next: bool
    any_scope: bool
    catalog_order: int | None
    deadlines: tuple[Deadline, ...]
    list_titles: ListTitles


@cache
def load_profiles(path: Path = FAMILIES_FILE) -> dict[Family, Profile]:
    """Return the profiles of all families, in the order in which a document is tried for them.

    `list(Family)` and `Profile.order` give the order in which families are displayed.

    Raises:
        ConfigError: Naming file and line: an unknown or missing key, a bad pattern or id, a code used twice.
    """
    entries = _read(path).mapping("families")
    profiles: dict[Family, Profile] = {}
    codes: dict[str, str] = {}
    for name in entries.values:
        if not _ID.fullmatch(name):
            entries.refuse(f"the id {name!r} must be lower-case letters, digits and _", name)
        entry = entries.mapping(name)
        profile = _profile(Family(name), entry)
        if profile.code in codes:
            entry.refuse(f"the code {profile.code!r} is already that of {codes[profile.code]}", "code")
        codes[profile.code] = name
        profiles[profile.family] = profile
    return profiles


def _profile(family: Family, entry: ConfigNode) -> Profile:
    entry.check_keys(_REQUIRED, _OPTIONAL)
    code = entry.text("code")
    if not _CODE.fullmatch(code):
        entry.refuse(f"the code {code!r} must be one lower-case letter", "code")
    _pattern(entry, "title_start")
    return Profile(
        family=family,
        name_zh=entry.text("name_zh"),
        name_en=entry.text("name_en"),
        label_zh=entry.text("label_zh"),
        label_en=entry.text("label_en"),
        report_en=entry.text("report_en"),
        short_zh=entry.text("short_zh"),
        code=code,
        order=int(entry.number("order")),
        title=_pattern(entry, "title"),
        title_start=entry.text("title_start"),
        parts=_optional_pattern(entry, "parts"),
        law=_optional_pattern(entry, "law"),
        spoken=entry.flag("spoken"),
        this_year_is_next=entry.flag("this_year_is_next"),
        any_scope=entry.flag("any_scope"),
        catalog_order=int(entry.number("catalog_order")) if "catalog_order" in entry.values else None,
        deadlines=tuple(sorted(map(_deadline, entry.entries("deadlines")), key=lambda rule: rule.from_year)),
        list_titles=_list_titles(entry.mapping("list_titles")),
    )


def _deadline(entry: ConfigNode) -> Deadline:
    entry.check_keys(["from_year", "day"], ["department_day"])
    day = _month_and_day(entry, "day")
    department_day = _month_and_day(entry, "department_day") if "department_day" in entry.values else day
    return Deadline(entry.year("from_year"), day, department_day)


def _month_and_day(entry: ConfigNode, key: str) -> tuple[int, int]:
    match = _MONTH_AND_DAY.fullmatch(entry.text(key))
    if match is None:
        entry.refuse(f"{key!r} must be a month and a day, as 04-01 in quotes", key)
    return int(match[1]), int(match[2])


def _list_titles(entry: ConfigNode) -> ListTitles:
    entry.check_keys(["is", "year", "after_owner"], ["after_office", "taken", "left"])
    for key in ("after_owner", "after_office"):
        _optional_pattern(entry, key)
    taken: dict[str, int] = {}
    for example in entry.entries("taken"):
        example.check_keys(["title", "year"])
        taken[example.text("title")] = example.year("year")
    return ListTitles(
        is_report=_pattern(entry, "is"),
        names_delivery=entry.choice("year", (_YEAR_REVIEWED, _YEAR_DELIVERED)) == _YEAR_DELIVERED,
        after_owner=entry.text("after_owner"),
        after_office=entry.text("after_office", ""),
        taken=taken,
        left=entry.texts("left"),
    )


def _pattern(entry: ConfigNode, key: str) -> re.Pattern[str]:
    try:
        return re.compile(entry.text(key))
    except re.error as error:
        message = f"{entry.path}:{entry.lines[key]}: {key!r} is not a regular expression: {error}"
        raise ConfigError(message) from error


def _optional_pattern(entry: ConfigNode, key: str) -> re.Pattern[str] | None:
    return _pattern(entry, key) if key in entry.values else None
