"""Head nouns that reports count by what was done: a short entry of the catalog defines several indicators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.yaml_config import ConfigNode, load_yaml

ACTS_FILE = "acts.yaml"
_REQUIRED = ("noun", "name_zh", "name_en", "words", "unit", "dimension", "acts")
_OPTIONAL = ("category", "same", "parts", "never", "higher_is", "kind", "nature", "growth", "example")
PARTS = ("any", "none", "needed", "named")


@dataclass(frozen=True, slots=True)
class Act:
    """What is done (新建, 改造), and how an indicator of it is called and defined.

    `includes` are the acts that one of several acts together consists of: 新建改造 of 新建 and 改造.
    """

    id: str
    words: tuple[str, ...]
    includes: tuple[str, ...]
    name_zh: str
    name_en: str
    definition_zh: str
    definition: str
    nature: str


@dataclass(frozen=True, slots=True)
class HeadNoun:
    """What is counted: its nouns, and by act the id of the indicator that counts it.

    The first of `words` and those of `same` mean the same; each of the other words is a kind (主干道 of 道路)
    with a separate series. `parts` is the effect of words before the noun: they name a part with a separate series
    (`any`: 国家级, 农村), prevent the match (`none`), or are required (`needed`), unless the noun is a kind (`named`).
    """

    id: str
    words: tuple[str, ...]
    same: frozenset[str]
    indicators: dict[str, str]
    parts: str
    never: tuple[str, ...]


@cache
def load_acts(folder: Path) -> dict[str, Act]:
    """Load the acts of a catalog by id; none without the file.

    Raises:
        ConfigError: An act is wrong; the message names file and line.
    """
    path = folder / ACTS_FILE
    if not path.exists():
        return {}
    top = load_yaml(path)
    top.check_keys(["acts"])
    acts = {act.id: act for act in map(_act, top.entries("acts"))}
    for entry in top.entries("acts"):
        for part in entry.texts("includes"):
            if part not in acts:
                entry.refuse(f"'includes' has {part!r}, which is no act", "includes")
    return acts


def _act(entry: ConfigNode) -> Act:
    entry.check_keys(["id", "name_zh", "name_en", "definition_zh", "definition", "nature"], ["words", "includes"])
    return Act(
        entry.text("id"),
        entry.texts("words"),
        entry.texts("includes"),
        entry.text("name_zh"),
        entry.text("name_en"),
        entry.text("definition_zh"),
        entry.text("definition"),
        entry.text("nature"),
    )


def nouns_of(top: ConfigNode, folder: Path) -> Iterator[HeadNoun]:
    """Yield the nouns of a family's catalog."""
    acts = load_acts(folder)
    for entry in top.entries("nouns"):
        entry.check_keys(_REQUIRED, _OPTIONAL)
        indicators = dict(_ids(entry, acts))
        parts = entry.choice("parts", PARTS, "any")
        words = entry.texts("words")
        same = frozenset((words[0], *entry.texts("same")))
        if strange := same - set(words):
            entry.refuse(f"'same' has {sorted(strange)[0]!r}, which is none of 'words'", "same")
        yield HeadNoun(entry.text("noun"), words, same, indicators, parts, entry.texts("never"))


def _ids(entry: ConfigNode, acts: dict[str, Act]) -> Iterator[tuple[str, str]]:
    """Yield each act of a noun with the id of its indicator: its own, or one that the catalog has."""
    given = entry.values["acts"]
    named = given.values if isinstance(given, ConfigNode) else dict.fromkeys(entry.texts("acts"))
    for act, indicator_id in named.items():
        if act not in acts:
            entry.refuse(f"{act!r} is none of the acts of {ACTS_FILE}: {', '.join(acts)}", "acts")
        if indicator_id is not None and not isinstance(indicator_id, str):
            entry.refuse(f"the act {act!r} must have the id of an indicator or nothing", "acts")
        yield act, indicator_id or f"{entry.text('noun')}_{act}"


def indicators_of_nouns(top: ConfigNode, folder: Path, known: frozenset[str]) -> Iterator[ConfigNode]:
    """Yield an entry of an indicator for every noun and act whose id is not known, as if it were written out."""
    acts = load_acts(folder)
    for entry in top.entries("nouns"):
        ids = dict(_ids(entry, acts))
        # An act can lead to the indicator of another act: what is finished of 矿山修复 is renovated.
        own = {f"{entry.text('noun')}_{act_id}": act_id for act_id in ids}
        for act_id, indicator_id in ids.items():
            if indicator_id not in known and own.get(indicator_id, act_id) == act_id:
                yield _indicator(entry, acts[act_id], indicator_id)


def _indicator(entry: ConfigNode, act: Act, indicator_id: str) -> ConfigNode:
    name_zh, name_en = entry.text("name_zh"), entry.text("name_en")
    kind = entry.text("kind", "level")
    values = {
        "id": indicator_id,
        "name_zh": act.name_zh.format(name_zh),
        "name_en": act.name_en.format(name_en),
        "category": entry.text("category"),
        "definition": act.definition.format(name_en),
        "definition_zh": act.definition_zh.format(name_zh),
        "unit": entry.text("unit"),
        "dimension": entry.text("dimension"),
        "kind": kind,
        "nature": entry.text("nature", "rate" if kind == "share" else act.nature),
        "growth": entry.text("growth", "nominal"),
        "higher_is": entry.text("higher_is", "neutral"),
        "wordings": [f"{act.words[0]} {word}" if act.words else word for word in entry.texts("words")],
        "noun": entry.text("noun"),
    }
    return ConfigNode(entry.path, entry.line, values, dict.fromkeys(values, entry.line))
