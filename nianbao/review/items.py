"""The items that a person reviews, and what a person decides about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from nianbao.indicators.suggest import Evidence


class ItemKind(StrEnum):
    """Why an item needs a person, in the order of review."""

    UNLIKELY = "unlikely"
    CONTRADICTED = "contradicted"
    MOVED = "moved"
    WORDING = "wording"
    GRADE_C = "grade_c"


class Role(StrEnum):
    """What a reading is in its item."""

    VALUE = "value"
    PREVIOUS = "previous"
    STATED_CHANGE = "stated_change"
    FIGURE = "figure"


class Action(StrEnum):
    """What a person does with an item."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Reading:
    """An observation as it is published.

    Attributes:
        words: Words of the sentence that identify the quote in its report, with `char_start` if they are not enough.
        needs_place: Whether the sentence has the quote more than once.
    """

    role: Role
    observation_id: str
    report_id: str
    quote: str
    sentence: str
    char_start: int
    value: float
    unit: str
    subject: str
    scope: str
    indicator_id: str | None
    period_start: int | None
    period_end: int | None
    grade: str
    source_url: str
    words: str
    needs_place: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """A proposed change of the catalog: a value for one list of one entry.

    Attributes:
        id_key: The key that names the entry in the catalog: `id` of an indicator, `noun` of a head noun.
        target: The indicator or noun to extend.
        list_key: The list that accepting extends: `wordings` or `acts`.
        values: What may be added, the most frequent first.
        head: What its subjects have in common; rejecting adds it to `without` of an indicator.
    """

    id_key: str
    target: str
    list_key: str
    values: tuple[str, ...]
    head: str
    examples: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that needs a person.

    Attributes:
        item_id: A short id that stays the same while the tables do.
        note: The reason in words, as published.
        moved_from: The indicator that the reading had in the version before.
    """

    item_id: str
    kind: ItemKind
    title_zh: str
    title_en: str
    note: str
    readings: tuple[Reading, ...] = ()
    moved_from: str | None = None
    wording: Wording | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, who, when and why.

    Attributes:
        reading: Number of the reading that is corrected or rejected.
        changes: The columns to change with their new values as typed, for `correct`.
        word: The wording or act to add to the catalog.
    """

    action: Action
    by: str
    on: date
    reason: str
    reading: int = 0
    changes: Mapping[str, str] = field(default_factory=dict)
    word: str = ""


class DecisionRefused(Exception):
    """A decision that cannot be written, with what to do instead."""
