"""Turn what a person decided about an item into entries of corrections, or into one change of the catalog."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nianbao.comparison.corrections import CONFIRM, Correction
from nianbao.review.items import Action, Decision, DecisionRefused, Item, Reading
from nianbao.review.patches import ListTarget

# The columns that a person may correct, as `override` or as `rename` writes them.
NUMBERS, YEARS = ("value",), ("period_start", "period_end")
WORDS, NAMES = ("unit", "scope"), ("indicator_id", "subject")
COLUMNS = (*NUMBERS, "unit", *YEARS, "scope", *NAMES)
_LONGEST_EXACT = 1e15


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """A value for a list of the catalog, and the comment that says who added it, when and why."""

    target: ListTarget
    value: str
    comment: str


def corrections_of(reading: Reading, corrections: Iterable[Correction]) -> list[Correction]:
    """Return the corrections of one observation."""
    return [
        c
        for c in corrections
        if c.report_id == reading.report_id
        and c.quote == reading.quote
        and c.sentence in reading.sentence
        and c.char_start in (None, reading.char_start)
    ]


def is_decided(item: Item, corrections: Sequence[Correction], applied: Mapping[str, set[str]]) -> bool:
    """Return whether a person has decided about all readings of an item, or corrected one since the last run.

    Args:
        item: An item with readings.
        corrections: All entries of the files as they are now.
        applied: Actions of the corrections of the published tables, by observation.
    """
    complete = True
    for reading in item.readings:
        known = applied.get(reading.observation_id, set())
        actions = {c.action for c in corrections_of(reading, corrections)}
        if actions - known - {CONFIRM}:
            return True
        complete = complete and bool(actions)
    return complete and bool(item.readings)


def correction_entries(
    item: Item, decision: Decision, corrections: Sequence[Correction], applied: Mapping[str, set[str]]
) -> list[dict[str, Any]]:
    """Return the entries to add to a file of corrections.

    Raises:
        DecisionRefused: Something is missing, nothing changes, or another reviewer was faster.
    """
    _check_signed(decision)
    if decision.action is Action.ACCEPT:
        return _confirmations(item, decision, corrections, applied)
    if not 0 <= decision.reading < len(item.readings):
        raise DecisionRefused("choose the figure that is wrong")
    reading = item.readings[decision.reading]
    _check_free(reading, corrections, applied)
    if decision.action is Action.CORRECT:
        return _changes(reading, decision)
    if item.moved_from is not None:
        return [_entry(reading, decision, reading.value, "rename", indicator_id=item.moved_from)]
    return [_entry(reading, decision, reading.value, "drop")]


def catalog_change(item: Item, decision: Decision) -> CatalogChange:
    """Return the change of the catalog that a decision about a proposed wording means.

    Raises:
        DecisionRefused: Something is missing, or the catalog cannot express it.
    """
    _check_signed(decision)
    wording = item.wording
    if wording is None:
        raise DecisionRefused("this item is not about the catalog")
    signature = f"{decision.on.isoformat()} {_one_line(decision.by)}"
    first = wording.examples[0] if wording.examples else None
    evidence = f" ({first.quote} in {first.report_id})" if first is not None else ""
    if decision.action is Action.REJECT:
        if wording.id_key != "id":
            raise DecisionRefused(
                "a noun has no list of what it is not; leave the proposal, or edit the catalog by hand"
            )
        target = ListTarget("id", wording.target, "without")
        comment = f"{signature}: not {wording.head}{evidence}: {decision.reason}"
        return CatalogChange(target, wording.head, _one_line(comment))
    word = (decision.word or (wording.values[0] if wording.values else "")).strip()
    if not word:
        raise DecisionRefused("give the wording to add")
    target = ListTarget(wording.id_key, wording.target, wording.list_key)
    return CatalogChange(target, word, _one_line(f"{signature}: {word}{evidence}: {decision.reason}"))


def _check_signed(decision: Decision) -> None:
    if not decision.by.strip():
        raise DecisionRefused("give your name")
    if not decision.reason.strip():
        raise DecisionRefused("give a reason")


def _check_free(reading: Reading, corrections: Sequence[Correction], applied: Mapping[str, set[str]]) -> None:
    """Refuse a reading that was corrected since the tables were published: its value is no longer the expected one."""
    known = applied.get(reading.observation_id, set())
    for correction in corrections_of(reading, corrections):
        if correction.action != CONFIRM and correction.action not in known:
            raise DecisionRefused(
                f"{correction.by} has decided about {reading.quote} already ({correction.source}: {correction.action}, "
                f"{correction.reason}); publish with `nianbao run`, or undo that"
            )


def _confirmations(
    item: Item, decision: Decision, corrections: Sequence[Correction], applied: Mapping[str, set[str]]
) -> list[dict[str, Any]]:
    entries = []
    for reading in item.readings:
        _check_free(reading, corrections, applied)
        if all(c.action != CONFIRM for c in corrections_of(reading, corrections)):
            entries.append(_entry(reading, decision, reading.value, CONFIRM))
    if not entries:
        raise DecisionRefused("these figures are confirmed already")
    return entries


def _changes(reading: Reading, decision: Decision) -> list[dict[str, Any]]:
    changes = {key: text.strip() for key, text in decision.changes.items() if text.strip() != shown(reading, key)}
    if unknown := set(changes) - set(COLUMNS):
        raise DecisionRefused(f"{sorted(unknown)[0]} cannot be corrected here")
    if not changes:
        raise DecisionRefused("nothing is changed; accept the reading, or type what is right")
    set_: dict[str, Any] = {}
    for key in (*NUMBERS, *YEARS, *WORDS):
        if key in changes:
            set_[key] = _typed(key, changes[key])
    names = {key: changes[key] for key in NAMES if changes.get(key)}
    if not set_ and not names:
        raise DecisionRefused("an indicator or subject cannot be empty; reject the reading instead")
    entries = [_entry(reading, decision, reading.value, "override", set=set_)] if set_ else []
    if names:
        entries.append(_entry(reading, decision, set_.get("value", reading.value), "rename", **names))
    return entries


def _typed(key: str, text: str) -> Any:
    if key in WORDS:
        return text
    try:
        number = float(text.replace(",", ""))
    except ValueError as error:
        raise DecisionRefused(f"{key} must be a number, not {text!r}") from error
    if not math.isfinite(number):
        raise DecisionRefused(f"{key} must be a number, not {text!r}")
    return int(number) if key in YEARS else plain(number)


def shown(reading: Reading, key: str) -> str:
    """Return a column of a reading as the page shows it for correction."""
    value = getattr(reading, key)
    return "" if value is None else str(plain(value)) if isinstance(value, float) else str(value)


def plain(value: float) -> float | int:
    """Return a number without a fraction as an integer, so that 32亿 is written 3200000000."""
    return int(value) if value == int(value) and abs(value) < _LONGEST_EXACT else value


def _entry(reading: Reading, decision: Decision, expect: float, action: str, **more: Any) -> dict[str, Any]:
    place = {"char_start": reading.char_start} if reading.needs_place else {}
    return {
        "report": reading.report_id,
        "quote": reading.quote,
        "sentence": reading.words,
        **place,
        "expect": plain(expect),
        "action": action,
        **more,
        "reason": _one_line(decision.reason),
        "by": _one_line(decision.by),
        "date": decision.on,
    }


def _one_line(text: str) -> str:
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
