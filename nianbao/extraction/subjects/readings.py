"""What the rules yield: topics, and readings of numbers with the kind that the form of a number and its rule decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from nianbao.extraction.numbers.quantity import Quantity
from nianbao.extraction.syntax.rules import Rule
from nianbao.extraction.syntax.spans import Spans
from nianbao.extraction.syntax.types import SIGNS

_LEVEL = {
    "things": "level",
    "money": "level",
    "bare": "level",
    "percent": "share",
    "fold": "ratio",
    "rank": "rank",
    "points": "change_pp",
}
_CHANGE = {
    "things": "change_abs",
    "money": "change_abs",
    "bare": "change_abs",
    "percent": "change_pct",
    "fold": "change_pct",
    "points": "change_pp",
}
KINDS = {
    kind: {SIGNS[name]: table.get(name, "change_pct") for name in (*_LEVEL, "doubled")}
    for kind, table in (("level", _LEVEL), ("share", _LEVEL), ("ratio", _LEVEL), ("change", _CHANGE))
}
KINDS["ratio"] = dict.fromkeys(KINDS["level"], "ratio")
_UP = frozenset(SIGNS[name] for name in ("up", "up_noun", "more", "gap"))
DOWN = frozenset(SIGNS[name] for name in ("down", "down_noun", "less", "below"))
TURNS = _UP | DOWN
# Money that names its own change (人均增收300元).
GAINS = {"增收": "up", "增支": "up", "减收": "down"}
# Words that say what a level is, in the order in which they count: a part, an example, a sum so far, a new state.
STATED_AS = tuple((SIGNS[name], name) for name in ("of_which", "examples", "total", "arrival"))
STATING = frozenset(sign for sign, _ in STATED_AS)


class Topic(NamedTuple):
    """A topic: its words, those of them that name the thing, and the level that introduced it."""

    spans: Spans
    noun: Spans
    level: int | None = None


@dataclass(slots=True)
class Reading:
    """A number with the words that its rule makes its subject, before years and modality are known."""

    quantity: Quantity
    kind: str
    direction: str | None
    spans: Spans
    noun: Spans
    rule: Rule
    start: int  # where the words of the rule begin
    clause: int  # where the clause before begins, if that only says what is spoken of
    of: int | None = None
    inherited: bool = False
    base: bool = False
    since: int | None = None  # the year that a change starts from, where another clause names it
    aimed: tuple[int | None, int | None] | None = None  # the years of a target
    previous: Reading | None = None  # the number before it in the sentence
    spanned: bool = False  # its clause names the several years that it is of
    named_by_clause: bool = False  # what a clause without a number states is its topic
    far: bool = False  # it continues what precedes a semicolon or a full stop
    parts: dict[str, Spans] = field(default_factory=dict)
    scope: Spans = ()
    label: str = ""
    stated_as: str = ""  # the word that says what a level is: of_which, examples, total, arrival

    @property
    def continues_act(self) -> bool:
        """Whether the number goes on with the objects of the verb before it."""
        return any("acting" in choice for source in self.rule.reads.values() for choice in source.choices)
