"""The catalog of indicators: one id across years, governments and wordings; loaded from YAML and validated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from nianbao.indicators.units import Dimension, load_units
from nianbao.indicators.wording import Language, load_language
from schemas.config_error import ConfigError
from schemas.families import Family
from schemas.forms import Form, FormCell, catalog_paths, read_catalog, read_form
from schemas.head_nouns import Act, HeadNoun, load_acts, nouns_of
from schemas.locations import CATALOG
from schemas.vocabulary import GROWTH, HIGHER_IS, MEASURED_AS, NATURES
from schemas.yaml_config import ConfigNode

# Whether a target is reached from below or from above, where its qualifier does not say.
CEILING, FLOOR = "ceiling", "floor"
REQUIRED = (
    "id",
    "name_zh",
    "name_en",
    "category",
    "definition",
    "unit",
    "dimension",
    "kind",
    "nature",
    "higher_is",
    "wordings",
)
OPTIONAL = (
    "definition_zh",
    "noun",
    "other_units",
    "part_of",
    "general",
    "needs",
    "without",
    "around",
    "scopes",
    "growth",
    "target",
    "versions",
    "breaks",
)
ID = re.compile(r"[a-z][a-z0-9_]*")


class CatalogError(ConfigError):
    """A catalog that cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Terms that must all occur in a subject, in any order; `text` is as written in the catalog."""

    text: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """A population or part with a separate series (规模以上, 城镇居民), and the words that name it."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """The definition of an indicator from a year on."""

    begins: int
    means: str


@dataclass(frozen=True, slots=True)
class Break:
    """A year with levels that cannot be compared with earlier ones, and why."""

    year: int
    because: str
    because_zh: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A canonical measure. `dimensions` are those of `unit` and of `other_units`, in that order.

    One word of `needs` must occur in the subject, and none of `without` next to the wording; those of `around` may.
    `general` are those wordings that hold only in a report that uses none of the others (财政收入, 公共预算收入).
    `part_of` are indicators that reports name before this one when it is a part of them (进出口总额, 其中出口).
    """

    id: str
    family: str
    name_zh: str
    name_en: str
    category: str
    definition: str
    definition_zh: str
    unit: str
    dimensions: tuple[Dimension, ...]
    kind: str
    nature: str
    higher_is: str
    growth: str
    target: str
    wordings: tuple[Wording, ...]
    needs: tuple[str, ...]
    without: tuple[str, ...]
    around: tuple[str, ...]
    scopes: tuple[Scope, ...]
    part_of: tuple[str, ...]
    general: tuple[str, ...]
    versions: tuple[Version, ...]
    breaks: tuple[Break, ...]
    noun: str = ""

    def dimension_of(self, unit: str) -> Dimension | None:
        """Return the dimension of this indicator that a printed unit belongs to, if any."""
        for dimension in self.dimensions:
            if dimension.holds(unit):
                return dimension
        return None

    def unit_of(self, dimension: Dimension) -> str:
        """Return the unit in which values of a dimension are published."""
        return self.unit if dimension is self.dimensions[0] else dimension.canonical

    def break_between(self, earlier: int, later: int) -> Break | None:
        """Return the first break after `earlier`, up to and including `later`."""
        return next((b for b in self.breaks if earlier < b.year <= later), None)

    def version_in(self, year: int) -> int:
        """Return the number of the definition that holds in a year, from 1."""
        return max(1, sum(version.begins <= year for version in self.versions))


@dataclass(frozen=True, slots=True)
class Catalog:
    """All indicators by id in the order of their files, the word lists around them, and the forms by family.

    Each cell of a form is an indicator too.
    """

    indicators: dict[str, Indicator]
    language: Language
    forms: dict[str, Form]
    nouns: tuple[HeadNoun, ...] = ()
    acts: dict[str, Act] = field(default_factory=dict)

    def __getitem__(self, indicator_id: str) -> Indicator:
        """Return an indicator by its id."""
        return self.indicators[indicator_id]

    def names_scope(self, indicator_id: str, scope: str) -> bool:
        """Return whether the catalog names a scope of an indicator; the whole, "", counts as named."""
        names = sorted((known.name for known in self.indicators[indicator_id].scopes if known.name), key=len)
        for name in reversed(names):
            scope = scope.replace(f"{name}以上", "").replace(name, "")
        return not scope or scope in self.language.scopes

    def family(self, name: str) -> list[Indicator]:
        """Return the indicators of one family."""
        return [indicator for indicator in self.indicators.values() if indicator.family == name]


