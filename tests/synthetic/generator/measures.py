"""Measures of the invented reports, their printed forms and their sentences, loaded from `language/`.

Fields of a measure in the YAML:

    indicator   its id in the catalog, if it has one
    keys        words that every correct subject contains
    kind        level (default), share, change (居民消费价格: the change is the figure), rank
    prints      printed forms, of which a report chooses one: `2万户` is ten thousands with two decimals
    size        range of the first value in a county; several times as much in a city, unless `scales: false`
    growth      minimum and maximum growth per year in percent; `drift`: of a share or a rank, in points or places
    part_of     the measure of which it is a `share`, each year
    rest_of     [a, b]: it is a - b; `of: [a, b]`: it is a / b in percent
    like        the measure whose printed form it shares (a part always shares that of its whole)
    real        true if its stated growth is at constant prices and differs from that of the levels
    headline    true if its growth and a target for the next year are always stated
    falls       true if a change is a decrease
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
    """A printed form: number of decimals, multiplier (万, 亿 or none) and unit."""

    decimals: int
    multiplier: str
    unit: str

    @property
    def step(self) -> float:
        """The size of the last printed digit."""
        return float(_TIMES[self.multiplier] * 10**-self.decimals)

    def digits(self, value: float) -> str:
        """Return the digits of a value, without multiplier and unit.

        >>> Print(2, "万", "户").digits(39012), Print(0, "", "件").digits(146.0)
        ('3.90', '146')
        """
        return f"{value / _TIMES[self.multiplier]:.{self.decimals}f}"

    def value(self, digits: str) -> float:
        """Return the value of printed digits."""
        return round(float(digits) * _TIMES[self.multiplier], 6)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure; the fields are described in the module docstring."""

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
        """The size of the last digit of its finest printed form; all values are multiples of it."""
        return min(printed.step for printed in self.prints)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a report with alternative templates; `section` is the index of its section."""

    name: str
    section: int
    templates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """The measures and sentences of one family."""

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
    """Load the measures and sentences of a family."""
    language = yaml.safe_load((LANGUAGE / f"{family}.yaml").read_text("utf-8"))
    prose = yaml.safe_load((LANGUAGE / "prose.yaml").read_text("utf-8"))
    return Language(
        family=family,
        titles=tuple(language["titles"]),
        measures=_measures(language["measures"]),
        worded=language["worded"],
        headings=tuple(section["heading"] for section in language["sections"]),
        topics=tuple(
            Topic(name, index, tuple(templates))
            for index, section in enumerate(language["sections"])
            for name, templates in section["topics"].items()
        ),
        again={name: tuple(templates) for name, templates in language["again"].items()},
        aims=tuple(language["aims"]),
        prose=prose[family],
        notice=prose["notice"],
    )


def _measures(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Measure]:
    measures: dict[str, Measure] = {}
    for name, about in entries.items():
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
    match = _PRINT.fullmatch(text)
    return Print(int(match[1]), match[2], match[3]) if match else Print(0, "", text)


def _pair(bounds: Any) -> tuple[float, float]:
    low, high = bounds
    return float(low), float(high)
