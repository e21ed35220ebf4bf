"""Edit YAML as text, so that comments and layout stay: each function takes a text and returns the changed text.

Every result is parsed again and must say exactly what was meant; otherwise the edit is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from typing import Any

import yaml

_WIDE = 1 << 20  # no line is folded


class PatchRefused(Exception):
    """A text that cannot be edited safely, with the reason."""


@dataclass(frozen=True, slots=True)
class ListTarget:
    """A list in a YAML file: that under `key` of the mapping whose `id_key` is `name`."""

    id_key: str
    name: str
    key: str


def append_entries(text: str, key: str, entries: Sequence[Mapping[str, Any]]) -> str:
    r"""Return a text with entries added to the end of its top-level list `key`, which is its only key.

    >>> print(append_entries("# By hand.\n", "corrections", [{"quote": "32亿元"}]))
    # By hand.
    corrections:
      - quote: 32亿元
    <BLANKLINE>
    """
    head, before = _open_list(text, key)
    newline = _newline(head)
    indent = _indent(text, key)
    body = head + "".join(_entry_lines(entry, indent, newline) for entry in entries)
    return _checked(body, {key: [*before, *map(dict, entries)]})


def open_list(text: str, key: str) -> str:
    r"""Return a text to which entries of its list `key` can be added as lines: what stays if they are taken away again.

    >>> open_list("corrections: []", "corrections")
    'corrections:\n'
    """
    return _open_list(text, key)[0]


def close_list(text: str, key: str) -> str:
    r"""Return a text of which the list `key` is written as an empty one if it has no entries.

    >>> close_list("corrections:\n", "corrections")
    'corrections: []\n'
    """
    loaded = _load(text)
    if not isinstance(loaded, dict) or loaded.get(key, ()) is not None:
        return text
    return _checked(re.sub(rf"^{key}:", f"{key}: []", text, count=1, flags=re.MULTILINE), {**loaded, key: []})


def _open_list(text: str, key: str) -> tuple[str, list[Any]]:
    """Return the text before new entries, and the entries that it has."""
    root = _compose(text)
    newline = _newline(text)
    body = text if not text or text.endswith("\n") else text + newline
    if root is None:
        return f"{body}{key}:{newline}", []
    items = _value(root, key)
    if len(root.value) != 1 or not isinstance(items, yaml.SequenceNode) or (items.flow_style and items.value):
        raise PatchRefused(f"the file must have one list {key!r}, with one entry under another")
    if items.flow_style:
        return body[: items.start_mark.index].rstrip(" ") + body[items.end_mark.index :], []
    return body, _load(text)[key]


def _indent(text: str, key: str) -> str:
    root = _compose(text)
    items = _value(root, key) if root is not None else None
    block = isinstance(items, yaml.SequenceNode) and not items.flow_style
    return " " * items.start_mark.column if items is not None and block else "  "


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _entry_lines(entry: Mapping[str, Any], indent: str, newline: str) -> str:
    dumped: str = yaml.safe_dump([dict(entry)], allow_unicode=True, sort_keys=False, width=_WIDE)
    return "".join(f"{indent}{line}{newline}" for line in dumped.split("\n") if line)


def add_to_list(text: str, target: ListTarget, value: str, comment: str) -> str:
    r"""Return a text with a value at the end of a list and a comment on the line before it; a missing list is added.

    >>> text = "indicators:\n  - id: gdp\n    wordings: [生产总值] # the usual one\n"
    >>> print(add_to_list(text, ListTarget("id", "gdp", "wordings"), "经济总量", "2026-03-01 a reader"))
    indicators:
      - id: gdp
        # 2026-03-01 a reader
        wordings: [生产总值, 经济总量] # the usual one
    <BLANKLINE>
    """
    root = _compose(text)
    entry = next(_entries(root, target), None) if root is not None else None
    if entry is None:
        raise PatchRefused(f"no entry has {target.id_key}: {target.name}")
    newline = _newline(text)
    key_node, items = _pair(entry, target.key)
    expected = _load(text)
    for found in _mappings(expected):
        if found.get(target.id_key) == target.name:
            found[target.key] = [*(found.get(target.key) or []), value]
            break
    word = _in_flow(value)
    if key_node is None:
        return _checked(_with_new_list(text, entry, f"{target.key}: [{word}]", comment, newline), expected)
    if not isinstance(items, yaml.SequenceNode):
        raise PatchRefused(f"{target.key!r} of {target.name} is no list")
    if items.value and any(item.value == value for item in items.value if isinstance(item, yaml.ScalarNode)):
        raise PatchRefused(f"{target.key!r} of {target.name} has {value} already")
    if items.flow_style:
        offset = items.value[-1].end_mark.index if items.value else items.start_mark.index + 1
        inserted = f", {word}" if items.value else word
    else:
        last = items.value[-1]
        offset = _end_of_line(text, last.end_mark.index)
        inserted = f"{newline}{' ' * items.start_mark.column}- {word}"
    changed = text[:offset] + inserted + text[offset:]
    start = text.rfind("\n", 0, key_node.start_mark.index) + 1
    return _checked(_comment_before(changed, start, comment, newline), expected)


def _with_new_list(text: str, entry: yaml.MappingNode, line: str, comment: str, newline: str) -> str:
    if entry.flow_style:
        raise PatchRefused("the entry is one line; add the key to it by hand")
    last = entry.value[-1][1]
    if not isinstance(last, yaml.ScalarNode) and not last.flow_style:
        raise PatchRefused("the entry ends with a nested list; add the key to it by hand")
    if isinstance(last, yaml.ScalarNode) and last.style in ("|", ">"):
        raise PatchRefused("the entry ends with a block of text; add the key to it by hand")
    offset = _end_of_line(text, last.end_mark.index)
    indent = " " * entry.start_mark.column
    return f"{text[:offset]}{newline}{indent}# {comment}{newline}{indent}{line}{text[offset:]}"


def _comment_before(text: str, start: int, comment: str, newline: str) -> str:
    line = text[start:]
    indent = line[: len(line) - len(line.lstrip(" "))]
    return f"{text[:start]}{indent}# {comment}{newline}{line}"


def _end_of_line(text: str, index: int) -> int:
    """Return where the line of an index ends, before its line break."""
    end = text.find("\n", index)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1] == "\r" else end


def undo(current: str, before: str, after: str) -> str:
    r"""Return the current text without the change from `before` to `after`, keeping what others changed since.

    >>> undo("a\nb\nc\n", before="a\n", after="a\nb\n")
    'a\nc\n'

    Raises:
        PatchRefused: Others changed the same lines.
    """
    if current == after:
        return before
    lines, mine, theirs = (text.splitlines(keepends=True) for text in (after, before, current))
    changes = [(*change, before) for change, before in ((c, mine) for c in _changes(lines, mine))]
    others = [(*change, current) for change, current in ((c, theirs) for c in _changes(lines, theirs))]
    if any(_collide(first, second) for first in changes for second in others):
        raise PatchRefused("the lines to undo were changed since; edit the file by hand")
    for start, stop, from_, to, source in sorted([*changes, *others], key=lambda c: (c[0], c[1]), reverse=True):
        lines[start:stop] = source[from_:to]
    return "".join(lines)


def _changes(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int, int]]:
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(a1, a2, b1, b2) for tag, a1, a2, b1, b2 in codes if tag != "equal"]


def _collide(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Return whether two changes of the same lines exclude each other; adding lines next to removed ones does not."""
    (a1, a2), (b1, b2) = first[:2], second[:2]
    return bool(max(a1, b1) < min(a2, b2) or a1 < b1 < a2 or b1 < a1 < b2 or (a1, a2) == (b1, b2))


