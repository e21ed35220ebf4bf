"""The token types and their signs: a sentence of tokens is a string of signs, which the rules are matched against."""

from __future__ import annotations

import string

from nianbao.extraction.lexicon import words

NUMBER_TYPES = ("things", "money", "bare", "percent", "points", "fold", "rank", "doubled")
OTHER_TYPES = (
    "time", "noun", "place", "grade", "same_scope", "aside", "per", "each", "list", "comma", "semicolon", "colon",
    "open", "close", "footnote",
)  # fmt: skip
WORD_TYPES = tuple(name for name in words("types") if name != "protected")
# The sign of each type. The grammar names types and never signs.
_TYPES = tuple(dict.fromkeys((*NUMBER_TYPES, *OTHER_TYPES, *WORD_TYPES)))
SIGNS = dict(zip(_TYPES, string.ascii_letters + string.digits + "αβγδεζηθικλμνξο", strict=False))
NAMES = {sign: name for name, sign in SIGNS.items()}
NUMBERS = frozenset(SIGNS[name] for name in NUMBER_TYPES)
NOUN = SIGNS["noun"]
ACTIONS = frozenset(SIGNS[name] for name in ("verb", "strong", "casework", "done", "won"))
PUNCTUATION = {
    "list": "、", "comma": "，,\t\n", "semicolon": "；;", "colon": "：:", "open": "([", "close": ")]", "mark": "—·-",
}  # fmt: skip