@cache
def load_catalog(folder: Path = CATALOG) -> Catalog:
    """Load every `<family>.yaml` of a folder, with its `units.yaml`. A family may have no indicators yet.

    Raises:
        ConfigError: Naming file and line: an unknown or missing key, an unknown family, unit or category, an id given
            twice, or two indicators of one dimension with the same wording.
    """
    dimensions = load_units(folder / "units.yaml")
    language = load_language()
    indicators: dict[str, Indicator] = {}
    claims: dict[tuple[frozenset[str], str], Indicator] = {}
    wholes: list[tuple[ConfigNode, str]] = []
    forms: dict[str, Form] = {}
    nouns: list[HeadNoun] = []
    for path in catalog_paths(folder):
        top = read_catalog(path)
        top.check_keys(["family", "categories", "indicators"], ["form", "nouns"])
        top.choice("family", tuple(Family))
        categories = {_category(entry) for entry in top.entries("categories")}
        for entry in top.entries("indicators"):
            indicator = _indicator(entry, top.text("family"), categories, dimensions, language)
            if indicator.id in indicators:
                _fail(entry, f"the id {indicator.id!r} is given twice", "id")
            indicators[indicator.id] = indicator
            if not indicator.noun:
                _claim(entry, indicator, claims)
            wholes += [(entry, whole) for whole in indicator.part_of]
        nouns += nouns_of(top, folder)
        form = read_form(top)
        if form is not None:
            forms[form.family] = form
            for cell in form.cells:
                if cell.id in indicators:
                    raise CatalogError(f"{path}:{cell.line}: the id {cell.id!r} is given twice")
                indicators[cell.id] = _of_cell(cell, form.family, path, categories, dimensions)
    for form in forms.values():
        for name in form.prose:
            if name not in indicators:
                raise CatalogError(f"{folder / form.family}.yaml:1: 'prose' names {name!r}, which is no indicator")
    for entry, whole in wholes:
        if whole not in indicators:
            _fail(entry, f"{whole!r} is no indicator", "part_of")
    return Catalog(indicators, language, forms, tuple(nouns), load_acts(folder))


def _fail(entry: ConfigNode, what: str, key: str) -> None:
    raise CatalogError(f"{entry.path}:{entry.lines.get(key, entry.line)}: {what}")


def _category(entry: ConfigNode) -> str:
    entry.check_keys(["id", "name_zh", "name_en"])
    return entry.text("id")


def _indicator(
    entry: ConfigNode, family: str, categories: set[str], dimensions: dict[str, Dimension], language: Language
) -> Indicator:
    entry.check_keys(REQUIRED, OPTIONAL)
    indicator_id = entry.text("id")
    if not ID.fullmatch(indicator_id):
        _fail(entry, f"the id {indicator_id!r} must be lower-case letters, digits and _", "id")
    wordings = tuple(_wording(text, entry, language) for text in entry.texts("wordings"))
    if not wordings:
        _fail(entry, "an indicator needs at least one wording", "wordings")
    unit, own = entry.text("unit"), dimensions.get(entry.text("dimension"))
    if own is None:
        _fail(entry, f"{entry.text('dimension')!r} is no dimension of units.yaml", "dimension")
    assert own is not None
    if not own.holds(unit):
        _fail(entry, f"{unit!r} is no unit of the dimension {own.name!r}; units.yaml lists them", "unit")
    return Indicator(
        id=indicator_id,
        family=family,
        name_zh=entry.text("name_zh"),
        name_en=entry.text("name_en"),
        category=entry.choice("category", categories),
        definition=entry.text("definition"),
        definition_zh=entry.text("definition_zh", _defined_by_name(entry)),
        unit=unit,
        dimensions=(own, *_other_dimensions(entry, own, dimensions)),
        kind=entry.choice("kind", MEASURED_AS),
        nature=entry.choice("nature", NATURES),
        higher_is=entry.choice("higher_is", HIGHER_IS),
        growth=entry.choice("growth", GROWTH, "nominal"),
        target=entry.choice("target", (CEILING, FLOOR), _usual_target(entry.text("higher_is"))),
        wordings=wordings,
        needs=_normalised(entry.texts("needs"), language),
        without=_normalised(entry.texts("without"), language),
        around=_normalised(entry.texts("around"), language),
        scopes=tuple(_scope(scope, language) for scope in entry.entries("scopes")),
        part_of=entry.texts("part_of"),
        general=_normalised(entry.texts("general"), language),
        versions=_versions(entry),
        breaks=tuple(sorted((_break(item) for item in entry.entries("breaks")), key=lambda b: b.year)),
        noun=entry.text("noun", ""),
    )


