"""Invisible characters are escaped in any context, and all others stay as they are."""

from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from nianbao.io.escape import escape_invisible

INVISIBLE = ("Cc", "Cf", "Zl", "Zp")


@given(st.text(), st.characters(categories=["Cc"]), st.text())
def test_a_control_character_is_escaped_in_any_context(before: str, control: str, after: str) -> None:
    """A control character becomes its code point in brackets and does not affect the characters around it."""
    if control not in "\t\n":
        assert f"{escape_invisible(before)}⟦U+{ord(control):04X}⟧{escape_invisible(after)}" == escape_invisible(
            before + control + after
        )


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_printable_text_is_unchanged(text: str) -> None:
    """Letters, digits, punctuation and symbols pass through unchanged."""
    assert escape_invisible(text) == text


def test_only_invisible_characters_are_escaped() -> None:
    """Over all of Unicode, bidi controls and zero-width characters are escaped and nothing printable is."""
    escaped = [sign for sign in map(chr, range(sys.maxunicode + 1)) if escape_invisible(sign) != sign]
    assert {"\u202e", "\u200b", "\xad", "\ufeff", "\x00", "\u2028"} <= set(escaped)
    assert all(unicodedata.category(sign) in INVISIBLE or not sign.isprintable() for sign in escaped)
    assert not any(sign.isprintable() for sign in escaped)
