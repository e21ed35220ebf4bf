"""The words of the language of reports: load the lists of `lexicon/`, check them, and compile them to patterns once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

_Trie = dict[str, Any]  # a sign to what follows it; the empty sign ends a word
WordLists = Mapping[str, tuple[str, ...]]
_SIGNS_OF_A_GROUP = 40


class LexiconError(ValueError):
    """A word list is not as the code reads it; the message names the file and the entry."""


@cache
def words(name: str) -> WordLists:
    """Return the lists of `lexicon/<name>.yaml`, nested keys joined by a dot (`before.at_least`).

    Raises LexiconError where an entry is not a word, is given twice in one list, or a list is empty.
    """
    source = f"lexicon/{name}.yaml"
    text = resources.files("nianbao.extraction").joinpath(source).read_text(encoding="utf-8")
    loaded = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    lists: dict[str, tuple[str, ...]] = {}

    def collect(prefix: str, node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                collect(f"{prefix}.{key}" if prefix else str(key), value)
            return
        if isinstance(node, str) and prefix:
            node = list(node)  # signs, written as one word
        if not isinstance(node, list) or not node:
            raise LexiconError(f"{source}: {prefix} is no list of words; write `{prefix}: [词, 词]`")
        for word in node:
            if not isinstance(word, str) or not word.strip():
                raise LexiconError(f"{source}: {prefix} has {word!r}, which is no word; put it in quotes")
        twice = {word for word in node if node.count(word) > 1}
        if twice:
            raise LexiconError(f"{source}: {prefix} has {'、'.join(sorted(twice))} more than once; keep one")
        lists[prefix] = tuple(node)

    collect("", loaded)
    return lists


def trie_pattern(choices: Iterable[str]) -> str:
    """Return a trie pattern that matches the longest of the given words.

    `re` tries the branches of a trie in turn: many of them stand in groups, each behind a look at the first sign.
    """
    trie: _Trie = {}
    for word in choices:
        node = trie
        for sign in word:
            node = node.setdefault(sign, {})
        node[""] = {}

    def pattern(node: _Trie) -> str:
        branches = [re.escape(sign) + pattern(child) for sign, child in sorted(node.items()) if sign]
        if not branches:
            return ""
        single = [b for b in branches if len(b) == 1]
        several = [b for b in branches if len(b) > 1]
        if len(single) > 1:
            several.append(f"[{''.join(single)}]")
        else:
            several.extend(single)
        body = several[0] if len(several) == 1 and "" not in node else f"(?:{'|'.join(several)})"
        return f"{body}?" if "" in node else body

    signs = sorted(trie)
    if len(signs) <= _SIGNS_OF_A_GROUP:
        return pattern(trie)
    groups = (signs[start : start + _SIGNS_OF_A_GROUP] for start in range(0, len(signs), _SIGNS_OF_A_GROUP))
    alternatives = (first_char_lookahead(group) + pattern({sign: trie[sign] for sign in group}) for group in groups)
    return f"(?:{'|'.join(alternatives)})"


def first_char_lookahead(choices: Iterable[str], signs: str = "") -> str:
    r"""Return a lookahead for the first characters of the words, or for the character class `signs`.

    Before a pattern of many branches it spares `re` the trial of each of them where none can match.

    >>> first_char_lookahead(["增长", "增加", "升"], r"\d")
    '(?=[升增\\d])'
    """
    first = sorted({word[0] for word in choices})
    return f"(?=[{''.join(map(re.escape, first))}{signs}])"
