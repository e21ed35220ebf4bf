"""Escape invisible characters of text for display: controls, and marks of direction or without width."""

from __future__ import annotations

import re

# Controls except tab and newline, and characters that change direction or have no width: they could make a page show
# something else than its text says.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def escape_invisible(text: str) -> str:
    """Return the text with each invisible character replaced by its code point.

    >>> escape_invisible("增长\u202e7%")
    '增长⟦U+202E⟧7%'
    """
    if text.isprintable():  # as nearly all text is
        return text
    return _HIDDEN.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)
