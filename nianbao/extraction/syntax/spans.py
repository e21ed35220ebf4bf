"""The words of a part of a rule as spans of the text, without what never names anything at its edges or inside."""

from __future__ import annotations

from nianbao.extraction.syntax.tokens import Tokens
from nianbao.extraction.syntax.types import SIGNS

Span = tuple[int, int]
Spans = tuple[Span, ...]


def _signs(names: str) -> frozenset[str]:
    return frozenset(SIGNS[name] for name in names.split())


# What is no part of a subject: inside it, where it begins, and where it ends.
_NEVER = _signs("base copula compare respectively time aside per same_scope")
_BEGIN = _signs(
    "examples base manner than adverb copula respectively compare time light scope mark of_which and of comma list"
    " colon from average total aside per same_scope while success"
)
_END = _signs(
    "base adverb copula respectively compare light time mark of_which and of comma list colon average from total done"
    " aside per same_scope manner than within success to"
)
_OBJECT_BEGIN = _signs("copula respectively list and of total comma colon aside per scope")
_NONE = frozenset[str]()
_COUNTED_END = _signs("copula respectively list and of total comma colon of_which from aside per within same_scope")
_KEPT_WHOLE = ("verb", "channel", "figure", "deed")
# The signs that no part of a name may begin and end with, as strings that `str.strip` takes.
_BEGINS = {
    name: "".join(signs)
    for name, signs in {
        **dict.fromkeys(("setting", "among"), _BEGIN - _signs("scope")),
        "part": _BEGIN - _signs("success"),
        "whole": _signs("list and of total comma"),
        **dict.fromkeys(_KEPT_WHOLE, _NONE),
        "verb": _signs("total"),
        **dict.fromkeys(("object", "counted", "ending", "thing", "own", "other"), _OBJECT_BEGIN),
        "": _BEGIN,
    }.items()
}
_ENDS = {
    name: "".join(signs)
    for name, signs in {
        **dict.fromkeys(_KEPT_WHOLE, _NONE),
        "part": _END - _signs("success"),
        "front": _END - _signs("manner"),
        **dict.fromkeys(("counted", "ending"), _COUNTED_END),
        "": _END,
    }.items()
}
_TOTAL = SIGNS["total"]
_WITHIN, _MANNER = SIGNS["within"], SIGNS["manner"]
_ACTION = _signs("verb strong")
_PREDICATE = _signs("adverb light copula done said manner")  # what is said of a counted thing
_LONGEST_COUNTED, _SHORTEST_COUNTED = 30, 4


def words_of(tokens: Tokens, start: int, end: int, part: str = "") -> Spans:
    """Return the spans of the words of `tokens[start:end]` for a part."""
    signs, starts, ends, _ = tokens
    whole = signs[start:end]
    left = whole.lstrip(_BEGINS.get(part, _BEGINS[""]))
    kept = left.rstrip(_ENDS.get(part, _ENDS[""]))
    if kept:
        first = end - len(left)
        last = first + len(kept)
        if last < end and signs[last] == _WITHIN:  # 人均收入|在大城市中
            manner = signs.rfind(_MANNER, first + 1, last)
            last = manner if manner > 0 else last
        if part == "counted" and ends[last - 1] - starts[first] > _LONGEST_COUNTED:
            behind = [index for index in range(first + 1, last) if starts[index] - starts[first] >= _SHORTEST_COUNTED]
            ends_in = (index for kind in (_PREDICATE, _ACTION) for index in behind if signs[index] in kind)
            last = next(ends_in, last)
    elif whole and not whole.strip(_TOTAL):
        first, last = start, end
    else:
        return ()
    if last - first == 1 or part in _KEPT_WHOLE or _NEVER.isdisjoint(signs[first:last]):
        return ((starts[first], ends[last - 1]),)
    spans: list[Span] = []
    for index in range(first, last):
        if signs[index] in _NEVER:
            continue
        if spans and spans[-1][1] == starts[index]:
            spans[-1] = (spans[-1][0], ends[index])
        else:
            spans.append((starts[index], ends[index]))
    return tuple(spans)


def length_of(spans: Spans) -> int:
    """Return the number of characters in the spans."""
    return sum([end - start for start, end in spans])
