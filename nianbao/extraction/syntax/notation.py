"""The notation of the rules: `lead subject=any+? change by=percent` to a pattern over the signs of tokens.

Words are token types, sets of them, or phrases; `name=item` names a part; `>item` must follow and `!item` must not;
`? * + *? +? {m,n} | ( )` are those of regular expressions; `end` is the end of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nianbao.extraction.syntax.types import NUMBERS, SIGNS

_WORD = re.compile(r"\s*(?:(?P<name>[a-z_]+)=|(?P<word>[a-z_]+)|(?P<sign>[()|>!]))")
_REPEAT = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")
Signs = frozenset[str]
END = "$"  # the sign of the end of the sentence


class NotationError(ValueError):
    """A pattern is not as the notation wants it; the message quotes where."""


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a pattern: its regular expression and what the choice of rules needs to know of it.

    `empty`: it may match nothing. `first`: the signs that it may begin with. `needed`: sets of signs of which each
    match has one before its first number; `number`: the signs of that number, None where it may have none; `ends`: that
    number is the end of the piece; `behind`: the signs that may follow it, None for any. `ahead`: of a piece that only
    looks ahead, what it must see. `opening`: what every match fits up to and including its first number, or as a whole
    if it has none; it looks no further ahead than one token.
    """

    regex: str
    empty: bool
    first: Signs
    opening: str
    needed: tuple[Signs, ...] = ()
    number: Signs | None = None
    ends: bool = False
    behind: Signs | None = None
    ahead: Signs | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern of a rule."""

    compiled: re.Pattern[str]
    opening: re.Pattern[str]
    node: Node
    after_lead: Signs | None  # what may stand behind the words that lead a clause, where the pattern opens with `lead`


@dataclass(slots=True)
class Notation:
    """Token types, sets and phrases by name, and the reading of patterns made of them."""

    nodes: dict[str, Node] = field(default_factory=dict)
    _text: str = ""
    _offset: int = 0

    @classmethod
    def of(cls, sets: Mapping[str, Sequence[str]], phrases: Mapping[str, str]) -> Notation:
        """Return a notation with these sets and phrases, each defined by those before it."""
        notation = cls({name: _any_of(frozenset(sign)) for name, sign in SIGNS.items()})
        notation.nodes["end"] = Node(r"\Z", True, frozenset(END), r"\Z")
        for name, members in sets.items():
            signs: set[str] = set()
            for member in members:
                if member not in notation.nodes:
                    raise NotationError(f"set {name}: no token type or set is named {member!r}")
                signs |= notation.nodes[member].first
            notation.nodes[name] = _any_of(frozenset(signs))
        for name, phrase in phrases.items():
            notation.nodes[name] = notation.read(phrase)
        return notation

    def compile(self, pattern: str) -> Pattern:
        """Compile the pattern of a rule; raises NotationError if it is invalid."""
        node = self.read(pattern)
        rest = pattern.strip().removeprefix("lead ")
        after = self.read(rest).first if rest != pattern.strip() else None
        return Pattern(re.compile(node.regex), re.compile(node.opening), node, after)

    def read(self, pattern: str) -> Node:
        """Parse a pattern into a node."""
        self._text, self._offset = pattern.strip(), 0
        node = self._choice()
        if self._offset < len(self._text):
            raise NotationError(f"cannot read {self._text[self._offset :]!r} in {pattern!r}")
        return node

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self._text.startswith("|", self._skip()):
            self._offset += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _either(branches)

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._skip() < len(self._text) and self._text[self._offset] not in "|)":
            parts.append(self._item())
        return _in_order(parts)

    def _item(self) -> Node:
        match = _WORD.match(self._text, self._offset)
        if not match:
            raise NotationError(f"cannot read {self._text[self._offset :]!r} in {self._text!r}")
        self._offset = match.end()
        if name := match["name"]:
            inner = self._item()
            return replace(inner, regex=f"(?P<{name}>{inner.regex})")
        if match["sign"] in (">", "!"):
            inner = self._item()
            sees = match["sign"] == ">"
            ahead = inner.first if sees and (not inner.empty or END in inner.first) else None
            regex = f"(?{'=' if sees else '!'}{inner.regex})"
            return Node(regex, True, frozenset(), regex if _is_one_sign(inner) else "", ahead=ahead)
        if match["sign"] == "(":
            node = self._choice()
            if not self._text.startswith(")", self._skip()):
                raise NotationError(f"a bracket is not closed in {self._text!r}")
            self._offset += 1
        elif match["word"] in self.nodes:
            node = self.nodes[match["word"]]
        else:
            raise NotationError(f"no token type, set or phrase is named {match['word'] or match['sign']!r}")
        repeat = _REPEAT.match(self._text, self._offset)
        if not repeat:
            return node
        self._offset = repeat.end()
        return _repeated(node, repeat.group())

    def _skip(self) -> int:
        while self._text.startswith((" ", "\n"), self._offset):
            self._offset += 1
        return self._offset


def _any_of(signs: Signs) -> Node:
    inside = "".join(sorted(signs))
    regex = inside if len(signs) == 1 else f"[{inside}]"
    numbers = signs & NUMBERS
    return Node(regex, False, signs, regex, () if numbers else (signs,), numbers or None, ends=bool(numbers))


def _in_order(parts: Sequence[Node]) -> Node:
    needed: list[Signs] = []
    opening: list[str] = []
    number: Signs | None = None
    ends, behind = False, None
    first: set[str] = set()
    open_so_far, settled = True, False
    for place, part in enumerate(parts):
        if open_so_far:
            first |= part.first
            open_so_far = part.empty
        if number is None:
            opening.append(part.opening)
        if settled:
            continue
        if part.number is not None and not part.empty:
            needed += part.needed
            number, settled = part.number, True
            rest = parts[place + 1 :]
            ends = part.ends and not rest
            behind = _first_of(rest) if part.ends else part.behind
        elif part.first & NUMBERS or part.number is not None:
            settled = True  # perhaps a number: nothing is known from here on
        elif not part.empty:
            needed += part.needed
    if settled and number is None:
        first |= NUMBERS
    regex = "".join(part.regex for part in parts)
    return Node(regex, open_so_far, frozenset(first), "".join(opening), tuple(needed), number, ends, behind)


def _first_of(parts: Sequence[Node]) -> Signs | None:
    """Return the types that may begin these parts, or None for any type."""
    first: set[str] = set()
    for part in parts:
        if part.ahead is not None:
            return frozenset(first | part.ahead)
        first |= part.first
        if not part.empty:
            return frozenset(first)
    return None


def _either(branches: Sequence[Node]) -> Node:
    branches = _merged(branches)
    if len(branches) == 1:
        return branches[0]
    numbers = [branch.number for branch in branches]
    number = frozenset[str]().union(*(n for n in numbers if n)) if all(numbers) else None
    needs = [branch.needed for branch in branches]
    shared = (frozenset[str]().union(*(need[0] for need in needs)),) if all(needs) and not any(numbers) else ()
    first = frozenset[str]().union(*(branch.first for branch in branches))
    if any(numbers) and not all(numbers):
        first |= NUMBERS  # marks it as perhaps holding a number
    regex, opening = (f"(?:{'|'.join(each)})" for each in zip(*((b.regex, b.opening) for b in branches), strict=True))
    ends = number is not None and all(branch.ends for branch in branches)
    return Node(regex, any(b.empty for b in branches), first, opening, shared, number, ends)


def _repeated(node: Node, repeat: str) -> Node:
    regex = _as_one(node.regex) + repeat
    opening = node.opening and _as_one(node.opening) + repeat
    empty = node.empty or repeat[0] in "?*" or repeat.startswith(("{0", "{,"))
    if not empty:
        opening = opening if node.number is None else node.opening
        return Node(regex, False, node.first, opening, node.needed, node.number)  # what follows may be another
    first = node.first | NUMBERS if node.number is not None and not node.first & NUMBERS else node.first
    return Node(regex, True, first, opening)


def _as_one(regex: str) -> str:
    return regex if len(regex) == 1 or _is_set(regex) else f"(?:{regex})"


def _merged(branches: Sequence[Node]) -> list[Node]:
    """Return the branches with neighbours of one sign each as one set.

    A sign that two branches match is tried twice, which in a repetition takes exponential time.
    """
    merged: list[Node] = []
    for branch in branches:
        if merged and _is_one_sign(branch) and _is_one_sign(merged[-1]):
            merged[-1] = _any_of(merged[-1].first | branch.first)
        else:
            merged.append(branch)
    return merged


def _is_one_sign(node: Node) -> bool:
    return not node.empty and (len(node.regex) == 1 or _is_set(node.regex))


def _is_set(regex: str) -> bool:
    return regex.startswith("[") and regex.find("]") == len(regex) - 1
