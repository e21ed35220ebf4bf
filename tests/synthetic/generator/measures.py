"""What the invented reports measure, how it is printed, and the sentences that say it: loaded from `language/`.

Of a measure in the YAML:

    indicator   its id in the catalog of the program, where it has one
    keys        words that any right subject of it holds
    kind        level (where nothing is said), share, change (居民消费价格: the change is the figure), rank
    prints      how reports print it: `2万户` is ten thousands with two decimals; a report chooses one
    size        its least and largest first value in a county; a city has several times as much, unless `scales: false`
    growth      least and most growth a year in per cent; `drift`: of a share or a rank in points or places
    part_of     it is a `share` of that measure, each year
    rest_of     [a, b]: it is what b leaves of a; `of: [a, b]`: it is a / b in per cent
    like        it is printed in the unit of that measure (a part always is in that of its whole)
    real        its stated growth is at comparable prices, and not that of the levels
    headline    its growth always stands in the report, and a target for the next year as well
    falls       a change that is a fall
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FAMILIES = ("rule_of_law", "work_report")
LANGUAGE = Path(__file__).parent / "language"
_PRINT = re.compile(r"(\d)([万亿]?)(.*)")
_TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Print:
    """A way to print a value: `decimals` digits of `times` (万, 亿 or one) `unit`."""

    decimals: int
    multiplier: str
    unit: str

    @property
    def step(self) -> float:
        """The size of the last digit that it prints."""
        return float(_TIMES[self.multiplier] * 10**-self.decimals)

    def digits(self, value: float) -> str:
        """The number without its unit.

        >>> Print(2, "万", "户").digits(39012), Print(0, "", "件").digits(146.0)
        ('3.90', '146')
        """
        return f"{value / _TIMES[self.multiplier]:.{self.decimals}f}"

    def value(self, digits: str) -> float:
        """What a number so printed says."""
        return round(float(digits) * _TIMES[self.multiplier], 6)


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured; the fields are told above."""

    name: str
    indicator: str | None
    keys: tuple[str, ...]
    kind: str
    prints: tuple[Print, ...]
    size: tuple[float, float] | None
    growth: tuple[float, float]
    drift: tuple[float, float]
    scales: bool
    part_of: str | None
    share: tuple[float, float]
    rest_of: tuple[str, str] | None
    of: tuple[str, str] | None
    like: str
    real: bool
    headline: bool
    falls: bool

    @property
    def finest(self) -> float:
        """The size of the last digit of its finest print: its values are multiples of that."""
        return min(one.step for one in self.prints)


@dataclass(frozen=True, slots=True)
class Topic:
    """A thing that a report speaks of, in one of several ways; `section` is the place of its section."""

    name: str
    section: int
    templates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """All that is data of one family."""

    family: str
    titles: tuple[str, ...]
    measures: dict[str, Measure]
    worded: dict[str, dict[str, Any]]
    headings: tuple[str, ...]
    topics: tuple[Topic, ...]
    again: dict[str, tuple[str, ...]]
    aims: tuple[str, ...]
    prose: dict[str, Any]
    notice: str


@cache
def load_language(family: str) -> Language:
    """The measures and sentences of a family."""
    told = yaml.safe_load((LANGUAGE / f"{family}.yaml").read_text("utf-8"))
    prose = yaml.safe_load((LANGUAGE / "prose.yaml").read_text("utf-8"))
    return Language(
        family=family,
        titles=tuple(told["titles"]),
        measures=_measures(told["measures"]),
        worded=told["worded"],
        headings=tuple(section["heading"] for section in told["sections"]),
        topics=tuple(
            Topic(name, place, tuple(templates))
            for place, section in enumerate(told["sections"])
            for name, templates in section["topics"].items()
        ),
        again={name: tuple(templates) for name, templates in told["again"].items()},
        aims=tuple(told["aims"]),
        prose=prose[family],
        notice=prose["notice"],
    )


def _measures(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Measure]:
    measures: dict[str, Measure] = {}
    for name, about in told.items():
        part_of = about.get("part_of")
        like = about.get("like") or part_of
        measures[name] = Measure(
            name=name,
            indicator=about.get("indicator"),
            keys=tuple(map(str, about["keys"])),
            kind=about.get("kind", "level"),
            prints=tuple(_print(text) for text in about["prints"]),
            size=_pair(about["size"]) if "size" in about else None,
            growth=_pair(about.get("growth", (-5, 8))),
            drift=_pair(about.get("drift", (0, 0))),
            scales=about.get("scales", True),
            part_of=part_of,
            share=_pair(about.get("share", (0, 1))),
            rest_of=tuple(about["rest_of"]) if "rest_of" in about else None,
            of=tuple(about["of"]) if "of" in about else None,
            like=measures[like].like if like else name,
            real=about.get("real", False),
            headline=about.get("headline", False),
            falls=about.get("falls", False),
        )
    return measures


def _print(text: str) -> Print:
    found = _PRINT.fullmatch(text)
    return Print(int(found[1]), found[2], found[3]) if found else Print(0, "", text)


def _pair(told: Any) -> tuple[float, float]:
    low, high = told
    return float(low), float(high)