def diff(before: str, after: str, name: str) -> list[str]:
    """Return the lines of a unified diff, without line breaks."""
    lines = unified_diff(before.splitlines(), after.splitlines(), name, name, n=4, lineterm="")
    return list(lines)


def named_entries(text: str) -> Iterator[dict[str, Any]]:
    """Yield the mappings in the lists of a YAML file's top level."""
    yield from _mappings(_load(text) or {})


def _compose(text: str) -> yaml.MappingNode | None:
    """Return the mapping of a text with the places of its parts; None for a text without content."""
    try:
        documents = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise PatchRefused(f"this is not valid YAML: {error}") from error
    if not documents:
        return None
    if len(documents) > 1 or not isinstance(documents[0], yaml.MappingNode):
        raise PatchRefused("the file must be one mapping")
    return documents[0]


def _load(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _checked(text: str, expected: Any) -> str:
    try:
        same = _load(text) == expected
    except yaml.YAMLError as error:
        raise PatchRefused(f"the edit would not be valid YAML: {error}") from error
    if not same:
        raise PatchRefused("the layout of the file does not allow this edit; make it by hand")
    return text


def _pair(node: yaml.MappingNode, key: str) -> tuple[yaml.Node | None, yaml.Node | None]:
    return next(((k, v) for k, v in node.value if k.value == key), (None, None))


def _value(node: yaml.MappingNode, key: str) -> yaml.Node | None:
    return _pair(node, key)[1]


def _entries(root: yaml.MappingNode, target: ListTarget) -> Iterator[yaml.MappingNode]:
    """Yield the mappings in lists of the top level that have the name of the target."""
    for _, items in root.value:
        for entry in items.value if isinstance(items, yaml.SequenceNode) else ():
            if isinstance(entry, yaml.MappingNode):
                name = _value(entry, target.id_key)
                if isinstance(name, yaml.ScalarNode) and name.value == target.name:
                    yield entry


def _mappings(loaded: Any) -> Iterator[dict[str, Any]]:
    for items in loaded.values():
        yield from (entry for entry in (items if isinstance(items, list) else ()) if isinstance(entry, dict))


def _in_flow(value: str) -> str:
    """Return a text as it is written inside brackets."""
    dumped: str = yaml.safe_dump([value], allow_unicode=True, default_flow_style=True, width=_WIDE)
    return dumped.strip()[1:-1]
