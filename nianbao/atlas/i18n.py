"""Bilingual text of the atlas: every word in Chinese and English, of which the page shows one."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from markupsafe import Markup, escape

from nianbao.atlas.data_files import load_data
from nianbao.atlas.numbers import Scale, figure, in_chinese, in_english, printed_step
from schemas.families import Family
from schemas.vocabulary import QUALIFIERS

# Qualifiers that are written before a number.
WRITTEN_QUALIFIERS = frozenset(QUALIFIERS) - {"exact"}


class _Texts(NamedTuple):
    """Content of `i18n.yaml`: texts in Chinese and English by key, and English words for units and scopes."""

    text: dict[str, tuple[str, str]]
    units: dict[str, str]
    scopes: dict[str, str]


@cache
def _load_texts() -> _Texts:
    return _Texts(**load_data("i18n.yaml"))


def bilingual(zh: str, en: str) -> Markup:
    """Return a text in both languages; write it once if both are equal."""
    if zh == en:
        return escape(zh)
    return Markup(f'<span class="zh">{escape(zh)}</span><span class="en" lang="en">{escape(en)}</span>')


def both(zh: str, en: str) -> str:
    """Return a text in both languages for an attribute or a tooltip, of which the script shows one."""
    return zh if zh == en else f"{zh} | {en}"


@cache
def t(key: str) -> Markup:
    """Return the text with this key in both languages.

    Raises:
        KeyError: `i18n.yaml` has no such key.
    """
    zh, en = _load_texts().text[key]
    return bilingual(zh, en)


def text_of(key: str | None) -> tuple[str, str]:
    """Return the text with this key in Chinese and English."""
    return _load_texts().text[str(key)]


def both_of(key: str) -> str:
    """Return the text with this key in both languages, for a tooltip."""
    return both(*text_of(key))


def family_label(family: str) -> Markup:
    """Return the heading for the reports of a family in both languages."""
    profile = Family(family).profile
    return bilingual(profile.label_zh, profile.label_en)


def family_texts(family: str) -> tuple[str, str]:
    """Return the heading for the reports of a family in Chinese and English."""
    profile = Family(family).profile
    return profile.label_zh, profile.label_en


def family_short(family: str) -> Markup:
    """Return the mark of a family for narrow columns: one character in each language."""
    profile = Family(family).profile
    return bilingual(profile.short_zh, profile.code.upper())


def unit_in_english(unit: str) -> str:
    """Return the English word for a unit, or the unit itself if there is none."""
    return _load_texts().units.get(unit, unit)


def units_in_english() -> dict[str, str]:
    """Return the English words for units by unit."""
    return _load_texts().units


def scope_name(scope: str) -> Markup:
    """Return the scope of a series in both languages; one without an English word as the report words it."""
    return bilingual(scope, _load_texts().scopes.get(scope, scope))


def unit_of(unit: str, scale: Scale) -> Markup:
    """Return the unit of a series shown in `scale`: 亿元, 100 million yuan."""
    if not unit and not scale.zh:
        return Markup("")
    return bilingual(f"{scale.zh}{unit}", f"{scale.en}{unit_in_english(unit)}")


def quantity(value: float, unit: str, qualifier: str | None = None, quote: str | None = None) -> Markup:
    """Return a number with its unit and qualifier, worded for each language, with the decimals of its `quote`."""
    step = printed_step(quote)
    english = in_english(value, unit, step)
    word = unit_in_english(unit)
    space = "" if word in ("%", "") else " "
    mark = _load_texts().text[str(qualifier)] if qualifier in WRITTEN_QUALIFIERS else ("", "")
    return bilingual(f"{mark[0]}{in_chinese(value, unit, step)}", f"{mark[1]}{english}{space}{word}")


def cell(value: float, scale: Scale, qualifier: str | None = None, quote: str | None = None) -> Markup:
    """Return a number for a column with unit and scale in its head, with the decimals of its `quote`."""
    text = figure(value, scale, printed_step(quote))
    return t(str(qualifier)) + text if qualifier in WRITTEN_QUALIFIERS else Markup(text)
