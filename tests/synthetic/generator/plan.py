"""Plans: consistent series of figures for governments and years, and planted inconsistencies.

Every value is a multiple of the last digit that any report prints, and rates, growths and targets are computed from
the values. All statements therefore agree, except where a `Plant` says otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from nianbao.documents.model import Jurisdiction
from nianbao.documents.reporter import jurisdiction_of
from nianbao.places.lookup import find_place
from nianbao.places.units import all_places
from tests.synthetic.generator.measures import Language, Measure, load_language

# Amounts of a city relative to a county.
_CITY_TIMES = 6.0
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_CHOICE = re.compile(r"\[[^\[\]]*\]")
# Not a check: the sentence must state the figure exactly.
STATED = "stated"
_QUALIFIERS = {"": "exact", "以上": "more_than", "左右": "approx", "不低于": "at_least"}
CHECKS = (
    "rate_of_parts",
    "growth_of_levels",
    "parts_of_whole",
    "printed_twice",
    "restatement",
    "lost_magnitude",
    "target_missed",
)


@dataclass(frozen=True, slots=True)
class Plant:
    """A planted inconsistency: which check must find it, in which report, about which measure."""

    check: str
    family: str
    year: int
    measure: str
    topic: str


@dataclass(frozen=True, slots=True)
class Aim:
    """A target for a year, set in the report on the previous year; `text` is as printed, without 增长."""

    text: str
    value: float
    high: float | None
    qualifier: str
    rounding: float


@dataclass(frozen=True, slots=True)
class GovernmentPlan:
    """One government: values, stated growths and targets by measure and year, plants, and years without a report."""

    government: Jurisdiction
    family: str
    years: tuple[int, ...]
    missing: frozenset[int]
    values: dict[str, dict[int, float]]
    growths: dict[str, dict[int, float]]
    aims: dict[str, dict[int, Aim]]
    plants: tuple[Plant, ...]
    seed: str

    def must_state(self, year: int) -> dict[str, tuple[str, str]]:
        """Return by topic the check and the measure that the year's report must have a sentence for."""
        must: dict[str, tuple[str, str]] = {}
        for plant in self.plants:
            if plant.year == year:
                must[plant.topic] = (plant.check, plant.measure)
            elif plant.check == "lost_magnitude" or (plant.check == "restatement" and plant.year == year + 1):
                must[plant.topic] = (STATED, plant.measure)
        return must

    def planted(self, check: str, year: int, measure: str) -> bool:
        """Return whether an inconsistency is planted for a check in a year's report about a measure."""
        return any((plant.check, plant.year, plant.measure) == (check, year, measure) for plant in self.plants)


def plan(
    seed: int,
    governments: int = 2,
    years: Sequence[int] = (2020, 2021, 2022, 2023),
    families: Sequence[str] = ("rule_of_law", "work_report"),
    *,
    contradictions: float = 0.0,
    missing: float = 0.0,
) -> Iterator[GovernmentPlan]:
    """Yield a plan per government and family; the same arguments give the same plans.

    Args:
        seed: Seed of all random choices.
        governments: Number of governments.
        years: Years under review.
        families: Families of reports.
        contradictions: Share of reports with a planted inconsistency.
        missing: Share of years without a report.
    """
    for government in some_governments(governments):
        for family in families:
            yield _plan_government(
                f"{seed}/{family}/{government.code}", government, family, years, contradictions, missing
            )


