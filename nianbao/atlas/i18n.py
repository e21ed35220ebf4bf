"""The two languages of the atlas: every word as Chinese and English beside each other, of which the page shows one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from markupsafe import Markup, escape

from nianbao.atlas.numbers import Scale, figure, in_chinese, in_english, scale_for

# How a value that only bounds the truth is marked; `exact` is not.
MARKED = frozenset({"approx", "more_than", "less_than", "at_least", "at_most"})


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.load(
        files(__package__).joinpath("i18n.yaml").read_text("utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
    )
    return words


def bilingual(zh: str, en: str) -> Markup:
    """A text in both languages; the same in both is written once."""
    if zh == en:
        return escape(zh)
    return Markup(f'<span class="zh">{escape(zh)}</span><span class="en" lang="en">{escape(en)}</span>')


@cache
def t(key: str) -> Markup:
    """The word with this key in both languages. Raises KeyError where `i18n.yaml` has none."""
    zh, en = _words()["text"][key]
    return bilingual(zh, en)


def chinese(key: str) -> str:
    """The word with this key in Chinese, for an attribute."""
    word: str = _words()["text"][key][0]
    return word


def unit_in_english(unit: str) -> str:
    """The English word for a unit; units that have none stay as printed."""
    word: str = _words()["units"].get(unit, unit)
    return word


def unit_of(unit: str, scale: Scale) -> Markup:
    """The unit of a series whose numbers are shown in `scale`: 亿元, 100 million yuan."""
    if not unit and not scale.zh:
        return Markup("")
    return bilingual(f"{scale.zh}{unit}", f"{scale.en}{unit_in_english(unit)}")


def quantity(value: float, unit: str, qualifier: str | None = None) -> Markup:
    """One number with its unit and what bounds it, as each language says it."""
    english = in_english(value, unit)
    word = unit_in_english(unit)
    between = "" if word in ("%", "") else " "
    mark = _words()["text"][qualifier] if qualifier in MARKED else ("", "")
    return bilingual(f"{mark[0]}{in_chinese(value, unit)}", f"{mark[1]}{english}{between}{word}")


def cell(value: float, scale: Scale, qualifier: str | None = None) -> Markup:
    """A number in a column that has said its unit and scale."""
    if qualifier in MARKED:
        return t(str(qualifier)) + figure(value, scale)
    return Markup(figure(value, scale))


__all__ = ["bilingual", "cell", "chinese", "quantity", "scale_for", "t", "unit_in_english", "unit_of"]
