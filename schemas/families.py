"""The families of reports: the one place where a family is registered; how a report of it is known stands beside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from schemas.yaml_config import ConfigError, ConfigNode, load_yaml

FAMILIES_FILE = Path(__file__).with_name("families.yaml")


class Family(StrEnum):
    """The report series that the project knows."""

    RULE_OF_LAW = "rule_of_law"
    WORK_REPORT = "work_report"
    INFO_DISCLOSURE = "info_disclosure"

    @property
    def profile(self) -> Profile:
        """How a report of this family is known and what it tells of."""
        return load_profiles()[self]


@dataclass(frozen=True, slots=True)
class Profile:
    """What reading needs to know of a family; each field is explained in `families.yaml`."""

    family: Family
    name_zh: str
    title: re.Pattern[str]
    parts: re.Pattern[str] | None
    law: re.Pattern[str] | None
    spoken: bool
    told_next_year: bool


@cache
def load_profiles(path: Path = FAMILIES_FILE) -> dict[Family, Profile]:
    """The profiles of all families, in the order in which a report is tried for them.

    Raises ConfigError naming file and line: a family of the enumeration that is missing, one that is not in it, a
    pattern that is none.
    """
    top = load_yaml(path)
    top.check_keys([family.value for family in Family])
    return {Family(name): _profile(Family(name), top.mapping(name)) for name in top.values}


def _profile(family: Family, entry: ConfigNode) -> Profile:
    entry.check_keys(["name_zh", "title"], ["parts", "law", "spoken", "told_next_year"])
    title = _pattern(entry, "title")
    assert title is not None
    return Profile(
        family,
        entry.text("name_zh"),
        title,
        _pattern(entry, "parts"),
        _pattern(entry, "law"),
        entry.flag("spoken"),
        entry.flag("told_next_year"),
    )


def _pattern(entry: ConfigNode, key: str) -> re.Pattern[str] | None:
    if key not in entry.values:
        return None
    try:
        return re.compile(entry.text(key))
    except re.error as error:
        raise ConfigError(f"{entry.path}:{entry.lines[key]}: {key!r} is no pattern: {error}") from error