@cache
def some_governments(number: int) -> tuple[Jurisdiction, ...]:
    """Return the invented governments first, then real names and codes, whose reports say that they are invented.

    Only unambiguous names are used, so that a report is attributed to its government whatever else it names.

    Raises:
        ValueError: There are not that many governments.
    """
    units = [place for place in all_places() if place.last_year is None and place.kind in ("city", "county")]
    invented = [jurisdiction_of(place) for place in units if place.invented]
    others = [place for place in units if not place.invented and len(place.name) > 2]
    unambiguous = [jurisdiction_of(place) for place in others if find_place(place.name) == place]
    # Spread evenly over the list, so that a few hundred cover all provinces.
    n_real = len(unambiguous)
    chosen = [unambiguous[n * n_real // max(1, number)] for n in range(min(number, n_real))]
    governments = tuple([*invented, *chosen][:number])
    if len(governments) < number:
        raise ValueError(f"{number} governments requested, but only {n_real + len(invented)} have an unambiguous name")
    return governments


def _plan_government(
    seed: str,
    government: Jurisdiction,
    family: str,
    years: Sequence[int],
    contradictions: float,
    missing: float,
) -> GovernmentPlan:
    random = Random(seed)
    language = load_language(family)
    values, growths = _figures(random, language, government, range(min(years) - 1, max(years) + 2))
    missing_years = frozenset(year for year in years if random.random() < missing)
    reported = [year for year in years if year not in missing_years]
    plants = _plants(random, language, reported, values, contradictions)
    aims = _aims(random, language, years, values, growths, plants)
    return GovernmentPlan(government, family, tuple(years), missing_years, values, growths, aims, plants, seed)


def _figures(
    random: Random, language: Language, government: Jurisdiction, years: range
) -> tuple[dict[str, dict[int, float]], dict[str, dict[int, float]]]:
    """Return values and stated growths of all measures, in the order of the file: a part follows its whole."""
    large = (_CITY_TIMES if government.level == "city" else 1.0) * random.uniform(0.8, 1.3)
    values: dict[str, dict[int, float]] = {}
    growths: dict[str, dict[int, float]] = {}
    for name, measure in language.measures.items():
        series = _series(random, measure, values, large, years)
        values[name] = series
        growths[name] = {}
        prices = random.uniform(0.3, 1.6) if measure.real else 0.0
        for year in years[1:]:
            if measure.kind == "level" and series[year - 1]:
                growths[name][year] = round((series[year] / series[year - 1] - 1) * 100 - prices, 1)
    return values, growths


def _series(
    random: Random, measure: Measure, values: dict[str, dict[int, float]], large: float, years: range
) -> dict[int, float]:
    if measure.of:
        part, whole = (values[name] for name in measure.of)
        return {year: 100 * part[year] / whole[year] for year in years}
    if measure.rest_of:
        whole, part = (values[name] for name in measure.rest_of)
        return {year: round(whole[year] - part[year], 6) for year in years}
    step = measure.finest
    if measure.part_of:
        whole = values[measure.part_of]
        low, high = measure.share
        usual = random.uniform(low, high)
        spread = (high - low) / 8
        shares = {year: min(high, max(low, usual + random.uniform(-spread, spread))) for year in years}
        return {year: _snapped(max(step, whole[year] * shares[year]), step) for year in years}
    assert measure.size is not None
    low, high = measure.size
    value = random.uniform(low, high) * (large if measure.kind == "level" and measure.scales else 1.0)
    series: dict[int, float] = {}
    for year in years:
        series[year] = _snapped(value, step)
        if measure.kind == "level":
            value = max(step, value * (1 + random.uniform(*measure.growth) / 100))
        elif measure.kind == "share":
            value = min(99.6, value + random.uniform(*measure.drift))
        elif measure.kind == "rank":
            value = min(12.0, max(1.0, value + random.uniform(*measure.drift)))
        else:
            value = random.uniform(low, high)
    return series


def _snapped(value: float, step: float) -> float:
    return round(round(value / step) * step, 6)


def _plants(
    random: Random,
    language: Language,
    years: Sequence[int],
    values: dict[str, dict[int, float]],
    contradictions: float,
) -> tuple[Plant, ...]:
    """Return at most one plant per report, and at most one per topic, so that none hides another."""
    possible = plantable(language.family)
    plants: list[Plant] = []
    used: set[str] = set()
    for year in years:
        if random.random() >= contradictions:
            continue
        for check in random.sample(CHECKS, len(CHECKS)):
            around = [other for other in years if other != year and abs(other - year) <= 3]
            if (check in ("restatement", "target_missed") and year - 1 not in years) or (
                check == "lost_magnitude" and len(around) < 2
            ):
                continue
            fitting = [
                (name, topic)
                for name, topic in possible[check]
                if topic not in used and _fits(check, language.measures[name], values, year)
            ]
            if fitting:
                measure, topic = random.choice(fitting)
                used.add(topic)
                plants.append(Plant(check, language.family, year, measure, topic))
                break
    return tuple(plants)


def _fits(check: str, measure: Measure, values: dict[str, dict[int, float]], year: int) -> bool:
    """Return whether a wrong value of this figure would be unmistakably wrong."""
    value = values[measure.name][year]
    if check == "lost_magnitude":
        return measure.prints[-1].multiplier == "万" and value >= 20_000
    if check == "rate_of_parts":
        assert measure.of is not None
        return values[measure.of[1]][year] >= 300 and value < 98.3
    if check == "parts_of_whole":
        return value >= 20
    if check in ("printed_twice", "restatement"):
        return value >= 200
    if check == "target_missed" and measure.kind == "share":
        return value < 97
    return True


@cache
def plantable(family: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return by check the measures of a family that have a suitable sentence, and the topic of that sentence."""
    language = load_language(family)
    topics: dict[str, dict[str, str]] = {check: {} for check in CHECKS}
    for topic in language.topics:
        for template in topic.templates:
            for check in CHECKS:
                for name in language.measures:
                    if can_hold(family, template, check, name):
                        topics[check].setdefault(name, topic.name)
    return {check: tuple(sorted(names.items())) for check, names in topics.items()}


@cache
def can_hold(family: str, template: str, check: str, name: str) -> bool:
    """Return whether a template always states what a check needs of a measure, outside of choices such as [a|]."""
    language = load_language(family)
    measure = language.measures[name]
    always = _CHOICE.sub("", template)
    slots = [(match[1], match[2] or "level") for match in _SLOT.finditer(always)]
    if (name, "level") not in slots:
        return False
    position = slots.index((name, "level"))
    if check == STATED:
        return True
    if check == "rate_of_parts":
        return measure.of is not None and all((part, "level") in slots[:position] for part in measure.of)
    if check == "growth_of_levels":
        return not measure.real and (name, "prev") in slots[:position] and (name, "growth") in slots[position:]
    if check == "parts_of_whole":
        whole = measure.part_of
        # Must be the first part after 其中, directly after its whole.
        return whole is not None and f"{{{whole}}}，其中" in always and slots[position - 1] == (whole, "level")
    if measure.indicator is None:
        return False
    if check == "printed_twice":
        return name in language.again
    if check == "restatement":
        return f"{{before}}年的{{{name}:prev}}" in always  # the year must be printed, so that the value is unambiguous
    if check == "lost_magnitude":
        return measure.kind == "level" and not measure.part_of
    aim = next((aim for aim in language.aims if re.search(rf"\{{{name}:aim", aim)), None)
    if check != "target_missed" or aim is None:
        return False
    if ":aim_growth" in aim:
        return (name, "growth") in slots
    return measure.kind == "share" or aim.split("{")[0] + "{" + name + "}" in always


def _aims(
    random: Random,
    language: Language,
    years: Sequence[int],
    values: dict[str, dict[int, float]],
    growths: dict[str, dict[int, float]],
    plants: Sequence[Plant],
) -> dict[str, dict[int, Aim]]:
    """Return a target for every year after a report; it is met unless a plant says that it was missed."""
    missed = {(plant.measure, plant.year) for plant in plants if plant.check == "target_missed"}
    aims: dict[str, dict[int, Aim]] = {}
    for template in language.aims:
        for name, form in _SLOT.findall(template):
            aims[name] = {}
            for year in (year + 1 for year in years):
                measure, low = language.measures[name], (name, year) in missed
                if form == "aim_growth":
                    aim = _aim_in_percent(random, growths[name][year], low, 0.5)
                elif measure.kind == "share":
                    aim = _aim_in_percent(random, float(measure.prints[0].digits(values[name][year])), low, 1.0)
                else:
                    aim = _aim_in_amounts(random, measure, values[name][year], low)
                if aim:
                    aims[name][year] = aim
    return aims


def _aim_in_percent(random: Random, reached: float, missed: bool, step: float) -> Aim | None:
    if missed:
        aim = math.ceil((reached + random.uniform(0.8, 2.2)) / step) * step
        words = random.choice(("{}%", "{}%以上"))
    else:
        aim = math.floor((reached - random.uniform(0.2, 1.4)) / step) * step
        words = random.choice(("{}%", "{}%以上", "{}%左右", "不低于{}%", "{}—{}%" if step < 1 else "{}%"))
    if not 1 < aim <= 100:
        return None
    digits, rounding = f"{aim:g}", 1.0 if float(aim).is_integer() else 0.1
    if words == "{}—{}%":
        return Aim(words.format(digits, f"{aim + 1:g}"), aim, aim + 1, "exact", rounding)
    return Aim(words.format(digits), aim, None, _QUALIFIERS[words.replace("{}%", "")], rounding)


def _aim_in_amounts(random: Random, measure: Measure, reached: float, missed: bool) -> Aim:
    aim = reached * (random.uniform(1.05, 1.15) if missed else random.uniform(0.86, 0.96))
    power = 10 ** max(0, math.floor(math.log10(max(1.0, aim))) - 1)
    aim = (math.ceil(aim / power) if missed else max(1, math.floor(aim / power))) * power
    words = random.choice(("{}以上", "{}") if missed else ("{}以上", "{}", "{}左右"))
    in_tens = aim >= 10_000 and measure.prints[-1].multiplier == "万"
    digits, multiplier = (f"{aim / 10_000:g}", "万") if in_tens else (f"{aim:.0f}", "")
    decimals = len(digits.partition(".")[2])
    rounding = 10_000 * 10**-decimals if in_tens else 1
    text = words.format(f"{digits}{multiplier}{measure.prints[0].unit}")
    return Aim(text, float(aim), None, _QUALIFIERS[words.replace("{}", "")], float(rounding))
