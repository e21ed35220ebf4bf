"""Hidden characters are shown, whatever stands around them, and all else stays as it is."""

from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from nianbao.io.escape import escape_invisible

HIDING = ("Cc", "Cf", "Zl", "Zp")


@given(st.text(), st.characters(categories=["Cc"]), st.text())
def test_a_control_is_shown_wherever_it_stands(before: str, control: str, after: str) -> None:
    if control not in "\t\n":
        assert f"{escape_invisible(before)}⟦U+{ord(control):04X}⟧{escape_invisible(after)}" == escape_invisible(
            before + control + after
        )


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_what_is_printed_stays_as_it_is(text: str) -> None:
    assert escape_invisible(text) == text


def test_a_sign_that_is_shown_by_its_number_is_one_that_hides() -> None:
    shown = [sign for sign in map(chr, range(sys.maxunicode + 1)) if escape_invisible(sign) != sign]
    assert {"\u202e", "\u200b", "\xad", "\ufeff", "\x00", "\u2028"} <= set(shown)
    assert all(unicodedata.category(sign) in HIDING or not sign.isprintable() for sign in shown)
    assert not any(sign.isprintable() for sign in shown)
