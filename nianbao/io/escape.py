"""Text that hides nothing: control and direction characters of a report are shown as what they are."""

from __future__ import annotations

import re

# Controls besides tab and newline, and what steers direction or has no width: they could make a page show other than
# what it says.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def escape_invisible(text: str) -> str:
    """The text with each hidden character as its number.

    >>> visible("增长\u202e7%")
    '增长⟦U+202E⟧7%'
    """
    if text.isprintable():  # as nearly all of it is: nothing hidden is
        return text
    return _HIDDEN.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)
