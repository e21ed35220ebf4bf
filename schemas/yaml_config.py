"""YAML with line numbers, so that an error in a configuration file names the file and the line."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Never

import yaml

from schemas.config_error import ConfigError


@dataclass(frozen=True, slots=True)
class ConfigNode:
    """A YAML mapping with its line and the line of each of its keys."""

    path: Path
    line: int
    values: dict[str, Any]
    lines: dict[str, int]

    def refuse(self, message: str, key: str | None = None) -> Never:
        """Raise a `ConfigError` at this mapping, or at one of its keys."""
        raise ConfigError(f"{self.path}:{self.lines.get(key or '', self.line)}: {message}")

    def check_keys(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Raise a `ConfigError` for an unknown key or a missing required one."""
        known = {*required, *optional}
        for key in self.values:
            if key not in known:
                self.refuse(f"unknown key {key!r}; known here are {', '.join(sorted(known))}", key)
        for key in required:
            if self.values.get(key) is None:
                self.refuse(f"the key {key!r} is missing")

    def text(self, key: str, default: str | None = None) -> str:
        """Return the string under a key."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.refuse(f"{key!r} must be text, not {value!r}; put it in quotes", key)
        return value

    def number(self, key: str) -> float:
        """Return the number under a key."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(f"{key!r} must be a number, not {value!r}", key)
        return float(value)

    def year(self, key: str) -> int:
        """Return the year under a key."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not 1900 <= value <= 2100:
            self.refuse(f"{key!r} must be a year, not {value!r}", key)
        return value

    def date(self, key: str) -> str:
        """Return the date under a key as `2026-03-01`."""
        value = self.values.get(key)
        try:
            return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()[:10]
        except ValueError:
            self.refuse(f"{key!r} must be a date such as 2026-03-01, not {value!r}", key)

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """Return the string under a key, which must be in `choices`."""
        value = self.text(key, default)
        if value not in choices:
            self.refuse(f"{key!r} is {value!r}; it must be one of {', '.join(sorted(choices))}", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the list of strings under a key; empty without the key."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.refuse(f"{key!r} must be a list of texts, not {value!r}", key)
        repeated = {item for item in value if value.count(item) > 1}
        if repeated:
            self.refuse(f"{key!r} has {sorted(repeated)[0]!r} twice", key)
        return tuple(value)

    def flag(self, key: str) -> bool:
        """Return the boolean under a key; false without the key."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(f"{key!r} must be true or false", key)
        return value

    def mapping(self, key: str) -> ConfigNode:
        """Return the mapping under a key."""
        value = self.values.get(key)
        if not isinstance(value, ConfigNode):
            self.refuse(f"{key!r} must be a mapping", key)
        return value

    def entries(self, key: str) -> Iterator[ConfigNode]:
        """Yield the mappings in the list under a key; none without the key."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.refuse(f"{key!r} must be a list", key)
        for item in value:
            if not isinstance(item, ConfigNode):
                self.refuse(f"{key!r} must be a list of mappings, and holds {item!r}", key)
            yield item


def load_yaml(path: Path) -> ConfigNode:
    """Read a YAML file that is a mapping.

    Raises:
        ConfigError: The file is not YAML or not a mapping, or a key occurs twice.
    """
    loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        value = None if node is None else _build(node, loader, path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}: this is not valid YAML: {error.problem}") from error
    finally:
        loader.dispose()
    if not isinstance(value, ConfigNode):
        raise ConfigError(f"{path}:1: the file must be a mapping")
    return value


def _build(node: yaml.Node, loader: yaml.CSafeLoader, path: Path) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, loader, path) for item in node.value]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node)
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node))
        line = key_node.start_mark.line + 1
        if key in values:
            raise ConfigError(f"{path}:{line}: the key {key!r} is given twice")
        values[key] = _build(value_node, loader, path)
        lines[key] = line
    return ConfigNode(path, node.start_mark.line + 1, values, lines)