def _of_cell(
    cell: FormCell, family: str, path: Path, categories: set[str], dimensions: dict[str, Dimension]
) -> Indicator:
    """Return the indicator of a cell of a form. It has no wordings: it is found by its position."""
    own = dimensions.get(cell.dimension)
    if own is None or not own.holds(cell.unit):
        raise CatalogError(f"{path}:{cell.line}: {cell.unit!r} is no unit of the dimension {cell.dimension!r}")
    if cell.category not in categories:
        raise CatalogError(f"{path}:{cell.line}: {cell.category!r} is none of the categories")
    return Indicator(
        id=cell.id,
        family=family,
        name_zh=cell.name_zh,
        name_en=cell.name_en,
        category=cell.category,
        definition=cell.definition,
        definition_zh=f"表格中“{cell.name_zh}”一格的数字。",
        unit=cell.unit,
        dimensions=(own,),
        kind="level",
        nature=cell.nature,
        higher_is=cell.higher_is,
        growth="nominal",
        target=_usual_target(cell.higher_is),
        wordings=(),
        needs=(),
        without=(),
        around=(),
        scopes=(),
        part_of=(),
        general=(),
        versions=(),
        breaks=(),
    )


def _defined_by_name(entry: ConfigNode) -> str:
    """Return a definition in Chinese for an indicator that the catalog defines only in English."""
    when = {"flow": "年内", "stock": "期末的"}.get(entry.text("nature"), "报告所称年度的")
    return f"{when}{entry.text('name_zh')}。"


def _usual_target(higher_is: str) -> str:
    return CEILING if higher_is == "worse" else FLOOR


def _wording(text: str, entry: ConfigNode, language: Language) -> Wording:
    terms = _normalised(text.split(), language)
    if max(map(len, terms), default=0) < 2 and "noun" not in entry.values:
        _fail(entry, f"the wording {text!r} needs a word of two characters or more", "wordings")
    return Wording(text, tuple(sorted(terms, key=len, reverse=True)))


def _normalised(words: Iterable[str], language: Language) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language.normalise(word) for word in words))


def _other_dimensions(entry: ConfigNode, own: Dimension, dimensions: dict[str, Dimension]) -> list[Dimension]:
    others = []
    for unit in entry.texts("other_units"):
        found = next((d for d in dimensions.values() if d.canonical == unit and d is not own), None)
        if found is None:
            _fail(entry, f"{unit!r} is no canonical unit of another dimension of units.yaml", "other_units")
        else:
            others.append(found)
    if own.also and dimensions[own.also] not in others:
        others.append(dimensions[own.also])
    return others


def _scope(entry: ConfigNode, language: Language) -> Scope:
    entry.check_keys(["name", "words"])
    return Scope(entry.text("name"), _normalised(entry.texts("words"), language))


def _versions(entry: ConfigNode) -> tuple[Version, ...]:
    versions = []
    for item in entry.entries("versions"):
        item.check_keys(["from", "means"])
        versions.append(Version(item.year("from"), item.text("means")))
    if versions != sorted(versions, key=lambda version: version.begins):
        _fail(entry, "the versions must stand in the order of their years", "versions")
    return tuple(versions)


def _break(entry: ConfigNode) -> Break:
    entry.check_keys(["year", "because", "because_zh"])
    return Break(entry.year("year"), entry.text("because"), entry.text("because_zh"))


def _claim(entry: ConfigNode, indicator: Indicator, claims: dict[tuple[frozenset[str], str], Indicator]) -> None:
    for wording in indicator.wordings:
        for dimension in indicator.dimensions:
            key = (frozenset(wording.terms), dimension.name)
            other = claims.setdefault(key, indicator)
            if other is not indicator:
                _fail(entry, f"the wording {wording.text!r} is claimed by {other.id!r} too", "wordings")
