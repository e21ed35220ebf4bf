"""The language of what commands print: Chinese in a Chinese locale, else English."""

from __future__ import annotations

import os

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def is_chinese() -> bool:
    """Return whether the locale of the user is Chinese; the first variable that is set decides."""
    locale = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    return locale.lower().startswith("zh")


def in_language(zh: str, en: str) -> str:
    """Return the text in the language of the user."""
    return zh if is_chinese() else en


def word(key: str) -> str:
    """Return a word that the atlas has too, such as the reason why two years are not comparable."""
    from nianbao.atlas.i18n import text_of

    return in_language(*text_of(key))
